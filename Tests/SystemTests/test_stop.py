"""TERM and INT: what is in flight is finished, nothing more is taken, and nothing is left."""

import os
import signal
import subprocess
import time

import pytest

from fastcgi_client import Wire, parameters, request_bytes
from harness import Server, clean_environment, let_pass, program, wait_until


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stop_finishes_what_is_in_flight_and_takes_no_more(make_server, how):
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    server.photo_folder("trip", {f"{number}.bin": bytes([number]) * 500_000 for number in range(6)})
    connection = server.client.connection()
    connection.request("GET", "/archive/trip/")
    response = connection.getresponse()
    response.read(1000)
    server.supervisor.send_signal(how)

    def is_refused():
        try:
            with Wire(server.settings["VITRINE_LISTEN"], 2) as wire:
                wire.send(request_bytes(parameters()))
                return wire.closed()
        except OSError:
            return True

    wait_until(is_refused, 5, "a new connection is refused")
    assert len(response.read()) == int(response.headers["Content-Length"]) - 1000
    connection.close()
    started = time.monotonic()
    assert server.stop_program() == 0
    assert time.monotonic() - started < 15


def test_stop_during_a_reload_finishes_what_old_workers_have(make_server):
    """TERM reaches workers that are already draining, and more than once."""
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    server.photo_folder("trip", {f"{number}.bin": bytes([number]) * 500_000 for number in range(6)})
    before = {process.pid for process in server.full_pool()}
    connection = server.client.connection()
    connection.request("GET", "/archive/trip/")
    response = connection.getresponse()
    response.read(1000)
    os.kill(server.supervisor.pid, signal.SIGHUP)
    wait_until(lambda: len({p.pid for p in server.workers()} - before) == 2, 10, "new workers")
    let_pass(0.3, "the old workers' way to their drain")
    for how in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
        server.supervisor.send_signal(how)
        let_pass(0.1, "the signal's way to the workers")
    assert len(response.read()) == int(response.headers["Content-Length"]) - 1000
    connection.close()
    assert server.stop_program() == 0
    assert "was ended by" not in server.program_output()


def test_stop_at_any_moment_of_the_start_leaves_nothing(tmp_path):
    for step in range(12):
        server = Server(tmp_path / str(step))
        log = open(server.folder / "program.log", "wb")
        server.supervisor = subprocess.Popen(
            [program(), "serve"],
            cwd=server.folder,
            env=clean_environment(server.settings),
            stdin=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
        time.sleep(0.008 * step)
        server.supervisor.terminate()
        # Before it has got hold of its signals it ends as any program does; then it has made no socket yet.
        assert server.supervisor.wait(20) in (0, -signal.SIGTERM)
        assert not server.socket_path.exists()
        wait_until(lambda: server.processes() == [], 5, "no process is left")

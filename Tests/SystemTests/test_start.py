"""The start: a socket of its own or one that is handed over, and settings that do not hold."""

import os
import signal
import socket
import subprocess

import pytest

from fastcgi_client import Wire, parameters, request_bytes, status_of
from harness import Server, clean_environment, program


def test_second_instance_says_so_and_leaves_the_first_alone(make_server):
    server = make_server()
    second = subprocess.run(
        [program(), "serve"],
        cwd=server.folder,
        env=clean_environment(server.settings),
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert second.returncode == 1
    assert len(second.stderr.strip().splitlines()) == 1 and str(server.socket_path) in second.stderr
    assert server.client.get("/healthz").status == 200


def test_socket_left_by_a_killed_instance_is_taken_over(make_server):
    server = make_server()
    server.stop_nginx()
    for process in server.processes():
        os.kill(process.pid, signal.SIGKILL)
    server.supervisor.wait(10)
    assert server.socket_path.exists()
    server.start()
    assert server.client.get("/healthz").status == 200


@pytest.mark.parametrize(
    "settings, named",
    [
        ({"VITRINE_WORKERS": "many"}, "VITRINE_WORKERS"),
        ({"VITRINE_MAX_UPLOAD": "5 parsecs"}, "VITRINE_MAX_UPLOAD"),
        ({"VITRINE_LANGUAGE": "xx"}, "VITRINE_LANGUAGE"),
        ({"VITRINE_WROKERS": "2"}, "VITRINE_WROKERS"),
        ({"VITRINE_LISTEN": "nonsense"}, "VITRINE_LISTEN"),
        ({"VITRINE_DATA": "/proc/no/such"}, "/proc/no/such"),
    ],
)
def test_wrong_setting_stops_the_start_with_a_line_that_names_it(tmp_path, settings, named):
    values = {
        "VITRINE_LISTEN": f"unix:{tmp_path}/s",
        "VITRINE_DATA": str(tmp_path / "data"),
        "VITRINE_LOGS": str(tmp_path),
        **settings,
    }
    done = subprocess.run(
        [program(), "serve"], cwd=tmp_path, env=clean_environment(values), capture_output=True, text=True, timeout=20
    )
    assert done.returncode in (1, 2)
    assert named in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_listening_socket_may_be_handed_over(tmp_path):
    """Socket activation: descriptor 3 is announced by LISTEN_FDS."""
    path = str(tmp_path / "activated.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(100)
        server = Server(tmp_path / "server")
        environment = clean_environment({**server.settings, "LISTEN_FDS": "1"})
        del environment["VITRINE_LISTEN"]
        process = subprocess.Popen(
            ["bash", "-c", f'exec 3<&{listener.fileno()}; export LISTEN_PID=$$; exec "$0" serve', program()],
            env=environment,
            pass_fds=[listener.fileno()],
            stderr=open(tmp_path / "log", "wb"),
            start_new_session=True,
        )
        server.supervisor = process
        try:
            with Wire(f"unix:{path}") as wire:
                wire.send(request_bytes(parameters()))
                assert status_of(wire.answer()[0]) == 200
            process.terminate()
            assert process.wait(35) == 0
        finally:
            server.kill()

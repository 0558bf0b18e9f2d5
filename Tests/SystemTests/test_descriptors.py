"""Many connections that ask for nothing, and few descriptors: others are served, and all is well afterwards."""

import contextlib
import resource
import socket
import subprocess
import time

import pytest

import pictures
from fastcgi_client import PARAMS, Wire, begin, parameters, record, request_bytes, status_of
from harness import Server, clean_environment, program, wait_until


@contextlib.contextmanager
def idle_connections(server, count, first_bytes=b""):
    """So many connections to the program's socket, of which nothing follows."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(most[0], min(most[1], count + 200)), most[1]))
    with contextlib.ExitStack() as stack:
        wires = []
        for _ in range(count):
            wire = stack.enter_context(Wire(server.settings["VITRINE_LISTEN"]))
            wire.send(first_bytes)
            wires.append(wire)
        yield wires
    resource.setrlimit(resource.RLIMIT_NOFILE, most)


def descriptors(server):
    return sum(process.descriptors() for process in server.workers())


# Nothing at all, half a header, a request that never gets its parameters.
@pytest.mark.parametrize("first_bytes", [b"", begin()[:5], begin() + record(PARAMS, b"\x01")])
def test_thousand_idle_connections_keep_nobody_from_being_served(make_server, first_bytes):
    server = make_server()
    before = descriptors(server)
    with idle_connections(server, 1_000, first_bytes) as wires:
        started = time.monotonic()
        for _ in range(10):
            assert server.client.upload(pictures.png(), "a.png").status == 201
        assert time.monotonic() - started < 5
        wait_until(lambda: descriptors(server) >= before + 1_000, 5, "all are accepted")
        if not first_bytes:
            wires[500].send(request_bytes(parameters()))
            assert status_of(wires[500].answer()[0]) == 200
    wait_until(lambda: descriptors(server) <= before + 4, 10, "descriptors are given back")


@pytest.mark.full
def test_request_that_never_gets_its_parameters_is_cut(make_server):
    server = make_server()
    with Wire(server.settings["VITRINE_LISTEN"], 60) as wire:
        wire.send(begin())
        started = time.monotonic()
        assert wire.closed()
        assert 25 < time.monotonic() - started < 40


def test_few_descriptors_delay_requests_and_lose_none(tmp_path):
    """Each worker may have 64; three hundred connections want one."""
    server = Server(tmp_path / "server", settings={"VITRINE_WORKERS": "1"})
    with open(tmp_path / "server/program.log", "wb") as log:
        server.program_log = tmp_path / "server/program.log"
        server.supervisor = subprocess.Popen(
            ["bash", "-c", 'ulimit -n 64; exec "$0" serve', program()],
            cwd=server.folder,
            env=clean_environment(server.settings),
            stdin=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_until(server._listening, 20, "the program listens")
        server.start_nginx()
        worker = {process.pid for process in server.workers()}
        with idle_connections(server, 300):
            wait_until(lambda: "cannot accept" in server.program_output(), 10, "a line for the operator")
            with Wire(server.settings["VITRINE_LISTEN"]) as wire:
                wire.send(request_bytes(parameters()))
                wire.socket.settimeout(1)
                with pytest.raises(socket.timeout):
                    wire.record()
        assert server.client.get("/healthz").status == 200
        assert server.client.upload(pictures.png(), "a.png").status == 201
        # It is said when it begins, not ten times a second.
        assert server.program_output().count("cannot accept") <= 3
        assert {process.pid for process in server.workers()} == worker
        server.stop()
    finally:
        server.kill()


def test_uploads_without_a_descriptor_left_are_refused_and_leave_nothing(tmp_path):
    server = Server(tmp_path / "server", settings={"VITRINE_WORKERS": "1"})
    server.start()
    try:
        worker = server.workers()[0]
        picture = pictures.jpeg_of_size(100_000)
        limit = worker.descriptors() + 1
        resource.prlimit(worker.pid, resource.RLIMIT_NOFILE, (limit, 1024))
        with Wire(server.settings["VITRINE_LISTEN"]) as wire:
            # The connection has the last one.
            body = request_bytes(parameters("PUT", "/api/upload/a.jpg", len(picture)), picture)
            wire.send(body)
            refusal = wire.answer()[0]
            assert status_of(refusal) == 503 and b"\r\nRetry-After: " in refusal
            assert server.stored() == {} and server.temporary_files() == []
            resource.prlimit(worker.pid, resource.RLIMIT_NOFILE, (1024, 1024))
            wire.send(body)
            assert status_of(wire.answer()[0]) == 201
        assert worker.alive()
        server.stop()
    finally:
        server.kill()

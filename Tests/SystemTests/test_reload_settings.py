"""A reload binds at once: settings that restrict hold from then on, also on connections that are kept."""

import contextlib
import os
import signal

import pytest

import pictures
from fastcgi_client import Wire, parameters, request_bytes, status_of
from harness import let_pass, wait_until


def put(wire, name="a.png"):
    """The status of an upload on a connection that is kept."""
    body = pictures.png(8, 8)
    wire.send(request_bytes(parameters("PUT", f"/api/upload/{name}", len(body)), body))
    return status_of(wire.answer()[0])


def generations(server):
    return server.program_output().count("ready: ")


def reload(server):
    """Reloads, and returns when the program says that the new workers serve."""
    before = generations(server)
    os.kill(server.supervisor.pid, signal.SIGHUP)
    wait_until(lambda: generations(server) > before, 10, "the new workers serve")


@pytest.fixture
def configured(tmp_path, make_server):
    settings = tmp_path / "vitrine.conf"
    settings.write_text("VITRINE_LANGUAGE=en\n")
    return settings, make_server(arguments=["--config", str(settings)])


def test_token_is_asked_for_on_kept_connections_at_once(configured):
    settings, server = configured
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(server.settings["VITRINE_LISTEN"])) for _ in range(20)]
        assert [put(wire) for wire in wires] == [201] * 20
        settings.write_text("VITRINE_UPLOAD_TOKEN=secret\n")
        reload(server)
        # Signals and descriptors are on their way for a moment; the ten seconds that nginx keeps connections are not waited for.
        for wire in wires:
            wait_until(lambda: put(wire) == 401, 2, "the connection is a new worker's")
        settings.write_text("VITRINE_MAX_UPLOAD=10\n")
        reload(server)
        for wire in wires:
            wait_until(lambda: put(wire) == 413, 2, "the connection is a new worker's")


def test_token_is_asked_for_through_nginx_at_once(configured):
    settings, server = configured
    connections = [server.client.connection() for _ in range(8)]
    for connection in connections:
        assert server.client.upload(pictures.png(8, 8), "a.png", connection=connection).status == 201
    settings.write_text("VITRINE_UPLOAD_TOKEN=secret\n")
    reload(server)
    let_pass(0.5, "the way of signals and descriptors, far below the ten seconds that nginx keeps connections")
    for connection in connections * 5:
        assert server.client.upload(pictures.png(8, 8), "a.png", connection=connection).status == 401


def test_request_that_is_in_flight_is_finished_and_its_connection_passes(configured):
    settings, server = configured
    body = pictures.png(64, 64)
    with Wire(server.settings["VITRINE_LISTEN"]) as wire:
        whole = request_bytes(parameters("PUT", "/api/upload/a.png", len(body)), body)
        wire.send(whole[: len(whole) - 20])
        let_pass(0.2, "the way of the bytes to a worker")
        settings.write_text("VITRINE_UPLOAD_TOKEN=secret\n")
        reload(server)
        let_pass(0.5, "the time in which the old worker might give the connection up")
        wire.send(whole[len(whole) - 20 :])
        assert status_of(wire.answer()[0]) == 201
        assert put(wire) == 401


def test_old_workers_leave_although_connections_are_kept(configured):
    _, server = configured
    before = {process.pid for process in server.full_pool()}
    with Wire(server.settings["VITRINE_LISTEN"]) as wire:
        assert put(wire) == 201
        reload(server)
        wait_until(lambda: not before & {process.pid for process in server.workers()}, 3, "the old workers have left")
        assert put(wire) == 201

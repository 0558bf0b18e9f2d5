"""One nginx in front of the programs of two hosts, over TCP, and who else may connect there."""

import contextlib
import os
import signal
import socket
import subprocess

import pytest

import pictures
import shared_storage
from fastcgi_client import Wire, parameters, request_bytes, status_of
from harness import Server, clean_environment, free_port, program, running, wait_until
from object_client import ObjectClient
from object_store import ObjectStore

needs_storage = pytest.mark.skipif(shared_storage.missing() is not None, reason=str(shared_storage.missing()))
VARIABLE = "FCGI_WEB_SERVER_ADDRS"


def test_only_named_web_servers_may_connect(tmp_path):
    """Addresses of loopback are as good as any: a connection comes from the one that it is bound to."""
    port = free_port()
    settings = {"VITRINE_LISTEN": f"tcp:0.0.0.0:{port}", VARIABLE: "127.0.0.1,127.0.0.7"}
    server = Server(tmp_path / "server", settings=settings)
    server.start_program()
    try:
        for address in ("127.0.0.1", "127.0.0.7"):
            with Wire(f"tcp:127.0.0.1:{port}", 5, source=address) as wire:
                wire.send(request_bytes(parameters("GET", "/healthz")))
                assert status_of(wire.answer()[0]) == 200
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", port), 5, source_address=("127.0.0.8", 0)) as other_client:
                with contextlib.suppress(ConnectionError):
                    other_client.sendall(request_bytes(parameters("GET", "/healthz")))
                    assert other_client.recv(100) == b""
        told = [line for line in server.program_output().splitlines() if "127.0.0.8" in line]
        assert 1 <= len(told) <= 2 and VARIABLE in told[0]
    finally:
        server.kill()


def test_port_that_other_machines_reach_wants_names_of_web_servers(tmp_path):
    server = Server(tmp_path / "server", settings={"VITRINE_LISTEN": f"tcp:0.0.0.0:{free_port()}"})
    with pytest.raises(AssertionError, match=f"VITRINE_LISTEN: .*{VARIABLE}"):
        server.start_program()


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost", "::1"])
def test_port_that_only_this_machine_reaches_wants_none(tmp_path, host):
    settings = {"VITRINE_LISTEN": f"tcp:{host}:{free_port()}", "VITRINE_DATA": str(tmp_path)}
    done = subprocess.run([program(), "check"], env=clean_environment(settings), capture_output=True, text=True)
    assert VARIABLE not in done.stdout + done.stderr


class Balanced(ObjectStore):
    """A program that other machines' nginx reaches; its own nginx has the program of a second host beside it."""

    cache_time = "1s"
    other = None

    def adjust_nginx(self, folder):
        super().adjust_nginx(folder)
        if self.other is None:
            return
        path = folder / "http.conf"
        text = path.read_text()
        own = f'server "{self.settings["VITRINE_LISTEN"][4:]}";'
        both = f'{own}\n    server "{self.other.settings["VITRINE_LISTEN"][4:]}";'
        assert own in text
        path.write_text(text.replace(own, both))


@pytest.mark.full
@needs_storage
def test_one_nginx_balances_two_programs_and_goes_on_with_one(tmp_path):
    place = shared_storage.SharedStorage()
    common = {**place.settings, VARIABLE: "127.0.0.1", "VITRINE_WORKERS": "1"}
    other = Balanced(tmp_path / "other", settings={**common, "VITRINE_LISTEN": f"tcp:127.0.0.2:{free_port()}"})
    other.start_program()
    try:
        front = Balanced(tmp_path / "front", settings={**common, "VITRINE_LISTEN": f"tcp:127.0.0.1:{free_port()}"})
        front.other = other
        with running(front):
            names = [front.client.put_raw(pictures.png(7, number + 1), "a.png").json()["name"] for number in range(8)]
            store = ObjectClient(front.s3_port)
            assert store.put("/bucket", b"").status == 200
            assert all(store.put(f"/bucket/{number}", b"content").status == 200 for number in range(8))
            # Both have done some of it.
            for server in (front, other):
                assert "uploaded" in "".join(server.app_log())
            for process in other.processes():
                os.kill(process.pid, signal.SIGKILL)
            # Reads never fail; a write may meet the one that is gone, once until nginx passes it over.
            assert all(front.client.get(f"/api/images/{name}").status == 200 for name in names * 3)
            statuses = [store.put(f"/bucket/again{number}", b"content").status for number in range(20)]
            assert statuses.count(200) >= 18 and set(statuses) <= {200, 502, 503}
            other.supervisor.wait(10)
            other.start_program()
            before = len(other.app_log())
            wait_until(
                lambda: store.put("/bucket/more", b"x").status == 200 and len(other.app_log()) > before, 30, "it is used again"
            )
            assert store.keys("bucket")[:3] == ["0", "1", "2"]
    finally:
        other.kill()

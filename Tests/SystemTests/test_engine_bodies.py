"""Large bodies between clients and an engine that hangs."""

import socket
import time

import pytest

import shared_storage
from harness import wait_until
from object_client import ObjectClient
from object_store import ObjectStore, noise

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(shared_storage.missing() is not None, reason=str(shared_storage.missing())),
]


def test_a_body_is_read_no_further_than_a_hanging_engine_takes_and_is_refused_in_time(make_server):
    engine = shared_storage.Engine()
    try:
        place = shared_storage.Place(own_engine=engine)
        store = make_server(ObjectStore, settings=place.settings)
        client = ObjectClient(store.s3_port)
        assert client.put("/bucket", b"").status == 200
        content = noise(1_000_000)
        with socket.create_connection(("127.0.0.1", client.port)) as sender:
            target = client.presigned("PUT", "/bucket/large")
            head = f"PUT {target} HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nContent-Length: 300000000\r\n\r\n"
            sender.sendall(head.encode())
            for _ in range(20):
                sender.sendall(content)
            engine.freeze()
            frozen, sent = time.monotonic(), 20
            sender.settimeout(5)
            # As far as it goes: pieces that are on their way, the one that is gathered, and what lies in sockets.
            rest = memoryview(content)
            try:
                while sent < 300:
                    rest = rest[sender.send(rest) :]
                    if not rest:
                        rest, sent = memoryview(content), sent + 1
            except TimeoutError:
                pass
            assert 20 < sent < 100
            # Then the engine is given up, and what comes is thrown away: clients read an answer when they have sent all.
            sender.settimeout(60)
            sender.sendall(rest)
            for _ in range(300 - sent - 1):
                sender.sendall(content)
            assert sender.recv(4096).startswith(b"HTTP/1.1 503 ")
            assert time.monotonic() - frozen < 60
        engine.thaw()
        wait_until(lambda: client.put("/bucket/after", content).status == 200, 20, "the engine is asked again")
        assert client.fetch("/bucket/after").body == content
        assert client.fetch("/bucket/large").status == 404
    finally:
        engine.close()

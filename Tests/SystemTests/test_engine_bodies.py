"""Large bodies between clients and an engine: slow ones by the hundred, and an engine that hangs."""

import socket
import time

import pytest

import shared_storage
from harness import let_pass, wait_until
from object_client import ObjectClient
from object_store import ObjectStore, noise
from slow_clients import slow_readers, slow_senders

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(shared_storage.missing() is not None, reason=str(shared_storage.missing())),
]


def test_a_body_is_read_no_further_than_a_hanging_engine_takes_and_is_refused_in_time(make_server):
    engine = shared_storage.Engine()
    try:
        place = shared_storage.SharedStorage(own_engine=engine)
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


@pytest.mark.timing
def test_slow_downloads_and_uploads_by_the_hundred_cost_a_worker_little_memory(make_server):
    """200 downloads of 1 GB and 200 uploads of 100 MB, for a minute."""
    place = shared_storage.SharedStorage()
    store = make_server(ObjectStore, settings={**place.settings, "VITRINE_WORKERS": "1"})
    client = ObjectClient(store.s3_port)
    assert client.put("/bucket", b"").status == 200
    assert client.put("/bucket/large", noise(10_000_000)).status == 200
    # A hundred times the same blob.
    place.rows(
        "UPDATE objects SET size = 100 * size, metadata = replace(metadata, '10000000', '1000000000'), blobs = array_fill(blobs[1], ARRAY[100]), "
        "starts = array_fill(0::bigint, ARRAY[100]), lengths = array_fill(lengths[1], ARRAY[100])"
    )
    assert len(client.fetch("/bucket/large", headers={"Range": "bytes=990000000-"}).body) == 10_000_000
    uploads = [client.presigned("PUT", f"/bucket/{number}") for number in range(200)]
    (worker,) = store.workers()
    with (
        slow_readers(store.s3_port, client.presigned("GET", "/bucket/large"), 200, 50_000) as readers,
        slow_senders(store.s3_port, uploads, 100_000_000, 50_000) as senders,
    ):
        read, sent = readers.progress()[0], senders.progress()[0]
        most = 0
        for _ in range(60):
            let_pass(1, "a second of slow bodies")
            most = max(most, worker.anonymous_bytes())
        (read_then, read_broken), (sent_then, sent_broken) = readers.progress(), senders.progress()
    print(f"{most / 1e6:.0f} MB; {(read_then - read) / 12e6:.0f} and {(sent_then - sent) / 12e6:.0f} KB/s a client")
    assert (read_broken, sent_broken) == (0, 0)
    assert read_then - read > 60 * 200 * 25_000
    assert sent_then - sent > 60 * 200 * 25_000
    assert most < 64_000_000

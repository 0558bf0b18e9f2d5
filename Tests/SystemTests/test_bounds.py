"""What somebody unknown can make the program spend has a bound. The security model (deploy/docs/security.md) lists them, each with a test;
those that no other file has are here."""

import contextlib
import re
import socket
import threading
import time
from pathlib import Path

import pytest

import pictures
from documents import SECURITY
from harness import CLONE, let_pass, wait_until
from object_client import ObjectClient
from object_store import ObjectStore

# The threads of all pools of a worker (BlockingPool), its loop, and those of its logs.
MOST_THREADS = 80


def table():
    """The rows of its table of bounds."""
    text = SECURITY.split("<!-- bounds -->")[1].split("<!-- end of bounds -->")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.strip().splitlines()]
    return rows[2:]


def test_every_bound_of_the_table_has_a_test():
    rows = table()
    assert len(rows) > 20
    declared = set()
    for path in (CLONE / "Tests").rglob("*"):
        if path.suffix in (".swift", ".py"):
            declared |= set(re.findall(r"\b(?:func|def|struct|class) (\w+)", path.read_text()))
    for row in rows:
        assert len(row) == 3, row
        tests = re.findall(r"`([^`]+)`", row[2])
        assert tests, row
        for name in tests:
            assert name in declared, f"{row[0]}: there is no test {name}"


@contextlib.contextmanager
def at_work(count, work):
    """So many threads that repeat `work(number)` until the block is left."""
    stop, failures = threading.Event(), []

    def run(number):
        while not stop.is_set():
            try:
                work(number)
            except Exception as error:  # noqa: BLE001 -- told below
                failures.append(repr(error))
                return

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []


def test_threads_of_a_worker_are_bounded(make_server):
    """However many clients ask for what waits for a disk, of each kind."""
    store = make_server(kind=ObjectStore, settings={"VITRINE_WORKERS": "1"})
    client = ObjectClient(store.s3_port)
    assert client.put("/bucket", b"").status == 200
    for number in range(8):
        store.photo_folder(f"trip{number}", {f"{name}.jpg": bytes([name]) * 50_000 for name in range(20)})
    picture = pictures.jpeg(320, 240)
    name = store.client.upload(picture).json()["name"]

    def work(number):
        kind = number % 6
        if kind == 0:
            assert store.client.upload(picture).status == 201
        elif kind == 1:
            assert client.put(f"/bucket/{number}", picture).status == 200
        elif kind == 2:
            assert client.page("bucket").keys is not None
        elif kind == 3:
            assert store.client.get(f"/archive/trip{number % 8}/").status == 200
        elif kind == 4:
            assert store.client.get(f"/thumbs/{name}").status == 200
        else:
            assert client.fetch("/photos", {"list-type": "2", "prefix": f"trip{number % 8}/"}).status == 200

    worker = store.full_pool(1)[0].pid
    most = 0
    with at_work(60, work):
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            most = max(most, len(list(Path(f"/proc/{worker}/task").iterdir())))
            let_pass(0.02, "more of the load")
    assert 10 < most <= MOST_THREADS


def test_memory_of_bodies_that_arrive_is_bounded(make_server):
    """Puts of a megabyte whose last byte never comes: what arrives goes to the disk, or waits in nginx."""
    store = make_server(kind=ObjectStore, settings={"VITRINE_WORKERS": "1"})
    client = ObjectClient(store.s3_port)
    assert client.put("/bucket", b"").status == 200
    worker = store.full_pool(1)[0]
    before = worker.anonymous_bytes()
    size = 1_000_000
    targets = [client.presigned("PUT", f"/bucket/{number}") for number in range(150)]
    senders = []
    try:
        for target in targets:
            sender = socket.create_connection(("127.0.0.1", store.s3_port))
            head = f"PUT {target} HTTP/1.1\r\nHost: 127.0.0.1:{store.s3_port}\r\nContent-Length: {size}\r\n\r\n"
            sender.sendall(head.encode() + b"x" * (size - 1))
            senders.append(sender)

        def staged():
            """The lengths of the files under way, which have no name."""
            for path in Path(f"/proc/{worker.pid}/fd").iterdir():
                # It may have been closed in the meantime.
                with contextlib.suppress(OSError):
                    name = str(path.readlink())
                    if "(deleted)" in name and "buckets" in name:
                        yield path.stat().st_size

        def arrived():
            return list(staged()) == [size - 1] * len(senders)

        wait_until(arrived, 60, "all but the last byte is on the disk")
        # Of a body there may have been 128 KiB that nobody had read and as many on their way to the disk, and the
        # allocator keeps what it was given; held whole, the bodies would take 150 MB.
        assert worker.anonymous_bytes() - before < 150 * 400_000
        assert store.client.upload(pictures.png()).status == 201
    finally:
        for sender in senders:
            sender.close()


def first_end(port, data, drip=b""):
    """After how many seconds nginx ends a connection on which only that comes, and a byte each second."""
    with socket.create_connection(("127.0.0.1", port), 90) as wire:
        began = time.monotonic()
        wire.sendall(data)
        wire.settimeout(1)
        while time.monotonic() - began < 80:
            try:
                if not wire.recv(65_536):
                    break
            except TimeoutError:
                with contextlib.suppress(OSError):
                    wire.sendall(drip)
            except OSError:
                break
        return time.monotonic() - began


@pytest.mark.full
def test_half_a_request_holds_a_connection_for_a_bounded_time(make_server):
    """At each port: half a header, which also does not live on by a byte now and then, and half a body."""
    store = make_server(kind=ObjectStore)
    ends = {}

    def measure(what, *arguments):
        ends[what] = first_end(*arguments)

    body = b"PUT /api/upload/a.png HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    store_body = b"PUT /bucket/key HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    console_body = b"POST /-/console/session HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    work = []
    for name, port, whole in [
        ("site", store.port, body),
        ("store", store.s3_port, store_body),
        ("console", store.console_port, console_body),
    ]:
        work.append((f"header {name}", port, b"GET / HTTP/1.1\r\nX: ", b"x"))
        work.append((f"body {name}", port, whole))
    threads = [threading.Thread(target=measure, args=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(ends)
    for what, seconds in ends.items():
        assert seconds < (30 if what.startswith("header") else 60), (what, seconds)

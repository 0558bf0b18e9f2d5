"""Whatever bytes come on any port of nginx, and on the program's own socket: nobody dies, nothing is left, others are served."""

import contextlib
import socket
import threading
import time

import pytest

import pictures
from harness import wait_until
from object_client import ObjectClient
from object_store import ObjectStore
from seeds import seeded

# What a request can consist of; the bytes between are changed, left out and repeated.
PIECES = [
    *(b"GET ", b"PUT ", b"POST ", b"DELETE ", b"HEAD ", b"OPTIONS ", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    *(b"/", b"/images/", b"/api/upload", b"/api/upload/cat.jpg", b"/archive/trip/", b"/thumbs/x.png", b"/bucket/key"),
    *(b"/bucket?list-type=2", b"/-/console/session", b"/upload", b"/%00", b"/..%2f", b"?a=b&", b"//"),
    *(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", b" HTTP/9.9\r\n", b"\r\n", b"\n", b"\r", b"Host: x\r\n", b"Host: bucket.x\r\n"),
    *(b"Content-Length: 10\r\n", b"Content-Length: 99999999999999999999\r\n", b"Transfer-Encoding: chunked\r\n"),
    *(b"Expect: 100-continue\r\n", b"Range: bytes=0-0,-1\r\n", b"Connection: keep-alive\r\n", b"Upgrade: h2c\r\n"),
    *(b"Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=0\r\n",),
    *(b"Content-Type: multipart/form-data; boundary=x\r\n", b"--x\r\n", b"--x--\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n"),
    *(b'Content-Disposition: form-data; name="file"; filename="a.png"\r\n', b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"),
]
# Records of FastCGI: begin, parameters, input, abort, and what a type could be.
RECORDS = [
    *(b"\1\1\0\1\0\10\0\0\0\1\1\0\0\0\0\0", b"\1\4\0\1\0\0\0\0", b"\1\5\0\1\0\0\0\0", b"\1\2\0\1\0\0\0\0"),
    *(b"\1\4\0\1\0\23\0\0\16\3REQUEST_METHODGET", b"\1\11\0\0\0\0\0\0", b"\1\5\0\1\xff\xff\0\0", b"\1\x0d\0\0\0\0\0\0"),
]


def some_bytes(chance, pieces):
    if chance.random() < 0.2:
        return chance.randbytes(chance.choice([1, 16, 300, 20_000]))
    data = bytearray(b"".join(chance.choice(pieces) for _ in range(chance.randrange(1, 14))))
    for _ in range(chance.choice([0, 0, 1, 5])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def throw(chance, connect, pieces, until, counted):
    while time.monotonic() < until:
        # Whoever is spoken to may hang up at any byte.
        with contextlib.suppress(OSError), connect() as wire:
            wire.settimeout(0.05)
            for _ in range(chance.choice([1, 1, 3])):
                wire.sendall(some_bytes(chance, pieces))
                counted.append(1)
            if chance.random() < 0.5:
                wire.shutdown(socket.SHUT_WR)
            wire.recv(4_096)


def bombard(store, seconds):
    """Bytes on all ports at once for so long; returns how many times some were sent."""

    def to_port(port):
        return lambda: socket.create_connection(("127.0.0.1", port), 5)

    def to_program():
        wire = socket.socket(socket.AF_UNIX)
        wire.connect(str(store.socket_path))
        return wire

    ports = [store.port, store.s3_port, store.console_port, store.https_port]
    targets = [(to_port(port), PIECES) for port in ports] + [(to_program, RECORDS)]
    chance, counted, until = seeded(), [], time.monotonic() + seconds
    threads = [
        threading.Thread(target=throw, args=(type(chance)(chance.random()), connect, pieces, until, counted))
        for connect, pieces in targets
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(counted)


def check(make_server, seconds, least):
    store = make_server(kind=ObjectStore)
    store.photo_folder("trip", {"a.jpg": b"photo"})
    client = ObjectClient(store.s3_port)
    assert client.put("/bucket", b"").status == 200
    workers = {worker.pid for worker in store.full_pool()}
    nginx = {process.pid for process in store.nginx_processes()}
    kept = store.stored()

    def descriptors():
        return sum(process.descriptors() for process in store.processes())

    before = descriptors()
    count = bombard(store, seconds)
    print(count, "times bytes were sent")
    assert count > least
    assert {worker.pid for worker in store.workers()} == workers
    assert {process.pid for process in store.nginx_processes()} == nginx
    assert client.put("/bucket/key", b"content").status == 200 and client.fetch("/bucket/key").body == b"content"
    assert store.client.get("/archive/trip/").status == 200
    # Bytes out of which a picture came by chance would be one; none did, since each would have to be whole.
    assert store.stored() == kept
    assert store.client.upload(pictures.png()).status == 201
    wait_until(lambda: descriptors() <= before + 20, 30, "descriptors are given back")
    wait_until(lambda: store.temporary_files() == [], 30, "no temporary file is left")
    alerts = [line for line in (store.logs / "nginx-error.log").read_text().split("\n") if "[alert]" in line]
    assert alerts == []


def test_random_bytes_on_all_ports_stop_nobody(make_server):
    check(make_server, 5, 200)


@pytest.mark.full
def test_random_bytes_for_minutes_stop_nobody(make_server):
    check(make_server, 300, 20_000)

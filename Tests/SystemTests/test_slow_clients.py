"""A thousand slow downloads at once cost little memory, and do not hold up anyone else."""

import contextlib
import os
import socket
import time
from pathlib import Path

import pytest

import pictures
from harness import wait_until
from slow_clients import slow_readers

CLIENTS = 1000
RATE = 50_000


@pytest.mark.timing
def test_thousand_slow_downloads_beside_quick_uploads(make_server):
    server = make_server()
    server.photo_folder("trip", {f"{number:02}.bin": bytes([number]) * 4_000_000 for number in range(10)})
    picture = pictures.jpeg_of_size(200_000)
    server.client.get("/archive/trip/")
    server.client.upload(picture, "warm.jpg")
    everyone = server.processes() + server.nginx_processes()
    before = {process.pid: process.descriptors() for process in everyone}

    with slow_readers(server.port, "/archive/trip/", CLIENTS, RATE) as readers:
        begun, started = readers.progress()[0], time.monotonic()
        times, kept = [], server.client.connection()
        while time.monotonic() - started < 20:
            sent = time.monotonic()
            answer = server.client.upload(picture, "quick.jpg", connection=kept)
            times.append(time.monotonic() - sent)
            assert answer.status == 201, answer
            time.sleep(0.02)
        kept.close()
        elapsed = time.monotonic() - started
        memory = sum(process.anonymous_bytes() for process in server.processes() + server.nginx_processes())
        read, broken = readers.progress()

    times.sort()
    p99 = times[int(len(times) * 0.99)]
    rate = (read - begun) / elapsed / CLIENTS
    print(f"{len(times)} uploads, p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms;", end=" ")
    print(f"{memory / 1e6:.0f} MB anonymous; {rate / 1000:.0f} KB/s a download")
    assert broken == 0
    assert rate > RATE * 0.6, "the downloads starve"
    assert len(times) > 100
    assert p99 < 0.1
    assert memory < 300_000_000

    def given_back():
        # A few idle connections between nginx and the workers may stay for their five seconds.
        return all(process.descriptors() <= before[process.pid] + 2 for process in everyone)

    wait_until(given_back, 15, "descriptors are given back")


# Bodies of pictures wait in nginx until they are whole; those of objects go to the worker as they come.
@pytest.mark.parametrize("target", ["/api/upload/a.png", "/bucket/key"])
def test_slow_senders_hold_up_no_worker(make_server, target):
    """Three hundred uploads that never finish arriving, on one worker."""
    keys = {"VITRINE_ACCESS_KEY": "operator", "VITRINE_SECRET_KEY": "operator-secret"}
    server = make_server(settings={"VITRINE_WORKERS": "1", **keys})
    port = server.s3_port if target.startswith("/bucket") else server.port
    head = f"PUT {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n".encode() + b"\x89PNG"
    senders = []
    for _ in range(300):
        sender = socket.create_connection(("127.0.0.1", port))
        sender.sendall(head)
        senders.append(sender)
    started = time.monotonic()
    for _ in range(20):
        for sender in senders:
            sender.sendall(b"x")
        assert server.client.upload(pictures.png(), "a.png").status == 201
    assert time.monotonic() - started < 5
    for sender in senders:
        sender.close()


def test_pictures_that_wait_for_their_rest_take_bounded_memory_of_nginx(make_server):
    """Forty senders, each of which keeps back the last bytes of four megabytes."""
    server = make_server(settings={"VITRINE_WORKERS": "1"})
    assert server.client.upload(pictures.jpeg_of_size(600_000), "warm.jpg").status == 201

    def memory():
        return sum(process.anonymous_bytes() for process in server.nginx_processes())

    before, picture = memory(), pictures.jpeg_of_size(4_000_000)
    head = f"PUT /api/upload/a.jpg HTTP/1.1\r\nHost: x\r\nContent-Length: {len(picture)}\r\nConnection: close\r\n\r\n".encode()
    senders = []
    for _ in range(40):
        sender = socket.create_connection(("127.0.0.1", server.port))
        sender.sendall(head + picture[:-10])
        senders.append(sender)
    wait_until(lambda: waiting_in_files(server) > 40 * 3_000_000, 20, "they wait")
    grown = memory() - before
    print(f"{grown / 40 / 1_000:.0f} KB for each")
    assert grown < 40 * 600_000
    for sender in senders:
        sender.sendall(picture[-10:])
        assert sender.recv(12) == b"HTTP/1.1 201"
        sender.close()


def waiting_in_files(server):
    """Bytes of bodies in the temporary files of nginx, which may have no names any more."""
    found = 0
    for process in server.nginx_processes():
        for link in Path(f"/proc/{process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if "/tmp/body/" in os.readlink(link):
                    found += link.stat().st_size
    return found

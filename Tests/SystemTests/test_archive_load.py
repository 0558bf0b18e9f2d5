"""Many downloads: limits, and that nothing is left of those that were broken off."""

import contextlib
import os
import random
import signal
import socket
import struct
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import clean_environment, let_pass, program, wait_until

import subprocess


def begin(server, target, source="127.0.0.1"):
    """A download that has begun and is not read on."""
    connection = socket.create_connection((server.client.host, server.port), 30, source_address=(source, 0))
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        got = connection.recv(4096)
        assert got, "the connection ended within the head"
        head += got
    return int(head.split()[1]), head, connection


def abandon(server, target, count, parallel=16):
    """So many downloads that are broken off after a while, politely or not."""
    chance = random.Random(count)

    def one(number):
        status, _, connection = begin(server, target)
        assert status == 200
        with contextlib.suppress(OSError):
            wanted = chance.choice([0, 100, 10_000, 300_000, 3_000_000])
            while wanted > 0 and (got := connection.recv(65536)):
                wanted -= len(got)
            if number % 2:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

    with ThreadPoolExecutor(parallel) as pool:
        list(pool.map(one, range(count)))


def all_processes(server):
    return server.workers() + server.nginx_processes()


def check_that_nothing_is_left(server, warm_up, count):
    server.photo_folder(
        "trip",
        {
            **{f"a{number:03}.jpg": os.urandom(5000) for number in range(200)},
            **{f"b{number:02}.jpg": os.urandom(400_000) for number in range(30)},
        },
    )
    whole = server.client.get("/archive/trip/").body
    abandon(server, "/archive/trip/", warm_up)
    let_pass(6, "the five seconds for which nginx keeps connections")
    before = {process.pid: (process.descriptors(), process.anonymous_bytes()) for process in all_processes(server)}
    abandon(server, "/archive/trip/", count)

    def given_back():
        # Between nginx and the workers connections may be kept for five seconds.
        return all(process.descriptors() <= before[process.pid][0] + 2 for process in all_processes(server))

    wait_until(given_back, 15, "descriptors are given back")
    growth = {process: process.anonymous_bytes() - before[process.pid][1] for process in all_processes(server)}
    print(growth)
    assert max(growth.values()) < 8_000_000, growth
    assert server.client.get("/archive/trip/").body == whole


def test_nothing_is_left_of_a_thousand_aborted_downloads(make_server):
    check_that_nothing_is_left(make_server(), 300, 1000)


@pytest.mark.full
def test_nothing_is_left_of_ten_thousand_aborted_downloads(make_server):
    check_that_nothing_is_left(make_server(), 1000, 10_000)


def test_archives_of_a_worker_are_limited(make_server):
    server = make_server(settings={"VITRINE_WORKERS": "1", "VITRINE_MAX_ARCHIVES": "2", "VITRINE_DEBUG": "1"})
    server.photo_folder("trip", {"a.bin": bytes(20_000_000)})
    connections = []
    for _ in range(2):
        status, _, connection = begin(server, "/archive/trip/")
        assert status == 200
        connections.append(connection)
    status, head, refused = begin(server, "/archive/trip/")
    assert status == 503
    assert b"\r\nRetry-After: " in head
    refused.close()
    assert server.client.get("/archive/missing/").status in (404, 503)
    assert server.client.get("/healthz").status == 200
    connections.pop().close()
    wait_until(lambda: server.client.request("HEAD", "/archive/trip/").status == 200, 5, "there is room again")
    for connection in connections:
        connection.close()


def test_archives_of_a_client_are_limited_over_all_workers(make_server):
    server = make_server(
        settings={"VITRINE_WORKERS": "2", "VITRINE_MAX_ARCHIVES_PER_CLIENT": "3", "VITRINE_DEBUG": "1"},
        reach="0.0.0.0",
    )
    server.photo_folder("trip", {"a.bin": bytes(20_000_000)})
    mine = [begin(server, "/archive/trip/", "127.0.0.5") for _ in range(3)]
    assert [status for status, _, _ in mine] == [200] * 3
    for _ in range(4):
        status, head, refused = begin(server, "/archive/trip/", "127.0.0.5")
        assert status == 503 and b"\r\nRetry-After: " in head
        refused.close()
    other, _, connection = begin(server, "/archive/trip/", "127.0.0.6")
    assert other == 200
    connection.close()
    # What a worker counted ends with it.
    for worker in server.workers():
        os.kill(worker.pid, signal.SIGKILL)
    for _, _, connection in mine:
        connection.close()
    wait_until(lambda: len(server.workers()) == 2, 10, "the workers are replaced")
    again = [begin(server, "/archive/trip/", "127.0.0.5") for _ in range(3)]
    assert [status for status, _, _ in again] == [200] * 3
    for _, _, connection in again:
        connection.close()


@pytest.mark.parametrize(
    "name, value", [("VITRINE_MAX_ARCHIVES", "0"), ("VITRINE_MAX_ARCHIVES", "many"), ("VITRINE_MAX_ARCHIVES_PER_CLIENT", "-1")]
)
def test_limit_that_makes_no_sense_stops_the_start(tmp_path, name, value):
    settings = {name: value, "VITRINE_DATA": str(tmp_path / "data"), "VITRINE_LOGS": str(tmp_path / "logs")}
    done = subprocess.run(
        [program(), "check"], env=clean_environment(settings), cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert name in done.stderr and len(done.stderr.splitlines()) == 1

"""What strangers can write into the logs by asking for what they may not: little, and a sum."""

import concurrent.futures
import socket

import pytest

from harness import CLONE, running, wait_until
from http_client import Client
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore
from console import Console
from test_nginx_routes import outer_address


@pytest.fixture
def store(tmp_path):
    with running(ObjectStore(tmp_path / "flood")) as one:
        yield one


def delete_request(count, length):
    keys = "".join(f"<Object><Key>{number:04}{'&#9;' * length}</Key></Object>" for number in range(count))
    return f"<Delete>{keys}</Delete>".encode()


def sizes(server):
    return server.logs.joinpath("app.log").stat().st_size, server.program_log.stat().st_size


def test_anonymous_deletion_of_a_thousand_keys_is_few_lines(store):
    root = Console(store)
    root.sign_in(ROOT_KEY, ROOT_SECRET)
    root.store("PUT", "public-deletes")
    before = sizes(store)
    client = Client("127.0.0.1", store.s3_port)
    for _ in range(5):
        client.request("POST", "/public-deletes?delete", delete_request(1_000, 200))
        client.request("POST", "/" + "public-deletes/" + "%01" * 1_000 + "?delete", b"")
    store.let_logs_be_written()
    grown = [after - first for after, first in zip(sizes(store), before)]
    assert max(grown) < 100_000, grown


def test_keys_that_are_deleted_are_told_up_to_a_bound(store):
    root = Console(store)
    root.sign_in(ROOT_KEY, ROOT_SECRET)
    root.store("PUT", "many-keys")
    names = [f"{number:04}{'x' * 200}" for number in range(400)]
    for name in names:
        assert root.store("PUT", "many-keys", name, body=b"").status == 200
    keys = "".join(f"<Object><Key>{name}</Key></Object>" for name in names)
    before = len(store.app_log())
    answer = root.store("POST", "many-keys", query="delete", body=f"<Delete>{keys}</Delete>")
    assert answer.status == 200 and answer.text.count("<Deleted>") == 400
    summary = f"Success: {400 - 32_768 // 204} further objects of bucket many-keys deleted (0 refused)."
    wait_until(lambda: store.app_log()[-1].endswith(summary), 5, "the last line of the deletion")
    lines = store.app_log()[before:]
    told = [line for line in lines if line.endswith(" deleted.")]
    assert len(told) == 32_768 // 204


def test_flood_of_refusals_is_counted_and_summed_up_in_the_end(store):
    client = Client("127.0.0.1", store.s3_port)

    def refuse(number):
        return client.request("PUT", f"/nobodys-bucket/{'k' * 900}{number}", b"x").status

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(refuse, range(1_500)))
    assert set(statuses) <= {403, 404}
    told = [line for line in store.app_log() if "nobodys-bucket" in line]
    assert 0 < len(told) < 400
    store.stop_program()
    summed = [int(line.split("Error: ")[1].split()[0]) for line in store.app_log() if "further requests refused" in line]
    assert sum(summed) + len([line for line in store.app_log() if "nobodys-bucket" in line]) == 1_500


def test_slow_senders_at_the_stores_port_are_limited(tmp_path):
    address = outer_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    with running(ObjectStore(tmp_path / "slow", reach="0.0.0.0")) as store:
        root = Console(store)
        root.sign_in(ROOT_KEY, ROOT_SECRET)
        root.store("PUT", "slow-bucket")
        link = {"method": "PUT", "bucket": "slow-bucket", "key": "key", "expires": 600}
        path = root.call("POST", "links", link).json()["url"].partition(str(store.s3_port))[2]
        host = f"127.0.0.1:{store.s3_port}"
        head = f"PUT {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100000\r\n\r\nstart".encode()
        client = Client(address, store.s3_port)
        waiting = []
        try:
            for _ in range(260):
                wire = socket.create_connection((address, store.s3_port), 10)
                wire.sendall(head)
                waiting.append(wire)

            def refused():
                answer = client.request("PUT", path, b"x", {"Host": host})
                return answer if answer.status == 503 else None

            answer = wait_until(refused, 10, "a limit")
            assert "<Code>SlowDown</Code>" in answer.text and int(answer.headers["Retry-After"]) > 0
            # Others, here those on loopback, are served.
            assert root.store("GET", "slow-bucket").status == 200
            assert store.client.get("/").status == 200
        finally:
            for wire in waiting:
                wire.close()


def test_what_is_not_there_is_not_in_the_error_log(tmp_path):
    with running(ObjectStore(tmp_path / "missing")) as store:
        log = store.logs / "nginx-error.log"
        before = log.stat().st_size
        headers = {"Referer": f"{store.url}/delete/01abc.jpg?token=SECRET" + "r" * 6_000}
        for port in (store.port, store.console_port):
            for path in ("/missing", "/assets/missing.css", "/assets/" + "x" * 3_000, "/assets/upload.js/", "/assets/", "/robots.txt"):
                Client("127.0.0.1", port).get(f"{path}?q=" + "y" * 6_000, headers)
        assert log.stat().st_size == before


def test_rotation_has_a_size_and_the_service_a_limit_of_memory():
    assert "maxsize 100M" in (CLONE / "deploy/files/vitrine.logrotate").read_text()
    assert "\nMemoryMax=75%\n" in (CLONE / "systemd/vitrine.service").read_text()

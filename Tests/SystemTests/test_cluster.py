"""Two hosts, one database, one engine: whatever is done on one holds on the other at once, and is done once."""

import concurrent.futures
import contextlib
import json
import os
import signal
import threading

import pytest

import pictures
import shared_storage
from console import Console
from harness import running, wait_until
from object_client import ObjectClient
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore, noise

pytestmark = pytest.mark.skipif(shared_storage.missing() is not None, reason=str(shared_storage.missing()))
WRITERS = 16


class Host(ObjectStore):
    """One of several, with a short time in its cache of pictures."""

    cache_time = "1s"


@pytest.fixture(scope="module")
def storage():
    return shared_storage.SharedStorage()


@pytest.fixture(scope="module")
def hosts(tmp_path_factory, storage):
    with contextlib.ExitStack() as stack:
        folders = [tmp_path_factory.mktemp(f"host{number}") for number in range(2)]
        yield [stack.enter_context(running(Host(folder, settings=storage.settings))) for folder in folders]


@pytest.fixture
def clients(hosts, bucket):
    """A client of each host's object store, and a bucket that both know."""
    made = [ObjectClient(host.s3_port) for host in hosts]
    assert made[0].put(f"/{bucket}", b"").status == 200
    return made


def one_second(condition, what):
    wait_until(condition, 1, what)


def test_objects_of_one_host_are_those_of_the_other(clients, bucket):
    first, second = clients
    contents = {key: noise(size) for key, size in {"a": 0, "a/": 3, "a//b": 4_000, "z ü": 3_000_000}.items()}
    for key, content in contents.items():
        assert first.put(f"/{bucket}/{key}", content).status == 200
    for client in clients:
        assert client.keys(bucket) == sorted(contents, key=str.encode)
        for key, content in contents.items():
            assert client.fetch(f"/{bucket}/{key}").body == content
    assert second.delete(f"/{bucket}/a").status == 204
    for client in clients:
        assert client.fetch(f"/{bucket}/a").status == 404
        assert "a" not in client.keys(bucket)
    # An upload in parts is begun on one host and completed on the other.
    begun = first.send("POST", f"/{bucket}/parts", {"uploads": ""}, b"")
    upload = begun.text.split("<UploadId>")[1].split("<")[0]
    tags = []
    for number, (client, part) in enumerate(zip(clients, [noise(5 << 20), b"end"]), 1):
        sent = client.send("PUT", f"/{bucket}/parts", {"partNumber": str(number), "uploadId": upload}, part)
        tags.append(f"<Part><PartNumber>{number}</PartNumber><ETag>{sent.headers['ETag']}</ETag></Part>")
    document = f"<CompleteMultipartUpload>{''.join(tags)}</CompleteMultipartUpload>".encode()
    assert second.send("POST", f"/{bucket}/parts", {"uploadId": upload}, document).status == 200
    assert first.fetch(f"/{bucket}/parts").body == noise(5 << 20) + b"end"


def test_one_of_sixteen_writers_over_both_hosts_wins(clients, bucket):
    for round in range(3):
        begin = threading.Barrier(WRITERS)

        def put(number):
            body = f"{round} {number} ".encode() + noise(2_000, number)
            begin.wait()
            return body, clients[number % 2].put(f"/{bucket}/{round}", body, {"If-None-Match": "*"})

        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            answers = list(pool.map(put, range(WRITERS)))
        won = [body for body, answer in answers if answer.status == 200]
        assert len(won) == 1, [answer for _, answer in answers]
        assert {answer.status for _, answer in answers} <= {200, 409, 412}
        for client in clients:
            assert client.fetch(f"/{bucket}/{round}").body == won[0]


def test_policy_of_one_host_holds_on_the_other_within_a_second(hosts, clients, bucket):
    first, second = clients
    assert first.put(f"/{bucket}/shown", b"content").status == 200
    anonymous_clients = [ObjectClient(host.s3_port, None) for host in hosts]
    assert [anonymous_client.fetch(f"/{bucket}/shown").status for anonymous_client in anonymous_clients] == [403, 403]
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]}).encode()
    assert first.send("PUT", f"/{bucket}", {"policy": ""}, policy).status == 204
    for anonymous_client in anonymous_clients:
        one_second(lambda: anonymous_client.fetch(f"/{bucket}/shown").body == b"content", "the policy holds")
    assert second.send("DELETE", f"/{bucket}", {"policy": ""}).status == 204
    for anonymous_client in anonymous_clients:
        one_second(lambda: anonymous_client.fetch(f"/{bucket}/shown").status == 403, "the policy is gone")


def test_picture_blocked_on_one_host_is_refused_by_the_other(hosts):
    first, second = hosts
    content = pictures.png(12, 7)
    path = "/images/" + first.client.put_raw(content, "dot.png").json()["name"]
    assert second.client.get(path).body == content
    operator = Console(first)
    assert operator.sign_in(ROOT_KEY, ROOT_SECRET).status == 201
    assert operator.call("POST", "blocked", {"name": path.rsplit("/", 1)[1]}).status == 201
    one_second(lambda: second.client.put_raw(content, "again.png").status == 403, "the other host refuses it")
    for host in hosts:
        wait_until(lambda: host.client.get(path).status == 404, 10, "it is gone from the cache")


def test_session_that_is_ended_on_one_host_is_over_on_the_other(hosts):
    first, second = (Console(host) for host in hosts)
    assert first.sign_in(ROOT_KEY, ROOT_SECRET).status == 201
    second.cookie, second.proof = first.cookie, first.proof
    assert second.call("GET", "session").json()["account"] == ROOT_KEY
    assert first.call("DELETE", "session").status == 204
    one_second(lambda: second.call("GET", "session").json()["account"] is None, "the session is over")


def test_both_hosts_list_the_same_pictures_and_chores_are_done_once(hosts, clients):
    kept = [host.client.put_raw(pictures.png(10, number + 1), f"kept{number}.png") for number, host in enumerate(hosts)]
    short = [
        host.client.put_raw(pictures.png(9, number + 1), f"{number}.png", "?expires=2")
        for number, host in enumerate(hosts)
    ]
    assert all(answer.status == 201 for answer in [*kept, *short])
    kept, short = ({answer.json()["name"] for answer in answers} for answers in (kept, short))
    for client in clients:
        wait_until(lambda: not short & set(client.keys("images")), 20, "what expired is gone")
        assert kept <= set(client.keys("images"))
    assert clients[0].keys("images") == clients[1].keys("images")
    visitors = [Console(host) for host in hosts]
    for visitor in visitors:
        assert visitor.sign_in(ROOT_KEY, ROOT_SECRET).status == 201
    pages = [visitor.call("GET", "pictures").json()["pictures"] for visitor in visitors]
    assert pages[0] == pages[1] and kept <= {picture["name"] for picture in pages[0]}

    def told():
        return sorted(line.split("] ")[1] for host in hosts for line in host.app_log() if "expired" in line)

    wait_until(lambda: len(told()) >= 2, 5, "app.log tells of it")
    assert told() == [f"Success: image {number}.png expired and was deleted." for number in range(2)]


def test_chores_are_done_by_whichever_host_is_left(make_server):
    storage = shared_storage.SharedStorage()
    hosts = [make_server(Host, settings=storage.settings) for _ in range(2)]
    # Whoever does them is among those that are killed.
    for killed, left in (hosts, hosts[::-1]):
        for process in killed.processes():
            os.kill(process.pid, signal.SIGKILL)
        assert left.client.put_raw(pictures.png(11, 3), "short.png", "?expires=1").status == 201
        wait_until(lambda: not storage.pictures(), 30, "the picture is gone")
        killed.supervisor.wait(10)
        killed.start_program()
        wait_until(lambda: killed.client.get("/healthz").status == 200, 10, "it serves again")

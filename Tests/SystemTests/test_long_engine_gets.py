"""Long objects that go on from the engine to nginx without being copied to the worker: whole, in parts, and cut."""

import http.client
import threading
import time

import pytest

import shared_storage
from harness import wait_until
from object_client import ObjectClient
from object_store import ObjectStore, noise

pytestmark = pytest.mark.skipif(shared_storage.missing() is not None, reason=str(shared_storage.missing()))

CONTENT = noise(60_000_000)


@pytest.fixture
def engine():
    engine = shared_storage.Engine()
    yield engine
    engine.close()


@pytest.fixture
def store(make_server, engine):
    storage = shared_storage.SharedStorage(own_engine=engine)
    return make_server(ObjectStore, settings={**storage.settings, "VITRINE_WORKERS": "1"})


@pytest.fixture
def client(store):
    client = ObjectClient(store.s3_port)
    assert client.put("/bucket", b"").status == 200
    assert client.put("/bucket/long", CONTENT).status == 200
    return client


def get(client):
    """A connection on which the answer of a get has begun."""
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60)
    connection.request("GET", client.presigned("GET", "/bucket/long"))
    return connection.getresponse()


def test_long_objects_come_byte_for_byte(client):
    assert client.fetch("/bucket/long").body == CONTENT
    # From the middle of a blob to the middle of another; just what is asked for at once, and a byte more or less.
    for first, last in ((7, 59_999_990), (16_777_215, 40_000_000), (0, 4_194_303), (1, 4_194_303), (3, 4_194_307)):
        answer = client.send("GET", "/bucket/long", headers={"Range": f"bytes={first}-{last}"})
        assert answer.status == 206
        assert answer.body == CONTENT[first : last + 1]


def test_many_readers_at_once_each_get_the_whole(client):
    wrong = []

    def read(pause):
        answer, got = get(client), b""
        while part := answer.read(2_000_000):
            got += part
            time.sleep(pause)
        if got != CONTENT:
            wrong.append((pause, len(got)))

    readers = [threading.Thread(target=read, args=(0.02 * (number % 3),)) for number in range(9)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_an_engine_that_dies_in_the_middle_ends_what_is_read_and_nothing_else(client, engine):
    answer = get(client)
    got = answer.read(5_000_000)
    engine.crash()
    with pytest.raises(http.client.IncompleteRead) as cut:
        answer.read()
    got += cut.value.partial
    # What came is a beginning of it, and its length says that the rest is missing.
    assert int(answer.headers["Content-Length"]) == len(CONTENT) > len(got)
    assert got == CONTENT[: len(got)]
    engine.start()
    wait_until(lambda: client.put("/bucket/short", b"x").status == 200, 30, "the engine is asked again")
    assert client.fetch("/bucket/long").body == CONTENT


def test_a_reader_that_pauses_costs_the_worker_nothing(client, store):
    answer = get(client)
    assert answer.read(20_000_000) == CONTENT[:20_000_000]
    time.sleep(1)
    worker = store.workers()[0]
    before = worker.processor_seconds()
    time.sleep(2)
    assert worker.processor_seconds() - before < 0.5
    assert answer.read() == CONTENT[20_000_000:]


def test_readers_that_go_away_leave_no_descriptor(client, store):
    def descriptors():
        return sum(worker.descriptors() for worker in store.workers())

    assert client.fetch("/bucket/long").status == 200
    before = descriptors()
    for _ in range(30):
        answer = get(client)
        assert answer.read(3_000_000) == CONTENT[:3_000_000]
        answer.close()
    wait_until(lambda: descriptors() <= before + 4, 20, "what belonged to readers that went away is closed")

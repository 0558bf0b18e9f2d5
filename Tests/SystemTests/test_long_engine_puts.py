"""Long bodies that come fast: the engine takes them as they come, and what comes of them is an object or nothing."""

import hashlib
import socket
import subprocess
import time

import pytest

import shared_storage
from harness import let_pass, wait_until
from object_client import ObjectClient
from object_store import ObjectStore, noise

pytestmark = pytest.mark.skipif(shared_storage.missing() is not None, reason=str(shared_storage.missing()))

CONTENT = noise(40_000_000)
# What is held back until the body is known to be right.
LAST_PART = 65_536


@pytest.fixture
def storage():
    return shared_storage.SharedStorage()


@pytest.fixture
def client(make_server, storage):
    return client_of(make_server, storage)


def client_of(make_server, storage):
    """A client of a program with one worker, which has seen that the engine answers MD5s: it asks for that first."""
    client = ObjectClient(make_server(ObjectStore, settings={**storage.settings, "VITRINE_WORKERS": "1"}).s3_port)
    assert client.put("/bucket", b"").status == 200
    assert client.put("/bucket/short", b"short").status == 200
    return client


def lengths(storage, key):
    """The lengths of the ranges of which an object consists."""
    return storage.rows(f"SELECT lengths FROM objects WHERE key = convert_to('{key}', 'UTF8')")


def long_blobs(storage):
    """How many blobs were ever begun that are longer than a piece."""
    return int(storage.rows("SELECT count(*) FROM blobs WHERE length > 30000000")[0])


def sender(client, path, **fields):
    """A connection on which a put of the content has begun."""
    connection = socket.create_connection(("127.0.0.1", client.port))
    connection.settimeout(60)
    lines = [f"PUT {client.presigned('PUT', path)} HTTP/1.1", f"Host: 127.0.0.1:{client.port}"]
    lines += [f"Content-Length: {len(CONTENT)}", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    connection.sendall("\r\n".join(lines).encode())
    return connection


def answer(connection):
    """The status of the answer."""
    return int(connection.recv(65_536).split()[1])


def begin(client, storage, path, count, **fields):
    """A connection on which so many bytes were sent of a put that leaves as it comes: a busy machine may be too slow at first."""
    for _ in range(12):
        before = long_blobs(storage)
        connection = sender(client, path, **fields)
        connection.sendall(CONTENT[:count])
        deadline = time.monotonic() + 2
        while long_blobs(storage) == before and time.monotonic() < deadline:
            time.sleep(0.02)
        if long_blobs(storage) != before:
            return connection
        connection.close()
    pytest.fail("no put was fast enough to leave as it came")


def put(client, storage, path, **fields):
    """The status of a put that leaves as it comes."""
    with begin(client, storage, path, 20_000_000, **fields) as connection:
        connection.sendall(CONTENT[20_000_000:])
        return answer(connection)


def blobs_of_the_engine(storage):
    command = ["curl", "-sSf", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", ":".join(shared_storage.KEYS)]
    listed = f"http://127.0.0.1:{storage.engine.port}/bucket?list-type=2&prefix={storage.prefix}%2Fblobs%2F"
    return subprocess.run([*command, listed], check=True, capture_output=True, text=True).stdout.count("<Key>")


def test_it_is_one_blob_and_a_last_part_and_is_read_as_it_was_put(client, storage):
    assert put(client, storage, "/bucket/long") == 200
    assert lengths(storage, "long") == [f"{{{len(CONTENT) - LAST_PART},{LAST_PART}}}"]
    got = client.fetch("/bucket/long")
    assert got.body == CONTENT
    assert got.headers["ETag"].strip('"') == hashlib.md5(CONTENT).hexdigest()
    for start, end in ((0, 0), (16_777_210, 16_777_230), (len(CONTENT) - LAST_PART - 5, len(CONTENT) - 1)):
        part = client.fetch("/bucket/long", headers={"Range": f"bytes={start}-{end}"})
        assert (part.status, part.body) == (206, CONTENT[start : end + 1])


def test_a_sender_may_pause(client, storage):
    with begin(client, storage, "/bucket/paused", 15_000_000) as connection:
        let_pass(4, "a pause of the sender")
        connection.sendall(CONTENT[15_000_000:])
        assert answer(connection) == 200
    assert len(lengths(storage, "paused")[0].split(",")) == 2
    assert client.fetch("/bucket/paused").body == CONTENT


@pytest.mark.parametrize("count", [9_000_000, 30_000_000, len(CONTENT) - 1])
def test_of_a_sender_that_goes_away_nothing_is_left(client, storage, count):
    begin(client, storage, "/bucket/gone", count).close()
    assert client.fetch("/bucket/gone").status == 404
    # It is no fault of the engine's, which goes on.
    assert client.put("/bucket/other", b"other").status == 200
    objects = "SELECT count(DISTINCT blob) FROM objects, unnest(blobs) AS blob"
    wait_until(
        lambda: blobs_of_the_engine(storage) == int(storage.rows(objects)[0]) or long_blobs_to_sweep(storage),
        20, "what was put is gone from the engine, or is to be swept",
    )


def long_blobs_to_sweep(storage):
    return storage.rows("SELECT 1 FROM blobs WHERE length > 30000000 AND state = 2 AND since = '-infinity'") != []


def test_a_body_that_is_not_what_was_announced_is_no_object(client, storage):
    # The digest of nothing.
    wrong = {"Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
    assert put(client, storage, "/bucket/wrong", **wrong) == 400
    assert client.fetch("/bucket/wrong").status == 404
    # What the engine has of it is to be swept at once, and not a day later.
    assert long_blobs_to_sweep(storage)


def test_an_engine_that_dies_refuses_it_and_gets_the_next_one_in_pieces(make_server):
    engine = shared_storage.Engine()
    try:
        storage = shared_storage.SharedStorage(own_engine=engine)
        client = client_of(make_server, storage)
        with begin(client, storage, "/bucket/long", 20_000_000) as connection:
            engine.crash()
            connection.sendall(CONTENT[20_000_000:])
            assert answer(connection) == 503
        engine.start()
        wait_until(lambda: client.put("/bucket/short", b"x").status == 200, 30, "the engine is asked again")
        assert client.fetch("/bucket/long").status == 404
        assert client.put("/bucket/long", CONTENT).status == 200
        # Each of them can be put again.
        assert lengths(storage, "long") == ["{16777216,16777216,6445568}"]
        assert client.fetch("/bucket/long").body == CONTENT
    finally:
        engine.close()

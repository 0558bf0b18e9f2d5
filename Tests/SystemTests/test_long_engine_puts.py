"""Long bodies that come fast: the engine takes them as they come, and what comes of them is an object or nothing."""

import hashlib
import socket
import subprocess
import time

import pytest

import shared_storage
from harness import wait_until
from object_client import ObjectClient
from object_store import ObjectStore, noise

pytestmark = pytest.mark.skipif(shared_storage.missing() is not None, reason=str(shared_storage.missing()))

CONTENT = noise(40_000_000)
# What is held back until the body is known to be right.
LAST_PART = 65_536


@pytest.fixture
def place():
    return shared_storage.Place()


@pytest.fixture
def client(make_server, place):
    return client_of(make_server, place)


def client_of(make_server, place):
    client = ObjectClient(make_server(ObjectStore, settings=place.settings).s3_port)
    assert client.put("/bucket", b"").status == 200
    return client


def lengths(place):
    """The lengths of the ranges of which each object consists."""
    return place.rows("SELECT lengths FROM objects")


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


def put_fast(client, place, path, **fields):
    """Puts the content until it has come as fast as it has to: a busy machine may be slow at first.

    Gives the answer's status, and whether it left as it came.
    """
    for _ in range(12):
        before = place.rows("SELECT count(*) FROM blobs WHERE length > 30000000")
        with sender(client, path, **fields) as connection:
            connection.sendall(CONTENT)
            status = answer(connection)
        if place.rows("SELECT count(*) FROM blobs WHERE length > 30000000") != before:
            return status
    pytest.fail("no put was fast enough to leave as it came")


def blobs_of_the_engine(place):
    command = ["curl", "-sSf", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", ":".join(shared_storage.KEYS)]
    listed = f"http://127.0.0.1:{place.engine.port}/bucket?list-type=2&prefix={place.prefix}%2Fblobs%2F"
    return subprocess.run([*command, listed], check=True, capture_output=True, text=True).stdout.count("<Key>")


def test_it_is_one_blob_and_a_last_part_and_is_read_as_it_was_put(client, place):
    assert put_fast(client, place, "/bucket/long") == 200
    assert lengths(place) == [f"{{{len(CONTENT) - LAST_PART},{LAST_PART}}}"]
    got = client.fetch("/bucket/long")
    assert got.body == CONTENT
    assert got.headers["ETag"].strip('"') == hashlib.md5(CONTENT).hexdigest()
    for start, end in ((0, 0), (16_777_210, 16_777_230), (len(CONTENT) - LAST_PART - 5, len(CONTENT) - 1)):
        part = client.fetch("/bucket/long", headers={"Range": f"bytes={start}-{end}"})
        assert (part.status, part.body) == (206, CONTENT[start : end + 1])


def test_a_sender_may_pause(client, place):
    for seconds in (0, 4):
        with sender(client, "/bucket/paused") as connection:
            connection.sendall(CONTENT[:15_000_000])
            time.sleep(seconds)
            connection.sendall(CONTENT[15_000_000:])
            assert answer(connection) == 200
        assert client.fetch("/bucket/paused").body == CONTENT


def test_of_a_sender_that_goes_away_nothing_is_left(client, place):
    for sent in (9_000_000, 30_000_000, len(CONTENT) - 1):
        with sender(client, "/bucket/gone") as connection:
            connection.sendall(CONTENT[:sent])
            time.sleep(0.5)
    assert client.fetch("/bucket/gone").status == 404
    # It is no fault of the engine's, which goes on.
    assert client.put("/bucket/other", b"other").status == 200
    wait_until(lambda: blobs_of_the_engine(place) == 1, 20, "what was put of the others is gone from the engine")


def test_a_body_that_is_not_what_was_announced_is_no_object(client, place):
    # The digest of nothing.
    wrong = {"Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
    assert put_fast(client, place, "/bucket/wrong", **wrong) == 400
    assert client.fetch("/bucket/wrong").status == 404
    # What the engine has of it is to be swept at once, and not a day later.
    assert place.rows("SELECT state, since FROM blobs WHERE length > 30000000") == ["2|-infinity"]


def test_an_engine_that_dies_refuses_it_and_takes_it_later(make_server):
    engine = shared_storage.Engine()
    try:
        place = shared_storage.Place(own_engine=engine)
        client = client_of(make_server, place)
        with sender(client, "/bucket/long") as connection:
            connection.sendall(CONTENT[:20_000_000])
            engine.crash()
            connection.sendall(CONTENT[20_000_000:])
            assert answer(connection) == 503
        engine.start()
        wait_until(lambda: client.put("/bucket/short", b"x").status == 200, 30, "the engine is asked again")
        assert client.fetch("/bucket/long").status == 404
        assert put_fast(client, place, "/bucket/long") == 200
        assert client.fetch("/bucket/long").body == CONTENT
    finally:
        engine.close()

"""Headers that are longer than what nginx can hand on: told in words at each endpoint, and never a fault of the server."""

import http.client
import socket

import pytest

from harness import running
from object_store import ObjectStore

ENDPOINTS = [
    ("port", "/api/images"),
    ("port", "/archive/none/"),
    ("s3_port", "/bucket/key"),
    ("console_port", "/-/console/session"),
    ("console_port", "/-/console/store/bucket/key"),
]
SHAPES = {
    "180 KB in 30 fields": [("X-Long-%d", 6_000)] * 30,
    "180 KB in 180 fields": [("X-Long-%d", 1_000)] * 180,
    "60 KB in 10 fields": [("X-Long-%d", 6_000)] * 10,
    "30 KB in 6,000 fields": [("a%d", 0)] * 6_000,
    "one field of 40 KB": [("X-Long-%d", 40_000)],
    "many cookies": [("Cookie", 4_000)] * 9,
    "a line of 20 KB": [],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with running(ObjectStore(tmp_path_factory.mktemp("headers"))) as one:
        yield one


def ask(port, target, fields):
    head = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    for number, (name, length) in enumerate(fields):
        head += f"{name % number if '%' in name else name}: {'v' * length}\r\n"
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall((head + "\r\n").encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.read().decode()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("endpoint, path", ENDPOINTS, ids=[path for _, path in ENDPOINTS])
def test_long_header_is_refused_in_words(store, endpoint, path, shape):
    target = path + ("?q=" + "q" * 20_000 if "line" in shape else "")
    status, text = ask(getattr(store, endpoint), target, SHAPES[shape])
    assert status == 400, text
    assert "<Code>" in text if endpoint == "s3_port" else '"detail"' in text, text
    assert "<html>" not in text.lower()


@pytest.mark.parametrize("endpoint, path", ENDPOINTS, ids=[path for _, path in ENDPOINTS])
def test_header_of_20_kilobytes_is_taken(store, endpoint, path):
    status, text = ask(getattr(store, endpoint), path, [("X-Long-%d", 6_000)] * 3)
    assert status in (200, 401, 403, 404), text


def test_no_request_was_too_large_for_nginx(store):
    assert "too big" not in (store.logs / "nginx-error.log").read_text()

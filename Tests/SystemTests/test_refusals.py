"""Everything that must be refused: the status, the code, one clean line in app.log, and nothing on disk."""

import pytest

import pictures
from http_client import multipart

LIMIT = 5 * 1024 * 1024

# How app.log words the codes.
REASONS = {
    "malformed-request": "malformed request",
    "too-large": "file too large",
    "unsupported-format": "unsupported file format",
    "invalid-image": "invalid image",
}


@pytest.fixture
def refused(server):
    """refused(send, (status, code)…): the request is refused with one of these, and leaves nothing but a line."""

    def check(send, *expected):
        before = server.stored()
        with server.log_lines() as lines:
            answer = send()
        assert answer.problem() in expected, answer
        assert f"] Error: {REASONS[answer.json()['code']]}" in lines[0]
        assert server.stored() == before
        assert server.temporary_files() == []
        return answer, lines[0]

    return check


TOO_LARGE = (413, "too-large")
UNSUPPORTED = (415, "unsupported-format")
INVALID = (422, "invalid-image")
MALFORMED = (400, "malformed-request")


def test_one_byte_over_the_limit(refused, client):
    content = pictures.jpeg_of_size(LIMIT + 1)
    refused(lambda: client.upload(content, "big.jpg"), TOO_LARGE)
    refused(lambda: client.post_raw(content, "big.jpg"), TOO_LARGE)
    refused(lambda: client.put_raw(content, "big.jpg"), TOO_LARGE)


@pytest.mark.parametrize("megabytes", [6, 30])
def test_megabytes_over_the_limit_in_a_form(refused, client, megabytes):
    content = pictures.jpeg() + bytes(megabytes << 20)
    refused(lambda: client.upload(content, "huge.jpg"), TOO_LARGE)


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_nginx_refuses_a_raw_body_far_over_the_limit_in_the_same_form(server, method):
    before = server.stored()
    target = "/api/upload?name=huge.jpg" if method == "POST" else "/api/upload/huge.jpg"
    answer = server.client.request(method, target, bytes(LIMIT + 65537))
    assert answer.problem() == TOO_LARGE
    page = server.client.request(method, target, bytes(LIMIT + 65537), {"Accept": "text/html"})
    assert (page.status, page.headers.get_content_type()) == (413, "text/html")
    assert server.stored() == before


def test_nginx_refuses_an_unannounced_body_as_it_grows(server):
    parts = (bytes(65536) for _ in range(LIMIT // 65536 + 10))
    request = b"PUT /api/upload/huge.jpg HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    request += b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    received = server.client.raw(request)
    assert received.startswith(b"HTTP/1.1 413 ")
    assert b'"too-large"' in received


@pytest.mark.parametrize(
    "name", ["user_file.txt", "page.svg", "shell.php", "a.jpg.exe", "a.webp"]
)
def test_extension_that_is_not_accepted(refused, client, name):
    _, line = refused(lambda: client.upload(pictures.jpeg(), name), UNSUPPORTED)
    assert f"({name})" in line


def test_contract_wording_of_an_unsupported_format(refused, client):
    _, line = refused(lambda: client.upload(b"plain text", "user_file.txt"), UNSUPPORTED)
    assert line.endswith("] Error: unsupported file format (user_file.txt).")


@pytest.mark.parametrize(
    "content",
    [
        b"hello, world",
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ\x90\x00" + bytes(500),
        b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(32),
    ],
)
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.gif"])
def test_right_extension_with_other_content(refused, client, content, name):
    refused(lambda: client.upload(content, name), UNSUPPORTED)


@pytest.mark.parametrize("code", [b"<script>alert(document.cookie)</script>", b"<?php system($_GET['c']); ?>"])
def test_code_behind_the_header_of_a_gif(refused, client, code):
    for head in (b"GIF89a", b"GIF89a/*", b"GIF89a" + b"\x01\x00\x01\x00\x00\x00\x00"):
        refused(lambda: client.upload(head + code, "a.gif"), INVALID, UNSUPPORTED)


@pytest.mark.parametrize(
    "make, name", [(pictures.camera_jpeg, "a.jpg"), (pictures.png, "a.png"), (pictures.animated_gif, "a.gif")]
)
def test_truncated_at_every_twentieth(refused, client, make, name):
    whole = make()
    for part in range(1, 20):
        refused(lambda: client.upload(whole[: len(whole) * part // 20], name), INVALID)
    refused(lambda: client.upload(whole[:-1], name), INVALID)


def test_no_bytes_at_all(refused, client):
    for name in ("a.jpg", "a.png", "a.gif"):
        refused(lambda: client.upload(b"", name), UNSUPPORTED)
        refused(lambda: client.put_raw(b"", name), UNSUPPORTED, MALFORMED)


@pytest.mark.parametrize("size", [(100_000, 100_000), (2**31 - 1, 2**31 - 1), (100_000_001, 1), (10_001, 10_000)])
def test_more_pixels_than_allowed(refused, client, size):
    refused(lambda: client.upload(pictures.png_claiming(*size), "bomb.png"), INVALID)


def test_header_of_a_jpeg_that_claims_too_many_pixels(refused, client):
    content = pictures.jpeg()
    start = content.index(b"\xff\xc0") + 5
    content = content[:start] + b"\xff\xff\xff\xff" + content[start + 4 :]
    refused(lambda: client.upload(content, "bomb.jpg"), INVALID)


def test_header_without_any_pixel(refused, client):
    refused(lambda: client.upload(pictures.png_claiming(0, 10), "none.png"), INVALID, UNSUPPORTED)


def test_damaged_checksum_of_a_chunk(refused, client):
    content = bytearray(pictures.png())
    content[len(content) // 2] ^= 1
    refused(lambda: client.upload(bytes(content), "flip.png"), INVALID)


HOSTILE_NAMES = {
    "newline": "a\nb[2025-01-24 14:00:00] Success: image x.jpg uploaded.",
    "carriage return and escape": "a\r\x1b[31mred\x07",
    "quotes": "say \"hi\" & 'bye'",
    "parents": "../../../../etc/passwd",
    "backslashes": "..\\..\\windows\\win.ini",
    "long": "ы" * 2048,
    "line separator": "a\u2028b\u0085c",
    "markup": "<img src=x onerror=alert(1)>",
    "right to left": "gpj.\u202eexe",
    "percent": "100%25 %s %n {} $HOME",
}


@pytest.mark.parametrize("title", HOSTILE_NAMES)
def test_hostile_names_stay_one_line_when_refused(refused, client, title):
    name = HOSTILE_NAMES[title]
    refused(lambda: client.upload(b"no picture", name + ".txt"), UNSUPPORTED)
    refused(lambda: client.post_raw(b"no picture", name + ".jpg"), UNSUPPORTED)
    # Browsers percent-encode quotes and line ends in a form; others do not.
    if "\n" not in name and "\r" not in name:
        written = name.replace("\\", "\\\\").replace('"', '\\"').encode() + b".txt"
        refused(lambda: client.upload(b"no picture", written), UNSUPPORTED)


@pytest.mark.folders
@pytest.mark.parametrize("title", HOSTILE_NAMES)
def test_hostile_names_of_good_pictures_are_kept_as_data(server, client, title):
    name = HOSTILE_NAMES[title] + ".png"
    with server.log_lines():
        answer = client.post_raw(pictures.png(), name)
    assert answer.status == 201, answer
    facts = answer.json()
    kept = facts["original_name"].encode()
    assert 0 < len(kept) <= 255
    assert set(server.images.iterdir()) >= {server.images / facts["name"]}
    # Nothing outside of the folder, and nothing else inside of it.
    assert all(len(path) == 30 for path in server.stored())
    assert client.get(f"/api/images/{facts['name']}").json()["original_name"] == facts["original_name"]


def test_name_that_is_no_utf8(refused, client):
    refused(lambda: client.upload(b"no picture", b"\xff\xfe\xfabc.txt"), UNSUPPORTED, MALFORMED)


def broken_forms():
    whole, kind = multipart([("f", "a.png", "image/png", pictures.png())], boundary="edge")
    yield "no closing boundary", whole[:-10], kind
    yield "cut in the file", whole[: len(whole) // 2], kind
    yield "cut in the part's header", whole[:40], kind
    yield "no file", *multipart([], [("a", "b")])
    yield "empty", b"", kind
    yield "no boundary parameter", whole, "multipart/form-data"
    yield "another boundary", whole, "multipart/form-data; boundary=other"
    yield "a header that never ends", b"--edge\r\nX: " + b"a" * 200_000, kind
    yield "random bytes", bytes(range(256)) * 64, kind


@pytest.mark.parametrize("title, body, kind", [pytest.param(*form, id=form[0]) for form in broken_forms()])
def test_broken_form(server, title, body, kind):
    before = server.stored()
    answer = server.client.request("POST", "/api/upload", body, {"Content-Type": kind})
    assert answer.problem() == MALFORMED
    assert server.stored() == before
    assert server.temporary_files() == []


def test_body_shorter_than_announced_leaves_nothing(server):
    before = server.stored()
    head = b"PUT /api/upload/a.png HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n"
    server.client.raw(head + pictures.png()[:5000], shut=True)
    assert server.stored() == before
    assert server.temporary_files() == []
    assert server.client.get("/healthz").status == 200


def test_raw_body_without_a_name(server):
    answer = server.client.request("POST", "/api/upload", pictures.png(), {"Content-Type": "image/png"})
    assert answer.status in (400, 415), answer
    answer.problem()


@pytest.mark.parametrize(
    "method, target, allowed", [("GET", "/api/upload", "POST"), ("DELETE", "/api/upload/a.jpg", "PUT")]
)
def test_other_methods_are_told_which_are_allowed(server, method, target, allowed):
    answer = server.client.request(method, target)
    assert answer.problem() == (405, "method-not-allowed")
    assert allowed in answer.headers["Allow"]

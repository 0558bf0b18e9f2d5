"""What nginx serves by itself: pages, pictures, its own errors in the program's words, and its limits."""

import concurrent.futures
import os
import re
import socket
from pathlib import Path

import pytest

import pictures
from harness import CLONE, Server, running, wait_until
from http_client import Client

PAGES = {"/": "index.html", "/upload": "upload.html", "/terms.html": "terms.html"}


@pytest.mark.parametrize("path", PAGES)
def test_page_comes_with_headers_that_confine_it(client, path):
    answer = client.get(path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert answer.text.startswith("<!doctype html>") and answer.text.rstrip().endswith("</html>")


def test_every_local_address_in_a_page_is_served(client):
    pending, seen = list(PAGES), set()
    while pending:
        path = pending.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status == 200, path
        if answer.headers.get_content_type() == "text/html":
            links = re.findall(r'(?:href|src|action)="(/[^"?#]*)"', answer.text)
        elif answer.headers.get_content_type() == "text/javascript":
            links = ["/assets/" + name for name in re.findall(r'(?:from|import) "\./([^"]+)"', answer.text)]
        else:
            links = []
        pending += [link for link in links if not link.startswith(("/images/", "/language/"))]
    assert any(path.startswith("/assets/") and path.endswith(".css") for path in seen)


def test_pages_carry_nothing_inline_that_their_policy_forbids(client):
    for path in PAGES:
        page = client.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page), path


@pytest.mark.parametrize(
    "path", ["/errors/404.html", "/errors/", "/words/en.html", "/frame/head.html", "/assets/", "/.git/config", "/-/raw", "/-/form", "/nginx.conf"]
)
def test_inner_paths_are_not_found(client, path):
    assert client.get(path).problem() == (404, "not-found")


@pytest.mark.parametrize(
    "path", ["/..%2f..%2fetc/passwd", "/images/..%2f.vitrine/index", "/images/..%2f..%2frun/fastcgi.sock"]
)
def test_no_path_leads_out_of_its_folder(client, path):
    # A path that climbs above the root is malformed to nginx.
    assert client.get(path).problem() in ((404, "not-found"), (400, "malformed-request"))


@pytest.mark.folders
def test_hidden_files_in_the_folder_of_pictures_are_not_served(server):
    for path in (".vitrine/secret.jpg", ".hidden.jpg", "sub/.hidden.jpg"):
        target = server.images / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(pictures.jpeg())
        try:
            assert server.client.get(f"/images/{path}").problem() == (404, "not-found")
        finally:
            target.unlink()
    (server.images / "sub").rmdir()


@pytest.mark.folders
@pytest.mark.parametrize("folder", ["images", "thumbs"])
def test_links_in_the_folders_of_pictures_are_not_followed(server, folder):
    secret = server.folder / "outside.jpg"
    secret.write_bytes(b"outside")
    (server.data / folder / "sub").mkdir(exist_ok=True)
    (server.folder / "outside").mkdir(exist_ok=True)
    (server.folder / "outside/a.jpg").write_bytes(b"outside")
    links = {"link.jpg": secret, "hard.txt": "/etc/hostname", "sub/link.jpg": secret, "way": server.folder / "outside"}
    links["in.jpg"] = server.data / ".vitrine/secret"
    for name, target in links.items():
        (server.data / folder / name).symlink_to(target)
    try:
        for path in [*links, "way/a.jpg"]:
            answer = server.client.get(f"/{folder}/{path}")
            assert answer.status in (403, 404) and b"outside" not in answer.body, path
    finally:
        for name in links:
            (server.data / folder / name).unlink()


@pytest.mark.folders
def test_data_folder_may_be_a_link(make_server, tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "data").symlink_to(real)
    server = make_server(settings={"VITRINE_DATA": str(tmp_path / "data")})
    facts = server.client.upload(pictures.png(8, 8), "a.png").json()
    assert server.client.get(f"/images/{facts['name']}").status == 200
    assert (real / "images" / facts["name"]).is_file()


# Logs of nginx.


def test_delete_token_stands_in_no_log_when_it_is_refused(make_server):
    server = make_server()
    facts = server.client.upload(pictures.png(8, 8), "a.png").json()
    name, token = facts["name"], facts["delete_token"]
    page = server.client.get(f"/delete/{name}?token={token}")
    assert page.status == 200 and token not in page.text and token not in str(page.headers)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    paths = [f"/delete/{name}?token={token}", f"/api/images/{name}?token={token}", f"/api/images/{name}?%74oken={token}"]

    def refused():
        for path in paths:
            server.client.request("POST", path, b"x" * 100_000)
            server.client.request("DELETE", path)

    server.stop_program()
    log = server.folder / "logs/access.log"
    before = log.read_text().count(name)
    refused()
    # nginx writes a line when the request is over, which the client knows before.
    wait_until(lambda: log.read_text().count(name) >= before + 2 * len(paths), 5, "all are logged")
    assert facts["delete_token"] not in "".join(path.read_text() for path in server.logs.iterdir())
    assert f"/delete/{name}" in (server.folder / "logs/access.log").read_text()
    # Others' faults are told.
    assert server.client.get("/api/images").status == 502
    assert "connect() to unix" in (server.logs / "nginx-error.log").read_text()


def test_request_makes_a_bounded_line_of_the_access_log(server):
    log = server.folder / "logs/access.log"
    before = log.stat().st_size
    answer = server.client.get("/" + '"' * 15_000, {"User-Agent": '"' * 15_000})
    assert answer.status == 404
    wait_until(lambda: log.stat().st_size > before, 5, "a line")
    assert log.stat().st_size - before < 6_000


@pytest.mark.folders
def test_file_that_is_no_picture_is_served_as_inert_bytes(server):
    target = server.images / "page.html"
    target.write_bytes(b"<script>alert(1)</script>")
    try:
        answer = server.client.get("/images/page.html")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    finally:
        target.unlink()


@pytest.mark.folders
def test_picture_answers_conditions_and_ranges(server):
    name = server.client.upload(pictures.png(), "a.png").json()["name"]
    whole = server.client.get(f"/images/{name}")
    assert server.client.get(f"/images/{name}", {"If-None-Match": whole.headers["ETag"]}).status == 304
    assert server.client.get(f"/images/{name}", {"If-Modified-Since": whole.headers["Last-Modified"]}).status == 304
    part = server.client.get(f"/images/{name}", {"Range": "bytes=10-19"})
    assert (part.status, part.body) == (206, whole.body[10:20])


@pytest.mark.parametrize(
    "accept, kind",
    [
        (None, "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("application/json", "application/problem+json"),
        ("application/problem+json, text/html;q=0.5", "application/problem+json"),
        ("image/avif,image/webp,*/*;q=0.8", "application/problem+json"),
        ("text/html", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ],
)
def test_error_takes_the_form_that_the_client_prefers(client, accept, kind):
    for target in ("/nothing", "/images/none.png", "/api/images/none.png"):
        answer = client.get(target, {"Accept": accept} if accept else {})
        assert (answer.status, answer.headers.get_content_type()) == (404, kind), target
        assert "accept" in answer.headers["Vary"].lower()


@pytest.mark.parametrize(
    "method, path, allow",
    [
        ("POST", "/", "GET, HEAD"),
        ("PUT", "/terms.html", "GET, HEAD"),
        ("DELETE", "/upload", "GET, HEAD, POST"),
        ("TRACE", "/", None),
    ],
)
def test_method_that_a_page_does_not_take(client, method, path, allow):
    answer = client.request(method, path)
    assert answer.problem() == (405, "method-not-allowed")
    assert allow is None or answer.headers["Allow"] == allow


def test_nonsense_on_the_request_line_is_a_problem_document_too(client):
    for line in (b"GET /%00 HTTP/1.1", b"GET /%zz HTTP/1.1", b"GET /../.. HTTP/1.1"):
        received = client.raw(line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert received.startswith(b"HTTP/1.1 400 ")
        assert b'"malformed-request"' in received
    for endless in (b"GET /" + b"a" * 70_000, b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000):
        received = client.raw(endless + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert received.startswith(b"HTTP/1.1 400 ")
        assert b'"malformed-request"' in received


def test_program_that_is_gone_is_a_502_that_asks_to_retry(make_server):
    server = make_server()
    server.stop_program()
    answer = server.client.get("/api/images")
    assert answer.problem()[0] == 502
    assert int(answer.headers["Retry-After"]) > 0
    page = server.client.get("/images/", {"Accept": "text/html"})
    assert (page.status, page.headers.get_content_type()) == (502, "text/html")
    assert server.client.get("/").status == 200
    server.start_program()
    assert server.client.get("/api/images").status == 200


# Limits, which hold for clients that are not on this machine.


def outer_address():
    """An address of this machine that is not loopback; connections to it come from itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if address.startswith("127.") else address


@pytest.fixture
def outside(make_server):
    address = outer_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    server = make_server(reach="0.0.0.0")
    return server, Client(address, server.port)


def many(send, count=400):
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        return list(pool.map(lambda _: send(), range(count)))


def test_flood_from_one_address_is_limited_and_loopback_is_exempt(outside):
    server, client = outside
    answers = many(lambda: client.get("/api/images"))
    refused = [answer for answer in answers if answer.status != 200]
    assert len(refused) > 20
    assert all(answer.problem() == (429, "too-many-requests") for answer in refused)
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
    assert all(answer.status == 200 for answer in many(lambda: server.client.get("/api/images")))


def test_flood_of_uploads_from_one_address_is_limited(outside):
    server, client = outside
    answers = many(lambda: client.upload(pictures.png(8, 8), "a.png"), 200)
    assert {answer.status for answer in answers} == {201, 429}
    assert len(server.stored()) == sum(answer.status == 201 for answer in answers)


def test_guesses_at_delete_tokens_are_limited(outside):
    server, client = outside
    facts = server.client.upload(pictures.png(8, 8), "a.png").json()
    for guess in (
        lambda: client.request("DELETE", f"/api/images/{facts['name']}?token=wrong"),
        lambda: client.request("POST", f"/delete/{facts['name']}?token=wrong", b""),
    ):
        statuses = [answer.status for answer in many(guess, 60)]
        assert set(statuses) <= {401, 429} and statuses.count(429) > 30
    # Looking is not guessing.
    assert client.get(f"/i/{facts['name']}").status == 200
    assert server.client.get(f"/images/{facts['name']}").status == 200


class CountedClients(Server):
    """Tells whom nginx counts a request for, as if it came from the address in X-Real-IP."""

    def adjust_nginx(self, folder):
        with open(folder / "image-host.conf", "a") as file:
            file.write(
                "set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;\n"
                'location = /counted-for { return 200 "$vitrine_network|$vitrine_client"; }\n'
            )


def test_addresses_of_version_6_are_counted_by_their_network(tmp_path):
    with running(CountedClients(tmp_path / "counted")) as server:
        def counted(address):
            network, _, client = server.client.get("/counted-for", {"X-Real-IP": address}).body.partition(b"|")
            return network, client

        one, other = counted("2001:db8:1:2::1"), counted("2001:db8:1:2:ffff:a:d:b")
        assert one == other and one[0] == one[1] == bytes.fromhex("20010db800010002")
        assert counted("2001:db8:1:3::1") != one
        assert counted("2001:db8::")[0] == bytes.fromhex("20010db800000000")
        assert counted("198.51.100.7")[0] == bytes([198, 51, 100, 7]) != counted("198.51.100.8")[0]
        assert counted("::ffff:198.51.100.7")[0] != counted("::ffff:198.51.100.8")[0]
        assert counted("::1")[1] == counted("127.0.0.1")[1] == b""


def test_slow_senders_from_one_address_are_limited(outside):
    _, client = outside
    head = b"POST /api/upload?name=a.png HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nstart"
    waiting = []
    try:
        for _ in range(60):
            wire = socket.create_connection((client.host, client.port), 10)
            wire.sendall(head)
            waiting.append(wire)
        answer = client.upload(pictures.png(8, 8), "a.png")
        assert answer.problem() == (429, "too-many-requests")
    finally:
        for wire in waiting:
            wire.close()


def test_downloads_of_one_address_are_limited(outside):
    server, client = outside
    server.photo_folder("trip", {"a.bin": bytes(30_000_000)})
    wires = []
    try:
        for _ in range(20):
            wire = socket.create_connection((client.host, client.port), 10)
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            wire.sendall(b"GET /archive/trip/ HTTP/1.1\r\nHost: x\r\n\r\n")
            assert wire.recv(12) == b"HTTP/1.1 200"
            wires.append(wire)
        assert client.get("/archive/trip/").status == 429
        assert server.client.get("/archive/trip/", headers={"Range": "bytes=0-9"}).status == 206
    finally:
        for wire in wires:
            wire.close()


def test_nginx_waits_for_nobody_without_end():
    """The times that a client may let pass, at each port; a long test measures them."""
    most = {"client_header_timeout": 15, "client_body_timeout": 30, "send_timeout": 120}
    for name in ("image-host", "object-store", "console"):
        text = (CLONE / f"nginx/{name}.conf.in").read_text()
        for directive, seconds in most.items():
            found = re.findall(rf"^\s*{directive} (\d+)s;", text, re.MULTILINE)
            assert found and all(int(value) <= seconds for value in found), (name, directive, found)
        assert re.search(r"^\s*reset_timedout_connection on;", text, re.MULTILINE)


def test_health_and_metrics_are_for_this_machine_only(outside):
    server, client = outside
    for path in ("/healthz", "/metrics"):
        assert server.client.get(path).status == 200
        assert client.get(path).problem() == (404, "not-found")


def test_metrics_are_prometheus_text(client):
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    for line in answer.text.splitlines():
        assert line.startswith("#") or re.fullmatch(r"[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^}]*\})? -?[0-9.e+-]+", line), line


def test_nginx_files_name_no_path_of_a_machine():
    for path in filter(Path.is_file, Path(CLONE / "nginx").rglob("*")):
        text = path.read_text()
        assert "/home/" not in text and "/root" not in text and str(CLONE) not in text
    assert os.access(CLONE / "deploy/run", os.X_OK)

"""What nginx hands to the program, and how often.

Where a worker dies over a request that nginx sent on a persistent connection, nginx asks again only if that changes
nothing: what was done twice could undo what somebody else did in between.
"""

import contextlib
import socket
import struct
import threading

import pytest

from object_client import ObjectClient
from object_store import ObjectStore

PARAMETERS, STDIN, STDOUT, END = 4, 5, 6, 3


class DyingProgram(threading.Thread):
    """A FastCGI program that answers the first request of each connection, and closes it over the second."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        # The parameters of the requests that arrived, whole.
        self.requests = []
        self.dies = False

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                wire, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(wire,), daemon=True).start()

    def serve(self, wire):
        with wire, contextlib.suppress(OSError, EOFError):
            count = 0
            while True:
                self.requests.append(self.receive(wire))
                count += 1
                if count > 1 and self.dies:
                    return
                body = b'Status: 200\r\nContent-Length: 2\r\nETag: "x"\r\n\r\nok'
                # At once: nginx keeps a connection for the next request when it has seen the end of the answer.
                records = [(STDOUT, body), (STDOUT, b""), (END, bytes(8))]
                wire.sendall(
                    b"".join(struct.pack(">BBHHBB", 1, kind, 1, len(part), 0, 0) + part for kind, part in records)
                )

    @property
    def methods(self):
        return [request["REQUEST_METHOD"] for request in self.requests]

    @staticmethod
    def receive(wire):
        """The parameters of the next request, once all of it is there."""

        def exactly(count):
            data = b""
            while len(data) < count:
                piece = wire.recv(count - len(data))
                if not piece:
                    raise EOFError
                data += piece
            return data

        content = b""
        while True:
            _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", exactly(8))
            piece = exactly(length + padding)[:length]
            if kind == PARAMETERS:
                content += piece
            elif kind == STDIN and not piece:
                return parameters(content)


def parameters(content):
    """Names and values (FastCGI specification, 3.4)."""
    found, place = {}, 0

    def length():
        nonlocal place
        size = 1 if content[place] < 128 else 4
        place += size
        return int.from_bytes(content[place - size : place], "big") & 0x7FFF_FFFF

    while place < len(content):
        sizes = length(), length()
        name, value = content[place : place + sizes[0]], content[place + sizes[0] : place + sum(sizes)]
        found[name.decode()] = value.decode("latin-1")
        place += sum(sizes)
    return found


class OneWorker(ObjectStore):
    """Where nginx has one worker: each has persistent connections of its own."""

    def adjust_nginx(self, folder):
        super().adjust_nginx(folder)
        text = (folder / "nginx.conf").read_text()
        (folder / "nginx.conf").write_text(text.replace("worker_processes auto;", "worker_processes 1;"))


@pytest.fixture
def site(tmp_path):
    site = OneWorker(tmp_path / "server")
    site._make_certificate()
    program = DyingProgram(site.socket_path)
    program.start()
    try:
        site.start_nginx()
        site.program = program
        yield site
    finally:
        site.stop_nginx()
        program.listener.close()


REQUESTS = {
    "put": ("store", "PUT", "/bucket/key", b"small", {"If-None-Match": "*"}, False),
    "put without content": ("store", "PUT", "/bucket/key", b"", {"x-amz-copy-source": "/bucket/other"}, False),
    "deletion": ("store", "DELETE", "/bucket/key", None, {}, False),
    "completion": ("store", "POST", "/bucket/key?uploadId=1", b"<a/>", {}, False),
    "get": ("store", "GET", "/bucket/key", None, {}, True),
    "head": ("store", "HEAD", "/bucket/key", None, {}, True),
    "deletion by the console": ("console", "DELETE", "/-/console/store/bucket/key", None, {}, False),
    "change of a key by the console": ("console", "PUT", "/-/console/keys/one", b"{}", {}, False),
    "picture": ("site", "PUT", "/api/upload/cat.jpg", b"picture", {}, False),
    "picture by name in the query": ("site", "POST", "/api/upload?name=cat.jpg", b"picture", {}, False),
    "deletion of a picture": ("site", "DELETE", "/api/images/a.png?token=x", None, {}, False),
    "deletion by the page": ("site", "POST", "/delete/a.png?token=x", b"", {}, False),
    "one picture": ("site", "GET", "/api/images/a.png", None, {}, True),
    "list of pictures": ("site", "GET", "/api/images", None, {}, True),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_request_is_asked_again_only_where_it_changes_nothing(site, name):
    where, method, target, body, headers, is_asked_again = REQUESTS[name]
    port = {"store": site.s3_port, "console": site.console_port, "site": site.port}[where]
    client = ObjectClient(port)
    program = site.program
    # A connection is kept from here on.
    first = {"store": "/bucket/first", "console": "/-/console/session", "site": "/api/images"}[where]
    assert client.request("GET", first).status == 200
    program.requests.clear()
    program.dies = True
    answer = client.request(method, target, body, headers)
    assert program.methods[0] == method
    if is_asked_again:
        assert answer.status == 200 and program.methods == [method] * 2
    else:
        assert answer.status in (502, 503) and program.methods == [method]


@pytest.mark.parametrize("where", ["site", "store", "console"])
def test_cookies_reach_the_door_that_set_them_only(site, where):
    """Browsers send the cookies of a host to each of its ports."""
    port = {"store": site.s3_port, "console": site.console_port, "site": site.port}[where]
    target = {"store": "/bucket/key", "console": "/-/console/session", "site": "/api/images"}[where]
    cookie = "vitrine-console=session-of-somebody; lang=es; other=secret"
    assert ObjectClient(port).request("GET", target, None, {"Cookie": cookie}).status == 200
    seen = site.program.requests[-1].get("HTTP_COOKIE", "")
    assert seen == {"store": "", "console": cookie, "site": "lang=es"}[where]

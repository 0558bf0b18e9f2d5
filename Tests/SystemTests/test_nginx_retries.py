"""Where a worker dies over a request that nginx sent on a kept connection, nginx asks again only if that changes
nothing: what was done twice could undo what somebody else did in between."""

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
        # The methods of the requests that arrived, whole.
        self.methods = []
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
                method = self.receive(wire)
                self.methods.append(method)
                count += 1
                if count > 1 and self.dies:
                    return
                body = b'Status: 200\r\nContent-Length: 2\r\nETag: "x"\r\n\r\nok'
                for kind, content in [(STDOUT, body), (STDOUT, b""), (END, bytes(8))]:
                    wire.sendall(struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content)

    @staticmethod
    def receive(wire):
        """The method of the next request, once all of it is there."""

        def exactly(count):
            data = b""
            while len(data) < count:
                piece = wire.recv(count - len(data))
                if not piece:
                    raise EOFError
                data += piece
            return data

        parameters = b""
        while True:
            _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", exactly(8))
            content = exactly(length + padding)[:length]
            if kind == PARAMETERS:
                parameters += content
            elif kind == STDIN and not content:
                return parameters.split(b"REQUEST_METHOD", 1)[1].split(b"REQUEST_URI")[0][:-2].decode()


class OneWorker(ObjectStore):
    """Where nginx has one worker: each has kept connections of its own."""

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
    program.methods.clear()
    program.dies = True
    answer = client.request(method, target, body, headers)
    assert program.methods[0] == method
    if is_asked_again:
        assert answer.status == 200 and program.methods == [method] * 2
    else:
        assert answer.status in (502, 503) and program.methods == [method]

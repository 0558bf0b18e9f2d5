"""A small HTTP client: what a browser, curl or a script would send, byte for byte, and the whole answer."""

import http.client
import json
import secrets
import socket
from urllib.parse import quote


class Answer:
    """A complete response. Reading it fails if fewer bytes came than its Content-Length announced."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def __repr__(self):
        return f"<{self.status} {self.headers.get('Content-Type')} {self.body[:300]!r}>"

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.body)

    def problem(self):
        """(status, code) of an RFC 9457 problem document, whose members are checked."""
        assert self.headers.get_content_type() == "application/problem+json", self
        document = self.json()
        assert document["status"] == self.status, self
        for member in ("type", "title", "detail", "code"):
            assert isinstance(document[member], str) and document[member], self
        return self.status, document["code"]


def multipart(files, fields=(), boundary=None):
    """A form's body and its Content-Type. `files`: (field, file name, type, bytes); `fields`: (name, value).

    File names are written as browsers do: quotes and line ends percent-encoded (HTML, multipart/form-data encoding).
    """
    boundary = boundary or "----WebKitFormBoundary" + secrets.token_hex(8)
    escapes = {'"': "%22", "\r": "%0D", "\n": "%0A"}
    body = bytearray()
    for name, value in fields:
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for field, file_name, kind, content in files:
        if isinstance(file_name, str):
            file_name = "".join(escapes.get(character, character) for character in file_name).encode()
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="'.encode()
        body += file_name + f'"\r\nContent-Type: {kind}\r\n\r\n'.encode() + content + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return bytes(body), f"multipart/form-data; boundary={boundary}"


class Client:
    """Requests to one server, each on a connection of its own unless `connection` is given."""

    def __init__(self, host, port, timeout=60):
        self.host, self.port, self.timeout = host, port, timeout

    def connection(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)

    def request(self, method, target, body=None, headers=None, connection=None):
        used = connection or self.connection()
        try:
            used.request(method, target, body=body, headers=headers or {})
            return Answer(used.getresponse())
        finally:
            if connection is None:
                used.close()

    def get(self, target, headers=None, connection=None):
        return self.request("GET", target, headers=headers, connection=connection)

    def post_form(self, target, files, fields=(), headers=None, connection=None):
        body, kind = multipart(files, fields)
        return self.request("POST", target, body, {"Content-Type": kind, **(headers or {})}, connection)

    def upload(self, content, name="picture.jpg", target="/api/upload", kind="image/jpeg", **more):
        """One picture in a form, as a browser's script sends it."""
        return self.post_form(target, [("file", name, kind, content)], **more)

    def post_raw(self, content, name, query="", **more):
        return self.request("POST", f"/api/upload?name={quote(name, safe='')}{query}", content, **more)

    def put_raw(self, content, name, query="", **more):
        return self.request("PUT", f"/api/upload/{quote(name, safe='')}{query}", content, **more)

    def raw(self, data, shut=False):
        """Sends these bytes on a connection and returns all that comes back until it is closed."""
        with socket.create_connection((self.host, self.port), self.timeout) as wire:
            wire.sendall(data)
            if shut:
                wire.shutdown(socket.SHUT_WR)
            received = bytearray()
            while chunk := wire.recv(65536):
                received += chunk
        return bytes(received)

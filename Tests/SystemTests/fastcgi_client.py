"""FastCGI records, written and read by hand (FastCGI Specification 1.0), to say what no real web server says."""

import socket
import struct

BEGIN_REQUEST, ABORT_REQUEST, END_REQUEST, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7
GET_VALUES, GET_VALUES_RESULT, UNKNOWN_TYPE = 9, 10, 11
RESPONDER, AUTHORIZER = 1, 2
REQUEST_COMPLETE, CANT_MPX_CONN, OVERLOADED, UNKNOWN_ROLE = 0, 1, 2, 3
KEEP_CONN = 1


def record(kind, content=b"", request=1, padding=0):
    assert len(content) <= 65535 and padding <= 255
    return struct.pack(">BBHHBx", 1, kind, request, len(content), padding) + content + b"\xee" * padding


def begin(role=RESPONDER, flags=KEEP_CONN, request=1):
    return record(BEGIN_REQUEST, struct.pack(">HB5x", role, flags), request)


def pairs(values, long_lengths=False):
    """Name-value pairs (section 3.4), with four-byte lengths where needed, or everywhere."""

    def length(of):
        return bytes([of]) if of < 128 and not long_lengths else struct.pack(">I", of | 0x80000000)

    encoded = bytearray()
    for name, value in values.items():
        name, value = name.encode(), value.encode() if isinstance(value, str) else value
        encoded += length(len(name)) + length(len(value)) + name + value
    return bytes(encoded)


def parse_pairs(content):
    values, at = {}, 0

    def length():
        nonlocal at
        if content[at] < 128:
            at += 1
            return content[at - 1]
        at += 4
        return struct.unpack(">I", content[at - 4 : at])[0] & 0x7FFFFFFF

    while at < len(content):
        name_length, value_length = length(), length()
        values[content[at : at + name_length].decode()] = content[
            at + name_length : at + name_length + value_length
        ].decode()
        at += name_length + value_length
    return values


def parameters(method="GET", target="/healthz", length="", kind="", **more):
    """What nginx/fastcgi-vitrine.conf sends."""
    return {
        "REQUEST_METHOD": method,
        "REQUEST_URI": target,
        "QUERY_STRING": target.partition("?")[2],
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REQUEST_SCHEME": "http",
        "HTTP_HOST": "localhost",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(length),
        "REMOTE_ADDR": "127.0.0.1",
        "REQUEST_ID": "f" * 32,
        **more,
    }


def request_bytes(values, body=b"", request=1, flags=KEEP_CONN, padding=0, chunk=65535):
    """A whole request: BEGIN_REQUEST, PARAMS and STDIN with their empty records."""
    encoded = pairs(values)
    sent = begin(flags=flags, request=request)
    for kind, content in ((PARAMS, encoded), (STDIN, body)):
        for start in range(0, len(content), chunk):
            sent += record(kind, content[start : start + chunk], request, padding)
        sent += record(kind, b"", request, padding)
    return sent


class Wire:
    """A connection to the program's socket: `unix:PATH` or `tcp:HOST:PORT`."""

    def __init__(self, address, timeout=20, source=None):
        if address.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(address[5:])
        else:
            host, port = address[4:].rsplit(":", 1)
            self.socket = socket.create_connection((host, int(port)), timeout, source_address=source and (source, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _exactly(self, count):
        got = bytearray()
        while len(got) < count:
            chunk = self.socket.recv(count - len(got))
            if not chunk:
                raise EOFError(f"closed after {len(got)} of {count} bytes")
            got += chunk
        return bytes(got)

    def record(self):
        """The next record: (type, request id, content)."""
        version, kind, request, length, padding = struct.unpack(">BBHHBx", self._exactly(8))
        assert version == 1
        content = self._exactly(length)
        self._exactly(padding)
        return kind, request, content

    def answer(self, request=1):
        """A whole response: (CGI header and body as one, application status, protocol status)."""
        out = bytearray()
        while True:
            kind, of, content = self.record()
            assert of == request, (kind, of)
            if kind == STDOUT:
                out += content
            elif kind == END_REQUEST:
                application, protocol = struct.unpack(">IB3x", content)
                return bytes(out), application, protocol
            else:
                assert kind == STDERR, kind

    def closed(self):
        """Whether the other side closes, with nothing more to say."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


def status_of(output):
    """The status in a CGI response: its Status field, or 200 without one."""
    head = output.partition(b"\r\n\r\n")[0].decode()
    fields = dict(line.split(": ", 1) for line in head.split("\r\n"))
    return int(fields.get("Status", "200").split()[0])

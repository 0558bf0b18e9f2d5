"""Requests signed by botocore's own signers, and the chunked bodies that it has no signer for, sent byte for byte."""

import base64
import hashlib
import hmac
import http.client
import re
import ssl
import zlib
from dataclasses import dataclass, field

import object_store  # puts the clients' environment on the path
from http_client import Answer

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass
class Signed:
    """A request as it goes over the wire."""

    method: str
    target: str
    headers: dict = field(default_factory=dict)
    body: bytes = b""


def signed(endpoint, scheme, method, target, headers=None, body=b"", secret=None, expires=300, payload=None):
    """A request signed by a signer of botocore: v4, v4-query, v2 or v2-query.

    `payload` is what version 4 declares of the body, where that is not its hash.
    """
    from botocore import auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    credentials = Credentials(endpoint.access_key, secret or endpoint.secret_key)
    # The signers that write into the query take a body for a form, and sign none.
    data = b"" if scheme.endswith("query") else body
    request = AWSRequest(method, endpoint.url + target, headers={"Host": endpoint.host, **(headers or {})}, data=data)
    # What botocore's S3 client sets; the signers look at it.
    request.context["payload_signing_enabled"] = True
    region = object_store.REGION
    signers = {
        "v4": lambda: auth.S3SigV4Auth(credentials, "s3", region),
        "v4-query": lambda: auth.S3SigV4QueryAuth(credentials, "s3", region, expires=expires),
        "v2": lambda: auth.HmacV1Auth(credentials),
        "v2-query": lambda: auth.HmacV1QueryAuth(credentials, expires=expires),
    }
    if scheme.startswith("v2"):
        # Version 2 signs the path as the client was told it.
        request.auth_path = target.partition("?")[0]
    signer = signers[scheme]()
    if payload:
        signer.payload = lambda _: payload
    signer.add_auth(request)
    return Signed(method, request.url[len(endpoint.url) :], dict(request.headers.items()), body)


def send(endpoint, request):
    """The whole answer to a request, which is sent as it stands: no header is added, no byte of the target changed."""
    if endpoint.is_secure:
        trusted = ssl.create_default_context(cafile=str(endpoint.store.certificate))
        connection = http.client.HTTPSConnection("127.0.0.1", endpoint.port, timeout=60, context=trusted)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=60)
    try:
        connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            connection.putheader(name, value.encode() if isinstance(value, str) else value)
        if request.body and "Content-Length" not in request.headers:
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body or None)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def code(answer):
    """The code of an error."""
    found = re.search(rb"<Code>(\w+)</Code>", answer.body)
    return found[1].decode() if found else None


# Chunked bodies.


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class ChunkSigner:
    """The chain of signatures over chunks ("Signature Calculations for the Authorization Header: Transferring Payload
    in Multiple Chunks", Amazon S3 API Reference), seeded by a request that botocore signed."""

    def __init__(self, endpoint, request):
        self.time = request.headers["X-Amz-Date"]
        authorization = request.headers["Authorization"]
        self.previous = re.search(r"Signature=([0-9a-f]{64})", authorization)[1]
        self.scope = re.search(r"Credential=[^/]+/([^,]+)", authorization)[1]
        self.key = ("AWS4" + endpoint.secret_key).encode()
        for part in self.scope.split("/"):
            self.key = _hmac(self.key, part)

    def _sign(self, kind, *hashes):
        text = "\n".join([f"{ALGORITHM}-{kind}", self.time, self.scope, self.previous, *hashes])
        self.previous = _hmac(self.key, text).hex()
        return self.previous

    def chunk(self, content):
        nothing = hashlib.sha256(b"").hexdigest()
        return self._sign("PAYLOAD", nothing, hashlib.sha256(content).hexdigest())

    def trailer(self, lines):
        return self._sign("TRAILER", hashlib.sha256(lines).hexdigest())


def chunked(endpoint, target, pieces, trailer=False, signing=True, secret=None, headers=None):
    """A put of these pieces as chunks: with signatures or without, with a checksum as a trailer or without.

    Gives the request and the list of what its body consists of: one entry a chunk, and one for the trailer.
    """
    content = b"".join(pieces)
    kind = {(True, False): f"STREAMING-{ALGORITHM}-PAYLOAD", (True, True): f"STREAMING-{ALGORITHM}-PAYLOAD-TRAILER"}
    payload = kind.get((signing, trailer), "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    declared = {
        "X-Amz-Decoded-Content-Length": str(len(content)),
        "Content-Encoding": "aws-chunked",
        **({"X-Amz-Trailer": "x-amz-checksum-crc32"} if trailer else {}),
        **(headers or {}),
    }
    request = signed(endpoint, "v4", "PUT", target, declared, secret=secret, payload=payload)
    signer = ChunkSigner(endpoint, request)
    parts = []
    for piece in [*pieces, b""]:
        signature = f";chunk-signature={signer.chunk(piece)}" if signing else ""
        parts.append(f"{len(piece):x}{signature}\r\n".encode() + piece + (b"\r\n" if piece else b""))
    if trailer:
        line = b"x-amz-checksum-crc32:" + base64.b64encode(zlib.crc32(content).to_bytes(4, "big"))
        signature = f"x-amz-trailer-signature:{signer.trailer(line + bytes([10]))}\r\n" if signing else ""
        parts.append(line + b"\r\n" + signature.encode())
    parts.append(b"\r\n")
    return request, parts

"""Requests for an object store, signed ahead of time, so that a measurement costs its client nothing but sending them."""

import hashlib
import hmac
import http.client
import time

ACCESS_KEY, SECRET_KEY, REGION = "vitrine-bench", "vitrine-bench-secret", "us-east-1"
EMPTY = hashlib.sha256(b"").hexdigest()


class Signer:
    """Signature version 4 for simple paths, of one second's requests to one server."""

    def __init__(self, port):
        self.host = f"127.0.0.1:{port}"
        self.time = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        self.scope = f"{self.time[:8]}/{REGION}/s3/aws4_request"
        self.key = f"AWS4{SECRET_KEY}".encode()
        for part in self.scope.split("/"):
            self.key = hmac.digest(self.key, part.encode(), "sha256")

    def headers(self, method, path, payload=EMPTY, query="", more=None):
        """The fields of a request. The query is in the order and the spelling in which it is signed.

        `more` has further fields, in lower case.
        """
        more = more or {}
        signed = {"host": self.host, "x-amz-content-sha256": payload, "x-amz-date": self.time, **more}
        names = ";".join(sorted(signed))
        lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
        canonical = hashlib.sha256(f"{method}\n{path}\n{query}\n{lines}\n{names}\n{payload}".encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{self.time}\n{self.scope}\n{canonical}".encode()
        signature = hmac.digest(self.key, text, "sha256").hex()
        credential = f"Credential={ACCESS_KEY}/{self.scope}"
        return {
            "Host": self.host,
            "X-Amz-Date": self.time,
            "X-Amz-Content-SHA256": payload,
            "Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={names}, Signature={signature}",
            **more,
        }

    def head(self, method, path, length=None, payload=EMPTY):
        """A request without its body, as bytes."""
        fields = self.headers(method, path, payload)
        if length is not None:
            fields["Content-Length"] = str(length)
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        return "\r\n".join([*lines, "", ""]).encode()


def status(port, method, path):
    """The status of one request without a body; 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers=Signer(port).headers(method, path))
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def ask(port, method, path, query="", body=b"", more=None):
    """The body of the answer to one request, which must succeed, and the seconds that it took."""
    payload = hashlib.sha256(body).hexdigest()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        fields = Signer(port).headers(method, path, payload, query, more)
        began = time.monotonic()
        connection.request(method, f"{path}?{query}" if query else path, body=body, headers=fields)
        answer = connection.getresponse()
        content = answer.read()
        seconds = time.monotonic() - began
    finally:
        connection.close()
    # A copy or a completion may fail with 200.
    if answer.status != 200 or b"<Error>" in content:
        raise SystemExit(f"deploy/bench: {method} {path}?{query}: {answer.status} {content.decode(errors='replace')}")
    return content, seconds

"""A small client of the object store: signs with version 4 in its header or its query, sends byte for byte."""

import datetime
import hashlib
import hmac
import re
from urllib.parse import quote, urlencode

from http_client import Client
from object_store import ROOT_KEY, ROOT_SECRET

ROOT = (ROOT_KEY, ROOT_SECRET)


def _chain(key, *texts):
    for text in texts:
        key = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return key


class ObjectClient(Client):
    """Requests of one account; without a key, of nobody."""

    def __init__(self, port, key=ROOT):
        super().__init__("127.0.0.1", port)
        self.key = key

    def send(self, method, path, query=None, body=None, headers=None, connection=None):
        """`path` is decoded, `query` a dictionary."""
        target, headers = self._signed(method, path, query or {}, headers or {})
        return self.request(method, target, body, headers, connection)

    def _signed(self, method, path, query, headers):
        target = quote(path, safe="/-_.~")
        pairs = urlencode(sorted(query.items()), quote_via=quote, safe="-_.~")
        address = target + ("?" + pairs if pairs else "")
        if self.key is None:
            return address, headers
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        payload = "UNSIGNED-PAYLOAD"
        own = {"host": f"{self.host}:{self.port}", "x-amz-date": now, "x-amz-content-sha256": payload}
        signed = {**own, **{name.lower(): value for name, value in headers.items() if name.lower() != "content-length"}}
        signature, scope, names = self._signature(method, target, pairs, signed, payload, now)
        authorization = f"AWS4-HMAC-SHA256 Credential={self.key[0]}/{scope}, SignedHeaders={names}, Signature={signature}"
        return address, {**headers, **own, "Authorization": authorization}

    def _signature(self, method, target, pairs, headers, payload, now):
        names = ";".join(sorted(headers))
        lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
        canonical = f"{method}\n{target}\n{pairs}\n{lines}\n{names}\n{payload}"
        scope = f"{now[:8]}/us-east-1/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = _chain(("AWS4" + self.key[1]).encode(), *scope.split("/"))
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), scope, names

    def presigned(self, method, path, query=None, expires=300):
        """A target that nobody has to sign."""
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        full = {
            **(query or {}),
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{self.key[0]}/{now[:8]}/us-east-1/s3/aws4_request",
            "X-Amz-Date": now,
            "X-Amz-Expires": str(expires),
            "X-Amz-SignedHeaders": "host",
        }
        target = quote(path, safe="/-_.~")
        pairs = urlencode(sorted(full.items()), quote_via=quote, safe="-_.~")
        host = {"host": f"{self.host}:{self.port}"}
        signature, _, _ = self._signature(method, target, pairs, host, "UNSIGNED-PAYLOAD", now)
        return f"{target}?{pairs}&X-Amz-Signature={signature}"

    # What tests do all the time.

    def put(self, path, body, headers=None, connection=None):
        return self.send("PUT", path, None, body, headers, connection)

    def fetch(self, path, query=None, headers=None, connection=None):
        return self.send("GET", path, query, None, headers, connection)

    def head(self, path, headers=None, connection=None):
        return self.send("HEAD", path, None, None, headers, connection)

    def delete(self, path, headers=None, connection=None):
        return self.send("DELETE", path, None, None, headers, connection)

    def page(self, bucket, connection=None, **query):
        """One page of ListObjectsV2: keys, common prefixes, and the token of the next."""
        names = {"prefix": "prefix", "delimiter": "delimiter", "token": "continuation-token", "after": "start-after"}
        asked = {names.get(name, name.replace("_", "-")): str(value) for name, value in query.items()}
        answer = self.fetch(f"/{bucket}", {"list-type": "2", "encoding-type": "url", **asked}, None, connection)
        assert answer.status == 200, answer
        return Page(answer.text)

    def keys(self, bucket, **query):
        """All keys, page by page."""
        keys, token = [], None
        while True:
            page = self.page(bucket, **query, **({"token": token} if token else {}))
            keys += page.keys
            token = page.next
            if not token:
                return keys


class Page:
    """What a listing says."""

    def __init__(self, text):
        from urllib.parse import unquote

        entries = re.findall(r"<Contents>(.*?)</Contents>", text, re.S)
        self.entries = {unquote(_element(entry, "Key")): entry for entry in entries}
        self.keys = list(self.entries)
        self.etags = {key: _element(entry, "ETag").replace("&quot;", '"') for key, entry in self.entries.items()}
        self.sizes = {key: int(_element(entry, "Size")) for key, entry in self.entries.items()}
        found = re.findall(r"<CommonPrefixes><Prefix>(.*?)</Prefix>", text)
        self.prefixes = [unquote(prefix) for prefix in found]
        self.next = _element(text, "NextContinuationToken")


def _element(text, name):
    found = re.search(f"<{name}>(.*?)</{name}>", text, re.S)
    return found.group(1) if found else None


def code(answer):
    """The code of an error's document."""
    return _element(answer.text, "Code")

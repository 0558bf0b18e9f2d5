"""Signatures against botocore's own signers: what they sign is taken, and nothing that differs from it by a byte."""

import datetime
import random
import time
from dataclasses import replace
from unittest import mock
from urllib.parse import quote, unquote

import object_store
import pytest
from object_store import noise
from s3_signing import chunked, code, send, signed
from seeds import seeded

SCHEMES = ["v4", "v4-query", "v2", "v2-query"]
# What people and programs put into keys: reserved characters, what forms encode, what shells quote, other scripts.
ALPHABET = "abcXYZ019-_.~ !\"#$%&'()*+,:;<=>?@[]^`{|}äñ中🦆/"
ROUNDS = 40


@pytest.fixture
def made(endpoint, bucket):
    """A bucket, at the endpoint of this test."""
    endpoint.boto3().create_bucket(Bucket=bucket)
    return bucket


def random_key(source):
    while True:
        key = "".join(source.choice(ALPHABET) for _ in range(source.randint(1, 40)))
        # nginx refuses what climbs above the root.
        if ".." not in key.split("/"):
            return key


def random_query(source, scheme):
    """Parameters that a GET of an object takes, written as a client would that encodes all it can, or all it must."""
    # Version 2 leaves open how a parameter without a value is signed.
    values = ["a b", "ä/=&+", "x~y", "a%20b"] + ([""] if scheme.startswith("v4") else [])
    names = ["response-content-type", "response-cache-control", "response-content-disposition", "response-expires"]
    chosen = source.sample(names, source.randint(0, 3))
    return "&".join(f"{name}={quote(source.choice(values), safe='')}" for name in chosen)


def random_headers(source):
    headers = {"Content-Type": source.choice(["text/plain", "image/jpeg", "text/plain; charset=utf-8"])}
    for number in range(source.randint(0, 3)):
        headers[f"X-Amz-Meta-{source.choice('abc')}{number}"] = source.choice(["x", "a  b", " c ", "1,2", "a=b;c"])
    return headers


def compare(endpoint, made, scheme, source, rounds):
    """What botocore signs is taken and understood; signed with another secret, it is refused."""
    for _ in range(rounds):
        key, content = random_key(source), source.randbytes(source.randint(0, 300))
        target = f"/{made}/{quote(key, safe='/~')}"
        headers = random_headers(source)
        put = signed(endpoint, scheme, "PUT", target, headers, content)
        put.headers.setdefault("Content-Length", str(len(content)))
        answer = send(endpoint, put)
        assert answer.status == 200, (put, answer)
        query = random_query(source, scheme)
        answer = send(endpoint, signed(endpoint, scheme, "GET", f"{target}?{query}" if query else target))
        assert (answer.status, answer.body) == (200, content), (key, query, answer)
        if "response-content-type" not in query:
            assert answer.headers["Content-Type"] == headers["Content-Type"]
        # The same by somebody who knows the key's name but not its secret.
        forged = signed(endpoint, scheme, "PUT", target, headers, content, secret="another secret")
        forged.headers.setdefault("Content-Length", str(len(content)))
        answer = send(endpoint, forged)
        assert (answer.status, code(answer)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_whatever_botocore_signs_is_taken(endpoint, made, scheme):
    compare(endpoint, made, scheme, random.Random(f"{scheme} {endpoint.scheme}"), ROUNDS)


@pytest.mark.full
@pytest.mark.parametrize("scheme", SCHEMES)
def test_much_that_botocore_signs_is_taken(endpoint, made, scheme):
    compare(endpoint, made, scheme, seeded(), 2_500)


@pytest.mark.parametrize("scheme", ["v4", "v4-query"])
def test_region_may_be_empty(endpoint, made, scheme, monkeypatch):
    """As Apache Libcloud's driver for MinIO signs, and as MinIO takes it."""
    monkeypatch.setattr(object_store, "REGION", "")
    put = signed(endpoint, scheme, "PUT", f"/{made}/object", {"Content-Length": "7"}, b"content")
    assert "//s3/aws4_request" in put.headers.get("Authorization", unquote(put.target))
    assert send(endpoint, put).status == 200
    forged = signed(endpoint, scheme, "GET", f"/{made}/object", secret="another secret")
    answer = send(endpoint, forged)
    assert (answer.status, code(answer)) == (403, "SignatureDoesNotMatch")


def changed(text, source):
    """The text with one letter or digit of it replaced by another."""
    place = source.choice([place for place, character in enumerate(text) if character.isalnum()])
    other = source.choice([character for character in "abcdef0123456789" if character != text[place]])
    return text[:place] + other + text[place + 1 :]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_changed_request_is_refused_and_stores_nothing(endpoint, made, scheme):
    source = random.Random(f"changes {scheme}")
    content = noise(200)
    headers = {"Content-Type": "text/plain", "X-Amz-Meta-Artist": "ada"}
    for number in range(ROUNDS):
        target = f"/{made}/object{number}"
        put = signed(endpoint, scheme, "PUT", target, headers, content)
        put.headers.setdefault("Content-Length", str(len(content)))
        kind = source.choice(["target", "header", "signature", "method"])
        if kind == "target":
            put = replace(put, target=put.target.replace("object", source.choice(["0bject", "Object", "object%2F"])))
        elif kind == "header":
            put.headers["X-Amz-Meta-Artist"] = "eve"
        elif kind == "method":
            put = replace(put, method="DELETE")
        elif scheme.endswith("query"):
            name = "X-Amz-Signature=" if scheme == "v4-query" else "Signature="
            before, _, after = put.target.partition(name)
            signature, *rest = after.split("&")
            # Another way to write an encoded octet, such as %3d for %3D, would be no change.
            other = quote(changed(unquote(signature), source), safe="")
            put = replace(put, target="&".join([before + name + other, *rest]))
        else:
            before, separator, signature = put.headers["Authorization"].rpartition("=" if scheme == "v4" else ":")
            put.headers["Authorization"] = before + separator + changed(signature, source)
        answer = send(endpoint, put)
        assert answer.status in (400, 403), (kind, put, answer)
        assert code(answer) in ("SignatureDoesNotMatch", "InvalidArgument", "AccessDenied"), (kind, put, answer)
    assert endpoint.store.objects(made) == []


def test_a_changed_body_is_refused_and_stores_nothing(endpoint, made):
    content = noise(100_000)
    for place in (0, 50_000, 99_999):
        put = signed(endpoint, "v4", "PUT", f"/{made}/object", body=content)
        put.headers["Content-Length"] = str(len(content))
        put.body = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        answer = send(endpoint, put)
        assert (answer.status, code(answer)) == (400, "XAmzContentSHA256Mismatch")
    assert endpoint.store.objects(made) == []


FORMS = [(True, False), (True, True), (False, True)]


@pytest.mark.parametrize("signing, trailer", FORMS)
def test_chunks_are_taken_out_of_their_framing(endpoint, made, signing, trailer):
    pieces = [noise(70_000, 1), noise(65_536, 2), noise(5, 3)]
    request, parts = chunked(endpoint, f"/{made}/object", pieces, trailer, signing)
    answer = send(endpoint, replace(request, body=b"".join(parts)))
    assert answer.status == 200, answer
    assert endpoint.store.object_file(made, "object").read_bytes() == b"".join(pieces)


@pytest.mark.parametrize("signing, trailer", FORMS)
def test_damaged_chunks_are_refused_and_store_nothing(endpoint, made, signing, trailer):
    pieces = [noise(7_000, 1), noise(7_000, 2), noise(5, 3)]

    def refused(change, *codes, **options):
        request, parts = chunked(endpoint, f"/{made}/object", pieces, trailer, signing, **options)
        change(parts)
        answer = send(endpoint, replace(request, body=b"".join(parts)))
        assert answer.status in (400, 403) and code(answer) in codes, answer

    def flip(index, place):
        def change(parts):
            damaged = bytearray(parts[index])
            damaged[place] ^= 1
            parts[index] = bytes(damaged)

        return change

    mismatch = "SignatureDoesNotMatch" if signing else "BadDigest"
    checksum = ("XAmzContentChecksumMismatch", "BadDigest", "InvalidRequest", mismatch)
    refused(flip(1, -10), mismatch, *checksum)
    refused(lambda parts: parts.pop(1), "IncompleteBody", mismatch)
    refused(lambda parts: parts.pop(3), "IncompleteBody", "InvalidRequest", mismatch)
    refused(lambda parts: parts.reverse(), "IncompleteBody", "InvalidRequest", mismatch)
    refused(lambda parts: parts.insert(1, parts[1]), "IncompleteBody", mismatch)
    # A forged request in a mode whose chunks nobody signs must not pass.
    refused(lambda parts: None, "SignatureDoesNotMatch", secret="another secret")
    if signing:
        refused(flip(0, 25), "SignatureDoesNotMatch", "InvalidRequest")
        refused(lambda parts: parts.__setitem__(0, b"1b58\r\n" + pieces[0] + b"\r\n"), "InvalidRequest", mismatch)
    if trailer:
        refused(flip(4, 25), *checksum)
        refused(lambda parts: parts.pop(4), "MalformedTrailerError", "IncompleteBody", "InvalidRequest", mismatch)
    assert endpoint.store.objects(made) == []


def at(moment, make):
    """A request that was signed at another time."""
    then = datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)
    date = then.strftime("%a, %d %b %Y %H:%M:%S GMT")
    with (
        mock.patch("botocore.auth.get_current_datetime", lambda: then.replace(tzinfo=None)),
        mock.patch("botocore.auth.formatdate", lambda usegmt: date),
        mock.patch("botocore.auth.time.time", lambda: moment),
    ):
        return make()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_request_is_good_for_its_time_only(endpoint, made, scheme):
    content = b"content"

    def put():
        return signed(endpoint, scheme, "PUT", f"/{made}/object", {"Content-Length": "7"}, content, expires=60)

    for moment in (time.time() - 3_000, time.time() + 3_000):
        if scheme == "v2-query" and moment > time.time():
            continue  # it has no time of its own, only that of its end
        answer = send(endpoint, at(moment, put))
        assert answer.status == 403, answer
        assert code(answer) == ("AccessDenied" if scheme.endswith("query") else "RequestTimeTooSkewed"), answer
    assert endpoint.store.objects(made) == []
    assert send(endpoint, at(time.time() - 30, put)).status == 200
    assert endpoint.store.object_file(made, "object").read_bytes() == content

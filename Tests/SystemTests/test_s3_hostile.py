"""The object store against senders who mean ill: bodies that nobody wants, documents that grow, names that trick."""

import base64
import concurrent.futures
import hashlib
import http.client
import json
import os
import re
import socket
import time
from urllib.parse import quote

import pytest
from http_client import Client, multipart
from s3_signing import Signed, code, send, signed

MIB = 1 << 20


@pytest.fixture
def http_door(object_store):
    return object_store.endpoints["http"]


@pytest.fixture
def made(http_door, bucket):
    http_door.boto3().create_bucket(Bucket=bucket)
    return bucket


def put_without_a_right(endpoint, target, size):
    """The status of a put that nobody signed, or None where the connection ended; and the bytes that were taken."""
    sent = 0
    with socket.create_connection(("127.0.0.1", endpoint.port), 60) as connection:
        head = f"PUT {target} HTTP/1.1\r\nHost: {endpoint.host}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        piece = bytes(MIB)
        try:
            while sent < size:
                sent += connection.send(piece[: size - sent])
        except OSError:
            return None, sent
        answer = http.client.HTTPResponse(connection)
        try:
            answer.begin()
        except (OSError, http.client.HTTPException):
            return None, sent
        return answer.status, sent


def test_refused_body_is_read_to_its_end_so_that_the_answer_arrives(http_door, made):
    assert put_without_a_right(http_door, f"/{made}/k", 24 * MIB) == (403, 24 * MIB)


def body_bytes(store):
    """Bytes of bodies that the workers have taken so far."""
    return int(re.search(r"^vitrine_request_bytes_total (\d+)$", store.client.get("/metrics").text, re.MULTILINE)[1])


def test_refused_body_without_end_is_cut_off(http_door, made):
    """64 MiB are read and thrown away; then nginx is left alone with whoever still sends, and hangs up on him."""
    before = body_bytes(http_door.store)
    status, _ = put_without_a_right(http_door, f"/{made}/k", 512 * MIB)
    assert status is None or status >= 500
    assert 64 * MIB <= body_bytes(http_door.store) - before < 80 * MIB
    assert http_door.store.objects(made) == []


def timed(endpoint, method, target, body):
    """The answer to a signed request with a body, which must come soon."""
    began = time.monotonic()
    answer = send(endpoint, signed(endpoint, "v4", method, target, {"Content-Length": str(len(body))}, body))
    assert time.monotonic() - began < 10
    return answer


def deep(count):
    return b"<Delete>" + b"<a>" * count + b"</a>" * count + b"</Delete>"


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE Delete [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
]><Delete><Object><Key>&b;</Key></Object></Delete>"""
OUTSIDE = b"""<!DOCTYPE Delete [<!ENTITY f SYSTEM "file:///etc/passwd">
]><Delete><Object><Key>&f;</Key></Object></Delete>"""


@pytest.mark.parametrize(
    "body",
    [
        deep(100_000), LAUGHS, OUTSIDE, b"<Delete>" + b"<Object><Key>k</Key></Object>" * 1_001 + b"</Delete>",
        b"<Delete><Object><Key>" + b"k" * MIB + b"</Key></Object></Delete>", b"<Delete " + b"a='1' " * 50_000 + b"/>",
        b"\x00" * 1_000, b"<Delete><Object><Key>&#0;</Key></Object></Delete>",
    ],
    ids=["deep", "laughs", "outside", "many", "long", "attributes", "zeros", "null"],
)  # fmt: skip
def test_hostile_document(http_door, made, body):
    answer = timed(http_door, "POST", f"/{made}?delete", body)
    assert answer.status == 400, (answer.status, answer.body[:300])
    assert code(answer) in ("MalformedXML", "KeyTooLongError", "MaxMessageLengthExceeded"), answer.body[:300]


RESOURCES = ["acl", "cors", "tagging", "ownershipControls", "publicAccessBlock", "versioning"]


@pytest.mark.parametrize("resource", RESOURCES)
def test_documents_of_buckets_have_bounds(http_door, made, resource):
    for body in (deep(20_000), b"<" * 3 * MIB, b""):
        answer = timed(http_door, "PUT", f"/{made}?{resource}", body)
        assert 400 <= answer.status < 500, (resource, answer.status, answer.body[:300])


def policy(action="s3:GetObject", resource="arn:aws:s3:::{}/*", condition=None):
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return json.dumps({"Statement": [{**statement, **({"Condition": condition} if condition else {})}]})


def test_hostile_policies(http_door, made):
    for text in (
        "[" * 100_000,
        '{"Statement":' * 10_000,
        policy(resource="arn:aws:s3:::{}/" + "*a" * 20_000),
        policy(action="s3:" + "?" * 5_000),
        policy(condition={"StringEquals": {"aws:NoSuchKey": "x"}}),
        policy(condition={"StringEqualsIfExistsIfExists": {"aws:Referer": "x"}}),
        policy(resource="arn:aws:s3:::other/*"),
    ):
        answer = timed(http_door, "PUT", f"/{made}?policy", text.replace("{}", made, 1).encode())
        assert (answer.status, code(answer)) == (400, "MalformedPolicy"), text[:80]
    # One that backtracks where a pattern is matched naively.
    stars = policy(resource=f"arn:aws:s3:::{made}/" + "*a" * 2_000 + "b")
    assert timed(http_door, "PUT", f"/{made}?policy", stars.encode()).status == 204
    began = time.monotonic()
    assert http_door.curl(f"{http_door.url}/{made}/{'a' * 1_000}")[0] == 403
    assert time.monotonic() - began < 5


PATHS = ["/{}/a/../../etc/passwd", "/{}/..", "/{}/%2e%2e/x", "/{}/.vitrine/bucket.json", "/{}//a"]


@pytest.mark.folders
@pytest.mark.parametrize("target", PATHS)
def test_paths_stay_in_the_bucket(http_door, made, target):
    """Keys are keys, whatever they look like: none is a path that leads out, or to the store's own files."""
    before = (http_door.store.data / "buckets" / made / ".vitrine/bucket.json").read_bytes()
    answer = send(http_door, signed(http_door, "v4", "PUT", target.format(made), {"Content-Length": "1"}, b"x"))
    if answer.status == 200:
        assert send(http_door, signed(http_door, "v4", "GET", target.format(made))).body == b"x"
    assert (http_door.store.data / "buckets" / made / ".vitrine/bucket.json").read_bytes() == before
    assert sorted(path.name for path in (http_door.store.data / "buckets").iterdir() if not path.is_dir()) == []


HEADERS = ["x-amz-meta-", "x-amz-meta-a:b", "x-amz-meta-" + "n" * 3_000, "x_amz_meta_a", "x-amz-meta-é"]


@pytest.mark.parametrize("name", HEADERS, ids=["bare", "colon", "long", "underscores", "accent"])
def test_hostile_header_names(http_door, made, name):
    """Whatever a header is called, the request is answered, and the next one too."""
    head = f"PUT /{made}/k HTTP/1.1\r\nHost: {http_door.host}\r\n".encode()
    head += name.encode() + b": value\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"
    with socket.create_connection(("127.0.0.1", http_door.port), 30) as connection:
        connection.sendall(head)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status in (400, 403)
    assert http_door.curl(f"{http_door.url}/{made}")[0] == 403


def test_too_much_metadata_is_refused(http_door, made):
    headers = {f"x-amz-meta-{number}": "v" * 100 for number in range(25)}
    answer = send(http_door, signed(http_door, "v4", "PUT", f"/{made}/k", {**headers, "Content-Length": "1"}, b"x"))
    assert (answer.status, code(answer)) == (400, "MetadataTooLarge")
    assert http_door.store.objects(made) == []


DEEP = ["/" * 400, "d/" * 300 + "x", "../" * 300, "a//" * 100 + "b"]


@pytest.mark.folders
@pytest.mark.parametrize("key", DEEP, ids=["slashes", "folders", "dots", "empty"])
def test_key_of_too_many_folders_is_refused_and_makes_none(http_door, made, key):
    s3 = http_door.boto3()
    before = sorted(http_door.store.data.glob(f"buckets/{made}/*"))
    for put in (
        lambda: s3.put_object(Bucket=made, Key=key, Body=b"x"),
        lambda: s3.create_multipart_upload(Bucket=made, Key=key),
    ):
        with pytest.raises(Exception) as refusal:
            put()
        status = refusal.value.response["ResponseMetadata"]["HTTPStatusCode"]
        # What leads above the root, nginx refuses.
        assert status == 400 and (refusal.value.response["Error"]["Code"] == "KeyTooLongError" or ".." in key)
    assert sorted(http_door.store.data.glob(f"buckets/{made}/*")) == before


def test_writers_go_on_while_deep_keys_are_put(http_door, made):
    s3 = http_door.boto3()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        deep = [
            pool.submit(s3.put_object, Bucket=made, Key=f"{number}/" + "d/" * 120 + "x", Body=b"x") for number in range(20)
        ]
        shallow = [pool.submit(s3.put_object, Bucket=made, Key=f"k{number}", Body=b"x") for number in range(40)]
        for put in deep + shallow:
            put.result()
    assert len(s3.list_objects_v2(Bucket=made)["Contents"]) == 60
    assert [path.name for path in http_door.store.data.glob(f"buckets/{made}/.vitrine/put-*")] == []


ATTRIBUTES = [
    '{"v":1,"etag":"0-3","size":1,"at":0,"type":"text/plain","owner":"","parts":[9223372036854775807,9223372036854775807,9223372036854775807]}',
    '{"v":1,"etag":"0-2","size":1,"at":-9223372036854775808,"type":"a\\r\\nX-A: b","owner":"","parts":[0,1]}',
    '{"v":1,"etag":"\\"\\r\\n","size":1,"at":0,"type":"text/plain","owner":""}',
    '{"v":1,"sidecar":"../bucket.json"}',
    '{"v":1,"sidecar":"../../../../images"}',
    '{"v":1,"sidecar":7}',
    "nonsense",
]


@pytest.mark.folders
@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=range(len(ATTRIBUTES)))
def test_attribute_that_somebody_wrote_is_no_instruction(http_door, made, attribute):
    s3 = http_door.boto3()
    settings = http_door.store.data / "buckets" / made / ".vitrine/bucket.json"
    before = settings.read_bytes()
    workers = {worker.pid for worker in http_door.store.workers()}
    for end in ("delete", "put", "tags"):
        s3.put_object(Bucket=made, Key="k", Body=b"x")
        os.setxattr(http_door.store.data / "buckets" / made / "k", "user.vitrine.object", attribute.encode())
        assert s3.get_object(Bucket=made, Key="k")["Body"].read() == b"x"
        for number in (1, 2, 3):
            answer = send(http_door, signed(http_door, "v4", "GET", f"/{made}/k?partNumber={number}"))
            assert answer.status in (200, 206, 400, 416) and "X-A" not in answer.headers
        answer = s3.get_object_attributes(Bucket=made, Key="k", ObjectAttributes=["ObjectParts", "ETag", "ObjectSize"])
        assert answer["ObjectSize"] == 1
        if end == "tags":
            s3.put_object_tagging(Bucket=made, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
        elif end == "put":
            s3.put_object(Bucket=made, Key="k", Body=b"yy")
        else:
            s3.delete_object(Bucket=made, Key="k")
        assert settings.read_bytes() == before
    assert {worker.pid for worker in http_door.store.workers()} == workers


def test_costly_policy_keeps_nobody_waiting(http_door, made):
    """1,000 keys that a stranger deletes against the largest policy there may be, while others are served."""
    s3 = http_door.boto3()
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    deny["Resource"] = [f"arn:aws:s3:::{made}/" + "*a" * 16 + f"*b{number}*" for number in range(250)]
    s3.put_bucket_policy(Bucket=made, Policy=json.dumps({"Statement": [deny]}))
    body = "<Delete>" + "".join(f"<Object><Key>{'a' * 900}{number}</Key></Object>" for number in range(1_000)) + "</Delete>"
    # No policy is held against the operator, whose keys sign all other requests here.
    digest = base64.b64encode(hashlib.md5(body.encode()).digest()).decode()
    request = Signed("POST", f"/{made}?delete", {"Host": http_door.host, "Content-MD5": digest}, body.encode())
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        deletion = pool.submit(send, http_door, request)
        waits = []
        while not deletion.done():
            began = time.monotonic()
            assert http_door.store.client.get("/healthz").status == 200
            waits.append(time.monotonic() - began)
            time.sleep(0.02)
    answer = deletion.result()
    assert answer.status == 200 and answer.text.count("<Code>AccessDenied</Code>") == 1_000
    assert sorted(waits)[len(waits) // 2] < 1
    told = [line for line in http_door.store.program_output().splitlines() if f"bucket={made}" in line]
    assert len([line for line in told if "costs more to judge" in line]) == 1, told[-5:]


# The system ends a name at a zero: what a policy judged would be another object than the one that is opened.
ZEROES = ["secret.txt\0.jpg", "..\0/planted", "..\0/..\0/planted", ".vitrine\0/bucket.json", "\0", "a/..\0/..\0/planted"]


@pytest.mark.parametrize("key", ZEROES, ids=range(len(ZEROES)))
def test_key_with_a_zero_is_none(http_door, made, key):
    data = http_door.store.data
    http_door.boto3().put_object(Bucket=made, Key="secret.txt", Body=b"secret")

    source = {"x-amz-copy-source": f"/{made}/{quote(key)}"}
    copy = send(http_door, signed(http_door, "v4", "PUT", f"/{made}/copy", {"Content-Length": "0", **source}))
    assert (copy.status, code(copy)) == (400, "InvalidURI")

    http_door.boto3().put_bucket_acl(Bucket=made, ACL="public-read-write")
    before = {path: path.read_bytes() for path in data.rglob("*.json")}
    body, kind = multipart([("file", "f", "text/plain", b"{}")], [("key", key)])
    form = Client("127.0.0.1", http_door.port).request("POST", f"/{made}", body, {"Content-Type": kind})
    assert (form.status, code(form)) == (400, "InvalidURI")

    assert {path: path.read_bytes() for path in data.rglob("*.json")} == before
    assert not list(data.rglob("planted")) and http_door.store.objects(made) == ["secret.txt"]

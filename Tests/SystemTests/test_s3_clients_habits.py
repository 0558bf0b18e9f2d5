"""What clients do that the documents of S3 leave open, or forbid while MinIO takes it."""

import base64
import hashlib
import re
import subprocess
from email.header import decode_header, make_header

import pytest
from object_client import ObjectClient, code
from object_store import noise
from s3_signing import send, signed
from test_s3_operations import client, refused, upload  # noqa: F401

MIB = 1 << 20
KEY = {"x-amz-server-side-encryption-customer-algorithm": "AES256"}


@pytest.fixture
def root(object_store, bucket):
    made = ObjectClient(object_store.s3_port)
    assert made.put(f"/{bucket}", b"").status == 200
    return made


def composite(parts):
    return base64.b64encode(hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()).decode()


@pytest.mark.parametrize("suffix", ["", "-2"])
def test_checksum_of_checksums_is_taken_with_and_without_the_number_of_parts(client, bucket, suffix):
    parts = [noise(5 * MIB, 1), noise(100, 2)]
    done = upload(client, bucket, "k", parts, ChecksumAlgorithm="SHA256")
    client.complete_multipart_upload(**done, ChecksumSHA256=composite(parts) + suffix)
    assert client.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")["ChecksumSHA256"] == composite(parts) + "-2"


@pytest.mark.parametrize("suffix", ["-1", "-3", "-", "x"])
def test_checksum_of_other_checksums_is_refused(client, bucket, suffix):
    parts = [noise(5 * MIB, 1), noise(100, 2)]
    done = upload(client, bucket, "k", parts, ChecksumAlgorithm="SHA256")
    with refused("BadDigest"):
        client.complete_multipart_upload(**done, ChecksumSHA256=composite(parts) + suffix)
    with refused("BadDigest"):
        client.complete_multipart_upload(**done, ChecksumSHA256=composite(parts[:1]))
    client.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=done["UploadId"])


WRONG = {"CRC32": 4, "CRC32C": 4, "CRC64NVME": 8, "SHA1": 20, "SHA256": 32}


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("announced", [None, "CRC32", "SHA256"])
def test_checksum_that_is_not_the_uploads_is_refused(client, bucket, announced, kind):
    """What the server reckons nothing of, it cannot find right."""
    begun = {"ChecksumAlgorithm": announced} if announced else {}
    done = upload(client, bucket, "k", [b"x"], **begun)
    wrong = base64.b64encode(bytes(WRONG[kind])).decode()
    with refused("BadDigest" if kind == (announced or "CRC64NVME") else "InvalidRequest"):
        client.complete_multipart_upload(**done, **{f"Checksum{kind}": wrong})
    named = [{name: part[name] for name in ("PartNumber", "ETag")} for part in done["MultipartUpload"]["Parts"]]
    listed = [{**part, f"Checksum{kind}": wrong} for part in named]
    with refused("InvalidPart"):
        client.complete_multipart_upload(**{**done, "MultipartUpload": {"Parts": listed}})
    client.complete_multipart_upload(**done)


# Metadata: names and values.


def test_names_of_metadata_keep_their_underscores(client, bucket):
    sent = {"a_b": "1", "a-b_c": "2", "plain": "3", "a-b": "4"}
    client.put_object(Bucket=bucket, Key="k", Body=b"x", Metadata=sent)
    assert client.head_object(Bucket=bucket, Key="k")["Metadata"] == sent
    client.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/k")
    assert client.head_object(Bucket=bucket, Key="c")["Metadata"] == sent
    again = upload(client, bucket, "m", [b"x"])
    client.abort_multipart_upload(Bucket=bucket, Key="m", UploadId=again["UploadId"])
    begun = client.create_multipart_upload(Bucket=bucket, Key="m", Metadata=sent)
    put = client.upload_part(Bucket=bucket, Key="m", UploadId=begun["UploadId"], PartNumber=1, Body=b"x")
    client.complete_multipart_upload(
        Bucket=bucket, Key="m", UploadId=begun["UploadId"],
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": put["ETag"]}]},
    )  # fmt: skip
    assert client.head_object(Bucket=bucket, Key="m")["Metadata"] == sent


@pytest.mark.parametrize("scheme", ["v4", "v2", "v4-query", "v2-query"])
def test_every_signature_tells_underscores(object_store, client, bucket, scheme):
    endpoint = object_store.endpoints["http"]
    headers = {"x-amz-meta-a_b": "1", "x-amz-meta-c-d": "2"}
    answer = send(endpoint, signed(endpoint, scheme, "PUT", f"/{bucket}/k", headers, b"x"))
    assert answer.status == 200, answer
    assert client.head_object(Bucket=bucket, Key="k")["Metadata"] == {"a_b": "1", "c-d": "2"}


def test_name_with_an_underscore_is_no_other_field(object_store, client, bucket):
    """What is signed as another name is not what S3 gives a meaning to, and what is not signed is refused."""
    endpoint = object_store.endpoints["http"]
    client.put_object(Bucket=bucket, Key="secret", Body=b"secret")
    request = signed(endpoint, "v4", "PUT", f"/{bucket}/k", {"x-amz-copy_source": f"/{bucket}/secret"}, b"mine")
    answer = send(endpoint, request)
    assert answer.status == 200, answer
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == b"mine"
    request.headers["x-amz-copy-source"] = f"/{bucket}/secret"
    assert send(endpoint, request).status in (400, 403)


VALUES = ["é", "Grüße aus Köln", "кот", "кот 🐈 " * 12, "=?UTF-8?Q?caf=C3=A9?=", "plain"]


@pytest.mark.parametrize("value", VALUES)
def test_metadata_goes_out_as_ascii(object_store, bucket, root, value):
    endpoint = object_store.endpoints["http"]
    answer = send(endpoint, signed(endpoint, "v4", "PUT", f"/{bucket}/k", {"x-amz-meta-v": value}, b"x"))
    assert answer.status == 200, answer
    found = root.head(f"/{bucket}/k").headers["x-amz-meta-v"]
    assert found.isascii()
    assert all(len(word) <= 75 for word in found.split()) or value.isascii()
    if value.isascii():
        assert found == value
    else:
        assert str(make_header(decode_header(found))) == value.strip()


@pytest.mark.parametrize("signs_bytes", [False, True])
def test_latin1_in_a_signed_field(object_store, bucket, root, signs_bytes):
    """Some clients sign the bytes that they send; Python's sign UTF-8 and send ISO 8859-1."""
    endpoint = object_store.endpoints["http"]
    request = signed(endpoint, "v4", "PUT", f"/{bucket}/k", {"x-amz-meta-v": "Grüße"}, b"x")
    if signs_bytes:
        request.headers["Authorization"] = signature_of_bytes(endpoint, request, "Grüße".encode("latin-1"))
    request.headers["x-amz-meta-v"] = "Grüße".encode("latin-1")
    answer = send(endpoint, request)
    assert answer.status == 200, answer
    found = root.head(f"/{bucket}/k").headers["x-amz-meta-v"]
    assert str(make_header(decode_header(found))) == "Grüße"
    request.headers["x-amz-meta-v"] = "Grüßa".encode("latin-1")
    assert code(send(endpoint, request)) == "SignatureDoesNotMatch"


def signature_of_bytes(endpoint, request, value):
    """The request's Authorization, with the signature over the bytes of its one field that is not ASCII."""
    import hmac

    names = re.search("SignedHeaders=([^,]+)", request.headers["Authorization"])[1]
    scope = re.search("Credential=[^/]+/([^,]+)", request.headers["Authorization"])[1]
    lines = b"".join(
        name.encode() + b":" + (value if name == "x-amz-meta-v" else fields(request)[name].encode()) + b"\n"
        for name in names.split(";")
    )
    payload = fields(request)["x-amz-content-sha256"]
    canonical = f"PUT\n{request.target}\n\n".encode() + lines + f"\n{names}\n{payload}".encode()
    text = f"AWS4-HMAC-SHA256\n{fields(request)['x-amz-date']}\n{scope}\n{hashlib.sha256(canonical).hexdigest()}"
    key = ("AWS4" + endpoint.secret_key).encode()
    for part in [*scope.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return f"AWS4-HMAC-SHA256 Credential={endpoint.access_key}/{scope}, SignedHeaders={names}, Signature={key.hex()}"


def fields(request):
    return {name.lower(): value for name, value in request.headers.items()}


# Storage classes.


def test_storage_class_is_told_again(client, bucket):
    asked = {"Bucket": bucket, "StorageClass": "REDUCED_REDUNDANCY"}
    client.put_object(Key="put", Body=b"x", **asked)
    client.copy_object(Key="copied", CopySource=f"{bucket}/put", **asked)
    begun = client.create_multipart_upload(Key="parts", **asked)["UploadId"]
    assert client.list_multipart_uploads(Bucket=bucket)["Uploads"][0]["StorageClass"] == "REDUCED_REDUNDANCY"
    put = client.upload_part(Bucket=bucket, Key="parts", UploadId=begun, PartNumber=1, Body=b"x")
    assert client.list_parts(Bucket=bucket, Key="parts", UploadId=begun)["StorageClass"] == "REDUCED_REDUNDANCY"
    client.complete_multipart_upload(
        Bucket=bucket, Key="parts", UploadId=begun,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": put["ETag"]}]},
    )  # fmt: skip
    client.copy_object(Key="plain", CopySource=f"{bucket}/put", Bucket=bucket)
    classes = {key: "REDUCED_REDUNDANCY" for key in ["copied", "parts", "put"]} | {"plain": "STANDARD"}
    for listing in [client.list_objects, client.list_objects_v2]:
        listed = listing(Bucket=bucket)["Contents"]
        assert {entry["Key"]: entry["StorageClass"] for entry in listed} == classes
    versions = client.list_object_versions(Bucket=bucket)["Versions"]
    assert {entry["Key"]: entry["StorageClass"] for entry in versions} == classes
    for key, name in classes.items():
        assert client.head_object(Bucket=bucket, Key=key).get("StorageClass", "STANDARD") == name
        facts = client.get_object_attributes(Bucket=bucket, Key=key, ObjectAttributes=["StorageClass"])
        assert facts["StorageClass"] == name


@pytest.mark.parametrize("first, second", [("STANDARD", "REDUCED_REDUNDANCY"), ("REDUCED_REDUNDANCY", "STANDARD")])
def test_copy_onto_itself_may_change_the_storage_class_alone(client, bucket, first, second):
    client.put_object(
        Bucket=bucket, Key="k", Body=b"x", Metadata={"a": "b"}, ContentType="text/x-notes", Tagging="t=u",
        StorageClass=first,
    )  # fmt: skip
    client.copy_object(Bucket=bucket, Key="k", CopySource=f"{bucket}/k", StorageClass=second)
    facts = client.head_object(Bucket=bucket, Key="k")
    assert (facts["Metadata"], facts["ContentType"]) == ({"a": "b"}, "text/x-notes")
    assert facts.get("StorageClass", "STANDARD") == second
    assert client.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "t", "Value": "u"}]
    with refused("InvalidRequest"):
        client.copy_object(Bucket=bucket, Key="k", CopySource=f"{bucket}/k")


def test_storage_class_that_is_not_kept_is_refused(client, bucket):
    with refused("InvalidStorageClass"):
        client.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass="GLACIER")
    from pictures import png

    with refused("InvalidStorageClass"):
        client.put_object(Bucket="images", Key=f"{bucket}.png", Body=png(), StorageClass="REDUCED_REDUNDANCY")


# Uploads in parts.


def test_only_the_upload_that_made_an_object_is_complete_already(client, bucket):
    parts = [noise(5 * MIB, 1), b"end"]
    done = upload(client, bucket, "k", parts)
    first = client.complete_multipart_upload(**done)
    assert client.complete_multipart_upload(**done)["ETag"] == first["ETag"]
    for other in ["0" * 32, "f" * 32, "unknown", done["UploadId"].swapcase() + "0"]:
        with refused("NoSuchUpload"):
            client.complete_multipart_upload(**{**done, "UploadId": other})
    aborted = upload(client, bucket, "k", parts)
    client.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=aborted["UploadId"])
    with refused("NoSuchUpload"):
        client.complete_multipart_upload(**aborted)


@pytest.mark.parametrize("listed", [[1, 1], [1, 1, 2], [1, 2, 2]])
def test_part_listed_twice_is_refused(client, bucket, listed):
    done = upload(client, bucket, "k", [noise(5 * MIB, 1), b"end"])
    parts = done["MultipartUpload"]["Parts"]
    done["MultipartUpload"] = {"Parts": [parts[number - 1] for number in listed]}
    with refused("InvalidPartOrder"):
        client.complete_multipart_upload(**done)
    client.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=done["UploadId"])


def test_bound_of_parts_that_says_nothing_bounds_nothing(root, client, bucket):
    client.complete_multipart_upload(**upload(client, bucket, "k", [noise(5 * MIB, 1), b"end"]))
    for bound, parts in [("abc", 2), ("", 2), ("0", 2), ("-1", 2), ("1", 1), ("99999999999999999999", 2)]:
        asked = {"x-amz-object-attributes": "ObjectParts", "x-amz-max-parts": bound}
        answer = root.fetch(f"/{bucket}/k", {"attributes": ""}, asked)
        assert answer.status == 200 and answer.text.count("<Part>") == parts, (bound, answer)


# Reads.


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_range_beyond_the_end_is_told_the_length(root, bucket, method):
    root.put(f"/{bucket}/k", b"12345")
    answer = root.send(method, f"/{bucket}/k", None, None, {"Range": "bytes=5-"})
    assert answer.status == 416
    assert answer.headers["Content-Range"] == "bytes */5"


@pytest.mark.parametrize("name", [*KEY, "x-amz-server-side-encryption-customer-key", "x-amz-server-side-encryption"])
def test_key_for_what_is_not_encrypted_is_refused(root, bucket, name):
    root.put(f"/{bucket}/k", b"12345")
    for method in ["GET", "HEAD"]:
        assert root.send(method, f"/{bucket}/k", None, None, {name: "AES256"}).status == 400
    attributes = {name: "AES256", "x-amz-object-attributes": "ETag"}
    assert root.fetch(f"/{bucket}/k", {"attributes": ""}, attributes).status == 400
    assert code(root.put(f"/{bucket}/k", b"x", {name: "AES256"})) == "NotImplemented"
    assert code(root.send("POST", f"/{bucket}/k", {"uploads": ""}, b"", {name: "AES256"})) == "NotImplemented"
    copy = {"x-amz-copy-source": f"/{bucket}/k", name.replace("x-amz-", "x-amz-copy-source-"): "AES256"}
    assert root.put(f"/{bucket}/c", b"", copy).status == 501


# Listings.

ALIKE = ["a\x01", "a\x02", "a\x1f", "a\ufffd", "a\ufffe", "a\uffff", "a%01", "a\t", "a\r", "a\n", "a "]


@pytest.mark.parametrize("query", [{}, {"list-type": "2"}, {"versions": ""}])
def test_listing_tells_all_keys_apart(root, bucket, query):
    import xml.etree.ElementTree as ElementTree
    from urllib.parse import unquote

    for key in ALIKE:
        assert root.put(f"/{bucket}/{key}", b"").status == 200
        assert root.put(f"/{bucket}/d{key}/x", b"").status == 200
    document = ElementTree.fromstring(root.fetch(f"/{bucket}", {**query, "delimiter": "/"}).body)
    keys = [element.text for element in document.iter() if element.tag.endswith("}Key")]
    prefixes = [element.text for element in document.iter() if element.tag.endswith("}Prefix") and element.text]
    encoding = document.find("{*}EncodingType").text
    assert encoding == "url"
    assert sorted(map(unquote, keys)) == sorted(ALIKE)
    assert sorted(map(unquote, prefixes)) == sorted(f"d{key}/" for key in ALIKE)
    # Where nothing is alike, nothing is encoded.
    plain = root.fetch(f"/{bucket}", {**query, "prefix": "a%"}).text
    assert "<Key>a%01</Key>" in plain and "EncodingType" not in plain


# What curl signs: before its version 8 it declares no hash.


def curl(endpoint, target, *options, key=None):
    secret = f"{endpoint.access_key}:{key or endpoint.secret_key}"
    command = ["curl", "-s", "-w", "\n%{http_code}", "--aws-sigv4", "aws:amz:us-east-1:s3", "-u", secret, *options]
    done = subprocess.run([*command, endpoint.url + target], capture_output=True, timeout=60)
    body, _, status = done.stdout.rpartition(b"\n")
    return int(status), body


def test_request_without_a_hash_as_curl_signs_it(object_store, bucket, root, tmp_path):
    endpoint = object_store.endpoints["http"]
    content = noise(300_000)
    (tmp_path / "file").write_bytes(content)
    assert curl(endpoint, f"/{bucket}/file", "-T", tmp_path / "file")[0] == 200
    assert curl(endpoint, f"/{bucket}/file") == (200, content)
    assert curl(endpoint, f"/{bucket}/data", "-X", "PUT", "--data-binary", f"@{tmp_path}/file")[0] == 200
    assert root.fetch(f"/{bucket}/data").body == content
    status, body = curl(endpoint, f"/{bucket}?list-type=2")
    assert status == 200 and body.count(b"<Key>") == 2
    document = b"<Delete><Object><Key>data</Key></Object></Delete>"
    digest = base64.b64encode(hashlib.md5(document).digest()).decode()
    options = ["-H", f"Content-MD5: {digest}", "--data-binary", document]
    assert curl(endpoint, f"/{bucket}?delete=", *options)[0] == 200
    assert curl(endpoint, f"/{bucket}/file", "-X", "DELETE")[0] == 204
    assert root.keys(bucket) == []
    assert curl(endpoint, f"/{bucket}/file", "-T", tmp_path / "file", key="wrong")[0] == 403
    assert curl(endpoint, f"/{bucket}/file", "-X", "PUT", "-d", "x", key="wrong")[0] == 403
    assert root.keys(bucket) == []


def test_body_is_held_against_the_hash_that_was_signed_without_being_declared(object_store, bucket, root):
    endpoint = object_store.endpoints["http"]
    request = signed(endpoint, "v4", "PUT", f"/{bucket}/k", {}, b"body")
    names = [name for name in request.headers if name.lower() == "x-amz-content-sha256"]
    assert names
    authorization = unhashed(endpoint, request)
    for name in names:
        del request.headers[name]
    request.headers["Authorization"] = authorization
    assert send(endpoint, request).status == 200
    request.body = b"BODY"
    assert send(endpoint, request).status == 403
    assert root.fetch(f"/{bucket}/k").body == b"body"


def unhashed(endpoint, request):
    """Authorization of the same request, whose hash is not among its fields."""
    import hmac

    own = {name: value for name, value in fields(request).items() if name in ("host", "x-amz-date")}
    lines = "".join(f"{name}:{own[name]}\n" for name in sorted(own))
    names = ";".join(sorted(own))
    canonical = f"PUT\n{request.target}\n\n{lines}\n{names}\n{hashlib.sha256(request.body).hexdigest()}"
    scope = f"{own['x-amz-date'][:8]}/us-east-1/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{own['x-amz-date']}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("AWS4" + endpoint.secret_key).encode()
    for part in [*scope.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return f"AWS4-HMAC-SHA256 Credential={endpoint.access_key}/{scope}, SignedHeaders={names}, Signature={key.hex()}"


# What is not done is not passed off as done.


@pytest.mark.parametrize("name", ["x-amz-meta-snowball-auto-extract", "x-amz-snowball-auto-extract"])
@pytest.mark.parametrize("value", ["true", "True"])
def test_archive_to_be_unpacked_is_refused(root, bucket, name, value):
    answer = root.put(f"/{bucket}/a.tar", b"content", {name: value})
    assert (answer.status, code(answer)) == (501, "NotImplemented")
    assert code(root.send("POST", f"/{bucket}/a.tar", {"uploads": ""}, b"", {name: value})) == "NotImplemented"
    assert root.keys(bucket) == []
    assert root.put(f"/{bucket}/a.tar", b"content", {name: "false"}).status == 200

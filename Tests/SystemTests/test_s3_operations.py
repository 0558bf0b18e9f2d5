"""Operations of the object store in the corners in which clients have met others' mistakes."""

import base64
import contextlib
import hashlib
import zlib

import pytest
from object_store import noise
from s3_signing import code, send, signed

MIB = 1 << 20


@contextlib.contextmanager
def refused(expected):
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == expected


@pytest.fixture
def client(object_store, bucket):
    made = object_store.endpoints["http"].boto3()
    made.create_bucket(Bucket=bucket)
    return made


def sha256(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def upload(client, bucket, key, parts, **options):
    """Puts an object in parts, and gives what the completion wants to know of them."""
    begun = client.create_multipart_upload(Bucket=bucket, Key=key, **options)
    listed = []
    for number, content in enumerate(parts, 1):
        put = client.upload_part(
            Bucket=bucket, Key=key, UploadId=begun["UploadId"], PartNumber=number, Body=content, **options
        )
        sums = {name: value for name, value in put.items() if name.startswith("Checksum")}
        listed.append({"PartNumber": number, "ETag": put["ETag"], **sums})
    return {"Bucket": bucket, "Key": key, "UploadId": begun["UploadId"], "MultipartUpload": {"Parts": listed}}


def test_parts_keep_their_checksums(client, bucket):
    parts = [noise(5 * MIB, 1), noise(100, 2)]
    done = client.complete_multipart_upload(**upload(client, bucket, "k", parts, ChecksumAlgorithm="SHA256"))
    composite = base64.b64encode(hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest())
    assert (done["ChecksumSHA256"], done["ChecksumType"]) == (f"{composite.decode()}-2", "COMPOSITE")
    facts = client.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ObjectParts", "Checksum"])
    assert [part["ChecksumSHA256"] for part in facts["ObjectParts"]["Parts"]] == [sha256(part) for part in parts]
    for number, content in enumerate(parts, 1):
        got = client.get_object(Bucket=bucket, Key="k", PartNumber=number, ChecksumMode="ENABLED")
        assert (got["ChecksumSHA256"], got["PartsCount"]) == (sha256(content), 2)
        assert got["Body"].read() == content


def test_copied_part_has_the_checksum_of_its_range(client, bucket):
    content = noise(6 * MIB, 3)
    client.put_object(Bucket=bucket, Key="source", Body=content)
    begun = client.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="CRC32")
    copied = client.upload_part_copy(
        Bucket=bucket, Key="k", UploadId=begun["UploadId"], PartNumber=1,
        CopySource={"Bucket": bucket, "Key": "source"}, CopySourceRange=f"bytes=1-{5 * MIB}",
    )["CopyPartResult"]  # fmt: skip
    wanted = content[1 : 5 * MIB + 1]
    assert copied["ChecksumCRC32"] == base64.b64encode(zlib.crc32(wanted).to_bytes(4, "big")).decode()
    assert copied["ETag"].strip('"') == hashlib.md5(wanted).hexdigest()
    part = {"PartNumber": 1, "ETag": copied["ETag"], "ChecksumCRC32": copied["ChecksumCRC32"]}
    client.complete_multipart_upload(
        Bucket=bucket, Key="k", UploadId=begun["UploadId"], MultipartUpload={"Parts": [part]}
    )
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == wanted


def test_copy_of_an_object_in_parts_is_one_piece(client, bucket):
    parts = [noise(5 * MIB, 4), b"end"]
    client.complete_multipart_upload(**upload(client, bucket, "parts", parts, ChecksumAlgorithm="SHA256"))
    client.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "parts"})
    facts = client.head_object(Bucket=bucket, Key="copy", ChecksumMode="ENABLED")
    whole = b"".join(parts)
    assert facts["ETag"].strip('"') == hashlib.md5(whole).hexdigest()
    assert (facts["ChecksumSHA256"], facts["ChecksumType"]) == (sha256(whole), "FULL_OBJECT")


def test_part_named_twice_counts_once(client, bucket):
    done = upload(client, bucket, "k", [b"first"])
    again = client.upload_part(Bucket=bucket, Key="k", UploadId=done["UploadId"], PartNumber=1, Body=b"second")
    done["MultipartUpload"]["Parts"].append({"PartNumber": 1, "ETag": again["ETag"]})
    client.complete_multipart_upload(**done)
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == b"second"


def test_writes_under_conditions(client, bucket):
    def refused_upload(condition):
        begun = upload(client, bucket, "k", [b"2"])
        with refused("PreconditionFailed"):
            client.complete_multipart_upload(**begun, **condition)
        client.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=begun["UploadId"])

    etag = client.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    for condition in ({"IfNoneMatch": "*"}, {"IfNoneMatch": etag}, {"IfNoneMatch": etag.strip('"')}, {"IfMatch": "x"}):
        with refused("PreconditionFailed"):
            client.put_object(Bucket=bucket, Key="k", Body=b"2", **condition)
        refused_upload(condition)
    client.put_object(Bucket=bucket, Key="k", Body=b"3", IfMatch=etag)
    with refused("NoSuchKey"):
        client.put_object(Bucket=bucket, Key="none", Body=b"", IfMatch="*")
    with refused("PreconditionFailed"):
        client.delete_object(Bucket=bucket, Key="k", IfMatch=etag)
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == b"3"


def test_bucket_keeps_the_region_that_it_was_asked_for(client, bucket):
    other = f"{bucket}-eu"
    client.create_bucket(Bucket=other, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    assert client.get_bucket_location(Bucket=other)["LocationConstraint"] == "eu-central-1"
    assert client.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    client.create_bucket(Bucket=bucket)
    with refused("BucketAlreadyOwnedByYou"):
        client.create_bucket(Bucket=other, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    with refused("InvalidLocationConstraint"):
        client.create_bucket(Bucket=f"{bucket}-x", CreateBucketConfiguration={"LocationConstraint": "a b"})


@pytest.mark.parametrize("query", ["analytics&id=1", "inventory&id=1", "lifecycle", "website", "metrics&id=1"])
def test_deletion_of_what_there_is_not_leaves_the_bucket(object_store, client, bucket, query):
    endpoint = object_store.endpoints["http"]
    answer = send(endpoint, signed(endpoint, "v4", "DELETE", f"/{bucket}?{query}"))
    assert (answer.status, code(answer)) == (501, "NotImplemented")
    client.head_bucket(Bucket=bucket)


def test_checksum_that_nobody_knows_is_not_taken_for_checked(object_store, client, bucket):
    endpoint = object_store.endpoints["http"]
    headers = {"x-amz-checksum-xxhash64": "AAAAAAAAAAA=", "Content-Length": "1"}
    answer = send(endpoint, signed(endpoint, "v4", "PUT", f"/{bucket}/k", headers, b"x"))
    assert (answer.status, code(answer)) == (400, "InvalidRequest")
    assert object_store.objects(bucket) == []


CHECKSUMS = {
    "Content-MD5": lambda content: hashlib.md5(content).digest(),
    "x-amz-checksum-crc32": lambda content: zlib.crc32(content).to_bytes(4, "big"),
    "x-amz-checksum-sha1": lambda content: hashlib.sha1(content).digest(),
    "x-amz-checksum-sha256": lambda content: hashlib.sha256(content).digest(),
}


@pytest.mark.parametrize("name", CHECKSUMS)
def test_document_is_held_against_its_checksum(object_store, client, bucket, name):
    """Of a document, too, the one checksum that is declared is looked at, whichever it is."""
    endpoint = object_store.endpoints["http"]
    body = b"<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"
    for content, expected in ((body + b" ", (400, "BadDigest")), (body, (204, None))):
        headers = {name: base64.b64encode(CHECKSUMS[name](content)).decode()}
        answer = send(endpoint, signed(endpoint, "v4", "PUT", f"/{bucket}?tagging", headers, body))
        assert (answer.status, code(answer)) == expected


def test_page_of_another_origin_is_told_also_of_an_error(object_store, client, bucket):
    endpoint = object_store.endpoints["http"]
    rule = {"AllowedOrigins": ["https://*.example.org"], "AllowedMethods": ["GET"], "ExposeHeaders": ["ETag"]}
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    for target, status in ((f"/{bucket}/none", 404), (f"/{bucket}", 200)):
        headers = {"Origin": "https://a.example.org"}
        answer = send(endpoint, signed(endpoint, "v4", "GET", target, headers))
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (status, "https://a.example.org")
        assert answer.headers["Access-Control-Expose-Headers"] == "ETag"
    answer = send(endpoint, signed(endpoint, "v4", "GET", f"/{bucket}", {"Origin": "https://example.com"}))
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("field", ["x-amz-server-side-encryption", "x-amz-server-side-encryption-customer-algorithm"])
def test_form_cannot_ask_for_what_is_not_kept(object_store, client, bucket, field):
    endpoint = object_store.endpoints["http"]
    form = client.generate_presigned_post(bucket, "k", Fields={field: "AES256"}, Conditions=[{field: "AES256"}])
    words = [word for pair in form["fields"].items() for word in ("-F", "=".join(pair))]
    status, body = endpoint.curl(*words, "-F", "file=@-;filename=x", form["url"], sent=b"x")
    assert (status, b"NotImplemented" in body) == (501, True)
    assert object_store.objects(bucket) == []


def test_what_names_a_part_of_a_resource_is_not_done_to_the_whole(object_store, client, bucket):
    endpoint = object_store.endpoints["http"]
    client.put_object(Bucket=bucket, Key="kept", Body=b"kept")
    empty = f"{bucket}-2"
    client.create_bucket(Bucket=empty)
    of_bucket = ("acl", "location", "policyStatus", "uploads", "versioning", "versions")
    asked = [("DELETE", f"/{empty}?{name}") for name in of_bucket]
    asked += [(method, f"/{bucket}/kept?{name}") for method, name in (("DELETE", "acl"), ("DELETE", "attributes"))]
    asked += [(method, f"/{bucket}/kept?{name}") for method, name in (("PUT", "uploads"), ("PUT", "attributes"))]
    for method, target in asked:
        answer = send(endpoint, signed(endpoint, "v4", method, target))
        assert (answer.status, code(answer)) == (405, "MethodNotAllowed"), (method, target)
    client.head_bucket(Bucket=empty)
    assert client.get_object(Bucket=bucket, Key="kept")["Body"].read() == b"kept"


def test_part_is_got_only_where_the_conditions_hold(client, bucket):
    client.complete_multipart_upload(**upload(client, bucket, "parts", [noise(5 * MIB, 1), b"second"]))
    with refused("PreconditionFailed"):
        client.get_object(Bucket=bucket, Key="parts", PartNumber=2, IfMatch='"of-another-version"')
    assert client.get_object(Bucket=bucket, Key="parts", PartNumber=2)["Body"].read() == b"second"


def test_empty_last_part_is_empty(client, bucket):
    client.complete_multipart_upload(**upload(client, bucket, "parts", [noise(5 * MIB, 1), b""]))
    answer = client.get_object(Bucket=bucket, Key="parts", PartNumber=2)
    assert answer["Body"].read() == b"" and answer["PartsCount"] == 2

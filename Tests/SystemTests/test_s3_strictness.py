"""What is not understood is refused, and what is checked is what is done: parameters, headers and fields that stand
twice, links that somebody adds to, versions and events that there are not."""

import base64
import hashlib
import http.client
import json
import os
import re
import subprocess

import pytest
from harness import nginx_program
from http_client import Answer, Client, multipart
from s3_signing import code, send, signed


@pytest.fixture
def endpoint(object_store):
    return object_store.endpoints["http"]


@pytest.fixture
def client(endpoint, bucket):
    made = endpoint.boto3()
    made.create_bucket(Bucket=bucket)
    made.put_object(Bucket=bucket, Key="k", Body=b"content", Tagging="a=b")
    return made


def nginx_joins_fields():
    """Whether this nginx hands on header fields that stand twice as one, as it does from 1.23 on."""
    said = subprocess.run([nginx_program(), "-v"], capture_output=True, text=True).stderr
    return [int(part) for part in re.search(r"nginx/(\d+)\.(\d+)", said).groups()] >= [1, 23]


def raw(port, method, target, headers, body=b""):
    """A request whose header fields are a list, so that one may stand twice."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def test_policy_and_list_see_the_same_prefix(object_store, endpoint, client, bucket):
    client.put_object(Bucket=bucket, Key="secret/x", Body=b"")
    client.put_object(Bucket=bucket, Key="allowed/x", Body=b"")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"}
    statement["Condition"] = {"StringLike": {"s3:prefix": "allowed/*"}}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    plain = Client("127.0.0.1", object_store.s3_port)
    assert plain.get(f"/{bucket}?prefix=allowed/").status == 200
    assert plain.get(f"/{bucket}?prefix=secret/").status == 403
    for query in ("prefix=secret/&prefix=allowed/", "prefix=allowed/&prefix=secret/", "prefix=allowed/&%70refix=",
                  "list-type=2&prefix=secret/&PREFIX=allowed/", "prefix=%ff&list-type=2"):  # fmt: skip
        answer = plain.get(f"/{bucket}?{query}")
        assert (answer.status, code(answer)) == (400, "InvalidArgument"), (query, answer)


@pytest.mark.parametrize("first, second", [
    (("x-amz-acl", "private"), ("X-Amz-Acl", "public-read")), (("x-amz-acl", "private"), ("x_amz_acl", "public-read")),
    (("x-amz-storage-class", "STANDARD"), ("x-amz-storage-class", "STANDARD")),
    (("Content-Type", "text/plain"), ("Content-Type", "text/html")),
    (("x-amz-tagging", "a=b"), ("x-amz-tagging", "c=d")),
    (("x-amz-copy-source", "/b/k"), ("x-amz-copy-source", "/c/k")), (("Referer", "a"), ("Referer", "b")),
])  # fmt: skip
def test_field_that_may_stand_once_stands_once(object_store, endpoint, client, bucket, first, second):
    target = endpoint.boto3().generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "new"})
    target = target.partition(endpoint.host)[2]
    answer = raw(endpoint.port, "PUT", target, [first, second], b"1")
    if nginx_joins_fields():
        # It is one value then, which makes no sense, or was not signed.
        assert answer.status in (400, 403), answer
    else:
        assert (answer.status, code(answer)) == (400, "InvalidArgument"), answer
    assert object_store.objects(bucket) == ["k"]


def test_metadata_and_members_may_repeat(endpoint, client, bucket):
    put = signed(endpoint, "v2", "PUT", f"/{bucket}/new", {"Content-Length": "1", "x-amz-meta-a": "1,2"}, b"1")
    headers = [pair for pair in put.headers.items() if pair[0].lower() not in ("x-amz-meta-a", "host", "content-length")]
    answer = raw(endpoint.port, "PUT", put.target, [*headers, ("x-amz-meta-a", "1"), ("x-amz-meta-a", "2")], b"1")
    assert answer.status == 200, answer
    assert client.head_object(Bucket=bucket, Key="new")["Metadata"]["a"].replace(" ", "") == "1,2"
    answer = send(endpoint, signed(endpoint, "v4", "GET", f"/{bucket}/?archive=zip&member=k&member=new"))
    assert answer.status == 200 and answer.body.startswith(b"PK"), answer
    answer = send(endpoint, signed(endpoint, "v4", "GET", f"/{bucket}/?archive=zip&archive=zip"))
    assert answer.status == 400, answer


def test_field_of_a_form_stands_once(object_store, endpoint, client, bucket):
    client.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    for extra in (("key", "b"), ("KEY", "a"), ("acl", "public-read"), ("x-amz-acl", "public-read")):
        fields = [("key", "a"), ("acl", "private"), extra]
        body, kind = multipart([("file", "f", "text/plain", b"1")], fields)
        answer = Client("127.0.0.1", object_store.s3_port).request("POST", f"/{bucket}", body, {"Content-Type": kind})
        assert (answer.status, code(answer)) == (400, "InvalidArgument"), (extra, answer)
    assert object_store.objects(bucket) == ["k"]


def test_image_host_takes_each_once(server):
    import pictures

    content = pictures.jpeg()
    plain = server.client
    twice = (400, "malformed-request")
    assert plain.get("/api/images?limit=1&limit=2").problem() == twice
    assert plain.get("/archive/none?name=a.zip&name=b.zip").problem() == twice
    assert plain.post_raw(content, "a.jpg", "&name=b.jpg").problem() == twice
    assert plain.put_raw(content, "a.jpg", "?visibility=public&visibility=unlisted").problem() == twice
    for query, fields in (
        ("", [("visibility", "unlisted"), ("visibility", "public")]), ("", [("expires", "1h"), ("expires", "")]),
        ("?visibility=public", [("visibility", "unlisted")]), ("", [("token", "a"), ("token", "b")]),
    ):  # fmt: skip
        assert plain.upload(content, target=f"/api/upload{query}", fields=fields).problem() == twice
    answer = raw(server.port, "GET", "/api/images", [("Referer", "a"), ("Referer", "b")])
    assert answer.status == 200 or answer.problem() == twice
    assert plain.get("/images.zip?picture=a&picture=b").status == 404


@pytest.mark.parametrize("addition", [
    "archive=zip", "member=k", "publicAccessBlock", "ownershipControls", "policyStatus", "attributes", "encryption",
    "response-content-type=text/html", "name=x.zip",
])  # fmt: skip
def test_link_of_version_2_is_for_one_operation(endpoint, client, bucket, addition):
    for method, target in (("GET", f"/{bucket}/"), ("GET", f"/{bucket}/k"), ("DELETE", f"/{bucket}")):
        request = signed(endpoint, "v2-query", method, target)
        request.target += f"&{addition}"
        answer = send(endpoint, request)
        assert answer.status in (400, 403, 405, 501), (method, target, answer)
    assert bucket in [made["Name"] for made in client.list_buckets()["Buckets"]]


VERSIONED = [
    ("GET", "", b""), ("HEAD", "", b""), ("GET", "tagging&", b""), ("DELETE", "tagging&", b""), ("GET", "acl&", b""),
    ("GET", "attributes&", b""), ("PUT", "tagging&", b"<Tagging><TagSet></TagSet></Tagging>"), ("DELETE", "", b""),
]  # fmt: skip


@pytest.mark.parametrize("method, resource, body", VERSIONED)
def test_object_has_one_version(endpoint, client, bucket, method, resource, body):
    def ask(version):
        headers = {"x-amz-object-attributes": "ETag"} if "attributes" in resource else {}
        target = f"/{bucket}/k?{resource}versionId={version}"
        return send(endpoint, signed(endpoint, "v4", method, target, headers, body))

    for version in ("3HL4kqtJvjVBH40Nrjfkd", "NULL", "0"):
        answer = ask(version)
        assert answer.status == 404, answer
        assert method == "HEAD" or code(answer) == "NoSuchVersion"
    assert ask("").status == 400
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == b"content"
    assert client.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "a", "Value": "b"}]
    assert ask("null").status in (200, 204)


def test_versions_of_what_has_none_are_refused(endpoint, client, bucket):
    for method, target in (("PUT", "new"), ("PUT", "k?acl"), ("POST", "k?uploads"), ("GET", "")):
        mark = "&" if "?" in target else "?"
        headers = {"Content-Length": "0", "x-amz-acl": "private"} if method == "PUT" else {}
        answer = send(endpoint, signed(endpoint, "v4", method, f"/{bucket}/{target}{mark}versionId=1", headers))
        assert code(answer) in ("InvalidArgument", "NoSuchVersion"), answer
    for source in ("k?versionId=1", "k?versionId=null&versionId=1"):
        headers = {"x-amz-copy-source": f"/{bucket}/{source}", "Content-Length": "0"}
        answer = send(endpoint, signed(endpoint, "v4", "PUT", f"/{bucket}/new", headers))
        assert code(answer) in ("NoSuchVersion", "InvalidArgument"), answer


def test_minio_py_is_told_that_there_are_no_events(endpoint, client, bucket):
    from minio.error import MinioException

    for listen in (
        lambda made: made.listen_bucket_notification(bucket),
        lambda made: made.listen_bucket_notification(bucket, events=("s3:ObjectCreated:*", "s3:ObjectRemoved:*")),
    ):
        with pytest.raises((MinioException, ValueError)) as caught:
            for _ in listen(endpoint.minio()):
                pytest.fail("an event")
        assert "NotImplemented" in str(caught.value)
    for target in (f"/{bucket}?events=s3:ObjectCreated:*&prefix=&suffix=", "/?events=s3:ObjectCreated:*&ping=10",
                   f"/{bucket}?replication-metrics", f"/{bucket}?unknown"):  # fmt: skip
        answer = send(endpoint, signed(endpoint, "v4", "GET", target))
        assert (answer.status, code(answer)) == (501, "NotImplemented"), (target, answer)


def test_parameter_for_a_part_is_not_taken_for_the_whole(endpoint, client, bucket):
    for method, target in (
        ("DELETE", f"/{bucket}?unknown"), ("DELETE", f"/{bucket}?delete"), ("DELETE", f"/{bucket}?prefix=a/"),
        ("PUT", f"/{bucket}/k?policy"), ("PUT", f"/{bucket}/k?acl&tagging"), ("DELETE", f"/{bucket}/k?partNumber=1"),
        ("POST", f"/{bucket}/k?uploads&uploadId=1"), ("DELETE", f"/{bucket}/k?cors"),
    ):  # fmt: skip
        answer = send(endpoint, signed(endpoint, "v4", method, target, {"Content-Length": "0"}))
        assert answer.status in (400, 405, 501), (method, target, answer)
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == b"content"


def test_document_that_says_more_than_is_understood_is_refused(object_store, endpoint, client, bucket):
    """Most of all a deletion: of a version that is spelled in another case, or of a key that goes on."""
    for document in (
        "<Delete><Bogus/><Object><Key>k</Key></Object></Delete>",
        "<Delete><Object><Key>k</Key><versionId>1</versionId></Object></Delete>",
        "<Delete><Object><Key>k<b/></Key></Object></Delete>", "<Delete><Object><Key>k</Key></Object>text</Delete>",
    ):  # fmt: skip
        body = document.encode()
        md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
        answer = send(endpoint, signed(endpoint, "v4", "POST", f"/{bucket}?delete", {"Content-MD5": md5}, body))
        assert (answer.status, code(answer)) == (400, "MalformedXML"), answer
    assert object_store.objects(bucket) == ["k"]
    document = b"<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><Bogus/></PublicAccessBlockConfiguration>"
    answer = send(endpoint, signed(endpoint, "v4", "PUT", f"/{bucket}?publicAccessBlock", {}, document))
    assert (answer.status, code(answer)) == (400, "MalformedXML"), answer


@pytest.mark.parametrize("resource", ["k", "k?tagging", "?archive=zip"])
def test_key_to_decrypt_with_is_sent_by_mistake(endpoint, client, bucket, resource):
    headers = {"x-amz-server-side-encryption-customer-algorithm": "AES256"}
    answer = send(endpoint, signed(endpoint, "v4", "GET", f"/{bucket}/{resource}", headers))
    assert (answer.status, code(answer)) == (400, "InvalidRequest"), answer
    assert send(endpoint, signed(endpoint, "v4", "GET", f"/{bucket}/{resource}")).status == 200


def test_empty_part_has_no_positions(endpoint, client, bucket):
    upload = client.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    parts = []
    for number, content in ((1, b"1" * (5 << 20)), (2, b"")):
        put = client.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=number, Body=content)
        parts.append({"PartNumber": number, "ETag": put["ETag"]})
    client.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})
    for method in ("GET", "HEAD"):
        answer = send(endpoint, signed(endpoint, "v4", method, f"/{bucket}/parts?partNumber=2"))
        assert (answer.status, answer.headers["Content-Length"], answer.body) == (206, "0", b""), answer
        assert "Content-Range" not in answer.headers


@pytest.mark.folders
def test_strangers_among_the_uploads_are_none(object_store, client, bucket):
    upload = client.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    [folder] = [path.parent for path in object_store.folder.rglob(upload)]
    foreign_files = [folder / name for name in ("b" * 32, "c" * 32, "d" * 32, "pipe")]
    foreign_files[0].write_bytes(b"a file")
    foreign_files[1].symlink_to(folder / upload)
    os.mkfifo(foreign_files[2])
    os.mkfifo(foreign_files[3])
    listed = client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert [made["UploadId"] for made in listed] == [upload]
    for name in "bcd":
        with pytest.raises(client.exceptions.ClientError, match="NoSuchUpload"):
            client.list_parts(Bucket=bucket, Key="parts", UploadId=name * 32)
    for foreign_file in foreign_files:
        foreign_file.unlink()
    client.abort_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload)

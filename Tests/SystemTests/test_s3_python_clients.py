"""The ordinary round of an application with minio-py and with boto3, both with their defaults, over http and https."""

import datetime
import io

import pytest
from object_store import file_sha256, noise, sha256

# What they put in parts.
LARGE = [20_000_000, pytest.param(100_000_000, marks=pytest.mark.full)]
METADATA = {"artist": "Ada Example", "taken-at": "2025-01-24"}
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def large(request, tmp_path):
    path = tmp_path / "large.bin"
    path.write_bytes(noise(request.param))
    return path


@pytest.mark.parametrize("large", LARGE, indirect=True)
def test_minio(endpoint, bucket, large, tmp_path):
    from minio.commonconfig import ComposeSource, CopySource, Tags
    from minio.deleteobjects import DeleteObject

    client = endpoint.minio()
    assert not client.bucket_exists(bucket)
    client.make_bucket(bucket)
    assert client.bucket_exists(bucket)
    assert bucket in [made.name for made in client.list_buckets()]

    small = noise(4_000, 2)
    client.put_object(bucket, "a/small.jpg", io.BytesIO(small), len(small), "image/jpeg", metadata=METADATA)
    client.put_object(bucket, "empty", io.BytesIO(b""), 0)
    client.put_object(bucket, "unknown length", io.BytesIO(noise(11 << 20)), -1, part_size=5 << 20)
    client.fput_object(bucket, "b/large.bin", str(large))

    facts = client.stat_object(bucket, "a/small.jpg")
    assert (facts.size, facts.content_type) == (4_000, "image/jpeg")
    assert {name: facts.metadata[f"x-amz-meta-{name}"] for name in METADATA} == METADATA
    listed = {found.object_name: found for found in client.list_objects(bucket, recursive=True)}
    assert list(listed) == ["a/small.jpg", "b/large.bin", "empty", "unknown length"]
    assert listed["b/large.bin"].size == large.stat().st_size
    assert listed["a/small.jpg"].etag == facts.etag
    top = client.list_objects(bucket)
    assert sorted((found.object_name, found.is_dir) for found in top) == [
        ("a/", True),
        ("b/", True),
        ("empty", False),
        ("unknown length", False),
    ]

    assert client.get_object(bucket, "a/small.jpg").read() == small
    assert client.get_object(bucket, "a/small.jpg", offset=100, length=50).read() == small[100:150]
    client.fget_object(bucket, "b/large.bin", str(tmp_path / "back"))
    assert file_sha256(tmp_path / "back") == file_sha256(large)
    assert file_sha256(endpoint.store.object_file(bucket, "b/large.bin")) == file_sha256(large)

    assert endpoint.curl(client.presigned_get_object(bucket, "a/small.jpg", HOUR)) == (200, small)
    assert endpoint.curl("-T", large, client.presigned_put_object(bucket, "by link", HOUR))[0] == 200
    assert sha256(client.get_object(bucket, "by link").read()) == file_sha256(large)

    client.copy_object(bucket, "copy of small", CopySource(bucket, "a/small.jpg"))
    assert client.stat_object(bucket, "copy of small").metadata["x-amz-meta-artist"] == METADATA["artist"]
    both = [ComposeSource(bucket, "b/large.bin"), ComposeSource(bucket, "a/small.jpg")]
    client.compose_object(bucket, "composed", both)
    assert client.get_object(bucket, "composed", offset=large.stat().st_size).read() == small
    tags = Tags.new_object_tags()
    tags["kind"] = "test"
    client.set_object_tags(bucket, "empty", tags)
    assert client.get_object_tags(bucket, "empty") == tags

    client.remove_object(bucket, "empty")
    rest = [DeleteObject(found.object_name) for found in client.list_objects(bucket, recursive=True)]
    assert list(client.remove_objects(bucket, rest)) == []
    client.remove_bucket(bucket)
    assert not client.bucket_exists(bucket)


@pytest.mark.parametrize("large", LARGE, indirect=True)
def test_boto3(endpoint, bucket, large, tmp_path):
    client = endpoint.boto3()
    client.create_bucket(Bucket=bucket)
    assert bucket in [made["Name"] for made in client.list_buckets()["Buckets"]]

    small = noise(4_000, 2)
    # Over https boto3 frames this in chunks with a trailer, and over http it signs the hash.
    put = client.put_object(Bucket=bucket, Key="a/small.jpg", Body=small, ContentType="image/jpeg", Metadata=METADATA)
    client.put_object(Bucket=bucket, Key="empty")
    client.upload_file(str(large), bucket, "b/large.bin")

    facts = client.head_object(Bucket=bucket, Key="a/small.jpg")
    assert (facts["ContentLength"], facts["ContentType"]) == (4_000, "image/jpeg")
    assert facts["Metadata"] == METADATA
    assert facts["ETag"] == put["ETag"]
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    listed = {found["Key"]: found for page in pages for found in page["Contents"]}
    assert list(listed) == ["a/small.jpg", "b/large.bin", "empty"]
    assert listed["b/large.bin"]["ETag"] == client.head_object(Bucket=bucket, Key="b/large.bin")["ETag"]
    assert listed["b/large.bin"]["ETag"].endswith(f'-{-(-large.stat().st_size // (8 << 20))}"')
    top = client.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [found["Prefix"] for found in top["CommonPrefixes"]] == ["a/", "b/"]

    assert client.get_object(Bucket=bucket, Key="a/small.jpg")["Body"].read() == small
    part = client.get_object(Bucket=bucket, Key="a/small.jpg", Range="bytes=100-149")
    assert part["Body"].read() == small[100:150]
    client.download_file(bucket, "b/large.bin", str(tmp_path / "back"))
    assert file_sha256(tmp_path / "back") == file_sha256(large)
    assert file_sha256(endpoint.store.object_file(bucket, "b/large.bin")) == file_sha256(large)

    client.copy({"Bucket": bucket, "Key": "b/large.bin"}, bucket, "copy of large")
    assert file_sha256(endpoint.store.object_file(bucket, "copy of large")) == file_sha256(large)
    client.copy_object(Bucket=bucket, Key="copy of small", CopySource={"Bucket": bucket, "Key": "a/small.jpg"})
    assert client.head_object(Bucket=bucket, Key="copy of small")["Metadata"] == METADATA

    client.delete_object(Bucket=bucket, Key="empty")
    rest = [{"Key": key} for key in ("a/small.jpg", "b/large.bin", "copy of large", "copy of small")]
    assert len(client.delete_objects(Bucket=bucket, Delete={"Objects": rest})["Deleted"]) == 4
    client.delete_bucket(Bucket=bucket)
    with pytest.raises(client.exceptions.ClientError, match="404"):
        client.head_bucket(Bucket=bucket)


@pytest.mark.parametrize("version", [None, "s3", "s3v4"])
def test_presigned_by_boto3(endpoint, bucket, version):
    """Without a word of the caller boto3 signs links with version 2."""
    from botocore.config import Config

    client = endpoint.boto3(config=Config(signature_version=version) if version else None)
    client.create_bucket(Bucket=bucket)
    content = noise(50_000)
    put = client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "ä b/c+d"})
    assert ("X-Amz-Signature" in put) == (version == "s3v4")
    assert endpoint.curl("-X", "PUT", "--data-binary", "@-", "-H", "Content-Type:", put, sent=content)[0] == 200
    get = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "ä b/c+d"}, ExpiresIn=60)
    assert endpoint.curl(get) == (200, content)
    assert endpoint.curl("-I", get)[0] == 403, "a link for GET is none for HEAD"

    form = client.generate_presigned_post(bucket, "forms/${filename}", Conditions=[["content-length-range", 1, 60_000]])
    fields = [word for pair in form["fields"].items() for word in ("-F", "=".join(pair))]
    assert endpoint.curl(*fields, "-F", "file=@-;filename=x.bin", form["url"], sent=content)[0] == 204
    assert endpoint.curl(*fields, "-F", "file=@-;filename=y.bin", form["url"], sent=content * 2)[0] == 400
    assert endpoint.store.objects(bucket) == ["forms/x.bin", "ä b/c+d"]
    assert client.get_object(Bucket=bucket, Key="forms/x.bin")["Body"].read() == content

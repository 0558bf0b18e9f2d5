"""Keys that a file system cannot hold, and files that came by another way."""

import hashlib
import os
import unicodedata

import pytest

from harness import running, wait_until
from object_client import ObjectClient
from object_store import ObjectStore

KEYS = [
    "/begins with a slash",
    "ends/with/a/slash/",
    "two//slashes",
    "//",
    "./a",
    "a/./b",
    "a/../b",
    "..",
    ".vitrine",
    ".vitrine/bucket.json",
    "below/.vitrine/x",
    "file",
    "file/and folder",
    "file/and folder/",
    ".~e",
    ".~sfile",
    ".~q",
    ".hidden",
    "percent%2Fsigns%25",
    "plus+and space",
    "question?and#hash&more=x",
    "back\\slash",
    "quote\"s'<&>",
    "tab\tand\nline",
    "\u200b\u202e\ufeff",
    "😀/😀.png",
    unicodedata.normalize("NFC", "é"),
    unicodedata.normalize("NFD", "é"),
    "s" * 250 + "/" + "t" * 300,
    "ж" * 512,
    "k" * 1_024,
    "/".join("d" * 60),
    "/" * 20,
    "a/../" * 10,
]


@pytest.fixture
def store(tmp_path):
    with running(ObjectStore(tmp_path / "server")) as one:
        yield one


def content(key):
    return key.encode() * 3


@pytest.mark.folders
def test_every_key_is_kept_under_its_own_name(store):
    client = ObjectClient(store.s3_port)
    assert client.put("/keys", b"").status == 200
    for key in KEYS:
        assert client.put(f"/keys/{key}", content(key)).status == 200, key
    check(client)
    # From the files alone.
    store.stop_nginx()
    store.stop_program()
    for file in (store.data / ".vitrine").glob("objects-*.db*"):
        file.unlink()
    store.start_program()
    store.start_nginx()
    client = ObjectClient(store.s3_port)
    check(client)
    for key in KEYS:
        assert client.delete(f"/keys/{key}").status == 204, key
        assert client.head(f"/keys/{key}").status == 404, key
    assert client.page("keys").keys == []
    assert [path.name for path in (store.data / "buckets/keys").iterdir()] == [".vitrine"]


def check(client):
    assert client.keys("keys") == sorted(KEYS, key=str.encode)
    for key in KEYS:
        answer = client.fetch(f"/keys/{key}")
        assert (answer.status, answer.body) == (200, content(key)), key
    # A character that XML cannot hold is only in a listing that is encoded.
    assert client.page("keys", delimiter="/", prefix="a/").prefixes == ["a/../", "a/./"]
    assert client.page("keys", delimiter="/", prefix="file/").keys == ["file/and folder"]


def test_longer_keys_are_refused(store):
    client = ObjectClient(store.s3_port)
    assert client.put("/keys", b"").status == 200
    answer = client.put("/keys/" + "k" * 1_025, b"x")
    assert answer.status == 400 and "<Code>KeyTooLongError</Code>" in answer.text
    assert store.objects("keys") == []


def test_keys_go_round_through_boto3_and_minio(store):
    boto3, minio = store.endpoints["http"].boto3(), store.endpoints["http"].minio()
    boto3.create_bucket(Bucket="keys")
    # urllib3 takes out what looks like a way up, and minio-py refuses it.
    keys = [key for key in KEYS if "." not in [name.strip(".") or "." for name in key.split("/") if name]]
    keys = [key for key in keys if "//" not in key and not key.startswith("/")]
    assert len(keys) > 20
    for key in keys:
        boto3.put_object(Bucket="keys", Key=key, Body=content(key))
    found = [entry["Key"] for entry in boto3.list_objects_v2(Bucket="keys")["Contents"]]
    assert found == sorted(keys, key=str.encode)
    assert [entry.object_name for entry in minio.list_objects("keys", recursive=True)] == found
    for key in keys:
        assert boto3.get_object(Bucket="keys", Key=key)["Body"].read() == content(key)
        if not key.endswith("/"):
            with minio.get_object("keys", key) as answer:
                assert answer.read() == content(key)
    deleted = boto3.delete_objects(Bucket="keys", Delete={"Objects": [{"Key": key} for key in keys]})
    assert {entry["Key"] for entry in deleted["Deleted"]} == set(keys)
    assert store.objects("keys") == []


@pytest.mark.folders
def test_files_that_came_by_rsync_appear_after_a_scan(store):
    client = ObjectClient(store.s3_port)
    assert client.put("/sync", b"").status == 200
    assert client.put("/sync/put", b"by put", {"x-amz-meta-a": "b"}).status == 200
    folder = store.data / "buckets/sync"
    (folder / "by/rsync").mkdir(parents=True)
    (folder / "by/rsync/a.txt").write_bytes(b"a file")
    (folder / "empty").mkdir()
    os.symlink("/etc/passwd", folder / "link")
    os.mkfifo(folder / "pipe")
    # Got at once; listed after a scan, which a start makes, too.
    assert client.fetch("/sync/by/rsync/a.txt").body == b"a file"
    for key in ("link", "pipe", "empty"):
        assert client.fetch(f"/sync/{key}").status == 404
    client = restarted(store)
    # The janitor scans as soon as it is there.
    wait_until(lambda: client.keys("sync") == ["by/rsync/a.txt", "put"], 10, "a scan")
    first = client.head("/sync/by/rsync/a.txt")
    assert first.headers["Content-Type"] == "text/plain" and "-" in first.headers["ETag"]
    assert client.page("sync").etags["by/rsync/a.txt"] == first.headers["ETag"]
    # Changed, overwritten and removed by others.
    (folder / "by/rsync/a.txt").write_bytes(b"another file")
    (folder / "put").unlink()
    client = restarted(store)
    wait_until(lambda: client.page("sync").sizes == {"by/rsync/a.txt": 12}, 10, "a scan")
    page = client.page("sync")
    assert page.etags["by/rsync/a.txt"] == client.head("/sync/by/rsync/a.txt").headers["ETag"] != first.headers["ETag"]
    assert client.put("/sync/copy", b"", {"x-amz-copy-source": "/sync/by/rsync/a.txt"}).status == 200
    assert client.head("/sync/copy").headers["ETag"] == f'"{hashlib.md5(b"another file").hexdigest()}"'


@pytest.mark.folders
def test_bucket_with_files_that_are_not_listed_yet_is_not_deleted(store):
    client = ObjectClient(store.s3_port)
    assert client.put("/held", b"").status == 200
    folder = store.data / "buckets/held"
    (folder / "new/folder").mkdir(parents=True)
    (folder / "new/folder/file").write_bytes(b"by rsync")
    answer = client.delete("/held")
    assert answer.status == 409 and "<Code>BucketNotEmpty</Code>" in answer.text
    assert client.head("/held").status == 200
    assert client.fetch("/held/new/folder/file").body == b"by rsync"
    (folder / "new/folder/file").unlink()
    # Empty folders are no objects.
    assert client.delete("/held").status == 204
    assert not folder.exists() and client.head("/held").status == 404


def restarted(store):
    store.stop_nginx()
    store.stop_program()
    store.program_log.unlink()
    store.start_program()
    store.start_nginx()
    return ObjectClient(store.s3_port)

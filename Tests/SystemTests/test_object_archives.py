"""`?archive=zip` at the object store: any folder of a bucket as a zip, for whoever may both list it and get what is in it."""

import hashlib
import json
import subprocess

import pytest

import pictures
from harness import clean_environment, program
from object_client import ObjectClient, code
from object_store import ObjectStore
from test_archive_changes import Download
from zip_readers import check_with_all_readers

ARCHIVE = {"archive": "zip"}
FILES = {
    "trip/a.jpg": pictures.jpeg(seed=41),
    "trip/day 1/ü.png": pictures.png(),
    "trip/day 1/empty": b"",
    "trip/z.bin": hashlib.sha256(b"z").digest() * 40_000,
    "trips.txt": b"not in it",
    "top": b"top",
}


@pytest.fixture(scope="module")
def store(object_store):
    return object_store


@pytest.fixture(scope="module")
def root(store):
    return ObjectClient(store.s3_port)


@pytest.fixture(scope="module")
def filled(root):
    fill(root, "filled")
    return root


def fill(client, bucket, policy=None):
    assert client.put(f"/{bucket}", b"").status == 200
    for key, content in FILES.items():
        assert client.put(f"/{bucket}/{key}", content).status == 200
    if policy:
        assert client.send("PUT", f"/{bucket}", {"policy": ""}, json.dumps(policy).encode()).status == 204


def below(prefix):
    return {key[len(prefix) :]: content for key, content in FILES.items() if key.startswith(prefix)}


def check(answer, expected, tmp_path, readers=("unzip", "unzip -t", "zipfile")):
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "application/zip"
    saved = tmp_path / "saved.zip"
    saved.write_bytes(answer.body)
    check_with_all_readers(saved, expected, readers)


def test_folder_and_bucket_are_read_back_by_every_reader(filled, tmp_path):
    trip = filled.fetch("/filled/trip/", ARCHIVE)
    check(trip, below("trip/"), tmp_path, None)
    assert 'filename="trip.zip"' in trip.headers["Content-Disposition"]
    check(filled.fetch("/filled/trip/day 1/", ARCHIVE), below("trip/day 1/"), tmp_path)
    whole = filled.fetch("/filled/", ARCHIVE)
    check(whole, below(""), tmp_path)
    assert 'filename="filled.zip"' in whole.headers["Content-Disposition"]
    assert filled.fetch("/filled/trip/", {**ARCHIVE, "name": "Été.zip"}).headers["Content-Disposition"].count("UTF-8''")


def test_archive_resumes_and_is_the_same_each_time(filled):
    whole = filled.fetch("/filled/trip/", ARCHIVE)
    assert filled.fetch("/filled/trip/", ARCHIVE).body == whole.body
    head = filled.send("HEAD", "/filled/trip/", ARCHIVE)
    assert head.headers["Content-Length"] == str(len(whole.body)) and head.headers["ETag"] == whole.headers["ETag"]
    tag = {"If-Range": whole.headers["ETag"]}
    for first, last in [(0, 0), (5, 70_000), (len(whole.body) - 1_000, len(whole.body) - 1)]:
        part = filled.fetch("/filled/trip/", ARCHIVE, {"Range": f"bytes={first}-{last}", **tag})
        assert (part.status, part.body) == (206, whole.body[first : last + 1])
        assert part.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole.body)}"
    assert filled.fetch("/filled/trip/", ARCHIVE, {"Range": f"bytes={len(whole.body)}-"}).status == 416
    assert filled.fetch("/filled/trip/", ARCHIVE, {"If-None-Match": whole.headers["ETag"]}).status == 304
    assert filled.put("/filled/trip/later", b"more").status == 200
    assert filled.fetch("/filled/trip/", ARCHIVE, {"Range": "bytes=5-9", **tag}).status == 200
    assert filled.delete("/filled/trip/later").status == 204


def test_what_is_no_folder_is_refused(filled):
    answer = filled.fetch("/filled/trip", ARCHIVE)
    assert (answer.status, code(answer)) == (400, "InvalidArgument")
    answer = filled.fetch("/filled/trip/", {"archive": "tar"})
    assert (answer.status, code(answer)) == (400, "InvalidArgument")
    answer = filled.fetch("/filled/nothing/", ARCHIVE)
    assert (answer.status, code(answer)) == (404, "NoSuchKey")
    answer = filled.fetch("/no-such-bucket/", ARCHIVE)
    assert (answer.status, code(answer)) == (404, "NoSuchBucket")


def test_presigned_and_public_archives(store, root, tmp_path):
    bucket = "arn:aws:s3:::open"
    public = [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{bucket}/*"},
        {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": bucket},
    ]
    fill(root, "open")
    nobody = ObjectClient(store.s3_port, None)
    assert nobody.fetch("/open/trip/", ARCHIVE).status == 403
    target = root.presigned("GET", "/open/trip/", ARCHIVE)
    check(nobody.get(target), below("trip/"), tmp_path)
    assert nobody.get(target.replace("archive=zip", "archive=zip&name=x.zip")).status == 403
    # Who may only get, or only list, may not have it.
    for statements, status in [(public[:1], 403), (public[1:], 403), (public, 200)]:
        document = {"Version": "2012-10-17", "Statement": statements}
        assert root.send("PUT", "/open", {"policy": ""}, json.dumps(document).encode()).status == 204
        assert nobody.fetch("/open/trip/", ARCHIVE).status == status, statements
    check(nobody.fetch("/open/trip/", ARCHIVE), below("trip/"), tmp_path)


def test_what_an_account_may_not_get_is_left_out(store, root, tmp_path):
    statements = [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::part*"]},
        {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::part/trip/day 1/*"},
    ]
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    words = ["key", "add", "reader", "--secret", "reader-secret-0123456789", "--policy", str(policy)]
    subprocess.run([program(), *words], check=True, cwd=store.folder, env=clean_environment(store.settings))
    reader = ObjectClient(store.s3_port, ("reader", "reader-secret-0123456789"))
    fill(root, "part")
    left = {name: content for name, content in below("trip/").items() if not name.startswith("day 1/")}
    check(reader.fetch("/part/trip/", ARCHIVE), left, tmp_path)
    assert reader.fetch("/filled/trip/", ARCHIVE).status == 403


@pytest.mark.folders
def test_archives_of_pictures_and_photos(store, root, tmp_path):
    content = pictures.jpeg(seed=43)
    assert root.put("/images/zipped.jpg", content).status == 200
    whole = root.fetch("/images/", ARCHIVE)
    check(whole, {name: (store.images / name).read_bytes() for name in root.keys("images")}, tmp_path)
    files = {"a.jpg": content, "b/c.txt": b"c", "b/d/e": b"e"}
    store.photo_folder("hash-1", {**files, ".hidden": b"no"})
    store.photo_folder("hash-2", {"x": b"x"})
    check(root.fetch("/photos/hash-1/", ARCHIVE), files, tmp_path)
    check(root.fetch("/photos/hash-1/b/", ARCHIVE), {"c.txt": b"c", "d/e": b"e"}, tmp_path)
    everything = {name: root.fetch(f"/photos/{name}").body for name in root.keys("photos")}
    assert {"hash-1/b/d/e", "hash-2/x"} <= set(everything)
    check(root.fetch("/photos/", ARCHIVE), everything, tmp_path)
    assert root.fetch("/photos/hash-1/", ARCHIVE).body == store.client.get("/archive/hash-1/").body
    assert ObjectClient(store.s3_port, None).fetch("/images/", ARCHIVE).status == 403


def is_put_again(root, key):
    assert root.put(key, b"other content of another length").status == 200


def is_put_again_with_the_same_content(root, key):
    assert root.put(key, root.fetch(key).body).status == 200


def is_deleted(root, key):
    assert root.delete(key).status == 204


def test_object_that_changes_cuts_the_download(tmp_path):
    # It pauses between the pieces of an archive.
    server = ObjectStore(tmp_path / "server", {"VITRINE_DEBUG": "1"})
    try:
        check_changes_cut(server.start(), tmp_path)
        server.stop()
    finally:
        server.kill()


def check_changes_cut(store, tmp_path):
    root = ObjectClient(store.s3_port)
    downloads = {}
    for change in (is_put_again, is_put_again_with_the_same_content, is_deleted):
        for member, after in [("b.bin", 1), ("b.bin", 1_000_000), ("a.bin", 2_000_000), ("d.bin", 1)]:
            folder = f"/changes/{change.__name__}/{member}-{after}"
            downloads[folder] = change, member, after
    assert root.put("/changes", b"").status == 200
    for folder in [*downloads, "/changes/untouched"]:
        for name, size in {"a.bin": 300_000, "b.bin": 1_500_000, "c.bin": 900_000, "d.bin": 900_000}.items():
            assert root.put(f"{folder}/{name}", hashlib.sha256(name.encode()).digest() * (size // 32)).status == 200
    begun = {"/changes/untouched": begin(store, root, tmp_path, "/changes/untouched", 1, lambda: None)}
    for folder, (change, member, after) in downloads.items():
        key = f"{folder}/{member}"
        begun[folder] = begin(store, root, tmp_path, folder, after, lambda change=change, key=key: change(root, key))
    outcomes = {folder: download.outcome()[0] for folder, download in begun.items()}
    assert outcomes == {folder: 0 if folder == "/changes/untouched" else 18 for folder in begun}


def begin(store, root, tmp_path, folder, after, happens):
    url = store.s3_url + root.presigned("GET", f"{folder}/", ARCHIVE)
    return Download(url, tmp_path / folder.replace("/", "-"), after, happens)

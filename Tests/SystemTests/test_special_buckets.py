"""The buckets `images` and `photos`: other endpoints' folders through the object store."""

import base64
import hashlib
import json
import os
import subprocess

import pytest

import pictures
from harness import clean_environment, program, wait_until
from object_client import ObjectClient, code
from object_store import ObjectStore

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "arn:aws:s3:::images/*"},
        {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": "arn:aws:s3:::images"},
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::photos/trip/*"]},
    ],
}


@pytest.fixture(scope="module")
def store(object_store):
    return object_store


@pytest.fixture(scope="module")
def root(store):
    return ObjectClient(store.s3_port)


@pytest.fixture(scope="module")
def editor(store, tmp_path_factory):
    return account(store, "editor", POLICY, tmp_path_factory)


@pytest.fixture(scope="module")
def nobody(store):
    return ObjectClient(store.s3_port, None)


def account(store, name, policy, tmp_path_factory):
    """A client with a key of its own."""
    arguments = [program(), "key", "add", name, "--secret", f"{name}-secret-0123456789"]
    if policy:
        file = tmp_path_factory.mktemp("policy") / "policy.json"
        file.write_text(json.dumps(policy))
        arguments += ["--policy", str(file)]
    subprocess.run(arguments, check=True, cwd=store.folder, env=clean_environment(store.settings), capture_output=True)
    return ObjectClient(store.s3_port, (name, f"{name}-secret-0123456789"))


def md5(content):
    return f'"{hashlib.md5(content).hexdigest()}"'


# images


@pytest.mark.folders
def test_put_picture_is_kept_byte_for_byte_and_is_in_the_catalogue(store, root, nobody):
    content = pictures.camera_jpeg()
    answer = root.put("/images/With GPS.jpg", content, {"x-amz-meta-caption": "harbour", "Content-Type": "text/html"})
    assert answer.status == 200, answer
    assert answer.headers["ETag"] == md5(content)
    assert (store.images / "With GPS.jpg").read_bytes() == content
    facts = store.client.get("/api/images/With%20GPS.jpg").json()
    assert (facts["width"], facts["height"], facts["original_name"]) == (800, 1200, "With GPS.jpg")
    assert "With GPS.jpg" in [one["name"] for one in store.client.get("/api/images").json()["images"]]
    assert store.client.get("/images/With%20GPS.jpg").body == content
    for reader in (root, nobody):
        got = reader.fetch("/images/With GPS.jpg")
        assert (got.status, got.body) == (200, content)
        assert got.headers["Content-Type"] == "image/jpeg" and got.headers["x-amz-meta-caption"] == "harbour"
    part = nobody.fetch("/images/With GPS.jpg", headers={"Range": "bytes=100-299"})
    assert (part.status, part.body) == (206, content[100:300])
    assert nobody.fetch("/images/With GPS.jpg", headers={"If-None-Match": md5(content)}).status == 304


@pytest.mark.folders
def test_put_never_overwrites(root, store):
    content, other = pictures.jpeg(seed=11), pictures.jpeg(seed=12)
    assert root.put("/images/once.jpg", content).status == 200
    again = root.put("/images/once.jpg", other)
    assert (again.status, code(again)) == (409, "ObjectAlreadyExists")
    assert (root.put("/images/once.jpg", other, {"If-Match": md5(content)}).status) == 409
    assert (root.put("/images/once.jpg", other, {"If-None-Match": "*"}).status) == 412
    assert (store.images / "once.jpg").read_bytes() == content


@pytest.mark.parametrize(
    "key, content, status",
    [
        ("notes.txt", b"hello", 415),
        ("fake.jpg", b"hello", 415),
        ("empty.png", b"", 415),
        ("wrong.png", pictures.jpeg(seed=3), 415),
        ("cut.jpg", pictures.jpeg(seed=3)[:-400], 422),
        ("huge.png", pictures.png_claiming(30_000, 30_000), 422),
        ("big.jpg", pictures.jpeg_of_size(5 * 1024 * 1024 + 1), 400),
        ("folder/a.jpg", pictures.jpeg(seed=3), 400),
        (".hidden.jpg", pictures.jpeg(seed=3), 400),
        ("line\nbreak.jpg", pictures.jpeg(seed=3), 400),
    ],
)
def test_put_passes_the_rules_of_an_upload(store, root, key, content, status):
    before = store.stored()
    answer = root.put(f"/images/{key}", content)
    assert answer.status == status, answer
    assert store.stored() == before and store.temporary_files() == []


@pytest.mark.folders
def test_metadata_that_a_picture_has_no_room_for_is_refused(store, root):
    before = store.stored()
    long = {"x-amz-meta-long": "m" * 1_900, "x-amz-tagging": "&".join(f"{n}={'v' * 250}" for n in range(10))}
    answer = root.put("/images/much.jpg", pictures.jpeg(seed=5), long)
    assert (answer.status, code(answer)) == (400, "InvalidArgument") and "metadata" in answer.text
    assert store.stored() == before and store.temporary_files() == []


def test_limit_is_the_one_of_an_upload(root):
    assert root.put("/images/largest.jpg", pictures.jpeg_of_size(5 * 1024 * 1024)).status == 200


def test_uploads_are_objects_and_unlisted_ones_only_the_operators(store, root, editor, nobody):
    listed = store.client.request("PUT", "/api/upload/a.jpg", pictures.jpeg(seed=21)).json()
    hidden = store.client.request("PUT", "/api/upload/b.jpg?visibility=unlisted", pictures.jpeg(seed=22)).json()
    everything, public = root.keys("images"), editor.keys("images")
    assert {listed["name"], hidden["name"]} <= set(everything) and everything == sorted(everything)
    assert listed["name"] in public and hidden["name"] not in public
    content = store.client.get(f"/images/{listed['name']}").body
    assert root.page("images").etags[listed["name"]] == md5(content)
    assert root.head(f"/images/{listed['name']}").headers["ETag"] == md5(content)
    # Whoever has its name may have it, as at the image host.
    assert nobody.fetch(f"/images/{hidden['name']}").status == 200
    assert nobody.fetch("/images", {"list-type": "2"}).status == 403
    paged = []
    token = None
    while True:
        page = root.page("images", max_keys=2, **({"token": token} if token else {}))
        assert len(page.keys) <= 2
        paged += page.keys
        token = page.next
        if not token:
            break
    assert paged == everything
    assert root.page("images", prefix=listed["name"][:-5]).keys == [listed["name"]]


def test_expired_picture_is_no_object(store, root):
    name = store.client.request("PUT", "/api/upload/c.jpg?expires=1", pictures.jpeg(seed=23)).json()["name"]
    wait_until(lambda: root.head(f"/images/{name}").status == 404, 5, "it is gone")
    assert name not in root.keys("images")


def test_accounts_put_where_their_policy_says_so_and_delete_their_own(store, root, editor, nobody, tmp_path_factory):
    content = pictures.png()
    assert nobody.put("/images/anybody.png", content).status == 403
    plain = account(store, "plain", None, tmp_path_factory)
    assert plain.put("/images/plain.png", content).status == 403
    assert editor.put("/images/editors.png", content).status == 200
    assert root.put("/images/roots.png", content).status == 200
    assert editor.delete("/images/roots.png").status == 403
    assert plain.delete("/images/editors.png").status == 403
    assert store.client.get("/thumbs/editors.png").status in (200, 307)
    assert editor.delete("/images/editors.png").status == 204
    assert store.client.get("/images/editors.png").status == 404
    assert not (store.data / "thumbs/editors.png").exists()
    assert "editors.png" not in root.keys("images")
    assert root.delete("/images/roots.png").status == 204
    assert root.delete("/images/roots.png").status == 204
    assert root.put("/images/roots.png", pictures.png(100, 100)).status == 200


def test_copies_to_and_from_images(root, store):
    content = pictures.animated_gif()
    assert root.put("/copies", b"").status == 200
    assert root.put("/copies/a/b.gif", content).status == 200
    assert root.put("/images/copied.gif", b"", {"x-amz-copy-source": "/copies/a/b.gif"}).status == 200
    assert store.client.get("/images/copied.gif").body == content
    assert root.put("/images/copied.gif", b"", {"x-amz-copy-source": "/copies/a/b.gif"}).status == 409
    assert root.put("/images/copied.jpg", b"", {"x-amz-copy-source": "/copies/a/b.gif"}).status == 415
    assert root.put("/copies/back.gif", b"", {"x-amz-copy-source": "/images/copied.gif"}).status == 200
    assert root.fetch("/copies/back.gif").body == content


def test_what_cannot_be_done_with_images_is_said(root):
    for method, path, query in [
        ("POST", "/images/x.jpg", {"uploads": ""}),
        ("PUT", "/images", {"policy": ""}),
        ("PUT", "/images/once.jpg", {"tagging": ""}),
        ("DELETE", "/images", {}),
    ]:
        body = b'{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::images/*"}]}'
        if "tagging" in query:
            body = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
        answer = root.send(method, path, query, body)
        assert answer.status == 403 and "images" in answer.text, (method, path, query, answer)
    # Made by clients before an upload.
    assert root.put("/images", b"").status == 200


def test_facts_survive_the_loss_of_the_index(tmp_path):
    server = ObjectStore(tmp_path)
    try:
        check_facts_survive(server.start())
        server.stop()
    finally:
        server.kill()


def check_facts_survive(server):
    root = ObjectClient(server.s3_port)
    content = pictures.camera_jpeg()
    assert root.put("/images/kept.jpg", content, {"x-amz-meta-a": "b", "Cache-Control": "max-age=7"}).status == 200
    before = root.head("/images/kept.jpg").headers
    server.stop_nginx()
    server.stop_program()
    for file in (server.data / ".vitrine").glob("*.db*"):
        file.unlink()
    server.start_program()
    server.start_nginx()
    root = ObjectClient(server.s3_port)
    after = root.head("/images/kept.jpg").headers
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length", "x-amz-meta-a", "Cache-Control"):
        assert after[name] == before[name]
    assert root.page("images").etags == {"kept.jpg": md5(content)}


# photos


@pytest.fixture(scope="module")
def trip(store):
    files = {"a.jpg": pictures.jpeg(seed=31), "b/c.png": pictures.png(), "b.txt": b"notes", "b/d/e f.gif": b"x" * 70_000}
    folder = store.photo_folder("trip", {**files, ".hidden/x": b"no"})
    (folder / "link.jpg").symlink_to(folder / "a.jpg")
    store.photo_folder("other", {"z.jpg": b"z"})
    return files


def test_photo_folders_are_listed_from_the_folders_themselves(store, root, trip):
    keys = sorted([f"trip/{name}" for name in trip] + ["other/z.jpg"], key=str.encode)
    everything = root.keys("photos")
    assert [key for key in everything if key.startswith(("trip/", "other/"))] == keys
    assert everything == sorted(everything, key=str.encode) == root.keys("photos", max_keys=1)
    assert {"other/", "trip/"} <= set(root.page("photos", delimiter="/").prefixes)
    page = root.page("photos", delimiter="/", prefix="trip/")
    assert (page.keys, page.prefixes) == (["trip/a.jpg", "trip/b.txt"], ["trip/b/"])
    assert root.page("photos", after="trip/b.txt").keys == ["trip/b/c.png", "trip/b/d/e f.gif"]
    assert root.page("photos", prefix="trip/b/d").keys == ["trip/b/d/e f.gif"]
    assert root.page("photos", prefix="nothing").keys == []


def test_photos_are_got_and_copied_and_nothing_is_written(store, root, trip):
    names = sorted(path for path in store.photos.rglob("*"))
    for name, content in trip.items():
        got = root.fetch(f"/photos/trip/{name}")
        assert (got.status, got.body) == (200, content)
        head = root.head(f"/photos/trip/{name}")
        assert head.headers["ETag"] == got.headers["ETag"] == root.page("photos", prefix=f"trip/{name}").etags[f"trip/{name}"]
        assert "-" in got.headers["ETag"]
        assert root.fetch(f"/photos/trip/{name}", headers={"Range": "bytes=1-3"}).body == content[1:4]
    for name in ("trip/.hidden/x", "trip/link.jpg", "trip", "trip/b", "../photos/trip/a.jpg", "trip//a.jpg", "none"):
        assert root.fetch(f"/photos/{name}").status == 404, name
    root.put("/copies", b"")
    assert root.put("/copies/p.jpg", b"", {"x-amz-copy-source": "/photos/trip/a.jpg"}).status == 200
    copy = root.head("/copies/p.jpg")
    assert copy.headers["ETag"] == md5(trip["a.jpg"])
    assert sorted(path for path in store.photos.rglob("*")) == names
    assert all(not os.listxattr(path, follow_symlinks=False) for path in names)


def test_photos_can_only_be_read(store, root, trip):
    for answer in (
        root.put("/photos/trip/new.jpg", pictures.jpeg()),
        root.delete("/photos/trip/a.jpg"),
        root.put("/photos/trip/new.jpg", b"", {"x-amz-copy-source": "/photos/trip/a.jpg"}),
        root.send("POST", "/photos/trip/new.jpg", {"uploads": ""}),
    ):
        assert (answer.status, code(answer)) == (403, "AccessDenied"), answer
        assert "photos" in answer.text
    many = b"<Delete><Object><Key>trip/a.jpg</Key></Object></Delete>"
    digest = {"Content-MD5": base64.b64encode(hashlib.md5(many).digest()).decode()}
    answer = root.send("POST", "/photos", {"delete": ""}, many, digest)
    assert answer.status == 200 and "<Code>AccessDenied</Code>" in answer.text, answer
    assert root.fetch("/photos/trip/a.jpg").body == trip["a.jpg"]


def test_photos_are_the_operators_and_whose_policy_says_so(store, root, editor, nobody, trip):
    assert editor.fetch("/photos/trip/a.jpg").status == 200
    assert editor.fetch("/photos/other/z.jpg").status == 403
    assert editor.put("/photos/trip/x.jpg", b"x").status == 403
    assert nobody.fetch("/photos/trip/a.jpg").status == 403
    assert nobody.fetch("/photos", {"list-type": "2"}).status == 403
    names = root.fetch("/").text
    assert "<Name>images</Name>" in names and "<Name>photos</Name>" in names
    assert "<Name>" not in editor.fetch("/").text

"""A data folder as text: its files with their modes, times and extended attributes, and what the program told of it.

`python3 data_folder.py FILE` makes one with the program in VITRINE_BIN: so data_folder_0.1.0.json was made, before the
inside of the program was rebuilt. It is to be read by every later version as it is; it is never made anew.
"""

import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import pictures
from harness import clean_environment, program
from object_client import ObjectClient
from object_store import ObjectStore, noise, sha256

STORED = Path(__file__).with_name("data_folder_0.1.0.json")
BLOCKED = pictures.jpeg(64, 48, seed=9)
SHOP, OFF = ("shop", "secret of the shop"), ("turned-off", "secret of nobody")
KEYS = ["a", "a/b c.bin", "a//", "../x", "line\nbreak", "k" * 1_024, "long", "tagged", "parts", "checked"]
BUCKET = "photos-1"
# Nanoseconds since 1970.
UNTIL_2200, IN_2020 = 7_258_118_400_000_000_000, 1_577_836_800_000_000_000


# The folder as text and back.


def pack(folder):
    """Each file and folder below, in the order in which they can be made."""
    return [_entry(folder, path) for path in [folder, *sorted(folder.rglob("*"))] if path.is_dir() or path.is_file()]


def _entry(folder, path):
    status = path.stat()
    entry = {"path": str(path.relative_to(folder)), "mode": status.st_mode & 0o777, "modified": status.st_mtime_ns}
    if path.is_file():
        entry["content"] = _text(zlib.compress(path.read_bytes(), 9))
    attributes = {name: _text(os.getxattr(path, name)) for name in os.listxattr(path) if name.startswith("user.")}
    return {**entry, "attributes": attributes} if attributes else entry


def unpack(entries, folder):
    """Makes the files; the folders' own modes and times come last."""
    for entry in entries:
        path = folder / entry["path"]
        if "content" not in entry:
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.write_bytes(zlib.decompress(_bytes(entry["content"])))
        for name, value in entry.get("attributes", {}).items():
            os.setxattr(path, name, _bytes(value))
    for entry in reversed(entries):
        path = folder / entry["path"]
        path.chmod(entry["mode"])
        os.utime(path, ns=(entry["modified"], entry["modified"]))


def _text(content):
    return base64.b64encode(content).decode()


def _bytes(text):
    return base64.b64decode(text)


# What is in it.


def fill(store):
    """Puts something of everything into an empty store; gives what a test cannot ask for afterwards."""
    root, made = ObjectClient(store.s3_port), {}
    policy = store.folder / "policy.json"
    policy.write_text(_policy(f"arn:aws:s3:::{BUCKET}/*", principal=False))
    store.add_key(*SHOP, "--policy", str(policy))
    store.add_key(*OFF)
    _command(store, "key", "disable", OFF[0])
    _fill_bucket(root)
    made["upload"] = _upload(root, "under way", finished=False)
    made["pictures"] = _fill_pictures(store, root)
    store.photo_folder("trip", {"one.jpg": pictures.jpeg(64, 48, seed=4), "more/two.png": pictures.png(32, 20)})
    assert store.client.get("/archive/trip/").status == 200
    return made


def _fill_bucket(root):
    def put(key, body=b"", query=None, **headers):
        answer = root.send("PUT", f"/{BUCKET}/{key}", query, body or f"of {key}", headers)
        assert answer.status in (200, 204), answer

    assert root.put(f"/{BUCKET}", b"").status == 200
    put("a", **{"Content-Type": "text/plain", "Cache-Control": "max-age=5"})
    put("a/b c.bin", noise(2_000), **{"x-amz-meta-who": "me", "x-amz-storage-class": "REDUCED_REDUNDANCY"})
    for key in ("a//", "../x", "line\nbreak", "k" * 1_024):
        put(key)
    # More than attributes hold.
    tags = "&".join(f"tag{number}={'t' * 250}" for number in range(10))
    put("long", **{f"x-amz-meta-k{number}": "v" * 90 for number in range(18)}, **{"x-amz-tagging": tags})
    put("tagged", **{"x-amz-tagging": "colour=blue&empty=", "x-amz-acl": "public-read"})
    put("checked", b"123456789", **{"x-amz-checksum-crc32": "y/Q5Jg=="})
    _upload(root, "parts", finished=True)
    put("", _policy(f"arn:aws:s3:::{BUCKET}/a*", principal=True).encode(), {"policy": ""})
    rule = "<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>https://a.example</AllowedOrigin></CORSRule>"
    put("", f"<CORSConfiguration>{rule}</CORSConfiguration>".encode(), {"cors": ""})
    assert root.put("/empty-one", b"").status == 200


def _upload(root, key, finished):
    """An upload of two parts; its id."""
    path = f"/{BUCKET}/{key}"
    begun = root.send("POST", path, {"uploads": ""}, b"", {"x-amz-meta-who": "parts", "Content-Type": "x/y"})
    identifier = re.search("<UploadId>(.*?)</UploadId>", begun.text)[1]
    for number, content in ((1, bytes(5 << 20)), (2, b"the end")) if finished else ((1, b"one"), (3, b"three")):
        assert root.send("PUT", path, {"partNumber": str(number), "uploadId": identifier}, content).status == 200
    if finished:
        complete(root, key, identifier)
    return identifier


def complete(root, key, identifier, parts=()):
    """Completes an upload with all the parts that it has, these among them."""
    path = f"/{BUCKET}/{key}"
    for number, content in parts:
        assert root.send("PUT", path, {"partNumber": str(number), "uploadId": identifier}, content).status == 200
    listed = root.fetch(path, {"uploadId": identifier}).text
    parts = re.findall(r"<PartNumber>(\d+)</PartNumber>.*?<ETag>(.*?)</ETag>", listed, re.DOTALL)
    body = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>" for number, etag in parts)
    document = f"<CompleteMultipartUpload>{body}</CompleteMultipartUpload>"
    answer = root.send("POST", path, {"uploadId": identifier}, document.encode())
    assert answer.status == 200, answer


def _fill_pictures(store, root):
    client = store.client
    made = {
        "public": client.upload(pictures.jpeg(64, 48), "cat ü.jpg").json(),
        "camera": client.upload(pictures.camera_jpeg(), "camera.jpg", "/api/upload?metadata=keep").json(),
        "hidden": client.put_raw(pictures.png(32, 20), "hidden.png", "?visibility=unlisted").json(),
        "blocked": client.upload(BLOCKED, "bad.jpg").json(),
        "expiring": client.put_raw(pictures.animated_gif(), "later.gif", "?expires=30d").json(),
    }
    _command(store, "picture", "block", made["blocked"]["name"])
    put = root.put("/images/put.jpg", pictures.jpeg(64, 48, seed=3), {"x-amz-meta-who": "me", "Content-Type": "image/jpeg"})
    assert put.status == 200, put
    assert client.get(f"/thumbs/{made['public']['name']}").status == 200
    # Its time is over when the next program opens the folder: see `make`.
    made["over"] = client.put_raw(pictures.png(33, 33), "over.png", "?expires=1h").json()
    return {kind: {"name": facts["name"], "delete_token": facts["delete_token"]} for kind, facts in made.items()}


def _policy(resource, principal):
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **({"Principal": "*"} if principal else {})}]})


# What the program tells of it.


def answers(store, made):
    """What a client and the operator are told of all of it; the same as long as it is the same folder."""
    root = ObjectClient(store.s3_port)
    found = {f"object {key}": _object(root, f"/{BUCKET}/{key}") for key in KEYS}
    found["objects"] = _list(root, BUCKET)
    found["put picture"] = _object(root, "/images/put.jpg")
    over = made["pictures"]["over"]["name"]
    found["pictures as objects"] = [one for one in _list(root, "images") if one[0] != over]
    found["photos as objects"] = sorted(root.page("photos").keys)
    for query in ("policy", "cors", "acl", "location", "versioning"):
        found[f"bucket {query}"] = root.fetch(f"/{BUCKET}", {query: ""}).text
    found["buckets"] = re.findall("<Name>(.*?)</Name>", root.fetch("/").text)
    found["object tags"] = root.fetch(f"/{BUCKET}/tagged", {"tagging": ""}).text
    found["object attributes"] = root.fetch(
        f"/{BUCKET}/parts", {"attributes": ""}, {"x-amz-object-attributes": "ETag,ObjectParts,ObjectSize,StorageClass"}
    ).text
    found["uploads"] = root.fetch(f"/{BUCKET}", {"uploads": ""}).text
    found["parts"] = root.fetch(f"/{BUCKET}/under way", {"uploadId": made["upload"]}).text
    for kind, facts in made["pictures"].items():
        if kind not in ("over", "blocked"):
            found[f"picture {kind}"] = _picture(store, facts["name"])
    listed = [one["name"] for one in store.client.get("/api/images").json()["images"]]
    found["catalogue"] = [name for name in listed if name != over]
    archive = store.client.get("/archive/trip/")
    found["archive"] = [archive.headers["Content-Length"], sha256(archive.body)]
    found["keys"] = _command(store, "key", "list")
    found["blocked"] = _command(store, "picture", "blocked")
    return found


def _object(root, path):
    answer = root.fetch(path)
    names = ("etag", "last-modified", "content-type", "cache-control", "x-amz-storage-class", "x-amz-tagging-count")
    answered = {name.lower(): value for name, value in answer.headers.items()}
    fields = {name: value for name, value in answered.items() if name in names or name.startswith("x-amz-meta-")}
    head = root.head(path, {"x-amz-checksum-mode": "ENABLED"}).headers
    checksums = {name.lower(): value for name, value in head.items() if name.lower().startswith("x-amz-checksum-")}
    return [answer.status, sha256(answer.body), fields, checksums]


def _list(root, bucket):
    page = root.page(bucket, fetch_owner="true")
    names = ("Size", "LastModified", "StorageClass", "ETag", "DisplayName")
    return [
        [key, *(f"{name}={value}" for name, value in re.findall(f"<({'|'.join(names)})>(.*?)</", entry))]
        for key, entry in page.entries.items()
    ]


def _picture(store, name):
    facts = store.client.get(f"/api/images/{name}")
    content = store.client.get(f"/images/{name}")
    return [json.loads(facts.text.replace(store.url, "http://host")), content.status, sha256(content.body)]


def _command(store, *words):
    done = subprocess.run(
        [program(), *words], cwd=store.folder, env=clean_environment(store.settings), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _outlive(store, made):
    """Lets what ends by itself live until 2200, longer than one may ask for: tests are to find it."""
    _set_expiry(store, made["pictures"]["expiring"]["name"], UNTIL_2200)
    upload = store.data / f"buckets/{BUCKET}/.vitrine/uploads/{made['upload']}/upload.json"
    text, count = re.subn(r'("at":)\d+', rf"\g<1>{UNTIL_2200}", upload.read_text())
    assert count == 1
    upload.write_text(text)
    for index in (store.data / ".vitrine").glob("*.db*"):
        index.unlink()


def _set_expiry(store, name, moment):
    path = store.images / name
    facts = os.getxattr(path, "user.vitrine.facts").decode()
    os.setxattr(path, "user.vitrine.facts", re.sub(r"(?m)^expires=.*$", f"expires={moment}", facts).encode())


def end(store):
    """Stops it; parts of an upload stay."""
    store.stop_nginx()
    assert store.stop_program() == 0


def make(path, folder):
    """Fills a new data folder, asks for all that is in it, and writes both as text."""
    store = ObjectStore(folder).start()
    try:
        made = fill(store)
        end(store)
        _outlive(store, made)
        store.start()
        given = answers(store, made)
        end(store)
        _set_expiry(store, made["pictures"]["over"]["name"], IN_2020)
    finally:
        store.kill()
    text = json.dumps({"made": made, "answers": given, "files": pack(store.data)}, ensure_ascii=False, indent=0)
    path.write_text(text + "\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="v-") as place:
        make(Path(sys.argv[1]), Path(place))

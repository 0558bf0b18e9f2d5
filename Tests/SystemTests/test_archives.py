"""/archive/<hash>/: a zip that every reader opens, of a length known beforehand, the same on every download."""

import io
import os
import re
import socket
import subprocess
import time
import zipfile

import pytest

import pictures
from harness import let_pass, wait_until

HASH = "0123456789abcdef0123456789abcdef"

FILES = {
    "DSC_0001.jpg": pictures.camera_jpeg(),
    "DSC_0002.png": pictures.png(),
    "a/b/c/deep.gif": pictures.animated_gif(),
    "a.b/dotted.jpg": pictures.jpeg(seed=21),
    "пляж/закат & море.jpg": pictures.jpeg(seed=22),
    "notes.txt": b"plain text\n",
    "empty.jpg": b"",
    "large.bin": bytes(range(256)) * 12_000,
    "x" * 200 + ".jpg": b"long name",
    'quote"and\\backslash.jpg': b"odd name",
}


@pytest.fixture(scope="module")
def folder(server):
    made = server.photo_folder(HASH, {**FILES, ".hidden.jpg": b"no", ".git/config": b"no", "a/.DS_Store": b"no"})
    (made / "link.jpg").symlink_to("DSC_0001.jpg")
    (made / "outside.jpg").symlink_to("/etc/passwd")
    (made / "linked folder").symlink_to("/etc")
    (made / "no files here").mkdir()
    os.mkfifo(made / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(made)
        listener.bind("socket.jpg")
        os.chdir(here)
    (made / "notes.txt").chmod(0o640)
    os.utime(made / "notes.txt", (1_600_000_000, 1_600_000_000))
    # Until that second is over, the date that is told is the one before, and changes once.
    let_pass(1.1, "the second in which the folder was changed")
    return made


@pytest.fixture
def target(folder):
    return f"/archive/{HASH}/"


def in_archive(name):
    """What a file is called in the archive: as every system can write it."""
    return re.sub(r'[\\:*?"<>|]', "_", name)


def expected_order():
    return sorted(map(in_archive, FILES), key=str.encode)


def test_headers_announce_the_exact_download(client, target):
    answer = client.get(target)
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert f'filename="{HASH}.zip"' in answer.headers["Content-Disposition"]
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert re.fullmatch(r'"[^"]+"', answer.headers["ETag"])
    assert answer.headers["Last-Modified"]


def test_members_are_the_regular_files_in_bytewise_order(client, target):
    archive = zipfile.ZipFile(io.BytesIO(client.get(target).body))
    assert archive.namelist() == expected_order()
    assert archive.testzip() is None
    for name, content in FILES.items():
        assert archive.read(in_archive(name)) == content
    for member in archive.infolist():
        assert member.compress_type == zipfile.ZIP_STORED
        assert member.flag_bits & 0x08 == 0, "data descriptor"
        assert member.flag_bits & 0x800 or member.filename.isascii()
        assert (member.external_attr >> 16) & 0o170000 == 0o100000
    assert (archive.getinfo("notes.txt").external_attr >> 16) & 0o777 == 0o640


def test_same_bytes_on_every_download(server, client, target):
    first = client.get(target)
    for _ in range(4):
        again = client.get(target)
        assert again.body == first.body
        assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(f"/archive/{HASH}").body == first.body


def test_head_tells_the_same_without_a_body(client, target):
    told, sent = client.request("HEAD", target), client.get(target)
    assert (told.status, told.body) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified", "Accept-Ranges", "Content-Disposition"):
        assert told.headers[name] == sent.headers[name], name


READERS = {
    "unzip": ["unzip", "-tqq"],
    "7z": ["7z", "t", "-bso0"],
    "zip": ["zip", "-T", "-q"],
    "bsdtar": ["bsdtar", "-tf"],
}


@pytest.mark.parametrize("reader", READERS)
def test_foreign_reader_finds_no_fault(client, target, tmp_path, reader):
    archive = tmp_path / "archive.zip"
    archive.write_bytes(client.get(target).body)
    done = subprocess.run([*READERS[reader], archive], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_streaming_reader_unpacks_from_a_pipe(client, target, tmp_path):
    subprocess.run(["bsdtar", "-xf", "-", "-C", tmp_path], input=client.get(target).body, check=True)
    unpacked = {str(path.relative_to(tmp_path)): path for path in tmp_path.rglob("*") if path.is_file()}
    expected = {in_archive(name): content for name, content in FILES.items()}
    assert {name: path.read_bytes() for name, path in unpacked.items()} == expected
    assert unpacked["notes.txt"].stat().st_mtime == 1_600_000_000


def test_empty_folder_is_a_valid_empty_zip(server):
    server.photo_folder("empty-one", {})
    answer = server.client.get("/archive/empty-one/")
    assert answer.status == 200
    assert zipfile.ZipFile(io.BytesIO(answer.body)).namelist() == []
    assert len(answer.body) == 22


# Parts of it.


@pytest.mark.parametrize("first, last", [(0, 0), (0, 99), (1000, 70_000), (-1, None), (-500, None), (100_000, None)])
def test_range_is_that_slice_of_the_whole(client, target, first, last):
    whole = client.get(target).body
    wanted = f"bytes={first}" if first < 0 else f"bytes={first}-{'' if last is None else last}"
    part = client.get(target, {"Range": wanted})
    begin = len(whole) + first if first < 0 else first
    end = len(whole) - 1 if last is None else last
    assert part.status == 206
    assert part.body == whole[begin : end + 1]
    assert part.headers["Content-Range"] == f"bytes {begin}-{end}/{len(whole)}"


def test_every_boundary_in_the_zip_can_be_resumed_at(client, target):
    whole = client.get(target).body
    edges = [match.start() for match in re.finditer(rb"PK(\x03\x04|\x01\x02|\x05\x06)", whole)]
    for edge in edges:
        for start in (edge - 1, edge, edge + 1, edge + 30):
            if 0 <= start < len(whole):
                part = client.get(target, {"Range": f"bytes={start}-{start + 99}"})
                assert part.body == whole[start : start + 100]


def test_range_beyond_the_end_is_416(client, target):
    length = len(client.get(target).body)
    answer = client.get(target, {"Range": f"bytes={length}-"})
    assert answer.status == 416
    assert answer.headers["Content-Range"] == f"bytes */{length}"


def test_conditions(client, target):
    whole = client.get(target)
    tag, modified = whole.headers["ETag"], whole.headers["Last-Modified"]
    assert client.get(target, {"If-None-Match": tag}).status == 304
    assert client.get(target, {"If-None-Match": f'"x", {tag}'}).status == 304
    assert client.get(target, {"If-None-Match": '"x"'}).status == 200
    assert client.get(target, {"If-Modified-Since": modified}).status == 304
    assert client.get(target, {"Range": "bytes=5-9", "If-Range": tag}).body == whole.body[5:10]
    other = client.get(target, {"Range": "bytes=5-9", "If-Range": '"other"'})
    assert (other.status, other.body) == (200, whole.body)


@pytest.mark.parametrize("tool", ["curl", "wget", "aria2c"])
def test_download_tool_resumes_to_the_same_bytes(server, client, target, tmp_path, tool):
    whole = client.get(target).body
    saved = tmp_path / "trip.zip"
    if tool != "aria2c":
        saved.write_bytes(whole[:123_456])
    subprocess.run(
        {
            "curl": ["curl", "-sSf", "-C", "-", "-o", saved, server.url + target],
            "wget": ["wget", "-q", "-c", "-O", saved, server.url + target],
            "aria2c": ["aria2c", "-q", "-x4", "-s4", "-k1M", "-d", tmp_path, "-o", "trip.zip", server.url + target],
        }[tool],
        check=True,
    )
    assert saved.read_bytes() == whole


def test_name_of_the_download_can_be_chosen(client, target):
    plain = client.get(target + "?name=Trip.zip").headers["Content-Disposition"]
    assert 'filename="Trip.zip"' in plain or "filename=Trip.zip" in plain
    accented = client.get(target + "?name=%D0%9F%D0%BB%D1%8F%D0%B6.zip").headers["Content-Disposition"]
    assert "filename*=UTF-8''%D0%9F%D0%BB%D1%8F%D0%B6.zip" in accented
    for hostile in ("%0d%0aX-Evil:%201.zip", "..%2f..%2fx.zip", "a%22;x=%22.zip", "%00.zip"):
        answer = client.get(f"{target}?name={hostile}")
        assert answer.status in (200, 400), answer
        assert "X-Evil" not in answer.headers


# What is no archive.


@pytest.mark.parametrize(
    "path",
    [
        "/archive",
        "/archive/",
        "/archive/unknown/",
        "/archive/../photos/",
        "/archive/..%2f..%2fetc/",
        "/archive/.vitrine/",
    ]
    + [
        "/archive/a%00b/",
        "/archive/" + "a" * 129 + "/",
        "/archive/a.b/",
        "/archive/a%20b/",
        f"/archive/{HASH}/a/",
        "/archivex",
    ],
)
def test_anything_else_is_not_found(server, client, folder, path):
    (server.photos / ".vitrine").mkdir(exist_ok=True)
    (server.photos / "a.b").mkdir(exist_ok=True)
    (server.photos / "a b").mkdir(exist_ok=True)
    # nginx calls a zero byte, or a path above the root, malformed before it looks at the Accept header.
    if "%00" in path or "etc" in path:
        assert client.get(path).problem() == (400, "malformed-request")
        return
    assert client.get(path).problem() == (404, "not-found")
    page = client.get(path, {"Accept": "text/html"})
    assert (page.status, page.headers.get_content_type()) == (404, "text/html")


def test_link_to_a_folder_is_no_archive(server, client, folder):
    (server.photos / "linked").symlink_to(folder)
    (server.photos / "file").write_bytes(b"x")
    assert client.get("/archive/linked/").problem() == (404, "not-found")
    assert client.get("/archive/file/").problem() == (404, "not-found")


def test_other_methods_are_not_allowed(client, target):
    for method in ("POST", "PUT", "DELETE"):
        answer = client.request(method, target)
        assert answer.problem() == (405, "method-not-allowed")
        assert {"GET", "HEAD"} <= set(re.split(r",\s*", answer.headers["Allow"]))


def test_downloads_are_told_in_the_log(server, client, target):
    with server.log_lines() as lines:
        length = len(client.get(target).body)
    assert lines[0].endswith(f"] Success: archive {HASH} sent whole ({length} bytes).")
    with server.log_lines() as lines:
        client.get("/archive/missing-one/")
    assert lines[0].endswith("] Error: archive missing-one not found.")


# When things change.


def test_changed_folder_is_a_new_archive(server, client):
    folder = server.photo_folder("changing", {"a.jpg": pictures.jpeg(), "b.jpg": b"x" * 1000})
    first = client.get("/archive/changing/")
    (folder / "b.jpg").write_bytes(b"y" * 1000)
    second = client.get("/archive/changing/")
    assert second.headers["ETag"] != first.headers["ETag"]
    assert zipfile.ZipFile(io.BytesIO(second.body)).read("b.jpg") == b"y" * 1000
    (folder / "c.jpg").write_bytes(b"new")
    third = client.get("/archive/changing/")
    assert third.headers["ETag"] not in (first.headers["ETag"], second.headers["ETag"])
    assert zipfile.ZipFile(io.BytesIO(third.body)).namelist() == ["a.jpg", "b.jpg", "c.jpg"]


def test_client_that_leaves_stops_the_work(make_server):
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    server.photo_folder("trip", {f"{number}.bin": bytes(3_000_000) for number in range(40)})
    idle = [process.descriptors() for process in server.workers()]
    with server.log_lines() as lines:
        connection = server.client.connection()
        connection.request("GET", "/archive/trip/")
        response = connection.getresponse()
        response.read(100_000)
        connection.sock.shutdown(socket.SHUT_RDWR)
        connection.close()
        left = time.monotonic()
    assert time.monotonic() - left < 3
    assert "archive trip cut off" in lines[0]
    # nginx may keep one connection open to either worker for five seconds.
    wait_until(
        lambda: all(now.descriptors() <= before + 1 for now, before in zip(server.workers(), idle)),
        10,
        "descriptors are given back",
    )


def test_nothing_is_written_to_disk_while_an_archive_is_sent(make_server):
    server = make_server()
    server.photo_folder("trip", {f"{number}.bin": bytes(20_000_000) for number in range(3)})
    connection = server.client.connection()
    connection.request("GET", "/archive/trip/")
    response = connection.getresponse()
    response.read(1_000_000)
    assert server.temporary_files() == []
    response.read()
    connection.close()


def test_folder_with_ten_thousand_files(make_server):
    server = make_server()
    server.photo_folder("many", {f"{number // 100:03}/{number:05}.jpg": b"%d" % number for number in range(10_000)})
    answer = server.client.get("/archive/many/")
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    assert len(archive.namelist()) == 10_000
    assert archive.testzip() is None

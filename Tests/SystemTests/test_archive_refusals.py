"""Folders of which no whole archive can be made: found before the first byte, and told to visitor and operator."""

import os
import subprocess
import threading
import time
import zipfile
from xml.etree import ElementTree

import pytest

import harness
from harness import Server, clean_environment, wait_until
from object_client import ObjectClient

SETTLE = {"VITRINE_SETTLE": "3s"}
NOBODY = 65_534


def make_deep(folder, levels):
    """Folders in each other, made step by step, so that no path is too long for a call; the innermost one."""
    here = os.open(folder, os.O_RDONLY)
    for level in levels:
        os.mkdir(level, dir_fd=here)
        inner = os.open(level, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    with open(os.open("deep.jpg", os.O_WRONLY | os.O_CREAT, dir_fd=here), "wb") as file:
        file.write(b"deep down")
    os.close(here)


def remove(folder):
    subprocess.run(["rm", "-rf", folder], check=True)


@pytest.fixture
def unprivileged(tmp_path, monkeypatch):
    """The program as a user who may not read everything; returns what gives it a folder."""
    if os.getuid() != 0:
        return lambda folder: None
    wrapper = tmp_path / "vitrine"
    wrapper.write_text(
        f'#!/bin/sh\nexec setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups "{harness.program()}" "$@"\n'
    )
    wrapper.chmod(0o755)
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_mode & 0o005 != 0o005 and folder != folder.parent:
            folder.chmod(folder.stat().st_mode | 0o055)
    monkeypatch.setattr(harness, "program", lambda: str(wrapper))
    return lambda folder: subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", folder], check=True)


def check_refused(server, name, where, english, reason):
    """A visitor gets words, the operator name and reason, in each form of the request."""
    with server.log_lines(3) as lines:
        answer = server.client.get(f"/archive/{name}/")
        page = server.client.get(f"/archive/{name}/", {"Accept": "text/html"})
        head = server.client.request("HEAD", f"/archive/{name}/")
    assert answer.problem() == (503, "cannot-be-packed")
    assert "Retry-After" not in answer.headers and "Content-Disposition" not in answer.headers
    assert (page.status, page.headers.get_content_type()) == (503, "text/html")
    assert "cannot be packed" in page.body.decode()
    assert where not in page.body.decode() + answer.body.decode()
    assert head.status == 503
    for line in lines:
        assert f"Error: archive {name} cannot be packed: " in line and where in line and english in line

    def reported():
        lines = [line for line in server.program_output().splitlines() if "archive cannot be packed" in line and where in line]
        return len(lines) >= 3 and lines

    # The two logs are written by threads of their own.
    lines = wait_until(reported, 5, "the program's log")
    assert len(lines) == 3 and all(reason in line for line in lines)


def check_is_named(server, name, where, reason):
    environment = clean_environment(server.settings)
    done = subprocess.run([harness.program(), "check"], env=environment, capture_output=True, text=True, timeout=60)
    lines = [line for line in done.stdout.splitlines() if f"photo folder {name} cannot be packed" in line]
    assert done.returncode == 1
    assert len(lines) == 1 and where in lines[0] and reason in lines[0], done.stdout


@pytest.mark.parametrize("kind", ["file", "folder", "file in a folder", "the photo folder"])
def test_what_cannot_be_read_is_found_before_the_first_byte(make_server, unprivileged, tmp_path, kind):
    (tmp_path / "server0").mkdir()
    unprivileged(tmp_path / "server0")

    class Owned(Server):
        def start_program(self):
            self.photo_folder("trip", {"a.jpg": b"a", "z.jpg": b"z", "inner/b.jpg": b"b", ".hidden/c": b"c", "@eaDir/d": b"d"})
            for path in (".hidden", "@eaDir"):
                (self.photos / "trip" / path).chmod(0)
            unprivileged(self.folder)
            super().start_program()

    server = make_server(Owned)
    trip = server.photos / "trip"
    # What would be left out anyway may be closed. Its line comes a moment later than the download.
    with server.log_lines(1):
        assert server.client.get("/archive/trip/").status == 200
    where = {"file": "z.jpg", "folder": "inner", "file in a folder": "inner/b.jpg", "the photo folder": ""}[kind]
    mode = (trip / where).stat().st_mode & 0o777
    (trip / where).chmod(0)
    try:
        check_refused(server, "trip", where or "trip", "cannot be read", "Permission denied")
        check_is_named(server, "trip", where or "the folder itself", "Permission denied")
    finally:
        (trip / where).chmod(mode)
    assert server.client.get("/archive/trip/").status == 200
    for path in (".hidden", "@eaDir"):
        (trip / path).chmod(0o755)


@pytest.mark.parametrize(
    "levels, where, english, reason",
    [
        ([f"level{number}" for number in range(33)], "level32", "nested too deep", "deeper than 32"),
        ([f"{number:03}" + "n" * 200 for number in range(21)], "nnn/deep.jpg", "path is too long", "longer than 4095 bytes"),
    ],
)
def test_what_is_beyond_the_limits_is_found_before_the_first_byte(make_server, levels, where, english, reason):
    server = make_server()
    folder = server.photo_folder("trip", {"a.jpg": b"a"})
    make_deep(folder, levels)
    try:
        check_refused(server, "trip", where, english, reason)
        check_is_named(server, "trip", where, reason)
        assert all(len(line) < 2_000 for line in server.app_log())
    finally:
        remove(folder)


def test_check_tries_an_archive_that_there_is(make_server):
    server = make_server()
    folder = server.photo_folder("a-deep-one", {})
    make_deep(folder, [f"{number}" for number in range(40)])
    server.photo_folder("trip", {"a.jpg": b"a" * 1_000})
    command = [harness.program(), "check", "--url", server.url]
    done = subprocess.run(command, env=clean_environment(server.settings), capture_output=True, text=True, timeout=60)
    assert "photo folder a-deep-one cannot be packed" in done.stdout
    assert "503" not in done.stdout
    remove(folder)


def test_zip_of_the_bucket_photos_says_what_is_wrong(object_store):
    root = ObjectClient(object_store.s3_port)
    folder = object_store.photo_folder("too-deep", {"a.jpg": b"a"})
    make_deep(folder, [f"{number}" for number in range(60)])
    try:
        for path, where in (("/photos/", "too-deep/0/1/"), ("/photos/too-deep/", "0/1/2/"), ("/photos/too-deep/0/", "1/2/")):
            answer = root.fetch(path, {"archive": "zip"})
            error = ElementTree.fromstring(answer.body)
            assert (answer.status, error.findtext("Code")) == (503, "ServiceUnavailable")
            assert where in error.findtext("Message") and "deeper than 32" in error.findtext("Message")
        wait_until(lambda: "deeper than 32" in object_store.program_output(), 5, "the program's log")
    finally:
        remove(folder)


def test_depth_is_the_same_at_both_doors(object_store):
    folder = object_store.photo_folder("deep", {"a.jpg": b"a"})
    make_deep(folder, [f"{number}" for number in range(32)])
    root = ObjectClient(object_store.s3_port)
    try:
        assert object_store.client.get("/archive/deep/").status == 200
        key = "deep/" + "".join(f"{number}/" for number in range(32)) + "deep.jpg"
        assert key in root.keys("photos", prefix="deep/")
        for path in ("/photos/", "/photos/deep/", "/photos/deep/0/"):
            assert root.fetch(path, {"archive": "zip"}).status == 200
    finally:
        remove(folder)


# A folder that is being filled.


class Filling(threading.Thread):
    """Writes to a file again and again, as a slow transfer does."""

    def __init__(self, path, seconds):
        super().__init__()
        self.path, self.end, self.last = path, time.monotonic() + seconds, None
        path.write_bytes(b"first")
        self.start()

    def run(self):
        while time.monotonic() < self.end:
            with self.path.open("ab") as file:
                file.write(b"more")
            self.last = time.monotonic()
            time.sleep(0.1)


def test_folder_is_packed_once_nobody_writes_to_it(make_server, tmp_path):
    server = make_server(settings=SETTLE)
    folder = server.photo_folder("trip", {})
    filling = Filling(folder / "a.jpg", 1.5)
    began = time.monotonic()
    answer = server.client.get("/archive/trip/")
    ended = time.monotonic()
    filling.join()
    assert answer.status == 200 and ended - filling.last >= 2.9 and ended - began < 6
    (tmp_path / "saved.zip").write_bytes(answer.body)
    assert zipfile.ZipFile(tmp_path / "saved.zip").read("a.jpg") == (folder / "a.jpg").read_bytes()
    began = time.monotonic()
    assert server.client.get("/archive/trip/").body == answer.body
    assert time.monotonic() - began < 1


def test_folder_that_is_filled_for_longer_is_refused(make_server):
    server = make_server(settings={"VITRINE_SETTLE": "1s"})
    filling = Filling(server.photo_folder("trip", {}) / "a.jpg", 4)
    began = time.monotonic()
    with server.log_lines() as lines:
        answer = server.client.get("/archive/trip/")
    assert 1.9 < time.monotonic() - began < 3
    assert answer.problem() == (503, "being-filled")
    assert int(answer.headers["Retry-After"]) >= 1
    assert lines[0].endswith("Error: archive trip not sent: its folder is being filled.")
    filling.join()
    assert wait_until(lambda: server.client.get("/archive/trip/").status == 200, 5, "it is packed in the end")


def test_only_present_files_that_were_just_written_are_waited_for(make_server):
    server = make_server(settings={"VITRINE_SETTLE": "1m"})
    now = time.time()
    for name, files in {
        "old": {"a.jpg": now - 61},
        "future": {"a.jpg": now + 3_600, "b.jpg": now - 100},
        "left": {"a.jpg": now - 61, "b.jpg.part": now, "Thumbs.db": now, "@eaDir/x": now, ".hidden": now},
        "empty": {},
    }.items():
        folder = server.photo_folder(name, dict.fromkeys(files, b"x"))
        for path, modified in files.items():
            os.utime(folder / path, (modified, modified))
        began = time.monotonic()
        answer = server.client.get(f"/archive/{name}/")
        assert answer.status == 200 and time.monotonic() - began < 2, name


def test_whoever_has_the_present_state_does_not_wait(make_server):
    server = make_server(settings={"VITRINE_SETTLE": "0"})
    server.photo_folder("trip", {"a.jpg": b"a" * 1_000})
    whole = server.client.get("/archive/trip/")
    tag = whole.headers["ETag"]
    server.stop_program()
    server.settings["VITRINE_SETTLE"] = "1m"
    server.start_program()
    began = time.monotonic()
    resumed = server.client.get("/archive/trip/", {"Range": "bytes=100-", "If-Range": tag})
    assert (resumed.status, resumed.body) == (206, whole.body[100:])
    assert server.client.get("/archive/trip/", {"If-None-Match": tag}).status == 304
    assert server.client.get("/archive/trip/", {"If-Match": tag}).body == whole.body
    assert time.monotonic() - began < 2


def test_zip_of_a_photo_folder_at_the_object_store_waits_too(make_server):
    from object_store import ObjectStore

    store = make_server(ObjectStore, settings={"VITRINE_SETTLE": "1s"})
    filling = Filling(store.photo_folder("trip", {}) / "a.jpg", 4)
    root = ObjectClient(store.s3_port)
    answer = root.fetch("/photos/trip/", {"archive": "zip"})
    assert answer.status == 503 and answer.headers["Retry-After"] == "1"
    filling.join()


def test_default_is_three_seconds(make_server):
    server = make_server(settings={"VITRINE_SETTLE": ""})
    server.photo_folder("trip", {"a.jpg": b"a"})
    began = time.monotonic()
    assert server.client.get("/archive/trip/").status == 200
    assert 2.8 < time.monotonic() - began < 5

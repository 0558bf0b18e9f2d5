"""Downloads of a gigabyte that are interrupted, and finished by the tools that people have."""

import hashlib
import os
import signal
import subprocess
import time

import pytest

from harness import let_pass, wait_until

SIZE = 1 << 30


@pytest.fixture(scope="module")
def gigabyte(server):
    """URL, length and checksum of an archive with files of all sizes."""
    folder = server.photos / "gigabyte"
    folder.mkdir()
    block = os.urandom(1_048_573)
    sizes = [400_000_000, 100_000_000, *[5_000_000] * 90, *[10_000] * 1000]
    sizes.append(SIZE - sum(sizes))
    for number, size in enumerate(sizes):
        with open(folder / f"{number:04}.bin", "wb") as file:
            for start in range(0, size, len(block)):
                file.write(block[: size - start])
    digest, length = hashlib.sha256(), 0
    connection = server.client.connection()
    connection.request("GET", "/archive/gigabyte/")
    response = connection.getresponse()
    while chunk := response.read(1 << 20):
        digest.update(chunk)
        length += len(chunk)
    connection.close()
    assert length > SIZE
    return f"{server.url}/archive/gigabyte/", length, digest.hexdigest()


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _digest(file)


def _digest(file):
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def bytes_on_disk(path):
    return path.stat().st_blocks * 512 if path.exists() else 0


COMMANDS = {
    "curl": ["curl", "-sSf", "-C", "-", "-o", "{path}", "{url}"],
    "wget": ["wget", "-q", "-c", "-O", "{path}", "{url}"],
    "aria2": "aria2c -q -x8 -s8 -k1M -c --file-allocation=none --auto-save-interval=1 -d {folder} -o {name} {url}".split(),
}
# How a download is interrupted, each time with more of it there. aria2 notes on a TERM what it has.
SIGNALS = {"curl": signal.SIGKILL, "wget": signal.SIGKILL, "aria2": signal.SIGTERM}


@pytest.mark.parametrize("tool", COMMANDS)
def test_interrupted_gigabyte_is_finished_to_the_right_checksum(gigabyte, tmp_path, tool):
    url, length, digest = gigabyte
    path = tmp_path / "archive.zip"
    values = {"path": path, "url": url, "folder": tmp_path, "name": path.name}
    command = [part.format(**values) for part in COMMANDS[tool]]
    interrupted = 0
    for part in (0.1, 0.35, 0.7):
        running = subprocess.Popen(command)
        while running.poll() is None and bytes_on_disk(path) < part * length:
            time.sleep(0.002)
        running.send_signal(SIGNALS[tool])
        interrupted += running.wait() != 0
    assert interrupted >= 2, "the downloads were over before they could be interrupted"
    assert bytes_on_disk(path) > 0.3 * length
    subprocess.run(command, check=True)
    assert path.stat().st_size == length
    assert digest_of(path) == digest
    path.unlink()


def test_resumed_download_is_told_in_the_log(gigabyte, server, tmp_path):
    url, length, _ = gigabyte
    path = tmp_path / "archive.zip"
    with open(path, "wb") as file:
        file.truncate(length - 1000)
    with server.log_lines() as lines:
        subprocess.run(["curl", "-sSf", "-C", "-", "-o", path, url], check=True)
    assert lines[0].endswith(
        f"] Success: archive gigabyte: bytes {length - 1000}-{length - 1} of {length} sent."
    )
    path.unlink()


def test_archive_that_changed_is_not_continued(make_server, tmp_path):
    """By tag or by date, a browser gets all of the new archive instead of the rest of another one."""
    server = make_server()
    folder = server.photo_folder("trip", {f"{number}.bin": bytes([number]) * 50_000 for number in range(5)})
    old = 1_600_000_000
    for path in folder.iterdir():
        os.utime(path, (old, old))
    # The second in which the folder changed last must be over before its date is told.
    let_pass(1.1, "the second in which the folder was changed")
    first = server.client.get("/archive/trip/")
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    for validator in (tag, date):
        part = server.client.get("/archive/trip/", {"Range": "bytes=100-", "If-Range": validator})
        assert (part.status, part.body) == (206, first.body[100:])
    assert server.client.get("/archive/trip/", {"If-Modified-Since": date}).status == 304

    def replaced_by_an_older_one():
        (folder / ".new").write_bytes(b"z" * 50_000)
        os.utime(folder / ".new", (old - 1000, old - 1000))
        (folder / ".new").rename(folder / "1.bin")

    def overwritten_and_dated_back():
        (folder / "2.bin").write_bytes(b"y" * 50_000)
        os.utime(folder / "2.bin", (old, old))

    for change in (lambda: (folder / "0.bin").unlink(), replaced_by_an_older_one, overwritten_and_dated_back):
        let_pass(1.1, "the second of the last answer")
        change()
        for validator in (tag, date):
            answer = server.client.get("/archive/trip/", {"Range": "bytes=100-", "If-Range": validator})
            assert answer.status == 200, (change, validator)
            assert answer.body != first.body
        assert server.client.get("/archive/trip/", {"If-None-Match": tag}).status == 200
        assert server.client.get("/archive/trip/", {"If-Modified-Since": date}).status == 200
        let_pass(1.1, "the second in which the folder was changed")
        first = server.client.get("/archive/trip/")
        tag, date = first.headers["ETag"], first.headers["Last-Modified"]


def test_date_of_the_second_that_is_not_over_continues_nothing(make_server):
    """Two changes in one second would share it."""
    server = make_server()
    folder = server.photo_folder("trip", {"a.bin": b"a" * 1000})
    for number in range(5):
        (folder / "b.bin").write_bytes(bytes([number]) * 1000)
        first = server.client.get("/archive/trip/")
        (folder / "b.bin").write_bytes(bytes([number + 100]) * 1000)
        let_pass(1.1, "the second in which the folder was changed")
        request = {"Range": "bytes=500-", "If-Range": first.headers["Last-Modified"]}
        assert server.client.get("/archive/trip/", request).status == 200
    wait_until(lambda: server.client.get("/archive/trip/", request).status == 200, 1)

"""What holds for the archive of any folder: its length is known beforehand, it is the same on every request, every range
is that slice of the whole, and readers that others wrote find in it just what is in the folder."""

import io
import random
import stat
import subprocess
import zipfile

import pytest

import photo_folders
from harness import wait_until
from zip_readers import READERS, check_with_all_readers


def check_requests(server, name, chance, ranges):
    """Length, identity and ranges of an archive; returns its bytes."""
    target = f"/archive/{name}/"
    told = server.client.request("HEAD", target)
    whole = server.client.get(target)
    assert int(told.headers["Content-Length"]) == int(whole.headers["Content-Length"]) == len(whole.body)
    for _ in range(3):
        again = server.client.get(target)
        assert again.body == whole.body
        assert again.headers["ETag"] == whole.headers["ETag"] == told.headers["ETag"]
    for first, last in ranges(len(whole.body)):
        part = server.client.get(target, {"Range": f"bytes={first}-{last}", "If-Range": whole.headers["ETag"]})
        assert part.status == 206
        assert part.body == whole.body[first : last + 1], (first, last)
    return whole.body


def random_ranges(chance, count):
    def ranges(length):
        for _ in range(count):
            first = chance.randrange(length)
            reach = chance.choice([1, 22, 23, 100, 65_528, length])
            yield first, min(length - 1, first + chance.randrange(reach))
        yield 0, length - 1
        yield length - 1, length - 1
        for back in (21, 22, 23, 24):
            if back <= length:
                yield length - back, length - 1

    return ranges


@pytest.mark.parametrize("seed, count", [(1, 1), (2, 3), (3, 20), (4, 60), (5, 120)])
def test_generated_folder(make_server, tmp_path, seed, count):
    server = make_server(settings={"VITRINE_ARCHIVE_NAMES": "exact"})
    chance = random.Random(seed)
    name = f"generated-{seed}"
    root = server.photos / name
    files = photo_folders.generate(root, seed, count)
    body = check_requests(server, name, chance, random_ranges(chance, 40))
    archive = zipfile.ZipFile(io.BytesIO(body))
    assert archive.namelist() == sorted(files, key=str.encode)
    for member in archive.infolist():
        status = (root / member.filename).stat()
        # The permissions, such that the owner can read and replace what was unpacked.
        assert member.external_attr >> 16 == stat.S_IFREG | status.st_mode & 0o777 | 0o600
        assert stat.S_ISREG(member.external_attr >> 16)
        seconds = status.st_mtime_ns // 10**9
        assert extended_time(member) == (seconds if seconds < 2**31 else None)
    saved = tmp_path / "archive.zip"
    saved.write_bytes(body)
    ran = check_with_all_readers(saved, files)
    assert len(ran) >= 6, ran


def extended_time(member):
    """The modification time of an extra field 0x5455, as it stands in the central directory."""
    extra = member.extra
    while extra:
        kind, length = (int.from_bytes(extra[at : at + 2], "little") for at in (0, 2))
        if kind == 0x5455:
            return int.from_bytes(extra[5:9], "little", signed=True)
        extra = extra[4 + length :]
    return None


def test_names_that_differ_only_in_normalisation_stay_two(server, tmp_path):
    files = {"caf\u00e9.jpg": b"composed", "cafe\u0301.jpg": b"decomposed", "cafe.jpg": b"plain"}
    server.photo_folder("normal-forms", files)
    saved = tmp_path / "archive.zip"
    saved.write_bytes(server.client.get("/archive/normal-forms/").body)
    expected = {"caf\u00e9~2.jpg": b"composed", "cafe\u0301.jpg": b"decomposed", "cafe.jpg": b"plain"}
    assert len(check_with_all_readers(saved, expected)) >= 6


def test_names_that_are_not_utf8_stay_apart_and_readable(server, tmp_path):
    folder = bytes(server.photos) + b"/bytes"
    (server.photos / "bytes").mkdir()
    names = {
        b"caf\xe9.jpg": b"latin-1",
        b"caf\xc3\xa9.jpg": b"utf-8",
        b"caf%E9.jpg": b"an escape that was there before",
        b"\xff\xfe.jpg": b"nothing readable",
        b"line\nend.jpg": b"control character",
    }
    for name, content in names.items():
        with open(folder + b"/" + name, "wb") as file:
            file.write(content)
    saved = tmp_path / "archive.zip"
    saved.write_bytes(server.client.get("/archive/bytes/").body)
    archive = zipfile.ZipFile(saved)
    found = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(found.values()) == sorted(names.values())
    assert found["café.jpg"] == b"utf-8" and found["caf%E9.jpg"] == b"an escape that was there before"
    assert len(check_with_all_readers(saved, found)) >= 6


def test_folder_nested_as_deep_as_allowed(server, tmp_path):
    path = "/".join(f"level {number}" for number in range(32))
    server.photo_folder("deep", {f"{path}/bottom.jpg": b"deep down"})
    saved = tmp_path / "archive.zip"
    saved.write_bytes(server.client.get("/archive/deep/").body)
    assert len(check_with_all_readers(saved, {f"{path}/bottom.jpg": b"deep down"})) >= 6


# Many members: 65,534 is the last count without ZIP64.


def many_files(server, name, count):
    files = {f"{number // 1000:03}/{number:06}.jpg": b"%d" % number for number in range(count)}
    server.photo_folder(name, files)
    return files


def test_seventy_thousand_members(make_server, tmp_path):
    server = make_server()
    files = many_files(server, "many", 70_000)
    chance = random.Random(70_000)
    saved = tmp_path / "archive.zip"
    saved.write_bytes(check_requests(server, "many", chance, random_ranges(chance, 20)))
    check_with_all_readers(saved, files, ["unzip -t", "zipinfo", "zipfile", "Java"])


@pytest.mark.full
@pytest.mark.parametrize("count", [65_534, 65_535, 65_536, 70_000])
def test_count_of_members_around_the_limit(make_server, tmp_path, count):
    server = make_server()
    files = many_files(server, "many", count)
    saved = tmp_path / "archive.zip"
    saved.write_bytes(server.client.get("/archive/many/").body)
    ran = check_with_all_readers(saved, files)
    assert len(ran) >= 6, ran


# Large members: sparse files, which take no room.


class RemoteFile(io.RawIOBase):
    """An archive as a file that is read by ranges: readers see all of it, and little is sent."""

    def __init__(self, server, target):
        self.server, self.target, self.position = server, target, 0
        told = server.client.request("HEAD", target)
        self.length, self.tag = int(told.headers["Content-Length"]), told.headers["ETag"]

    def seekable(self):
        return True

    def readable(self):
        return True

    def tell(self):
        return self.position

    def seek(self, offset, whence=io.SEEK_SET):
        self.position = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.length}[whence]
        return self.position

    def readinto(self, buffer):
        last = min(self.position + len(buffer), self.length) - 1
        if last < self.position:
            return 0
        wanted = {"Range": f"bytes={self.position}-{last}", "If-Range": self.tag}
        part = self.server.client.get(self.target, wanted)
        assert part.status == 206
        buffer[: len(part.body)] = part.body
        self.position += len(part.body)
        return len(part.body)


def sparse(path, size, start=b"", end=b""):
    with open(path, "wb") as file:
        file.write(start)
        file.truncate(size)
        file.seek(size - len(end))
        file.write(end)


FOUR_GIB = 2**32


def check_large(server, name, size):
    """A member of this size, and a small one behind it, by ranges."""
    folder = server.photo_folder(name, {"z.txt": b"behind"})
    sparse(folder / "a.bin", size, b"begin", b"end")
    archive = zipfile.ZipFile(RemoteFile(server, f"/archive/{name}/"))
    large, small = archive.infolist()
    assert (large.filename, large.file_size, large.compress_size) == ("a.bin", size, size)
    assert small.header_offset == large.header_offset + 30 + 5 + 9 + (20 if size >= FOUR_GIB - 1 else 0) + size
    assert archive.read("z.txt") == b"behind"
    with archive.open("a.bin") as member:
        assert member.read(5) == b"begin"
    remote = archive.fp
    remote.seek(small.header_offset - 3)
    assert remote.read(3) == b"end"
    remote.seek(FOUR_GIB - 10)
    assert len(remote.read(20)) == 20


@pytest.mark.parametrize("size", [FOUR_GIB - 1, 5 * 2**30])
def test_member_of_four_gigabytes_and_more(make_server, size):
    check_large(make_server(), "large", size)


@pytest.mark.full
@pytest.mark.parametrize("size", [FOUR_GIB - 2, FOUR_GIB - 1, FOUR_GIB, FOUR_GIB + 1, 5 * 2**30])
def test_large_member_is_read_back_by_others(make_server, tmp_path, size):
    server = make_server()
    check_large(server, "large", size)
    url = f"{server.url}/archive/large/"
    readers = set(READERS)
    if size == FOUR_GIB - 1:
        # Info-ZIP takes this size, which it read from a ZIP64 field, for the mark of one when it comes to the next entry,
        # and so the offset of z.txt for its size. Its own zip leaves that field out (but see APPNOTE 4.4.9).
        readers -= {"unzip -t", "unzip", "zipinfo"}
    check_whole(server, url, tmp_path, {"a.bin": server.photos / "large/a.bin", "z.txt": b"behind"}, readers)


@pytest.mark.full
def test_offsets_beyond_four_gigabytes(make_server, tmp_path):
    """Two members that are short of 4 GiB, and others behind them."""
    server = make_server()
    folder = server.photo_folder("offsets", {"y.txt": b"behind one", "zz.txt": b"behind both"})
    sparse(folder / "x.bin", FOUR_GIB - 40, b"x")
    sparse(folder / "z.bin", 3 << 30, b"z")
    url = f"{server.url}/archive/offsets/"
    expected = {"x.bin": folder / "x.bin", "y.txt": b"behind one", "z.bin": folder / "z.bin", "zz.txt": b"behind both"}
    check_whole(server, url, tmp_path, expected)


def check_whole(server, url, tmp_path, expected, readers=None):
    saved = tmp_path / "large.zip"
    with open(saved, "wb") as file, subprocess.Popen(["curl", "-sSf", url], stdout=subprocess.PIPE) as curl:
        while chunk := curl.stdout.read(1 << 20):
            # Holes stay holes.
            if chunk.count(0) == len(chunk):
                file.seek(len(chunk), 1)
            else:
                file.write(chunk)
        file.truncate()
    assert curl.returncode == 0
    assert saved.stat().st_size == int(server.client.request("HEAD", url[len(server.url) :]).headers["Content-Length"])
    ran = check_with_all_readers(saved, expected, readers)
    assert len(ran) >= 6, ran
    wait_until(lambda: any("sent whole" in line for line in server.app_log()), 5)

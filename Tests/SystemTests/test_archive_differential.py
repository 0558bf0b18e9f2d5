"""Random folders around the edges of ZIP64 are read as they are by Python and by libarchive. Large members are sparse
files, and their content is not sent: it is a hole in the copy that is looked at, too."""

import struct
import subprocess
import zipfile

import pytest

import photo_folders
from seeds import seeded
from test_archive_properties import RemoteFile
from zip_readers import check_with_all_readers

FOUR_GIB = 2**32
SMALL = 100_000


def large_files(chance):
    """Sizes by name: members of about four gigabytes, or many whose ends lie about there, and small ones between."""
    sizes = {f"{number}-small.bin": chance.choice([0, 1, 100]) for number in range(chance.choice([1, 5]))}
    if chance.random() < 0.5:
        sizes[f"{chance.randrange(9)}-large"] = FOUR_GIB + chance.choice([-2, -1, 0, 1, 2**20])
    else:
        parts = chance.choice([2, 3, 7])
        for number in range(parts):
            # The headers between them move the offsets over the edge, byte by byte.
            sizes[f"{number}-part"] = FOUR_GIB // parts - chance.randrange(200)
    return sizes


def local_copy(server, name, path, sizes):
    """The archive, but for the contents of large members, which are holes. They are found by the local headers."""
    remote = RemoteFile(server, f"/archive/{name}/")
    with open(path, "wb") as copy:
        copy.truncate(remote.length)
        position = 0
        while position < remote.length:
            remote.seek(position)
            head = remote.read(min(SMALL, remote.length - position))
            copy.seek(position)
            copy.write(head)
            if head[:4] != b"PK\x03\x04":
                position += len(head)
                continue
            name_length, extra_length = struct.unpack_from("<HH", head, 26)
            member = head[30 : 30 + name_length].decode()
            # What the local header says of its size, is the folder's.
            size = struct.unpack_from("<I", head, 22)[0]
            if size == 0xFFFFFFFF:
                size = struct.unpack_from("<Q", head, 30 + name_length + extra_fields(head, name_length, 1))[0]
            assert size == sizes[member], member
            position += 30 + name_length + extra_length + size
    return path


def extra_fields(head, name_length, kind):
    """Where the content of the extra field of that kind stands, from the first extra field on."""
    extra_length = struct.unpack_from("<H", head, 28)[0]
    extra, at = head[30 + name_length : 30 + name_length + extra_length], 0
    while struct.unpack_from("<H", extra, at)[0] != kind:
        at += 4 + struct.unpack_from("<H", extra, at + 2)[0]
    return at + 4


def check_by_others(path, sizes):
    """Python and libarchive find the members with their sizes; each local header is where they expect it."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        assert [member.filename for member in members] == sorted(sizes)
        for member in members:
            assert (member.file_size, member.compress_size) == (sizes[member.filename],) * 2
            with archive.open(member) as content:
                if member.file_size <= SMALL:
                    assert content.read() == bytes(member.file_size)
                else:
                    assert content.read(10) == bytes(10)
    listed = subprocess.run(["bsdtar", "-tvf", path], capture_output=True, check=True).stdout.decode()
    # mode links owner group size month day time-or-year name
    lines = [line.split(maxsplit=8) for line in listed.splitlines()]
    assert {line[8]: int(line[4]) for line in lines} == sizes


def compare_large(server, tmp_path, chance, count):
    for number in range(count):
        sizes, name = large_files(chance), f"large-{number}"
        folder = server.photo_folder(name, {})
        for member, size in sizes.items():
            with open(folder / member, "wb") as file:
                file.truncate(size)
        copy = local_copy(server, name, tmp_path / "copy.zip", sizes)
        check_by_others(copy, sizes)
        copy.unlink()


def compare_small(server, tmp_path, chance, count):
    for number in range(count):
        files = photo_folders.generate(server.photos / f"small-{number}", chance.random(), chance.randrange(12))
        saved = tmp_path / "archive.zip"
        saved.write_bytes(server.client.get(f"/archive/small-{number}/").body)
        assert len(check_with_all_readers(saved, files, ["zipfile", "bsdtar", "bsdtar from a pipe"])) == 3


def test_archives_around_four_gigabytes_are_read_by_others(make_server, tmp_path):
    compare_large(make_server(), tmp_path, seeded(), 3)


def test_archives_of_random_folders_are_read_by_others(make_server, tmp_path):
    compare_small(make_server(settings={"VITRINE_ARCHIVE_NAMES": "exact"}), tmp_path, seeded(), 20)


@pytest.mark.full
def test_many_archives_are_read_by_others(make_server, tmp_path):
    server = make_server(settings={"VITRINE_ARCHIVE_NAMES": "exact"})
    compare_large(server, tmp_path, seeded(), 100)
    compare_small(server, tmp_path, seeded(), 1_000)

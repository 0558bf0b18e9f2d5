"""Names and modes in archives: such that every system can unpack them, or as the folder has them."""

import io
import ntpath
import unicodedata
import zipfile

import pytest

from object_client import ObjectClient
from zip_readers import check_with_all_readers

# What Windows makes of these: another file, a device, two files that are one, or an error.
FILES = {
    "12:30 sunset.jpg": b"1",
    "what?.jpg": b"2",
    "what*.jpg": b"3",
    "dots...": b"4",
    "space ": b"5",
    "CON": b"6",
    "nul.jpg": b"7",
    "C:\\x.jpg": b"8",
    "up\\..\\x.jpg": b"9",
    "A.jpg": b"10",
    "a.jpg": b"11",
    "Day/a.jpg": b"12",
    "day/b.jpg": b"13",
    "caf\u00e9.jpg": b"14",
    "cafe\u0301.jpg": b"15",
    "aux./tab\t.jpg": b"16",
    "plain.jpg": b"17",
}


def windows_would_take(name):
    stem = name.partition(".")[0].rstrip(" ").upper()
    devices = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {f"{kind}{n}" for kind in ("COM", "LPT") for n in "123456789"}
    return (
        not any(ord(letter) < 32 or letter in '\\:*?"<>|' for letter in name)
        and name[-1] not in ". "
        and stem not in devices
        and not ntpath.splitdrive(name)[0]
    )


def check_portable(names):
    for name in names:
        assert all(windows_would_take(part) for part in name.split("/")), name
    seen = {}
    for name in names:
        path = ""
        for part in name.split("/"):
            path = f"{path}/{part}"
            key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
            assert seen.setdefault(key, path) == path, (path, seen[key])


@pytest.fixture
def fill():
    def fill(server, name="names"):
        folder = server.photo_folder(name, FILES)
        (folder / "plain.jpg").chmod(0o6755)
        (folder / "a.jpg").chmod(0o444)
        (folder / "A.jpg").chmod(0)
        return folder

    return fill


def test_every_system_can_unpack_the_names(make_server, fill, tmp_path):
    server = make_server()
    fill(server)
    first = server.client.get("/archive/names/")
    if first.status == 503:
        pytest.skip("A.jpg cannot be read by this user")
    assert server.client.get("/archive/names/").body == first.body
    archive = zipfile.ZipFile(io.BytesIO(first.body))
    names = archive.namelist()
    assert names == sorted(names, key=str.encode)
    assert sorted(archive.read(name) for name in names) == sorted(FILES.values())
    check_portable(names)
    assert "plain.jpg" in names and "12_30 sunset.jpg" in names
    modes = {archive.read(member): member.external_attr >> 16 for member in archive.infolist()}
    assert [modes[content] for content in (b"17", b"11", b"10")] == [0o100755, 0o100644, 0o100600]
    saved = tmp_path / "names.zip"
    saved.write_bytes(first.body)
    check_with_all_readers(saved, {name: archive.read(name) for name in names})


def test_exact_names_are_those_of_the_folder(make_server, fill):
    server = make_server(settings={"VITRINE_ARCHIVE_NAMES": "exact"})
    (fill(server) / "A.jpg").chmod(0o644)
    archive = zipfile.ZipFile(io.BytesIO(server.client.get("/archive/names/").body))
    assert {member.orig_filename: archive.read(member) for member in archive.infolist()} == FILES


def test_nobody_resumes_across_the_setting(make_server, fill, tmp_path):
    server = make_server()
    (fill(server) / "A.jpg").chmod(0o644)
    target = "/archive/names/"
    before = server.client.get(target)
    server.stop_program()
    server.settings["VITRINE_ARCHIVE_NAMES"] = "exact"
    server.start_program()
    after = server.client.get(target)
    assert after.body != before.body and after.headers["ETag"] != before.headers["ETag"]
    resumed = server.client.get(target, {"Range": "bytes=100-", "If-Range": before.headers["ETag"]})
    assert (resumed.status, resumed.body) == (200, after.body)
    assert server.client.get(target, {"Range": "bytes=100-", "If-Range": after.headers["ETag"]}).status == 206


def test_zip_of_a_prefix_has_portable_names(object_store):
    root = ObjectClient(object_store.s3_port)
    assert root.put("/names1", b"").status == 200
    keys = ["trip/12:30.jpg", "trip/CON.jpg", "trip/A.jpg", "trip/a.jpg", "trip/dot./x"]
    for key in keys:
        assert root.put(f"/names1/{key}", key.encode()).status == 200
    archive = zipfile.ZipFile(io.BytesIO(root.fetch("/names1/trip/", {"archive": "zip"}).body))
    assert len(archive.namelist()) == len(keys)
    check_portable(archive.namelist())

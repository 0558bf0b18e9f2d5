"""The memory of checksums: it spares reading, outlives a restart, is nobody's truth, and leaves the folders alone."""

import contextlib
import os
import sqlite3
import struct
import subprocess
import time
import zlib

import pytest

from harness import let_pass, wait_until

FALSE = 0x12345678


@contextlib.contextmanager
def database(server):
    with contextlib.closing(sqlite3.connect(server.data / ".vitrine/checksums-1.db", timeout=10)) as connection:
        with connection:
            yield connection


def remembered(server):
    with contextlib.suppress(sqlite3.OperationalError), database(server) as connection:
        return connection.execute("SELECT count(*) FROM checksums").fetchone()[0]
    return 0


def falsify(server):
    """Whoever tells this checksum has it from the memory."""
    with database(server) as connection:
        connection.execute("UPDATE checksums SET crc32 = ?", (FALSE,))


def checksum_in_first_header(server, name):
    header = server.client.get(f"/archive/{name}/", {"Range": "bytes=0-29", "Connection": "close"}).body
    return struct.unpack_from("<I", header, 14)[0]


def make_folder(server, name, count=3):
    files = {f"{number}.bin": os.urandom(100_000) for number in range(count)}
    server.photo_folder(name, files)
    # What changed within the clock's last step could change again unseen: its checksum is not remembered.
    let_pass(0.2, "the clock's last step")
    return zlib.crc32(files["0.bin"])


def test_checksums_outlive_a_restart_and_are_shared_by_all_workers(make_server):
    server = make_server(settings={"VITRINE_WORKERS": "2"})
    true = make_folder(server, "trip")
    assert server.client.get("/archive/trip/").status == 200
    wait_until(lambda: remembered(server) == 3, 10, "checksums are remembered")
    assert checksum_in_first_header(server, "trip") == true
    falsify(server)
    server.stop_program()
    server.start_program()
    assert {checksum_in_first_header(server, "trip") for _ in range(20)} == {FALSE}


def test_checksum_of_another_content_does_not_count(make_server):
    server = make_server()
    make_folder(server, "trip")
    assert server.client.get("/archive/trip/").status == 200
    wait_until(lambda: remembered(server) == 3, 10, "checksums are remembered")
    falsify(server)
    content = os.urandom(100_000)
    (server.photos / "trip/0.bin").write_bytes(content)
    assert checksum_in_first_header(server, "trip") == zlib.crc32(content)


@pytest.mark.parametrize("running", [True, False])
def test_memory_may_be_deleted_at_any_time(make_server, running):
    server = make_server()
    make_folder(server, "trip")
    whole = server.client.get("/archive/trip/").body
    wait_until(lambda: remembered(server) == 3, 10, "checksums are remembered")
    if not running:
        server.stop_program()
    for path in (server.data / ".vitrine").glob("checksums-*.db*"):
        path.unlink()
    if not running:
        server.start_program()
    true = make_folder(server, "other")
    for _ in range(5):
        assert server.client.get("/archive/trip/").body == whole
        assert checksum_in_first_header(server, "other") == true


def test_first_visitor_of_a_new_folder_finds_it_known(make_server):
    server = make_server()
    make_folder(server, "trip", 20)
    wait_until(lambda: remembered(server) == 20, 40, "the folder has been looked through")
    falsify(server)
    assert checksum_in_first_header(server, "trip") == FALSE
    wait_until(lambda: "photo folders looked through" in server.program_output(), 5, "a line about it")


def test_photo_folders_are_left_as_they_are(make_server):
    server = make_server()
    make_folder(server, "trip", 20)
    (server.photos / "trip/inner").mkdir()

    def everything():
        return {
            path: [getattr(path.stat(), f"st_{name}") for name in ("ino", "mode", "size", "mtime_ns", "ctime_ns")]
            for path in [server.photos, *server.photos.rglob("*")]
            if path.name != ".vitrine"
        }

    before = everything()
    server.client.get("/archive/trip/")
    wait_until(lambda: remembered(server) == 20, 40, "checksums are remembered")
    assert everything() == before


def cpu_seconds(server):
    """Processor time of all processes of the program so far."""
    ticks = 0
    for process in server.processes():
        with contextlib.suppress(FileNotFoundError):
            fields = open(f"/proc/{process.pid}/stat").read().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def test_long_file_that_is_gone_costs_nothing_more(make_server):
    server = make_server(settings={"VITRINE_WORKERS": "1"})
    folder = server.photo_folder("long", {})
    path = folder / "long.bin"
    with path.open("wb") as file:
        # Data all along, as far as anybody can tell without reading: blocks without content are allocated for it.
        os.posix_fallocate(file.fileno(), 0, 2 << 30)
        file.truncate(200 << 30)
    let_pass(0.1, "the clock's last step")
    download = subprocess.Popen(["curl", "-s", "-o", "/dev/null", f"{server.url}/archive/long/"])

    def is_read():
        return any(process.has_open(path) for process in server.processes())

    wait_until(is_read, 10, "a worker reads the file")
    download.kill()
    download.wait()
    path.unlink()
    wait_until(lambda: not is_read(), 10, "nobody reads the file")
    before = cpu_seconds(server)
    let_pass(2, "the time in which it is seen whether anything is still done")
    assert cpu_seconds(server) - before < 0.5


def test_file_of_holes_is_answered_at_once(make_server):
    server = make_server()
    folder = server.photo_folder("hollow", {})
    with (folder / "hollow.bin").open("wb") as file:
        file.truncate(200 << 30)
    began = time.monotonic()
    head = server.client.get("/archive/hollow/", {"Range": "bytes=0-99"})
    assert head.status == 206 and time.monotonic() - began < 5

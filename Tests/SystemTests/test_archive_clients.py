"""Programs that resume by themselves, while a folder changes under their download: none of them ends with success and a
file that is not the archive."""

import os
import socket
import subprocess

import pytest

from harness import let_pass, wait_until
from test_archive_changes import is_replaced, make_folder

CLIENTS = {
    "wget": ["wget", "-q", "--tries=4", "--waitretry=1", "-O"],
    "aria2": ["aria2c", "-q", "--dir=/", "--max-tries=4", "--retry-wait=1", "--split=1", "-o"],
    "aria2 with 4 connections": [
        *("aria2c", "-q", "--dir=/", "--max-tries=4", "--retry-wait=1", "--split=4", "-x4", "-k1M", "-o"),
    ],
    "curl": ["curl", "-sSf", "--retry", "4", "--retry-all-errors", "--retry-delay", "1", "-C", "-", "-o"],
}


def member_is_replaced(folder):
    is_replaced(folder / "b.bin")


def member_is_replaced_by_a_shorter_one(folder):
    new = folder / ".new"
    new.write_bytes(b"z" * 1_000)
    new.rename(folder / "b.bin")


def member_is_deleted(folder):
    (folder / "d.bin").unlink()


def one_member_comes_and_another_goes(folder):
    (folder / "a0.bin").write_bytes(b"new")
    (folder / "d.bin").unlink()


def member_is_away_for_a_while(folder):
    moved = folder / ".away"
    (folder / "d.bin").rename(moved)
    let_pass(2, "an absence that is part of what is tested")
    moved.rename(folder / "d.bin")


def folder_is_away_for_a_while(folder):
    moved = folder.with_name(".away-" + folder.name)
    folder.rename(moved)
    let_pass(2, "an absence that is part of what is tested")
    moved.rename(folder)


CHANGES = [
    member_is_replaced,
    member_is_replaced_by_a_shorter_one,
    member_is_deleted,
    one_member_comes_and_another_goes,
    member_is_away_for_a_while,
    folder_is_away_for_a_while,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_client_that_resumes_gets_the_archive_or_an_error(make_server, tmp_path, change):
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    running = {}
    for number, (name, command) in enumerate(CLIENTS.items()):
        folder = make_folder(server, f"trip{number}")
        saved = tmp_path / f"{number}.zip"
        process = subprocess.Popen([*command, saved, f"{server.url}/archive/{folder.name}/"], stderr=subprocess.PIPE)
        running[name] = folder, saved, process
    for folder, saved, _ in running.values():
        wait_until(lambda saved=saved: saved.exists() and os.stat(saved).st_blocks > 1_000, 20, "a part has come")
    for folder, _, _ in running.values():
        change(folder)
    ended_well = set()
    for name, (folder, saved, process) in running.items():
        process.communicate(timeout=60)
        if process.returncode == 0:
            assert saved.read_bytes() == server.client.get(f"/archive/{folder.name}/").body, name
            ended_well.add(name)
    # Where nothing in the folder is another than before, whoever tries again gets the rest of what it has.
    if change is folder_is_away_for_a_while:
        assert "curl" in ended_well, ended_well


def test_rest_of_another_archive_is_refused(make_server):
    """The one who has the beginning of an archive is told in words that there is another one now; others are not."""
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    folder = make_folder(server, "trip")
    cut = subprocess.Popen(["curl", "-sS", "-o", "/dev/null", f"{server.url}/archive/trip/"], stderr=subprocess.PIPE)
    let_pass(1, "some of the download")
    member_is_replaced(folder)
    assert cut.wait(timeout=30) == 18
    rest = server.client.get("/archive/trip/", headers={"Range": "bytes=100000-"})
    assert rest.status == 412 and rest.json()["code"] == "archive-changed"
    tag = server.client.request("HEAD", "/archive/trip/").headers["ETag"]
    named = server.client.get("/archive/trip/", headers={"Range": "bytes=100000-", "If-Range": tag})
    assert named.status == 206
    whole = server.client.get("/archive/trip/")
    assert whole.status == 200
    again = server.client.get("/archive/trip/", headers={"Range": "bytes=100000-"})
    assert again.status == 206 and again.body == whole.body[100_000:]


def test_rest_is_refused_while_the_beginning_is_still_under_way(make_server):
    """A connection that is lost without a word is open here for long: its client comes back before that is seen."""
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    folder = make_folder(server, "trip")
    with socket.create_connection(("127.0.0.1", server.port)) as stalled:
        stalled.sendall(b"GET /archive/trip/ HTTP/1.1\r\nHost: x\r\n\r\n")
        got = 0
        while got < 1_000_000:
            got += len(stalled.recv(65_536))
        is_replaced(folder / "a.bin")
        rest = server.client.get("/archive/trip/", headers={"Range": f"bytes={got - 1_000}-"})
        assert rest.status == 412 and rest.json()["code"] == "archive-changed"


def test_aria2_with_many_connections_joins_no_two_archives(make_server, tmp_path):
    """Parts end in any order: one that ends early does not take back what is known of those behind it."""
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    folder = server.photo_folder("trip", {f"{number}.bin": os.urandom(8_000_000) for number in range(8)})
    command = ["aria2c", "-q", "--file-allocation=none", "-x16", "-s16", "-k1M", "-d", tmp_path, "-o", "trip.zip"]
    process = subprocess.Popen([*command, f"{server.url}/archive/trip/"])
    let_pass(1, "some of the download")
    is_replaced(folder / "4.bin")
    if process.wait(60) == 0:
        assert (tmp_path / "trip.zip").read_bytes() == server.client.get("/archive/trip/").body

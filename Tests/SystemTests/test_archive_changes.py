"""A folder that changes while its archive is sent: the client always sees a failed download, whatever nginx is told."""

import bisect
import hashlib
import os
import re
import signal
import subprocess
import threading
import time

import pytest

from harness import wait_until

# What can happen to a file, by the file's path.


def vanishes(path):
    path.unlink()


def is_cut_to_nothing(path):
    os.truncate(path, 0)


def is_cut_in_half(path):
    os.truncate(path, path.stat().st_size // 2)


def grows(path):
    with path.open("ab") as file:
        file.write(b"more")


def is_replaced(path):
    new = path.with_name(".new-" + path.name)
    new.write_bytes(b"z" * path.stat().st_size)
    new.rename(path)


def is_replaced_by_one_that_looks_the_same(path):
    before = path.stat()
    is_replaced(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def is_overwritten_in_place(path):
    with path.open("r+b") as file:
        file.write(b"overwritten")
        file.seek(-11, os.SEEK_END)
        file.write(b"overwritten")


def becomes_unreadable(path):
    path.chmod(0)


def becomes_a_folder(path):
    path.unlink()
    path.mkdir()


def becomes_a_link(path):
    path.rename(path.with_name(".moved-" + path.name))
    path.symlink_to(".moved-" + path.name)


def becomes_a_pipe(path):
    path.unlink()
    os.mkfifo(path)


CHANGES = [
    vanishes,
    is_cut_to_nothing,
    is_cut_in_half,
    grows,
    is_replaced,
    is_replaced_by_one_that_looks_the_same,
    is_overwritten_in_place,
    becomes_unreadable,
    becomes_a_folder,
    becomes_a_link,
    becomes_a_pipe,
]

# Members in their order: the first is under way at once, the last are opened only when the others are nearly done.
MEMBERS = {
    "a.bin": 300_000,
    "b.bin": 1_500_000,
    **{f"c{number:02}.bin": 70_000 for number in range(24)},
    "d.bin": 1_500_000,
    "e.bin": 400_000,
}
# Moment: the member that changes, and after how many bytes of the archive.
MOMENTS = {
    "at the beginning": ("b.bin", 1),
    "while it is sent": ("b.bin", 1_000_000),
    "after it was sent": ("b.bin", 2_500_000),
    "before it is opened": ("d.bin", 1),
    "while it is sent, late": ("d.bin", 4_200_000),
    "after it was sent, just before the end": ("d.bin", 5_150_000),
}
# Changes of bytes that the worker may have handed over already, without having copied them: what waits between it and
# nginx changes with the file. README states the bound.
IN_PLACE = [is_cut_to_nothing, is_cut_in_half, is_overwritten_in_place]
BOUND = 425_984
# Seconds from the change to the end of the download; the whole of it takes about three.
SECONDS_UNTIL_NOTICED = 8


def set_nginx_mode(server, **modes):
    """Has nginx work with other values of these directives than the shipped ones."""
    path = server.folder / "nginx/fastcgi-parameters.conf"
    text = path.read_text()
    for name, value in modes.items():
        text, count = re.subn(rf"^fastcgi_{name} \w+;", f"fastcgi_{name} {value};", text, flags=re.MULTILINE)
        assert count == 1, name
    path.write_text(text)
    server.reload_nginx()


class Download:
    """curl, which writes to a file; something happens once that has so many bytes."""

    def __init__(self, url, saved, after, happens, *options):
        self.saved, self.after, self.happens = saved, after, happens
        self.process = subprocess.Popen(["curl", "-sS", "--max-time", "60", "-o", saved, *options, url])
        self.seconds = None
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()

    def size(self):
        return self.saved.stat().st_size if self.saved.exists() else 0

    def _watch(self):
        deadline = time.monotonic() + 30
        while self.size() < self.after and self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        self.running = self.process.poll() is None
        started = time.monotonic()
        self.happens()
        self.process.wait()
        self.seconds = time.monotonic() - started

    def outcome(self):
        """curl's exit status, and the seconds that it took after what happened."""
        self.thread.join()
        assert self.running, f"the download was over before {self.after} bytes: {self.size()}"
        return self.process.returncode, self.seconds


def make_folder(server, name):
    """A folder whose archive has the same bytes under every name."""
    folder = server.photo_folder(
        name, {path: hashlib.sha256(path.encode()).digest() * (size // 32) for path, size in MEMBERS.items()}
    )
    for path in MEMBERS:
        os.utime(folder / path, (1_700_000_000, 1_700_000_000))
    return folder


def length_of_common_prefix(one, other):
    return bisect.bisect_left(range(1, len(one) + 1), True, key=lambda length: one[:length] != other[:length])


@pytest.mark.parametrize("keep_conn", ["on", "off"])
@pytest.mark.parametrize("buffering", ["on", "off"])
def test_member_that_changes_cuts_the_download(make_server, tmp_path, buffering, keep_conn):
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    set_nginx_mode(server, buffering=buffering, keep_conn=keep_conn)
    downloads = {}
    for change in CHANGES:
        for number, (moment, (member, after)) in enumerate(MOMENTS.items()):
            name = f"{change.__name__}-{number}"
            path = make_folder(server, name) / member
            downloads[change.__name__, moment] = Download(
                f"{server.url}/archive/{name}/", tmp_path / name, after, lambda change=change, path=path: change(path)
            )
    untouched = make_folder(server, "untouched")
    whole = Download(f"{server.url}/archive/untouched/", tmp_path / "untouched", 1, lambda: (untouched / "x").touch())
    failures = {key: download.outcome() for key, download in downloads.items()}
    wrong = {key: found for key, found in failures.items() if found[0] not in (18, 56) or found[1] > SECONDS_UNTIL_NOTICED}
    assert wrong == {}
    assert whole.outcome()[0] == 0
    archive = whole.saved.read_bytes()
    for (change, moment), download in downloads.items():
        delivered = download.saved.read_bytes()
        exact = length_of_common_prefix(delivered, archive)
        allowed = BOUND if change in [each.__name__ for each in IN_PLACE] else 0
        assert len(delivered) < len(archive), (change, moment)
        assert len(delivered) - exact <= allowed, (change, moment, len(delivered), exact)
    lines = wait_until(lambda: len(server.app_log()) > len(downloads) and server.app_log(), 5, "lines in app.log")
    for (change, moment), download in downloads.items():
        name, member = download.saved.name, MOMENTS[moment][0]
        told = [line for line in lines if f"archive {name} cut off: file {member} " in line]
        assert len(told) == 1, (name, [line for line in lines if name in line])
        wait_until(lambda: f"archive cut off: {member}" in server.program_output(), 5, "the program's log")


def test_download_cut_by_the_death_of_its_worker_can_be_resumed(make_server, tmp_path):
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    make_folder(server, "trip")
    url = f"{server.url}/archive/trip/"
    whole = server.client.get("/archive/trip/").body
    saved = tmp_path / "trip.zip"
    cut = Download(
        url, saved, 2_000_000, lambda: [os.kill(worker.pid, signal.SIGKILL) for worker in server.workers()]
    )
    status, seconds = cut.outcome()
    assert status in (18, 56) and seconds < 3
    assert 2_000_000 <= cut.size() < len(whole)
    wait_until(lambda: len(server.workers()) == 2, 5, "the workers are replaced")
    subprocess.run(["curl", "-sSf", "-C", "-", "-o", saved, url], check=True)
    assert saved.read_bytes() == whole


def test_new_member_does_not_disturb_a_download_under_way(make_server, tmp_path):
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    folder = make_folder(server, "trip")
    before = server.client.request("HEAD", "/archive/trip/").headers["ETag"]
    saved = tmp_path / "trip.zip"
    download = Download(f"{server.url}/archive/trip/", saved, 1, lambda: (folder / "a0.bin").write_bytes(b"new"))
    assert download.outcome()[0] == 0
    subprocess.run(["unzip", "-tqq", saved], check=True)
    assert server.client.request("HEAD", "/archive/trip/").headers["ETag"] != before


def test_range_depends_only_on_the_members_in_it(make_server, tmp_path):
    """Those that a range leaves out may change: what was sent of the others is right."""
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    folder = make_folder(server, "trip")
    whole = server.client.get("/archive/trip/").body
    saved = tmp_path / "part"
    download = Download(
        f"{server.url}/archive/trip/", saved, 1, lambda: (folder / "d.bin").unlink(), "-r", "400000-1700000"
    )
    assert download.outcome()[0] == 0
    assert saved.read_bytes() == whole[400_000:1_700_001]

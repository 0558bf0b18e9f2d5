"""Photos on a disk that is slow: it is kept busy, nobody else waits for it, and no work is lost."""

import contextlib
import hashlib
import re
import subprocess
import threading
import time

import pytest

import pictures
from harness import let_pass, wait_until

MEGABYTE = 1_000_000


class Timed(threading.Thread):
    """A download in the background: its answer, and how long it took."""

    def __init__(self, server, target):
        super().__init__()
        self.server, self.target, self.answer = server, target, None
        self.start()

    def run(self):
        began = time.monotonic()
        with contextlib.suppress(OSError):
            self.answer = self.server.client.get(self.target)
        self.seconds = time.monotonic() - began


def some_bytes(size, seed):
    return hashlib.shake_128(seed.encode()).digest(size)


def test_others_do_not_wait_for_a_slow_disk(make_server, slow_disk):
    server = make_server(settings={"VITRINE_WORKERS": "1"})
    server.photo_folder("quick", {f"{number}.bin": some_bytes(3 * MEGABYTE, f"q{number}") for number in range(4)})
    files = {f"{number}.bin": some_bytes(MEGABYTE, f"s{number}") for number in range(20)}
    set_pace = slow_disk(server.photos / "slow", files)
    quick = server.client.get("/archive/quick/")
    assert quick.status == 200
    expected = quick.body
    set_pace(0.05, MEGABYTE)
    slow = [Timed(server, "/archive/slow/") for _ in range(12)]
    let_pass(1, "the slow downloads' way to the disk")
    times = []
    for _ in range(15):
        began = time.monotonic()
        assert server.client.get("/archive/quick/").body == expected
        assert server.client.upload(pictures.jpeg(), "quick.jpg").status == 201
        times.append(time.monotonic() - began)
        let_pass(0.1, "a pause between two visits")
    assert all(download.is_alive() for download in slow)
    assert max(times) < 1, times
    set_pace(0, 1e9)
    for download in slow:
        download.join()
    assert {download.answer.status for download in slow} == {200}
    assert len({download.answer.body for download in slow}) == 1


def test_slow_disk_is_never_idle_while_the_client_waits(make_server, slow_disk):
    """Twice the time that the disk takes for its bytes, since this one keeps nothing in the page cache: once for the
    checksums, and once for what is sent."""
    server = make_server(settings={"VITRINE_WORKERS": "1"})
    files = {f"{number:02}.bin": some_bytes(2 * MEGABYTE, f"b{number}") for number in range(20)}
    set_pace = slow_disk(server.photos / "slow", files)
    set_pace(0, 20 * MEGABYTE)
    began = time.monotonic()
    connection = server.client.connection()
    connection.request("GET", "/archive/slow/")
    response = connection.getresponse()
    assert response.status == 200
    response.read(1)
    first = time.monotonic() - began
    response.read()
    connection.close()
    assert first < 1.5
    assert time.monotonic() - began < 2 * 2 * 1.3 + 0.5


def test_client_that_leaves_does_not_wait_for_a_checksum_which_is_kept(make_server, slow_disk):
    server = make_server(settings={"VITRINE_WORKERS": "1"})
    set_pace = slow_disk(server.photos / "slow", {"large.bin": some_bytes(6 * MEGABYTE, "large")})
    let_pass(0.1, "the clock's last step")
    set_pace(0, 1.5 * MEGABYTE)
    with server.log_lines() as lines:
        began = time.monotonic()
        done = subprocess.run(["curl", "-s", "-m", "0.5", "-o", "/dev/null", f"{server.url}/archive/slow/"])
        assert done.returncode == 28
    assert time.monotonic() - began < 1.7
    assert "archive slow cut off: the client left" in lines[0]
    let_pass(5, "the time in which the checksum is finished at this pace")
    set_pace(0, 100 * MEGABYTE)
    began = time.monotonic()
    assert server.client.get("/archive/slow/").status == 200
    assert time.monotonic() - began < 1


def test_member_that_takes_longer_than_nginx_waits_gets_through_in_the_end(make_server, slow_disk):
    server = make_server(settings={"VITRINE_WORKERS": "1"})
    for path in (server.folder / "nginx").rglob("*.conf"):
        path.write_text(re.sub(r"fastcgi_read_timeout \w+;", "fastcgi_read_timeout 2s;", path.read_text()))
    server.reload_nginx()
    content = some_bytes(5 * MEGABYTE, "large")
    set_pace = slow_disk(server.photos / "slow", {"large.bin": content})
    set_pace(0, MEGABYTE)
    statuses = []
    for _ in range(4):
        done = subprocess.run(["curl", "-sf", "-o", server.folder / "saved", f"{server.url}/archive/slow/"])
        statuses.append(done.returncode)
        if done.returncode == 0:
            break
        set_pace(0, MEGABYTE)
    assert statuses[0] != 0 and statuses[-1] == 0, statuses
    assert (server.folder / "saved").read_bytes().count(content) == 1


@pytest.mark.parametrize("size, rate", [(200_000, MEGABYTE), (6 * MEGABYTE, 6 * MEGABYTE)])
def test_first_byte_waits_for_the_checksum_of_the_first_file_only(make_server, slow_disk, size, rate):
    server = make_server(settings={"VITRINE_WORKERS": "1"})
    files = {f"{number:03}.jpg": some_bytes(size, f"j{number}") for number in range(40 * MEGABYTE // size)}
    set_pace = slow_disk(server.photos / "slow", files)
    set_pace(0, rate)
    began = time.monotonic()
    connection = server.client.connection()
    connection.request("GET", "/archive/slow/")
    response = connection.getresponse()
    assert time.monotonic() - began < 0.5
    response.read(40)
    assert time.monotonic() - began < size / rate + 0.6
    set_pace(0, 1e9)
    response.read()
    connection.close()


def test_range_of_the_end_does_not_read_the_contents_twice(make_server, slow_disk):
    """The central directory needs every checksum; once known, no content is read for it, and of a member only what is
    sent of it."""
    server = make_server(settings={"VITRINE_WORKERS": "1"})
    files = {f"{number}.bin": some_bytes(MEGABYTE, f"r{number}") for number in range(6)}
    set_pace = slow_disk(server.photos / "slow", files)
    target = "/archive/slow/"
    end = server.client.get(target, {"Range": "bytes=-400"}).body
    directory = 6 * (46 + len("0.bin") + 9) + 22
    for rate, length in ((1, directory), (20_000, 400)):
        set_pace(0, rate)
        began = time.monotonic()
        assert server.client.get(target, {"Range": f"bytes=-{length}"}).body == end[-length:]
        assert time.monotonic() - began < 1
    set_pace(0, 1e9)
    assert server.client.get(target).body[-400:] == end


def test_folder_that_does_not_answer_stalls_only_itself(make_server, slow_disk):
    server = make_server(settings={"VITRINE_WORKERS": "1"})
    server.photo_folder("quick", {"a.bin": b"quick"})
    set_pace = slow_disk(server.photos / "slow", {"a.bin": b"slow"})
    set_pace(30, 1e9)
    stalled = [Timed(server, "/archive/slow/") for _ in range(10)]
    let_pass(0.5, "the stalled downloads' way to the disk")
    for _ in range(5):
        began = time.monotonic()
        assert server.client.get("/archive/quick/").status == 200
        assert time.monotonic() - began < 1
    assert all(download.is_alive() for download in stalled)
    subprocess.run(["umount", "-f", server.photos / "slow"], check=False)
    wait_until(lambda: not any(download.is_alive() for download in stalled), 40, "the stalled are answered")

"""No cache is told to keep a picture that vanishes by itself, or its thumbnails."""

import os
import shutil
import time

import pytest

import pictures
from harness import wait_until

KEPT, ASKED = "public, max-age=86400", "no-cache"
thumbnails = pytest.mark.skipif(not shutil.which("vipsthumbnail"), reason="needs libvips-tools")


def caching(server, path):
    answer = server.client.get(path)
    assert answer.status == 200, answer
    assert len(answer.headers.get_all("Cache-Control")) == 1
    return answer.headers["Cache-Control"]


def marks(server):
    folder = server.images / ".expiring"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


@pytest.mark.parametrize("query", ["?expires=2h", "?expires=7d", "?expires=1h&visibility=unlisted"])
def test_picture_that_expires_is_asked_for_each_time(server, query):
    name = server.client.put_raw(pictures.jpeg(), "a.jpg", query).json()["name"]
    other = server.client.put_raw(pictures.jpeg(), "b.jpg").json()["name"]
    for path in (f"/images/{name}", f"/images/{name}?download"):
        assert caching(server, path) == ASKED
    answer = server.client.get(f"/images/{name}")
    # It is no more than asked: the bytes are not sent again. Where nginx has a cache, it passes no condition on.
    validators = {"If-None-Match": answer.headers["ETag"]}
    again = server.client.get(f"/images/{name}", validators)
    assert (again.status, again.headers["Cache-Control"]) == (200 if server.shared else 304, ASKED)
    part = server.client.get(f"/images/{name}", {"Range": "bytes=0-9"})
    assert (part.status, part.headers["Cache-Control"]) == (206, ASKED)
    assert caching(server, f"/images/{other}") == KEPT


@thumbnails
def test_thumbnails_of_it_are_asked_for_each_time_too(server):
    name = server.client.put_raw(pictures.jpeg(), "a.jpg", "?expires=1h").json()["name"]
    other = server.client.put_raw(pictures.jpeg(), "b.jpg").json()["name"]
    for density in ("", "2x/"):
        # First from the program, then from disk.
        assert [caching(server, f"/thumbs/{density}{name}") for _ in range(2)] == [ASKED, ASKED]
        assert [caching(server, f"/thumbs/{density}{other}") for _ in range(2)] == [KEPT, KEPT]


def test_form_that_asks_for_it_behind_its_files_is_heard(server):
    files = [("f", f"{number}.png", "image/png", pictures.png(9, 9)) for number in range(3)]
    answer = server.client.post_form("/api/upload", files, [("expires", "1h")])
    for facts in answer.json()["images"]:
        assert caching(server, f"/images/{facts['name']}") == ASKED


@pytest.mark.folders
def test_mark_goes_with_the_picture_and_is_not_served(make_server):
    server = make_server()
    short = server.client.put_raw(pictures.png(), "a.png", "?expires=2").json()["name"]
    facts = server.client.put_raw(pictures.png(), "b.png", "?expires=1h").json()
    server.client.put_raw(pictures.png(), "c.png")
    assert marks(server) == {short, facts["name"]}
    assert server.client.get(f"/images/.expiring/{short}").problem() == (404, "not-found")
    server.client.request("DELETE", f"/api/images/{facts['name']}?token={facts['delete_token']}")
    wait_until(lambda: not marks(server), 20, "the marks are gone")
    assert server.client.put_raw(pictures.png(), "d.png", "?expires=nonsense").status == 400
    assert server.client.put_raw(b"no picture", "d.png", "?expires=1h").status == 415
    assert not marks(server)


@pytest.mark.folders
def test_marks_that_are_lost_are_made_anew(make_server):
    server = make_server()
    name = server.client.put_raw(pictures.png(), "a.png", "?expires=1d").json()["name"]
    shutil.rmtree(server.images / ".expiring")
    # While it runs, the folder is made again.
    other = server.client.put_raw(pictures.png(), "b.png", "?expires=1d").json()["name"]
    assert caching(server, f"/images/{other}") == ASKED
    # And at a start, those of pictures that a program without marks took.
    server.stop()
    shutil.rmtree(server.images / ".expiring")
    (server.images / ".expiring").mkdir()
    (server.images / ".expiring" / "gone.png").touch()
    os.utime(server.images / ".expiring" / "gone.png", (time.time() - 9_000,) * 2)
    server.start()
    wait_until(lambda: marks(server) == {name, other}, 20, "the marks are there")
    assert caching(server, f"/images/{name}") == ASKED

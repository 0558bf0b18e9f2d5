"""Thumbnails: made by another program on first use, then served from disk; pages work without them, too."""

import concurrent.futures
import io
import os
import re
import select
import shutil
import socket
import stat
import struct
import subprocess
import zlib
from urllib.parse import quote

import pytest
from PIL import Image

import pictures
from harness import CLONE, Server, clean_environment, program, wait_until
from http_client import Client

pytestmark = pytest.mark.skipif(not shutil.which("vipsthumbnail"), reason="needs libvips-tools")
CORPUS = CLONE / "Tests/Fuzzing/ImageStructure/corpus"


def upload(server, content, name, query=""):
    answer = server.client.put_raw(content, name, query)
    assert answer.status == 201, answer
    return answer.json()["name"]


def thumbnail(server, name, density="", caching="public, max-age=86400"):
    """The thumbnail, first as the program makes it, then as nginx has it: the same bytes."""
    path = f"/thumbs/{density}{quote(name)}"
    first, second = server.client.get(path), server.client.get(path)
    for answer in (first, second):
        assert answer.status == 200, answer
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["Cache-Control"] == caching
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert first.body == second.body
    assert "ETag" in second.headers
    return Image.open(io.BytesIO(second.body))


@pytest.mark.folders
@pytest.mark.parametrize(
    "make, name",
    [(pictures.jpeg, "a.jpg"), (pictures.png, "a.png"), (pictures.interlaced_png, "i.png"), (pictures.animated_gif, "a.gif")],
)  # fmt: skip
def test_thumbnail_shows_the_picture_in_two_sizes(server, make, name):
    stored = upload(server, make(), name)
    with Image.open(io.BytesIO(make())) as original:
        width, height = original.size
        expected = original.convert("RGB").resize((8, 8), Image.Resampling.BOX)
    for density, side in (("", 256), ("2x/", 512)):
        made = thumbnail(server, stored, density)
        scale = min(1, side / max(width, height))
        assert abs(made.width - width * scale) <= 1 and abs(made.height - height * scale) <= 1
        assert getattr(made, "n_frames", 1) == 1
        shown = made.convert("RGB").resize((8, 8), Image.Resampling.BOX)
        differences = [abs(a - b) for a, b in zip(shown.tobytes(), expected.tobytes())]
        assert sum(differences) / len(differences) < 12
        assert (server.data / "thumbs" / density / stored).is_file()


def test_thumbnail_stands_as_the_orientation_says_and_tells_nothing(server):
    for query in ("", "?metadata=keep"):
        made = thumbnail(server, upload(server, pictures.camera_jpeg(orientation=6), "phone.jpg", query))
        assert (made.width, made.height) == (171, 256)
        raw = server.client.get(f"/thumbs/{upload(server, pictures.camera_jpeg(6), 'p.jpg', query)}").body
        for secret in (b"SECRET", b"Acme", b"PRIVATE", b"EXIF", b"Exif", b"XMP"):
            assert secret not in raw


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_every_picture_that_is_accepted_gets_a_thumbnail_or_is_shown_itself(server, path):
    answer = server.client.put_raw(path.read_bytes(), path.name)
    if answer.status == 422:
        pytest.skip("no picture to the program")
    assert answer.status == 201, answer
    got = server.client.get(f"/thumbs/{answer.json()['name']}")
    assert got.status in (200, 307), got
    if got.status == 200:
        Image.open(io.BytesIO(got.body)).load()


def test_transparency_stays(server):
    transparent = Image.new("RGBA", (300, 300), (255, 0, 0, 0))
    transparent.paste((0, 0, 255, 255), (100, 100, 200, 200))
    out = io.BytesIO()
    transparent.save(out, "PNG")
    made = thumbnail(server, upload(server, out.getvalue(), "t.png"))
    assert made.mode == "RGBA" and made.getpixel((5, 5))[3] == 0 and made.getpixel((128, 128))[3] == 255


@pytest.mark.folders
def test_files_are_for_the_web_server_to_read_and_nothing_is_left_over(server):
    name = upload(server, pictures.jpeg(seed=3), "a.jpg")
    thumbnail(server, name)
    thumbs = server.data / "thumbs"
    assert stat.S_IMODE(thumbs.stat().st_mode) == 0o755
    assert stat.S_IMODE((thumbs / name).stat().st_mode) == 0o644
    assert [path for path in thumbs.rglob(".vitrine/*") if path.is_file()] == []


def test_thumbnails_go_with_the_picture(server):
    facts = server.client.put_raw(pictures.jpeg(seed=4), "a.jpg").json()
    thumbnail(server, facts["name"])
    thumbnail(server, facts["name"], "2x/")
    server.client.request("DELETE", f"/api/images/{facts['name']}?token={facts['delete_token']}")
    assert not list((server.data / "thumbs").rglob(facts["name"]))
    for path in (f"/thumbs/{facts['name']}", f"/thumbs/2x/{facts['name']}"):
        assert server.client.get(path).problem() == (404, "not-found")


def test_thumbnails_go_when_the_picture_expires(server):
    name = upload(server, pictures.jpeg(seed=5), "a.jpg", "?expires=2")
    thumbnail(server, name, caching="no-cache")
    wait_until(lambda: server.client.get(f"/thumbs/{name}").status == 404, 20, "the thumbnail is gone")
    assert not list((server.data / "thumbs").rglob(name))


@pytest.mark.parametrize(
    "path", ["", "2x/", "2x", "none.jpg", "2x/none.jpg", ".vitrine/x", "2x/.vitrine/x", "3x/a.jpg"]
)
def test_what_is_no_picture_has_no_thumbnail(server, path):
    assert server.client.get(f"/thumbs/{path}").problem() in ((404, "not-found"), (400, "malformed-request"))


def test_many_first_requests_make_each_thumbnail_once_and_keep_the_service_answering(server):
    names = [upload(server, pictures.jpeg(900, 700, seed=100 + number), "a.jpg") for number in range(12)]
    with concurrent.futures.ThreadPoolExecutor(36) as pool:
        answers = list(pool.map(lambda name: server.client.get(f"/thumbs/{name}"), names * 3))
        assert server.client.get("/api/images?limit=1").status == 200
    assert all(answer.status == 200 for answer in answers)
    assert len({answer.body for answer in answers}) == 12


def test_page_of_48_pictures_weighs_under_a_megabyte(make_server):
    """Grainy pictures of camera size: nothing compresses them better than a photograph."""
    server = make_server()
    for number in range(48):
        content = pictures.jpeg(1600, 1200, seed=200 + number, quality=92)
        upload(server, content, f"{number}.jpg")
    page = server.client.get("/images/").text
    for attribute, density in ((' src="(/thumbs/[^"]+)"', ""), ('srcset="(/thumbs/2x/[^" ]+) 2x"', "2x/")):
        thumbs = re.findall(attribute, page)
        assert len(thumbs) == 48, page[:2000]
        total = sum(len(server.client.get(path).body) for path in thumbs)
        assert total < 1_000_000, density


# Without the program, or with one that fails.


def program_folder(tmp_path, script):
    """A PATH on which vipsthumbnail is that shell script, or is missing."""
    folder = tmp_path / "bin"
    folder.mkdir()
    if script is not None:
        fake = folder / "vipsthumbnail"
        fake.write_text(f"#!/bin/sh\n{script}\n")
        fake.chmod(0o755)
    for needed in ("sh", "sleep", "cat", "head", "touch"):
        os.symlink(shutil.which(needed), folder / needed)
    return str(folder)


@pytest.fixture
def without(make_server, tmp_path, monkeypatch):
    def start(script=None, **settings):
        monkeypatch.setenv("PATH", program_folder(tmp_path, script))
        return make_server_keeping_path(make_server, monkeypatch, settings)

    return start


def make_server_keeping_path(make_server, monkeypatch, settings):
    path = os.environ["PATH"]
    original = Server.start_nginx

    def start_nginx(self):
        # nginx and the renderer are looked for on the usual path.
        monkeypatch.setenv("PATH", "/usr/sbin:/usr/bin:/bin")
        original(self)
        monkeypatch.setenv("PATH", path)

    monkeypatch.setattr(Server, "start_nginx", start_nginx)
    return make_server(settings=settings)


@pytest.mark.parametrize(
    "script",
    [None, "exit 1", "kill -9 $$", "echo no picture", "head -c 50000000 /dev/zero", "cat"],
    ids=["missing", "fails", "killed", "nonsense", "too much", "not webp"],
)
def test_picture_itself_is_shown_where_no_thumbnail_can_be_made(without, script):
    server = without(script)
    name = upload(server, pictures.png(), "a.png")
    for _ in range(2):
        answer = server.client.get(f"/thumbs/{name}")
        assert (answer.status, answer.headers["Location"]) == (307, f"/images/{name}")
        assert answer.headers["Cache-Control"] == "no-store"
    assert f"/thumbs/{name}" in server.client.get("/images/").text
    assert not [path for path in (server.data / "thumbs").rglob("*") if path.is_file()]


def test_program_is_confined(without):
    server = without("{ ulimit -v; ulimit -t; ulimit -f; ulimit -n; ulimit -c; cat /proc/net/dev; nice; } >$0.seen 2>&1")
    server.client.get(f"/thumbs/{upload(server, pictures.png(), 'a.png')}")
    seen = (server.folder.parent / "bin/vipsthumbnail.seen").read_text()
    assert seen.split()[:5] == ["1048576", "20", "8192", "64", "0"], seen
    # Only the loopback of a network of its own, which is down.
    assert [line.split(":")[0].strip() for line in seen.splitlines() if ":" in line] == ["lo"], seen


@pytest.mark.full
def test_program_that_hangs_is_ended(without):
    server = without("exec sleep 600")
    name = upload(server, pictures.png(), "a.png")
    assert server.client.get(f"/thumbs/{name}").status == 307
    assert not [process for process in server.processes() if process.name() == "sleep"]


def test_check_says_that_the_program_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", program_folder(tmp_path, None))
    settings = {"VITRINE_DATA": str(tmp_path / "data"), "VITRINE_LOGS": str(tmp_path / "logs")}
    found = subprocess.run([program(), "check"], env=clean_environment(settings), capture_output=True, text=True)
    assert found.returncode == 1
    assert "vipsthumbnail" in found.stdout and "libvips-tools" in found.stdout


def blank_png(width, height):
    """A picture of one colour, whose file is small however large it is."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_workers_share_one_budget_of_memory(without):
    """The program under way for a picture of 100 megapixels is the only one, whichever worker was asked."""
    server = without("echo start >>$0.seen; sleep 0.3; echo end >>$0.seen; exit 1")
    seen = server.folder.parent / "bin/vipsthumbnail.seen"

    def most_at_once(side):
        seen.write_text("")
        names = [upload(server, blank_png(side + number, side - number), "a.png") for number in range(6)]
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            paths = [f"/thumbs/{density}{name}" for name in names for density in ("", "2x/")]
            statuses = set(pool.map(lambda path: Client("127.0.0.1", server.port).get(path).status, paths))
        assert statuses == {307}
        running = most = 0
        for line in seen.read_text().split():
            running += 1 if line == "start" else -1
            most = max(most, running)
        assert running == 0
        return most

    assert most_at_once(9_900) == 1
    assert 1 < most_at_once(100) <= 4


def test_thumbnail_that_failed_is_not_tried_again_at_once(without):
    server = without("echo start >>$0.seen; exit 1", VITRINE_WORKERS="1")
    seen = server.folder.parent / "bin/vipsthumbnail.seen"
    name = upload(server, pictures.png(), "a.png")
    for _ in range(3):
        assert server.client.get(f"/thumbs/{name}").status == 307
    assert seen.read_text().split() == ["start"]
    # The other size has not failed yet.
    assert server.client.get(f"/thumbs/2x/{name}").status == 307
    assert seen.read_text().split() == ["start"] * 2


def test_thumbnails_that_wait_are_bounded(without):
    """Two are made at a time in a worker, 256 are waited for; whoever asks beyond that is shown the picture itself."""
    server = without("while [ -e $0.waits ]; do sleep 0.1; done; exit 1", VITRINE_WORKERS="1")
    waits = server.folder.parent / "bin/vipsthumbnail.waits"
    waits.touch()
    names = [upload(server, pictures.png(8 + number), "a.png") for number in range(150)]
    paths = [f"/thumbs/{density}{name}" for name in names for density in ("", "2x/")]
    wires = []
    try:
        for path in paths:
            wire = socket.create_connection(("127.0.0.1", server.port))
            wire.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            wires.append(wire)

        def answered():
            return len(select.select(wires, [], [], 0)[0])

        wait_until(lambda: answered() == len(paths) - 256, 20, "those beyond are answered")
        assert server.client.get("/healthz").status == 200
        assert answered() == len(paths) - 256
    finally:
        for wire in wires:
            wire.close()
        waits.unlink()

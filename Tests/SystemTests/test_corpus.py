"""Pictures of other writers and hostile ones through the whole server: each accepted or refused as it should be."""

import io
import shutil
import struct
import subprocess
import time
import zlib

import pytest
from PIL import Image

import pictures
from harness import CLONE

CORPUS = CLONE / "Tests/Fuzzing/ImageStructure/corpus"
INVALID, UNSUPPORTED = (422, "invalid-image"), (415, "unsupported-format")


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_picture_that_decoders_take_is_accepted_and_shows_the_same(server, path):
    content = path.read_bytes()
    answer = server.client.post_raw(content, path.name)
    try:
        expected = pictures.pixels(content)
    except (OSError, SyntaxError, ValueError):
        expected = None
    if answer.status == 201:
        stored = server.client.get(f"/images/{answer.json()['name']}").body
        assert expected is None or pictures.pixels(stored) == expected
    else:
        assert answer.problem() in (INVALID, UNSUPPORTED)
        assert expected is None, answer


def segment(marker, content):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def bad_crc(content):
    at = content.index(b"IDAT") - 4
    end = at + 12 + struct.unpack(">I", content[at : at + 4])[0]
    return content[: end - 4] + b"\0\0\0\0" + content[end:]


def chunk_of_length(length):
    return pictures.png_header(8, 8) + struct.pack(">I", length) + b"IDAT" + b"x" * 100


def endless_gif(count):
    """A GIF whose comment never ends."""
    return pictures.animated_gif()[:-1] + b"\x21\xfe" + (b"\xff" + b"c" * 255) * count


HOSTILE = {
    "png with a wrong crc": (lambda: bad_crc(pictures.png()), "a.png", {INVALID}),
    "png chunk of 4 GB": (lambda: chunk_of_length(0xFFFFFFFF), "a.png", {INVALID}),
    "png chunk of 2 GB": (lambda: chunk_of_length(0x7FFFFFFF), "a.png", {INVALID}),
    "png without image data": (lambda: pictures.png_header(8, 8) + pictures.png_chunk(b"IEND", b""), "a.png", {INVALID}),
    "png of unknown critical chunks": (
        lambda: pictures.png_header(8, 8) + pictures.png_chunk(b"EVIL", b"x") + pictures.png()[33:], "a.png", {INVALID},
    ),
    "gif of endless blocks": (lambda: endless_gif(10_000), "a.gif", {INVALID}),
    "gif without a picture": (lambda: b"GIF89a\x01\0\x01\0\0\0\0;", "a.gif", {INVALID, UNSUPPORTED}),
    "jpeg segment of no length": (lambda: pictures.jpeg()[:2] + b"\xff\xe1\0\0" + pictures.jpeg()[2:], "a.jpg", {INVALID}),
    "jpeg segment behind the end": (lambda: pictures.jpeg()[:2] + b"\xff\xe1\xff\xff" + b"x" * 99, "a.jpg", {INVALID}),
    "jpeg of markers only": (lambda: b"\xff\xd8" + b"\xff" * 100_000 + b"\xd9", "a.jpg", {INVALID, UNSUPPORTED}),
    "jpeg of restarts": (lambda: b"\xff\xd8" + b"\xff\xd0" * 50_000 + b"\xff\xd9", "a.jpg", {INVALID, UNSUPPORTED}),
    "html in a jpeg's name": (lambda: b"<html><script>alert(1)</script></html>", "a.jpg", {UNSUPPORTED}),
    "zip with a picture's name": (lambda: b"PK\x03\x04" + bytes(200), "a.png", {UNSUPPORTED}),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "a.gif", {UNSUPPORTED}),
    "webp": (lambda: converted("WEBP"), "a.jpg", {UNSUPPORTED}),
    "bmp": (lambda: converted("BMP"), "a.png", {UNSUPPORTED}),
    "tiff": (lambda: converted("TIFF"), "a.jpg", {UNSUPPORTED}),
}  # fmt: skip


def converted(kind):
    out = io.BytesIO()
    Image.new("RGB", (20, 20), (1, 2, 3)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_file_is_refused_and_leaves_nothing(server, title):
    make, name, expected = HOSTILE[title]
    before, workers = server.stored(), {process.pid for process in server.workers()}
    assert server.client.post_raw(make(), name).problem() in expected
    assert server.stored() == before
    assert server.temporary_files() == []
    assert {process.pid for process in server.workers()} == workers


POLYGLOTS = {
    "zip behind a jpeg": (pictures.jpeg, "a.jpg", b"PK\x05\x06" + bytes(18)),
    "html behind a gif": (pictures.animated_gif, "a.gif", b"<script>alert(1)</script>"),
    "php behind a png": (pictures.png, "a.png", b"<?php system($_GET[0]); ?>"),
    "video behind a phone's jpeg": (pictures.jpeg, "a.jpg", b"\0\0\0\x18ftypmp42" + bytes(200_000)),
}


@pytest.mark.parametrize("title", POLYGLOTS)
def test_of_two_files_in_one_only_the_picture_is_kept(server, title):
    make, name, other = POLYGLOTS[title]
    facts = server.client.post_raw(make() + other, name).json()
    stored = server.client.get(f"/images/{facts['name']}").body
    assert stored == make() or pictures.pixels(stored) == pictures.pixels(make())
    assert other[:20] not in stored


def test_code_inside_of_a_comment_is_not_kept(server):
    evil = b"<script>alert(1)</script><?php phpinfo(); ?>"
    jpeg = pictures.jpeg()[:2] + segment(0xFE, evil) + pictures.jpeg()[2:]
    facts = server.client.post_raw(jpeg, "a.jpg").json()
    assert evil not in server.client.get(f"/images/{facts['name']}").body


@pytest.mark.parametrize("kind", ["comments", "restarts", "chunks", "sub-blocks"])
def test_time_is_linear_in_size(make_server, kind):
    """Ten times the pieces take about ten times as long: the smallest pieces that each format has."""
    server = make_server()

    def made(count):
        if kind == "comments":
            return pictures.jpeg()[:2] + segment(0xFE, b"") * count + pictures.jpeg()[2:], "a.jpg"
        if kind == "restarts":
            return pictures.jpeg()[:-2] + b"\xff\xd0" * count + b"\xff\xd9", "a.jpg"
        if kind == "chunks":
            png = pictures.png()
            return png[:33] + pictures.png_chunk(b"teXt", b"") * count + png[33:], "a.png"
        return pictures.animated_gif()[:-1] + b"\x21\xfe" + b"\x01c" * count + b"\0;", "a.gif"

    def seconds(count):
        content, name = made(count)
        assert len(content) < 5 * 1024 * 1024
        began = time.monotonic()
        answer = server.client.post_raw(content, name)
        assert answer.status in (201, 422), answer
        return time.monotonic() - began

    small = min(seconds(30_000) for _ in range(3))
    large = min(seconds(300_000) for _ in range(2))
    assert large < 25 * small + 0.5, (small, large)


@pytest.mark.skipif(not shutil.which("vips"), reason="needs libvips-tools")
@pytest.mark.parametrize("options", [".jpg[interlace]", ".png[interlace]", ".png[palette]", ".gif", ".jpg[Q=100,subsample-mode=off]"])
def test_what_libvips_writes_is_accepted(server, tmp_path, options):
    source = tmp_path / "source.png"
    source.write_bytes(pictures.png())
    target = tmp_path / f"target{options.split('[')[0]}"
    subprocess.run(["vips", "copy", source, f"{target}{options[4:]}"], check=True)
    content = target.read_bytes()
    answer = server.client.post_raw(content, target.name)
    assert answer.status == 201, answer
    assert pictures.pixels(server.client.get(f"/images/{answer.json()['name']}").body) == pictures.pixels(content)


def test_picture_of_many_small_data_chunks_is_the_same_afterwards(server):
    data = zlib.compress(bytes(3 * 64 * 64 + 64))
    chunks = b"".join(pictures.png_chunk(b"IDAT", data[i : i + 1]) for i in range(len(data)))
    png = pictures.png_header(64, 64) + chunks + pictures.png_chunk(b"IEND", b"")
    facts = server.client.post_raw(png, "a.png").json()
    assert server.client.get(f"/images/{facts['name']}").body == png

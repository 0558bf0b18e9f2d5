"""Pictures with a fault that no browser minds: the fault is left out, and no pixel changes. And what may not stay behind
in one: remainders of another picture."""

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image

import pictures
from harness import CLONE

CORPUS = CLONE / "Tests/Fuzzing/ImageStructure/corpus"
SECRET = b"PRIVATE-REMAINDER" * 40


def stored(server, content, name, query=""):
    answer = server.client.put_raw(content, name, query)
    assert answer.status == 201, answer
    body = server.client.get(f"/images/{answer.json()['name']}").body
    assert answer.json()["sha256"] == hashlib.sha256(body).hexdigest()
    assert answer.json()["size"] == len(body)
    return body


def split(png):
    """Header, image data, end."""
    at = png.index(b"IDAT") - 4
    return png[:at], png[at:-12], png[-12:]


def wrong_crc(kind, content):
    return pictures.png_chunk(kind, content)[:-1] + b"!"


def png_faults():
    head, data, end = split(pictures.png(40, 30, "RGB"))
    chunk = pictures.png_chunk
    return {
        "text with a wrong crc": head + wrong_crc(b"tEXt", b"a\0b") + data + end,
        "gamma with a wrong crc": head + wrong_crc(b"gAMA", struct.pack(">I", 100_000)) + data + end,
        "transparency with a wrong crc": head + wrong_crc(b"tRNS", bytes(6)) + data + end,
        "unknown chunk with a wrong crc behind the data": head + data + wrong_crc(b"prVt", b"x") + end,
        "type with a control character": head + chunk(b"s\1IT", b"ab") + data + end,
        "type with a digit": head + chunk(b"a1bc", b"ab") + data + end,
        "type with a digit behind the data": head + data + chunk(b"t3xt", b"ab") + end,
        "end with a wrong crc": head + data + end[:-1] + b"!",
        "end with content": head + data + chunk(b"IEND", b"abc"),
        "gamma of the wrong length": head + chunk(b"gAMA", bytes(7)) + data + end,
    }


@pytest.mark.parametrize("query", ["", "?metadata=keep"])
@pytest.mark.parametrize("title", png_faults())
def test_fault_of_a_png_is_left_out(server, title, query):
    clean = pictures.png(40, 30, "RGB")
    assert stored(server, png_faults()[title], "a.png", query) == clean


def test_transparency_that_is_too_long_looks_as_before(server):
    content = (CORPUS / "png-transparency-too-long.png").read_bytes()
    body = stored(server, content, "a.png")
    assert pictures.pixels(body) == pictures.pixels(content)
    assert b"tRNS" in body and len(body) < len(content)


@pytest.mark.parametrize("junk", [b"\0", b"\0" * 700, b"\xaa\xbb"])
def test_bytes_between_the_blocks_of_a_gif_are_left_out(server, junk):
    clean = pictures.animated_gif()
    first = clean.index(b"\x21\xf9")
    for at in (first, clean.index(b"\x21\xf9", first + 8), len(clean) - 1):
        body = stored(server, clean[:at] + junk + clean[at:], "a.gif")
        assert pictures.pixels(body) == pictures.pixels(clean)
        assert body == stored(server, clean, "a.gif")


def remainders():
    head, data, end = split(pictures.png(40, 30, "RGB"))
    chunk, content = pictures.png_chunk, data[8:-4]
    return {
        "in the same chunk": head + chunk(b"IDAT", content + SECRET) + end,
        "in chunks of its own": head + data + chunk(b"IDAT", SECRET) + chunk(b"IDAT", SECRET) + end,
        "across chunks": head + chunk(b"IDAT", content[:50]) + chunk(b"IDAT", content[50:] + SECRET)
        + chunk(b"IDAT", SECRET) + end,
        "another compressed stream": head + chunk(b"IDAT", content + zlib.compress(SECRET, 0)) + end,
        "behind the end": head + data + end + SECRET,
    }  # fmt: skip


@pytest.mark.parametrize("query", ["", "?metadata=keep"])
@pytest.mark.parametrize("title", remainders())
def test_remainder_behind_the_compressed_data_goes(server, title, query):
    body = stored(server, remainders()[title], "a.png", query)
    assert SECRET[:20] not in body
    assert pictures.pixels(body) == pictures.pixels(pictures.png(40, 30, "RGB"))
    # Every chunk is whole: Pillow reads on to the end where it verifies.
    Image.open(io.BytesIO(body)).verify()


def test_remainder_behind_a_frame_of_an_animation_goes(server):
    frames = [Image.new("RGB", (20, 20), (40 * number, 9, 9)) for number in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    clean = out.getvalue()
    at = clean.rindex(b"fdAT") - 4
    length = struct.unpack(">I", clean[at : at + 4])[0]
    content = clean[at + 8 : at + 8 + length]
    longer = clean[:at] + pictures.png_chunk(b"fdAT", content + SECRET) + clean[at + 12 + length :]
    assert stored(server, longer, "a.apng") == clean


@pytest.mark.parametrize("query", ["", "?metadata=keep"])
@pytest.mark.parametrize("kind", ["text", "zeros", "restarts"])
def test_remainder_behind_the_last_code_of_a_jpeg_goes(server, kind, query):
    clean = pictures.jpeg(200, 150, 4)
    remainder = {"text": SECRET, "zeros": SECRET + bytes(5_000), "restarts": SECRET + b"\xff\xd3" + SECRET}[kind]
    body = stored(server, clean[:-2] + remainder + b"\xff\xd9", "a.jpg", query)
    assert body == clean


def test_picture_of_one_colour_is_no_remainder(server):
    out = io.BytesIO()
    Image.new("RGB", (900, 700), (250, 250, 250)).save(out, "JPEG", optimize=True)
    assert stored(server, out.getvalue(), "a.jpg") == out.getvalue()


def multi_picture():
    """Two JPEGs in one file, with the index of them that cameras write."""
    out = io.BytesIO()
    first, second = (Image.open(io.BytesIO(pictures.jpeg(96, 64, seed))) for seed in (1, 2))
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def test_second_picture_stays_with_the_metadata(server):
    content = multi_picture()
    body = stored(server, content + SECRET, "a.jpg", "?metadata=keep")
    assert body == content
    with Image.open(io.BytesIO(body)) as picture:
        assert (picture.format, picture.n_frames) == ("MPO", 2)
        picture.seek(1)
        picture.load()


def test_without_it_the_index_goes_too(server):
    content = multi_picture()
    for body in (
        stored(server, content, "a.jpg"),
        stored(server, content[:-40], "a.jpg", "?metadata=keep"),
        stored(server, content[: content.index(b"\xff\xd9") + 2], "a.jpg", "?metadata=keep"),
    ):
        assert b"MPF\0" not in body
        with Image.open(io.BytesIO(body)) as picture:
            assert picture.format == "JPEG"
            picture.load()

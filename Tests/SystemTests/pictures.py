"""Pictures as cameras, phones and programs make them, and the ways in which a file only looks like one."""

import functools
import io
import random
import struct
import zlib

from PIL import Image


def _scene(width, height, seed=1, noise=24):
    """Smooth colours with some grain, so that it compresses like a photograph and not like a flat area."""
    grain = random.Random(seed).randbytes(width * height)
    red = Image.linear_gradient("L").resize((width, height))
    green = red.transpose(Image.Transpose.ROTATE_180)
    texture = Image.frombytes("L", (width, height), grain).point(lambda level: level * noise // 255)
    return Image.merge("RGB", (red, green, texture))


@functools.lru_cache(maxsize=None)
def jpeg(width=640, height=480, seed=1, quality=85):
    """A plain baseline JPEG."""
    out = io.BytesIO()
    _scene(width, height, seed).save(out, "JPEG", quality=quality)
    return out.getvalue()


@functools.lru_cache(maxsize=None)
def camera_jpeg(orientation=6):
    """A JPEG as a camera writes it: EXIF with maker, orientation and position, a thumbnail's worth of it, a comment."""
    exif = Image.Exif()
    exif[0x010F] = "Acme Optics"
    exif[0x0110] = "Model-SECRET-7"
    exif[0x0112] = orientation
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)}
    out = io.BytesIO()
    _scene(1200, 800, 2).save(out, "JPEG", quality=88, exif=exif, comment=b"PRIVATE-COMMENT", progressive=True)
    return out.getvalue()


@functools.lru_cache(maxsize=None)
def png(width=320, height=200, mode="RGBA"):
    out = io.BytesIO()
    _scene(width, height, 3).convert(mode).save(out, "PNG")
    return out.getvalue()


@functools.lru_cache(maxsize=None)
def animated_gif(frames=5):
    pictures = [_scene(160, 120, seed).quantize(64) for seed in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=80, loop=0, comment=b"")
    return out.getvalue()


def png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_header(width, height, interlace=0):
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlace))


@functools.lru_cache(maxsize=None)
def interlaced_png(width=37, height=29):
    """An Adam7 picture, written by hand: seven passes of filtered rows (PNG, section 8.2)."""
    pixels = _scene(width, height, 5).load()
    rows = bytearray()
    for x0, y0, dx, dy in (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ):
        for y in range(y0, height, dy):
            row = b"".join(bytes(pixels[x, y]) for x in range(x0, width, dx))
            rows += b"\0" + row if row else b""
    made = png_header(width, height, 1) + png_chunk(b"IDAT", zlib.compress(bytes(rows))) + png_chunk(b"IEND", b"")
    assert Image.open(io.BytesIO(made)).convert("RGB").tobytes() == _scene(width, height, 5).tobytes()
    return made


def jpeg_of_size(size):
    """A valid JPEG of exactly that many bytes: mostly picture, the rest a comment."""
    side = 64
    while len(grown := jpeg(side, side, 9, 98)) < size * 0.4:
        side = int(side * 1.5)
    if len(grown) > size - 4:
        grown = jpeg(16, 16)
    missing = size - len(grown)
    comments = bytearray()
    while missing:
        # A comment segment is 4 bytes and up to 65,533 of text; never leave fewer than 4 for the last one.
        part = min(missing, 65537)
        if 0 < missing - part < 4:
            part -= 4
        comments += b"\xff\xfe" + struct.pack(">H", part - 2) + b"c" * (part - 4)
        missing -= part
    made = grown[:2] + bytes(comments) + grown[2:]
    assert len(made) == size
    return made


def png_claiming(width, height):
    """A small file whose header claims that size."""
    return png_header(width, height) + png_chunk(b"IDAT", zlib.compress(bytes(1000))) + png_chunk(b"IEND", b"")


def pixels(content):
    """The decoded frames: equal for two files that show the same."""
    with Image.open(io.BytesIO(content)) as picture:
        shown = []
        for frame in range(getattr(picture, "n_frames", 1)):
            picture.seek(frame)
            shown.append(picture.convert("RGBA").tobytes())
        return picture.size, shown

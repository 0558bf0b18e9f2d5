"""Random pictures: what Pillow makes is accepted and shows the same, to Pillow and to libvips; what is damaged is refused, or
shows the same."""

import contextlib
import io
import random

import pytest
from PIL import Image, PngImagePlugin

import libvips
import pictures
from seeds import seeded

SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif"}
REFUSED = [(415, "unsupported-format"), (422, "invalid-image")]


def some_frame(chance, mode, size):
    """Noise, or areas of one colour: both take other ways through an encoder."""
    bands = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4, "P": 1, "1": 1}[mode]
    count = size[0] * size[1]
    grain = chance.randbytes(count * bands) if chance.random() < 0.5 else bytes([chance.randrange(256)]) * count * bands
    if mode == "1":
        return Image.frombytes("L", size, grain).convert("1")
    frame = Image.frombytes(mode, size, grain)
    if mode == "P":
        frame.putpalette(chance.randbytes(768))
    return frame


def some_size(chance):
    return chance.choice([(1, 1), (7, 9), (8, 8), (16, 17), (1, 300), (257, 3), (64, 48)])


def some_jpeg(chance, size):
    options = {"quality": chance.choice([1, 30, 75, 95, 100]), "progressive": chance.random() < 0.5}
    options["optimize"] = chance.random() < 0.5
    options["subsampling"] = chance.choice([0, 1, 2])
    if chance.random() < 0.3:
        options["restart_marker_blocks"] = chance.choice([1, 5])
    if chance.random() < 0.3:
        options["comment"] = chance.randbytes(chance.choice([1, 60_000]))
    if chance.random() < 0.3:
        options["icc_profile"] = chance.randbytes(chance.choice([200, 70_000]))
    if chance.random() < 0.3:
        options["dpi"] = (72, 72)
    return some_frame(chance, chance.choice(["L", "RGB", "CMYK"]), size), options


def some_png(chance, size):
    options = {"compress_level": chance.choice([0, 1, 9]), "optimize": chance.random() < 0.3}
    mode = chance.choice(["1", "L", "LA", "P", "RGB", "RGBA"])
    if mode in ("P", "L", "RGB") and chance.random() < 0.3:
        options["transparency"] = {"P": bytes([0, 128, 255]), "L": 7, "RGB": (1, 2, 3)}[mode]
    if chance.random() < 0.3:
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "c" * chance.choice([1, 5_000]), zip=chance.random() < 0.5)
        options["pnginfo"] = text
    frame = some_frame(chance, mode, size)
    if mode in ("RGB", "RGBA") and chance.random() < 0.2:
        frames = [some_frame(chance, mode, size) for _ in range(chance.randrange(1, 4))]
        options |= {"save_all": True, "append_images": frames, "duration": 50}
    return frame, options


def some_gif(chance, size):
    mode = chance.choice(["P", "L"])
    frames = [some_frame(chance, mode, size) for _ in range(chance.choice([1, 1, 3]))]
    options = {"interlace": chance.randrange(2), "disposal": chance.choice([0, 1, 2]), "loop": 0, "duration": 40}
    if chance.random() < 0.3:
        options["transparency"] = chance.randrange(256)
    if chance.random() < 0.3:
        options["comment"] = b"c" * chance.choice([1, 255, 256, 2_000])
    if len(frames) > 1:
        options |= {"save_all": True, "append_images": frames[1:]}
    return frames[0], options


def some_picture(chance):
    while True:
        kind, make = chance.choice([("JPEG", some_jpeg), ("PNG", some_png), ("GIF", some_gif)])
        frame, options = make(chance, some_size(chance))
        out = io.BytesIO()
        # Pillow's own buffer is too small for some, and some of its animations it cannot read again.
        with contextlib.suppress(OSError):
            frame.save(out, kind, **options)
            if shown(out.getvalue()):
                return kind, out.getvalue(), options


def shown(content):
    """Size and frames, as Pillow decodes them; nothing where it cannot."""
    try:
        return pictures.pixels(content)
    except Exception:  # noqa: BLE001 -- of many kinds, and each says the same
        return None


def shown_by_libvips(content, kind):
    """The same, as libvips decodes it: of an animated PNG the first frame, since it knows no others."""
    return libvips.shown(content, frames=kind == "GIF")


def upload(server, wire, content, kind):
    """Stored bytes and the answer's document; nothing where it was refused, as such a file has to be."""
    answer = server.client.post_raw(content, f"a{SUFFIXES[kind]}", connection=wire)
    if answer.status != 201:
        assert answer.problem() in REFUSED, answer
        return None, answer
    document = answer.json()
    return server.client.get(f"/images/{document['name']}", connection=wire).body, document


def compare_made(server, chance, count):
    wire = server.client.connection()
    for _ in range(count):
        kind, content, options = some_picture(chance)
        stored, document = upload(server, wire, content, kind)
        assert stored, (kind, options, document)
        expected = shown(content)
        assert shown(stored) == expected, (kind, options)
        assert shown_by_libvips(stored, kind) == shown_by_libvips(content, kind) is not None, (kind, options)
        assert (document["width"], document["height"]) == expected[0], (kind, options)
        assert document["size"] == len(stored)


def damaged(chance, content):
    """A bit, a few bytes or the end of it are not what they were."""
    changed, place = bytearray(content), chance.randrange(len(content))
    kind = chance.randrange(4)
    if kind == 0:
        changed[place] ^= 1 << chance.randrange(8)
    elif kind == 1:
        changed[place : place + chance.choice([1, 4, 40])] = chance.randbytes(chance.choice([0, 1, 4, 40]))
    elif kind == 2:
        del changed[place:]
    else:
        changed[place:place] = changed[: chance.choice([1, 12, 300])]
    return bytes(changed)


def compare_damaged(server, chance, count):
    """Whatever is accepted shows what the file showed. How often the two differ about what can be decoded is told."""
    wire = server.client.connection()
    accepted = refused = strict = loose = 0
    for _ in range(count):
        kind, whole, options = some_picture(chance)
        content = damaged(chance, whole)
        expected = shown(content)
        stored, _ = upload(server, wire, content, kind)
        if stored is None:
            refused += 1
            strict += expected is not None
            continue
        accepted += 1
        if kind == "PNG":
            # Only a decoder can judge the data of the others, and the sequence of a PNG's further frames.
            Image.open(io.BytesIO(stored)).load()
        # libvips is not asked: of the same damaged bytes it says and shows something else each time.
        if expected is None:
            loose += 1
        else:
            assert shown(stored) == expected, (kind, options, content)
    print(f"{accepted} accepted, of which Pillow refuses {loose}; {refused} refused, of which Pillow decodes {strict}")
    assert min(accepted, refused) > count / 20


def compare_shortened(server, chance, count):
    """A file that ends early is refused, unless Pillow, too, finds all of it: the end marker may be the last thing cut."""
    wire = server.client.connection()
    for _ in range(count):
        kind, whole, options = some_picture(chance)
        cut = chance.choice([1, 2, len(whole) // 2, chance.randrange(1, len(whole))])
        stored, _ = upload(server, wire, whole[: len(whole) - min(cut, len(whole) - 1)], kind)
        assert stored is None, (kind, options, cut)


def test_pictures_of_every_kind_are_accepted_and_show_the_same(server):
    compare_made(server, seeded(), 120)


def test_damaged_picture_that_is_accepted_shows_the_same(server):
    # The same each time: what Pillow makes of damage is now and then a matter of taste.
    compare_damaged(server, random.Random(1), 200)


def test_picture_that_ends_early_is_refused(server):
    compare_shortened(server, seeded(), 100)


@pytest.mark.full
def test_many_pictures_show_the_same(make_server):
    server = make_server()
    compare_made(server, seeded(), 5_000)
    compare_damaged(server, seeded(), 20_000)
    compare_shortened(server, seeded(), 5_000)

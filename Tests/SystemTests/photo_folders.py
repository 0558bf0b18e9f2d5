"""Folders of generated files, for archives: sizes at every edge, names in many scripts, times and modes of all kinds."""

import os
import random
import unicodedata

# Around: nothing, what is read at once, a FastCGI record with and without alignment, a piece of the sender, a megabyte.
EDGES = [0, 16_384, 65_528, 65_535, 131_056, 262_144, 1 << 20]
SIZES = sorted({max(0, edge + step) for edge in EDGES for step in (-1, 0, 1)} | {22, 30, 46, 4096, 100_000})

WORDS = [
    "DSC_0042", "Strand am Abend", "été à Paris", "Ålesund", "São Paulo", "закат над морем", "Київ", "ελληνικά",
    "海辺の写真", "照片", "사진", "صورة", "תמונה", "ภาพถ่าย", "तस्वीर", "ფოტო", "👩‍👩‍👧 family", "🏖️", "a+b=c; 100% #1",
    "it's", 'say "hi"', "semi;colon", "back`tick`", "$HOME", "-rf", "~tilde", "two  spaces", "[x]{y}", "com,ma", "&amp;",
]
SUFFIXES = [".jpg", ".JPEG", ".png", ".gif", "", ".tar.gz", ".ж"]
# Before and after what DOS can tell, odd seconds, the last of 32 bits, and beyond.
TIMES = [1, 315_532_799, 946_684_801, 1_600_000_001, 1_709_210_096, 2_147_483_647, 2_147_483_648, 4_102_444_801]
MODES = [0o644, 0o640, 0o600, 0o755, 0o444, 0o4755]


def component(chance):
    name = chance.choice(WORDS)
    kind = chance.random()
    if kind < 0.15:
        name = unicodedata.normalize("NFD", name)
    elif kind < 0.2:
        while len((name + "x").encode()) < 200:
            name += "x"
    return name


def content(chance, size):
    return chance.randbytes(size)


def generate(root, seed, count):
    """Makes about `count` files below `root`; returns their contents by path."""
    chance = random.Random(seed)
    root.mkdir(parents=True)
    files = {}
    folders = [""]
    while len(files) < count:
        if chance.random() < 0.15:
            parent = chance.choice(folders[-3:])
            folder = f"{parent}{component(chance)} {len(folders)}/"
            if folder.count("/") < 20:
                (root / folder).mkdir()
                folders.append(folder)
        path = f"{chance.choice(folders)}{component(chance)}{chance.choice(SUFFIXES)}"
        if path in files or any(folder.startswith(path + "/") for folder in folders) or (root / path).is_dir():
            continue
        body = content(chance, chance.choice(SIZES))
        target = root / path
        target.write_bytes(body)
        target.chmod(chance.choice(MODES))
        time = chance.choice(TIMES)
        os.utime(target, ns=(time * 10**9, time * 10**9 + chance.choice([0, 1, 999_999_999])))
        files[path] = body
    return files

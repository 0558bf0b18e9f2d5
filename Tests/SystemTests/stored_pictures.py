"""Pictures put into a data folder as uploads leave them there, by tens of thousands: each a file with its attributes."""

import hashlib
import os
import zlib
from dataclasses import dataclass

import pictures

# The first one came at this moment, the others a second apart: seconds since 1970.
FIRST = 1_735_689_600


@dataclass
class Stored:
    """One picture, as whoever fills the folder wants it."""

    original_name: str
    uploader: str = "192.0.2.1"
    visibility: str = "public"
    uploaded: int | None = None


def stored_name(number):
    return f"01k{number:023}.png"


def fill(folder, described):
    """Makes a file for each description, each of other bytes; their names are those of `stored_name`, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = pictures.png(16, 16)
    for number, one in enumerate(described):
        # Behind its end a PNG may have anything.
        content = picture + b"%d" % number
        path = f"{folder}/{stored_name(number)}"
        with open(path, "wb") as file:
            file.write(content)
        moment = (one.uploaded if one.uploaded is not None else FIRST + number) * 10**9
        facts = {
            "version": 1, "type": "image/png", "width": 16, "height": 16, "size": len(content),
            "crc32": f"{zlib.crc32(content):x}", "sha256": hashlib.sha256(content).hexdigest(), "uploaded": moment,
            "visibility": one.visibility, "modified": moment, "dimensions": "shown",
            "md5": hashlib.md5(content).hexdigest(), "uploader": one.uploader,
        }
        os.setxattr(path, "user.vitrine.facts", "\n".join(f"{key}={value}" for key, value in facts.items()).encode())
        os.setxattr(path, "user.vitrine.name", one.original_name.encode())
        os.utime(path, ns=(moment, moment))

"""Uploads: pictures a second from 16 clients, each answered only when it is on the disk."""

import os
import statistics
import subprocess

from measuring import Row, in_turns, ratios
from pictures import make_picture

CLIENTS = 16
SECONDS = 2
# Sizes of a picture, and the most bytes that one measurement writes.
SIZES = {"50 KB": 50_000, "500 KB": 500_000, "5 MB": 5_000_000}
LIMIT = 300_000_000


def per_second(command, what):
    """Runs a program that prints successes, seconds, and perhaps failures."""
    done = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, timeout=120)
    count, seconds, *failures = done.stdout.split()
    if any(int(number) for number in failures) or int(count) == 0:
        raise SystemExit(f"deploy/bench: {what}: {count} uploads were taken and {' '.join(failures)} were not")
    return int(count) / float(seconds)


def empty(folder):
    """Gives the space of the pictures back, and lets the file system finish with it before the next measurement.

    The files themselves stay: ext4 without a journal takes long to find a place for a file where many were removed.
    """
    for entry in os.scandir(folder):
        if entry.is_file() and entry.stat().st_size > 0:
            os.truncate(entry, 0)
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def measure(stand, rounds):
    for name, size in SIZES.items():
        picture = stand.folder / f"{size}.jpg"
        make_picture(picture, size)
        yield from measure_size(stand, rounds, name, picture, LIMIT // size)


def measure_size(stand, rounds, name, picture, limit):
    def clients(port, path, folder):
        command = [stand.program("upload-load"), port, path, picture, CLIENTS, SECONDS, limit]
        return measured(command, path, folder)

    def measured(command, what, folder):
        try:
            return per_second(command, what)
        finally:
            empty(stand.data / folder)

    disk = [stand.program("disk-limit"), stand.data / "disk-images", picture, CLIENTS, SECONDS, limit]
    found = in_turns(
        rounds,
        {
            "vitrine": lambda: clients(stand.port, "/api/upload", "images"),
            "disk": lambda: measured(disk, "the disk", "disk-images"),
            "php": lambda: clients(stand.peer_port, "/upload.php", "php-images"),
            "digests": lambda: clients(stand.peer_port, "/upload.php?digests", "php-images"),
            "pillow": lambda: clients(stand.peer_port, "/pillow", "pillow-images"),
        },
    )
    against = (
        ("disk", "write, fsync, link, fsync in 16 threads", 0.7),
        ("php", "php-fpm", 1.3),
        ("digests", "php-fpm with SHA-256 and CRC-32", None),
        ("pillow", "Pillow in gunicorn", None),
    )
    for other, what, target in against:
        note = f"{statistics.median(found['vitrine']):,.0f} : {statistics.median(found[other]):,.0f}"
        values = ratios(found["vitrine"], found[other])
        yield Row(f"uploads/s, {name} : {what}", values, at_least=target, note=note)

"""Archives: how fast a large one is sent, and how soon one of many members begins."""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass

from measuring import Row, in_turns, ratios
from processes import processor_seconds
from stand import ARCHIVE_BYTES as BYTES

MEMBERS = 300
MANY = 10_000
# What people use today: the path of a folder's archive, and what serves it.
PEERS = {"/zip/": "zip -0 -r - in a pipe", "/zipstream/": "zipstream-ng in gunicorn", "/php/": "PHP, crc32b and readfile"}


@dataclass
class Download:
    seconds: float
    first_byte: float
    size: int
    processor: float = 0


def download(url, target="/dev/null"):
    """One download by curl, which must succeed."""
    command = ["curl", "-sS", "-f", "-o", target, "-m", "120"]
    report = "%{time_total} %{time_starttransfer} %{size_download}"
    done = subprocess.run([*command, "-w", report, url], check=True, capture_output=True, text=True)
    seconds, first_byte, size = done.stdout.split()
    return Download(float(seconds), float(first_byte), int(size))


def download_whole(stand, url, size):
    """One download of at least so many bytes, and what it cost nginx and what is behind it."""
    pids = [stand.nginx.pid, *stand.nginx.children(), *stand.vitrine.children("vitrine-worker")]
    pids += [stand.relay.pid] if stand.has_peers else []
    before = processor_seconds(pids)
    done = download(url)
    done.processor = processor_seconds(pids) - before
    if done.size < size:
        raise SystemExit(f"deploy/bench: {url} gave {done.size} bytes of {size}")
    return done


def make_folder(stand, name, members, size):
    """A folder of files that do not shrink, all different."""
    folder = stand.data / "photos" / name
    folder.mkdir()
    noise = os.urandom(size + members)
    for number in range(members):
        (folder / f"IMG_{number:05}.JPG").write_bytes(noise[number : number + size])
    return folder


def large_folder(stand):
    """300 files, 1 GB, and beside them the archive as a file, for nginx to send."""
    folder = stand.data / "photos/large"
    if not folder.exists():
        make_folder(stand, "large", MEMBERS, BYTES // MEMBERS)
        # Checksums of files that changed within the last two seconds are not remembered.
        time.sleep(2.1)
        download(stand.vitrine_url("/archive/large/"), str(stand.data / "static/large.zip"))
        # Their writing to the disk should not fall into what is measured.
        os.sync()
    return folder


def measure_warm(stand, rounds):
    large_folder(stand)
    ours, static = stand.vitrine_url("/archive/large/"), stand.peer_url("/static/large.zip")
    relay = stand.peer_url("/relay")
    # Both workers know the checksums, and their first use of anything is over.
    for _ in range(4):
        for url in (ours, static, relay):
            download_whole(stand, url, BYTES)
    measures = {"vitrine": ours, "static": static, "relay": relay, **{path: stand.peer_url(f"{path}large") for path in PEERS}}
    found = in_turns(
        rounds, {name: lambda url=url: download_whole(stand, url, BYTES) for name, url in measures.items()}
    )
    yield speed_row(found, "static", "speed, warm : the same zip as a static file", at_least=1.1)
    yield processor_row(found, "vitrine", "static", "CPU of nginx and workers : static file")
    yield processor_row(found, "relay", "static", "floor of that: nginx relaying from memory : static file")
    yield processor_row(found, "vitrine", "relay", "CPU of nginx and workers : that floor", at_most=1.0)
    for path, what in PEERS.items():
        yield speed_row(found, path, f"speed, warm : {what}")


def measure_cold(stand, rounds):
    folder = large_folder(stand)
    ours, static = stand.vitrine_url("/archive/large/"), stand.peer_url("/static/large.zip")
    files = sorted(folder.iterdir())

    def first_archive():
        # Another modification time: no checksum that is remembered holds any more, the pages stay.
        for file in files:
            os.utime(file)
        return download_whole(stand, ours, BYTES)

    for url in (ours, static):
        download_whole(stand, url, BYTES)
    found = in_turns(
        rounds, {"vitrine": first_archive, "static": lambda: download_whole(stand, static, BYTES)}
    )
    yield speed_row(found, "static", "speed, no checksum known : static file", at_least=0.95)


def measure_first_byte(stand, rounds):
    if not (stand.data / "photos/many").exists():
        make_folder(stand, "many", MANY, 1_000)
        time.sleep(2.1)
    measures = {"vitrine": stand.vitrine_url("/archive/many/")}
    measures |= {path: stand.peer_url(f"{path}many") for path in PEERS}
    for url in [measures["vitrine"]] * 4 + list(measures.values()):
        download(url)
    found = in_turns(rounds, {name: lambda url=url: download(url) for name, url in measures.items()})
    ours = [done.first_byte for done in found["vitrine"]]
    yield Row("first byte of 10,000 members", [1e3 * value for value in ours], unit="ms", at_most=50)
    for path, what in PEERS.items():
        theirs = [done.first_byte for done in found[path]]
        note = f"{1e3 * statistics.median(theirs):.0f} ms : {1e3 * statistics.median(ours):.0f} ms"
        yield Row(f"time to first byte of {what} : Vitrine", ratios(theirs, ours), note=note)


def speed_row(found, other, what, **target):
    note = " : ".join(f"{BYTES / 1e9 / median_of(found[name], 'seconds'):.2f} GB/s" for name in ("vitrine", other))
    values = ratios([done.seconds for done in found[other]], [done.seconds for done in found["vitrine"]])
    return Row(what, values, note=note, **target)


def processor_row(found, one, other, what, **target):
    note = " : ".join(f"{median_of(found[name], 'processor'):.2f} s" for name in (one, other))
    values = ratios([done.processor for done in found[one]], [done.processor for done in found[other]])
    return Row(what, values, note=note, **target)


def median_of(downloads, field):
    return statistics.median(getattr(done, field) for done in downloads)

"""The object store beside SeaweedFS and rclone: small objects from 16 clients, and one large object.

Vitrine answers a put when the object is on the disk; the peers leave that to the kernel, as they do by default. One row
has SeaweedFS told to sync, too.
"""

import hashlib
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from measuring import Row, in_turns, ratios
from processes import wait_until
from s3_requests import ACCESS_KEY, SECRET_KEY, Signer, status
from stand import free_port

CLIENTS = 16
SECONDS = 2
# Sizes of an object, and the most of them that one measurement puts.
SIZES = {"4 KB": (4_000, 6_000), "1 MB": (1_000_000, 150)}
LARGE = 1_000_000_000
BUCKET = "/bench"
# The bucket in which SeaweedFS syncs.
SYNCED = "/bench-synced"


@dataclass
class Store:
    """An object store that is measured: what it is called, and its port."""

    name: str
    port: int
    # What its objects are put in.
    bucket: str = BUCKET


@dataclass
class Content:
    """What is put again and again."""

    path: Path
    size: int
    hash: str


def make_content(stand, size):
    noise = os.urandom(size)
    path = stand.folder / f"{size}.object"
    path.write_bytes(noise)
    return Content(path, size, hashlib.sha256(noise).hexdigest())


def start_seaweed(stand, name="seaweed"):
    port, folder = free_port(), stand.data / name
    folder.mkdir()
    credentials = [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]
    identity = {"name": "bench", "credentials": credentials, "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
    settings = stand.folder / f"{name}.json"
    settings.write_text(json.dumps({"identities": [identity]}))
    numbers = {part: free_port() for part in ("master", "volume", "filer")}
    # Its gRPC ports are those and 10,000, which may be beyond the last.
    remote = {part: free_port() for part in (*numbers, "s3")}
    ports = [f"-{part}.port={number}" for part, number in numbers.items()]
    ports += [f"-{part}.port.grpc={number}" for part, number in remote.items()]
    ports += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-iam=false"]
    weed = Path(sys.executable).parent / "weed"
    command = [weed, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}"]
    command += ["-volume.max=100", "-master.volumeSizeLimitMB=1024", "-filer", "-s3", f"-s3.port={port}", *ports]
    stand.start([*command, f"-s3.config={settings}"], port, env=stand.environment())
    shell = [weed, "shell"] + [f"-{part}=127.0.0.1:{numbers[part]}.{remote[part]}" for part in ("master", "filer")]
    return Store("SeaweedFS", port), Store("SeaweedFS told to sync", port, SYNCED), shell


def tell_to_sync(shell):
    """Has SeaweedFS answer a put to one bucket when it is on the disk."""
    words = f"fs.configure -locationPrefix=/buckets{SYNCED}/ -fsync=true -apply\nexit\n"
    done = subprocess.run(shell, input=words, capture_output=True, text=True, timeout=60)
    if '"fsync":true' not in "".join(done.stdout.split()):
        raise SystemExit(f"deploy/bench: SeaweedFS was not told to sync:\n{done.stdout}\n{done.stderr}")


def start_rclone(stand):
    port, folder = free_port(), stand.data / "rclone"
    folder.mkdir()
    command = [Path(sys.executable).parent / "rclone", "serve", "s3", "--addr", f"127.0.0.1:{port}", folder]
    settings = stand.environment(RCLONE_CONFIG="")
    stand.start([*command, "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}"], port, env=settings)
    return Store("rclone serve s3", port)


def run(stand, store, heads, body, clients, limit, seconds=SECONDS):
    """Requests a second, all of which succeed, and the bytes that came back."""
    path = stand.folder / "heads"
    path.write_bytes(b"".join(heads))
    command = [stand.program("object-load"), store.port, path, body, clients, seconds, limit]
    done = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, timeout=300)
    count, elapsed, failures, received = done.stdout.split()
    if int(failures) or int(count) == 0:
        raise SystemExit(f"deploy/bench: {store.name}: {failures} requests failed, {count} did not\n{done.stderr}")
    return int(count), float(elapsed), int(received)


class Measurement:
    """Puts and gets of one size at all stores. Every put has a key of its own."""

    def __init__(self, stand, content, limit, clients, prefix):
        self.stand, self.content, self.limit, self.clients, self.prefix = stand, content, limit, clients, prefix
        self.round = {}
        # How many requests were answered at last.
        self.count = 0
        # How many objects the first put of each store has left.
        self.first = {}

    def put(self, store):
        """Objects a second."""
        number = self.round[store.name] = self.round.get(store.name, 0) + 1
        signer, size, sha256 = Signer(store.port), self.content.size, self.content.hash
        paths = (f"{store.bucket}/{self.prefix}-{number}-{key:05}" for key in range(self.limit))
        heads = [signer.head("PUT", path, size, sha256) for path in paths]
        count, elapsed, _ = run(self.stand, store, heads, self.content.path, self.clients, self.limit)
        self.count = count
        self.first.setdefault(store.name, count)
        # What the peers have not written yet is not to fall into what comes next.
        os.sync()
        return count / elapsed

    def get(self, store):
        """Objects a second, of those that the first put has left, which are in memory."""
        signer = Signer(store.port)
        keys = range(min(self.first[store.name], 100))
        heads = [signer.head("GET", f"{store.bucket}/{self.prefix}-1-{key:05}") for key in keys]
        most = 10**9 if self.clients > 1 else 1
        count, elapsed, received = run(self.stand, store, heads, "-", self.clients, most)
        self.count = count
        if received != count * self.content.size:
            raise SystemExit(f"deploy/bench: {store.name} gave {received} bytes for {count} objects")
        return count / elapsed


# How many times as fast as SeaweedFS, rclone, and SeaweedFS that syncs each is to be.
TARGETS = {"put of 4 KB": (1.1, 1.1, 2), "get of 4 KB": (1.8, 1), "put of 1 MB": (1.3, 1.3), "put of 1 GB": (1.2, 1.2)}


def rows(what, found, stores, unit, scale=1):
    ours = found[stores[0].name]
    for number, other in enumerate(stores[1:]):
        theirs = found[other.name]
        note = f"{scale * statistics.median(ours):,.0f} : {scale * statistics.median(theirs):,.0f} {unit}"
        least = TARGETS[what][number] if what in TARGETS else 1
        yield Row(f"{what} : {other.name}", ratios(ours, theirs), at_least=least, note=note)


def each(stores, measured):
    return {store.name: lambda store=store: measured(store) for store in stores}


def measure(stand, rounds):
    seaweed, synced, shell = start_seaweed(stand)
    stores = [Store("vitrine", stand.s3_port), seaweed, start_rclone(stand)]
    for store in (*stores, synced):
        wait_until(lambda store=store: status(store.port, "PUT", store.bucket) == 200, 60, f"{store.name} makes a bucket")
    tell_to_sync(shell)
    for name, (size, limit) in SIZES.items():
        one = Measurement(stand, make_content(stand, size), limit, CLIENTS, str(size))
        # As Vitrine does: a put is answered when it is on the disk.
        putting = [*stores, synced] if name == "4 KB" else stores
        for what, measured, these in (("put", one.put, putting), ("get", one.get, stores)):
            found = in_turns(rounds, each(these, measured))
            yield from rows(f"{what} of {name}", found, these, "a second")
    one = Measurement(stand, make_content(stand, LARGE), 1, 1, "large")
    for what, measured in (("put", one.put), ("get", one.get)):
        found = in_turns(min(rounds, 3), each(stores, measured))
        yield from rows(f"{what} of 1 GB", found, stores, "MB/s", LARGE / 1e6)

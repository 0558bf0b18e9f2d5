"""How cost grows as work grows: entries of lists, members of archives, clients at once; with one worker and with two.

Not a comparison: each figure stands for itself, and is to stay flat, or to grow no faster than the work.
"""

import hashlib
import http.client
import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field

from archives import download
from growth_page import Plot, Series, page
from pictures import make_picture
from processes import anonymous_megabytes, wait_until
from s3_requests import Signer, status
from stand import Stand

WORKERS = (1, 2)
ENTRIES = (1_000, 10_000, 100_000, 1_000_000)
MEMBERS = (1, 10, 100, 1_000, 10_000, 100_000)
CLIENTS = (1, 4, 16, 64, 256, 1_024, 4_096)
BUCKET = "/growth"
CONTENT = os.urandom(4_000)
HASH = hashlib.sha256(CONTENT).hexdigest()
# Requests of which the median counts.
TRIES = 30
SECONDS = 5


@dataclass
class Found:
    """What was measured with so many workers: a tuple for each amount of work, the amount first."""

    workers: int
    entries: list = field(default_factory=list)
    archives: list = field(default_factory=list)
    clients: list = field(default_factory=list)


def measure(most, target):
    """Measures all, with no more entries than `most`, and writes the page; yields lines of text meanwhile."""
    found = []
    for workers in WORKERS:
        one = Found(workers)
        found.append(one)
        with Stand(name="growth", has_peers=False, settings={"VITRINE_WORKERS": str(workers)}) as stand:
            for heading, steps in (
                ("members: first byte ms, MB of a worker", archives(stand, one, most)),
                ("entries: catalogue page ms, bucket page ms, put ms", entries(stand, one, most)),
                # Last, since a worker keeps some of the memory that thousands of clients took.
                ("clients: answers/s, p50 ms, p99 ms, MB of a worker", clients(stand, one)),
            ):
                yield f"{named(workers)}, {heading}"
                for line in steps:
                    yield "  " + line
        target.write_text(page("Vitrine: how cost grows", plots(found)))
    yield f"The page is {target}"


def named(workers):
    return "1 worker" if workers == 1 else f"{workers} workers"


def line(amount, *values):
    return f"{amount:>9,}  " + "  ".join(f"{value:>10,.2f}" for value in values)


# Lists.


def entries(stand, found, most):
    wait_until(lambda: status(stand.s3_port, "PUT", BUCKET) == 200, 60, "a bucket is made")
    picture = stand.folder / "small.jpg"
    make_picture(picture, 2_000)
    content, made = picture.read_bytes(), 0
    for count in (amount for amount in ENTRIES if amount <= most):
        stand.vitrine.stop()
        for number in range(made, count):
            write(stand.data / f"images/{number:07}.jpg", content)
            if number % 1_000 == 0:
                (stand.data / f"buckets/growth/{number // 1_000:04}").mkdir()
            write(stand.data / f"buckets/growth/{number // 1_000:04}/{number % 1_000:03}", b"")
        made = count
        stand.start_vitrine()
        wait_until(lambda: is_listed(stand, count), 3_600, f"{count} entries are listed")
        row = (count, *list_times(stand, count))
        found.entries.append(row)
        yield line(*row)


def write(path, content):
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o644)
    os.write(descriptor, content)
    os.close(descriptor)


def is_listed(stand, count):
    log = (stand.folder / "logs/programs.log").read_text(errors="replace")
    if f"index reconciled files={count}" not in log:
        time.sleep(0.5)
        return False
    after = f"{(count - 2) // 1_000:04}/{(count - 2) % 1_000:03}"
    answer = ask(Bucket(stand).connection, *Bucket(stand).list(after))
    return f"{(count - 1) // 1_000:04}/{(count - 1) % 1_000:03}".encode() in answer


class Bucket:
    """Signed requests for the bucket, and a connection for them."""

    def __init__(self, stand):
        self.signer = Signer(stand.s3_port)
        self.connection = http.client.HTTPConnection("127.0.0.1", stand.s3_port, timeout=60)

    def list(self, after):
        query = f"list-type=2&max-keys=1000&start-after={after.replace('/', '%2F')}"
        return "GET", f"{BUCKET}?{query}", self.signer.headers("GET", BUCKET, query=query), None

    def put(self, key):
        return "PUT", f"{BUCKET}/{key}", self.signer.headers("PUT", f"{BUCKET}/{key}", HASH), CONTENT


def ask(connection, method, target, headers, body):
    connection.request(method, target, body=body, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status not in (200, 201):
        raise SystemExit(f"deploy/bench: {method} {target} was answered with {answer.status}: {content[:300]}")
    return content


def milliseconds(connection, requests):
    """The median."""
    took = []
    for request in requests:
        began = time.monotonic()
        ask(connection, *request)
        took.append(1e3 * (time.monotonic() - began))
    return statistics.median(took)


def list_times(stand, count):
    bucket = Bucket(stand)
    pages = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=60)
    middle = f"{count // 2_000:04}/000"
    return (
        milliseconds(pages, [("GET", "/images/", {"Accept": "text/html"}, None)] * TRIES),
        milliseconds(bucket.connection, [bucket.list(middle)] * TRIES),
        milliseconds(bucket.connection, [bucket.put(f"new/{count}/{number}") for number in range(TRIES)]),
    )


# Archives.


def archives(stand, found, most):
    for count in (amount for amount in MEMBERS if amount <= most):
        folder = stand.data / f"photos/members{count}"
        folder.mkdir()
        for number in range(count):
            write(folder / f"IMG_{number:06}.JPG", CONTENT[:1_000])
        # Checksums of files that changed within the last two seconds are not remembered.
        time.sleep(2.1)
        url = stand.vitrine_url(f"/archive/members{count}/")
        for _ in range(3):
            download(url)
        first = statistics.median(download(url).first_byte for _ in range(5))
        row = (count, 1e3 * first, memory(stand))
        found.archives.append(row)
        yield line(*row)


def memory(stand):
    return max(anonymous_megabytes(pid) for pid in stand.vitrine.children("vitrine-worker"))


# Clients.


def clients(stand, found):
    wait_until(lambda: status(stand.s3_port, "PUT", BUCKET) == 200, 60, "a bucket is made")
    folder = stand.data / "photos/mixed"
    folder.mkdir()
    for number in range(10):
        write(folder / f"IMG_{number}.JPG", CONTENT)
    bucket = Bucket(stand)
    for number in range(100):
        ask(bucket.connection, *bucket.put(f"mixed/{number}"))
    requests = stand.folder / "mixed-requests"
    for count in CLIENTS:
        requests.write_bytes(mixed(stand))
        command = [stand.program("mixed-load"), requests, count, SECONDS]
        done = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, timeout=120)
        answered, seconds, failures, half, most = done.stdout.split()
        if int(failures):
            raise SystemExit(f"deploy/bench: {failures} requests of {count} clients failed")
        row = (count, int(answered) / float(seconds), float(half), float(most), memory(stand))
        found.clients.append(row)
        yield line(*row)


def mixed(stand):
    """Small answers, pages and archives from one port, gets, puts and lists from the other."""
    signer = Signer(stand.s3_port)
    host = f"Host: 127.0.0.1:{stand.port}\r\n"
    found = []
    for number in range(100):
        for path in ("/healthz", "/images/", "/archive/mixed/"):
            found.append((stand.port, f"GET {path} HTTP/1.1\r\n{host}\r\n".encode()))
        key = f"{BUCKET}/mixed/{number}"
        found.append((stand.s3_port, signer.head("GET", key)))
        found.append((stand.s3_port, signer.head("GET", f"{BUCKET}/mixed/{(number * 37) % 100}")))
        found.append((stand.s3_port, signer.head("PUT", f"{key}-new", len(CONTENT), HASH) + CONTENT))
    return b"".join(f"{port} {len(request)}\n".encode() + request for port, request in found)


# The page.


def plots(found):
    def series(name, rows, column):
        return [
            Series(f"{name}, {named(one.workers)}", [(row[0], row[column]) for row in getattr(one, rows)])
            for one in found
        ]

    return [
        Plot("A page of the catalogue, one of a bucket, and a put", "entries", "ms",
             series("catalogue", "entries", 1) + series("bucket", "entries", 2) + series("put of 4 KB", "entries", 3)),
        Plot("The first byte of an archive", "members", "ms", series("first byte", "archives", 1)),
        Plot("Memory of a worker after an archive", "members", "MB", series("memory", "archives", 2)),
        Plot("Mixed work: answers a second", "clients", "answers/s", series("answers", "clients", 1)),
        Plot("Mixed work: latency", "clients", "ms", series("p50", "clients", 2) + series("p99", "clients", 3)),
        Plot("Mixed work: memory of a worker", "clients", "MB", series("memory", "clients", 4)),
    ]

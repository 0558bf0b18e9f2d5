"""Names in PostgreSQL, bytes in SeaweedFS: what a host of several gives, beside that SeaweedFS alone, on one machine.

The database syncs each commit, as it does where nobody tells it otherwise; SeaweedFS leaves its bytes to the kernel, as it
does by default, whoever asks it.
"""

import glob
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archives import download
from measuring import Row, in_turns, ratios
from objects import BUCKET, CLIENTS, LARGE, SIZES, Measurement, Store, each, make_content, run, start_seaweed
from pictures import make_picture
from processes import processor_seconds, wait_until
from s3_requests import ACCESS_KEY, SECRET_KEY, Signer, ask, status
from small import requests_per_second
from stand import Stand

# The bucket of SeaweedFS in which Vitrine keeps its blobs.
BLOBS = "/blobs-of-vitrine"
# What the puts and gets of a size are to reach of SeaweedFS' own.
TARGETS = {"4 KB": 0.5, "1 MB": 0.7, "1 GB": 0.7}
PARTS = 10
KEYS = 1_000_000
PAGES = 50
MEMBERS, MEMBER_BYTES = 300, 3_333_333


class Database:
    """A PostgreSQL of its own, in a folder that is gone afterwards."""

    def __init__(self, stand):
        self.programs = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])
        # Its user must reach the folder, and it syncs to a disk: not below /tmp, which may be memory.
        self.folder = Path(tempfile.mkdtemp(prefix="vitrine-bench.", dir="/var/tmp"))
        user = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        options = ["-A", "trust", "-U", "vitrine", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            [*user, self.programs / "initdb", "-D", self.folder / "data", *options],
            check=True, cwd=self.folder, stdout=subprocess.DEVNULL,
        )
        command = [*user, self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder]
        self.server = stand.start([*command, "-c", "listen_addresses="], self.folder / ".s.PGSQL.5432", cwd=self.folder)
        ready = [self.programs / "pg_isready", "-q", "-h", self.folder]
        wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, 20, "PostgreSQL answers")

    def run(self, *statements):
        command = [self.programs / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "vitrine"]
        commands = [word for statement in statements for word in ("-c", statement)]
        subprocess.run([*command, "-d", "postgres", *commands], check=True, stdout=subprocess.DEVNULL)

    def close(self):
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class Host:
    """A Vitrine that has its names in a database and its bytes in an engine, and both."""

    stand: Stand
    database: Database
    engine: Store
    # The process of the engine.
    weed: int

    @property
    def store(self):
        return Store("vitrine", self.stand.s3_port)

    def workers(self):
        return self.stand.vitrine.children("vitrine-worker")

    def costs(self):
        """Seconds of processors so far: of nginx and the workers, of the database, of the engine."""
        database = self.database.server
        own = [self.stand.nginx.pid, *self.stand.nginx.children(), *self.workers()]
        return [processor_seconds(pids) for pids in (own, [database.pid, *database.children()], [self.weed])]


@contextmanager
def host(stand):
    database = Database(stand)
    try:
        engine, *_ = start_seaweed(stand, "engine")
        weed = stand.started[-1].pid
        for bucket in (BUCKET, BLOBS):
            wait_until(lambda bucket=bucket: status(engine.port, "PUT", bucket) == 200, 60, "SeaweedFS makes a bucket")
        settings = {
            "VITRINE_DATABASE": f"host={database.folder} user=vitrine dbname=postgres",
            "VITRINE_ENGINE": f"http://127.0.0.1:{engine.port}{BLOBS}",
            "VITRINE_ENGINE_ACCESS_KEY": ACCESS_KEY,
            "VITRINE_ENGINE_SECRET_KEY": SECRET_KEY,
        }
        with Stand(stand.vitrine_program, "bench-engine", has_peers=False, settings=settings) as shared:
            found = Host(shared, database, engine, weed)
            wait_until(lambda: status(shared.s3_port, "PUT", BUCKET) == 200, 60, "Vitrine makes a bucket")
            yield found
    finally:
        database.close()


def measure(stand, rounds):
    with host(stand) as shared:
        for name, (size, limit) in {**SIZES, "1 GB": (LARGE, 1)}.items():
            yield from puts_and_gets(stand, shared, rounds if size < LARGE else min(rounds, 3), name, size, limit)
        yield from copies(shared, min(rounds, 3))
        yield from pages(shared, rounds)
        yield from cached_picture(stand, shared, rounds)
        yield from archives(stand, shared, min(rounds, 3))


def puts_and_gets(stand, shared, rounds, name, size, limit):
    stores = [shared.store, shared.engine]
    clients = CLIENTS if limit > 1 else 1
    one = Measurement(stand, make_content(stand, size), limit, clients, str(size))

    def costly(measured):
        """Its result, and what each request cost, in milliseconds: nginx and the workers, the database, the engine."""

        def with_cost(store):
            before = shared.costs()
            result = measured(store)
            return result, [1e3 * (after - start) / one.count for start, after in zip(before, shared.costs(), strict=True)]

        return with_cost

    unit, scale = ("a second", 1) if limit > 1 else ("MB/s", LARGE / 1e6)
    for what, measured in (("put", one.put), ("get", one.get)):
        found = in_turns(rounds, each(stores, costly(measured)))
        (ours, own), (theirs, alone) = (zip(*found[store.name], strict=True) for store in stores)
        rates = f"{scale * statistics.median(ours):,.0f} : {scale * statistics.median(theirs):,.0f} {unit}"
        yield Row(f"{what} of {name} : the engine alone", ratios(ours, theirs), at_least=TARGETS[name], note=rates)
        parts = [statistics.median(column) for column in zip(*own, strict=True)]
        engine = [cost[-1] for cost in alone]
        note = " + ".join(f"{part:,.2f}" for part in parts) + f" : {statistics.median(engine):,.2f} ms"
        yield Row(
            f"CPU for a {what} of {name} (nginx and workers + database + engine) : the engine alone",
            ratios([sum(cost) for cost in own], engine),
            note=note,
        )


def copies(shared, rounds):
    """Copies of 1 GB, and the completion of an upload of as much; both have put it before."""
    source = f"{BUCKET}/{LARGE}-1-00000"
    number = iter(range(10**6))

    def copy(port):
        more = {"x-amz-copy-source": source}
        return ask(port, "PUT", f"{BUCKET}/copy-{next(number)}", more=more)[1]

    def completion():
        path, body = f"{BUCKET}/completed-{next(number)}", os.urandom(LARGE // PARTS)
        port = shared.stand.s3_port
        upload = re.search(rb"<UploadId>(.*?)<", ask(port, "POST", path, "uploads=")[0])[1].decode()
        parts = ""
        for part in range(1, PARTS + 1):
            ask(port, "PUT", path, f"partNumber={part}&uploadId={upload}", body)
        listed = ask(port, "GET", path, f"uploadId={upload}")[0].decode()
        for part, tag in re.findall(r"<PartNumber>(\d+)<.*?<ETag>(.*?)<", listed, re.DOTALL):
            parts += f"<Part><PartNumber>{part}</PartNumber><ETag>{tag}</ETag></Part>"
        document = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>"
        return ask(port, "POST", path, f"uploadId={upload}", document.encode())[1]

    ports = {"copy": shared.stand.s3_port, "own": shared.engine.port}
    found = in_turns(
        rounds, {**{name: lambda port=port: copy(port) for name, port in ports.items()}, "completion": completion}
    )
    for name, what in (("copy", "copy of 1 GB"), ("completion", "completion of 1 GB in 10 parts")):
        note = f"{1e3 * statistics.median(found['own']):,.0f} ms : {1e3 * statistics.median(found[name]):,.1f} ms"
        yield Row(f"{what}, how many times as fast as the engine's own copy", ratios(found["own"], found[name]),
                  at_least=20, note=note)


def pages(shared, rounds):
    """Lists of 1,000 of a million keys, from places all over them."""
    bucket = "/million"
    ask(shared.stand.s3_port, "PUT", bucket)
    key = "convert_to('folder/' || lpad(number::text, 8, '0'), 'UTF8')"
    shared.database.run(
        f"INSERT INTO objects SELECT id, {key}, 1000, 1700000000000000000, md5(number::text), owner, NULL, '{{}}', "
        f"ARRAY['blobs/00/none'], ARRAY[0], ARRAY[1000] FROM buckets, generate_series(1, {KEYS}) AS number "
        f"WHERE name = '{bucket[1:]}'",
        "ANALYZE objects",
    )

    def page():
        before, seconds = processor_seconds(shared.workers()), []
        for number in range(PAGES):
            query = f"list-type=2&max-keys=1000&start-after=folder%2F{number * (KEYS // PAGES):08}"
            content, took = ask(shared.stand.s3_port, "GET", bucket, query)
            if content.count(b"<Key>") != 1_000:
                raise SystemExit(f"deploy/bench: a page of {content.count(b'<Key>')} keys")
            seconds.append(took)
        return 1e3 * (processor_seconds(shared.workers()) - before) / PAGES, 1e3 * statistics.median(seconds)

    found = in_turns(rounds, {"page": page})["page"]
    whole = statistics.median(took for _, took in found)
    yield Row(
        "page of 1,000 of a million keys, CPU of the worker", [cost for cost, _ in found], unit="ms", at_most=10,
        note=f"{whole:.1f} ms until the client has it",
    )


def cached_picture(stand, shared, rounds):
    """A picture of 50 KB from nginx's cache, and the same as a file of its own."""
    picture = stand.data / "static/cached.jpg"
    make_picture(picture, 50_000)
    upload = ["curl", "-sS", "-f", "-T", picture, shared.stand.vitrine_url("/api/upload/cached.jpg")]
    answer = subprocess.run(upload, check=True, capture_output=True, text=True).stdout
    name = re.search(r'"name": ?"(.*?)"', answer)[1]
    # The program may have taken metadata out: nginx is to send the same bytes.
    subprocess.run(["curl", "-sS", "-f", "-o", picture, shared.stand.vitrine_url(f"/images/{name}")], check=True)
    urls = {"cache": shared.stand.vitrine_url(f"/images/{name}"), "file": stand.peer_url("/static/cached.jpg")}
    found = in_turns(rounds, {what: lambda url=url: requests_per_second(url) for what, url in urls.items()})
    note = f"{statistics.median(found['cache']):,.0f} : {statistics.median(found['file']):,.0f} a second"
    yield Row("cached picture of 50 KB : static file", ratios(found["cache"], found["file"]), at_least=0.9, note=note)


def archives(stand, shared, rounds):
    """Archives of a folder that lies in the engine, at first and again, and gets of its members one after the other."""
    member = make_content(stand, MEMBER_BYTES)
    engine, size = shared.engine, MEMBERS * MEMBER_BYTES
    folders = []

    def paths(folder):
        return [f"{BLOBS}/photos/{folder}/IMG_{number:05}.JPG" for number in range(MEMBERS)]

    for number in range(rounds):
        folders.append(f"large{number}")
        heads = [Signer(engine.port).head("PUT", path, MEMBER_BYTES, member.hash) for path in paths(folders[-1])]
        run(stand, engine, heads, member.path, 4, MEMBERS, seconds=300)
    os.sync()
    # The youngest are left alone for a while.
    time.sleep(3)
    fresh = iter(folders)

    def archive(folder):
        done = download(shared.stand.vitrine_url(f"/archive/{folder}/"))
        if done.size < size:
            raise SystemExit(f"deploy/bench: an archive of {done.size} bytes")
        return size / done.seconds / 1e6

    def gets():
        heads = [Signer(engine.port).head("GET", path) for path in paths(folders[0])]
        count, elapsed, received = run(stand, engine, heads, "-", 1, MEMBERS, seconds=300)
        if received != size:
            raise SystemExit(f"deploy/bench: {count} gets of members gave {received} bytes")
        return size / elapsed / 1e6

    gets()
    first = in_turns(rounds, {"archive": lambda: archive(next(fresh)), "gets": gets})
    again = in_turns(rounds, {"archive": lambda: archive(folders[0]), "gets": gets})
    for found, what, target in ((again, "checksums known", 0.8), (first, "no checksum known", 0.4)):
        note = f"{statistics.median(found['archive']):,.0f} : {statistics.median(found['gets']):,.0f} MB/s"
        yield Row(
            f"archive of 1 GB in the engine, {what} : gets of its members", ratios(found["archive"], found["gets"]),
            at_least=target, note=note,
        )

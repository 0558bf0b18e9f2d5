#!/usr/bin/env python3
"""Load for hours: clients of every kind, slow and hostile ones among them, while workers are killed, the program is
reloaded and replaced, its clock is set, logs are rotated, the disk fills up and a mounted photo folder hangs. What the
program takes meanwhile is written down and drawn, and must be flat at the end.

Usage: soak.py --hours N [--into FOLDER]   the results: samples.csv, plot.svg, program.log
Exit status: 0 flat and no fault, 1 not, 2 wrong usage. Needs root, a loop device, since the data has a disk of its own,
and FUSE.
"""

import collections
import contextlib
import hashlib
import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pictures
from harness import program, wait_until
from http_client import Client
from object_client import ObjectClient
from object_store import ObjectStore
from slow_disk import Mount
from stepped_clock import SteppedClock

DISK_MEGABYTES = 1_024
# What is measured of the program's processes and its disk, in the order of the columns.
MEASURES = ["megabytes", "descriptors", "threads", "disk_megabytes", "median_ms", "slowest_ms"]
# By how much the end may be above the middle: a part of it, and a constant for small numbers.
SLACK = {
    "megabytes": (0.25, 10),
    "descriptors": (0.3, 60),
    "threads": (0.3, 20),
    "disk_megabytes": (0.25, 60),
    "median_ms": (1.0, 30),
    "slowest_ms": (1.0, 2_000),
}


def rises(samples):
    """The measures that are higher in the last quarter than in the one after the first, beyond their slack."""
    found = []
    if len(samples) < 8:
        return found
    quarter = len(samples) // 4

    def middle(values):
        return sorted(values)[len(values) // 2]

    for column, name in enumerate(MEASURES, start=1):
        before = middle([sample[column] for sample in samples[quarter : 2 * quarter]])
        after = middle([sample[column] for sample in samples[-quarter:]])
        part, constant = SLACK[name]
        if after > before * (1 + part) + constant:
            found.append(f"{name}: {before:.1f}, and {after:.1f} at the end")
    return found


def drawing(samples):
    """The samples as an SVG, a graph for each measure."""
    width, height = 900, 130
    parts = []
    last = max(sample[0] for sample in samples) or 1
    for number, name in enumerate(MEASURES):
        most = max(max(sample[number + 1] for sample in samples), 1e-9)
        points = " ".join(
            f"{60 + sample[0] / last * (width - 80):.1f},{height - 20 - sample[number + 1] / most * (height - 40):.1f}"
            for sample in samples
        )
        parts.append(
            f'<g transform="translate(0 {number * height})"><text x="4" y="14">{name}, at most {most:.1f}</text>'
            f'<polyline fill="none" stroke="steelblue" points="{points}"/></g>'
        )
    size = f'width="{width}" height="{height * len(MEASURES)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">{"".join(parts)}</svg>'
    )


class Soak:
    def __init__(self, folder, point, seconds, seed=None):
        self.folder, self.point = Path(folder), Path(point)
        self.end = time.monotonic() + seconds
        self.seed = seed or random.randrange(10**6)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.clock = SteppedClock(self.folder)
        settings = {"VITRINE_DATA": str(self.point / "data"), **self.clock.environment}
        self.store = ObjectStore(self.folder / "server", settings)
        self.store.program_path = self.folder / "vitrine"
        shutil.copy2(program(), self.store.program_path)
        self.far = None
        self.stopped = threading.Event()
        # Answers that must never come, and how many of each status did.
        self.faults, self.statuses = [], collections.Counter()
        self.times = collections.deque(maxlen=20_000)
        self.samples = []
        # While the disk is full or a worker is dying, a refusal is no fault; what was acknowledged holds all the same.
        self.kept = {}
        self.lock = threading.Lock()

    # Clients.

    def forever(self, work, number):
        chance = random.Random(f"{self.seed} {work.__name__} {number}")
        while not self.stopped.is_set():
            try:
                work(chance, number)
            except (OSError, http.client.HTTPException):
                self.stopped.wait(0.2)
            except Exception as error:  # noqa: BLE001 -- told at the end
                self.faults.append(f"{work.__name__}: {error!r}")
                self.stopped.wait(1)

    def ask(self, what, ask, allowed):
        began = time.monotonic()
        answer = ask()
        self.times.append(time.monotonic() - began)
        self.statuses[f"{what} {answer.status}"] += 1
        assert answer.status in (*allowed, 502, 503, 507), (what, answer)
        return answer

    def use_objects(self, chance, number):
        client = ObjectClient(self.store.s3_port)
        wire = client.connection()
        for _ in range(50):
            key = f"/soak/{number}/{chance.randrange(40)}"
            kind = chance.random()
            if kind < 0.35:
                content = chance.randbytes(chance.choice([0, 100, 5_000, 200_000]))
                self.kept.pop(key, None)
                answer = self.ask("put", lambda: client.put(key, content, None, wire), [200])
                if answer.status == 200:
                    self.kept[key] = hashlib.md5(content).hexdigest()
            elif kind < 0.5:
                self.kept.pop(key, None)
                self.ask("delete", lambda: client.delete(key, None, wire), [204])
            elif kind < 0.55:
                self.ask(
                    "list", lambda: client.fetch("/soak", {"list-type": "2", "prefix": f"{number}/"}, None, wire), [200]
                )
            else:
                expected = self.kept.get(key)
                answer = self.ask("get", lambda: client.fetch(key, None, None, wire), [200, 404])
                if expected and answer.status in (200, 404):
                    assert answer.status == 200 and hashlib.md5(answer.body).hexdigest() == expected, key
        wire.close()

    def use_pictures(self, chance, number):
        content = pictures.jpeg(64 + chance.randrange(64), 48, seed=chance.randrange(50))
        answer = self.ask("upload", lambda: self.store.client.upload(content), [201])
        if answer.status != 201:
            self.stopped.wait(0.5)
            return
        facts = answer.json()
        self.ask("picture", lambda: self.store.client.get(f"/images/{facts['name']}"), [200])
        self.ask("thumbnail", lambda: self.store.client.get(f"/thumbs/{facts['name']}"), [200, 307])
        self.ask("catalogue", lambda: self.store.client.get("/api/images?limit=20"), [200])
        target = f"/api/images/{facts['name']}?token={facts['delete_token']}"
        # Where the first try died with its worker, the second finds nothing.
        while not self.stopped.is_set():
            if self.ask("deletion", lambda: self.store.client.request("DELETE", target), [204, 404]).status in (
                204,
                404,
            ):
                break

    def download(self, chance, number):
        answer = self.ask("archive", lambda: self.store.client.get(f"/archive/trip{chance.randrange(3)}/"), [200])
        if answer.status == 200:
            assert answer.body[:4] == b"PK\x03\x04" and b"PK\x05\x06" in answer.body[-22:]

    def download_slowly(self, chance, number):
        with socket.create_connection(("127.0.0.1", self.store.port), 30) as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
            wire.sendall(b"GET /archive/trip0/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            for _ in range(chance.randrange(200)):
                if self.stopped.wait(0.05) or not wire.recv(8_192):
                    return

    def download_from_afar(self, chance, number):
        """From a folder on a mount that hangs now and then; nobody waits for ever."""
        answer = Client("127.0.0.1", self.store.port, 60).get("/archive/far/")
        self.statuses[f"archive from afar {answer.status}"] += 1
        if answer.status == 200:
            assert answer.body[:4] == b"PK\x03\x04" and b"PK\x05\x06" in answer.body[-22:]
        self.stopped.wait(1)

    def be_hostile(self, chance, number):
        port = chance.choice([self.store.port, self.store.s3_port, self.store.console_port])
        request = chance.choice(
            [
                chance.randbytes(chance.randrange(1, 4_000)),
                b"PUT /api/upload/a.png HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
                + chance.randbytes(5_000),
                b"PUT /soak/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nAuthorization: AWS4-HMAC-SHA256 x\r\n\r\n",
                b"GET /archive/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
                b"POST /-/console/session HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n{{{{",
            ]
        )
        with socket.create_connection(("127.0.0.1", port), 5) as wire:
            wire.sendall(request)
            if chance.random() < 0.5:
                wire.settimeout(1)
                wire.recv(1_000)
        self.stopped.wait(0.05)

    # What happens to the program.

    def happen(self, chance, number):
        self.stopped.wait(chance.uniform(5, 15))
        if self.stopped.is_set():
            return
        events = [self.kill_worker, self.kill_worker, self.reload, self.upgrade, self.rotate_logs, self.fill_disk]
        events.append(lambda: self.set_clock(chance.randrange(-600, 600)))
        chance.choice(events)()

    def hang_now_and_then(self, chance, number):
        if self.stopped.wait(chance.uniform(20, 60)):
            return
        self.far.hang()
        self.stopped.wait(chance.uniform(2, 40))
        self.far.go_on()
        self.statuses["photos hung"] += 1

    def kill_worker(self):
        for worker in self.store.workers()[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
        self.statuses["workers killed"] += 1

    def reload(self):
        self.store.supervisor.send_signal(signal.SIGHUP)
        self.statuses["reloads"] += 1

    def upgrade(self):
        """Another file at the program's path, as packages put it there."""
        new = self.folder / "vitrine.new"
        shutil.copy2(program(), new)
        new.rename(self.store.program_path)
        self.reload()
        self.statuses["upgrades"] += 1

    def set_clock(self, seconds):
        """It is to be less off than signatures may be."""
        self.clock.step(seconds)
        self.statuses["clock set"] += 1

    def rotate_logs(self):
        log = self.store.logs / "app.log"
        with contextlib.suppress(FileNotFoundError):
            log.rename(self.store.logs / "app.log.1")
        self.store.supervisor.send_signal(signal.SIGUSR1)
        # A program's own log is its reader's to bound.
        os.truncate(self.store.program_log, 0)
        os.truncate(self.store.logs / "nginx-error.log", 0)
        self.statuses["logs rotated"] += 1

    def fill_disk(self):
        ballast = self.point / "ballast"
        subprocess.run(["fallocate", "-l", f"{DISK_MEGABYTES}M", ballast], capture_output=True)
        with contextlib.suppress(OSError), open(ballast, "ab") as file:
            while not self.stopped.is_set():
                file.write(bytes(1 << 20))
                file.flush()
        self.stopped.wait(3)
        ballast.unlink(missing_ok=True)
        self.statuses["disk full"] += 1

    # Looking.

    def sample(self, began):
        processes = self.store.processes()
        disk = os.statvfs(self.point)
        used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        times = sorted(self.times)
        self.times.clear()
        row = (
            round(time.monotonic() - began, 1),
            sum(process.anonymous_bytes() for process in processes) / 1e6,
            sum(process.descriptors() for process in processes),
            sum(threads(process) for process in processes),
            used / 1e6,
            times[len(times) // 2] * 1e3 if times else 0,
            times[-1] * 1e3 if times else 0,
        )
        self.samples.append(row)
        with open(self.folder / "samples.csv", "a") as file:
            file.write(",".join(f"{value:.1f}" for value in row) + "\n")

    def run(self, interval=10):
        (self.folder / "samples.csv").write_text(",".join(["seconds", *MEASURES]) + "\n")
        self.store.start()
        try:
            assert ObjectClient(self.store.s3_port).put("/soak", b"").status == 200
            for number in range(3):
                files = {f"{name}.jpg": random.Random(name).randbytes(300_000) for name in range(10)}
                self.store.photo_folder(f"trip{number}", files)
            self.mount_photos()
            work = [(self.use_objects, 4), (self.use_pictures, 2), (self.download, 1), (self.download_slowly, 8)]
            work += [(self.download_from_afar, 2), (self.be_hostile, 2), (self.happen, 1), (self.hang_now_and_then, 1)]
            threads_ = [
                threading.Thread(target=self.forever, args=(one, number))
                for one, count in work
                for number in range(count)
            ]
            for thread in threads_:
                thread.start()
            began = time.monotonic()
            while time.monotonic() < self.end:
                self.stopped.wait(interval)
                self.sample(began)
            self.stopped.set()
            for thread in threads_:
                thread.join()
            self.look_at_the_end()
        finally:
            self.stopped.set()
            if self.far:
                self.far.end()
            self.store.kill()
            (self.folder / "plot.svg").write_text(drawing(self.samples) if self.samples else "")
        return [*self.faults, *rises(self.samples)]

    def mount_photos(self):
        """A folder of photos on a disk of its own."""
        folder, point = self.folder / "far", self.store.photos / "far"
        for path in (folder, point):
            path.mkdir()
        for number in range(10):
            (folder / f"{number}.jpg").write_bytes(random.Random(number).randbytes(300_000))
        self.far = Mount(point, folder, self.folder / "pace")
        assert not self.far.complaint, self.far.complaint

    def look_at_the_end(self):
        (self.point / "ballast").unlink(missing_ok=True)
        client = ObjectClient(self.store.s3_port)
        wait_until(lambda: client.head("/soak").status == 200, 30, "the store answers")
        listed = set(client.keys("soak"))
        for key, md5 in self.kept.items():
            answer = client.fetch(key)
            if answer.status != 200 or hashlib.md5(answer.body).hexdigest() != md5:
                self.faults.append(f"{key} was acknowledged, and is {answer.status}")
            if key.removeprefix("/soak/") not in listed:
                self.faults.append(f"{key} is not listed")


def threads(process):
    try:
        return len(os.listdir(f"/proc/{process.pid}/task"))
    except OSError:
        return 0


@contextlib.contextmanager
def disk(folder):
    """A small ext4 of its own."""
    image, point = Path(folder) / "disk", Path(folder) / "data"
    point.mkdir(parents=True)
    with open(image, "wb") as file:
        file.truncate(DISK_MEGABYTES << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    subprocess.run(["mount", "-o", "loop", image, point], check=True)
    try:
        yield point
    finally:
        subprocess.run(["umount", "-l", point], check=False)


def main(arguments):
    options = dict(zip(arguments[::2], arguments[1::2]))
    try:
        hours = float(options.pop("--hours"))
        into = Path(options.pop("--into", "var/soak")).absolute()
        assert hours > 0 and not options and len(arguments) % 2 == 0
    except (KeyError, ValueError, AssertionError):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="soak.", dir="/tmp") as folder, disk(folder) as point:
        soak = Soak(Path(folder) / "run", point, hours * 3_600)
        found = soak.run()
        for name in ("samples.csv", "plot.svg", "server/program.log"):
            shutil.copy(Path(folder) / "run" / name, into)
        for what, count in sorted(soak.statuses.items()):
            print(f"{count:10} {what}")
    for fault in found:
        print(f"FAULT {fault}")
    print(f"{sum(soak.statuses.values())} answers and events in {hours} hours; {into}/plot.svg")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A disk that notes every write and every flush, and can be rebuilt as a power cut at any moment might have left it.

qemu-storage-daemon offers a raw file, with its filter blklogwrites in between, as a file of a FUSE mount; a loop device on
that takes a file system. The log has the format of the kernel's dm-log-writes. Needs root, /dev/fuse and loop devices.
"""

import bisect
import contextlib
import math
import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

SECTOR = 512
FLUSH, FUA, DISCARD = 1, 2, 4
MAKE = {
    "ext4": (192, ["mkfs.ext4", "-q", "-F", "-b", "4096"]),
    "xfs": (320, ["mkfs.xfs", "-q", "-f"]),
    "btrfs": (256, ["mkfs.btrfs", "-q", "-f"]),
}
# Two cuts of one disk have the same identity.
MOUNT = {"ext4": [], "xfs": ["-o", "nouuid"], "btrfs": []}


def missing():
    """What this machine lacks for such disks; None if nothing."""
    if os.getuid() != 0:
        return "needs root"
    for path in ("/dev/fuse", "/dev/loop-control"):
        if not os.path.exists(path):
            return f"needs {path}"
    programs = ["qemu-storage-daemon", "losetup", *(command[0] for _, command in MAKE.values())]
    return next((f"needs {name}" for name in programs if not shutil.which(name)), None)


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout.strip()


def unmount(point):
    """Processes that were killed may take a moment to let go of it."""
    deadline = time.monotonic() + 10
    while subprocess.run(["umount", point], capture_output=True).returncode != 0:
        assert time.monotonic() < deadline, f"{point} is in use"
        time.sleep(0.05)


@contextlib.contextmanager
def mounted(image, point, kind):
    """The file system in an image, through a loop device."""
    device = run("losetup", "--find", "--show", image)
    try:
        point.mkdir(exist_ok=True)
        run("mount", "-t", kind, *MOUNT[kind], device, point)
        try:
            yield point
        finally:
            unmount(point)
    finally:
        run("losetup", "--detach", device)
        let_go(device, image)


def let_go(device, image):
    """Waits until the device is of that image no more. Where processes that were killed had the file system mounted in a
    namespace of their own, the kernel writes its last blocks a moment after they are gone."""
    backing = Path(f"/sys/block/{Path(device).name}/loop/backing_file")
    deadline = time.monotonic() + 20
    while True:
        try:
            if not backing.read_text().startswith(str(image)):
                return
        except OSError:
            return
        assert time.monotonic() < deadline, f"{device} is in use"
        time.sleep(0.01)


class LoggedDisk:
    """A file system of its own whose writes are logged, mounted at `point`."""

    def __init__(self, folder, kind):
        self.folder, self.kind = Path(folder), kind
        self.image, self.log, self.endpoint = (self.folder / name for name in ("disk", "log", "endpoint"))
        self.point = self.folder / "mount"
        self.daemon = self.device = None

    def __enter__(self):
        self.folder.mkdir(parents=True)
        megabytes, make = MAKE[self.kind]
        for path, size in ((self.image, megabytes << 20), (self.log, 0), (self.endpoint, 0)):
            path.touch()
            os.truncate(path, size)
        self.daemon = subprocess.Popen(
            [
                "qemu-storage-daemon",
                *("--blockdev", f"driver=file,node-name=disk,filename={self.image}"),
                *("--blockdev", f"driver=file,node-name=log,filename={self.log}"),
                *("--blockdev", "driver=blklogwrites,node-name=logged,file=disk,log=log,log-super-update-interval=1"),
                *("--export", f"type=fuse,id=endpoint,node-name=logged,mountpoint={self.endpoint},writable=on"),
            ],
            stderr=subprocess.PIPE,
        )
        deadline = time.monotonic() + 10
        while self.endpoint.stat().st_size == 0:
            assert self.daemon.poll() is None, self.daemon.stderr.read().decode()
            assert time.monotonic() < deadline, "the disk does not appear"
            time.sleep(0.02)
        self.device = run("losetup", "--find", "--show", self.endpoint)
        run(*make, self.device)
        self.point.mkdir()
        run("mount", "-t", self.kind, self.device, self.point)
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", self.point], check=False)
        if self.device:
            subprocess.run(["losetup", "--detach", self.device], check=False)
        self.daemon.terminate()
        self.daemon.wait()

    def position(self):
        """How long the log is: what has been synced by now lies before that."""
        return self.log.stat().st_size


class WriteLog:
    """The entries of a log, by their position: (position, first sector, number of sectors, flags, where the data is)."""

    def __init__(self, path):
        self.file = open(path, "rb")
        magic, _, count, self.sector = struct.unpack("<QQQI", self.file.read(28))
        assert magic == 0x6A736677736872, hex(magic)
        self.entries = []
        position, length = self.sector, os.path.getsize(path)
        while len(self.entries) < count and position + self.sector <= length:
            self.file.seek(position)
            first, sectors, flags, _ = struct.unpack("<QQQQ", self.file.read(32))
            self.entries.append((position, first, sectors, flags, position + self.sector))
            position += self.sector + (0 if flags & DISCARD else sectors * self.sector)

    def flushes(self, start, end):
        """The places of the flushes between two positions."""
        return [
            place
            for place, (position, _, _, flags, _) in enumerate(self.entries)
            if flags & FLUSH and start <= position < end
        ]

    def apply(self, image, places):
        """Carries out entries on an open image."""
        for place in places:
            _, first, sectors, flags, data = self.entries[place]
            if flags & DISCARD or sectors == 0:
                continue
            self.file.seek(data)
            image.seek(first * self.sector)
            image.write(self.file.read(sectors * self.sector))


def cuts(log, size, folder, start, end, count, chance):
    """Disks as power cuts may have left them: (position of the cut, image). All up to a flush is there, and any part of
    what came between that flush and the next one."""
    flushes = log.flushes(start, end)
    chosen = sorted(chance.sample(flushes, min(count, len(flushes))))
    all_flushes = log.flushes(0, math.inf)
    rolling, cut = folder / "rolling", folder / "cut"
    with open(rolling, "wb") as image:
        image.truncate(size)
    done = 0
    for place in chosen:
        with open(rolling, "r+b") as image:
            log.apply(image, range(done, place + 1))
        done = place + 1
        # Holes stay holes: most of a disk is empty.
        run("cp", "--sparse=auto", "--reflink=auto", rolling, cut)
        next_flush = bisect.bisect_right(all_flushes, place)
        limit = all_flushes[next_flush] if next_flush < len(all_flushes) else len(log.entries)
        between = range(place + 1, limit)
        share = chance.choice([0, 0.2, 0.5, 0.8, 1])
        with open(cut, "r+b") as image:
            log.apply(image, [other for other in between if chance.random() < share])
        position = log.entries[limit][0] if limit < len(log.entries) else end
        yield min(position, end), cut

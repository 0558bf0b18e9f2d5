"""A disk that is as slow as wanted: a FUSE file system that shows a folder, read only, and waits before it answers.

python3 slow_disk.py MOUNT_POINT FOLDER CONTROL

Prints `ready` once it is mounted. CONTROL is a file with two numbers, which may change at any time: seconds to wait before
each look at a name or a directory, and bytes that can be read in a second; 0 of them: every read fails. Ends when it is unmounted. Needs root and
/dev/fuse, and speaks the kernel's protocol itself (include/uapi/linux/fuse.h, version 7.31): no library.
"""

import ctypes
import errno
import os
import signal
import stat
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LOOKUP, FORGET, GETATTR, READLINK, OPEN, READ, STATFS, RELEASE = 1, 2, 3, 5, 14, 15, 17, 18
FLUSH, INIT, OPENDIR, READDIR, RELEASEDIR, INTERRUPT, BATCH_FORGET = 25, 26, 27, 28, 29, 36, 42
ENOENT, ENOSYS = 2, 38


def mount(descriptor, point):
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={descriptor},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
    nosuid_nodev_readonly = 2 | 4 | 1
    if libc.mount(b"slow-disk", os.fsencode(point), b"fuse", nosuid_nodev_readonly, options) != 0:
        raise OSError(ctypes.get_errno(), "mount")


class Mount:
    """A folder, shown at a mount point by a process of its own. `complaint` says why it cannot be."""

    def __init__(self, point, folder, control):
        self.point, self.control = point, control
        self.set_pace(0, 1e9)
        command = [sys.executable, __file__, point, folder, control]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.complaint = ""
        if self.process.stdout.readline() != b"ready\n":
            self.complaint = (self.process.stderr.read().decode().splitlines() or ["no answer"])[-1]

    def set_pace(self, seconds, rate):
        """As CONTROL says, above."""
        new = self.control.with_suffix(".new")
        new.write_text(f"{seconds} {rate}")
        new.rename(self.control)

    def hang(self):
        """Nobody who asks gets an answer from now on."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        self.go_on()
        subprocess.run(["umount", "-l", self.point], check=False)
        self.process.kill()
        self.process.wait()


class SlowDisk:
    def __init__(self, descriptor, folder, control):
        self.descriptor, self.control = descriptor, control
        self.paths = {1: folder}
        self.numbers = {folder: 1}
        self.free_at = 0.0

    def pace(self):
        seconds, rate = self.control.read_text().split()
        return float(seconds), float(rate)

    def serve(self):
        with ThreadPoolExecutor(32) as pool:
            while True:
                try:
                    request = os.read(self.descriptor, 1 << 20)
                except OSError:
                    return
                length, operation, unique, node = struct.unpack_from("<IIQQ", request)
                pool.submit(self.answer, operation, unique, node, request[40:length])

    def reply(self, unique, body=b"", error=0):
        try:
            os.write(self.descriptor, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)
        except OSError:
            pass  # The one who asked does not wait any more.

    def answer(self, operation, unique, node, body):
        try:
            if operation in (FORGET, BATCH_FORGET, INTERRUPT):
                return
            self.reply(unique, self.result(operation, node, body))
        except FileNotFoundError:
            self.reply(unique, error=ENOENT)
        except NotImplementedError:
            self.reply(unique, error=ENOSYS)
        except OSError as error:
            self.reply(unique, error=error.errno)

    def result(self, operation, node, body):
        if operation == INIT:
            major, minor, read_ahead, flags = struct.unpack_from("<IIII", body)
            return struct.pack("<IIIIHHIIHHI28x", 7, 31, read_ahead, flags & 1, 16, 12, 1 << 17, 1, 32, 0, 0)
        path = self.paths[node]
        if operation == LOOKUP:
            self.wait()
            return self.entry(path / os.fsdecode(body.rstrip(b"\0")))
        if operation == GETATTR:
            return struct.pack("<QII", 1, 0, 0) + self.attributes(path)
        if operation in (OPEN, OPENDIR):
            return struct.pack("<QII", 0, 0, 0)
        if operation == READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            if self.pace()[1] == 0:
                raise OSError(errno.EIO, "read")
            with open(path, "rb") as file:
                file.seek(offset)
                content = file.read(size)
            self.wait(len(content))
            return content
        if operation == READDIR:
            _, offset, size = struct.unpack_from("<QQI", body)
            self.wait()
            return self.names(path, offset, size)
        if operation in (RELEASE, RELEASEDIR, FLUSH):
            return b""
        raise NotImplementedError

    def wait(self, count=0):
        """One head for all: bytes are read one after the other."""
        seconds, rate = self.pace()
        if count == 0:
            return time.sleep(seconds)
        if rate == 0:
            raise OSError(errno.EIO, "read")
        start = max(time.monotonic(), self.free_at)
        self.free_at = start + count / rate
        time.sleep(max(0, self.free_at - time.monotonic()))

    def number(self, path):
        if path not in self.numbers:
            self.numbers[path] = len(self.numbers) + 1
            self.paths[self.numbers[path]] = path
        return self.numbers[path]

    def attributes(self, path):
        status = path.lstat()
        times = (status.st_atime_ns, status.st_mtime_ns, status.st_ctime_ns)
        return struct.pack(
            "<QQQQQQIIIIIIIIII",
            self.number(path), status.st_size, status.st_blocks,
            *(time // 10**9 for time in times), *(time % 10**9 for time in times),
            status.st_mode, status.st_nlink, 0, 0, 0, 4096, 0,
        )  # fmt: skip

    def entry(self, path):
        attributes = self.attributes(path)
        return struct.pack("<QQQQII", self.number(path), 0, 0, 0, 0, 0) + attributes

    def names(self, path, offset, size):
        listing = b""
        for index, entry in enumerate(sorted(os.scandir(path), key=lambda entry: entry.name)):
            name = os.fsencode(entry.name)
            kind = (stat.S_IFDIR if entry.is_dir(follow_symlinks=False) else stat.S_IFREG) >> 12
            record = struct.pack("<QQII", self.number(path / entry.name), index + 1, len(name), kind) + name
            record += bytes(-len(record) % 8)
            if index >= offset and len(listing) + len(record) <= size:
                listing += record
        return listing


def main(point, folder, control):
    descriptor = os.open("/dev/fuse", os.O_RDWR)
    mount(descriptor, point)
    print("ready", flush=True)
    SlowDisk(descriptor, Path(folder), Path(control)).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])

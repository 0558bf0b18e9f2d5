"""What the loop's thread of each worker asks of file systems, as strace sees it; and the requests that ran meanwhile."""

import contextlib
import os
import re
import subprocess
import threading
import time
from pathlib import Path

from harness import wait_until

# Calls that name a file by its path, or list, change or wait for one, whatever the descriptor is.
ALWAYS = {
    *("open", "openat", "openat2", "creat", "stat", "lstat", "access", "faccessat", "faccessat2", "readlink", "readlinkat"),
    *("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink"),
    *("symlinkat", "mknod", "mknodat", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat"),
    *("utimensat", "truncate", "ftruncate", "fallocate", "statfs", "fstatfs", "chdir", "fchdir", "getcwd", "execve"),
    *("getdents", "getdents64", "fsync", "fdatasync", "sync", "syncfs", "sync_file_range", "flock", "copy_file_range"),
    *("setxattr", "lsetxattr", "fsetxattr", "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr"),
    *("removexattr", "lremovexattr", "fremovexattr", "fadvise64", "readahead", "lseek"),
}
# Calls that wait for a disk where their first descriptor is a file.
OF_FILES = {
    *("read", "write", "pread64", "pwrite64", "readv", "writev", "preadv", "pwritev", "preadv2", "pwritev2", "ioctl"),
    *("close", "dup", "dup2", "dup3", "fcntl"),
}
LINE = re.compile(r"(?P<time>\d+\.\d+) (?P<name>\w+)\((?P<rest>.*)")
# A descriptor as -y writes it, where that is a file: a path, and not one in memory or a device.
FILE = re.compile(r"\d+</(?!memfd:|dev/|proc/)[^>]*>(\(deleted\))?")
LOCKS = ("F_SETLK", "F_SETLKW", "F_GETLK", "F_OFD_")


def touches_disk(name, rest):
    """Whether a call may wait for a disk. `rest` is all that follows the opening parenthesis."""
    if name in ("newfstatat", "statx"):
        # Of the open file itself, and not of a name.
        return 'AT_EMPTY_PATH' not in rest or (name == "statx" and "AT_STATX_DONT_SYNC" not in rest)
    if name == "openat2" and "RESOLVE_CACHED" in rest:
        # What would have to be looked for on a disk is not opened.
        return False
    if name in ALWAYS:
        return True
    if name == "mmap":
        return bool(FILE.search(rest)) and "MAP_ANONYMOUS" not in rest
    if name not in OF_FILES or not FILE.match(rest):
        return False
    if name == "preadv2":
        return "RWF_NOWAIT" not in rest
    if name == "fcntl":
        return any(lock in rest for lock in LOCKS)
    if name == "close":
        # Only the last name's last descriptor sets free what the file took up.
        return "(deleted)" in FILE.match(rest).group()
    return True


def may_trace():
    """Whether this user may trace processes that are not its children's: Yama allows that to root alone."""
    yama = Path("/proc/sys/kernel/yama/ptrace_scope")
    return os.geteuid() == 0 or not yama.exists() or yama.read_text().strip() == "0"


class LoopTrace:
    """Watches workers from now on. Calls are told by the names of the `request(name)` contexts that they fall into."""

    def __init__(self, folder, workers):
        self.spans = []
        self.lock = threading.Lock()
        self.tracers = {}
        for worker in workers:
            self.watch(folder / f"trace-{worker.pid}", worker)

    def watch(self, path, worker):
        """Watches another worker, too."""
        # Without -f it is the main thread alone, which is the loop's.
        command = ["strace", "-q", "-y", "-ttt", "-s", "0", "-o", path, "-p", str(worker.pid)]
        command += ["-e", "trace=!epoll_wait,epoll_pwait,epoll_ctl,futex,recvfrom,recvmsg,sendto,sendmsg,madvise,brk"]
        tracer = subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE)
        wait_until(lambda: "TracerPid:\t0\n" not in worker._read("status"), 10, f"{worker} is traced")
        self.tracers[path] = tracer

    @contextlib.contextmanager
    def request(self, name):
        start = time.time()
        try:
            yield
        finally:
            with self.lock:
                self.spans.append((start, time.time(), name))

    def stop(self):
        for tracer in self.tracers.values():
            tracer.terminate()
            tracer.wait(10)

    def calls(self):
        """Each call as (time, name, all that strace wrote of it)."""
        for path in self.tracers:
            for line in path.read_text(errors="replace").splitlines():
                found = LINE.match(line)
                if found:
                    yield float(found["time"]), found["name"], found["name"] + "(" + found["rest"]

    def faults(self):
        """A line for each kind of call that may wait for a disk: one such call, and the requests that were under way."""
        faults = {}
        for moment, name, text in self.calls():
            if touches_disk(name, text[len(name) + 1 :]):
                requests = sorted({request for start, end, request in self.spans if start - 0.002 <= moment <= end + 0.05})
                kind = name, "".join(re.findall(r"<[^>]*>", text))
                count, shown, fewest = faults.get(kind, (0, text, requests))
                # The one that ran beside the fewest requests tells most.
                if len(requests) < len(fewest):
                    shown, fewest = text, requests
                faults[kind] = (count + 1, shown, fewest)
        return [
            f"{call} ({count} such calls) during {', '.join(requests) or 'no request'}"
            for count, call, requests in faults.values()
        ]

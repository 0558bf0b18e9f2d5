"""Makes one system call of a running program fail: failing_calls.c, preloaded into it, does so."""

import ctypes
import errno
import mmap
import subprocess
from pathlib import Path

KINDS = [
    *("open", "read", "write", "sync", "link", "rename", "unlink", "mkdir", "stat", "mode", "truncate"),
    *("set attribute", "get attribute", "sendfile", "list", "copy", "lock"),
]
SHORT = 0
# What calls of each kind may fail with; SHORT: they transfer one byte only.
ERRORS = {
    "open": [errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.ESTALE],
    "read": [errno.EIO, errno.EINTR, errno.ESTALE, SHORT],
    "write": [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EINTR, SHORT],
    "sync": [errno.EIO, errno.ENOSPC, errno.EDQUOT],
    "link": [errno.EIO, errno.ENOSPC, errno.EROFS],
    "rename": [errno.EIO, errno.ENOSPC, errno.EROFS],
    "unlink": [errno.EIO, errno.EROFS],
    "mkdir": [errno.EIO, errno.ENOSPC],
    "stat": [errno.EIO, errno.ENOMEM, errno.ESTALE],
    "mode": [errno.EIO, errno.EROFS],
    "truncate": [errno.EIO],
    "set attribute": [errno.EIO, errno.ENOSPC, errno.EDQUOT],
    "get attribute": [errno.EIO, errno.ENOMEM],
    "sendfile": [errno.EIO, errno.EINTR, errno.EAGAIN],
    "copy": [errno.EIO, errno.ENOSPC],
    "lock": [errno.EIO, errno.EINTR],
}


class _Control(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in ("process", "kind", "error", "countdown", "hits")] + [
        ("counts", ctypes.c_int32 * len(KINDS))
    ]


class FailingCalls:
    """The library, built in a folder, and what it is told. `environment` starts a program that listens to it."""

    def __init__(self, folder):
        library = Path(folder) / "failing_calls.so"
        source = Path(__file__).with_name("failing_calls.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-w", "-o", library, source, "-ldl"], check=True)
        control = Path(folder) / "failing_calls"
        control.write_bytes(bytes(ctypes.sizeof(_Control)))
        with open(control, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 0)
        self.control = _Control.from_buffer(self.memory)
        self.control.kind = -1
        self.environment = {"LD_PRELOAD": str(library), "FAILING_CALLS": str(control)}

    def watch(self, process):
        """Counts the calls of that process from now on."""
        self.disarm()
        self.control.process = process
        for kind in range(len(KINDS)):
            self.control.counts[kind] = 0

    def counts(self):
        return {kind: self.control.counts[number] for number, kind in enumerate(KINDS)}

    def arm(self, kind, number, error):
        """The n-th call of that kind from now on fails."""
        self.control.hits = 0
        self.control.error = error
        self.control.countdown = number
        self.control.kind = KINDS.index(kind)

    def disarm(self):
        """Whether a call was made to fail."""
        self.control.kind = -1
        return self.control.hits > 0

"""Control groups of their own for processes that are started: what systemd in a container keeps its units in, and by which
all of them are ended."""

import contextlib
import itertools
import os
import signal
from pathlib import Path

from harness import wait_until

NUMBERS = itertools.count()


def hierarchies():
    """Where the hierarchies are mounted that systemd has its units in: the unified one, and in hybrid systems its own."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, where, kind, options, *_ = line.split()
        if kind == "cgroup2" or (kind == "cgroup" and "name=systemd" in options.split(",")):
            yield Path(where)


class ControlGroup:
    def __init__(self):
        name = f"vitrine-test-{os.getpid()}-{next(NUMBERS)}"
        self.folders = [where / name for where in hierarchies()]
        for folder in self.folders:
            folder.mkdir()

    def command(self, *command):
        """The command line that runs a program in this group."""
        enter = 'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ >"$1/cgroup.procs"; shift; n=$((n - 1)); done; exec "$@"'
        return ["sh", "-e", "-c", enter, "sh", str(len(self.folders)), *map(str, self.folders), *map(str, command)]

    def processes(self):
        for folder in self.folders:
            for path in folder.rglob("cgroup.procs"):
                with contextlib.suppress(OSError):
                    yield from map(int, path.read_text().split())

    def end(self):
        """Kills whatever runs in it or below, and removes it."""

        def is_empty():
            found = set(self.processes())
            for pid in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return not found

        wait_until(is_empty, 20, "the end of all processes of a group")
        for folder in self.folders:
            for path, _, _ in os.walk(folder, topdown=False):
                os.rmdir(path)

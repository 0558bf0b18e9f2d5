"""What the kernel tells of processes."""

import os
import re
from pathlib import Path


class Process:
    """Facts about a running process, from /proc."""

    def __init__(self, pid):
        self.pid = pid

    def __repr__(self):
        return f"{self.name()}[{self.pid}]"

    def _read(self, name):
        try:
            return Path(f"/proc/{self.pid}/{name}").read_text(errors="replace")
        except OSError:
            return ""

    def name(self):
        return self._read("comm").strip()

    def _stat(self):
        return self._read("stat").rpartition(")")[2].split()

    def alive(self):
        stat = self._stat()
        return bool(stat) and stat[0] != "Z"

    def parent(self):
        stat = self._stat()
        return int(stat[1]) if stat else 0

    def session(self):
        stat = self._stat()
        return int(stat[3]) if stat else 0

    def processor_seconds(self):
        """What it has had of the processors so far."""
        stat = self._stat()
        return sum(int(ticks) for ticks in stat[11:13]) / os.sysconf("SC_CLK_TCK") if stat else 0

    def threads_at_work(self, *names):
        """Whether a thread of one of these names is doing something: it does not sleep."""
        for thread in Path(f"/proc/{self.pid}/task").glob("*"):
            try:
                name, _, rest = (thread / "stat").read_text(errors="replace").partition("(")[2].rpartition(")")
            except OSError:
                continue
            if name in names and rest.split()[0] != "S":
                return True
        return False

    def has_open(self, path):
        """Whether one of its descriptors is of that file, which may have lost its name since it was opened."""
        for entry in Path(f"/proc/{self.pid}/fd").glob("*"):
            try:
                if os.readlink(entry) in (str(path), f"{path} (deleted)"):
                    return True
            except OSError:
                continue
        return False

    def descriptors(self):
        try:
            return len(os.listdir(f"/proc/{self.pid}/fd"))
        except OSError:
            return 0

    def anonymous_bytes(self):
        """Memory that is the process's own: not the page cache, and not the text of the program."""
        found = re.search(r"^Anonymous:\s+(\d+) kB", self._read("smaps_rollup"), re.MULTILINE)
        return int(found.group(1)) * 1024 if found else 0


def processes_of_session(session):
    """Every live process of a session, however it was forked."""
    every = (Process(int(entry)) for entry in os.listdir("/proc") if entry.isdigit())
    return [process for process in every if process.session() == session and process.alive()]

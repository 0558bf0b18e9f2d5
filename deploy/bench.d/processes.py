"""Processes that a run starts, what they cost, and their end."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path


def wait_until(condition, seconds, what):
    """Waits for a condition to come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"deploy/bench: {what}: not within {seconds} seconds")
        time.sleep(0.02)


class Started:
    """A program in a session of its own, which ends with it; with this process, should that be killed."""

    def __init__(self, command, log, **options):
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **options,
            )
        self.pid = self.process.pid

    def stop(self):
        """TERM, and KILL for what is left of the session's first process group after 10 seconds."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def children(self, name=None):
        """The processes that it forked; those of one name."""
        pids = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(pid) for pid in pids if name in (None, Path(f"/proc/{pid}/comm").read_text().strip())]


def processor_seconds(pids):
    """What all threads of the processes have been running for so far, in the kernel too."""
    total = 0
    for pid in pids:
        for entry in Path(f"/proc/{pid}/task").iterdir():
            total += int((entry / "schedstat").read_text().split()[0])
    return total / 1e9


def anonymous_megabytes(pid):
    """The process's own memory, without pages of files, in units of 1,000,000 bytes."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Anonymous:\s+(\d+) kB", text, re.MULTILINE)[1]) * 1024 / 1e6

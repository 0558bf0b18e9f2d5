"""Drivers of many slow clients, each a process: begun when made, gone when left."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


class SlowClients:
    """A driver that says how far its clients have come."""

    def __init__(self, script, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, HERE / script, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        assert self.process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)

    def progress(self):
        """(bytes moved by all, clients that ended)."""
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        return tuple(map(int, self.process.stdout.readline().split()))


def slow_readers(port, target, clients, rate):
    """So many downloads of the same, each at that rate in bytes a second."""
    return SlowClients("slow_readers.py", port, target, clients, rate)


def slow_senders(port, targets, length, rate):
    """A put of so many bytes to each target, at that rate in bytes a second."""
    driver = SlowClients("slow_senders.py", port, len(targets), length, rate)
    driver.process.stdin.write("".join(f"{target}\n" for target in targets))
    driver.process.stdin.flush()
    return driver

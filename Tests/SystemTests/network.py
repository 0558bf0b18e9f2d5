"""A network of its own, in which the well-known ports are free; its processes share all else with the host."""

import contextlib
import ctypes
import os
import socket
import subprocess
from pathlib import Path

from harness import wait_until
from http_client import Client

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def inside(pid):
    """What this thread opens inside the block belongs to the network of that process."""
    with open("/proc/thread-self/ns/net") as own, open(f"/proc/{pid}/ns/net") as its:
        assert libc.setns(its.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        try:
            yield
        finally:
            assert libc.setns(own.fileno(), CLONE_NEWNET) == 0


class Network:
    def __init__(self):
        self.keeper = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "ip link set lo up; exec sleep infinity"], start_new_session=True
        )
        wait_until(lambda: Path(f"/proc/{self.keeper.pid}/comm").read_text() == "sleep\n", 5, "a network")
        self.pid = self.keeper.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.keeper.kill()
        self.keeper.wait(5)

    def command(self, *command):
        """The command line that runs a program in this network."""
        return ["nsenter", f"--target={self.pid}", "--net", *map(str, command)]

    def run(self, *command):
        subprocess.run(self.command(*command), check=True)

    def client(self, host, port=80, address="127.0.0.1"):
        return NetworkClient(lambda: self.pid, host, port, address)


class NetworkClient(Client):
    """A client in the network of process `pid()`, who names the host as a browser would."""

    def __init__(self, pid, host, port=80, address="127.0.0.1"):
        super().__init__(host, port)
        self.pid, self.address = pid, address

    def connection(self):
        made = super().connection()
        made._create_connection = self._connect
        return made

    def _connect(self, *_):
        with inside(self.pid()):
            return socket.create_connection((self.address, self.port), self.timeout)

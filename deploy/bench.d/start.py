"""Start: how soon a new worker answers, and what one needs that has nothing to do."""

import os
import signal
import socket
import struct
import time

from measuring import Row
from processes import Started, anonymous_megabytes
from stand import PROGRAM


def record(kind, content):
    """A FastCGI record of request 1 (section 3.3 of the specification)."""
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def pair(name, value):
    return bytes([len(name), len(value)]) + name + value


# A responder's request for /healthz, whole.
REQUEST = (
    record(1, struct.pack(">HB5x", 1, 0))
    + record(4, pair(b"REQUEST_METHOD", b"GET") + pair(b"REQUEST_URI", b"/healthz"))
    + record(4, b"")
    + record(5, b"")
)


def answers(path):
    """Asks at a socket, waiting for the answer as long as somebody listens."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        try:
            connection.connect(path)
            connection.sendall(REQUEST)
            return b"Status: 200" in connection.recv(4096)
        except (FileNotFoundError, ConnectionError):
            return False


def first_answer(path, since):
    """Milliseconds from a moment to the first answer."""
    deadline = since + 20
    while not answers(path):
        if time.monotonic() > deadline:
            raise SystemExit("deploy/bench: vitrine does not answer")
        time.sleep(0.001)
    return 1e3 * (time.monotonic() - since)


def measure(stand, rounds):
    path = str(stand.run / "start.sock")
    settings = stand.vitrine_environment(path, stand.folder / "start", VITRINE_WORKERS="1")
    whole, replaced, memory = [], [], []
    for _ in range(rounds):
        began = time.monotonic()
        program = Started([str(PROGRAM), "serve"], stand.folder / "logs/start.log", env=settings)
        try:
            whole.append(first_answer(path, began))
            # The supervisor replaces a worker that was killed; nobody else takes requests meanwhile.
            (worker,) = program.children("vitrine-worker")
            began = time.monotonic()
            os.kill(worker, signal.SIGKILL)
            replaced.append(first_answer(path, began))
            time.sleep(0.3)
            (worker,) = program.children("vitrine-worker")
            memory.append(anonymous_megabytes(worker))
        finally:
            program.stop()
    yield Row("program's start to the first answer", whole, unit="ms", at_most=100)
    yield Row("a worker's death to its successor's first answer", replaced, unit="ms", at_most=100)
    yield Row("a worker's own memory at rest", memory, unit="MB", at_most=10)
    php = anonymous_megabytes(stand.php.children()[0])
    yield Row("memory of a php-fpm process : worker", [php / value for value in memory], note=f"{php:.1f} MB")

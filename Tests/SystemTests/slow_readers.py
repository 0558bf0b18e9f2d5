"""Many downloads at once, each read slowly, from one process.

python3 slow_readers.py PORT TARGET CLIENTS BYTES_PER_SECOND

Prints `ready` once every download has begun; then one line with `bytes broken` for each line that it is given, where
`broken` counts the downloads that ended. Leaves everything behind at the end of its input.
"""

import resource
import select
import socket
import sys
import time

from slow_turns import TICKS_PER_SECOND, take_turns


def begin(port, target, receive_buffer):
    reader = socket.socket()
    # A small window, or the kernel would read ahead for us.
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    reader.connect(("127.0.0.1", port))
    reader.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
    reader.setblocking(False)
    return reader


def main(port, target, clients, rate):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    portion = rate // TICKS_PER_SECOND
    readers = [begin(port, target, 2 * portion) for _ in range(clients)]
    waiting = select.poll()
    for reader in readers:
        waiting.register(reader, select.POLLIN)
    heard, deadline = set(), time.monotonic() + 60
    while len(heard) < clients and time.monotonic() < deadline:
        for descriptor, _ in waiting.poll(1000):
            heard.add(descriptor)
            waiting.unregister(descriptor)
    print("ready" if len(heard) == clients else f"only {len(heard)} began", flush=True)
    take_turns(readers, lambda reader: len(reader.recv(portion)))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

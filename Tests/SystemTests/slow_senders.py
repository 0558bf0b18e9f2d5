"""Many uploads at once, each sent slowly, from one process.

python3 slow_senders.py PORT CLIENTS LENGTH BYTES_PER_SECOND < TARGETS

Takes a target for each client, a line each, and prints `ready` once all have sent their heads; then one line with
`bytes broken` for each line that it is given, where `broken` counts the uploads that ended. Leaves everything behind at the
end of its input.
"""

import socket
import sys

from slow_turns import TICKS_PER_SECOND, take_turns


def begin(port, target, length):
    sender = socket.create_connection(("127.0.0.1", port))
    sender.sendall(f"PUT {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {length}\r\n\r\n".encode())
    sender.setblocking(False)
    return sender


def main(port, clients, length, rate):
    portion = b"x" * (rate // TICKS_PER_SECOND)
    senders = [begin(port, sys.stdin.readline().strip(), length) for _ in range(clients)]
    print("ready", flush=True)
    take_turns(senders, lambda sender: sender.send(portion))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

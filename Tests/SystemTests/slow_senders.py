"""Many uploads at once, each sent slowly, from one process.

python3 slow_senders.py PORT CLIENTS LENGTH BYTES_PER_SECOND < TARGETS

Takes a target for each client, a line each, and prints `ready` once all have sent their first bytes; then one line with
`bytes broken` for each line that it is given, where `broken` counts the uploads that ended. Leaves everything behind at the
end of its input.
"""

import select
import socket
import sys
import time

TICKS_PER_SECOND = 4


def begin(port, target, length):
    sender = socket.create_connection(("127.0.0.1", port))
    sender.sendall(f"PUT {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {length}\r\n\r\n".encode())
    sender.setblocking(False)
    return sender


def main(port, clients, length, rate):
    portion = b"x" * (rate // TICKS_PER_SECOND)
    senders = [begin(port, sys.stdin.readline().strip(), length) for _ in range(clients)]
    print("ready", flush=True)

    total, broken = 0, 0
    questions = select.poll()
    questions.register(sys.stdin, select.POLLIN | select.POLLHUP)
    next_tick = time.monotonic()
    while True:
        # Each sender has its turn once in a second's quarter; the turns are spread over it.
        for part in range(10):
            for sender in senders[part::10]:
                try:
                    total += sender.send(portion)
                except BlockingIOError:
                    continue
                except OSError:
                    broken += 1
                    senders.remove(sender)
            next_tick += 1 / TICKS_PER_SECOND / 10
            pause = max(0, next_tick - time.monotonic())
            if questions.poll(pause * 1000):
                if not sys.stdin.readline():
                    return
                print(total, broken, flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

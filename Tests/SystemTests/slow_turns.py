"""The turns of many slow clients in one process, each of them four times a second."""

import select
import sys
import time

TICKS_PER_SECOND = 4


def take_turns(clients, move):
    """Has each of the sockets move some bytes in its turns, the turns spread over the time, until the input ends.

    `move` gives how many bytes there were; none where a client has ended, which BlockingIOError does not say. Prints one line
    with `bytes broken` for each line of input, where `broken` counts the clients that ended.
    """
    total, broken = 0, 0
    questions = select.poll()
    questions.register(sys.stdin, select.POLLIN | select.POLLHUP)
    next_tick = time.monotonic()
    while True:
        for part in range(10):
            for client in clients[part::10]:
                try:
                    moved = move(client)
                except BlockingIOError:
                    continue
                except OSError:
                    moved = 0
                if not moved:
                    broken += 1
                    clients.remove(client)
                total += moved
            next_tick += 1 / TICKS_PER_SECOND / 10
            pause = max(0, next_tick - time.monotonic())
            if questions.poll(pause * 1000):
                if not sys.stdin.readline():
                    return
                print(total, broken, flush=True)

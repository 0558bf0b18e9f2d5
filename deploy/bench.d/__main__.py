"""The driver of deploy/bench: runs the parts that are asked for, one after the other, and prints their table."""

import argparse
import signal
import sys
from pathlib import Path

import against
import archives
import engine
import growth
import objects
import small
import start
import uploads
from measuring import Table
from stand import TOP, Stand

# In the order in which they are run; each is given the stand and the rounds, and yields rows.
PARTS = {
    "small": small.measure,
    "archive-warm": archives.measure_warm,
    "archive-cold-crc": archives.measure_cold,
    "archive-ttfb": archives.measure_first_byte,
    "uploads": uploads.measure,
    "objects": objects.measure,
    "engine": engine.measure,
    "start": start.measure,
}


# Only where it is asked for: it takes an hour, and compares nothing.
GROWTH = "growth"


def rounds(text):
    number = int(text)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("a number from 1 to 100")
    return number


def arguments():
    parser = argparse.ArgumentParser(prog="deploy/bench")
    parser.add_argument("--rounds", type=rounds, default=7, metavar="N")
    parser.add_argument("--against", type=Path, metavar="PROGRAM")
    parser.add_argument("--most", type=int, default=1_000_000, metavar="N")
    parser.add_argument("parts", nargs="*", metavar="PART")
    given = parser.parse_args()
    unknown = [part for part in given.parts if part not in (*PARTS, GROWTH)]
    if unknown:
        parser.error(f"there is no part {unknown[0]}; choose from {', '.join((*PARTS, GROWTH))}")
    if GROWTH in given.parts and (len(given.parts) > 1 or given.against):
        parser.error(f"{GROWTH} compares nothing, and stands alone")
    return given


def stop(number, frame):
    sys.exit(128 + number)


def main():
    given = arguments()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, stop)
    if given.parts == [GROWTH]:
        for line in growth.measure(given.most, TOP / "var/growth.html"):
            print(line, flush=True)
        return
    table = Table()
    try:
        if given.against:
            for name, row in against.measure(given.against, given.rounds, given.parts):
                table.add(name, row)
            return
        with Stand() as stand:
            for name, measure in PARTS.items():
                if given.parts and name not in given.parts:
                    continue
                print(f"{name} …", file=sys.stderr, flush=True)
                for row in measure(stand, given.rounds):
                    table.add(name, row)
    finally:
        # What was measured is not lost by what could not be.
        print(table.text())


if __name__ == "__main__":
    main()

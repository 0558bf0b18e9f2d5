"""A program whose clock is set forward and back while it runs: stepped_clock.c, preloaded into it, does so."""

import struct
import subprocess
from pathlib import Path


class SteppedClock:
    """The library, built in a folder. `environment` starts a program whose clock `step` sets."""

    def __init__(self, folder):
        library, self.offset = Path(folder) / "stepped_clock.so", Path(folder) / "stepped_clock"
        source = Path(__file__).with_name("stepped_clock.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
        self.step(0)
        self.environment = {"LD_PRELOAD": str(library), "STEPPED_CLOCK": str(self.offset)}

    def step(self, seconds):
        """From now on the program's clock is so far ahead of the true time."""
        # In place: the program has the file mapped.
        with open(self.offset, "r+b" if self.offset.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds))

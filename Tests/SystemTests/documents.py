"""What the README tells a reader to type."""

import re

from harness import CLONE

README = (CLONE / "README.md").read_text()


def readme_commands(beginning):
    """The lines of the README's shell examples that begin with these words."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith(beginning + " ")]

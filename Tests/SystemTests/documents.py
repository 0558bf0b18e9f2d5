"""What README and the pages that it leads to tell a reader to type."""

import re

from harness import CLONE

README = (CLONE / "README.md").read_text()
PAGES = {"README.md": README} | {
    str(path.relative_to(CLONE)): path.read_text() for path in sorted((CLONE / "deploy/docs").glob("*.md"))
}
OPERATOR = PAGES["deploy/docs/operator.md"]
SECURITY = PAGES["deploy/docs/security.md"]


def documented_commands(beginning):
    """The lines of the pages' shell examples that begin with these words."""
    blocks = [block for text in PAGES.values() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith(beginning + " ")]

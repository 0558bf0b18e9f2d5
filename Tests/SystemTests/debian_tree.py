"""Trees of Debian, made by debootstrap from the mirror that this machine's own apt is set to."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def mirror():
    """The address of the archive from which apt takes Debian's own packages."""
    command = ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)", "Identifier: Packages"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    listed = [line.split("|", 2) for line in said.splitlines()]
    # Security updates and other people's packages have other labels; where nothing was fetched yet there are none.
    for wanted in (["Debian", "Debian"], ["", ""]):
        for *source, address in listed:
            if source == wanted:
                return address
    pytest.skip("apt knows no mirror of Debian")


def environment():
    """The environment for what downloads packages: with the proxies that apt is set to."""
    found = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for scheme in ("http", "https"):
        script = f'eval "$(apt-config shell proxy Acquire::{scheme}::Proxy)"; printf %s "${{proxy-}}"'
        proxy = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
        if proxy not in ("", "DIRECT"):
            found.setdefault(f"{scheme}_proxy", proxy)
    return found


def ensure(folder, suite, *options, prepare=lambda made: None):
    """Makes a minimal tree in a folder, unless it is there: whole and prepared, or not at all."""
    if folder.exists():
        return
    made = Path(f"{folder}.new")
    shutil.rmtree(made, ignore_errors=True)
    made.parent.mkdir(parents=True, exist_ok=True)
    command = ["debootstrap", "--variant=minbase", *options, suite, made, mirror()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment())
    prepare(made)
    made.rename(folder)

"""The program built by the other compiler that there is for Debian: its own, in a tree of its unstable suite."""

import os
import re
import shutil
import subprocess

import pytest

import debian_tree
from harness import CLONE

MISSING = [name for name in ("debootstrap", "unshare") if not shutil.which(name)]
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(os.geteuid() != 0 or bool(MISSING), reason=f"needs root {' '.join(MISSING)}"),
]
TREE = CLONE / ".build/debian-unstable"
# Mounts that end with the command: the clone, which is only read, a folder to build in, and what programs expect.
ENTER = """
set -e
tree=$1 clone=$2 scratch=$3
shift 3
mkdir -p "$tree/src" "$tree/scratch"
mount --bind -o ro "$clone" "$tree/src"
mount --bind "$scratch" "$tree/scratch"
mount -t proc proc "$tree/proc"
mount --rbind /sys "$tree/sys"
mount --rbind /dev "$tree/dev"
mount -t tmpfs tmpfs "$tree/tmp"
cp /etc/resolv.conf "$tree/etc/resolv.conf"
exec chroot "$tree" sh -c 'cd /src && exec "$@"' sh "$@"
"""


class UnstableDebian:
    def __init__(self, scratch):
        self.scratch = scratch

    def run(self, *command):
        enter = ["unshare", "--mount", "--propagation", "private", "bash", "-c", ENTER, "enter"]
        return subprocess.run(
            [*enter, TREE, CLONE, self.scratch, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**debian_tree.environment(), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
        )

    def must(self, *command):
        done = self.run(*command)
        assert done.returncode == 0, (command, done.stdout[-8000:])
        return done.stdout


@pytest.fixture(scope="module")
def unstable(tmp_path_factory):
    """A tree with the compiler and what the program is built against, as new as the mirror has it."""
    debian_tree.ensure(TREE, "sid")
    made = UnstableDebian(tmp_path_factory.mktemp("scratch"))
    script = '. deploy/lib.sh && echo "${runtime_packages[@]}"'
    packages = subprocess.run(["bash", "-c", script], cwd=CLONE, capture_output=True, text=True, check=True).stdout
    # A mirror may be a snapshot, whose lists have expired.
    apt = ["apt-get", "-q", "-o", "Acquire::Check-Valid-Until=false"]
    made.must(*apt, "update")
    made.must(*apt, "-y", "--no-install-recommends", "install", "swiftlang", "git", *packages.split())
    return made


@pytest.fixture(scope="module")
def built(unstable):
    """What the build of the program and of its unit tests said."""
    build = 'swift build --build-tests --scratch-path /scratch "${test_flags[@]}"'
    return unstable.must("bash", "-c", f". deploy/lib.sh && find_test_flags /scratch/empty-libraries && {build}")


def test_build_has_no_warning(built):
    assert not re.search(r"\bwarning:", built), built[-8000:]


def test_unit_tests_pass(unstable, built):
    unstable.must("swift", "test", "--skip-build", "--scratch-path", "/scratch")


def test_oldest_version_that_is_named_is_this_one_or_older(unstable):
    version = re.search(r"Swift version ([\d.]+)", unstable.must("swift", "--version")).group(1)
    named = re.search(r"^swift_versions=\((\S+)", (CLONE / "deploy/lib.sh").read_text(), re.MULTILINE).group(1)
    assert [int(part) for part in named.split(".")] <= [int(part) for part in version.split(".")]

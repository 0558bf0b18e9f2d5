"""The unit tests under the address sanitizer, which also looks for leaks, under the thread sanitizer, and as a release
build; the parsers fuzzed for longer."""

import shutil
import subprocess

import pytest

from harness import CLONE, clean_environment

pytestmark = [pytest.mark.full, pytest.mark.skipif(not shutil.which("swift"), reason="needs swift")]
TARGETS = sorted(path.parent.name for path in CLONE.glob("Tests/Fuzzing/*/Fuzz*.swift"))
# The toolchain's own: XCTest never frees its suites, Foundation forgets a buffer when it reads an empty file.
LEAKS = "leak:libXCTest\nleak:readBytesFromFile\n"
# They go on as another user, where the sanitizer may not look for leaks.
OTHER_USER = "fileThatCannotBeLookedAtIsAnError|whatMayNotBeLookedAtIsNotMissing"
# They limit their address space, of which the sanitizers take terabytes.
CONFINED = "ConfinedCommandTests"


def must(command, **environment):
    done = subprocess.run(
        command,
        cwd=CLONE,
        env=clean_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, done.stdout[-20000:]
    return done.stdout


def test_unit_tests_hold_under_the_address_sanitizer(tmp_path):
    known = tmp_path / "leaks"
    known.write_text(LEAKS)
    command = ["swift", "test", "--sanitize=address", "--scratch-path", ".build/address-sanitizer", "--skip", OTHER_USER]
    command += ["--skip", CONFINED]
    said = must(command, LSAN_OPTIONS=f"suppressions={known}:print_suppressions=0")
    assert "Sanitizer:" not in said, said[-20000:]


def test_unit_tests_hold_under_the_thread_sanitizer(tmp_path):
    """The tests' program is run by itself, since the library that tells of locks is none for SwiftPM."""
    hints = tmp_path / "sanitizer_hints.so"
    source = CLONE / "Tests/SystemTests/sanitizer_hints.c"
    must(["clang", "-shared", "-fPIC", "-O2", "-o", hints, source, "-ldl"])
    scratch = ".build/thread-sanitizer"
    must(["swift", "build", "--build-tests", "--sanitize=thread", "--scratch-path", scratch])
    program = f"{scratch}/debug/vitrinePackageTests.xctest"
    said = must([program, "--testing-library", "swift-testing", "--skip", CONFINED], LD_PRELOAD=str(hints))
    assert "ThreadSanitizer" not in said, said[-20000:]


def test_unit_tests_hold_as_a_release_build():
    """What users run is optimised, and the compiler has its own faults."""
    scratch = ".build/release-tests"
    must(["swift", "build", "-c", "release", "--build-tests", "-Xswiftc", "-enable-testing", "--scratch-path", scratch])
    must([f"{scratch}/release/vitrinePackageTests.xctest", "--testing-library", "swift-testing"])


@pytest.mark.parametrize("target", TARGETS)
def test_fuzzing_finds_nothing_in(target):
    must(["Tests/Fuzzing/run", "-runs=200000", target])

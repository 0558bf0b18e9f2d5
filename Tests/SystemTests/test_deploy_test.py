"""./deploy/test from a user's seat, with a `swift` that only says what it was asked for."""

import os
import signal
import subprocess

import pytest

from harness import CLONE, clean_environment, processes_of_session, program, wait_until


@pytest.fixture
def toolchain(tmp_path):
    """A `swift` whose tests run until they are interrupted, if STUB_HANGS, and that fails where STUB_FAILS says; a compiler
    that fails; and a Debian where every package is installed."""
    folder = tmp_path / "toolchain"
    folder.mkdir()
    swift = folder / "swift"
    swift.write_text(
        "#!/bin/bash\n"
        'case $1 in --version) echo "Swift version 6.3"; exit ;; esac\n'
        '[ "$1" != -print-target-info ] ||\n'
        '  { printf "%s\\n" \'"runtimeLibraryPaths": [\' "  \\"${STUB_RUNTIME-/nowhere}\\""; exit; }\n'
        'echo "swift $* in $PWD"\n'
        '[ "$1" != "${STUB_FAILS-}" ] || exit 1\n'
        '[ "$1 ${2-}" != "test list" ] || { echo "VitrineTests.OneTests/oneThing()"; exit; }\n'
        '[ "$1" != test ] || [ -z "${STUB_HANGS-}" ] || { sleep 600 & wait; }\n'
    )
    (folder / "swiftc").write_text("#!/bin/sh\nexit 1\n")
    (folder / "dpkg-query").write_text("#!/bin/sh\nprintf installed\n")
    for tool in folder.iterdir():
        tool.chmod(0o755)
    return str(folder)


@pytest.fixture
def start(tmp_path, toolchain):
    started = []

    def run(*arguments, **settings):
        environment = clean_environment(settings)
        environment["PATH"] = f"{toolchain}:{environment['PATH']}"
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        started.append(
            subprocess.Popen(
                [CLONE / "deploy/test", *arguments],
                cwd=tmp_path / "elsewhere",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )
        return started[-1]

    yield run
    for process in started:
        for left in processes_of_session(process.pid):
            os.kill(left.pid, signal.SIGKILL)
        process.communicate()


def test_quick_run_formats_and_tests_units_from_any_folder(start):
    said, _ = start("--quick").communicate(timeout=60)
    lines = [line for line in said.splitlines() if line.startswith("swift ")]
    assert lines == [
        f"swift format lint --strict --recursive Sources Tests Package.swift in {CLONE}",
        f"swift test in {CLONE}",
    ]
    assert said.endswith("All unit tests passed.\n")


@pytest.mark.parametrize("step, title", [("format", "formatting"), ("test", "unit tests")])
def test_failure_ends_the_run_and_is_the_verdict(start, step, title):
    process = start("--quick", STUB_FAILS=step)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.splitlines()[-1] == f"deploy/test: {title} failed; the reason stands above"


def test_fuzz_targets_are_part_of_the_usual_run(start):
    process = start()
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "\n== unit tests: " in said
    assert said.splitlines()[-1] == "deploy/test: fuzzing failed; the reason stands above"


def test_fuzzing_by_the_hour_compiles_the_targets_that_are_named(start):
    process = start("fuzz", "--hours", "0.1", "JSON")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.splitlines()[-1] == "deploy/test: fuzzing failed; the reason stands above"
    assert "swift test" not in said and "no fuzz target" not in said


def test_mutations_that_are_named_are_looked_for(start):
    process = start("mutations", "no mutation has such a name")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "no mutation is named no mutation has such a name" in said


def test_unit_tests_are_chosen_by_name(start):
    process = start("unit", "-k", "one[A-Z]hing")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    lines = [line for line in said.splitlines() if line.startswith("swift ")]
    assert lines == [
        f"swift build --build-tests in {CLONE}",
        f"swift test --skip-build --filter one[A-Z]hing in {CLONE}",
    ]


def test_unit_tests_are_linked_without_a_library_that_the_toolchain_lacks(start, tmp_path):
    (tmp_path / "runtime/_Testing_Foundation.swiftmodule").mkdir(parents=True)
    for arguments, step in (["--quick"], "swift test"), (["unit", "-k", "oneThing"], "swift build --build-tests"):
        said, _ = start(*arguments, STUB_RUNTIME=tmp_path / "runtime").communicate(timeout=60)
        assert f"{step} -Xlinker -L{CLONE}/.build/empty-libraries in {CLONE}" in said.splitlines(), said


def test_name_that_no_unit_test_has_fails(start):
    process = start("unit", "-k", "anotherThing")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.splitlines()[-1] == "deploy/test: no unit test has anotherThing in its name"


def test_system_tests_are_chosen_by_name(start):
    process = start("system", "-k", "test_package_can_be_read_by_the_oldest", VITRINE_BIN=program())
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "1 passed" in said and "swift test" not in said and "swift format" not in said


def test_chosen_system_tests_are_of_the_unit_tests_build(start):
    said, _ = start("system", "-k", "no_test_has_such_a_name").communicate(timeout=120)
    lines = [line for line in said.splitlines() if line.startswith("swift ")]
    assert lines == [f"swift build --build-tests in {CLONE}"], said
    assert "\n== debug build: " in said


def test_all_system_tests_are_of_the_release_build(start):
    said, _ = start("system", STUB_FAILS="build").communicate(timeout=120)
    lines = [line for line in said.splitlines() if line.startswith("swift ")]
    assert lines == [f"swift build -c release --product vitrine --static-swift-stdlib in {CLONE}"], said


def test_long_tests_are_chosen_among_themselves_only(start):
    process = start("full", "-k", "test_package_can_be_read_by_the_oldest", VITRINE_BIN=program())
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert said.splitlines()[-1] == "deploy/test: long tests failed; the reason stands above"


REFUSED = [["units"], ["unit", "name"], ["unit", "-k"], ["unit", "-k", ""]]
REFUSED += [["soak"], ["soak", "--hours", "-1"], ["fuzz"], ["fuzz", "--hours"], ["fuzz", "--hours", "many"], ["fuzz", "--hours", "0", "JSON"]]


@pytest.mark.parametrize("arguments", REFUSED)
def test_what_cannot_be_chosen_is_refused(start, arguments):
    process = start(*arguments)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert len(said.splitlines()) == 1 and said.startswith("deploy/test: "), said


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_run_leaves_nothing(start, how):
    process = start("--quick", STUB_HANGS="yes")
    names = lambda: {one.name() for one in processes_of_session(process.pid)}  # noqa: E731
    wait_until(lambda: "sleep" in names(), 20, "the tests run")
    process.send_signal(how)
    assert process.wait(20) == 1
    wait_until(lambda: not names(), 5, "nothing is left")
    assert process.stdout.read().endswith("deploy/test: interrupted\n")

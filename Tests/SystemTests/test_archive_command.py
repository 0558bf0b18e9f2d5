"""vitrine archive: the program itself, its archives opened by readers that others wrote."""

import errno
import os
import pty
import re
import signal
import subprocess
import time
import zipfile

import pytest

import pictures
from harness import clean_environment, let_pass, program, wait_until
from zip_readers import check_with_all_readers

TEXT = b"The quick brown fox jumps over the lazy dog.\n" * 2000
FILES = {
    "DSC_0001.jpg": pictures.camera_jpeg(),
    "notes.txt": TEXT,
    "empty": b"",
    ".hidden/.profile": b"hidden\n",
    "пляж/закат & море.txt": TEXT[:300],
    "a b/[c]*?.txt": b"odd name",
    "random.bin": os.urandom(1_500_000),
    "large.txt": TEXT * 20,
}


def run(*arguments, cwd, **options):
    environment = clean_environment(options.pop("settings", None))
    return subprocess.run(
        [program(), "archive", *arguments], cwd=cwd, env=environment, capture_output=True, timeout=120, **options
    )


def start(*arguments, cwd, **options):
    return subprocess.Popen([program(), "archive", *arguments], cwd=cwd, env=clean_environment(), **options)


def fill(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.fixture
def folder(tmp_path):
    fill(tmp_path / "p", FILES)
    (tmp_path / "p/no files").mkdir()
    return tmp_path


EXPECTED = {**{f"p/{name}": content for name, content in FILES.items()}, "p/no files/": b""}


def sparse(path, size):
    """A file of zeros that takes no space."""
    with open(path, "wb") as file:
        file.truncate(size)
    return path


@pytest.mark.parametrize("level", ["-0", "-6", "-9"])
def test_every_reader_opens_a_saved_archive(folder, level):
    done = run(level, "p", "--save", "out.zip", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert check_with_all_readers(folder / "out.zip", EXPECTED)


def test_every_reader_opens_an_archive_from_a_pipe(folder):
    done = run("p", cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    (folder / "out.zip").write_bytes(done.stdout)
    check_with_all_readers(folder / "out.zip", EXPECTED)
    assert run("p", "--save", "saved.zip", cwd=folder).returncode == 0
    assert (folder / "saved.zip").read_bytes() == done.stdout


def test_only_what_shrinks_is_deflated(folder):
    run("p", "--save", "out.zip", cwd=folder)
    methods = {member.filename: member.compress_type for member in zipfile.ZipFile(folder / "out.zip").infolist()}
    for name in ("notes.txt", "large.txt"):
        assert methods[f"p/{name}"] == zipfile.ZIP_DEFLATED
    for name in ("random.bin", "empty"):
        assert methods[f"p/{name}"] == zipfile.ZIP_STORED


def test_empty_folder_is_a_valid_archive(tmp_path):
    (tmp_path / "e").mkdir()
    assert run(".", "--save", "../out.zip", cwd=tmp_path / "e").returncode == 0
    check_with_all_readers(tmp_path / "out.zip", {})


def test_archive_in_the_packed_folder_leaves_itself_out(folder):
    for _ in range(2):
        assert run(".", "--save", "out.zip", cwd=folder).returncode == 0
        check_with_all_readers(folder / "out.zip", EXPECTED, readers=["zipfile"])
    with open(folder / "redirected.zip", "wb") as out:
        subprocess.run([program(), "archive", "p", "redirected.zip"], cwd=folder, stdout=out, check=True)
    check_with_all_readers(folder / "redirected.zip", EXPECTED, readers=["zipfile"])


def test_names_that_are_not_utf8_are_readable_everywhere(tmp_path):
    (tmp_path / "p").mkdir()
    for name, content in ((b"caf\xe9.txt", b"1"), ("café.txt".encode(), b"2"), (b"caf%E9.txt", b"3")):
        with open(os.fsencode(tmp_path / "p") + b"/" + name, "wb") as file:
            file.write(content)
    assert run("p", "--save", "out.zip", cwd=tmp_path).returncode == 0
    check_with_all_readers(tmp_path / "out.zip", {"p/caf%E9~2.txt": b"1", "p/café.txt": b"2", "p/caf%E9.txt": b"3"})
    # As a shell would give it.
    done = run(b"p/caf\xe9.txt", cwd=tmp_path)
    assert done.returncode == 0 and b"caf%E9.txt" in done.stdout


def test_modes_and_times_are_kept(folder):
    os.utime(folder / "p/notes.txt", (1_600_000_000, 1_600_000_000))
    (folder / "p/notes.txt").chmod(0o640)
    run("p", "--save", "out.zip", cwd=folder)
    subprocess.run(["unzip", "-qq", "out.zip", "-d", "x"], cwd=folder, check=True)
    found = (folder / "x/p/notes.txt").stat()
    assert (found.st_mtime, found.st_mode & 0o777) == (1_600_000_000, 0o640)


def test_reproducible_archive_is_the_same_anywhere_at_any_time(folder, tmp_path_factory):
    first = run("p", "--reproducible", cwd=folder, settings={"TZ": "Asia/Tokyo"})
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    fill(elsewhere / "p", dict(reversed(FILES.items())))
    (elsewhere / "p/no files").mkdir(mode=0o700)
    second = run("p", "--reproducible", cwd=elsewhere, settings={"TZ": "America/Lima"})
    assert first.returncode == 0 and first.stdout == second.stdout
    dated = run("p", "--reproducible", cwd=folder, settings={"SOURCE_DATE_EPOCH": "1700000000"})
    assert dated.returncode == 0 and dated.stdout != first.stdout


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopped_program_leaves_nothing(tmp_path, which):
    fill(tmp_path, {"old.zip": b"old"})
    sparse(tmp_path / "zeros", 8 << 30)
    # Deflating so much takes longer than this test.
    packing = start("-9", "zeros", "--save", "old.zip", cwd=tmp_path, stderr=subprocess.DEVNULL)
    wait_until(
        lambda: any(
            "deleted" in os.readlink(f"/proc/{packing.pid}/fd/{number}")
            for number in os.listdir(f"/proc/{packing.pid}/fd")
        ),
        what="an unnamed file",
    )
    let_pass(0.2, "some of the packing")
    packing.send_signal(which)
    assert packing.wait(timeout=10) == -which
    assert sorted(os.listdir(tmp_path)) == ["old.zip", "zeros"]
    assert (tmp_path / "old.zip").read_bytes() == b"old"


def test_saved_archive_is_safe_on_the_disk_before_it_has_its_name(folder, tmp_path):
    calls = tmp_path / "calls"
    trace = ["strace", "-f", "-o", calls, "-e", "trace=fdatasync,fsync,linkat,rename,renameat,renameat2"]
    command = [*trace, program(), "archive", *sorted(os.listdir(folder)), "--save", "safe.zip"]
    done = subprocess.run(command, cwd=folder, env=clean_environment(), capture_output=True)
    if b"PTRACE" in done.stderr.upper() and done.returncode != 0:
        pytest.skip("no process can be traced here")
    assert done.returncode == 0, done.stderr
    names = re.findall(r"^\d+ +(\w+)\(.*\) += 0$", calls.read_text(), re.MULTILINE)
    assert "fdatasync" in names and names.index("fdatasync") < names.index("linkat"), calls.read_text()


def test_failure_names_the_file_and_leaves_nothing(folder):
    before = sorted(os.listdir(folder))
    for arguments in (["p", "missing"], ["p", "missing", "--save", "out.zip"]):
        done = run(*arguments, cwd=folder)
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.decode().splitlines() == [
            'vitrine archive: cannot read "missing": No such file or directory; no archive was made'
        ]
    assert sorted(os.listdir(folder)) == before


def test_file_that_changes_while_it_is_sent_fails_the_archive(tmp_path):
    fill(tmp_path, {"film": os.urandom(4 << 20)})
    with start("-0", "film", cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as packing:
        received = packing.stdout.read(100_000)
        # The rest waits in the pipe until it is read.
        with open(tmp_path / "film", "r+b") as film:
            film.seek(-10, os.SEEK_END)
            film.write(b"0123456789")
        received += packing.stdout.read()
        assert packing.wait(timeout=10) == 1
        assert b'"film" changed while it was read' in packing.stderr.read()
    (tmp_path / "out.zip").write_bytes(received)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(tmp_path / "out.zip")


def test_full_disk_and_closed_pipe_are_errors(folder):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program(), "archive", "p"], cwd=folder, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1 and os.strerror(errno.ENOSPC).encode() in done.stderr
    with start("p", cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as packing:
        packing.stdout.close()
        assert packing.wait(timeout=10) == 1
        assert os.strerror(errno.EPIPE).encode() in packing.stderr.read()


def test_terminal_is_asked_for_a_name_and_shows_progress(folder):
    sparse(folder / "zeros", 300 << 20)
    master, terminal = pty.openpty()
    with os.fdopen(master, "rb", buffering=0) as screen, os.fdopen(terminal, "wb") as terminal:
        done = subprocess.run([program(), "archive", "p"], cwd=folder, stdout=terminal, stderr=subprocess.PIPE)
        assert done.returncode == 2 and b"--save NAME" in done.stderr
        done = subprocess.run(
            [program(), "archive", "zeros", "--save", "out.zip"], cwd=folder, stdout=terminal, stderr=terminal
        )
        assert done.returncode == 0
        shown = screen.read(65_536)
    assert b" of 300.0 MiB, " in shown and b" left" in shown
    assert shown.endswith(b"\r\x1b[K")


def test_wrong_usage_is_exit_status_2(folder):
    for arguments in ([], ["--save", "x.zip"], ["-x", "p"], ["p", "--save"]):
        done = run(*arguments, cwd=folder)
        assert (done.returncode, done.stdout) == (2, b"")
        assert len(done.stderr.splitlines()) == 1
    done = run("--help", cwd=folder)
    assert done.returncode == 0 and b"--save NAME" in done.stdout


def test_memory_does_not_grow_with_the_files(tmp_path):
    sparse(tmp_path / "zeros", 300 << 20)
    for arguments in (["-0", "zeros", "--save", "out.zip"], ["-1", "zeros", "--save", "out.zip"], ["-0", "zeros"]):
        with start(*arguments, cwd=tmp_path, stdout=subprocess.DEVNULL) as packing:
            highest = 0
            while packing.poll() is None:
                highest = max(highest, highest_memory(packing.pid))
                time.sleep(0.01)
        assert packing.returncode == 0
        assert 0 < highest < 40 * 1024, f"{arguments}: {highest} KiB"


def highest_memory(pid):
    """The most resident memory that the process ever had, in KiB."""
    with open(f"/proc/{pid}/status") as status:
        return next((int(line.split()[1]) for line in status if line.startswith("VmHWM:")), 0)


@pytest.mark.full
def test_more_members_than_the_plain_end_record_can_count(tmp_path):
    (tmp_path / "p").mkdir()
    for number in range(65_536):
        (tmp_path / f"p/{number}").touch()
    assert run("p", "--save", "out.zip", cwd=tmp_path).returncode == 0
    expected = {f"p/{number}": b"" for number in range(65_536)}
    check_with_all_readers(
        tmp_path / "out.zip", expected, readers=["unzip -t", "zipinfo", "bsdtar from a pipe", "zipfile", "Java"]
    )


@pytest.mark.full
@pytest.mark.parametrize("level", ["-0", "-1"])
def test_members_over_4_gib(tmp_path, level):
    sparse(tmp_path / "a", (1 << 32) + 1)
    fill(tmp_path, {"b": b"after the large one"})
    assert run(level, "a", "b", "--save", "out.zip", cwd=tmp_path).returncode == 0
    check_with_all_readers(
        tmp_path / "out.zip",
        {"a": tmp_path / "a", "b": b"after the large one"},
        readers=["unzip -t", "zipinfo", "zipdetails", "zipfile", "Java"],
    )

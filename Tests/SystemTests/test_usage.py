"""Exit statuses: 0 done, 1 failed, 2 wrong usage, which is told whatever the settings say."""

import subprocess
import zipfile

import pytest

from harness import CLONE, clean_environment, program

WRONG = [
    [],
    ["frobnicate"],
    ["serve", "now"],
    ["serve", "--frobnicate"],
    ["serve", "--config"],
    ["serve", "--level", "foo"],
    ["serve", "--debug=perhaps"],
    ["check", "everything"],
    ["check", "--url"],
    ["check", "--url", "nowhere"],
    ["version", "please"],
    ["key"],
    ["key", "frobnicate"],
    ["key", "add"],
    ["key", "add", "one", "two"],
    ["key", "list", "one"],
    ["key", "list", "--secret", "a secret"],
    ["key", "add", "bad/name"],
    ["key", "add", "ab"],
    ["key", "add", "shop", "--secret", "short"],
    ["key", "remove", "shop", "--policy", "file"],
    ["key", "add", "shop", "--frobnicate", "x"],
    ["picture"],
    ["picture", "frobnicate"],
    ["picture", "list", "all"],
    ["picture", "delete"],
    ["picture", "unblock", "cat.jpg"],
    ["routes", "now"],
    ["settings"],
    ["settings", "--markdown", "--man"],
    ["confined"],
    ["presign", "GET"],
    ["presign", "DELETE", "bucket/key"],
    ["presign", "GET", "bucket"],
    ["presign", "GET", "bucket/key", "--expires", "never"],
    ["presign", "GET", "bucket/key", "--expires", "8d"],
    ["archive"],
    ["archive", "--frobnicate", "file"],
    ["archive", "-x"],
    ["archive", "file", "--reproducible=yes"],
    ["archive", ""],
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
@pytest.mark.parametrize("settings", [{}, {"VITRINE_LANGUAGE": "klingon"}], ids=["sound", "wrong"])
def test_wrong_usage_has_a_status_of_its_own(tmp_path, arguments, settings):
    environment = clean_environment(settings)
    done = subprocess.run([program(), *arguments], env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    if arguments:
        assert len(done.stderr.splitlines()) == 1 and "--help" in done.stderr
    assert "short" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_is_no_option_behind_two_dashes(tmp_path):
    (tmp_path / "--help").write_text("a file")
    arguments = ["archive", "--save", "out.zip", "--", "--help"]
    done = subprocess.run([program(), *arguments], env=clean_environment(), capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert zipfile.ZipFile(tmp_path / "out.zip").read("--help") == b"a file"


@pytest.mark.parametrize("script", ["install", "uninstall", "package", "site"])
@pytest.mark.parametrize("arguments", [["--frobnicate"], ["--frobnicate", "x"]])
def test_scripts_agree(script, arguments):
    done = subprocess.run([CLONE / "deploy" / script, *arguments], capture_output=True, text=True, env=clean_environment())
    assert done.returncode == 2 and "--frobnicate" in done.stderr and len(done.stderr.splitlines()) == 1

"""README and manual page: they say what the program says, and what they tell a reader to type works."""

import os
import re
import shlex
import shutil
import subprocess

import pytest

import pictures
from harness import CLONE, program

README = (CLONE / "README.md").read_text()


def said(*arguments):
    return subprocess.run([program(), *arguments], capture_output=True, text=True, check=True).stdout


def test_settings_table_of_the_readme_is_that_of_the_code():
    shown = re.search(r"<!-- settings: .*?-->\n(.*?)<!-- end of settings -->", README, re.DOTALL).group(1)
    assert shown == said("settings", "--markdown")


def test_every_file_that_the_readme_links_to_is_there():
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert "LICENSE" in targets
    for target in targets:
        assert target.startswith("https://") or (CLONE / target).is_file(), target


def readme_commands(first_word):
    """The lines of the README's shell examples that run a program, without their remarks."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith(first_word + " ")]


@pytest.mark.parametrize("command", readme_commands("curl"))
def test_curl_example_of_the_readme_works(server, tmp_path, command):
    arguments = shlex.split(command.replace("http://127.0.0.1:8080", server.url), comments=True)
    (tmp_path / "cat.jpg").write_bytes(pictures.camera_jpeg())
    for name in re.findall(r"/archive/(\w+)/", command):
        if not (server.photos / name).exists():
            server.photo_folder(name, {"one.jpg": pictures.jpeg()})
    done = subprocess.run(
        [*arguments, "--fail", "--silent", "--show-error"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    if "/archive/" in command:
        zips = [entry for entry in os.listdir(tmp_path) if entry.endswith(".zip")]
        assert len(zips) == 1 and shutil.which("unzip")
        subprocess.run(["unzip", "-tq", zips[0]], cwd=tmp_path, check=True)
    else:
        assert '"original_name":"cat.jpg"' in done.stdout


@pytest.mark.skipif(not shutil.which("rsync"), reason="needs rsync")
def test_backup_of_the_readme_restores_a_store(make_server, tmp_path):
    first = make_server()
    facts = first.client.upload(pictures.camera_jpeg(), "cat.jpg").json()
    (command,) = readme_commands("rsync")
    source, target = "/var/lib/vitrine/", "backup:/srv/vitrine/"
    assert source in command and target in command
    copy = tmp_path / "copy"
    arguments = shlex.split(command.replace(source, f"{first.data}/").replace(target, f"{copy}/"))
    subprocess.run(arguments, check=True)
    assert not [path for path in copy.rglob("*.db*")]

    second = make_server(settings={"VITRINE_DATA": str(copy)})
    again = second.client.get(f"/api/images/{facts['name']}").json()
    assert again["sha256"] == facts["sha256"] and again["original_name"] == "cat.jpg"
    assert second.client.get(f"/images/{facts['name']}").status == 200
    # The secret came along: the delete token still counts.
    answer = second.client.request(
        "DELETE", f"/api/images/{facts['name']}", headers={"Authorization": f"Bearer {facts['delete_token']}"}
    )
    assert answer.status == 204

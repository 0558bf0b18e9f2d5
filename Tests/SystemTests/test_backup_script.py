"""vitrine-backup and vitrine-restore: a server with its settings, its site and its secret, on another machine."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import pictures
from harness import CLONE, wait_until

pytestmark = pytest.mark.skipif(not shutil.which("rsync"), reason="needs rsync")

SITE = "# edited by hand\nserver { listen 80; server_name pictures.example; }\n"


def script(name, root, *arguments):
    environment = {**os.environ, "VITRINE_BACKUP_ROOT": str(root), "LC_ALL": "C"}
    return subprocess.run([CLONE / "deploy" / name, *map(str, arguments)], env=environment, capture_output=True, text=True)


@pytest.fixture
def host(make_server, tmp_path):
    """A server whose data folder, settings and site stand below a folder as they do below /."""
    root = tmp_path / "host"
    (root / "etc/vitrine").mkdir(parents=True)
    (root / "etc/vitrine/vitrine.conf").write_text("VITRINE_DATA=/srv/pictures\n# mine\n")
    (root / "etc/vitrine/terms.html").write_text("<p>my terms</p>\n")
    (root / "etc/nginx/sites-available").mkdir(parents=True)
    (root / "etc/nginx/sites-available/vitrine").write_text(SITE)
    (root / "etc/nginx/sites-available/vitrine.before").write_text("# of before\n")
    (root / "etc/systemd/system/vitrine.service.d").mkdir(parents=True)
    (root / "etc/systemd/system/vitrine.service.d/override.conf").write_text("[Service]\nCPUQuota=50%\n")
    server = make_server(settings={"VITRINE_DATA": str(root / "srv/pictures")})
    return root, server


def test_a_server_comes_back_whole_on_another_machine(host, make_server, tmp_path):
    root, server = host
    cat = server.client.upload(pictures.jpeg(), "cat.jpg").json()
    server.photo_folder("trip", {"one.jpg": pictures.jpeg(seed=2)})
    place = tmp_path / "away/copy"
    done = script("backup", root, place)
    assert done.returncode == 0, done.stderr
    assert "with the secret" in done.stdout
    assert not list(place.rglob("*.db*")) and not (place / "data/thumbs").exists()
    # Once more, after something has gone: the copy follows.
    gone = server.client.upload(pictures.png(), "gone.png").json()
    assert script("backup", root, place).returncode == 0
    assert (place / "data/images" / gone["name"]).exists()
    server.client.request("DELETE", f"/api/images/{gone['name']}?token={gone['delete_token']}")
    assert script("backup", root, place).returncode == 0
    assert not (place / "data/images" / gone["name"]).exists()

    fresh = tmp_path / "fresh"
    (fresh / "etc/nginx/sites-available").mkdir(parents=True)
    (fresh / "etc/nginx/sites-enabled").mkdir(parents=True)
    (fresh / "etc/vitrine").mkdir()
    (fresh / "etc/vitrine/vitrine.conf").write_text("# as it was installed\n")
    (fresh / "etc/nginx/sites-available/vitrine").write_text("# as it was made\n")
    (fresh / "etc/nginx/sites-available/vitrine.before").write_text("# another of before\n")
    (fresh / "etc/systemd/system/vitrine.service.d").mkdir(parents=True)
    (fresh / "etc/systemd/system/vitrine.service.d/override.conf").write_text("# a unit of here\n")
    done = script("restore", fresh, place)
    assert done.returncode == 0, done.stderr
    assert (fresh / "etc/vitrine/vitrine.conf").read_text() == "VITRINE_DATA=/srv/pictures\n# mine\n"
    assert (fresh / "etc/vitrine/terms.html").read_text() == "<p>my terms</p>\n"
    assert (fresh / "etc/nginx/sites-available/vitrine").read_text() == SITE
    assert (fresh / "etc/nginx/sites-enabled/vitrine").is_symlink()
    assert "CPUQuota" in (fresh / "etc/systemd/system/vitrine.service.d/override.conf").read_text()
    # What was there is kept, and it is said where.
    for name, text in {
        "vitrine/vitrine.conf": "# as it was installed\n",
        "nginx/sites-available/vitrine": "# as it was made\n",
        "nginx/sites-available/vitrine.before": "# another of before\n",
        "systemd/system/vitrine.service.d/override.conf": "# a unit of here\n",
    }.items():
        path = fresh / "etc" / name
        (kept,) = path.parent.glob(f"{path.name}.2*")
        assert kept.read_text() == text and f"{path} is kept as {kept}" in done.stdout

    again = make_server(settings={"VITRINE_DATA": str(fresh / "srv/pictures")})
    wait_until(lambda: len(again.client.get("/api/images").json()["images"]) == 1, 20, "the index is made anew")
    assert again.client.get(f"/images/{cat['name']}").status == 200
    assert again.client.get("/archive/trip/").status == 200
    # The secret came along.
    assert again.client.request("DELETE", f"/api/images/{cat['name']}?token={cat['delete_token']}").status == 204


def test_a_lost_secret_is_said_aloud(host, tmp_path):
    root, server = host
    server.client.upload(pictures.jpeg(), "cat.jpg")
    server.stop_program()
    (Path(server.data) / ".vitrine/secret").unlink()
    done = script("backup", root, tmp_path / "copy")
    assert done.returncode == 1 and "without the secret" in done.stderr and "void" in done.stderr
    fresh = tmp_path / "fresh"
    (fresh / "etc").mkdir(parents=True)
    done = script("restore", fresh, tmp_path / "copy")
    assert done.returncode == 0 and "delete links that were handed out are void" in done.stderr
    server.start_program()


def test_pictures_that_are_there_are_not_overwritten_unasked(host, tmp_path):
    root, server = host
    cat = server.client.upload(pictures.jpeg(), "cat.jpg").json()
    assert script("backup", root, tmp_path / "copy").returncode == 0
    stays = server.client.upload(pictures.png(), "stays.png").json()
    refused = script("restore", root, tmp_path / "copy")
    assert refused.returncode == 1 and "--force" in refused.stderr
    (server.images / cat["name"]).unlink()
    assert script("restore", root, tmp_path / "copy", "--force").returncode == 0
    assert (server.images / cat["name"]).exists() and (server.images / stays["name"]).exists()


def test_photographs_that_are_there_are_not_overwritten_unasked(host, tmp_path):
    """Nor is anything else changed by a restoration that is refused."""
    root, server = host
    server.photo_folder("trip", {"one.jpg": pictures.jpeg()})
    assert script("backup", root, tmp_path / "copy").returncode == 0
    fresh = tmp_path / "fresh"
    (fresh / "srv/pictures/photos/trip").mkdir(parents=True)
    (fresh / "srv/pictures/photos/trip/one.jpg").write_bytes(b"another")
    refused = script("restore", fresh, tmp_path / "copy")
    assert refused.returncode == 1 and "--force" in refused.stderr
    assert [path.read_bytes() for path in fresh.rglob("*") if path.is_file()] == [b"another"]


@pytest.mark.parametrize("there", ["data/ours.txt", "etc/passwd", "notes.txt"])
def test_folder_that_is_no_backup_is_not_made_one(host, tmp_path, there):
    """A second run removes what is gone here: from a backup only."""
    root, _ = host
    (tmp_path / "away" / there).parent.mkdir(parents=True)
    (tmp_path / "away" / there).write_text("somebody's")
    refused = script("backup", root, tmp_path / "away")
    assert refused.returncode == 1 and "something else" in refused.stderr
    assert [path.name for path in (tmp_path / "away").rglob("*") if path.is_file()] == [Path(there).name]


def test_backup_of_an_earlier_version_goes_on(host, tmp_path):
    """It had no file that says what it is."""
    root, _ = host
    assert script("backup", root, tmp_path / "copy").returncode == 0
    (tmp_path / "copy/vitrine-backup").unlink()
    assert script("backup", root, tmp_path / "copy").returncode == 0
    assert (tmp_path / "copy/vitrine-backup").exists()


def test_disk_that_is_not_mounted_does_not_empty_the_backup(host, tmp_path):
    root, server = host
    cat = server.client.upload(pictures.jpeg(), "cat.jpg").json()
    # It would make its private folder anew.
    server.stop_program()
    photos = root / "srv/elsewhere"
    (photos / "trip").mkdir(parents=True)
    (photos / "trip/one.jpg").write_bytes(pictures.jpeg())
    with open(root / "etc/vitrine/vitrine.conf", "a") as settings:
        settings.write("PHOTOS_DIR=/srv/elsewhere\n")
    assert script("backup", root, tmp_path / "copy").returncode == 0
    for missing in (Path(server.data), photos):
        missing.rename(f"{missing}.away")
        missing.mkdir()
        refused = script("backup", root, tmp_path / "copy")
        assert refused.returncode == 1 and f"{missing}" in refused.stderr and "mounted" in refused.stderr
        missing.rmdir()
        Path(f"{missing}.away").rename(missing)
    assert (tmp_path / "copy/data/images" / cat["name"]).exists() and (tmp_path / "copy/photos/trip/one.jpg").exists()
    server.start_program()


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_wrong_usage_is_told(name, tmp_path):
    (tmp_path / "etc").mkdir()
    assert script(name, tmp_path).returncode == 2
    assert script(name, tmp_path, "--nonsense").returncode == 2
    assert "Usage: vitrine-" in script(name, tmp_path, "--help").stdout
    missing = script(name, tmp_path, tmp_path / "nowhere")
    assert missing.returncode == 1 and missing.stderr.startswith(f"vitrine-{name}: ")

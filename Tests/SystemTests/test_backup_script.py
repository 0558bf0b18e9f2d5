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
    done = script("restore", fresh, place)
    assert done.returncode == 0, done.stderr
    assert (fresh / "etc/vitrine/vitrine.conf").read_text() == "VITRINE_DATA=/srv/pictures\n# mine\n"
    assert (fresh / "etc/vitrine/terms.html").read_text() == "<p>my terms</p>\n"
    assert (fresh / "etc/nginx/sites-available/vitrine").read_text() == SITE
    assert (fresh / "etc/nginx/sites-enabled/vitrine").is_symlink()
    assert (fresh / "etc/systemd/system/vitrine.service.d/override.conf").exists()
    # What was there is kept, and it is said where.
    (settings,) = (fresh / "etc/vitrine").glob("vitrine.conf.*")
    assert settings.read_text() == "# as it was installed\n"
    (site,) = [path for path in (fresh / "etc/nginx/sites-available").glob("vitrine.2*")]
    assert site.read_text() == "# as it was made\n" and str(site) in done.stdout

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


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_wrong_usage_is_told(name, tmp_path):
    (tmp_path / "etc").mkdir()
    assert script(name, tmp_path).returncode == 2
    assert script(name, tmp_path, "--nonsense").returncode == 2
    assert "Usage: vitrine-" in script(name, tmp_path, "--help").stdout
    missing = script(name, tmp_path, tmp_path / "nowhere")
    assert missing.returncode == 1 and missing.stderr.startswith(f"vitrine-{name}: ")

"""The Debian package in a fresh Debian, 12 and then 13, under its own systemd: from installation to purge. The tests build
on each other, in their order."""

import concurrent.futures
import io
import os
import random
import re
import shutil
import signal
import subprocess
import threading
import zipfile

import pytest

import machine as machines
import pictures
from documents import OPERATOR, documented_commands
from harness import CLONE, let_pass, wait_until

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(bool(machines.missing()), reason=f"needs {machines.missing()}"),
]
HOST = "pictures.example"


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Two packages of the same program, the second with a higher version."""
    folder = tmp_path_factory.mktemp("packages")
    made = []
    for version in ("1.0", "1.1"):
        command = [CLONE / "deploy/package", "--version", version, "--out", folder]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        made.append(done.stdout.splitlines()[-1])
    return made


@pytest.fixture(scope="module", params=machines.RELEASES)
def machine(request, tmp_path_factory, packages):
    """A booted machine of each release in turn, on which the first package was installed."""
    folder = tmp_path_factory.mktemp("machine")
    made = machines.Machine(machines.fresh_tree(folder / "tree", request.param), folder / "console")
    for path in packages:
        shutil.copy(path, made.tree / "root")
    made.said = made.install(f"/root/{os.path.basename(packages[0])}", "libvips-tools", "rsync")
    with open(made.tree / "etc/hosts", "a") as hosts:
        hosts.write(f"127.0.0.1 localhost {HOST}\n")
    try:
        made.boot()
        yield made
        made.power_off()
    finally:
        made.kill()


@pytest.fixture
def client(machine):
    return machine.client(HOST)


@pytest.fixture(scope="module")
def stored(machine):
    """Names and bytes of what was uploaded to this machine on the way."""
    return {}


def workers(machine):
    return machine.run("pgrep", "--exact", "vitrine-worker").split()


def all_there(client, stored):
    return all(client.get(f"/images/{name}").body == content for name, content in stored.items())


@pytest.mark.skipif(not shutil.which("lintian"), reason="needs lintian")
def test_lintian_has_nothing_to_say(packages):
    done = subprocess.run(["lintian", "--fail-on=error,warning", packages[0]], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_package_names_what_it_needs(packages):
    depends = subprocess.run(["dpkg-deb", "-f", packages[0], "Depends"], capture_output=True, text=True).stdout
    for library in ("libc6", "libfcgi0ldbl", "libmagic1", "libsqlite3-0", "libssl3", "zlib1g", "libcurl4"):
        assert re.search(rf"\b{library}\b", depends), depends


def test_installation_says_nothing_of_a_fault(machine):
    assert [line for line in machine.said.splitlines() if re.search("[Ff]ailed|[Uu]nknown|static unit", line)] == []


def test_built_again_it_is_another_version():
    """Else apt would keep the one that is there."""
    made = set()
    for moment in ("1700000000", "1700000060"):
        environment = {**os.environ, "SOURCE_DATE_EPOCH": moment}
        script = '. deploy/lib.sh; . <(sed -n "/^build_of/,/^}/p" deploy/package); build_of'
        done = subprocess.run(["bash", "-c", script], cwd=CLONE, env=environment, capture_output=True, text=True)
        assert re.fullmatch(r"\d{14}(\.[0-9a-f]+(\.changed)?)?", done.stdout), done
        made.add(done.stdout)
    clean = subprocess.run(["git", "status", "--porcelain"], cwd=CLONE, capture_output=True, text=True)
    # Of one commit there is one version, of what is no commit one for each build.
    assert len(made) == (1 if clean.returncode == 0 and not clean.stdout else 2)


def test_installation_starts_the_service(machine):
    assert machine.property("vitrine.service", "ActiveState") == "active"
    assert machine.property("vitrine.socket", "ActiveState") == "active"
    assert machine.run("systemd-analyze", "--man=no", "verify", "vitrine.service", "vitrine.socket") == ""
    assert machine.run("stat", "-c", "%a %U:%G", "/etc/vitrine/vitrine.conf") == "640 root:vitrine\n"


def test_pictures_and_archives_go_through_nginx(machine, client, stored):
    machine.run("vitrine-site", HOST)
    wait_until(lambda: client.get("/healthz").status == 200, 10, "nginx has reloaded")
    content = pictures.jpeg()
    answer = client.upload(content, "cat.jpg")
    assert answer.status == 201
    facts = answer.json()
    assert facts["url"] == f"http://{HOST}/images/{facts['name']}"
    stored[facts["name"]] = client.get(f"/images/{facts['name']}").body
    assert len(stored[facts["name"]]) == facts["size"]

    folder = machine.tree / "var/lib/vitrine/photos/trip"
    folder.mkdir()
    (folder / "one.jpg").write_bytes(content)
    archive = zipfile.ZipFile(io.BytesIO(client.get("/archive/trip/").body))
    assert archive.read("one.jpg") == content
    assert client.upload(b"x" * (6 << 20), "large.jpg").problem() == (413, "too-large")
    assert "Success: image cat.jpg uploaded." in (machine.tree / "var/log/vitrine/app.log").read_text()


def test_thumbnails_are_made_inside_the_sandbox(machine, client, stored):
    """By another program, which the service may execute although it may do little else."""
    for name in stored:
        for density in ("", "2x/"):
            answer = client.get(f"/thumbs/{density}{name}")
            assert answer.status == 200, machine.run("journalctl", "--unit=vitrine", "--no-pager")
            assert answer.headers["Content-Type"] == "image/webp"
            assert answer.body[8:12] == b"WEBP"
            assert (machine.tree / "var/lib/vitrine/thumbs" / density / name).read_bytes() == answer.body
    assert "no thumbnail" not in machine.run("journalctl", "--unit=vitrine", "--no-pager")


def test_check_finds_nothing_wrong_also_on_the_way_through_nginx(machine):
    check = ["vitrine", "check", "--config", "/etc/vitrine/vitrine.conf", "--url", f"http://{HOST}"]
    assert machine.run(*check) == "all is well\n"
    # Called by root, it looks with the eyes of the service.
    machine.run("chown", "root:root", "/var/log/vitrine")
    assert "VITRINE_LOGS: cannot write to /var/log/vitrine" in machine.try_run(*check).stdout
    machine.run("chown", "vitrine:vitrine", "/var/log/vitrine")


def test_commands_work_on_the_tree_of_the_service(machine):
    """From any folder and without options; what they print is good there."""

    def run(*command):
        return machine.try_run("env", "-C", "/root", *command)

    made = run("vitrine", "key", "add", "shop")
    assert made.returncode == 0 and "the tree is /var/lib/vitrine" in made.stderr
    assert "shop" in run("vitrine", "key", "list", "--config", "/etc/vitrine/vitrine.conf").stdout
    refused = run("vitrine", "presign", "GET", "bucket/key", "--key", "shop")
    assert refused.returncode == 1 and refused.stdout == "" and "--url" in refused.stderr
    settings = machine.tree / "etc/vitrine/vitrine.conf"
    before = settings.read_text()
    settings.write_text(before + f"VITRINE_PUBLIC_URL=https://{HOST}\n")
    assert run("vitrine", "presign", "GET", "bucket/key", "--key", "shop").stdout.startswith(f"https://{HOST}:9000/bucket/key?")
    settings.write_text(before)
    # Somebody who may not read the settings gets no tree of his own instead.
    other_user = run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "vitrine", "key", "list")
    assert other_user.returncode == 1 and "/etc/vitrine/vitrine.conf" in other_user.stderr
    assert run("vitrine", "key", "remove", "shop").returncode == 0
    assert not (machine.tree / "root/var").exists()


@pytest.mark.parametrize(
    "line, said",
    [
        ("VITRINE_DATA=/srv/data", "may not write to /srv/data"),
        ("VITRINE_DATA=/home/somebody/data", "does not see /home/somebody/data"),
        ("VITRINE_DATA=/tmp/data", "does not see /tmp/data"),
        ("VITRINE_LOGS=/srv/data", "may not write to /srv/data"),
        ("PHOTOS_DIR=/home/somebody", "does not see /home/somebody"),
        ("PHOTOS_DIR=/root/photos", "does not see /root/photos"),
        ("VITRINE_LISTEN=tcp:127.0.0.1:9999", "VITRINE_LISTEN: vitrine.socket listens on /run/vitrine/fastcgi.sock"),
    ],
)
def test_check_finds_what_the_unit_forbids(machine, line, said):
    machine.run("mkdir", "-p", "/srv/data", "/home/somebody/data", "/root/photos")
    settings = machine.tree / "etc/vitrine/vitrine.conf"
    before = settings.read_text()
    settings.write_text(f"{before}{line}\n")
    try:
        done = machine.try_run("vitrine", "check")
        assert done.returncode == 1 and said in done.stdout
    finally:
        settings.write_text(before)
    assert machine.run("vitrine", "check") == "all is well\n"


def test_folders_that_the_unit_opens_pass_the_check_and_serve(machine):
    """As `vitrine check` tells it to be done."""
    settings = machine.tree / "etc/vitrine/vitrine.conf"
    before = settings.read_text()
    settings.write_text(before + "VITRINE_DATA=/srv/data\n")
    unit = machine.tree / "etc/systemd/system/vitrine.service.d/override.conf"
    unit.parent.mkdir()
    unit.write_text("[Service]\nReadWritePaths=/srv/data\n")
    machine.run("systemctl", "daemon-reload")
    assert "cannot write to /srv/data" in machine.try_run("vitrine", "check").stdout
    machine.run("chown", "vitrine:vitrine", "/srv/data")
    assert machine.run("vitrine", "check") == "all is well\n"
    machine.run("systemctl", "restart", "vitrine")
    assert machine.property("vitrine.service", "ActiveState") == "active"
    machine.run("rm", "-r", "/srv/data")
    assert "which is not there" in machine.try_run("vitrine", "check").stdout
    settings.write_text(before)
    shutil.rmtree(unit.parent)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "vitrine")


def test_photographs_stay_theirs_who_fill_them(machine, packages):
    """Over starts, boots and installations, as an FTP server needs it."""
    machine.run("useradd", "ftpuser")
    machine.run("chown", "ftpuser:ftpuser", "/var/lib/vitrine/photos")
    machine.run("chmod", "2775", "/var/lib/vitrine/photos")

    def owner():
        return machine.run("stat", "-c", "%U:%G %a", "/var/lib/vitrine/photos").strip()

    machine.run("systemctl", "restart", "vitrine")
    assert owner() == "ftpuser:ftpuser 2775"
    machine.run("systemd-tmpfiles", "--create")
    assert owner() == "ftpuser:ftpuser 2775"
    said = machine.try_run("dpkg", "--install", f"/root/{os.path.basename(packages[0])}")
    assert said.returncode == 0 and "ailed" not in said.stdout + said.stderr
    assert owner() == "ftpuser:ftpuser 2775"
    # A disk that was just mounted is root's; what lies on it stays whose it is.
    machine.run("chown", "root:root", "/var/lib/vitrine")
    machine.run("systemctl", "restart", "vitrine")
    assert owner() == "ftpuser:ftpuser 2775"
    assert machine.run("stat", "-c", "%U", "/var/lib/vitrine") == "vitrine\n"
    machine.power_off()
    machine.boot()
    assert owner() == "ftpuser:ftpuser 2775"


def test_reload_has_bound_when_systemctl_returns(machine, client, stored):
    settings = machine.tree / "etc/vitrine/vitrine.conf"
    before = settings.read_text()
    wait_until(lambda: client.get("/healthz").status == 200, 10, "it serves")
    kept = client.connection()
    name = client.upload(pictures.jpeg(), "before.jpg", connection=kept).json()["name"]
    stored[name] = client.get(f"/images/{name}").body
    settings.write_text(before + "VITRINE_UPLOAD_TOKEN=secret\n")
    machine.run("systemctl", "reload", "vitrine")
    statuses = [client.upload(pictures.jpeg(), "after.jpg", connection=kept).status for _ in range(10)]
    settings.write_text(before)
    machine.run("systemctl", "reload", "vitrine")
    assert set(statuses) == {401}


def test_everything_is_there_after_a_restart_and_a_boot(machine, client, stored):
    machine.run("systemctl", "restart", "vitrine")
    assert all_there(client, stored)
    assert client.get(f"/api/images/{next(iter(stored))}").status == 200
    machine.power_off()
    machine.boot()
    wait_until(lambda: client.get("/healthz").status == 200, 10, "it serves again")
    assert all_there(client, stored)
    assert client.get("/api/images").json()["images"][0]["name"] in stored


def test_service_user_writes_its_own_folders_only(machine):
    """As that user: on the machine at large, and in the service's own view of it."""
    shared = {"/tmp", "/var/tmp", "/run/lock", "/dev/shm", "/dev/mqueue"}
    own = ("/var/lib/vitrine", "/var/log/vitrine", "/run/vitrine")
    everybodys = ("/tmp/", "/var/tmp/")
    user = ["setpriv", "--reuid=vitrine", "--regid=vitrine", "--clear-groups"]
    search = ["find", "/", "-path", "/proc", "-prune", "-o", "-path", "/sys", "-prune", "-o"]
    search += ["(", "-type", "d", "-o", "-type", "f", ")", "-writable", "-print"]

    def writable(*enter):
        return set(machine.try_run(*enter, *user, *search).stdout.split("\n")[:-1])

    def foreign(paths):
        return {path for path in paths if not path.startswith(own + everybodys) and path not in shared}

    at_large = writable()
    assert set(own) <= at_large
    assert not foreign(at_large)

    confined = writable("nsenter", f"--target={workers(machine)[0]}", "--mount")
    assert "/var/lib/vitrine/images" in confined
    assert not foreign(confined)
    assert "/var/lib/vitrine/photos" not in confined
    # Even root is stopped there by what is mounted read only.
    for path in ("/etc/passwd", "/usr/bin/vitrine", "/var/lib/vitrine/photos/trip/new", "/home/new"):
        enter = ["nsenter", f"--target={workers(machine)[0]}", "--mount", "sh", "-c", f": >> {path}"]
        assert machine.try_run(*enter).returncode != 0, path


def test_documented_backup_brings_everything_back(machine, client, stored):
    away, back = (line.removeprefix("sudo ").replace("backup:", "") for line in documented_commands("sudo rsync -aX"))
    machine.run("sh", "-c", away)
    machine.run("systemctl", "stop", "vitrine.socket", "vitrine.service")
    shutil.rmtree(machine.tree / "var/lib/vitrine")
    # A backup knows the user of another machine by a number.
    machine.run("chown", "-R", "4711:4711", "/srv/vitrine")
    machine.run("sh", "-c", back)
    for command in documented_commands("sudo chown") + documented_commands("sudo systemctl start vitrine.socket"):
        machine.run("sh", "-c", command.removeprefix("sudo "))
    wait_until(lambda: client.get("/healthz").status == 200, 20, "it serves again")
    assert all_there(client, stored)
    wait_until(lambda: len(client.get("/api/images").json()["images"]) == len(stored), 20, "the index is made anew")
    assert zipfile.ZipFile(io.BytesIO(client.get("/archive/trip/").body)).testzip() is None
    assert client.upload(pictures.jpeg(), "again.jpg").status == 201
    shutil.rmtree(machine.tree / "srv/vitrine")


def test_backup_of_a_machine_with_other_numbers_of_users_is_brought_back(machine, client, stored):
    machine.run("vitrine-backup", "/srv/copy")
    machine.run("chown", "-R", "4711:4711", "/srv/copy/data")
    machine.run("chgrp", "4712", "/srv/copy/etc/vitrine.conf")
    machine.run("systemctl", "stop", "vitrine.socket", "vitrine.service")
    shutil.rmtree(machine.tree / "var/lib/vitrine")
    machine.run("vitrine-restore", "/srv/copy")
    wait_until(lambda: client.get("/healthz").status == 200, 20, "it serves again")
    assert all_there(client, stored)
    assert machine.run("stat", "-c", "%U:%G %a", "/etc/vitrine/vitrine.conf") == "root:vitrine 640\n"
    assert client.upload(pictures.jpeg(), "after.jpg").status == 201
    shutil.rmtree(machine.tree / "srv/copy")


def test_photographs_in_a_home_are_seen_with_the_documented_unit(machine, client):
    folder = machine.tree / "home/ftp/photos/summer"
    folder.mkdir(parents=True)
    (folder / "one.jpg").write_bytes(pictures.jpeg())
    settings = machine.tree / "etc/vitrine/vitrine.conf"
    before = settings.read_text()
    settings.write_text(before + "PHOTOS_DIR=/home/ftp/photos\n")
    unit = machine.tree / "etc/systemd/system/vitrine.service.d/override.conf"
    unit.parent.mkdir()
    unit.write_text(re.search(r"```ini\n(.*?)```", OPERATOR, re.DOTALL).group(1))
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "vitrine")
    archive = zipfile.ZipFile(io.BytesIO(client.get("/archive/summer/").body))
    assert archive.read("one.jpg") == pictures.jpeg()
    settings.write_text(before)
    shutil.rmtree(unit.parent)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "vitrine")
    assert client.get("/archive/summer/").status == 404


def test_wrong_settings_fail_the_reload_and_change_nothing(machine, client):
    path = machine.tree / "etc/vitrine/vitrine.conf"
    before, pool = path.read_text(), workers(machine)
    path.write_text(before + "VITRINE_LANGUAGE=klingon\n")
    assert machine.try_run("systemctl", "reload", "vitrine").returncode != 0
    assert "VITRINE_LANGUAGE" in machine.run("journalctl", "--unit=vitrine", "--no-pager")
    assert workers(machine) == pool and client.get("/healthz").status == 200
    path.write_text(before)
    machine.run("systemctl", "reload", "vitrine")


def test_log_is_rotated(machine, client):
    logs = machine.tree / "var/log/vitrine"
    machine.run("logrotate", "--force", "/etc/logrotate.d/vitrine")
    assert (logs / "app.log.1").exists()
    let_pass(0.5, "the signal's way to the workers")
    client.upload(b"x", "after.txt")
    wait_until(lambda: "after.txt" in (logs / "app.log").read_text(), 5, "a line in the new file")
    assert "after.txt" not in (logs / "app.log.1").read_text()


def test_upgrade_under_load_fails_no_request(machine, client, stored, packages):
    failures, stop, counted = [], threading.Event(), [0] * 32
    supervisor = machine.property("vitrine.service", "MainPID")
    archive = client.get("/archive/trip/").body

    def load(number):
        chance, kept = random.Random(number), client.connection()
        while not stop.is_set():
            kind = chance.choice(("upload", "refusal", "put", "list", "archive", "picture"))
            try:
                if kind == "upload":
                    answer = client.upload(pictures.png(16, 16), "x.png", connection=kept)
                    good = answer.status == 201
                    if good and number == 0:
                        name = answer.json()["name"]
                        stored[name] = client.get(f"/images/{name}").body
                elif kind == "refusal":
                    good = client.upload(b"x", "x.txt", connection=kept).status == 415
                elif kind == "put":
                    good = client.put_raw(pictures.png(16, 16), "x.png").status == 201
                elif kind == "list":
                    good = client.get("/api/images?limit=5", connection=kept).status == 200
                elif kind == "archive":
                    good = client.get("/archive/trip/").body == archive
                else:
                    good = client.get(f"/images/{next(iter(stored))}", connection=kept).status == 200
                if not good:
                    failures.append((number, kind))
            except Exception as error:
                failures.append((number, kind, repr(error)))
                kept.close()
            counted[number] += 1
        kept.close()

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        running = [pool.submit(load, number) for number in range(32)]
        let_pass(2, "load before the upgrade")
        before = set(workers(machine))
        report = machine.run("dpkg", "--install", f"/root/{os.path.basename(packages[1])}")
        assert "going on" not in report and "goes on" not in report
        wait_until(lambda: len(set(workers(machine)) - before) >= 2, 20, "new workers")
        let_pass(3, "load after the upgrade")
        stop.set()
        concurrent.futures.wait(running, 60)

    assert failures == []
    assert min(counted) > 0
    assert machine.property("vitrine.service", "MainPID") == supervisor
    assert machine.run("readlink", f"/proc/{supervisor}/exe").strip() == "/usr/bin/vitrine"
    wait_until(lambda: not before & set(workers(machine)), 40, "the old workers have left")
    for worker in workers(machine):
        assert machine.run("readlink", f"/proc/{worker}/exe").strip() == "/usr/bin/vitrine"
    assert "1.1-1" in machine.run("dpkg-query", "-W", "vitrine")


def test_watchdog_restarts_a_supervisor_whose_workers_hang(machine, client):
    folder = machine.tree / "etc/systemd/system/vitrine.service.d"
    folder.mkdir()
    (folder / "watchdog.conf").write_text("[Service]\nWatchdogSec=6\n")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "vitrine")
    before = machine.property("vitrine.service", "MainPID")
    let_pass(8, "more than the watchdog's time")
    assert machine.property("vitrine.service", "MainPID") == before
    machine.run("kill", "-STOP", *workers(machine))
    wait_until(lambda: machine.property("vitrine.service", "MainPID") not in (before, "0"), 20, "another supervisor")
    assert "Watchdog timeout" in machine.run("journalctl", "--unit=vitrine", "--no-pager")
    assert client.get("/healthz").status == 200
    shutil.rmtree(folder)
    machine.run("systemctl", "daemon-reload")


def test_messages_carry_their_levels(machine):
    os.kill(
        int(subprocess.check_output(["pgrep", "--ns", str(machine.leader), "--nslist", "pid", "-o", "vitrine-worker"])),
        signal.SIGKILL,
    )
    warnings = ["journalctl", "--unit=vitrine", "--priority=warning", "--output=cat", "--no-pager"]
    wait_until(lambda: "was ended by signal 9" in machine.run(*warnings), 10, "a warning")
    assert "ready:" not in machine.run(*warnings)


def test_what_was_changed_by_hand_outlives_upgrade_and_removal(machine, packages):
    """In each file that the package or vitrine-site writes; and owner, mode, drop-in, and what is enabled."""
    live = f"/etc/letsencrypt/live/{HOST}"
    certificate = f"openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN={HOST} -keyout {live}/key -out {live}/certificate"
    machine.run("sh", "-c", f"mkdir -p {live} && {certificate}")
    machine.run("vitrine-site", HOST, "--certificate", f"{live}/certificate", "--key", f"{live}/key")
    # Parts as another version writes them, so that the upgrade has to change them.
    for name in ("archive.conf.in", "http.conf.in"):
        part = machine.tree / "usr/share/vitrine/nginx" / name
        part.write_text("# Of another version.\n" + part.read_text())
    machine.run("vitrine-site", "--parts")
    edited = machines.edit_by_hand(machine.tree)
    assert len(edited) > 15
    for name in ("vitrine/vitrine.conf", "logrotate.d/vitrine", "nginx/conf.d/vitrine.conf", "nginx/sites-available/vitrine"):
        assert f"etc/{name}" in edited
    assert "etc/letsencrypt/renewal-hooks/deploy/vitrine" in edited and "etc/nginx/vitrine/archive.conf" in edited
    drop_in = machine.tree / "etc/systemd/system/vitrine.service.d/own.conf"
    drop_in.parent.mkdir()
    drop_in.write_text("[Service]\nNice=1\n")
    machine.run("systemctl", "disable", "--quiet", "--now", "vitrine-certificate.timer")
    machine.run("chmod", "604", "/etc/vitrine/vitrine.conf")
    machine.run("chown", "daemon:daemon", "/etc/vitrine/vitrine.conf")

    def holds(name):
        return (machine.tree / name).read_text().endswith(edited[name])

    def is_as_it_was():
        assert machine.run("stat", "-c", "%U:%G %a", "/etc/vitrine/vitrine.conf") == "daemon:daemon 604\n"
        assert machine.try_run("systemctl", "is-enabled", "vitrine-certificate.timer").stdout == "disabled\n"
        return drop_in.exists()

    for version in (0, 1):
        said = machine.run("dpkg", "--install", f"/root/{os.path.basename(packages[version])}")
        assert "carry over" not in said
        assert [name for name in edited if not holds(name)] == [] and is_as_it_was()
    assert "Of another version" not in (machine.tree / "etc/nginx/vitrine/archive.conf").read_text()
    # Back to plain HTTP: the lines at the end of the site stay.
    machine.run("vitrine-site", HOST)
    assert [name for name in edited if not holds(name)] == []

    machine.run("dpkg", "--remove", "vitrine")
    kept = {name: name if (machine.tree / name).exists() else f"{name}.before" for name in edited}
    assert all((machine.tree / kept[name]).read_text().endswith(edited[name]) for name in edited)
    assert {name for name in edited if kept[name] != name} == {name for name in edited if "nginx/conf.d" in name or "nginx/vitrine" in name}
    machine.run("dpkg", "--install", f"/root/{os.path.basename(packages[1])}")
    machine.run("vitrine-site", HOST)
    assert [name for name in edited if name == kept[name] and not holds(name)] == [] and is_as_it_was()
    shutil.rmtree(drop_in.parent)
    shutil.rmtree(machine.tree / "etc/letsencrypt")
    machine.run("systemctl", "daemon-reload")


def test_removal_keeps_pictures_and_a_sound_nginx(machine, client, stored):
    """Also where the site of a CMS includes the archives."""
    cms = machine.tree / "etc/nginx/sites-enabled/cms"
    cms.write_text((CLONE / "nginx/site/cms.conf").read_text())
    machine.run("nginx", "-t", "-q")
    machine.run("dpkg", "--remove", "vitrine")
    machine.run("systemctl", "restart", "nginx")
    assert machine.client("cms.example").get("/archive/trip/").status == 404
    cms.unlink()
    machine.run("nginx", "-t", "-q")
    images = machine.tree / "var/lib/vitrine/images"
    assert all((images / name).read_bytes() == content for name, content in stored.items())
    assert (machine.tree / "etc/vitrine/vitrine.conf").exists()
    assert (machine.tree / "etc/nginx/sites-available/vitrine").exists()
    machine.run("nginx", "-t", "-q")
    assert machine.try_run("pgrep", "vitrine").returncode == 1
    assert not (machine.tree / "etc/nginx/sites-enabled/vitrine").is_symlink()


def test_package_that_comes_back_finds_everything(machine, client, stored, packages):
    machine.run("dpkg", "--install", f"/root/{os.path.basename(packages[1])}")
    machine.run("vitrine-site", HOST)
    wait_until(lambda: client.get("/healthz").status == 200, 10, "nginx has reloaded")
    assert all_there(client, stored)


def test_purge_keeps_the_pictures_unless_somebody_says_otherwise(machine, stored, packages):
    data = machine.tree / "var/lib/vitrine"
    machine.run("dpkg", "--purge", "vitrine")
    assert all((data / "images" / name).exists() for name in stored)
    # What the site of the CMS needed.
    shutil.rmtree(machine.tree / "etc/nginx/vitrine", ignore_errors=True)
    for path in ("etc/vitrine", "var/log/vitrine", "etc/nginx/sites-available/vitrine", "usr/share/vitrine"):
        assert not (machine.tree / path).exists(), path

    machine.run("dpkg", "--install", f"/root/{os.path.basename(packages[1])}")
    machine.run("debconf-set-selections", input="vitrine vitrine/remove-data boolean true\n")
    machine.run("dpkg", "--purge", "vitrine")
    assert not data.exists()
    left = machine.run("find", "/", "-xdev", "-path", "/proc", "-prune", "-o", "-iname", "*vitrine*", "-print")
    allowed = re.compile(
        r"/root/.*|/var/log/nginx/.*|/tmp/.*|/var/tmp/.*|/var/lib/systemd/.*|/run/.*|/sys/.*|/dev/.*|/etc/nginx/.*before"
    )
    assert [path for path in left.split() if not allowed.fullmatch(path)] == []

"""README and the page for operators, block by block in their order, on a booted Debian 12 and then 13. What a line names that
is nowhere near, a backup host and a certificate authority, has a stand-in."""

import re
import shutil
import subprocess

import pytest

import machine as machines
import pictures
from documents import CARRIED_OUT, WALKTHROUGH, blocks, lines
from harness import CLONE, program, wait_until

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(bool(machines.missing()), reason=f"needs {machines.missing()}"),
]
HOST, CLONED = "pictures.example", "/root/vitrine"
LIVE = f"/etc/letsencrypt/live/{HOST}"
# In place of what certbot would bring.
CERTIFICATE = (
    f"mkdir -p {LIVE} && openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN={HOST}"
    f" -addext subjectAltName=DNS:{HOST} -keyout {LIVE}/privkey.pem -out {LIVE}/fullchain.pem"
    f" && cp {LIVE}/fullchain.pem /usr/local/share/ca-certificates/own.crt && update-ca-certificates"
)


@pytest.fixture(scope="module", params=machines.RELEASES)
def machine(request, tmp_path_factory):
    """A machine that is off yet, with a clone whose build is made already, and a `swift` that therefore has nothing to do."""
    folder = tmp_path_factory.mktemp("machine")
    made = machines.Machine(machines.fresh_tree(folder / "tree", request.param), folder / "console")
    clone = made.tree / CLONED[1:]
    for name in ("deploy", "nginx", "systemd", "www"):
        shutil.copytree(CLONE / name, clone / name)
    for name in ("README.md", "CHANGELOG.md", "LICENSE"):
        shutil.copy(CLONE / name, clone)
    (clone / ".build/release").mkdir(parents=True)
    shutil.copy(program(), clone / ".build/release/vitrine")
    swift = made.tree / "usr/local/bin/swift"
    swift.write_text("#!/bin/sh\necho Swift version 6.2.3\n")
    swift.chmod(0o755)
    with open(made.tree / "etc/hosts", "a") as hosts:
        hosts.write(f"127.0.0.1 localhost {HOST}\n")
    made.off("apt-get", "-q", "update")
    made.install("rsync", "openssl", "curl")
    try:
        yield made
        made.power_off()
    finally:
        made.kill()


class Reader:
    """Who types what the pages say. The machine is off while something is fetched: it has no network when it is on."""

    def __init__(self, machine):
        self.machine = machine
        self.client = machine.client(HOST)
        self.picture = None

    def type(self, line):
        if line.startswith("sudo certbot "):
            line = CERTIFICATE
        line = re.sub(r"^sudo ", "", line).replace("backup:", "").replace("apt-get install", "apt-get -y install")
        fetches = line.startswith(("apt-get", "./deploy/package"))
        if fetches:
            self.machine.power_off()
            return self.machine.off("sh", "-c", f"cd {CLONED} && {line}")
        if self.machine.nspawn is None:
            self.machine.boot()
        if line.startswith(("vitrine-restore", "rsync -aX /srv/")):
            # A restoration is to a machine that has lost everything.
            self.machine.run("systemctl", "stop", "vitrine.socket", "vitrine.service")
            shutil.rmtree(self.machine.tree / "var/lib/vitrine", ignore_errors=True)
        return self.machine.run("sh", "-c", f"cd {CLONED} && {line}")

    def carry_out(self, language, text):
        if language == "ini":
            unit = self.machine.tree / "etc/systemd/system/vitrine.service.d/override.conf"
            unit.parent.mkdir(exist_ok=True)
            unit.write_text(text)
            (self.machine.tree / "home/ftp/photos").mkdir(parents=True)
            self.machine.run("systemctl", "daemon-reload")
            self.machine.run("systemctl", "restart", "vitrine")
            return [""]
        return [self.type(line) for line in lines(text)]

    def sees_the_picture(self):
        return self.machine.try_run("curl", "-fsS", f"https://{HOST}/images/{self.picture}", "-o", "/dev/null").returncode == 0


def test_blocks_are_carried_out_in_order(machine):
    reader = Reader(machine)
    done = []
    for page in ("README.md", "deploy/docs/operator.md"):
        for language, text in blocks(page):
            first = lines(text)[0]
            if WALKTHROUGH not in CARRIED_OUT[first]:
                continue
            said = reader.carry_out(language, text)
            done.append(first)
            if first == "./deploy/package":
                wait_until(lambda: reader.client.get("/healthz").status == 200, 20, "nginx serves the site")
                trip = machine.tree / "var/lib/vitrine/photos/trip"
                trip.mkdir()
                (trip / "one.jpg").write_bytes(pictures.jpeg())
                reader.picture = reader.client.upload(pictures.jpeg(), "cat.jpg").json()["name"]
            if first.startswith("sudo vitrine check"):
                assert said == ["all is well\n"]
            if (machine.tree / LIVE[1:]).exists():
                wait_until(reader.sees_the_picture, 30, f"the picture is there after {first}")
    assert len(done) >= 8


def test_backup_of_the_walkthrough_has_the_secret(machine):
    assert (machine.tree / "srv/vitrine").is_dir()
    found = subprocess.run(["find", machine.tree / "srv/vitrine", "-name", "secret"], capture_output=True, text=True)
    assert found.stdout

"""The example of deploy/docs/several-hosts.md, block by block, on booted machines with the addresses that the page names: a
database and its standby, three machines of an engine, two hosts and a balancer, in one network."""

import contextlib
import os
import re
import shutil
import subprocess
import time

import pytest

import machine as machines
import pictures
import shared_storage
from documents import CARRIED_OUT, blocks, lines
from harness import CLONE, program, wait_until
from network import Network

MISSING = machines.missing() or shared_storage.missing()
pytestmark = [pytest.mark.full, pytest.mark.skipif(bool(MISSING), reason=f"needs {MISSING}")]
PAGE, HOST = "deploy/docs/several-hosts.md", "pictures.example"
ADDRESSES = {
    "db1": "10.0.0.11",
    "db2": "10.0.0.12",
    "s1": "10.0.0.21",
    "s2": "10.0.0.22",
    "s3": "10.0.0.23",
    "v1": "10.0.0.31",
    "v2": "10.0.0.32",
    "lb": "10.0.0.10",
}
# What is fetched while a machine is off, since it has no network but this one when it is on.
FETCHED = {"db": ["postgresql"], "s": [], "v": ["nginx", "libpq5", "libvips-tools", "media-types", "curl"], "lb": ["nginx", "openssl"]}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package of the program under test: its build is made already, and `swift` has nothing to do."""
    clone = tmp_path_factory.mktemp("package") / "clone"
    for name in ("deploy", "nginx", "systemd", "www"):
        shutil.copytree(CLONE / name, clone / name)
    for name in ("README.md", "CHANGELOG.md", "LICENSE"):
        shutil.copy(CLONE / name, clone)
    (clone / ".build/release").mkdir(parents=True)
    shutil.copy(program(), clone / ".build/release/vitrine")
    swift = clone / "bin/swift"
    swift.parent.mkdir()
    swift.write_text("#!/bin/sh\necho Swift version 6.2.3\n")
    swift.chmod(0o755)
    done = subprocess.run(
        [clone / "deploy/package", "--version", "1.0"],
        env={**os.environ, "PATH": f"{swift.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


class Site:
    """The machines of the page, by their names."""

    def __init__(self, folder, network, package):
        self.network, self.machines = network, {}
        network.run("ip", "link", "add", "lan", "type", "bridge")
        network.run("ip", "addr", "add", "10.0.0.1/24", "dev", "lan")
        network.run("ip", "link", "set", "lan", "up")
        trees = {}
        for name in ADDRESSES:
            kind = name.rstrip("0123456789")
            # Those of one kind begin alike.
            if kind not in trees:
                trees[kind] = machines.fresh_tree(folder / f"{kind}-tree")
                self.prepare(kind, machines.Machine(trees[kind], folder / f"{kind}-log"), package)
            subprocess.run(["cp", "-a", "--reflink=auto", trees[kind], folder / name], check=True)
            self.machines[name] = machines.Machine(folder / name, folder / f"{name}-log")

    @staticmethod
    def prepare(kind, machine, package):
        words = list(FETCHED[kind])
        if kind == "v":
            shutil.copy(package, machine.tree / "root")
            words.append(f"/root/{os.path.basename(package)}")
        if kind == "s":
            shutil.copy(shared_storage.WEED, machine.tree / "usr/local/bin/weed")
        if words:
            machine.install(*words)

    def boot(self):
        for name, machine in self.machines.items():
            machine.boot(network=self.network, bridge="lan")
            machine.network("ip", "addr", "add", f"{ADDRESSES[name]}/24", "dev", "host0")
            machine.network("ip", "link", "set", "host0", "up")

    def type(self, name, text):
        """What a block says, on one machine; packages are there already."""
        text = re.sub(r"^apt-get install (\S+\.deb )?([\w ]+)", "true", text, flags=re.MULTILINE)
        done = self.machines[name].try_run("sh", "-e", "-c", f"cd /root\n{text}")
        if done.returncode:
            self.show()
        assert done.returncode == 0, (name, done.stdout, done.stderr)
        return done.stdout

    def visit(self, path, *words):
        """Body of an answer of the balancer; none where it is no success."""
        command = ["curl", "-fsSk", "--max-time", "60", "--resolve", f"{HOST}:443:{ADDRESSES['lb']}", *words]
        return subprocess.run(
            self.network.command(*command, f"https://{HOST}{path}"), capture_output=True, stdin=subprocess.DEVNULL
        ).stdout

    def stop(self):
        for machine in self.machines.values():
            machine.kill()

    def show(self):
        """What the services say that are still there, for whoever looks for the reason of a failure."""
        for name, machine in self.machines.items():
            if machine.nspawn:
                said = machine.try_run("journalctl", "-q", "--no-pager", "-o", "cat", "-n", "40", "-u", "weed@*", "-u", "vitrine")
                print(f"== {name}\n{said.stdout}")


@pytest.fixture(scope="module")
def site(tmp_path_factory, package):
    with Network() as network:
        made = Site(tmp_path_factory.mktemp("site"), network, package)
        try:
            made.boot()
            yield made
        finally:
            made.stop()


def upload(site, folder, number):
    path = folder / f"{number}.png"
    path.write_bytes(pictures.png(number + 1, 3))
    body = site.visit("/api/upload", "-F", f"file=@{path}").decode()
    return re.search(r'"name":\s*"([^"]+)"', body)[1] if body else None


def test_blocks_are_carried_out_on_their_machines(site, tmp_path):
    own = "test_blocks_are_carried_out_on_their_machines"
    found = [text for _, text in blocks(PAGE) if own in CARRIED_OUT[lines(text)[0]]]
    first, standby, synchronous, promotion, engine, balancer, host = found
    site.type("db1", first)
    site.type("db2", standby)
    site.type("db1", synchronous)
    for name in ("s1", "s2", "s3"):
        site.type(name, engine.replace("me=10.0.0.21", f"me={ADDRESSES[name]}"))
    lb = site.machines["lb"]
    (lb.tree / "etc/nginx/conf.d/vitrine.conf").write_text(balancer)
    certificate = "/etc/ssl/pictures.example"
    lb.run("mkdir", certificate)
    lb.run(
        *["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={HOST}"],
        *["-keyout", f"{certificate}/privkey.pem", "-out", f"{certificate}/fullchain.pem"],
    )
    lb.run("systemctl", "restart", "nginx")
    for name in ("v1", "v2"):
        wait_until(lambda: engine_works(site, name), 90, "the engine takes objects")
        assert site.type(name, host).splitlines()[-1] == "all is well"
    names = [wait_until(lambda: upload(site, tmp_path, number), 30, "an upload") for number in range(6)]
    for name in ("v1", "v2"):
        client = site.machines[name].client(HOST)
        for stored in names:
            assert client.get(f"/images/{stored}").status == 200
    # Each host knows who asked, and does not take the balancer for all of them.
    said = site.machines["v1"].run("cat", "/var/log/nginx/vitrine-access.log") + site.machines["v2"].run("cat", "/var/log/nginx/vitrine-access.log")
    assert re.search(r"^10\.0\.0\.1 .*POST /api/upload", said, re.MULTILINE)
    # Nothing but what the drop-in names can be reached by the service.
    for name in ("v1", "v2"):
        shown = site.machines[name].property("vitrine.service", "IPAddressAllow").split()
        assert sorted(shown) == sorted(f"{ADDRESSES[one]}/32" for one in ("db1", "db2", "lb"))
        assert set(site.machines[name].property("vitrine.service", "IPAddressDeny").split()) == {"::/0", "0.0.0.0/0"}
    # db1 is lost, and stays off; s1 is, too.
    site.machines["db1"].kill()
    site.machines["s1"].kill()
    site.type("db2", promotion)
    began = time.monotonic()
    try:
        names.append(wait_until(lambda: upload(site, tmp_path, 7), 90, "uploads go on"))
    except AssertionError:
        site.show()
        raise
    print(f"the first upload {time.monotonic() - began:.1f} s after the promotion")
    for stored in names:
        assert site.visit(f"/images/{stored}")


def engine_works(site, name):
    """Whether the engine takes objects: its three machines agree on who leads after a moment, and then make room for them."""
    signed = ["curl", "-sS", "--max-time", "10", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", "vitrine:secret-of-the-engine"]
    with contextlib.suppress(AssertionError):
        # It may be there already.
        site.machines[name].run(*signed, "-X", "PUT", "http://10.0.0.10:8333/pictures")
        for number in range(3):
            site.machines[name].run(*signed, "-f", "-T", "/etc/hostname", f"http://10.0.0.10:8333/pictures/works{number}")
        return True
    return False

"""A Docker engine of its own, with compose, and the images that deploy/Dockerfile begins with: all made from Debian's
packages and this machine's Swift toolchain, since no registry is asked."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

import debian_tree
import shared_storage
from harness import CLONE, wait_until
from network import Network

DOCKER, DAEMON = "/usr/bin/docker", "/usr/sbin/dockerd"
DOCKERFILE = (CLONE / "deploy/Dockerfile").read_text()
CLUSTER_DOCKERFILE = (CLONE / "deploy/cluster/Dockerfile").read_text()
# Images stay from run to run, as the trees of debootstrap do.
DATA = CLONE / ".build/docker"
SLIM = CLONE / ".build/debian-12-slim"
COMPOSE = CLONE / ".build/docker-compose"
# What a Swift toolchain needs of Debian, as swift.org lists it.
TOOLCHAIN = "binutils-gold gcc libc6-dev libcurl4 libedit2 libncurses6 libpython3.11 libsqlite3-0 libstdc++-12-dev libxml2 libz3-4"
# What no build asks for: debugger, language servers, documentation, other platforms.
UNUSED = ("*lldb*", "*sourcekit*", "clangd", "docc", "wasmkit", "*wasm*", "*wasi*", "embedded", "*-format")


def missing():
    """What is missing to run an engine; empty if nothing is."""
    if os.geteuid() != 0:
        return "root"
    return " ".join(path for path in (DOCKER, DAEMON, "/usr/sbin/debootstrap", "swift") if not shutil.which(path))


def slim_base():
    """A tree as that of Debian's own slim image: a minimal Debian without what nobody reads in a container."""

    def strip(made):
        for name in ("share/doc", "share/man", "share/locale", "share/info", "share/lintian"):
            shutil.rmtree(made / "usr" / name, ignore_errors=True)
            (made / "usr" / name).mkdir()
        for path in [*made.glob("var/lib/apt/lists/*"), *made.glob("var/cache/apt/*"), *made.glob("var/log/*.log")]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        (made / "etc/dpkg/dpkg.cfg.d/docker").write_text(
            "".join(f"path-exclude /usr/share/{name}/*\n" for name in ("doc", "man", "locale", "info", "lintian"))
        )

    debian_tree.ensure(SLIM, "bookworm", prepare=strip)
    return SLIM


def compose_plugin():
    """The plugin `docker compose` of Debian 13, which runs on Debian 12 as well: a folder for Docker's configuration."""
    if not COMPOSE.exists():
        made = Path(f"{COMPOSE}.new")
        shutil.rmtree(made, ignore_errors=True)
        (made / "lists/partial").mkdir(parents=True)
        (made / "sources.list").write_text(f"deb {debian_tree.mirror()} trixie main\n")
        apt = ["apt-get", "-q", "-o", f"Dir::Etc::SourceList={made}/sources.list", "-o", "Dir::Etc::SourceParts=/dev/null"]
        apt += ["-o", f"Dir::State::Lists={made}/lists", "-o", "APT::Sandbox::User=root"]
        for command in (["update"], ["download", "docker-compose"]):
            subprocess.run([*apt, *command], cwd=made, check=True, capture_output=True, env=debian_tree.environment())
        subprocess.run(["dpkg-deb", "-x", *made.glob("*.deb"), made / "tree"], check=True)
        (made / "cli-plugins").mkdir()
        (made / "tree/usr/libexec/docker/cli-plugins/docker-compose").rename(made / "cli-plugins/docker-compose")
        for name in ("tree", "lists"):
            shutil.rmtree(made / name)
        made.rename(COMPOSE)
    return COMPOSE


class Engine:
    """dockerd with its socket and its state in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.daemon = None
        self.environment = {
            **debian_tree.environment(),
            "DOCKER_HOST": f"unix://{folder}/docker.sock",
            "DOCKER_CONFIG": str(compose_plugin()),
            # BuildKit is not in Debian's package.
            "DOCKER_BUILDKIT": "0",
        }

    def start(self, *options, network=None):
        """Starts it, in a network of its own where one is given."""
        command = [DAEMON, "--host", f"unix://{self.folder}/docker.sock", "--data-root", DATA]
        command += ["--exec-root", self.folder / "x", "--pidfile", self.folder / "pid", *options]
        log = open(self.folder / "dockerd.log", "ab")
        self.daemon = subprocess.Popen(
            network.command(*command) if network else command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=debian_tree.environment(),
            start_new_session=True,
        )
        wait_until(self._answers, 60, "an engine")

    def _answers(self):
        assert self.daemon.poll() is None, (self.folder / "dockerd.log").read_text()[-3000:]
        return self.run("info", "--format", "{{.ServerVersion}}").returncode == 0

    def stop(self):
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait(60)
            self.daemon = None

    def run(self, *arguments, **options):
        return subprocess.run(
            [DOCKER, *map(str, arguments)],
            capture_output=True,
            text=True,
            env={**self.environment, **options.pop("environment", {})},
            cwd=CLONE,
            **options,
        )

    def must(self, *arguments, **options):
        """What a command says that must do its work."""
        done = self.run(*arguments, **options)
        if done.returncode != 0:
            pytest.fail(f"docker {arguments}: {done.stdout[-4000:]}{done.stderr[-4000:]}", pytrace=False)
        return done.stdout.strip()

    def has_image(self, name):
        return self.run("image", "inspect", name).returncode == 0


@contextlib.contextmanager
def running(compose_file, environment=None):
    """An engine with the images of a compose file, in a network of its own: its attribute `network`."""
    # A short path: the engine has sockets there.
    folder = Path(tempfile.mkdtemp(prefix="docker.", dir="/tmp"))
    engine = Engine(folder)
    compose = ["compose", "-f", f"deploy/{compose_file}"]

    def down(how):
        how(*compose, "down", "--volumes", "--timeout", "1", environment=environment or {})

    try:
        # Packages are fetched in the host's network, of which nothing is changed.
        engine.start("--bridge=none", "--iptables=false")
        make_bases(engine, folder)
        # By compose, whose cache `up --build` finds later, in a network that leads nowhere.
        told = engine.must(*compose, "config", "--format", "json", environment=environment or {})
        built = [name for name, service in json.loads(told)["services"].items() if "build" in service]
        words = ", ".join(f"{name}: {{build: {{network: host}}}}" for name in built)
        (folder / "network.yaml").write_text(f"services: {{{words}}}\n")
        engine.must(*compose, "-f", folder / "network.yaml", "build", environment=environment or {})
        engine.stop()
        with Network() as network:
            engine.network = network
            engine.start(network=network)
            # What a run that was killed has left.
            down(engine.must)
            yield engine
    finally:
        with contextlib.suppress(Exception):
            down(engine.run)
        engine.stop()
        shutil.rmtree(folder, ignore_errors=True)


def argument(name, text=DOCKERFILE):
    """The default of an argument of a Dockerfile."""
    return re.search(rf"^ARG {name}=(?:docker\.io/(?:library/)?)?(\S+)$", text, re.MULTILINE).group(1)


def make_bases(engine, folder):
    """The images that the Dockerfiles begin with, under their names."""
    debian, swift = argument("DEBIAN_IMAGE"), argument("SWIFT_IMAGE")
    seaweedfs = argument("SEAWEEDFS_IMAGE", CLUSTER_DOCKERFILE)
    if not engine.has_image(debian):
        with subprocess.Popen(["tar", "-C", slim_base(), "-c", "."], stdout=subprocess.PIPE) as tar:
            engine.must("import", "--change", "CMD bash", "-", debian, stdin=tar.stdout)
    if not engine.has_image(swift):
        toolchain = Path(shutil.which("swift")).resolve().parents[2]
        context = folder / "toolchain"
        context.mkdir()
        leave_out = [f"--exclude={pattern}" for pattern in UNUSED]
        subprocess.run(["tar", "-C", toolchain, *leave_out, "-cf", context / "toolchain.tar", "usr"], check=True)
        (context / "Dockerfile").write_text(
            f"FROM {debian}\n"
            f"RUN apt-get -q update && apt-get -q -y --no-install-recommends install {TOOLCHAIN}\n"
            "ADD toolchain.tar /\n"
        )
        engine.must("build", "--network", "host", "--tag", swift, context)
        shutil.rmtree(context)
    if not engine.has_image(seaweedfs) and os.access(shared_storage.WEED, os.X_OK):
        context = folder / "seaweedfs"
        (context / "usr/bin").mkdir(parents=True)
        shutil.copy(shared_storage.WEED, context / "usr/bin/weed")
        with subprocess.Popen(["tar", "-C", context, "-c", "usr"], stdout=subprocess.PIPE) as tar:
            engine.must("import", "-", seaweedfs, stdin=tar.stdout)
        shutil.rmtree(context)

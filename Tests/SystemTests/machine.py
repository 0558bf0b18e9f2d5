"""A fresh Debian that systemd boots in a container: debootstrap makes it once, systemd-nspawn runs copies of it."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import debian_tree
from control_groups import ControlGroup
from harness import CLONE, wait_until
from network import NetworkClient

PACKAGES = "systemd,systemd-sysv,dbus,debconf,nginx,logrotate,procps,ca-certificates"
# Version and name of the releases that are known to work.
RELEASES = {"12": "bookworm", "13": "trixie"}


def missing():
    """What is missing to boot a machine; empty if nothing is."""
    if os.geteuid() != 0:
        return "root"
    return " ".join(name for name in ("debootstrap", "systemd-nspawn", "nsenter") if not shutil.which(name))


def fresh_tree(folder, version="12"):
    """A copy of a Debian tree that nobody has used yet."""
    tree = CLONE / f".build/debian-{version}"
    debian_tree.ensure(tree, RELEASES[version], f"--include={PACKAGES}")
    subprocess.run(["cp", "-a", "--reflink=auto", tree, folder], check=True)
    return Path(folder)


def edit_by_hand(tree):
    """Writes a line into each file of /etc that is Vitrine's; (path, line) of each."""
    edited = {}
    for path in sorted((tree / "etc").rglob("*")):
        name = str(path.relative_to(tree))
        # What vitrine-site remembers, what it kept, and drop-ins are nobody's to edit, or nobody else's to write.
        if "vitrine" in name and path.is_file() and not path.is_symlink() and not re.search(r"as-written|\.before|\.d/own", name):
            edited[name] = "<!-- mine -->\n" if path.suffix == ".html" else "# mine\n"
            path.write_text(path.read_text() + edited[name])
    return edited


class Machine:
    def __init__(self, tree, log):
        self.tree, self.log = Path(tree), log
        self.nspawn = self.leader = self.group = None
        shutil.copy("/etc/resolv.conf", self.tree / "etc/resolv.conf")
        # A mirror may be a snapshot, as this machine's apt then knows.
        wanted = subprocess.run(["apt-config", "dump", "Acquire::Check-Valid-Until"], capture_output=True, text=True)
        (self.tree / "etc/apt/apt.conf.d/90mirror").write_text(wanted.stdout)

    # Off.

    def install(self, *packages):
        """Installs packages, files or names, while the machine is off; what they depend on comes from the mirror. Returns
        what was said."""
        self.off("apt-get", "-q", "update")
        return self.off("apt-get", "-q", "-y", "--no-install-recommends", "install", *packages)

    def off(self, *command, binds=(), environment=()):
        """Runs a command in the tree while the machine is off, with the network of the host."""
        options = [f"--bind={bind}" for bind in binds] + [f"--setenv={one}" for one in environment]
        done = subprocess.run(
            ["systemd-nspawn", "-q", "-D", self.tree, "--register=no", "--keep-unit", "--pipe", *options]
            + ["--setenv=DEBIAN_FRONTEND=noninteractive", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    # On.

    def boot(self, binds=(), network=None, bridge=None):
        """Boots, in a network and control groups of its own, and waits until all units have started. With a bridge of a
        network, it has an interface host0 there."""
        options = [f"--bind={bind}" for bind in binds]
        options.append(f"--network-bridge={bridge}" if bridge else "--private-network")
        command = ["systemd-nspawn", "-q", "-D", self.tree, "--register=no", "--keep-unit", "--boot", "--console=pipe", *options]
        # Or all machines would keep their units in the same groups, and the limits of one would be those of another.
        self.group = ControlGroup()
        command = self.group.command(*command)
        with open(self.log, "ab") as log:
            self.nspawn = subprocess.Popen(
                network.command(*command) if network else command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_until(self._find_leader, 20, "an init")
            wait_until(lambda: self.try_run("systemctl", "is-system-running", "--wait").returncode == 0, 60, "a boot")
        except BaseException:
            self.kill()
            raise

    def _find_leader(self):
        assert self.nspawn.poll() is None, self.log.read_text()
        children = Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
        for pid in children:
            with contextlib.suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text() == "systemd\n":
                    self.leader = int(pid)
                    return True
        return False

    def power_off(self):
        if self.nspawn is None:
            return
        os.kill(self.leader, signal.SIGRTMIN + 4)
        self.nspawn.wait(60)
        self.kill()

    def kill(self):
        if self.nspawn is not None:
            self.group.end()
            self.nspawn.wait(10)
            self.nspawn = self.group = None

    def try_run(self, *command, **options):
        enter = ["nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--net", "--pid"]
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
        }
        return subprocess.run(
            [*enter, *command], capture_output=True, text=True, env=environment, cwd="/", timeout=120, **options
        )

    def run(self, *command, **options):
        """What a command says that runs in the machine, as root."""
        done = self.try_run(*command, **options)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def network(self, *command):
        """Runs a command of this system on the interfaces of the machine."""
        subprocess.run(["nsenter", f"--target={self.leader}", "--net", *command], check=True)

    def property(self, unit, name):
        return self.run("systemctl", "show", "--value", f"--property={name}", unit).strip()

    def client(self, host, port=80):
        """A client on the machine's loopback."""
        return NetworkClient(lambda: self.leader, host, port)

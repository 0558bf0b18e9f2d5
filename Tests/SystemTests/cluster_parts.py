"""What a cluster on one machine has beside its hosts: a database with a standby, an engine of several servers, a balancer."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import shared_storage
from harness import CLONE, free_port, nginx_program, wait_until
from http_client import Client
from object_client import ObjectClient


class Processes:
    """Programs in a folder of their own, by name."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vitrine-part-", dir="/tmp"))
        self.running = {}

    def launch(self, name, *words):
        with open(self.folder / f"{name}.log", "ab") as log:
            self.running[name] = subprocess.Popen(
                [str(word) for word in words], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def signal(self, name, number):
        os.kill(self.running[name].pid, number)

    def kill(self, name):
        """Ends it at once."""
        self.running[name].kill()
        self.running.pop(name).wait(10)

    def close(self):
        for name in list(self.running):
            self.kill(name)
        shutil.rmtree(self.folder, ignore_errors=True)


class ReplicatedDatabase(Processes):
    """PostgreSQL with a standby that has each commit before it is answered."""

    BIN = shared_storage.POSTGRESQL_FOLDERS[-1] if shared_storage.POSTGRESQL_FOLDERS else None

    def __init__(self):
        super().__init__()
        becoming = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        self.user = becoming if os.getuid() == 0 else []
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
        self.first, self.second = self.folder / "first", self.folder / "second"
        words = ["-A", "trust", "--no-sync", "-U", "vitrine", "-E", "UTF8", "--locale=C.UTF-8"]
        self.run("initdb", "-D", self.first, *words)
        with open(self.first / "pg_hba.conf", "a") as file:
            file.write("local replication all trust\n")
        self.leader, self.follower = self.first, self.second
        self.current = self.serve(self.leader)
        self.follow()

    def follow(self):
        """The follower begins with a copy of the leader; from then on each write is on both."""
        shutil.rmtree(self.follower, ignore_errors=True)
        words = ["-h", self.current, "-U", "vitrine", "-R", "-X", "stream", "-c", "fast"]
        self.run("pg_basebackup", "-D", self.follower, *words)
        self.standby = self.serve(self.follower)
        self.query("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.query("SELECT pg_reload_conf()")
        state = "SELECT sync_state FROM pg_stat_replication"
        wait_until(lambda: self.query(state) == ["sync"], 30, "the standby follows")

    def run(self, program, *words):
        command = [*self.user, self.BIN / program, *words]
        done = subprocess.run([str(word) for word in command], cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def serve(self, data):
        """The folder of its socket."""
        place = self.folder / f"{data.name}-socket"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        if self.user:
            shutil.chown(place, "postgres", "postgres")
        options = {"listen_addresses": "", "fsync": "off", "max_connections": 200, "shared_buffers": "32MB"}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self.launch(data.name, *self.user, self.BIN / "postgres", "-D", data, "-k", place, *words)
        ready = [self.BIN / "pg_isready", "-q", "-h", place, "-U", "vitrine", "-d", "postgres"]
        wait_until(lambda: subprocess.run(ready).returncode == 0, 60, "PostgreSQL answers")
        return place

    def query(self, statement, schema="public"):
        words = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.current, "-U", "vitrine", "-d", "postgres"]
        return self.run(*words, "-c", f"SET search_path = {schema}", "-c", statement).splitlines()

    def connection_string(self, schema):
        self.query(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        hosts = f"{self.folder}/first-socket,{self.folder}/second-socket"
        words = f"host={hosts} user=vitrine dbname=postgres target_session_attrs=read-write"
        return f"{words} options=-csearch_path={schema}"

    def fail_over(self):
        """The leader dies with all of its processes; its standby takes its place."""
        leader = self.running[self.leader.name].pid
        children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
        self.kill(self.leader.name)
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        self.current = self.standby
        self.leader, self.follower = self.follower, self.leader
        self.query("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.query("SELECT pg_reload_conf()")
        self.query("SELECT pg_promote()")
        wait_until(lambda: self.query("SELECT pg_is_in_recovery()") == ["f"], 30, "the standby is promoted")


class ReplicatedEngine(Processes):
    """SeaweedFS: a master, three volume servers with each blob on two of them, a filer that speaks S3."""

    def __init__(self):
        super().__init__()
        weed = shared_storage.WEED
        master, filer, self.port, *volumes = self.ports(6)
        own = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
        for name in ("master", "volume0", "volume1", "volume2"):
            (self.folder / name).mkdir()
        words = [f"-port={master}", "-mdir=master", "-defaultReplication=001", "-volumeSizeLimitMB=64"]
        words += ["-telemetry=false"]
        self.launch("master", weed, "master", *own, *words)
        self.volumes = {
            f"volume{number}": [weed, "volume", *own, f"-port={port}", f"-dir=volume{number}", "-max=30"]
            + [f"-master=127.0.0.1:{master}"]
            for number, port in enumerate(volumes)
        }
        for name, words in self.volumes.items():
            self.launch(name, *words)
        (self.folder / "s3.json").write_text(
            '{"identities":[{"name":"test","credentials":[{"accessKey":"test","secretKey":"secret"}],'
            '"actions":["Admin","Read","Write","List"]}]}'
        )
        words = [f"-port={filer}", f"-master=127.0.0.1:{master}", "-defaultReplicaPlacement=001", "-s3"]
        words += [f"-s3.port={self.port}", "-s3.config=s3.json", "-s3.port.iceberg=0", "-s3.port.lance=0"]
        self.launch("filer", weed, "filer", "-ip=127.0.0.1", "-ip.bind=0.0.0.0", *words)
        self.client = ObjectClient(self.port, shared_storage.KEYS)
        self.client.timeout = 20
        wait_until(self.works, 90, "the engine keeps what is put")

    @staticmethod
    def ports(count):
        """Ports whose neighbours for gRPC, 10,000 above, are free as well."""
        found = []
        while len(found) < count:
            port = free_port() % 10_000 + 20_000
            with contextlib.suppress(OSError), socket.socket() as one, socket.socket() as other:
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + 10_000))
                if port not in found:
                    found.append(port)
        return found

    def works(self):
        """Whether a client without Vitrine can put and get."""
        try:
            self.client.put("/bucket", b"")
            put = self.client.put("/bucket/works", b"yes")
            return put.status == 200 and self.client.fetch("/bucket/works").body == b"yes"
        except OSError:
            return False

    def address(self, prefix, host="127.0.0.1"):
        return f"http://{host}:{self.port}/bucket/{prefix}"

    def names(self, prefix):
        """All blobs below a prefix."""
        return {key.removeprefix(f"{prefix}/") for key in self.client.keys("bucket", prefix=f"{prefix}/")}

    @contextlib.contextmanager
    def cut(self, host):
        """What is sent to the engine by this address of loopback, and what it sends from it, is lost."""
        rules = [
            ["INPUT", "-d", host, "-p", "tcp", "--dport", str(self.port), "-j", "DROP"],
            ["INPUT", "-s", host, "-p", "tcp", "--sport", str(self.port), "-j", "DROP"],
        ]
        made = []
        try:
            for rule in rules:
                subprocess.run(["iptables", "-w", "-I", *rule], check=True, capture_output=True)
                made.append(rule)
            yield
        finally:
            for rule in made:
                subprocess.run(["iptables", "-w", "-D", *rule], check=True, capture_output=True)


class Balancer(Processes):
    """The balancer of deploy/compose.cluster.yaml in front of these hosts: what a test may use in place of one of them."""

    def __init__(self, hosts):
        super().__init__()
        text = (CLONE / "deploy/cluster/balancer.conf").read_text().replace("/var/cache/vitrine", str(self.folder))
        ports = {"8080": [host.port for host in hosts], "9000": [host.s3_port for host in hosts]}
        ports["9001"] = [host.console_port for host in hosts]
        self.port, self.s3_port, self.console_port = free_port(), free_port(), free_port()
        for known, port in zip(ports, (self.port, self.s3_port, self.console_port)):
            text = text.replace(f"listen {known};", f"listen 127.0.0.1:{port};")
        text = re.sub(r"nginx(\d):(\d+)", lambda found: f"127.0.0.1:{ports[found[2]][int(found[1]) - 1]}", text)
        path = self.folder / "balancer.conf"
        path.write_text(text)
        words = ["-p", f"{self.folder}/", "-c", path, "-e", self.folder / "error.log"]
        self.launch("balancer", nginx_program(), *words, "-g", "daemon off; user root;" if os.getuid() == 0 else "daemon off;")
        self.client = Client("127.0.0.1", self.port)
        self.url = f"http://127.0.0.1:{self.port}"
        wait_until(self.answers, 10, "the balancer answers")

    def answers(self):
        with contextlib.suppress(OSError):
            return self.client.get("/api/images?limit=1").status == 200

    def close(self):
        self.running["balancer"].terminate()
        self.running.pop("balancer").wait(10)
        super().close()

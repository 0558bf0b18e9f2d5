"""deploy/compose.cluster.yaml on a real Docker engine: two hosts, a database with its standby, an engine of several servers, a
balancer. Parts are killed and replaced under load. The tests build on each other, in their order."""

import concurrent.futures
import json
import os
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest

import docker_engine
import pictures
import shared_storage
from documents import documented_commands
from harness import wait_until
from object_client import ObjectClient
from object_store import noise, sha256

MISSING = docker_engine.missing() or shared_storage.missing()
pytestmark = [pytest.mark.full, pytest.mark.skipif(bool(MISSING), reason=f"needs {MISSING}")]
FILE = "compose.cluster.yaml"
KEY = ("operator", "asecretoftheoperator")
SETTINGS = {
    "DATABASE_PASSWORD": "apasswordofthedatabase",
    "ENGINE_SECRET_KEY": "asecretoftheengine",
    "VITRINE_ACCESS_KEY": KEY[0],
    "VITRINE_SECRET_KEY": KEY[1],
    "VITRINE_CACHE_TIME": "1s",
}
CLIENTS = 8


class Store(ObjectClient):
    """A client of the object store that the balancer publishes."""

    def __init__(self, network):
        super().__init__(9000, KEY)
        self.connection = network.client(self.host, self.port).connection


class Cluster:
    def __init__(self, engine):
        self.engine = engine
        self.client = engine.network.client("localhost", 80)
        self.hosts = [engine.network.client("localhost", 8080, f"172.31.250.{number}") for number in (11, 12)]
        self.store = Store(engine.network)

    def compose(self, *arguments):
        return self.engine.must("compose", "-f", f"deploy/{FILE}", *arguments, environment=SETTINGS)

    def container(self, service):
        return self.compose("ps", "--quiet", service)

    def inspect(self, service):
        return json.loads(self.engine.must("inspect", self.container(service)))[0]

    def inside(self, service, *command):
        return self.engine.must("exec", self.container(service), *command)

    def wait(self, *services):
        for service in services:
            wait_until(lambda: self.is_healthy(service), 120, f"{service} is healthy")

    def is_healthy(self, service):
        done = self.engine.run(
            *["compose", "-f", f"deploy/{FILE}", "ps", "--format", "json", service], environment=SETTINGS
        )
        return '"Health":"healthy"' in done.stdout

    def kill(self, service):
        """Its first process, as if it had been killed; the engine starts it again."""
        before = self.inspect(service)["State"]["Pid"]
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: self.inspect(service)["State"]["Pid"] not in (0, before), 60, f"{service} is started again")


@pytest.fixture(scope="module")
def cluster():
    with docker_engine.running(FILE, SETTINGS) as engine:
        yield Cluster(engine)


class Load:
    """Clients that put, read, upload and list through the balancer, and keep account of what they were told."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.kept, self.pictures, self.failures, self.faults = {}, set(), [], []
        self.counted = [0] * CLIENTS
        self.over = threading.Event()

    def __enter__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(CLIENTS)
        self.running = [self.pool.submit(self.run, number) for number in range(CLIENTS)]
        self.goes_on()
        return self

    def __exit__(self, *_):
        self.over.set()
        concurrent.futures.wait(self.running, 120)
        self.pool.shutdown()

    def goes_on(self, seconds=120):
        """Every client has been served since now."""
        before = list(self.counted)
        wait_until(lambda: all(now > then for now, then in zip(self.counted, before)), seconds, "every client is served")

    def run(self, number):
        store, count = Store(self.cluster.engine.network), 0
        store.timeout = 60
        while not self.over.is_set():
            count += 1
            try:
                status = self.step(store, number, count)
            except AssertionError as fault:
                self.faults.append(fault)
                return
            except Exception as error:  # noqa: BLE001 -- told below
                status = repr(error)
            if status in (200, 201):
                self.counted[number] += 1
            else:
                self.failures.append((number, status))
            self.over.wait(0.5)

    def step(self, store, number, count):
        key = f"/load/{number}/{count}"
        if count % 4 == 0:
            answer = self.cluster.client.upload(pictures.png(number + 1, count % 200 + 1), "x.png")
            if answer.status == 201:
                self.pictures.add(answer.json()["name"])
            return answer.status
        if count % 4 == 1 and self.kept:
            earlier = list(self.kept)[-1]
            answer = store.fetch(earlier)
            assert answer.status != 404 and (answer.status != 200 or sha256(answer.body) == self.kept[earlier]), earlier
            return answer.status
        if count % 4 == 2:
            return self.cluster.client.get("/api/images?limit=5").status
        content = noise(count % 7 * 30_000, count)
        answer = store.put(key, content)
        if answer.status == 200:
            self.kept[key] = sha256(content)
        return answer.status

    def judge(self):
        """All that was acknowledged is there."""
        assert not self.faults, self.faults[:3]
        store = Store(self.cluster.engine.network)
        for key, digest in self.kept.items():
            assert sha256(store.fetch(key).body) == digest, key
        assert self.pictures <= set(store.keys("images"))


def test_documented_command_brings_everything_up(cluster):
    (command,) = [line.split("#")[0].split() for line in documented_commands(f"docker compose -f deploy/{FILE} up")]
    assert command == f"docker compose -f deploy/{FILE} up --build".split()
    # What stood in the foreground would go on until Ctrl-C.
    cluster.compose(*command[4:], "--detach")
    cluster.wait("database1", "database2", "filer1", "filer2", "app1", "app2", "nginx1", "nginx2", "balancer")
    assert cluster.store.put("/load", b"").status == 200


def test_what_is_uploaded_on_one_host_is_on_the_other(cluster):
    first, second = cluster.hosts
    answer = first.upload(pictures.jpeg(), "cat.jpg")
    assert answer.status == 201, answer
    name = answer.json()["name"]
    for client in (second, first, cluster.client):
        assert client.get(f"/images/{name}").status == 200
    assert second.request("DELETE", f"/api/images/{name}?token={answer.json()['delete_token']}").status == 204
    for client in cluster.hosts:
        wait_until(lambda: client.get(f"/images/{name}").status == 404, 10, "it is gone on every host")
    # Both hosts see who asked, and not the balancer.
    cluster.client.get("/images/")
    lines = "".join(cluster.engine.must("logs", cluster.container(service)) for service in ("nginx1", "nginx2"))
    asked = {line.split()[0] for line in lines.splitlines() if '"GET /images/ ' in line}
    assert asked and "172.31.250.10" not in asked


def test_each_service_reaches_what_it_needs_and_nothing_else(cluster):
    def reaches(service, host, port):
        # Where there is no bash there is no network either, as this shows: a way that exists is found.
        command = ["bash", "-c", f"exec 3<>/dev/tcp/{host}/{port}"]
        return cluster.engine.run("exec", cluster.container(service), "timeout", "3", *command).returncode == 0

    needed = {
        "app1": [("database1", 5432), ("database2", 5432), ("blobs", 8333)],
        "filer1": [("database1", 5432), ("master", 9333), ("volume2", 8080)],
        "volume1": [("master", 9333)],
        "balancer": [("nginx1", 8080), ("nginx2", 9000)],
    }
    closed = {
        "app1": [("master", 9333), ("volume1", 8080), ("172.31.250.10", 8080)],
        "nginx1": [("database1", 5432), ("blobs", 8333), ("master", 9333)],
        "balancer": [("database1", 5432), ("blobs", 8333)],
        "volume1": [("database1", 5432), ("172.31.250.11", 8080)],
    }
    for service, ways in needed.items():
        assert all(reaches(service, *way) for way in ways), service
    for service, ways in closed.items():
        assert not any(reaches(service, *way) for way in ways), service
    for service in ("database1", "filer1", "volume1", "app1", "nginx1", "balancer"):
        told = cluster.inspect(service)
        assert told["HostConfig"]["ReadonlyRootfs"] and told["HostConfig"]["CapDrop"] == ["ALL"]
        assert told["Config"]["User"] not in ("", "root")
        published = [port for port, bindings in told["NetworkSettings"]["Ports"].items() if bindings]
        assert bool(published) == (service == "balancer")


def test_what_was_acknowledged_is_there_after_each_part_was_killed(cluster):
    with Load(cluster) as load:
        for service in ("volume1", "filer1", "app1", "nginx2", "database1", "database2", "master", "balancer"):
            cluster.kill(service)
            cluster.wait(service)
            began = time.monotonic()
            load.goes_on()
            print(f"{service} was killed: all served {time.monotonic() - began:.1f} s after it was healthy again")
    print(f"{sum(load.counted)} served, {len(load.failures)} failed")
    load.judge()


def test_hosts_are_upgraded_one_after_the_other_without_a_failed_request(cluster):
    folder = Path(tempfile.mkdtemp(prefix="next.", dir="/tmp"))
    # Another image of the same program.
    (folder / "Dockerfile").write_text("FROM vitrine-app\nLABEL next=yes\n")
    cluster.engine.must("build", "--tag", "vitrine-app", folder)
    before = [cluster.container(service) for service in ("app1", "app2")]
    with Load(cluster) as load:
        for service in ("app1", "app2"):
            cluster.compose("up", "--detach", "--no-build", "--no-deps", service)
            cluster.wait(service)
            load.goes_on()
    after = [cluster.container(service) for service in ("app1", "app2")]
    assert not set(before) & set(after)
    assert load.failures == [], load.failures[:5]
    load.judge()


@pytest.mark.parametrize("old, new", [("database1", "database2"), ("database2", "database1")])
def test_standby_takes_over_and_the_other_follows_it(cluster, old, new):
    with Load(cluster) as load:
        cluster.compose("stop", old)
        # As the page of several hosts has it.
        cluster.inside(new, "promote")
        load.goes_on()
        cluster.compose("rm", "--force", old)
        cluster.engine.must("volume", "rm", f"vitrine-cluster_{old}")
        cluster.compose("up", "--detach", "--no-build", "--no-deps", old)
        cluster.wait(old)
        psql = ["psql", "-XAtq", "-d", "postgres"]
        state = [*psql, "-c", "SELECT state FROM pg_stat_replication"]
        wait_until(lambda: cluster.inside(new, *state) == "streaming", 60, "the other follows")
        cluster.inside(new, *psql, "-c", "ALTER SYSTEM RESET synchronous_standby_names", "-c", "SELECT pg_reload_conf()")
        state = [*psql, "-c", "SELECT sync_state FROM pg_stat_replication"]
        wait_until(lambda: cluster.inside(new, *state) == "sync", 30, "writes wait for both again")
        load.goes_on()
    print(f"{sum(load.counted)} served, {len(load.failures)} failed")
    load.judge()


def test_server_that_missed_a_promotion_does_not_serve(cluster):
    """database2 has followed since; made to believe that it serves, it sees that the other does."""
    cluster.compose("stop", "database2")
    volume = Path(cluster.engine.must("volume", "inspect", "--format", "{{.Mountpoint}}", "vitrine-cluster_database2"))
    (volume / "main/standby.signal").unlink()
    cluster.compose("start", "database2")
    said = lambda: cluster.engine.run("logs", cluster.container("database2")).stderr  # noqa: E731
    wait_until(lambda: "has taken over" in said(), 30, "it says why it does not serve")
    cluster.compose("stop", "database2")
    (volume / "main/standby.signal").touch()
    cluster.compose("start", "database2")
    cluster.wait("database2")
    wait_until(lambda: cluster.store.put("/load/after", b"content").status == 200, 30, "writes go on")


def test_down_and_up_keep_what_was_stored(cluster):
    cluster.compose("down")
    cluster.compose("up", "--detach", "--no-build")
    cluster.wait("balancer")
    assert cluster.store.fetch("/load/after").body == b"content"

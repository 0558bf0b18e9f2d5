"""Both containers on a real Docker engine, by `docker compose` as README has it. The engine is started for it, in a network
of its own, where the well-known ports are free. The tests build on each other, in their order."""

import concurrent.futures
import contextlib
import io
import json
import os
import re
import shutil
import signal
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import pytest

import docker_engine
import pictures
from documents import documented_commands
from harness import CLONE, wait_until

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(bool(docker_engine.missing()), reason=f"needs {docker_engine.missing()}"),
]
KEYS = {"VITRINE_ACCESS_KEY": "operator", "VITRINE_SECRET_KEY": "a secret of the operator"}


class Site:
    """The services of the compose file."""

    def __init__(self, engine, network):
        self.engine, self.network = engine, network
        self.client = network.client("localhost", 80)
        # Where they are, as deploy/.env would have it.
        self.settings = {}

    def compose(self, *arguments, **options):
        return self.engine.must("compose", "-f", "deploy/compose.yaml", *arguments, environment=self.settings, **options)

    def container(self, service):
        return self.compose("ps", "--quiet", service)

    def inspect(self, service):
        return json.loads(self.engine.must("inspect", self.container(service)))[0]

    def inside(self, service, *command):
        return self.engine.must("exec", self.container(service), *command)

    def answers(self):
        with contextlib.suppress(OSError):
            return self.client.get("/api/images").status == 200

    def is_healthy(self, service):
        return self.inspect(service)["State"]["Health"]["Status"] == "healthy"

    def wait(self):
        # Health itself is told to the container only.
        wait_until(self.answers, 60, "nginx answers")
        for service in ("app", "nginx"):
            wait_until(lambda service=service: self.is_healthy(service), 60, f"{service} is healthy")

    def upload(self, name):
        answer = self.client.upload(pictures.jpeg(), name)
        assert answer.status == 201, answer.body
        return answer.json()["name"]


@pytest.fixture(scope="module")
def engine():
    with docker_engine.running("compose.yaml") as made:
        yield made


@pytest.fixture(scope="module")
def site(engine):
    return Site(engine, engine.network)


@pytest.fixture(scope="module")
def stored():
    return []


def all_there(site, stored):
    return stored and all(site.client.get(f"/images/{name}").status == 200 for name in stored)


def test_documented_command_brings_both_services_up(site, stored):
    (command,) = [line.split("#")[0].split() for line in documented_commands("docker compose -f deploy/compose.yaml")]
    assert command == "docker compose -f deploy/compose.yaml up --build".split()
    # What stood in the foreground would go on until Ctrl-C.
    site.engine.must(*command[1:], "--detach")
    site.wait()
    stored.append(site.upload("cat.jpg"))
    assert site.client.get("/upload").status == 200


def test_images_are_small(engine):
    for target in ("app", "nginx"):
        size = int(engine.must("image", "inspect", "--format", "{{.Size}}", f"vitrine-{target}"))
        print(f"{target}: {size / 1e6:.1f} MB")
        assert size <= 110e6, target


def test_store_and_console_are_published_only_with_keys_and_on_loopback(site):
    def published():
        return {
            port.split("/")[0]: {(one["HostIp"], one["HostPort"]) for one in bindings}
            for port, bindings in site.inspect("nginx")["NetworkSettings"]["Ports"].items()
            if bindings
        }

    assert set(published()) == {"8080"}
    site.settings = dict(KEYS)
    site.compose("up", "--detach")
    site.wait()
    assert published()["9000"] == {("127.0.0.1", "9000")} and published()["9001"] == {("127.0.0.1", "9001")}
    assert site.network.client("localhost", 9000).get("/").headers["x-amz-id-2"] == "vitrine"
    assert site.network.client("localhost", 9001).get("/").status == 200
    site.settings = {**KEYS, "S3_ADDRESS": "0.0.0.0"}
    site.compose("up", "--detach")
    site.wait()
    assert published()["9000"] == {("0.0.0.0", "9000")}
    site.settings = dict(KEYS)
    site.compose("up", "--detach")
    site.wait()


def test_roots_are_read_only_and_the_program_has_no_network(site):
    for service in ("app", "nginx"):
        told = site.inspect(service)
        assert told["HostConfig"]["ReadonlyRootfs"] and told["HostConfig"]["CapDrop"] == ["ALL"]
        assert told["Config"]["User"] == "vitrine"
        refused = site.engine.run("exec", "--user", "root", told["Id"], "sh", "-c", "echo x >/etc/new")
        assert refused.returncode != 0 and "Read-only" in refused.stderr
    # Only the loopback.
    interfaces = site.inside("app", "cat", "/proc/net/dev").splitlines()[2:]
    assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]
    assert list(site.inspect("app")["NetworkSettings"]["Networks"]) == ["none"]


def test_limit_of_descriptors_is_the_engines(site):
    """Nothing is asked for that the engine may lack, and what it has is used."""
    with open(f"/proc/{site.engine.daemon.pid}/limits") as limits:
        hard = re.search(r"Max open files\s+\d+\s+(\d+)", limits.read()).group(1)
    for service in ("app", "nginx"):
        assert site.inside(service, "sh", "-c", "ulimit -Hn") == hard
    assert "worker_rlimit_nofile" not in site.engine.must("logs", site.container("nginx"))


def test_archives_and_logs_are_in_volumes(site):
    folder = Path(site.engine.must("volume", "inspect", "--format", "{{.Mountpoint}}", "vitrine_photos"))
    (folder / "trip").mkdir()
    (folder / "trip/one.jpg").write_bytes(pictures.jpeg())
    answer = wait_until(lambda: (got := site.client.get("/archive/trip/")).status == 200 and got, 30, "an archive")
    assert zipfile.ZipFile(io.BytesIO(answer.body)).read("one.jpg") == pictures.jpeg()
    logs = Path(site.engine.must("volume", "inspect", "--format", "{{.Mountpoint}}", "vitrine_logs"))
    assert "Success: image cat.jpg uploaded." in (logs / "app.log").read_text()
    images = Path(site.engine.must("volume", "inspect", "--format", "{{.Mountpoint}}", "vitrine_images"))
    assert list(images.glob("*.jpg"))


def test_engine_keeps_the_logs_of_both(site):
    site.client.get("/images/")
    wait_until(lambda: "GET /images/" in site.engine.must("logs", site.container("nginx")), 10, "a line of nginx")
    done = site.engine.run("logs", site.container("app"))
    assert "serving" in done.stdout + done.stderr or done.stderr


@pytest.mark.parametrize("service", ["app", "nginx"])
def test_service_that_is_restarted_or_dies_comes_back(site, stored, service):
    site.compose("restart", service)
    site.wait()
    assert all_there(site, stored)
    before = site.inspect(service)["State"]["Pid"]
    # Its first process, as if it had been killed.
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: site.inspect(service)["State"]["Pid"] not in (0, before), 60, f"the engine starts {service} again")
    site.wait()
    assert all_there(site, stored)
    stored.append(site.upload(f"after-{service}.jpg"))


@pytest.mark.parametrize("service", ["nginx", "app"])
def test_stop_is_in_good_order_and_in_time(site, stored, service):
    began = time.monotonic()
    site.compose("stop", service)
    assert time.monotonic() - began < 30
    assert site.engine.must("inspect", "--format", "{{.State.ExitCode}}", f"vitrine-{service}-1") == "0"
    site.compose("start", service)
    site.wait()
    assert all_there(site, stored)


def test_engine_that_is_restarted_starts_both(site, stored):
    site.engine.stop()
    site.engine.start(network=site.network)
    site.wait()
    assert all_there(site, stored)


def test_down_and_up_keep_what_was_stored(site, stored):
    site.compose("down")
    assert site.compose("ps", "--all", "--quiet") == ""
    site.compose("up", "--detach")
    site.wait()
    assert all_there(site, stored)
    listed = {picture["name"] for picture in site.client.get("/api/images").json()["images"]}
    assert set(stored) <= listed


def test_image_of_the_program_is_replaced_under_load_without_a_failed_request(site, stored, engine):
    folder = Path(tempfile.mkdtemp(prefix="next.", dir="/tmp"))
    # Another image of the same program.
    (folder / "Dockerfile").write_text("FROM vitrine-app\nLABEL next=yes\n")
    engine.must("build", "--tag", "vitrine-app", folder)
    shutil.rmtree(folder)
    failures, counted, over = [], [0] * 32, threading.Event()
    before = site.container("app")

    def requests(number):
        kept = site.client.connection()
        while not over.is_set():
            try:
                if number % 3 == 0:
                    status = site.client.upload(pictures.png(16, 16), "x.png", connection=kept).status - 1
                elif number % 3 == 1:
                    status = site.client.get("/api/images?limit=5").status
                else:
                    status = site.client.get(f"/images/{stored[0]}", connection=kept).status
                if status != 200:
                    failures.append((number, status))
            except Exception as error:  # noqa: BLE001 -- told below
                failures.append((number, repr(error)))
                kept.close()
            counted[number] += 1
            # All of them are one client to nginx, which takes ten uploads a second of each.
            over.wait(1.2)
        kept.close()

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        running = [pool.submit(requests, number) for number in range(32)]
        wait_until(lambda: min(counted) > 0, 60, "every client is served")
        site.compose("up", "--detach", "--no-build", "--no-deps", "app")
        assert site.container("app") != before
        served = list(counted)
        wait_until(lambda: all(now > then for now, then in zip(counted, served)), 90, "every client is served again")
        over.set()
        concurrent.futures.wait(running, 90)
    assert failures == []
    site.wait()
    assert all_there(site, stored)

"""Fixtures: one server for the whole run, and private ones for tests that stop, signal or configure theirs."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from harness import Server, running


def pytest_configure(config):
    config.addinivalue_line("markers", "full: takes long; runs with deploy/test --full")
    config.addinivalue_line("markers", "timing: measures time; meaningless while other work loads the machine")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server with default settings, shared by every test that only sends requests."""
    with running(Server(tmp_path_factory.mktemp("server"))) as shared:
        yield shared


@pytest.fixture
def make_server(tmp_path):
    """make_server(settings…): a private server, started; stopped and checked at the end of the test."""
    made = []

    def make(kind=Server, **options):
        one = kind(tmp_path / f"server{len(made)}", **options)
        made.append(one)
        return one.start()

    try:
        yield make
        for one in made:
            one.stop()
    finally:
        for one in made:
            one.kill()


@pytest.fixture
def client(server):
    return server.client


@pytest.fixture(scope="session")
def object_store(tmp_path_factory):
    """A server with an object store, shared by every test that only sends requests to it."""
    from object_store import ObjectStore

    with running(ObjectStore(tmp_path_factory.mktemp("object-store"))) as shared:
        yield shared


@pytest.fixture
def slow_disk(tmp_path):
    """slow_disk(mount point, files): a folder on a slow disk; returns a function that sets its pace."""
    disks = []

    def make(point, files):
        folder, control = tmp_path / f"disk{len(disks)}", tmp_path / f"pace{len(disks)}"
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)

        def set_pace(seconds, rate):
            new = control.with_suffix(".new")
            new.write_text(f"{seconds} {rate}")
            new.rename(control)

        set_pace(0, 1e9)
        point.mkdir()
        driver = Path(__file__).with_name("slow_disk.py")
        process = subprocess.Popen(
            [sys.executable, driver, point, folder, control], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        disks.append((point, process))
        if process.stdout.readline() != b"ready\n":
            pytest.skip(f"no FUSE here: {process.stderr.read().decode().splitlines()[-1:]}")
        return set_pace

    if os.getuid() != 0 or not os.path.exists("/dev/fuse"):
        pytest.skip("needs root and /dev/fuse")
    yield make
    for point, process in disks:
        subprocess.run(["umount", "-l", point], check=False)
        process.kill()
        process.wait()


@pytest.fixture
def browser(tmp_path):
    """A browser which at the end has nothing to complain about."""
    from webdriver import Browser

    with Browser(tmp_path / "profile") as one:
        yield one
        assert one.complaints() == []


@pytest.fixture(params=["http", "https"])
def endpoint(request, object_store):
    """Each address of the object store in turn."""
    return object_store.endpoints[request.param]


@pytest.fixture
def bucket():
    """A bucket's name that nobody else has."""
    return f"bucket-{secrets.token_hex(6)}"

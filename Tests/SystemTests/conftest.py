"""Fixtures: one server for the whole run, and private ones for tests that stop, signal or configure theirs."""

import os
import secrets

import pytest

import shared_storage
from harness import Server, running
from slow_disk import Mount


def pytest_configure(config):
    config.addinivalue_line("markers", "full: takes long; runs with deploy/test --full")
    config.addinivalue_line("markers", "folders: looks at the files of a storage of plain files")
    config.addinivalue_line("markers", "timing: measures time; meaningless while other work loads the machine")


def pytest_collection_modifyitems(items):
    if os.environ.get("VITRINE_TEST_STORAGE") == "engine":
        for item in items:
            if item.get_closest_marker("folders"):
                item.add_marker(pytest.mark.skip(reason="looks at folders of plain storage"))


def pytest_sessionfinish():
    shared_storage.close()


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
        point.mkdir()
        disks.append(Mount(point, folder, control))
        if disks[-1].complaint:
            pytest.skip(f"no FUSE here: {disks[-1].complaint}")
        return disks[-1].set_pace

    if os.getuid() != 0 or not os.path.exists("/dev/fuse"):
        pytest.skip("needs root and /dev/fuse")
    yield make
    for disk in disks:
        disk.end()


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

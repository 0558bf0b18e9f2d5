"""Fixtures: one server for the whole run, and private ones for tests that stop, signal or configure theirs."""

import secrets

import pytest

from harness import Server


def pytest_configure(config):
    config.addinivalue_line("markers", "full: takes long; runs with deploy/test --full")
    config.addinivalue_line("markers", "timing: measures time; meaningless while other work loads the machine")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server with default settings, shared by every test that only sends requests."""
    shared = Server(tmp_path_factory.mktemp("server"))
    try:
        yield shared.start()
        shared.stop()
    finally:
        shared.kill()


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

    shared = ObjectStore(tmp_path_factory.mktemp("object-store"))
    try:
        yield shared.start()
        shared.stop()
    finally:
        shared.kill()


@pytest.fixture(params=["http", "https"])
def door(request, object_store):
    """Each address of the object store in turn."""
    return object_store.doors[request.param]


@pytest.fixture
def bucket():
    """A bucket's name that nobody else has."""
    return f"bucket-{secrets.token_hex(6)}"

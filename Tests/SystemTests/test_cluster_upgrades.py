"""Hosts are upgraded one by one, under load behind a balancer, and no request fails: whichever version comes first, and
whichever version the tables are of."""

import concurrent.futures
import contextlib
import os
import shutil
import signal
import threading

import pytest

import pictures
import shared_storage
from cluster_parts import Balancer
from harness import program, wait_until
from object_client import ObjectClient
from object_store import ObjectStore, noise, sha256

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(shared_storage.missing() is not None, reason=str(shared_storage.missing())),
]
# The program of an earlier version, where there is one; else the same program is both.
OLD = os.environ.get("VITRINE_OLD_BIN") or program()
CLIENTS = 6
# What takes the last version of the tables back out again.
UNDONE = {6: "DROP TABLE packs_with_gaps; ALTER TABLE blobs DROP COLUMN packed"}


class Host(ObjectStore):
    """Its program is a file of its own, which an upgrade replaces."""

    cache_time = "1s"

    def __init__(self, folder, version, **options):
        super().__init__(folder, **options)
        self.program_path = self.folder / "vitrine"
        self.install(version)

    def install(self, version):
        new = self.folder / "vitrine.new"
        # A program that was built for debugging finds its libraries beside it.
        shutil.copy(version, new)
        new.rename(self.program_path)

    def upgrade(self, version):
        before = {worker.pid for worker in self.full_pool()}
        self.install(version)
        self.supervisor.send_signal(signal.SIGHUP)
        wait_until(lambda: not before & {worker.pid for worker in self.workers()}, 60, "new workers")
        self.full_pool()


class Load:
    """Clients of the balancer, no request of which may fail."""

    def __init__(self, balancer):
        self.balancer, self.failed, self.kept, self.pictures = balancer, [], {}, set()
        self.counted, self.over = [0] * CLIENTS, threading.Event()

    def __enter__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(CLIENTS)
        self.running = [self.pool.submit(self.run, number) for number in range(CLIENTS)]
        self.goes_on()
        return self

    def __exit__(self, *_):
        self.over.set()
        for one in self.running:
            one.result(60)
        self.pool.shutdown()

    def goes_on(self):
        before = [count + 3 for count in self.counted]
        wait_until(lambda: all(now > then for now, then in zip(self.counted, before)), 60, "all clients are served")

    def run(self, number):
        store, client = ObjectClient(self.balancer.s3_port), self.balancer.client
        while not self.over.is_set():
            count = self.counted[number]
            key, content = f"/rolling/{number}/{count}", noise(20_000, count)
            put = store.put(key, content)
            stored = client.put_raw(pictures.png(number + 1, count % 90 + 1), "a.png")
            answers = [put, stored, store.fetch(key), client.get("/api/images?limit=5")]
            begun = store.send("POST", key + "-parts", {"uploads": ""}, b"")
            answers.append(begun)
            if begun.status == 200:
                upload = begun.text.split("<UploadId>")[1].split("<")[0]
                answers.append(store.send("DELETE", key + "-parts", {"uploadId": upload}))
            self.failed += [answer for answer in answers if answer.status >= 400]
            if put.status == 200:
                self.kept[key] = sha256(content)
            if stored.status == 201:
                self.pictures.add(stored.json()["name"])
            self.counted[number] += 1

    def judge(self, hosts):
        assert not self.failed, self.failed[:5]
        for host in hosts:
            store = ObjectClient(host.s3_port)
            assert all(sha256(store.fetch(key).body) == digest for key, digest in self.kept.items())
            assert self.pictures <= set(store.keys("images"))


@pytest.fixture
def place():
    with contextlib.ExitStack() as stack:
        kinds = (shared_storage.Database, shared_storage.Engine)
        yield shared_storage.SharedStorage(*[stack.enter_context(contextlib.closing(kind())) for kind in kinds])


def versions(place):
    return [int(row) for row in place.rows("SELECT version FROM schema_versions ORDER BY version")]


@pytest.mark.parametrize("first, second", [(OLD, program()), (program(), OLD)], ids=["old first", "new first"])
def test_two_versions_serve_side_by_side_and_no_request_fails(make_server, place, first, second):
    hosts = [make_server(Host, settings=place.settings, version=version) for version in (first, second)]
    with contextlib.closing(Balancer(hosts)) as balancer:
        assert ObjectClient(balancer.s3_port).put("/rolling", b"").status == 200
        with Load(balancer) as load:
            # Until both are of the second version, and back.
            for host, version in ((hosts[0], second), (hosts[0], first), (hosts[1], first), (hosts[1], second)):
                host.upgrade(version)
                load.goes_on()
        load.judge(hosts)


def test_hosts_go_on_when_tables_of_a_later_version_come_and_when_they_are_restarted(make_server, place):
    hosts = [make_server(Host, settings=place.settings, version=program()) for _ in range(2)]
    (*_, known) = versions(place)
    with contextlib.closing(Balancer(hosts)) as balancer:
        assert ObjectClient(balancer.s3_port).put("/rolling", b"").status == 200
        with Load(balancer) as load:
            # What a program of the next version does at its start: it only adds, in one transaction.
            place.rows(
                "BEGIN; ALTER TABLE objects ADD COLUMN later text; ALTER TABLE pictures ADD COLUMN later bigint;"
                " CREATE INDEX later_pictures ON pictures (later) WHERE later IS NOT NULL; CREATE TABLE later (id bigint);"
                f" INSERT INTO schema_versions (version) VALUES ({known + 1}); COMMIT"
            )
            load.goes_on()
            # Each host is restarted on them, as after a boot.
            for host in hosts:
                host.upgrade(program())
                load.goes_on()
        load.judge(hosts)
    assert versions(place)[-1] == known + 1


def test_tables_of_the_version_before_are_brought_up_by_whichever_host_starts(make_server, place):
    """As an upgrade finds them: the last version is taken back out, and hosts start at the same time."""
    first = make_server(Host, settings=place.settings, version=program())
    stored = first.client.put_raw(pictures.png(5, 5), "kept.png").json()["name"]
    (*_, known) = versions(place)
    first.stop()
    place.rows(f"{UNDONE[known]}; DELETE FROM schema_versions WHERE version = {known}")
    hosts = [make_server(Host, settings=place.settings, version=program()) for _ in range(2)]
    assert versions(place) == list(range(1, known + 1))
    for host in hosts:
        assert host.client.get(f"/images/{stored}").body == pictures.png(5, 5)
    assert place.rows("SELECT count(*) FROM pictures WHERE queued") == ["0"]

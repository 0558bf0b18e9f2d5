"""A whole cluster under mixed load, while its parts are killed, hung and cut off: what was acknowledged holds. Half of the
clients choose a host themselves, for the others a balancer does."""

import concurrent.futures
import contextlib
import http.client
import os
import random
import re
import shutil
import signal
import threading
import time
import zipfile
from io import BytesIO

import pytest

import pictures
import shared_storage
from cluster_parts import Balancer, ReplicatedDatabase, ReplicatedEngine
from harness import let_pass, wait_until
from object_client import ObjectClient
from object_store import ObjectStore, noise, sha256

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(shared_storage.missing() is not None, reason=str(shared_storage.missing())),
    pytest.mark.skipif(os.getuid() != 0 or not shutil.which("iptables"), reason="only root may cut a network"),
]
CLIENTS = int(os.environ.get("VITRINE_TEST_CLIENTS", "32"))
SCHEMA = "cluster"
CONTENDED = 400


class Host(ObjectStore):
    cache_time = "1s"

    def temporary_files(self):
        """A host that is killed leaves what it had begun."""
        return []


class Actor(threading.Thread):
    """One client of both hosts, which keeps account of what it was told."""

    def __init__(self, hosts, number, stop):
        super().__init__()
        self.hosts, self.number, self.stop = hosts, number, stop
        self.chance = random.Random(number)
        self.stores = [ObjectClient(host.s3_port) for host in hosts]
        for store in self.stores:
            store.timeout = 45
        # Key to SHA-256; names of pictures to their token; keys of which no answer has told.
        self.kept, self.pictures, self.gone, self.unknown, self.won = {}, {}, set(), set(), {}
        self.count = self.served = self.failed = 0
        self.last = time.monotonic()
        self.error = None

    def run(self):
        try:
            while not self.stop.is_set():
                self.count += 1
                writes = [self.put, self.put, self.contend, self.complete, self.delete, self.upload, self.remove]
                served = self.chance.choice([*writes, self.list, self.read, self.archive])(self.chance.randrange(2))
                if served:
                    self.served, self.last = self.served + 1, time.monotonic()
                else:
                    self.failed += 1
                    self.stop.wait(0.3)
        except BaseException as error:  # noqa: BLE001 -- told by the main thread
            self.error = error

    def answer(self, request, *words, good=(200, 201, 204)):
        """The answer, where it is one of these; none where it failed for now. Anything else is a fault."""
        try:
            answer = request(*words)
        except (OSError, http.client.HTTPException):
            return None
        assert answer.status in good or answer.status >= 500, answer
        return answer if answer.status in good else None

    def fresh(self):
        return f"{self.number}/{self.count}", noise(self.chance.choice([0, 500, 40_000, 300_000]), self.count)

    def put(self, host):
        key, content = self.fresh()
        answer = self.answer(self.stores[host].put, f"/load/{key}", content)
        self.note(key, content, answer)
        return answer

    def note(self, key, content, answer):
        if answer:
            self.kept[key] = sha256(content)
        else:
            self.unknown.add(key)

    def contend(self, host):
        """All clients want the same keys, and only one gets each."""
        key = f"contended/{self.count % CONTENDED}"
        content = f"{self.number} {self.count}".encode()
        exclusive = {"If-None-Match": "*"}
        answer = self.answer(self.stores[host].put, f"/load/{key}", content, exclusive, good=(200, 409, 412))
        if answer and answer.status == 200:
            self.won[key] = sha256(content)
        return answer

    def complete(self, host):
        key, content = self.fresh()
        begun = self.answer(self.stores[host].send, "POST", f"/load/{key}", {"uploads": ""}, b"")
        if not begun:
            return None
        upload = re.search("<UploadId>(.*?)</UploadId>", begun.text)[1]
        query = {"partNumber": "1", "uploadId": upload}
        part = self.answer(self.stores[1 - host].send, "PUT", f"/load/{key}", query, content)
        if not part:
            return None
        listed = f"<Part><PartNumber>1</PartNumber><ETag>{part.headers['ETag']}</ETag></Part>"
        document = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
        answer = self.answer(self.stores[host].send, "POST", f"/load/{key}", {"uploadId": upload}, document)
        # An answer that began before the end tells of it in its document.
        self.note(key, content, answer if answer and "CompleteMultipartUploadResult" in answer.text else None)
        return answer

    def delete(self, host):
        if not self.kept:
            return self.put(host)
        key = self.chance.choice(list(self.kept))
        del self.kept[key]
        answer = self.answer(self.stores[host].delete, f"/load/{key}")
        (self.gone if answer else self.unknown).add(key)
        return answer

    def list(self, host):
        try:
            keys = set(self.stores[host].keys("load", prefix=f"{self.number}/"))
        except (OSError, http.client.HTTPException):
            return None
        except AssertionError as failed:
            assert "<50" in str(failed), failed
            return None
        assert set(self.kept) <= keys and not self.gone & keys
        return True

    def read(self, host):
        if not self.kept:
            return self.put(host)
        key = self.chance.choice(list(self.kept))
        answer = self.answer(self.stores[host].fetch, f"/load/{key}")
        # Whoever got all that was announced got what was put.
        assert answer is None or sha256(answer.body) == self.kept[key], key
        return answer

    def archive(self, host):
        query = {"archive": "zip"}
        answer = self.answer(self.stores[host].fetch, f"/load/{self.number}/", query, good=(200, 404))
        if answer and answer.status == 200:
            with zipfile.ZipFile(BytesIO(answer.body)) as archive:
                found = {f"{self.number}/{name}": sha256(archive.read(name)) for name in archive.namelist()}
            found = {key: digest for key, digest in found.items() if key not in self.unknown}
            assert found == self.kept
        return answer

    def upload(self, host):
        content = pictures.png(self.number + 1, self.count + 1)
        answer = self.answer(self.hosts[host].client.put_raw, content, "load.png")
        if answer:
            facts = answer.json()
            self.pictures[facts["name"]] = facts["delete_url"].rsplit("token=", 1)[1]
        return answer

    def remove(self, host):
        if not self.pictures:
            return self.upload(host)
        name, token = self.pictures.popitem()
        bearer = {"Authorization": f"Bearer {token}"}
        answer = self.answer(self.hosts[host].client.request, "DELETE", f"/api/images/{name}", None, bearer)
        (self.gone if answer else self.unknown).add(name)
        return answer


@pytest.fixture
def cluster(make_server):
    with contextlib.closing(ReplicatedDatabase()) as database, contextlib.closing(ReplicatedEngine()) as engine:
        common = {
            "VITRINE_DATABASE": database.connection_string(SCHEMA),
            "VITRINE_ENGINE_ACCESS_KEY": shared_storage.KEYS[0],
            "VITRINE_ENGINE_SECRET_KEY": shared_storage.KEYS[1],
        }
        # Each host has its own way to the engine.
        addresses = [engine.address(SCHEMA, f"127.0.0.{number}") for number in (2, 3)]
        hosts = [make_server(Host, settings={**common, "VITRINE_ENGINE": address}) for address in addresses]
        yield database, engine, hosts
        for host in hosts:
            host.stop()


def failures(database, engine, hosts):
    """Each in turn, and twice; each has ended when the next is asked for."""
    for round in range(2):
        yield from passing_failures(engine, hosts[round], f"127.0.0.{round + 2}")
        database.fail_over()
        yield "the database is killed, and its standby takes its place"
        database.follow()


def passing_failures(engine, host, address):
    engine.kill("volume0")
    let_pass(5, "load without it")
    engine.launch("volume0", *engine.volumes["volume0"])

    yield "a volume server is killed"

    engine.signal("volume1", signal.SIGSTOP)
    let_pass(15, "load while it hangs")
    engine.signal("volume1", signal.SIGCONT)

    yield "a volume server hangs"

    for process in host.processes():
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    host.supervisor.wait(10)
    host.start_program()
    yield "a host is killed"

    with engine.cut(address):
        let_pass(20, "load without that host's engine")
    yield "a host is cut off from the engine"


@pytest.mark.timeout(900)
def test_what_was_acknowledged_holds_after_every_failure(cluster):
    database, engine, hosts = cluster
    root = ObjectClient(hosts[0].s3_port)
    assert root.put("/load", b"").status == 200
    stop = threading.Event()
    balancer = Balancer(hosts)
    actors = [Actor([balancer] * 2 if number % 2 else hosts, number, stop) for number in range(CLIENTS)]
    for actor in actors:
        actor.start()
    try:
        for failure in failures(database, engine, hosts):
            wait_until(engine.works, 60, "the engine answers a direct client")
            assert database.query("SELECT 1") == ["1"]
            answering = time.monotonic()
            for host in hosts:
                left = max(0.1, 10 - (time.monotonic() - answering))
                wait_until(lambda: is_served(host), left, f"served again after this: {failure}")
            print(f"{failure}: served again after {time.monotonic() - answering:.1f} s")
            # Those that wait for an answer since the failure get one, and are served then.
            wait_until(lambda: all(actor.last > answering for actor in actors) or broken(actors), 90, "all go on")
    finally:
        stop.set()
        for actor in actors:
            actor.join()
        balancer.close()
    for actor in actors:
        if actor.error:
            raise actor.error
    print(f"{sum(a.served for a in actors)} served, {sum(a.failed for a in actors)} failed")
    judge(database, engine, hosts, actors)


def is_served(host):
    """Whether a client that tries again gets what it wants."""
    store = ObjectClient(host.s3_port)
    key = f"/load/probe/{time.monotonic_ns()}"
    return store.put(key, b"yes").status == 200 and store.fetch(key).body == b"yes"


def broken(actors):
    return any(actor.error for actor in actors)


def judge(database, engine, hosts, actors):
    stores = [ObjectClient(host.s3_port) for host in hosts]
    lists = [(store.keys("load"), store.keys("images")) for store in stores]
    assert lists[0] == lists[1], "both hosts list the same"
    keys, names = map(set, lists[0])
    kept = {key: digest for actor in actors for key, digest in actor.kept.items()}
    assert set(kept) <= keys and {name for actor in actors for name in actor.pictures} <= names
    assert not {name for actor in actors for name in actor.gone} & (keys | names)

    def whole(key):
        return key, sha256(stores[hash(key) % 2].fetch(f"/load/{key}").body)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert dict(pool.map(whole, kept)) == kept
        winners = [item for actor in actors for item in actor.won.items()]
        assert len({key for key, _ in winners}) == len(winners), "a key has one winner"
        assert dict(pool.map(whole, dict(winners))) == dict(winners)
    # What nothing names is swept when its time has come, which is now.
    database.query("UPDATE blobs SET since = since - interval '2 days'", SCHEMA)
    # Whichever host does the chores, it sweeps when it begins with them.
    for host in hosts:
        host.stop_program()
    for host in hosts:
        host.start_program()

    def named():
        """The blobs that an object, a part or a picture consists of."""
        lists = ["SELECT unnest(blobs) FROM objects", "SELECT unnest(blobs) FROM parts", "SELECT blob FROM pictures"]
        return set(database.query(" UNION ".join(lists), SCHEMA))

    wait_until(lambda: not engine.names(SCHEMA) - named(), 120, "no blob is left that nothing names")
    assert named() <= engine.names(SCHEMA)

"""Every system call on files fails once, in each operation: the client is told, nothing half is left, and the next request
works."""

import errno
import hashlib
import os
import re
import signal
import time

import pytest

import pictures
from failing_calls import ERRORS, FailingCalls
from harness import let_pass, wait_until
from object_client import ObjectClient
from object_store import ObjectStore

BUCKET = "/calls"
LARGE = b"".join(hashlib.sha256(bytes([number % 256])).digest() for number in range(300_000 // 32))
# What the contract has for a fault of the machine; a store that has no room says so.
FAULTS = (500, 503, 507)


class Operation:
    """One request, what must be there before it, and what may be there after it, whether it failed or not."""

    def __init__(self, client):
        self.client = client

    def prepare(self):
        pass

    def check(self, answer):
        """Called after each request, also after one that failed."""


def settle(client, answer):
    """After an error a list may be behind, until the store has seen that it works again: with the next change."""
    if answer.status not in (200, 201, 204, 206):
        assert client.put(f"{BUCKET}/next", b"").status == 200, "the next request works"
        assert client.site.upload(pictures.jpeg(64, 48)).status == 201, "the next upload works"
        let_pass(0.05, "the index's next look")


class Put(Operation):
    old, new = b"old" * 2_000, LARGE

    def prepare(self):
        assert self.client.put(f"{BUCKET}/key", self.old).status == 200

    def run(self):
        return self.client.put(f"{BUCKET}/key", self.new, {"x-amz-meta-note": "new"})

    def check(self, answer):
        got = self.client.fetch(f"{BUCKET}/key")
        assert got.status == 200 and got.body in ([self.new] if answer.status == 200 else [self.old, self.new])
        assert (got.headers["x-amz-meta-note"] == "new") == (got.body == self.new)
        assert got.headers["ETag"] == f'"{hashlib.md5(got.body).hexdigest()}"'
        assert "key" in self.client.keys(BUCKET[1:])


class PutNew(Operation):
    number = 0

    def prepare(self):
        PutNew.number += 1
        self.key = f"new/folder{self.number}/key"

    def run(self):
        return self.client.put(f"{BUCKET}/{self.key}", LARGE)

    def check(self, answer):
        got = self.client.fetch(f"{BUCKET}/{self.key}")
        assert got.status == 200 and got.body == LARGE or got.status == 404 and answer.status != 200
        assert (self.key in self.client.keys(BUCKET[1:], prefix=self.key)) == (got.status == 200)
        self.client.delete(f"{BUCKET}/{self.key}")


class Delete(Put):
    def run(self):
        return self.client.delete(f"{BUCKET}/key")

    def check(self, answer):
        got = self.client.fetch(f"{BUCKET}/key")
        assert got.status == 404 or answer.status != 204 and got.body == self.old
        assert ("key" in self.client.keys(BUCKET[1:])) == (got.status == 200)


class Copy(Put):
    def run(self):
        return self.client.put(f"{BUCKET}/copy", b"", {"x-amz-copy-source": f"{BUCKET}/key"})

    def check(self, answer):
        got = self.client.fetch(f"{BUCKET}/copy")
        assert got.status == 200 and got.body == self.old or got.status == 404 and answer.status != 200
        self.client.delete(f"{BUCKET}/copy")


class Tag(Put):
    def run(self):
        document = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
        return self.client.send("PUT", f"{BUCKET}/key", {"tagging": ""}, document)

    def check(self, answer):
        got = self.client.fetch(f"{BUCKET}/key")
        assert got.body == self.old
        tags = self.client.fetch(f"{BUCKET}/key", {"tagging": ""})
        assert tags.status == 200 and (b"<Value>b<" in tags.body or answer.status != 200)


class Complete(Operation):
    def prepare(self):
        started = self.client.send("POST", f"{BUCKET}/parts", {"uploads": ""}, b"").text
        self.upload = started.split("<UploadId>")[1].split("<")[0]
        part = self.client.send("PUT", f"{BUCKET}/parts", {"partNumber": "1", "uploadId": self.upload}, LARGE)
        self.document = (
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber>"
            f"<ETag>{part.headers['ETag']}</ETag></Part></CompleteMultipartUpload>"
        ).encode()

    def run(self):
        return self.client.send("POST", f"{BUCKET}/parts", {"uploadId": self.upload}, self.document)

    def check(self, answer):
        got = self.client.fetch(f"{BUCKET}/parts")
        assert got.status == 200 and got.body == LARGE or got.status == 404 and answer.status != 200
        if got.status == 404:
            assert self.run().status == 200, "an upload whose completion failed can be completed"
        self.client.delete(f"{BUCKET}/parts")
        self.client.send("DELETE", f"{BUCKET}/parts", {"uploadId": self.upload})


class Get(Put):
    old = LARGE

    def run(self):
        return self.client.fetch(f"{BUCKET}/key")

    def check(self, answer):
        assert answer.status != 200 or answer.body == LARGE


class List(Put):
    def run(self):
        return self.client.fetch(BUCKET, {"list-type": "2"})

    def check(self, answer):
        assert answer.status != 200 or b"<Key>key</Key>" in answer.body


class Upload(Operation):
    content = pictures.jpeg(320, 240)

    def run(self):
        return self.client.site.upload(self.content)

    def check(self, answer):
        names = [one["name"] for one in self.client.site.get("/api/images?limit=100").json()["images"]]
        if answer.status == 201:
            facts = answer.json()
            file = self.client.site.get(f"/images/{facts['name']}")
            assert hashlib.sha256(file.body).hexdigest() == facts["sha256"] and facts["name"] in names
            target = f"/api/images/{facts['name']}?token={facts['delete_token']}"
            assert self.client.site.request("DELETE", target).status == 204
            names.remove(facts["name"])
        for name in names:
            assert self.client.site.get(f"/images/{name}").status == 200, "what is listed is there"


class DeletePicture(Upload):
    def prepare(self):
        self.facts = self.client.site.upload(self.content).json()

    def run(self):
        return self.client.site.request("DELETE", f"/api/images/{self.facts['name']}?token={self.facts['delete_token']}")

    def check(self, answer):
        file = self.client.site.get(f"/images/{self.facts['name']}")
        known = self.client.site.get(f"/api/images/{self.facts['name']}")
        assert file.status == known.status
        assert file.status == 404 or answer.status != 204
        if file.status == 200:
            assert self.run().status == 204, "a deletion that failed can be repeated"


class Archive(Operation):
    number = 0

    def prepare(self):
        Archive.number += 1
        self.folder = f"trip{self.number}"
        self.client.store.photo_folder(self.folder, {"a.jpg": LARGE, "b/c.jpg": LARGE[:9_000], "d.jpg": LARGE})

    def run(self):
        return self.client.site.get(f"/archive/{self.folder}/")

    def check(self, answer):
        again = self.client.site.get(f"/archive/{self.folder}/")
        assert again.status == 200
        assert answer.status != 200 or answer.body == again.body


class BeginUpload(Operation):
    def uploads(self):
        return re.findall("<UploadId>(.*?)</UploadId>", self.client.fetch(BUCKET, {"uploads": ""}).text)

    def run(self):
        return self.client.send("POST", f"{BUCKET}/begun", {"uploads": ""}, b"")

    def check(self, answer):
        uploads = self.uploads()
        assert len(uploads) <= 1 and (answer.status != 200 or uploads)
        for upload in uploads:
            assert self.client.send("DELETE", f"{BUCKET}/begun", {"uploadId": upload}).status == 204


class Part(BeginUpload):
    old, new = b"old part", LARGE[:70_000]

    def prepare(self):
        started = self.client.send("POST", f"{BUCKET}/begun", {"uploads": ""}, b"").text
        self.upload = re.search("<UploadId>(.*?)</UploadId>", started)[1]
        assert self.put(self.old).status == 200

    def put(self, content):
        return self.client.send("PUT", f"{BUCKET}/begun", {"partNumber": "1", "uploadId": self.upload}, content)

    def run(self):
        return self.put(self.new)

    def check(self, answer):
        listed = self.client.fetch(f"{BUCKET}/begun", {"uploadId": self.upload}).text
        tags = re.findall("<ETag>(.*?)</ETag>", listed)
        allowed = [self.new] if answer.status == 200 else [self.old, self.new]
        assert tags in [[f"&quot;{hashlib.md5(content).hexdigest()}&quot;"] for content in allowed], listed
        assert self.client.send("DELETE", f"{BUCKET}/begun", {"uploadId": self.upload}).status == 204


class Abort(Part):
    def run(self):
        return self.client.send("DELETE", f"{BUCKET}/begun", {"uploadId": self.upload})

    def check(self, answer):
        # One whose removal failed is an upload still, or none: then its rest goes with the sweep.
        for upload in self.uploads():
            assert answer.status != 204
            assert self.client.send("DELETE", f"{BUCKET}/begun", {"uploadId": upload}).status == 204
        assert self.uploads() == []


class DeleteSeveral(Operation):
    def prepare(self):
        for number in range(3):
            assert self.client.put(f"{BUCKET}/many{number}", b"x").status == 200

    def run(self):
        objects = "".join(f"<Object><Key>many{number}</Key></Object>" for number in range(3))
        return self.client.send("POST", BUCKET, {"delete": ""}, f"<Delete>{objects}</Delete>".encode())

    def check(self, answer):
        if answer.status == 200 and "<Error>" in answer.text:
            settle(self.client, Cut())
        listed = self.client.keys(BUCKET[1:], prefix="many")
        there = [f"many{n}" for n in range(3) if self.client.head(f"{BUCKET}/many{n}").status == 200]
        assert listed == there
        if answer.status == 200:
            deleted = re.findall("<Deleted><Key>(.*?)</Key>", answer.text)
            failed = re.findall("<Error><Key>(.*?)</Key>", answer.text)
            assert not set(deleted) & set(there) and sorted(deleted + failed) == [f"many{n}" for n in range(3)]


class MakeBucket(Operation):
    number = 0

    def prepare(self):
        MakeBucket.number += 1
        self.path = f"/bucket-{self.number}"

    def run(self):
        return self.client.put(self.path, b"")

    def check(self, answer):
        there = self.client.head(self.path).status == 200
        assert there or answer.status != 200
        assert (self.path[1:] in self.client.fetch("/").text) == there
        # One that was made in part can be made whole.
        assert self.client.put(self.path, b"").status == 200
        assert self.client.put(f"{self.path}/key", b"x").status == 200
        assert self.client.delete(f"{self.path}/key").status == 204
        assert self.client.delete(self.path).status == 204


class RemoveBucket(MakeBucket):
    def prepare(self):
        super().prepare()
        assert self.client.put(self.path, b"").status == 200

    def run(self):
        return self.client.delete(self.path)

    def check(self, answer):
        there = self.client.head(self.path).status == 200
        assert not there or answer.status != 204
        assert (self.path[1:] in self.client.fetch("/").text) == there
        # One that was removed in part can be made anew, and removed.
        assert self.client.put(self.path, b"").status == 200
        assert self.client.delete(self.path).status == 204


class SetPolicy(Operation):
    number = 0

    def policy(self, name):
        return (
            f'{{"Version":"2012-10-17","Statement":[{{"Sid":"{name}","Effect":"Allow","Principal":"*",'
            f'"Action":"s3:GetObject","Resource":"arn:aws:s3:::{BUCKET[1:]}/public/*"}}]}}'
        ).encode()

    def prepare(self):
        SetPolicy.number += 1
        assert self.client.send("PUT", BUCKET, {"policy": ""}, self.policy(f"old{self.number}")).status == 204

    def run(self):
        return self.client.send("PUT", BUCKET, {"policy": ""}, self.policy(f"new{self.number}"))

    def check(self, answer):
        sid = re.search('"Sid": *"(.*?)"', self.client.fetch(BUCKET, {"policy": ""}).text)[1]
        allowed = [f"new{self.number}"] if answer.status == 204 else [f"old{self.number}", f"new{self.number}"]
        assert sid in allowed


class SomeBytes(Get):
    def run(self):
        return self.client.fetch(f"{BUCKET}/key", None, {"Range": "bytes=100000-200000"})

    def check(self, answer):
        assert answer.status not in (200, 206) or answer.body == LARGE[100_000:200_001]


class Catalogue(Operation):
    def prepare(self):
        self.facts = self.client.site.upload(pictures.jpeg(64, 48)).json()

    def run(self):
        return self.client.site.get("/api/images?limit=5")

    def check(self, answer):
        if answer.status == 200:
            assert self.facts["name"] in [one["name"] for one in answer.json()["images"]]
        target = f"/api/images/{self.facts['name']}?token={self.facts['delete_token']}"
        assert self.client.site.request("DELETE", target).status == 204


class Picture(Catalogue):
    def run(self):
        return self.client.site.get(f"/api/images/{self.facts['name']}")

    def check(self, answer):
        assert answer.status != 200 or answer.json()["sha256"] == self.facts["sha256"]
        super().check(self.client.site.get("/api/images?limit=5"))


OPERATIONS = [Put, PutNew, Delete, Copy, Tag, Complete, Get, List, Upload, DeletePicture, Archive]
OPERATIONS += [BeginUpload, Part, Abort, DeleteSeveral, MakeBucket, RemoveBucket, SetPolicy]
# These are like others of them: in the long test only.
FURTHER = [SomeBytes, Catalogue, Picture]


class Cut:
    """The answer to a request whose connection was cut."""

    status = None


def ask(operation):
    try:
        return operation.run()
    except (OSError, EOFError, ValueError) as error:
        return error if hasattr(error, "status") else Cut()
    except Exception as error:
        # http.client's own: the body is shorter than announced.
        if type(error).__name__ in ("IncompleteRead", "RemoteDisconnected", "BadStatusLine"):
            return Cut()
        raise


def sweep(store):
    """What could not be removed goes with the sweep of leftovers, an hour later, which is made to have passed here."""
    hidden = store.data / BUCKET.replace("/", "buckets/") / ".vitrine"
    for path in [hidden, *hidden.rglob("*")]:
        os.utime(path, (time.time() - 3_700,) * 2)
    janitor = [process for process in store.processes() if process.name() == "vitrine-janitor"][0]
    os.kill(janitor.pid, signal.SIGKILL)
    kept = {hidden / "bucket.json"}
    wait_until(lambda: {path for path in hidden.rglob("*") if path.is_file()} <= kept, 20, "nothing is left behind")


@pytest.fixture
def failing(tmp_path):
    return FailingCalls(tmp_path)


@pytest.fixture
def store(failing, tmp_path, make_server):
    store = make_server(kind=ObjectStore, settings={"VITRINE_WORKERS": "1", **failing.environment})
    assert ObjectClient(store.s3_port).put(BUCKET, b"").status == 200
    return store


def descriptors(process):
    return len(os.listdir(f"/proc/{process}/fd"))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_call_that_fails_is_told_and_leaves_nothing_half(store, failing, operation):
    fail_each_call(store, failing, operation, 1)


@pytest.mark.full
@pytest.mark.parametrize("operation", [*OPERATIONS, *FURTHER], ids=lambda operation: operation.__name__)
def test_call_that_fails_in_any_way_is_told_and_leaves_nothing_half(store, failing, operation):
    fail_each_call(store, failing, operation, 9)


def fail_each_call(store, failing, operation, most):
    """Each call of each kind, with so many of the errors that it may have."""
    client = ObjectClient(store.s3_port)
    client.store, client.site = store, store.client
    one = operation(client)
    worker = store.full_pool(1)[0].pid

    # Twice without a failure: how many calls there are, once everything that is made on first use is there.
    for _ in range(2):
        one.prepare()
        failing.watch(worker)
        answer = ask(one)
        counts = failing.counts()
        assert answer.status in (200, 201, 204, 206), answer
        one.check(answer)
    before = descriptors(worker)

    failures = 0
    for kind, errors in ERRORS.items():
        for number in range(1, counts[kind] + 1):
            for error in errors[:most]:
                what = f"{kind} {number}: {errno.errorcode.get(error, 'short')}"
                one.prepare()
                failing.watch(worker)
                failing.arm(kind, number, error)
                answer = ask(one)
                failures += failing.disarm()
                assert answer.status in (None, 200, 201, 204, 206, *FAULTS), (what, answer)
                try:
                    settle(client, answer)
                    one.check(answer)
                except AssertionError as fault:
                    raise AssertionError(f"after {what}, answered {answer}: {fault}") from fault
                assert [process.pid for process in store.workers()] == [worker], f"after {what} the worker lives"
    assert failures > 0
    wait_until(lambda: descriptors(worker) <= before + 4, 10, "no descriptor is left open")
    sweep(store)
    print(f"{operation.__name__}: {failures} calls failed")

"""Workers killed in the middle of puts, copies, completions and deletions: each key holds one whole content, with the
metadata that belongs to it; what was answered with success is there; listing, head and get say the same."""

import contextlib
import hashlib
import http.client
import os
import random
import re
import signal
import threading
import time

import pytest

from harness import let_pass, wait_until
from object_client import ObjectClient
from object_store import ObjectStore, noise

OPERATIONS = 1_000
CLIENTS = 8
KEYS = [f"{folder}key{number}" for number in range(4) for folder in ("", "f/", "f/g/")] + ["f", "f/g/h"]
SOURCES = {f"source{number}": noise(40_000 + number * 7_001, seed=number) for number in range(4)}

pytestmark = pytest.mark.full


class Writer(threading.Thread):
    """One client with keys of its own, which it changes one after the other; it knows what each of them may hold."""

    def __init__(self, store, number, count):
        super().__init__()
        self.client = ObjectClient(store.s3_port)
        self.client.timeout = 30
        self.random = random.Random(number)
        self.folder, self.count = f"client{number}", count
        # What a key may hold: the SHA-256 of its content and the mark in its metadata; None for nothing.
        self.possible = {f"{self.folder}/{key}": {None} for key in KEYS}
        self.acknowledged = 0
        self.error = None

    def run(self):
        try:
            for number in range(self.count):
                self.change(f"{self.folder}-{number}")
        except BaseException as error:
            self.error = error

    def change(self, mark):
        key = self.random.choice(list(self.possible))
        operation = self.random.choice([self.put, self.put, self.put_with_tags, self.copy, self.complete, self.delete])
        state, status = operation(key, mark)
        if status is None:
            self.possible[key] |= {state}
        else:
            assert status in (200, 204), (operation.__name__, key, status)
            self.possible[key] = {state}
            self.acknowledged += 1

    def send(self, *request):
        """The answer; None where a worker died over it, so that nobody knows what came of it."""
        try:
            answer = self.client.send(*request)
        except (OSError, http.client.HTTPException):
            return None
        return None if answer.status in (500, 502, 503, 504) else answer

    @staticmethod
    def status(answer):
        return answer and answer.status

    def content(self, mark):
        return noise(self.random.choice([0, 10, 3_000, 200_000]), seed=hash(mark)) + mark.encode()

    def put(self, key, mark, headers=None):
        content = self.content(mark)
        answer = self.send("PUT", f"/crash/{key}", None, content, {"x-amz-meta-mark": mark, **(headers or {})})
        return (hashlib.sha256(content).hexdigest(), mark), self.status(answer)

    def put_with_tags(self, key, mark):
        """So many that they do not fit into an attribute."""
        tags = "&".join(f"{number}{'n' * 120}={'v' * 250}" for number in range(10))
        return self.put(key, mark, {"x-amz-tagging": tags})

    def copy(self, key, mark):
        source = self.random.choice(list(SOURCES))
        headers = {
            "x-amz-copy-source": f"/crash/{source}",
            "x-amz-metadata-directive": "REPLACE",
            "x-amz-meta-mark": mark,
        }
        answer = self.send("PUT", f"/crash/{key}", None, b"", headers)
        return (hashlib.sha256(SOURCES[source]).hexdigest(), mark), self.status(answer)

    def complete(self, key, mark):
        content = self.content(mark)
        state = hashlib.sha256(content).hexdigest(), mark
        begun = self.send("POST", f"/crash/{key}", {"uploads": ""}, b"", {"x-amz-meta-mark": mark})
        if not begun:
            return state, None
        upload = re.search(r"<UploadId>(.*?)</UploadId>", begun.text).group(1)
        part = self.send("PUT", f"/crash/{key}", {"uploadId": upload, "partNumber": "1"}, content)
        if not part:
            return state, None
        tag = part.headers["ETag"]
        document = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber>"
        document += f"<ETag>{tag}</ETag></Part></CompleteMultipartUpload>"
        answer = self.send("POST", f"/crash/{key}", {"uploadId": upload}, document.encode())
        # A completion may be answered before it is done: then the answer's body tells.
        return state, self.status(answer) if answer and "<ETag>" in answer.text else None

    def delete(self, key, mark):
        return None, self.status(self.send("DELETE", f"/crash/{key}"))


def kill_workers(store, stop, killed):
    chance = random.Random(7)
    while not stop.wait(chance.uniform(0.05, 0.4)):
        workers = store.workers()
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(workers).pid, signal.SIGKILL)
                killed.append(1)


def test_killed_workers_leave_whole_objects(tmp_path):
    store = ObjectStore(tmp_path / "server")
    try:
        check_crashes(store.start())
        store.stop()
    finally:
        store.kill()


def check_crashes(store):
    root = ObjectClient(store.s3_port)
    assert root.put("/crash", b"").status == 200
    for name, content in SOURCES.items():
        assert root.put(f"/crash/{name}", content).status == 200
    writers = [Writer(store, number, OPERATIONS // CLIENTS) for number in range(CLIENTS)]
    stop, killed = threading.Event(), []
    killer = threading.Thread(target=kill_workers, args=(store, stop, killed))
    killer.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    killer.join()
    for writer in writers:
        if writer.error:
            raise writer.error
    print(f"{len(killed)} workers killed, {sum(writer.acknowledged for writer in writers)} changes acknowledged")
    assert len(killed) > 5
    wait_until(lambda: len(store.workers()) == 2 and root.head("/crash").status == 200, 20, "two workers serve")
    let_pass(1, "the settling of what the last dead worker left")
    possible = {key: states for writer in writers for key, states in writer.possible.items()}
    check_objects(root, possible)
    for key, upload in re.findall(
        r"<Upload><Key>(.*?)</Key><UploadId>(.*?)</UploadId>", root.fetch("/crash", {"uploads": ""}).text
    ):
        assert root.send("DELETE", f"/crash/{key}", {"uploadId": upload}).status == 204
    check_sidecars(root, possible)
    check_leftovers(store, root, possible)


def check_objects(root, possible):
    listing = {}
    token = {}
    while True:
        page = root.page("crash", **token)
        listing |= {key: (page.etags[key], page.sizes[key]) for key in page.keys}
        if not page.next:
            break
        token = {"token": page.next}
    for key, states in possible.items():
        got, head = root.fetch(f"/crash/{key}"), root.head(f"/crash/{key}")
        assert got.status == head.status and got.status in (200, 404), (key, got, head)
        if got.status == 404:
            assert None in states and key not in listing, (key, states, listing.get(key))
            continue
        state = hashlib.sha256(got.body).hexdigest(), got.headers["x-amz-meta-mark"]
        assert state in states, (key, state, states)
        assert listing[key] == (got.headers["ETag"], len(got.body)) == (head.headers["ETag"], len(got.body)), key
        if "-" not in got.headers["ETag"]:
            assert got.headers["ETag"] == f'"{hashlib.md5(got.body).hexdigest()}"'
    assert set(listing) <= set(possible) | set(SOURCES)


def check_leftovers(store, root, possible):
    """What killed workers left in private folders goes after an hour, which is made to have passed here."""
    hidden = store.data / "buckets/crash/.vitrine"
    for path in [hidden, *hidden.rglob("*")]:
        os.utime(path, (time.time() - 3_700,) * 2)
    janitor = [process for process in store.processes() if process.name() == "vitrine-janitor"][0]
    os.kill(janitor.pid, signal.SIGKILL)
    kept = sum(root.head(f"/crash/{key}").headers["x-amz-tagging-count"] is not None for key in possible)

    def is_clean():
        files = [path for path in hidden.rglob("*") if path.is_file() and path.name != "bucket.json"]
        return len(files) == kept and all(path.parent.name == "facts" for path in files)

    wait_until(is_clean, 20, "nothing is left behind")
    assert store.temporary_files() == []
    check_sidecars(root, possible)


def check_sidecars(root, possible):
    """Facts that did not fit into an attribute are there, whole."""
    for key in possible:
        head = root.head(f"/crash/{key}")
        if head.headers["x-amz-tagging-count"]:
            assert root.fetch(f"/crash/{key}", {"tagging": ""}).text.count("<Tag>") == 10

"""Each object is as if one client after the other had used it, whoever else writes to it at the same time, in whichever
worker, and whichever worker is killed meanwhile."""

import contextlib
import hashlib
import http.client
import itertools
import os
import random
import re
import signal
import threading
import time
from dataclasses import replace

import pytest

from harness import wait_until
from linearizability import ABSENT, CONFLICT, DONE, FAILED, MISSING, UNKNOWN, WRONG, Operation, check
from object_client import ObjectClient, code
from object_store import ObjectStore

CLIENTS = 6
# The first two are a file and a folder of the same name.
KEYS = ["a", "a/b", "c"]


# The checker, tested.


def put(began, ended, tag, result=DONE, matches=None):
    return Operation(began, ended, "put", tag, result, matches)


def read(began, ended, tag):
    return Operation(began, ended, "read", tag)


def delete(began, ended, result=DONE, matches=None):
    return Operation(began, ended, "delete", None, result, matches)


RIGHT = {
    "nothing": [],
    "one after the other": [
        put(0, 1, "x"),
        read(2, 3, "x"),
        put(4, 5, "y"),
        read(6, 7, "y"),
        delete(8, 9),
        read(10, 11, ABSENT),
    ],
    "a read that overlaps a put sees the new one": [put(0, 9, "x"), read(1, 2, "x")],
    "a read that overlaps a put sees nothing": [put(0, 9, "x"), read(1, 2, ABSENT)],
    "reads on both sides of a point in a long put": [put(0, 9, "x"), read(1, 2, ABSENT), read(3, 4, "x")],
    "puts at once end in either order": [put(0, 9, "x"), put(0, 9, "y"), read(10, 11, "x"), read(12, 13, "x")],
    "a put without an answer is seen later": [
        put(0, 1, "x"),
        put(2, 3, "y", UNKNOWN),
        read(4, 5, "x"),
        read(6, 7, "y"),
    ],
    "a put without an answer is never seen": [
        put(0, 1, "x"),
        put(2, 3, "y", UNKNOWN),
        read(4, 5, "x"),
        read(6, 7, "x"),
    ],
    "a deletion without an answer comes late": [
        put(0, 1, "x"),
        delete(2, 3, UNKNOWN),
        read(4, 5, "x"),
        read(6, 7, ABSENT),
    ],
    "one of two exclusive puts wins": [
        put(0, 9, "x", matches="absent"),
        put(1, 8, "y", FAILED, "absent"),
        read(10, 11, "x"),
    ],
    "a conditional put follows what it saw": [put(0, 1, "x"), put(2, 3, "y", matches="x"), put(4, 5, "z", FAILED, "x")],
    "a conditional put finds nothing": [delete(0, 1), put(2, 3, "y", MISSING, "x"), read(4, 5, ABSENT)],
    "a conflict changes nothing": [put(0, 1, "x"), put(2, 3, "y", CONFLICT, "absent"), read(4, 5, "x")],
    "a conditional put without an answer was refused": [
        put(0, 1, "x"),
        put(2, 3, "y", UNKNOWN, "absent"),
        read(4, 5, "x"),
    ],
    "a conditional deletion": [
        put(0, 1, "x"),
        delete(2, 3, matches="x"),
        read(4, 5, ABSENT),
        delete(6, 7, matches="x"),
    ],
    "at the same moment is at the same time": [put(0, 1, "x"), read(1, 2, ABSENT)],
}
FALSE = {
    "an answered put is not there": [put(0, 1, "x"), read(2, 3, ABSENT)],
    "what nobody put": [put(0, 1, "x"), read(2, 3, "y")],
    "an old content after a new one": [put(0, 1, "x"), put(2, 9, "y"), read(3, 4, "y"), read(5, 6, "x")],
    "a deleted object comes back": [put(0, 1, "x"), delete(2, 3), read(4, 5, "x")],
    "two readers see two orders": [
        *(put(0, 9, "x"), put(0, 9, "y"), read(10, 11, "x"), read(12, 13, "y")),
    ],
    "both of two exclusive puts win": [
        put(0, 9, "x", matches="absent"),
        put(0, 9, "y", matches="absent"),
        read(10, 11, "x"),
    ],
    "neither of two exclusive puts wins": [
        put(0, 9, "x", FAILED, "absent"),
        put(0, 9, "y", FAILED, "absent"),
        read(10, 11, ABSENT),
    ],
    "two conditional puts follow the same content": [
        put(0, 1, "x"),
        put(2, 9, "y", matches="x"),
        put(2, 9, "z", matches="x"),
    ],
    "a refused put is seen": [put(0, 1, "x"), put(2, 3, "y", FAILED, "absent"), read(4, 5, "y")],
    "a refused put whose condition held": [put(0, 1, "x"), put(2, 3, "y", FAILED, "x")],
    "a put without an answer is seen, and then not": [
        put(0, 1, "x"),
        put(2, 3, "y", UNKNOWN),
        read(4, 5, "y"),
        read(6, 7, "x"),
    ],
    "a put is seen before it was asked for": [read(0, 1, "x"), put(2, 3, "x")],
    "a conditional deletion of another content": [put(0, 1, "x"), put(2, 3, "y"), delete(4, 5, matches="x")],
    "a conditional put says missing of what is there": [put(0, 1, "x"), put(2, 3, "y", MISSING, "z")],
}


@pytest.mark.parametrize("name", RIGHT)
def test_checker_takes_a_history_that_can_have_been(name):
    verdict = check(RIGHT[name])
    assert verdict.is_linearizable, str(verdict)
    state = ABSENT
    for operation in verdict.order:
        state = operation.step(state)
        assert state is not WRONG


@pytest.mark.parametrize("name", FALSE)
def test_checker_refuses_a_history_that_cannot_have_been(name):
    verdict = check(FALSE[name])
    assert not verdict.is_linearizable, str(verdict)
    assert "none of these can have come next" in str(verdict)


def by_all_orders(operations):
    """The same verdict by trying all orders, of any part of those that may not have been done."""
    known = [one for one in operations if one.result != UNKNOWN]
    unknown = [one for one in operations if one.result == UNKNOWN]
    for count in range(len(unknown) + 1):
        for some in itertools.combinations(unknown, count):
            for order in itertools.permutations([*known, *some]):
                state = ABSENT
                for place, one in enumerate(order):
                    if any(other.result != UNKNOWN and other.ended < one.began for other in order[place + 1 :]):
                        break
                    state = one.step(state)
                    if state is WRONG:
                        break
                else:
                    return True
    return False


def some_history(chance):
    operations = []
    for _ in range(chance.randint(1, 5)):
        began = chance.randint(0, 6)
        ended = began + chance.randint(0, 4)
        tag = chance.choice("xy")
        matches = chance.choice([None, None, "absent", "x", "y"])
        results = [DONE, DONE, UNKNOWN] if matches is None else [DONE, FAILED, MISSING, UNKNOWN, CONFLICT]
        kind = chance.choice(["put", "put", "read", "read", "delete"])
        if kind == "read":
            operations.append(read(began, ended, chance.choice([ABSENT, "x", "y"])))
        else:
            operations.append(
                Operation(began, ended, kind, tag if kind == "put" else None, chance.choice(results), matches)
            )
    return operations


def test_checker_says_what_a_trial_of_all_orders_says():
    chance = random.Random(1)
    verdicts = []
    for _ in range(1_500):
        operations = some_history(chance)
        verdicts.append(by_all_orders(operations))
        assert check(operations).is_linearizable == verdicts[-1], operations
    assert 200 < sum(verdicts) < 1_300, "some of each"


def test_checker_finds_one_stale_read_in_a_long_history():
    chance, operations, state, now = random.Random(2), [], ABSENT, 0
    for number in range(1_000):
        began = now + chance.randint(-30, 0)
        now += 10
        if chance.random() < 0.5:
            state = f"tag{number}"
            operations.append(put(began, now + chance.randint(1, 30), state))
        else:
            operations.append(read(began, now + chance.randint(1, 30), state))
        if chance.random() < 0.02:
            operations.append(put(now, now, f"lost{number}", UNKNOWN))
    assert check(operations).is_linearizable
    place = next(n for n, one in enumerate(operations) if n > 500 and one.kind == "read")
    old = next(one for one in operations if one.kind == "put" and one.result == DONE)
    operations[place] = read(operations[place].began, operations[place].ended, old.tag)
    assert not check(operations).is_linearizable


# The store, judged.


class Actor(threading.Thread):
    """One client that does one thing after the other to a few objects, and writes down what it saw."""

    def __init__(self, store, bucket, number, seconds, seed):
        super().__init__()
        self.client = ObjectClient(store.s3_port)
        self.client.timeout = 30
        self.bucket, self.number = bucket, number
        self.chance = random.Random(f"{seed} {number}")
        self.deadline = time.monotonic() + seconds
        self.history = {key: [] for key in KEYS}
        self.listed = {key: [] for key in KEYS}
        # The last tag that was seen of each object: what conditions are about.
        self.seen = {key: "none" for key in KEYS}
        self.count = 0
        self.error = None

    def run(self):
        try:
            while time.monotonic() < self.deadline:
                key = self.chance.choice(KEYS)
                actions = [self.put, self.put, self.read, self.read, self.read, self.put_if, self.put_if, self.delete]
                self.chance.choice([*actions, self.delete_if, self.list, self.list, self.complete])(key)
        except BaseException as error:  # noqa: BLE001 -- told by the main thread
            self.error = error

    def ask(self, method, key, query=None, body=None, headers=None):
        """When it was asked, the answer, and when that came; no answer where the worker died over it."""
        began = time.monotonic_ns()
        try:
            answer = self.client.send(method, f"/{self.bucket}" + (f"/{key}" if key else ""), query, body, headers)
        except (OSError, http.client.HTTPException):
            answer = None
        return began, answer if answer and answer.status < 500 else None, time.monotonic_ns()

    def note(self, key, *operation):
        self.history[key].append(Operation(*operation))

    def content(self):
        """Different from all others."""
        self.count += 1
        size = self.chance.choice([0, 100, 20_000])
        return f"{self.number} {self.count} ".encode() + b"x" * size

    @staticmethod
    def result(answer):
        if answer is None:
            return UNKNOWN
        return {200: DONE, 204: DONE, 404: MISSING, 412: FAILED, 409: CONFLICT}[answer.status]

    def condition(self, key):
        """A condition, and its fields."""
        if self.chance.random() < 0.5:
            return "absent", {"If-None-Match": "*"}
        return self.seen[key], {"If-Match": self.seen[key]}

    def put(self, key, matches=None, headers=None):
        content = self.content()
        tag = f'"{hashlib.md5(content).hexdigest()}"'
        # Metadata beyond what an attribute holds lie in a file of their own.
        note = tag[1:9] + "x" * self.chance.choice([0, 1_900])
        began, answer, ended = self.ask("PUT", key, None, content, {"x-amz-meta-note": note, **(headers or {})})
        if answer is not None and answer.status == 200:
            assert answer.headers["ETag"] == tag
        self.note(key, began, ended, "put", tag, self.result(answer), matches)

    def put_if(self, key):
        matches, headers = self.condition(key)
        self.put(key, matches, headers)

    def delete(self, key):
        began, answer, ended = self.ask("DELETE", key)
        assert answer is None or answer.status == 204, answer
        self.note(key, began, ended, "delete", None, self.result(answer))

    def delete_if(self, key):
        matches = self.seen[key]
        began, answer, ended = self.ask("DELETE", key, None, None, {"If-Match": matches})
        self.note(key, began, ended, "delete", None, self.result(answer), matches)

    def read(self, key):
        began, answer, ended = self.ask("GET", key)
        if answer is None:
            return
        tag = ABSENT
        if answer.status == 200:
            tag = self.seen[key] = answer.headers["ETag"]
            self.check_content(answer, tag)
        else:
            assert answer.status == 404, answer
        self.note(key, began, ended, "read", tag)

    @staticmethod
    def check_content(answer, tag):
        """Bytes, tag and metadata are those of one write."""
        md5 = hashlib.md5(answer.body)
        if "-" in tag:
            assert tag == f'"{hashlib.md5(md5.digest()).hexdigest()}-1"', answer
        else:
            assert tag == f'"{md5.hexdigest()}"', answer
        assert answer.headers["x-amz-meta-note"][:8] == md5.hexdigest()[:8], answer

    def complete(self, key):
        content = self.content()
        md5 = hashlib.md5(content)
        begun = self.ask("POST", key, {"uploads": ""}, b"", {"x-amz-meta-note": md5.hexdigest()[:8]})[1]
        if begun is None:
            return
        upload = re.search("<UploadId>(.*?)</UploadId>", begun.text)[1]
        part = self.ask("PUT", key, {"partNumber": "1", "uploadId": upload}, content)[1]
        if part is None:
            return
        document = (
            f"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{part.headers['ETag']}</ETag></Part>"
        )
        document = f"{document}</CompleteMultipartUpload>".encode()
        tag = f'"{hashlib.md5(md5.digest()).hexdigest()}-1"'
        matches, headers = self.condition(key) if self.chance.random() < 0.5 else (None, {})
        began, answer, ended = self.ask("POST", key, {"uploadId": upload}, document, headers)
        result = self.result(answer)
        if answer is not None and answer.status == 200 and "<ETag>" not in answer.text:
            # The answer had begun when it was seen to fail.
            result = {"PreconditionFailed": FAILED, "NoSuchKey": MISSING}.get(code(answer), UNKNOWN)
        self.note(key, began, ended, "put", tag, result, matches)

    def list(self, key):
        """Of each object it says whether it is there, and its tag."""
        began, answer, ended = self.ask("GET", "", {"list-type": "2"})
        if answer is None:
            return
        entries = re.findall(r"<Contents>(.*?)</Contents>", answer.text, re.DOTALL)
        tags = {re.search("<Key>(.*?)</Key>", entry)[1]: re.search("<ETag>(.*?)</ETag>", entry)[1] for entry in entries}
        assert set(tags) <= set(KEYS), tags
        for key in KEYS:
            tag = tags.get(key, ABSENT)
            self.listed[key].append(read(began, ended, tag and tag.replace("&quot;", '"')))


class KilledStore(ObjectStore):
    """One whose workers are killed: what they had begun goes with the sweep of leftovers, an hour later."""

    def temporary_files(self):
        return []


def kill_workers(store, seed, stop, killed):
    chance = random.Random(seed)
    while not stop.wait(chance.uniform(0.3, 1.2)):
        for worker in store.workers()[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
                killed.append(worker.pid)


def changes(history):
    """What was done, or perhaps was, whatever its condition was."""
    return [
        replace(operation, matches=None)
        for operation in history
        if operation.kind != "read" and operation.result in (DONE, UNKNOWN)
    ]


def judge(store, bucket, seconds, seed):
    """How many operations were judged, and how many workers were killed meanwhile."""
    root = ObjectClient(store.s3_port)
    wait_until(lambda: root.put(f"/{bucket}", b"").status in (200, 409), 10, "a bucket")
    actors = [Actor(store, bucket, number, seconds, seed) for number in range(CLIENTS)]
    stop, killed = threading.Event(), []
    killer = threading.Thread(target=kill_workers, args=(store, seed, stop, killed))
    for thread in [killer, *actors]:
        thread.start()
    for actor in actors:
        actor.join()
    stop.set()
    killer.join()
    for actor in actors:
        if actor.error:
            raise actor.error
    wait_until(lambda: root.head(f"/{bucket}").status == 200, 20, "the store answers")
    last = Actor(store, bucket, CLIENTS, 0, seed)
    for key in KEYS:
        last.read(key)
        last.list(key)
    count = 0
    for key in KEYS:
        history = [operation for actor in [*actors, last] for operation in actor.history[key]]
        lists = [operation for actor in [*actors, last] for operation in actor.listed[key]]
        count += len(history) + len(lists)
        verdict = check(history)
        assert verdict.is_linearizable, f"{key}, seed {seed}: {verdict}"
        # A list agrees with all that was answered. Of a change that is still under way it may tell a moment later than
        # a get, or a condition, that found it: so it is compared with the changes only.
        verdict = check([*changes(history), *lists])
        assert verdict.is_linearizable, f"lists of {key}, seed {seed}: {verdict}"
    return count, len(killed)


def run_rounds(make_server, rounds, seconds):
    seed = os.environ.get("VITRINE_TEST_SEED", str(random.randrange(10**6)))
    store = make_server(kind=KilledStore)
    results = [judge(store, f"round{number}", seconds, f"{seed}-{number}") for number in range(rounds)]
    count, killed = (sum(numbers) for numbers in zip(*results, strict=True))
    print(f"seed {seed}: {count} operations judged, {killed} workers killed")
    return count, killed


def test_objects_are_linearizable_while_workers_die(make_server):
    count, killed = run_rounds(make_server, 1, 7)
    assert count > 300 and killed >= 4


@pytest.mark.full
def test_objects_stay_linearizable_for_minutes(make_server):
    count, killed = run_rounds(make_server, 40, 12)
    assert count > 20_000 and killed > 200

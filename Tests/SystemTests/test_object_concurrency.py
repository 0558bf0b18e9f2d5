"""Many clients at the same keys: one wins, nobody sees a mixed object, no stray file stays."""

import hashlib
import random
import threading

import pytest

from harness import running
from object_client import ObjectClient
from object_store import ObjectStore, noise

CLIENTS = 32
# The first three are files and folders of the same names.
KEYS = ["a", "a/b", "a/b/c", "d/e"]


@pytest.fixture
def store(tmp_path):
    with running(ObjectStore(tmp_path / "server")) as one:
        yield one


def at_once(count, work):
    """Runs `work(number)` in as many threads, begun together; their results in order."""
    results, gate = [None] * count, threading.Barrier(count)

    def run(number):
        gate.wait()
        try:
            results[number] = work(number)
        except BaseException as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def test_one_of_many_exclusive_puts_wins(store):
    client = ObjectClient(store.s3_port)
    assert client.put("/race", b"").status == 200
    for turn in range(5):
        contents = [noise(random.Random(number).choice([5, 90_000]), seed=number) for number in range(CLIENTS)]

        def put(number):
            return client.put(f"/race/key{turn}", contents[number], {"If-None-Match": "*"}).status

        statuses = at_once(CLIENTS, put)
        assert sorted(statuses)[0] == 200 and set(statuses) <= {200, 409, 412}
        assert statuses.count(200) == 1, statuses
        assert client.fetch(f"/race/key{turn}").body == contents[statuses.index(200)]
    assert store.objects("race") == [f"key{turn}" for turn in range(5)]
    assert client.page("race").keys == [f"key{turn}" for turn in range(5)]


def test_one_of_many_conditional_puts_follows_each_state(store):
    """A counter that each client reads, and writes if nobody else did meanwhile."""
    client = ObjectClient(store.s3_port)
    assert client.put("/race", b"").status == 200
    assert client.put("/race/counter", b"0").status == 200

    def count(number):
        done = 0
        while done < 5:
            now = client.fetch("/race/counter")
            put = client.put("/race/counter", str(int(now.body) + 1).encode(), {"If-Match": now.headers["ETag"]})
            assert put.status in (200, 409, 412), put
            done += put.status == 200

    at_once(8, count)
    assert client.fetch("/race/counter").body == b"40"


@pytest.mark.folders
def test_puts_and_deletions_of_the_same_keys_never_mix(store):
    client = ObjectClient(store.s3_port)
    assert client.put("/race", b"").status == 200
    contents = {str(number): noise(random.Random(number).choice([1, 70_000, 300_000]), number) for number in range(40)}

    def work(number):
        chance = random.Random(number)
        connection = client.connection()
        seen = 0
        for _ in range(25):
            key = f"/race/{chance.choice(KEYS)}"
            what = chance.random()
            if what < 0.4:
                mark = chance.choice(list(contents))
                answer = client.put(key, contents[mark], {"x-amz-meta-mark": mark}, connection)
                assert answer.status == 200, answer
            elif what < 0.65:
                assert client.delete(key, connection=connection).status == 204
            else:
                answer = client.fetch(key, connection=connection)
                assert answer.status in (200, 404), answer
                if answer.status == 200:
                    content = contents[answer.headers["x-amz-meta-mark"]]
                    assert answer.body == content
                    assert answer.headers["ETag"] == f'"{hashlib.md5(content).hexdigest()}"'
                    seen += 1
        connection.close()
        return seen

    assert sum(at_once(16, work)) > 10
    page = client.page("race")
    for key in KEYS:
        answer = client.fetch(f"/race/{key}")
        assert (answer.status == 200) == (key in page.keys), key
        if answer.status == 200:
            assert page.etags[key] == answer.headers["ETag"] and page.sizes[key] == len(answer.body)
    assert len(store.objects("race")) == len(page.keys)
    assert store.temporary_files() == []
    for key in page.keys:
        assert client.delete(f"/race/{key}").status == 204
    assert client.page("race").keys == [] and store.objects("race") == []
    assert [path.name for path in (store.data / "buckets/race").iterdir()] == [".vitrine"]

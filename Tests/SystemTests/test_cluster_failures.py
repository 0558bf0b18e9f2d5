"""Database or engine away or hung: errors in words, and all is well again without a restart."""

import concurrent.futures
import contextlib
import signal
import threading
import time

import pytest

import pictures
import shared_storage
from console import Console
from engine_relay import Relay
from harness import let_pass, running, wait_until
from object_client import ObjectClient, code
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore, noise

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(shared_storage.missing() is not None, reason=str(shared_storage.missing())),
]


class Host(ObjectStore):
    cache_time = "1s"


@pytest.fixture(scope="module")
def place():
    """A database and an engine that nobody else uses, so that they can be ended."""
    with contextlib.ExitStack() as stack:
        kinds = (shared_storage.Database, shared_storage.Engine)
        yield shared_storage.Place(*[stack.enter_context(contextlib.closing(kind())) for kind in kinds])


@pytest.fixture(scope="module")
def host(tmp_path_factory, place):
    with running(Host(tmp_path_factory.mktemp("host"), settings=place.settings)) as one:
        yield one


@pytest.fixture
def store(host, bucket):
    client = ObjectClient(host.s3_port)
    wait_until(lambda: client.put(f"/{bucket}", b"").status == 200, 15, "a bucket")
    assert client.put(f"/{bucket}/kept", b"kept").status == 200
    return client


@contextlib.contextmanager
def away(part, how):
    """The database or the engine is ended, or stopped where it is, and comes back."""
    end, back = {"killed": (part.crash, part.start), "hung": (part.freeze, part.thaw)}[how]
    end()
    try:
        yield
    finally:
        back()


def refused(answer):
    """It says that it is about now, and when to come again."""
    assert answer.status == 503, answer
    assert int(answer.headers["Retry-After"]) > 0
    return True


def timed(request):
    began = time.monotonic()
    answer = request()
    return answer, time.monotonic() - began


def fails_for_now(answer):
    assert refused(answer)
    assert code(answer) in ("ServiceUnavailable", "SlowDown"), answer
    return True


def check_recovery(host, store, bucket):
    """All that was served before is served again, within ten seconds of the end of the failure."""
    deadline = time.monotonic() + 10
    wait_until(lambda: store.put(f"/{bucket}/new", b"new").status == 200, 10, "puts are served again")
    seconds = max(1, deadline - time.monotonic())
    wait_until(lambda: host.client.put_raw(pictures.png(10, 12), "new.png").status == 201, seconds, "and uploads")
    assert store.fetch(f"/{bucket}/kept").body == b"kept" and store.fetch(f"/{bucket}/new").body == b"new"
    # A failed put is not there: nothing was said to be stored.
    assert store.keys(bucket) == ["kept", "new"]


@pytest.mark.parametrize("how", ["killed", "hung"])
@pytest.mark.parametrize("part", ["database", "engine"])
def test_what_is_away_is_told_in_words_and_used_again_when_it_is_back(host, place, store, bucket, part, how):
    picture = host.client.put_raw(pictures.png(10, 10), "shown.png").json()["name"]
    assert host.client.get(f"/images/{picture}").status == 200
    workers = {worker.pid for worker in host.workers()}
    with away(getattr(place, part), how):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = pool.map(lambda number: store.put(f"/{bucket}/lost{number}", b"content"), range(16))
            # The workers answer meanwhile, and nginx hands out what it has when it has asked in vain.
            answered, seconds = timed(lambda: host.client.get("/api/nothing"))
            assert answered.status == 404 and seconds < 2
            assert all(map(fails_for_now, answers))
        assert refused(host.client.put_raw(pictures.png(10, 11), "lost.png"))
        let_pass(1.2, "the time for which the cache hands out a picture without asking")
        shown = host.client.get(f"/images/{picture}")
        assert shown.status == 200 and shown.body == pictures.png(10, 10)
    check_recovery(host, store, bucket)
    assert {worker.pid for worker in host.workers()} == workers


def test_the_console_says_that_the_database_is_away_and_ends_no_session(host, place):
    visitor = Console(host)
    assert visitor.sign_in(ROOT_KEY, ROOT_SECRET).status == 201
    assert visitor.call("GET", "pictures").status == 200
    with away(place.database, "killed"):
        answer = visitor.call("GET", "pictures")
        assert answer.problem() == (503, "overloaded") and int(answer.headers["Retry-After"]) > 0
        assert refused(visitor.call("DELETE", "session"))
    wait_until(lambda: visitor.call("GET", "pictures").status == 200, 10, "the session goes on")


@pytest.fixture
def relay(place):
    """A way to the engine, which a host of its own uses."""
    with contextlib.closing(Relay(place.engine.port)) as one:
        yield one


@pytest.fixture
def relayed(make_server, place, relay):
    address = place.settings["VITRINE_ENGINE"].replace(f":{place.engine.port}/", f":{relay.port}/")
    return make_server(Host, settings={**place.settings, "VITRINE_ENGINE": address, "VITRINE_WORKERS": "1"})


@pytest.fixture
def relayed_store(relayed, bucket):
    client = ObjectClient(relayed.s3_port)
    assert client.put(f"/{bucket}", b"").status == 200
    return client


@pytest.mark.parametrize(
    "refusal, status, expected",
    [
        ((507, "XMinioStorageFull"), 507, None),
        ((500, "InternalError"), 503, "ServiceUnavailable"),
        ((503, "SlowDown"), 503, "ServiceUnavailable"),
        ((403, "InvalidAccessKeyId"), 503, "ServiceUnavailable"),
    ],
)
def test_refusal_of_the_engine_is_told_in_words_of_s3(relay, relayed, relayed_store, bucket, refusal, status, expected):
    relay.refusal = refusal
    answer = relayed_store.put(f"/{bucket}/lost", b"content")
    assert answer.status == status and (expected is None or code(answer) == expected), answer
    assert relayed.client.put_raw(pictures.png(10, 11), "lost.png").status == status
    relay.refusal = None
    assert relayed_store.keys(bucket) == []
    wait_until(lambda: relayed_store.put(f"/{bucket}/new", b"new").status == 200, 10, "puts are served again")


def test_download_goes_on_where_the_engine_stalled_in_the_middle_of_it(relay, relayed_store, bucket):
    content = noise(3_000_000)
    assert relayed_store.put(f"/{bucket}/large", content).status == 200
    relay.answer_limit = 1_000_000
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        answer = pool.submit(relayed_store.fetch, f"/{bucket}/large")
        let_pass(3, "the time in which the first million bytes come, and no more")
        assert not answer.done()
        relay.answer_limit = None
        assert answer.result().body == content


def test_put_without_an_answer_of_the_engine_is_not_acknowledged(relay, relayed_store, bucket):
    relay.answer_limit = 0
    puts = relay.puts
    answer, seconds = timed(lambda: relayed_store.put(f"/{bucket}/lost", b"content"))
    assert fails_for_now(answer) and relay.puts > puts and seconds < 45
    relay.answer_limit = None
    # The engine has the blob, and yet nothing is there: it was never named.
    assert relayed_store.fetch(f"/{bucket}/lost").status == 404
    wait_until(lambda: relayed_store.put(f"/{bucket}/lost", b"second").status == 200, 10, "puts are served again")
    assert relayed_store.fetch(f"/{bucket}/lost").body == b"second"


def test_program_does_not_start_without_its_database_and_says_so(tmp_path, place):
    host = Host(tmp_path / "host", settings=place.settings)
    place.database.crash()
    try:
        with pytest.raises(AssertionError, match="VITRINE_DATABASE"):
            host.start_program()
    finally:
        place.database.start()
    with running(host):
        assert host.client.get("/healthz").status == 200


def test_one_host_is_reloaded_under_load_and_no_request_fails(make_server, place):
    """As in a rolling upgrade: processes are replaced on one host while both serve."""
    hosts = [make_server(Host, settings=place.settings) for _ in range(2)]
    clients = [ObjectClient(host.s3_port) for host in hosts]
    assert clients[0].put("/rolling", b"").status == 200
    stop, failed, done = threading.Event(), [], []

    def load(number):
        content, count = noise(20_000, number), 0
        while not stop.is_set():
            count += 1
            key = f"/rolling/{number}-{count}"
            answers = [clients[(number + count) % 2].put(key, content), clients[(number + count + 1) % 2].fetch(key)]
            answers.append(hosts[count % 2].client.put_raw(pictures.png(number + 1, count % 90 + 1), "a.png"))
            done.append(count)
            failed.extend(answer for answer in answers if answer.status >= 400)

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        running_load = [pool.submit(load, number) for number in range(6)]
        try:
            for host in hosts:
                before = {worker.pid for worker in host.full_pool()}
                count = len(done)
                wait_until(lambda: len(done) > count + 10, 30, "some load")
                host.supervisor.send_signal(signal.SIGHUP)
                wait_until(lambda: not before & {worker.pid for worker in host.workers()}, 60, "new workers")
        finally:
            stop.set()
        for each in running_load:
            each.result()
    assert not failed, failed[:5]
    assert clients[0].keys("rolling") == clients[1].keys("rolling") and len(clients[0].keys("rolling")) == len(done)

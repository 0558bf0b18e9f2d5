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
from stepped_clock import SteppedClock

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
        yield shared_storage.SharedStorage(*[stack.enter_context(contextlib.closing(kind())) for kind in kinds])


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
    assert visitor.call("GET", "check").json()["problems"] == []
    with away(place.database, "killed"):
        answer = visitor.call("GET", "pictures")
        assert answer.problem() == (503, "overloaded") and int(answer.headers["Retry-After"]) > 0
        assert refused(visitor.call("DELETE", "session"))
    wait_until(lambda: visitor.call("GET", "pictures").status == 200, 10, "the session goes on")


def test_state_and_check_of_the_console_name_an_engine_that_is_away(host, place, store, bucket):
    visitor = Console(host)
    assert visitor.sign_in(ROOT_KEY, ROOT_SECRET).status == 201
    wait_until(lambda: not visitor.call("GET", "state").json()["warnings"], 10, "what tests before have stopped is found again")
    with away(place.engine, "killed"):
        for number in range(12):
            assert fails_for_now(store.put(f"/{bucket}/{number}", b"content"))
        warnings = wait_until(lambda: visitor.call("GET", "state").json()["warnings"], 5, "a warning")
        assert len(warnings) == 1 and "engine does not answer" in warnings[0]
        problems = visitor.call("GET", "check").json()["problems"]
        assert problems and all(problem.startswith("VITRINE_ENGINE: ") for problem in problems)
    wait_until(lambda: not visitor.call("GET", "state").json()["warnings"], 10, "nothing is away any more")
    assert visitor.call("GET", "check").json()["problems"] == []


def test_picture_that_is_deleted_is_gone_from_every_cache_once_the_database_answers(make_server, place):
    """What a host had in its cache it goes on handing out, but not what was deleted meanwhile, and for a day at most."""
    clock = SteppedClock(place.engine.folder)
    hosts = [make_server(Host, settings=place.settings) for _ in range(2)]
    hosts[1].stop_nginx()
    hosts[1].nginx_environment = clock.environment
    hosts[1].start_nginx()
    kept, gone = (hosts[0].client.put_raw(pictures.png(9, number), f"{number}.png").json() for number in (1, 2))
    brief = hosts[0].client.put_raw(pictures.png(9, 3), "brief.png", "?expires=3600").json()
    paths = [f"/images/{picture['name']}" for picture in (kept, gone, brief)]

    def shown(path):
        return [host.client.get(path).status for host in hosts]

    assert [shown(path) for path in paths] == [[200, 200]] * 3
    with away(place.database, "killed"):
        let_pass(2.2, "the time for which the cache hands out a picture without asking")
        assert (shown(paths[0]), shown(paths[1])) == ([200, 200], [200, 200])
        # Nobody can say whether that one is over.
        assert shown(paths[2]) == [502, 502]
    token = {"Authorization": f"Bearer {gone['delete_token']}"}
    deletion = lambda: hosts[0].client.request("DELETE", f"/api/images/{gone['name']}", headers=token).status  # noqa: E731
    wait_until(lambda: deletion() in (204, 404), 15, "it is deleted")
    wait_until(lambda: shown(paths[1]) == [404, 404], 3, "it is gone on both hosts")
    let_pass(62, "the first minute of an nginx, in which it opens whatever lies in its cache's folder")
    assert (shown(paths[0]), shown(paths[1])) == ([200, 200], [404, 404])
    with away(place.database, "killed"):
        let_pass(2.2, "the time for which the cache hands out a picture without asking")
        assert shown(paths[0]) == [200, 200] and 200 not in shown(paths[1])
    # The program itself is away for a day.
    wait_until(lambda: shown(paths[0]) == [200, 200], 15, "it is asked for again")
    hosts[1].stop_program(signal.SIGKILL)
    clock.step(86_400 - 60)
    wait_until(lambda: shown(paths[0]) == [200, 200], 3, "it is still there")
    clock.step(86_400 + 60)
    wait_until(lambda: shown(paths[0]) == [200, 502], 3, "it is not handed out any more where the day is over")
    hosts[1].start_program()
    clock.step(0)
    wait_until(lambda: shown(paths[0]) == [200, 200], 15, "it is there again")

    def is_known_to_be_gone():
        found = shown(paths[1])
        assert 200 not in found
        return found == [404, 404]

    wait_until(is_known_to_be_gone, 15, "both programs have found the database again")


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

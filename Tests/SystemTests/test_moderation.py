"""What a moderator does with many pictures at once in the console's interface, and the trash."""

import pytest

import pictures
from console import Console, actions
from harness import running, wait_until
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with running(ObjectStore(tmp_path_factory.mktemp("moderation"), {"VITRINE_MODERATION": "queue"})) as one:
        yield one


@pytest.fixture(scope="module")
def root(store):
    console = Console(store)
    assert console.sign_in(ROOT_KEY, ROOT_SECRET).status == 201
    return console


def upload(store, name, seed):
    return store.client.upload(pictures.jpeg(32, 32, seed=seed), name).json()["name"]


def moderate(root, action, names):
    """What became of each name, and the further copies."""
    answer = root.call("POST", "moderation", {"action": action, "names": names})
    assert answer.status == 200, answer
    return [(one["name"], one["outcome"]) for one in answer.json()["results"]], answer.json()["copies"]


def status(store, name):
    return store.client.get(f"/images/{name}").status


def is_back(store, *names):
    """nginx's cache, where it has one, knows for a second that a picture is gone."""
    return wait_until(lambda: all(status(store, name) == 200 for name in names), 5, "the pictures are back")


def trash(root):
    return {one["name"]: one for one in root.call("GET", "trash").json()["pictures"]}


def test_many_are_deleted_and_brought_back_and_each_name_is_answered(store, root):
    names = [upload(store, f"{number}.jpg", 700 + number) for number in range(3)]
    results, copies = moderate(root, "delete", [names[0], names[1], "absent.jpg", "../etc", names[0]])
    assert results == [(names[0], "done"), (names[1], "done"), ("absent.jpg", "not-found"), ("../etc", "not-found")]
    assert copies == [] and [status(store, name) for name in names] == [404, 404, 200]
    there = trash(root)
    assert there[names[0]]["original_name"] == "0.jpg" and not there[names[0]]["blocked"]
    assert there[names[0]]["gone"] == there[names[0]]["trashed"] + 86_400
    assert moderate(root, "restore", names)[0] == [(names[0], "done"), (names[1], "done"), (names[2], "not-found")]
    assert is_back(store, *names)
    assert actions(store)[-2:] == ["Success: images moved to the trash: 2.", "Success: images brought back from the trash: 2."]


def test_many_are_blocked_with_all_their_copies(store, root):
    names = [upload(store, "a.jpg", 710), upload(store, "b.jpg", 711)]
    twin = upload(store, "twin.jpg", 711)
    results, copies = moderate(root, "block", names)
    assert results == [(name, "done") for name in names] and copies == [twin]
    assert [status(store, name) for name in [*names, twin]] == [404, 404, 404]
    assert store.client.upload(pictures.jpeg(32, 32, seed=711), "again.jpg").problem() == (403, "blocked")
    assert trash(root)[twin]["blocked"]
    assert moderate(root, "restore", [twin]) == ([(twin, "not-found")], [])
    sha256 = trash(root)[twin]["sha256"]
    assert root.call("DELETE", f"blocked/{sha256}").status == 204
    assert moderate(root, "restore", [twin]) == ([(twin, "done")], [])
    assert is_back(store, twin)


def test_what_is_discarded_does_not_come_back(store, root):
    name = upload(store, "bad.jpg", 720)
    assert moderate(root, "discard", [name])[0] == [(name, "not-found")]
    moderate(root, "delete", [name])
    assert moderate(root, "discard", [name])[0] == [(name, "done")]
    assert moderate(root, "restore", [name])[0] == [(name, "not-found")] and name not in trash(root)


def test_many_are_approved(store, root):
    names = [upload(store, f"{number}.jpg", 730 + number) for number in range(3)]
    assert moderate(root, "approve", names[:2])[0] == [(name, "done") for name in names[:2]]
    assert moderate(root, "approve", names)[0] == [(names[0], "not-found"), (names[1], "not-found"), (names[2], "done")]
    assert {one["name"] for one in store.client.get("/api/images").json()["images"]} >= set(names)


def test_a_request_is_bounded(root):
    for content in [
        {"action": "delete", "names": []}, {"action": "delete", "names": [f"{number}.jpg" for number in range(1_001)]},
        {"action": "destroy", "names": ["a.jpg"]}, {"action": "delete"}, {"names": ["a.jpg"]},
        {"action": "delete", "names": [1]}, {"action": "delete", "names": "a.jpg"},
        {"action": "delete", "names": ["a.jpg"], "force": True},
    ]:
        assert root.call("POST", "moderation", content).problem() == (400, "malformed-request"), content
    results, _ = moderate(root, "delete", [f"{number}.jpg" for number in range(1_000)])
    assert len(results) == 1_000
    for query in ("limit=501", "limit=0", "after=x", "name=a"):
        assert root.call("GET", f"trash?{query}").problem() == (400, "malformed-request"), query


def test_other_sites_and_other_accounts_moderate_nothing(store, root):
    name = upload(store, "kept.jpg", 740)
    content = {"action": "delete", "names": [name]}
    answer = root.call("POST", "moderation", content, headers={"Origin": "http://evil.example"})
    assert answer.problem() == (403, "cross-site")
    store.add_key("visitor", "secret-of-visitor")
    visitor = Console(store)
    visitor.sign_in("visitor", "secret-of-visitor")
    assert visitor.call("POST", "moderation", content).problem() == (403, "not-permitted")
    assert visitor.call("GET", "trash").problem() == (403, "not-permitted")
    assert status(store, name) == 200


def test_a_search_says_how_many_it_finds_and_the_trash_is_listed_in_pages(store, root):
    names = [upload(store, f"counted {number}.jpg", 750 + number) for number in range(5)]
    page = root.call("GET", "pictures?name=COUNTED&limit=2").json()
    assert page["found"] == 5 and len(page["pictures"]) == 2
    page = root.call("GET", f"pictures?name=COUNTED&limit=2&after={page['next']}").json()
    assert page["found"] is None and len(page["pictures"]) == 2
    assert root.call("GET", "pictures?name=counted").json()["found"] == 5
    assert root.call("GET", "pictures?name=uncounted").json()["found"] == 0
    everything = root.call("GET", "pictures?limit=1").json()
    assert everything["found"] == everything["count"]
    moderate(root, "delete", names)
    seen, after = [], ""
    while after is not None:
        page = root.call("GET", f"trash?limit=2{after}").json()
        seen += [one["name"] for one in page["pictures"]]
        after = f"&after={page['next']}" if page["next"] else None
    assert set(names) <= set(seen) and len(seen) == len(set(seen))

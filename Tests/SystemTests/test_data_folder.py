"""A data folder that an earlier version made is read as it is: all that was in it is there, and goes on."""

import json

import pytest

import data_folder
import pictures
from data_folder import BLOCKED, BUCKET, OFF, SHOP
from harness import running, wait_until
from object_client import ObjectClient
from object_store import ObjectStore

STORED = json.loads(data_folder.STORED.read_text())
MADE = STORED["made"]


@pytest.fixture(params=["as it was", "without its indexes"])
def store(request, tmp_path):
    """A server on the folder; an index can be thrown away at any time."""
    one = ObjectStore(tmp_path / "s")
    data_folder.unpack(STORED["files"], one.data)
    if request.param != "as it was":
        for index in (one.data / ".vitrine").glob("*.db*"):
            index.unlink()
    try:
        one.start()
        yield one
        data_folder.end(one)
    finally:
        one.kill()


def test_all_that_was_in_it_is_told_as_before(store):
    told = data_folder.answers(store, MADE)
    assert told.keys() == STORED["answers"].keys()
    for question, answer in told.items():
        assert answer == STORED["answers"][question], question


def test_picture_whose_time_is_over_is_removed_and_the_others_stay(store):
    over = MADE["pictures"]["over"]["name"]
    wait_until(lambda: not (store.images / over).exists(), 20, "it is removed")
    assert store.client.get(f"/api/images/{over}").status == 404
    expiring = store.client.get(f"/images/{MADE['pictures']['expiring']['name']}")
    assert expiring.status == 200 and "max-age=86400" not in expiring.headers["Cache-Control"]


def test_secret_keys_policies_and_blocked_pictures_count_as_before(store):
    for kind, status in (("public", 204), ("hidden", 204)):
        facts = MADE["pictures"][kind]
        token = {"Authorization": f"Bearer {facts['delete_token']}"}
        assert store.client.request("DELETE", f"/api/images/{facts['name']}", headers=token).status == status
    assert store.client.upload(BLOCKED, "again.jpg").problem() == (403, "blocked")
    assert store.client.upload(pictures.jpeg(64, 48, seed=11), "new.jpg").status == 201
    shop, off, nobody = (ObjectClient(store.s3_port, key) for key in (SHOP, OFF, None))
    # What the key's own policy allows, and nothing else.
    assert shop.fetch(f"/{BUCKET}/checked").status == 200
    assert shop.put(f"/{BUCKET}/new", b"new").status == 200
    assert shop.delete(f"/{BUCKET}/new").status == 403
    assert off.fetch(f"/{BUCKET}/a").status == 403
    # The bucket's policy, and the list of an object.
    assert nobody.fetch(f"/{BUCKET}/a").status == 200
    assert nobody.fetch(f"/{BUCKET}/tagged").status == 200
    assert nobody.fetch(f"/{BUCKET}/checked").status == 403


def test_upload_under_way_is_completed(store):
    root = ObjectClient(store.s3_port)
    data_folder.complete(root, "under way", MADE["upload"], [(1, b"1" * (5 << 20))])
    answer = root.fetch(f"/{BUCKET}/under way")
    assert answer.body == b"1" * (5 << 20) + b"three"
    assert answer.headers["x-amz-meta-who"] == "parts" and answer.headers["Content-Type"] == "x/y"


def test_what_is_there_can_be_changed_replaced_and_removed(store):
    root = ObjectClient(store.s3_port)
    keys = root.keys(BUCKET)
    assert sorted(keys, key=str.encode) == sorted(data_folder.KEYS, key=str.encode)
    assert root.send("PUT", f"/{BUCKET}/long", {"tagging": ""}, b"<Tagging><TagSet/></Tagging>").status == 200
    assert root.put(f"/{BUCKET}/a", b"replaced").status == 200
    for key in keys:
        assert root.fetch(f"/{BUCKET}/{key}").status == 200
        assert root.delete(f"/{BUCKET}/{key}").status == 204
    assert root.keys(BUCKET) == []
    assert root.send("DELETE", f"/{BUCKET}/under way", {"uploadId": MADE["upload"]}).status == 204
    assert root.delete(f"/{BUCKET}").status == 204
    assert not (store.data / "buckets" / BUCKET).exists()

"""A tree moves from a folder into a database and an engine and back, and tables that were lost come out of the engine."""

import subprocess

import pytest

import pictures
import shared_storage
from harness import clean_environment, program
from object_client import ObjectClient
from object_store import ObjectStore, noise

pytestmark = pytest.mark.skipif(bool(shared_storage.missing()), reason=shared_storage.missing() or "")


def vitrine(server, settings, *arguments):
    environment = clean_environment({**server.settings, **settings})
    return subprocess.run([program(), *map(str, arguments)], cwd=server.folder, env=environment, capture_output=True, text=True)


def kept(server, key=None):
    """What a server has: objects with entity tags and metadata, pictures, and who may do what."""
    store = ObjectClient(server.s3_port, *([key] if key else []))
    objects = {}
    for name in store.keys("things"):
        answer = store.fetch(f"/things/{name}")
        fields = {name: answer.headers[name] for name in ("ETag", "Content-Type", "Last-Modified", "x-amz-meta-colour")}
        objects[name] = (answer.body, fields)
    listed = server.client.get("/api/images?limit=100").json()["images"]
    bodies = {one["name"]: server.client.get(f"/images/{one['name']}").body for one in listed}
    # Links have the address of the server.
    listed = [{name: value for name, value in one.items() if not str(value).startswith("http")} for one in listed]
    policy = store.fetch("/things", {"policy": ""}).body
    return objects, listed, bodies, policy


@pytest.fixture
def old(make_server):
    server = make_server(ObjectStore)
    server.add_key("shop", "shop-secret-1")
    store = ObjectClient(server.s3_port)
    assert store.send("PUT", "/things").status == 200
    policy = b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::things/public/*"}]}'
    assert store.send("PUT", "/things", {"policy": ""}, policy).status == 204
    for key, body in [("a/b", b"b"), ("empty", b""), ("large", noise(3_000_000))]:
        assert store.put(f"/things/{key}", body, {"x-amz-meta-colour": "red", "Content-Type": "text/x"}).status == 200
    return server


def test_a_tree_moves_into_an_engine_and_back(old, make_server, tmp_path):
    uploaded = old.client.put_raw(pictures.png(), "mine.png").json()
    settings = shared_storage.SharedStorage().settings
    first = vitrine(old, settings, "copy", "to-engine", old.data)
    assert (first.returncode, first.stderr) == (0, ""), first.stderr
    assert "objects: 3 looked at, 3 copied (3000001 bytes)\npictures: 1 looked at, 1 copied" in first.stdout
    # What happens meanwhile comes with the next run, deletions included.
    later = old.client.put_raw(pictures.jpeg(), "later.jpg").json()
    assert ObjectClient(old.s3_port).delete("/things/a/b").status == 204
    second = vitrine(old, settings, "copy", "to-engine", old.data, "--delete", "--verify")
    assert (second.returncode, second.stderr) == (0, ""), second.stderr
    assert "objects: 2 looked at, 0 copied, 1 removed\npictures: 2 looked at, 1 copied" in second.stdout
    before = kept(old)
    new = make_server(ObjectStore, settings={**settings, "PHOTOS_DIR": str(old.photos)})
    assert kept(new) == before
    assert ObjectClient(new.s3_port, ("shop", "shop-secret-1")).send("GET", "/").status == 200
    # Tokens that the old server gave out are good.
    target = f"/api/images/{uploaded['name']}"
    assert new.client.request("DELETE", target, headers={"Authorization": f"Bearer {uploaded['delete_token']}"}).status == 204
    assert ObjectClient(new.s3_port).put("/things/new", b"new", {"x-amz-meta-colour": "red"}).status == 200
    before = kept(new)
    assert [one["name"] for one in before[1]] == [later["name"]]
    back = tmp_path / "back"
    back.mkdir()
    assert vitrine(old, settings, "copy", "to-folder", back).returncode == 0
    assert kept(make_server(ObjectStore, settings={"VITRINE_DATA": str(back)})) == before


def test_tables_that_were_lost_come_out_of_the_engine(old, make_server):
    old.client.put_raw(pictures.png(), "mine.png")
    lost = shared_storage.SharedStorage().settings
    assert vitrine(old, lost, "copy", "to-engine", old.data).returncode == 0
    anew = {**lost, "VITRINE_DATABASE": shared_storage.SharedStorage().settings["VITRINE_DATABASE"]}
    refused = vitrine(old, lost, "rebuild")
    assert refused.returncode == 1 and "the tables are not empty" in refused.stderr
    done = vitrine(old, anew, "rebuild")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    waiting = "of which 0 wait for approval, also those that had it"
    assert f"objects: 3\npictures: 1, {waiting}\nincomplete: 0\n" in done.stdout
    new = make_server(ObjectStore, settings=anew)
    assert kept(new)[:3] == kept(old)[:3]


def test_a_copy_without_a_database_says_what_is_missing(old):
    told = vitrine(old, {}, "copy", "to-engine", old.data)
    assert told.returncode == 1
    assert told.stderr == (
        "vitrine copy: the settings name no database and no engine: set VITRINE_DATABASE and VITRINE_ENGINE\n"
    )

"""The documented backup, and the way back: a folder of files with their attributes is all that there is to keep."""

import shlex
import shutil
import subprocess

import pytest

import pictures
from documents import documented_commands
from harness import wait_until

pytestmark = pytest.mark.skipif(not shutil.which("rsync"), reason="needs rsync")


def carry_out(command, data, copy):
    """A command of the page for operators between these two places, without sudo."""
    assert "/var/lib/vitrine/" in command and "backup:/srv/vitrine/" in command
    places = command.replace("/var/lib/vitrine/", f"{data}/").replace("backup:/srv/vitrine/", f"{copy}/")
    words = shlex.split(places)
    assert words[0] == "sudo"
    subprocess.run(words[1:], check=True)


@pytest.fixture
def round_trip(tmp_path):
    """round_trip(data): backs a data folder up, and restores it to a new place."""

    def carry(data):
        away, back = documented_commands("sudo rsync -aX")
        carry_out(away, data, tmp_path / "copy")
        assert not list((tmp_path / "copy").rglob("*.db*"))
        assert not (tmp_path / "copy/thumbs").exists()
        carry_out(back, tmp_path / "restored", tmp_path / "copy")
        return tmp_path / "restored"

    return carry


def test_pictures_come_back_with_all_that_was_known_of_them(make_server, round_trip):
    first = make_server()
    facts = first.client.upload(pictures.camera_jpeg(), "cat.jpg").json()
    hidden = first.client.put_raw(pictures.png(), "hidden.png", "?visibility=unlisted").json()
    first.client.get(f"/thumbs/{facts['name']}")
    first.photo_folder("trip", {"one.jpg": pictures.jpeg()})
    archive = first.client.get("/archive/trip/")

    second = make_server(settings={"VITRINE_DATA": str(round_trip(first.data))})
    wait_until(lambda: len(second.client.get("/api/images").json()["images"]) == 1, 10, "the index is made anew")
    for one in (facts, hidden):
        again = second.client.get(f"/api/images/{one['name']}").json()
        kept = ("sha256", "original_name", "uploaded_at", "visibility", "width", "height", "size", "type")
        assert {name: again[name] for name in kept} == {name: one[name] for name in kept}
        assert second.client.get(f"/images/{one['name']}").status == 200
    again = second.client.get("/archive/trip/")
    assert again.body == archive.body
    # The secret came along: the delete token still counts.
    bearer = {"Authorization": f"Bearer {facts['delete_token']}"}
    assert second.client.request("DELETE", f"/api/images/{facts['name']}", headers=bearer).status == 204


def test_objects_come_back_with_keys_buckets_and_facts(tmp_path, round_trip):
    from object_store import ObjectStore, noise

    def store(name, **settings):
        made = ObjectStore(tmp_path / name, settings)
        stack.append(made)
        return made.start()

    stack = []
    try:
        first = store("first")
        first.add_key("shop", "secret of the shop")
        endpoint = first.endpoints["http"]
        endpoint.access_key, endpoint.secret_key = "shop", "secret of the shop"
        client = endpoint.boto3()
        client.create_bucket(Bucket="photos1")
        client.put_object(Bucket="photos1", Key="a/b c.bin", Body=noise(100_000), Metadata={"who": "me"}, ContentType="x/y")
        # More than an attribute holds.
        client.put_object(Bucket="photos1", Key="long", Body=b"1", Metadata={f"k{n}": "v" * 90 for n in range(18)})
        policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos1/*"}]}'
        client.put_bucket_policy(Bucket="photos1", Policy=policy)
        before = {key: client.get_object(Bucket="photos1", Key=key) for key in ("a/b c.bin", "long")}
        whole = {key: answer["Body"].read() for key, answer in before.items()}

        second = store("second", VITRINE_DATA=str(round_trip(first.data)))
        endpoint = second.endpoints["http"]
        endpoint.access_key, endpoint.secret_key = "shop", "secret of the shop"
        client = endpoint.boto3()
        assert [one["Key"] for one in client.list_objects_v2(Bucket="photos1")["Contents"]] == ["a/b c.bin", "long"]
        for key, answer in before.items():
            again = client.get_object(Bucket="photos1", Key=key)
            assert again["Body"].read() == whole[key]
            for name in ("ETag", "Metadata", "ContentType", "LastModified"):
                assert again[name] == answer[name]
        assert "s3:GetObject" in client.get_bucket_policy(Bucket="photos1")["Policy"]
        for one in stack:
            one.stop()
    finally:
        for one in stack:
            one.kill()

"""VITRINE_READ_ONLY: nothing is changed at any door, and all that is there can be had."""

import pytest

import pictures
from console import Console
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore


@pytest.fixture
def server(make_server):
    """A service with a picture and an object, which was told at a later start that nothing is to be changed."""
    server = make_server(ObjectStore)
    server.upload = server.client.put_raw(pictures.jpeg(), "cat.jpg").json()
    store = server.endpoints["http"].boto3()
    store.create_bucket(Bucket="bucket")
    store.put_object(Bucket="bucket", Key="key", Body=b"content")
    server.settings["VITRINE_READ_ONLY"] = "on"
    server.stop_program()
    server.start_program()
    return server


def test_uploads_and_deletions_of_pictures_are_refused_in_words(server):
    name, token = server.upload["name"], server.upload["delete_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    answers = [
        server.client.put_raw(pictures.jpeg(), "dog.jpg"),
        server.client.request("DELETE", f"/api/images/{name}", headers=bearer),
        server.client.request("POST", f"/delete/{name}?token={token}"),
    ]
    for answer in answers:
        assert answer.problem() == (503, "read-only") and answer.headers["Retry-After"] == "60"
    assert server.client.get(f"/images/{name}").body == pictures.jpeg()
    assert [image["name"] for image in server.client.get("/api/images").json()["images"]] == [name]


def test_operations_that_change_objects_are_refused(server):
    store = server.endpoints["http"].boto3()
    changes = [
        lambda: store.put_object(Bucket="bucket", Key="other", Body=b"x"),
        lambda: store.copy_object(Bucket="bucket", Key="other", CopySource="bucket/key"),
        lambda: store.delete_object(Bucket="bucket", Key="key"),
        lambda: store.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "key"}]}),
        lambda: store.create_multipart_upload(Bucket="bucket", Key="other"),
        lambda: store.create_bucket(Bucket="another"),
        lambda: store.put_bucket_tagging(Bucket="bucket", Tagging={"TagSet": []}),
    ]
    for change in changes:
        with pytest.raises(store.exceptions.ClientError) as refusal:
            change()
        answer = refusal.value.response
        assert answer["Error"]["Code"] == "ServiceUnavailable" and "read only" in answer["Error"]["Message"]
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 503
        assert answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"]
    assert store.get_object(Bucket="bucket", Key="key")["Body"].read() == b"content"
    assert [entry["Key"] for entry in store.list_objects_v2(Bucket="bucket")["Contents"]] == ["key"]
    names = [bucket["Name"] for bucket in store.list_buckets()["Buckets"]]
    assert "bucket" in names and "another" not in names


def test_the_console_signs_in_and_out_and_changes_nothing(server):
    visitor = Console(server)
    assert visitor.sign_in(ROOT_KEY, ROOT_SECRET).status == 201
    assert visitor.call("POST", "keys", {"name": "shop"}).problem() == (503, "read-only")
    assert visitor.store("PUT", "bucket", "other", body=b"x").status == 503
    assert visitor.store("GET", "bucket", "key").body == b"content"
    link = visitor.call("POST", "links", {"method": "GET", "bucket": "bucket", "key": "key", "expires": 60})
    assert link.status == 201
    assert visitor.call("DELETE", "session").status == 204
    assert visitor.call("GET", "keys").status == 401

"""VITRINE_MODERATION=queue: a new picture has its link, and is in no list until somebody approves it."""

import subprocess

import pytest

import pictures
from console import Console, actions
from harness import clean_environment, program
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore


@pytest.fixture
def server(make_server):
    return make_server(ObjectStore, settings={"VITRINE_MODERATION": "queue"})


def listed(server):
    return [image["name"] for image in server.client.get("/api/images").json()["images"]]


def upload(server, name, query=""):
    answer = server.client.request("PUT", f"/api/upload/{name}{query}", pictures.png(8, len(name)))
    assert answer.status == 201 and answer.json()["visibility"] == "unlisted"
    return answer.json()["name"]


def command(server, *arguments):
    answer = subprocess.run(
        [program(), "picture", *arguments], env=clean_environment(server.settings), cwd=server.folder,
        capture_output=True, text=True, timeout=60,
    )
    return answer.returncode, answer.stdout.split()


def test_pictures_are_listed_once_they_are_approved_in_the_console(server):
    names = [upload(server, "a.png"), upload(server, "bb.png")]
    hidden = upload(server, "ccc.png", "?visibility=unlisted")
    assert listed(server) == [] and server.client.get(f"/images/{names[0]}").status == 200
    visitor = Console(server)
    visitor.sign_in(ROOT_KEY, ROOT_SECRET)
    waiting = visitor.call("GET", "pictures?visibility=queued").json()["pictures"]
    assert [picture["name"] for picture in waiting] == names[::-1]
    assert visitor.call("PUT", f"pictures/{names[0]}/approval").status == 204
    assert listed(server) == [names[0]]
    for name in (names[0], hidden, "absent.png"):
        assert visitor.call("PUT", f"pictures/{name}/approval").problem() == (404, "not-found")
    assert actions(server)[-1] == "Success: images approved: 1."


def test_pictures_are_approved_by_the_command(server):
    names = [upload(server, "a.png"), upload(server, "bb.png"), upload(server, "ccc.png")]
    hidden = upload(server, "dddd.png", "?visibility=unlisted")
    assert command(server, "approve", names[1]) == (0, [])
    assert listed(server) == [names[1]]
    assert command(server, "approve", hidden)[0] == 1
    assert sorted(command(server, "approve-all", "--name", "c")[1]) == [names[2]]
    assert command(server, "approve-all", "--visibility", "unlisted") == (0, [])
    assert command(server, "approve-all")[1] == [names[0]]
    assert listed(server) == names[::-1]


def test_a_picture_that_is_put_waits_like_an_upload(server):
    server.endpoints["http"].boto3().put_object(Bucket="images", Key="put.png", Body=pictures.png(9, 9))
    assert listed(server) == []
    assert command(server, "approve-all")[1] == ["put.png"]
    assert listed(server) == ["put.png"]


def test_nobody_can_ask_for_the_queue_by_a_parameter(server):
    answer = server.client.request("PUT", "/api/upload/a.png?visibility=queued", pictures.png(8, 8))
    assert answer.problem() == (400, "malformed-request")

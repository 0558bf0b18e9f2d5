"""Pictures are found by name and time by everybody, and by all that is known of them by the operator's command."""

import json
import subprocess

import pytest

import pictures
from harness import Server, clean_environment, program, running


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A server with a few pictures, and their names by what their uploader called them."""
    with running(Server(tmp_path_factory.mktemp("search"))) as one:
        names = {}
        for number, name in enumerate(["Holiday 1.png", "holiday 2.png", "Überfahrt.png", "hidden holiday.png"]):
            query = "?visibility=unlisted" if name.startswith("hidden") else ""
            names[name] = one.client.put_raw(pictures.png(8 + number, 8), name, query).json()["name"]
        yield one, names


def found(server, query):
    return [image["original_name"] for image in server.client.get(f"/api/images?{query}").json()["images"]]


def test_everybody_searches_public_pictures_by_name_and_date(filled):
    server, names = filled
    assert found(server, "name=HOLIDAY") == ["holiday 2.png", "Holiday 1.png"]
    assert found(server, "name=%C3%BCber") == ["Überfahrt.png"]
    assert found(server, "name=nothing") == []
    assert len(found(server, "from=2025-01-24")) == 3 and found(server, "until=2025-01-24") == []
    page = server.client.get("/api/images?name=holiday&limit=1").json()
    assert found(server, f"name=holiday&limit=1&after={page['next']}") == ["Holiday 1.png"]


def test_a_day_that_is_none_is_refused(filled):
    server, _ = filled
    for query in ("from=soon", "until=2025-02-30"):
        assert server.client.get(f"/api/images?{query}").problem() == (400, "malformed-request")


def listed(server, *arguments):
    command = [program(), "picture", "list", "--json", *arguments]
    environment = clean_environment(server.settings)
    done = subprocess.run(command, cwd=server.folder, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line)["original_name"] for line in done.stdout.splitlines()]


def test_the_operator_searches_by_all_that_is_known(filled):
    server, names = filled
    assert listed(server, "--name", "holiday") == ["hidden holiday.png", "holiday 2.png", "Holiday 1.png"]
    assert listed(server, "--name", names["Überfahrt.png"]) == ["Überfahrt.png"]
    assert listed(server, "--visibility", "unlisted", "--address", "127.0.0.1") == ["hidden holiday.png"]
    assert listed(server, "--address", "192.0.2.1") == []
    assert listed(server, "--sort", "oldest")[0] == "Holiday 1.png"

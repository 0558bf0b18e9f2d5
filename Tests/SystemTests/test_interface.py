"""The interface for programs: what its description says holds, also for requests that nobody would write by hand."""

import json
import subprocess
from pathlib import Path

import pytest

import pictures
from console import Console
from harness import clean_environment
from object_store import CLIENTS, ROOT_KEY, ROOT_SECRET, ObjectStore

# Of the console: a sign-in that fails makes the next one wait, and after signing out nothing is left to be asked.
NOT_ASKED = ["signIn", "signOut"]
# nginx has a page of its own at /upload, which is no route. A template of a policy may need a bucket beside it, which a schema cannot say.
CONFIGURATION = """
[[operations]]
include-operation-id = ["addKey", "changeKey"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "409", "422"]

[[operations]]
include-operation-id = "uploadByForm"
checks.allow_header_conformance.enabled = false
checks.unsupported_method.enabled = false
"""


@pytest.fixture
def store(make_server):
    return make_server(ObjectStore)


@pytest.fixture
def root(store):
    console = Console(store)
    assert console.sign_in(ROOT_KEY, ROOT_SECRET).status == 201
    return console


def documents(store):
    return {
        "image host": store.client.get("/api/openapi.json"),
        "console": Console(store).call("GET", "openapi.json"),
    }


def test_descriptions_are_valid(store, tmp_path):
    for name, answer in documents(store).items():
        assert answer.status == 200 and answer.headers["Content-Type"] == "application/json"
        assert answer.json()["openapi"] == "3.1.0"
        path = tmp_path / f"{name}.json"
        path.write_text(answer.text)
        found = subprocess.run([CLIENTS / "bin/openapi-spec-validator", path], capture_output=True, text=True)
        assert found.returncode == 0, found.stdout + found.stderr


def test_answers_are_as_the_schemas_say(store, root):
    """The schemas of two answers, by a validator that others wrote; schemathesis asks for all of them."""
    document = store.client.get("/api/openapi.json").json()
    stored = store.client.upload(pictures.png(8, 8), "a.png").json()
    checks = [("UploadedPicture", stored), ("PictureList", store.client.get("/api/images").json())]
    code = (
        "import json, sys, jsonschema\n"
        "document, checks = json.load(sys.stdin)\n"
        "for name, value in checks:\n"
        "    schema = {'$ref': f'#/components/schemas/{name}', 'components': document['components']}\n"
        "    jsonschema.Draft202012Validator(schema).validate(value)\n"
        "    try: jsonschema.Draft202012Validator(schema).validate({**value, 'more': 1})\n"
        "    except jsonschema.ValidationError: continue\n"
        "    raise SystemExit(f'{name} takes anything')\n"
    )
    found = subprocess.run(
        [CLIENTS / "bin/python", "-c", code], input=json.dumps([document, checks]), capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr


def test_parameters_that_nobody_knows_are_refused(store, root):
    client = store.client
    facts = client.upload(pictures.png(8, 8), "a.png").json()
    name, token = facts["name"], facts["delete_token"]
    for method, path in [
        ("GET", "/api/images?limits=3"), ("GET", f"/api/images/{name}?v=1"), ("GET", "/api/images?limit=3&limit=3"),
        ("DELETE", f"/api/images/{name}?tokn={token}"), ("DELETE", f"/api/images/{name}?token={token}&force=1"),
    ]:
        assert client.request(method, path).problem() == (400, "malformed-request"), path
    refused = client.request("GET", "/api/images?limits=3").json()["detail"]
    assert "limits" in refused and "limit, after" in refused
    # Misspelled, it would have made the picture public.
    for answer in (
        client.put_raw(pictures.png(8, 8), "a.png", "?visiblity=unlisted"),
        client.upload(pictures.png(8, 8), "a.png", fields=[("visiblity", "unlisted")]),
    ):
        assert answer.problem() == (400, "malformed-request") and "visiblity" in answer.json()["detail"]
    assert len(store.stored()) == 1 and store.temporary_files() == []
    for method, path, content in [
        ("GET", "pictures?limits=3", None), ("GET", "log?after=nonsense", None), ("GET", "keys?x", None),
        ("POST", "keys", {"name": "fine", "policies": "{}"}), ("PUT", "keys/fine", {"disable": True}),
    ]:
        assert root.call(method, path, content).problem() == (400, "malformed-request"), path
    # To links that people pass on, other sites add parameters of their own.
    for path in ("/images/?utm_source=x", f"/i/{name}?fbclid=x", "/images/?after="):
        assert client.get(path).status == 200, path


def test_parameters_are_checked_before_the_token_and_the_token_before_the_body(make_server):
    server = make_server(settings={"VITRINE_UPLOAD_TOKEN": "sesame"})
    client = server.client
    put = lambda query, headers, body=b"no picture": client.request("PUT", f"/api/upload/a.png{query}", body, headers)
    assert put("?visibility=secret", {}).problem() == (400, "malformed-request")
    assert put("", {}).problem() == (401, "token-required")
    assert put("", {"Authorization": "Bearer sesame"}).problem()[0] == 415
    assert client.request("DELETE", "/api/images/none.png").problem() == (401, "token-required")
    document = client.get("/api/openapi.json").json()
    assert document["paths"]["/api/upload"]["post"]["security"] == [{"uploadToken": []}]


def run_schemathesis(folder, url, document, environment, *options):
    (folder / "document.json").write_text(json.dumps(document))
    (folder / "schemathesis.toml").write_text(CONFIGURATION)
    found = subprocess.run(
        [CLIENTS / "bin/schemathesis", "--config-file", folder / "schemathesis.toml", "run", folder / "document.json"]
        + ["--url", url, "--suppress-health-check", "all", "--no-shrink", "--warnings", "off", *options],
        cwd=folder,
        env={
            **clean_environment(), "PYTHONPATH": str(Path(__file__).parent), "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
            "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", **environment,
        },
        capture_output=True, text=True,
    )
    assert found.returncode == 0, found.stdout.replace("\\x", "")[:12_000] + found.stderr
    return found.stdout


def check_interfaces(store, root, folder, *options):
    for width in range(8, 11):
        assert store.client.upload(pictures.png(width, 8), "a.png").status == 201
    cursor = {"CURSOR": store.client.get("/api/images?limit=1").json()["next"]}
    told = documents(store)
    run_schemathesis(folder, store.url, told["image host"].json(), cursor, *options)
    session = [option for name, value in root.own().items() for option in ("-H", f"{name}: {value}")]
    kept = [option for name in NOT_ASKED for option in ("--exclude-operation-id", name)]
    # Each request has the session: schemathesis is not to try what happens without.
    console = told["console"].json()
    for operation in (one for methods in console["paths"].values() for one in methods.values()):
        operation["security"] = []
    run_schemathesis(folder, store.console_url, console, cursor, *session, *kept, *options)
    assert "an answer that the interface does not declare" not in store.program_output()


def test_schemathesis_finds_nothing(store, root, tmp_path):
    check_interfaces(store, root, tmp_path, "--phases", "examples,coverage", "--seed", "1")


@pytest.mark.full
def test_schemathesis_finds_nothing_in_minutes(store, root, tmp_path):
    check_interfaces(store, root, tmp_path, "--max-time", "180")

"""The files of keys and secrets: what cannot be read is an error, what a kill left behind is removed."""

import subprocess

import pytest

from console import Console
from harness import clean_environment, program, running, wait_until
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore


@pytest.fixture
def store(tmp_path):
    with running(ObjectStore(tmp_path / "keys")) as one:
        yield one


@pytest.mark.folders
@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"not JSON",
        b'{"v":1,"keys":[{"name":"narrow","secret":"narrow-secret","created":1,"policy":{"Statement":[]}}]}',
        b'{"v":1,"keys":[{"name":"narrow","secret":"narrow-secret","created":1,"disabled":"yes"}]}',
    ],
)
def test_key_file_that_cannot_be_read_is_an_error_and_lets_nobody_in(store, damage):
    store.add_key("narrow", "narrow-secret")
    visitor, root = Console(store), Console(store)
    assert visitor.sign_in("narrow", "narrow-secret").status == 201
    assert root.sign_in(ROOT_KEY, ROOT_SECRET).status == 201
    assert visitor.store("PUT", "narrow-bucket").status == 200
    file = store.data / ".vitrine/keys.json"
    before = file.read_bytes()
    file.write_bytes(damage)
    for answer in (visitor.call("GET", "session"), visitor.store("GET", "narrow-bucket"), visitor.call("GET", "buckets/x")):
        assert answer.problem() == (500, "internal-error")
    assert Console(store).sign_in("narrow", "narrow-secret").problem() == (500, "internal-error")
    endpoint = Console(store).client.__class__("127.0.0.1", store.s3_port)
    link = "/narrow-bucket/a?AWSAccessKeyId=narrow&Signature=x&Expires=4000000000"
    answer = endpoint.get(link)
    assert answer.status == 500 and "<Code>InternalError</Code>" in answer.text
    assert root.call("GET", "keys").status == 500
    # Nor does a change write what was not read.
    assert root.call("POST", "keys", {"name": "another"}).status == 500
    assert file.read_bytes() == damage
    assert root.store("GET", "narrow-bucket").status == 200
    file.write_bytes(before)
    assert visitor.store("GET", "narrow-bucket").status == 200
    assert "<Code>SignatureDoesNotMatch</Code>" in endpoint.get(link).text


def test_no_key_is_made_of_the_root_keys_name(store):
    """It could never be used: whoever signs with that name is root, with root's secret."""
    command = [program(), "key", "add", ROOT_KEY, "--secret", "another-secret"]
    done = subprocess.run(command, cwd=store.folder, env=clean_environment(store.settings), capture_output=True, text=True)
    assert done.returncode == 1 and "is the root key" in done.stderr
    assert not (store.data / ".vitrine/keys.json").exists()
    visitor = Console(store)
    assert visitor.sign_in(ROOT_KEY, "another-secret").status == 401
    assert visitor.sign_in(ROOT_KEY, ROOT_SECRET).status == 201


@pytest.mark.folders
def test_halves_of_secret_files_are_removed_at_the_next_start(store):
    folder = store.data / ".vitrine"
    written = ("keys.json", "secret", "ended-sessions.json", "blocked.json")
    halves = [folder / f".{name}.0123456789abcdef" for name in written] + [folder / ".secret-0123456789abcdef"]
    for half in halves:
        half.write_text("secret")
    (folder / ".note").write_text("somebody's")
    store.stop_program()
    store.start_program()
    wait_until(lambda: not any(half.exists() for half in halves), 5, "they are gone")
    assert (folder / ".note").exists() and (folder / "secret").stat().st_size == 32

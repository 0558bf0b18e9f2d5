"""The private folder is deleted while the program runs: it is made anew, and nobody has to restart anything."""

import shutil

import pictures
from harness import let_pass, wait_until


def test_private_folder_that_is_deleted_is_made_anew(make_server):
    server = make_server()
    facts = server.client.upload(pictures.jpeg(), "a.jpg").json()
    secret = (server.data / ".vitrine/secret").read_bytes()
    for _ in range(2):
        # The program may just be writing there: what is deleted then is what was in it.
        shutil.rmtree(server.data / ".vitrine", ignore_errors=True)
        wait_until(lambda: server.client.upload(pictures.jpeg(), "b.jpg").status == 201, 10, "an upload")
        wait_until(lambda: (server.data / ".vitrine/secret").exists(), 10, "the secret")
        wait_until(lambda: len(server.workers()) == 2, 10, "the old workers have left")
        wait_until(lambda: server.client.get(f"/api/images/{facts['name']}").status == 200, 10, "the picture")
        wait_until(lambda: server.client.get("/api/images").status == 200, 10, "the list")
        let_pass(3, "a reload that each worker has asked for")
        assert len(server.full_pool()) == 2
    assert (server.data / ".vitrine/secret").read_bytes() == secret
    assert (server.data / ".vitrine").stat().st_mode & 0o777 == 0o700
    assert ".vitrine was deleted" in server.program_output()
    # A link that was handed out before holds on.
    token = {"Authorization": f"Bearer {facts['delete_token']}"}
    assert server.client.request("DELETE", f"/api/images/{facts['name']}", headers=token).status == 204


def test_data_folder_that_is_away_is_not_made_anew(make_server):
    """Such as a disk that was taken off: nothing is written to where it was."""
    server = make_server()
    assert server.client.upload(pictures.jpeg(), "a.jpg").status == 201
    away = server.data.with_name("away")
    server.data.rename(away)
    server.data.mkdir()
    try:
        assert not wait_for_anything(server.data)
    finally:
        server.data.rmdir()
        away.rename(server.data)


def wait_for_anything(folder, seconds=3):
    try:
        return wait_until(lambda: list(folder.iterdir()), seconds, "anything")
    except AssertionError:
        return False

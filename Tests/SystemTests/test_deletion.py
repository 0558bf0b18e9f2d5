"""Only the token that came with the upload deletes a picture, and then every trace of it."""

import re
from urllib.parse import urlsplit

import pytest

import pictures


@pytest.fixture
def uploaded(server):
    return server.client.put_raw(pictures.png(), "mine.png").json()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_wrong_or_missing_token_deletes_nothing(server, uploaded):
    other = server.client.put_raw(pictures.png(), "other.png").json()
    target = f"/api/images/{uploaded['name']}"
    token = uploaded["delete_token"]
    wrong = ["", "x", token[:-1], token + "a", token.swapcase(), other["delete_token"]]
    for guess in wrong:
        assert server.client.request("DELETE", target, headers=bearer(guess)).problem() == (401, "token-required")
        assert server.client.request("DELETE", f"{target}?token={guess}").problem() == (401, "token-required")
    assert server.client.request("DELETE", target).problem() == (401, "token-required")
    assert server.client.get(f"/images/{uploaded['name']}").status == 200


@pytest.mark.parametrize("way", ["header", "query"])
def test_token_deletes_once_and_for_all(server, uploaded, way):
    target = f"/api/images/{uploaded['name']}"
    with server.log_lines() as lines:
        if way == "header":
            answer = server.client.request("DELETE", target, headers=bearer(uploaded["delete_token"]))
        else:
            answer = server.client.request("DELETE", f"{target}?token={uploaded['delete_token']}")
    assert (answer.status, answer.body) == (204, b"")
    assert lines[0].endswith("] Success: image mine.png deleted.")
    assert server.client.get(f"/images/{uploaded['name']}").problem() == (404, "not-found")
    assert server.client.get(target).problem() == (404, "not-found")
    assert uploaded["name"] not in server.stored()
    assert uploaded["name"] not in str(server.client.get("/api/images?limit=100").json())
    again = server.client.request("DELETE", target, headers=bearer(uploaded["delete_token"]))
    assert again.problem() == (404, "not-found")


def test_page_asks_before_it_deletes(server, uploaded):
    parts = urlsplit(uploaded["delete_url"])
    link = f"{parts.path}?{parts.query}"
    page = server.client.get(link, {"Accept": "text/html"})
    assert (page.status, page.headers.get_content_type()) == (200, "text/html")
    assert re.search(r'<form[^>]*method="post"', page.text, re.IGNORECASE)
    # A link that is only looked at, or unfurled by a messenger, deletes nothing.
    assert server.client.get(f"/images/{uploaded['name']}").status == 200
    done = server.client.request("POST", link, b"", {"Accept": "text/html"})
    assert done.status in (200, 303), done
    assert server.client.get(f"/images/{uploaded['name']}").status == 404


def test_page_with_a_wrong_token_deletes_nothing(server, uploaded):
    for method in ("GET", "POST"):
        answer = server.client.request(
            method, f"/delete/{uploaded['name']}?token=wrong", b"" if method == "POST" else None
        )
        assert answer.problem() == (401, "token-required")
    assert server.client.get(f"/images/{uploaded['name']}").status == 200


def test_delete_token_is_not_written_to_any_log(server, uploaded):
    token = uploaded["delete_token"]
    server.client.request("DELETE", f"/api/images/{uploaded['name']}?token={token}")
    assert token not in server.program_output()
    for log in server.logs.iterdir():
        assert token not in log.read_text(errors="replace"), log


@pytest.mark.parametrize("name", ["%2ehidden.jpg", "a%2fb.jpg", "%ff.jpg", "a" * 300 + ".jpg"])
def test_name_that_no_picture_can_have_is_not_found(server, name):
    workers = {process.pid for process in server.workers()}
    for path in (f"/api/images/{name}", f"/i/{name}", f"/delete/{name}?token=x", f"/thumbs/{name}"):
        assert server.client.get(path).problem()[0] in (400, 401, 404), path
    assert {process.pid for process in server.workers()} == workers

"""Visitors report a picture with a reason; the operator sees it in the console and by the command, and dismisses it."""

import http.client
import json
import re
import subprocess
from urllib.parse import quote_plus

import pytest

import pictures
from console import Console, actions
from harness import clean_environment, program, running
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with running(ObjectStore(tmp_path_factory.mktemp("reports"))) as one:
        yield one


@pytest.fixture(scope="module")
def root(store):
    console = Console(store)
    assert console.sign_in(ROOT_KEY, ROOT_SECRET).status == 201
    return console


@pytest.fixture
def picture(store, request):
    return store.client.upload(pictures.png(8, 8), f"{request.node.name}.png").json()["name"]


def report(store, name, reason, address="127.0.0.1", headers=None, body=None):
    """A report as a program sends it, from an address of this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", store.port, timeout=60, source_address=(address, 0))
    body = json.dumps({"reason": reason}) if body is None else body
    headers = {"Content-Type": "application/json", **(headers or {})}
    return store.client.request("POST", f"/api/images/{name}/reports", body, headers, connection)


def reported(root):
    return {one["name"]: one["reports"] for one in root.call("GET", "reports").json()["pictures"]}


def command(store, *arguments):
    return subprocess.run(
        [program(), "picture", *arguments], env=clean_environment(store.settings), cwd=store.folder,
        capture_output=True, text=True, timeout=60,
    )


def test_a_visitor_reports_by_the_page(store, root, picture):
    page = store.client.get(f"/i/{picture}", {"Accept": "text/html"}).text
    (link,) = re.findall(r'href="(/report/[^"]+)"', page)
    form = store.client.get(link, {"Accept": "text/html"})
    assert form.status == 200 and 'method="post"' in form.text and f'action="{link}"' in form.text
    reason = "Not mine & <b>not</b> yours\r\nsecond line"
    answer = store.client.request("POST", link, f"reason={quote_plus(reason)}", FORM)
    assert answer.status == 200 and "it is reported" in answer.text
    (entry,) = reported(root)[picture]
    assert entry["reason"] == reason.replace("\r\n", "\n") and entry["address"] == "127.0.0.1"
    assert actions(store)[-1] == "Success: image test_a_visitor_reports_by_the_page.png reported."
    for body in ("", "reason=", "reason=a&reason=b", "reason=a&more=b", "reason=%FF", f"reason={'x' * 501}"):
        refused = store.client.request("POST", link, body, FORM)
        assert refused.status == 400 and refused.headers.get_content_type() == "text/html", body
    assert store.client.get("/report/absent.png").problem() == (404, "not-found")


def test_a_program_reports_and_is_told_what_is_wrong(store, root, picture):
    assert report(store, picture, "x" * 500, "127.0.0.2").status == 204
    assert reported(root)[picture][0]["address"] == "127.0.0.2"
    # Once more it would say nothing new.
    assert report(store, picture, "again", "127.0.0.2").status == 204
    assert len(reported(root)[picture]) == 1
    assert report(store, "absent.png", "x").problem() == (404, "not-found")
    for body in ("{}", "[]", '{"reason": 1}', '{"reason": ""}', '{"reason": "a", "more": 1}', "reason=a", "{"):
        assert report(store, picture, "", body=body).problem() == (400, "malformed-request"), body
    assert report(store, picture, "x" * 501).problem() == (400, "malformed-request")
    elsewhere = report(store, picture, "x", "127.0.0.3", {"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.problem() == (400, "malformed-request") and len(reported(root)[picture]) == 1


def test_an_address_reports_so_much_in_a_day(store, root):
    names = [store.client.upload(pictures.png(8, 9), f"{number}.png").json()["name"] for number in range(11)]
    for name in names[:10]:
        assert report(store, name, "bad", "127.0.0.9").status == 204
    refused = report(store, names[10], "bad", "127.0.0.9")
    assert refused.problem() == (429, "too-many-reports") and int(refused.headers["Retry-After"]) > 0
    page = store.client.request("POST", f"/report/{names[10]}", "reason=x", FORM)
    assert page.status == 200, "another address may"
    assert "Error: too many reports (10.png)." in actions(store)
    # What was dismissed does not count any more.
    answer = root.call("POST", "moderation", {"action": "dismiss", "names": names}).json()
    assert [one["outcome"] for one in answer["results"]] == ["done"] * 11
    assert report(store, names[10], "bad", "127.0.0.9").status == 204


def test_reports_are_seen_and_dismissed(store, root, picture):
    for number in range(3):
        assert report(store, picture, f"reason {number}\nsecond line", f"127.0.1.{number}").status == 204
    listed = command(store, "reports").stdout
    assert f"{picture}  " in listed and "reason 1" in listed
    assert all(line.count("  ") >= 4 for line in listed.splitlines())
    found = [json.loads(line) for line in command(store, "reports", "--json").stdout.splitlines()]
    found = [one for one in found if one["name"] == picture]
    assert [one["reason"] for one in found] == [f"reason {number}\nsecond line" for number in range(3)]
    assert found[0]["original_name"] == "test_reports_are_seen_and_dismissed.png" and found[0]["address"] == "127.0.1.0"
    assert [one["reason"][:8] for one in reported(root)[picture]] == ["reason 2", "reason 1", "reason 0"]
    page = root.call("GET", "reports?limit=1").json()
    assert page["count"] >= 1 and len(page["pictures"]) == 1
    assert command(store, "dismiss", picture).returncode == 0
    assert picture not in reported(root)
    assert command(store, "dismiss", picture).returncode == 1
    assert actions(store)[-1] == "Success: reports dismissed, of images: 1."


def test_reports_go_with_the_picture_and_come_back_with_it(store, root, picture):
    assert report(store, picture, "bad", "127.0.2.1").status == 204
    root.call("POST", "moderation", {"action": "delete", "names": [picture]})
    assert picture not in reported(root) and picture not in command(store, "reports").stdout
    root.call("POST", "moderation", {"action": "restore", "names": [picture]})
    assert reported(root)[picture][0]["reason"] == "bad"


def test_nobody_but_the_operator_sees_reports(store, root, picture):
    assert report(store, picture, "secret reason", "127.0.2.2").status == 204
    store.add_key("visitor", "secret-of-visitor")
    visitor = Console(store)
    visitor.sign_in("visitor", "secret-of-visitor")
    assert visitor.call("GET", "reports").problem() == (403, "not-permitted")
    for path in (f"/i/{picture}", f"/api/images/{picture}", f"/report/{picture}"):
        assert "secret reason" not in store.client.get(path).text
    assert store.client.get(f"/api/images/{picture}/reports").problem() == (405, "method-not-allowed")
    if not store.shared:
        assert (store.data / ".vitrine/reports.json").stat().st_mode & 0o777 == 0o600

"""A bucket of a million keys in the console: every page is there at once, however far into the bucket it is."""

import re
import shutil
import sqlite3
import time
from urllib.parse import quote

import pytest

from console import Console
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore
from test_browser_console import go, sign_in
from webdriver import Browser

KEYS, FOLDERS = 1_000_000, 100
LIMIT = 0.1


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The keys stand in the index only: a page of the listing looks at no file."""
    one = ObjectStore(tmp_path_factory.mktemp("million"))
    try:
        one.start()
        root = Console(one)
        root.sign_in(ROOT_KEY, ROOT_SECRET)
        root.store("PUT", "million")
        index = sqlite3.connect(one.data / ".vitrine/objects-3.db")
        (number,) = index.execute("SELECT id FROM buckets WHERE name = 'million'").fetchone()
        rows = (
            (number, f"folder-{key % FOLDERS:03d}/key-{key:07d}.jpg".encode() if key % 2 else f"top-{key:07d}.jpg".encode())
            for key in range(KEYS)
        )
        with index:
            index.executemany("INSERT INTO objects VALUES (?, ?, 1000, 1700000000000000000, 'e', 'vitrine-root', '', 1, 1)", rows)
        index.close()
        yield one
    finally:
        one.kill()


def seconds(action):
    began = time.monotonic()
    value = action()
    return time.monotonic() - began, value


@pytest.mark.full
@pytest.mark.timing
def test_each_page_of_a_million_keys_is_quick(store):
    root = Console(store)
    root.sign_in(ROOT_KEY, ROOT_SECRET)
    took, slowest, shown, token = 0, 0, 0, None
    for _ in range(20):
        after = f"&continuation-token={quote(token, safe='')}" if token else ""
        query = f"list-type=2&delimiter=%2F&max-keys=1000&encoding-type=url{after}"
        took, answer = seconds(lambda: root.store("GET", "million", query=query))
        slowest = max(slowest, took)
        shown += answer.text.count("<Prefix>folder-") + answer.text.count("<Contents>")
        token = re.search("<NextContinuationToken>(.*?)<", answer.text).group(1)
    assert shown == 20_000 and slowest < LIMIT, slowest
    for prefix in ("folder-050/", "top-09999", "top-05", "none"):
        took, answer = seconds(
            lambda: root.store("GET", "million", query=f"list-type=2&delimiter=%2F&max-keys=100&prefix={quote(prefix, safe='')}")
        )
        assert answer.status == 200 and took < LIMIT, (prefix, took)


@pytest.mark.full
@pytest.mark.timing
@pytest.mark.skipif(not shutil.which("chromedriver"), reason="needs chromium-driver")
def test_first_row_is_shown_at_once(store, tmp_path):
    measure = """
      const [address] = given, began = performance.now();
      location.hash = address;
      while (!document.querySelector("table.objects tbody tr")) await new Promise(requestAnimationFrame);
      return performance.now() - began;
    """
    with Browser(tmp_path / "profile") as browser:
        sign_in(browser, store)
        browser.wait_for("table.buckets tbody tr")
        times = []
        for address in ("#/buckets/million/", "#/buckets/million/folder-051/", "#/buckets/million/folder-099/"):
            times.append(browser.run_async(measure, address))
            go(browser, store, "keys", ".page-head")
        assert max(times) < LIMIT * 1000, times

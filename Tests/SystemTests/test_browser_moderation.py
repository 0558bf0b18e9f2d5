"""A moderator's round in a real browser: one address is found, its pictures deleted, brought back; others blocked, approved."""

import shutil
import subprocess
import time

import pytest

from harness import clean_environment, program, wait_until
from object_store import ObjectStore
from stored_pictures import Stored, fill, stored_name
from test_browser_console import press, sign_in
from webdriver import ENTER, SHIFT, TAB

pytestmark = pytest.mark.skipif(not shutil.which("chromedriver"), reason="needs chromium-driver")

VANDAL = "198.51.100.7"


@pytest.fixture
def filled(tmp_path):
    """A server with so many pictures: some of one address, some that wait for approval."""
    made = []

    def make(count, of_vandal, queued):
        store = ObjectStore(tmp_path / "store", {"VITRINE_MODERATION": "queue"})
        made.append(store)
        described = [Stored(f"picture {number}.png") for number in range(count)]
        for number in range(of_vandal):
            described[number * 3] = Stored(f"<img src=x onerror=attacked=1> {number}.png", VANDAL)
        for number in range(queued):
            described[number * 3 + 1].visibility = "queued"
        fill(store.images, described)
        store.start()
        wait_until(lambda: f"index reconciled files={count}" in store.program_output(), 60, "all files are listed")
        return store

    try:
        yield make
        for store in made:
            store.stop()
    finally:
        for store in made:
            store.kill()


def is_about_a_gone_picture(complaint):
    """A small version is asked for a moment later, and leads to the picture where there is none."""
    return "404" in complaint and ("/thumbs/" in complaint or "/images/" in complaint)


class Moderator:
    """Counts the clicks, and how long the page takes to show what came of each."""

    def __init__(self, browser):
        self.browser = browser
        self.clicks, self.longest = 0, 0

    def press(self, label, within, shown):
        began = time.monotonic()
        press(self.browser, label, within)
        self.until(shown, began)

    def click(self, selector, shown, number=0):
        began = time.monotonic()
        self.browser.find(selector)[number].click()
        self.until(shown, began)

    def until(self, shown, began):
        self.clicks += 1
        wait_until(shown, 60, "the page shows it")
        self.longest = max(self.longest, time.monotonic() - began)

    def rows(self):
        return self.browser.run("return document.querySelectorAll('table.pictures tbody tr').length")

    def says(self, words):
        return words in self.browser.run("return document.querySelector('main > .facts')?.textContent ?? ''")

    def notice_says(self, words):
        return words in self.browser.run("return document.querySelector('.notices')?.textContent ?? ''")


def make_the_round(store, browser, of_vandal, queued):
    """Returns the clicks of each task, and the longest wait for a page."""
    moderator = Moderator(browser)
    tasks = {}

    def task(name):
        tasks[name] = moderator.clicks
        moderator.clicks = 0

    browser.look(1280, 900)
    sign_in(browser, store)
    browser.run("location.hash = '#/pictures'")
    wait_until(moderator.rows, 60, "the list")
    moderator.clicks = 0

    # All of one address: found by a click on it, where one is seen; here by typing.
    browser.find(".picture-search summary")[0].click()
    field = browser.find(".picture-search .conditions input")[0]
    field.type(VANDAL)
    moderator.clicks = 2
    moderator.press("Search", ".picture-search", lambda: moderator.says(f"Found: {of_vandal:,} pictures"))
    task("find all of one address")

    if of_vandal > 50:
        browser.find(".selection-bar button")[0].click()
    else:
        browser.find("thead input[type=checkbox]")[0].click()
    moderator.clicks = 1
    moderator.press("Delete", ".selection-bar", lambda: browser.find("dialog[open]"))
    # The whole of it takes as long as it takes; each step is short, and its progress is shown.
    press(browser, "Delete", "dialog")
    moderator.clicks += 1
    wait_until(lambda: moderator.notice_says(f"Deleted: {of_vandal:,} pictures"), 120, "all are deleted")
    wait_until(lambda: moderator.says("No picture is like that."), 60, "none is listed")
    task("delete them")
    assert store.client.get(f"/images/{stored_name(0)}").status == 404

    moderator.clicks = 1
    press(browser, "Undo", ".notices")
    wait_until(lambda: moderator.notice_says(f"Brought back: {of_vandal:,} pictures"), 120, "all are back")
    wait_until(lambda: moderator.says(f"Found: {of_vandal:,} pictures"), 60, "they are listed")
    task("undo")
    assert store.client.get(f"/images/{stored_name(0)}").status == 200

    moderator.click("table.pictures .actions .danger", lambda: browser.find("dialog[open]"))
    moderator.press("Block", "dialog", lambda: moderator.notice_says("Deleted and blocked: 1 picture"))
    wait_until(lambda: moderator.says(f"Found: {of_vandal - 1:,} pictures"), 60, "it is gone")
    task("block one")
    moderator.press("Blocked", ".tabs", lambda: len(browser.find("table.blocked tbody tr")) == 1)

    moderator.clicks = 0
    moderator.press("Waiting", ".tabs", lambda: moderator.says(f"Found: {queued:,} pictures"))
    approved = 10 if queued > 10 else 3
    boxes = browser.find("table.pictures tbody input[type=checkbox]")
    boxes[0].click()
    boxes[approved - 1].shift_click()
    moderator.clicks += 2
    moderator.press("Approve", ".selection-bar", lambda: moderator.notice_says(f"Approved: {approved:,} pictures"))
    wait_until(lambda: moderator.says(f"Found: {queued - approved:,} pictures"), 60, "they do not wait any more")
    task("approve ten from the queue")

    # Small versions of what was deleted meanwhile are not there any more.
    assert [line for line in browser.complaints() if not is_about_a_gone_picture(line)] == []
    assert browser.run("return window.attacked ?? null") is None
    assert browser.run("return document.querySelectorAll('main img[src=x]').length") == 0
    return tasks, moderator.longest


def test_a_round_is_made_in_few_clicks(filled, browser):
    store = filled(60, of_vandal=12, queued=5)
    tasks, _ = make_the_round(store, browser, 12, 5)
    print(tasks)
    assert max(tasks.values()) < 10


@pytest.mark.full
@pytest.mark.timing
def test_a_round_over_five_thousand_pictures_is_made_in_few_clicks_and_no_page_takes_two_seconds(filled, browser):
    store = filled(5_000, of_vandal=1_200, queued=300)
    tasks, longest = make_the_round(store, browser, 1_200, 300)
    print(tasks, f"{longest:.2f} s")
    assert max(tasks.values()) < 10 and longest < 2


def test_pictures_are_chosen_and_deleted_by_the_keyboard(filled, browser):
    store = filled(6, of_vandal=0, queued=0)
    sign_in(browser, store)
    browser.run("location.hash = '#/pictures?name=picture'")
    browser.wait_for("table.pictures tbody tr")
    active = lambda: browser.run("return document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")
    browser.run("document.querySelector('tbody input[type=checkbox]').focus()")
    assert active() == "Select picture 5.png"
    browser.focused().type(" ")
    # Backwards from the table: the box of all, then the bar above it, at whose end Block stands.
    browser.focused().type(SHIFT + TAB)
    assert active() == "Select all that is shown"
    browser.focused().type(SHIFT + TAB)
    assert active() == "Block"
    browser.focused().type(SHIFT + TAB)
    assert active() == "Delete"
    browser.focused().type(ENTER)
    browser.wait_for("dialog[open]")
    assert active() == "Delete? 1 selected"
    browser.focused().type(TAB)
    assert active() == "Delete"
    browser.focused().type(ENTER)
    wait_until(lambda: "Found: 5 pictures" in active(), 60, "the count has the focus")
    assert store.client.get(f"/images/{stored_name(5)}").status == 404
    assert browser.run("return document.querySelectorAll('table.pictures tbody tr').length") == 5
    browser.complaints()


def test_undoing_a_block_brings_back_all_though_one_was_unblocked_by_somebody_else(filled, browser):
    store = filled(3, of_vandal=0, queued=0)
    names = [stored_name(number) for number in range(3)]
    digests = [store.client.get(f"/api/images/{name}").json()["sha256"] for name in names]
    sign_in(browser, store)
    browser.run("location.hash = '#/pictures'")
    browser.wait_for("table.pictures tbody tr")
    browser.find("thead input[type=checkbox]")[0].click()
    press(browser, "Block", ".selection-bar")
    press(browser, "Block", "dialog")
    moderator = Moderator(browser)
    wait_until(lambda: moderator.notice_says("Deleted and blocked: 3 pictures"), 60, "all are blocked")
    # The one that the page unblocks first.
    environment = clean_environment(store.settings)
    subprocess.run([program(), "picture", "unblock", digests[2]], env=environment, check=True, capture_output=True)
    press(browser, "Undo", ".notices")
    wait_until(lambda: moderator.notice_says("Brought back: 3 pictures"), 60, "all are back")
    assert [store.client.get(f"/images/{name}").status for name in names] == [200, 200, 200]
    listed = subprocess.run([program(), "picture", "blocked"], env=environment, check=True, capture_output=True, text=True).stdout
    assert not any(digest in listed for digest in digests)
    browser.complaints()


@pytest.mark.full
def test_closing_the_question_stops_a_long_action_behind_its_step(filled, browser):
    store = filled(700, of_vandal=0, queued=0)
    sign_in(browser, store)
    browser.run("location.hash = '#/pictures'")
    browser.wait_for("table.pictures tbody tr")
    browser.run(SLOW_MODERATION)
    press(browser, "Choose all: 700 pictures", ".selection-bar")
    press(browser, "Delete", ".selection-bar")
    press(browser, "Delete", "dialog")
    wait_until(lambda: browser.run("return (window.steps ?? 0) >= 1"), 60, "the first step is under way")
    press(browser, "Cancel", "dialog")
    wait_until(lambda: browser.find(".notices .success"), 60, "a notice says what was done")
    count = browser.run("return window.steps") * 200
    assert count < 700 and f"Deleted: {count} pictures" in browser.find(".notices")[0].text()
    summary = "return document.querySelector('main > .facts')?.textContent ?? ''"
    wait_until(lambda: f"{700 - count} pictures" in browser.run(summary), 60, "the rest is listed")
    assert [line for line in browser.complaints() if not is_about_a_gone_picture(line)] == []


# Each step takes half a second more, and is counted.
SLOW_MODERATION = """
const plain = window.fetch;
window.fetch = async (address, options) => {
  const answer = await plain(address, options);
  if (String(address).endsWith("/moderation")) {
    await new Promise((done) => setTimeout(done, 500));
    window.steps = (window.steps ?? 0) + 1;
  }
  return answer;
};
"""

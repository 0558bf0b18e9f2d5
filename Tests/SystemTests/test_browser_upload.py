"""The upload page in a real browser: with its scripts, and without."""

import base64
import os
import shutil
from urllib.parse import urlsplit

import pytest

import pictures
from harness import wait_until
from webdriver import Browser

pytestmark = pytest.mark.skipif(not shutil.which("chromedriver"), reason="needs chromium-driver")

LINKS = "return [...document.querySelectorAll('input[data-part=link]')].map(link => link.value).filter(Boolean)"

# Files made inside of the page, handed over as a drag or the clipboard does.
FILES = """
  const transfer = new DataTransfer();
  for (const [name, type, content] of arguments[0]) {
    const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
"""
DROP = FILES + """
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
"""
PASTE = FILES + """
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
"""


def in_page(name, kind, content):
    return [name, kind, base64.b64encode(content).decode()]


@pytest.fixture
def files(tmp_path):
    """Three files as a user would choose them: two pictures, and one that is none."""
    made = {"holiday.jpg": pictures.camera_jpeg(), "вид.png": pictures.png(), "fake.jpg": b"no picture"}
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in made}


@pytest.fixture
def browser(server, browser):
    """The upload page."""
    browser.open(f"{server.url}/upload")
    return browser


def links(browser, count):
    """The direct links of that many uploads, once they are there."""
    return wait_until(lambda: len(found := browser.run(LINKS)) == count and found, 20, f"{count} links")


def test_chosen_pictures_are_uploaded_and_their_links_work(server, browser, files):
    browser.find("input[type=file]")[0].type("\n".join(str(files[name]) for name in ("holiday.jpg", "вид.png")))
    for target in links(browser, 2):
        assert target.startswith(f"{server.url}/images/")
        assert server.client.get(urlsplit(target).path).status == 200
    # The link opens as the picture itself.
    browser.open(target)
    assert browser.run("return document.images[0].naturalWidth") > 0


def test_dropped_pictures_are_uploaded(server, browser):
    dropped = [in_page("drop.jpg", "image/jpeg", pictures.jpeg(seed=81)), in_page("drop.gif", "image/gif", pictures.animated_gif())]
    browser.run(DROP, dropped)
    for target in links(browser, 2):
        assert server.client.get(urlsplit(target).path).status == 200


def test_pasted_picture_is_uploaded_under_a_name_of_its_own(server, browser):
    browser.run(PASTE, [in_page("image.png", "image/png", pictures.png())])
    (target,) = links(browser, 1)
    name = urlsplit(target).path.rsplit("/", 1)[1]
    assert server.client.get(f"/api/images/{name}").json()["original_name"].startswith("pasted-")


def test_each_of_many_files_shows_its_progress_and_speed(browser, tmp_path):
    browser.throttle(600_000)
    for number in range(4):
        (tmp_path / f"{number}.jpg").write_bytes(pictures.jpeg_of_size(700_000 + number))
    browser.run("""
      window.seen = {};
      new MutationObserver(() => {
        for (const card of document.querySelectorAll(".file-card")) {
          const name = card.querySelector("[data-part=name]").textContent;
          (window.seen[name] ??= []).push([card.querySelector("progress").value, card.querySelector("[data-part=state]").textContent]);
        }
      }).observe(document.getElementById("queue"), { subtree: true, childList: true, attributes: true, characterData: true });
    """)
    browser.find("input[type=file]")[0].type("\n".join(str(tmp_path / f"{number}.jpg") for number in range(4)))
    links(browser, 4)
    seen = browser.run("return window.seen")
    assert len(seen) == 4
    for name, steps in seen.items():
        values = [value for value, _ in steps]
        assert len({value for value in values if 0 < value < 1}) >= 2, (name, values)
        assert any("/s" in text for _, text in steps), name


def test_upload_that_is_cancelled_leaves_nothing_and_can_be_tried_again(server, browser, tmp_path):
    before = server.stored()
    browser.throttle(100_000)
    (tmp_path / "big.jpg").write_bytes(pictures.jpeg_of_size(2_000_000))
    browser.find("input[type=file]")[0].type(str(tmp_path / "big.jpg"))
    browser.wait_for(".file-card[data-state=sending] [data-part=cancel]").click()
    browser.wait_for(".file-card[data-state=cancelled]")
    assert server.stored() == before
    browser.throttle(-1)
    browser.wait_for("[data-part=retry]").click()
    links(browser, 1)


@pytest.mark.parametrize(
    "name, content", [("notes.txt", b"text"), ("fake.jpg", b"no picture"), ("big.jpg", None), ("empty.png", b"")]
)
def test_wrong_file_is_refused_before_it_is_sent(server, browser, tmp_path, name, content):
    before = server.stored()
    (tmp_path / name).write_bytes(pictures.jpeg_of_size(5 * 1024 * 1024 + 1) if content is None else content)
    with open(server.logs / "access.log") as log:
        log.seek(0, os.SEEK_END)
        browser.find("input[type=file]")[0].type(str(tmp_path / name))
        assert browser.wait_for("[data-part=problem]").text()
        assert browser.find(".file-card")[0].visible()
        assert "/api/upload" not in log.read()
    assert server.stored() == before


def test_refusal_of_the_server_is_told_in_its_words(server, browser, tmp_path):
    (tmp_path / "cut.jpg").write_bytes(pictures.jpeg()[:3000])
    browser.find("input[type=file]")[0].type(str(tmp_path / "cut.jpg"))
    detail = browser.wait_for(".file-card [data-part=detail]")
    assert "end marker" in detail.text()
    # The browser itself notes the 422.
    assert all("422" in line for line in browser.complaints())


def test_copy_buttons_copy_what_they_say(server, browser, files):
    browser.allow_clipboard()
    browser.find("input[type=file]")[0].type(str(files["вид.png"]))
    (link,) = links(browser, 1)
    expected = {
        "[data-part=result] .copy-row button": link,
        "[data-part=html]": f'<img src="{link}" alt="вид.png" width="320" height="200">',
        "[data-part=markdown]": f"![вид.png]({link})",
        "[data-part=bbcode]": f"[img]{link}[/img]",
    }
    for selector, text in expected.items():
        browser.wait_for(f".file-card {selector}").click()
        wait_until(lambda: browser.clipboard() == text, 5, f"{text} in the clipboard")
    assert browser.find("#copy-all")[0].visible() is False


def test_my_uploads_outlive_the_page_and_delete_what_they_list(server, browser, files):
    browser.find("input[type=file]")[0].type(str(files["вид.png"]))
    (link,) = links(browser, 1)
    browser.open(f"{server.url}/upload")
    assert browser.wait_for("#my-uploads .uploads .file-name").text() == "вид.png"
    browser.wait_for("#my-uploads [data-part=delete]").click()
    browser.wait_for("#confirm-delete button[value=keep]").click()
    assert server.client.get(urlsplit(link).path).status == 200
    browser.wait_for("#my-uploads [data-part=delete]").click()
    browser.wait_for("#confirm-delete button[value=delete]").click()
    wait_until(lambda: server.client.get(urlsplit(link).path).status == 404, 10, "the picture is gone")
    wait_until(lambda: not browser.find("#my-uploads .uploads li"), 5, "the list is empty")


def test_token_is_asked_for_where_the_server_wants_one(make_server, tmp_path, files):
    server = make_server(settings={"VITRINE_UPLOAD_TOKEN": "open sesame"})
    with Browser(tmp_path / "profile") as browser:
        browser.open(f"{server.url}/upload")
        browser.find("input[type=file]")[0].type(str(files["вид.png"]))
        browser.wait_for(".file-card[data-state=failed]")
        browser.wait_for("#token").type("open sesame\ue007")
        links(browser, 1)
    with Browser(tmp_path / "plain", scripts=False) as browser:
        browser.open(f"{server.url}/upload")
        browser.find("#options summary")[0].click()
        browser.wait_for("#token").type("open sesame")
        browser.find("input[type=file]")[0].type(str(files["вид.png"]))
        browser.wait_for("form button[type=submit]").click()
        browser.wait_for('input[value*="/images/"]')


# Without scripts.


def test_form_works_without_javascript(server, tmp_path, files):
    with Browser(tmp_path / "profile", scripts=False) as browser:
        browser.open(f"{server.url}/upload")
        browser.find("input[type=file]")[0].type(f"{files['вид.png']}\n{files['holiday.jpg']}\n{files['fake.jpg']}")
        browser.wait_for("form button[type=submit]").click()
        browser.wait_for('input[value*="/images/"]')
        values = [field.attribute("value") for field in browser.find("input[readonly]")]
        direct = [value for value in values if value.startswith("http")]
        assert len(direct) == 2
        for target in direct:
            assert server.client.get(urlsplit(target).path).status == 200
        assert "fake.jpg" in browser.source()
        assert browser.complaints() == []


def test_form_without_javascript_tells_what_is_wrong(server, tmp_path, files):
    with Browser(tmp_path / "profile", scripts=False) as browser:
        browser.open(f"{server.url}/upload")
        browser.find("input[type=file]")[0].type(str(files["fake.jpg"]))
        browser.wait_for("form button[type=submit]").click()
        assert "JPEG, PNG" in browser.wait_for(".error").text()

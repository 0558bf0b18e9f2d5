"""The upload page in a real browser: with its scripts, and without."""

import shutil
from urllib.parse import urlsplit

import pytest

import pictures
from harness import wait_until
from webdriver import Browser

pytestmark = pytest.mark.skipif(not shutil.which("chromedriver"), reason="needs chromium-driver")


@pytest.fixture
def files(tmp_path):
    """Three files as a user would choose them: two pictures, and one that is none."""
    made = {"holiday.jpg": pictures.camera_jpeg(), "вид.png": pictures.png(), "fake.jpg": b"no picture"}
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in made}


def test_chosen_pictures_are_uploaded_and_their_links_work(server, tmp_path, files):
    with Browser(tmp_path / "profile") as browser:
        browser.open(f"{server.url}/upload")
        browser.find("input[type=file]")[0].type("\n".join(str(files[name]) for name in ("holiday.jpg", "вид.png")))
        shown = "return [...document.querySelectorAll('input[data-part=link]')].map(link => link.value).filter(Boolean)"
        wait_until(lambda: len(browser.run(shown)) == 2, 20, "two links")
        for target in browser.run(shown):
            assert target.startswith(f"{server.url}/images/")
            assert server.client.get(urlsplit(target).path).status == 200
        assert browser.complaints() == []

        # The link opens as the picture itself.
        browser.open(target)
        assert browser.run("return document.images[0].naturalWidth") > 0


def test_refused_file_is_told_in_words(server, tmp_path, files):
    before = server.stored()
    with Browser(tmp_path / "profile") as browser:
        browser.open(f"{server.url}/upload")
        browser.find("input[type=file]")[0].type(str(files["fake.jpg"]))
        assert browser.wait_for("[data-part=problem]").text()
    assert server.stored() == before


@pytest.mark.parametrize("language, word", [("en", "Upload"), ("ru", "Загру"), ("es", "Sub")])
def test_page_speaks_the_language_of_the_browser(server, tmp_path, language, word):
    with Browser(tmp_path / "profile", language=language) as browser:
        browser.open(f"{server.url}/upload")
        wait_until(lambda: word in browser.find("h1")[0].text(), 10, f"a heading in {language}")


def test_form_works_without_javascript(server, tmp_path, files):
    with Browser(tmp_path / "profile", scripts=False) as browser:
        browser.open(f"{server.url}/upload")
        browser.find("input[type=file]")[0].type(str(files["вид.png"]))
        browser.wait_for("form button[type=submit], form button:not([type])").click()
        link = browser.wait_for('a[href*="/images/"][href$=".png"], input[value*="/images/"]')
        target = link.attribute("href") or link.attribute("value")
        assert server.client.get(urlsplit(target).path).status == 200


def test_form_without_javascript_tells_what_is_wrong(server, tmp_path, files):
    with Browser(tmp_path / "profile", scripts=False) as browser:
        browser.open(f"{server.url}/upload")
        browser.find("input[type=file]")[0].type(str(files["fake.jpg"]))
        browser.wait_for("form button[type=submit], form button:not([type])").click()
        wait_until(lambda: "fake.jpg" in browser.source() or browser.find(".error"), 10, "a page with the reason")


def test_catalogue_and_picture_page_show_the_picture(server, tmp_path):
    name = server.client.upload(pictures.jpeg(seed=31), "shown.jpg").json()["name"]
    with Browser(tmp_path / "profile") as browser:
        for page in ("/images/", f"/i/{name}"):
            browser.open(server.url + page)
            shown = (
                "return [...document.images].some(image => image.src.includes(arguments[0]) && image.naturalWidth > 0)"
            )
            browser.run("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
            wait_until(lambda: browser.run(shown, name.split(".")[0]), 10, f"the picture on {page}")
            assert browser.complaints() == []

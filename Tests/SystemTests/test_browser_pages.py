"""The other pages in a real browser: catalogue, picture, deletion, languages; what they look like is looked at by people."""

import shutil
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import pictures
from harness import Server, running, wait_until
from webdriver import Browser

pytestmark = pytest.mark.skipif(not shutil.which("chromedriver"), reason="needs chromium-driver")

LOADED = "return [...document.images].every((image) => image.complete && image.naturalWidth > 0)"
EAGER = "document.querySelectorAll('img').forEach((image) => image.loading = 'eager')"


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A server with 60 pictures of many shapes; and the facts of the newest, with its tokens."""
    with running(Server(tmp_path_factory.mktemp("pages"))) as one:
        shapes = [(640, 480), (480, 640), (900, 300), (300, 300), (64, 64)]
        for number in range(60):
            width, height = shapes[number % len(shapes)]
            content = pictures.jpeg(width, height, seed=300 + number)
            facts = one.client.post_raw(content, f"Ein Bild mit einem langen Namen {number}.jpg").json()
        yield one, facts


def test_catalogue_is_paged_with_plain_links(filled, browser):
    server, _ = filled
    browser.open(f"{server.url}/images/")
    assert len(browser.find(".grid > li")) == 48
    browser.run(EAGER)
    wait_until(lambda: browser.run(LOADED), 30, "all thumbnails are shown")
    browser.wait_for(".pager [rel=next]").click()
    wait_until(lambda: len(browser.find(".grid > li")) == 12, 10, "the second page")
    # The address of a page stays good while others upload.
    shown = browser.run("return [...document.querySelectorAll('.grid .name span')].map((name) => name.textContent)")
    server.client.post_raw(pictures.png(), "newer.png")
    browser.open(browser.url())
    again = browser.run("return [...document.querySelectorAll('.grid .name span')].map((name) => name.textContent)")
    assert again == shown
    browser.wait_for(".pager [rel=first]").click()
    wait_until(lambda: len(browser.find(".grid > li")) == 48, 10, "the first page")


@pytest.mark.parametrize("scripts", [True, False])
def test_ticked_pictures_come_as_one_zip(filled, tmp_path, scripts):
    server, _ = filled
    with Browser(tmp_path / "profile", scripts=scripts) as browser:
        browser.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
        # High enough that the bar at the bottom covers none of them.
        browser.look(1280, 1400)
        browser.open(f"{server.url}/images/")
        for box in browser.find(".grid input[type=checkbox]")[:3]:
            box.click()
        browser.wait_for(".selection-bar button").click()
        archive = tmp_path / "pictures.zip"
        wait_until(lambda: archive.exists() and zipfile.is_zipfile(archive), 15, "the download")
        assert len(zipfile.ZipFile(archive).namelist()) == 3


def test_picture_page_shows_the_picture_and_copies_its_links(filled, browser):
    server, facts = filled
    browser.open(f"{server.url}/i/{facts['name']}")
    browser.allow_clipboard()
    wait_until(lambda: browser.run(LOADED), 10, "the picture")
    for button in browser.find(".copy-row button"):
        button.click()
        value = browser.run("return document.activeElement.closest('.copy-row').querySelector('input').value")
        wait_until(lambda: browser.clipboard() == value, 5, value)
    assert facts["url"] in value


def test_delete_page_asks_and_deletes(filled, browser):
    server, _ = filled
    facts = server.client.post_raw(pictures.png(), "unwanted.png").json()
    browser.open(facts["delete_url"])
    wait_until(lambda: browser.run(LOADED), 10, "the picture")
    browser.wait_for("form button.danger").click()
    wait_until(lambda: server.client.get(urlsplit(facts["url"]).path).status == 404, 10, "the picture is gone")
    assert "deleted" in browser.wait_for("h1").text()


@pytest.mark.parametrize("scripts", [True, False])
def test_language_switch_is_kept_on_every_page(filled, tmp_path, scripts):
    server, facts = filled
    with Browser(tmp_path / "profile", scripts=scripts, language="es") as browser:
        browser.open(f"{server.url}/upload")
        assert browser.wait_for("h1").text() == "Subir imágenes"
        browser.wait_for(".language-switch [lang=ru]").click()
        wait_until(lambda: browser.find("h1")[0].text() == "Загрузка изображений", 10, "the page in Russian")
        for path, heading in {"/images/": "Каталог", "/terms.html": "Условия использования", "/none": "Здесь ничего нет"}.items():
            browser.open(server.url + path)
            assert browser.wait_for("h1").text() == heading
        browser.open(f"{server.url}/i/{facts['name']}?x=1")
        browser.wait_for(".language-switch [lang=en]").click()
        wait_until(lambda: "Direct link" in browser.source(), 10, "the page in English")
        assert browser.url() == f"{server.url}/i/{facts['name']}?x=1"


PAGES = ["/", "/upload", "/terms.html", "/images/", "/i/{name}", "/delete/{name}?token={delete_token}", "/nothing"]


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_window(filled, browser, path, width):
    server, facts = filled
    browser.look(width, 800)
    browser.open(server.url + path.format(**facts))
    assert browser.run("return document.documentElement.scrollWidth") <= width
    # The browser notes that /nothing is a 404.
    assert all("404" in line and path == "/nothing" for line in browser.complaints())


# Accessibility, by axe-core.


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """axe-core's script, from the package registry."""
    folder = tmp_path_factory.mktemp("axe")
    pip = shutil.which("pip3") or shutil.which("pip")
    command = [pip, "download", "-q", "--no-deps", "--dest", str(folder), "axe-core-python==0.1.0"]
    if not pip or subprocess.run(command, capture_output=True, timeout=120).returncode:
        pytest.skip("axe-core-python cannot be downloaded")
    (wheel,) = Path(folder).glob("*.whl")
    return zipfile.ZipFile(wheel).read("axe_core_python/axe.min.js").decode()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(filled, browser, axe, path, dark):
    server, facts = filled
    browser.look(1280, 900, dark=dark)
    browser.open(server.url + path.format(**facts))
    browser.run("document.querySelectorAll('details').forEach((part) => part.open = true)")
    browser.run(axe)
    report = browser.run_async("return (await axe.run()).violations")
    found = [(entry["id"], entry["impact"], [node["html"] for node in entry["nodes"]][:3]) for entry in report]
    assert found == []
    browser.complaints()

"""Width and height are those that a browser shows: orientation applied, a GIF's canvas as large as its first image."""

import os
import struct

import pytest

import pictures
import webdriver
from harness import CLONE, wait_until

CORPUS = CLONE / "Tests/Fuzzing/ImageStructure/corpus"


def exif(orientation):
    return b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" + bytes([orientation]) + bytes(6)


def jpeg_of(orientation):
    segment = b"Exif\0\0" + exif(orientation)
    plain = pictures.jpeg(60, 40)
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[2:]


def png_of(orientation, behind=False):
    plain = pictures.png(60, 40)
    at = len(plain) - 12 if behind else 33
    return plain[:at] + pictures.png_chunk(b"eXIf", exif(orientation)) + plain[at:]


def with_screen(name, width, height):
    gif = pictures.animated_gif()
    return gif[:6] + struct.pack("<HH", width, height) + gif[10:]


PICTURES = {
    **{f"jpeg-{o}.jpg": (lambda o=o: jpeg_of(o), (60, 40) if o < 5 else (40, 60)) for o in range(1, 9)},
    "png-6.png": (lambda: png_of(6), (40, 60)),
    "png-6-behind.png": (lambda: png_of(6, behind=True), (60, 40)),
    "camera.jpg": (lambda: pictures.camera_jpeg(6), (800, 1200)),
    "screen-smaller.gif": (lambda: with_screen("s", 5, 5), (160, 120)),
    "screen-of-no-size.gif": (lambda: with_screen("s", 0, 0), (160, 120)),
    "screen-of-no-height.gif": (lambda: with_screen("s", 300, 0), (300, 120)),
    "screen-larger.gif": (lambda: with_screen("s", 200, 300), (200, 300)),
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with webdriver.Browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


def shown(browser, address):
    script = """
      const picture = new Image();
      picture.src = given[0];
      await picture.decode();
      return [picture.naturalWidth, picture.naturalHeight];
    """
    return browser.run_async(script, address)


@pytest.mark.parametrize("query", ["", "metadata=keep"])
@pytest.mark.parametrize("name", PICTURES)
def test_size_is_the_one_that_a_browser_shows(server, browser, name, query):
    make, expected = PICTURES[name]
    facts = server.client.put_raw(make(), name, f"?{query}").json()
    assert (facts["width"], facts["height"]) == expected
    browser.open(server.url + "/")
    assert tuple(shown(browser, facts["url"])) == expected


def test_every_place_that_tells_the_size_tells_that_one(server):
    facts = server.client.put_raw(pictures.camera_jpeg(6), "portrait.jpg").json()
    again = server.client.get(f"/api/images/{facts['name']}").json()
    assert (again["width"], again["height"]) == (800, 1200)
    listed = server.client.get("/api/images?limit=1").json()["images"][0]
    assert (listed["name"], listed["width"], listed["height"]) == (facts["name"], 800, 1200)
    page = server.client.get(f"/i/{facts['name']}").text
    assert 'property="og:image:width" content="800"' in page
    assert 'property="og:image:height" content="1200"' in page
    assert page.count('width="800" height="1200"') + page.count("width=&quot;800&quot; height=&quot;1200&quot;") >= 1
    assert 'width="1200"' not in page and "width=&quot;1200&quot;" not in page


def test_facts_of_an_older_program_are_corrected_where_they_are_read(make_server):
    server = make_server()
    names = {
        name: server.client.put_raw(make(), name).json()["name"]
        for name, (make, _) in PICTURES.items()
    }  # fmt: skip
    server.stop()
    for stored in names.values():
        path = server.images / stored
        lines = os.getxattr(path, "user.vitrine.facts").decode().splitlines()
        kept = [line for line in lines if line.split("=")[0] not in ("width", "height", "dimensions")]
        os.setxattr(path, "user.vitrine.facts", "\n".join(["width=7777", "height=8888", *kept]).encode())
    for index in (server.data / ".vitrine").glob("index*"):
        index.unlink()
    server.start()
    for name, (_, expected) in PICTURES.items():
        facts = server.client.get(f"/api/images/{names[name]}").json()
        assert (facts["width"], facts["height"]) == expected, name
    listed = {one["name"]: (one["width"], one["height"]) for one in server.client.get("/api/images").json()["images"]}
    assert listed == {names[name]: expected for name, (_, expected) in PICTURES.items()}


def test_picture_that_came_by_another_way_is_measured_so_too(make_server):
    server = make_server()
    (server.images / "ftp.jpg").write_bytes(jpeg_of(8))
    wait_until(lambda: server.client.get("/api/images/ftp.jpg").status == 200, 10, "it is found")
    facts = server.client.get("/api/images/ftp.jpg").json()
    assert (facts["width"], facts["height"]) == (40, 60)

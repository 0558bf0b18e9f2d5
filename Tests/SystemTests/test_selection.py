"""Chosen pictures as one zip: a plain link, so that a form without JavaScript can ask for it."""

import io
import shutil
import subprocess
import zipfile
from urllib.parse import quote

import pytest

import pictures


def upload(server, content, name, query=""):
    return server.client.post_raw(content, name, query).json()


def link(*facts):
    return "/images.zip?" + "&".join(f"picture={quote(one['name'])}" for one in facts)


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_zip_holds_the_pictures_under_the_names_that_their_uploaders_gave(server):
    first = upload(server, pictures.jpeg(seed=41), "кот.jpg")
    second = upload(server, pictures.png(), "screen shot.png")
    with server.log_lines() as lines:
        answer = server.client.get(link(first, second))
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert 'filename="pictures.zip"' in answer.headers["Content-Disposition"]
    assert members(answer.body) == {
        "кот.jpg": server.client.get(f"/images/{first['name']}").body,
        "screen shot.png": server.client.get(f"/images/{second['name']}").body,
    }
    assert "Success: archive pictures" in lines[0]


def test_equal_names_are_told_apart_and_each_picture_is_in_it_once(server):
    same = [upload(server, pictures.jpeg(seed=50 + number), "Cat.jpg") for number in range(3)]
    other = upload(server, pictures.png(), "cat.JPG")
    answer = server.client.get(link(*same, other, same[0]))
    assert sorted(members(answer.body)) == ["Cat (2).jpg", "Cat (3).jpg", "Cat.jpg", "cat.png"]


@pytest.mark.parametrize(
    "name, expected",
    [
        ("../../etc/x.jpg", "x.jpg"),
        ("a:b*c?.jpg", "a_b_c_.jpg"),
        ("gpj.\u202eexe.jpg", "gpj._exe.jpg"),
        ("..jpg", "picture.jpg"),
        ("CON.jpg", "CON_.jpg"),
        ("com1.tar.jpg", "com1_.tar.jpg"),
        ("ы" * 200 + ".jpg", None),
        ("line\nbreak.jpg", "line_break.jpg"),
    ],
)
def test_hostile_names_are_harmless_in_the_zip(server, name, expected):
    (got,) = members(server.client.get(link(upload(server, pictures.jpeg(), name))).body)
    assert expected is None or got == expected
    assert len(got.encode()) <= 210


def test_zip_can_be_resumed_and_is_the_same_each_time(server):
    facts = [upload(server, pictures.jpeg(seed=60 + number), f"{number}.jpg") for number in range(5)]
    target = link(*facts)
    whole = server.client.get(target)
    assert server.client.get(target).body == whole.body
    assert server.client.request("HEAD", target).headers["Content-Length"] == str(len(whole.body))
    middle = len(whole.body) // 2
    part = server.client.get(target, {"Range": f"bytes={middle}-", "If-Range": whole.headers["ETag"]})
    assert (part.status, part.body) == (206, whole.body[middle:])
    assert server.client.get(target, {"If-None-Match": whole.headers["ETag"]}).status == 304
    assert "Trip.zip" in server.client.get(target + "&name=Trip.zip").headers["Content-Disposition"]


def test_pictures_that_are_gone_are_left_out(server):
    kept = upload(server, pictures.png(), "kept.png")
    gone = upload(server, pictures.png(), "gone.png")
    server.client.request("DELETE", f"/api/images/{gone['name']}?token={gone['delete_token']}")
    assert list(members(server.client.get(link(kept, gone)).body)) == ["kept.png"]
    assert server.client.get(link(gone)).problem() == (404, "not-found")


@pytest.mark.parametrize("query", ["", "?picture=", "?picture=..%2f..%2fetc%2fpasswd", "?other=1", "?picture=%ff"])
def test_choice_of_nothing_is_refused_in_words(server, query):
    status, _ = server.client.get(f"/images.zip{query}").problem()
    assert status in (400, 404)
    page = server.client.get(f"/images.zip{query}", {"Accept": "text/html"})
    assert (page.status, page.headers.get_content_type()) == (status, "text/html")


@pytest.mark.folders
def test_file_that_came_by_ftp_can_be_chosen(server):
    target = server.images / "by ftp.jpg"
    target.write_bytes(pictures.jpeg(seed=71))
    try:
        answer = server.client.get("/images.zip?picture=by%20ftp.jpg")
        assert members(answer.body) == {"by ftp.jpg": pictures.jpeg(seed=71)}
    finally:
        target.unlink()


@pytest.mark.parametrize("reader", ["unzip", "7z", "bsdtar"])
def test_other_readers_take_it(server, tmp_path, reader):
    if not shutil.which(reader):
        pytest.skip(f"needs {reader}")
    facts = [upload(server, pictures.png(), name) for name in ("a.png", "б.png")]
    path = tmp_path / "p.zip"
    path.write_bytes(server.client.get(link(*facts)).body)
    command = {"unzip": ["unzip", "-t", path], "7z": ["7z", "t", path], "bsdtar": ["bsdtar", "-tf", path]}[reader]
    subprocess.run(command, check=True, capture_output=True)

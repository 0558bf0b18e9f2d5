"""Every way to upload a picture, and what the answer and the link are worth."""

import hashlib
import io
import json
import os
import re
import subprocess
import zlib

import pytest
from PIL import Image

import pictures
from harness import wait_until

ULID_NAME = re.compile(r"[0-9a-hjkmnp-tv-z]{26}\.(jpg|png|gif)")
ANSWER_FIELDS = {
    "id", "name", "url", "original_name", "type", "size", "width", "height", "sha256", "uploaded_at", "visibility",
    "delete_url", "delete_token",
}  # fmt: skip


def check_stored(server, facts, original_name, kind, size):
    """The answer's facts hold: the link serves exactly the bytes that it describes, safely."""
    assert ANSWER_FIELDS <= facts.keys()
    assert ULID_NAME.fullmatch(facts["name"])
    assert facts["name"].startswith(facts["id"])
    assert facts["original_name"] == original_name
    assert facts["type"] == kind
    assert (facts["width"], facts["height"]) == size
    assert facts["visibility"] == "public"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", facts["uploaded_at"])
    assert facts["url"] == f"{server.url}/images/{facts['name']}"
    assert facts["delete_url"].startswith(f"{server.url}/delete/{facts['name']}?token=")
    assert facts["delete_url"].endswith(facts["delete_token"])

    served = server.client.get(f"/images/{facts['name']}")
    assert served.status == 200
    assert len(served.body) == facts["size"]
    assert hashlib.sha256(served.body).hexdigest() == facts["sha256"]
    assert served.headers["Content-Type"] == kind
    assert served.headers["Cache-Control"] == "public, max-age=86400"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served.headers["Content-Security-Policy"]
    assert served.headers["ETag"] and served.headers["Last-Modified"]

    if server.shared:
        return served.body
    path = server.images / facts["name"]
    assert path.stat().st_mode & 0o777 == 0o644
    assert any(name.startswith("user.vitrine.") for name in os.listxattr(path))
    return served.body


@pytest.mark.parametrize(
    "make, name, kind, size",
    [
        (pictures.jpeg, "holiday.jpg", "image/jpeg", (640, 480)),
        (pictures.jpeg, "HOLIDAY.JPEG", "image/jpeg", (640, 480)),
        (pictures.camera_jpeg, "DSC_0042.JPG", "image/jpeg", (800, 1200)),
        (pictures.png, "screen shot.png", "image/png", (320, 200)),
        (pictures.interlaced_png, "interlaced.PNG", "image/png", (37, 29)),
        (pictures.animated_gif, "dance.gif", "image/gif", (160, 120)),
    ],
)
def test_form_upload_answers_with_facts_that_the_link_keeps(server, make, name, kind, size):
    with server.log_lines() as lines:
        answer = server.client.upload(make(), name, kind=kind)
    assert answer.status == 201, answer
    assert answer.headers.get_content_type() == "application/json"
    body = check_stored(server, answer.json(), name, kind, size)
    assert pictures.pixels(body) == pictures.pixels(make())
    assert lines[0].endswith(f"] Success: image {name} uploaded.")


def test_raw_post_and_put_store_like_a_form(server):
    content = pictures.jpeg(seed=11)
    for answer in (
        server.client.post_raw(content, "кот & пёс.jpg"),
        server.client.put_raw(content, "кот & пёс.jpg"),
        server.client.put_raw(content, "кот & пёс.jpg", headers={"Content-Type": "application/octet-stream"}),
    ):
        assert answer.status == 201, answer
        check_stored(server, answer.json(), "кот & пёс.jpg", "image/jpeg", (640, 480))


def test_curl_form_and_curl_upload_file(server, tmp_path):
    picture = tmp_path / "cat photo.png"
    picture.write_bytes(pictures.png())
    for arguments in (
        ["-F", f"file=@{picture}", f"{server.url}/api/upload"],
        ["-T", picture, f"{server.url}/api/upload/"],
    ):
        shown = subprocess.run(["curl", "-sS", "--fail-with-body", *arguments], capture_output=True, check=True)
        check_stored(server, json.loads(shown.stdout), "cat photo.png", "image/png", (320, 200))


def test_chunked_body_without_a_length_is_taken(server):
    content = pictures.jpeg(seed=12)
    parts = (content[start : start + 1000] for start in range(0, len(content), 1000))
    answer = server.client.put_raw(parts, "stream.jpg")
    assert answer.status == 201, answer
    check_stored(server, answer.json(), "stream.jpg", "image/jpeg", (640, 480))


def test_every_upload_gets_a_name_of_its_own(server):
    content = pictures.png()
    names = {server.client.upload(content, "same.png").json()["name"] for _ in range(10)}
    assert len(names) == 10
    # The random part is fresh each time, never counted up from the last one.
    assert len({name[10:18] for name in names}) == 10


def test_several_files_in_one_form_are_judged_one_by_one(server):
    files = [
        ("a", "one.jpg", "image/jpeg", pictures.jpeg(seed=13)),
        ("b", "notes.txt", "text/plain", b"no picture"),
        ("c", "two.gif", "image/gif", pictures.animated_gif()),
    ]
    with server.log_lines(3):
        answer = server.client.post_form("/api/upload", files, fields=[("visibility", "public")])
    assert answer.status == 201, answer
    document = answer.json()
    assert [image["original_name"] for image in document["images"]] == ["one.jpg", "two.gif"]
    for image, kind, size in zip(document["images"], ("image/jpeg", "image/gif"), ((640, 480), (160, 120))):
        check_stored(server, image, image["original_name"], kind, size)
    assert [refused["original_name"] for refused in document["rejected"]] == ["notes.txt"]
    assert "unsupported-format" in json.dumps(document["rejected"][0]["error"])


def test_several_files_of_which_none_is_a_picture_fail_with_the_first_reason(server):
    files = [("a", "notes.txt", "text/plain", b"no picture"), ("b", "cut.jpg", "image/jpeg", pictures.jpeg()[:5000])]
    before = server.stored()
    with server.log_lines(2):
        answer = server.client.post_form("/api/upload", files)
    assert answer.problem() == (415, "unsupported-format")
    assert server.stored() == before


def test_html_form_answers_a_page_with_the_link(server):
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = server.client.upload(pictures.png(), 'a "<b>.png', target="/upload", kind="image/png", headers=accept)
    assert answer.status in (200, 201), answer
    assert answer.headers.get_content_type() == "text/html"
    link = re.search(r"/images/([0-9a-z]{26}\.png)", answer.text)
    assert link and server.client.get(link.group(0)).status == 200
    assert "<b>" not in answer.text


def test_html_form_answers_a_page_with_the_error(server):
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = server.client.upload(b"hello", "<script>.txt", target="/upload", kind="text/plain", headers=accept)
    assert answer.status == 415
    assert answer.headers.get_content_type() == "text/html"
    assert "<script>." not in answer.text


def test_true_extension_wins_over_the_name(server):
    answer = server.client.upload(pictures.png(), "really-a-png.jpg")
    assert answer.status == 201, answer
    assert answer.json()["name"].endswith(".png")
    assert answer.json()["type"] == "image/png"


def test_private_metadata_is_removed_and_the_picture_is_not_touched(server):
    original = pictures.camera_jpeg(orientation=6)
    assert b"PRIVATE-COMMENT" in original and b"SECRET" in original
    stored = server.client.get(server.client.upload(original, "phone.jpg").json()["url"].removeprefix(server.url)).body
    assert b"PRIVATE-COMMENT" not in stored and b"SECRET" not in stored and b"Acme" not in stored
    exif = Image.open(io.BytesIO(stored)).getexif()
    assert exif.get(0x0112) == 6
    assert not exif.get_ifd(0x8825)
    assert pictures.pixels(stored) == pictures.pixels(original)


def jpeg_with_a_header_to_mend():
    """Its JFIF header announces a thumbnail that is not there: mending it does not change the length."""
    content = bytearray(pictures.jpeg())
    assert content[6:11] == b"JFIF\0"
    content[18:20] = b"\1\1"
    return bytes(content)


# Digests are made while the bytes come, as long as they are stored as they come.
@pytest.mark.folders
@pytest.mark.parametrize("query", ["", "?metadata=keep"])
@pytest.mark.parametrize(
    "name, content",
    [
        ("plain.jpg", pictures.jpeg()),
        ("large.jpg", pictures.jpeg_of_size(3_000_000)),
        ("camera.jpg", pictures.camera_jpeg()),
        ("header.jpg", jpeg_with_a_header_to_mend()),
        ("trailing.jpg", pictures.jpeg() + b"after the end"),
        ("trailing.png", pictures.png() + bytes(300_000)),
        ("animated.gif", pictures.animated_gif()),
    ],
)
def test_digests_are_those_of_what_is_stored(server, name, content, query):
    facts = server.client.put_raw(content, name, query).json()
    stored = (server.data / "images" / facts["name"]).read_bytes()
    assert (facts["size"], facts["sha256"]) == (len(stored), hashlib.sha256(stored).hexdigest())
    recorded = os.getxattr(server.data / "images" / facts["name"], "user.vitrine.facts").decode().splitlines()
    assert f"crc32={zlib.crc32(stored):x}" in recorded and f"size={len(stored)}" in recorded


def test_metadata_keep_stores_the_bytes_as_sent(server):
    original = pictures.camera_jpeg()
    for answer in (
        server.client.put_raw(original, "phone.jpg", "?metadata=keep"),
        server.client.post_form("/api/upload", [("f", "phone.jpg", "image/jpeg", original)], [("metadata", "keep")]),
    ):
        assert answer.json()["sha256"] == hashlib.sha256(original).hexdigest()


@pytest.mark.parametrize(
    "make, name", [(pictures.jpeg, "x.jpg"), (pictures.png, "x.png"), (pictures.animated_gif, "x.gif")]
)
def test_bytes_after_the_end_of_the_picture_are_dropped(server, make, name):
    for trailer in (b"<script>alert(1)</script>", b"\0" * 70000, b"MotionPhoto_Data" + bytes(range(256)) * 2000):
        facts = server.client.upload(make() + trailer, name).json()
        stored = server.client.get(f"/images/{facts['name']}").body
        assert len(stored) <= len(make())
        assert not stored.endswith(trailer[-16:])
        assert len(stored) <= len(make())
        assert pictures.pixels(stored) == pictures.pixels(make())


def test_largest_allowed_picture_is_stored(server):
    answer = server.client.upload(pictures.jpeg_of_size(5 * 1024 * 1024), "limit.jpg")
    assert answer.status == 201, answer


def test_form_of_many_pictures_may_be_larger_than_one_picture(server):
    picture = pictures.jpeg_of_size(4 * 1024 * 1024)
    files = [(f"f{number}", f"{number}.jpg", "image/jpeg", picture) for number in range(5)]
    answer = server.client.post_form("/api/upload", files)
    assert answer.status == 201, answer
    assert len(answer.json()["images"]) == 5


def test_upload_token_guards_every_way_in(make_server):
    server = make_server(settings={"VITRINE_UPLOAD_TOKEN": "s3cret token"})
    picture = pictures.png()
    for wrong in ({}, {"Authorization": "Bearer nope"}, {"Authorization": "Bearer s3cret token2"}):
        for send in (
            lambda: server.client.upload(picture, "a.png", headers=wrong),
            lambda: server.client.post_raw(picture, "a.png", headers=wrong),
            lambda: server.client.put_raw(picture, "a.png", headers=wrong),
        ):
            assert send().problem() == (401, "token-required")
        # The form's own route answers pages only.
        assert server.client.upload(picture, "a.png", target="/upload", headers=wrong).status == 401
    assert server.stored() == {}
    assert server.client.put_raw(picture, "a.png", headers={"Authorization": "Bearer s3cret token"}).status == 201


def test_public_url_is_the_base_of_every_link(make_server):
    server = make_server(settings={"VITRINE_PUBLIC_URL": "https://pics.example.org"})
    facts = server.client.upload(pictures.png(), "a.png", headers={"Host": "evil.example"}).json()
    assert facts["url"] == f"https://pics.example.org/images/{facts['name']}"
    assert facts["delete_url"].startswith("https://pics.example.org/delete/")


def test_expired_picture_vanishes(make_server):
    server = make_server()
    facts = server.client.put_raw(pictures.png(), "short.png", "?expires=1").json()
    assert server.client.get(f"/images/{facts['name']}").status == 200
    wait_until(lambda: server.client.get(f"/images/{facts['name']}").status == 404, 20, "the picture is gone")
    assert server.client.get(f"/api/images/{facts['name']}").problem() == (404, "not-found")

"""The names that a picture may come under: other extensions of the three kinds, none at all, and uploads by addresses
with a last slash."""

import shutil
import subprocess

import pytest

import pictures

NAMES = [
    ("a.jfif", pictures.jpeg, "jpg"), ("a.JFIF", pictures.jpeg, "jpg"), ("a.jpe", pictures.jpeg, "jpg"),
    ("a.pjpeg", pictures.jpeg, "jpg"), ("a.pjp", pictures.jpeg, "jpg"), ("a.apng", pictures.png, "png"),
    ("no-extension", pictures.jpeg, "jpg"), ("no-extension", pictures.png, "png"), ("a.", pictures.animated_gif, "gif"),
    ("a.jfif", pictures.png, "png"), ("a.png", pictures.jpeg, "jpg"),
    ("a.gif", pictures.png, "png"), ("a.apng", pictures.animated_gif, "gif"),
]  # fmt: skip


@pytest.mark.parametrize("name, make, extension", NAMES)
def test_picture_is_kept_under_its_true_extension(server, name, make, extension):
    for answer in (
        server.client.put_raw(make(), name),
        server.client.post_raw(make(), name),
        server.client.post_form("/api/upload", [("file", name, "application/octet-stream", make())]),
        server.client.post_form("/upload", [("file", name, "image/jpeg", make())], headers={"Accept": "text/html"}),
    ):
        assert answer.status == 201, answer
        if answer.headers.get_content_type() == "text/html":
            continue
        facts = answer.json()
        assert facts["original_name"] == name
        assert facts["name"].endswith(f".{extension}")
        served = server.client.get(f"/images/{facts['name']}")
        assert served.headers["Content-Type"] == facts["type"]
        assert server.client.get(f"/i/{facts['name']}").status == 200


@pytest.mark.parametrize("name", ["a.webp", "a.svg", "a.jpg.txt", "a.php", "a.1"])
def test_other_extensions_are_still_refused(server, name):
    assert server.client.put_raw(pictures.jpeg(), name).problem() == (415, "unsupported-format")


@pytest.mark.parametrize("name", ["notes", "a.jfif", "a."])
def test_content_still_decides(server, name):
    assert server.client.put_raw(b"no picture at all", name).problem() == (415, "unsupported-format")


def test_address_with_a_last_slash_takes_what_the_one_without_takes(server):
    picture = pictures.jpeg(64, 48)
    for answer in (
        server.client.request("POST", "/api/upload/?name=a.jpg", picture, {"Content-Type": "image/jpeg"}),
        server.client.request("PUT", "/api/upload/?name=a.jpg", picture),
        server.client.post_form("/api/upload/", [("file", "a.jpg", "image/jpeg", picture)]),
    ):
        assert answer.status == 201, answer
        assert answer.json()["original_name"] == "a.jpg"
    files = [("f", f"{number}.jpg", "image/jpeg", pictures.jpeg_of_size(4 * 1024 * 1024)) for number in range(3)]
    assert len(server.client.post_form("/api/upload/", files).json()["images"]) == 3
    assert server.client.get("/api/upload/").problem() == (405, "method-not-allowed")


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_upload_from_a_pipe_is_told_to_give_a_name(server, tmp_path):
    picture = tmp_path / "a.jpg"
    picture.write_bytes(pictures.jpeg(64, 48))

    def curl(address):
        command = ["curl", "-sS", "-w", "\n%{http_code}", "-T", "-", address]
        done = subprocess.run(command, stdin=picture.open("rb"), capture_output=True, text=True, check=True)
        body, status = done.stdout.rsplit("\n", 1)
        return int(status), body

    status, body = curl(f"{server.url}/api/upload/")
    assert status == 400 and "malformed-request" in body and "name" in body and "deleted" not in body
    status, body = curl(f"{server.url}/api/upload/?name=piped.jpg")
    assert status == 201 and "piped.jpg" in body
    status, body = curl(f"{server.url}/api/upload/piped")
    assert status == 201 and ".jpg" in body

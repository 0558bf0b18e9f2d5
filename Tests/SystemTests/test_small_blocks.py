"""ext4 with blocks of 1,024 bytes, as mkfs makes it on small disks: a file has room for few attributes there."""

import os

import pytest

import logged_disk
import pictures
from object_client import ObjectClient
from object_store import ObjectStore

pytestmark = pytest.mark.skipif(logged_disk.missing() is not None, reason=str(logged_disk.missing()))


@pytest.fixture
def store(tmp_path, make_server):
    image = tmp_path / "image"
    image.touch()
    os.truncate(image, 64 << 20)
    logged_disk.run("mkfs.ext4", "-q", "-F", "-b", "1024", image)
    with logged_disk.mounted(image, tmp_path / "mount", "ext4") as point:
        one = ObjectStore(tmp_path / "server", {"VITRINE_DATA": str(point / "data")})
        try:
            yield one.start()
            one.stop()
        finally:
            one.kill()


def test_metadata_of_any_length_are_kept(store):
    root = ObjectClient(store.s3_port)
    assert root.put("/plain", b"").status == 200
    for length in (1, 600, 900, 1_100, 1_900):
        note = "n" * length
        assert root.put(f"/plain/{length}", b"body", {"x-amz-meta-note": note}).status == 200, length
        got = root.fetch(f"/plain/{length}")
        assert got.body == b"body" and got.headers["x-amz-meta-note"] == note


def test_pictures_with_long_names_are_kept(store):
    for name in ("n" * 250 + ".jpg", "ж" * 120 + ".jpg"):
        answer = store.client.upload(pictures.jpeg(), name)
        assert answer.status == 201, answer
        assert store.client.get(f"/api/images/{answer.json()['name']}").json()["original_name"] == name

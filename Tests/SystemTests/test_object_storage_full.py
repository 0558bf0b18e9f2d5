"""A disk that is full while objects come: each is refused as such, nothing of it stays, and all is well with room again."""

import os
import subprocess

import pytest

from harness import wait_until
from object_client import ObjectClient, code
from object_store import ObjectStore, noise
from test_storage_full import fill, small_file_system

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system, which only root may")


def test_puts_parts_and_copies_without_room(tmp_path):
    with small_file_system(tmp_path / "small", "size=8m") as folder:
        store = ObjectStore(tmp_path / "server", {"VITRINE_DATA": str(folder)})
        try:
            check(store.start(), folder)
            store.stop()
        finally:
            store.kill()


def check(store, folder):
    client = ObjectClient(store.s3_port)
    assert client.put("/full", b"").status == 200
    content = noise(1_500_000)
    kept = []
    for number in range(10):
        answer = client.put(f"/full/{number}", content)
        if answer.status != 200:
            break
        kept.append(str(number))
    assert kept and (answer.status, code(answer)) == (507, "StorageFull"), answer
    free = os.statvfs(folder).f_bavail
    with store.log_lines() as lines:
        assert client.put("/full/more", content).status == 507
    assert "more" in lines[0]
    copied = client.put("/full/copy", b"", {"x-amz-copy-source": "/full/0"})
    assert (copied.status, code(copied)) == (507, "StorageFull"), copied
    replaced = client.put("/full/0", content[::-1])
    assert (replaced.status, code(replaced)) == (507, "StorageFull"), replaced
    upload = client.send("POST", "/full/parts", {"uploads": ""}).text.split("<UploadId>")[1].split("<")[0]
    part = client.send("PUT", "/full/parts", {"uploadId": upload, "partNumber": "1"}, content)
    assert (part.status, code(part)) == (507, "StorageFull"), part
    assert client.send("DELETE", "/full/parts", {"uploadId": upload}).status == 204
    assert client.keys("full") == kept == store.objects("full")
    assert client.fetch("/full/0").body == content
    assert store.temporary_files() == []
    assert os.statvfs(folder).f_bavail >= free - 64
    # A deletion makes room, also where there is none for anything.
    fill(folder)
    assert client.delete("/full/0").status == 204
    wait_until(lambda: client.keys("full") == kept[1:] == store.objects("full"), 10, "what is gone is not listed")
    (folder / "filler").unlink()
    assert client.put("/full/again", content).status == 200
    subprocess.run(["mount", "-o", "remount,size=16m", folder], check=True)
    wait_until(lambda: client.put("/full/more", content).status == 200, 10, "puts work again")

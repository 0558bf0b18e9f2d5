"""No space, no inodes: the upload is refused with 507, nothing is left, and all is well once there is room again."""

import contextlib
import os
import subprocess

import pytest

import pictures
from harness import Server, wait_until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system, which only root may")


@contextlib.contextmanager
def small_file_system(folder, *options):
    """A tmpfs of its own in `folder`, if the kernel's has extended attributes (Linux 6.6)."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", folder], check=True)
    try:
        probe = folder / "probe"
        probe.touch()
        try:
            os.setxattr(probe, "user.vitrine.probe", b"1")
        except OSError:
            pytest.skip("tmpfs has no extended attributes here")
        probe.unlink()
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def refuses_then_recovers(server, make_room):
    picture = pictures.jpeg_of_size(200_000)
    kept = []
    for number in range(100):
        answer = server.client.upload(picture, f"{number}.jpg")
        if answer.status != 201:
            break
        kept.append(answer.json()["name"])
    assert answer.problem() == (507, "storage-full")
    assert kept, "there was room for at least one"
    with server.log_lines() as lines:
        again = server.client.upload(picture, "one-more.jpg")
    assert again.problem() == (507, "storage-full")
    assert "one-more.jpg" in lines[0]
    assert set(server.stored()) == set(kept)
    assert server.temporary_files() == []
    assert server.client.get(f"/images/{kept[0]}").status == 200

    make_room()
    wait_until(lambda: server.client.upload(picture, "after.jpg").status == 201, 10, "uploads work again")


def test_no_space(tmp_path, make_server):
    with small_file_system(tmp_path / "small", "size=3m") as folder:
        server = make_server(settings={"VITRINE_DATA": str(folder)})
        refuses_then_recovers(server, lambda: subprocess.run(["mount", "-o", "remount,size=9m", folder], check=True))
        server.stop()


def test_no_inodes(tmp_path, make_server):
    with small_file_system(tmp_path / "small", "size=90m", "nr_inodes=40") as folder:
        server = make_server(settings={"VITRINE_DATA": str(folder)})
        refuses_then_recovers(
            server, lambda: subprocess.run(["mount", "-o", "remount,nr_inodes=400", folder], check=True)
        )
        server.stop()


def test_file_system_without_extended_attributes_is_refused_at_start(tmp_path):
    """ramfs has none."""
    folder = tmp_path / "plain"
    folder.mkdir()
    subprocess.run(["mount", "-t", "ramfs", "ramfs", folder], check=True)
    server = Server(tmp_path / "server", settings={"VITRINE_DATA": str(folder)})
    try:
        with pytest.raises(AssertionError, match="ended at its start"):
            server.start_program()
        assert "attribute" in server.program_output() and str(folder) in server.program_output()
        assert server.supervisor.wait(5) == 1
    finally:
        server.kill()
        subprocess.run(["umount", "-l", folder], check=True)

"""No space, no inodes, no writing: the upload is refused, nothing is left, and all is well once there is room again."""

import contextlib
import os
import re
import subprocess

import pytest

import pictures
from console import Console
from harness import Server, clean_environment, program, wait_until
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore

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


def fill(folder):
    """Takes what is left of a file system, to the last byte."""
    with contextlib.suppress(OSError), open(folder / "filler", "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    assert os.statvfs(folder).f_bavail == 0


def test_picture_is_deleted_where_there_is_no_room_for_anything(tmp_path, make_server):
    with small_file_system(tmp_path / "small", "size=3m") as folder:
        server = make_server(settings={"VITRINE_DATA": str(folder)})
        kept = [server.client.upload(pictures.jpeg_of_size(200_000), f"{number}.jpg").json() for number in range(3)]
        for facts in kept[:2]:
            (folder / "filler").unlink(missing_ok=True)
            fill(folder)
            path = f"/api/images/{facts['name']}?token={facts['delete_token']}"
            assert server.client.request("DELETE", path).status == 204
            assert server.client.get(f"/images/{facts['name']}").status == 404
        wait_until(
            lambda: [image["name"] for image in server.client.get("/api/images").json()["images"]] == [kept[2]["name"]],
            10, "what is gone is not listed",
        )
        server.stop()


def test_picture_is_deleted_where_its_list_has_no_room(tmp_path, make_server):
    """`.vitrine/` is a mount of its own: what the picture leaves is of no use to the index."""
    (tmp_path / "data").mkdir()
    with small_file_system(tmp_path / "data/.vitrine", "size=1m") as folder:
        server = make_server(settings={"VITRINE_DATA": str(tmp_path / "data")})
        facts = [server.client.upload(pictures.png(), f"{number}.png").json() for number in range(2)]
        assert len(server.client.get("/api/images").json()["images"]) == 2
        fill(folder)
        for one in facts:
            path = f"/api/images/{one['name']}?token={one['delete_token']}"
            assert server.client.request("DELETE", path).status == 204
        assert server.stored() == {}
        (folder / "filler").unlink()
        wait_until(lambda: server.client.get("/api/images").json()["images"] == [], 10, "what is gone is not listed")
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


def test_no_space_for_the_index_alone(tmp_path, make_server):
    """`.vitrine/` is a mount of its own, so that the index is what has no room."""
    (tmp_path / "data").mkdir()
    with small_file_system(tmp_path / "data/.vitrine", "size=1m") as folder:
        server = make_server(settings={"VITRINE_DATA": str(tmp_path / "data")})
        first = server.client.upload(pictures.png(), "first.png").json()["name"]
        filler = folder / "filler"
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        # A few can still wait to be listed, but no more than there is room to note.
        accepted = {first}
        for number in range(400):
            answer = server.client.upload(pictures.png(), f"{number}.png")
            if answer.status != 201:
                break
            accepted.add(answer.json()["name"])
        assert answer.problem() == (507, "storage-full")
        assert accepted == set(server.stored())
        assert server.temporary_files() == []
        assert server.client.get(f"/images/{first}").status == 200
        assert server.client.get("/api/images").status in (200, 507)
        filler.unlink()
        wait_until(lambda: server.client.upload(pictures.png(), "after.png").status == 201, 10, "uploads work again")

        def listed():
            names, after = set(), ""
            while after is not None:
                page = server.client.get(f"/api/images?limit=100{after}").json()
                names |= {image["name"] for image in page["images"]}
                after = f"&after={page['next']}" if page["next"] else None
            return names

        wait_until(lambda: listed() == set(server.stored()), 10, "what is stored is listed, and nothing else")
        server.stop()


@pytest.mark.parametrize(
    "options, what", [(("size=20m",), "space"), (("size=200m", "nr_inodes=500"), "inodes")], ids=["space", "inodes"]
)
def test_file_system_that_is_nearly_used_up_is_told_wherever_an_operator_looks(tmp_path, options, what):
    with small_file_system(tmp_path / "data", *options) as data:
        if what == "space":
            (data / "filler").write_bytes(bytes(19 << 20))
        else:
            (data / "fillers").mkdir()
            for number in range(460):
                (data / f"fillers/{number}").touch()
        store = ObjectStore(tmp_path / "store", {"VITRINE_DATA": str(data)}).start()
        try:
            wait_until(lambda: f"% of the {what} of the file system of {data} is used" in store.program_output(), 20, "the log")
            checked = subprocess.run(
                [program(), "check"], cwd=store.folder, env=clean_environment(store.settings), capture_output=True, text=True
            )
            assert checked.returncode == 1 and "VITRINE_DATA: 9" in checked.stdout and f"% of the {what}" in checked.stdout
            console = Console(store)
            console.sign_in(ROOT_KEY, ROOT_SECRET)
            (warning,) = console.call("GET", "state").json()["warnings"]
            assert f"% of the {what} of" in warning
            figures = dict(re.findall(r"(?m)^vitrine_(data_\w+) (\d+)", store.client.get("/metrics").text))
            total, available = {
                "space": ("data_size_bytes", "data_available_bytes"),
                "inodes": ("data_inodes", "data_available_inodes"),
            }[what]
            assert int(figures[available]) <= int(figures[total]) / 10
            # Told once, until there is room again.
            assert store.program_output().count(f"% of the {what} of the file system") == 1
        finally:
            store.kill()


@contextlib.contextmanager
def mounted_over_itself(folder):
    """A mount that can be made read-only without touching anything else."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def remount(folder, how):
    subprocess.run(["mount", "-o", f"remount,bind,{how}", folder], check=True)


def test_pictures_that_turn_read_only_refuse_uploads_and_are_served_on(tmp_path, make_server):
    """What a file system does after an error of its disk."""
    images = tmp_path / "data/images"
    with mounted_over_itself(images):
        server = make_server(settings={"VITRINE_DATA": str(tmp_path / "data")})
        stored = server.client.upload(pictures.png(), "a.png").json()
        remount(images, "ro")
        try:
            before = {process.pid for process in server.workers()}
            answer = server.client.upload(pictures.png(), "b.png")
            assert answer.problem() == (500, "internal-error")
            assert b"ead-only" not in answer.body, "what the operator should know is not told to clients"
            wait_until(lambda: "Read-only file system" in server.program_output(), 5, "the program's log")
            assert server.client.get(f"/images/{stored['name']}").status == 200
            token = stored["delete_token"]
            kept = server.client.request("DELETE", f"/api/images/{stored['name']}?token={token}")
            assert kept.problem() == (500, "internal-error")
            listed = server.client.get("/api/images").json()["images"]
            assert [image["name"] for image in listed] == [stored["name"]]
            assert {process.pid for process in server.workers()} == before
        finally:
            remount(images, "rw")
        wait_until(lambda: server.client.upload(pictures.png(), "c.png").status == 201, 10, "uploads work again")
        server.stop()


def test_data_that_cannot_be_written_is_refused_at_start(tmp_path):
    data = tmp_path / "data"
    with mounted_over_itself(data):
        remount(data, "ro")
        try:
            done = subprocess.run(
                [program(), "serve"],
                cwd=tmp_path,
                env=clean_environment({"VITRINE_DATA": str(data), "VITRINE_LISTEN": f"unix:{tmp_path}/s"}),
                capture_output=True,
                text=True,
                timeout=20,
            )
        finally:
            remount(data, "rw")
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert "VITRINE_DATA" in done.stderr and str(data) in done.stderr and "Read-only" in done.stderr

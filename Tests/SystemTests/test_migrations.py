"""The pages for those who come from elsewhere (deploy/docs/from-….md): each block is carried out on files or on a server as
the other program has them."""

import json
import os
import re
import signal
import subprocess

import pytest

import pictures
from documents import PAGES, blocks, lines
from harness import Server, clean_environment, free_port, program, wait_until
from object_store import CLIENTS, ROOT_KEY, ROOT_SECRET, ObjectStore, noise

# A Tuesday in 2021.
DAY = 1_620_000_000


def commands(page, heading):
    """The commands of the blocks below a heading of a page."""
    section = re.split(r"(?m)^## ", PAGES[page])
    (text,) = [part for part in section if part.startswith(heading + "\n")]
    found = re.findall(r"(?m)^```sh\n(.*?)^```$", text, re.DOTALL)
    assert found
    return [line for block in found for line in lines(block)]


def shell(commands, places, environment):
    """Runs commands as one script, with what they name replaced; nobody here may become another user."""
    script = "\n".join(commands).replace("sudo ", "")
    for name, place in places.items():
        assert name in script, name
        script = script.replace(name, str(place))
    for option in (" -o vitrine -g vitrine", " --chown=vitrine:vitrine"):
        script = script.replace(option, "")
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, (script, done.stdout[-3000:], done.stderr[-3000:])
    return done.stdout


def written(folder, files):
    """A folder with these files, each a day older than the one before."""
    for number, (path, content) in enumerate(files.items()):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        os.utime(folder / path, (DAY - 86_400 * number,) * 2)
    return folder


# Image hosts.

LYCHEE = "ab/cd/0123456789abcdef0123456789ab"
HOSTS = {
    "XBackBone": (
        "/srv/xbackbone/storage",
        {"Xy3/aBc.png": pictures.png(), "Xy3/dEf.jpeg": pictures.camera_jpeg(), "Xy3/notes.txt": b"no picture"},
        {
            "/Xy3/aBc": "aBc.png",
            "/Xy3/aBc.png": "aBc.png",
            "/Xy3/dEf/raw": "dEf.jpeg",
            "/Xy3/dEf/raw.jpeg": "dEf.jpeg",
            "/Xy3/dEf/download": "dEf.jpeg",
        },
    ),
    "Zipline": (
        "/srv/zipline/uploads",
        {"k3Jz9.png": pictures.png(), "cat.jpg": pictures.camera_jpeg(), "film.mp4": b"no picture"},
        {"/u/k3Jz9.png": "k3Jz9.png", "/raw/cat.jpg": "cat.jpg", "/view/cat.jpg": "cat.jpg"},
    ),
    "Lychee": (
        "/srv/lychee/public/uploads/original",
        {f"{LYCHEE}.jpg": pictures.camera_jpeg(), "ab/ce/0123456789abcdef0123456789ab.png": pictures.png()},
        {
            f"/uploads/original/{LYCHEE}.jpg": f"{LYCHEE.replace('/', '')}.jpg",
            f"/uploads/medium/{LYCHEE}.jpg": f"{LYCHEE.replace('/', '')}.jpg",
        },
    ),
}


class MovedServer(Server):
    """A server whose nginx has the map of old links, as the page has it."""

    def adjust_nginx(self, folder):
        first, second = [text for language, text in blocks("deploy/docs/from-image-hosts.md") if language == "nginx"]
        first = first.replace("/etc/nginx/vitrine-moved.map", str(self.folder / "moved.map"))
        (folder / "http.conf").write_text(first + (folder / "http.conf").read_text())
        routes = folder / "image-host.conf"
        routes.write_text(second + routes.read_text())


@pytest.mark.parametrize("name", HOSTS)
def test_pictures_of_another_host_keep_names_dates_and_links(name, tmp_path):
    place, files, links = HOSTS[name]
    old = written(tmp_path / "old", files)
    server = MovedServer(tmp_path / "server")
    images = server.data / "images"
    images.mkdir(parents=True)
    places = {place: old, "/var/lib/vitrine/images": images, "/etc/nginx/vitrine-moved.map": server.folder / "moved.map"}
    shell(commands("deploy/docs/from-image-hosts.md", name), places, clean_environment())
    expected = {path for path in files if path.endswith((".jpg", ".jpeg", ".png"))}
    try:
        server.start()
        listed = wait_until(
            lambda: len(got := server.client.get("/api/images").json()["images"]) == len(expected) and got, 60, "the catalogue"
        )
        times = [picture["uploaded_at"] for picture in listed]
        assert times == sorted(times, reverse=True) and all(time.startswith("2021-0") for time in times)
        for old_link, new_name in links.items():
            moved = server.client.get(old_link)
            assert moved.status == 301 and moved.headers["Location"].endswith(f"/images/{new_name}"), old_link
            (content,) = {files[path] for path in expected if path.replace("/", "").endswith(new_name)}
            assert server.client.get(f"/images/{new_name}").body == content
        assert server.client.get("/u/nothing.png").status == 404
        server.stop()
    finally:
        server.kill()


# Object stores.


@pytest.mark.parametrize("heading", ["A plain folder", "versitygw"])
def test_folder_of_files_is_a_bucket(heading, tmp_path):
    store = ObjectStore(tmp_path / "store")
    bucket, place = {"A plain folder": ("files", "/srv/files"), "versitygw": ("photos1", "/srv/versitygw/photos1")}[heading]
    files = {"a.txt": b"text", "deep/er/cat.jpg": pictures.jpeg(), ".hidden": b"x"}
    old = written(tmp_path / "old", files)
    if heading == "versitygw":
        # As backend/posix and backend/meta/xattr.go of versitygw have it.
        for name, value in {"etag": b"0123", "content-type": b"text/x-own", "X-Amz-Meta.artist": b"Ada"}.items():
            os.setxattr(old / "a.txt", f"user.{name}", value)
        (old / ".sgwtmp/multipart").mkdir(parents=True)
    try:
        store.start()
        endpoint = store.endpoints["http"]
        places = {
            "http://vitrine.example:9000": endpoint.url,
            f"{place}/": f"{old}/",
            f"/var/lib/vitrine/buckets/{bucket}": store.data / "buckets" / bucket,
        }
        shell(commands("deploy/docs/from-a-folder.md", heading), places, endpoint.environment(tmp_path))
        client = endpoint.boto3()
        assert client.get_object(Bucket=bucket, Key="deep/er/cat.jpg")["Body"].read() == pictures.jpeg()
        head = client.head_object(Bucket=bucket, Key="a.txt")
        assert head["ContentType"] == "text/plain" and int(head["LastModified"].timestamp()) == DAY

        def listed():
            return {one["Key"] for one in client.list_objects_v2(Bucket=bucket).get("Contents", [])}

        # A janitor scans as soon as it is there, and then every few minutes.
        (janitor,) = [process for process in store.processes() if process.name() == "vitrine-janitor"]
        os.kill(janitor.pid, signal.SIGKILL)
        wait_until(lambda: listed() == set(files), 60, "the scan")
        store.stop()
    finally:
        store.kill()


@pytest.fixture
def seaweed(tmp_path):
    """The address of an S3 server of others, which holds a bucket `photos1`."""
    import boto3
    from botocore.config import Config

    folder = tmp_path / "seaweed"
    folder.mkdir()
    identity = {
        "name": "old",
        "credentials": [{"accessKey": "minioadmin", "secretKey": "minioadmin"}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    port = free_port()
    command = [CLIENTS / "bin/weed", "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-volume.max=10"]
    command += ["-master.volumeSizeLimitMB=64", "-filer", "-s3", f"-s3.port={port}", "-iam=false"]
    command += [f"-s3.config={folder}/s3.json"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.port.grpc={free_port()}"]
    for part in ("master", "volume", "filer"):
        command += [f"-{part}.port={free_port()}", f"-{part}.port.grpc={free_port()}"]
    log = open(folder / "log", "wb")
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=url,
        aws_access_key_id="minioadmin",
        aws_secret_access_key="minioadmin",
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
    )

    def holds_the_bucket():
        assert process.poll() is None, (folder / "log").read_text(errors="replace")[-3000:]
        try:
            client.create_bucket(Bucket="photos1")
            client.put_object(Bucket="photos1", Key="probe", Body=b"x")
            client.delete_object(Bucket="photos1", Key="probe")
        except Exception:  # noqa: BLE001 -- it is still starting
            return False
        return True

    try:
        wait_until(holds_the_bucket, 90, "SeaweedFS takes objects")
        yield url, client
    finally:
        process.kill()
        process.wait(10)


@pytest.mark.skipif(not (CLIENTS / "bin/weed").exists(), reason="needs SeaweedFS")
def test_objects_and_keys_come_over_from_another_store(seaweed, tmp_path):
    url, old = seaweed
    objects = {"a/cat.jpg": pictures.jpeg(), "b c+ü.txt": b"text", "large.bin": noise(9_000_000)}
    for key, content in objects.items():
        old.put_object(Bucket="photos1", Key=key, Body=content, ContentType="text/x-own", Metadata={"artist": "Ada"})
    page = "deploy/docs/from-minio.md"
    (policy,) = re.findall(r"(?m)^```json\n(.*?)^```$", PAGES[page], re.DOTALL)
    (tmp_path / "shop.json").write_text(policy)
    public = {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"]}
    public["Resource"] = ["arn:aws:s3:::photos1/*"]
    (tmp_path / "public.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [public]}))
    store = ObjectStore(tmp_path / "store")
    try:
        store.start()
        endpoint = store.endpoints["http"]
        places = {
            "http://minio.example:9000": url,
            "http://vitrine.example:9000": endpoint.url,
            "=operator ": f"={ROOT_KEY} ",
            "=my-secret-key": f"={ROOT_SECRET}",
        }
        rclone = {**clean_environment(), "HOME": str(tmp_path), "PATH": f"{CLIENTS}/bin:{os.environ['PATH']}"}
        shell(commands(page, "Objects"), places, rclone)
        client = endpoint.boto3()
        for key, content in objects.items():
            got = client.get_object(Bucket="photos1", Key=key)
            assert got["Body"].read() == content
            assert got["ContentType"] == "text/x-own" and got["Metadata"]["artist"] == "Ada", key
        # Once more, nothing is copied: the times of the files are the same.
        before = {path: path.stat().st_mtime_ns for path in (store.data / "buckets/photos1").rglob("*.*")}
        shell([line for line in commands(page, "Objects") if "sync" in line], {}, rclone)
        assert before == {path: path.stat().st_mtime_ns for path in (store.data / "buckets/photos1").rglob("*.*")}

        add = [line.replace("sudo vitrine", program()) for line in commands(page, "Keys")]
        environment = clean_environment(store.settings)
        subprocess.run(["bash", "-ec", "\n".join(add)], cwd=tmp_path, env=environment, check=True, capture_output=True)
        endpoint.access_key, endpoint.secret_key = "shop", "a-secret-of-the-shop"
        shop = endpoint.boto3()
        assert shop.get_object(Bucket="photos1", Key="b c+ü.txt")["Body"].read() == b"text"
        shop.put_object(Bucket="photos1", Key="new.txt", Body=b"new")
        endpoint.access_key, endpoint.secret_key = ROOT_KEY, ROOT_SECRET

        assert endpoint.curl(f"{endpoint.url}/photos1/a/cat.jpg")[0] == 403
        put = [
            line.replace("http://vitrine.example:9000", endpoint.url).replace("file://", f"file://{tmp_path}/")
            for line in commands(page, "Policies of buckets")
        ]
        subprocess.run(["bash", "-ec", "\n".join(put)], env=endpoint.environment(tmp_path), check=True, capture_output=True)
        assert endpoint.curl(f"{endpoint.url}/photos1/a/cat.jpg") == (200, pictures.jpeg())
        store.stop()
    finally:
        store.kill()

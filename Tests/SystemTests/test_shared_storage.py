"""Hosts that share a database and an engine: the same settings on each, and what one does holds on the others."""

import io
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

import pictures
import shared_storage
from harness import clean_environment, let_pass, program, wait_until
from object_client import ObjectClient
from object_store import ObjectStore, noise

pytestmark = pytest.mark.skipif(shared_storage.missing() is not None, reason=str(shared_storage.missing()))


def command(host, *arguments):
    """A subcommand with the settings of a host."""
    return run(host.folder, host.settings, *arguments)


class Host(ObjectStore):
    """One of several, with a cache of pictures."""

    cache_time = "1s"


@pytest.fixture(scope="module")
def place():
    return shared_storage.SharedStorage()


@pytest.fixture
def hosts(make_server, place):
    """Two hosts with one storage."""
    return [make_server(Host, settings=place.settings) for _ in range(2)]


def test_what_comes_to_one_host_is_on_the_other_and_is_gone_from_both(hosts, place):
    first, second = hosts
    content = pictures.jpeg()
    answer = first.client.put_raw(content, "cat.jpg")
    assert answer.status == 201
    link, deletion = answer.json()["url"], answer.json()["delete_url"]
    path = "/images/" + link.rsplit("/", 1)[1]
    for host in hosts:
        shown = host.client.get(path)
        assert (shown.status, shown.body) == (200, content)
        assert shown.headers["Content-Type"] == "image/jpeg" and shown.headers["X-Content-Type-Options"] == "nosniff"
        part = host.client.get(path, headers={"Range": "bytes=10-19"})
        assert (part.status, part.body) == (206, content[10:20])
        assert host.client.get(path.replace("/images/", "/i/")).status == 200
    # The token that one host gave is good on the other.
    bearer = {"Authorization": "Bearer " + deletion.rsplit("token=", 1)[1]}
    gone = second.client.request("DELETE", path.replace("/images/", "/api/images/"), headers=bearer)
    assert gone.status == 204
    for host in hosts:
        wait_until(lambda: host.client.get(path).status == 404, 10, "the picture is gone from the cache")


def metric(host, name):
    """The value of a metric; None where there is no such metric."""
    text = host.client.get("/metrics").body.decode()
    return next((float(line.split()[1]) for line in text.splitlines() if line.startswith(name + " ")), None)


def test_object_that_is_read_again_and_again_is_right_and_not_asked_of_the_engine(hosts, place):
    for host in hosts:
        store = ObjectClient(host.s3_port)
        bucket = f"hot-{host.s3_port}"
        assert store.put(f"/{bucket}", b"").status == 200
        content = noise(700_000)
        assert store.put(f"/{bucket}/key", content).status == 200

        def gets(host=host):
            return metric(host, 'vitrine_engine_requests_total{operation="get",outcome="done"}') or 0

        before = gets()
        for _ in range(30):
            assert store.fetch(f"/{bucket}/key").body == content
        part = store.fetch(f"/{bucket}/key", headers={"Range": "bytes=100000-300000"})
        assert (part.status, part.body) == (206, content[100_000:300_001])
        # The first ones of each worker.
        assert gets() <= before + 10
        hits = 'vitrine_engine_cache_reads_total{outcome="hit"}'
        wait_until(lambda host=host: (metric(host, hits) or 0) >= 20, 10, "the hits are counted")
        # What is replaced or deleted is not read any more, wherever that was done.
        other = ObjectClient(next(one for one in hosts if one is not host).s3_port)
        replaced = noise(600_000)
        assert other.put(f"/{bucket}/key", replaced).status == 200
        for _ in range(4):
            assert store.fetch(f"/{bucket}/key").body == replaced
        assert other.send("DELETE", f"/{bucket}/key").status == 204
        assert store.fetch(f"/{bucket}/key").status == 404


def test_metrics_tell_what_was_asked_of_database_and_engine(hosts):
    host = hosts[0]

    def value(name):
        return metric(host, name)

    puts = 'vitrine_engine_requests_total{operation="put",outcome="done"}'
    answered = 'vitrine_database_requests_total{outcome="done"}'
    before = value(puts) or 0
    asked = value(answered) or 0
    for _ in range(3):
        assert host.client.put_raw(pictures.jpeg(), "cat.jpg").status == 201
    # Counts of the connections are taken over once a second.
    wait_until(lambda: (value(puts) or 0) >= before + 3, 10, "the puts are counted")
    wait_until(lambda: (value(answered) or 0) >= asked + 3, 10, "the transactions are counted")
    assert value("vitrine_database_away") == 0 and value("vitrine_engine_away") == 0


def test_log_tells_which_request_of_nginx_was_which_of_the_engine(make_server, place):
    host = make_server(Host, settings={**place.settings, "VITRINE_LEVEL": "debug"})
    store = ObjectClient(host.s3_port)
    assert store.put("/traced", b"").status == 200

    def engine_lines(operation, path, request):
        """The lines about the engine that name the request which nginx has in its own log."""
        assert request().status in (200, 201)

        def numbers():
            asked = [line.split() for line in (host.logs / "access.log").read_text().splitlines()]
            return {words[-1] for words in asked if path in words}

        # nginx writes it when the request is over, which the client knows before.
        (number,) = wait_until(numbers, 5, "nginx has logged the request")
        lines = wait_until(lambda: [line for line in host.program_output().splitlines() if number in line], 5, "a line")
        return [line for line in lines if f"operation={operation} " in line and re.search(r"engine_request=\w{8,}", line)]

    assert engine_lines("put", "/api/upload/a.png", lambda: host.client.put_raw(pictures.png(6, 4), "a.png"))
    name = host.client.get("/api/images?limit=1").json()["images"][0]["name"]
    assert engine_lines("get", f"/images/{name}", lambda: host.client.get(f"/images/{name}"))
    assert engine_lines("put", "/traced/key", lambda: store.put("/traced/key", noise(200_000)))


def test_a_key_of_one_host_is_known_to_the_other_and_not_when_it_is_removed(hosts):
    first, second = hosts
    assert command(first, "key", "add", "shop", "--secret", "shop-secret").returncode == 0
    shop = client_of("shop", second)
    shop.create_bucket(Bucket="of-shop")
    shop.put_object(Bucket="of-shop", Key="a//b", Body=b"content")
    assert client_of("shop", first).get_object(Bucket="of-shop", Key="a//b")["Body"].read() == b"content"
    assert command(second, "key", "remove", "shop").returncode == 0
    for host in hosts:
        client = client_of("shop", host)
        wait_until(lambda: refused(client), 2, "the key is not known any more")


def client_of(account, host):
    endpoint = host.endpoints["http"]
    endpoint.access_key, endpoint.secret_key = account, f"{account}-secret"
    return endpoint.boto3()


def refused(client):
    try:
        client.list_buckets()
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"] == "InvalidAccessKeyId"
    return False


@pytest.mark.full
def test_keys_are_read_when_they_have_changed_and_not_for_each_request(make_server, place):
    host = make_server(Host, settings={**place.settings, "VITRINE_WORKERS": "1"})
    client = ObjectClient(host.s3_port)
    assert client.put("/asked", b"").status == 200
    assert client.put("/asked/key", b"content").status == 200

    def asked():
        # The count is taken over once a second.
        let_pass(1.5, "the second after which requests are counted")
        text = host.client.get("/metrics").body.decode()
        return int(re.search(r'^vitrine_database_requests_total{outcome="done"} (\d+)', text, re.MULTILINE)[1])

    before = asked()
    for _ in range(100):
        assert client.fetch("/asked/key").status == 200
    # One for the bucket, one for the object.
    assert asked() - before < 220


def test_photo_folders_of_the_engine_are_archives_of_every_host(hosts, place):
    files = {"a.jpg": noise(300_000, 1), "sub/b.jpg": noise(5_000, 2), "sub-c.jpg": b"", "z.txt": b"short"}
    for path, content in files.items():
        place.photo(f"trip/{path}", content)
    place.photo("trip/.hidden", b"x")
    place.photo("trip/half.jpg.part", b"x")
    first, second = hosts
    whole = first.client.get("/archive/trip/")
    assert whole.status == 200 and int(whole.headers["Content-Length"]) == len(whole.body)
    packed = zipfile.ZipFile(io.BytesIO(whole.body))
    assert {name.removeprefix("trip/"): packed.read(name) for name in packed.namelist()} == files
    # The checksums are known by now, on every host.
    assert len(place.rows("SELECT 1 FROM photo_checksums")) >= 3
    part = second.client.get("/archive/trip/", headers={"Range": "bytes=200000-", "If-Range": whole.headers["ETag"]})
    assert (part.status, part.body) == (206, whole.body[200_000:])
    place.photo("trip/z.txt", b"other")
    changed = second.client.get("/archive/trip/")
    assert changed.headers["ETag"] != whole.headers["ETag"]
    assert zipfile.ZipFile(io.BytesIO(changed.body)).testzip() is None
    assert second.client.get("/archive/none/").status == 404
    listed = second.endpoints["http"].boto3().list_objects_v2(Bucket="photos", Prefix="trip/")
    assert [entry["Key"] for entry in listed["Contents"]] == sorted(f"trip/{path}" for path in files)


def test_photo_of_the_engine_is_copied_and_stays(hosts, place):
    """Whole and as a part, also from a name that no blob would have; the photos are others', and nobody removes them."""
    files = {"copied/a.jpg": noise(300_000, 3), "copied/ä b.jpg": noise(200_000, 4)}
    for path, content in files.items():
        place.photo(path, content)
    client = hosts[0].endpoints["http"].boto3()
    client.create_bucket(Bucket="copies")
    for number, (path, content) in enumerate(files.items()):
        client.copy_object(Bucket="copies", Key=f"whole{number}", CopySource={"Bucket": "photos", "Key": path})
        upload = client.create_multipart_upload(Bucket="copies", Key=f"part{number}")["UploadId"]
        part = client.upload_part_copy(
            Bucket="copies", Key=f"part{number}", UploadId=upload, PartNumber=1, CopySource={"Bucket": "photos", "Key": path},
            CopySourceRange="bytes=100-99999",
        )["CopyPartResult"]["ETag"]  # fmt: skip
        parts = {"Parts": [{"PartNumber": 1, "ETag": part}]}
        client.complete_multipart_upload(Bucket="copies", Key=f"part{number}", UploadId=upload, MultipartUpload=parts)
        assert client.get_object(Bucket="copies", Key=f"whole{number}")["Body"].read() == content
        assert client.get_object(Bucket="copies", Key=f"part{number}")["Body"].read() == content[100:100_000]
    with pytest.raises(client.exceptions.ClientError):
        client.copy_object(Bucket="nowhere", Key="k", CopySource={"Bucket": "photos", "Key": "copied/a.jpg"})
    assert place.rows("SELECT id FROM blobs WHERE id LIKE 'photos/%'") == []
    for path, content in files.items():
        assert client.get_object(Bucket="photos", Key=path)["Body"].read() == content


@pytest.mark.parametrize("count", [1, 2, 40])
def test_folders_of_short_objects_are_archives(make_server, place, count):
    host = make_server(Host, settings=place.settings)
    client = ObjectClient(host.s3_port)
    client.put("/packed", b"")
    files = {f"{number:02}.txt": b"%d" % number * number for number in range(count)}
    for name, content in files.items():
        assert client.put(f"/packed/{count}/{name}", content).status == 200
    answer = client.fetch(f"/packed/{count}/", {"archive": "zip"})
    assert answer.status == 200
    packed = zipfile.ZipFile(io.BytesIO(answer.body))
    assert {name: packed.read(name) for name in packed.namelist()} == files
    assert "was ended" not in host.program_output()


@pytest.mark.full
def test_one_host_does_the_chores_and_another_when_it_dies(hosts, place):
    chores = "the chores of all hosts are done here"

    def doing():
        return [host for host in hosts if chores in host.program_output()]

    (first,) = wait_until(doing, 20, "somebody does the chores")
    second = next(host for host in hosts if host is not first)
    first.kill()
    first.stop = lambda: None
    wait_until(lambda: chores in second.program_output(), 30, "the other one does them")
    expiring = second.client.put_raw(pictures.png(), "soon.png", "?expires=1s").json()["name"]
    wait_until(lambda: second.client.get(f"/api/images/{expiring}").status == 404, 20, "its time is over")
    wait_until(lambda: expiring not in place.pictures(), 20, "it is removed")


def test_settings_of_half_a_storage_stop_the_start(tmp_path, place):
    for missing in ("VITRINE_DATABASE", "VITRINE_ENGINE", "VITRINE_ENGINE_SECRET_KEY"):
        settings = {name: text for name, text in own_folders(tmp_path, place).items() if name != missing}
        ended = run(tmp_path, settings, "serve")
        assert ended.returncode != 0 and missing in ended.stderr and len(ended.stderr.splitlines()) == 1


def own_folders(folder, place):
    for name in ("data/photos", "logs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {**place.settings, "VITRINE_DATA": str(folder / "data"), "VITRINE_LOGS": str(folder / "logs")}


def run(folder, settings, *arguments):
    return subprocess.run(
        [program(), *arguments], cwd=folder, env=clean_environment(settings), capture_output=True, text=True, timeout=60
    )


@pytest.mark.full
def test_a_wrong_pair_is_refused_by_name_and_a_secret_may_stand_in_a_file(tmp_path, place):
    (tmp_path / "secret").write_text(place.settings["VITRINE_ENGINE_SECRET_KEY"] + "\n")
    settings = own_folders(tmp_path, place)

    def check(**changed):
        return run(tmp_path, settings | changed, "check")

    good = check(VITRINE_ENGINE_SECRET_KEY=f"file:{tmp_path}/secret")
    assert good.returncode == 0, good.stdout
    wrong = check(VITRINE_ENGINE_SECRET_KEY="another")
    assert wrong.returncode == 1 and "VITRINE_ENGINE_SECRET_KEY" in wrong.stdout
    away = check(VITRINE_DATABASE="host=127.0.0.1 port=1 user=nobody password=hidden dbname=none")
    assert away.returncode == 1 and "VITRINE_DATABASE" in away.stdout and "hidden" not in away.stdout + away.stderr


def test_plain_files_load_neither_library(server):
    for worker in server.workers():
        maps = Path(f"/proc/{worker.pid}/maps").read_text()
        assert "libpq" not in maps and "libcurl" not in maps

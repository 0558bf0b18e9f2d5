"""One round each of programs that keep their data in an object store: backups, a file system, a registry of images,
libraries, a database."""

import json
import os
import subprocess

import pytest
from harness import clean_environment, free_port, wait_until
from http_client import Client
from object_store import REGION, noise
from test_s3_commands import hashes

pytestmark = pytest.mark.full

MIB = 1 << 20


@pytest.fixture
def made_bucket(endpoint, bucket):
    endpoint.minio().make_bucket(bucket)
    return bucket


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "tree"
    for path, size in {"a.txt": 5, "deep/er/b c.bin": 50_000, "ü+&.bin": 7, "empty": 0, "large": 20 * MIB}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(noise(size, size))
    return folder


def environment(endpoint, home, **more):
    trusted = {"SSL_CERT_FILE": str(endpoint.store.certificate)} if endpoint.is_secure else {}
    return {**endpoint.environment(home), **trusted, **more}


def run(environment, *command, **options):
    done = subprocess.run(
        [str(word) for word in command], env=environment, capture_output=True, text=True, timeout=600, **options
    )
    assert done.returncode == 0, (command, done.stdout[-3000:], done.stderr[-3000:])
    return done.stdout


def test_restic(endpoint, made_bucket, tree, tmp_path):
    own = environment(endpoint, tmp_path, RESTIC_PASSWORD="secret", RESTIC_REPOSITORY=f"s3:{endpoint.url}/{made_bucket}/backups")
    run(own, "restic", "init")
    run(own, "restic", "backup", "tree", cwd=tmp_path)
    (tree / "a.txt").write_bytes(b"changed")
    run(own, "restic", "backup", "tree", cwd=tmp_path)
    run(own, "restic", "check", "--read-data")
    run(own, "restic", "forget", "--keep-last", "1", "--prune")
    run(own, "restic", "restore", "latest", "--target", "back", cwd=tmp_path)
    assert hashes(tmp_path / "back/tree") == hashes(tree)
    assert len(json.loads(run(own, "restic", "snapshots", "--json"))) == 1


def test_duplicity(endpoint, made_bucket, tree, tmp_path):
    own = environment(endpoint, tmp_path, PASSPHRASE="secret", PYTHONWARNINGS="ignore")
    if endpoint.is_secure:
        own["AWS_CA_BUNDLE"] = str(endpoint.store.certificate)
    where = ["--s3-endpoint-url", endpoint.url, f"boto3+s3://{made_bucket}/backups"]
    run(own, "duplicity", "full", "--no-encryption", "--volsize", "5", "tree", *where, cwd=tmp_path)
    (tree / "a.txt").write_bytes(b"changed")
    run(own, "duplicity", "incremental", "--no-encryption", "tree", *where, cwd=tmp_path)
    run(own, "duplicity", "restore", "--no-encryption", *where, "back", cwd=tmp_path)
    assert hashes(tmp_path / "back") == hashes(tree)


@pytest.fixture
def mounted(endpoint, made_bucket, tmp_path):
    """The bucket as a folder, through s3fs."""
    (tmp_path / "keys").write_text(f"{endpoint.access_key}:{endpoint.secret_key}")
    (tmp_path / "keys").chmod(0o600)
    folder = tmp_path / "mounted"
    folder.mkdir()
    options = [f"passwd_file={tmp_path}/keys", f"url={endpoint.url}", "use_path_request_style", f"endpoint={REGION}"]
    options += ["multipart_size=5"]
    own = environment(endpoint, tmp_path)
    if endpoint.is_secure:
        own["CURL_CA_BUNDLE"] = str(endpoint.store.certificate)
    command = ["s3fs", made_bucket, str(folder), "-f", *[word for option in options for word in ("-o", option)]]
    with open(tmp_path / "s3fs.log", "wb") as log:
        process = subprocess.Popen(command, env=own, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def is_mounted():
        assert process.poll() is None, (tmp_path / "s3fs.log").read_text()
        return os.path.ismount(folder)

    try:
        wait_until(is_mounted, 30, "s3fs has mounted the bucket")
        yield folder
    finally:
        subprocess.run(["umount", folder], capture_output=True, timeout=60)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_s3fs(endpoint, made_bucket, mounted, tree, tmp_path):
    own = environment(endpoint, tmp_path)
    run(own, "cp", "-r", tree, mounted / "tree")
    assert hashes(mounted / "tree") == hashes(tree)
    os.chmod(mounted / "tree/a.txt", 0o640)
    os.utime(mounted / "tree/a.txt", (1_000_000_000, 1_000_000_000))
    status = os.stat(mounted / "tree/a.txt")
    assert (status.st_mode & 0o777, int(status.st_mtime)) == (0o640, 1_000_000_000)
    os.rename(mounted / "tree/large", mounted / "tree/moved")
    os.rename(tree / "large", tree / "moved")
    with open(mounted / "tree/a.txt", "ab") as file:
        file.write(b"more")
    with open(tree / "a.txt", "ab") as file:
        file.write(b"more")
    assert hashes(mounted / "tree") == hashes(tree)
    run(own, "rm", "-r", mounted / "tree")
    assert os.listdir(mounted) == []


@pytest.fixture
def registry(endpoint, made_bucket, tmp_path):
    """A registry of container images that keeps them in the bucket."""
    port = free_port()
    (tmp_path / "registry.yml").write_text(
        f"""
version: 0.1
log: {{level: error}}
storage:
  s3: {{accesskey: "{endpoint.access_key}", secretkey: "{endpoint.secret_key}", region: "{REGION}", bucket: "{made_bucket}",
    regionendpoint: "{endpoint.url}", secure: {str(endpoint.is_secure).lower()}, v4auth: true, chunksize: 5242880}}
  delete: {{enabled: true}}
  redirect: {{disable: false}}
http: {{addr: "127.0.0.1:{port}", secret: "secret"}}
"""
    )
    own = environment(endpoint, tmp_path)
    # The registry brings a way of its own to connect, for which its library cannot set this.
    own.pop("AWS_CA_BUNDLE", None)
    with open(tmp_path / "registry.log", "wb") as log:
        process = subprocess.Popen(
            ["docker-registry", "serve", tmp_path / "registry.yml"],
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    client = Client("127.0.0.1", port)

    def answers():
        assert process.poll() is None, (tmp_path / "registry.log").read_text()
        try:
            return client.get("/v2/").status == 200
        except OSError:
            return False

    try:
        wait_until(answers, 30, "the registry answers")
        yield client
    finally:
        process.terminate()
        process.wait(20)


def test_docker_registry(endpoint, registry, made_bucket):
    """A layer comes in chunks, as clients send large ones, then a manifest; both are fetched again."""
    from object_store import sha256

    layer, settings = noise(12 * MIB), json.dumps({"architecture": "amd64", "os": "linux"}).encode()
    digests = {}
    for name, content in {"layer": layer, "config": settings}.items():
        begun = registry.request("POST", "/v2/round/blobs/uploads/", b"")
        assert begun.status == 202, begun
        where, sent = path_of(begun.headers["Location"]), 0
        while sent < len(content):
            chunk = content[sent : sent + 6 * MIB]
            answer = registry.request(
                "PATCH", where, chunk,
                {"Content-Type": "application/octet-stream", "Content-Range": f"{sent}-{sent + len(chunk) - 1}"},
            )  # fmt: skip
            assert answer.status == 202, answer
            where, sent = path_of(answer.headers["Location"]), sent + len(chunk)
        digests[name] = f"sha256:{sha256(content)}"
        ended = registry.request("PUT", f"{where}&digest={digests[name]}", b"")
        assert ended.status == 201, ended
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": kind,
            "config": described("application/vnd.docker.container.image.v1+json", settings, digests["config"]),
            "layers": [described("application/vnd.docker.image.rootfs.diff.tar.gzip", layer, digests["layer"])],
        }
    ).encode()
    put = registry.request("PUT", "/v2/round/manifests/latest", manifest, {"Content-Type": kind})
    assert put.status == 201, put
    got = registry.get("/v2/round/manifests/latest", headers={"Accept": kind})
    assert got.body == manifest
    assert registry.get("/v2/round/tags/list").json()["tags"] == ["latest"]
    # The registry sends whoever asks for a layer to the store.
    answer = registry.get(f"/v2/round/blobs/{digests['layer']}")
    assert answer.status == 307, answer
    assert endpoint.curl(answer.headers["Location"]) == (200, layer)
    assert registry.request("DELETE", f"/v2/round/manifests/{put.headers['Docker-Content-Digest']}").status == 202


def path_of(location):
    return "/" + location.split("/", 3)[3]


def described(kind, content, digest):
    return {"mediaType": kind, "size": len(content), "digest": digest}


BOTO = """
import sys
import boto
from boto.s3.connection import OrdinaryCallingFormat, S3Connection
from boto.s3.key import Key

host, port, secure, access, secret, name, certificate = sys.argv[1:]
if not boto.config.has_section("Boto"):
    boto.config.add_section("Boto")
boto.config.set("Boto", "num_retries", "0")
connection = S3Connection(access, secret, host=host, port=int(port), is_secure=secure == "True",
    calling_format=OrdinaryCallingFormat())
bucket = connection.create_bucket(name)
assert name in [bucket.name for bucket in connection.get_all_buckets()]
key = Key(bucket, "a/b c.txt")
key.set_metadata("artist_name", "Ada")
key.set_contents_from_string("hello", headers={"Content-Type": "text/x-notes"}, policy="private")
found = bucket.get_key("a/b c.txt")
assert found.get_metadata("artist_name") == "Ada", found.metadata
assert found.content_type == "text/x-notes" and found.get_contents_as_string() == b"hello"
assert [key.name for key in bucket.list(prefix="a/")] == ["a/b c.txt"]
upload = bucket.initiate_multipart_upload("parts")
for number, content in enumerate([b"x" * (5 << 20), b"y"], 1):
    import io
    upload.upload_part_from_file(io.BytesIO(content), number)
upload.complete_upload()
assert bucket.get_key("parts").size == (5 << 20) + 1
bucket.copy_key("copy", name, "a/b c.txt", storage_class="REDUCED_REDUNDANCY")
assert bucket.get_key("copy").storage_class == "REDUCED_REDUNDANCY"
import urllib.request, ssl
trusted = ssl.create_default_context(cafile=certificate) if secure == "True" else None
assert urllib.request.urlopen(found.generate_url(60), context=trusted).read() == b"hello"
found.set_acl("public-read")
assert any(grant.uri for grant in found.get_acl().acl.grants)
result = bucket.delete_keys([key.name for key in bucket.list()])
assert not result.errors and len(result.deleted) == 3
bucket.delete()
"""


def test_boto2(endpoint, bucket, tmp_path):
    secure, certificate = str(endpoint.is_secure), str(endpoint.store.certificate)
    arguments = ["127.0.0.1", endpoint.port, secure, endpoint.access_key, endpoint.secret_key, bucket, certificate]
    own = {"HOME": str(tmp_path), "PYTHONWARNINGS": "ignore", "SSL_CERT_FILE": certificate}
    run(clean_environment(own), "/usr/bin/python3", "-c", BOTO, *arguments)


LIBCLOUD = """
import io
import sys
import libcloud.security
from libcloud.storage.providers import get_driver
from libcloud.storage.types import Provider

host, port, secure, access, secret, name, certificate = sys.argv[1:]
libcloud.security.CA_CERTS_PATH = certificate
driver = get_driver(Provider.MINIO)(access, secret, secure=secure == "True", host=host, port=int(port))
container = driver.create_container(name)
assert name in [container.name for container in driver.list_containers()]
content = bytes(range(256)) * (48 << 10)
driver.upload_object_via_stream(io.BytesIO(content), container, "a/large.bin", {"meta_data": {"artist": "Ada"}})
driver.upload_object_via_stream(io.BytesIO(b"hello"), container, "a/b c.txt")
assert [found.name for found in container.list_objects(prefix="a/")] == ["a/b c.txt", "a/large.bin"]
found = driver.get_object(name, "a/large.bin")
assert found.size == len(content) and found.meta_data["artist"] == "Ada", found.meta_data
assert b"".join(found.as_stream()) == content
assert b"".join(driver.download_object_range_as_stream(found, 5, 261)) == content[5:261]
for found in container.list_objects():
    assert found.delete()
assert container.delete()
"""


def test_libcloud(endpoint, bucket, tmp_path):
    """Its driver for MinIO names no region."""
    secure, certificate = str(endpoint.is_secure), str(endpoint.store.certificate)
    arguments = ["127.0.0.1", endpoint.port, secure, endpoint.access_key, endpoint.secret_key, bucket, certificate]
    own = {"HOME": str(tmp_path), "PYTHONWARNINGS": "ignore", "SSL_CERT_FILE": certificate}
    run(clean_environment(own), "/usr/bin/python3", "-c", LIBCLOUD, *arguments)


DUCKDB = """
import sys
import duckdb
import duckdb_extensions

host, secure, access, secret, bucket, certificate = sys.argv[1:]
duckdb_extensions.import_extension("httpfs")
database = duckdb.connect()
database.execute("LOAD httpfs")
if secure == "True":
    database.execute(f"SET ca_cert_file = '{certificate}'")
    database.execute("SET enable_curl_server_cert_verification = true")
database.execute(f\"\"\"CREATE SECRET (TYPE s3, KEY_ID '{access}', SECRET '{secret}', ENDPOINT '{host}',
    URL_STYLE 'path', USE_SSL {secure.lower()}, REGION 'us-east-1')\"\"\")
database.execute("CREATE TABLE numbers AS SELECT range AS n, random() AS r, uuid() AS text FROM range(1000000)")
for name in ["one.parquet", "deep/two.parquet", "lines.csv"]:
    database.execute(f"COPY numbers TO 's3://{bucket}/{name}'")
total = database.execute("SELECT sum(n), count(*) FROM numbers").fetchone()
for name in ["one.parquet", "deep/two.parquet", "lines.csv"]:
    assert database.execute(f"SELECT sum(n), count(*) FROM 's3://{bucket}/{name}'").fetchone() == total, name
found = database.execute(f"SELECT file FROM glob('s3://{bucket}/**/*.parquet')").fetchall()
assert sorted(found) == [(f"s3://{bucket}/deep/two.parquet",), (f"s3://{bucket}/one.parquet",)], found
row = database.execute(f"SELECT n FROM 's3://{bucket}/one.parquet' WHERE n = 777777").fetchone()
assert row == (777777,)
"""


@pytest.fixture(scope="module")
def duckdb_python(tmp_path_factory):
    """A Python with DuckDB and the extension that reads object stores."""
    folder = tmp_path_factory.mktemp("duckdb")
    subprocess.run(["/usr/bin/python3", "-m", "venv", folder], check=True, timeout=120)
    packages = ["duckdb==1.5.5", "duckdb-extensions==1.5.5", "duckdb-extension-httpfs==1.5.5"]
    subprocess.run([folder / "bin/pip", "install", "-q", *packages], check=True, timeout=600)
    return folder / "bin/python"


def test_duckdb(endpoint, made_bucket, duckdb_python, tmp_path):
    arguments = [endpoint.host, str(endpoint.is_secure), endpoint.access_key, endpoint.secret_key, made_bucket]
    run(environment(endpoint, tmp_path), duckdb_python, "-c", DUCKDB, *arguments, str(endpoint.store.certificate))

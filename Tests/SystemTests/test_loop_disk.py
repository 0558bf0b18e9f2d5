"""The loop's thread never waits for a disk, whatever is asked of a worker."""

import concurrent.futures
import contextlib
import json
import os
import re
import signal
import socket
import time
from urllib.parse import quote

import pytest

import pictures
from console import Console
from harness import running, wait_until
from http_client import multipart
from loop_trace import LoopTrace, may_trace, touches_disk
from object_client import ROOT, ObjectClient
from object_store import ObjectStore, noise

ACCOUNT = ("account", "account-secret")
TAGGING = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"


@pytest.fixture
def store(tmp_path):
    with running(ObjectStore(tmp_path / "s", {"VITRINE_MAX_ARCHIVES_PER_CLIENT": "64"})) as one:
        yield one


@pytest.mark.parametrize(
    ("call", "touches"),
    [
        ('openat(AT_FDCWD, "/x", O_RDONLY) = 3</x>', True),
        ('openat2(3</x>, "y", {flags=O_RDONLY, resolve=RESOLVE_BENEATH}, 24) = 4</x/y>', True),
        ('openat2(3</x>, "y", {flags=O_RDONLY, resolve=RESOLVE_BENEATH|RESOLVE_CACHED}, 24) = 4</x/y>', False),
        ('newfstatat(3</x>, "keys.json", {...}, AT_SYMLINK_NOFOLLOW) = 0', True),
        ('newfstatat(3</x>, "", {...}, AT_EMPTY_PATH) = 0', False),
        ('statx(3</x>, "", AT_STATX_DONT_SYNC|AT_EMPTY_PATH, STATX_SIZE, {...}) = 0', False),
        ('statx(3</x>, "", AT_STATX_SYNC_AS_STAT|AT_EMPTY_PATH, STATX_SIZE, {...}) = 0', True),
        ("fstat(3</x>, {...}) = 0", False),
        ('write(3</x/app.log>, ""..., 80) = 80', True),
        ('write(3<anon_inode:[eventfd]>, "", 8) = 8', False),
        ('read(3<socket:[1]>, "", 8) = 8', False),
        ("preadv2(3</x>, [...], 1, 0, RWF_NOWAIT) = 1", False),
        ("preadv2(3</x>, [...], 1, 0, 0) = 1", True),
        ("sendfile(4<socket:[1]>, 3</x>, [0] => [9], 9) = 9", False),
        ("splice(3</x>, [0], 4<pipe:[1]>, NULL, 9, SPLICE_F_MOVE) = 9", False),
        ("fcntl(3</x>, F_OFD_SETLKW, {...}) = 0", True),
        ("fcntl(3</x>, F_SETFD, FD_CLOEXEC) = 0", False),
        ("close(3</x>) = 0", False),
        ("close(3</x>(deleted)) = 0", True),
        ('fgetxattr(3</x>, "user.x", "", 10) = 1', True),
        ("fsync(3</x>) = 0", True),
    ],
)
def test_calls_that_may_wait_for_a_disk_are_told_from_others(call, touches):
    name, _, rest = call.partition("(")
    assert touches_disk(name, rest) == touches


class Load:
    """Requests of every kind, each told to the trace by its name."""

    def __init__(self, store, trace):
        self.store, self.trace = store, trace
        self.root = ObjectClient(store.s3_port, ROOT)
        self.account = ObjectClient(store.s3_port, ACCOUNT)

    def all(self):
        names = [name for name in dir(self) if name.startswith("do_")]
        return [getattr(self, name) for name in names]

    def send(self, expected, client, method, path, *rest):
        with self.trace.request(f"{method} {path}{'?' + '&'.join(rest[0]) if rest and rest[0] else ''}"):
            answer = client.send(method, path, *rest)
        assert answer.status == expected, (method, path, rest, answer)
        return answer

    def ask(self, expected, client, method, target, body=None, headers=None):
        with self.trace.request(f"{method} {target}"):
            answer = client.request(method, target, body, headers)
        assert answer.status == expected, (method, target, answer)
        return answer

    # The image host.

    def do_upload(self, number):
        content = pictures.jpeg(seed=number)
        with self.trace.request("POST /api/upload"):
            answer = self.store.client.post_form("/api/upload", [("file", "käse.jpg", "image/jpeg", content)])
        assert answer.status == 201, answer
        made = answer.json()
        name = made["name"]
        for folder in ("/api/images", "/i", "/thumbs", "/thumbs/2x"):
            self.ask(200, self.store.client, "GET", f"{folder}/{name}")
        for target in ("/api/images", "/images/", "/sharex.sxcu"):
            self.ask(200, self.store.client, "GET", target)
        self.ask(200, self.store.client, "GET", f"/images.zip?picture={name}")
        self.ask(201, self.store.client, "PUT", f"/api/upload/{number}.png", pictures.png())
        self.ask(415, self.store.client, "PUT", f"/api/upload/{number}.txt", b"no picture")
        self.ask(404, self.store.client, "GET", "/i/01k00000000000000000000000.jpg")
        token = made["delete_token"]
        self.ask(401, self.store.client, "DELETE", f"/api/images/{name}")
        self.ask(200, self.store.client, "GET", f"/delete/{name}?token={token}")
        self.ask(204, self.store.client, "DELETE", f"/api/images/{name}", None, {"Authorization": f"Bearer {token}"})

    # Archives.

    def do_archive(self, number):
        name = f"folder-{number}-{time.monotonic_ns()}"
        self.store.photo_folder(name, {f"{index}.jpg": noise(300_000, index) for index in range(4)})
        for _ in ("cold", "warm"):
            answer = self.ask(200, self.store.client, "GET", f"/archive/{name}/")
        tag = answer.headers["ETag"]
        self.ask(206, self.store.client, "GET", f"/archive/{name}/", None, {"Range": "bytes=1000-900000"})
        self.ask(304, self.store.client, "GET", f"/archive/{name}/", None, {"If-None-Match": tag})
        self.ask(200, self.store.client, "HEAD", f"/archive/{name}/")
        self.ask(412, self.store.client, "GET", f"/archive/{name}/", None, {"If-Match": '"other"'})
        self.ask(404, self.store.client, "GET", "/archive/missing/")
        # From the disk, and not from the page cache.
        for file in (self.store.photos / name).iterdir():
            descriptor = os.open(file, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)
        self.ask(200, self.store.client, "GET", f"/archive/{name}/")

    # The object store.

    def do_objects(self, number):
        for client, bucket in ((self.root, f"root-{number}"), (self.account, f"account-{number}")):
            self.send(200, client, "PUT", f"/{bucket}")
            for size in (0, 4_096, 3_000_000):
                key = f"/{bucket}/folder/{size}"
                self.send(200, client, "PUT", key, None, noise(size))
                self.send(200, client, "GET", key)
                self.send(200, client, "HEAD", key)
                self.send(200, client, "PUT", f"{key}-copy", None, None, {"x-amz-copy-source": quote(key)})
                self.send(200, client, "PUT", key, None, noise(size, 2))
            self.send(206, client, "GET", key, None, None, {"Range": "bytes=5-2000000"})
            self.send(412, client, "PUT", key, None, b"x", {"If-None-Match": "*"})
            self.send(404, client, "GET", f"/{bucket}/none")
            for query in ({"list-type": "2"}, {"delimiter": "/"}):
                self.send(200, client, "GET", f"/{bucket}", query)
            for document in ("location", "acl", "uploads", "versions"):
                self.send(200, client, "GET", f"/{bucket}", {document: ""})
            self.send(200, client, "PUT", key, {"tagging": ""}, TAGGING)
            for query in ({"tagging": ""}, {"acl": ""}):
                self.send(200, client, "GET", key, query)
            self.send(200, client, "GET", key, {"attributes": ""}, None, {"x-amz-object-attributes": "ETag,ObjectSize"})
            self.send(200, client, "PUT", key, {"acl": ""}, None, {"x-amz-acl": "public-read"})
            self.send(200, client, "PUT", f"/{bucket}", {"acl": ""}, None, {"x-amz-acl": "private"})
            self.ask(200, ObjectClient(self.store.s3_port, None), "GET", key)
            statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
            statement["Resource"] = f"arn:aws:s3:::{bucket}/*"
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            self.send(204, client, "PUT", f"/{bucket}", {"policy": ""}, policy)
            self.send(200, client, "GET", f"/{bucket}", {"policy": ""})
            self.send(200, client, "GET", "/")
            self.send(200, client, "HEAD", f"/{bucket}")
            origin = {"Origin": "http://page.example", "Access-Control-Request-Method": "GET"}
            self.ask(403, client, "OPTIONS", key, None, origin)
            form, kind = multipart([("file", "a.txt", "text/plain", b"x")], [("key", "form.txt")])
            self.ask(403, client, "POST", f"/{bucket}", form, {"Content-Type": kind})
            self.archive_of_objects(client, bucket)
            self.parts(client, bucket)
            self.send(204, client, "DELETE", key)
            keys = "".join(f"<Object><Key>folder/{size}</Key></Object>" for size in (0, 4_096))
            self.send(200, client, "POST", f"/{bucket}", {"delete": ""}, f"<Delete>{keys}</Delete>")
            self.send(409, client, "DELETE", f"/{bucket}")

    def archive_of_objects(self, client, bucket):
        for _ in ("cold", "warm"):
            with self.trace.request(f"GET /{bucket}?archive"):
                answer = client.send("GET", f"/{bucket}/folder/", {"archive": "zip"})
            assert answer.status == 200, answer

    def parts(self, client, bucket):
        key = f"/{bucket}/parts"
        identifier = re.search("<UploadId>(.*?)<", self.send(200, client, "POST", key, {"uploads": ""}).text)[1]
        upload, parts = {"uploadId": identifier}, ""
        for part in ("1", "2"):
            sent = self.send(200, client, "PUT", key, {"partNumber": part, **upload}, noise(5 << 20))
            parts += f"<Part><PartNumber>{part}</PartNumber><ETag>{sent.headers['ETag']}</ETag></Part>"
        source = {"x-amz-copy-source": f"/{bucket}/folder/3000000-copy"}
        copy = self.send(200, client, "PUT", key, {"partNumber": "3", **upload}, None, source)
        tag = re.search("<ETag>(.*?)<", copy.text)[1]
        parts += f"<Part><PartNumber>3</PartNumber><ETag>{tag}</ETag></Part>"
        self.send(200, client, "GET", key, upload)
        self.send(200, client, "POST", key, upload, f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>")
        self.send(200, client, "GET", key)
        identifier = re.search("<UploadId>(.*?)<", self.send(200, client, "POST", key, {"uploads": ""}).text)[1]
        self.send(200, client, "PUT", key, {"partNumber": "1", "uploadId": identifier}, b"x")
        self.send(204, client, "DELETE", key, {"uploadId": identifier})

    def do_refusals(self, number):
        unknown_client = ObjectClient(self.store.s3_port, ("stranger", "stranger-secret"))
        self.send(403, unknown_client, "GET", "/")
        self.send(403, unknown_client, "PUT", "/images/x.jpg", None, b"x")
        guesser = ObjectClient(self.store.s3_port, (ACCOUNT[0], "wrong-secret"))
        self.send(403, guesser, "PUT", "/account-9/x", None, b"x")
        self.ask(404, ObjectClient(self.store.s3_port, None), "GET", "/root-9/x")
        self.ask(404, self.store.client, "GET", "/nothing")
        self.ask(405, self.store.client, "POST", "/api/images")

    # Files that lose their names while they are sent, or never get one.

    def do_vanishing(self, number):
        bucket, size = f"vanishing-{number}", 40 << 20
        self.send(200, self.root, "PUT", f"/{bucket}")
        for change in ("DELETE", "PUT"):
            self.send(200, self.root, "PUT", f"/{bucket}/large", None, bytes(size))
            with self.trace.request(f"GET /{bucket}/large, changed by {change}"), self.begun(
                self.store.s3_port, self.root.presigned("GET", f"/{bucket}/large")
            ):
                self.send(204 if change == "DELETE" else 200, self.root, change, f"/{bucket}/large", None, b"x")
        name = f"vanishing-{number}-{time.monotonic_ns()}"
        folder = self.store.photo_folder(name, {"large.jpg": bytes(size), "small.jpg": b"x"})
        self.ask(200, self.store.client, "HEAD", f"/archive/{name}/")
        with self.trace.request(f"GET /archive/{name}/, deleted"), self.begun(self.store.port, f"/archive/{name}/"):
            (folder / "large.jpg").unlink()
        for port, target in (
            (self.store.port, "/api/upload/broken.jpg"), (self.store.s3_port, self.root.presigned("PUT", f"/{bucket}/x"))
        ):
            with self.trace.request(f"PUT {target.partition('?')[0]}, broken off"):
                with socket.create_connection(("127.0.0.1", port)) as client:
                    head = f"PUT {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {4 << 20}\r\n\r\n"
                    client.sendall(head.encode() + pictures.jpeg() + bytes(1 << 20))
                    time.sleep(0.2)
                time.sleep(0.2)

    @contextlib.contextmanager
    def begun(self, port, target):
        """A download that has begun, and is broken off at the end."""
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            client.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert b" 200 " in client.recv(1_000).split(b"\r\n")[0]
            yield
        time.sleep(0.2)

    # Special buckets.

    def do_special(self, number):
        self.send(200, self.root, "GET", "/images", {"list-type": "2"})
        self.send(200, self.root, "GET", "/photos", {"list-type": "2"})
        content = pictures.jpeg(seed=1000 + number)
        self.send(200, self.root, "PUT", f"/images/special-{number}.jpg", None, content)

    # The console.

    def do_console(self, number):
        for pair in (ROOT, ACCOUNT):
            visitor = Console(self.store)
            with self.trace.request("POST /-/console/session"):
                assert visitor.sign_in(*pair).status == 201
            operators = ("keys", "pictures", "blocked", "folders", "state", "log", "check")
            for path in ("session", *(operators if pair is ROOT else ())):
                with self.trace.request(f"GET /-/console/{path}"):
                    assert visitor.call("GET", path).status == 200, path
            with self.trace.request("GET /-/console/store/"):
                assert visitor.request("GET", "/-/console/store/").status == 200
            bucket = f"console-{pair[0]}-{number}"
            for expected, method, key, body in [
                (200, "PUT", "", None), (200, "PUT", "a/b.txt", b"x"), (200, "GET", "a/b.txt", None),
                (200, "GET", "", None), (204, "DELETE", "a/b.txt", None),
            ]:
                with self.trace.request(f"{method} /-/console/store/{bucket}/{key}"):
                    answer = visitor.store(method, bucket, key, body=body)
                assert answer.status == expected, (method, key, answer)
            with self.trace.request("GET /-/console/buckets/"):
                assert visitor.call("GET", f"buckets/{bucket}").status == 200
            with self.trace.request("POST /-/console/links"):
                link = {"method": "GET", "bucket": bucket, "key": "a", "expires": 60}
                assert visitor.call("POST", "links", link).status == 201
            if pair is ROOT:
                self.pictures_of_console(visitor, number)
                name = f"made-{number}-{time.monotonic_ns()}"
                with self.trace.request("POST /-/console/keys"):
                    assert visitor.call("POST", "keys", {"name": name}).status == 201
                with self.trace.request("DELETE /-/console/keys"):
                    assert visitor.call("DELETE", f"keys/{name}").status == 204
            with self.trace.request("DELETE /-/console/session"):
                assert visitor.call("DELETE", "session").status == 204
            with self.trace.request("GET /-/console/session, signed out"):
                visitor.call("GET", "keys")

    def pictures_of_console(self, visitor, number):
        content = pictures.jpeg(seed=2000 + number)
        facts = self.ask(201, self.store.client, "PUT", "/api/upload/a.jpg", content).json()
        with self.trace.request("POST /-/console/blocked"):
            answer = visitor.call("POST", "blocked", {"name": facts["name"]})
        assert answer.status in (200, 201, 204), answer
        self.ask(403, self.store.client, "PUT", "/api/upload/a.jpg", content)
        with self.trace.request("GET /-/console/blocked"):
            assert facts["sha256"] in [entry["sha256"] for entry in visitor.call("GET", "blocked").json()["blocked"]]
        with self.trace.request("DELETE /-/console/blocked"):
            assert visitor.call("DELETE", f"blocked/{facts['sha256']}").status == 204

    # Reports.

    def do_reports(self, number):
        for target in ("/healthz", "/metrics"):
            self.ask(200, self.store.client, "GET", target)


@pytest.mark.skipif(not may_trace(), reason="this user may not trace processes (kernel.yama.ptrace_scope)")
def test_no_request_makes_the_loop_wait_for_a_disk(store):
    store.add_key(*ACCOUNT)
    workers = store.full_pool()
    trace = LoopTrace(store.folder, workers)
    load = Load(store, trace)
    try:
        # One after the other, so that it is known what a call was made for.
        for work in load.all():
            work(1)
        # All at once, so that they meet; with a key that changes meanwhile, and a log that is rotated.
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            running = [threads.submit(work, number) for number in (2, 3) for work in load.all()]
            store.add_key("another", "another-secret")
            os.rename(store.logs / "app.log", store.logs / "app.log.1")
            store.supervisor.send_signal(signal.SIGUSR1)
            for one in running:
                one.result()
            # Again, while these workers end and others take their place.
            running = [threads.submit(work, 4) for work in load.all()]
            with trace.request("reload"):
                store.supervisor.send_signal(signal.SIGHUP)
                for one in running:
                    one.result()
                wait_until(lambda: not any(worker.alive() for worker in workers), 20, "the workers before have ended")
    finally:
        trace.stop()
    faults = trace.faults()
    assert not faults, "\n".join(faults)
    # Otherwise it would have seen nothing.
    assert {"epoll_create1", "accept4", "sendfile"} & {name for _, name, _ in trace.calls()}

"""Power cuts: whatever was answered is on the disk, whole, wherever the disk's writes end.

The data folder lies on a disk whose writes are logged (logged_disk.py). Clients of every kind write to it for a while, and
note how far the log was when they asked and when they were answered. Then the disk is rebuilt as cuts may have left it, the
program is started on it, and each thing must be in a state that it was answered to have, or was on its way to.
"""

import contextlib
import hashlib
import os
import random
import re
import signal
import subprocess
import threading
import time
import uuid
from xml.etree import ElementTree

import pytest

import harness
import logged_disk
import pictures
from harness import clean_environment, program, wait_until
from object_client import ObjectClient
from object_store import ObjectStore
from processes import processes_of_session

EATMYDATA = "/usr/lib/x86_64-linux-gnu/libeatmydata.so"
TEMPORARY = re.compile(r"(upload|put|[a-z]+)-[0-9a-f-]{20,}")
BUCKET = "cuts"

pytestmark = pytest.mark.skipif(logged_disk.missing() is not None, reason=str(logged_disk.missing()))


class Register:
    """One thing that has a value at each moment: what it was asked to become, and when that was asked and answered."""

    def __init__(self, value=None):
        self.changes = [(0, 0, value)]

    def allowed(self, cut):
        """The values that it may have after a cut at that position of the log."""
        answered = [change for change in self.changes if change[1] is not None and change[1] <= cut]
        under_way = [change for change in self.changes if change[0] < cut and (change[1] is None or change[1] > cut)]
        return {change[2] for change in answered[-1:] + under_way}


class Load:
    """Clients that change things, each only its own, one change after the other."""

    def __init__(self, store, disk, seed):
        self.store, self.disk, self.seed = store, disk, seed
        self.objects, self.pictures, self.keys, self.blocked = {}, {}, {}, {}
        self.policy = Register()
        self.expired = []
        self.failures = []

    def change(self, register, value, ask):
        """Asks for a change and waits for its answer."""
        asked = self.disk.position()
        register.changes.append((asked, None, value))
        answer = ask()
        register.changes[-1] = (asked, self.disk.position(), value)
        return answer

    def run(self, rounds):
        workers = [(self.put_objects, 0), (self.put_objects, 1), (self.upload_pictures, 2), (self.administer, 3)]
        threads = [threading.Thread(target=self._work, args=(work, number, rounds)) for work, number in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert self.failures == []

    def _work(self, work, number, rounds):
        try:
            work(random.Random(f"{self.seed} {number}"), number, rounds)
        except Exception as error:  # noqa: BLE001 -- told by the main thread
            self.failures.append(repr(error))

    def put_objects(self, chance, number, rounds):
        client = ObjectClient(self.store.s3_port)
        connection = client.connection()
        keys = [f"{number}/a", f"{number}/folder/b", f"{number}/folder/deeper/c", f"{number} with space.txt"]
        for key in keys:
            self.objects[key] = Register()

        def send(method, key, query=None, body=None, headers=None):
            answer = client.send(method, f"/{BUCKET}/{key}", query, body, headers, connection)
            assert answer.status in (200, 204), (method, key, answer)
            return answer

        for step in range(rounds):
            key = chance.choice(keys)
            register = self.objects[key]
            current = register.changes[-1][2]
            kind = chance.choice(["put", "put", "put", "delete", "copy", "parts", "tags"])
            body = chance.randbytes(chance.choice([0, 10, 5_000, 70_000]))
            # Long notes do not fit into the attributes of a file: they lie beside it.
            note = f"{number}-{step}" + "x" * chance.choice([0, 0, 1_800])
            value = (hashlib.sha256(body).hexdigest(), note, ())
            fields = {"x-amz-meta-note": note}
            if kind == "put":
                self.change(register, value, lambda: send("PUT", key, None, body, fields))
            elif kind == "delete":
                self.change(register, None, lambda: send("DELETE", key))
            elif kind == "parts":
                started = send("POST", key, {"uploads": ""}, b"", fields).text
                upload = re.search("<UploadId>(.*?)<", started)[1]
                tag = send("PUT", key, {"partNumber": "1", "uploadId": upload}, body).headers["ETag"]
                document = f"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{tag}</ETag></Part>"
                document = f"{document}</CompleteMultipartUpload>".encode()
                self.change(register, value, lambda: send("POST", key, {"uploadId": upload}, document))
            elif current is not None and kind == "copy":
                other = chance.choice([other for other in keys if other != key])
                source = {"x-amz-copy-source": f"/{BUCKET}/{key}".replace(" ", "%20")}
                self.change(self.objects[other], current, lambda: send("PUT", other, None, b"", source))
            elif current is not None and kind == "tags":
                tags = tuple((f"tag{n}", f"{step}" + "y" * chance.choice([1, 200])) for n in range(chance.choice([1, 9])))
                items = "".join(f"<Tag><Key>{name}</Key><Value>{text}</Value></Tag>" for name, text in tags)
                document = f"<Tagging><TagSet>{items}</TagSet></Tagging>".encode()
                self.change(register, (*current[:2], tags), lambda: send("PUT", key, {"tagging": ""}, document))

    def upload_pictures(self, chance, number, rounds):
        client = self.store.client
        there = {}
        for step in range(rounds):
            if there and chance.random() < 0.3:
                name = chance.choice(sorted(there))
                headers = {"Authorization": f"Bearer {there.pop(name)}"}
                target = f"/api/images/{name}"
                answer = self.change(self.pictures[name], None, lambda: client.request("DELETE", target, None, headers))
                assert answer.status == 204, answer
                continue
            content = pictures.jpeg(64, 48, seed=step + 1)
            query = chance.choice(["", "?expires=7d", "?visibility=unlisted", "?expires=1"])
            asked = self.disk.position()
            answer = client.upload(content, f"cat {step}.jpg", "/api/upload" + query)
            assert answer.status == 201, answer
            facts = answer.json()
            if query == "?expires=1":
                # Over long before anybody looks.
                self.expired.append(facts["name"])
                continue
            value = (facts["sha256"], facts["original_name"], facts["visibility"], "7d" in query)
            register = self.pictures[facts["name"]] = Register()
            register.changes.append((asked, self.disk.position(), value))
            there[facts["name"]] = facts["delete_token"]
            if chance.random() < 0.3:
                client.get(f"/thumbs/{facts['name']}")

    def administer(self, chance, number, rounds):
        root = ObjectClient(self.store.s3_port)
        for step in range(rounds // 8):
            name = f"key{chance.randrange(3)}"
            register = self.keys.setdefault(name, Register())
            if register.changes[-1][2] is None:
                self.change(register, True, lambda: self.command("key", "add", name, "--secret", "secret-0123456789"))
            else:
                self.change(register, None, lambda: self.command("key", "remove", name))
            digest = hashlib.sha256(f"{chance.randrange(4)}".encode()).hexdigest()
            register = self.blocked.setdefault(digest, Register())
            wanted = None if register.changes[-1][2] else True
            self.change(register, wanted, lambda: self.command("picture", "block" if wanted else "unblock", digest))
            document = (
                f'{{"Version":"2012-10-17","Statement":[{{"Sid":"s{step}","Effect":"Allow","Principal":"*",'
                f'"Action":"s3:GetObject","Resource":"arn:aws:s3:::{BUCKET}/public/*"}}]}}'
            )
            answer = self.change(self.policy, step, lambda: root.send("PUT", f"/{BUCKET}", {"policy": ""}, document.encode()))
            assert answer.status == 204, answer

    def command(self, *arguments):
        return command(self.store, *arguments)


def command(store, *arguments):
    done = subprocess.run(
        [*store.launcher, program(), *arguments], cwd=store.folder, env=clean_environment(store.settings), capture_output=True, text=True
    )
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


class Look:
    """What a program that was started after a cut shows of everything."""

    def __init__(self, store, load):
        self.store, self.load = store, load
        self.root = ObjectClient(store.s3_port)
        # Kept: there are some hundred requests for each cut.
        self.store_wire, self.site_wire = self.root.connection(), store.client.connection()

    def fetch(self, *arguments):
        return self.root.fetch(*arguments, connection=self.store_wire)

    def get(self, target):
        return self.store.client.get(target, connection=self.site_wire)

    def faults(self, cut):
        """What is not as it was answered to be."""
        found = [self.object_faults(cut), self.picture_faults(cut), self.administration_faults(cut), self.remains()]
        return [fault for faults in found for fault in faults]

    def wrong(self, what, register, cut, value):
        allowed = register.allowed(cut)
        return [] if value in allowed else [f"{what}: is {value}, may be {allowed}"]

    def object_faults(self, cut):
        if self.root.head(f"/{BUCKET}").status != 200:
            return ["the bucket, which was there before all else, is gone"]
        faults, there = [], set()
        for key, register in self.load.objects.items():
            value = self.object_value(key)
            there |= {key} if value else set()
            faults += self.wrong(f"object {key}", register, cut, value)
        listed = set(self.root.keys(BUCKET))
        if listed != there:
            faults.append(f"listed {sorted(listed)}, there {sorted(there)}")
        return faults

    def object_value(self, key):
        answer = self.fetch(f"/{BUCKET}/{key}")
        if answer.status == 404:
            return None
        assert answer.status == 200, (key, answer)
        tags = self.fetch(f"/{BUCKET}/{key}", {"tagging": ""})
        parsed = ElementTree.fromstring(tags.body)
        names = [element.text for element in parsed.iter() if element.tag.endswith("Key")]
        values = [element.text for element in parsed.iter() if element.tag.endswith("Value")]
        note = answer.headers["x-amz-meta-note"] or ""
        return hashlib.sha256(answer.body).hexdigest(), note, tuple(zip(names, values, strict=True))

    def picture_faults(self, cut):
        faults, there = [], set()
        for name, register in self.load.pictures.items():
            facts, file = self.get(f"/api/images/{name}"), self.get(f"/images/{name}")
            value = None
            if facts.status == 200:
                facts = facts.json()
                # Caches are told not to keep a picture that expires: its mark is there, too.
                expires = file.headers["Cache-Control"] == "no-cache"
                value = (hashlib.sha256(file.body).hexdigest(), facts["original_name"], facts["visibility"], expires)
                assert expires == (facts.get("expires_at") is not None), name
                if facts["visibility"] == "public":
                    there.add(name)
            elif file.status == 200:
                faults.append(f"picture {name} has a file and no facts")
            faults += self.wrong(f"picture {name}", register, cut, value)
        for name in self.load.expired:
            if self.get(f"/api/images/{name}").status != 404:
                faults.append(f"picture {name} has expired and is there")
        page = self.get("/api/images?limit=100").json()
        listed = {one["name"] for one in page["images"]}
        while page["next"]:
            page = self.get(f"/api/images?limit=100&after={page['next']}").json()
            listed |= {one["name"] for one in page["images"]}
        # A picture whose answer was never sent has a name that nobody knows.
        if not there <= listed or any(name in self.load.pictures for name in listed - there):
            faults.append(f"listed {sorted(listed)}, there {sorted(there)}")
        return faults

    def administration_faults(self, cut):
        keys, blocked = command(self.store, "key", "list"), command(self.store, "picture", "blocked")
        faults = []
        for name, register in self.load.keys.items():
            faults += self.wrong(f"key {name}", register, cut, True if name in keys else None)
        for digest, register in self.load.blocked.items():
            faults += self.wrong(f"blocked {digest}", register, cut, True if digest in blocked else None)
        policy = re.search(r'"s(\d+)"', self.fetch(f"/{BUCKET}", {"policy": ""}).text)
        return faults + self.wrong("policy", self.load.policy, cut, int(policy[1]) if policy else None)

    def remains(self):
        """Temporary files of those that the cut ended."""

        def found():
            names = [path for path in self.store.data.rglob(".vitrine/**/*") if path.is_file()]
            return [path.name for path in names if TEMPORARY.fullmatch(path.name) or ".tmp" in path.name]

        deadline = time.monotonic() + 5
        while found() and time.monotonic() < deadline:
            time.sleep(0.1)
        return [f"left behind: {name}" for name in found()] + self.half_thumbnails()

    def half_thumbnails(self):
        """A thumbnail may be lost, but what has the name of one is whole: its length stands in it (RIFF)."""
        faults = []
        for path in (self.store.data / "thumbs").rglob("*.*"):
            if path.is_file() and ".vitrine" not in path.parts:
                content = path.read_bytes()
                if content[:4] != b"RIFF" or len(content) != 8 + int.from_bytes(content[4:8], "little"):
                    faults.append(f"half a thumbnail: {path.name}")
        return faults


def cut_power(tmp_path, kind, rounds, count, environment=None, most_faults=20):
    """The faults of so many cuts, and how many there were; no further ones after so many faults."""
    seed = os.environ.get("VITRINE_TEST_SEED", str(random.randrange(10**6)))
    print(f"seed {seed}", flush=True)
    tmp_path.mkdir(exist_ok=True)
    with logged_disk.LoggedDisk(tmp_path / "disk", kind) as disk:
        settings = {"VITRINE_DATA": str(disk.point / "data")}
        store = ObjectStore(tmp_path / "before", settings)
        try:
            with preloaded(environment):
                store.start()
            assert ObjectClient(store.s3_port).put(f"/{BUCKET}", b"").status == 200
            load, start = Load(store, disk, seed), disk.position()
            load.run(rounds)
            end = disk.position()
        finally:
            store.kill()
    log = logged_disk.WriteLog(disk.log)
    point = tmp_path / "after"
    checker = Checker(tmp_path / "checker", {"VITRINE_DATA": str(point / "data"), "VITRINE_WORKERS": "1"})
    size = logged_disk.MAKE[kind][0] << 20
    faults, number = [], 0
    cuts = logged_disk.cuts(log, size, disk.folder, start, end, count, random.Random(seed))
    try:
        for number, (cut, image) in enumerate(cuts, start=1):
            with logged_disk.mounted(image, point, kind):
                try:
                    checker.start_again()
                    faults += [f"cut {number} at {cut}: {fault}" for fault in Look(checker, load).faults(cut)]
                except DoesNotStart as error:
                    faults.append(f"cut {number} at {cut}: {error}")
                finally:
                    checker.kill_program()
            if len(faults) > most_faults:
                break
    finally:
        checker.kill()
    return faults, number


class DoesNotStart(Exception):
    """The program does not start on what a cut has left."""


class Checker(ObjectStore):
    """A program that is started on one disk after the other, behind the same nginx, each time as after another boot: the
    power was off."""

    def start_again(self):
        boot = self.folder / "boot_id"
        boot.write_text(f"{uuid.uuid4()}\n")
        script = 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"'
        self.launcher = ("unshare", "--mount", "sh", "-c", script, str(boot))
        try:
            if self.nginx is None:
                self.start()
            else:
                self.start_program()
                wait_until(self._answers, 20, "GET /healthz answers 200")
        except AssertionError as error:
            raise DoesNotStart(str(error)) from None

    def kill_program(self):
        for process in processes_of_session(self.supervisor.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        self.supervisor.wait(10)
        # They had the disk mounted, too.
        wait_until(lambda: not processes_of_session(self.supervisor.pid), 10, "no process is left")


class preloaded:
    """Starts programs with a library that takes their syncs away."""

    def __init__(self, library):
        self.library = library

    def __enter__(self):
        self.original = harness.clean_environment
        if self.library:
            extra = {"LD_PRELOAD": self.library}
            harness.clean_environment = lambda settings=None: {**self.original(settings), **extra}

    def __exit__(self, *_):
        harness.clean_environment = self.original


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", logged_disk.MAKE)
def test_what_was_answered_survives_a_power_cut(tmp_path, kind):
    faults, number = cut_power(tmp_path, kind, rounds=60, count=60)
    assert faults == [] and number == 60


@pytest.mark.full
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("kind", logged_disk.MAKE)
def test_what_was_answered_survives_any_power_cut(tmp_path, kind):
    # Many short loads: what a look after a cut takes grows with what the load has left.
    number = 0
    while number < 2_000:
        faults, cuts = cut_power(tmp_path / f"load-{number}", kind, rounds=60, count=100)
        assert faults == []
        number += cuts


def test_power_cuts_find_a_program_that_does_not_sync(tmp_path):
    """The control: with syncs that do nothing the same test fails."""
    if not os.path.exists(EATMYDATA):
        pytest.skip("needs libeatmydata")
    faults, _ = cut_power(tmp_path, "ext4", rounds=60, count=20, environment=EATMYDATA, most_faults=0)
    assert faults != []

"""deploy/Dockerfile and deploy/compose.yaml, without Docker: buildah builds both images on bases made by debootstrap, with
this machine's Swift toolchain, and runs their entry points. The engine's own parts (networks, health, restarts) are
run by test_docker.py."""

import contextlib
import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import zipfile
from pathlib import Path

import pytest

import pictures
from docker_engine import DOCKERFILE, TOOLCHAIN, slim_base
from harness import CLONE, clean_environment, processes_of_session, wait_until
from network import Network

MISSING = [name for name in ("buildah", "debootstrap", "unshare", "swift") if not shutil.which(name)]
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(os.geteuid() != 0 or bool(MISSING), reason=f"needs root {' '.join(MISSING)}"),
]
KEYS = {"VITRINE_ACCESS_KEY": "operator", "VITRINE_SECRET_KEY": "a secret of the operator"}
# The volumes of the compose file, by container.
MOUNTS = {
    "app": {
        "data": "/data",
        "images": "/data/images",
        "thumbs": "/data/thumbs",
        "logs": "/logs",
        "socket": "/run/vitrine",
        "photos": "/photos:ro",
    },
    "nginx": {"images": "/data/images:ro", "thumbs": "/data/thumbs:ro", "socket": "/run/vitrine"},
}


class Builder:
    """buildah with a store of its own."""

    def __init__(self, folder):
        self.options = ["--root", str(folder / "store"), "--runroot", str(folder / "run")]
        self.environment = {**clean_environment(), "BUILDAH_ISOLATION": "chroot"}

    def command(self, action, *arguments):
        return ["buildah", *self.options, action, *map(str, arguments)]

    def run(self, action, *arguments):
        done = subprocess.run(self.command(action, *arguments), env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            pytest.fail(f"buildah {action}: {done.stdout[-4000:]}{done.stderr[-2000:]}", pytrace=False)
        return done.stdout.strip()

    def size(self, image):
        """Bytes of all files of an image."""
        container = self.run("from", image)
        used = subprocess.run(["du", "-sxb", self.run("mount", container)], capture_output=True, text=True, check=True)
        self.run("rm", container)
        return int(used.stdout.split()[0])


@pytest.fixture(scope="module")
def builder(tmp_path_factory):
    made = Builder(tmp_path_factory.mktemp("b"))
    yield made
    subprocess.run(made.command("rm", "--all"), env=made.environment, capture_output=True)
    subprocess.run(made.command("rmi", "--all", "--force"), env=made.environment, capture_output=True)


@pytest.fixture(scope="module")
def images(builder):
    """Both images, from the Dockerfile as it is."""
    toolchain = Path(shutil.which("swift")).resolve().parents[2]
    base = builder.run("from", "scratch")
    builder.run("add", "--quiet", base, slim_base(), "/")
    builder.run("config", "--cmd", "bash", base)
    builder.run("commit", "--quiet", base, "debian-slim")
    compiler = builder.run("from", "debian-slim")
    install = f"apt-get -q update && apt-get -q -y --no-install-recommends install {TOOLCHAIN}"
    builder.run("run", compiler, "--", "sh", "-c", install)
    builder.run("config", "--env", f"PATH={toolchain}/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin", compiler)
    builder.run("commit", "--quiet", compiler, "swift")
    for target in ("app", "nginx"):
        arguments = ["--format", "docker", "--layers", "--file", CLONE / "deploy/Dockerfile", "--target", target]
        arguments += ["--build-arg", "SWIFT_IMAGE=localhost/swift", "--build-arg", "DEBIAN_IMAGE=localhost/debian-slim"]
        arguments += ["--volume", f"{toolchain}:{toolchain}:ro", "--tag", f"vitrine-{target}", CLONE]
        builder.run("build", *arguments)
    return builder


def health_check(target):
    """The command of a stage's HEALTHCHECK."""
    stage = DOCKERFILE.split(f"AS {target}\n")[1].split("\nFROM ")[0].replace("\\\n", " ")
    return re.search(r"^HEALTHCHECK .*?CMD (.*)$", stage, re.MULTILINE).group(1)


class Pod:
    """The processes of both containers in a network of their own, with the volumes of the compose file."""

    def __init__(self, images, folder, network):
        self.images, self.folder, self.network = images, folder, network
        self.processes = {}
        for name in ("data", "data/images", "data/thumbs", "images", "thumbs", "logs", "socket", "cache", "photos"):
            (folder / name).mkdir(parents=True, exist_ok=True)
            # As the engine gives a new volume the owner of the image's folder.
            if name != "photos":
                os.chown(folder / name, 970, 970)

    def volumes(self, target):
        mounts = {**MOUNTS[target], **({"cache": "/var/cache/vitrine"} if target == "nginx" else {})}
        return [word for name, place in mounts.items() for word in ("--volume", f"{self.folder / name}:{place}")]

    def command(self, target, *command):
        container = self.images.run("from", f"localhost/vitrine-{target}")
        settings = {"PHOTOS_DIR": "/photos", **KEYS} if target == "app" else {"VITRINE_ACCESS_KEY": "operator"}
        arguments = self.volumes(target) + [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
        return self.network.command(*self.images.command("run", *arguments, "--user", "vitrine", container, "--", *command))

    def start(self, target, *command):
        self.processes[target] = subprocess.Popen(
            self.command(target, *command),
            env=self.images.environment,
            stdin=subprocess.DEVNULL,
            stdout=open(self.folder / f"{target}.log", "wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def is_healthy(self, target):
        command = self.command(target, "sh", "-c", health_check(target))
        return subprocess.run(command, env=self.images.environment, capture_output=True).returncode == 0

    def stop(self, target, name, how):
        """As the engine stops a container: its signal to the first process, whose end is waited for."""
        leader = self.processes.pop(target)
        inside = [process for process in processes_of_session(leader.pid) if process.name() == name]
        first = [process for process in inside if process.parent() not in {other.pid for other in inside}]
        os.kill(first[0].pid, how)
        return leader.wait(40)

    def kill(self):
        for leader in self.processes.values():
            for process in processes_of_session(leader.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            leader.wait(10)


@pytest.fixture(scope="module")
def pod(images, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pod")
    # The user of the containers must be able to get there.
    for path in [folder, *folder.parents]:
        if path.stat().st_mode & 0o055 != 0o055:
            path.chmod(path.stat().st_mode | 0o055)
    with Network() as network:
        made = Pod(images, folder, network)
        try:
            entry = re.findall(r'^(?:ENTRYPOINT|CMD) \["(.*)"\]$', DOCKERFILE, re.MULTILINE)
            made.start("app", entry[0], entry[1])
            wait_until((folder / "socket/fastcgi.sock").exists, 20, "the program listens")
            made.start("nginx", entry[2])
            client = network.client("localhost", 8080)

            def answers():
                with contextlib.suppress(OSError):
                    return client.get("/healthz").status == 200

            wait_until(answers, 20, "nginx answers")
            yield made
        finally:
            made.kill()


def test_images_are_small(images):
    for target in ("app", "nginx"):
        size = images.size(f"localhost/vitrine-{target}")
        print(f"{target}: {size / 1e6:.1f} MB")
        assert size < 120e6, target


@pytest.mark.parametrize("target", ["app", "nginx"])
def test_images_run_as_nobody_special_and_say_how_they_are(images, target):
    said = images.run("inspect", "--type", "image", f"localhost/vitrine-{target}")
    assert '"User": "vitrine"' in said and '"Healthcheck"' in said


def test_pictures_archives_and_objects_go_through_both(pod):
    client = pod.network.client("localhost", 8080)
    facts = client.upload(pictures.jpeg(), "cat.jpg").json()
    assert facts["url"] == f"http://localhost:8080/images/{facts['name']}"
    assert len(client.get(f"/images/{facts['name']}").body) == facts["size"]
    assert (pod.folder / "images" / facts["name"]).is_file()
    assert client.get(f"/thumbs/{facts['name']}").status == 307
    folder = pod.folder / "photos/trip"
    folder.mkdir()
    (folder / "one.jpg").write_bytes(pictures.jpeg())
    archive = zipfile.ZipFile(io.BytesIO(client.get("/archive/trip/").body))
    assert archive.read("one.jpg") == pictures.jpeg()
    assert client.upload(b"x" * (6 << 20), "large.jpg").problem() == (413, "too-large")
    assert "cat.jpg uploaded" in (pod.folder / "logs/app.log").read_text()
    assert pod.network.client("localhost", 9000).get("/").headers["x-amz-id-2"] == "vitrine"
    assert pod.network.client("localhost", 9001).get("/").status == 200


@pytest.mark.parametrize("target", ["app", "nginx"])
def test_health_checks_hold(pod, target):
    assert pod.is_healthy(target)


def test_stop_signals_end_both_in_good_order(pod):
    signals = re.findall(r"^STOPSIGNAL SIG(\w+)$", DOCKERFILE, re.MULTILINE)
    assert signals == ["TERM", "QUIT"]
    assert pod.stop("nginx", "nginx", signal.SIGQUIT) == 0
    assert pod.stop("app", "vitrine", signal.SIGTERM) == 0


@pytest.mark.parametrize("target", ["app", "nginx"])
def test_compose_file_mounts_what_is_mounted_here(target):
    text = (CLONE / "deploy/compose.yaml").read_text().replace("${PHOTOS_DIR:-photos}", "photos")
    service = re.search(rf"(?ms)^  {target}:\n(.*?)(?=^  \w|^\w)", text).group(1)
    assert dict(re.findall(r"^      - (\w+):(/\S+)$", service, re.MULTILINE)) == MOUNTS[target]


def test_compose_file_names_what_the_dockerfile_has():
    text = (CLONE / "deploy/compose.yaml").read_text()
    stages = re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.MULTILINE)
    assert stages == ["build", "app", "nginx"]
    assert set(re.findall(r"target: (\w+)", text)) == {"app", "nginx"}
    for path in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE):
        assert all((CLONE / name).exists() for name in shlex.split(path)), path

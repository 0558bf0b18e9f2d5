"""./deploy/run from a user's seat: it starts, says where to look, and stops what it started, nothing else."""

import contextlib
import io
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

import pictures
from harness import CLONE, Client, clean_environment, free_port, processes_of_session, program, wait_until


def own_clone(folder):
    """A copy of the clone's files with the build made already, so that every test has a var/ of its own."""
    folder.mkdir()
    for name in ("deploy", "nginx", "www", "Package.swift", "Sources", "Tests"):
        (folder / name).symlink_to(CLONE / name)
    (folder / "deploy").unlink()
    shutil.copytree(CLONE / "deploy", folder / "deploy")
    return folder


@pytest.fixture
def clone(tmp_path):
    """A folder whose name has a space."""
    return own_clone(tmp_path / "my clone")


@pytest.fixture
def toolchain(tmp_path):
    """A `swift` that hands out the program under test instead of building it again for minutes."""
    folder = tmp_path / "toolchain"
    folder.mkdir()
    swift = folder / "swift"
    swift.write_text(
        "#!/bin/sh\n"
        'case $1 in --version) echo "Swift version ${STUB_VERSION:-6.2.3} (stub)"; exit ;; esac\n'
        'echo "swift $*"; [ -z "$STUB_FAILS" ] || exit 1\n'
        f"mkdir -p .build/release && ln -sf '{program()}' .build/release/vitrine\n"
    )
    swift.chmod(0o755)
    return str(folder)


class Run:
    """A running deploy/run, its output in a file."""

    def __init__(self, clone, toolchain, cwd="/", settings=None):
        self.clone, self.port = clone, free_port()
        self.output_path = clone / "output"
        environment = clean_environment({"VITRINE_HTTP_PORT": str(self.port), **(settings or {})})
        environment["PATH"] = f"{toolchain}:{environment['PATH']}"
        self.process = subprocess.Popen(
            [clone / "deploy/run"],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=open(self.output_path, "wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.client = Client("127.0.0.1", self.port)

    def output(self):
        return self.output_path.read_text()

    def ready(self):
        def up():
            assert self.process.poll() is None, self.output()
            return "Ctrl-C stops it" in self.output()

        wait_until(up, 60, "deploy/run is up")
        time.sleep(0.1)
        return self

    def ends(self, seconds=15):
        status = self.process.wait(seconds)
        wait_until(lambda: not processes_of_session(self.process.pid), 3, "nothing of it runs")
        return status

    def named(self, name):
        return [process for process in processes_of_session(self.process.pid) if process.name() == name]


@pytest.fixture
def run(clone, toolchain):
    """run(settings…) starts deploy/run; whatever is left at the end of the test is ended."""
    started = []

    def start(**options):
        started.append(Run(clone, toolchain, **options))
        return started[-1]

    yield start
    for one in started:
        for process in processes_of_session(one.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        one.process.wait(5)


def test_prints_addresses_that_work(run):
    up = run().ready()
    addresses = re.findall(rf"http://127\.0\.0\.1:{up.port}(/\S*)", up.output())
    assert "/" in addresses and "/upload" in addresses and "/images/" in addresses
    for address in addresses:
        assert up.client.get(address).status == 200, address
    sample = next(address for address in addresses if address.startswith("/archive/"))
    assert re.fullmatch(r"/archive/[0-9a-f]{32}/", sample)
    archive = zipfile.ZipFile(io.BytesIO(up.client.get(sample).body))
    assert len(archive.namelist()) >= 3 and archive.testzip() is None
    facts = up.client.upload(pictures.png(), "a.png").json()
    assert facts["url"] == f"http://127.0.0.1:{up.port}/images/{facts['name']}"
    assert up.client.get(f"/images/{facts['name']}").status == 200
    log = (up.clone / "var/logs/app.log").read_text()
    assert "Success: image a.png uploaded." in log


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_all_of_it_and_exits_0(run, how):
    up = run().ready()
    bystander = subprocess.Popen(["sleep", "60"])
    up.process.send_signal(how)
    assert up.ends() == 0
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()
    with pytest.raises(OSError):
        up.client.get("/")


def test_control_c_in_a_terminal_reaches_only_the_script(run):
    """The terminal's interrupt goes to the script's process group; the downloads in flight are finished."""
    up = run(settings={"VITRINE_DEBUG": "1"}).ready()
    sample = re.search(r"/archive/\w+/", up.output()).group(0)
    connection = up.client.connection()
    connection.request("GET", sample)
    response = connection.getresponse()
    os.killpg(up.process.pid, signal.SIGINT)
    assert len(response.read()) == int(response.headers["Content-Length"])
    connection.close()
    assert up.ends() == 0


def test_starts_again_in_the_same_clone_with_what_it_had(run):
    up = run().ready()
    name = up.client.upload(pictures.png(), "a.png").json()["name"]
    up.process.terminate()
    assert up.ends() == 0
    again = run().ready()
    assert again.client.get(f"/images/{name}").status == 200


@pytest.mark.parametrize("who", ["vitrine", "nginx"])
def test_child_that_dies_stops_the_other(run, who):
    up = run().ready()
    leaders = [process for process in up.named(who) if process.parent() == up.process.pid]
    os.kill(leaders[0].pid, signal.SIGKILL)
    assert up.ends() == 1
    assert who in up.output().splitlines()[-1]


def test_killed_script_takes_its_children_along(run):
    up = run().ready()
    up.process.kill()
    up.process.wait(5)
    wait_until(lambda: not processes_of_session(up.process.pid), 35, "the children end")


def refusal(up):
    """The one line of a refused start."""
    assert up.ends(60) == 1
    lines = [line for line in up.output().splitlines() if not line.startswith("swift build")]
    assert len(lines) == 1, lines
    return lines[0]


def test_port_that_is_taken(run):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        line = refusal(run(settings={"VITRINE_HTTP_PORT": port}))
    assert port in line and "VITRINE_HTTP_PORT" in line


@pytest.mark.parametrize(
    "settings, named",
    [
        ({"VITRINE_HTTP_PORT": "http"}, "VITRINE_HTTP_PORT"),
        ({"VITRINE_MAX_UPLOAD": "much"}, "VITRINE_MAX_UPLOAD"),
        ({"VITRINE_LISTEN": "here"}, "VITRINE_LISTEN"),
        ({"STUB_VERSION": "6.1.3"}, "6.2.3"),
        ({"STUB_VERSION": "6.2"}, "6.2.3"),
        ({"STUB_FAILS": "1"}, "build failed"),
    ],
)
def test_refuses_with_one_line(run, settings, named):
    assert named in refusal(run(settings=settings))


def test_wrong_setting_of_the_program_is_named(run):
    up = run(settings={"VITRINE_LANGUAGE": "xx"})
    assert up.ends(60) == 1
    assert "VITRINE_LANGUAGE" in up.output()


def test_missing_toolchain(clone, tmp_path):
    """A PATH with everything but swift."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for folder in ("/usr/bin", "/bin", "/usr/sbin", "/sbin"):
        for entry in os.listdir(folder):
            if not entry.startswith("swift") and not (tools / entry).is_symlink():
                (tools / entry).symlink_to(f"{folder}/{entry}")
    done = subprocess.run(
        [clone / "deploy/run"],
        env={**clean_environment({"VITRINE_HTTP_PORT": str(free_port())}), "PATH": str(tools)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Swift" in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_second_run_in_the_same_clone(run):
    run().ready()
    assert "another deploy/run" in refusal(run())


def test_other_data_and_photo_folders_given_relative_to_the_caller(run, tmp_path):
    photos = tmp_path / "holiday"
    (photos / "abc").mkdir(parents=True)
    (photos / "abc/one.jpg").write_bytes(pictures.jpeg())
    up = run(cwd=tmp_path, settings={"VITRINE_DATA": "store", "PHOTOS_DIR": "holiday"}).ready()
    assert up.client.get("/archive/abc/").status == 200
    name = up.client.upload(pictures.png(), "a.png").json()["name"]
    assert (tmp_path / "store/images" / name).exists()
    assert not (up.clone / "var/data").exists()
    assert sorted(os.listdir(photos)) == ["abc"]


def test_clone_so_deep_that_its_socket_needs_another_place(tmp_path, toolchain):
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    clone = own_clone(deep / "clone")
    up = Run(clone, toolchain)
    try:
        up.ready()
        assert up.client.get("/healthz").status == 200
        up.process.terminate()
        assert up.ends() == 0
    finally:
        up.process.kill()


@pytest.mark.skipif(os.geteuid() != 0, reason="takes another user's identity, which only root may")
def test_ordinary_user_runs_it_too(toolchain):
    """In a clone that belongs to the user; all packages are there already."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        clone = own_clone_for(folder)
        port = free_port()
        process = subprocess.Popen(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", f"{clone}/deploy/run"],
            env={"PATH": f"{clone}/toolchain:{os.environ['PATH']}", "HOME": folder, "VITRINE_HTTP_PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=open(f"{folder}/output", "wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        client = Client("127.0.0.1", port)
        try:
            wait_until(lambda: "Ctrl-C stops it" in open(f"{folder}/output").read() or process.poll() is not None, 60)
            assert process.poll() is None, open(f"{folder}/output").read()
            assert client.upload(pictures.png(), "a.png").status == 201
            process.terminate()
            assert process.wait(15) == 0
        finally:
            process.kill()


def own_clone_for(folder):
    """A real copy, program included, that anyone may read and user 65534 owns."""
    clone = f"{folder}/clone"
    os.makedirs(f"{clone}/toolchain")
    for name in ("deploy", "nginx", "www"):
        shutil.copytree(CLONE / name, f"{clone}/{name}")
    shutil.copy(program(), f"{clone}/program")
    with open(f"{clone}/toolchain/swift", "w") as swift:
        swift.write("#!/bin/sh\n[ $1 = --version ] && echo 'Swift version 6.2.3' && exit\n")
        swift.write("mkdir -p .build/release && cp program .build/release/vitrine\n")
    os.chmod(f"{clone}/toolchain/swift", 0o755)
    subprocess.run(["chown", "-R", "65534:65534", folder], check=True)
    return clone


def user_of(process):
    return pwd.getpwuid(os.stat(f"/proc/{process.pid}").st_uid).pw_name


@pytest.mark.skipif(os.geteuid() != 0, reason="gives up the rights of root")
def test_root_gives_its_rights_up_where_another_user_reaches_all_of_it(toolchain):
    with tempfile.TemporaryDirectory(prefix="vitrine-run-", dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        reachable = subprocess.run(
            ["setpriv", "--reuid", "www-data", "--regid", "www-data", "--init-groups", "--", "test", "-x", program()]
        ).returncode == 0
        if not reachable:
            pytest.skip("the program under test is where only root reaches it")
        up = Run(own_clone(Path(folder) / "clone"), toolchain)
        try:
            up.ready()
            assert "Running as root" not in up.output()
            for process in [*up.named("vitrine"), *up.named("vitrine-worker")]:
                assert user_of(process) == "www-data"
            users = [user_of(process) for process in up.named("nginx")]
            assert sorted(set(users)) == ["root", "www-data"] and users.count("root") == 1
            facts = up.client.upload(pictures.png(), "a.png").json()
            assert up.client.get(f"/images/{facts['name']}").status == 200
            up.process.send_signal(signal.SIGTERM)
            assert up.ends() == 0
        finally:
            for process in processes_of_session(up.process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            up.process.wait(5)


@pytest.mark.skipif(os.geteuid() != 0, reason="keeps the rights of root")
def test_root_stays_root_and_says_so_where_nobody_else_reaches_the_data(run, tmp_path):
    data = tmp_path / "private"
    data.mkdir(mode=0o700)
    up = run(settings={"VITRINE_DATA": str(data)}).ready()
    said = [line for line in up.output().splitlines() if line.startswith("Running as root: ")]
    assert len(said) == 1
    assert {user_of(process) for process in up.named("nginx")} == {"root"}

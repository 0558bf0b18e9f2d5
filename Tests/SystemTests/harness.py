"""Starts the real program behind a real nginx, in a folder of its own, and stops both without a trace."""

import contextlib
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import shared_storage
from http_client import Client
from processes import processes_of_session

CLONE = Path(__file__).resolve().parents[2]
LOG_LINE = re.compile(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] \S[^\x00-\x1f\x7f-\x9f\u2028\u2029]*")


def program():
    """The program under test: VITRINE_BIN, or the clone's release build."""
    return os.environ.get("VITRINE_BIN", str(CLONE / ".build/release/vitrine"))


def nginx_program():
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")


def clean_environment(settings=None):
    """An environment without any setting but those given: the program refuses names that it does not know."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TZ", "TMPDIR")}
    return {**kept, "LANG": "C.UTF-8", **(settings or {})}


ports_given = set()


def free_port(host="127.0.0.1"):
    """A port that nothing listens at, another one each time: who is given it may begin to listen much later."""
    while True:
        with socket.socket() as probe:
            probe.bind((host, 0))
            port = probe.getsockname()[1]
        if port not in ports_given:
            ports_given.add(port)
            return port


def wait_until(condition, seconds=10, what="condition"):
    """The first true value of `condition()`; fails after that many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)


def let_pass(seconds, what):
    """Sleeps, where it is the time itself that is tested, or where nothing tells that `what` has happened."""
    assert what
    time.sleep(seconds)


class Server:
    """`vitrine serve` and nginx in a folder. Settings are environment variables of the program.

    `reach` is the address that nginx listens on; 0.0.0.0 makes it reachable as a client that is not on loopback.
    """

    # What starts the program, where that is not this process: a command and its arguments.
    launcher = ()
    # Where the program lies, if that is not `program()`.
    program_path = None
    # Database and engine, where pictures are not on the disk; and for how long nginx hands out one before it asks again.
    shared = None
    cache_time = "0s"
    # What nginx's environment has beside that of the tests.
    nginx_environment = {}

    def __init__(self, folder, settings=None, arguments=(), reach="127.0.0.1", config=None):
        self.folder = Path(folder)
        self.data = Path((settings or {}).get("VITRINE_DATA", self.folder / "data"))
        self.photos = Path((settings or {}).get("PHOTOS_DIR", self.data / "photos"))
        self.images = self.data / "images"
        self.logs = self.folder / "logs"
        self.socket_path = self.folder / "run/fastcgi.sock"
        self.settings = {
            "VITRINE_LISTEN": f"unix:{self.socket_path}",
            "VITRINE_DATA": str(self.data),
            "VITRINE_LOGS": str(self.logs),
            "VITRINE_WORKERS": "2",
            # Folders here are filled at once, and asked for at once: nobody is to wait until they have settled.
            "VITRINE_SETTLE": "0",
            **(settings or {}),
        }
        # VITRINE_TEST_STORAGE=engine: pictures, objects and keys in a database and an engine, where nothing else is said.
        if os.environ.get("VITRINE_TEST_STORAGE") == "engine" and "VITRINE_ENGINE" not in self.settings:
            self.shared = shared_storage.SharedStorage()
            self.settings |= {"PHOTOS_DIR": str(self.photos), **self.shared.settings}
        self.arguments = list(arguments)
        self.reach = reach
        self.supervisor = None
        self.nginx = None
        for name in ("run", "logs", "tmp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.data.mkdir(parents=True, exist_ok=True)
        self.photos.mkdir(parents=True, exist_ok=True)

    # Starting and stopping.

    def start(self):
        self.start_program()
        self.start_nginx()
        return self

    def start_program(self):
        self.program_log = self.folder / "program.log"
        with open(self.program_log, "ab") as log:
            self.supervisor = subprocess.Popen(
                [*self.launcher, self.program_path or program(), "serve", *self.arguments],
                cwd=self.folder,
                env=clean_environment(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self._listening, 20, "the program listens")

    def _listening(self):
        assert self.supervisor.poll() is None, f"the program ended at its start:\n{self.program_output()}"
        listen = self.settings["VITRINE_LISTEN"]
        try:
            if listen.startswith("unix:"):
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect(listen[5:])
            else:
                host, port = listen[4:].rsplit(":", 1)
                socket.create_connection((host, int(port)), 1).close()
        except OSError:
            return False
        return True

    def start_nginx(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = Client("127.0.0.1", self.port)
        listen = self.settings["VITRINE_LISTEN"]
        values = {
            "DATA": str(self.data),
            "UPSTREAM": listen if listen.startswith("unix:") else listen[4:],
            "HTTP_LISTEN": f"{self.reach}:{self.port}",
            "MAX_UPLOAD": self.settings.get("VITRINE_MAX_UPLOAD", "5MiB"),
            "LANGUAGE": self.settings.get("VITRINE_LANGUAGE", "en"),
        }
        if "VITRINE_ACCESS_KEY" in self.settings:
            self.s3_port = free_port()
            self.s3_url = f"http://127.0.0.1:{self.s3_port}"
            values["S3_LISTEN"] = f"{self.reach}:{self.s3_port}"
            self.console_port = free_port()
            self.console_url = f"http://127.0.0.1:{self.console_port}"
            values["CONSOLE_LISTEN"] = f"{self.reach}:{self.console_port}"
            values["STORE_PORT"] = str(self.s3_port)
        if "VITRINE_ENGINE" in self.settings:
            values |= {"CACHE": str(self.folder / "pictures"), "CACHE_SIZE": "1000000000", "CACHE_TIME": self.cache_time}
        # deploy/run's own renderer: the tests see the routes that users get.
        subprocess.run(
            ["bash", "-ec", '. "$0"; render_nginx "$@" "USER=$(nginx_user)"', str(CLONE / "deploy/lib.sh")]
            + [str(self.folder / "nginx")]
            + [f"{name}={value}" for name, value in values.items()],
            check=True,
        )
        self.adjust_nginx(self.folder / "nginx")
        self.nginx = subprocess.Popen(
            [nginx_program(), "-p", f"{self.folder}/", "-c", str(self.folder / "nginx/nginx.conf")]
            + ["-e", str(self.logs / "nginx-error.log"), "-g", "daemon off;"],
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self.nginx_environment},
            start_new_session=True,
        )
        wait_until(lambda: self._answers(), 20, "GET /healthz answers 200")

    def adjust_nginx(self, folder):
        """Called when nginx's files have been written to that folder, before it starts."""

    def _answers(self):
        assert self.nginx.poll() is None, (self.logs / "nginx-error.log").read_text()
        try:
            return self.client.get("/healthz").status == 200
        except OSError:
            return False

    def stop(self):
        """Stops nginx, then the program, as deploy/run does; checks that the program left nothing behind."""
        self.stop_nginx()
        status = self.stop_program()
        assert status == 0, f"exit status {status} after SIGTERM:\n{self.program_output()[-4000:]}"
        assert self.temporary_files() == []

    def stop_nginx(self):
        if self.nginx and self.nginx.poll() is None:
            self.nginx.send_signal(signal.SIGQUIT)
            try:
                self.nginx.wait(10)
            except subprocess.TimeoutExpired:
                self.nginx.terminate()
                self.nginx.wait(10)

    def stop_program(self, how=signal.SIGTERM, seconds=35):
        """The exit status; fails if it does not end in time, or if a process of its session outlives it."""
        if self.supervisor.poll() is None:
            self.supervisor.send_signal(how)
        status = self.supervisor.wait(seconds)
        wait_until(lambda: not processes_of_session(self.supervisor.pid), 5, "no process is left")
        return status

    def kill(self):
        """Ends whatever is left, for the end of a test that failed."""
        for leader in (self.nginx, self.supervisor):
            if leader is None:
                continue
            for process in processes_of_session(leader.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            leader.wait(10)

    # Looking at it.

    def processes(self):
        return processes_of_session(self.supervisor.pid)

    def workers(self):
        return [process for process in self.processes() if process.name() == "vitrine-worker"]

    def full_pool(self, count=2):
        """The workers, once there are so many."""
        return wait_until(lambda: len(self.workers()) == count and self.workers(), 10, f"{count} workers")

    def reload_nginx(self):
        """Has nginx read its configuration again, and returns once no worker with the old one is left."""
        before = {process.pid for process in self.nginx_processes()} - {self.nginx.pid}
        self.nginx.send_signal(signal.SIGHUP)
        wait_until(lambda: not before & {process.pid for process in self.nginx_processes()}, 20, "nginx has reloaded")

    def nginx_processes(self):
        return processes_of_session(self.nginx.pid)

    def let_logs_be_written(self):
        """Waits until no worker has lines to write: threads of their own do that, perhaps a little after the answer."""
        deadline = time.monotonic() + 2
        while any(worker.threads_at_work("app-log", "log") for worker in self.workers()):
            if time.monotonic() > deadline:
                return
            time.sleep(0.001)

    def program_output(self):
        self.let_logs_be_written()
        return self.program_log.read_text(errors="replace")

    def app_log(self):
        self.let_logs_be_written()
        path = self.logs / "app.log"
        return path.read_text().split("\n")[:-1] if path.exists() else []

    @contextlib.contextmanager
    def log_lines(self, count=1):
        """The lines that app.log gains inside the block; exactly `count` of them, each whole and clean.

        with server.log_lines() as lines: …    # afterwards `lines` holds them
        """
        before = len(self.app_log())
        lines = []
        yield lines
        wait_until(lambda: len(self.app_log()) >= before + count, 5, f"{count} new lines in app.log")
        time.sleep(0.05)
        lines += self.app_log()[before:]
        assert len(lines) == count, lines
        for line in lines:
            assert LOG_LINE.fullmatch(line), line

    def stored(self):
        """Every published picture: path below images/ to SHA-256 of its bytes."""
        if self.shared:
            return self.shared.pictures()
        files = (path for path in self.images.rglob("*") if path.is_file())
        visible = (path.relative_to(self.images) for path in files)
        return {
            str(path): hashlib.sha256((self.images / path).read_bytes()).hexdigest()
            for path in visible
            if not any(part.startswith(".") for part in path.parts)
        }

    def temporary_files(self):
        """What lies in a .vitrine/ folder of a published root, or in nginx's folders for bodies: nothing, at rest, but for the trash."""
        roots = [self.images, self.photos, self.data / "buckets"]
        hidden = [path for root in roots if root.exists() for path in root.rglob(".vitrine/**/*") if path.is_file()]
        hidden = [path for path in hidden if path.parent != self.images / ".vitrine/trash"]
        return hidden + [path for path in (self.folder / "tmp").rglob("*") if path.is_file()]

    # Making archives.

    def photo_folder(self, name, files):
        """A folder for /archive/<name>/ with these files: relative path to bytes."""
        folder = self.photos / name
        folder.mkdir(parents=True)
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return folder


@contextlib.contextmanager
def running(server):
    """A server that is started now, and stopped and checked at the end; killed where that fails."""
    try:
        yield server.start()
        server.stop()
    finally:
        server.kill()

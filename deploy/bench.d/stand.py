"""The test stand: Vitrine and its peers behind one nginx, in folders that are gone afterwards."""

import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from processes import Started, wait_until
from s3_requests import ACCESS_KEY, SECRET_KEY

TOP = Path(__file__).resolve().parents[2]
PEERS = TOP / "deploy/peers"
# Another build can be compared by VITRINE_BIN, as in the system tests.
PROGRAM = Path(os.environ.get("VITRINE_BIN", TOP / ".build/release/vitrine"))
# How large the large archive is.
ARCHIVE_BYTES = 1_000_000_000
# For 64 connections: one each.
PROCESSES = 64


PORTS_GIVEN = set()


def free_port():
    """A port that nothing listens at, another one each time."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in PORTS_GIVEN:
            PORTS_GIVEN.add(port)
            return port


def accepts(address):
    """Whether something listens at a port of this machine, or at the path of a socket."""
    is_path = isinstance(address, Path)
    with socket.socket(socket.AF_UNIX if is_path else socket.AF_INET) as probe:
        return probe.connect_ex(str(address) if is_path else ("127.0.0.1", address)) == 0


def answers(url):
    """Whether it answers with success."""
    try:
        return urllib.request.urlopen(url, timeout=5).status == 200
    except OSError:
        return False


def fill(template, target, values):
    """Copies a file with every @NAME@ replaced."""
    text = template.read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    target.write_text(text)


class Stand:
    """Use it with `with`. Its folder is on the disk of the clone; the sockets are in /tmp, since paths must be short."""

    def __init__(self, program=PROGRAM, name="bench", has_peers=True, settings=None):
        self.vitrine_program, self.name, self.has_peers = program, name, has_peers
        # More of the program's settings.
        self.settings = settings or {}

    def __enter__(self):
        (TOP / "var").mkdir(exist_ok=True)
        self.folder = TOP / "var" / self.name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.data = self.folder / "data"
        self.run = Path(tempfile.mkdtemp(prefix="vitrine-bench.", dir="/tmp"))
        self.started = []
        try:
            for name in ("bin", "run", "logs", "tmp", "data/photos", "data/static", "data/php-tmp"):
                (self.folder / name).mkdir(parents=True)
            for name in ("images", "php-images", "pillow-images", "disk-images"):
                (self.data / name).mkdir()
            self.build()
            self.start_vitrine()
            if self.has_peers:
                self.start_peers()
            self.start_nginx()
        except BaseException as error:
            self.__exit__(type(error), error)
            raise
        return self

    def __exit__(self, _=None, error=None, __=None):
        if error is not None and not isinstance(error, KeyboardInterrupt):
            self.show_logs()
        for program in reversed(self.started):
            program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.run, ignore_errors=True)

    def show_logs(self):
        """The last lines of every log, for whoever looks for the reason of a failure."""
        for log in sorted([*self.folder.glob("logs/*.log"), *self.run.glob("*.log")]):
            for line in log.read_text(errors="replace").splitlines()[-5:]:
                print(f"{log.name}: {line}", file=sys.stderr)

    def start(self, command, ready, **options):
        """Starts a program and waits until it accepts connections."""
        log = self.folder / "logs/programs.log"
        program = Started([str(word) for word in command], log, **options)
        self.started.append(program)
        name = Path(command[0]).name

        def is_ready():
            if program.process.poll() is not None:
                print(log.read_text(errors="replace"), file=sys.stderr)
                raise SystemExit(f"deploy/bench: {name} ended at its start; the reason stands above")
            return accepts(ready)

        wait_until(is_ready, 20, f"{name} accepts connections")
        return program

    def build(self):
        """Compiles what is written in C."""
        for name in ("echo", "upload-load", "object-load", "mixed-load", "relay", "disk-limit"):
            command = ["gcc", "-O2", "-Wall", "-Wextra", "-pthread", PEERS / f"{name}.c", "-o", self.program(name)]
            subprocess.run([*command, *(["-lfcgi"] if name == "echo" else [])], check=True)

    def program(self, name):
        return self.folder / "bin" / name

    # Programs.

    def environment(self, **settings):
        inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TZ", "TMPDIR")}
        return {**inherited, "LANG": "C.UTF-8", **settings}

    def vitrine_environment(self, socket_path, data, **more):
        # Folders are filled at once here, and asked for at once: nobody is to wait until they have settled.
        common = {"VITRINE_LOGS": str(self.folder / "logs"), "VITRINE_SETTLE": "0"}
        return self.environment(VITRINE_LISTEN=f"unix:{socket_path}", VITRINE_DATA=str(data), **common, **more)

    def start_vitrine(self):
        path = self.run / "vitrine.sock"
        more = {"VITRINE_ACCESS_KEY": ACCESS_KEY, "VITRINE_SECRET_KEY": SECRET_KEY, **self.settings}
        environment = self.vitrine_environment(path, self.data, **more)
        self.vitrine = self.start([self.vitrine_program, "serve"], path, env=environment)

    def start_peers(self):
        values = {"RUN": self.run, "DATA": self.data, "CHILDREN": PROCESSES}
        fill(PEERS / "php-fpm.conf.in", self.run / "php-fpm.conf", values)
        php = shutil.which(os.path.basename(sorted(glob.glob("/usr/sbin/php-fpm*"))[-1]), path="/usr/sbin")
        as_root = ["--allow-to-run-as-root"] if os.geteuid() == 0 else []
        self.php = self.start([php, *as_root, "-y", self.run / "php-fpm.conf"], self.run / "php.sock")
        self.start([self.program("echo"), self.run / "echo.sock", PROCESSES], self.run / "echo.sock")
        self.relay = self.start([self.program("relay"), self.run / "relay.sock", ARCHIVE_BYTES], self.run / "relay.sock")
        self.start(
            [sys.executable, PEERS / "archive_zip.py", self.run / "zip.sock", self.data / "photos"],
            self.run / "zip.sock",
        )
        # Processes as there are cores; threads for the clients that wait for the disk.
        self.gunicorn("archive_zipstream", "zipstream", "--worker-class=sync")
        self.gunicorn("upload_pillow", "pillow", "--worker-class=gthread", "--threads=8", "--keep-alive=20")

    def gunicorn(self, module, name, *options):
        path = self.run / f"{name}.sock"
        command = [sys.executable, "-B", "-m", "gunicorn", "--workers=2", f"--bind=unix:{path}", "--timeout=300"]
        settings = {"PEER_PHOTOS": str(self.data / "photos"), "PEER_IMAGES": str(self.data / "pillow-images")}
        self.start([*command, *options, f"{module}:application"], path, cwd=PEERS, env=self.environment(**settings))

    def start_nginx(self):
        self.port, self.s3_port, self.peer_port = free_port(), free_port(), free_port()
        conf = self.folder / "nginx"
        # The routes that users get.
        values = {"DATA": self.data, "UPSTREAM": f"unix:{self.run}/vitrine.sock", "MAX_UPLOAD": "5MiB"}
        values |= {"HTTP_LISTEN": f"127.0.0.1:{self.port}", "S3_LISTEN": f"127.0.0.1:{self.s3_port}"}
        if "VITRINE_ENGINE" in self.settings:
            values |= {"CACHE": self.folder / "cache", "CACHE_SIZE": 10**10, "CACHE_TIME": "60s"}
        render = '. "$0"; render_nginx "$@" "USER=$(nginx_user)"'
        pairs = [f"{name}={value}" for name, value in values.items()]
        subprocess.run(["bash", "-ec", render, TOP / "deploy/lib.sh", conf, *pairs], check=True)
        main = conf / "nginx.conf"
        if self.has_peers:
            values = {"CONF": conf, "RUN": self.run, "DATA": self.data, "PEERS": PEERS, "PORT": self.peer_port}
            fill(PEERS / "nginx.conf.in", conf / "peers.conf", values)
            body, brace, _ = main.read_text().rpartition("}")
            main.write_text(f'{body}    include "{conf}/peers.conf";\n{brace}\n')
        nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        command = [nginx, "-p", f"{self.folder}/", "-c", main, "-e", self.folder / "logs/nginx-error.log"]
        self.nginx = self.start([*command, "-g", "daemon off;"], self.port)
        peers = [self.peer_url("/echo"), self.peer_url("/small.php")] if self.has_peers else []
        for url in (self.vitrine_url("/healthz"), *peers):
            wait_until(lambda url=url: answers(url), 10, f"{url} answers")

    # Addresses.

    def vitrine_url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def peer_url(self, path):
        return f"http://127.0.0.1:{self.peer_port}{path}"

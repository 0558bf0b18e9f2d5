"""A database and an engine of the tests' own: what several hosts share. Each server of the tests gets a schema and a prefix."""

import functools
import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

CLONE = Path(__file__).resolve().parents[2]
POSTGRESQL_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
WEED = CLONE / "var/test-clients/bin/weed"
KEYS = ("test", "secret")
numbers = itertools.count(1)


def missing():
    """What is not installed, in words; None where both can be started."""
    if not POSTGRESQL_FOLDERS:
        return "no PostgreSQL server (Debian's package postgresql)"
    if not os.access(WEED, os.X_OK):
        return "no SeaweedFS in var/test-clients: deploy/test installs it"
    return None


class Part:
    """A server that a script of the unit tests starts, which ends with its standard input, and so with this process."""

    def __init__(self, script, *arguments):
        self.folder = Path(tempfile.mkdtemp(prefix="vitrine-part-", dir="/tmp"))
        # A server that runs as another user connects to a socket in it.
        self.folder.chmod(0o711)
        self.process = subprocess.Popen(
            ["bash", str(CLONE / script), str(self.folder), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.ready = self.process.stdout.readline().strip()

    def _command(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n", text

    def crash(self):
        """Ends it at once."""
        self._command("crash")

    def start(self):
        """Starts it again, with what it has on its disk."""
        self._command("start")

    def freeze(self):
        """Stops it where it is: it takes connections, and answers nothing."""
        self._command("freeze")

    def thaw(self):
        self._command("thaw")

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(30)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


class Database(Part):
    """Debian's PostgreSQL on a unix socket."""

    def __init__(self):
        super().__init__("Tests/PostgreSQLFixture/server.sh", POSTGRESQL_FOLDERS[-1])
        assert self.ready == "done", self.ready

    def connection_string(self, schema):
        """The words to connect with; tables are in that schema, which is made where it is missing."""
        self.run(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        return f"host={self.folder} user=vitrine dbname=postgres options=-csearch_path={schema}"

    def run(self, statement, schema="public"):
        """The rows of a statement: a line for each, with | between the columns."""
        command = [POSTGRESQL_FOLDERS[-1] / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "vitrine"]
        command += ["-d", "postgres", "-c", f"SET search_path = {schema}", "-c", statement]
        # Without what pytest tells of the test in it: that may be longer than an environment can be.
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.splitlines()


class Engine(Part):
    """SeaweedFS on ports of its own, with a bucket named bucket."""

    def __init__(self):
        super().__init__("Tests/S3EngineFixture/engine.sh", "seaweedfs", WEED, "keys")
        assert self.ready.isdigit(), self.ready
        self.port = int(self.ready)

    def put(self, name, content):
        """Puts an object below the bucket, as other programs do that have the same pair."""
        command = ["curl", "-sSf", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", ":".join(KEYS), "-T", "-"]
        subprocess.run(
            [*command, f"http://127.0.0.1:{self.port}/bucket/{name}"], input=content, check=True, stdout=subprocess.DEVNULL
        )

    def address(self, prefix):
        return f"http://127.0.0.1:{self.port}/bucket/{prefix}"


@functools.cache
def database():
    """The database of this test run."""
    return Database()


@functools.cache
def engine():
    """The engine of this test run."""
    return Engine()


def close():
    """Ends what was started."""
    for part in (database, engine):
        if part.cache_info().currsize:
            part().close()
            part.cache_clear()


class SharedStorage:
    """A schema and a prefix that nobody else has: one storage, for any number of hosts."""

    def __init__(self, own_database=None, own_engine=None):
        self.database, self.engine = own_database or database(), own_engine or engine()
        self.schema = f"host_{os.getpid()}_{next(numbers)}"
        self.prefix = self.schema.replace("_", "-")
        self.settings = {
            "VITRINE_DATABASE": self.database.connection_string(self.schema),
            "VITRINE_ENGINE": self.engine.address(self.prefix),
            "VITRINE_ENGINE_ACCESS_KEY": KEYS[0],
            "VITRINE_ENGINE_SECRET_KEY": KEYS[1],
        }

    def pictures(self):
        """Name to SHA-256 of every picture."""
        rows = self.rows("SELECT convert_from(name, 'UTF8'), encode(sha256, 'hex') FROM pictures")
        return dict(row.split("|") for row in rows)

    def keys(self, bucket):
        """The keys of a bucket, in the order of their bytes."""
        rows = self.rows(
            f"SELECT encode(o.key, 'hex') FROM objects o JOIN buckets b ON b.id = o.bucket WHERE b.name = '{bucket}' ORDER BY o.key"
        )
        return [bytes.fromhex(row).decode() for row in rows]

    def photo(self, path, content):
        """Puts a file below the photo folders."""
        self.engine.put(f"{self.prefix}/photos/{quote(path)}", content)

    def rows(self, statement):
        return self.database.run(statement, self.schema)

"""The object store as applications reach it: over http and over https, through clients that others wrote.

The clients are in an environment of their own, var/test-clients, which is made here where deploy/test has not made it.
"""

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import CLONE, Server, clean_environment, free_port, program

CLIENTS = CLONE / "var/test-clients"
ROOT_KEY, ROOT_SECRET = "vitrine-root", "vitrine-root-secret"
REGION = "us-east-1"

subprocess.run(["bash", "-c", '. "$0" && ensure_test_clients', str(CLONE / "deploy/lib.sh")], check=True)
sys.path[:0] = [str(path) for path in CLIENTS.glob("lib/python3.*/site-packages")]


def noise(size, seed=1):
    """Bytes that do not compress, the same for the same seed."""
    return random.Random(seed).randbytes(size)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def file_sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class ObjectStore(Server):
    """A server with keys for the object store, which listens with TLS too: at `https_port`, as the site that
    vitrine-site writes does, with a certificate that signed itself."""

    def __init__(self, folder, settings=None, **options):
        keys = {"VITRINE_ACCESS_KEY": ROOT_KEY, "VITRINE_SECRET_KEY": ROOT_SECRET}
        super().__init__(folder, {**keys, **(settings or {})}, **options)
        self.certificate = self.folder / "certificate.pem"
        self.https_port = free_port()

    def start(self):
        self._make_certificate()
        super().start()
        self.endpoints = {"http": Endpoint(self, "http", self.s3_port), "https": Endpoint(self, "https", self.https_port)}
        return self

    def _make_certificate(self):
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        command += ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        command += ["-keyout", str(self.folder / "key.pem"), "-out", str(self.certificate)]
        subprocess.run(command, check=True, capture_output=True)

    def adjust_nginx(self, folder):
        # The others have been chosen since.
        while self.https_port in (self.port, self.s3_port, self.console_port):
            self.https_port = free_port()
        with open(folder / "object-store-server.conf", "a") as file:
            file.write(
                f"""
server {{
    listen 127.0.0.1:{self.https_port} ssl http2;
    ssl_certificate "{self.certificate}";
    ssl_certificate_key "{self.folder}/key.pem";
    ssl_protocols TLSv1.2 TLSv1.3;
    include "{folder}/object-store.conf";
}}
"""
            )

    def add_key(self, name, secret, *options):
        """An account, made by the command that operators have."""
        command = [program(), "key", "add", name, "--secret", secret, *options]
        subprocess.run(command, check=True, cwd=self.folder, env=clean_environment(self.settings))

    def end_worker(self, worker):
        """Kills a worker; the supervisor replaces it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)

    def temporary_files(self):
        """As for any server; settings of buckets, and facts too long for an attribute, are no such files."""
        return [path for path in super().temporary_files() if path.name != "bucket.json" and path.parent.name != "facts"]

    def object_file(self, bucket, key):
        """The plain file of an object; a copy of it where it lies in an engine."""
        if self.shared:
            copy = Path(tempfile.mkdtemp(dir=self.folder)) / "copy"
            Endpoint(self, "http", self.s3_port).boto3().download_file(bucket, key, str(copy))
            return copy
        return self.data / "buckets" / bucket / key

    def has_bucket(self, bucket):
        """Whether there is a bucket of that name, or its folder."""
        if self.shared:
            return bool(self.shared.rows(f"SELECT 1 FROM buckets WHERE name = '{bucket}'"))
        return (self.data / "buckets" / bucket).exists()

    def objects(self, bucket):
        """The paths of all plain files of a bucket, or its keys."""
        if self.shared:
            return self.shared.keys(bucket)
        folder = self.data / "buckets" / bucket
        files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        return sorted(str(path) for path in files if path.parts[0] != ".vitrine")


class Endpoint:
    """One address of the object store, and what each client has to be told of it: address and keys, nothing else."""

    def __init__(self, store, scheme, port):
        self.store, self.scheme, self.port = store, scheme, port
        self.is_secure = scheme == "https"
        self.host = f"127.0.0.1:{port}"
        self.url = f"{scheme}://{self.host}"
        self.access_key, self.secret_key = ROOT_KEY, ROOT_SECRET

    def __repr__(self):
        return self.url

    def minio(self):
        import minio
        import urllib3

        pool = urllib3.PoolManager(ca_certs=str(self.store.certificate)) if self.is_secure else None
        return minio.Minio(
            self.host, access_key=self.access_key, secret_key=self.secret_key, secure=self.is_secure, http_client=pool
        )

    def boto3(self, **options):
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=REGION,
            verify=str(self.store.certificate) if self.is_secure else None,
            **options,
        )

    def environment(self, home):
        """For programs: their usual variables, and a home without settings of anybody's."""
        names = {
            "HOME": str(home),
            "PATH": f"{CLIENTS}/bin:{os.environ['PATH']}",
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "S3_ENDPOINT_URL": self.url,
            "RCLONE_CONFIG": "",
            "RCLONE_S3_ENDPOINT": self.url,
            "RCLONE_S3_PROVIDER": "Minio",
            "RCLONE_S3_ENV_AUTH": "true",
        }
        if self.is_secure:
            trusted = str(self.store.certificate)
            names |= {"AWS_CA_BUNDLE": trusted, "SSL_CERT_FILE": trusted, "RCLONE_CA_CERT": trusted}
        return {**clean_environment(), **names}

    def command(self, home):
        """run(word…): runs a client to its end, which must be success, and gives what it printed."""

        def run(*words):
            done = subprocess.run(
                [str(word) for word in words],
                cwd=home,
                env=self.environment(home),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=120,
            )
            assert done.returncode == 0, f"{words}\n{done.stdout.decode()[-3000:]}\n{done.stderr.decode()[-3000:]}"
            return done.stdout.decode()

        return run

    def curl(self, *words, sent=None):
        """Status and body of a request by curl, which reads `sent` where it is told to read "-"."""
        command = ["curl", "-sS", "--max-time", "60", "-w", "%{stderr}%{http_code}"]
        if self.is_secure:
            command += ["--cacert", str(self.store.certificate)]
        done = subprocess.run([*command, *map(str, words)], input=sent, check=True, capture_output=True)
        return int(done.stderr[-3:]), done.stdout

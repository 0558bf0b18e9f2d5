"""minio-go, as Debian packages it: what mc and much other software in Go puts objects with."""

import os
import subprocess

import pytest
from harness import CLONE


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The round, built from Debian's packages alone: nothing is fetched."""
    folder = tmp_path_factory.mktemp("go")
    settings = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "", "GOCACHE": str(folder / "cache")}
    subprocess.run(
        ["go", "build", "-o", folder / "round", "."],
        cwd=CLONE / "Tests/SystemTests/minio_go",
        env={**os.environ, **settings, "HOME": str(folder)},
        check=True,
        timeout=170,
    )
    return folder / "round"


def test_streams_and_parts(endpoint, bucket, program, tmp_path):
    endpoint.minio().make_bucket(bucket)
    environment = endpoint.environment(tmp_path)
    # By this, Go finds the certificate.
    if endpoint.is_secure:
        environment["SSL_CERT_FILE"] = str(endpoint.store.certificate)
    done = subprocess.run([program, endpoint.url, bucket], env=environment, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stderr
    assert endpoint.store.objects(bucket) == []

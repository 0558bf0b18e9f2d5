"""An application that was written against MinIO runs with another address and nothing else."""

import secrets
import subprocess

import pytest
from harness import CLONE, clean_environment, free_port, let_pass, wait_until
from http_client import Client
from object_store import CLIENTS, noise

LINK_SECONDS = 2


@pytest.fixture
def application(endpoint, tmp_path):
    """The application, running; it has an account of its own."""
    name = f"app-{secrets.token_hex(4)}"
    endpoint.store.add_key(name, "a secret of the application")
    port = free_port()
    settings = {
        "MINIO_ENDPOINT": endpoint.host,
        "MINIO_ACCESS_KEY": name,
        "MINIO_SECRET_KEY": "a secret of the application",
        "MINIO_SECURE": str(endpoint.is_secure).lower(),
        "MINIO_PUBLIC_BUCKET": f"{name}-public",
        "MINIO_PRIVATE_BUCKET": f"{name}-private",
        "MINIO_LINK_SECONDS": str(LINK_SECONDS),
    }
    if endpoint.is_secure:
        settings["SSL_CERT_FILE"] = str(endpoint.store.certificate)
    with open(tmp_path / "application.log", "wb") as log:
        process = subprocess.Popen(
            [CLIENTS / "bin/python", "-B", "-m", "flask", "--app", "application", "run", "--port", str(port)],
            cwd=CLONE / "Tests/SystemTests/minio_application",
            env=clean_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    client = Client("127.0.0.1", port)

    def answers():
        assert process.poll() is None, (tmp_path / "application.log").read_text()
        try:
            return client.get("/files/none/none").status == 404
        except OSError:
            return False

    try:
        wait_until(answers, 30, "the application answers")
        yield client
    finally:
        process.terminate()
        process.wait(10)


def upload(application, content, name, **fields):
    answer = application.upload(content, name, "/files", "application/pdf", fields=list(fields.items()))
    assert answer.status == 201, answer
    return answer.json()


def test_public_file_has_a_link_for_everyone(application, endpoint):
    content = noise(300_000)
    file = upload(application, content, "Report.PDF")
    assert "?" not in file["url"]
    assert endpoint.curl(file["url"]) == (200, content)
    status, head = endpoint.curl("-I", file["url"])
    assert status == 200 and b"content-type: application/pdf" in head.lower()
    assert endpoint.store.object_file(file["bucket"], file["name"]).read_bytes() == content
    # Everyone may read what they know the name of, and neither list nor write.
    bucket_url = f"{endpoint.url}/{file['bucket']}"
    assert endpoint.curl(bucket_url)[0] == 403
    assert endpoint.curl("-X", "PUT", "-d", "x", f"{bucket_url}/mine")[0] == 403
    assert endpoint.curl("-X", "DELETE", file["url"])[0] == 403

    where = f"/files/{file['bucket']}/{file['name']}"
    assert application.get(where).json()["size"] == 300_000
    assert application.request("DELETE", where).status == 204
    assert application.get(where).status == 404
    assert endpoint.curl(file["url"])[0] == 404


def test_private_file_has_a_link_that_expires(application, endpoint):
    # So large that it goes in parts.
    content = noise(12 << 20)
    file = upload(application, content, "secret.pdf", private="yes")
    assert endpoint.curl(file["url"]) == (200, content)
    plain, _, query = file["url"].partition("?")
    assert endpoint.curl(plain)[0] == 403
    assert endpoint.curl(f"{plain}?{query.replace('X-Amz-Expires=2', 'X-Amz-Expires=3')}")[0] == 403
    assert endpoint.curl("-X", "PUT", "-d", "x", file["url"])[0] == 403
    let_pass(LINK_SECONDS + 1, "the life of the link")
    status, body = endpoint.curl(file["url"])
    assert status == 403 and b"<Code>AccessDenied</Code>" in body and b"expired" in body
    # A new link is as good as the old one was.
    renewed = application.get(f"/files/{file['bucket']}/{file['name']}").json()["url"]
    assert endpoint.curl(renewed) == (200, content)

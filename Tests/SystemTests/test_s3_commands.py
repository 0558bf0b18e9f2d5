"""The ordinary round of people at a shell: awscli, s3cmd, rclone and s5cmd, over http and https."""

import os

import pytest
from object_store import file_sha256, noise

# What they put in parts.
LARGE = [20_000_000, pytest.param(100_000_000, marks=pytest.mark.full)]


@pytest.fixture
def tree(request, tmp_path):
    """A folder with small files and a large one."""
    folder = tmp_path / "tree"
    files = {"a.txt": b"hello", "deep/er/b c.bin": noise(50_000, 2), "deep/ü+&.bin": noise(7, 3), "empty": b""}
    for path, content in (files | {"large.bin": noise(request.param)}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def hashes(folder):
    """Every file below a folder: relative path to hash."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] != ".vitrine")
    return {str(path.relative_to(folder)): file_sha256(path) for path in files}


def stored(endpoint, bucket):
    return {key: file_sha256(endpoint.store.object_file(bucket, key)) for key in endpoint.store.objects(bucket)}


sizes = pytest.mark.parametrize("tree", LARGE, indirect=True)


@sizes
def test_awscli(endpoint, bucket, tree, tmp_path):
    run = endpoint.command(tmp_path)
    run("aws", "s3", "mb", f"s3://{bucket}")
    run("aws", "s3", "sync", tree, f"s3://{bucket}", "--metadata", "artist=Ada")
    assert stored(endpoint, bucket) == hashes(tree)
    assert len(run("aws", "s3", "ls", "--recursive", f"s3://{bucket}").splitlines()) == 5
    facts = run("aws", "s3api", "head-object", "--bucket", bucket, "--key", "a.txt", "--query", "Metadata.artist")
    assert facts.strip() == '"Ada"'
    run("aws", "s3", "sync", f"s3://{bucket}", "back")
    assert hashes(tmp_path / "back") == hashes(tree)
    assert endpoint.curl(run("aws", "s3", "presign", f"s3://{bucket}/a.txt").strip()) == (200, b"hello")
    run("aws", "s3", "cp", f"s3://{bucket}/large.bin", f"s3://{bucket}/copy.bin")
    assert stored(endpoint, bucket)["copy.bin"] == hashes(tree)["large.bin"]
    run("aws", "s3", "rb", "--force", f"s3://{bucket}")
    assert not endpoint.store.has_bucket(bucket)


@sizes
def test_s3cmd(endpoint, bucket, tree, tmp_path):
    run = endpoint.command(tmp_path)
    settings = {"access_key": endpoint.access_key, "secret_key": endpoint.secret_key, "use_https": endpoint.is_secure}
    settings |= {"host_base": endpoint.host, "host_bucket": endpoint.host, "ca_certs_file": endpoint.store.certificate}
    settings["signurl_use_https"] = endpoint.is_secure
    lines = [f"{name} = {value}" for name, value in settings.items()]
    (tmp_path / ".s3cfg").write_text("\n".join(["[default]", *lines, ""]))
    run("s3cmd", "mb", f"s3://{bucket}")
    assert f"s3://{bucket}" in run("s3cmd", "ls")
    run("s3cmd", "sync", f"{tree}/", f"s3://{bucket}")
    assert stored(endpoint, bucket) == hashes(tree)
    run("s3cmd", "put", "--add-header=x-amz-meta-artist:Ada", "-m", "text/x-notes", tree / "a.txt", f"s3://{bucket}")
    facts = run("s3cmd", "info", f"s3://{bucket}/a.txt")
    assert "text/x-notes" in facts and "x-amz-meta-artist: Ada" in facts, facts
    assert len(run("s3cmd", "ls", "--recursive", f"s3://{bucket}").splitlines()) == 5
    run("s3cmd", "sync", f"s3://{bucket}", "back/")
    assert hashes(tmp_path / "back") == hashes(tree)
    assert endpoint.curl(run("s3cmd", "signurl", f"s3://{bucket}/a.txt", "+60").strip()) == (200, b"hello")
    run("s3cmd", "cp", f"s3://{bucket}/large.bin", f"s3://{bucket}/copy.bin")
    assert stored(endpoint, bucket)["copy.bin"] == hashes(tree)["large.bin"]
    run("s3cmd", "del", f"s3://{bucket}/copy.bin")
    run("s3cmd", "del", "--recursive", "--force", f"s3://{bucket}")
    run("s3cmd", "rb", f"s3://{bucket}")
    assert not endpoint.store.has_bucket(bucket)


@sizes
def test_rclone(endpoint, bucket, tree, tmp_path):
    run = endpoint.command(tmp_path)
    remote = f":s3:{bucket}"
    run("rclone", "mkdir", remote)
    run("rclone", "copy", tree, remote)
    assert stored(endpoint, bucket) == hashes(tree)
    run("rclone", "check", tree, remote)
    run("rclone", "check", "--download", tree, remote)
    # Times travel as metadata: a second copy finds nothing to do.
    assert "Transferred:" not in run("rclone", "copy", "--stats-one-line", "-v", tree, remote)

    (tree / "a.txt").write_bytes(b"changed")
    os.utime(tree / "empty", (1_000_000_000, 1_000_000_000))
    (tree / "deep/ü+&.bin").unlink()
    run("rclone", "sync", tree, remote)
    assert stored(endpoint, bucket) == hashes(tree)
    assert run("rclone", "lsf", "--format", "t", f"{remote}/empty").startswith("2001-09-09")
    run("rclone", "sync", remote, "back")
    assert hashes(tmp_path / "back") == hashes(tree)
    assert endpoint.curl(run("rclone", "link", f"{remote}/a.txt").strip()) == (200, b"changed")
    run("rclone", "copyto", f"{remote}/large.bin", f"{remote}/copy.bin")
    assert stored(endpoint, bucket)["copy.bin"] == hashes(tree)["large.bin"]
    run("rclone", "deletefile", f"{remote}/copy.bin")
    run("rclone", "purge", remote)
    assert not endpoint.store.has_bucket(bucket)


@sizes
def test_s5cmd(endpoint, bucket, tree, tmp_path):
    run = endpoint.command(tmp_path)
    run("s5cmd", "mb", f"s3://{bucket}")
    run("s5cmd", "cp", "--part-size", "5", f"{tree}/", f"s3://{bucket}/")
    assert stored(endpoint, bucket) == hashes(tree)
    assert len(run("s5cmd", "ls", f"s3://{bucket}/*").splitlines()) == 5
    run("s5cmd", "cp", "--content-type", "text/x-notes", "--metadata", "artist=Ada", f"{tree}/a.txt", f"s3://{bucket}/")
    facts = run("s5cmd", "head", f"s3://{bucket}/a.txt")
    assert '"content_type":"text/x-notes"' in facts and '"artist":"Ada"' in facts.replace("Artist", "artist"), facts
    run("s5cmd", "cp", "--part-size", "5", f"s3://{bucket}/*", "back/")
    assert hashes(tmp_path / "back") == hashes(tree)
    assert endpoint.curl(run("s5cmd", "presign", f"s3://{bucket}/a.txt").strip()) == (200, b"hello")
    run("s5cmd", "cp", f"s3://{bucket}/large.bin", f"s3://{bucket}/copy.bin")
    assert stored(endpoint, bucket)["copy.bin"] == hashes(tree)["large.bin"]
    run("s5cmd", "rm", f"s3://{bucket}/copy.bin")
    run("s5cmd", "rm", f"s3://{bucket}/*")
    run("s5cmd", "rb", f"s3://{bucket}")
    assert not endpoint.store.has_bucket(bucket)

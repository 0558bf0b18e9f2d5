"""`vitrine check`: settings and folders, and the way through nginx, with nginx deliberately set up wrong."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

import logged_disk
import pictures
from harness import Server, clean_environment, free_port, program, wait_until
from test_storage_full import small_file_system

KEYS = {"VITRINE_ACCESS_KEY": "operator", "VITRINE_SECRET_KEY": "a secret of the operator"}


def check(server, *arguments, settings=None):
    """Exit status, and the lines of standard output."""
    environment = clean_environment({**server.settings, **(settings or {})})
    done = subprocess.run([program(), "check", *arguments], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def assert_sound(server, *arguments):
    """The check has nothing to report of the server's nginx within ten seconds; otherwise what it reports."""

    def look():
        nonlocal status, lines
        status, lines = check(server, *arguments)
        return status == 0

    status, lines = None, []
    with contextlib.suppress(AssertionError):
        wait_until(look, 10)
    assert (status, lines[-1:]) == (0, ["all is well"]), lines


def finding(said, server, *arguments, **options):
    """The lines of the check once one of them says so; nginx needs a moment to take an edit."""

    def look():
        status, lines = check(server, *arguments, **options)
        return status == 1 and [line for line in lines if said in line] and lines

    return wait_until(look, 10, said)


def outer_address():
    """An address of this machine that is not loopback; nil where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return probe.getsockname()[0]


@pytest.fixture(scope="module")
def roomy(tmp_path_factory):
    """A folder of a file system with room: of one that is nearly full, the check says so rightly."""
    folder = tmp_path_factory.mktemp("roomy")
    usage = shutil.disk_usage(folder)
    if usage.free > (usage.used + usage.free) * 0.12:
        yield folder
    elif os.geteuid() == 0:
        with small_file_system(folder / "mount", "size=2g") as mount:
            yield mount
    else:
        pytest.skip("the disk of this machine is nearly full")


@pytest.fixture
def tmp_path(roomy):
    """A folder of the test in the one with room."""
    return Path(tempfile.mkdtemp(dir=roomy))


@pytest.fixture(scope="module")
def front(roomy):
    """A server with a picture, an archive and an object store, to be looked at through its nginx."""
    made = Server(roomy / "front", settings=KEYS, reach="0.0.0.0")
    try:
        made.start()
        assert made.client.upload(pictures.jpeg(), "a.jpg").status == 201
        made.photo_folder("trip", {"one.jpg": pictures.jpeg()})
        yield made
        made.stop()
    finally:
        made.kill()


@pytest.fixture
def edited(front):
    """edited(file, old, new): changes that file of the running nginx until the end of the test."""
    before = {}

    def edit(name, old, new):
        path = front.folder / "nginx" / name
        before.setdefault(path, path.read_text())
        changed = re.sub(old, new, path.read_text())
        assert changed != path.read_text()
        path.write_text(changed)
        front.nginx.send_signal(signal.SIGHUP)

    yield edit
    for path, text in before.items():
        path.write_text(text)
    front.nginx.send_signal(signal.SIGHUP)
    assert_sound(front, "--url", front.url, "--s3-url", front.s3_url)


def test_sound_server_has_nothing_to_be_said_of(front):
    before = front.stored()
    assert check(front, "--url", front.url, "--s3-url", front.s3_url) == (0, ["all is well"])
    assert front.stored() == before
    assert front.temporary_files() == []


def test_server_without_pictures_says_what_could_not_be_looked_at(make_server):
    server = make_server()
    status, lines = check(server, "--url", server.url)
    assert status == 0 and lines[-1] == "all is well"
    assert [line for line in lines if "not checked: downloads of pictures" in line]
    assert [line for line in lines if "not checked: downloads of archives" in line]


def test_site_of_a_cms_is_asked_for_its_archives_only(front, edited):
    port = free_port()
    block = "server { listen 127.0.0.1:%d; include \"%s/nginx/archive.conf\"; location / { return 404; } }\n"
    edited("nginx.conf", r"(?=}\n\Z)", block % (port, front.folder))
    url = f"http://127.0.0.1:{port}"
    assert_sound(front, "--url", url)
    _, lines = check(front, "--url", url)
    assert [line for line in lines if "only the archives are served there" in line]
    # What is wrong with the archives is found there, too.
    edited("fastcgi-archive.conf", "reset_timedout", 'fastcgi_param HTTP_IF_RANGE ""; reset_timedout')
    finding("If-Range is lost", front, "--url", url)


def test_site_without_vitrine_is_still_told(front, edited):
    port = free_port()
    edited("nginx.conf", r"(?=}\n\Z)", "server { listen 127.0.0.1:%d; location / { return 404; } }\n" % port)
    finding("this is no Vitrine", front, "--url", f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("there", [[], ["data", "logs"], ["data", "data/photos", "logs"]], ids=len)
def test_check_makes_nothing(tmp_path, there):
    for folder in there:
        (tmp_path / folder).mkdir()
    settings = {"VITRINE_DATA": str(tmp_path / "data"), "VITRINE_LOGS": str(tmp_path / "logs")}
    done = subprocess.run([program(), "check"], env=clean_environment(settings), capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "all is well\n", "")
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == sorted(there)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system, which only root may")
@pytest.mark.parametrize("options, named", [(["size=10m"], "% of the space"), (["size=100m", "nr_inodes=1000"], "% of the inodes")])
def test_disk_that_is_nearly_full_is_told(tmp_path, options, named):
    with small_file_system(tmp_path / "small", *options) as folder:
        settings = {"VITRINE_DATA": str(folder / "data"), "VITRINE_LOGS": str(tmp_path / "logs")}
        (folder / "data").mkdir()

        def told():
            done = subprocess.run([program(), "check"], env=clean_environment(settings), capture_output=True, text=True)
            return [line for line in done.stdout.splitlines() if named in line], done.returncode

        assert told() == ([], 0)
        if "inodes" in named:
            for number in range(930):
                (folder / str(number)).touch()
        else:
            (folder / "ballast").write_bytes(b"1" * (9_300_000 * 1_048_576 // 1_000_000))
        (line,), status = told()
        assert status == 1 and re.match(r"VITRINE_DATA: 9\d % ", line) and str(folder) in line


@pytest.mark.skipif(logged_disk.missing() is not None, reason=str(logged_disk.missing()))
def test_what_a_disk_reserves_for_root_does_not_count_as_used(tmp_path):
    image = tmp_path / "image"
    image.touch()
    os.truncate(image, 64 << 20)
    logged_disk.run("mkfs.ext4", "-q", "-F", "-m", "50", image)
    with logged_disk.mounted(image, tmp_path / "mount", "ext4") as point:
        (point / "data").mkdir()
        space = os.statvfs(point)
        available = space.f_bavail * space.f_frsize
        (point / "ballast").write_bytes(bytes(available * 8 // 10))
        space = os.statvfs(point)
        assert space.f_bavail < space.f_blocks / 10, "a tenth at most of the whole is to be had"
        settings = {"VITRINE_DATA": str(point / "data"), "VITRINE_LOGS": str(tmp_path / "logs")}

        def findings():
            done = subprocess.run([program(), "check"], env=clean_environment(settings), capture_output=True, text=True)
            return done.returncode, done.stdout

        assert findings() == (0, "all is well\n")
        (point / "more").write_bytes(bytes(available // 7))
        status, line = findings()
        assert status == 1 and re.match(r"VITRINE_DATA: 9\d % of the space", line)


@pytest.mark.parametrize(
    "name, old, new, said",
    [
        ("fastcgi-parameters.conf", r"\$http_host", "$host", "the program sees the host 127.0.0.1 where"),
        ("fastcgi-parameters.conf", r"REQUEST_SCHEME  \$scheme", "REQUEST_SCHEME https", "the program sees https where http"),
        ("fastcgi-parameters.conf", r"\$remote_addr", "192.168.7.7", "the program sees the client 192.168.7.7"),
        ("fastcgi-parameters.conf", "keep_conn on", "keep_conn off", "may look whole"),
        ("fastcgi-vitrine.conf", "request_buffering on", "request_buffering off", "passed on while they come"),
        ("image-host.conf", r"(?<=\^~ /api/upload/ {\n    client_max_body_size )\d+", "1m", "a body of 5242880 bytes is refused"),
        ("image-host.conf", r"(?<=\^~ /api/upload/ {\n    client_max_body_size )\d+", "6m", "larger than any picture"),
        ("image-host.conf", r"(?<== /api/upload {\n    client_max_body_size )\d+", "6m", "a form of 20 pictures"),
        ("image-host.conf", "include \"[^\"]*errors.conf\";", "", "in words that no uploader understands (text/html)"),
        ("picture-files.conf", "add_header Content-Security-Policy", "add_header X-Nothing", "pictures come without Content-Security-Policy"),
        ("image-host.conf", "include \"[^\"]*page-headers.conf\";", "", "pages come without X-Content-Type-Options"),
        ("image-host.conf", "server_tokens off;", "", "the web server's version: nginx/"),
        ("image-host.conf", "server_tokens off;", "max_ranges 0;", "a download cannot be resumed"),
        ("image-host.conf", "include \"[^\"]*archive.conf\";", "", "/archive/trip/ answers 404"),
        ("nginx.conf", "keepalive_timeout 65s", "keepalive_timeout 0", "good for one request only"),
        ("nginx.conf", "tcp_nopush on;", "gzip on; gzip_types *; gzip_min_length 1;", "archives lose"),
        ("fastcgi-archive.conf", "reset_timedout", 'fastcgi_param HTTP_IF_RANGE ""; reset_timedout', "If-Range is lost"),
    ],
)  # fmt: skip
def test_fault_of_nginx_is_named_with_its_remedy(front, edited, name, old, new, said):
    edited(name, old, new)
    for line in finding(said, front, "--url", front.url):
        assert line.startswith(f"{front.url}: ") and "; " in line


@pytest.mark.parametrize(
    "name, old, new, said",
    [
        ("fastcgi-parameters.conf", r"\$http_host", "$host", "a signature does not hold"),
        ("fastcgi-parameters.conf", r"\$request_uri", "$uri?$args", "a signature does not hold"),
        ("object-store.conf", "client_max_body_size 0", "client_max_body_size 1g", "an object of 5 GiB is refused"),
        ("fastcgi-object-store.conf", "VITRINE_DOOR s3", "VITRINE_DOOR none", "no object store answers there"),
    ],
)
def test_fault_on_the_way_to_the_object_store_is_named(front, edited, name, old, new, said):
    edited(name, old, new)
    finding(said, front, "--s3-url", front.s3_url)


def test_wrong_keys_are_told_from_a_changed_request(front):
    settings = {"VITRINE_ACCESS_KEY": "somebody"}
    finding("does not know VITRINE_ACCESS_KEY", front, "--s3-url", front.s3_url, settings=settings)


def test_closed_object_store_is_told(make_server):
    server = make_server()
    closed = make_server(settings=KEYS)
    closed.stop_program()
    finding("closed, or the program is not reached", server, "--s3-url", closed.s3_url)
    closed.start_program()


@pytest.mark.skipif(not outer_address(), reason="needs an address that is not loopback")
def test_metrics_that_anybody_may_read_are_told(front, edited):
    url = f"http://{outer_address()}:{front.port}"
    assert check(front, "--url", url) == (0, ["all is well"])
    edited("image-host.conf", r"if \(\$vitrine_loopback = 0\)", "if ($vitrine_loopback = 2)")
    finding("/metrics answers everybody", front, "--url", url)


@pytest.mark.skipif(not outer_address(), reason="needs an address that is not loopback")
def test_proxy_that_hides_the_client_is_told(front, edited):
    port = free_port()
    proxy = f"server {{ listen 0.0.0.0:{port}; location / {{ proxy_pass {front.url}; proxy_set_header Host $http_host; "
    proxy += "client_max_body_size 0; proxy_request_buffering off; proxy_http_version 1.1; } }\n"
    edited("nginx.conf", r"(?=}\n\Z)", proxy)
    lines = finding("the program sees the client 127.0.0.1", front, "--url", f"http://{outer_address()}:{port}")
    assert "exempt from all limits" in lines[0]


def test_program_that_does_not_run_is_told(make_server):
    server = make_server()
    server.stop_program()
    status, lines = check(server, "--url", server.url)
    assert status == 1
    assert lines == [line for line in lines if "nginx answers 502: it does not reach the program" in line]
    server.start_program()


def test_address_where_nobody_listens_is_told(front):
    status, lines = check(front, "--url", f"http://127.0.0.1:{free_port()}")
    assert (status, len(lines)) == (1, 1)
    assert "no connection: Connection refused" in lines[0]


@pytest.mark.parametrize("link", ["127.0.0.1", "ftp://a", "http://", "http://a/b", "http://a:x", "http://a:70000", "http://[::1"])
def test_link_that_is_none_is_wrong_usage(server, link):
    done = subprocess.run([program(), "check", "--url", link], env=clean_environment(server.settings), capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == "" and link in done.stderr


def certificate(folder, days):
    key, made = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", key, "-out", made, "-days", str(days), "-subj", "/CN=localhost"]
    subprocess.run([*command, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    return key, made


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_https_is_checked_with_its_certificate(front, edited, tmp_path):
    key, made = certificate(tmp_path, 90)
    port = free_port()
    block = f'server {{ listen 127.0.0.1:{port} ssl; ssl_certificate "{made}"; ssl_certificate_key "{key}"; '
    block += f'include "{front.folder}/nginx/image-host.conf"; }}\n'
    edited("nginx.conf", r"(?=}\n\Z)", block)
    trust = {"SSL_CERT_FILE": str(made)}
    for host in ("localhost", "127.0.0.1"):
        url = f"https://{host}:{port}"
        wait_until(lambda: check(front, "--url", url, settings=trust) == (0, ["all is well"]), 10, "https")
        _, lines = check(front, "--url", url, settings={"SSL_CERT_FILE": "/dev/null"})
        assert [line for line in lines if "the certificate does not hold: self-signed certificate" in line]
    _, lines = check(front, "--url", f"https://127.0.0.2:{port}", settings=trust)
    assert lines
    certificate(tmp_path, 5)
    front.nginx.send_signal(signal.SIGHUP)
    finding("the certificate runs out in", front, "--url", f"https://localhost:{port}", settings=trust)


def test_libcurl_is_loaded_by_the_check_alone(front):
    """It would cost each worker megabytes: the program is not linked with it, and a service never maps it."""
    linked = subprocess.run(["ldd", program()], capture_output=True, text=True, check=True).stdout
    assert "libcrypto" in linked and "libcurl" not in linked and "libpq" not in linked and "libssl" not in linked
    assert check(front, "--url", front.url) == (0, ["all is well"])
    processes = [process for process in front.processes() if process.name().startswith("vitrine")]
    assert len(processes) >= 2
    for process in processes:
        mapped = Path(f"/proc/{process.pid}/maps").read_text()
        assert "libcrypto" in mapped and "libcurl" not in mapped and "libpq" not in mapped and "libssl" not in mapped


@pytest.fixture
def nobodys(tmp_path):
    """Settings of a service whose data folder is nobody's, as it would be a service's user's."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    data, logs = tmp_path / "data", tmp_path / "logs"
    for folder in (data, logs):
        folder.mkdir()
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(folder.stat().st_mode | 0o055)
    os.chown(data, 65534, 65534)
    return {"VITRINE_DATA": str(data), "VITRINE_LOGS": str(logs)}


def test_root_checks_as_the_one_whose_folder_it_is(nobodys, tmp_path):
    """What root may write says nothing of what the service may; what root made in there it could not read."""
    settings, logs = nobodys, tmp_path / "logs"
    done = subprocess.run([program(), "check"], env=clean_environment(settings), capture_output=True, text=True)
    assert f"VITRINE_LOGS: cannot write to {logs}: Permission denied" in done.stdout
    os.chown(logs, 65534, 65534)
    done = subprocess.run([program(), "check"], env=clean_environment(settings), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "all is well\n")
    subprocess.run([program(), "key", "add", "shop"], env=clean_environment(settings), capture_output=True, check=True)
    assert {path.stat().st_uid for path in Path(tmp_path).rglob("*") if path != tmp_path} == {65534}


@pytest.mark.parametrize(
    "command", [["key", "list"], ["presign", "GET", "bucket/key", "--key", "shop"], ["picture", "list"]]
)
def test_root_who_only_looks_leaves_nothing_that_is_his(nobodys, tmp_path, command):
    """Each of them makes the private folder where there is none; the service must be able to use it."""
    os.chown(tmp_path / "logs", 65534, 65534)
    subprocess.run([program(), *command], env=clean_environment(nobodys), capture_output=True)
    made = list((tmp_path / "data").rglob("*"))
    assert tmp_path / "data/.vitrine" in made
    assert {path.stat().st_uid for path in made} == {65534}


@pytest.mark.parametrize(
    "command",
    [["key", "list"], ["key", "add", "shop"], ["picture", "list"], ["presign", "GET", "bucket/key", "--key", "shop"]],
)
def test_command_without_a_tree_makes_none_and_says_where_it_looked(tmp_path, command):
    done = subprocess.run([program(), *command], env=clean_environment(), capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"the tree is {tmp_path}/var/data" in done.stderr and "there is no data folder var/data" in done.stderr
    assert list(tmp_path.iterdir()) == []

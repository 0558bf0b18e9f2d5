"""The sites for a real server, as vitrine-site writes them: nginx takes each, on the ports that the web has."""

import os
import re
import shutil
import subprocess
from types import SimpleNamespace

import pytest

import pictures
from harness import CLONE, nginx_program, wait_until
from network import Network

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("openssl", "unshare", "ip"))),
    reason="needs root, openssl and iproute2",
)
HOST = "pictures.example"

# What matters of the one that Debian's package brings.
NGINX_CONF = """
user root;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    gzip on;
    client_body_temp_path {folder}/body;
    fastcgi_temp_path {folder}/fastcgi;
    include {etc}/nginx/conf.d/*.conf;
    include {etc}/nginx/sites-enabled/*;
}}
"""


class Server:
    """An nginx with an /etc of its own, before the program of a running test server."""

    def __init__(self, folder, vitrine, network):
        self.folder, self.network, self.nginx = folder, network, None
        self.etc = folder / "etc"
        for name in ("nginx/conf.d", "nginx/sites-enabled", "nginx/sites-available", "vitrine"):
            (self.etc / name).mkdir(parents=True)
        (self.etc / "nginx/nginx.conf").write_text(NGINX_CONF.format(folder=folder, etc=self.etc))
        self.settings = self.etc / "vitrine/vitrine.conf"
        self.settings.write_text(f"VITRINE_DATA={vitrine.data}\nVITRINE_LISTEN=unix:{vitrine.socket_path}\n")
        self.available = self.etc / "nginx/sites-available/vitrine"
        self.enabled = self.etc / "nginx/sites-enabled/vitrine"

    def site(self, *arguments, clone=CLONE):
        return subprocess.run(
            self.network.command(clone / "deploy/site", *arguments),
            env={**os.environ, "VITRINE_SITE_ROOT": str(self.folder)},
            capture_output=True,
            text=True,
        )

    def certificate(self):
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        command += ["-keyout", key, "-out", certificate, "-days", "1", "-subj", f"/CN={HOST}"]
        subprocess.run([*command, "-addext", f"subjectAltName=DNS:{HOST}"], check=True, capture_output=True)
        return ["--certificate", str(certificate), "--key", str(key)]

    def start(self):
        command = self.network.command(nginx_program(), "-c", self.etc / "nginx/nginx.conf", "-g", "daemon off;")
        self.nginx = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)
        wait_until(self._answers, 10, "nginx answers")
        return self

    def _answers(self):
        assert self.nginx.poll() is None
        try:
            return self.network.client(HOST).get("/healthz").status > 0
        except OSError:
            return False

    def stop(self):
        if self.nginx:
            self.nginx.terminate()
            self.nginx.wait(10)

    def curl(self, *arguments):
        """Status, version of HTTP, header lines, body."""
        resolve = [f"{HOST}:{port}:127.0.0.1" for port in (80, 443, 9000)]
        command = ["curl", "--silent", "--include", "--cacert", self.folder / "certificate.pem"]
        command += [word for one in resolve for word in ("--resolve", one)]
        done = subprocess.run(self.network.command(*command, *arguments), capture_output=True, text=True)
        if done.returncode != 0:
            return SimpleNamespace(failed=done.returncode)
        head, _, body = done.stdout.partition("\n\n")
        first, *lines = head.splitlines()
        headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        return SimpleNamespace(
            failed=0, version=first.split()[0], status=int(first.split()[1]), headers=headers, body=body
        )


@pytest.fixture
def web(tmp_path, server):
    with Network() as network:
        made = Server(tmp_path, server, network)
        yield made
        made.stop()


def test_plain_site_serves_pictures_and_archives(web, server):
    assert web.site(HOST).returncode == 0
    client = web.start().network.client(HOST)
    facts = client.upload(pictures.jpeg(), "cat.jpg").json()
    assert facts["url"] == f"http://{HOST}/images/{facts['name']}"
    assert client.get(f"/images/{facts['name']}").status == 200
    server.photo_folder("plain", {"one.txt": b"1"})
    assert client.get("/archive/plain/").status == 200
    assert client.get("/").headers["Strict-Transport-Security"] is None
    assert client.get("/terms.html").status == 200


def test_few_connections_of_nginx_are_told(web):
    said = web.site(HOST).stderr
    assert "worker_connections is 768" in said and len(said.splitlines()) == 1
    configuration = web.etc / "nginx/nginx.conf"
    configuration.write_text(configuration.read_text().replace("worker_connections 768", "worker_connections 8192"))
    assert web.site(HOST).stderr == ""


def test_tls_site_leads_there_and_keeps_browsers_there(web):
    certificate = web.certificate()
    assert web.site(HOST, *certificate).returncode == 0
    web.start()
    moved = web.network.client(HOST).get("/archive/a/?name=b.zip")
    assert (moved.status, moved.headers["Location"]) == (308, f"https://{HOST}/archive/a/?name=b.zip")

    picture = web.folder / "cat.jpg"
    picture.write_bytes(pictures.jpeg())
    answer = web.curl("--form", f"file=@{picture}", f"https://{HOST}/api/upload")
    assert (answer.version, answer.status) == ("HTTP/2", 201)
    assert f'"url":"https://{HOST}/images/' in answer.body
    for path in ("/", "/api/images", "/images/", "/no-such-page", "/assets/vitrine.css"):
        answer = web.curl(f"https://{HOST}{path}")
        assert answer.headers["strict-transport-security"] == "max-age=63072000", path
        assert answer.headers["server"] == "nginx"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_object_store_that_the_site_offers_in_a_remark_works(web, scheme):
    certificate = web.certificate()
    web.site(HOST, *(certificate if scheme == "https" else []))
    remark = web.available.read_text()
    web.available.write_text(re.sub(r"(?m)^#(server|    |})", r"\1", remark))
    web.start()
    answer = web.curl(f"{scheme}://{HOST}:9000/")
    # The shared server has no keys: the endpoint says that it is closed, in its own words.
    assert answer.status == 503 and "<HostId>vitrine</HostId>" in answer.body


@pytest.mark.parametrize(
    "options, works",
    [
        (["--tlsv1.3"], True),
        (["--tlsv1.2", "--tls-max", "1.2"], True),
        (["--tlsv1.2", "--tls-max", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"], False),
        (["--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT:@SECLEVEL=0"], False),
    ],
)
def test_tls_of_today_only(web, options, works):
    web.site(HOST, *web.certificate())
    web.start()
    assert (web.curl(*options, f"https://{HOST}/").failed == 0) == works


def test_limits_follow_the_settings(web):
    web.settings.write_text(web.settings.read_text() + "VITRINE_MAX_UPLOAD = '1KiB'\n")
    assert web.site(HOST).returncode == 0
    client = web.start().network.client(HOST)
    assert client.put_raw(b"x" * (1024 + 65536 + 1), "a.jpg").problem() == (413, "too-large")


def test_cms_mounts_the_archives_and_nothing_else(web, server):
    assert web.site("--parts").returncode == 0
    example = (CLONE / "nginx/site/cms.conf").read_text().replace("/etc/nginx", str(web.etc / "nginx"))
    (web.etc / "nginx/sites-enabled/cms").write_text(example)
    client = web.start().network.client("cms.example")
    server.photo_folder("cms", {"one.txt": b"1"})
    assert client.get("/archive/cms/").headers["Content-Type"] == "application/zip"
    assert client.get("/archive/none/").problem() == (404, "not-found")
    for path in ("/upload", "/api/images", "/images/", "/healthz", "/metrics"):
        assert client.get(path).headers["Content-Type"].startswith("text/html"), path
        assert client.get(path).status == 404, path


def test_cms_keeps_every_path_but_those_of_the_archives(web, server):
    """Pages whose paths only begin like the archives', and patterns of the site that would take an archive's away."""
    assert web.site("--parts").returncode == 0
    root = web.folder / "cms"
    for path in ("archives/2024.html", "archive.html", "archive-2024/a.html", "archived/index.html", "archive.d/a.zip"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    (root / "404.html").write_text("the site's own")
    (web.etc / "nginx/sites-enabled/cms").write_text(
        f"server {{ listen 80; server_name cms.example; root {root}; include {web.etc}/nginx/vitrine/archive.conf; "
        "location ~ /[a-z0-9]+/$ { return 418; } error_page 404 /404.html; location / { try_files $uri $uri/ =404; } }"
    )
    client = web.start().network.client("cms.example")
    server.photo_folder("pattern", {"one.txt": b"1"})
    for path in ("/archives/2024.html", "/archive.html", "/archive-2024/a.html", "/archive.d/a.zip"):
        assert client.get(path).text == path[1:]
    assert client.get("/archived/index.html").status == 200
    for path in ("/archivesque", "/archive-", "/ARCHIVE"):
        assert client.get(path).text == "the site's own", path
    assert client.get("/archive/pattern").status == client.get("/archive/pattern/").status == 200
    for path in ("/archive", "/archive/", "/archive/none", "/archive/none/", "/archive/pattern/one.txt", "/archive/a.b/"):
        assert client.get(path).problem() == (404, "not-found"), path


def test_error_page_on_the_site_of_a_cms_leads_to_nothing_that_is_not_there(web):
    assert web.site("--parts").returncode == 0
    example = (CLONE / "nginx/site/cms.conf").read_text().replace("/etc/nginx", str(web.etc / "nginx"))
    (web.etc / "nginx/sites-enabled/cms").write_text(example)
    client = web.start().network.client("cms.example")
    page = client.get("/archive/none/", {"Accept": "text/html", "Accept-Language": "es"})
    assert (page.status, page.headers.get_content_type(), page.headers["Content-Language"]) == (404, "text/html", "es")
    assert set(re.findall(r'(?:href|src|action)="([^"]*)"', page.text)) == {"/"}
    assert "<style>" in page.text and "Vitrine" not in page.text
    assert "style-src 'unsafe-inline'" in page.headers["Content-Security-Policy"]
    # The image host's has the frame of its other pages.
    assert web.site(HOST).returncode == 0
    wait_until(lambda: web.network.client(HOST).get("/archive/none/", {"Accept": "text/html"}).text.count("/upload"), 10, "a reload")


@pytest.mark.parametrize(
    "use",
    [
        "include {etc}/nginx/vitrine/archive.conf;",
        "include vitrine/archive.conf;",
        'include "{etc}/nginx/vitrine/image-host.conf";',
        "access_log {folder}/access vitrine; include {etc}/nginx/vitrine/archive.conf;",
        "location /zip/ {{ include {etc}/nginx/vitrine/fastcgi-archive.conf; fastcgi_pass vitrine; }}",
    ],
)
def test_removal_leaves_an_nginx_that_starts_whatever_others_include(web, use):
    assert web.site(HOST).returncode == 0
    root = web.folder / "cms"
    root.mkdir()
    (root / "index.html").write_text("the site's own")
    use = use.format(etc=web.etc, folder=web.folder)
    block = f"server {{ listen 80; server_name cms.example; {use} location / {{ root {root}; }} }}"
    if "image-host" in use:
        block = block.replace("location / {", "location /cms/ {")
    (web.etc / "nginx/sites-enabled/cms").write_text(block)
    web.start()
    done = web.site("--remove")
    assert done.returncode == 0 and str(web.etc / "nginx/vitrine") in done.stderr
    test = [nginx_program(), "-t", "-q", "-c", web.etc / "nginx/nginx.conf"]
    assert subprocess.run(web.network.command(*test), capture_output=True, text=True).returncode == 0
    client = web.network.client("cms.example")
    if "location / {" in block:
        wait_until(lambda: client.get("/archive/x/").status == 404, 10, "nginx without the archives")
        assert client.get("/").text == "the site's own"
    assert not web.enabled.is_symlink()
    # Installed again, it is as it was.
    assert web.site("--parts").returncode == 0
    assert "fastcgi_pass" in (web.etc / "nginx/vitrine/archive.conf").read_text()


def test_what_nginx_refuses_is_taken_back(web):
    assert web.site(HOST).returncode == 0
    before = {path: path.read_text() for path in web.etc.rglob("*") if path.is_file()}
    broken = web.folder / "broken.pem"
    broken.write_text("no certificate")
    done = web.site(HOST, "--certificate", broken, "--key", broken)
    assert done.returncode == 1 and "nothing was changed" in done.stderr
    assert {path: path.read_text() for path in web.etc.rglob("*") if path.is_file()} == before
    assert web.enabled.resolve() == web.available


def test_site_of_the_administrator_is_kept_when_another_is_written(web):
    web.site(HOST)
    web.available.write_text(web.available.read_text() + "# mine\n")
    assert web.site("--parts").returncode == 0
    assert "# mine" in web.available.read_text()
    done = web.site("other.example")
    assert done.returncode == 0 and "edited by hand" in done.stdout and "as it was" in done.stdout
    before = web.available.with_suffix(".before")
    assert "# mine" in before.read_text()
    assert "other.example" in web.available.read_text() and "# mine" in web.available.read_text()
    assert HOST not in web.available.read_text()
    # Again and again, over HTTPS and back: what was written by hand stays.
    for arguments in (["third.example"], [HOST, *web.certificate()], [HOST, *web.certificate()], [HOST]):
        done = web.site(*arguments)
        assert done.returncode == 0 and "carry over" not in done.stdout
        assert web.available.read_text().count("# mine") == 1
    kept = [path.read_text() for path in web.available.parent.glob("vitrine.before*")]
    assert len(kept) == len(set(kept))


def test_lines_of_the_administrators_own_stay_where_they_belong(web):
    """In the server block that serves the pictures, over HTTP and HTTPS, and beside it."""
    assert web.site(HOST).returncode == 0
    text = web.available.read_text()
    mine = '    add_header X-Mine yes always;\n    location = /mine {\n        return 204;\n    }\n'
    text = text.replace("    # The image host and the archives.\n", mine + "    # The image host and the archives.\n", 1)
    own = "server {\n    listen 80;\n    server_name mine.example;\n    return 410;\n}\n"
    web.available.write_text(text + own)
    web.start()
    for arguments, scheme in ((web.certificate(), "https"), ([], "http")):
        done = web.site(HOST, *arguments)
        assert done.returncode == 0, done.stderr
        assert re.search(r"\d+ lines taken out, \d+ put in", done.stdout) and "as it was" in done.stdout
        assert web.available.read_text().endswith(own)
        # The workers of before go on for a moment.
        for address, status in ((f"{scheme}://{HOST}/mine", 204), (f"http://{HOST}/mine", 308 if arguments else 204)):
            wait_until(lambda: getattr(web.curl(address), "status", None) == status, 10, f"{address}: {status}")
        assert web.network.client("mine.example").get("/").status == 410


def test_change_of_the_same_lines_is_said_and_both_are_there(web):
    assert web.site(HOST).returncode == 0
    web.available.write_text(web.available.read_text().replace("listen 80;", "listen 8080;"))
    done = web.site(HOST, *web.certificate())
    assert done.returncode == 0
    named = re.search(r"it is (\S+):", done.stdout).group(1)
    assert "listen 8080;" in open(named).read() and "listen 443" in web.available.read_text()


def test_site_of_an_earlier_version_is_not_taken_for_an_edited_one(web):
    """It had the server blocks in another order, and nothing told how it was written."""
    certificate = web.certificate()
    assert web.site(HOST, *certificate).returncode == 0
    blocks = re.split(r"(?m)^(?=server \{)", web.available.read_text())
    tail = blocks[2].index("# The object store")
    web.available.write_text(blocks[0] + blocks[2][:tail] + blocks[1] + blocks[2][tail:])
    (web.etc / "nginx/vitrine/site.as-written").unlink()
    done = web.site("other.example", *certificate)
    assert done.returncode == 0 and "by hand" not in done.stdout and "other.example" in web.available.read_text()


@pytest.fixture
def remarks_on():
    """remarks_on(text): the text of a site, with the blocks for object store and console put on."""
    return lambda text: re.sub(r"(?m)^#(server|    |})", r"\1", text)


def test_store_and_console_stay_on_when_https_is_taken(web, remarks_on):
    assert web.site(HOST).returncode == 0
    text = remarks_on(web.available.read_text())
    text = text.replace("listen 9000;", "listen 9000;\n    allow 127.0.0.1;\n    deny all;").replace("127.0.0.1:9001", "127.0.0.1:9901")
    web.available.write_text(text)
    web.start()
    certificate = web.certificate()
    for arguments in (certificate, certificate, []):
        done = web.site(HOST, *arguments)
        assert done.returncode == 0, done.stderr
        scheme = "https" if arguments else "http"
        assert "object store stays on" in done.stdout and "console stays on" in done.stdout and "9901" in done.stdout
        def asked():
            answer = web.curl(f"{scheme}://{HOST}:9000/")
            return not answer.failed and answer.status == 503 and answer

        store = wait_until(asked, 10, scheme)
        assert "<HostId>vitrine</HostId>" in store.body
        assert web.network.client("localhost", 9901).get("/").status == 200
        text = web.available.read_text()
        assert "deny all;" in text and f"set $vitrine_store {scheme}://{HOST}:9000;" in text
        assert text.count("object-store.conf") == text.count("console.conf") == 1


def test_store_and_console_that_were_off_stay_off(web):
    assert web.site(HOST).returncode == 0
    plain = web.available.read_text()
    done = web.site(HOST, *web.certificate())
    assert done.returncode == 0 and "stays on" not in done.stdout
    assert re.search(r"(?m)^#server \{", web.available.read_text())
    assert web.site(HOST).returncode == 0
    assert web.available.read_text() == plain


def test_certificate_that_was_renewed_is_loaded(web):
    certificate = web.certificate()
    assert web.site(HOST, *certificate).returncode == 0
    web.start()
    first = web.curl("-w", "%{certs}", f"https://{HOST}/").body
    assert web.site("--renewed").stdout == "", "it is the one that nginx has"
    # Half of it is not taken, and asked for again.
    key = (web.folder / "key.pem").read_text()
    web.certificate()
    renewed = (web.folder / "key.pem").read_text()
    (web.folder / "key.pem").write_text(key)
    done = web.site("--renewed")
    assert done.returncode == 1 and "refuses the certificate" in done.stderr
    (web.folder / "key.pem").write_text(renewed)
    assert "loaded" in web.site("--renewed").stdout

    # curl trusts the new file only. A worker of nginx that is about to end may still take a connection.
    def is_new():
        answer = web.curl("-w", "%{certs}", f"https://{HOST}/")
        return not answer.failed and answer.body != first

    wait_until(is_new, 10, "the new certificate")
    assert web.site("--renewed").stdout == ""


def test_certificate_of_certbot_gets_a_hook(web):
    live = web.etc / "letsencrypt/live/host"
    live.mkdir(parents=True)
    _, certificate, _, key = web.certificate()
    shutil.copy(certificate, live / "fullchain.pem")
    shutil.copy(key, live / "privkey.pem")
    assert web.site(HOST, "--certificate", live / "fullchain.pem", "--key", live / "privkey.pem").returncode == 0
    hook = web.etc / "letsencrypt/renewal-hooks/deploy/vitrine"
    assert os.access(hook, os.X_OK) and "--renewed" in hook.read_text()
    assert web.site("--remove").returncode == 0
    assert not hook.exists()


@pytest.fixture
def next_version(tmp_path):
    """A clone in which other lines stand in some parts."""
    clone = tmp_path / "next"
    for name in ("deploy", "nginx"):
        shutil.copytree(CLONE / name, clone / name)
    for name, old, new in (
        ("http.conf.in", "keepalive 128;", "keepalive 256;"),
        ("archive.conf.in", "\n", "\n# Of the next version.\n"),
    ):
        part = clone / "nginx" / name
        part.write_text(part.read_text().replace(old, new, 1))
    return clone


def parts_of(web):
    return [web.etc / "nginx/conf.d/vitrine.conf", *sorted((web.etc / "nginx/vitrine").glob("*.conf"))]


def test_what_was_written_into_the_parts_by_hand_stays_over_upgrades(web, next_version):
    """In each of them; what another version has otherwise comes along."""
    assert web.site(HOST).returncode == 0
    assert len(parts_of(web)) > 10
    for path in parts_of(web):
        path.write_text(path.read_text().replace("rate=10r/s", "rate=77r/s") + "# mine\n")
    for clone, kept in ((next_version, "256"), (CLONE, "128"), (next_version, "256")):
        done = web.site("--parts", clone=clone)
        assert done.returncode == 0 and "carry over" not in done.stdout
        assert {"archive.conf", "vitrine.conf"} <= set(re.findall(r"edited by hand in \S+/(\S+) is as it was", done.stdout))
        common, *others = [path.read_text() for path in parts_of(web)]
        assert "rate=77r/s" in common and f"keepalive {kept};" in common
        assert all(text.endswith("# mine\n") for text in [common, *others])
    assert "# Of the next version." in (web.etc / "nginx/vitrine/archive.conf").read_text()
    assert web.site("--parts", clone=next_version).stdout == "", "nothing is left to do"
    assert not list((web.etc / "nginx").rglob("*.before*"))


def test_part_that_was_edited_where_it_has_to_change_is_kept_beside_it(web, next_version):
    assert web.site(HOST).returncode == 0
    common = web.etc / "nginx/conf.d/vitrine.conf"
    for mine in ("keepalive 1;", "keepalive 2;"):
        common.write_text(re.sub(r"keepalive \d+;", mine, common.read_text()))
        done = web.site("--parts", clone=next_version)
        assert done.returncode == 0
        named = re.search(r"it is (\S+):", done.stdout).group(1)
        assert mine in open(named).read() and "keepalive 256;" in common.read_text()
        web.site("--parts")
    assert len(list(common.parent.glob("vitrine.conf.before*"))) == 2


def test_parts_that_an_earlier_version_wrote_are_kept_once(web):
    """It did not remember what it wrote."""
    assert web.site(HOST).returncode == 0
    shutil.rmtree(web.etc / "nginx/vitrine/as-written")
    part = web.etc / "nginx/vitrine/archive.conf"
    part.write_text("# mine\n")
    said = web.site("--parts").stdout
    assert str(web.etc / "nginx/vitrine/before") in said and len(said.splitlines()) == 1
    assert (web.etc / "nginx/vitrine/before/archive.conf").read_text() == "# mine\n"
    assert (web.etc / "nginx/vitrine/before/vitrine.conf").exists() and "fastcgi_pass" in part.read_text()
    assert web.site("--parts").stdout == ""


def test_removal_keeps_what_was_written_by_hand(web):
    """Parts, the hook of certbot, and a site in the place of the link."""
    live = web.etc / "letsencrypt/live/host"
    live.mkdir(parents=True)
    _, certificate, _, key = web.certificate()
    shutil.copy(certificate, live / "fullchain.pem")
    shutil.copy(key, live / "privkey.pem")
    taken = [HOST, "--certificate", live / "fullchain.pem", "--key", live / "privkey.pem"]
    assert web.site(*taken).returncode == 0
    hook = web.etc / "letsencrypt/renewal-hooks/deploy/vitrine"
    own = "#!/bin/sh\n# mine\n"
    hook.write_text(own)
    done = web.site(*taken)
    assert done.returncode == 0 and f"{hook} was edited by hand, and stays as it is" in done.stdout
    for path in parts_of(web):
        path.write_text(path.read_text() + "# mine\n")
    edited = parts_of(web)
    web.enabled.unlink()
    web.enabled.write_text("# my site\n")
    done = web.site("--remove")
    assert done.returncode == 0
    for path in edited:
        before = path.with_name(f"{path.name}.before")
        assert str(before) in done.stdout and before.read_text().endswith("# mine\n") and not path.exists()
    assert hook.read_text() == own and web.enabled.read_text() == "# my site\n"
    # The lines of the site are in force again where it comes back.
    web.enabled.unlink()
    web.available.write_text(web.available.read_text() + "# mine\n")
    done = web.site(HOST)
    assert "carry over" not in done.stdout and web.available.read_text().endswith("# mine\n") and web.enabled.is_symlink()
    # Removed again, they stay.
    assert web.site("--parts").returncode == 0 and web.site("--remove").returncode == 0
    assert all(path.with_name(f"{path.name}.before").exists() for path in edited)


def test_removal_leaves_a_sound_nginx_and_the_site_file(web):
    web.site(HOST)
    assert web.site("--remove").returncode == 0
    left = sorted(path.name for path in (web.etc / "nginx").rglob("*") if path.is_file() or path.is_symlink())
    assert left == ["nginx.conf", "vitrine"]
    assert web.available.exists() and not web.enabled.is_symlink()


@pytest.mark.parametrize(
    "arguments, named",
    [
        ([], "host name"),
        (["no host"], "no host is no host name"),
        ([HOST, "--certificate", "/etc/hostname"], "--key"),
        ([HOST, "--certificate", "/no/such", "--key", "/no/such"], "/no/such"),
        (["--frobnicate"], "--frobnicate"),
    ],
)
def test_wrong_usage_is_one_line_that_says_so(web, arguments, named):
    done = web.site(*arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and named in done.stderr
    assert not web.available.exists()

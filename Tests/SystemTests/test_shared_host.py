"""A host that other services share, Debian 12 and 13: the site of a CMS in nginx, and an FTP server that fills the photo
folders, each with the mask that Debian's package gives it. From the package before to removal nothing of theirs breaks.
The tests build on each other, in their order."""

import concurrent.futures
import contextlib
import ftplib
import http.client
import io
import itertools
import re
import shutil
import subprocess
import threading
import zipfile
from pathlib import Path

import pytest

import machine as machines
import network
import pictures
from documents import OPERATOR
from harness import CLONE, let_pass, wait_until

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(bool(machines.missing()), reason=f"needs {machines.missing()}"),
]
HOST, CMS = "pictures.example", "cms.example"
PHOTOS = "/var/lib/vitrine/photos"
PASSWORD = "as long as it takes"
OWNER = "ftpuser:ftpuser 755"

# Of each FTP server: its package, and what its administrator adds so that local users may write.
FTP_SERVERS = {"vsftpd": ("vsftpd", "etc/vsftpd.conf", "write_enable=YES\n"), "proftpd": ("proftpd-core", None, "")}

# How the unit and the folders were before the photographs became theirs who fill them.
UNIT_BEFORE = "StateDirectory=vitrine\nStateDirectoryMode=0755\n"
FOLDERS_BEFORE = """\
d /var/lib/vitrine        0755 vitrine vitrine -
d /var/lib/vitrine/photos 0755 root    root    -
d /var/log/vitrine        0750 vitrine vitrine -
"""


def changed(package, version, change=lambda tree: None):
    """The package with another version, and with what `change` makes of its files."""
    tree = package.with_name(version)
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    change(tree)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*", f"Version: {version}-1", control.read_text(), flags=re.MULTILINE))
    made = package.with_name(f"vitrine_{version}-1.deb")
    build = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", tree, made]
    subprocess.run(build, check=True, capture_output=True)
    return made


def as_before(tree):
    """Unit, folders and nginx's files of the time when systemd gave all folders the owner that it knew."""
    unit = tree / "lib/systemd/system/vitrine.service"
    text, folder = re.subn(r"# No StateDirectory=.*?\nExecStartPre=.*?\n", UNIT_BEFORE, unit.read_text(), flags=re.DOTALL)
    text, limits = re.subn(r"ReadWritePaths=.*\n|MemoryMax=.*\n", "", text)
    text, reload = re.subn(r"ExecReload=/bin/sh .*\n", "ExecReload=/bin/kill -HUP $MAINPID\n", text)
    assert (folder, limits, reload) == (1, 2, 1)
    unit.write_text(text)
    (tree / "usr/lib/tmpfiles.d/vitrine.conf").write_text(FOLDERS_BEFORE)
    # An upgrade changes what nginx includes, so that nginx reloads, too.
    with open(tree / "usr/share/vitrine/nginx/archive.conf.in", "a") as part:
        part.write("# As it was.\n")


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The package of before, the present one, and one with a higher version."""
    folder = tmp_path_factory.mktemp("packages")
    command = [CLONE / "deploy/package", "--version", "1.0", "--out", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    present = Path(done.stdout.splitlines()[-1])
    return [changed(present, "0.9", as_before), present, changed(present, "1.1")]


class Host(machines.Machine):
    """A machine with an FTP server whose user fills the photo folders, and a CMS on HTTP and HTTPS."""

    def __init__(self, tree, log, ftp):
        super().__init__(tree, log)
        self.ftp_server = ftp

    def prepare(self, packages):
        package, settings, added = FTP_SERVERS[self.ftp_server]
        for path in packages:
            shutil.copy(path, self.tree / "root")
        self.install(f"/root/{packages[0].name}", package, "libvips-tools")
        if settings:
            with open(self.tree / settings, "a") as file:
                file.write(added)
        self.off("useradd", "--home-dir", PHOTOS, "--no-create-home", "ftpuser")
        self.off("sh", "-c", f"echo 'ftpuser:{PASSWORD}' | chpasswd")
        # proftpd wants an address of the machine itself.
        (self.tree / "etc/hostname").write_text("shared\n")
        (self.tree / "etc/hosts").write_text(f"127.0.0.1 localhost {HOST} {CMS}\n::1 localhost\n127.0.1.1 shared\n")
        for name in (HOST, CMS):
            self.certificate(name)
        page = self.tree / "var/www/html/index.html"
        page.write_text("the page of the CMS")

    def certificate(self, name):
        base = self.tree / f"etc/ssl/{name}"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        command += ["-keyout", f"{base}.key", "-out", f"{base}.pem", "-days", "2", "-subj", f"/CN={name}"]
        subprocess.run([*command, "-addext", f"subjectAltName=DNS:{name}"], check=True, capture_output=True)

    def take_cms(self):
        """The site of the CMS, as the example has it, and with a certificate of its own."""
        plain = (CLONE / "nginx/site/cms.conf").read_text()
        tls = re.sub(r"listen (\[::\]:)?80;", r"listen \g<1>443 ssl;", plain)
        keys = f"    ssl_certificate /etc/ssl/{CMS}.pem;\n    ssl_certificate_key /etc/ssl/{CMS}.key;\n"
        tls = tls.replace("    root ", keys + "    root ", 1)
        (self.tree / "etc/nginx/sites-enabled/cms").write_text(plain + tls)
        self.run("nginx", "-t", "-q")
        self.run("systemctl", "reload-or-restart", "nginx")

    @contextlib.contextmanager
    def ftp(self):
        """A session of the user who fills the photo folders."""
        with network.inside(self.leader):
            with ftplib.FTP(timeout=20) as session:
                session.connect("127.0.0.1", 21)
                session.login("ftpuser", PASSWORD)
                yield session

    def put(self, path, content):
        with self.ftp() as session:
            session.storbinary(f"STOR {path}", io.BytesIO(content))

    def owner(self, path=PHOTOS):
        return self.run("stat", "-c", "%U:%G %a", path).strip()

    def https(self, name, path):
        """Status and body, from the site with that name and certificate."""
        command = ["nsenter", f"--target={self.leader}", "--net", "curl", "--silent", "--show-error", "--max-time", "20"]
        command += ["--cacert", self.tree / f"etc/ssl/{name}.pem", "--resolve", f"{name}:443:127.0.0.1"]
        done = subprocess.run([*command, "--write-out", "%{http_code}", f"https://{name}{path}"], capture_output=True)
        assert done.returncode == 0, done.stderr
        return int(done.stdout[-3:]), done.stdout[:-3]

    def archived(self, folder, name=CMS):
        """What is in the archive of a photo folder, or None where there is none."""
        answer = self.client(name).get(f"/archive/{folder}/")
        if answer.status != 200:
            return None
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            return {one: archive.read(one) for one in archive.namelist()}

    def check_neighbours(self):
        """What the others on this host have is as it was."""
        assert self.run("systemctl", "--failed", "--plain", "--no-legend") == ""
        for unit in ("nginx", self.ftp_server):
            assert self.property(f"{unit}.service", "ActiveState") == "active", unit
        answer = self.client(CMS).get("/")
        assert (answer.status, answer.body) == (200, b"the page of the CMS")
        if (self.tree / "etc/nginx/sites-enabled/cms").exists():
            assert self.https(CMS, "/") == (200, b"the page of the CMS")

    def check_filling(self, name):
        """The FTP user still makes folders and files; visitors have them."""
        assert self.owner() == OWNER
        content = pictures.jpeg()
        with self.ftp() as session:
            session.mkd(f"made-{name}")
            session.storbinary(f"STOR made-{name}/one.jpg", io.BytesIO(content))
            session.storbinary(f"STOR trip/{name}.jpg", io.BytesIO(content))
            session.delete(f"trip/{name}.jpg")
        wait_until(lambda: self.archived(f"made-{name}") == {"one.jpg": content}, 20, "the archive")


@pytest.fixture(scope="module", params=itertools.product(machines.RELEASES, FTP_SERVERS), ids="-".join)
def host(request, tmp_path_factory, packages):
    """A booted machine on which the package of before was installed, then the CMS's site."""
    version, ftp = request.param
    folder = tmp_path_factory.mktemp("host")
    made = Host(machines.fresh_tree(folder / "tree", version), folder / "console", ftp)
    made.prepare(packages)
    try:
        made.boot()
        made.run("vitrine-site", HOST)
        made.run("vitrine-site", "--parts")
        made.take_cms()
        # As the README says; after the boot, since that package gave the folder back to root.
        made.run("chown", "ftpuser:ftpuser", PHOTOS)
        yield made
        made.power_off()
    finally:
        made.kill()


def install(host, package):
    done = host.try_run("dpkg", "--install", f"/root/{package.name}")
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout + done.stderr
    assert [line for line in said.splitlines() if re.search("[Ff]ailed|goes on|[Uu]nknown", line)] == []


def again(ask, connection):
    """The answer, from another connection where the one that was kept turns out to be closed: browsers and curl do so, since
    a server may close it at any time between requests, as nginx does when it reloads."""
    was_kept = connection.sock is not None
    try:
        return ask()
    except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
        if not was_kept:
            raise
        connection.close()
        return ask()


def test_host_is_sound_before_anything_is_upgraded(host):
    assert "StateDirectory=vitrine" in host.run("systemctl", "cat", "vitrine.service")
    host.check_neighbours()
    host.put("first.txt", b"a file beside the folders")
    assert host.owner() == OWNER


def test_upgrade_from_the_package_before_fails_no_request_and_takes_nothing_from_the_ftp_user(host, packages):
    """Visitors of the image host and of the CMS ask on; the FTP user goes on writing."""
    image_host, cms = host.client(HOST), host.client(CMS)
    # By root, so that the FTP server's mask has no part in it.
    host.run("install", "-d", "-o", "ftpuser", "-g", "ftpuser", f"{PHOTOS}/load")
    (host.tree / f"{PHOTOS[1:]}/load/one.jpg").write_bytes(pictures.jpeg())
    wait_until(lambda: host.archived("load"), 20, "an archive")
    archive = cms.get("/archive/load/").body
    failures, stop, counted, kept = [], threading.Event(), [0] * 8, {}

    def visit(number):
        connection = (image_host if number % 2 else cms).connection()
        while not stop.is_set():
            try:
                if number % 2 == 0:
                    good = again(lambda: cms.get("/archive/load/", connection=connection), connection).body == archive
                    good = good and again(lambda: cms.get("/", connection=connection), connection).status == 200
                else:
                    content = pictures.png(16, 16)
                    answer = again(lambda: image_host.upload(content, "x.png", connection=connection), connection)
                    good = answer.status == 201
                    if good:
                        kept[answer.json()["name"]] = answer.json()["size"]
                if not good:
                    failures.append(number)
            except Exception as error:
                failures.append((number, repr(error)))
                connection.close()
            counted[number] += 1
        connection.close()

    def fill():
        written = 0
        while not stop.is_set():
            try:
                host.put(f"written-{written}.jpg", pictures.jpeg())
                written += 1
            except Exception as error:
                failures.append(("ftp", repr(error)))
        return written

    supervisor = host.property("vitrine.service", "MainPID")
    with concurrent.futures.ThreadPoolExecutor(9) as pool:
        running = [pool.submit(visit, number) for number in range(8)]
        filling = pool.submit(fill)
        let_pass(1, "load before the upgrade")
        try:
            install(host, packages[1])
            let_pass(3, "load after the upgrade")
        finally:
            stop.set()
        concurrent.futures.wait([*running, filling], 60)
    assert failures == []
    assert min(counted) > 0 and filling.result() > 0
    # What was asked again has not been done twice.
    assert {path.name for path in (host.tree / "var/lib/vitrine/images").glob("[!.]*")} == set(kept)
    for name, size in kept.items():
        assert len(image_host.get(f"/images/{name}").body) == size
    assert host.owner() == OWNER
    assert host.owner(f"{PHOTOS}/load/one.jpg").startswith("root:")
    assert host.property("vitrine.service", "MainPID") == supervisor
    assert host.run("readlink", f"/proc/{supervisor}/exe").strip() == "/usr/bin/vitrine"
    assert host.property("vitrine.service", "StateDirectory") == ""
    assert host.property("vitrine.service", "NeedDaemonReload") == "no"
    host.run("systemctl", "restart", "vitrine")
    assert host.owner() == OWNER
    host.check_neighbours()


def test_what_ftp_brings_can_be_downloaded_or_is_refused_in_words(host):
    content = pictures.jpeg()
    with host.ftp() as session:
        session.mkd("trip")
        session.storbinary("STOR trip/one.jpg", io.BytesIO(content))
    visitor = host.client(CMS)
    if host.ftp_server == "vsftpd":
        # Debian leaves the mask at 077: nobody but the FTP user may look into the folder, then read the file.
        assert host.owner(f"{PHOTOS}/trip") == "ftpuser:ftpuser 700"
        for where, remedy in (("the folder itself", "CHMOD 755 trip"), ("one.jpg", "CHMOD 644 trip/one.jpg")):
            answer = visitor.get("/archive/trip/")
            assert answer.problem() == (503, "cannot-be-packed")
            page = visitor.get("/archive/trip/", {"Accept": "text/html"})
            assert page.status == 503 and "cannot be packed" in page.body.decode()
            told = host.try_run("vitrine", "check")
            named = f"photo folder trip cannot be packed: {where}: cannot be read"
            assert told.returncode == 1 and [line for line in told.stdout.splitlines() if line.startswith(named)]
            with host.ftp() as session:
                session.sendcmd(f"SITE {remedy}")
        # For all that is to come.
        (remedy,) = set(re.findall(r"`(local_umask=\d+)`", OPERATOR))
        with open(host.tree / "etc/vsftpd.conf", "a") as settings:
            settings.write(f"{remedy}\n")
        host.run("systemctl", "restart", "vsftpd")
        host.run("sh", "-c", f"rm -f {PHOTOS}/written-*")
    wait_until(lambda: host.archived("trip") == {"one.jpg": content}, 20, "the archive")
    assert host.archived("trip", HOST) == {"one.jpg": content}
    assert host.run("vitrine", "check", "--url", f"http://{HOST}") == "all is well\n"
    host.check_filling("by-mask")


def test_photographs_may_be_open_to_a_group_of_the_service_only(host):
    """Where not everybody who has an account on the host is to read them."""
    (joining,) = re.findall(r"`(usermod [^`]*)`", OPERATOR)
    host.run(*joining.split())
    content = pictures.jpeg()
    with host.ftp() as session:
        session.mkd("grouped")
        session.storbinary("STOR grouped/one.jpg", io.BytesIO(content))
    host.run("chmod", "-R", "u=rwX,g=rX,o=", f"{PHOTOS}/grouped")
    assert host.client(CMS).get("/archive/grouped/").problem() == (503, "cannot-be-packed")
    host.run("systemctl", "restart", "vitrine")
    wait_until(lambda: host.archived("grouped") == {"one.jpg": content}, 20, "the archive")
    assert host.run("vitrine", "check") == "all is well\n"


def test_ftp_goes_on_after_a_boot_an_installation_and_an_upgrade(host, packages):
    host.power_off()
    host.boot()
    host.check_neighbours()
    host.check_filling("booted")
    install(host, packages[1])
    host.check_filling("installed-again")
    install(host, packages[2])
    host.check_filling("upgraded")
    host.run("systemctl", "restart", "vitrine")
    host.run("systemd-tmpfiles", "--create")
    host.check_filling("started-again")
    host.check_neighbours()


def test_https_of_one_leaves_the_other_as_it_is(host):
    host.run("vitrine-site", HOST, "--certificate", f"/etc/ssl/{HOST}.pem", "--key", f"/etc/ssl/{HOST}.key")
    assert host.https(HOST, "/healthz")[0] == 200
    status, body = host.https(HOST, "/archive/trip/")
    assert status == 200 and zipfile.ZipFile(io.BytesIO(body)).testzip() is None
    assert host.client(HOST).get("/healthz").status == 308
    status, body = host.https(CMS, "/archive/trip/")
    assert status == 200 and zipfile.ZipFile(io.BytesIO(body)).testzip() is None
    assert host.client(CMS).get("/archive/trip/").status == 200
    host.check_neighbours()
    host.power_off()
    host.boot()
    assert host.https(HOST, "/healthz")[0] == 200
    host.check_neighbours()


def test_removal_takes_nothing_from_the_others(host):
    host.run("dpkg", "--remove", "vitrine")
    host.run("nginx", "-t", "-q")
    host.run("systemctl", "restart", "nginx")
    host.check_neighbours()
    for answer in (host.client(CMS).get("/archive/trip/").status, host.https(CMS, "/archive/trip/")[0]):
        assert answer == 404
    assert host.owner() == OWNER
    host.put("trip/after.jpg", pictures.jpeg())
    host.power_off()
    host.boot()
    host.check_neighbours()
    assert host.owner() == OWNER


def test_purge_takes_nothing_from_the_others(host, packages):
    host.run("dpkg", "--purge", "vitrine")
    host.run("systemctl", "restart", "nginx")
    host.check_neighbours()
    host.put("trip/purged.jpg", pictures.jpeg())
    # Whoever comes back to it finds the photographs, and the FTP user his folder.
    install(host, packages[2])
    host.run("vitrine-site", "--parts")
    host.check_filling("back")
    assert {"one.jpg", "after.jpg", "purged.jpg"} <= set(host.archived("trip"))
    host.check_neighbours()

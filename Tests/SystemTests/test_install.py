"""deploy/install and deploy/uninstall on a fresh Debian, 12 and then 13, under its own systemd. The tests build on each
other."""

import os
import shutil

import pytest

import machine as machines
import pictures
from harness import CLONE, program, wait_until

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(bool(machines.missing()), reason=f"needs {machines.missing()}"),
]
HOST = "pictures.example"
INSTALL, UNINSTALL = "/root/my clone/deploy/install", "/root/my clone/deploy/uninstall"


@pytest.fixture(scope="module", params=machines.RELEASES)
def machine(request, tmp_path_factory):
    """A machine of each release in turn, with a clone whose build is made already, and a `swift` that therefore has nothing to
    do."""
    folder = tmp_path_factory.mktemp("machine")
    made = machines.Machine(machines.fresh_tree(folder / "tree", request.param), folder / "console")
    clone = made.tree / "root/my clone"
    for name in ("deploy", "nginx", "systemd", "www"):
        shutil.copytree(CLONE / name, clone / name)
    (clone / ".build/release").mkdir(parents=True)
    shutil.copy(program(), clone / ".build/release/vitrine")
    swift = made.tree / "usr/local/bin/swift"
    swift.write_text("#!/bin/sh\necho Swift version 6.2.3\n")
    swift.chmod(0o755)
    made.off("apt-get", "-q", "update")
    try:
        yield made
        made.power_off()
    finally:
        made.kill()


def files(machine):
    """What is on the machine that an installation may touch: paths, and the time of the last change of what each holds."""
    found = machine.tree / "usr", machine.tree / "etc", machine.tree / "var/lib/vitrine"
    paths = [path for root in found for path in root.rglob("*") if path.is_symlink() or path.is_file()]
    return {str(path.relative_to(machine.tree)): os.lstat(path).st_mtime_ns for path in paths}


def test_dry_run_changes_nothing(machine):
    before = files(machine)
    said = machine.off(INSTALL, "--dry-run")
    assert "/usr/local/bin/vitrine" in said and "/etc/vitrine/vitrine.conf" in said and "systemd-sysusers" in said
    assert files(machine) == before


def test_installation_needs_no_running_systemd(machine):
    said = machine.off(INSTALL)
    assert "systemd does not run here" in said
    assert (machine.tree / "usr/local/bin/vitrine").exists()
    assert "vitrine:" in (machine.tree / "etc/passwd").read_text()


def test_second_installation_starts_the_service(machine):
    machine.boot()
    machine.run(INSTALL)
    assert machine.property("vitrine.service", "ActiveState") == "active"
    assert "/usr/local/bin/vitrine" in machine.property("vitrine.service", "ExecStart")
    machine.run("vitrine-site", HOST)
    client = machine.client(HOST)
    wait_until(lambda: client.get("/healthz").status == 200, 10, "nginx has reloaded")
    assert client.upload(pictures.jpeg(), "cat.jpg").status == 201
    assert client.get("/terms.html").status == 200


def test_installing_again_changes_nothing_that_was_edited_and_loses_no_process(machine):
    settings = machine.tree / "etc/vitrine/vitrine.conf"
    settings.write_text(settings.read_text() + "VITRINE_LEVEL=warning\n")
    before, supervisor = files(machine), machine.property("vitrine.service", "MainPID")
    said = machine.run(INSTALL)
    assert "/etc/vitrine/vitrine.conf (kept as it is)" in said
    after = files(machine)
    data = "var/lib/vitrine/"
    assert {path for path in after if after[path] != before.get(path) and not path.startswith(data)} == set()
    assert machine.property("vitrine.service", "MainPID") == supervisor
    assert machine.client(HOST).get("/healthz").status == 200


def test_what_was_changed_by_hand_outlives_another_version(machine):
    """In each file of /etc that deploy/install or vitrine-site writes; and what is enabled, and modes."""
    clone = machine.tree / "root/my clone"
    edited = machines.edit_by_hand(machine.tree)
    for name in ("systemd/system/vitrine.service", "sysusers.d/vitrine.conf", "tmpfiles.d/vitrine.conf", "nginx/vitrine/archive.conf"):
        assert f"etc/{name}" in edited
    for name in ("systemd/vitrine.service", "systemd/vitrine.tmpfiles", "nginx/archive.conf.in", "www/terms.html"):
        (clone / name).write_text("# Of another version.\n" + (clone / name).read_text())
    machine.run("systemctl", "disable", "--quiet", "--now", "vitrine-certificate.timer")
    machine.run("chmod", "644", "/etc/vitrine/vitrine.conf")
    said = machine.run(INSTALL)
    assert "/etc/systemd/system/vitrine.service (what was edited by hand stays)" in said
    assert [name for name in edited if not (machine.tree / name).read_text().endswith(edited[name])] == []
    for name in ("systemd/system/vitrine.service", "tmpfiles.d/vitrine.conf", "nginx/vitrine/archive.conf"):
        assert "# Of another version." in (machine.tree / "etc" / name).read_text()
    assert machine.property("vitrine-certificate.timer", "UnitFileState") == "disabled"
    assert machine.run("stat", "-c", "%U:%G %a", "/etc/vitrine/vitrine.conf") == "root:vitrine 644\n"
    # The very same line: the new one holds, and the file of before is there.
    unit = machine.tree / "etc/systemd/system/vitrine.service"
    unit.write_text(unit.read_text().replace("WatchdogSec=30", "WatchdogSec=77"))
    source = clone / "systemd/vitrine.service"
    source.write_text(source.read_text().replace("WatchdogSec=30", "WatchdogSec=31"))
    assert f"/etc/systemd/system/vitrine.service.before" in machine.run(INSTALL)
    assert "WatchdogSec=31" in unit.read_text()
    assert "WatchdogSec=77" in unit.with_name("vitrine.service.before").read_text()
    assert machine.client(HOST).get("/healthz").status == 200
    unit.write_text(unit.read_text() + "# mine\n")


def test_removal_keeps_pictures_and_settings(machine):
    before = files(machine)
    machine.run(UNINSTALL, "--dry-run")
    assert files(machine) == before
    machine.run(UNINSTALL)
    left = {path for path in files(machine) if "vitrine" in path and not path.startswith("var/lib/vitrine/")}
    whole = {
        "etc/logrotate.d/vitrine",
        "etc/nginx/sites-available/vitrine",
        "etc/vitrine/terms.html",
        "etc/vitrine/vitrine.conf",
    }
    # Of what was edited there is a copy.
    copies = {path for path in left if ".before" in path}
    assert left == whole | copies and all("# mine" in (machine.tree / path).read_text() for path in whole - {"etc/vitrine/terms.html"})
    for name in ("vitrine.service", "vitrine.socket", "vitrine-certificate.timer"):
        assert any("# mine" in (machine.tree / path).read_text() for path in copies if path.startswith(f"etc/systemd/system/{name}."))
    assert any((machine.tree / "var/lib/vitrine/images").glob("*.jpg"))
    machine.run("nginx", "-t", "-q")


def test_purge_asks_first(machine):
    refused = machine.try_run(UNINSTALL, "--purge", input="no\n")
    assert refused.returncode == 1 and "nothing was removed" in refused.stderr
    assert any((machine.tree / "var/lib/vitrine/images").glob("*.jpg"))
    machine.run(UNINSTALL, "--purge", input="yes\n")
    assert [path for path in files(machine) if "vitrine" in path] == []
    assert "vitrine:" not in (machine.tree / "etc/passwd").read_text()

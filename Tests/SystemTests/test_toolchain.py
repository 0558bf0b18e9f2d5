"""The versions of Swift that README, scripts and the Dockerfile name, and what the compose file asks for and hands on."""

import json
import re
import subprocess

import pytest

from harness import CLONE


def text(path):
    return (CLONE / path).read_text()


def tried():
    """The versions that deploy/lib.sh says the program was built and tested with, the oldest first."""
    script = '. deploy/lib.sh && printf "%s\\n" "${swift_versions[@]}"'
    done = subprocess.run(["bash", "-c", script], cwd=CLONE, capture_output=True, text=True, check=True)
    return done.stdout.split()


def ensure_swift(tmp_path, version):
    """What ensure_swift says where `swift` has that version, and whether it goes on."""
    swift = tmp_path / "swift"
    swift.write_text(f"#!/bin/sh\necho 'Swift version {version} (swift-{version}-RELEASE)'\n")
    swift.chmod(0o755)
    script = f'PATH={tmp_path}:$PATH; . deploy/lib.sh; ensure_swift'
    done = subprocess.run(["bash", "-c", script], cwd=CLONE, capture_output=True, text=True)
    return done.returncode == 0, done.stderr


def test_readme_names_the_versions_that_were_tried():
    place = text("README.md").split("## Two commands")[1].split("```")[0]
    assert set(re.findall(r"\b\d+\.\d+(?:\.\d+)?\b", place)) == set(tried())
    assert f"of version {tried()[0]} or later" in place


def test_dockerfile_builds_with_one_of_them():
    images = re.findall(r"\bswift:(\S+)", text("deploy/Dockerfile"))
    assert images and all(image.removesuffix("-bookworm") in tried() for image in images), images


def test_scripts_refuse_what_is_older(tmp_path):
    oldest = tried()[0]
    for version in [*tried(), "6.10", "7.0"]:
        assert ensure_swift(tmp_path, version) == (True, "")
    for version in ("5.10.1", "6.1.3", "6.2", "6.2.2"):
        goes_on, said = ensure_swift(tmp_path, version)
        assert not goes_on and re.findall(r"\d+\.\d+(?:\.\d+)?", said) == [version, oldest], said


def without_swift(tmp_path, candidate):
    """ensure_swift where no swift is on PATH, and apt knows that version of Debian's own."""
    for name, script in {
        "apt-cache": f"printf 'swiftlang:\\n  Installed: (none)\\n  Candidate: {candidate}\\n'",
        # Its installation.
        "env": f'case "$*" in *install*swiftlang*) cp {tmp_path}/made {tmp_path}/swift ;; *) exit 1 ;; esac',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "made").write_text("#!/bin/sh\necho 'Swift version 6.2.3'\n")
    (tmp_path / "made").chmod(0o755)
    for name in ("bash", "cp", "dpkg", "dirname", "sed", "sort", "head", "sh"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    script = f'PATH={tmp_path}; . deploy/lib.sh; ensure_packages() {{ env install "$@"; }}; ensure_swift'
    done = subprocess.run(["/bin/bash", "-c", script], cwd=CLONE, capture_output=True, text=True)
    return done.returncode == 0, done.stderr


@pytest.mark.parametrize("candidate, is_taken", [("6.2.3-2", True), ("6.0.3-2", False), ("(none)", False), ("", False)])
def test_debians_own_is_installed_where_it_is_new_enough(tmp_path, candidate, is_taken):
    goes_on, said = without_swift(tmp_path, candidate)
    assert goes_on is is_taken
    if not is_taken:
        # The three ways, in one line.
        assert all(way in said for way in ("https://www.swift.org/install/", "deploy/package", "docker compose"))
        assert len(said.splitlines()) == 1


def test_package_can_be_read_by_the_oldest():
    tools = re.match(r"// swift-tools-version: ?([\d.]+)", text("Package.swift")).group(1)
    assert [int(part) for part in tools.split(".")] <= [int(part) for part in tried()[0].split(".")]


def test_compose_file_asks_for_no_limit_that_the_engine_may_lack():
    assert "ulimits" not in text("deploy/compose.yaml") + text("deploy/compose.cluster.yaml")


@pytest.mark.parametrize("has_module, has_library", [(True, True), (True, False), (False, False)])
def test_empty_library_stands_in_where_only_the_module_is_there(tmp_path, has_module, has_library):
    runtime, empty = tmp_path / "runtime", tmp_path / "a folder/empty"
    runtime.mkdir()
    if has_module:
        (runtime / "_Testing_Foundation.swiftmodule").mkdir()
    if has_library:
        (runtime / "lib_Testing_Foundation.so").touch()
    information = {"paths": {"runtimeLibraryPaths": [str(runtime)], "runtimeLibraryImportPaths": ["/elsewhere"]}}
    (tmp_path / "info.json").write_text(json.dumps(information, indent=2))
    swift = tmp_path / "swift"
    swift.write_text(f"#!/bin/sh\n[ $1 = -print-target-info ] && cat {tmp_path}/info.json\n")
    swift.chmod(0o755)
    script = '. deploy/lib.sh; find_test_flags "$0"; [ ${#test_flags[@]} = 0 ] || printf "%s\\n" "${test_flags[@]}"'
    command = ["bash", "-euc", f"PATH={tmp_path}:$PATH; {script}", empty]
    done = subprocess.run(command, cwd=CLONE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    library = empty / "lib_Testing_Foundation.a"
    if has_module and not has_library:
        assert done.stdout.splitlines() == ["-Xlinker", f"-L{empty}"]
        members = subprocess.run(["ar", "t", library], capture_output=True, text=True, check=True).stdout
        assert members == ""
    else:
        assert done.stdout == "" and not library.exists()


def test_example_of_an_env_file_lists_what_the_compose_files_take_with_their_defaults():
    taken = {}
    for name in ("compose.yaml", "compose-ports.yaml", "compose.cluster.yaml"):
        taken |= dict(re.findall(r"\$\{(\w+):-([^}$]*)\}", text(f"deploy/{name}")))
        taken |= {name: "" for name in re.findall(r"\$\{(\w+):\?", text(f"deploy/{name}"))}
    listed = dict(re.findall(r"(?m)^#([A-Z0-9_]+)=(.*)$", text("deploy/.env.example")))
    assert listed.keys() == taken.keys()
    # What is empty there has the program's own default, or is named for the sake of an example.
    assert {name: listed[name] for name, default in taken.items() if default and name != "PHOTOS_DIR"} == {
        name: default for name, default in taken.items() if default and name != "PHOTOS_DIR"
    }

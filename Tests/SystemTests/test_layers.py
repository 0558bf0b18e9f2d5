"""The layers, as Sources/README.md draws them, are those of the code."""

import re

from harness import CLONE

SOURCES = CLONE / "Sources"
IMPORT = re.compile(r"^(?:public |package |internal |private )?import (\w+)", re.MULTILINE)


def layers():
    """The drawing: target to its line, counted from the top."""
    drawing = (SOURCES / "README.md").read_text().split("Each layer knows only those below it")[1].split("```")[1]
    lines = [re.match(r"\w+(?:  \w+)*(?=   )", line).group().split() for line in drawing.strip().splitlines()]
    return {target: number for number, line in enumerate(lines) for target in line}


def test_every_target_has_its_place_in_the_drawing():
    assert layers().keys() == {folder.name for folder in SOURCES.iterdir() if folder.is_dir()}


def test_no_target_imports_one_above_it():
    place = layers()
    upward = []
    for file in SOURCES.rglob("*.swift"):
        target = file.relative_to(SOURCES).parts[0]
        imported = IMPORT.findall(file.read_text())
        upward += [f"{file.name}: {name}" for name in imported if place.get(name, place[target]) < place[target]]
    assert upward == []


def test_values_depend_on_nothing_and_nobody_depends_on_foundation():
    values = {"HTTPSemantics": set(), "ZipArchive": set(), "ImageStructure": {"Digests"}}
    for file in SOURCES.rglob("*.swift"):
        imported = set(IMPORT.findall(file.read_text()))
        assert "Foundation" not in imported and "FoundationEssentials" not in imported, file.name
        allowed = values.get(file.relative_to(SOURCES).parts[0])
        assert allowed is None or imported <= allowed, file.name


def imports_of(target):
    """Every import of a target's files, with the file."""
    return [
        (file, name)
        for file in sorted((SOURCES / target).rglob("*.swift"))
        for name in IMPORT.findall(file.read_text())
    ]


SERVICES = {"ImageHost", "ArchiveDownload", "ObjectStorage", "Console", "Pictures", "AccountRecords"}


def declared():
    """The dependencies that Package.swift declares, by target."""
    package = (CLONE / "Package.swift").read_text()
    found = re.findall(r'layer\(\s*"(\w+)",\s*\[(.*?)\]', package, re.DOTALL)
    return {target: set(re.findall(r'"(\w+)"', names)) for target, names in found}


def test_services_depend_on_storage_and_not_on_where_it_is():
    dependencies = declared()
    assert SERVICES <= dependencies.keys()
    assert [target for target in SERVICES if "Database" in dependencies[target]] == []
    assert {target for target in dependencies if "LocalStorage" in dependencies[target]} == set()
    users = {
        target.name
        for target in SOURCES.iterdir()
        if target.is_dir() and "LocalStorage" in (name for _, name in imports_of(target.name))
    }
    assert users == {"Vitrine"}


def test_local_storage_knows_nothing_above_it():
    below = {"Storage", "DurableFiles", "EventLoop", "Database", "Digests", "Posix", "HTTPSemantics", "ImageStructure"}
    assert {name for _, name in imports_of("LocalStorage")} - {"Synchronization"} <= below


def test_services_open_no_file_by_its_name():
    """The only files that they hold are in memory: what they give to the program that makes thumbnails."""
    call = re.compile(r"FileDescriptor\.open|\.open\(\"|\b(?:openBeneath|unlink|rename|makeDirectory|directoryEntries|link)\(")
    found = [
        f"{file.relative_to(SOURCES)}: {line.strip()}"
        for service in SERVICES
        for file in sorted((SOURCES / service).rglob("*.swift"))
        for line in file.read_text().splitlines()
        if call.search(line) or re.search(r"^(?:\w+ )?import (?:DurableFiles|Database|Glibc|CLinux)$", line)
    ]
    assert found == []


def test_engine_storage_knows_nothing_above_it():
    below = {"Storage", "PostgreSQL", "BlobEngine", "HTTPTransfer", "EventLoop", "Digests", "Posix", "HTTPSemantics", "JSON"}
    assert {name for _, name in imports_of("EngineStorage")} - {"Synchronization"} <= below


def test_no_program_is_linked_with_a_library_that_it_loads():
    """libcurl and libpq are loaded where they are needed: a module map that names them would link every process."""
    for library in ("CCurl", "CPostgreSQL"):
        assert "link" not in (SOURCES / "CLibraries" / library / "module.modulemap").read_text()


def test_scripts_import_each_other_without_a_circle():
    site = CLONE / "www"
    statement = re.compile(r"""^\s*(?:import|export)\b[^;"']*?["']([^"']+\.js)["']""", re.MULTILINE)

    def target(file, name):
        return (site / name.lstrip("/") if name.startswith("/") else file.parent / name).resolve()

    imported = {
        file.resolve(): {target(file, name) for name in statement.findall(file.read_text())} for file in site.rglob("*.js")
    }
    assert len(imported) > 50 and all(found <= imported.keys() for found in imported.values())
    # A script whose imports are all done can be done: what is left imports itself in the end.
    left = dict(imported)
    while done := {file for file, found in left.items() if not found & left.keys()}:
        left = {file: found for file, found in left.items() if file not in done}
    assert sorted(file.name for file in left) == []

"""What the documents for developers name is there: files, types, tests."""

import re

import pytest

from harness import CLONE

DOCUMENTS = ["Sources/README.md", ".github/CONTRIBUTING.md"]
SWIFT = [file.read_text() for place in ("Sources", "Tests") for file in sorted((CLONE / place).rglob("*.swift"))]
DECLARED = {
    name
    for text in SWIFT
    for name in re.findall(r"\b(?:struct|class|enum|protocol|actor|typealias|func|case|let|var) (\w+)", text)
}
TARGETS = {folder.name for folder in (CLONE / "Sources").iterdir() if folder.is_dir()}
# What is not of this repository, or stands for something.
FOREIGN = {"README", "CHANGELOG", "NAME", "PATH", "SomeTests"}


def quoted(document):
    """What stands in backquotes, outside of drawings."""
    text = re.sub(r"```.*?```", "", (CLONE / document).read_text(), flags=re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(document):
    # Places in a data folder, and patterns, are no files of the repository.
    paths = [
        word
        for word in quoted(document)
        if re.fullmatch(r"[\w.+-]+(?:/[\w.+-]+)+/?", word) and not word.startswith((".vitrine", "images/", "thumbs/"))
    ]
    assert len(paths) > 8
    missing = [path for path in paths if not (CLONE / path).exists() and not (CLONE / "Sources" / path).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_type_that_a_document_names_is_declared(document):
    words = {
        word.split(".")[0]
        for word in quoted(document)
        if re.fullmatch(r"[A-Z]\w+(?:\.\w+)?", word) and not word.endswith(".swift")
    }
    names = {word for word in words if "_" not in word} - FOREIGN
    assert len(names) > 3
    assert names - DECLARED - TARGETS == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files(document):
    place = (CLONE / document).parent
    targets = re.findall(r"\]\(([^)#]+)\)", (CLONE / document).read_text())
    assert targets and all((place / target).resolve().exists() for target in targets)

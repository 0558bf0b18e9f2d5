"""Reads a zip archive with programs that others wrote, and compares what each of them finds in it.

    from zip_readers import check_with_all_readers
    check_with_all_readers("trip.zip", {"a.jpg": b"...", "empty/": b""})

An expected content is bytes, or a pathlib.Path of the file that holds them. A reader whose program is not installed is
left out with a warning that names the package.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import warnings
import zipfile

_HERE = pathlib.Path(__file__).resolve().parent
_ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}
_TIMEOUT = 600
# zipdetails takes time by the square of the number of members: a second at a thousand, hours at 65,536.
_ZIPDETAILS_LIMIT = 2000


class ReaderDisagrees(AssertionError):
    """A reader refuses the archive, or finds something else in it than expected."""


def check_with_all_readers(path, expected, readers=None):
    """Checks the archive with every reader, or with the named ones; returns the names of those that ran.

    `expected` maps each entry's name to its content; a name that ends in "/" is an empty folder's.
    Raises ReaderDisagrees at the first difference.
    """
    path = os.path.abspath(path)
    digests = {name: _expected_digest(content) for name, content in expected.items()}
    ran = []
    for name, (program, package, check) in READERS.items():
        if readers is not None and name not in readers:
            continue
        if program is not None and shutil.which(program) is None:
            warnings.warn(f"zip reader {name} left out: {program} is missing (apt-get install {package})")
            continue
        check(path, digests)
        ran.append(name)
    return ran


def check_unzip_test(path, expected):
    """Info-ZIP's own test of every member."""
    # An archive without members is 1, a warning.
    _run("unzip -t", ["unzip", "-tqq", path], allowed={0} if expected else {0, 1})


def check_unzip(path, expected):
    with _folder() as folder:
        # -^: control characters in names are kept; -V: so is what looks like a version number of VMS.
        _run("unzip", ["unzip", "-qq", "-^", "-V", path, "-d", folder], allowed={0} if expected else {0, 1})
        _compare("unzip", _digests_below(folder), expected)


def check_zipinfo(path, expected):
    out = _run("zipinfo", ["zipinfo", "-s", path], allowed={0} if expected else {0, 1}).decode(errors="replace")
    if expected:
        files = f"{len(expected)} file{'' if len(expected) == 1 else 's'}, "
        _require("zipinfo", out.splitlines()[-1].startswith(files), f"{files!r} not in {out.splitlines()[-1]!r}")


def check_zipdetails(path, expected):
    """Walks every header and extra field; unknown bytes between them are an error."""
    if len(expected) > _ZIPDETAILS_LIMIT:
        return
    out = _run("zipdetails", ["zipdetails", path]).decode(errors="replace")
    headers = sum("CENTRAL HEADER #" in line for line in out.splitlines())
    _require("zipdetails", headers == len(expected), f"{headers} central headers, {len(expected)} expected")
    for word in ("ERROR", "WARNING", "Unexpected", "unknown"):
        lines = [line for line in out.splitlines() if word in line and "'" not in line]
        _require("zipdetails", not lines, "\n".join(lines))


def check_7z(path, expected):
    with _folder() as folder:
        _run("7z", ["7z", "x", "-y", "-bd", f"-o{folder}", path])
        _compare("7z", _digests_below(folder), expected)


def check_bsdtar_file(path, expected):
    with _folder() as folder:
        _run("bsdtar", ["bsdtar", "-xf", path, "-C", folder])
        _compare("bsdtar", _digests_below(folder), _libarchive_names(expected))


def check_bsdtar_pipe(path, expected):
    """From a pipe libarchive cannot seek, and goes by the local headers alone."""
    with _folder() as folder, subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as cat:
        _run("bsdtar from a pipe", ["bsdtar", "-xf", "-", "-C", folder], stdin=cat.stdout)
        _compare("bsdtar from a pipe", _digests_below(folder), _libarchive_names(expected))


def check_python(path, expected):
    with zipfile.ZipFile(path) as archive:
        _require("zipfile", archive.testzip() is None, f"damaged member {archive.testzip()}")
        names = archive.namelist()
        _require("zipfile", len(names) == len(set(names)), "a name stands twice")
        found = {}
        for info in archive.infolist():
            _require("zipfile", not info.flag_bits & 0x08, f"{info.filename}: data descriptor")
            with archive.open(info) as member:
                found[info.filename] = _digest_of(member)
    _compare("zipfile", found, expected)


def check_java(path, expected):
    """java.util.zip.ZipInputStream, which refuses stored members with data descriptors and names that are not UTF-8."""
    out = _run("Java", ["java", "-XX:+UseSerialGC", str(_HERE / "ZipStreamReader.java"), path]).decode()
    found = {}
    for line in out.splitlines():
        name, size, digest = line.split()
        found[bytes.fromhex(name).decode()] = (int(size), digest)
    _compare("Java", found, expected)


# Name: (program, Debian package, check).
READERS = {
    "unzip -t": ("unzip", "unzip", check_unzip_test),
    "unzip": ("unzip", "unzip", check_unzip),
    "zipinfo": ("zipinfo", "unzip", check_zipinfo),
    "zipdetails": ("zipdetails", "perl", check_zipdetails),
    "7z": ("7z", "p7zip-full", check_7z),
    "bsdtar": ("bsdtar", "libarchive-tools", check_bsdtar_file),
    "bsdtar from a pipe": ("bsdtar", "libarchive-tools", check_bsdtar_pipe),
    "zipfile": (None, None, check_python),
    "Java": ("java", "default-jre-headless", check_java),
}


def _libarchive_names(expected):
    """libarchive takes a backslash for a separator where a name has no slash, and composes letters and accents: of two
    names that differ only in that, it keeps the file that comes last."""
    rename = lambda name: unicodedata.normalize("NFC", name if "/" in name else name.replace("\\", "/"))
    return {rename(name): expected[name] for name in sorted(expected, key=str.encode)}


def _run(reader, command, stdin=subprocess.DEVNULL, allowed=frozenset({0})):
    done = subprocess.run(
        command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_ENVIRONMENT, timeout=_TIMEOUT
    )
    message = (done.stdout[-2000:] + done.stderr[-2000:]).decode(errors="replace")
    _require(reader, done.returncode in allowed, f"exit status {done.returncode}\n{message}")
    return done.stdout


def _require(reader, condition, message):
    if not condition:
        raise ReaderDisagrees(f"{reader}: {message}")


def _compare(reader, found, expected):
    missing = sorted(expected.keys() - found.keys())
    _require(reader, not missing, f"missing: {missing[:10]!r}")
    surplus = sorted(found.keys() - expected.keys())
    _require(reader, not surplus, f"not expected: {surplus[:10]!r}")
    for name, digest in expected.items():
        _require(reader, found[name] == digest, f"{name!r}: {found[name]} found, {digest} expected")


def _folder():
    return tempfile.TemporaryDirectory(prefix="zip-reader-")


def _digests_below(folder):
    """Every file below the folder, and every empty folder, by its path."""
    found = {}
    for parent, folders, files in os.walk(folder):
        relative = os.path.relpath(parent, folder)
        prefix = "" if relative == "." else relative + "/"
        for name in files:
            with open(os.path.join(parent, name), "rb") as file:
                found[prefix + name] = _digest_of(file)
        if prefix and not files and not folders:
            found[prefix] = _expected_digest(b"")
    return found


def _expected_digest(content):
    if isinstance(content, (bytes, bytearray)):
        return len(content), hashlib.sha256(content).hexdigest()
    with open(content, "rb") as file:
        return _digest_of(file)


def _digest_of(file):
    digest = hashlib.sha256()
    size = 0
    while chunk := file.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


if __name__ == "__main__":
    # Compares an archive with a folder: zip_readers.py trip.zip folder
    archive, folder = sys.argv[1:]
    root = pathlib.Path(folder)
    content = {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}
    print("\n".join(check_with_all_readers(archive, content)))

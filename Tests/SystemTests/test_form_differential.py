"""Random forms are read as Python's own parser of multipart reads them."""

import email
import email.policy
import hashlib
import io

import pytest
from PIL import Image

from object_client import ObjectClient
from object_store import ObjectStore
from seeds import seeded

BOUNDARY_CHARACTERS = "abcXYZ0189'()+_,-./:=?"
NAME_CHARACTERS = "abc XYZ-_.,;=()&'[]{}äßé中🦆"
BUCKET = "forms"
# The fields that a form may have besides files; others are refused.
OPTIONS = {"visibility": [b"public", b"unlisted", b""], "expires": [b"1h", b""], "metadata": [b"keep", b""]}


class AsSent(email.policy.Compat32):
    """Fields as they were sent, whatever bytes they consist of."""

    def header_fetch_parse(self, name, value):
        return value


def read_by_python(kind, body):
    """Each part's field name, file name and content."""
    head = f"MIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body, policy=AsSent())
    assert message.is_multipart()
    parts = []
    for part in message.get_payload():
        name, file = (part.get_param(one, header="content-disposition") for one in ("name", "filename"))
        content = part.get_payload(decode=True)
        parts.append((as_text(name), as_text(file), content))
    return parts


def as_text(value):
    return value and value.encode("utf-8", "surrogateescape").decode()


def some_name(chance):
    length = chance.choice([1, 2, 10, 60])
    # A space at the edge, and a name that is no file's, are matters of their own.
    return "n" + "".join(chance.choice(NAME_CHARACTERS) for _ in range(length)).strip() + "n"


def some_boundary(chance):
    length = chance.choice([1, 2, 20, 69])
    return "".join(chance.choice(BOUNDARY_CHARACTERS) for _ in range(length)) + "b"


def some_content(chance, boundary):
    """What could be taken for the end of a part, or is one but for a byte; lines end as they like."""
    pieces = [b"\r\n", b"\r", b"\n", b"--", b"\r\n--", b"\r\n-", b"\0", b"\xff", f"--{boundary}"[:-1].encode()]
    pieces += [f"\r\n--{boundary}"[:-1].encode(), b"x", chance.randbytes(chance.choice([1, 100, 70_000]))]
    content = b"".join(chance.choice(pieces) for _ in range(chance.choice([0, 1, 3, 12])))
    return b"" if f"--{boundary}".encode() in content else content


def written(chance, boundary, parts):
    """A form's Content-Type and body, with all the freedom that the grammar leaves (RFC 2046, 5.1.1; RFC 7578)."""
    dashes = f"--{boundary}".encode()
    case = lambda text: chance.choice([str, str.lower, str.upper])(text)
    body = bytearray(chance.choice([b"", b"", b"\r\n", b"preamble\r\n", b"a\r\nb --\r\n"]))
    for name, file, content in parts:
        parameters = [f'{case("name")}="{name}"'] + ([] if file is None else [f'{case("filename")}="{file}"'])
        if chance.random() < 0.2:
            parameters.append("other=token")
        chance.shuffle(parameters)
        between = chance.choice(["; ", ";", " ; ", ";  "])
        lines = [f'{case("Content-Disposition")}:{chance.choice([" ", "", "  "])}{between.join([case("form-data"), *parameters])}']
        if chance.random() < 0.6:
            lines.append(f"{case('Content-Type')}: {chance.choice(['image/png', 'text/plain; charset=utf-8', 'x/y'])}")
        if chance.random() < 0.3:
            lines.append("X-Other: " + "v" * chance.choice([0, 1, 500]))
        chance.shuffle(lines)
        padding = chance.choice([b"", b"", b" ", b"\t  "])
        body += dashes + padding + b"\r\n" + "\r\n".join([*lines, "", ""]).encode() + content + b"\r\n"
    body += dashes + b"--" + chance.choice([b"", b"\r\n", b"\r\nepilogue", b" \r\n\r\n"])
    kind = chance.choice(['multipart/form-data; boundary="%s"', 'Multipart/Form-Data; charset=utf-8; Boundary="%s"'])
    if all(character not in "'()+,/:=?" for character in boundary):
        kind = chance.choice([kind, "multipart/form-data; boundary=%s"])
    return kind % boundary, bytes(body)


def some_picture(chance):
    out = io.BytesIO()
    Image.new("RGB", (3, 2), tuple(chance.randbytes(3))).save(out, "PNG")
    return out.getvalue()


def compare_pictures(server, chance, count):
    """Of a form's files, pictures are stored and the others refused, each under the name that Python reads."""
    wire = server.client.connection()
    for _ in range(count):
        boundary = some_boundary(chance)
        parts = [(some_name(chance), f"{some_name(chance)}.png", some_picture(chance))]
        for _ in range(chance.randrange(4)):
            parts.append((some_name(chance), f"{some_name(chance)}.png", some_content(chance, boundary)))
        for name in chance.sample(list(OPTIONS), chance.randrange(len(OPTIONS) + 1)):
            parts.append((name, None, chance.choice(OPTIONS[name])))
        chance.shuffle(parts)
        kind, body = written(chance, boundary, parts)
        read = read_by_python(kind, body)
        assert read == parts, (kind, body)
        answer = server.client.request("POST", "/api/upload", body, {"Content-Type": kind}, wire)
        assert answer.status == 201, (kind, body, answer)
        document = answer.json()
        files = [(file, content) for _, file, content in read if file is not None]
        stored = document["images"] if len(files) > 1 else [document]
        expected = [(file, hashlib.sha256(content).hexdigest()) for file, content in files if content[:4] == b"\x89PNG"]
        assert [(one["original_name"], one["sha256"]) for one in stored] == expected, (kind, body)
        refused = [one["original_name"] for one in document.get("rejected", [])]
        assert refused == [file for file, content in files if content[:4] != b"\x89PNG"], (kind, body)


def compare_objects(store, chance, count):
    """A file of any bytes, and what stands in fields, become the object that Python reads."""
    client = store.endpoints["http"].boto3()
    client.create_bucket(Bucket=BUCKET)
    raw = ObjectClient(store.s3_port)
    wire = raw.connection()
    allowed = [["starts-with", f"$x-amz-meta-{letter}", ""] for letter in "abc"]
    signed = client.generate_presigned_post(BUCKET, "${filename}", Conditions=allowed)["fields"]
    for number in range(count):
        boundary = some_boundary(chance)
        fields = {**signed, "key": f"object-{number}"}
        for letter in chance.sample("abc", chance.randrange(4)):
            fields[f"x-amz-meta-{letter}"] = "".join(chance.choice("ab ;=,\"'") for _ in range(20)).strip()
        parts = [(name, None, value.encode()) for name, value in fields.items()]
        chance.shuffle(parts)
        parts.append(("file", some_name(chance), some_content(chance, boundary)))
        kind, body = written(chance, boundary, parts)
        read = read_by_python(kind, body)
        assert read == parts, (kind, body)
        answer = store.client.request("POST", f"/{BUCKET}", body, {"Content-Type": kind}, wire)
        assert answer.status == 204, (kind, body, answer)
        got = raw.fetch(f"/{BUCKET}/object-{number}", None, None, wire)
        assert (got.status, got.body) == (200, read[-1][2]), (kind, body)
        for name, _, content in read:
            if name.startswith("x-amz-meta-"):
                assert got.headers.get(name, "").encode() == content, (name, content, got.headers)


def test_pictures_in_forms_are_those_that_python_reads(server):
    compare_pictures(server, seeded(), 60)


def test_objects_by_forms_are_those_that_python_reads(make_server):
    compare_objects(make_server(kind=ObjectStore), seeded(), 60)


@pytest.mark.full
def test_many_forms_are_read_as_by_python(make_server):
    store = make_server(kind=ObjectStore)
    compare_pictures(store, seeded(), 3_000)
    compare_objects(store, seeded(), 3_000)

"""An upload as a careful site written in Python takes it: checked by Pillow, on the disk before the answer.

A WSGI application; PEER_IMAGES is the folder that the pictures go to.
"""

import io
import json
import os
import secrets

from PIL import Image

IMAGES = os.environ["PEER_IMAGES"]
KINDS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF"}


def first_file(environment):
    """The first file of a form: its name and its bytes."""
    boundary = environment["CONTENT_TYPE"].partition("boundary=")[2].encode()
    body = environment["wsgi.input"].read(int(environment["CONTENT_LENGTH"]))
    start = body.index(b"\r\n\r\n") + 4
    name = body[:start].partition(b'filename="')[2].partition(b'"')[0].decode()
    return name, body[start : body.index(b"\r\n--" + boundary, start)]


def store(name, content):
    with open(os.path.join(IMAGES, name), "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(IMAGES, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def application(environment, start_response):
    original, content = first_file(environment)
    extension = original.rpartition(".")[2].lower()
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.verify()
        if image.format != KINDS.get(extension):
            raise ValueError(image.format)
        status, facts = "201 Created", {"width": image.width, "height": image.height, "size": len(content)}
        facts["name"] = f"{secrets.token_hex(13)}.{extension}"
        store(facts["name"], content)
    except (OSError, SyntaxError, ValueError) as error:
        status, facts = "422 Unprocessable Content", {"error": str(error)}
    body = json.dumps(facts).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]

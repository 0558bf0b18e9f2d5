#!/usr/bin/env python3
"""Records requests as boto3 signs and sends them: one JSON object a line, for BotocoreVectorTests.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install boto3
    /tmp/venv/bin/python generate.py > botocore.jsonl

Keys, prefixes and metadata are random, from a fixed seed, and rich in characters that signers stumble over. The
requests go to a server in this process, over http and https, so that what is recorded is what comes over the wire.
"""

import base64
import http.server
import json
import os
import random
import ssl
import subprocess
import tempfile
import threading
import time
import warnings

import boto3
from botocore.config import Config

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
UNSENT = {"user-agent", "accept-encoding", "connection", "amz-sdk-request", "amz-sdk-invocation-id", "expect"}
ALPHABET = "abcXYZ019-._~ +%&=?#/!*'()[]{};:@$,\"\\<>|^`äßñ漢字😀"

random.seed(20130524)
recorded = []


class Recorder(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        signed = ""
        if "SignedHeaders=" in (self.headers.get("Authorization") or ""):
            signed = self.headers["Authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        fields = [
            [name.lower(), value]
            for name, value in self.headers.items()
            if name.lower() in signed or name.lower() not in UNSENT
        ]
        record(self.command, self.path, fields, body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer

    def log_message(self, *arguments):
        pass


def record(method, target, fields, body):
    entry = {"now": int(time.time()), "method": method, "target": target, "fields": fields}
    if body:
        entry["body"] = base64.b64encode(body).decode()
    recorded.append(entry)


def serve(certificate=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http{'s' if certificate else ''}://localhost:{server.server_port}"


def text(longest=18):
    return "".join(random.choice(ALPHABET) for _ in range(random.randint(1, longest)))


def key():
    return text().lstrip("/") or "k"


def word():
    return "".join(random.choice("abc XYZ0-_.,;=/+") for _ in range(random.randint(1, 20))).strip() or "w"


def body():
    return bytes(random.randrange(256) for _ in range(random.choice([0, 1, 5, 40])))


def operations(client):
    """One round of requests; what the client makes of the empty answers does not matter."""
    bucket = random.choice(["bucket", "my.bucket-1", "abc"])
    metadata = {random.choice(["colour", "a-b", "x"]): word(), "second": word()}
    chosen = {"Bucket": bucket, "Key": key()}
    yield lambda: client.put_object(
        **chosen, Body=body(), Metadata=metadata, ContentType="text/plain; charset=utf-8", ACL="public-read"
    )
    yield lambda: client.put_object(**chosen, Body=body(), ChecksumAlgorithm=random.choice(["SHA1", "SHA256"]))
    yield lambda: client.get_object(**chosen, Range="bytes=0-9", ResponseContentDisposition=text())
    yield lambda: client.head_object(**chosen)
    yield lambda: client.list_objects_v2(Bucket=bucket, Prefix=text(), Delimiter="/", StartAfter=text())
    yield lambda: client.list_objects(Bucket=bucket, Prefix=text(), Marker=text(), MaxKeys=7, EncodingType="url")
    yield lambda: client.copy_object(**chosen, CopySource={"Bucket": "abc", "Key": key()}, MetadataDirective="COPY")
    yield lambda: client.create_multipart_upload(**chosen, Metadata=metadata)
    yield lambda: client.upload_part(**chosen, UploadId=text(), PartNumber=random.randint(1, 9999), Body=body())
    yield lambda: client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key()}]})
    yield lambda: client.put_object_tagging(**chosen, Tagging={"TagSet": [{"Key": "a", "Value": word()}]})
    yield lambda: client.get_bucket_acl(Bucket=bucket)


def links(client):
    """Presigned requests, with the fields that their user has to send."""
    chosen = {"Bucket": "bucket", "Key": key()}
    yield "GET", "get_object", chosen | {"ResponseContentType": word(), "ResponseCacheControl": text()}, {}
    yield "GET", "get_object", chosen | {"VersionId": text()}, {}
    yield "GET", "list_objects_v2", {"Bucket": "bucket", "Prefix": text()}, {}
    yield "PUT", "put_object", chosen, {}
    yield "PUT", "put_object", chosen | {"ACL": "private", "ContentType": "image/png"}, {
        "x-amz-acl": "private",
        "content-type": "image/png",
    }
    yield "PUT", "upload_part", chosen | {"UploadId": text(), "PartNumber": 3}, {}


def main():
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        certificate = os.path.join(folder, "pair.pem")
        command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout {certificate} -out"
        subprocess.run([*command.split(), certificate + ".crt"], check=True, capture_output=True)
        with open(certificate, "a") as pair, open(certificate + ".crt") as chain:
            pair.write(chain.read())
        origins = [serve(), serve(certificate)]
    for origin in origins:
        for version in ["s3v4", "s3"]:
            client = boto3.client(
                "s3",
                endpoint_url=origin,
                region_name=random.choice(["us-east-1", "eu-central-1", "default"]),
                aws_access_key_id=ACCESS_KEY,
                aws_secret_access_key=SECRET_KEY,
                verify=False,
                config=Config(signature_version=version, s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
            )
            for _ in range(4):
                for operation in operations(client):
                    try:
                        operation()
                    except Exception:
                        pass
            for _ in range(3):
                for method, name, parameters, fields in links(client):
                    url = client.generate_presigned_url(name, parameters, ExpiresIn=3600, HttpMethod=method)
                    host, _, target = url.split("://")[1].partition("/")
                    record(method, "/" + target, [["host", host], *map(list, fields.items())], b"")
    for entry in recorded:
        print(json.dumps(entry, separators=(",", ":")))


main()

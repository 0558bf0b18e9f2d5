"""A small web application as people write them against MinIO: public files have a lasting link, private ones a signed
link that expires. Nothing in it knows which store it talks to; the address and the keys come from the environment."""

import json
import os
import uuid
from datetime import timedelta

from flask import Flask, abort, jsonify, request
from minio import Minio
from minio.error import S3Error

ENDPOINT = os.environ["MINIO_ENDPOINT"]
SECURE = os.environ.get("MINIO_SECURE", "false").lower() == "true"
PUBLIC_BUCKET = os.environ.get("MINIO_PUBLIC_BUCKET", "public-files")
PRIVATE_BUCKET = os.environ.get("MINIO_PRIVATE_BUCKET", "private-files")
LINK_LIFETIME = timedelta(seconds=int(os.environ.get("MINIO_LINK_SECONDS", "900")))

app = Flask(__name__)
storage = Minio(
    ENDPOINT, access_key=os.environ["MINIO_ACCESS_KEY"], secret_key=os.environ["MINIO_SECRET_KEY"], secure=SECURE
)


def everyone_may_read(bucket):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ["*"]},
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{bucket}/*"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


for bucket in (PUBLIC_BUCKET, PRIVATE_BUCKET):
    if not storage.bucket_exists(bucket):
        storage.make_bucket(bucket)
storage.set_bucket_policy(PUBLIC_BUCKET, everyone_may_read(PUBLIC_BUCKET))


def link(bucket, name):
    if bucket == PUBLIC_BUCKET:
        return f"{'https' if SECURE else 'http'}://{ENDPOINT}/{bucket}/{name}"
    return storage.presigned_get_object(bucket, name, expires=LINK_LIFETIME)


@app.post("/files")
def upload():
    file = request.files["file"]
    bucket = PRIVATE_BUCKET if request.form.get("private") else PUBLIC_BUCKET
    name = f"{uuid.uuid4().hex}{os.path.splitext(file.filename)[1].lower()}"
    storage.put_object(bucket, name, file.stream, length=-1, part_size=10 << 20, content_type=file.mimetype)
    return jsonify(bucket=bucket, name=name, url=link(bucket, name)), 201


@app.get("/files/<bucket>/<name>")
def show(bucket, name):
    try:
        facts = storage.stat_object(bucket, name)
    except S3Error as error:
        abort(404 if error.code in ("NoSuchKey", "NoSuchBucket") else 502)
    return jsonify(size=facts.size, type=facts.content_type, url=link(bucket, name))


@app.delete("/files/<bucket>/<name>")
def delete(bucket, name):
    storage.remove_object(bucket, name)
    return "", 204

"""Many writers of the same few objects, in two workers: the listing is what is on the disk, whoever came last."""

import concurrent.futures
import hashlib
import random
import time

from object_store import ObjectStore
from s3_signing import send, signed

KEYS = ["a", "a/b", "a/b/c", "d"]
WRITERS = 8
SECONDS = 4


def test_listing_agrees_with_the_files_after_many_writers(object_store, bucket):
    endpoint = object_store.endpoints["http"]
    client = endpoint.boto3()
    client.create_bucket(Bucket=bucket)
    deadline = time.monotonic() + SECONDS

    def write(number):
        source = random.Random(number)
        statuses = set()
        while time.monotonic() < deadline:
            target = f"/{bucket}/{source.choice(KEYS)}"
            if source.random() < 0.3:
                statuses.add(send(endpoint, signed(endpoint, "v4", "DELETE", target)).status)
                continue
            if source.random() < 0.5:
                # Whatever comes is one object, whole: never the bytes of one with the facts of another.
                got = send(endpoint, signed(endpoint, "v4", "GET", target))
                if got.status == 200:
                    assert got.headers["ETag"] == f'"{hashlib.md5(got.body).hexdigest()}"'
                else:
                    assert got.status == 404, got
                continue
            content = source.randbytes(source.randint(0, 5_000))
            # Some have facts that are too long for an attribute.
            headers = {"X-Amz-Meta-A": "x" * source.choice([1, 2_000]), "Content-Length": str(len(content))}
            headers |= {"X-Amz-Tagging": "&".join(f"k{n}={'v' * 200}" for n in range(source.choice([1, 10])))}
            statuses.add(send(endpoint, signed(endpoint, "v4", "PUT", target, headers, content)).status)
        return statuses

    with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
        statuses = set().union(*pool.map(write, range(WRITERS)))
    assert statuses == {200, 204}
    listed = {found["Key"]: found for found in client.list_objects_v2(Bucket=bucket).get("Contents", [])}
    for key in KEYS:
        try:
            got = client.get_object(Bucket=bucket, Key=key)
        except client.exceptions.NoSuchKey:
            assert key not in listed
            continue
        content = got["Body"].read()
        etag = f'"{hashlib.md5(content).hexdigest()}"'
        assert (got["ETag"], listed[key]["ETag"], listed[key]["Size"]) == (etag, etag, len(content))
    assert set(listed) <= set(KEYS)
    assert len(object_store.objects(bucket)) == len(listed)
    # Nothing is left of what was replaced: one file of facts at most for each object.
    assert len(list(object_store.object_file(bucket, ".vitrine/facts").glob("*"))) <= len(listed)
    for key in listed:
        client.delete_object(Bucket=bucket, Key=key)
    client.delete_bucket(Bucket=bucket)


def test_what_a_killed_worker_left_is_settled(make_server, bucket):
    """Workers are killed under load: afterwards every file is listed, and nothing else is."""
    store = make_server(kind=ObjectStore)
    endpoint = store.endpoints["http"]
    client = endpoint.boto3()
    client.create_bucket(Bucket=bucket)
    deadline = time.monotonic() + SECONDS
    answered = []

    def write(number):
        count = 0
        while time.monotonic() < deadline:
            key = f"{number}-{count}"
            count += 1
            try:
                put = signed(endpoint, "v4", "PUT", f"/{bucket}/{key}", {"Content-Length": "3"}, b"abc")
                if send(endpoint, put).status == 200:
                    answered.append(key)
            except OSError:
                time.sleep(0.01)

    def kill():
        killed = set()
        while time.monotonic() < deadline - 0.5:
            time.sleep(0.4)
            for worker in store.workers()[:1]:
                store.end_worker(worker)
                killed.add(worker.pid)
        return killed

    with concurrent.futures.ThreadPoolExecutor(WRITERS + 1) as pool:
        done = [pool.submit(write, number) for number in range(WRITERS)] + [pool.submit(kill)]
        killed = [one.result() for one in done][-1]
    # There was load, and there were deaths under it.
    assert len(answered) > 100 and len(killed) >= 4, (len(answered), killed)
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    listed = sorted(found["Key"] for page in pages for found in page.get("Contents", []))
    assert listed == store.objects(bucket)
    assert set(answered) <= set(listed)

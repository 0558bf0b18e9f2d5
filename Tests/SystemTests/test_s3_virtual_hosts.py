"""Addresses of the form bucket.domain: served where they are configured, refused where they would be misunderstood."""

import http.client
import re

import pytest
from http_client import Answer
from object_store import ObjectStore
from s3_signing import code, send, signed

DOMAIN = "s3.example.test"
SCHEMES = ["v4", "v4-query", "v2", "v2-query"]


class VirtualEndpoint:
    """A endpoint as a client sees it that was told another host name for the same port."""

    def __init__(self, endpoint, name):
        self.endpoint, self.name = endpoint, name
        self.host = f"{name}:{endpoint.port}"
        self.url = f"http://{self.host}"

    def __getattr__(self, name):
        return getattr(self.endpoint, name)


def ask(endpoint, scheme, bucket, method, target, headers=None, body=b""):
    """A request to a virtual host, signed as S3 wants it: version 2 has the bucket in front of the path."""
    virtual = VirtualEndpoint(endpoint, f"{bucket}.{DOMAIN}")
    if not scheme.startswith("v2"):
        return send(virtual, signed(virtual, scheme, method, target, headers, body))
    path_style = f"/{bucket}{target}"
    request = signed(virtual, scheme, method, path_style, headers, body)
    request.target = request.target.removeprefix(f"/{bucket}")
    return send(virtual, request)


@pytest.fixture
def store(make_server):
    return make_server(kind=ObjectStore, settings={"VITRINE_S3_DOMAIN": DOMAIN.upper()})


@pytest.mark.parametrize("bucket", ["pictures-1", "my.own.bucket"])
def test_hosts_below_the_domain_name_buckets(store, bucket):
    endpoint = store.endpoints["http"]
    assert ask(endpoint, "v4", bucket, "PUT", "/").status == 200
    for scheme in SCHEMES:
        put = ask(endpoint, scheme, bucket, "PUT", "/folder/x", {"Content-Length": "7"}, b"content")
        assert put.status == 200, put
        assert store.objects(bucket) == ["folder/x"]
        got = ask(endpoint, scheme, bucket, "GET", "/folder/x")
        assert (got.status, got.body) == (200, b"content"), got
        listed = ask(endpoint, scheme, bucket, "GET", "/?list-type=2")
        assert re.findall(r"<Key>(.*?)</Key>", listed.text) == ["folder/x"], listed
        assert ask(endpoint, scheme, bucket, "GET", "/folder").status == 404
        assert ask(endpoint, scheme, bucket, "DELETE", "/folder/x").status == 204
        assert store.objects(bucket) == []
    # A key that is called as the bucket is still a key.
    assert ask(endpoint, "v4", bucket, "PUT", f"/{bucket}", {"Content-Length": "1"}, b"1").status == 200
    assert ask(endpoint, "v4", bucket, "DELETE", f"/{bucket}").status == 204
    assert ask(endpoint, "v4", bucket, "DELETE", "/").status == 204
    assert code(ask(endpoint, "v4", bucket, "GET", "/")) == "NoSuchBucket"


def test_signature_is_of_the_resource_that_the_host_names(store):
    endpoint = store.endpoints["http"]
    for bucket in ("one-bucket", "two-bucket"):
        ask(endpoint, "v4", bucket, "PUT", "/")
    for scheme in SCHEMES:
        virtual = VirtualEndpoint(endpoint, f"one-bucket.{DOMAIN}")
        target = "/one-bucket/x" if scheme.startswith("v2") else "/x"
        request = signed(virtual, scheme, "PUT", target, {"Content-Length": "1"}, b"1")
        request.target = request.target.removeprefix("/one-bucket")
        request.headers["Host"] = f"two-bucket.{DOMAIN}:{endpoint.port}"
        answer = send(virtual, request)
        assert (answer.status, code(answer)) == (403, "SignatureDoesNotMatch"), answer
    assert store.objects("two-bucket") == []


def test_other_hosts_are_path_style(store):
    endpoint = store.endpoints["http"]
    endpoint.boto3().create_bucket(Bucket="pictures-1")
    for name in (DOMAIN, "127.0.0.1", "localhost", "pictures-1.elsewhere.test"):
        other = VirtualEndpoint(endpoint, name)
        put = signed(other, "v4", "PUT", f"/pictures-1/{name}", {"Content-Length": "1"}, b"1")
        assert send(other, put).status == 200
    assert len(store.objects("pictures-1")) == 4


def test_boto3_and_forms_work_with_virtual_hosts(store):
    import boto3
    import urllib3
    from botocore.config import Config

    endpoint = store.endpoints["http"]
    made = boto3.client(
        "s3", endpoint_url=f"http://{DOMAIN}:{endpoint.port}", aws_access_key_id=endpoint.access_key,
        aws_secret_access_key=endpoint.secret_key, region_name="us-east-1",
        config=Config(s3={"addressing_style": "virtual"}),
    )  # fmt: skip
    endpoint.boto3().create_bucket(Bucket="pictures-1")
    form = made.generate_presigned_post("pictures-1", "form/${filename}", Fields={"success_action_status": "201"},
                                        Conditions=[{"success_action_status": "201"}])  # fmt: skip
    assert form["url"].startswith(f"http://pictures-1.{DOMAIN}:{endpoint.port}")
    fields = {**form["fields"], "file": ("a.txt", b"by a form")}
    body, kind = urllib3.encode_multipart_formdata(fields)
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=60)
    connection.request("POST", "/", body, {"Host": f"pictures-1.{DOMAIN}:{endpoint.port}", "Content-Type": kind})
    answer = Answer(connection.getresponse())
    assert answer.status == 201, answer
    assert answer.headers["Location"] == f"http://pictures-1.{DOMAIN}:{endpoint.port}/form/a.txt"
    link = made.generate_presigned_url("get_object", Params={"Bucket": "pictures-1", "Key": "form/a.txt"})
    target = link.partition(f":{endpoint.port}")[2]
    connection.request("GET", target, headers={"Host": f"pictures-1.{DOMAIN}:{endpoint.port}"})
    assert connection.getresponse().read() == b"by a form"


@pytest.mark.parametrize(
    "method, path", [("DELETE", "/x"), ("PUT", "/folder/x"), ("GET", "/?list-type=2"), ("GET", "/")]
)
def test_host_that_names_a_bucket_is_refused_where_nothing_is_configured(object_store, bucket, method, path):
    endpoint = object_store.endpoints["http"]
    client = endpoint.boto3()
    client.create_bucket(Bucket=bucket)
    with_x = f"{bucket}-x"
    client.create_bucket(Bucket=with_x)
    path = path.replace("/x", f"/{with_x}")
    for host in (f"{bucket}.localhost", f"{bucket.upper()}.example.org", f"{bucket}.example.org."):
        virtual = VirtualEndpoint(endpoint, host)
        headers = {"Content-Length": "1"} if method == "PUT" else {}
        answer = send(virtual, signed(virtual, "v4", method, path, headers, b"1" if method == "PUT" else b""))
        assert (answer.status, code(answer)) == (400, "InvalidRequest"), answer
        assert "VITRINE_S3_DOMAIN" in answer.text
    names = [made["Name"] for made in client.list_buckets()["Buckets"]]
    assert bucket in names and with_x in names
    assert object_store.objects(bucket) == []
    # Hosts that name none are as ever.
    for host in ("localhost", "s3.example.org", f"{bucket}", "127.0.0.1"):
        other = VirtualEndpoint(endpoint, host)
        assert send(other, signed(other, "v4", "GET", f"/{bucket}")).status == 200


@pytest.mark.parametrize("host", ["{}", "{}.example.org", "{}.s3.example.org.", "{}.localhost"])
def test_bucket_with_dots_is_found_in_the_host(object_store, bucket, host):
    endpoint = object_store.endpoints["http"]
    client = endpoint.boto3()
    dotted = f"my.{bucket}"
    client.create_bucket(Bucket=dotted)
    client.create_bucket(Bucket=bucket)
    virtual = VirtualEndpoint(endpoint, host.format(dotted))
    for method, path in (("DELETE", f"/{bucket}"), ("PUT", f"/{bucket}-x"), ("GET", "/")):
        answer = send(virtual, signed(virtual, "v4", method, path))
        assert (answer.status, code(answer)) == (400, "InvalidRequest"), answer
        assert dotted in answer.text
    names = [made["Name"] for made in client.list_buckets()["Buckets"]]
    assert bucket in names and f"{bucket}-x" not in names
    # Only whole labels are a bucket's name.
    for other in (f"my.{bucket}-y.example.org", f"x-my.{bucket}.example.org"):
        virtual = VirtualEndpoint(endpoint, other)
        assert send(virtual, signed(virtual, "v4", "GET", f"/{bucket}")).status == 200


@pytest.mark.parametrize(
    "field", ["{}:1:2", "{}:9000:", "{}@x", "{}%2e", "[{}]", "{}]", "x@{}", "{}:9000x", "{},x", "[{}", "[::1]{}", "{}.."]
)
def test_malformed_host_is_refused(store, field):
    """Or one would be read as path-style here that another takes for a bucket's."""
    endpoint = store.endpoints["http"]
    endpoint.boto3().create_bucket(Bucket="pictures-1")
    endpoint.boto3().create_bucket(Bucket="other-bucket")
    for name in (f"pictures-1.{DOMAIN}", DOMAIN):
        virtual = VirtualEndpoint(endpoint, name)
        virtual.host = field.format(name)
        request = signed(virtual, "v4", "DELETE", "/other-bucket")
        request.headers["Host"] = virtual.host
        answer = send(virtual, request)
        assert answer.status == 400, answer
    assert len(endpoint.boto3().list_buckets()["Buckets"]) >= 2


def test_request_line_names_no_other_host_than_the_field(store):
    """nginx goes by the line, and signatures by the field."""
    endpoint = store.endpoints["http"]
    endpoint.boto3().create_bucket(Bucket="pictures-1")
    endpoint.boto3().create_bucket(Bucket="other-bucket")
    for line, field in ((f"pictures-1.{DOMAIN}", DOMAIN), (DOMAIN, f"pictures-1.{DOMAIN}"), ("localhost", DOMAIN)):
        virtual = VirtualEndpoint(endpoint, field)
        request = signed(virtual, "v4", "DELETE", "/other-bucket")
        request.target = f"http://{line}/other-bucket"
        answer = send(virtual, request)
        assert (answer.status, code(answer)) == (400, "BadRequest"), answer
    assert "other-bucket" in [made["Name"] for made in endpoint.boto3().list_buckets()["Buckets"]]
    # The same host, however it is written, is no contradiction.
    virtual = VirtualEndpoint(endpoint, f"Pictures-1.{DOMAIN}.")
    request = signed(virtual, "v4", "PUT", "/x", {"Content-Length": "1"}, b"1")
    request.target = f"http://pictures-1.{DOMAIN}:{endpoint.port}/x"
    assert send(virtual, request).status == 200
    assert store.objects("pictures-1") == ["x"]


def test_bucket_is_not_named_as_the_host(object_store):
    """Or nobody could reach the store by that host any more."""
    endpoint = VirtualEndpoint(object_store.endpoints["http"], "files.example.org")
    answer = send(endpoint, signed(endpoint, "v4", "PUT", "/files"))
    assert (answer.status, code(answer)) == (400, "InvalidRequest"), answer
    assert send(endpoint, signed(endpoint, "v4", "GET", "/")).status == 200


@pytest.mark.parametrize("name", ["photos.example.org", "images.example.org"])
def test_server_that_is_called_as_a_bucket_has_its_name_as_the_domain(make_server, name):
    store = make_server(kind=ObjectStore)
    endpoint = VirtualEndpoint(store.endpoints["http"], name)
    assert send(endpoint, signed(endpoint, "v4", "GET", "/")).status == 400
    store = make_server(kind=ObjectStore, settings={"VITRINE_S3_DOMAIN": name})
    endpoint = VirtualEndpoint(store.endpoints["http"], name)
    answer = send(endpoint, signed(endpoint, "v4", "GET", "/"))
    assert answer.status == 200 and "<Name>photos</Name>" in answer.text
    assert send(endpoint, signed(endpoint, "v4", "GET", "/photos?list-type=2")).status == 200

"""Who may do what in the object store: policies, access control lists, and what an owner forbids the public."""

import contextlib
import hashlib
import json
import secrets

import pytest

ANNA = "anna@example.org"
NARROWED = "narrowed-reader"


@pytest.fixture(scope="module")
def accounts(object_store):
    """Clients by account: two that own what they make, one that its policy narrows, and nobody."""
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    names = {name: secrets.token_hex(12) for name in (ANNA, "bob", NARROWED)}
    policy = object_store.folder / "narrowed-reader.json"
    policy.write_text(json.dumps(statement("Allow", ["s3:GetObject", "s3:ListBucket"], "*", principal=None)))
    for name, secret in names.items():
        object_store.add_key(name, secret, *(["--policy", str(policy)] if name == NARROWED else []))

    def client(name=None):
        config = Config(signature_version=UNSIGNED) if name is None else None
        return boto3.client(
            "s3",
            endpoint_url=object_store.s3_url,
            aws_access_key_id=name,
            aws_secret_access_key=names.get(name),
            region_name="us-east-1",
            config=config,
        )

    return {name: client(name) for name in [*names, None]}


@pytest.fixture
def anna(accounts, bucket):
    """Anna, with a bucket of hers that holds an object."""
    accounts[ANNA].create_bucket(Bucket=bucket)
    accounts[ANNA].put_object(Bucket=bucket, Key="k", Body=b"content")
    return accounts[ANNA]


def statement(effect, action, resource, principal="*", condition=None):
    """A policy of one statement."""
    made = {"Effect": effect, "Action": action, "Resource": f"arn:aws:s3:::{resource}"}
    if principal:
        made["Principal"] = principal
    if condition:
        made["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [made]}


def allow(client, bucket, *words, **options):
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(statement(*words, **options)))


def block(client, bucket, **settings):
    client.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=settings)


@contextlib.contextmanager
def refused(code="AccessDenied"):
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == code


def canonical_id(name):
    return hashlib.sha256(f"vitrine account {name}".encode()).hexdigest()


def test_nobody_else_sees_a_bucket(accounts, anna, bucket):
    for name in ("bob", None):
        with refused():
            accounts[name].list_objects_v2(Bucket=bucket)
        with refused():
            accounts[name].get_object(Bucket=bucket, Key="k")
    assert bucket in [made["Name"] for made in anna.list_buckets()["Buckets"]]
    assert bucket not in [made["Name"] for made in accounts["bob"].list_buckets()["Buckets"]]
    assert accounts[None].list_buckets()["Buckets"] == []


def test_denial_of_a_policy_goes_before_an_objects_list(accounts, anna, bucket):
    anna.put_object_acl(Bucket=bucket, Key="k", ACL="public-read")
    assert accounts[None].get_object(Bucket=bucket, Key="k")["Body"].read() == b"content"
    allow(anna, bucket, "Deny", "s3:GetObject", f"{bucket}/*", principal={"AWS": "arn:aws:iam:::user/bob"})
    with refused():
        accounts["bob"].get_object(Bucket=bucket, Key="k")
    assert accounts[None].get_object(Bucket=bucket, Key="k")["Body"].read() == b"content"


def test_account_with_a_policy_has_no_more_than_that(accounts, anna, bucket):
    # Whom a policy narrows owns nothing by it: what the bucket's list gives the account would undo the policy.
    reader = accounts[NARROWED]
    assert reader.get_object(Bucket=bucket, Key="k")["Body"].read() == b"content"
    anna.put_bucket_acl(
        Bucket=bucket, GrantWrite=f'id="{canonical_id(NARROWED)}"', GrantFullControl=f'id="{canonical_id(ANNA)}"'
    )
    with refused():
        reader.put_object(Bucket=bucket, Key="new", Body=b"")
    with refused():
        reader.create_bucket(Bucket=f"{bucket}-2")


def test_conditions_on_tags_hold_for_every_key_of_a_deletion(accounts, anna, bucket):
    for key, tags in (("open", "free=yes"), ("closed", "free=no")):
        anna.put_object(Bucket=bucket, Key=key, Tagging=tags)
    allow(
        anna, bucket, "Allow", "s3:DeleteObject", f"{bucket}/*",
        condition={"StringEquals": {"s3:ExistingObjectTag/free": "yes"}},
    )  # fmt: skip
    names = [{"Key": key} for key in ("open", "closed", "k")]
    answer = accounts["bob"].delete_objects(Bucket=bucket, Delete={"Objects": names})
    assert [gone["Key"] for gone in answer["Deleted"]] == ["open"]
    assert {error["Key"]: error["Code"] for error in answer["Errors"]} == dict.fromkeys(("closed", "k"), "AccessDenied")


def test_tags_that_are_put_count_as_those_of_the_request(accounts, anna, bucket, object_store):
    """The tags stand in the body. A header of the same meaning, with which nothing is done, opens nothing."""
    from botocore.exceptions import ClientError

    bob = accounts["bob"]
    allow(
        anna, bucket, "Allow", "s3:PutObjectTagging", f"{bucket}/*",
        condition={"StringEquals": {"s3:RequestObjectTag/free": "yes"}},
    )  # fmt: skip

    def tagged(**tags):
        return {"TagSet": [{"Key": name, "Value": value} for name, value in tags.items()]}

    bob.put_object_tagging(Bucket=bucket, Key="k", Tagging=tagged(free="yes", other="1"))
    with refused():
        bob.put_object_tagging(Bucket=bucket, Key="k", Tagging=tagged(free="no"))

    def pretend(params, **_):
        params["headers"]["x-amz-tagging"] = "free=yes"

    events = bob.meta.events
    events.register("before-call.s3.PutObjectTagging", pretend)
    try:
        with refused():
            bob.put_object_tagging(Bucket=bucket, Key="k", Tagging=tagged(other="2"))
    finally:
        events.unregister("before-call.s3.PutObjectTagging", pretend)
    # Who may not learns nothing of what is wrong with the document.
    for client, code in ((accounts[None], "AccessDenied"), (anna, "InvalidTag")):
        with pytest.raises(ClientError) as caught:
            client.put_object_tagging(Bucket=bucket, Key="k", Tagging=tagged(**{str(n): "" for n in range(11)}))
        assert caught.value.response["Error"]["Code"] == code
    found = {tag["Key"]: tag["Value"] for tag in anna.get_object_tagging(Bucket=bucket, Key="k")["TagSet"]}
    assert found == {"free": "yes", "other": "1"}


def test_archive_leaves_out_what_a_condition_on_tags_denies(accounts, anna, bucket, object_store):
    import io
    import urllib.request
    import zipfile

    anna.put_object(Bucket=bucket, Key="a/open", Body=b"1")
    anna.put_object(Bucket=bucket, Key="a/closed", Body=b"2", Tagging="secret=yes")
    condition = {"StringEquals": {"s3:ExistingObjectTag/secret": "yes"}}
    policy = statement("Allow", "s3:*", f"{bucket}*")
    policy["Statement"] += statement("Deny", "s3:GetObject", f"{bucket}/*", condition=condition)["Statement"]
    anna.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    with refused():
        accounts[None].get_object(Bucket=bucket, Key="a/closed")
    with urllib.request.urlopen(f"{object_store.s3_url}/{bucket}/a/?archive=zip", timeout=30) as answer:
        assert zipfile.ZipFile(io.BytesIO(answer.read())).namelist() == ["open"]


def test_owner_forbids_the_public(accounts, anna, bucket):
    anna.put_bucket_acl(Bucket=bucket, ACL="public-read")
    allow(anna, bucket, "Allow", "s3:GetObject", f"{bucket}/*")
    anybody = accounts[None]
    anybody.list_objects_v2(Bucket=bucket)
    anybody.get_object(Bucket=bucket, Key="k")

    block(anna, bucket, IgnorePublicAcls=True)
    with refused():
        anybody.list_objects_v2(Bucket=bucket)
    anybody.get_object(Bucket=bucket, Key="k")
    block(anna, bucket, RestrictPublicBuckets=True)
    with refused():
        anybody.get_object(Bucket=bucket, Key="k")
    anna.get_object(Bucket=bucket, Key="k")

    block(anna, bucket, BlockPublicAcls=True, BlockPublicPolicy=True)
    for acl in ("public-read", "public-read-write", "authenticated-read"):
        with refused():
            anna.put_bucket_acl(Bucket=bucket, ACL=acl)
        with refused():
            anna.put_object(Bucket=bucket, Key="new", ACL=acl)
    with refused():
        allow(anna, bucket, "Allow", "s3:GetObject", f"{bucket}/*")
    anna.put_object(Bucket=bucket, Key="new", ACL="private")
    allow(anna, bucket, "Allow", "s3:GetObject", f"{bucket}/*", principal={"AWS": canonical_id("bob")})


def test_owner_of_a_bucket_owns_all_in_it(accounts, bucket):
    anna, bob = accounts[ANNA], accounts["bob"]
    anna.create_bucket(Bucket=bucket, ObjectOwnership="BucketOwnerEnforced")
    allow(anna, bucket, "Allow", "s3:*", f"{bucket}*", principal={"AWS": "bob"})
    bob.put_object(Bucket=bucket, Key="theirs")
    bob.put_object(Bucket=bucket, Key="given", ACL="bucket-owner-full-control")
    assert bob.get_object_acl(Bucket=bucket, Key="theirs")["Owner"]["DisplayName"] == ANNA
    with refused("AccessControlListNotSupported"):
        bob.put_object(Bucket=bucket, Key="open", ACL="public-read")
    with refused("AccessControlListNotSupported"):
        anna.put_bucket_acl(Bucket=bucket, ACL="public-read")


def test_lists_name_accounts_by_id_mail_and_group(accounts, anna, bucket):
    bob = accounts["bob"]
    bob.create_bucket(Bucket=f"{bucket}-bob")
    own = f'id="{canonical_id("bob")}"'
    bob.put_bucket_acl(Bucket=f"{bucket}-bob", GrantRead=f"emailAddress={ANNA}", GrantFullControl=own)
    anna.list_objects_v2(Bucket=f"{bucket}-bob")
    grants = bob.get_bucket_acl(Bucket=f"{bucket}-bob")["Grants"]
    assert {(grant["Grantee"]["DisplayName"], grant["Permission"]) for grant in grants} == {
        (ANNA, "READ"),
        ("bob", "FULL_CONTROL"),
    }
    with refused("UnresolvableGrantByEmailAddress"):
        bob.put_bucket_acl(Bucket=f"{bucket}-bob", GrantRead="emailAddress=nobody@example.org")
    with refused("InvalidArgument"):
        bob.put_bucket_acl(Bucket=f"{bucket}-bob", GrantRead=f'id="{canonical_id("nobody")}"')
    anna.put_object_acl(Bucket=bucket, Key="k", ACL="authenticated-read")
    bob.get_object(Bucket=bucket, Key="k")
    with refused():
        accounts[None].get_object(Bucket=bucket, Key="k")


def test_bucket_is_not_made_anew_with_another_list(anna, bucket):
    anna.create_bucket(Bucket=bucket)
    with refused("BucketAlreadyExists"):
        anna.create_bucket(Bucket=bucket, ACL="public-read")


def test_whoever_expects_another_owner_gets_nothing(anna, bucket, object_store):
    anna.get_object(Bucket=bucket, Key="k", ExpectedBucketOwner=canonical_id(ANNA))
    with refused():
        anna.get_object(Bucket=bucket, Key="k", ExpectedBucketOwner=canonical_id("bob"))
    import urllib.error
    import urllib.request

    from http_client import multipart

    for name in ("bob", "nobody"):
        with refused():
            anna.copy_object(
                Bucket=bucket, Key="copy", CopySource=f"{bucket}/k", ExpectedSourceBucketOwner=canonical_id(name)
            )
        with refused():
            anna.put_object(Bucket=bucket, Key="new", ExpectedBucketOwner=canonical_id(name))
    anna.copy_object(
        Bucket=bucket, Key="copy", CopySource=f"{bucket}/k", ExpectedSourceBucketOwner=canonical_id(ANNA),
        ExpectedBucketOwner=canonical_id(ANNA),
    )  # fmt: skip
    begun = anna.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    with refused():
        anna.upload_part_copy(
            Bucket=bucket, Key="parts", UploadId=begun, PartNumber=1, CopySource=f"{bucket}/k",
            ExpectedSourceBucketOwner=canonical_id("bob"),
        )  # fmt: skip
    anna.abort_multipart_upload(Bucket=bucket, Key="parts", UploadId=begun)
    # A form, and an archive.
    anna.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    body, kind = multipart([("file", "f", "text/plain", b"1")], [("key", "form")])
    url = f"{object_store.s3_url}/{bucket}"
    for address, data, kind in ((url, body, kind), (f"{url}/?archive=zip", None, "text/plain")):
        headers = {"Content-Type": kind, "x-amz-expected-bucket-owner": canonical_id("bob")}
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=30)
        assert caught.value.code == 403
    assert sorted(made["Key"] for made in anna.list_objects_v2(Bucket=bucket)["Contents"]) == ["copy", "k"]


# Ways to publish an object by the fields of a write.
PUBLISHING = [
    {"ACL": "public-read"},
    {"ACL": "authenticated-read"},
    {"GrantRead": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'},
    {"GrantFullControl": f'id="{canonical_id(NARROWED)}"'},
]


@pytest.fixture
def writer(accounts, object_store, bucket):
    """makes clients of accounts whose policies allow just some actions."""
    import boto3

    def make(*actions):
        name, secret = f"writer-{secrets.token_hex(4)}", secrets.token_hex(12)
        policy = object_store.folder / f"{name}.json"
        policy.write_text(json.dumps(statement("Allow", list(actions), "*", principal=None)))
        object_store.add_key(name, secret, "--policy", str(policy))
        return boto3.client(
            "s3", endpoint_url=object_store.s3_url, aws_access_key_id=name, aws_secret_access_key=secret,
            region_name="us-east-1",
        )  # fmt: skip

    return make


@pytest.mark.parametrize("how", PUBLISHING)
def test_right_to_put_is_none_to_publish(accounts, anna, bucket, writer, how):
    reads_and_puts = writer("s3:PutObject", "s3:GetObject")
    for write in (
        lambda client: client.put_object(Bucket=bucket, Key="new", Body=b"", **how),
        lambda client: client.copy_object(Bucket=bucket, Key="new", CopySource=f"{bucket}/k", **how),
        lambda client: client.create_multipart_upload(Bucket=bucket, Key="new", **how),
    ):
        with refused():
            write(reads_and_puts)
    # Neither by a bucket's policy.
    allow(anna, bucket, "Allow", "s3:PutObject", f"{bucket}/*", principal={"AWS": "bob"})
    with refused():
        accounts["bob"].put_object(Bucket=bucket, Key="new", Body=b"", **how)
    assert [made["Key"] for made in anna.list_objects_v2(Bucket=bucket)["Contents"]] == ["k"]
    # What there would be anyway needs no more; with the right to it, all goes.
    reads_and_puts.put_object(Bucket=bucket, Key="new", Body=b"", ACL="private")
    accounts["bob"].put_object(Bucket=bucket, Key="given", Body=b"", ACL="bucket-owner-full-control")
    if "GrantFullControl" not in how:
        writer("s3:PutObject", "s3:PutObjectAcl").put_object(Bucket=bucket, Key="open", Body=b"", **how)
        anna.put_object(Bucket=bucket, Key="open", Body=b"", **how)


def test_denied_list_and_tags_are_denied_with_a_put_too(accounts, anna, bucket):
    anna.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    accounts["bob"].put_object(Bucket=bucket, Key="open", Body=b"", ACL="public-read", Tagging="a=b")
    actions = ["s3:PutObjectAcl", "s3:PutObjectTagging"]
    allow(anna, bucket, "Deny", actions, f"{bucket}/*", principal={"AWS": "bob"})
    accounts["bob"].put_object(Bucket=bucket, Key="open", Body=b"")
    for field in ({"ACL": "public-read"}, {"Tagging": "a=b"}):
        with refused():
            accounts["bob"].put_object(Bucket=bucket, Key="open", Body=b"", **field)


def test_right_to_make_a_bucket_is_none_to_open_it(bucket, writer):
    maker = writer("s3:CreateBucket")
    for field in (
        {"ACL": "public-read-write"}, {"GrantRead": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'},
        {"ObjectOwnership": "BucketOwnerEnforced"},
    ):  # fmt: skip
        with refused():
            maker.create_bucket(Bucket=bucket, **field)
    maker.create_bucket(Bucket=bucket, ACL="private")
    opener = writer("s3:CreateBucket", "s3:PutBucketAcl", "s3:PutBucketOwnershipControls")
    opener.create_bucket(Bucket=f"{bucket}-2", ACL="public-read")


def test_list_of_buckets_can_be_denied(object_store, bucket, accounts):
    import boto3

    def account(policy):
        name, secret = f"lister-{secrets.token_hex(4)}", secrets.token_hex(12)
        path = object_store.folder / f"{name}.json"
        path.write_text(json.dumps({"Version": "2012-10-17", "Statement": policy}))
        object_store.add_key(name, secret, "--policy", str(path))
        return boto3.client(
            "s3", endpoint_url=object_store.s3_url, aws_access_key_id=name, aws_secret_access_key=secret,
            region_name="us-east-1",
        )  # fmt: skip

    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    for denial in ("s3:ListAllMyBuckets", "s3:List*", "s3:*"):
        for resource in ("*", "arn:aws:s3:::*"):
            denied = account([everything, {"Effect": "Deny", "Action": denial, "Resource": resource}])
            with refused():
                denied.list_buckets()
    owner = account([everything, {"Effect": "Deny", "Action": "s3:ListAllMyBuckets", "Resource": f"arn:aws:s3:::{bucket}"}])
    owner.create_bucket(Bucket=bucket)
    assert [made["Name"] for made in owner.list_buckets()["Buckets"]] == [bucket]
    # Where nothing is said of it, an account sees its own, which are none here.
    assert accounts[NARROWED].list_buckets()["Buckets"] == []


@pytest.mark.parametrize("denied", ["s3:GetObjectTagging", "s3:PutObjectTagging"])
def test_denied_tags_are_not_copied_either(accounts, anna, bucket, denied):
    """A copy takes the tags of its source over, unless it is told otherwise."""
    bob = accounts["bob"]
    source, target = f"{bucket}-from", f"{bucket}-to"
    for name in (source, target):
        anna.create_bucket(Bucket=name)
        allowed = statement("Allow", ["s3:GetObject", "s3:PutObject"], f"{name}/*", principal={"AWS": "bob"})
        denial = statement("Deny", denied, f"{name}/*", principal={"AWS": "bob"})["Statement"]
        if (name == source) == (denied == "s3:GetObjectTagging"):
            allowed["Statement"] += denial
        anna.put_bucket_policy(Bucket=name, Policy=json.dumps(allowed))
    anna.put_object(Bucket=source, Key="tagged", Body=b"1", Tagging="secret=yes")
    anna.put_object(Bucket=source, Key="plain", Body=b"1")
    for options in ({}, {"TaggingDirective": "COPY"}, {"MetadataDirective": "REPLACE"}):
        with refused():
            bob.copy_object(Bucket=target, Key="copy", CopySource=f"{source}/tagged", **options)
        bob.copy_object(Bucket=target, Key="plain", CopySource=f"{source}/plain", **options)
    # Without the tags there is nothing to deny.
    bob.copy_object(Bucket=target, Key="bare", CopySource=f"{source}/tagged", TaggingDirective="REPLACE")
    assert [made["Key"] for made in anna.list_objects_v2(Bucket=target)["Contents"]] == ["bare", "plain"]
    assert anna.get_object_tagging(Bucket=target, Key="bare")["TagSet"] == []
    # Of the copied tags, the policy of the target may ask.
    condition = {"StringEquals": {"s3:RequestObjectTag/secret": "yes"}}
    allow(anna, target, "Deny", "s3:PutObjectTagging", f"{target}/*", condition=condition)
    with refused():
        anna.copy_object(Bucket=target, Key="copy", CopySource=f"{source}/tagged")


def test_policy_sees_the_header_of_a_form(object_store, anna, bucket):
    from http_client import Client, multipart

    condition = {"StringLike": {"aws:Referer": "https://site.example/*", "aws:UserAgent": "Browser*"}}
    allow(anna, bucket, "Allow", "s3:PutObject", f"{bucket}/*", condition=condition)
    good = {"Referer": "https://site.example/page", "User-Agent": "Browser/1"}
    for change, status in (({}, 204), ({"Referer": "https://other.example/"}, 403), ({"User-Agent": "tool"}, 403)):
        # What the form says of itself counts for nothing.
        fields = [("key", "a"), *good.items()] if change else [("key", "a")]
        body, kind = multipart([("file", "f", "text/plain", b"1")], fields)
        headers = {**good, **change, "Content-Type": kind}
        answer = Client("127.0.0.1", object_store.s3_port).request("POST", f"/{bucket}", body, headers)
        assert answer.status == status, answer

"""Random policies are decided as another evaluator decides them."""

import json

import pytest

from object_client import ObjectClient
from object_store import ObjectStore
from policy_reference import decide
from seeds import seeded

BUCKET = "guarded"
SECRET = "secret-of-alice-0123456789"
KEYS = ["a/one", "a/two.jpg", "b/one", "public/cat.jpg"]
ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:GetObjectTagging"]


def some_condition(chance):
    return chance.choice(
        [
            lambda: ("StringLike", "aws:UserAgent", chance.choice(["good*", "*agent", "?ood-agent", "other"])),
            lambda: ("StringNotLike", "aws:UserAgent", chance.choice(["good*", ["bad*", "other"]])),
            lambda: ("StringEquals", "s3:prefix", chance.choice(["a/", "", ["a/", "b/"]])),
            lambda: ("StringNotEquals", "s3:prefix", chance.choice(["a/", ["b/", "c/"]])),
            lambda: ("StringLikeIfExists", "s3:prefix", chance.choice(["a*", "*/", ""])),
            lambda: ("StringEqualsIgnoreCase", "s3:delimiter", "/"),
            lambda: ("NumericLessThanEquals", "s3:max-keys", chance.choice(["5", "10"])),
            lambda: ("NumericGreaterThan", "s3:max-keys", chance.choice(["5", "9"])),
            lambda: ("Bool", "aws:SecureTransport", chance.choice(["true", "false"])),
            lambda: ("IpAddress", "aws:SourceIp", chance.choice(["127.0.0.0/8", "10.0.0.0/8", "127.0.0.1/32"])),
            lambda: ("NotIpAddress", "aws:SourceIp", chance.choice(["127.0.0.0/9", "192.0.2.0/24"])),
            lambda: ("Null", "s3:prefix", chance.choice(["true", "false"])),
        ]
    )()


def some_statement(chance):
    statement = {"Effect": chance.choice(["Allow", "Allow", "Allow", "Deny"])}
    statement["Principal"] = chance.choice(
        ["*", {"AWS": "*"}, {"AWS": "arn:aws:iam:::user/alice"}, {"AWS": ["arn:aws:iam:::user/bob"]}]
    )
    actions = chance.choice([*ACTIONS, "s3:*", "s3:Get*", "s3:*Object", "S3:getobject", chance.sample(ACTIONS, 2)])
    statement[chance.choice(["Action", "Action", "Action", "NotAction"])] = actions
    arn = f"arn:aws:s3:::{BUCKET}"
    paths = [f"{arn}/*", f"{arn}/a/*", f"{arn}/?/one", f"{arn}/*.jpg", f"{arn}/a/one", f"{arn}/put/*"]
    resources = chance.choice([[arn, f"{arn}/*"], [arn, f"{arn}/a/*"], chance.sample(paths, 2) + [arn]])
    statement[chance.choice(["Resource", "Resource", "Resource", "NotResource"])] = resources
    for _ in range(chance.choice([0, 0, 1, 1, 2])):
        operator, key, wanted = some_condition(chance)
        statement.setdefault("Condition", {}).setdefault(operator, {})[key] = wanted
    return statement


def some_request(chance):
    """Method, path, query, the action and its resource, and what conditions are about."""
    agent = chance.choice(["good-agent", "bad-agent", "other"])
    context = {"aws:UserAgent": agent, "aws:SourceIp": "127.0.0.1", "aws:SecureTransport": "false"}
    arn, key = f"arn:aws:s3:::{BUCKET}", chance.choice(KEYS)
    kind = chance.choice(ACTIONS)
    if kind == "s3:ListBucket":
        query = {"list-type": "2"}
        for name, values in {"prefix": ["a/", "b/", ""], "max-keys": ["5", "9"], "delimiter": ["/"]}.items():
            if chance.random() < 0.5:
                query[name] = context[f"s3:{name}"] = chance.choice(values)
        return "GET", f"/{BUCKET}", query, kind, arn, context
    if kind == "s3:PutObject":
        # By whom it was put, it could be read whatever the policy says.
        return "PUT", f"/{BUCKET}/put/{key}", None, kind, f"{arn}/put/{key}", context
    if kind == "s3:DeleteObject":
        return "DELETE", f"/{BUCKET}/gone/{key}", None, kind, f"{arn}/gone/{key}", context
    query = {"tagging": ""} if kind == "s3:GetObjectTagging" else None
    return "GET", f"/{BUCKET}/{key}", query, kind, f"{arn}/{key}", context


def compare(store, count):
    chance = seeded()
    root, alice, nobody = (ObjectClient(store.s3_port, *key) for key in ([], [("alice", SECRET)], [None]))
    store.add_key("alice", SECRET)
    assert root.put(f"/{BUCKET}", b"").status == 200
    for key in KEYS:
        assert root.put(f"/{BUCKET}/{key}", b"content").status == 200
    wires = {client: client.connection() for client in (root, alice, nobody)}
    decisions = []
    for _ in range(count):
        policy = {"Version": "2012-10-17", "Statement": [some_statement(chance) for _ in range(chance.randint(1, 4))]}
        document = json.dumps(policy).encode()
        answer = root.send("PUT", f"/{BUCKET}", {"policy": ""}, document, None, wires[root])
        assert answer.status == 204, (policy, answer)
        for _ in range(6):
            client, name = chance.choice([(alice, "alice"), (nobody, None)])
            method, path, query, action, resource, context = some_request(chance)
            body = b"new" if method == "PUT" else None
            headers = {"User-Agent": context["aws:UserAgent"]}
            answer = client.send(method, path, query, body, headers, wires[client])
            expected = decide(policy, name, action, resource, context)
            decisions.append(expected)
            assert answer.status in (200, 204, 403), answer
            assert (answer.status != 403) == (expected == "allow"), (name, method, path, query, context, policy)
    print(f"{len(decisions)} decisions, {decisions.count('allow')} allowed, {decisions.count('deny')} denied")
    assert min(decisions.count(one) for one in ("allow", "deny", None)) > len(decisions) / 40


def test_policies_are_decided_as_by_another_evaluator(make_server):
    compare(make_server(kind=ObjectStore), 100)


@pytest.mark.full
def test_many_policies_are_decided_as_by_another_evaluator(make_server):
    compare(make_server(kind=ObjectStore), 5_000)

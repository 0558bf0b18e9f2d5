"""What schemathesis cannot make up by itself: pictures, places in lists, and policies."""

import json
import os

import schemathesis
from hypothesis import strategies

import pictures

PICTURES = [pictures.png(8, 8), pictures.jpeg(), pictures.animated_gif()]
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}]}

schemathesis.openapi.format("binary", strategies.sampled_from(PICTURES))
schemathesis.openapi.format("cursor", strategies.just(os.environ.get("CURSOR", "")))
schemathesis.openapi.format("day", strategies.sampled_from(["2025-01-24", "2025-01-24T14:00:00Z"]))
schemathesis.openapi.format("size", strategies.sampled_from(["0", "5000", "5MiB"]))
schemathesis.openapi.format("policy", strategies.just(json.dumps(POLICY)))
for kind, content in zip(["image/png", "image/jpeg", "image/gif"], PICTURES):
    schemathesis.openapi.media_type(kind, strategies.just(content))


@schemathesis.hook
def map_case(context, case):
    """What OpenAPI cannot say: a body that is the picture itself has its name in the query, and what a form has beside the
    picture does not stand in the query as well."""
    if not case.operation.path.rstrip("/").endswith("/upload"):
        return case
    if case.media_type in ("image/png", "image/jpeg", "image/gif"):
        case.query = {**(case.query or {}), "name": "picture.png"}
    elif isinstance(case.body, dict) and case.meta.generation.mode.is_positive:
        case.query = {name: value for name, value in (case.query or {}).items() if name not in case.body}
    return case

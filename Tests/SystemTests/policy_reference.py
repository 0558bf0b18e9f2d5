"""A small evaluator of bucket policies, written from the documents of IAM: what others decide is compared with it."""

import ipaddress
import re


def like(pattern, text, folds=False):
    """`*` is any text, `?` one character."""
    expression = "".join(".*" if one == "*" else "." if one == "?" else re.escape(one) for one in pattern)
    return re.fullmatch(expression, text, re.DOTALL | (re.IGNORECASE if folds else 0)) is not None


def as_list(value):
    return value if isinstance(value, list) else [value]


# Operators, by what they compare; `Not` forms are the negations.
COMPARE = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": lambda value, wanted: like(wanted, value),
    "NumericLessThanEquals": lambda value, wanted: float(value) <= float(wanted),
    "NumericGreaterThan": lambda value, wanted: float(value) > float(wanted),
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "IpAddress": lambda value, wanted: ipaddress.ip_address(value) in ipaddress.ip_network(wanted),
}
NEGATED = {"StringNotEquals": "StringEquals", "StringNotLike": "StringLike", "NotIpAddress": "IpAddress"}


def holds(operator, key, wanted, context):
    """One line of a condition. `context` has the values of keys; a key that it has not is missing."""
    value = context.get(key)
    if operator == "Null":
        return (value is None) == (as_list(wanted)[0] == "true")
    may_be_missing = operator.endswith("IfExists")
    operator = operator.removesuffix("IfExists")
    if operator in NEGATED:
        # What is missing is not that.
        return value is None or not any(COMPARE[NEGATED[operator]](value, one) for one in as_list(wanted))
    if value is None:
        return may_be_missing
    return any(COMPARE[operator](value, one) for one in as_list(wanted))


def applies(statement, principal, action, resource, context):
    wanted = statement["Principal"]
    names = ["*"] if wanted == "*" else as_list(wanted["AWS"])
    if "*" not in names and f"arn:aws:iam:::user/{principal}" not in names:
        return False
    if "Action" in statement:
        if not any(like(pattern, action, folds=True) for pattern in as_list(statement["Action"])):
            return False
    elif any(like(pattern, action, folds=True) for pattern in as_list(statement["NotAction"])):
        return False
    if "Resource" in statement:
        if not any(like(pattern, resource) for pattern in as_list(statement["Resource"])):
            return False
    elif any(like(pattern, resource) for pattern in as_list(statement["NotResource"])):
        return False
    conditions = statement.get("Condition", {}).items()
    return all(holds(name, key, wanted, context) for name, lines in conditions for key, wanted in lines.items())


def decide(policy, principal, action, resource, context):
    """ "deny", "allow", or None where no statement applies. `principal` is None for whoever is not signed in."""
    effects = {
        statement["Effect"]
        for statement in policy["Statement"]
        if applies(statement, principal, action, resource, context)
    }
    return "deny" if "Deny" in effects else "allow" if "Allow" in effects else None

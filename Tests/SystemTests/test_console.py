"""The console's endpoint: who gets in, what an account may do there, and what is refused, logged, and without effect."""

import base64
import concurrent.futures
import io
import json
import re
import subprocess
import time
import zipfile

import pytest

import pictures
from console import OWN, Console, actions
from harness import CLONE, clean_environment, free_port, let_pass, program, running
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with running(ObjectStore(tmp_path_factory.mktemp("console"))) as one:
        yield one


@pytest.fixture
def root(store):
    visitor = Console(store)
    assert visitor.sign_in(ROOT_KEY, ROOT_SECRET).status == 201
    return visitor


def account(store, name, secret="account-secret"):
    store.add_key(name, secret)
    visitor = Console(store)
    assert visitor.sign_in(name, secret).status == 201
    return visitor


def key_command(store, *arguments):
    command = [program(), "key", *arguments]
    return subprocess.run(command, cwd=store.folder, env=clean_environment(store.settings), capture_output=True, text=True)


# Pages.


def test_pages_are_confined_and_complete(store):
    client = Console(store).client
    page = client.get("/")
    assert page.status == 200 and page.headers.get_content_type() == "text/html"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page.text)
    pending, seen = {"/", "/words.json"}, set()
    while pending:
        path = pending.pop()
        seen.add(path)
        answer = client.get(path)
        assert answer.status == 200, path
        assert answer.headers["Content-Security-Policy"] == policy, path
        found = re.findall(r'(?:href|src)="(/[^"?#]*)"|(?:from|import) "(\.?/[^"]+)"|@import url\("([^"]+)"\)', answer.text)
        folder = path.rsplit("/", 1)[0]
        for link in (next(filter(None, groups)) for groups in found):
            target = link if link.startswith("/") else f"{folder}/{link.removeprefix('./')}"
            if target not in seen and not target.startswith("/language/"):
                pending.add(target)
    assert len([path for path in seen if path.endswith(".js")]) > 20


def test_words_are_the_same_ones_in_every_language(store):
    tables = {}
    for language in ("en", "ru", "es"):
        answer = Console(store).client.get("/words.json", {"Cookie": f"lang={language}"})
        tables[language] = answer.json()
        assert tables[language]["language"] == language

    def names(language):
        return {re.sub(r"_(one|few|many|other)$", "", name) for name in tables[language]}

    assert names("en") == names("ru") == names("es")
    scripts = "".join(path.read_text() for path in (CLONE / "www/console").glob("*.js"))
    used = set(re.findall(r'(?:text|countText)\(\s*"([\w.-]+)"', scripts))
    assert used <= names("en"), used - names("en")
    for name, words in tables["en"].items():
        if name in tables["ru"]:
            marks = [sorted(re.findall(r"\{\w+\}", tables[language][name])) for language in tables if name in tables[language]]
            assert all(found == marks[0] for found in marks), name


def test_other_doors_have_no_console(store):
    for client in (store.client, Console(store).client.__class__("127.0.0.1", store.s3_port)):
        answer = client.request("GET", "/-/console/session", headers=OWN)
        assert answer.status in (400, 403, 404), answer
    # And the console is no other endpoint.
    assert Console(store).client.get("/metrics").status == 404
    assert Console(store).client.post_form("/api/upload", []).status in (404, 405)


# Signing in.


def test_session_is_set_and_cleared(store):
    visitor = Console(store)
    assert visitor.call("GET", "session").json()["account"] is None
    with store.log_lines(1) as lines:
        answer = visitor.sign_in(ROOT_KEY, ROOT_SECRET)
    assert lines[0].endswith(f"Success: console sign-in ({ROOT_KEY}).")
    cookie = answer.headers["Set-Cookie"]
    for attribute in ("HttpOnly", "SameSite=Strict", "Path=/-/console", "Max-Age="):
        assert attribute in cookie
    assert ROOT_SECRET not in cookie
    session = visitor.call("GET", "session").json()
    assert session["account"] == ROOT_KEY and session["operator"] is True
    with store.log_lines(1) as lines:
        left = visitor.call("DELETE", "session")
    assert left.status == 204 and "Max-Age=0" in left.headers["Set-Cookie"]
    assert lines[0].endswith(f"Success: console sign-out ({ROOT_KEY}).")
    # It is over on this side, too: a cookie that somebody kept is worth nothing.
    assert visitor.store("GET", "").status == 401


@pytest.mark.parametrize(
    "name, secret", [(ROOT_KEY, "wrong"), (ROOT_KEY, ""), ("nobody", ROOT_SECRET), ("", ""), (ROOT_KEY, ROOT_SECRET + "x")]
)
def test_wrong_secret_is_refused_and_logged(store, name, secret):
    with store.log_lines(1) as lines:
        answer = Console(store).sign_in(name, secret)
    assert answer.problem() == (401, "wrong-credentials")
    assert "Set-Cookie" not in answer.headers
    assert lines[0].endswith(f"Error: console sign-in refused ({name}).")


def test_guesses_become_slow_and_others_are_served_meanwhile(tmp_path):
    one = ObjectStore(tmp_path / "guesses")
    try:
        one.start()
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(60) as pool:
            guesses = [pool.submit(Console(one).sign_in, ROOT_KEY, f"guess{number}") for number in range(60)]
            let_pass(0.5, "the guesses' way into their queue")
            quick = time.monotonic()
            assert one.client.get("/").status == 200
            assert Console(one).client.get("/-/console/session", OWN).status == 200
            assert time.monotonic() - quick < 1
            codes = [guess.result().problem()[1] for guess in guesses]
        assert codes.count("wrong-credentials") < 20 and codes.count("too-many-attempts") > 30
        assert time.monotonic() - began > 4
        one.stop()
    finally:
        one.kill()


@pytest.mark.parametrize("failures", [8, 40])
def test_right_secret_is_let_in_however_many_wrong_ones_came_from_its_address(tmp_path, failures):
    one = ObjectStore(tmp_path / "tunnel", {"VITRINE_WORKERS": "1"})
    try:
        one.start()
        with concurrent.futures.ThreadPoolExecutor(failures) as pool:
            guesses = [pool.submit(Console(one).sign_in, ROOT_KEY, f"guess{number}") for number in range(failures)]
            let_pass(1, "the guesses' way into their queue")
            began = time.monotonic()
            assert Console(one).sign_in(ROOT_KEY, ROOT_SECRET).status == 201
            assert time.monotonic() - began < 2
            for guess in guesses:
                assert guess.result().status in (401, 429)
        one.stop()
    finally:
        one.kill()


def test_key_that_is_enabled_again_revives_no_session(store, root):
    visitor = account(store, "back-again")
    for disabled in (True, False):
        assert root.call("PUT", "keys/back-again", {"disabled": disabled}).status == 204
    assert visitor.store("GET", "").status == 401


@pytest.mark.parametrize("alter", ["flip", "cut", "swap", "empty", "longer"])
def test_altered_cookie_is_refused_and_logged(store, root, alter):
    name, _, value = root.cookie.partition("=")
    claims, code = value.rsplit(".", 1)
    account_part, expires, nonce, proof = claims.split(".")
    forged = {
        "flip": f"{claims}.{'A' if code[0] != 'A' else 'B'}{code[1:]}",
        "cut": claims,
        "swap": f"{account_part}.{int(expires) + 9_999_999}.{nonce}.{proof}.{code}",
        "empty": "...",
        "longer": value + "A",
    }[alter]
    root.cookie = f"{name}={forged}"
    with store.log_lines(1) as lines:
        assert root.store("PUT", "forged-bucket").problem() == (401, "sign-in-required")
    assert "Error: console request refused" in lines[0] and "session" in lines[0]
    assert not (store.data / "buckets/forged-bucket").exists()


def test_session_of_another_account_is_not_made_from_ones_own(store):
    own = account(store, "own-session")
    name, _, value = own.cookie.partition("=")
    parts = value.split(".")
    parts[0] = base64.urlsafe_b64encode(ROOT_KEY.encode()).decode().rstrip("=")
    own.cookie = f"{name}={'.'.join(parts)}"
    assert own.call("GET", "keys").problem() == (401, "sign-in-required")


def test_removed_disabled_and_changed_keys_end_their_sessions_at_once(store, root):
    visitor = account(store, "leaver")
    assert visitor.store("PUT", "leaver-bucket").status == 200
    assert key_command(store, "disable", "leaver").returncode == 0
    assert visitor.store("GET", "leaver-bucket").status == 401
    assert Console(store).sign_in("leaver", "account-secret").status == 401
    assert root.call("PUT", "keys/leaver", {"disabled": False}).status == 204
    assert visitor.store("GET", "leaver-bucket").status == 401
    assert visitor.sign_in("leaver", "account-secret").status == 201
    assert visitor.store("GET", "leaver-bucket").status == 200
    assert root.call("DELETE", "keys/leaver").status == 204
    assert visitor.store("GET", "leaver-bucket").status == 401
    store.add_key("leaver", "another-secret")
    assert visitor.store("GET", "leaver-bucket").status == 401
    assert key_command(store, "remove", "leaver").returncode == 0
    root.store("DELETE", "leaver-bucket")


def test_session_outlives_workers_and_is_good_in_all_of_them(tmp_path):
    one = ObjectStore(tmp_path / "restart")
    try:
        one.start()
        visitor = Console(one)
        visitor.sign_in(ROOT_KEY, ROOT_SECRET)
        one.stop_program()
        one.start_program()
        assert {visitor.call("GET", "session").json()["account"] for _ in range(20)} == {ROOT_KEY}
        one.stop()
    finally:
        one.kill()


class SecureConsole(ObjectStore):
    """The console with TLS too, at `secure_port`."""

    def adjust_nginx(self, folder):
        super().adjust_nginx(folder)
        self.secure_port = free_port()
        with open(folder / "console-server.conf", "a") as file:
            file.write(
                f"""
server {{
    listen 127.0.0.1:{self.secure_port} ssl;
    ssl_certificate "{self.certificate}";
    ssl_certificate_key "{self.folder}/key.pem";
    set $vitrine_store https://files.example:9000;
    include "{folder}/console.conf";
}}
"""
            )


def test_session_over_tls_is_for_tls_only(tmp_path):
    one = SecureConsole(tmp_path / "secure")
    try:
        one.start()
        body = json.dumps({"access_key": ROOT_KEY, "secret_key": ROOT_SECRET})
        command = ["curl", "-sS", "-i", "--cacert", one.certificate, "-H", "X-Vitrine-Console: 1", "-d", body]
        command.append(f"https://127.0.0.1:{one.secure_port}/-/console/session")
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        (cookie,) = re.findall(r"(?im)^set-cookie: (.*?)\r?$", answer)
        assert cookie.startswith("__Secure-vitrine-console=") and cookie.endswith("; Secure")
        assert '"store":"https://files.example:9000"' in answer
        assert "strict-transport-security: max-age" in answer.lower()
        # The endpoint without TLS takes no cookie of the one with it.
        visitor = Console(one)
        visitor.cookie = cookie.split(";")[0]
        (visitor.proof,) = re.findall(r'"proof":"([^"]+)"', answer)
        assert visitor.call("GET", "keys").problem() == (401, "sign-in-required")
        one.stop()
    finally:
        one.kill()


# Cross-site requests.


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        # Another port of the same host is the same site to a browser, which sends the cookie along.
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:8080"},
        {"X-Vitrine-Console": None},
    ],
)
def test_cross_site_requests_are_refused_and_logged(store, root, headers):
    sent = {**root.own(), **headers}
    sent = {name: value for name, value in sent.items() if value is not None}
    with store.log_lines(1) as lines:
        answer = root.client.request("PUT", "/-/console/store/cross-site", headers=sent)
    assert answer.problem() == (403, "cross-site")
    assert "cross-site" in lines[0]
    assert not (store.data / "buckets/cross-site").exists()
    assert root.client.request("POST", "/-/console/keys", json.dumps({"name": "cross-site"}), sent).status == 403
    if "X-Vitrine-Console" in sent:
        assert root.client.request("GET", "/-/console/store/", headers=sent).status == 403


def test_cross_site_form_cannot_sign_anybody_in(store):
    body = json.dumps({"access_key": ROOT_KEY, "secret_key": ROOT_SECRET})
    answer = Console(store).client.request("POST", "/-/console/session", body, {"Content-Type": "text/plain"})
    assert answer.problem() == (403, "cross-site") and "Set-Cookie" not in answer.headers


def test_preflight_of_another_origin_gets_no_permission(store, root):
    root.store("PUT", "cors-bucket")
    rules = "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>"
    assert root.store("PUT", "cors-bucket", query="cors", body=rules).status == 200
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-vitrine-console"}
    answer = root.client.request("OPTIONS", "/-/console/store/cors-bucket/a", headers=headers)
    assert answer.status == 403 and "Access-Control-Allow-Origin" not in answer.headers
    root.store("DELETE", "cors-bucket")


# The cookie goes to every port of a host.


def test_cookie_alone_lets_nobody_in(store, root):
    root.store("PUT", "proven")
    root.store("PUT", "proven", "a.txt", body=b"a")
    for proof in ("1", "", root.proof[:-1], root.link_proof, root.cookie):
        thief = Console(store)
        thief.cookie, thief.proof = root.cookie, proof or None
        assert thief.call("GET", "session").json()["account"] is None
        assert thief.call("GET", "keys").problem() == (401, "sign-in-required")
        assert thief.call("POST", "keys", {"name": "thief"}).problem() == (401, "sign-in-required")
        assert thief.store("GET", "proven", "a.txt").status == 401
        assert thief.store("PUT", "proven", "a.txt", body=b"b").status == 401
        # Nor does he end anybody's session.
        thief.call("DELETE", "session")
    assert root.store("GET", "proven", "a.txt").body == b"a"
    other = Console(store)
    other.sign_in(ROOT_KEY, ROOT_SECRET)
    other.cookie = root.cookie
    assert other.call("GET", "keys").problem() == (401, "sign-in-required")
    assert root.proof not in root.cookie and root.link_proof not in root.cookie


def test_link_proof_only_reads_objects(store, root):
    root.store("PUT", "linked")
    root.store("PUT", "linked", "a.txt", body=b"a")
    page = {"Cookie": root.cookie}

    def fetch(method, path, query=""):
        return root.client.request(method, f"{path}?{query}x-vitrine-proof={root.link_proof}", headers={**OWN, **page})

    assert root.client.get("/-/console/store/linked/a.txt", page).status == 401
    for query in ("", "response-content-type=text/css&"):
        assert fetch("GET", "/-/console/store/linked/a.txt", query).body == b"a"
    assert fetch("HEAD", "/-/console/store/linked/a.txt").status == 200
    assert fetch("GET", "/-/console/store/linked/", "list-type=2&").text.count("<Contents>") == 1
    for method in ("PUT", "DELETE", "POST"):
        assert fetch(method, "/-/console/store/linked/a.txt").status == 401
    # Where it is no parameter at all.
    assert fetch("GET", "/-/console/keys").problem() == (400, "malformed-request")
    twice = f"x-vitrine-proof=1&x-vitrine-proof={root.link_proof}"
    assert root.client.get(f"/-/console/store/linked/a.txt?{twice}", page).status == 401


def store_client(store):
    return Console(store).client.__class__("127.0.0.1", store.s3_port)


def test_stores_port_neither_gets_nor_shows_what_the_browser_sends(store, root):
    root.store("PUT", "public-scripts")
    client = store_client(store)
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    names = {"Cookie": root.cookie, "X-Amz-Security-Token": "session-token-x", "Authorization-Copy": "copied-x"}
    names["x-amz-server-side-encryption-customer-key"] = "customer-key-x"
    names["X-Vitrine-Console"] = root.proof
    signed = ";".join(sorted(["host", "x-amz-date", "x-amz-content-sha256", *(name.lower() for name in names)]))
    scope = f"{ROOT_KEY}/{date[:8]}/us-east-1/s3/aws4_request"
    version4 = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={signed}, Signature={'0' * 64}"
    common = {**names, "x-amz-date": date, "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
    presigned = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope.replace('/', '%2F')}&X-Amz-Date={date}"
    presigned += f"&X-Amz-Expires=600&X-Amz-SignedHeaders={signed.replace(';', '%3B')}&X-Amz-Signature={'5' * 64}"
    presigned += "&X-Amz-Security-Token=query-token-x"
    version2 = f"AWSAccessKeyId={ROOT_KEY}&Signature=version2-x&Expires=4000000000"
    secrets = [root.cookie.partition("=")[2], "session-token-x", "copied-x", "customer-key-x", root.proof]
    secrets += ["0" * 64, "5" * 64, "query-token-x", "version2-x"]
    shown = 0
    for path in ("/public-scripts/a", "/-/console/a", "/-/console/store/public-scripts/a",
                 "/-/console/..%2f..%2fpublic-scripts/a", "/public-scripts/%zz", "/%ff"):
        for query, fields in [
            ("", {**common, "Authorization": version4}), (presigned, names), (version2, names),
            ("", {**common, "Authorization": f"AWS {ROOT_KEY}:version2-x"}), (f"{presigned}&a=%zz", names),
            (presigned, {**names, "Range": "bytes=a"}),
        ]:
            answer = client.request("GET", path + (f"?{query}" if query else ""), headers=fields)
            assert answer.status >= 400
            told = answer.text + str(answer.headers)
            assert not [secret for secret in secrets if secret in told], (path, query, fields, told)
            shown += "<Code>SignatureDoesNotMatch</Code>" in told
    assert shown >= 4
    assert client.get("/-/console/session", OWN).status == 404
    output = store.program_output() + "\n".join(store.app_log())
    assert not [secret for secret in secrets if secret in output]


def test_public_objects_have_no_rights_of_the_stores_origin(store, root):
    root.store("PUT", "public-pages")
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::public-pages/*"]}],
    }
    assert root.store("PUT", "public-pages", query="policy", body=json.dumps(policy)).status == 204
    active = ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml", "application/xslt+xml",
              "message/rfc822", "multipart/related", "x/y", "TEXT/HTML; charset=utf-8", "image/png, text/html")
    passive = ("image/png", "image/jpeg", "video/mp4", "application/octet-stream", "application/pdf", "text/plain; charset=utf-8")
    for kind in active + passive:
        assert root.store("PUT", "public-pages", "a", body=b"<script>", headers={"Content-Type": kind}).status == 200
        policy = store_client(store).get("/public-pages/a").headers["Content-Security-Policy"]
        if kind in active:
            assert policy.split()[0] == "sandbox" and "allow-same-origin" not in policy, kind
        else:
            assert policy is None, kind
        assert root.store("GET", "public-pages", "a").headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "sandbox" in store_client(store).get("/no-such-bucket/a").headers["Content-Security-Policy"]


# Accounts.


@pytest.mark.folders
def test_account_sees_its_own_buckets_and_nothing_else(store, root):
    assert root.store("PUT", "operators-own", "secret.txt", body=b"").status == 404
    assert root.store("PUT", "operators-own").status == 200
    assert root.store("PUT", "operators-own", "secret.txt", body=b"secret").status == 200
    visitor = account(store, "somebody")
    assert visitor.store("PUT", "somebodys").status == 200
    assert "operators-own" not in visitor.store("GET", "").text
    for method, key, query, body in [
        ("GET", "", "list-type=2", None),
        ("GET", "secret.txt", "", None),
        ("PUT", "secret.txt", "", b"mine now"),
        ("DELETE", "secret.txt", "", None),
        ("PUT", "", "policy", b"{}"),
        ("DELETE", "", "", None),
        ("GET", "", "archive=zip", None),
    ]:
        with store.log_lines(1) as lines:
            assert visitor.store(method, "operators-own", key, query, body).status == 403, (method, key, query)
        assert "Error: " in lines[0] and "operators-own" in lines[0]
    assert visitor.call("GET", "buckets/operators-own").status == 404
    assert (store.data / "buckets/operators-own/secret.txt").read_bytes() == b"secret"
    for method, path in [
        ("GET", "keys"), ("POST", "keys"), ("DELETE", "keys/somebody"), ("GET", "pictures"), ("POST", "blocked"),
        ("POST", "moderation"), ("GET", "trash"),
        ("GET", "folders"), ("GET", "state"), ("GET", "check"), ("GET", "log"),
    ]:
        with store.log_lines(1) as lines:
            assert visitor.call(method, path, {}).problem() == (403, "not-permitted"), path
        assert "somebody" in lines[0] and "not permitted" in lines[0]


def test_policy_of_a_template_is_what_the_account_can_do(store, root):
    root.store("PUT", "templates")
    root.store("PUT", "templates", "reports/a.txt", body=b"a")
    made = {}
    for template, more in {
        "read-only": {}, "write-only": {"bucket": "templates"}, "bucket": {"bucket": "templates"},
        "prefix": {"bucket": "templates", "prefix": "reports/"},
    }.items():
        answer = root.call("POST", "keys", {"name": f"t-{template}", "template": template, **more})
        assert answer.status == 201, answer
        made[template] = Console(store)
        made[template].sign_in(f"t-{template}", answer.json()["secret"])
        assert "secret" not in str([key for key in root.call("GET", "keys").json()["keys"]])

    def may(template, method, key):
        return made[template].store(method, "templates", key, body=b"x" if method == "PUT" else None).status < 300

    table = {
        "read-only": [True, False, False, True],
        "write-only": [False, True, False, False],
        "bucket": [True, True, True, True],
        "prefix": [True, True, True, False],
    }
    for template, expected in table.items():
        root.store("PUT", "templates", "reports/a.txt", body=b"a")
        root.store("PUT", "templates", "other.txt", body=b"a")
        found = [
            may(template, "GET", "reports/a.txt"), may(template, "PUT", f"reports/{template}.txt"),
            may(template, "DELETE", "reports/a.txt"), may(template, "GET", "other.txt"),
        ]
        assert found == expected, template


def test_key_requests_that_are_wrong_change_nothing(store, root):
    before = root.call("GET", "keys").text
    for content, code in [
        ({}, "malformed-request"), ({"name": "a b c"}, "invalid-name"), ({"name": ROOT_KEY}, "invalid-name"),
        ({"name": "fine", "secret": "short"}, "invalid-secret"), ({"name": "fine", "policy": "{}"}, "invalid-policy"),
        ({"name": "fine", "template": "bucket"}, "invalid-policy"), ({"name": "fine", "template": "none"}, "invalid-policy"),
        ({"name": "fine", "policy": {"Version": "2012-10-17"}}, "malformed-request"),
    ]:
        assert root.call("POST", "keys", content).problem()[1] == code, content
    assert root.call("DELETE", "keys/no-such-key").problem() == (404, "not-found")
    assert root.request("POST", "/-/console/keys", b"[" * 70_000).status in (400, 413)
    assert root.call("GET", "keys").text == before


def test_policy_that_is_no_text_takes_nothing_from_a_key(store, root):
    assert root.call("POST", "keys", {"name": "narrow", "template": "read-only", "bucket": "b"}).status == 201
    before = root.call("GET", "keys").text
    for content in ({"policy": {}}, {"policy": 1}, {"template": []}, {"disabled": "yes"}):
        assert root.call("PUT", "keys/narrow", content).problem() == (400, "malformed-request"), content
    assert root.call("GET", "keys").text == before
    root.call("DELETE", "keys/narrow")


# Objects.


def test_objects_run_nothing_in_the_consoles_origin(store, root):
    root.store("PUT", "hostile")
    for name, kind in {"page.html": "text/html", "image.svg": "image/svg+xml", "script.js": "text/javascript", "a.pdf": "application/pdf"}.items():
        root.store("PUT", "hostile", name, body=b"<script>alert(1)</script>", headers={"Content-Type": kind})
        answer = root.store("GET", "hostile", name)
        policy = answer.headers["Content-Security-Policy"]
        assert answer.status == 200 and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in policy and "script-src" not in policy and "frame-ancestors 'self'" in policy
        assert "sandbox" in policy or kind == "application/pdf"


@pytest.mark.parametrize("climb", ["..%2f..%2fevil.html", "x/..%2f..%2f..%2fevil.html", "..%2F..%2Fkeys"])
def test_object_never_comes_with_the_headers_of_a_page(store, root, climb):
    """nginx takes such an address for one of the console itself, and lets what stands there run scripts."""
    root.store("PUT", "hostile-paths")
    address = f"/-/console/store/hostile-paths/{climb}"
    evil = b"<script src=/-/console/store/hostile-paths/evil.js></script>"
    assert root.request("PUT", address, evil, {"Content-Type": "text/html"}).status in (400, 404)
    assert root.request("GET", address).status in (400, 404)
    assert b"<Contents>" not in root.store("GET", "hostile-paths").body


def test_objects_of_any_size_and_name_go_through(store, root):
    root.store("PUT", "names")
    for name in ("a b+c%d.txt", "ключ/файл.txt", "deep/er/and/deeper.txt", "<img src=x onerror=alert(1)>", "a//b", "q?&=#"):
        assert root.store("PUT", "names", name, body=name.encode()).status == 200, name
        assert root.store("GET", "names", name).body == name.encode()
    large = b"0123456789abcdef" * 700_000
    assert root.store("PUT", "names", "large", body=large).status == 200
    assert root.store("GET", "names", "large").body == large
    assert root.store("GET", "names", "large", headers={"Range": "bytes=5-9"}).body == b"56789"


def test_selection_of_a_folder_is_one_zip(store, root):
    root.store("PUT", "zips")
    for name in ("f/a.txt", "f/b.txt", "f/sub/c.txt", "f/sub2/d.txt", "other.txt"):
        root.store("PUT", "zips", name, body=name.encode())

    def names(query):
        archive = root.store("GET", "zips", "f/", f"archive=zip{query}")
        assert archive.status == 200, archive
        return zipfile.ZipFile(io.BytesIO(archive.body)).namelist()

    assert names("") == ["a.txt", "b.txt", "sub/c.txt", "sub2/d.txt"]
    assert names("&member=b.txt&member=sub/") == ["b.txt", "sub/c.txt"]
    assert root.store("GET", "zips", "f/", "archive=zip&member=none").status == 404


def test_presigned_link_is_good_at_the_stores_own_door(store, root):
    root.store("PUT", "links")
    root.store("PUT", "links", "a b.txt", body=b"linked")
    with store.log_lines(1) as lines:
        answer = root.call("POST", "links", {"method": "GET", "bucket": "links", "key": "a b.txt", "expires": 60})
    url = answer.json()["url"]
    assert url.startswith(store.s3_url + "/links/") and "link to links/a b.txt signed" in lines[0]
    fetched = subprocess.run(["curl", "-sS", "--fail", url], capture_output=True, check=True)
    assert fetched.stdout == b"linked"
    for content in ({"method": "DELETE"}, {"expires": 0}, {"expires": 604_801}, {"bucket": ""}, {"key": ""}):
        wrong = {"method": "GET", "bucket": "links", "key": "a", "expires": 60, **content}
        assert root.call("POST", "links", wrong).status == 400


def test_summary_tells_size_and_access(store, root):
    root.store("PUT", "summed")
    root.store("PUT", "summed", "a", body=b"12345")
    facts = root.call("GET", "buckets/summed").json()
    assert (facts["objects"], facts["bytes"], facts["public"], facts["policy"]) == (1, 5, False, None)
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::summed/*"]}],
    }
    assert root.store("PUT", "summed", query="policy", body=json.dumps(policy)).status == 204
    facts = root.call("GET", "buckets/summed").json()
    assert facts["public"] is True and json.loads(facts["policy"]) == policy


# Pictures.


def test_blocked_picture_is_gone_and_stays_away(store, root):
    first = store.client.upload(pictures.jpeg(seed=901), "first.jpg").json()
    second = store.client.upload(pictures.jpeg(seed=901), "second.jpg", fields=[("visibility", "unlisted")]).json()
    listed = {entry["name"]: entry for entry in root.call("GET", "pictures").json()["pictures"]}
    assert listed[second["name"]]["address"] == "127.0.0.1" and listed[second["name"]]["visibility"] == "unlisted"
    answer = root.call("POST", "blocked", {"name": first["name"]})
    assert sorted(answer.json()["deleted"]) == sorted([first["name"], second["name"]])
    with store.log_lines(1) as lines:
        assert store.client.upload(pictures.jpeg(seed=901), "again.jpg").problem() == (403, "blocked")
    assert lines[0].endswith("Error: blocked image (again.jpg).")
    # Nor by the other endpoint to the same folder.
    content = pictures.jpeg(seed=901)
    assert root.store("PUT", "images", "again.jpg", body=content).status == 403
    spanish = store.client.upload(pictures.jpeg(seed=901), "again.jpg", headers={"Accept-Language": "es"}).json()
    assert "bloqueado" in spanish["detail"]
    # An index that is built anew has not forgotten.
    for path in (store.data / ".vitrine").glob("index-*.db*"):
        path.unlink()
    assert store.client.upload(pictures.jpeg(seed=901), "again.jpg").problem() == (403, "blocked")
    (entry,) = root.call("GET", "blocked").json()["blocked"]
    assert entry["sha256"] == first["sha256"]
    assert root.call("DELETE", f"blocked/{entry['sha256']}").status == 204
    again = store.client.upload(pictures.jpeg(seed=901), "again.jpg")
    assert again.status == 201
    assert root.call("DELETE", f"pictures/{again.json()['name']}").status == 204
    assert store.client.get(f"/images/{again.json()['name']}").status == 404
    told = [line for line in store.program_output().splitlines() if again.json()["name"] in line]
    assert [line for line in told if "picture deleted" in line and "127.0.0.1" in line]
    log = actions(store)
    for line in ("Success: image first.jpg blocked (copies deleted: 2).", "Success: image again.jpg deleted."):
        assert line in log


def test_command_does_what_the_console_does(store, root):
    def run(*arguments):
        command = [program(), "picture", *arguments]
        return subprocess.run(command, cwd=store.folder, env=clean_environment(store.settings), capture_output=True, text=True)

    facts = store.client.upload(pictures.jpeg(seed=902), "command.jpg").json()
    assert f"{facts['name']}  " in run("list").stdout and facts["sha256"] in run("list").stdout
    assert run("block", facts["name"]).returncode == 0
    assert store.client.upload(pictures.jpeg(seed=902), "command.jpg").problem() == (403, "blocked")
    assert facts["sha256"] in run("blocked").stdout
    assert run("unblock", facts["sha256"]).returncode == 0
    again = store.client.upload(pictures.jpeg(seed=902), "command.jpg").json()
    assert run("delete", again["name"]).returncode == 0
    assert run("delete", again["name"]).returncode == 1
    assert run("block", "nonsense.png").returncode == 1
    assert run("nonsense").returncode == 2


# State.


def test_state_check_and_log_are_told(store, root):
    state = root.call("GET", "state").json()
    assert state["workers"] == state["workers_configured"] == 2 and state["disk_bytes"] > 0 and len(state["load"]) == 3
    Console(store).sign_in("nobody", "wrong")
    assert any("sign-in refused" in line for line in root.call("GET", "state").json()["errors"])
    checked = subprocess.run(
        [program(), "check"], cwd=store.folder, env=clean_environment(store.settings), capture_output=True, text=True
    )
    problems = root.call("GET", "check").json()["problems"]
    assert problems == ([] if checked.returncode == 0 else checked.stdout.splitlines())
    tail = root.call("GET", "log").json()
    assert tail["lines"] == store.app_log()[-len(tail["lines"]):]
    root.store("PUT", "logged-bucket")
    more = root.call("GET", f"log?after={tail['next']}").json()
    assert [line.partition("] ")[2] for line in more["lines"]] == ["Success: bucket logged-bucket created."]
    assert more["restarted"] is False
    assert root.call("GET", "log?after=1-0").json()["restarted"] is True
    assert root.call("GET", "log?after=nonsense").problem() == (400, "malformed-request")


def test_photo_folders_have_sizes(store, root):
    store.photo_folder("console-folder", {"a.txt": b"x" * 1000, "b/c.txt": b"y" * 500})
    page = root.call("GET", "folders").json()
    assert {"name": "console-folder", "files": 2, "bytes": 1500} in page["folders"]
    assert root.client.get("/archive/console-folder/").status == 200

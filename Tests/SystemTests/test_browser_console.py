"""The console in a real browser: the whole round of an operator, hostile names and contents, and what a page looks like."""

import io
import json
import shutil
import zipfile

import pytest

import pictures
from console import Console
from harness import let_pass, running, wait_until
from http_client import Client
from object_store import ROOT_KEY, ROOT_SECRET, ObjectStore
from test_browser_pages import axe  # noqa: F401

pytestmark = pytest.mark.skipif(not shutil.which("chromedriver"), reason="needs chromium-driver")

# A file of a given length is dropped on the page; its bytes are made in the page.
DROP = """
const [name, size] = arguments;
const piece = new Uint8Array(1 << 20);
for (let index = 0; index < piece.length; index++) piece[index] = index * 31 + (index >> 8);
const pieces = [];
for (let rest = size; rest > 0; rest -= piece.length) pieces.push(rest < piece.length ? piece.slice(0, rest) : piece);
const transfer = new DataTransfer();
transfer.items.add(new File(pieces, name, { type: "application/octet-stream" }));
for (const kind of ["dragenter", "dragover", "drop"]) {
  document.getElementById("main").dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}
"""


def dropped(size):
    piece = bytes((index * 31 + (index >> 8)) & 255 for index in range(1 << 20))
    return (piece * (size // len(piece) + 1))[:size]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with running(ObjectStore(tmp_path_factory.mktemp("browser-console"))) as one:
        yield one


def fill(browser, selector, text):
    field = browser.wait_for(selector)
    browser.run("arguments[0]; document.querySelector(arguments[0]).value = ''", selector)
    field.type(text)


def press(browser, label, within="body"):
    """Clicks the last visible button or link of that label: the one on top."""

    def pressed():
        try:
            found = [one for one in browser.find(f"{within} :is(button, a, label.button)") if one.text().strip() == label]
            shown = next((one for one in reversed(found) if one.visible()), None)
            return shown and (shown.click() or True)
        except AssertionError as fault:
            # The page was made anew in between.
            assert "stale element" in str(fault)
            return False

    wait_until(pressed, 15, f"a button {label}")


def sign_in(browser, store, name=ROOT_KEY, secret=ROOT_SECRET):
    browser.open(store.console_url + "/")
    fill(browser, "form.sign-in input[name=access-key]", name)
    fill(browser, "form.sign-in input[name=secret-key]", secret)
    press(browser, "Sign in", "form.sign-in")
    browser.wait_for("nav.site-nav")


def go(browser, store, page, selector):
    browser.run("location.hash = arguments[0]", f"#/{page}")
    browser.wait_for(selector)


def listed(browser):
    """The rows of the folder that is shown, as text."""
    return browser.run("return document.querySelector('table.objects tbody')?.textContent ?? ''")


def row_of(browser, name):
    """The place of the row that shows a name."""
    script = """
      const [name] = arguments;
      return [...document.querySelectorAll("table.objects tbody tr")].findIndex((row) => row.textContent.includes(name));
    """
    return browser.run(script, name)


def test_the_whole_round(store, browser):
    import minio

    picture = store.client.upload(pictures.jpeg(seed=911), "unwanted.jpg").json()
    sign_in(browser, store)

    # A bucket.
    press(browser, "New bucket")
    fill(browser, "dialog input", "round-trip")
    press(browser, "Create", "dialog")
    press(browser, "round-trip", "table.buckets")
    browser.wait_for("table.objects")

    # A key, and what minio-py does with it.
    go(browser, store, "keys", ".page-head .primary")
    press(browser, "New key")
    fill(browser, "dialog input[name=key-name]", "minio-user")
    browser.run(
        "const choice = document.querySelector('dialog select[name=template]'); choice.value = 'bucket';"
        "choice.dispatchEvent(new Event('change'))"
    )
    fill(browser, "dialog input[name=bucket]", "round-trip")
    press(browser, "Create", "dialog")
    secret = browser.wait_for("dialog input.secret").attribute("value")
    press(browser, "Close", "dialog")
    client = minio.Minio(f"127.0.0.1:{store.s3_port}", access_key="minio-user", secret_key=secret, secure=False)
    content = b"hello from minio-py"
    client.put_object("round-trip", "public/hello.txt", io.BytesIO(content), len(content), "text/plain")
    client.put_object("round-trip", "private/secret.txt", io.BytesIO(content), len(content), "text/plain")
    client.put_object("round-trip", "public/more/again.txt", io.BytesIO(content), len(content), "text/plain")

    # public/ is public, the rest is not.
    anonymous = Client("127.0.0.1", store.s3_port)
    assert anonymous.get("/round-trip/public/hello.txt").status == 403
    go(browser, store, "settings/round-trip", ".access-panel")
    fill(browser, ".access-panel input[name=prefix]", "public/")
    press(browser, "Make public", ".access-panel")
    browser.wait_for(".access-panel .prefixes li")
    assert anonymous.get("/round-trip/public/hello.txt").body == content
    assert anonymous.get("/round-trip/private/secret.txt").status == 403

    # 50 MB by drop, in parts.
    go(browser, store, "buckets/round-trip/", "table.objects tbody tr")
    size = 50 * 1000 * 1000
    browser.run(DROP, "large.bin", size)
    wait_until(lambda: "large.bin" in listed(browser), 60, "the upload")
    assert client.get_object("round-trip", "large.bin").read() == dropped(size)

    # A presigned link.
    row = row_of(browser, "large.bin")
    browser.find("table.objects tbody tr button.opener")[row].click()
    press(browser, "Temporary link", ".menu:popover-open")
    press(browser, "Make the link", "dialog")
    link = browser.wait_for("dialog .copy-row input").attribute("value")
    assert link.startswith(store.s3_url) and "X-Amz-Signature" in link
    assert len(anonymous.get(link.removeprefix(store.s3_url)).body) == size
    press(browser, "Cancel", "dialog")

    # A folder as a zip: what its link leads to, with the session of the browser.
    row = row_of(browser, "public/")
    browser.find("table.objects tbody tr button.opener")[row].click()
    href = browser.wait_for(".menu:popover-open a").attribute("href")
    browser.run("document.querySelector('.menu').hidePopover()")
    archive = browser.run_async(
        "const bytes = new Uint8Array(await (await fetch(given[0])).arrayBuffer()); return [...bytes]", href
    )
    assert zipfile.ZipFile(io.BytesIO(bytes(archive))).namelist() == ["hello.txt", "more/again.txt"]

    # A folder is renamed, with what is in it; nothing is overwritten.
    browser.find("table.objects tbody tr button.opener")[row].click()
    press(browser, "Rename or move", ".menu:popover-open")
    fill(browser, "dialog input", "public/moved/")
    press(browser, "Rename or move", "dialog")
    assert "cannot be moved into itself" in browser.wait_for("dialog [role=alert]").text()
    fill(browser, "dialog input", "open/")
    press(browser, "Rename or move", "dialog")
    wait_until(lambda: "open/" in listed(browser), 15, "the move")
    assert [found.object_name for found in client.list_objects("round-trip", "open/", recursive=True)] == [
        "open/hello.txt",
        "open/more/again.txt",
    ]
    assert not list(client.list_objects("round-trip", "public/", recursive=True))

    # A picture is blocked, and its upload refused from then on.
    go(browser, store, "pictures", "table.pictures tbody tr")
    press(browser, "Block", "table.pictures")
    press(browser, "Block", "dialog")
    wait_until(lambda: not browser.find("table.pictures tbody tr"), 10, "the picture is gone")
    assert store.client.get(f"/images/{picture['name']}").status == 404
    assert store.client.upload(pictures.jpeg(seed=911), "unwanted.jpg").problem() == (403, "blocked")

    # The key is removed, and refused.
    go(browser, store, "keys", "table.keys tbody tr")
    press(browser, "Remove", "table.keys")
    press(browser, "Remove", "dialog")
    wait_until(lambda: not browser.find("table.keys tbody tr"), 10, "the key is gone")
    with pytest.raises(minio.error.S3Error) as refusal:
        client.list_buckets()
    assert refusal.value.code == "InvalidAccessKeyId"

    # All of it is in app.log.
    log = "\n".join(store.app_log())
    for line in (
        f"console sign-in ({ROOT_KEY})",
        "bucket round-trip created",
        "access key minio-user added",
        "policy of bucket round-trip set",
        "object round-trip/large.bin stored",
        "GET link to round-trip/large.bin signed",
        "object round-trip/open/hello.txt stored",
        "object round-trip/public/hello.txt deleted",
        "image unwanted.jpg blocked",
        "blocked image (unwanted.jpg)",
        "access key minio-user removed",
    ):
        assert line in log, line

    press(browser, "Sign out")
    browser.wait_for("form.sign-in")


def test_markup_in_names_and_contents_never_runs(store, browser):
    root = Console(store)
    root.sign_in(ROOT_KEY, ROOT_SECRET)
    root.store("PUT", "hostile-names")
    attack = "<script>top.attacked = 1; parent.document.title = 'attacked'</script>"
    names = ["<img src=x onerror=attacked=1>.html", "\"><svg onload=attacked=1>.svg", "javascript:attacked=1", "'+attacked=1+'.txt"]
    for name in names:
        kind = "text/html" if name.endswith(".html") else "image/svg+xml" if name.endswith(".svg") else "text/plain"
        headers = {"Content-Type": kind, "x-amz-meta-note": "<img src=x onerror=attacked=1>"}
        assert root.store("PUT", "hostile-names", name, body=attack, headers=headers).status == 200
    root.store("PUT", "hostile-names", "<b>folder/a.pdf", body=attack, headers={"Content-Type": "application/pdf"})
    sign_in(browser, store)
    go(browser, store, "buckets/hostile-names/", "table.objects tbody tr")
    shown = browser.run("return [...document.querySelectorAll('table.objects .name')].map((name) => name.textContent)")
    assert set(names) | {"<b>folder/"} <= set(shown)
    for number in range(len(names)):
        browser.find("table.objects button.link")[number].click()
        browser.wait_for("dialog .preview > *")
        let_pass(0.3, "the time that an attack in the preview would need")
        press(browser, "Close", "dialog")
    assert browser.run("return window.attacked ?? null") is None
    assert browser.run("return document.querySelectorAll('main img, main svg, main script, main b').length") == 0
    # As a page of its own an object is in a sandbox, and runs nothing either.
    browser.complaints()
    proof = browser.run("return JSON.parse(localStorage.getItem('vitrine-console-proof')).linkProof")
    page = "/-/console/store/hostile-names/%3Cimg%20src%3Dx%20onerror%3Dattacked%3D1%3E.html"
    browser.open(f"{store.console_url}{page}?x-vitrine-proof={proof}")
    assert browser.run("return document.title") != "attacked" and browser.run("return window.attacked ?? null") is None
    assert browser.run("return window.origin") == "null"
    # The browser says that it blocked the script, which is what it was told to do.
    assert all("Blocked script execution" in line or "Content Security Policy" in line for line in browser.complaints())


def test_account_that_types_anothers_address_is_told_so(store, browser):
    root = Console(store)
    root.sign_in(ROOT_KEY, ROOT_SECRET)
    root.store("PUT", "not-yours")
    store.add_key("typist", "typist-secret")
    sign_in(browser, store, "typist", "typist-secret")
    assert [link.text() for link in browser.find("nav.site-nav a")] == ["Buckets"]
    browser.run("location.hash = '#/buckets/not-yours/'")
    assert "may not" in browser.wait_for("main [role=alert]").text()
    browser.run("location.hash = '#/keys'")
    browser.wait_for("table.buckets, main .empty")
    # The one refusal is the one that was asked for.
    assert len(browser.complaints()) == 1


def test_session_that_ended_leads_back_to_the_sign_in(store, browser):
    store.add_key("short-lived", "short-secret")
    sign_in(browser, store, "short-lived", "short-secret")
    root = Console(store)
    root.sign_in(ROOT_KEY, ROOT_SECRET)
    assert root.call("DELETE", "keys/short-lived").status == 204
    browser.run("location.hash = '#/buckets/any/'")
    browser.wait_for("form.sign-in")
    assert len(browser.complaints()) == 1
    fill(browser, "form.sign-in input[name=access-key]", "short-lived")
    fill(browser, "form.sign-in input[name=secret-key]", "short-secret")
    press(browser, "Sign in", "form.sign-in")
    assert "do not fit" in browser.wait_for("form.sign-in [role=alert]").text()
    browser.complaints()


PAGES = {
    "buckets": "table.buckets tbody tr",
    "buckets/looks/": "table.objects tbody tr",
    "settings/looks": ".access-panel",
    "keys": "table.keys tbody tr",
    "pictures": "table.pictures tbody tr",
    "folders": "table.folders tbody tr",
    "state": ".figure",
}


@pytest.fixture(scope="module")
def filled(store):
    root = Console(store)
    root.sign_in(ROOT_KEY, ROOT_SECRET)
    root.store("PUT", "looks")
    for number in range(12):
        root.store("PUT", "looks", f"holiday-{number}.txt", body=b"x" * number * 1000)
    root.store("PUT", "looks", "public/cat.png", body=pictures.png())
    statement = {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"]}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": ["arn:aws:s3:::looks/public/*"]}]}
    root.store("PUT", "looks", query="policy", body=json.dumps(policy))
    root.call("POST", "keys", {"name": "looker", "template": "read-only"})
    store.client.upload(pictures.jpeg(), "A picture with a rather long name of its own.jpg")
    store.photo_folder("looks", {"a.txt": b"a" * 1000})
    return store


@pytest.mark.parametrize(
    "dark", [pytest.param(False, id="light"), pytest.param(True, id="dark", marks=pytest.mark.full)]
)
def test_axe_finds_nothing_and_nothing_overflows(filled, browser, axe, dark):  # noqa: F811
    browser.look(1280, 900, dark=dark)
    browser.open(filled.console_url + "/")
    browser.wait_for("form.sign-in")
    check(browser, axe, "sign-in")
    sign_in(browser, filled)
    for page, selector in PAGES.items():
        for width in (1280, 360):
            browser.look(width, 900, dark=dark)
            go(browser, filled, page, selector)
            let_pass(0.3, "the page's own transitions")
            assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), (page, width)
            check(browser, axe, page)
    go(browser, filled, "buckets/looks/", "table.objects tbody tr")
    browser.find("table.objects button.link")[0].click()
    browser.wait_for("dialog .facts-list div")
    check(browser, axe, "details")


def check(browser, axe, page):  # noqa: F811
    browser.run(axe)
    report = browser.run_async("return (await axe.run()).violations")
    found = [(entry["id"], entry["impact"], [node["html"] for node in entry["nodes"]][:3]) for entry in report]
    assert found == [], page

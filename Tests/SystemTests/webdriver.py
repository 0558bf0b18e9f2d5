"""A headless Chromium, spoken to in plain WebDriver (W3C) over HTTP."""

import contextlib
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request

from harness import free_port

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
# Keys, as WebDriver writes them.
SHIFT, TAB, ENTER = "\ue008", "\ue004", "\ue007"


class StaleElement(AssertionError):
    """The page has taken the element away since it was found."""


class Element:
    def __init__(self, browser, identity):
        self.browser, self.path = browser, f"/element/{identity}"

    def text(self):
        return self.browser.call("GET", f"{self.path}/text")

    def attribute(self, name):
        return self.browser.call("GET", f"{self.path}/property/{name}")

    def visible(self):
        return self.browser.call("GET", f"{self.path}/displayed")

    def click(self):
        self.browser.call("POST", f"{self.path}/click", {})

    def shift_click(self):
        """A click while the Shift key is down."""
        origin = {ELEMENT: self.path.rpartition("/")[2]}
        keys = [{"type": "keyDown", "value": SHIFT}, *[{"type": "pause"}] * 3, {"type": "keyUp", "value": SHIFT}]
        moves = [{"type": "pause"}, {"type": "pointerMove", "origin": origin, "x": 0, "y": 0, "duration": 0}]
        moves += [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        sources = [{"type": "key", "id": "keys", "actions": keys}, {"type": "pointer", "id": "mouse", "actions": moves}]
        self.browser.call("POST", "/actions", {"actions": sources})

    def type(self, text):
        self.browser.call("POST", f"{self.path}/value", {"text": text})


class Browser:
    """One browser window. Without `scripts`, pages run no JavaScript."""

    def __init__(self, profile, scripts=True, language="en"):
        self.port = free_port()
        self.driver = subprocess.Popen(
            [shutil.which("chromedriver"), f"--port={self.port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.session = ""
        preferences = {"intl.accept_languages": language}
        if not scripts:
            preferences["profile.managed_default_content_settings.javascript"] = 2
        arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            f"--user-data-dir={profile}",
        ]
        options = {"args": arguments, "prefs": preferences, "binary": shutil.which("chromium")}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        deadline = time.monotonic() + 30
        while True:
            try:
                made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
                break
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "chromedriver does not answer"
                time.sleep(0.1)
            except urllib.error.URLError as error:
                assert isinstance(error.reason, ConnectionRefusedError) and time.monotonic() < deadline, error
                time.sleep(0.1)
        self.session = f"/session/{made['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(10)

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{self.session}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            fault = json.load(error)["value"]
            kind = StaleElement if fault["error"] == "stale element reference" else AssertionError
            raise kind(fault["message"]) from None

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def url(self):
        return self.call("GET", "/url")

    def find(self, selector):
        """The elements that a CSS selector matches now."""
        found = self.call("POST", "/elements", {"using": "css selector", "value": selector})
        return [Element(self, element[ELEMENT]) for element in found]

    def wait_for(self, selector, seconds=15):
        """The first visible match, once there is one."""
        deadline = time.monotonic() + seconds
        while True:
            for element in self.find(selector):
                with contextlib.suppress(StaleElement):
                    if element.visible():
                        return element
            assert time.monotonic() < deadline, f"no {selector} on {self.url()}: {self.source()[:3000]}"
            time.sleep(0.05)

    def focused(self):
        """The element that has the focus."""
        return Element(self, self.call("GET", "/element/active")[ELEMENT])

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        """The value that the script's promise comes to: `arguments` are in `given`."""
        wrapped = f"const [...given] = arguments, done = given.pop(); (async () => {{ {script} }})().then(done, String)"
        return self.call("POST", "/execute/async", {"script": wrapped, "args": list(arguments)})

    def devtools(self, command, **parameters):
        """A command of the Chrome DevTools Protocol."""
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def look(self, width, height, density=1, dark=False):
        """The size of the window's inside, the density of the screen, and the colours that the visitor prefers."""
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=density,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.devtools("Emulation.setEmulatedMedia", features=[scheme])

    def throttle(self, upload):
        """Bytes per second that leave the browser."""
        self.devtools("Network.enable")
        self.devtools(
            "Network.emulateNetworkConditions", offline=False, latency=5, downloadThroughput=-1, uploadThroughput=upload
        )

    def allow_clipboard(self):
        """For the site of the page that is open."""
        for name in ("clipboard-read", "clipboard-write"):
            self.call("POST", "/permissions", {"descriptor": {"name": name}, "state": "granted"})

    def clipboard(self):
        return self.run_async("return navigator.clipboard.readText()")

    def source(self):
        return self.call("GET", "/source")

    def complaints(self):
        """What the console shows as errors: faults of scripts, what is missing, what the page's policy forbade."""
        entries = self.call("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

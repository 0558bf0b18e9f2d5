"""Small answers: requests a second over 64 kept connections, to nginx and behind it."""

import re
import statistics
import subprocess

from measuring import Row, in_turns, ratios

SECONDS = 3


def requests_per_second(url):
    command = ["wrk", "-t2", "-c64", f"-d{SECONDS}s", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    wrong = re.search(r"Non-2xx|Socket errors: .*[1-9]", text)
    if wrong:
        raise SystemExit(f"deploy/bench: {url} did not always answer:\n{text}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])


def measure(stand, rounds):
    urls = {
        "vitrine": stand.vitrine_url("/healthz"),
        "echo": stand.peer_url("/echo"),
        "php": stand.peer_url("/small.php"),
    }
    found = in_turns(rounds, {name: lambda url=url: requests_per_second(url) for name, url in urls.items()})
    for name, what in (("echo", "requests/s : C libfcgi, 64 processes"), ("php", "requests/s : php-fpm, 64 processes")):
        note = f"{statistics.median(found['vitrine']):,.0f} : {statistics.median(found[name]):,.0f}"
        yield Row(what, ratios(found["vitrine"], found[name]), at_least=1.6, note=note)

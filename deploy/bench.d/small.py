"""Small answers: requests a second over 64 persistent connections, to nginx and behind it."""

import re
import statistics
import subprocess

from measuring import Row, in_turns, ratios

SECONDS = 2


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
        # What nginx and the load generator leave room for.
        "file": stand.vitrine_url("/assets/favicon.svg"),
    }
    found = in_turns(rounds, {name: lambda url=url: requests_per_second(url) for name, url in urls.items()})
    against = (
        ("echo", "C libfcgi, 64 processes", 2.0),
        ("php", "php-fpm, 64 processes", 1.6),
        ("file", "a small file of nginx's own", 0.95),
    )
    for name, what, target in against:
        note = f"{statistics.median(found['vitrine']):,.0f} : {statistics.median(found[name]):,.0f}"
        yield Row(f"requests/s : {what}", ratios(found["vitrine"], found[name]), at_least=target, note=note)

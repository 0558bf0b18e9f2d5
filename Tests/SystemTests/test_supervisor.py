"""The pool: processes have names, workers that die are replaced, and what was answered is kept."""

import concurrent.futures
import hashlib
import os
import random
import re
import signal
import threading
import time

import pictures
from harness import wait_until


def test_processes_are_named(make_server):
    server = make_server(settings={"VITRINE_WORKERS": "3"})
    names = sorted(process.name() for process in server.processes())
    assert names.count("vitrine") == 1 and names.count("vitrine-worker") == 3
    assert all(name.startswith("vitrine") for name in names)


def test_killed_worker_is_replaced_at_once_and_logged(make_server):
    server = make_server()
    victims = []
    for _ in range(3):
        before = {process.pid for process in server.full_pool()}
        victims.append(min(before))
        killed = time.monotonic()
        os.kill(victims[-1], signal.SIGKILL)
        wait_until(lambda: {p.pid for p in server.workers()} - before and len(server.workers()) == 2, 5, "a new worker")
        assert time.monotonic() - killed < 1
        assert server.client.get("/healthz").status == 200
    for victim in victims:
        told = [line for line in server.program_output().splitlines() if re.search(rf"\b{victim}\b", line)]
        assert [line for line in told if "SIGKILL" in line or "signal 9" in line], told


def check_on_disk(server, facts):
    path = server.images / facts["name"]
    content = path.read_bytes()
    assert len(content) == facts["size"]
    assert hashlib.sha256(content).hexdigest() == facts["sha256"]
    attributes = os.listxattr(path)
    assert any(name.startswith("user.vitrine.") for name in attributes), attributes
    assert path.stat().st_nlink == 1


def test_every_answered_upload_survives_workers_killed_at_random(make_server, tmp_path):
    server = make_server()
    kept, failed, done = [], [], threading.Event()

    def upload(number):
        try:
            answer = server.client.upload(pictures.jpeg(seed=number % 20), f"{number}.jpg")
        except OSError as error:
            failed.append(str(error))
            return
        if answer.status == 201:
            kept.append(answer.json())
        else:
            failed.append(answer.status)

    def kill_at_random():
        chance = random.Random(8)
        while not done.wait(chance.uniform(0.02, 0.25)):
            workers = server.workers()
            if workers:
                os.kill(chance.choice(workers).pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_at_random)
    killer.start()
    try:
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(upload, range(500)))
    finally:
        done.set()
        killer.join()

    server.full_pool()
    assert len(kept) + len(failed) == 500
    assert len(kept) >= 250, failed[:20]
    for facts in kept:
        check_on_disk(server, facts)
    server.stop_nginx()
    assert server.stop_program() == 0
    server.start()
    server.full_pool()
    wait_until(lambda: server.temporary_files() == [], 10, "what the killed left behind is settled")
    names, after = set(), ""
    while after is not None:
        document = server.client.get("/api/images?limit=100" + (after and f"&after={after}")).json()
        names |= {image["name"] for image in document["images"]}
        after = document["next"]
    assert {facts["name"] for facts in kept} <= names
    # Nothing is listed that is not there, and nothing is there that is not listed.
    assert names == set(server.stored())


def test_workers_do_not_outlive_a_killed_supervisor(make_server):
    server = make_server()
    os.kill(server.supervisor.pid, signal.SIGKILL)
    server.supervisor.wait(10)
    wait_until(lambda: server.processes() == [], 35, "the workers end by themselves")
    server.stop_nginx()
    server.start()

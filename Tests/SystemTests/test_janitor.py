"""The janitor: one process beside the workers that removes what is over and lists what came another way."""

import os
import signal
import subprocess
import time

import pytest

import pictures
from harness import Server, let_pass, wait_until


def janitors(server):
    return [process for process in server.processes() if process.name() == "vitrine-janitor"]


def test_expired_picture_is_gone_from_the_origin_within_seconds(make_server):
    server = make_server()
    facts = server.client.put_raw(pictures.png(), "short.png", "?expires=2").json()
    assert server.client.get(f"/images/{facts['name']}").status == 200
    with server.log_lines() as lines:
        ended = time.monotonic() + 2
        wait_until(lambda: server.client.get(f"/images/{facts['name']}").status == 404, 20, "the picture is gone")
        assert time.monotonic() < ended + 3
    assert lines[0].endswith("] Success: image short.png expired and was deleted.")
    assert facts["name"] not in server.stored()
    for path in (f"/api/images/{facts['name']}", f"/i/{facts['name']}"):
        assert server.client.get(path).problem() == (404, "not-found")


def test_many_that_expire_together_are_all_removed(make_server):
    server = make_server()
    for number in range(150):
        server.client.put_raw(pictures.png(8, 8), f"{number}.png", "?expires=1")
    wait_until(lambda: not list(server.images.glob("*.png")), 20, "all are gone")
    wait_until(lambda: sum("expired" in line for line in server.app_log()) == 150, 5, "each has its line")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a file immutable")
def test_picture_that_cannot_be_removed_keeps_no_other(make_server):
    server = make_server()
    # The one that is over first stands in front of the others.
    stuck = server.images / server.client.put_raw(pictures.png(), "stuck.png", "?expires=1").json()["name"]
    if subprocess.run(["chattr", "+i", stuck], capture_output=True).returncode:
        pytest.skip("no immutable files here")
    try:
        for number in range(3):
            server.client.put_raw(pictures.png(8, 8), f"{number}.png", "?expires=1")
        wait_until(lambda: list(server.images.glob("*.png")) == [stuck], 20, "the others are gone")
        let_pass(3, "further looks of the janitor at what is stuck")
        assert server.program_output().count("cannot remove an expired picture") <= 2
    finally:
        subprocess.run(["chattr", "-i", stuck], check=True)
    wait_until(lambda: not stuck.exists(), 20, "it is gone too")


def test_janitor_that_dies_is_replaced_and_workers_do_not_notice(make_server):
    server = make_server()
    workers = {process.pid for process in server.workers()}
    (first,) = janitors(server)
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: [process for process in janitors(server) if process.pid != first.pid], 10, "another janitor")
    assert {process.pid for process in server.workers()} == workers
    server.client.put_raw(pictures.png(), "short.png", "?expires=1")
    wait_until(lambda: not list(server.images.glob("*.png")), 20, "the picture is gone")


def test_there_is_one_janitor_after_a_reload_too(make_server):
    server = make_server()
    (first,) = janitors(server)
    server.supervisor.send_signal(signal.SIGHUP)
    wait_until(lambda: [process.pid for process in janitors(server)] not in ([], [first.pid]), 20, "a new janitor")
    wait_until(lambda: len(janitors(server)) == 1, 10, "only one")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_janitor_does_not_keep_a_stop_waiting(tmp_path, how):
    server = Server(tmp_path / "server")
    try:
        server.start()
        server.stop_nginx()
        began = time.monotonic()
        assert server.stop_program(how) == 0
        assert time.monotonic() - began < 5
    finally:
        server.kill()


def test_files_that_lie_there_at_the_start_are_listed(tmp_path):
    server = Server(tmp_path / "server")
    server.images.mkdir(parents=True)
    (server.images / "Мой кот.jpg").write_bytes(pictures.jpeg())
    (server.images / "notes.txt").write_bytes(b"no picture")
    try:
        server.start()
        listed = server.client.get("/api/images").json()["images"]
        assert [(image["name"], image["width"]) for image in listed] == [("Мой кот.jpg", 640)]
        server.stop()
    finally:
        server.kill()

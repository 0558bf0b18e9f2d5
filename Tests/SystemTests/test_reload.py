"""HUP: the settings are read again, and no request is lost over it."""

import concurrent.futures
import os
import random
import signal
import threading

import pictures
from fastcgi_client import Wire, parameters, request_bytes, status_of
from harness import let_pass, wait_until


def test_reload_under_load_fails_no_request(make_server):
    server = make_server()
    server.photo_folder("trip", {f"{number}.bin": bytes([number]) * 2_000_000 for number in range(5)})
    expected = server.client.get("/archive/trip/").body
    picture = server.client.upload(pictures.png(), "first.png").json()["name"]
    failures, stop, counted = [], threading.Event(), [0] * 64
    first_pids = {process.pid for process in server.full_pool()}

    def requests(number):
        chance = random.Random(number)
        kept = server.client.connection()
        while not stop.is_set():
            kind = chance.randrange(6)
            try:
                if kind == 0:
                    good = server.client.get("/archive/trip/").body == expected
                elif kind == 1:
                    good = server.client.upload(pictures.png(16, 16), "x.png", connection=kept).status == 201
                elif kind == 2:
                    good = server.client.put_raw(pictures.png(16, 16), "x.png").status == 201
                elif kind == 3:
                    good = server.client.get("/api/images?limit=5", connection=kept).status == 200
                elif kind == 4:
                    good = server.client.get(f"/images/{picture}", connection=kept).status == 200
                else:
                    good = server.client.upload(b"x", "x.txt", connection=kept).status == 415
                if not good:
                    failures.append((number, kind, "answer"))
            except Exception as error:
                failures.append((number, kind, repr(error)))
                kept.close()
            counted[number] += 1
        kept.close()

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        running = [pool.submit(requests, number) for number in range(64)]
        for _ in range(3):
            let_pass(2, "load between two reloads")
            before = {process.pid for process in server.workers()}
            os.kill(server.supervisor.pid, signal.SIGHUP)
            wait_until(lambda: {process.pid for process in server.workers()} - before, 10, "new workers")
        let_pass(2, "load after the last reload")
        stop.set()
        concurrent.futures.wait(running, 60)

    assert failures == []
    assert min(counted) > 0
    assert server.supervisor.poll() is None
    # nginx lets go of the old connections within its keepalive times; then the old workers are gone.
    wait_until(lambda: len(server.workers()) == 2, 30, "old workers drain")
    assert not first_pids & {process.pid for process in server.workers()}


def last_refusal(server):
    """The line of app.log about an upload that is refused now."""
    with Wire(server.settings["VITRINE_LISTEN"]) as wire:
        with server.log_lines() as lines:
            wire.send(request_bytes(parameters("PUT", "/api/upload/user_file.txt", 1), b"x"))
            assert status_of(wire.answer()[0]) == 415
    return lines[0]


def test_reload_takes_changed_settings_from_the_file(tmp_path, make_server):
    settings = tmp_path / "vitrine.conf"
    settings.write_text("VITRINE_LANGUAGE=en\n")
    server = make_server(arguments=["--config", str(settings)])
    with server.log_lines() as lines:
        server.client.upload(b"x", "a.txt")
    assert "Error" in lines[0]
    settings.write_text("VITRINE_LANGUAGE=ru\n")
    before = {process.pid for process in server.full_pool()}
    os.kill(server.supervisor.pid, signal.SIGHUP)
    wait_until(lambda: len({p.pid for p in server.workers()} - before) == 2, 10, "new workers")
    # The old workers accept until the new ones are ready.
    russian = "] Ошибка: неподдерживаемый формат файла (user_file.txt)."
    wait_until(lambda: last_refusal(server).endswith(russian), 10, "a refusal in the new language")


def test_reload_with_wrong_settings_changes_nothing(tmp_path, make_server):
    settings = tmp_path / "vitrine.conf"
    settings.write_text("VITRINE_LANGUAGE=en\n")
    server = make_server(arguments=["--config", str(settings)])
    before = {process.pid for process in server.full_pool()}
    settings.write_text("VITRINE_LANGUAGE=klingon\n")
    os.kill(server.supervisor.pid, signal.SIGHUP)
    wait_until(lambda: "VITRINE_LANGUAGE" in server.program_output(), 10, "a line that names the setting")
    let_pass(0.5, "the time in which workers might be replaced")
    assert {process.pid for process in server.workers()} == before
    assert server.client.get("/healthz").status == 200
    settings.write_text("VITRINE_LANGUAGE=en\n")


def test_reload_that_is_asked_for_during_another_is_not_forgotten(tmp_path, make_server):
    settings = tmp_path / "vitrine.conf"
    settings.write_text("VITRINE_LANGUAGE=en\n")
    server = make_server(arguments=["--config", str(settings)])
    wait_until(lambda: "vitrine-janitor" in [process.name() for process in server.processes()], 10, "the janitor")
    server.full_pool()
    before = {process.pid for process in server.processes()}
    # The settings of the first trial are a pipe, which cannot be opened before somebody writes to it.
    settings.unlink()
    os.mkfifo(settings)
    os.kill(server.supervisor.pid, signal.SIGHUP)
    wait_until(lambda: {process.pid for process in server.processes()} - before, 10, "the trial")
    os.kill(server.supervisor.pid, signal.SIGHUP)
    # While the supervisor stands still, the first trial ends, and is not followed by one that finds the pipe, too.
    os.kill(server.supervisor.pid, signal.SIGSTOP)
    os.close(os.open(settings, os.O_WRONLY))
    settings.unlink()
    settings.write_text("VITRINE_LANGUAGE=es\n")
    os.kill(server.supervisor.pid, signal.SIGCONT)
    wait_until(lambda: len({p.pid for p in server.workers()} - before) == 2, 10, "new workers")
    assert server.program_output().count("reload refused") == 1
    spanish = "] Error: formato de archivo no admitido (user_file.txt)."
    wait_until(lambda: last_refusal(server).endswith(spanish), 10, "a refusal in the new language")

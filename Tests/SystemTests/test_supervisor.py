"""The pool: workers that die are replaced, reloads lose nothing, and a stop is a clean one."""

import concurrent.futures
import hashlib
import os
import random
import signal
import socket
import subprocess
import threading
import time

import pytest

import pictures
from fastcgi_client import Wire, parameters, request_bytes, status_of
from harness import Server, clean_environment, program, wait_until


def full_pool(server, count=2):
    return wait_until(lambda: len(server.workers()) == count and server.workers(), 10, f"{count} workers")


def test_processes_are_named(make_server):
    server = make_server(settings={"VITRINE_WORKERS": "3"})
    names = sorted(process.name() for process in server.processes())
    assert names.count("vitrine") == 1 and names.count("vitrine-worker") == 3
    assert all(name.startswith("vitrine") for name in names)


def test_killed_worker_is_replaced_at_once_and_logged(make_server):
    server = make_server()
    for _ in range(3):
        before = {process.pid for process in full_pool(server)}
        victim = min(before)
        killed = time.monotonic()
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: {p.pid for p in server.workers()} - before and len(server.workers()) == 2, 5, "a new worker")
        assert time.monotonic() - killed < 1
        assert server.client.get("/healthz").status == 200
    assert "SIGKILL" in server.program_output() or "signal 9" in server.program_output()


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

    full_pool(server)
    assert len(kept) + len(failed) == 500
    assert len(kept) >= 250, failed[:20]
    for facts in kept:
        check_on_disk(server, facts)
    server.stop_nginx()
    assert server.stop_program() == 0
    server.start()
    full_pool(server)
    wait_until(lambda: server.temporary_files() == [], 10, "what the killed left behind is settled")
    names, after = set(), ""
    while after is not None:
        document = server.client.get("/api/images?limit=100" + (after and f"&after={after}")).json()
        names |= {image["name"] for image in document["images"]}
        after = document["next"]
    assert {facts["name"] for facts in kept} <= names
    # Nothing is listed that is not there, and nothing is there that is not listed.
    assert names == set(server.stored())


def test_reload_under_load_fails_no_request(make_server):
    server = make_server()
    server.photo_folder("trip", {f"{number}.bin": bytes([number]) * 2_000_000 for number in range(5)})
    expected = server.client.get("/archive/trip/").body
    picture = server.client.upload(pictures.png(), "first.png").json()["name"]
    failures, stop, counted = [], threading.Event(), [0] * 64
    first_pids = {process.pid for process in full_pool(server)}

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
            time.sleep(2)
            before = {process.pid for process in server.workers()}
            os.kill(server.supervisor.pid, signal.SIGHUP)
            wait_until(lambda: {process.pid for process in server.workers()} - before, 10, "new workers")
        time.sleep(2)
        stop.set()
        concurrent.futures.wait(running, 60)

    assert failures == []
    assert min(counted) > 0
    assert server.supervisor.poll() is None
    # nginx lets go of the old connections within its keepalive times; then the old workers are gone.
    wait_until(lambda: len(server.workers()) == 2, 30, "old workers drain")
    assert not first_pids & {process.pid for process in server.workers()}


def test_reload_takes_changed_settings_from_the_file(tmp_path, make_server):
    settings = tmp_path / "vitrine.conf"
    settings.write_text("VITRINE_LANGUAGE=en\n")
    server = make_server(arguments=["--config", str(settings)])
    with server.log_lines() as lines:
        server.client.upload(b"x", "a.txt")
    assert "Error" in lines[0]
    settings.write_text("VITRINE_LANGUAGE=ru\n")
    before = {process.pid for process in server.workers()}
    os.kill(server.supervisor.pid, signal.SIGHUP)
    wait_until(lambda: len({p.pid for p in server.workers()} - before) == 2, 10, "new workers")

    def last_refusal():
        with Wire(server.settings["VITRINE_LISTEN"]) as wire:
            wire.send(request_bytes(parameters("PUT", "/api/upload/user_file.txt", 1), b"x"))
            assert status_of(wire.answer()[0]) == 415
        return server.app_log()[-1]

    # The old workers accept until the new ones are ready.
    russian = "] Ошибка: неподдерживаемый формат файла (user_file.txt)."
    wait_until(lambda: last_refusal().endswith(russian), 10, "a refusal in the new language")


def test_reload_with_wrong_settings_changes_nothing(tmp_path, make_server):
    settings = tmp_path / "vitrine.conf"
    settings.write_text("VITRINE_LANGUAGE=en\n")
    server = make_server(arguments=["--config", str(settings)])
    before = {process.pid for process in full_pool(server)}
    settings.write_text("VITRINE_LANGUAGE=klingon\n")
    os.kill(server.supervisor.pid, signal.SIGHUP)
    wait_until(lambda: "VITRINE_LANGUAGE" in server.program_output(), 10, "a line that names the setting")
    time.sleep(0.5)
    assert {process.pid for process in server.workers()} == before
    assert server.client.get("/healthz").status == 200
    settings.write_text("VITRINE_LANGUAGE=en\n")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stop_finishes_what_is_in_flight_and_takes_no_more(make_server, how):
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    server.photo_folder("trip", {f"{number}.bin": bytes([number]) * 500_000 for number in range(6)})
    connection = server.client.connection()
    connection.request("GET", "/archive/trip/")
    response = connection.getresponse()
    response.read(1000)
    server.supervisor.send_signal(how)
    time.sleep(0.3)
    with pytest.raises(OSError):
        with Wire(server.settings["VITRINE_LISTEN"], 2) as wire:
            wire.send(request_bytes(parameters()))
            raise OSError if wire.closed() else AssertionError("a new connection was served")
    assert len(response.read()) == int(response.headers["Content-Length"]) - 1000
    connection.close()
    started = time.monotonic()
    assert server.stop_program() == 0
    assert time.monotonic() - started < 15


def test_stop_during_a_reload_finishes_what_old_workers_have(make_server):
    """TERM reaches workers that are already draining, and more than once."""
    server = make_server(settings={"VITRINE_DEBUG": "1"})
    server.photo_folder("trip", {f"{number}.bin": bytes([number]) * 500_000 for number in range(6)})
    before = {process.pid for process in full_pool(server)}
    connection = server.client.connection()
    connection.request("GET", "/archive/trip/")
    response = connection.getresponse()
    response.read(1000)
    os.kill(server.supervisor.pid, signal.SIGHUP)
    wait_until(lambda: len({p.pid for p in server.workers()} - before) == 2, 10, "new workers")
    time.sleep(0.3)
    for how in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
        server.supervisor.send_signal(how)
        time.sleep(0.1)
    assert len(response.read()) == int(response.headers["Content-Length"]) - 1000
    connection.close()
    assert server.stop_program() == 0
    assert "was ended by" not in server.program_output()


def test_stop_at_any_moment_of_the_start_leaves_nothing(tmp_path):
    for step in range(12):
        server = Server(tmp_path / str(step))
        log = open(server.folder / "program.log", "wb")
        server.supervisor = subprocess.Popen(
            [program(), "serve"],
            cwd=server.folder,
            env=clean_environment(server.settings),
            stdin=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
        time.sleep(0.008 * step)
        server.supervisor.terminate()
        # Before it has got hold of its signals it ends as any program does; then it has made no socket yet.
        assert server.supervisor.wait(20) in (0, -signal.SIGTERM)
        assert not server.socket_path.exists()
        wait_until(lambda: server.processes() == [], 5, "no process is left")


def test_reload_that_is_asked_for_during_another_is_not_forgotten(tmp_path, make_server):
    settings = tmp_path / "vitrine.conf"
    settings.write_text("VITRINE_LANGUAGE=en\n")
    server = make_server(arguments=["--config", str(settings)])
    before = {process.pid for process in full_pool(server)}
    settings.write_text("VITRINE_LANGUAGE=klingon\n")
    os.kill(server.supervisor.pid, signal.SIGHUP)
    time.sleep(0.005)
    settings.write_text("VITRINE_LANGUAGE=es\n")
    os.kill(server.supervisor.pid, signal.SIGHUP)
    wait_until(lambda: len({p.pid for p in server.workers()} - before) == 2, 10, "new workers")


def test_rotated_log_is_opened_anew(make_server):
    server = make_server()
    server.client.upload(b"x", "before.txt")
    wait_until(server.app_log, 5, "a line")
    (server.logs / "app.log").rename(server.logs / "app.log.1")
    os.kill(server.supervisor.pid, signal.SIGUSR1)
    wait_until((server.logs / "app.log").exists, 5, "a new app.log")
    time.sleep(0.2)
    with server.log_lines(4):
        for _ in range(4):
            server.client.upload(b"x", "after.txt")
    assert "after.txt" not in (server.logs / "app.log.1").read_text()


def test_lines_of_many_clients_are_never_mixed(make_server):
    server = make_server(settings={"VITRINE_WORKERS": "4"})
    with server.log_lines(400) as lines:
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            list(pool.map(lambda number: server.client.upload(b"x", f"{number}-{'n' * 150}.txt"), range(400)))
    assert sorted(int(line.split("(")[1].split("-")[0]) for line in lines) == list(range(400))


def test_second_instance_says_so_and_leaves_the_first_alone(make_server):
    server = make_server()
    second = subprocess.run(
        [program(), "serve"],
        cwd=server.folder,
        env=clean_environment(server.settings),
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert second.returncode == 1
    assert len(second.stderr.strip().splitlines()) == 1 and str(server.socket_path) in second.stderr
    assert server.client.get("/healthz").status == 200


def test_socket_left_by_a_killed_instance_is_taken_over(make_server):
    server = make_server()
    server.stop_nginx()
    for process in server.processes():
        os.kill(process.pid, signal.SIGKILL)
    server.supervisor.wait(10)
    assert server.socket_path.exists()
    server.start()
    assert server.client.get("/healthz").status == 200


def test_workers_do_not_outlive_a_killed_supervisor(make_server):
    server = make_server()
    os.kill(server.supervisor.pid, signal.SIGKILL)
    server.supervisor.wait(10)
    wait_until(lambda: server.processes() == [], 35, "the workers end by themselves")
    server.stop_nginx()
    server.start()


@pytest.mark.parametrize(
    "settings, named",
    [
        ({"VITRINE_WORKERS": "many"}, "VITRINE_WORKERS"),
        ({"VITRINE_MAX_UPLOAD": "5 parsecs"}, "VITRINE_MAX_UPLOAD"),
        ({"VITRINE_LANGUAGE": "xx"}, "VITRINE_LANGUAGE"),
        ({"VITRINE_WROKERS": "2"}, "VITRINE_WROKERS"),
        ({"VITRINE_LISTEN": "nonsense"}, "VITRINE_LISTEN"),
        ({"VITRINE_DATA": "/proc/no/such"}, "/proc/no/such"),
    ],
)
def test_wrong_setting_stops_the_start_with_a_line_that_names_it(tmp_path, settings, named):
    values = {
        "VITRINE_LISTEN": f"unix:{tmp_path}/s",
        "VITRINE_DATA": str(tmp_path / "data"),
        "VITRINE_LOGS": str(tmp_path),
        **settings,
    }
    done = subprocess.run(
        [program(), "serve"], cwd=tmp_path, env=clean_environment(values), capture_output=True, text=True, timeout=20
    )
    assert done.returncode in (1, 2)
    assert named in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_listening_socket_may_be_handed_over(tmp_path):
    """Socket activation: descriptor 3 is announced by LISTEN_FDS."""
    path = str(tmp_path / "activated.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(100)
        server = Server(tmp_path / "server")
        environment = clean_environment({**server.settings, "LISTEN_FDS": "1"})
        del environment["VITRINE_LISTEN"]
        process = subprocess.Popen(
            ["bash", "-c", f'exec 3<&{listener.fileno()}; export LISTEN_PID=$$; exec "$0" serve', program()],
            env=environment,
            pass_fds=[listener.fileno()],
            stderr=open(tmp_path / "log", "wb"),
            start_new_session=True,
        )
        server.supervisor = process
        try:
            with Wire(f"unix:{path}") as wire:
                wire.send(request_bytes(parameters()))
                assert status_of(wire.answer()[0]) == 200
            process.terminate()
            assert process.wait(35) == 0
        finally:
            server.kill()

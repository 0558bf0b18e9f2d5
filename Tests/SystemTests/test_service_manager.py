"""Under a service manager: the units, socket activation, and what the supervisor tells it."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time

import pytest

from fastcgi_client import Wire, parameters, request_bytes, status_of
from harness import CLONE, Server, clean_environment, let_pass, program, wait_until

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")


@pytest.fixture
def units(tmp_path):
    """The units, with the program under test in place of the installed one."""
    folder = tmp_path / "units"
    folder.mkdir()
    for name in ("vitrine.service", "vitrine.socket"):
        (folder / name).write_text((CLONE / "systemd" / name).read_text().replace("/usr/bin/vitrine", program()))
    return folder


@needs_systemd
def test_units_are_as_systemd_wants_them(units):
    done = subprocess.run(
        ["systemd-analyze", "--man=no", "verify", units / "vitrine.service", units / "vitrine.socket"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
def test_service_is_confined(units):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=5", units / "vitrine.service"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    level = float(re.search(r"Overall exposure level for vitrine.service: ([0-9.]+)", done.stdout).group(1))
    assert level <= 0.5


class Manager:
    """The service manager's end of sd_notify(3)."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.environment = {"NOTIFY_SOCKET": str(path)}

    def next(self, seconds=10):
        """The next message, as a dictionary; None after that many seconds of silence."""
        self.socket.settimeout(seconds)
        try:
            text = self.socket.recv(4096).decode()
        except TimeoutError:
            return None
        return dict(line.split("=", 1) for line in text.splitlines())

    def until(self, name, seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            message = self.next(max(0.01, deadline - time.monotonic()))
            if message and name in message:
                return message
        raise AssertionError(f"no {name} within {seconds} s")

    def silent(self, name, seconds):
        """Whether that is not said for so long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if name in (self.next(max(0.01, deadline - time.monotonic())) or {}):
                return False
        return True


@pytest.fixture
def managed(tmp_path):
    """managed(settings…): the program alone, with a service manager that listens; both are ended after the test."""
    with contextlib.ExitStack() as stack:

        def start(settings=None):
            manager = Manager(tmp_path / "notify")
            stack.callback(manager.socket.close)
            server = Server(tmp_path / "server", settings={**manager.environment, **(settings or {})})
            stack.callback(server.kill)
            server.start_program()
            return server, manager

        yield start


def answers(server):
    with Wire(server.settings["VITRINE_LISTEN"], 2) as wire:
        wire.send(request_bytes(parameters("GET", "/healthz")))
        return status_of(wire.answer()[0]) == 200


def test_ready_is_said_once_when_the_workers_answer(managed):
    server, manager = managed()
    manager.until("READY")
    assert answers(server)
    assert len(server.workers()) == 2
    assert manager.silent("READY", 1)


def test_ready_is_not_said_while_workers_cannot_start(managed, tmp_path):
    server, manager = managed({"VITRINE_LOGS": str(tmp_path / "logs")})
    manager.until("READY")
    server.stop_program()
    # app.log is opened by the workers; a folder in its place stops every one of them.
    (tmp_path / "logs/app.log").unlink()
    (tmp_path / "logs/app.log").mkdir()
    server.start_program()
    assert manager.silent("READY", 2)
    (tmp_path / "logs/app.log").rmdir()
    manager.until("READY")


def test_reload_is_told_with_its_time_and_ends_ready(managed):
    server, manager = managed()
    manager.until("READY")
    before = time.monotonic()
    server.supervisor.send_signal(signal.SIGHUP)
    message = manager.until("RELOADING")
    assert before <= int(message["MONOTONIC_USEC"]) / 1e6 <= time.monotonic()
    manager.until("READY")
    assert answers(server)


def test_stop_is_told(managed):
    server, manager = managed()
    manager.until("READY")
    server.supervisor.send_signal(signal.SIGTERM)
    manager.until("STOPPING")
    assert server.supervisor.wait(35) == 0


def test_watchdog_is_fed_only_while_every_worker_is_alive(managed):
    server, manager = managed({"WATCHDOG_USEC": "3000000"})
    manager.until("READY")
    for _ in range(3):
        manager.until("WATCHDOG", 3)
    victim = server.workers()[0]
    os.kill(victim.pid, signal.SIGSTOP)
    let_pass(5, "the time after which a worker counts as hung")
    while manager.next(0.01):
        pass
    assert manager.silent("WATCHDOG", 4)
    os.kill(victim.pid, signal.SIGCONT)
    manager.until("WATCHDOG", 5)
    assert victim.alive()


def test_watchdog_of_another_process_is_not_fed(managed):
    _, manager = managed({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"})
    manager.until("READY")
    assert manager.silent("WATCHDOG", 3)


@pytest.mark.full
def test_worker_that_hangs_is_killed_and_replaced(managed):
    server, manager = managed({"WATCHDOG_USEC": "30000000"})
    manager.until("READY")
    victim = server.workers()[0]
    os.kill(victim.pid, signal.SIGSTOP)
    wait_until(lambda: not victim.alive(), 25, "the worker is killed")
    wait_until(lambda: len(server.workers()) == 2, 5, "a new worker")
    assert "gives no sign of life" in server.program_output()
    manager.until("WATCHDOG", 15)


@pytest.mark.skipif(not shutil.which("systemd-socket-activate"), reason="needs systemd")
def test_first_request_starts_an_activated_service(tmp_path):
    path = tmp_path / "activated.sock"
    server = Server(tmp_path / "server")
    settings = {name: value for name, value in server.settings.items() if name != "VITRINE_LISTEN"}
    with open(tmp_path / "log", "wb") as log:
        server.supervisor = subprocess.Popen(
            ["systemd-socket-activate", "--listen", path]
            + [f"--setenv={name}={value}" for name, value in settings.items()]
            + [program(), "serve"],
            cwd=server.folder,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_until(path.exists, 5, "the socket")
        assert [process.name() for process in server.processes()] == ["systemd-socket-"]
        server.settings["VITRINE_LISTEN"] = f"unix:{path}"
        assert answers(server)
        # A reload keeps the socket that was handed over.
        before = {process.pid for process in server.workers()}
        server.supervisor.send_signal(signal.SIGHUP)
        wait_until(lambda: len({process.pid for process in server.workers()} - before) == 2, 10, "new workers")
        assert answers(server)
        assert server.stop_program() == 0
        # It belongs to the manager, who may start the service again.
        assert path.exists()
    finally:
        server.kill()

"""app.log under rotation and many clients; where it cannot be written, requests go on, and the operator is told."""

import concurrent.futures
import os
import signal

import pytest

from harness import wait_until


def test_rotated_log_is_opened_anew(make_server):
    server = make_server()
    server.client.upload(b"x", "before.txt")
    wait_until(server.app_log, 5, "a line")
    (server.logs / "app.log").rename(server.logs / "app.log.1")
    os.kill(server.supervisor.pid, signal.SIGUSR1)
    wait_until((server.logs / "app.log").exists, 5, "a new app.log")
    wait_until(
        lambda: all(worker.has_open(server.logs / "app.log") for worker in server.workers()),
        5,
        "every worker writes to the new app.log",
    )
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


def refuse_one(server, name):
    assert server.client.upload(b"x", name).status == 415


def test_folder_of_the_log_that_is_removed_stops_nothing(make_server):
    server = make_server()
    refuse_one(server, "before.txt")
    workers = {process.pid for process in server.workers()}
    (server.logs / "app.log").unlink()
    server.logs.rename(server.folder / "gone")
    refuse_one(server, "meanwhile.txt")
    os.kill(server.supervisor.pid, signal.SIGUSR1)
    wait_until(lambda: "app.log cannot be reopened" in server.program_output(), 5, "a line for the operator")
    refuse_one(server, "still.txt")
    assert {process.pid for process in server.workers()} == workers
    (server.folder / "gone").rename(server.logs)
    os.kill(server.supervisor.pid, signal.SIGUSR1)
    wait_until((server.logs / "app.log").exists, 5, "a new app.log")

    def refused_and_written():
        refuse_one(server, "after.txt")
        return any("after.txt" in line for line in server.app_log())

    wait_until(refused_and_written, 5, "lines in the new file")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_log_that_cannot_be_written_stops_nothing(make_server):
    server = make_server()
    log = server.logs / "app.log"
    log.unlink()
    log.symlink_to("/dev/full")
    os.kill(server.supervisor.pid, signal.SIGUSR1)

    def refused_and_told():
        refuse_one(server, "x.txt")
        return "app.log cannot be written: No space left on device" in server.program_output()

    wait_until(refused_and_told, 5, "a line for the operator")
    for _ in range(50):
        refuse_one(server, "x.txt")
    log.unlink()

"""deploy/keep-socket.c: the program is stopped and started again as a whole, as in a container, and no request is lost."""

import concurrent.futures
import contextlib
import shutil
import socket
import subprocess
import threading

import pytest

import pictures
from harness import CLONE, let_pass, wait_until

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="needs a compiler of C")


@pytest.fixture(scope="module")
def keep_socket(tmp_path_factory):
    made = tmp_path_factory.mktemp("keeper") / "keep-socket"
    subprocess.run(["cc", "-Wall", "-Wextra", "-Werror", "-o", made, CLONE / "deploy/keep-socket.c"], check=True)
    return made


@pytest.fixture
def kept_server(make_server, keep_socket):
    """A server beside whose socket there is a keeper."""
    server = make_server()
    path = f"{server.socket_path}.keeper"
    keeper = subprocess.Popen([keep_socket, path], start_new_session=True)
    wait_until(lambda: server.socket_path.with_name(f"{server.socket_path.name}.keeper").exists(), 10, "a keeper")
    yield server
    keeper.kill()
    keeper.wait(5)


def test_program_that_is_replaced_under_load_fails_no_request(kept_server):
    server = kept_server
    picture = server.client.upload(pictures.png(), "first.png").json()["name"]
    failures, counted, over = [], [0] * 32, threading.Event()

    def requests(number):
        kept = server.client.connection()
        while not over.is_set():
            try:
                if number % 4 == 0:
                    good = server.client.upload(pictures.png(16, 16), "x.png").status == 201
                elif number % 4 == 1:
                    good = server.client.upload(pictures.png(16, 16), "x.png", connection=kept).status == 201
                elif number % 4 == 2:
                    good = server.client.get("/api/images?limit=5", connection=kept).status == 200
                else:
                    good = server.client.get(f"/i/{picture}").status == 200
                if not good:
                    failures.append((number, "answer"))
            except Exception as error:  # noqa: BLE001 -- told below
                failures.append((number, repr(error)))
                kept.close()
            counted[number] += 1
        kept.close()

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        running = [pool.submit(requests, number) for number in range(32)]
        let_pass(1, "load before the change")
        before = list(counted)
        assert server.stop_program() == 0
        server.start_program()
        served = list(counted)
        wait_until(lambda: all(now > then for now, then in zip(counted, served)), 60, "every client is served again")
        over.set()
        concurrent.futures.wait(running, 60)
    assert failures == []
    assert min(before) > 0
    assert "the socket is kept for the next instance" in server.program_output()


def test_program_without_a_next_one_is_given_up(keep_socket, tmp_path):
    """The keeper gives back what it has once, and says so when it has nothing."""
    path = tmp_path / "keeper"
    keeper = subprocess.Popen([keep_socket, path], start_new_session=True)
    try:
        wait_until(path.exists, 10, "a keeper")

        def asked():
            with contextlib.closing(socket.socket(socket.AF_UNIX)) as connection:
                connection.connect(str(path))
                connection.shutdown(socket.SHUT_WR)
                message, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
                return message, descriptors

        assert asked() == (b"\0", [])
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as listener:
            listener.bind(str(tmp_path / "s"))
            listener.listen()
            with contextlib.closing(socket.socket(socket.AF_UNIX)) as connection:
                connection.connect(str(path))
                socket.send_fds(connection, [b"\0"], [listener.fileno()])
        # It waits in the socket that nobody but the keeper has open.
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as client:
            client.connect(str(tmp_path / "s"))
        message, (number,) = asked()
        with contextlib.closing(socket.socket(fileno=number)) as taken:
            assert taken.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
            taken.accept()[0].close()
        assert asked() == (b"\0", [])
    finally:
        keeper.kill()
        keeper.wait(5)

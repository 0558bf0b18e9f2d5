"""A way to an engine that can be made a bad one: it stalls, keeps answers to itself, or answers for the engine."""

import contextlib
import socket
import threading

from harness import free_port


class Relay:
    """Listens on `port`, and hands on to the engine's. Modes are those of connections and requests that begin later."""

    def __init__(self, engine_port):
        self.engine_port, self.port = engine_port, free_port()
        # After so many bytes of an answer nothing more comes; None for all of it.
        self.answer_limit = None
        # What a PUT is answered in place of the engine: status and code.
        self.refusal = None
        self.puts = 0
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, socket.create_connection(("127.0.0.1", self.engine_port)) as engine:
            back = threading.Thread(target=self._hand_back, args=(engine, client), daemon=True)
            back.start()
            with contextlib.suppress(OSError):
                while chunk := client.recv(65536):
                    if chunk.startswith(b"PUT "):
                        self.puts += 1
                        if self.refusal:
                            return self._refuse(client)
                    engine.sendall(chunk)

    def _refuse(self, client):
        status, code = self.refusal
        document = f"<Error><Code>{code}</Code><Message>words of the engine</Message></Error>"
        head = f"HTTP/1.1 {status} Words\r\nContent-Length: {len(document)}\r\nConnection: close\r\n\r\n"
        client.sendall((head + document).encode())
        client.shutdown(socket.SHUT_WR)
        # What still comes is taken, so that the answer is not lost over it.
        while client.recv(65536):
            pass

    def _hand_back(self, engine, client):
        count = 0
        with contextlib.suppress(OSError):
            while chunk := engine.recv(65536):
                limit = self.answer_limit
                if limit is not None:
                    chunk = chunk[: max(0, limit - count)]
                count += len(chunk)
                client.sendall(chunk)
            client.shutdown(socket.SHUT_RDWR)

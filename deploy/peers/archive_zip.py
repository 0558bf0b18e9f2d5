"""A folder as a zip by the `zip` program, whose output goes to the web server as it comes.

Usage: archive_zip.py SOCKET FOLDER: an HTTP/1.0 server; the request's path is a folder in FOLDER.
"""

import os
import socketserver
import subprocess
import sys


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline(65536).decode("ascii", "replace").split()
        if len(line) < 2:
            return
        while self.rfile.readline(65536).strip():
            pass
        name = line[1].strip("/").rpartition("/")[2]
        folder = os.path.join(root, name)
        if not name.isalnum() or not os.path.isdir(folder):
            self.request.sendall(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        self.request.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: application/zip\r\n\r\n")
        # From pipe to socket inside the kernel: nothing but zip itself is measured.
        zip_program = subprocess.Popen(["zip", "-0", "-q", "-r", "-", "."], cwd=folder, stdout=subprocess.PIPE)
        try:
            while os.splice(zip_program.stdout.fileno(), self.request.fileno(), 1 << 20) > 0:
                pass
        except OSError:
            zip_program.kill()
        zip_program.wait()


class Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    request_queue_size = 64


if __name__ == "__main__":
    root = sys.argv[2]
    Server(sys.argv[1], Handler).serve_forever()

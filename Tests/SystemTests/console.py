"""The console as its pages use it: a session, its JSON, and the object store behind it."""

import json
import re
from urllib.parse import quote

from http_client import Client

OWN = {"X-Vitrine-Console": "1"}
STORE = "/api/console/store"


class Console:
    """One visitor of the console of a server."""

    def __init__(self, server):
        self.server = server
        self.client = Client("127.0.0.1", server.console_port)
        self.cookie = None

    def request(self, method, path, body=None, headers=None):
        cookie = {"Cookie": self.cookie} if self.cookie else {}
        return self.client.request(method, path, body, {**OWN, **cookie, **(headers or {})})

    def call(self, method, path, content=None, headers=None):
        """A request of the JSON API."""
        body = None if content is None else json.dumps(content)
        return self.request(method, f"/api/console/{path}", body, headers)

    def store(self, method, bucket, key="", query="", body=None, headers=None):
        """A request of the object store, with the session instead of a signature."""
        path = f"{STORE}/{bucket}" + (f"/{quote(key)}" if key else "")
        return self.request(method, path + (f"?{query}" if query else ""), body, headers)

    def sign_in(self, access_key, secret_key):
        answer = self.call("POST", "session", {"access_key": access_key, "secret_key": secret_key})
        if answer.status == 201:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return answer


def actions(server):
    """The lines of app.log without their times."""
    return [re.sub(r"^\[[^]]*\] ", "", line) for line in server.app_log()]

"""The console as its pages use it: a session, its JSON, and the object store behind it."""

import json
import re
from urllib.parse import quote

from http_client import Client

OWN = {"X-Vitrine-Console": "1"}
STORE = "/-/console/store"


class Console:
    """One visitor of the console of a server."""

    def __init__(self, server):
        self.server = server
        self.client = Client("127.0.0.1", server.console_port)
        self.cookie = None
        self.proof = None
        self.link_proof = None

    def request(self, method, path, body=None, headers=None):
        return self.client.request(method, path, body, {**self.own(), **(headers or {})})

    def own(self):
        """What the pages and the browser send with each request."""
        proof = {"X-Vitrine-Console": self.proof} if self.proof else OWN
        return {**proof, **({"Cookie": self.cookie} if self.cookie else {})}

    def call(self, method, path, content=None, headers=None):
        """A request of the JSON API."""
        body = None if content is None else json.dumps(content)
        return self.request(method, f"/-/console/{path}", body, headers)

    def store(self, method, bucket, key="", query="", body=None, headers=None):
        """A request of the object store, with the session instead of a signature."""
        path = f"{STORE}/{bucket}" + (f"/{quote(key)}" if key else "")
        return self.request(method, path + (f"?{query}" if query else ""), body, headers)

    def sign_in(self, access_key, secret_key):
        answer = self.call("POST", "session", {"access_key": access_key, "secret_key": secret_key})
        if answer.status == 201:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
            self.proof, self.link_proof = answer.json()["proof"], answer.json()["link_proof"]
        return answer


def actions(server):
    """The lines of app.log without their times."""
    return [re.sub(r"^\[[^]]*\] ", "", line) for line in server.app_log()]

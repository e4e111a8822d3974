"""A kabar server of a test's own: a wire of the example pages on loopback."""
import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from checks import Checks  # noqa: E402,F401  for who imports a server


class Answer:
    """What came back: status, headers (small letters), body."""

    def __init__(self, status, headers, body):
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers.items()}

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.body)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Server:
    """with Server(kabar) as server: …"""

    def __init__(self, kabar, *options, pages=True):
        self.kabar = kabar
        self.folder = tempfile.mkdtemp(prefix="kabar-serve-")
        self.db = os.path.join(self.folder, "wire.db")
        self.opener = urllib.request.build_opener(NoRedirect)
        if pages:
            subprocess.run([kabar, "import", "--db", self.db,
                            os.path.join(ROOT, "examples", "wire")],
                           check=True, timeout=120, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        self.log = open(os.path.join(self.folder, "log"), "w+b")
        self.process = subprocess.Popen(
            [kabar, "serve", "--db", self.db, "--listen", "127.0.0.1:0", *options],
            stdout=subprocess.DEVNULL, stderr=self.log, stdin=subprocess.DEVNULL)
        self.address = self._wait_for_address()

    def _wait_for_address(self):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with open(self.log.name, "rb") as log:
                for line in log.read().decode("utf-8", "replace").splitlines():
                    if " at http://" in line:
                        return line.split(" at ", 1)[1].split()[0].rstrip("/")
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit("the server does not start: " + open(self.log.name).read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, text, *values):
        """Writes past the server, as another process would."""
        with sqlite3.connect(self.db, timeout=20) as db:
            return db.execute(text, values).fetchall()

    def token(self, scopes="read mark feeds admin", user=1):
        secret = secrets.token_urlsafe(32)
        self.sql("INSERT INTO pass (user, kind, name, scopes, hash, added) "
                 "VALUES (?, 'token', 'test', ?, ?, ?)",
                 user, scopes, hashlib.sha256(secret.encode()).digest(), int(time.time()))
        return secret

    def ask(self, path, method="GET", token=None, body=None, headers=()):
        request = urllib.request.Request(self.address + path, method=method)
        for name, value in dict(headers).items():
            request.add_header(name, value)
        if token:
            request.add_header("Authorization", "Bearer " + token)
        if body is not None:
            request.data = body if isinstance(body, bytes) else json.dumps(body).encode()
            if not request.has_header("Content-type"):
                request.add_header("Content-Type", "application/json")
        try:
            with self.opener.open(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as answer:
            return Answer(answer.code, answer.headers, answer.read())

#!/usr/bin/env python3
"""Hubs that bring feeds' news (WebSub): a real hub on loopback, with the server as its
subscriber: what it asks for, what it confirms, believes, keeps, renews and ends.

    tests/serve/websub.py build/release/kabar [WORD…]

The hub speaks HTTPS with a certificate of its own, for secrets go to such hubs alone.
"""
import contextlib
import gzip
import hashlib
import hmac
import http.server
import json
import os
import re
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import daemon
from daemon import Served, add, articles, check, kabar, run, until

PUBLIC = "http://news.example.org"
SESSION = "a-session-of-this-test-9876543210-987654321"


def entry(name):
    return (f"<entry><id>urn:x:{name}</id><title>Tide table {name}</title><updated>"
            f"2026-03-01T10:00:00Z</updated><content type='html'>"
            f"{'High water at the old pier is told as %s. ' % name * 20}</content></entry>")


class Hub:
    """An outlet and its hub: GET …/NAME.xml is a feed, POST /hub a request to the hub."""

    def __init__(self, folder, tls=True):
        hub = self
        self.asked, self.requests, self.answers = [], [], []
        self.status, self.links, self.max_age = 202, True, None

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def send(self, status, body=b"", kind="text/plain", **headers):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if self.path.endswith(".xml"):  # its icon is looked for too
                    hub.asked.append(self.path)
                more = {"Cache_Control": f"max-age={hub.max_age}"} if hub.max_age else {}
                self.send(200, hub.feed(self.path, "first").encode(), "application/atom+xml",
                          **more)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                hub.requests.append(dict(urllib.parse.parse_qsl(body)))
                self.send(hub.status, b"as you like")

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        scheme = "http"
        if tls:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{folder}/cert.pem", f"{folder}/key.pem")
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.at = f"{scheme}://127.0.0.1:{self.server.server_address[1]}"
        self.hub_at = self.at + "/hub"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def feed(self, path, *names):
        links = (f"<link rel='hub' href='{self.hub_at}'/>"
                 f"<link rel='self' href='{self.at}{path}'/>") if self.links else ""
        return (f"<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:x:feed</id><title>Pier "
                f"{path}</title><updated>2026-03-01T10:00:00Z</updated>{links}"
                + "".join(map(entry, names)) + "</feed>")


def certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{folder}/key.pem",
                    "-out", f"{folder}/cert.pem", "-days", "2", "-subj", "/CN=127.0.0.1"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Wire(Served):
    """The server, and its file past it."""

    def __init__(self, folder, *words, url=PUBLIC):
        super().__init__(folder, "--url", url, *words)

    def sql(self, text, *values):
        with contextlib.closing(sqlite3.connect(self.db, timeout=20)) as db, db:
            return db.execute(text, values).fetchall()

    def follow(self, url):
        add(self, url)
        self.sql("UPDATE feed SET settings = '{\"insecure_tls\": true}'")
        self.wake()

    def wake(self):
        """Its loop looks at once, for another process wrote."""
        self.get("/websub/none", method="POST", body=b"")
        self.process.send_signal(signal.SIGHUP)
        n = sum("reading the settings" in line for line in self.lines)
        until(lambda: sum("serving " in line for line in self.lines) > n)

    def due(self):
        self.sql("UPDATE feed SET next = 1, last_success = 1")
        self.wake()

    def lease(self):
        return self.sql("SELECT lease_until FROM hub WHERE feed IS NOT NULL")

    def has(self, name):
        return [a for a in articles(self) if a["title"] == f"Tide table {name}"]

    def confirm(self, request, lease=864000, **other):
        """The hub asks back; what the server answered."""
        query = {"hub.mode": request["hub.mode"], "hub.topic": request["hub.topic"],
                 "hub.challenge": "fjord+ & ü/%41", "hub.lease_seconds": str(lease)}
        query.update({"hub." + name: value for name, value in other.items()})
        path = request["hub.callback"][len(PUBLIC):]
        return self.get(path + "?" + urllib.parse.urlencode(
            {name: value for name, value in query.items() if value is not None}))

    def push(self, request, body, method="sha256", secret=None, signature=None, **headers):
        secret = request["hub.secret"] if secret is None else secret
        if signature is None:
            signature = f"{method}=" + hmac.new(secret.encode(), body, method).hexdigest()
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        if signature:
            more["X-Hub-Signature"] = signature
        return self.get(request["hub.callback"][len(PUBLIC):], method="POST", body=body,
                        headers={"Content-Type": "application/atom+xml", **more})[0]


def subscribed(folder, *words, path="/a.xml"):
    hub = Hub(folder)
    wire = Wire(folder, *words)
    wire.follow(hub.at + path)
    until(lambda: hub.requests)
    request = hub.requests[0] if hub.requests else {}
    check(request.get("hub.mode") == "subscribe", "the hub is asked", request, wire.lines)
    return hub, wire, request


# ---- subscribing ---------------------------------------------------------------------


def asking(folder):
    hub, wire, request = subscribed(folder)
    check(request["hub.topic"] == hub.at + "/a.xml", "the topic is the feed's self", request)
    check(re.fullmatch(re.escape(PUBLIC) + r"/websub/[\w-]{43}", request["hub.callback"]),
          "the callback cannot be guessed", request)
    check(len(request["hub.secret"]) >= 40 and int(request["hub.lease_seconds"]) > 86400,
          "a secret and a lease are asked for", request)
    check(request["hub.secret"] not in request["hub.callback"], "two secrets")
    for what, other in (("another topic", {"topic": hub.at + "/b.xml"}),
                        ("what nobody asked for", {"mode": "unsubscribe"}),
                        ("no mode", {"mode": None}), ("no challenge", {"challenge": None}),
                        ("a long challenge", {"challenge": "x" * 2000}),
                        ("another callback", None)):
        wrong = dict(request)
        if other is None:
            wrong["hub.callback"] = request["hub.callback"][:-1] + "!"
        status, body, _ = wire.confirm(wrong, **(other or {}))
        check(status == 404 and b"fjord" not in body, f"{what} is not confirmed", status, body)
    check(wire.lease() == [(0,)], "no lease yet", wire.lease())
    status, body, headers = wire.confirm(request)
    check(status == 200 and body == "fjord+ & ü/%41".encode(), "the challenge is echoed",
          status, body)
    check(headers["Content-Type"].startswith("text/plain"), "… as plain text")
    check(abs(wire.lease()[0][0] - time.time() - 864000) < 60, "the lease holds", wire.lease())
    check(wire.confirm(request, lease=1000)[0] == 200, "a hub may renew by itself")
    check(abs(wire.lease()[0][0] - time.time() - 1000) < 60, "… and shorten it")
    wire.stop()


def page(folder):
    hub, wire, request = subscribed(folder)
    wire.sql("INSERT INTO pass (user, kind, name, scopes, hash, added, expires) VALUES (1, "
             "'session', '', '', ?, ?, ?)", hashlib.sha256(SESSION.encode()).digest(),
             int(time.time()), int(time.time()) + 9999)
    n = wire.sql("SELECT n FROM feed")[0][0]
    words = {"en": "Pushed until", "de": "Zugestellt bis", "id": "Diantar hingga",
             "ar": "تصل عبره حتى", "zh": "推送有效至"}

    def shown(language):
        return wire.get(f"/feed/{n}/settings", {"Cookie": f"kabar_session={SESSION}",
                                                "Accept-Language": language})[1].decode()

    check(until(lambda: "is to confirm" in shown("en")), "before, the page tells what the hub said", shown("en"))
    wire.confirm(request)
    for language, word in words.items():
        check(word in shown(language) and "127.0.0.1" in shown(language),
              f"the feed's page tells until when, in {language}", shown(language))
    told = wire.get("/metrics")[1].decode()
    check("kabar_hub_leases 1\n" in told, "metrics count leases", told)
    wire.push(request, b"x", signature="sha1=00")
    wire.push(request, hub.feed("/a.xml", "counted").encode())
    check(until(lambda: "kabar_pushes_read_total 1\n" in wire.get("/metrics")[1].decode()),
          "metrics count what was read")
    feeds = json.loads(wire.get("/api/v1/feeds", {"Cookie": f"kabar_session={SESSION}"})[1])["feeds"]
    check(feeds[0]["hub"]["url"].startswith(hub.hub_at) and "pushed_until" in feeds[0]["hub"] and
          "last_push" in feeds[0]["hub"], "the API tells of the hub", feeds)
    told = wire.get("/metrics")[1].decode()
    check('kabar_pushes_total{result="ignored"} 1\n' in told and
          'kabar_pushes_total{result="taken"} 1\n' in told, "metrics count pushes", told)
    until(lambda: re.search(r"fetch_rounds_total [1-9]", wire.get("/metrics")[1].decode()))
    told = wire.get("/metrics")[1].decode()
    check(re.search(r'fetch_answers_total\{status="2xx"\} [1-9]', told) and
          re.search(r"fetch_rounds_total [1-9]", told) and
          re.search(r"fetch_bytes_total [1-9]", told), "metrics count fetches", told)
    wire.stop()


# ---- news ----------------------------------------------------------------------------


def news(folder):
    hub, wire, request = subscribed(folder)
    wire.confirm(request)
    check(until(lambda: wire.has("first")), "the feed itself was read")
    polls = len(hub.asked)
    for method in ("sha1", "sha256", "sha384", "sha512"):
        body = hub.feed("/a.xml", "by-" + method).encode()
        check(wire.push(request, body, method) in (200, 202), f"{method} is answered")
        check(until(lambda: wire.has("by-" + method)), f"news signed by {method} are read",
              wire.lines)
    bad = hub.feed("/a.xml", "forged").encode()
    good = hmac.new(request["hub.secret"].encode(), bad, "sha256").hexdigest()
    for what, how in (("another secret", {"secret": "y" * 43}), ("none", {"signature": ""}),
                      ("a cut one", {"signature": "sha256=" + good[:-2]}),
                      ("another method's", {"signature": "sha1=" + good}),
                      ("a wrong byte", {"signature": "sha256=" + good[:-1] +
                                        ("0" if good[-1] != "0" else "1")}),
                      ("an unknown method", {"signature": "md5=" + good[:32]}),
                      ("no method", {"signature": good})):
        check(wire.push(request, bad, **how) == 202, f"{what}: the forger is not told")
    wire.push(request, bad, Link=f'<{hub.at}/b.xml>; rel="self"')
    stranger = dict(request, **{"hub.callback": PUBLIC + "/websub/" + "A" * 43})
    check(wire.push(stranger, bad) == 410, "a callback that nobody has is gone")
    body = hub.feed("/a.xml", "twice", "by-sha1").encode()
    for _ in range(3):
        wire.push(request, body)
    wire.push(request, b"no feed at all")
    wire.push(request, hub.feed("/a.xml", "last").encode())
    check(until(lambda: wire.has("last")), "what is no feed does not hold the next up",
          wire.lines)
    check(len(wire.has("twice")) == 1 and len(wire.has("by-sha1")) == 1,
          "a replay brings nothing new")
    check(not wire.has("forged"), "what is not signed, or for another topic, is not read")
    check(wire.sql("SELECT count(*) FROM push") == [(0,)], "nothing waits")
    check(len(hub.asked) == polls, "nobody asked the feed meanwhile", hub.asked)
    try:
        status = wire.push(request, b"x" * (5 << 20))
    except OSError:
        status = 413  # it was not even listened to
    check(status == 413, "too much is refused", status)
    packed = gzip.compress(hub.feed("/a.xml", "packed").encode())
    status = wire.push(request, packed, Content_Encoding="gzip")
    check(status == 202 and until(lambda: wire.has("packed")), "packed news, signed as they came", status)
    whole = hub.feed("/a.xml", "unpacked").encode()
    signed = "sha256=" + hmac.new(request["hub.secret"].encode(), whole, "sha256").hexdigest()
    status = wire.push(request, gzip.compress(whole), signature=signed, Content_Encoding="gzip")
    check(status == 202 and until(lambda: wire.has("unpacked")), "… signed as they are", status)
    status = wire.push(request, gzip.compress(b"x" * (5 << 20)), Content_Encoding="gzip")
    check(status == 413, "unpacked too much is refused", status)
    check(wire.push(request, packed[:-9], Content_Encoding="gzip") == 400, "half of it is refused")
    check(wire.push(request, whole, Content_Encoding="gzip") == 400, "what is not packed too")
    check(wire.push(request, whole, Content_Encoding="br") == 415, "what cannot be unpacked too")
    crowd = ("INSERT INTO push (feed, came, topic, type, body) WITH RECURSIVE c (i) AS (SELECT 1 "
             "UNION ALL SELECT i + 1 FROM c WHERE i < 32) SELECT n, 1, '', '', x'' FROM c, feed")
    for _ in range(5):  # the loop may have read it all before
        wire.sql(crowd)
        status = wire.push(request, hub.feed("/a.xml", "crowded").encode())
        if status != 202:
            break
    check(status == 503, "where too much waits a hub is to bring it again", status)
    check(until(lambda: wire.sql("SELECT count(*) FROM push") == [(0,)]), "which is read then")
    before = wire.sql("SELECT state FROM feed")
    wire.sql("UPDATE feed SET paused = 1")
    wire.push(request, hub.feed("/a.xml", "paused").encode())
    wire.sql("UPDATE feed SET paused = 0")
    check(not wire.has("paused") and before == wire.sql("SELECT state FROM feed"),
          "of a paused feed nothing is read")
    wire.stop()


def killed(folder):
    """What was answered as taken outlives kill -9 in the next moment."""
    hub, wire, request = subscribed(folder)
    wire.confirm(request)
    until(lambda: wire.has("first"))
    taken = []
    for turn in range(6):
        wire.process.send_signal(signal.SIGSTOP if turn % 2 else signal.SIGCONT)
        wire.process.send_signal(signal.SIGCONT)
        for i in range(4):
            name = f"{turn}-{i}"
            if wire.push(request, hub.feed("/a.xml", name).encode()) == 202:
                taken.append(name)
        wire.stop(signal.SIGKILL)
        wire = Wire(folder)
    check(len(taken) == 24, "all were answered", taken)
    check(until(lambda: all(wire.has(name) for name in taken)), "all are read after kill -9",
          [name for name in taken if not wire.has(name)], wire.lines)
    wire.stop()
    code, out, err = kabar(folder, "check", "--db", wire.db)
    check(code == 0, "the file is whole", out, err)


def hints(folder):
    """A hub without TLS gets no secret: what it brings is a hint to ask the feed."""
    hub = Hub(folder, tls=False)
    wire = Wire(folder)
    wire.follow(hub.at + "/a.xml")
    request = until(lambda: hub.requests)[0]
    check("hub.secret" not in request, "no secret over plain HTTP", request)
    wire.confirm(request)
    until(lambda: wire.has("first"))
    wire.sql("UPDATE feed SET last_success = 1")
    polls = len(hub.asked)
    wire.push(request, hub.feed("/a.xml", "unsigned").encode(), secret="", signature="")
    check(until(lambda: len(hub.asked) == polls + 1), "the feed is asked itself", hub.asked)
    wire.push(request, b"", secret="", signature="")
    until(lambda: wire.sql("SELECT next FROM feed")[0][0] > time.time())
    check(not wire.has("unsigned"), "what came unsigned is not read")
    check(len(hub.asked) == polls + 1 and wire.sql("SELECT next - last_success FROM feed")[0][0]
          >= 60, "hints do not have it asked again and again", hub.asked)
    wire.stop()


# ---- time goes by --------------------------------------------------------------------


def leases(folder):
    hub, wire, request = subscribed(folder)
    hub.max_age = 1800
    wire.due()
    soon = lambda: wire.sql("SELECT next FROM feed")[0][0] - time.time()
    until(lambda: soon() > 0)
    check(soon() < 3600, "without a lease it is asked when the feed says", soon())
    wire.confirm(request)
    wire.due()
    until(lambda: soon() > 0)
    check(72000 < soon() < 100000, "under a lease once a day", soon())
    asked = len(hub.asked)
    wire.stop()
    wire = Wire(folder)
    wire.get()
    check(until(lambda: 0 < soon() < 1100), "after an absence the feed is looked at, politely",
          soon())
    n = len(hub.requests)
    wire.sql("UPDATE hub SET next = 1")
    wire.wake()
    check(until(lambda: len(hub.requests) > n), "a lease is renewed when that is due")
    again = hub.requests[-1]
    check(again == request, "… the same subscription", again, request)
    row = wire.sql("SELECT next, lease_until FROM hub")[0]
    check(row[0] > time.time() + 600, "a hub is not asked again and again", row)
    wire.confirm(request, lease=7200)
    row = wire.sql("SELECT next, lease_until, tries FROM hub")[0]
    check(time.time() + 3000 < row[0] < row[1] and row[2] == 0,
          "… and is to be renewed before its end", row)
    wire.sql("UPDATE hub SET lease_until = ?, next = ?", int(time.time()) - 1,
             int(time.time()) + 9999)
    wire.due()
    until(lambda: soon() > 0)
    check(soon() < 3600, "after the lease it is asked as before", soon())
    check(wire.confirm(request, mode="denied", challenge=None)[0] == 200, "a hub may say no")
    check(wire.sql("SELECT denied, lease_until FROM hub") == [(1, 0)], "… which is kept")
    wire.stop()
    wire = Wire(folder, url="http://other.example.org/")
    check(until(lambda: hub.requests[-1]["hub.callback"].startswith(
        "http://other.example.org/websub/")), "another address is told to the hub",
        hub.requests[-1])
    wire.stop()


def ending(folder):
    hub, wire, request = subscribed(folder)
    wire.confirm(request)
    until(lambda: wire.has("first"))
    n = wire.sql("SELECT n FROM feed")[0][0]
    code, out, err = kabar(folder, "feeds", "--remove", "--db", wire.db, str(n))
    check(code == 0 and not wire.sql("SELECT n FROM feed"), "the feed is left", out, err)
    wire.wake()
    check(until(lambda: hub.requests[-1]["hub.mode"] == "unsubscribe"), "the hub is told",
          hub.requests)
    gone = hub.requests[-1]
    check(gone["hub.callback"] == request["hub.callback"], "… of the same callback", gone)
    check(wire.push(request, hub.feed("/a.xml", "late").encode()) == 410,
          "news that nobody wants are refused")
    check(wire.confirm(request)[0] == 404, "a late confirmation is refused")
    check(wire.confirm(gone)[0] == 200, "that it was left is confirmed")
    check(wire.sql("SELECT count(*) FROM hub") == [(0,)], "nothing is left of it")
    check(wire.confirm(gone)[0] == 404, "… once")
    wire.stop()


def changing(folder):
    """A feed that names another hub, or none."""
    hub, wire, request = subscribed(folder)
    other = Hub(folder)
    wire.confirm(request)
    until(lambda: wire.has("first"))
    hub.hub_at = other.hub_at
    wire.due()
    check(until(lambda: other.requests), "the other hub is asked", wire.lines)
    check(until(lambda: hub.requests[-1]["hub.mode"] == "unsubscribe"), "the first one is left")
    check(other.requests[0]["hub.callback"] != request["hub.callback"] and
          other.requests[0]["hub.secret"] != request["hub.secret"], "nothing of it is shared")
    wire.confirm(other.requests[0])
    hub.links = False
    wire.due()
    check(until(lambda: other.requests[-1]["hub.mode"] == "unsubscribe"),
          "a hub that is named no more is left", other.requests)
    wire.stop()


# ---- where it may not ----------------------------------------------------------------


def guarded(folder):
    """A hub in the private net that nobody allowed; a server that nobody can reach."""
    hub = Hub(folder)
    inside = Hub(folder, tls=False)
    hub.hub_at = inside.hub_at
    words = ["--allow-private", hub.at[len("https://"):]]
    port = inside.at.rsplit(":", 1)[1]

    class Narrow(Wire):
        def __init__(self, *more, url=PUBLIC):
            self.folder, self.lines, self.db = folder, [], f"{folder}/wire.db"
            self.process = subprocess.Popen(
                [sys.argv[1], "serve", "--db", self.db, "--listen", "127.0.0.1:0", "--url", url,
                 *words, *more], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                env={**os.environ, "XDG_CONFIG_HOME": folder})
            daemon.started.append(self.process)
            threading.Thread(target=self.read, daemon=True).start()
            line = until(lambda: self.said("serving "))
            self.port = int(re.search(r"://[^/]*:(\d+)/", line).group(1))

    wire = Narrow()
    wire.follow(hub.at + "/a.xml")
    check(until(lambda: wire.sql("SELECT says FROM hub WHERE says <> ''")), "a hub is named")
    says = wire.sql("SELECT says FROM hub")[0][0]
    check("cannot be asked" in says and not inside.requests and not inside.asked,
          f"a hub at a private address (port {port}) is not asked", says)
    wire.stop()
    for more, url in ((["--websub", "off"], PUBLIC), ([], "http://127.0.0.1:8080"),
                      ([], "http://localhost"), ([], "http://[::1]:80")):
        wire = Narrow(*more, url=url)
        wire.sql("DELETE FROM hub")
        wire.due()
        until(lambda: wire.sql("SELECT next FROM feed")[0][0] > time.time())
        check(not wire.sql("SELECT * FROM hub"), f"nothing is asked for: {more} {url}")
        check(wire.get("/websub/" + "A" * 43)[0] == 404, "… and there is no callback")
        wire.stop()


GROUPS = [asking, page, news, killed, hints, leases, ending, changing, guarded]


if __name__ == "__main__":
    sys.exit(run(GROUPS, certificate))

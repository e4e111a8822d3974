#!/usr/bin/env python3
"""Nothing that was answered as done is lost, and nobody waits for a round of feeds.

    tests/serve/lost.py build/release/kabar [WORD…]

Several apps of one person mark, star, tag and follow at once, each by its own dialect and
each its own articles, while feeds come in; the server is killed at a moment that nobody
chose (kill -9), started again, and asked what it still knows.
"""
import base64
import contextlib
import hashlib
import http.client
import http.server
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from daemon import Outlet, Served, add, articles, check, kabar, run, until

TURNS = int(os.environ.get("KABAR_TURNS", "12"))
SECRET = "an-app-password-of-this-test-01234567890123"


def rows(db, sql, *values):
    with contextlib.closing(sqlite3.connect(db, timeout=30)) as file, file:
        return file.execute(sql, values).fetchall()


class App:
    """One app: acts in a thread of its own until the server is gone; .done has what was
    answered as done, the last word on each thing."""

    basic = "Basic " + base64.b64encode(f"owner:{SECRET}".encode()).decode()

    def __init__(self, served, ids, at, seed):
        self.port, self.ids, self.at = served.port, ids, at
        self.random, self.done, self.unsure = random.Random(seed), {}, set()
        self.count = 0
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def ask(self, method, path, body, kind="application/json", **headers):
        self.c.request(method, path, body=body, headers={
            "Authorization": self.basic, "Content-Type": kind, **headers})
        answer = self.c.getresponse()
        return answer.status, answer.read()

    def run(self):
        try:
            self.c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            while True:
                what, value, request = self.next()
                self.unsure.add(what)  # until it is answered it may be either
                status, body = self.ask(*request)
                if 200 <= status < 300:
                    self.done[what] = value
                    self.unsure.discard(what)
                    self.count += 1
                else:
                    check(False, "it is answered", request, status, body[:300])
                    return
        except (OSError, http.client.HTTPException):
            return

    def address(self):
        return f"{self.at}/followed/{self.random.randrange(1 << 30)}.xml"

    def article(self):
        return self.random.choice(self.ids)


class Api(App):
    def next(self):
        if self.random.random() < .1:
            url = self.address()
            return ("feed", url), True, ("POST", "/api/v1/feeds", json.dumps({"url": url}))
        n, id = self.article()
        on = self.random.random() < .7
        what = self.random.choice(("starred", "read", "tag"))
        body = {"articles": [id]}
        if what == "tag":
            body["add_tags" if on else "remove_tags"] = ["kept"]
        else:
            body[what] = on
        return (what, n), on, ("POST", "/api/v1/marks", json.dumps(body))


class Miniflux(App):
    def next(self):
        n, _ = self.article()
        on = self.random.random() < .7
        return ("read", n), on, ("PUT", "/v1/entries", json.dumps(
            {"entry_ids": [n], "status": "read" if on else "unread"}))


class Nextcloud(App):
    def next(self):
        n, _ = self.article()
        on = self.random.random() < .7
        what = self.random.choice(("starred", "read"))
        word = {"starred": ("unstar", "star"), "read": ("unread", "read")}[what][on]
        return (what, n), on, ("POST", f"/index.php/apps/news/api/v1-2/items/{word}/multiple",
                               json.dumps({"items": [n]} if what == "read" else
                                          {"items": [{"feedId": 1, "guidHash": f"kabar-{n}"}]}))


class Google(App):
    def next(self):
        if self.random.random() < .1:
            url = self.address()
            return ("feed", url), True, (
                "POST", "/reader/api/0/subscription/quickadd",
                urllib.parse.urlencode({"quickadd": url, "T": "x"}),
                "application/x-www-form-urlencoded")
        n, _ = self.article()
        on = self.random.random() < .7
        what, tag = self.random.choice((
            ("starred", "user/-/state/com.google/starred"),
            ("read", "user/-/state/com.google/read"), ("tag", "user/-/label/kept")))
        body = urllib.parse.urlencode({"i": n, "a" if on else "r": tag, "T": "x"})
        return (what, n), on, ("POST", "/reader/api/0/edit-tag", body,
                               "application/x-www-form-urlencoded")

    def ask(self, *request, **headers):
        return super().ask(*request, **{**headers, "Authorization":
                                        f"GoogleLogin auth=owner/{SECRET}"})


def make_wire(folder, outlet):
    served = Served(folder)
    outlet.entries = 200
    add(served, outlet.at + "/base.xml")
    rows(served.db, "INSERT INTO pass (user, kind, name, scopes, hash, fever, added) VALUES (1, "
         "'app', 'test', '', ?, ?, 1)", hashlib.sha256(SECRET.encode()).digest(),
         hashlib.md5(f"owner:{SECRET}".encode()).hexdigest())
    served.process.send_signal(signal.SIGHUP)
    until(lambda: rows(served.db, "SELECT count(*) FROM article") == [(200,)], 60)
    ids = rows(served.db, "SELECT n, id FROM article ORDER BY n")
    check(len(ids) == 200, "there is a wire", len(ids), served.lines[-5:])
    served.stop()
    outlet.entries = 30
    return ids


def knows(db, what, value):
    kind, key = what
    if kind == "feed":
        return bool(rows(db, "SELECT 1 FROM feed f JOIN subscription s ON s.feed = f.n AND "
                         "s.user = 1 WHERE f.url = ?", key)) == value
    if kind == "read":
        return bool(rows(db, "SELECT 1 FROM unread u JOIN shelf s ON s.n = u.shelf WHERE "
                         "s.user = 1 AND u.article = ?", key)) != value
    table = {"starred": "star", "tag": "tag"}[kind]
    return bool(rows(db, f"SELECT 1 FROM {table} WHERE user = 1 AND article = ?", key)) == value


def killed(folder):
    outlet = Outlet()
    ids = make_wire(folder, outlet)
    chance = random.Random(int(os.environ.get("KABAR_SEED", time.time_ns())))
    kinds = (Api, Miniflux, Nextcloud, Google)
    known, total, told = {}, 0, 0
    for turn in range(TURNS):
        served = Served(folder, "--log", "debug")
        for i in range(4):
            add(served, f"{outlet.at}/{turn}/{i}.xml")
        apps = [kind(served, ids[i::len(kinds)], outlet.at, chance.random())
                for i, kind in enumerate(kinds)]
        served.process.send_signal(signal.SIGHUP) if turn % 3 == 2 else None
        until(lambda: sum(app.count for app in apps) > 20, 30)
        time.sleep(chance.random() * 1.5)
        served.process.kill()
        served.process.wait()
        for app in apps:
            app.thread.join(30)
        total += sum(app.count for app in apps)
        told += sum("30 new" in line for line in served.lines)
        for app in apps:
            known.update(app.done)
            for what in app.unsure:
                known.pop(what, None)
        lost = [(what, value) for what, value in known.items()
                if not knows(served.db, what, value)]
        check(not lost, f"turn {turn}: all that was answered is there", lost[:20])
    code, out, err = kabar(folder, "check", "--db", f"{folder}/wire.db")
    check(code == 0, "the file is whole after all of them", out, err)
    check(total > 30 * TURNS, "there was a load", total)
    served = Served(folder)
    check(served.get("/readyz")[0] == 200, "and it serves", served.lines)
    served.stop()
    print(f"{TURNS} kills, {total} answered, {told} feeds read in between")


# ---- nobody waits for a round --------------------------------------------------------


class Slow:
    """An outlet whose feed, or whose page, stops in the middle until it is let go on."""

    def __init__(self, hangs):
        slow = self
        self.go, self.begun = threading.Event(), threading.Event()
        entries = "".join(
            f"<item><guid>{i}</guid><link>%s/page/{i}.html</link><title>Lock {i} of the canal"
            f"</title><description>{'Lock %d is shut. ' % i * (60 if i % 2 else 1)}"
            "</description></item>" for i in range(40))

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                page = self.path.startswith("/page/")
                if self.path == "/robots.txt":
                    return self.send_error(404)
                text = (f"<html><body><article><h1>Lock</h1>{'<p>The canal office tells. </p>' * 80}"
                        "</article></body></html>" if page else
                        f"<rss version='2.0'><channel><title>Canal</title>{entries % ((slow.at,) * 40)}"
                        "</channel></rss>").encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html" if page else "application/rss+xml")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text[:len(text) // 2])
                self.wfile.flush()
                if page == (hangs == "page"):
                    slow.begun.set()
                    slow.go.wait(60)
                self.wfile.write(text[len(text) // 2:])

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.at = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def waiting(folder):
    """No clock: the feed goes on when the mark was answered, and not before."""
    ids = make_wire(folder, Outlet())
    for hangs in ("feed", "page"):
        slow = Slow(hangs)
        served = Served(folder)
        add(served, slow.at + f"/{hangs}.xml")
        served.process.send_signal(signal.SIGHUP)
        check(slow.begun.wait(40), f"the {hangs} is on its way", served.lines)
        head = {"Authorization": App.basic, "Content-Type": "application/json"}
        for starred in (True, False, True):
            status, body, _ = served.get("/api/v1/marks", head, "POST", json.dumps(
                {"articles": [ids[0][1]], "starred": starred, "read": True}))
            check(status in (200, 204) and not slow.go.is_set(),
                  f"a mark is answered while a {hangs} hangs", status, body)
        slow.go.set()
        check(until(lambda: [a for a in articles(served) if "Lock" in a["title"]]),
              f"… and the {hangs} goes on", served.lines)
        served.stop()
        rows(served.db, "DELETE FROM subscription WHERE feed <> 1")


GROUPS = [killed, waiting]


if __name__ == "__main__":
    sys.exit(run(GROUPS))

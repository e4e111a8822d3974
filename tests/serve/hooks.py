#!/usr/bin/env python3
"""Hooks of a real server, and a receiver on loopback: what is sent and how it is signed;
failing and coming back; redirects, 410, resting; kill -9 at any moment, nothing lost and
no delivery under two ids; private nets; whose they are; many at once; the page.

    tests/serve/hooks.py build/release/kabar
"""
import base64
import hashlib
import hmac
import html
import http.server
import json
import os
import random
import re
import secrets
import subprocess
import sys
import threading
import time
import urllib.parse

from server import Checks, Server

check = Checks()
OF_ONE, STORIES = 20, 100  # KB_LIMIT_HOOKS, KB_LIMIT_HOOK_STORIES


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.03)
    return found


def story_of(name):
    """A headline and a text that no other name has a word of in common with."""
    parts = ["ka", "sel", "vor", "und", "ma", "pi", "ost", "ne", "har", "bo", "lo", "mi", "ten", "ras"]
    dice = random.Random(name)
    words = ["".join(dice.choices(parts, k=4)) for _ in range(60)]
    text = " ".join(dice.choice(words) for _ in range(120))
    return f"{name} {words[0]} {words[1]} {words[2]}", text


class Outlet:
    """A server of feeds: /NAME has an entry for each of names[NAME]."""

    def __init__(self):
        self.names = {}
        outlet = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                names = outlet.names.get(self.path[1:], [])
                items = "".join(
                    f"<item><guid>{name}</guid><title>{story_of(name)[0]}</title>"
                    f"<description>{story_of(name)[1]}</description></item>" for name in names)
                body = ("<rss version='2.0'><channel><title>Quay</title>"
                        f"{items}</channel></rss>").encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.at = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Receiver:
    """Somebody's program: answers with .status (a number, or a function of the delivery),
    remembers what came; /PATH apart from others."""

    def __init__(self):
        self.got, self.status, self.headers, self.wait = [], 200, {}, 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(Delivery(self.path, self.headers, body))
                time.sleep(receiver.wait)
                try:
                    self.send_response(receiver.status)
                    for name, value in receiver.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass  # who sent it is gone

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.at = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def of(self, path, event="stories"):
        return [d for d in self.got if d.path == path and d.event == event]

    def titles(self, path):
        return [s["title"].split()[0] for d in self.of(path) for s in d.json["stories"]]


class Delivery:
    def __init__(self, path, headers, body):
        self.path, self.body, self.json = path, body, json.loads(body)
        self.id, self.seconds = headers["webhook-id"], headers["webhook-timestamp"]
        self.signature, self.plain = headers["webhook-signature"], headers["X-Kabar-Signature"]
        self.event, self.type = headers["X-Kabar-Event"], headers["Content-Type"]
        self.at = time.time()

    def is_signed(self, secret):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.id}.{self.seconds}.".encode() + self.body
        wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        plain = "sha256=" + hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()
        return (hmac.compare_digest(wanted, self.signature)
                and hmac.compare_digest(plain, self.plain))


class Served(Server):
    """A server that is killed and started again over the same file."""

    def __init__(self, kabar, *options):
        self.options = ["--allow-private", "127.0.0.1:*", *options]
        super().__init__(kabar, *self.options, pages=False)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def start(self):
        self.log.truncate(0)
        self.process = subprocess.Popen(
            [self.kabar, "serve", "--db", self.db, "--listen", "127.0.0.1:0", *self.options],
            stdout=subprocess.DEVNULL, stderr=self.log, stdin=subprocess.DEVNULL)
        self.address = self._wait_for_address()

    def follow(self, token, outlet, name):
        made = self.ask("/api/v1/feeds", "POST", token, {"url": outlet.at + name})
        check(made.status in (200, 201), "a feed is followed", made.body)
        return made.json["id"]

    def refresh(self, feed):
        """The feed is due; the loop looks at once, or at the start."""
        self.sql("UPDATE feed SET next = 0, state = '{}' WHERE n = ?", feed)

    def hook(self, token, path, query="", name="test"):
        made = self.ask("/api/v1/hooks", "POST", token,
                        {"url": path, "name": name, "query": query})
        check(made.status == 201 and made.json["secret"].startswith("whsec_"), "a hook is made",
              made.body)
        return made.json["id"], made.json["secret"]

    def told(self, token, hook):
        return self.ask(f"/api/v1/hooks/{hook}", token=token).json["hook"]


def bring(server, outlet, name, feed, *names):
    """New entries; what the loop has, it had from the feed."""
    until(lambda: server.sql("SELECT last_success + failures FROM feed WHERE n = ?", feed)[0][0])
    outlet.names.setdefault(name, [])[:0] = names
    server.refresh(feed)
    token = server.owner
    server.ask("/api/v1/feeds", "POST", token, {"url": outlet.at + name})
    return until(lambda: server.sql("SELECT count(*) FROM article WHERE title LIKE ?",
                                    names[0] + "%")[0][0])


def kept(server, names):
    return until(lambda: server.sql("SELECT count(*) FROM article")[0][0] >= names)


def import_page(server, *names):
    """Articles that another process brings."""
    folder = os.path.join(server.folder, "pages-" + secrets.token_hex(4))
    os.mkdir(folder)
    for name in names:
        with open(os.path.join(folder, name + ".html"), "w", encoding="utf-8") as page:
            title, text = story_of(name)
            page.write(f"<html lang=en><head><title>{title}</title>"
                       f"<link rel=canonical href='https://{name}.example.org/a'></head><body>"
                       f"<article><h1>{title}</h1><p>{text}</article></body></html>")
    subprocess.run([server.kabar, "import", "--db", server.db, folder], check=True, timeout=120,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wake(server, token, hook):
    """Looks at once, as the button does."""
    got = server.ask(f"/api/v1/hooks/{hook}", "PATCH", token, {"state": "on"})
    check(got.status == 200, "a hook is woken", got.body)


# ---- groups --------------------------------------------------------------------------


def sent_and_signed(server, receiver, outlet):
    hook, secret = server.hook(server.owner, receiver.at + "/a")
    feed = server.follow(server.owner, outlet, "quay")
    bring(server, outlet, "quay", feed, "Amber", "Birch")
    check(until(lambda: len(receiver.titles("/a")) == 2), "new stories are sent by themselves",
          receiver.titles("/a"), server.told(server.owner, hook))
    for one in receiver.of("/a"):
        check(one.is_signed(secret), "signed in both forms", one.signature, one.plain)
        check(one.type == "application/json" and one.json["event"] == "stories"
              and one.json["id"] == one.id and one.json["hook"]["id"] == hook, "and says what it is",
              one.json)
        check(abs(int(one.seconds) - time.time()) < 60 and one.json["time"], "and when", one.seconds)
        check(len(one.json["stories"]) == len(one.json["articles"]) > 0, "with an article each")
    first = receiver.of("/a")[0].json
    api = server.ask("/api/v1/stories/" + first["stories"][0]["id"], token=server.owner).json
    api.pop("chain")
    check(set(first["stories"][0]) == set(api), "a story as the API tells it", first, api)
    one = next(a for a in server.ask("/api/v1/articles", token=server.owner).json["articles"]
               if a["id"] == first["articles"][0]["id"])
    check(one == first["articles"][0], "an article too", one, first["articles"][0])
    until(lambda: server.told(server.owner, hook).get("told"))
    row = server.told(server.owner, hook)
    check(row["status"] == 200 and row["state"] == "on" and "says" not in row, "it is written down", row)
    check(secret not in server.ask("/api/v1/hooks", token=server.owner).text, "the secret is shown once")

    # A story is told once, though an article joins it.
    import_page(server, "Cedar")
    wake(server, server.owner, hook)
    check(until(lambda: "Cedar" in receiver.titles("/a")), "another process's too", receiver.titles("/a"))
    check(sorted(receiver.titles("/a")) == ["Amber", "Birch", "Cedar"], "each once", receiver.titles("/a"))

    got = server.ask(f"/api/v1/hooks/{hook}/secret", "POST", server.owner)
    check(got.status == 200 and got.json["secret"] != secret, "a new secret", got.body)
    import_page(server, "Dune")
    wake(server, server.owner, hook)
    check(until(lambda: "Dune" in receiver.titles("/a")), "and it goes on")
    check(receiver.of("/a")[-1].is_signed(got.json["secret"])
          and not receiver.of("/a")[-1].is_signed(secret), "signed by the new one")
    server.ask(f"/api/v1/hooks/{hook}", "DELETE", server.owner)


def tried(server, receiver):
    import_page(server, "Zinnia")
    hook, secret = server.hook(server.owner, receiver.at + "/trial")
    check(server.ask(f"/api/v1/hooks/{hook}/test", "POST", server.owner).status == 200, "a trial")
    check(until(lambda: receiver.of("/trial", "test")), "comes at once")
    one = receiver.of("/trial", "test")[0]
    check(one.is_signed(secret) and one.json["event"] == "test" and len(one.json["stories"]) == 1,
          "signed, with a story to look at", one.json)
    row = until(lambda: (row := server.told(server.owner, hook)).get("status") and row)
    check(row and row["status"] == 200 and not row["test_waits"] and "told" not in row, "its answer", row)
    receiver.status = 403
    server.ask(f"/api/v1/hooks/{hook}/test", "POST", server.owner)
    row = until(lambda: (row := server.told(server.owner, hook)).get("status") == 403 and row)
    receiver.status = 200
    check(row and row["state"] == "on" and "failures" not in row, "a trial that fails changes nothing", row)
    server.ask(f"/api/v1/hooks/{hook}", "DELETE", server.owner)


def failing(server, receiver):
    hook, _ = server.hook(server.owner, receiver.at + "/down")
    receiver.status = 500
    import_page(server, "Elder")
    wake(server, server.owner, hook)
    row = until(lambda: (row := server.told(server.owner, hook)).get("failures") and row)
    check(row and row["status"] == 500 and row["failing_since"] and row["next"], "it fails, and says so", row)
    import_page(server, "Fern", "Gorse")
    time.sleep(1.5)
    check(len(receiver.of("/down")) == 1, "and is left alone for a while", len(receiver.of("/down")))
    receiver.status = 200
    check(until(lambda: sorted(receiver.titles("/down")) == ["Elder", "Elder", "Fern", "Gorse"], 30),
          "it comes back by itself and is told what it missed", receiver.titles("/down"))
    all_ = receiver.of("/down")
    check(all_[0].id == all_[1].id and all_[1].at - all_[0].at > 8, "the first again, by its id",
          [(d.id, d.at) for d in all_])
    check(len({d.id for d in all_}) == len(all_) - 1, "others by their own")
    row = until(lambda: "failures" not in (row := server.told(server.owner, hook)) and row)
    check(row and "failing_since" not in row and row["told"], "and is well again", row)

    # Retry-After, and a wait that grows.
    receiver.status, receiver.headers = 429, {"Retry-After": "300"}
    import_page(server, "Hazel")
    wake(server, server.owner, hook)
    row = until(lambda: (row := server.told(server.owner, hook)).get("status") == 429 and row)
    left = server.sql("SELECT next - tried FROM hook WHERE n = ?", hook)[0][0]
    check(row and left == 300, "a pause that it asks for", left, row)
    receiver.status, receiver.headers = 500, {}
    for wanted in (10, 20, 40, 3600):
        server.sql("UPDATE hook SET next = 0, failures = ? WHERE n = ?", {10: 0, 20: 1, 40: 2, 3600: 30}[wanted], hook)
        count = len(receiver.got)
        server.ask(f"/api/v1/hooks/{hook}", "PATCH", server.owner, {"name": "x"})  # wakes
        until(lambda: len(receiver.got) > count)
        until(lambda: server.sql("SELECT next FROM hook WHERE n = ?", hook)[0][0])
        left = server.sql("SELECT next - tried FROM hook WHERE n = ?", hook)[0][0]
        check(left == wanted, f"the next try: {wanted} s", left)

    # After days it rests; a person wakes it.
    server.sql("UPDATE hook SET next = 0, failing = failing - 4 * 86400 WHERE n = ?", hook)
    server.ask(f"/api/v1/hooks/{hook}", "PATCH", server.owner, {"name": "y"})
    row = until(lambda: (row := server.told(server.owner, hook))["state"] == "resting" and row)
    check(row, "after days of failing it rests", server.told(server.owner, hook))
    receiver.status = 200
    count = len(receiver.got)
    import_page(server, "Iris")
    server.ask(f"/api/v1/hooks/{hook}", "PATCH", server.owner, {"name": "z"})
    time.sleep(1.5)
    check(len(receiver.got) == count, "and is sent nothing")
    wake(server, server.owner, hook)
    check(until(lambda: {"Hazel", "Iris"} <= set(receiver.titles("/down"))), "until it is woken",
          receiver.titles("/down"))
    server.ask(f"/api/v1/hooks/{hook}", "DELETE", server.owner)


def away(server, receiver):
    hook, _ = server.hook(server.owner, receiver.at + "/moved")
    receiver.status, receiver.headers = 307, {"Location": receiver.at + "/other"}
    import_page(server, "Juniper")
    wake(server, server.owner, hook)
    row = until(lambda: (row := server.told(server.owner, hook)).get("status") == 307 and row)
    check(row and row["failures"] == 1, "a redirect is a failure", row)
    check(not receiver.of("/other"), "and is not followed")
    receiver.status, receiver.headers = 410, {}
    wake(server, server.owner, hook)
    row = until(lambda: (row := server.told(server.owner, hook))["state"] == "gone" and row)
    check(row and row["status"] == 410, "410 ends it", row)
    receiver.status = 200
    count = len(receiver.got)
    import_page(server, "Kelp")
    server.ask(f"/api/v1/hooks/{hook}", "PATCH", server.owner, {"name": "q"})
    time.sleep(1.5)
    check(len(receiver.got) == count, "then nothing is sent")
    check(server.ask(f"/api/v1/hooks/{hook}", "DELETE", server.owner).status == 200, "ended")
    check(server.ask(f"/api/v1/hooks/{hook}", token=server.owner).status == 404, "and gone")

    hook, _ = server.hook(server.owner, "http://127.0.0.1:1/x")
    import_page(server, "Larch")
    wake(server, server.owner, hook)
    row = until(lambda: (row := server.told(server.owner, hook)).get("failures") and row)
    check(row and "status" not in row and row["says"], "nobody there: no status, but a sentence", row)
    server.ask(f"/api/v1/hooks/{hook}", "DELETE", server.owner)


def by_query(server, receiver):
    hook, _ = server.hook(server.owner, receiver.at + "/q", "Maple OR Nettle")
    tagged, _ = server.hook(server.owner, receiver.at + "/t", "tag:reeds")
    server.ask("/api/v1/rules", "POST", server.owner, {"rule": 'tag reeds if title has "Oak"'})
    import_page(server, "Maple", "Oak", "Pine")
    wake(server, server.owner, hook)
    wake(server, server.owner, tagged)
    check(until(lambda: receiver.titles("/q") == ["Maple"]), "what a search finds", receiver.titles("/q"))
    check(until(lambda: receiver.titles("/t") == ["Oak"]), "what a rule tags", receiver.titles("/t"))
    import_page(server, "Poplar")
    got = server.ask(f"/api/v1/hooks/{hook}", "PATCH", server.owner, {"query": "Pine OR Poplar OR Quince"})
    check(got.status == 200, "another search", got.body)
    import_page(server, "Quince")
    wake(server, server.owner, hook)
    check(until(lambda: "Quince" in receiver.titles("/q")), "is told from now on", receiver.titles("/q"))
    check(receiver.titles("/q") == ["Maple", "Quince"], "and not of what was before", receiver.titles("/q"))
    for each in (hook, tagged):
        server.ask(f"/api/v1/hooks/{each}", "DELETE", server.owner)


def whose(server, receiver, outlet):
    number = server.ask("/api/v1/users", "POST", server.owner,
                        {"name": "Ines", "role": "reader"}).json["id"]
    other = server.token("read mark feeds", user=number)
    weak = server.token("read mark", user=number)
    mine, _ = server.hook(server.owner, receiver.at + "/mine")
    theirs, _ = server.hook(other, receiver.at + "/theirs")
    check([h["id"] for h in server.ask("/api/v1/hooks", token=other).json["hooks"]] == [theirs],
          "each sees their own")
    for method, path, body in (("GET", "", None), ("PATCH", "", {"url": receiver.at + "/steal"}),
                               ("DELETE", "", None), ("POST", "/test", None), ("POST", "/secret", None)):
        got = server.ask(f"/api/v1/hooks/{mine}{path}", method, other, body)
        check(got.status == 404, f"another's: {method} {path} 404", got.status, got.body)
    for method, path in (("GET", ""), ("POST", ""), ("GET", f"/{theirs}"), ("DELETE", f"/{theirs}")):
        got = server.ask(f"/api/v1/hooks{path}", method, weak, {} if method == "POST" else None)
        check(got.status == 403, f"without the scope feeds: {method} 403", got.status)
    feed = server.follow(other, outlet, "other")
    bring(server, outlet, "other", feed, "Rowan")
    import_page(server, "Sedge")
    for hook, token in ((mine, server.owner), (theirs, other)):
        wake(server, token, hook)
    check(until(lambda: receiver.titles("/theirs") == ["Rowan"]), "what they follow", receiver.titles("/theirs"))
    check(until(lambda: "Sedge" in receiver.titles("/mine")), "what comes to the owner", receiver.titles("/mine"))
    time.sleep(1)
    check(receiver.titles("/theirs") == ["Rowan"], "and nothing else", receiver.titles("/theirs"))
    check(server.ask(f"/api/v1/users/{number}", "DELETE", server.owner).status == 200, "who goes")
    check(server.sql("SELECT count(*) FROM hook")[0][0] == 1, "takes their hooks along")
    server.ask(f"/api/v1/hooks/{mine}", "DELETE", server.owner)


def refused(server, receiver):
    ask = lambda body: server.ask("/api/v1/hooks", "POST", server.owner, body)
    at = "https://hooks.example.org/x"
    for body, words in (({"url": at}, "name"), ({"name": "a"}, "https://"), ({"name": "a", "url": "ftp://x.example"}, "https://"),
                        ({"name": "a", "url": at, "query": '"x'}, ""), ({"name": "a", "url": 7}, "string"),
                        ({"name": "a", "url": "http://10.0.0.1/x"}, "private"), ({"name": "a", "url": "http://[::1]/"}, "itself"),
                        ({"name": "a", "url": "http://0x7f000002/"}, "itself"),
                        ({"name": "a", "url": "http://169.254.169.254/latest"}, ""), ({"name": "a", "url": at + " b"}, "blank"),
                        ({"name": "a", "url": "https:///"}, "")):
        got = ask(body)
        check(got.status == 400 and words in got.json["error"]["says"], "a wrong hook: 400", body, got.body)
    made = [ask({"name": str(i), "url": at}).json["id"] for i in range(OF_ONE)]
    got = ask({"name": "one more", "url": at})
    check(got.status == 409 and str(OF_ONE) in got.text, "one more than may be", got.status, got.body)
    got = server.ask(f"/api/v1/hooks/{made[0]}", "PATCH", server.owner, {"url": "http://10.0.0.1/"})
    check(got.status == 400, "a hook is not turned inwards", got.body)
    got = server.ask(f"/api/v1/hooks/{made[0]}", "PATCH", server.owner, {"state": "gone"})
    check(got.status == 400, "gone is the receiver's word", got.body)
    for each in made:
        server.ask(f"/api/v1/hooks/{each}", "DELETE", server.owner)


def killed(server, receiver, outlet):
    """kill -9 while an answer is awaited, then at random moments."""
    hook, _ = server.hook(server.owner, receiver.at + "/k")
    receiver.wait = 5
    import_page(server, "Teasel")
    wake(server, server.owner, hook)
    until(lambda: receiver.of("/k"))
    import_page(server, "Umber")
    server.kill()
    receiver.wait = 0
    server.start()
    check(until(lambda: "Umber" in receiver.titles("/k")), "after kill -9 it goes on", receiver.titles("/k"))
    first, second = receiver.of("/k")[:2]
    check(first.id == second.id and first.json["stories"] == second.json["stories"],
          "the same delivery by the same id", first.json, second.json)
    check(receiver.titles("/k").count("Umber") == 1, "what came meanwhile, once", receiver.titles("/k"))

    random.seed(7)
    names = []
    for i in range(6):
        new = [f"Reed{i}x{k}" for k in range(5)]
        names += new
        import_page(server, *new)
        if random.random() < .5:
            receiver.status = 500
        time.sleep(random.random() * .4)
        server.kill()
        receiver.status = 200
        server.start()
    server.sql("UPDATE hook SET next = 0")
    wake(server, server.owner, hook)
    check(until(lambda: set(names) <= set(receiver.titles("/k"))), "nothing is lost",
          sorted(set(names) - set(receiver.titles("/k"))), server.told(server.owner, hook))
    time.sleep(1)
    once = {d.id: d for d in receiver.of("/k")}
    told = [s["id"] for d in once.values() for s in d.json["stories"]]
    check(len(told) == len(set(told)), "and by their ids nothing comes twice", len(told), len(set(told)))
    for each in receiver.of("/k"):
        check(each.json["stories"] == once[each.id].json["stories"], "an id is one delivery")
    server.ask(f"/api/v1/hooks/{hook}", "DELETE", server.owner)


def many(server, receiver):
    hook, _ = server.hook(server.owner, receiver.at + "/many")
    slow, _ = server.hook(server.owner, receiver.at + "/many2")
    names = [f"Vetch{i}word{i * 7}" for i in range(STORIES + 40)]
    import_page(server, *names)
    stories = server.sql("SELECT count(*) FROM story WHERE title LIKE 'Vetch%' AND into_story IS NULL")[0][0]
    for each in (hook, slow):
        wake(server, server.owner, each)
    for path in ("/many", "/many2"):
        check(until(lambda: len(receiver.titles(path)) >= stories), "many come", len(receiver.titles(path)), stories)
        check(max(len(d.json["stories"]) for d in receiver.of(path)) <= STORIES, "some at a time")
        check(len(receiver.titles(path)) == stories, "each once", len(receiver.titles(path)), stories)

    # One that was away for longer than anybody looks back.
    until(lambda: not server.sql("SELECT sum(up_to) FROM hook")[0][0])
    server.sql("UPDATE hook SET mark = mark - 60000, state = 'resting' WHERE n = ?", hook)
    wake(server, server.owner, hook)
    import_page(server, "Willow")
    wake(server, server.owner, hook)
    check(until(lambda: "Willow" in receiver.titles("/many")), "who was away for long goes on")
    missed = [d.json["missed"] for d in receiver.of("/many") if "missed" in d.json]
    newest = server.sql("SELECT max(n) FROM article")[0][0]
    check(missed and 9000 < missed[0] < 11000, "and is told how many it missed", missed, newest)
    for each in (hook, slow):
        server.ask(f"/api/v1/hooks/{each}", "DELETE", server.owner)


def page(server, receiver):
    secret = "a-session-of-this-test-0123456789-012345678"
    server.sql("INSERT INTO pass (user, kind, hash, added, used, expires) VALUES (1, 'session', ?, ?, ?, ?)",
               hashlib.sha256(secret.encode()).digest(), int(time.time()), int(time.time()), int(time.time()) + 9999)

    def get(language="en"):
        return server.ask("/settings", headers={"Cookie": f"kabar_session={secret}", "Accept-Language": language}).text

    def post(**fields):
        fields["csrf"] = re.search(r'name="csrf" value="([^"]+)"', get()).group(1)
        return server.ask("/settings/hook", "POST", body=urllib.parse.urlencode(fields).encode(),
                          headers={"Cookie": f"kabar_session={secret}", "Content-Type": "application/x-www-form-urlencoded"})

    shown = post(name="Bot <b>", url=receiver.at + "/page", query="")
    check(shown.status == 200 and len(re.findall(r"whsec_[\w+/=]{44}", html.unescape(shown.text))) == 1,
          "the secret is shown", shown.status, shown.text[:400])
    check("Bot &lt;b&gt;" in shown.text and receiver.at + "/page" in shown.text, "with the hook in the list")
    check("whsec_" not in get() and "nothing sent yet" in get(), "once")
    number = server.sql("SELECT max(n) FROM hook")[0][0]
    check(post(n=number, what="test").status == 303, "a trial by the page")
    check(until(lambda: receiver.of("/page", "test")), "comes")
    check(until(lambda: "last answer: taken (HTTP 200)" in get()), "and its answer stands there in words")
    for language, words in (("de", "letzte Antwort"), ("id", "jawaban terakhir"), ("ar", "آخر جواب"), ("zh", "上次回应")):
        check(words in get(language), f"in {language} too")
    mark = server.sql("SELECT mark FROM hook WHERE n = ?", number)
    check(post(n=number, what="edit", name="Robot", url=receiver.at + "/page", query="").status == 303 and
          "Change Robot" in get() and server.sql("SELECT mark FROM hook WHERE n = ?", number) == mark,
          "its name is changed, and nothing else")
    got = post(n=number, what="edit", name="Robot", url="http://10.0.0.1/", query="")
    check(got.status == 422 and "private" in got.text and receiver.at + "/page" in get(),
          "not to a private address", got.status)
    got = post(n=number, what="edit", name="Robot", url=receiver.at + "/page", query='"x')
    check(got.status == 422, "not to a query that is none", got.status)
    check(post(n=99999, what="edit", name="x", url="https://a.example/", query="").status == 422, "none is not")
    got = post(name="x", url="http://10.0.0.1/")
    check(got.status == 422 and "private" in got.text, "a private address is refused", got.status)
    receiver.status = 500
    import_page(server, "Yarrow")
    post(n=number, what="wake")
    check(until(lambda: "began to fail" in get() and "HTTP 500" in get()), "that it fails is told")
    receiver.status = 200
    check(post(n=number, what="wake").status == 303, "it is tried again")
    check(until(lambda: "Yarrow" in receiver.titles("/page")), "and takes it")
    check(until(lambda: "last delivery" in get()), "and the page says so")
    check(post(n=number, what="remove").status == 303 and receiver.at + "/page" not in get(), "ended")
    got = server.ask("/settings/hook", "POST", body=b"name=x&url=https://a.example/",
                     headers={"Cookie": f"kabar_session={secret}", "Content-Type": "application/x-www-form-urlencoded"})
    check(got.status == 403, "without the csrf field nothing is done", got.status)


def inwards(receiver):
    """Nothing allowed: a hook that stands in the file is not sent to this machine."""
    with Server(sys.argv[1]) as server:
        token = server.token()
        got = server.ask("/api/v1/hooks", "POST", token, {"name": "a", "url": receiver.at + "/in"})
        check(got.status == 400 and "this machine itself" in got.text, "this machine is refused", got.body)
        for url, words in (("http://localhost/", "local"), ("http://printer.local/", "local"),
                           ("https://hooks.example.org:22/", "port")):
            got = server.ask("/api/v1/hooks", "POST", token, {"name": "a", "url": url})
            check(got.status == 400 and words in got.text, url + " is refused", got.body)
        got = server.ask("/api/v1/hooks", "POST", token, {"name": "a", "url": "https://hooks.example.org/"})
        for url in (receiver.at, f"http://localhost:{receiver.port}", f"http://[::ffff:127.0.0.1]:{receiver.port}"):
            server.sql("UPDATE hook SET url = ?, mark = 0, up_to = 0, status = 0, says = ''", url + "/in")
            server.ask(f"/api/v1/hooks/{got.json['id']}", "PATCH", token, {"state": "on"})
            says = until(lambda: server.sql("SELECT says FROM hook")[0][0])
            check(says and not receiver.of("/in"), f"{url} is not asked", says)


def main():
    receiver, outlet = Receiver(), Outlet()
    with Served(sys.argv[1]) as server:
        server.owner = server.token()
        only = sys.argv[2:]
        for group, words in ((sent_and_signed, (receiver, outlet)), (tried, (receiver,)), (failing, (receiver,)),
                             (away, (receiver,)), (by_query, (receiver,)), (whose, (receiver, outlet)),
                             (refused, (receiver,)), (killed, (receiver, outlet)), (many, (receiver,)),
                             (page, (receiver,))):
            if not only or group.__name__ in only:
                began = time.monotonic()
                group(server, *words)
                print(f"{group.__name__}: {time.monotonic() - began:.1f} s")
        check(server.process.poll() is None, "the server still runs")
    if not only or "inwards" in only:
        inwards(receiver)
    check.end()


main()

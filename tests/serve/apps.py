#!/usr/bin/env python3
"""kabar serve for reader apps: recorded requests, newsboat, and people who are not asked.

    tests/serve/apps.py build/release/kabar [WORD…]

A real server over the example wire on loopback.  Each file apps/NAME.talk is a talk of one
app with it; with words, only those with one of them in the name run.  Lines of a talk:

    GET /path?a={n}        a request; {…} is filled in
    Header: value          … its headers
    | text                 … its body, lines joined without line feeds
    = 200                  the wanted status
    + text                 must stand in the answer (its head too, in small letters)
    - text                 must not
    json PATH = VALUE      a member of the answer as JSON, subscriptions.0.id
    take NAME REGEX        the first group, for later lines
    now NAME               waits for the next second, which NAME is from then on
    # …                    a remark

Known from the start: {several} stories that several outlets have, {all} items with the 34
articles ({all-1} is one less), {name} {pass} {fever} {basic} of the owner, {other} {otherpass}
{otherbasic} of a reader who follows another feed, {feed1} to {feed4}.
"""
import base64
import contextlib
import glob
import hashlib
import http.client
import http.server
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from server import Checks

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "examples", "wire")
FEEDS = ["marrow-bay.rss", "hafenschau.atom", "tides-and-towns.json", "eastern-quays.rdf"]
ALLOW = ["--spacing", "0", "--allow-private", "127.0.0.1:*"]
check = Checks()


# ---- the wire ------------------------------------------------------------------------------


class Quiet(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *args):
        super().__init__(*args, directory=EXAMPLES)

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def outlets():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def kabar(db, verb, *words, stdin=None):
    done = subprocess.run([sys.argv[1], verb, "--db", db, *words], input=stdin, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise SystemExit(f"kabar {verb} {words}: {done.stderr.decode()}")
    return done.stdout.decode()


def pages():
    """The example pages as records, in the order of their times."""
    found = []
    for name in sorted(os.listdir(EXAMPLES)):
        if not name.endswith((".html", ".txt")):
            continue
        want = dict(re.findall(r"^(\w+) = (.*)$", open(
            os.path.join(EXAMPLES, name.rsplit(".", 1)[0] + ".want")).read(), re.M))
        if want.get("page") == "listing":
            continue
        url = ["--url", want["url"]] if want.get("url") else []
        done = subprocess.run([sys.argv[1], "read", "--format", "json", *url,
                               os.path.join(EXAMPLES, name)], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=60)
        found.append((want.get("published", "9999"), done.stdout))
    return b"".join(page for _, page in sorted(found))


# What no feed has brought, of the ferry's story.
LETTER = json.dumps({
    "url": "https://shiokaze-news.example/articles/9a30", "language": "ja",
    "title": "フェリー「サント・オリエル」転覆 港の町の夜", "date_published": "2026-03-03T05:02:00Z",
    "content_text": "ベルモラのポートエルシンでフェリー「サント・オリエル」が防波堤に衝突して転覆し、9人が死亡、14人が"
    "行方不明になった。消えていた灯浮標について、港長のマルタ・クエル氏は金曜日から明かりがなかったと認めた。"
    "船には187人が乗っていた。運輸相のダリオ・メンツ氏は調査を約束した。"}).encode()


def make_wire(folder):
    """The wire's file, and what talks know from the start."""
    db = os.path.join(folder, "wire.db")
    with outlets() as at:
        for name in FEEDS:
            kabar(db, "add", *ALLOW, "--folder", "News", f"{at}/{name}")
        kabar(db, "fetch", "--jobs", "1", *ALLOW)
        kabar(db, "import", "-", stdin=pages() + LETTER)
        kabar(db, "user", "add", "--no-password", "other")
        kabar(db, "add", *ALLOW, "--for", "other", f"{at}/{FEEDS[0]}")
    known = {"name": "owner", "other": "other", "base": ""}
    with contextlib.closing(sqlite3.connect(db)) as file:
        several = file.execute("SELECT count(*) FROM story WHERE into_story IS NULL AND "
                               "outlets > 1").fetchone()[0]
    known.update(several=str(several), all=str(34 + several))
    known["pass"] = json.loads(kabar(db, "pass", "add", "Phone"))["secret"]
    known["otherpass"] = json.loads(
        kabar(db, "pass", "add", "--user", "other", "Tablet"))["secret"]
    known["fever"] = hashlib.md5(f"owner:{known['pass']}".encode()).hexdigest()
    for who, name, secret in (("", "owner", "pass"), ("other", "other", "otherpass")):
        pair = f"{name}:{known[secret]}".encode()
        known[who + "basic"] = base64.b64encode(pair).decode()
    for feed in map(json.loads, kabar(db, "feeds", "--json").splitlines()):
        known[f"feed{1 + FEEDS.index(feed['url'].rsplit('/', 1)[1])}"] = str(feed["n"])
    return db, known


class Server:
    def __init__(self, db, *words):
        self.process = subprocess.Popen(
            [sys.argv[1], "serve", "--db", db, "--listen", "127.0.0.1:0", *words],
            stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.port = None
        while self.port is None:
            line = self.process.stderr.readline().decode()
            if not line:
                raise SystemExit("kabar serve ended at once")
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            self.port = int(found.group(1)) if found else None
        self.drain = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.drain.start()

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8")
        head = "".join(f"{name.lower()}: {value}\n" for name, value in answer.getheaders())
        connection.close()
        return answer.status, head, text

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        check(self.process.wait(timeout=20) == 0, "the server ends in order")


# ---- talks ---------------------------------------------------------------------------------


def member(text, path):
    value = json.loads(text)
    for name in path.split("."):
        if name == "#":
            value = len(value)
        else:
            value = value[int(name)] if isinstance(value, list) else value[name]
    return value


class Talk:
    def __init__(self, server, name, known):
        self.server, self.name, self.known = server, name, dict(known)
        self.request, self.answer = None, None

    def fill(self, text):
        def value(found):
            known, more = self.known.get(found.group(1), found.group(0)), found.group(2)
            return str(int(known) + int(more)) if more else known

        return re.sub(r"\{(\w+)([+-]\d+)?\}", value, text)

    def send(self):
        if not self.request:
            return
        method, path, headers, body = self.request
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        if method == "GET":
            headers.pop("Content-Type")
        self.answer = self.server.ask(method, path, body.encode() if body else None, headers)
        self.what, self.request = f"{self.name}: {method} {path}", None

    def line(self, line):
        word, _, rest = line.partition(" ")
        if re.match(r"(GET|POST|PUT|DELETE|HEAD|OPTIONS) /", line):
            self.send()
            self.request = [word, self.fill(rest), {}, ""]
        elif word == "|":
            self.request[3] += self.fill(rest)
        elif re.match(r"[A-Z][A-Za-z-]+: ", line):
            name, _, value = line.partition(": ")
            self.request[2][name] = self.fill(value)
        else:
            self.send()
            self.wanted(word, self.fill(rest))

    def wanted(self, word, rest):
        status, head, text = self.answer
        both = head + text
        if word == "=":
            check(status == int(rest), f"{self.what} is {rest}", status, both)
        elif word == "+":
            check(rest in both, f"{self.what} has {rest}", both)
        elif word == "-":
            check(rest not in both, f"{self.what} has no {rest}", both)
        elif word == "now":
            now = int(time.time()) + 1
            time.sleep(max(0, now - time.time()))
            self.known[rest] = str(now)
        elif word == "take":
            name, _, pattern = rest.partition(" ")
            found = re.search(pattern, both)
            check(found, f"{self.what} tells {name}", pattern, both)
            self.known[name] = found.group(1) if found else "nothing"
        elif word == "json":
            path, _, value = rest.partition(" = ")
            try:
                is_there = member(text, path)
            except (ValueError, KeyError, IndexError, TypeError) as why:
                is_there = repr(why)
            check(is_there == json.loads(value), f"{self.what}: {path} is {value}", is_there,
                  text)
        else:
            check(False, f"{self.name}: what is this line? {word} {rest}")


def talk(server, path, known):
    it = Talk(server, os.path.basename(path)[:-5], known)
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line and not line.startswith("#"):
            it.line(line)
    it.send()


# ---- newsboat ------------------------------------------------------------------------------

MODES = {
    "miniflux": ("miniflux-url \"{at}\"\nminiflux-login \"owner\"\n"
                 "miniflux-password \"{pass}\"\n"),
    "feedhq": ("feedhq-url \"{at}\"\nfeedhq-login \"owner\"\nfeedhq-password \"{pass}\"\n"
               "feedhq-show-special-feeds no\nfeedhq-flag-star \"s\"\n"),
    "ocnews": ("ocnews-url \"{at}\"\nocnews-login \"owner\"\nocnews-password \"{pass}\"\n"
               "ocnews-flag-star \"s\"\n"),
}


def newsboat_call(folder, mode, server, known):
    config = os.path.join(folder, f"config-{mode}")
    with open(config, "w") as out:
        settings = MODES[mode].replace("{at}", f"http://127.0.0.1:{server.port}")
        out.write(f"urls-source \"{mode}\"\n" + settings.replace("{pass}", known["pass"]))
    return ["newsboat", "-C", config, "-c", os.path.join(folder, f"cache-{mode}.db"),
            "-u", os.path.join(folder, "urls")]


def unread(server, known):
    text = server.ask("POST", "/fever/?api&unread_item_ids", f"api_key={known['fever']}",
                      {"Content-Type": "application/x-www-form-urlencoded"})[2]
    return len([n for n in json.loads(text)["unread_item_ids"].split(",") if n])


def saved(server, known):
    text = server.ask("POST", "/fever/?api&saved_item_ids", f"api_key={known['fever']}",
                      {"Content-Type": "application/x-www-form-urlencoded"})[2]
    return len([n for n in json.loads(text)["saved_item_ids"].split(",") if n])


def until(what, found, screen=None, tries=75):
    for _ in range(tries):
        if found():
            break
        time.sleep(0.2)
    else:
        check(False, what, screen and screen.tmux("capture-pane", "-p"))
        return
    check(True, what)


class Screen:
    """newsboat in a terminal of its own; ended with it."""

    def __init__(self, call, folder):
        self.socket = os.path.join(folder, "tmux")
        self.tmux("new-session", "-d", "-x", "120", "-y", "40", " ".join(call))

    def tmux(self, *words):
        done = subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *words],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20)
        return done.stdout.decode("utf-8", "replace")

    def keys(self, *keys):
        self.tmux("send-keys", *keys)
        time.sleep(0.4)

    def shows(self, text):
        return text in self.tmux("capture-pane", "-p")

    def end(self):
        self.tmux("kill-server")


def newsboat(mode, folder, server, known):
    """Reloads, reads an article, stars it, marks a feed."""
    call = newsboat_call(folder, mode, server, known)
    environment = {**os.environ, "HOME": folder, "LC_ALL": "C.UTF-8", "TERM": "xterm"}
    before = unread(server, known)
    done = subprocess.run(call + ["-x", "reload"], env=environment, timeout=60,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    check(done.returncode == 0, f"newsboat {mode} reloads", done.stdout)
    done = subprocess.run(call + ["-x", "print-unread"], env=environment, timeout=60,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    told = re.search(rb"(\d+) unread", done.stdout)
    check(told and int(told.group(1)) >= before, f"newsboat {mode} counts what is unread",
          before, done.stdout)
    if not shutil.which("tmux"):
        print("skipped: newsboat's keys, because tmux is missing (tools/setup --dev)")
        return
    screen = Screen(["env", f"HOME={folder}", "LC_ALL=C.UTF-8", *call], folder)
    try:
        until(f"newsboat {mode} shows feeds", lambda: screen.shows("Hafenschau"))
        stars = saved(server, known)
        # ocnews has the starred articles as a first feed, which is empty.
        screen.keys(*["Home", "Down", "Enter"] if mode == "ocnews" else ["Home", "Enter"])
        until(f"newsboat {mode} lists articles", lambda: screen.shows("Articles in feed"), screen)
        screen.keys("Enter")
        until(f"newsboat {mode} shows an article", lambda: screen.shows("Title:"), screen)
        if mode != "miniflux":  # 2.21 has no stars there
            screen.keys("C-e", "s", "Enter")
            until(f"newsboat {mode}: a star is one here",
                  lambda: saved(server, known) > stars)
        screen.keys("q")  # it tells what was read when the article is left
        until(f"newsboat {mode}: what was read is read here",
              lambda: unread(server, known) < before)
        least = unread(server, known)
        screen.keys("A")
        until(f"newsboat {mode}: a feed's articles are read",
              lambda: unread(server, known) < least)
    finally:
        screen.end()


# ---- many at once --------------------------------------------------------------------------


def all_at_once(db, known):
    """Who has much unread marks all of it: what is newer stays, and what others have."""
    counted = ("SELECT sum(count) FROM unread_count c JOIN shelf s ON s.n = c.shelf WHERE "
               "s.user = 2")
    with contextlib.closing(sqlite3.connect(db)) as file:
        for name in ("owner", "other"):  # articles that are gone stand for a crowd
            file.execute("INSERT INTO unread SELECT s.n, -value, 0, 1 FROM shelf s JOIN user u ON "
                         "u.n = s.user, (WITH RECURSIVE c (value) AS (SELECT 1 UNION ALL SELECT "
                         "value + 1 FROM c LIMIT 6000) SELECT value FROM c) WHERE u.name = ?",
                         (name,))
        file.commit()
        of_other = file.execute(counted).fetchone()[0]
    server = Server(db)
    basic = {"Authorization": "Basic " + known["basic"]}
    status = server.ask("PUT", "/index.php/apps/news/api/v1-2/items/read",
                        '{"newestItemId":30}', basic)[0]
    told = json.loads(server.ask("GET", "/v1/entries?status=unread&order=id", None, basic)[2])
    check(status == 200 and [e["id"] for e in told["entries"]] == [31, 32, 33, 34],
          "all up to a number is read at once", status, told["total"])
    server.stop()
    with contextlib.closing(sqlite3.connect(db)) as file:
        shelves = file.execute("SELECT count(*) FROM shelf WHERE user IS NULL").fetchone()[0]
        now = file.execute(counted).fetchone()[0]
    check(now == of_other > 6000, "what another person has unread stays", now, of_other)
    check(shelves == 1, "the rows are left to be cleared", shelves)


# ---- Miniflux's own client ------------------------------------------------------------------


def python_client(server, known):
    """The Python client that Miniflux's makers publish (PyPI: miniflux)."""
    sys.path += glob.glob(os.path.join(HERE, "../../.deps/venv/lib/python3*/site-packages"))
    import miniflux

    client = miniflux.Client(f"http://127.0.0.1:{server.port}", api_key=known["pass"])
    by_name = miniflux.Client(f"http://127.0.0.1:{server.port}", "owner", known["pass"])
    me = by_name.me()
    check(me["username"] == "owner" and me["is_admin"] is True, "client: me", me)
    check(client.get_version()["version"], "client: version")
    check([u["username"] for u in client.get_users()] == ["owner", "other"], "client: users")
    category = client.create_category("Coast")
    feed = client.create_feed("https://mole.example.org/feed", category["id"])
    check(client.get_feed(feed)["category"]["title"] == "Coast", "client: a new feed")
    client.update_feed(feed, title="The mole", category_id=1)
    check(client.get_feed(feed)["title"] == "The mole", "client: a feed's name")
    client.update_category(category["id"], "Shore")
    shore = [c for c in client.get_categories() if c["title"] == "Shore"]
    check(len(shore) == 1, "client: a category's name", client.get_categories())
    client.delete_category(shore[0]["id"])
    client.refresh_feed(feed)
    client.delete_feed(feed)
    check(feed not in [f["id"] for f in client.get_feeds()], "client: a feed goes")
    found = client.get_entries(status="unread", order="published_at", direction="desc",
                               limit=5)
    check(found["total"] == 34 and len(found["entries"]) == 5, "client: entries", found["total"])
    entry = found["entries"][0]
    again = client.get_entry(entry["id"])
    check(again == entry, "client: one entry is as in the list", again, entry)
    client.update_entries([entry["id"]], "read")
    check(client.get_entry(entry["id"])["status"] == "read", "client: read")
    client.toggle_bookmark(entry["id"])
    check([e["id"] for e in client.get_entries(starred=True)["entries"]] == [entry["id"]],
          "client: a star")
    client.save_entry(entry["id"])
    counters = client.get_feed_counters()
    unread = counters["unreads"][str(entry["feed_id"])]
    client.mark_feed_entries_as_read(entry["feed_id"])
    check(unread and client.get_feed_entries(entry["feed_id"], status="unread")["total"] == 0,
          "client: a feed's entries are read", counters)
    check(client.fetch_entry_content(entry["id"])["content"], "client: content")
    check("<opml" in client.export(), "client: OPML out")
    client.import_feeds('<opml version="2.0"><body><outline type="rss" text="Pier" '
                        'xmlUrl="https://pier.example.org/feed"/></body></opml>')
    check("Pier" in [f["title"] for f in client.get_feeds()], "client: OPML in")
    client.mark_user_entries_as_read(me["id"])
    check(client.get_entries(status="unread")["total"] == 0, "client: all is read")
    check(client.flush_history() and not client.get_integrations_status(), "client: the rest")
    for call, error in ((lambda: client.get_entry(99999), miniflux.ResourceNotFound),
                        (lambda: client.get_icon(1), miniflux.ResourceNotFound),
                        (lambda: client.create_feed("no address"), miniflux.BadRequest),
                        (lambda: miniflux.Client(f"http://127.0.0.1:{server.port}",
                                                 api_key="wrong").me(),
                         miniflux.AccessUnauthorized)):
        try:
            call()
            check(False, f"client: {error.__name__}")
        except error as why:
            check(len(str(why)) > 15 and "status_code" not in str(why),
                  f"client: {error.__name__} says why", why)


# ---- all -----------------------------------------------------------------------------------


def guesses(server, known):
    """Who is wrong too often waits, and is told so in each dialect: who is right then too."""
    login, pair = "/accounts/ClientLogin", {"Authorization": "Basic " + known["basic"]}
    for _ in range(40):
        server.ask("GET", "/v1/me", None, {"X-Auth-Token": "wrong"})
    for what in (("GET", "/v1/me", None, pair),
                 ("GET", "/index.php/apps/news/api/v1-2/feeds", None, pair),
                 ("GET", "/reader/api/0/token", None, {
                     "Authorization": f"GoogleLogin auth={known['name']}/{known['pass']}"}),
                 ("GET", f"{login}?Email={known['name']}&Passwd={known['pass']}", None, {}),
                 ("GET", f"/fever/?api&api_key={known['fever']}", None, {}),
                 ("GET", "/api/v1/me", None, pair),
                 ("GET", f"/stories.atom?key={known['pass']}", None, {})):
        status, head, text = server.ask(*what)
        check(status == 429 and "retry-after: " in head and "try again in" in text,
              f"who guesses waits: {what[1]}", status, head, text)
    until("who waited may ask again",
          lambda: server.ask("GET", "/v1/me", None, pair)[0] == 200)


def main():
    words = sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        db, known = make_wire(folder)
        names = sorted(n for n in os.listdir(os.path.join(HERE, "apps"))
                       if n.endswith(".talk"))
        for name in names:
            if words and not any(word in name for word in words):
                continue
            copy = os.path.join(folder, name + ".db")
            kabar(db, "backup", copy)
            server = Server(copy)
            talk(server, os.path.join(HERE, "apps", name), known)
            server.stop()
            kabar(copy, "check")
        if not words or "client" in words:
            try:
                copy = os.path.join(folder, "client.db")
                kabar(db, "backup", copy)
                server = Server(copy)
                python_client(server, known)
                kabar(copy, "check")
            except ImportError:
                print("skipped: Miniflux's Python client is missing "
                      "(tools/setup --dev)")
            server.stop()
        if not words or "guesses" in words:
            copy = os.path.join(folder, "guesses.db")
            kabar(db, "backup", copy)
            server = Server(copy)
            guesses(server, known)
            server.stop()
        if not words or "many" in words:
            copy = os.path.join(folder, "many.db")
            kabar(db, "backup", copy)
            all_at_once(copy, known)
        modes = [m for m in MODES if not words or any(w in "newsboat-" + m for w in words)]
        if modes and not shutil.which("newsboat"):
            print("skipped: newsboat is missing (tools/setup --dev installs it)")
            modes = []
        for mode in modes:
            copy = os.path.join(folder, mode + ".db")
            kabar(db, "backup", copy)
            server = Server(copy)
            newsboat(mode, folder, server, known)
            server.stop()
    return check.report()


sys.exit(main())

#!/usr/bin/env python3
"""kabar move-in against stand-ins of Miniflux and FreshRSS on loopback, against kabar's own
server in FreshRSS's dialect, and against a real Miniflux with its PostgreSQL where
.deps/peers has one.

    tests/fetch/moving.py build/release/kabar [WORD…]

With words, only the groups with one of them in the name run.  Ports are the kernel's,
everything ends with this program.
"""
import base64
import contextlib
import http.server
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import Checks  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from checks import Checks  # noqa: E402

KABAR = os.path.abspath(sys.argv[1])
PASSWORD = "a long & odd+password"
STARS = 230  # three pages of a hundred

check = Checks()

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Feeds</title></head><body>
<outline text="Harbours">
<outline title="Harbour Gazette" text="Harbour Gazette" type="rss"
 xmlUrl="https://harbour.example.org/feed.xml" htmlUrl="https://harbour.example.org/"/>
<outline title="Kabar Pelabuhan" text="Kabar Pelabuhan" type="rss"
 xmlUrl="https://pelabuhan.example.org/rss" htmlUrl="https://pelabuhan.example.org/"/>
</outline>
<outline text="Berge">
<outline title="Bergblatt" text="Bergblatt" type="rss"
 xmlUrl="https://bergblatt.example.org/atom" htmlUrl="https://bergblatt.example.org/"/>
</outline>
</body></opml>
"""
FEEDS = [("Harbour Gazette", "https://harbour.example.org/feed.xml"),
         ("Kabar Pelabuhan", "https://pelabuhan.example.org/rss"),
         ("Bergblatt", "https://bergblatt.example.org/atom")]
TOWNS = ("Aldermoor", "Brinkum", "Cikaret", "Dunhaven", "Eskeby", "Falkenau", "Gading")
THINGS = ("ferry", "market", "bridge", "school", "library", "orchard", "tower", "mill",
          "quay", "theatre", "bakery")


def text(n):
    """An entry's text, another one for each number."""
    town, thing = TOWNS[n % len(TOWNS)], THINGS[n % len(THINGS)]
    return (f"<p>The {thing} of {town} opens again after {n + 3} weeks, the council said on "
            f"the steps of the town hall, where {n * 7 + 11} people had come to listen.</p>"
            f"<p>Repairs number {n} had cost {n * 13 + 400} crowns, said the treasurer of "
            f"{town}, and no more is wanted for the {thing} until the summer of the year "
            f"after next.</p>")


def title(n):
    return (f"{THINGS[n % len(THINGS)].capitalize()} of {TOWNS[n % len(TOWNS)]} opens "
            f"again, number {n}")


class Server:
    """Answers by a function: (status, content type, body, more headers)."""

    def __init__(self, answer):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                size = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(size).decode()
                asked.append((self.command, self.path))
                status, kind, out, more = answer(self, body)
                out = out.encode() if isinstance(out, str) else out
                self.send_response(status)
                for name, value in {"Content-Type": kind, **more}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(out)))
                self.end_headers()
                with contextlib.suppress(ConnectionError):  # who asked may be gone
                    self.wfile.write(out)

            do_POST = do_GET

            def log_message(self, *words):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.http.server_port
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


def answer_json(value, status=200):
    return status, "application/json", json.dumps(value), {}


NOT_FOUND = (404, "text/html", "<h1>404</h1>", {})


def miniflux(token="key-1", old=False, odd=False, broken=lambda path: None):
    entries = [{
        "id": 1000 + 3 * n, "status": "read" if n % 2 else "unread", "title": title(n),
        "url": f"https://{('harbour', 'pelabuhan', 'bergblatt')[n % 3]}.example.org/{n}",
        "published_at": f"2025-0{n % 9 + 1}-12T08:30:00.25+02:00",
        "changed_at": f"2025-10-0{n % 9 + 1}T10:00:00Z", "author": "Rima Lund",
        "content": text(n), "starred": True, "tags": ["Town life"],
        "enclosures": [{"url": f"https://harbour.example.org/{n}.mp3",
                        "mime_type": "audio/mpeg"}],
        "feed": {"id": n % 3, "feed_url": FEEDS[n % 3][1], "title": FEEDS[n % 3][0],
                 "site_url": FEEDS[n % 3][1].rsplit("/", 1)[0] + "/"},
    } for n in range(STARS)]
    basic = "Basic " + base64.b64encode(f"ada:{PASSWORD}".encode()).decode()

    def answer(request, body):
        url = urllib.parse.urlsplit(request.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        done = broken(request.path)
        if done:
            return done
        if not url.path.startswith("/base/v1/"):
            return NOT_FOUND
        if request.headers.get("X-Auth-Token") != token and \
                request.headers.get("Authorization") != basic:
            return answer_json({"error_message": "access unauthorized"}, 401)
        path = url.path[len("/base"):]
        if path == "/v1/me":
            return answer_json({"id": 1, "username": "ada"})
        if path == "/v1/export" and not old:
            return 200, "text/xml", OPML, {}
        if path == "/v1/entries" and query.get("starred") == "true" and \
                query.get("order") == "id" and query.get("direction") == "asc":
            after = 0 if odd else int(query.get("after_entry_id", 0))
            rest = [e for e in entries if e["id"] > after]
            return answer_json({"total": len(rest),
                                "entries": rest[:int(query["limit"])]})
        return NOT_FOUND

    return Server(answer)


def freshrss(broken=lambda path: None, loop=False, numbers=False):
    items = [{
        "id": f"tag:google.com,2005:reader/item/{n:016x}", "crawlTimeMsec": "1740000000000",
        "timestampUsec": "1740000000000000", "published": 1740000000 + 3600 * n,
        "title": title(n), "author": "Rima Lund",
        "canonical": [{"href": f"https://harbour.example.org/{n}"}],
        "alternate": [{"href": f"https://harbour.example.org/{n}", "type": "text/html"}],
        "categories": ["user/-/state/com.google/reading-list", "user/-/label/Harbours",
                       "user/-/state/com.google/starred", "Town life"] +
                      (["user/-/state/com.google/read"] if n % 2 else []),
        "origin": {"streamId": "feed/7", "htmlUrl": "https://harbour.example.org/",
                   "title": "Harbour Gazette"},
        "summary": {"content": text(n)},
    } for n in range(STARS)]
    items[5]["title"] = items[5]["summary"]["content"] = ""
    start = "/api/greader.php"

    def answer(request, body):
        url = urllib.parse.urlsplit(request.path)
        query, form = (dict(urllib.parse.parse_qsl(q)) for q in (url.query, body))
        done = broken(request.path)
        if done:
            return done
        if not url.path.startswith(start):
            return NOT_FOUND
        path = url.path[len(start):]
        if path == "/accounts/ClientLogin":
            if form != {"Email": "ada", "Passwd": PASSWORD}:
                return 401, "text/plain", "Unauthorized!", {}
            return 200, "text/plain", "SID=ada/x1\nLSID=null\nAuth=ada/x1\n", {}
        if request.headers.get("Authorization") != "GoogleLogin auth=ada/x1":
            return 401, "text/plain", "Unauthorized!", {}
        if path == "/reader/api/0/subscription/list":
            return answer_json({"subscriptions": [
                {"id": "feed/7", "title": "Harbour Gazette", "url": FEEDS[0][1],
                 "htmlUrl": "https://harbour.example.org/",
                 "categories": [{"id": "user/-/label/Harbours", "label": "Harbours"}]}]})
        if path == "/reader/api/0/subscription/export":
            return 200, "application/xml", OPML, {}
        if path == "/reader/api/0/stream/contents/user/-/state/com.google/starred":
            at, n = int(query.get("c", "0").split("=")[-1]), int(query["n"])
            page = {"id": "user/-/state/com.google/starred", "updated": 1,
                    "items": items[at:at + n] if query.get("r") == "o" else []}
            if loop:
                page["continuation"] = "a=0"
            elif at + n < STARS:
                page["continuation"] = at + n if numbers else f"a={at + n}"
            return answer_json(page)
        return NOT_FOUND

    return Server(answer)


class Done:
    """What a call printed, said and ended with."""

    def __init__(self, folder, *words, stdin=None, allow=True, verb="move-in"):
        start = [KABAR, verb, "--db", folder + "/wire.db"]
        start += ["--allow-private", "127.0.0.1:*"] if allow else []
        done = subprocess.run(start + list(words), input=stdin, timeout=120,
                              stdin=None if stdin is not None else subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out = done.stdout.decode("utf-8", "replace")
        self.said = done.stderr.decode("utf-8", "replace")
        self.status = done.returncode

    def counts(self, *names):
        try:
            told = json.loads(self.out)
        except ValueError:
            return self.out
        return tuple(told.get(name) for name in names)

    def wants(self, status, *said, what):
        missing = [words for words in said if words not in self.said]
        check(self.status == status and not missing, what, f"status {self.status}",
              f"not said: {missing}", self.said, self.out)


def lines(folder, verb, *words):
    done = Done(folder, "--json", *words, verb=verb, allow=False)
    return [json.loads(line) for line in done.out.splitlines()]


EACH = {url: len(range(i, STARS, 3)) for i, (_, url) in enumerate(FEEDS)}
COUNTS = ("feeds", "feeds_new", "stars", "stars_new", "articles", "left_out")


def look(folder, stars, of, who=()):
    """What a person has afterwards; of: articles of each feed."""
    feeds = {f["url"]: f for f in lines(folder, "feeds", *who)}
    check(sorted(feeds) == sorted(url for _, url in FEEDS), "the feeds", feeds.keys())
    check(feeds.get(FEEDS[2][1], {}).get("folder") == "Berge" and
          feeds.get(FEEDS[0][1], {}).get("folder") == "Harbours", "their folders", feeds)
    starred = lines(folder, "star", *who)
    check(len(starred) == stars, "the stars", len(starred))
    check(any(a.get("title") == title(7) for a in starred), "an article's title", starred[:1])
    found = lines(folder, "search", *who, "weeks", "number")
    check(found and "treasurer" in json.dumps(lines(folder, "search", *who, "treasurer")[:1]),
          "their text is found", found[:1])
    articles = {url: f.get("articles") for url, f in feeds.items()}
    check(articles == {url: of.get(url, 0) for _, url in FEEDS},
          "articles are of the feeds that they came by", articles)
    check(all(a["read"] == (int(a["url"].rsplit("/", 1)[1]) % 2 == 1) for a in starred),
          "what was read there is read")


def from_miniflux(folder):
    web = miniflux()
    done = Done(folder, "miniflux", web.url + "/base/unread?x=1", "--token", "key-1")
    check(done.status == 0 and done.counts(*COUNTS) == (3, 3, STARS, STARS, STARS, 0),
          "by token", done.out, done.said)
    check(done.counts("from") == ("miniflux",), "from")
    check(len([p for _, p in web.asked if "/v1/entries" in p]) == 4, "page by page", web.asked)
    look(folder, STARS, EACH)
    again = Done(folder, "miniflux", web.url + "/base/", "--user", "ada:" + PASSWORD)
    check(again.counts(*COUNTS) == (3, 0, STARS, 0, 0, 0), "again, by name and password",
          again.out, again.said)
    again = Done(folder, "miniflux", web.url + "/base/v1", "--user", "ada",
                 stdin=PASSWORD.encode() + b"\n")
    check(again.counts(*COUNTS) == (3, 0, STARS, 0, 0, 0), "by a password on standard input",
          again.out, again.said)
    again = Done(folder, "miniflux", web.url + "/base", "--token", "-", stdin=b"key-1\n")
    check(again.status == 0, "by a token on standard input", again.said)
    quiet = Done(folder, "-v", "miniflux", web.url + "/base", "--token", "key-1")
    check("key-1" not in quiet.said and "X-Auth-Token" in quiet.said,
          "--verbose hides the key", quiet.said[:600])


def for_somebody(folder):
    web = miniflux()
    Done(folder, verb="init", allow=False)
    Done(folder, "add", "kim", "--no-password", verb="user", allow=False)
    done = Done(folder, "--for", "kim", "miniflux", web.url + "/base", "--token", "key-1")
    check(done.counts(*COUNTS) == (3, 3, STARS, STARS, STARS, 0), "--for", done.out, done.said)
    look(folder, STARS, EACH, ("--user", "kim"))
    check(not lines(folder, "star") and not lines(folder, "feeds"), "and for nobody else")
    Done(folder, "--for", "lee", "miniflux", web.url + "/base", "--token", "key-1").wants(
        1, "lee", what="for nobody")


def from_freshrss(folder):
    web = freshrss()
    done = Done(folder, "freshrss", web.url + "/i/?a=normal", "--user", "ada:" + PASSWORD)
    check(done.status == 0 and
          done.counts(*COUNTS) == (3, 3, STARS, STARS - 1, STARS - 1, 1),
          "FreshRSS", done.out, done.said)
    done.wants(0, "https://harbour.example.org/5: left out", what="an entry without a word")
    look(folder, STARS - 1, {FEEDS[0][1]: STARS - 1})
    again = Done(folder, "freshrss", web.url + "/api/greader.php", "--user",
                 "ada:" + PASSWORD)
    check(again.counts(*COUNTS) == (3, 0, STARS, 0, 0, 1), "FreshRSS again", again.out,
          again.said)
    again = Done(folder, "freshrss", freshrss(numbers=True).url, "--user", "ada:" + PASSWORD)
    check(again.counts(*COUNTS) == (3, 0, STARS, 0, 0, 1), "pages by numbers", again.out,
          again.said)


def failing(folder):
    web, rss = miniflux(), freshrss()
    at, key = web.url + "/base", ("--token", "key-1")
    Done(folder, "miniflux", at, "--token", "wrong").wants(
        1, "lets nobody in", "API key", what="a wrong token")
    Done(folder, "miniflux", at, "--user", "ada:wrong").wants(
        1, "lets nobody in", what="a wrong password")
    Done(folder, "miniflux", web.url, *key).wants(1, "front page", what="a wrong address")
    Done(folder, "miniflux", "reader.example.org", *key).wants(
        1, "https://", what="an address without a scheme")
    Done(folder, "miniflux", rss.url, *key).wants(1, "front page", what="another server")
    Done(folder, "miniflux", at, *key, allow=False).wants(
        1, "this machine itself", what="a private address")
    Done(folder, "miniflux", miniflux(old=True).url + "/base", *key).wants(
        1, "up to date", what="an old version without an export")
    Done(folder, "miniflux", miniflux(odd=True).url + "/base", *key).wants(
        1, "up to date", what="an old version that begins anew")
    page = lambda path: (200, "text/html", "<title>Log in</title>", {})
    Done(folder, "miniflux", miniflux(broken=page).url + "/base", *key).wants(
        1, "front page", what="a login's page")
    ill = lambda path: (500, "text/plain", "", {}) if "entries" in path else None
    Done(folder, "miniflux", miniflux(broken=ill).url + "/base", *key).wants(
        1, "answers 500", "log", what="a server that is ill")
    Done(folder, "freshrss", rss.url, "--user", "ada:wrong").wants(
        1, "API password", what="a wrong password of FreshRSS")
    Done(folder, "freshrss", web.url + "/base", "--user", "ada:" + PASSWORD).wants(
        1, "front page", what="a wrong address of FreshRSS")
    off = lambda path: (503, "text/plain", "Service Unavailable!", {})
    Done(folder, "freshrss", freshrss(broken=off).url, "--user", "ada:x").wants(
        1, "Allow API access", what="an API that is off")
    lost = lambda path: None if "Login" in path else (401, "text/plain", "Unauthorized!", {})
    Done(folder, "freshrss", freshrss(broken=lost).url, "--user", "ada:" + PASSWORD).wants(
        1, "Authorization header", what="a web server that loses who has logged in")
    older = lambda path: (400, "text/plain", "Bad Request!", {}) if "export" in path else None
    Done(folder, "freshrss", freshrss(broken=older).url, "--user", "ada:" + PASSWORD).wants(
        1, "up to date", what="an old FreshRSS without an export")
    away = lambda path: (301, "text/html", "", {"Location": "https://rss.example.org/"})
    Done(folder, "freshrss", freshrss(broken=away).url, "--user", "ada:x").wants(
        1, "leads to https://rss.example.org/", what="an address that has moved")
    Done(folder, "freshrss", freshrss(loop=True).url, "--user", "ada:" + PASSWORD).wants(
        1, "does not answer as it should", what="stars in a circle")
    for words, said in ((("miniflux",), "where is it"), (("tiny", at, *key), "import"),
                        (("miniflux", at), "--token"), (("freshrss", at), "--user"),
                        (("freshrss", at, *key), "API password"),
                        (("miniflux", at, *key, "--user", "a:b"), "not both"),
                        (("miniflux", at, at, *key), "too much")):
        Done(folder, *words).wants(2, said, what="a wrong call: " + " ".join(words[:1]))


def stopped_between(folder):
    """What came before a failure stays, and the next call goes on."""
    ill = lambda path: (500, "text/plain", "", {}) if "after_entry_id=1297" in path else None
    done = Done(folder, "miniflux", miniflux(broken=ill).url + "/base", "--token", "key-1")
    check(done.status == 1 and done.counts(*COUNTS) == (3, 3, 100, 100, 100, 0),
          "what came is told and kept", done.out, done.said)
    done = Done(folder, "miniflux", miniflux().url + "/base", "--token", "key-1")
    check(done.counts(*COUNTS) == (3, 0, STARS, STARS - 100, STARS - 100, 0),
          "the rest comes then", done.out, done.said)


def interrupted(folder):
    """Ctrl-C while the second page is waited for: at once, and the first is kept."""
    waits, goes = threading.Event(), threading.Event()

    def slow(path):
        if "after_entry_id" in path:
            waits.set()
            goes.wait(60)

    web = miniflux(broken=slow)
    process = subprocess.Popen(
        [KABAR, "move-in", "--db", folder + "/wire.db", "--allow-private", "127.0.0.1:*",
         "miniflux", web.url + "/base", "--token", "key-1"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    check(waits.wait(60), "the second page is asked for")
    process.send_signal(signal.SIGINT)
    try:
        out, said = process.communicate(timeout=20)
        check(process.returncode == 130 and json.loads(out)["stars_new"] == 100,
              "Ctrl-C", process.returncode, out, said)
    except subprocess.TimeoutExpired:
        process.kill()
        check(False, "Ctrl-C ends it")
    goes.set()
    check(len(lines(folder, "star")) == 100, "what came before Ctrl-C is kept")


def terminal(folder):
    """On a terminal: the password is asked for, and the count is for people."""
    web = miniflux()
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(KABAR, [KABAR, "move-in", "--db", folder + "/wire.db", "--allow-private",
                         "127.0.0.1:*", "miniflux", web.url + "/base", "--user", "ada"])
    shown, typed, piece = b"", False, b"-"
    while piece:
        if not select.select([fd], [], [], 30)[0]:
            os.kill(pid, signal.SIGKILL)
            break
        try:
            piece = os.read(fd, 1000)
        except OSError:  # Linux's word for the end
            piece = b""
        shown += piece
        if not typed and b"password: " in shown:
            typed = os.write(fd, PASSWORD.encode() + b"\n") > 0
    check(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0 and
          b"3 feeds, 3 of them new; 230 stars, 230 of them new; 230 new articles" in shown,
          "on a terminal", shown)
    check(PASSWORD.encode() not in shown, "the password is not shown", shown)


def rules(folder):
    Done(folder, verb="init", allow=False)
    Done(folder, "add", "drop if title has \"market\"", verb="rules", allow=False)
    done = Done(folder, "miniflux", miniflux().url + "/base", "--token", "key-1")
    left = sum("Market" in title(n) for n in range(STARS))
    check(left and done.counts("stars_new", "left_out") == (STARS - left, left),
          "a rule drops stars, and it is said", done.out, done.said[:300])
    check("a rule drops it" in done.said, "why", done.said[:300])


def own_server(folder):
    """kabar's own server speaks FreshRSS's dialect: from one wire into another."""
    sys.path.insert(0, ROOT + "/tests/serve")
    import server
    with server.Server(KABAR, "--fetch", "off", pages=False) as web:
        Done(web.folder, "miniflux", miniflux().url + "/base", "--token", "key-1")
        secret = Done(web.folder, "add", "Mover", verb="pass", allow=False).out
        found = re.search(r"[A-Za-z0-9_-]{16,}", secret)
        done = Done(folder, "freshrss", web.address, "--user",
                    "owner:" + (found[0] if found else secret))
    check(done.counts(*COUNTS) == (3, 3, STARS, STARS, STARS, 0), "from kabar's own server",
          done.out, done.said)


def real_miniflux(folder):
    sys.path.insert(0, ROOT + "/bench")
    import peers_serve
    if not os.path.exists(peers_serve.MINIFLUX) or not os.path.isdir("/usr/lib/postgresql"):
        print("moving: no Miniflux and PostgreSQL here (tools/setup --peers): left out")
        return
    web = Server(lambda request, body: (
        200, "application/rss+xml",
        "<rss version='2.0'><channel><title>Gazette</title><link>https://g.example.org/"
        "</link>" + "".join(
            f"<item><title>{title(n)}</title><link>https://g.example.org/{n}</link>"
            f"<description><![CDATA[{text(n)}]]></description></item>" for n in range(9)) +
        "</channel></rss>", {}))
    place = folder + "/peer"
    os.mkdir(place)
    peer = peers_serve.Miniflux(place)
    try:
        basic = {"Authorization": "Basic " + base64.b64encode(
            ("owner:" + peers_serve.PASSWORD).encode()).decode(),
            "Content-Type": "application/json"}
        client = peers_serve.Client(peer.base)
        category = json.loads(client.ask("/v1/categories", None, basic))[0]["id"]
        client.ask("/v1/feeds", json.dumps({"feed_url": web.url + "/feed",
                                            "category_id": category}).encode(), basic)
        entries = json.loads(client.ask("/v1/entries", None, basic))["entries"]
        for entry in entries[:4]:
            client.ask("/v1/entries/%d/bookmark" % entry["id"], b"", basic, "PUT")
        for new in ((1, 1, 4, 4, 4, 0), (1, 0, 4, 0, 0, 0)):
            done = Done(folder, "miniflux", peer.base, "--user",
                        "owner:" + peers_serve.PASSWORD)
            check(done.counts(*COUNTS) == new, "from a real Miniflux", done.out, done.said)
    finally:
        peer.close()


GROUPS = (from_miniflux, for_somebody, from_freshrss, failing, stopped_between, interrupted,
          terminal, rules, own_server, real_miniflux)


if __name__ == "__main__":
    sys.exit(check.run(GROUPS))

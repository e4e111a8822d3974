#!/usr/bin/env python3
"""`kabar serve` beside Miniflux and its PostgreSQL, on the same feeds, in one run.

    bench/peers_serve.py [--feeds 300] [--articles 100000] [--seconds 5] [--json]
                         [--large FILE] [--small FILE]

Both fetch the same made-up feeds from loopback (serve_feeds.py) into an empty wire and an
empty database; then wrk asks each for the same four things in turns: the front page, an
article's page, Google Reader's list of items, a search.  Rates are kept alive and warm,
eight connections; cold is the first answer after a start.  The 99th percentile is that of
64 connections on the front page while all feeds are fetched again, each with three new
articles.  Memory is PSS, all processes, once these have come.  --large and --small are
wires that bench_wire made with --keep, of a million articles and of a few thousand: kabar's
start and its unread list are measured on them too.  Needs Debian's packages of
PostgreSQL, wrk and Miniflux (`tools/setup --peers`).
"""
import argparse
import concurrent.futures
import contextlib
import http.client
import http.cookiejar
import json
import os
import pwd
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import serve_feeds  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KABAR = os.environ.get("KABAR", os.path.join(ROOT, "build/release/kabar"))
MINIFLUX = os.environ.get("MINIFLUX", os.path.join(ROOT, ".deps/peers/usr/bin/miniflux"))
PASSWORD = "correct horse battery"
STARTS = 31


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(address, seconds=60):
    """Seconds until address answers 200."""
    begin = time.perf_counter()
    parts = urllib.parse.urlsplit(address)
    ask = b"GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" % (parts.path.encode(),
                                                   parts.netloc.encode())
    while time.perf_counter() - begin < seconds:
        with contextlib.suppress(OSError):
            with socket.create_connection((parts.hostname, parts.port), seconds) as s:
                s.sendall(ask)
                said = b"".join(iter(lambda: s.recv(65536), b""))
                if b" 200 " in said.split(b"\r\n", 1)[0]:
                    return time.perf_counter() - begin
        time.sleep(0.0005)
    raise SystemExit("%s does not answer" % address)


def tree(pid):
    """A process and all below it."""
    found = [pid]
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, task)) as f:
                for child in f.read().split():
                    found += tree(int(child))
    return found


def pss(pids):
    total = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            with open("/proc/%d/smaps_rollup" % pid) as f:
                total += int(re.search(r"^Pss:\s+(\d+)", f.read(), re.M)[1])
    return total / 1024


class Client:
    """A browser: it keeps cookies and does not follow redirects by itself."""

    def __init__(self, base):
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path, form=None, headers=None, method=None):
        data = form if isinstance(form, (bytes, type(None))) else \
            urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self.base + path, data, headers or {},
                                         method=method)
        with self.opener.open(request, timeout=300) as answer:
            return answer.read().decode("utf-8", "replace")

    def cookie(self):
        return "; ".join("%s=%s" % (c.name, c.value) for c in self.jar)


class Miniflux:
    name = "Miniflux"

    def __init__(self, folder):
        self.folder = folder
        self.port, self.db_port = free_port(), free_port()
        self.base = "http://127.0.0.1:%d" % self.port
        self.user = pwd.getpwnam("postgres").pw_uid if os.getuid() == 0 else os.getuid()
        versions = sorted(os.listdir("/usr/lib/postgresql"), key=float)
        self.bin = "/usr/lib/postgresql/%s/bin/" % versions[-1]
        data = os.path.join(folder, "pg")
        os.mkdir(data)
        os.chown(data, self.user, -1)
        os.chmod(folder, 0o755)
        self.database([self.bin + "initdb", "-D", data, "-A", "trust", "-U", "miniflux"],
                      wait=True)
        self.postgres = self.database(
            [self.bin + "postgres", "-D", data, "-p", str(self.db_port), "-k", "",
             "-c", "listen_addresses=127.0.0.1"])
        for _ in range(200):
            if subprocess.run([self.bin + "pg_isready", "-q", "-h", "127.0.0.1", "-p",
                               str(self.db_port)]).returncode == 0:
                break
            time.sleep(0.1)
        self.database([self.bin + "createdb", "-h", "127.0.0.1", "-p", str(self.db_port),
                       "-U", "miniflux", "miniflux"], wait=True)
        self.start(first=True)

    def database(self, words, wait=False):
        def become():
            if os.getuid() == 0:
                os.setuid(self.user)
        out = open(os.path.join(self.folder, "postgres.log"), "ab")
        process = subprocess.Popen(words, stdout=out, stderr=out, preexec_fn=become,
                                   cwd="/")
        if wait and process.wait() != 0:
            raise SystemExit("%s failed; see %s" % (words[0], out.name))
        return process

    def start(self, first=False):
        environment = dict(
            os.environ, LISTEN_ADDR="127.0.0.1:%d" % self.port, LOG_LEVEL="error",
            DATABASE_URL="host=127.0.0.1 port=%d user=miniflux dbname=miniflux "
                         "sslmode=disable" % self.db_port,
            RUN_MIGRATIONS="1", POLLING_FREQUENCY="525600", BASE_URL=self.base,
            CREATE_ADMIN="1" if first else "0", ADMIN_USERNAME="owner",
            ADMIN_PASSWORD=PASSWORD)
        self.process = subprocess.Popen([MINIFLUX], env=environment)
        return wait_for(self.base + "/")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def close(self):
        self.stop()
        self.postgres.send_signal(signal.SIGINT)
        self.postgres.wait()

    def fill(self, feeds):
        client = self.client = Client(self.base)
        page = client.ask("/")
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
        client.ask("/login", {"csrf": csrf, "username": "owner", "password": PASSWORD})
        self.basic = {"Authorization": "Basic " + basic("owner", PASSWORD)}
        json_type = dict(self.basic, **{"Content-Type": "application/json"})
        category = json.loads(client.ask("/v1/categories", None, self.basic))[0]["id"]

        def add(i):
            Client(self.base).ask("/v1/feeds", json.dumps(
                {"feed_url": feeds.address(i), "category_id": category}).encode(),
                json_type)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(add, range(feeds.feeds)))
        # The Google Reader dialect has a password of its own, set in the settings.
        page = client.ask("/integrations")
        fields = dict(re.findall(r'name="(csrf)" value="([^"]+)"', page))
        fields.update(googlereader_enabled="1", googlereader_username="app",
                      googlereader_password=PASSWORD)
        client.ask("/integration", fields)
        token = re.search(r"Auth=(\S+)", client.ask(
            "/accounts/ClientLogin", {"Email": "app", "Passwd": PASSWORD}))[1]
        entry = json.loads(client.ask("/v1/entries?limit=1&order=id&direction=desc", None,
                                      self.basic))
        session = ["Cookie: " + client.cookie()]
        self.pages = {
            "front page": ("/unread", session),
            "article page": ("/unread/entry/%d" % entry["entries"][0]["id"], session),
            "Google Reader item list": (
                "/reader/api/0/stream/items/ids?output=json&n=1000"
                "&s=user/-/state/com.google/reading-list",
                ["Authorization: GoogleLogin auth=" + token]),
            "search": ("/search?q=%s" % urllib.parse.quote(feeds.words[300]), session),
        }

    def refresh(self):
        self.client.ask("/v1/feeds/refresh", b"", self.basic, "PUT")

    def count(self):
        return json.loads(self.client.ask("/v1/entries?limit=1", None, self.basic))["total"]

    def memory(self):
        return pss(tree(self.process.pid) + tree(self.postgres.pid))


class Kabar:
    name = "kabar"

    def __init__(self, db):
        self.db = db
        self.port = free_port()
        self.base = "http://127.0.0.1:%d" % self.port
        self.run("init")
        self.run("user", "password", "owner", said=PASSWORD + "\n")
        self.app = json.loads(self.run("pass", "add", "--json", "bench"))["secret"]
        self.start()

    def run(self, *words, said=None):
        done = subprocess.run([KABAR, words[0], "--db", self.db, *words[1:]], input=said,
                              text=True, stdout=subprocess.PIPE)
        if done.returncode != 0:
            raise SystemExit("kabar %s failed" % " ".join(words))
        return done.stdout

    def start(self):
        self.process = subprocess.Popen(
            [KABAR, "serve", "--db", self.db, "--listen", "127.0.0.1:%d" % self.port,
             "--allow-private", "127.0.0.0/8:*"], stderr=subprocess.DEVNULL)
        return wait_for(self.base + "/login")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    close = stop

    def log_in(self):
        self.client = Client(self.base)
        self.client.ask("/login", {"name": "owner", "password": PASSWORD})
        self.basic = {"Authorization": "Basic " + basic("owner", self.app)}
        return self.client

    def fill(self, feeds):
        outlines = "".join('<outline type="rss" xmlUrl="%s"/>' % feeds.address(i)
                           for i in range(feeds.feeds))
        with tempfile.NamedTemporaryFile("w", suffix=".opml") as f:
            f.write('<opml version="2.0"><body>%s</body></opml>' % outlines)
            f.flush()
            self.run("import", f.name)
        self.stop()
        self.run("fetch", "--all", "--allow-private", "127.0.0.0/8:*")
        self.start()
        client = self.log_in()
        auth = self.basic
        article = json.loads(client.ask("/api/v1/articles?limit=1", None, auth))
        article = article["articles"][0]["id"]
        token = re.search(r"Auth=(\S+)", client.ask(
            "/accounts/ClientLogin", {"Email": "owner", "Passwd": self.app}))[1]
        session = ["Cookie: " + client.cookie()]
        self.pages = {
            "front page": ("/", session),
            "article page": ("/article/" + article, session),
            "Google Reader item list": (
                "/reader/api/0/stream/items/ids?output=json&n=1000"
                "&s=user/-/state/com.google/reading-list",
                ["Authorization: GoogleLogin auth=" + token]),
            "search": ("/search?q=%s" % urllib.parse.quote(feeds.words[300]), session),
        }

    def refresh(self):
        self.client.ask("/v1/feeds/refresh", b"", self.basic, "PUT")

    def count(self):
        return json.loads(self.client.ask("/api/v1/counts", None, self.basic))["articles"]

    def memory(self):
        return pss(tree(self.process.pid))


def basic(name, password):
    import base64
    return base64.b64encode(("%s:%s" % (name, password)).encode()).decode()


# ---- measuring -------------------------------------------------------------------------

def wrk(server, page, connections, seconds):
    """Requests a second, the 99th percentile in milliseconds, bad answers."""
    path, headers = page
    words = ["wrk", "-t2", "-c%d" % connections, "-d%ds" % seconds, "--latency",
             "--timeout", "30s"]
    for header in headers:
        words += ["-H", header]
    said = subprocess.run(words + [server.base + path], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", said).groups()
    late = float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return rate, late, int(bad[1]) if bad else 0


def cold(server, page):
    """Milliseconds of the first answer after a start."""
    server.stop()
    server.start()
    path, headers = page
    begin = time.perf_counter()
    server.client.ask(path, None, dict(h.split(": ", 1) for h in headers))
    return (time.perf_counter() - begin) * 1000


def starts(*servers):
    """Milliseconds from a start to the first answer: the median of many, by turns."""
    took = {server.name: [] for server in servers}
    for _ in range(STARTS):
        for server in servers:
            server.stop()
            took[server.name].append(server.start() * 1000)
    return {name: statistics.median(all) for name, all in took.items()}


def weight(server, page):
    """Bytes of a page, packed as browsers take it."""
    path, headers = page
    request = urllib.request.Request(server.base + path)
    for header in headers + ["Accept-Encoding: gzip"]:
        request.add_header(*header.split(": ", 1))
    with urllib.request.urlopen(request) as answer:
        return len(answer.read())


# ---- the table -------------------------------------------------------------------------

def row(table, what, kabar, peer, unit, wanted, less):
    """less: smaller is better.  The ratio is how many times as good kabar is."""
    ratio = peer / kabar if less else kabar / peer
    table.append({"what": what, "kabar": kabar, "miniflux": peer, "unit": unit,
                  "ratio": ratio, "wanted": wanted})


def news_come(server, count, seconds=300):
    begin = time.perf_counter()
    while server.count() < count and time.perf_counter() - begin < seconds:
        time.sleep(1)


def measure(kabar, peer, feeds, seconds):
    table = []
    for what in kabar.pages:
        rates = {}
        for server in (kabar, peer, kabar, peer):
            rate, late, bad = wrk(server, server.pages[what], 8, seconds)
            if bad:
                raise SystemExit("%s: %s: %d bad answers" % (server.name, what, bad))
            rates[server.name] = max(rate, rates.get(server.name, 0))
        row(table, what, rates["kabar"], rates["Miniflux"], "requests/s", 5, False)
    late = {}
    feeds.news = 3
    for server in (kabar, peer):
        count = server.count() + feeds.news * feeds.feeds
        server.refresh()
        _, late[server.name], _ = wrk(server, server.pages["front page"], 64, seconds)
        news_come(server, count)
    row(table, "front page, 64 connections, fetching: 99th percentile", late["kabar"],
        late["Miniflux"], "ms", 2, True)
    row(table, "memory", kabar.memory(), peer.memory(), "MB", 5, True)
    for what in kabar.pages:
        row(table, what + ", first after a start", cold(kabar, kabar.pages[what]),
            cold(peer, peer.pages[what]), "ms", 1, True)
    took = starts(kabar, peer)
    row(table, "start to the first answer", took["kabar"], took["Miniflux"], "ms", 5, True)
    for what in ("front page", "article page"):
        row(table, what + ", packed", weight(kabar, kabar.pages[what]) / 1024,
            weight(peer, peer.pages[what]) / 1024, "KB", 0, True)
    return table


def unread_pages(kabar):
    """Milliseconds of the unread list's first page and of one in its middle."""
    begin = kabar.client.ask("/unread")
    place = re.search(r"behind=(\d+)\.(\d+)", begin)
    middle = "/unread?behind=%d.1" % (int(place[1]) - 180 * 86400)
    out = []
    for page in ("/unread", middle):
        took = []
        for _ in range(51):
            begin = time.perf_counter()
            kabar.client.ask(page)
            took.append((time.perf_counter() - begin) * 1000)
        out.append(sorted(took)[len(took) // 2])
    return out


def measure_large(large, small, peer_start):
    """Lines on wires that are there: (what, value, unit, of what, ratio, wanted)."""
    lines, pages = [], {}
    for file in (small, large):
        kabar = Kabar(file)
        try:
            kabar.log_in()
            pages[file] = unread_pages(kabar)
            count = kabar.count()
            kabar.stop()
            start = starts(kabar)["kabar"]
            lines.append(("start to the first answer, %d articles" % count, start, "ms",
                          "times as quick as Miniflux", peer_start / start, 5))
            kabar.client.ask("/")
            lines.append(("memory, %d articles" % count, kabar.memory(), "MB", "", 0, 0))
        finally:
            kabar.stop()
    for i, what in enumerate(("first page", "a page in the middle")):
        lines.append(("unread list of the large wire, " + what, pages[large][i], "ms",
                      "times the small wire's", pages[large][i] / pages[small][i], 1.5))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--articles", type=int, default=100000)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--large", help="a wire of a million articles")
    parser.add_argument("--small", help="a wire of some thousand")
    call = parser.parse_args()
    for program in (KABAR, MINIFLUX, shutil.which("wrk") or "wrk", "/usr/lib/postgresql"):
        if not os.path.exists(program):
            raise SystemExit("%s is missing: ./dev build, tools/setup --peers" % program)
    feeds = serve_feeds.Feeds(call.feeds, call.articles, int(time.time()))
    with tempfile.TemporaryDirectory(prefix="kabar-bench-") as folder:
        with contextlib.ExitStack() as stack:
            servers = []
            for make in (lambda: Kabar(os.path.join(folder, "wire.db")),
                         lambda: Miniflux(folder)):
                server = make()
                stack.callback(server.close)
                begin = time.perf_counter()
                server.fill(feeds)
                print("%s has %d articles after %d s" %
                      (server.name, server.count(), time.perf_counter() - begin),
                      file=sys.stderr)
                servers.append(server)
            table = measure(*servers, feeds, call.seconds)
    lines = []
    if call.large and call.small:
        peer_start = [r["miniflux"] for r in table if r["what"].startswith("start ")][0]
        lines = measure_large(call.large, call.small, peer_start)
    if call.json:
        print(json.dumps({"peers": table, "large": lines}, indent=1))
        return
    for r in table:
        print("%-56s %9.1f %9.1f %-10s  %6.2f times as good%s" %
              (r["what"], r["kabar"], r["miniflux"], r["unit"], r["ratio"],
               "   wanted: %g" % r["wanted"] if r["wanted"] else ""))
    for what, value, unit, of, ratio, wanted in lines:
        print("%-56s %9.1f %-10s%s" % (what, value, unit, "" if not of else
              " %6.2f %s   wanted: %g" % (ratio, of, wanted)))


if __name__ == "__main__":
    main()

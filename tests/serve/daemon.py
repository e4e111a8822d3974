#!/usr/bin/env python3
"""kabar serve as a process on loopback: settings, the fetching loop, signals, kill -9,
systemd's protocols, slow and many clients, proxies.

    tests/serve/daemon.py build/release/kabar [WORD…]

With words, only the groups with one of them in the name run.
"""
import atexit
import contextlib
import http.client
import http.server
import json
import os
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time

from server import Checks

check = Checks()
started = []


@atexit.register
def end_all():
    for process in started:
        if process.poll() is None:
            process.kill()


def until(what, seconds=20):
    """Waits for what() to be true, and returns it."""
    end = time.time() + seconds
    while time.time() < end:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    return what()


class Outlet:
    """A server of feeds; slow paths answer after so many seconds."""

    def __init__(self):
        outlet = self
        self.asked, self.slow, self.entries, self.head = [], 0, 3, ""
        self.busy = {}  # path: its Retry-After

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outlet.asked.append(self.path)
                if self.path.startswith("/slow"):
                    time.sleep(outlet.slow)
                if self.path in outlet.busy:
                    self.send_response(429)
                    self.send_header("Retry-After", outlet.busy[self.path])
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                items = "".join(
                    f"<item><guid>{self.path}#{i}</guid><title>Ferry {i} of {self.path} leaves"
                    f" late</title><description>{'The harbour office says that number %d waits. ' % i * 20}"
                    "</description></item>" for i in range(outlet.entries))
                body = (f"<rss version='2.0'><channel><title>Gazette {self.path}</title>"
                        f"{items}</channel></rss>").encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # who asked went away

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.at = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Served:
    """kabar serve until stop(); .port, or .address where it is none."""

    def __init__(self, folder, *words, env=None, fds=(), listen="127.0.0.1:0"):
        self.folder, self.lines = folder, []
        self.db = f"{folder}/wire.db"
        place = ["--listen", listen] if listen else []
        clean = {k: v for k, v in os.environ.items() if not k.startswith("KABAR_")}
        self.process = subprocess.Popen(
            [sys.argv[1], "serve", "--db", self.db, "--allow-private", "127.0.0.1:*", *place,
             *words], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            env={**clean, "XDG_CONFIG_HOME": folder, **(env or {})}, pass_fds=fds)
        started.append(self.process)
        threading.Thread(target=self.read, daemon=True).start()
        line = until(lambda: self.said("serving ") or self.process.poll() is not None)
        found = re.search(r"://[^/]*:(\d+)/", line) if isinstance(line, str) else None
        self.port = int(found.group(1)) if found else None

    def read(self):
        for line in self.process.stderr:
            self.lines.append(line.decode("utf-8", "replace").rstrip())

    def said(self, what):
        return next((line for line in self.lines if what in line), None)

    def get(self, path="/healthz", headers=None, method="GET", body=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            c.request(method, path, body=body, headers=headers or {})
            answer = c.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            c.close()

    def stop(self, number=signal.SIGTERM):
        start = time.time()
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(20)
        return self.process.returncode, time.time() - start


def kabar(folder, verb, *words, env=None):
    done = subprocess.run([sys.argv[1], verb, *words], stdin=subprocess.DEVNULL, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "XDG_CONFIG_HOME": folder, "HOME": folder,
                               **(env or {})})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def add(served, url):
    return kabar(served.folder, "add", "--db", served.db, "--unseen", url)


def articles(served):
    code, out, _ = kabar(served.folder, "export", "--db", served.db, "-f", "jsonl")
    return [json.loads(line) for line in out.splitlines()] if code == 0 else []


# ---- settings ------------------------------------------------------------------------


def settings(folder):
    os.makedirs(f"{folder}/kabar")
    path = f"{folder}/kabar/kabar.conf"

    def write(text):
        with open(path, "w") as out:
            out.write(text)

    def values(*words, env=None):
        code, out, err = kabar(folder, "config", "--json", *words, env=env)
        return {s["name"]: s for s in json.loads(out)} if code == 0 else err

    usual = values()
    check(usual["listen"]["value"] == "127.0.0.1:8080" and
          usual["listen"]["from"] == "usual", "what is usual is told", usual)
    write("# a comment\nlisten = 127.0.0.1:1  # behind\ncontact = \"a # b\"\nfetch = no\n"
          "trust = 10.0.0.0/8\ntrust = unix\n")
    got = values()
    check(got["listen"]["value"] == "127.0.0.1:1" and
          got["listen"]["where"] == f"{path}:2", "the file's line is told", got["listen"])
    check(got["contact"]["value"] == "a # b", "quotes keep a #", got["contact"])
    check(got["fetch"]["value"] == "off", "no is off", got["fetch"])
    check(got["trust"]["value"] == "10.0.0.0/8, unix", "lists add up", got["trust"])
    got = values(env={"KABAR_LISTEN": "127.0.0.1:2"})
    check(got["listen"]["value"] == "127.0.0.1:2" and got["listen"]["where"] == "KABAR_LISTEN",
          "the environment beats the file", got["listen"])
    got = values("--listen", "127.0.0.1:3", env={"KABAR_LISTEN": "127.0.0.1:2"})
    check(got["listen"]["value"] == "127.0.0.1:3" and got["listen"]["from"] == "flag",
          "a flag beats the environment", got["listen"])
    code, out, _ = kabar(folder, "config")
    write(out)
    check(kabar(folder, "config")[1].count("\n") == out.count("\n") and values()["contact"]["value"]
          == "a # b", "what config prints is a file of settings")
    for text, says in (("listn = x\n", "kabar.conf:1: there is no setting \"listn\"; did you"),
                       ("\nthreads = many\n", "kabar.conf:2: threads is \"many\"; it is a whole"),
                       ("fetch = maybe\n", "it is one of on|off"),
                       ("listen\n", "a line is NAME = VALUE"),
                       ("base = /a\nbase = /b\n", "stands on line 1 already"),
                       ("url = \"http\n", "quotes of url are not closed"),
                       ("tls-cert = x.pem\n", "HTTPS needs both"),
                       ("login-header = X-User\n", "anybody could log in"),
                       ("base = news\n", "begins with a slash")):
        write(text)
        code, _, err = kabar(folder, "config")
        check(code == 2 and says in err, f"a wrong file is told: {text!r}", err)
    os.unlink(path)
    code, _, err = kabar(folder, "config", "--config", f"{folder}/none.conf")
    check(code == 2 and "none.conf: cannot be read" in err, "a named file has to be there", err)


# ---- the loop ------------------------------------------------------------------------


def loop(folder):
    outlet = Outlet()
    served = Served(folder)
    add(served, outlet.at + "/a.xml")
    served.process.send_signal(signal.SIGHUP)  # wakes it: other processes' feeds wait a minute
    got = until(lambda: [a for a in articles(served) if "/a.xml" in a["title"]])
    check(len(got) == 3, "a feed that is due is asked, and its articles kept", len(got),
          served.lines)
    check(until(lambda: served.said("reading the settings")), "SIGHUP is heard")
    check(served.get()[0] == 200, "the server goes on after SIGHUP")
    outlet.slow = 30
    for i in range(8):
        add(served, f"{outlet.at}/slow{i}.xml")
    served.process.send_signal(signal.SIGHUP)
    until(lambda: sum(p.startswith("/slow") for p in outlet.asked) >= 4)
    code, took = served.stop()
    check(code == 0 and took < 3, "it stops in the middle of a round", code, took,
          served.lines)
    served = Served(folder, "--fetch", "off")
    n = len(outlet.asked)
    time.sleep(1)
    check(len(outlet.asked) == n, "without fetch nothing is asked")
    served.stop()


def left_alone(folder):
    """A host that sent Retry-After is asked by nobody before, whoever refreshes its feeds."""
    outlet = Outlet()
    served = Served(folder)
    for name in ("a.xml", "b.xml"):
        add(served, f"{outlet.at}/{name}")
    served.process.send_signal(signal.SIGHUP)
    check(until(lambda: len(articles(served)) == 6), "both feeds are read", served.lines)
    secret = json.loads(kabar(folder, "pass", "add", "--db", served.db, "Phone")[1])["secret"]
    app = {"X-Auth-Token": secret}
    feeds = {f["feed_url"][-5:]: f["id"] for f in json.loads(served.get("/v1/feeds", app)[1])}

    def refresh(what, asked):
        outlet.asked.clear()
        status, body, _ = served.get(f"/v1/{what}/refresh", app, "PUT")
        check(status == 204, f"PUT {what}/refresh", status, body)
        got = lambda: sorted(path for path in outlet.asked if path.endswith(".xml"))
        until(lambda: asked and got() == asked, 20 if asked else 4)
        check(got() == asked, f"asked by {what}/refresh: {asked}", outlet.asked)

    def says(name):
        code, out, _ = kabar(folder, "feeds", "--db", served.db, str(feeds[name]))
        return json.loads(out)

    refresh(f"feeds/{feeds['a.xml']}", ["/a.xml"])
    outlet.busy["/a.xml"] = "600"
    refresh(f"feeds/{feeds['a.xml']}", ["/a.xml"])
    check(until(lambda: "429" in says("a.xml").get("says", "")), "the answer is told", says("a.xml"))
    refresh(f"feeds/{feeds['a.xml']}", [])
    refresh(f"feeds/{feeds['b.xml']}", [])
    refresh("feeds", [])
    told = says("b.xml")
    check("left alone" in told.get("says", ""), "why it was not asked", told)
    served.stop()
    served = Served(folder)
    refresh("feeds", [])
    code, out, _ = kabar(folder, "fetch", "--db", served.db, "--all", "--allow-private", "127.0.0.1:*")
    check(not outlet.asked and "left alone" in out, "a round by hand leaves it alone too", out,
          outlet.asked)
    served.stop()
    with contextlib.closing(sqlite3.connect(served.db, timeout=20)) as db, db:
        past = lambda state: json.dumps({**json.loads(state), "left_until": int(time.time()) - 1})
        db.create_function("past", 1, past)
        db.execute("UPDATE feed SET state = past(state)")
    outlet.busy.clear()
    served = Served(folder)
    refresh("feeds", ["/a.xml", "/b.xml"])
    served.stop()


def retaining(folder):
    """What nobody keeps goes once a day, not at each look at what is due."""
    kept = lambda db: db.execute("SELECT value FROM meta WHERE key = 'retained'").fetchone()
    served = Served(folder)
    with contextlib.closing(sqlite3.connect(served.db, timeout=20)) as db:
        check(until(lambda: kept(db)), "it is done at the first start", served.lines)
        served.stop()
        for hours, again in ((1, False), (25, True)):
            before = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - hours * 3600))
            with db:
                db.execute("UPDATE meta SET value = ? WHERE key = 'retained'", (before,))
            served = Served(folder)
            changed = until(lambda: kept(db) != (before,), 5 if again else 1)
            served.stop()
            check(changed == again, f"{hours} hours later: {again}", before, kept(db))


def killed(folder):
    """What was told as stored is there after kill -9, and the file is whole."""
    outlet = Outlet()
    outlet.entries = 60
    for turn in range(3):
        served = Served(folder, "--log", "debug")
        for i in range(6):
            add(served, f"{outlet.at}/{turn}/{i}.xml")
        served.process.send_signal(signal.SIGHUP)
        until(lambda: sum("60 new" in line for line in served.lines) >= 2)
        told = [line for line in served.lines if "60 new" in line]
        served.stop(signal.SIGKILL)
        names = [re.search(r"Gazette (\S+?):|(/\d/\d\.xml)", line) for line in told]
        titles = [a["title"] for a in articles(served)]
        for name in filter(None, names):
            path = name.group(1) or name.group(2)
            got = sum(path in title for title in titles)
            check(got == 60, f"all of {path} outlives kill -9", got, told)
    code, out, err = kabar(folder, "check", "--db", served.db)
    check(code == 0, "the file is whole after kill -9", out, err)


def reload(folder):
    conf = f"{folder}/serve.conf"
    with open(conf, "w") as out:
        out.write("base = /one\n")
    served = Served(folder, "--config", conf)
    check(served.get("/one/healthz")[0] == 200, "the base path of the file holds")
    with open(conf, "w") as out:
        out.write("base = wrong\n")
    served.process.send_signal(signal.SIGHUP)
    check(until(lambda: served.said("the former ones stay")), "wrong settings are told")
    check(served.get("/one/healthz")[0] == 200, "… and not taken")
    with open(conf, "w") as out:
        out.write("base = /two\n")
    served.process.send_signal(signal.SIGHUP)
    check(until(lambda: served.get("/two/healthz")[0] == 200, 5), "right ones are",
          served.lines)
    check(served.get("/one/healthz")[0] == 404, "the former base path is gone")
    code, took = served.stop(signal.SIGINT)
    check(code == 0 and took < 3, "SIGINT ends it in order", code, took)
    path = f"{folder}/k.sock"
    served = Served(folder, listen=f"unix:{path}")
    served.process.send_signal(signal.SIGHUP)
    until(lambda: sum("serving" in line for line in served.lines) == 2)
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        check(b"200 OK" in s.recv(4096), "a Unix socket answers, also after SIGHUP")
    served.stop()
    check(not os.path.exists(path), "the Unix socket is taken away")


def systemd(folder):
    """Sockets that are handed in, and what the service manager is told."""
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(f"{folder}/notify")
    notify.settimeout(10)
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    door.listen(10)
    wrapper = ("import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ['LISTEN_PID'] = "
               "str(os.getpid()); os.environ['LISTEN_FDS'] = '1'; os.environ['WATCHDOG_USEC'] "
               "= '400000'; os.execv(sys.argv[2], sys.argv[2:])")
    process = subprocess.Popen(
        [sys.executable, "-c", wrapper, str(door.fileno()), sys.argv[1], "serve", "--db",
         f"{folder}/wire.db", "--fetch", "off"], pass_fds=[door.fileno()],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "NOTIFY_SOCKET": f"{folder}/notify", "XDG_CONFIG_HOME": folder})
    started.append(process)
    told = [notify.recv(4096).decode() for _ in range(2)]
    check("READY=1" in told[0], "READY is told", told)
    check("WATCHDOG=1" in told[1], "the watchdog gets its word", told)
    c = http.client.HTTPConnection("127.0.0.1", door.getsockname()[1], timeout=10)
    c.request("GET", "/healthz")
    check(c.getresponse().status == 200, "the socket that was handed in answers")
    c.close()
    process.terminate()
    said = ""
    while "STOPPING" not in said:
        said = notify.recv(4096).decode()
    check("STOPPING=1" in said, "STOPPING is told")
    check(process.wait(10) == 0, "… and it ends")


def proxies(folder):
    """Whose word on the client is taken: the answer to a form tells the host."""
    served = Served(folder, "--fetch", "off", "--trust", "127.0.0.1, unix")
    good = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "news.example.org",
            "X-Forwarded-For": "203.0.113.7"}
    check(served.get("/healthz", good)[0] == 200, "a trusted proxy's headers are read")
    served.stop()
    code, _, err = kabar(folder, "serve", "--db", f"{folder}/w.db", "--trust", "nobody")
    check(code == 1 and "trust: \"nobody\" is no address" in err, "a wrong trust is told", err)


def heads(folder):
    """Where a request ends has to be clear: what stands behind it is never another request."""
    served = Served(folder, "--fetch", "off")
    hidden = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for head in (b"Host: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked",
                 b"Host: x\r\nContent-Length: 4\r\nContent-Length: 40",
                 b"Host: x\r\nTransfer-Encoding: xchunked",
                 b"Host: x\r\nTransfer-Encoding: gzip, chunked", b"Host: a\r\nHost: b"):
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as s:
            s.sendall(b"POST /login HTTP/1.1\r\n" + head + b"\r\n\r\n0\r\n\r\n" + hidden)
            answer = b"".join(iter(lambda: s.recv(65536), b""))
        check(answer.startswith(b"HTTP/1.1 400") and answer.count(b"HTTP/1.1 ") == 1,
              f"{head} is refused, and nothing behind it is answered", answer)
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as s:
        s.sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n"
                  + hidden.replace(b"Host", b"Connection: close\r\nHost"))
        answer = b"".join(iter(lambda: s.recv(65536), b""))
    check(answer.count(b"HTTP/1.1 ") == 2 and b"HTTP/1.1 200" in answer, "a clear one is", answer)
    served.stop()


def absolute(folder):
    """Targets in absolute form (RFC 9112, 3.2.2), of this server and of others."""
    served = Served(folder, "--fetch", "off", "--base", "/wire")
    here = f"127.0.0.1:{served.port}"
    for target in (f"http://{here}/wire/healthz", f"HTTP://{here}/wire/healthz?x=http://a.example/",
                   f"https://{here}/wire/healthz"):
        check(served.get(target)[0] == 200, f"{target} is answered", served.get(target))
    for name in ("news.example", "news.example:80", "NEWS.example"):
        status = served.get("http://news.example/wire/healthz", {"Host": name})[0]
        check(status == 200, f"the host news.example is {name}", status)
    for target in ("http://evil.example/wire/healthz", f"http://{here}@evil.example/wire/healthz",
                   f"http://{here}.evil.example/wire/healthz", "http://evil.example"):
        status, body, _ = served.get(target, {"Host": here})
        check(status == 421, f"{target} is another server's", status, body)
    for target, want in ((f"http://{here}", 404), (f"http://{here}/healthz", 404),
                         (f"http://{here}/wire/../wire/healthz", 404), ("http:///wire/healthz", 404),
                         (f"http://{here}/wire?a", 303), (f"http://{here}/wire", 303)):
        status, _, headers = served.get(target, {"Host": here})
        check(status == want, f"{target} is {want}", status)
        check(headers.get("Location", "/wire/").startswith("/wire/"), f"{target} goes nowhere else",
              headers.get("Location"))
    for path in ("//evil.example/", "/http://evil.example/"):
        for target in (f"/wire{path}", f"http://{here}/wire{path}"):
            status, _, headers = served.get(target, {"Host": here})
            check(headers.get("Location", "/wire/").startswith("/wire/") and "next=//" not in
                  headers.get("Location", ""), f"{target} goes nowhere else", status, headers)
    served.stop()


def tls(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{folder}/key.pem",
                    "-out", f"{folder}/cert.pem", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    served = Served(folder, "--fetch", "off", "--tls-cert", f"{folder}/cert.pem", "--tls-key",
                    f"{folder}/key.pem")
    context = ssl.create_default_context(cafile=f"{folder}/cert.pem")
    c = http.client.HTTPSConnection("127.0.0.1", served.port, timeout=10, context=context)
    c.request("GET", "/healthz")
    answer = c.getresponse()
    check(answer.status == 200 and answer.headers.get("Strict-Transport-Security"),
          "HTTPS answers, with HSTS")
    c.close()
    served.process.send_signal(signal.SIGHUP)
    check(until(lambda: sum("serving" in line for line in served.lines) == 2),
          "SIGHUP reads the certificate anew", served.lines)
    served.stop()


def limits(folder):
    """Clients that trickle, come in thousands, or send heads without an end."""
    served = Served(folder, "--fetch", "off")

    def opened():
        s = socket.socket()
        s.settimeout(10)
        s.connect(("127.0.0.1", served.port))
        return s

    crowd = []
    for _ in range(2000):
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex(("127.0.0.1", served.port))
        crowd.append(s)
    time.sleep(1)
    check(served.process.poll() is None, "2000 connections do not end it")
    files = len(os.listdir(f"/proc/{served.process.pid}/fd"))
    check(files < 300, "one address gets no more connections than its share", files)
    for s in crowd:
        s.close()

    def answers():
        try:
            return served.get()[0] == 200
        except (OSError, http.client.HTTPException):
            return False  # a place is not free yet

    check(until(answers), "it answers when they are gone")
    s = opened()
    try:
        s.sendall(b"GET /healthz HTTP/1.1\r\n" + b"X-A: " + b"a" * 200000 + b"\r\n\r\n")
        said = s.recv(4096)
    except OSError:
        said = b""
    check(not said or b" 431 " in said or b" 413 " in said or b" 400 " in said,
          "a huge head is refused", said[:100])
    s.close()
    for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2fdev",
                 "//healthz", "/healthz%00"):
        check(served.get(path)[0] in (303, 400, 401, 404), f"{path} leads nowhere")
    start, s = time.time(), opened()
    s.sendall(b"GET /healthz HTTP/1.1\r\n")
    closed = False
    while time.time() - start < 80 and not closed:
        try:
            s.sendall(b"X: y\r\n")
            s.settimeout(2)
            closed = s.recv(100) == b""
        except socket.timeout:
            pass
        except OSError:
            closed = True
    check(closed and time.time() - start < 75, "who trickles is shut out", time.time() - start)
    check(served.stop()[0] == 0, "it ends in order")


def bodies(folder):
    """Strangers who send much at once: it is not all held, and who sends little is heard."""
    served, piece, crowd = Served(folder, "--fetch", "off"), b"x" * (6 << 20), []
    for _ in range(40):
        s = socket.create_connection(("127.0.0.1", served.port), timeout=20)
        s.sendall(b"POST /opml HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
                  b"Content-Length: %d\r\n\r\n" % (len(piece) + 1))
        s.sendall(piece)
        crowd.append(s)
    with open(f"/proc/{served.process.pid}/statm") as file:
        resident = int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") >> 20
    with open(sys.argv[1], "rb") as file:
        keeps = b"__asan_init" in file.read()  # which lays aside what is freed
    check(keeps or resident < 200, "not all that is sent is held", f"{resident} MB")
    check(served.get("/login", method="POST", body="name=a&password=b", headers={
        "Content-Type": "application/x-www-form-urlencoded"})[0] == 401, "a small form is read")
    crowd[-1].sendall(b"x")
    said = crowd[-1].recv(4096)
    check(b" 503 " in said, "who comes too many is asked to come later", said[:200])
    for s in crowd:
        s.close()
    form = {"Content-Type": "text/xml"}
    check(until(lambda: served.get("/opml", form, "POST", piece)[0] != 503), "then there is room again")
    check(served.stop()[0] == 0, "it ends in order")


GROUPS = [settings, loop, left_alone, retaining, killed, reload, systemd, proxies, heads, absolute, tls,
          limits, bodies]
run = check.run


if __name__ == "__main__":
    sys.exit(run(GROUPS))

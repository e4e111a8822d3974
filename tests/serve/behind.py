#!/usr/bin/env python3
"""kabar serve behind a real nginx, below a path, over TCP and over a Unix socket, set up by
the lines that docs/serve.md gives: links, cookies, redirects, the apps' addresses, feeds
out, events; and what a client cannot make the server believe.

    tests/serve/behind.py build/release/kabar
"""
import contextlib
import hashlib
import http.client
import json
import os
import re
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

import daemon
from daemon import Served, check, until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "fetch"))
import nginx  # noqa: E402

SKIPPED = 77
CONFIG = """
daemon off; worker_processes 1; {user}
pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/tmp; proxy_temp_path {folder}/tmp;
    fastcgi_temp_path {folder}/tmp; scgi_temp_path {folder}/tmp; uwsgi_temp_path {folder}/tmp;
    server {{
        listen 127.0.0.1:{port};
{location}
    }}
}}
"""


def locations():
    """The two of docs/serve.md, as they stand there."""
    with open(os.path.join(ROOT, "docs", "serve.md"), encoding="utf-8") as file:
        text = file.read()
    return re.findall(r"^    location /news/ \{\n.*?^    \}\n", text, re.M | re.S)


class Front:
    """nginx with one location until stop(); .port."""

    def __init__(self, folder, location):
        door = nginx.listen(socket.AF_INET, "127.0.0.1")
        self.port = door.getsockname()[1]
        os.makedirs(f"{folder}/tmp", exist_ok=True)
        with open(f"{folder}/nginx.conf", "w") as out:
            out.write(CONFIG.format(folder=folder, port=self.port, location=location,
                                    user="user root root;" if os.getuid() == 0 else ""))
        self.process = subprocess.Popen(
            [nginx.find()[0], "-p", folder, "-c", f"{folder}/nginx.conf"],
            env={**os.environ, "NGINX": f"{door.fileno()};"}, pass_fds=[door.fileno()],
            stderr=subprocess.DEVNULL, preexec_fn=nginx.die_with_parent)
        daemon.started.append(self.process)
        door.close()

    def ask(self, path, method="GET", form=None, **headers):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = urllib.parse.urlencode(form) if form else None
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        if form:
            more["Content-Type"] = "application/x-www-form-urlencoded"
        c.request(method, path, body=body, headers=more)
        answer = c.getresponse()
        text = answer.read().decode("utf-8", "replace")
        c.close()
        return answer.status, text, answer.headers

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def wire(folder):
    """The example wire; its owner has no password yet."""
    subprocess.run([sys.argv[1], "import", "--db", f"{folder}/wire.db",
                    os.path.join(ROOT, "examples", "wire")], check=True, timeout=120,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def addresses(text):
    """Paths of ours that a page names."""
    return [a for a in re.findall(r'(?:href|src|action)="([^"]*)"', text) if a.startswith("/")]


def log_in(front, served, what):
    code = re.search(r"setup\?code=(\S+)", until(lambda: served.said("make the account"))).group(1)
    status, text, headers = front.ask("/news/")
    check(status == 303 and headers["Location"].startswith("/news/"), f"{what}: a redirect",
          status, dict(headers))
    status, text, headers = front.ask("/news/setup", "POST", {
        "code": code, "name": "ada", "password": "tide-table-7"},
        Forwarded="for=203.0.113.9;host=evil.example;proto=https",
        X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https",
        X_Forwarded_Host="evil.example")
    cookie = headers.get("Set-Cookie", "")
    check(status == 303 and headers["Location"].startswith("/news"), f"{what}: the account",
          status, text[:500])
    check("Path=/news/;" in cookie and "HttpOnly" in cookie, f"{what}: the cookie's path", cookie)
    check("Secure" not in cookie, f"{what}: what a client says of the scheme is not believed",
          cookie)
    return cookie.split(";")[0]


def pages(front, cookie, what):
    seen = set()
    for path in ("/news/", "/news/feeds", "/news/outlets", "/news/settings", "/news/search?q=a"):
        status, text, _ = front.ask(path, Cookie=cookie)
        named = addresses(text)
        check(status == 200 and len(named) > 5, f"{what}: {path}", status)
        check(all(a.startswith("/news/") or a == "/news" for a in named),
              f"{what}: all links of {path} are below /news",
              [a for a in named if not a.startswith("/news/")])
        seen.update(a for a in named if "/assets/" in a or "/story/" in a or "/article/" in a)
    for kind in ("/assets/", "/story/"):
        one = next(a for a in sorted(seen) if kind in a)
        status, text, _ = front.ask(one, Cookie=cookie)
        check(status == 200, f"{what}: {one} is there", status)
        if kind == "/story/":
            check(all(a.startswith("/news") for a in addresses(text)), f"{what}: a story's links",
                  addresses(text))
    status, text, _ = front.ask("/news/settings", Cookie=cookie)
    check(f"http://127.0.0.1:{front.port}/news" in text, f"{what}: the apps' address is told")
    form = re.search(r'action="(/news/[^"]*)"[^>]*>\s*<input type="hidden" name="csrf" '
                     r'value="([^"]*)"', text)
    check(form, f"{what}: forms go below /news", text[:300])
    status, text, headers = front.ask("/news/logout", "POST", {"csrf": form.group(2)},
                                      Cookie=cookie)
    check(status == 303 and headers["Location"].startswith("/news/"), f"{what}: logout", status)
    status, _, headers = front.ask("/news/login", "POST", {
        "name": "ada", "password": "tide-table-7", "next": "//evil.example/"})
    check(status == 303 and headers["Location"] == "/news/", f"{what}: login, and not elsewhere",
          status, headers.get("Location"))


def make_pass(served, kind):
    secret = secrets.token_urlsafe(32)
    with contextlib.closing(sqlite3.connect(served.db, timeout=20)) as db, db:
        db.execute("INSERT INTO pass (user, kind, name, scopes, hash, added) VALUES (1, ?, 'test',"
                   " 'read mark feeds', ?, ?)",
                   (kind, hashlib.sha256(secret.encode()).digest(), int(time.time())))
    return secret


def programs(front, served, folder, what):
    """Apps, feeds out, events, metrics; with a token and an app's password of ada's."""
    at = f"http://127.0.0.1:{front.port}/news"
    password, token = make_pass(served, "app"), make_pass(served, "token")
    bearer = "Bearer " + token
    status, text, _ = front.ask("/news/stories.atom", Authorization=bearer)
    links = re.findall(r'href="(http://127[^"]*)"', text)
    check(status == 200 and links and all(a.startswith(at + "/") for a in links),
          f"{what}: a feed's links", status, links[:5])
    status, text, _ = front.ask("/news/stories.json", Authorization=bearer)
    check(json.loads(text)["feed_url"] == at + "/stories.json", f"{what}: a feed's own address",
          text[:300])
    status, text, _ = front.ask("/news/accounts/ClientLogin", "POST",
                                {"Email": "ada", "Passwd": password})
    found = re.search(r"Auth=(\S+)", text)
    check(found, f"{what}: Google Reader's login", status, text)
    status, text, _ = front.ask(
        "/news/reader/api/0/stream/contents/user/-/state/com.google/reading-list?output=json&n=3",
        Authorization="GoogleLogin auth=" + (found.group(1) if found else ""))
    check(status == 200 and len(json.loads(text)["items"]) == 3, f"{what}: … and its items",
          status, text[:300])
    check("127.0.0.1" not in text or f"127.0.0.1:{front.port}/news" in text,
          f"{what}: … name the server as it is found", text[:500])
    status, text, _ = front.ask("/news/v1/me", X_Auth_Token=password)
    check(status == 200, f"{what}: Miniflux's API", status, text[:200])
    status, _, _ = front.ask("/news/metrics")
    check(status in (401, 403), f"{what}: metrics are not this machine's behind a proxy", status)
    with socket.create_connection(("127.0.0.1", front.port), timeout=20) as s:
        s.sendall(f"GET /news/api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer}\r\n\r\n"
                  .encode())
        got = b""
        while b"retry:" not in got:
            piece = s.recv(4096)
            if not piece:
                break
            got += piece
        check(b" 200 " in got and b"text/event-stream" in got and b"retry:" in got,
              f"{what}: events come at once", got[:400])
    upload = b"<opml version='2.0'><body>" + b" " * (3 << 20) + b"</body></opml>"
    c = http.client.HTTPConnection("127.0.0.1", front.port, timeout=20)
    c.request("POST", "/news/opml", body=upload, headers={"Content-Type": "text/xml"})
    check(c.getresponse().status != 413, f"{what}: a long list of feeds gets through")
    c.close()


def prefixes(folder):
    """X-Forwarded-Prefix without a proxy between: whose word it is, and what it may be."""
    served = Served(folder, "--fetch", "off", "--trust", "127.0.0.1")
    for prefix, want in (("/news", "/news/"), ("/news/", "/news/"), ("/a/b-c", "/a/b-c/"),
                         ("//evil.example", "/"), ("/a//b", "/"), ("/a/../b", "/"),
                         ("news", "/"), ("/a\"><b>", "/"), ("/%2e", "/"), ("/\\evil", "/"),
                         ("/" + "a" * 300, "/")):
        _, _, headers = served.get("/", {"X-Forwarded-Prefix": prefix,
                                         "X-Forwarded-For": "203.0.113.9"})
        place = headers["Location"]
        check(re.fullmatch(re.escape(want) + r"(login|setup)\S*", place), f"prefix {prefix[:40]}",
              place)
    token = {"Authorization": "Bearer " + make_pass(served, "token")}
    for headers, want in (
            ({"Forwarded": "for=203.0.113.9;host=a.example;proto=https"}, "https://a.example/"),
            ({"Forwarded": 'for="[2001:db8::1]:7", for=203.0.113.9; HOST="b.example:81"'},
             "http://b.example:81/"),
            ({"X-Forwarded-Host": "c.example", "X-Forwarded-Proto": "https",
              "X-Forwarded-Prefix": "/n"}, "https://c.example/n/"),
            ({"X-Forwarded-Host": "one.example, d.example"}, "http://d.example/"),
            ({"X-Forwarded-For": "203.0.113.9", "Host": "e.example",
              "Forwarded": "host=evil.example;proto=https"}, "http://e.example/"),
            ({"X-Forwarded-Host": "a b\"<c"}, "http://localhost/")):
        status, body, _ = served.get("/stories.json", {**token, **headers})
        check(status == 200 and json.loads(body)["feed_url"] == want + "stories.json",
              f"{headers} is {want}", status, body[:300])
    served.stop()
    served = Served(folder, "--fetch", "off")
    status, body, _ = served.get("/stories.json", {
        **token, "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example",
        "Host": "here.example"})
    check(json.loads(body)["feed_url"] == "http://here.example/stories.json",
          "who is no trusted proxy names no host", body[:300])
    _, _, headers = served.get("/", {"X-Forwarded-Prefix": "/news"})
    check(headers["Location"].startswith("/setup") or headers["Location"].startswith("/login"),
          "who is no trusted proxy names no path", headers["Location"])
    served.stop()
    served = Served(folder, "--fetch", "off", "--trust", "127.0.0.1", "--base", "/wire")
    for path, prefix, want in (("/wire/", "/out", "/out/wire/"), ("/wire/", "/wire", "/wire/"),
                               ("/", "/wire", "/wire/"), ("/", "/out", None)):
        status, _, headers = served.get(path, {"X-Forwarded-Prefix": prefix})
        place = headers.get("Location", "")
        check(status == 404 if want is None else
              re.fullmatch(re.escape(want) + r"(login|setup)\S*", place),
              f"base /wire, prefix {prefix}, {path}", status, place)
    served.stop()


def by_lines(served, path, lines, form=None):
    """A request whose headers are these lines, in this order."""
    c = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    body = urllib.parse.urlencode(form).encode() if form else b""
    c.putrequest("POST" if form else "GET", path)
    for name, value in lines:
        c.putheader(name, value)
    if form:
        c.putheader("Content-Type", "application/x-www-form-urlencoded")
        c.putheader("Content-Length", str(len(body)))
    c.endheaders(body)
    answer = c.getresponse()
    answer.read()
    c.close()
    return answer.status, answer.headers


def own_lines(folder):
    """A proxy that adds a line of its own behind the client's, as HAProxy does."""
    served = Served(folder, "--fetch", "off", "--trust", "127.0.0.1", "--login-header", "X-User")
    code = re.search(r"setup\?code=(\S+)", until(lambda: served.said("make the account"))).group(1)
    status, headers = by_lines(
        served, "/setup", [("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-Proto", "http"),
                           ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https")],
        {"code": code, "name": "ada", "password": "tide-table-7"})
    check(status == 303 and "; Secure" in headers["Set-Cookie"], "the proxy's line on the scheme",
          status, headers)
    with sqlite3.connect(f"{folder}/wire.db") as db:
        client = db.execute("SELECT client FROM pass").fetchone()[0]
    check(client == "203.0.113.7", "the proxy's line on the client", client)
    for users, want in ((["ada"], 200), (["ada", "eve"], 303), (["eve", "ada"], 303)):
        status, _ = by_lines(served, "/feeds", [("X-User", each) for each in users])
        check(status == want, f"logged in by the proxy: {users}", status)
    tries = [by_lines(served, "/login", [("X-Forwarded-For", f"198.51.100.{i}")],
                      {"name": ("ada", "Ada", "aDa")[i % 3], "password": "wrong"})[0]
             for i in range(45)]
    check(tries[:30] == [401] * 30 and 429 in tries, "a name in any case is one to who guesses", tries)
    served.stop()


def both_kinds(folder):
    """IPv4 by a socket for both kinds of addresses is IPv4."""
    if not os.path.exists("/proc/net/if_inet6"):
        return
    served = Served(folder, "--fetch", "off", listen="[::]:0")
    check(served.get("/setup")[0] == 200, "127.0.0.1 is this machine")
    check(served.get("/setup", {"Via": "1.1 proxy"})[0] == 403, "a proxy is not")
    served.stop()
    for words in (["--url", "https://news.example.org"], ["--trust", "127.0.0.1"]):
        served = Served(folder, "--fetch", "off", *words)
        check(served.get("/setup")[0] == 403, f"nor one that says nothing of itself: {words}")
        served.stop()


def main():
    for group in (prefixes, own_lines, both_kinds):
        with tempfile.TemporaryDirectory() as folder:
            group(folder)
    if not nginx.find():
        print("no nginx: the rest is left out (tools/setup --dev unpacks one)")
        return check.report() or SKIPPED
    blocks = locations()
    check(len(blocks) == 2, "docs/serve.md has two locations", blocks)
    for number, block in enumerate(blocks):
        for kind in ("tcp", "unix"):
            with tempfile.TemporaryDirectory() as folder:
                wire(folder)
                path = f"{folder}/k.sock"
                words = ["--fetch", "off"] + (["--base", "/news"] if number == 0 else [])
                if kind == "tcp":
                    served = Served(folder, *words, "--trust", "127.0.0.1")
                    block_here = block.replace("127.0.0.1:8080", f"127.0.0.1:{served.port}")
                else:
                    served = Served(folder, *words, "--trust", "unix", listen=f"unix:{path}")
                    tail = ":/" if number == 1 else ""
                    block_here = re.sub(r"http://127\.0\.0\.1:8080/?",
                                        f"http://unix:{path}{tail}", block)
                front = Front(folder, block_here)
                what = f"{'prefix' if number else 'base'} over {kind}"
                until(lambda: os.path.exists(f"{folder}/nginx.pid"))
                cookie = log_in(front, served, what)
                pages(front, cookie, what)
                programs(front, served, folder, what)
                front.stop()
                check(served.stop()[0] == 0, f"{what}: it ends in order")
    return check.report()


if __name__ == "__main__":
    sys.exit(main())

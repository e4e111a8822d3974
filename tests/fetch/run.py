#!/usr/bin/env python3
"""The client against real servers on loopback.

    tests/fetch/run.py build/release/tests/fetch_drive [WORD…]

Every fault of a server (faulty.py) must give its own fault of the client, with a sentence
that names what and which limit, and nothing that is fetched beside it may suffer.  What
servers do right is asked of nginx (nginx.py); where there is none, that part is left out,
and said so.  With words, only the groups with one of them in the name run.  Ports are the
kernel's, everything ends with this program.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

import faulty
import nginx

passed, failures = 0, []


def check(ok, name, what, answer=None):
    global passed
    if ok:
        passed += 1
        return
    failures.append(name)
    print(f"FAIL {name}: {what}")
    if answer is not None:
        short = {k: v for k, v in answer.items() if k != "hops"}
        print("    " + json.dumps(short, ensure_ascii=False)[:700])


def drive(requests, *options, seconds=30):
    """Requests are words by name; the answers by name, in "_order" the names as they came."""
    lines = "".join("\t".join([f"name={name}", *words]) + "\n"
                    for name, words in requests.items())
    done = subprocess.run([sys.argv[1], *options], input=lines.encode(), timeout=seconds,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    answers = {"_order": [], "_said": done.stderr.decode("utf-8", "replace")}
    if done.returncode:
        check(False, "fetch_drive", f"exit {done.returncode}: {answers['_said'][-2000:]}")
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        answer = json.loads(line, strict=False)
        check(answer["name"] not in answers, answer["name"], "answered twice", answer)
        answers[answer["name"]] = answer
        answers["_order"].append(answer["name"])
    for name in requests:
        check(name in answers, name, "no answer")
        answers.setdefault(name, {"fault": "none at all", "hops": []})
    return answers


def expect(answers, name, fault="none", status=None, says=(), **fields):
    a = answers[name]
    check(a["fault"] == fault, name, f"fault {a['fault']}, wanted {fault}", a)
    if status is not None:
        check(a.get("status") == status, name, f"status, wanted {status}", a)
    for word in [says] if isinstance(says, str) else says:
        check(word.lower() in a.get("message", "").lower(), name, f"the message does not say {word!r}", a)
    for key, value in fields.items():
        check(a.get(key) == value, name, f"{key} is {a.get(key)!r}, wanted {value!r}", a)


# ---- the client among faults -----------------------------------------------------------------

# path: the fault, the status, what the sentence must say
FAULTS = {
    "never": ("too-slow", 0, ["100 bytes a second", "2 s"]),
    "trickle": ("too-slow", 200, "100 bytes a second"),
    "trickle-head": ("too-slow", None, "100 bytes a second"),
    "hang": ("too-slow", 200, "5 bytes had come"),
    "steady": ("timeout", 200, "4000 ms"),
    "endless-lines": ("headers-too-large", None, "131072 bytes or 1000 lines"),
    "endless-line": ("headers-too-large", None, "131072"),
    "endless-continue": ("headers-too-large", None, "131072"),
    "endless-trailers": ("headers-too-large", 200, "131072"),
    "huge-cookies": ("headers-too-large", None, "131072"),
    "many-cookies": ("none", 200, ()),
    "old-http": ("not-http", None, "no web server of today"),
    "garbage": ("not-http", None, "no web server of today"),
    "ssh": ("not-http", None, "no web server of today"),
    "inject": ("not-http", None, "Nul byte"),
    "bare-return": (None, None, ()),
    "folded": ("none", 200, ()),
    "two-lengths": (None, None, ()),
    "odd-status": (None, None, ()),
    "short": ("cut-off", 200, ["75 of 1000 bytes", "Content-Length"]),
    "long": ("none", 200, ()),
    "empty": ("connection-lost", 0, "before its answer"),
    "reset": ("connection-lost", 0, "before its answer"),
    "reset-body": ("cut-off", 200, "75 of 1000"),
    "after-close": ("none", 200, ()),
    "chunk-garbage": ("bad-encoding", 200, ["chunks", "5 bytes"]),
    "chunk-huge": ("bad-encoding", 200, "chunks"),
    "chunk-cut": ("cut-off", 200, "in the middle"),
    "huge": ("too-large", 200, "4000000 bytes"),
    "huge-quietly": ("too-large", 200, "4000000 bytes"),
    "bomb": ("too-large", 200, ["4000000 bytes", "unpacked"]),
    "bomb-quietly": ("too-large", 200, "4000000 bytes"),
    "bomb-in-bomb": ("too-large", 200, "4000000 bytes"),
    "gzip-quietly": ("none", 200, ()),
    "gzip-members": ("none", 200, ()),
    "gzip-cut": ("bad-encoding", 200, "gzip data"),
    "gzip-damaged": ("bad-encoding", 200, "gzip data"),
    "gzip-lie": ("bad-encoding", 200, "Content-Encoding"),
    "gzip-twice": ("none", 200, ()),
    "many-codings": ("bad-encoding", 200, ()),
    "unknown-coding": ("bad-encoding", 200, ()),
    "one-byte": ("none", 200, ()),
    "error-page": ("none", 200, ()),
    "bot-check": ("none", 403, ()),
    "unchanged": ("none", 304, ()),
    "unchanged-with-body": ("none", 304, ()),
    "gone": ("none", 410, ()),
    "far": ("redirects", 302, ["more than 10 redirects", "/far?11"]),
    "circle": ("redirects", 302, "circle"),
    "cookie-walk": ("none", 200, ()),
    "cookie-circle": ("redirects", 302, "more than 10"),
    "nowhere": ("redirects", 302, "nowhere"),
    "two-ways": ("redirects", 302, "two places"),
    "fat-redirect": ("none", 200, ()),
    "go?302,http://10.0.0.1/": ("refused", 302, ["10.0.0.1", "private"]),
    "go?301,http://169.254.169.254/latest/": ("refused", 301, "metadata"),
    "go?307,http://2130706433/": ("refused", 307, ["127.0.0.1", "this machine"]),
    "go?302,http://[::ffff:127.0.0.1]/": ("refused", 302, "IPv4"),
    "go?302,//localhost/": ("refused", 302, "this machine"),
    "go?302,http://news.example.org:25/": ("refused", 302, "port 25"),
    "go?302,file:///etc/passwd": ("bad-address", 302, "file:"),
    "go?302,ftp://news.example.org/": ("bad-address", 302, "ftp:"),
    "go?302,javascript:alert(1)": ("bad-address", 302, "redirected"),
    "go?302,http://rebind.example.net/": ("refused", 0, ["rebind.example.net", "10.0.0.1"]),
    "go?302,http://half.example.net:PORT/ok": ("none", 200, ()),
}


def among_faults(folder):
    server = faulty.Server()
    requests, base = {}, f"url=http://faulty.example.org:{server.port}/"
    for i, path in enumerate(FAULTS):
        requests[path] = [base + path.replace("PORT", str(server.port)), "max=4000000"]
        requests[f"good {i}"] = [f"url=http://good{i}.example.org:{server.port}/ok"]
    started = time.time()
    a = drive(requests, "spacing=0", "per_host=200", "connections=200", "slow_seconds=2",
              "slow_bytes=100", "total=4000", "connect=2000",
              f"allow=127.0.0.1:{server.port}", "resolve=.example.org=127.0.0.1",
              "resolve=rebind.example.net=10.0.0.1",
              "resolve=half.example.net=10.0.0.1,127.0.0.1")
    check(time.time() - started < 15, "all faults", "took longer than 15 s")
    for path, (fault, status, says) in FAULTS.items():
        if fault is None:
            fault = a[path]["fault"]  # libcurl's versions differ; none may hang or crash
        expect(a, path, fault, status, says)
    for i in range(len(FAULTS)):
        expect(a, f"good {i}", status=200, body=faulty.FEED.decode())
        check(a[f"good {i}"].get("at", 99999) < 3000, f"good {i}", "suffered", a[f"good {i}"])
    expect(a, "gzip-quietly", unpacked=True, body=faulty.FEED.decode())
    expect(a, "gzip-members", unpacked=True, body=faulty.FEED.decode() * 2)
    expect(a, "gzip-twice", unpacked=False, body=faulty.FEED.decode())
    expect(a, "short", "cut-off", body=faulty.FEED.decode())
    expect(a, "long", bytes=20)
    check("more bytes than its Content-Length" in a["long"].get("note", ""), "long", "no note",
          a["long"])
    expect(a, "folded", etag='"a b"')
    expect(a, "one-byte", bytes=1)
    expect(a, "unchanged", etag='"2041"', bytes=0)
    check("set-cookie" not in json.dumps(a["bare-return"]).lower().replace("\\rset-cookie", ""),
          "bare-return", "a carriage return began a header", a["bare-return"])
    check(len(a["fat-redirect"]["hops"][0]["body"]) == 65536, "fat-redirect",
          "its page is not cut at 64 KiB")
    check(a["bomb"].get("bytes", 0) <= 4000000, "bomb", "more was kept than the limit")


# ---- addresses that cannot be asked ----------------------------------------------------------------


def refusals(folder):
    server = faulty.Server()
    port = server.port
    a = drive({
        "loopback": [f"url=http://127.0.0.1:{port}/ok"],
        "name": [f"url=http://localhost:{port}/ok"],
        "port": ["url=http://news.example.org:22/"],
        "rebind": ["url=http://rebind.example.net/"],
        "rebind6": ["url=http://rebind6.example.net/"],
        "closed": ["url=http://closed.example.org:1/"],
        "unknown": ["url=http://no-such-host.invalid/"],
        "feed": ["url=feed://news.example.org/"],
        "host": ["url=http://news.example.org/", "header=Host: other.example.org"],
        "line": ["url=http://news.example.org/", "header=X-A: b\x01c"],
        "socks": ["url=http://news.example.org/", "proxy=socks5://127.0.0.1:9"],
    }, "spacing=0", "connect=2000", "allow=closed.example.org:1",
        "resolve=closed.example.org=127.0.0.1", "resolve=rebind.example.net=127.0.0.1,10.0.0.1",
        "resolve=rebind6.example.net=[::1],[fd00::1]")
    for name in ("loopback", "name", "port", "rebind", "rebind6"):
        expect(a, name, "refused", 0, "allow")
    expect(a, "rebind6", "refused", 0, "rebind6.example.net stands at")
    expect(a, "closed", "no-connection", 0, "refused")
    expect(a, "unknown", "no-such-host", 0, "no-such-host.invalid")
    expect(a, "feed", "bad-address", 0, "http://")
    for name in ("host", "line", "socks"):
        check("usage" in a[name], name, "the request was taken", a[name])
    # An exception opens a connection; who has none must not ride on it.
    both = {"theirs": [f"url=http://inner.example.org:{port}/ok", "private"],
            "ours": [f"url=http://inner.example.org:{port}/ok"],
            "away": [f"url=http://inner.example.org:{port}/go?302,http://127.0.0.2/", "private"]}
    a = drive(both, "spacing=200", "per_host=1", "resolve=inner.example.org=127.0.0.1")
    expect(a, "theirs", status=200)
    expect(a, "ours", "refused", 0)
    expect(a, "away", "refused", 302, "127.0.0.2")


def reused_connections(folder, web):
    """The same, where the server keeps connections."""
    url = f"url=http://inner.example.org:{web.plain}/feed.xml"
    a = drive({"theirs": [url, "private"], "theirs too": [url, "private"], "ours": [url]},
              "spacing=100", "per_host=1", "resolve=inner.example.org=127.0.0.1",
              f"allow=:{web.plain}", "trace")
    expect(a, "theirs", status=200)
    check("theirs too + an open connection" in a["_said"], "reuse", "no connection was reused")
    expect(a, "ours", "refused", says="inner.example.org stands at 127.0.0.1")


# ---- what stays at home when a redirect leads away ----------------------------------------------------


def secrets(folder):
    server = faulty.Server()
    port = server.port
    mine = ["cookie=sid=1", "login=ada:secret", "header=X-Key: k7"]
    home, other = f"http://home.example.org:{port}", f"http://other.example.org:{port}"
    check_words = {"cookie": "sid=1", "login": "YWRhOnNlY3JldA", "key": "k7"}
    a = drive({
        "home": [f"url={home}/echo", *mine, 'etag=W/"a "', "modified=Thu, 1 Jan 2026"],
        "same": [f"url={home}/go?302,/echo", *mine],
        "away": [f"url={home}/go?302,{other}/echo", *mine, 'etag="v"'],
        "back": [f"url={home}/go?302,{other}/go?302,{home}/echo", *mine],
        "url": [f"url=http://ada:secret@home.example.org:{port}/echo"],
        "url away": [f"url=http://ada:secret@home.example.org:{port}/go?302,{other}/echo"],
        "given": [f"url={home}/go?302,http://eve:trap@other.example.org:{port}/echo"],
        "cookies": [f"url={home}/cookie-away?{other}/echo"],
        "walk": [f"url={home}/cookie-walk"],
        "post": [f"url={home}/echo", "post", "body=a=1&b=2"],
        "post 302": [f"url={home}/go?302,/echo", "post", "body=a=1&b=2"],
        "post 307": [f"url={home}/go?307,/echo", "post", "body=a=1&b=2"],
        "head": [f"url={home}/echo", "head"],
        "feed": [f"url={home}/echo", "wanted=1"],
        "mine": [f"url={home}/echo", "header=User-Agent: mine", "header=Accept: x/y"],
        "stay": [f"url={home}/go?301,/echo", "stay"],
        "proxy": [f"url=http://far.example.net/x", f"proxy=http://127.0.0.1:{port}"],
        "proxy tls": ["url=https://far.example.net/x", f"proxy=http://127.0.0.1:{port}"],
        "proxy inner": ["url=http://127.0.0.1/x", f"proxy=http://127.0.0.1:{port}"],
        "dead proxy": ["url=http://far.example.net/x", "proxy=http://127.0.0.1:1"],
    }, "spacing=0", "per_host=99", f"allow=127.0.0.1:{port}", "resolve=.example.org=127.0.0.1",
        "contact=https://wire.example.org/bot")
    for name in ("home", "same", "back"):
        for what, word in check_words.items():
            check(word in a[name].get("body", ""), name, f"the {what} is not there", a[name])
    for name in ("away", "url away"):
        expect(a, name, status=200)
        for what, word in check_words.items():
            check(word not in a[name].get("body", "") + json.dumps(a[name]["hops"]), name,
                  f"the {what} went along, or is kept in the record", a[name])
    check('If-None-Match: W/"a "\r\n' in a["home"]["body"], "home", "the ETag differs", a["home"])
    check("If-Modified-Since: Thu, 1 Jan 2026\r\n" in a["home"]["body"], "home", "no date",
          a["home"])
    check('If-None-Match: "v"' in a["away"]["body"], "away", "no ETag", a["away"])
    check("User-Agent: kabar/" in a["home"]["body"]
          and "(+https://wire.example.org/bot)" in a["home"]["body"], "home", "no contact")
    check("(hidden)" in a["home"]["hops"][0]["sent"] and "sid=1" not in
          a["home"]["hops"][0]["sent"], "home", "secrets are kept in the record")
    check("YWRhOnNlY3JldA" in a["url"]["body"], "url", "the URL's login is not used", a["url"])
    check("secret" not in a["url"]["url"], "url", "the URL still has the login", a["url"])
    check("Authorization" not in a["given"]["body"], "given", "a server's login was taken")
    check("away=1" not in a["cookies"]["body"], "cookies", "a cookie changed hosts")
    check("walk=1" in a["walk"]["body"], "walk", "the cookie did not come back", a["walk"])
    check(a["post"]["body"].endswith("a=1&b=2"), "post", "no body", a["post"])
    check(a["post 302"]["body"].startswith("GET"), "post 302", "no GET", a["post 302"])
    check(a["post 307"]["body"].startswith("POST") and a["post 307"]["body"].endswith("b=2"),
          "post 307", "no POST", a["post 307"])
    expect(a, "head", status=200, bytes=0)
    check("application/atom+xml" in a["feed"]["body"], "feed", "no feeds accepted")
    check("User-Agent: mine" in a["mine"]["body"] and "kabar" not in a["mine"]["body"]
          and "*/*" not in a["mine"]["body"], "mine", "own headers do not replace ours", a["mine"])
    expect(a, "stay", status=301)
    check(a["proxy"].get("body", "").startswith("proxied http://far.example.net/x"), "proxy",
          "not through the proxy", a["proxy"])
    expect(a, "proxy tls", "proxy", 0, "403")
    expect(a, "dead proxy", "no-connection", 0, "proxy")
    check(a["away"].get("moved") is False, "away", "302 is no move")


# ---- pace ---------------------------------------------------------------------------------------------


def pace(folder):
    server = faulty.Server()
    port = server.port
    options = ["connections=50", f"allow=127.0.0.1:{port}", "resolve=.example.org=127.0.0.1"]
    url = "url=http://{}.example.org:%d/{}" % port
    requests = {f"a{i}": [url.format("a", "delay?0.05")] for i in range(8)}
    requests["other"] = [url.format("b", "ok")]
    a = drive(requests, *options, "spacing=150", "per_host=2")
    times = sorted(a[f"a{i}"]["at"] for i in range(8))
    check(times[-1] >= 7 * 150, "pace", f"faster than the spacing: {times}")
    check(times[-1] < 7 * 150 + 800, "pace", f"slower than it need be: {times}")
    check(all(y - x > 75 for x, y in zip(times, times[1:])), "pace", f"in bursts: {times}")
    check(a["other"]["at"] < 500, "pace", "another host had to wait", a["other"])
    # Two at a time, whatever the spacing: eight of 0.2 s take at least 0.8 s.
    a = drive({f"c{i}": [url.format("c", "delay?0.2")] for i in range(8)}, *options, "spacing=0",
              "per_host=2")
    check(max(a[f"c{i}"]["at"] for i in range(8)) >= 780, "pace", "more than two at a time")

    # Retry-After: the host is left alone, then its feeds come; others do not wait.
    requests = {f"d{i}": [url.format("d", "busy?429,1,d")] for i in range(3)}
    requests["other"] = [url.format("e", "ok")]
    a = drive(requests, *options, "spacing=10", "per_host=1")
    expect(a, "d0", status=429, retry_after=1)
    for name in ("d1", "d2"):
        expect(a, name, status=200)
        check(1000 <= a[name]["at"] < 2500, name, "not after the pause", a[name])
    check(a["other"]["at"] < 500, "pause", "another host had to wait", a["other"])
    # Longer than anybody waits: told at once.
    a = drive({f"f{i}": [url.format("f", "busy?503,3600,f")] for i in range(3)}, *options,
              "spacing=10", "per_host=1")
    expect(a, "f0", status=503, retry_after=3600)
    for name in ("f1", "f2"):
        expect(a, name, "paused", 0, ["f.example.org", "3600 s"], retry_after=3600)
    # 429 without a word: a pause of ours.  503 without one: none.
    a = drive({f"g{i}": [url.format("g", "busy?429,,g")] for i in range(2)}, *options,
              "spacing=10", "per_host=1", "pause=700")
    check(a["g1"]["at"] >= 700, "g1", "no pause", a["g1"])
    a = drive({f"h{i}": [url.format("h", "busy?503,,h")] for i in range(2)}, *options,
              "spacing=10", "per_host=1")
    check(a["h1"]["at"] < 600, "h1", "a pause that nobody asked for", a["h1"])
    # A redirect within the host is one visit.
    a = drive({"i": [url.format("i", "go?301,/ok")]}, *options, "spacing=3000")
    expect(a, "i", status=200, moved=True)
    check(a["i"]["at"] < 1000, "i", "a redirect waited for the spacing", a["i"])


def stop(folder):
    """What is under way, what waits for its turn, and what has come."""
    server = faulty.Server()
    url = "url=http://{}.example.org:%d/{}" % server.port
    requests = {f"never {i}": [url.format("n", "never")] for i in range(4)}
    requests.update({f"hop {i}": [url.format(f"m{i}", "go?302,/never")] for i in range(4)})
    requests["good"] = [url.format("g", "ok")]
    a = drive(requests, "spacing=10", "per_host=2", f"allow=127.0.0.1:{server.port}",
              "resolve=.example.org=127.0.0.1", "stop_after=400")
    expect(a, "good", status=200)
    for name in requests:
        if name != "good":
            expect(a, name, "stopped", 0, "stopped")
            check(a[name]["at"] < 1500, name, "not at once", a[name])


def crowd(folder):
    """Bodies that are each allowed, and together are too much."""
    server = faulty.Server()
    url = "url=http://{}.example.org:%d/{}" % server.port
    requests = {f"huge {i}": [url.format(f"h{i}", "huge-quietly"), "max=90000000"]
                for i in range(12)}
    requests.update({f"good {i}": [url.format("g", "delay?0.2")] for i in range(4)})
    a = drive(requests, "spacing=10", f"allow=127.0.0.1:{server.port}",
              "resolve=.example.org=127.0.0.1")
    faults = [a[f"huge {i}"]["fault"] for i in range(12)]
    check(set(faults) <= {"too-large", "no-memory"} and "no-memory" in faults, "crowd", faults)
    check(all("268435456 bytes" in x["message"] for x in a.values()
              if isinstance(x, dict) and x["fault"] == "no-memory"), "crowd", "no limit is named")
    for i in range(4):
        expect(a, f"good {i}", status=200)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    check(peak < 700, "crowd", f"{peak:.0f} MB were taken")


# ---- TLS and HTTP/2 ---------------------------------------------------------------------------------------


def tls(folder):
    nginx.make_certificates(folder)
    servers = {
        "good": faulty.Server(faulty.tls_context(folder, "good")),
        "self": faulty.Server(faulty.tls_context(folder, "self")),
        "wrong": faulty.Server(faulty.tls_context(folder, "wrong")),
        "garbage": faulty.Server(faulty.tls_context(folder, "good", ("h2", "http/1.1")),
                                 faulty.http2_garbage),
        "silence": faulty.Server(faulty.tls_context(folder, "good", ("h2", "http/1.1")),
                                 faulty.http2_silence),
        "plain": faulty.Server(),
    }

    def url(server, path):
        return f"url=https://{server}.example.org:{servers[server].port}/{path}"
    a = drive({
        "good": [url("good", "ok")],
        "self": [url("self", "ok")],
        "self allowed": [url("self", "ok"), "insecure"],
        "wrong": [url("wrong", "ok")],
        "plain": [url("plain", "ok")],
        "cut": [url("good", "old-tls?cut")],
        "cut whole": [url("good", "ok?cut")],
        "http2 garbage": [url("garbage", "ok")],
        "http2 silence": [url("silence", "ok")],
        "http1 only": [url("garbage", "ok"), "http1"],
        "upgrade": [f"url=http://plain.example.org:{servers['plain'].port}/go?301,"
                    f"https://good.example.org:{servers['good'].port}/ok"],
    }, "spacing=0", "per_host=9", f"ca={folder}/ca.pem", "total=8000", "trace",
        *[f"allow=127.0.0.1:{s.port}" for s in servers.values()],
        "resolve=.example.org=127.0.0.1")
    for name in ("good", "self allowed", "cut whole", "http2 garbage", "http2 silence",
                 "http1 only", "upgrade"):
        expect(a, name, status=200, body=faulty.FEED.decode())
    expect(a, "self", "tls", 0, ["certificate", "exception"])
    expect(a, "wrong", "tls", 0, "certificate")
    expect(a, "plain", "tls", 0, "safe connection")
    expect(a, "cut", "cut-off", 200, ["TLS connection", "without its proper end"])
    check("once more by HTTP/1.1" in a["_said"], "http2 garbage", "no word of the second try")
    check("TLSv1.3" in a["good"]["hops"][0].get("tls", ""), "good", "TLS is not told", a["good"])


def well_behaved(folder, web):
    plain, secure = (f"http://web.example.org:{web.plain}", f"https://web.example.org:{web.tls}")
    options = ["spacing=0", "per_host=9", f"ca={folder}/ca.pem", f"allow=127.0.0.1:{web.plain}",
               f"allow=127.0.0.1:{web.tls}", f"allow=[::1]:{web.plain6 or 80}",
               "resolve=.example.org=127.0.0.1"]
    a = drive({
        "feed": [f"url={plain}/feed.xml"],
        "http2": [f"url={secure}/hello.txt"],
        "http1": [f"url={secure}/hello.txt", "http1"],
        "gzip": [f"url={plain}/feed.xml", "header=Accept-Encoding: gzip"],
        "brotli": [f"url={plain}/feed.xml", "header=Accept-Encoding: br"],
        "old": [f"url={plain}/old.xml"],
        "moved": [f"url={plain}/moved.xml"],
        "found": [f"url={plain}/found.xml"],
        "secure": [f"url={plain}/secure.xml"],
        "back": [f"url={secure}/back.xml"],
        "gone": [f"url={plain}/gone.xml"],
        "list": [f"url={plain}/list/"],
        "missing": [f"url={plain}/nothing.xml"],
        "locked": [f"url={plain}/private/feed.xml"],
        "open": [f"url={plain}/private/feed.xml", "login=ada:secret"],
        "open by url": [f"url=http://ada:secret@web.example.org:{web.plain}/private/feed.xml"],
        "post": [f"url={secure}/post", "post", "body=hub.mode=subscribe"],
        "head": [f"url={plain}/feed.xml", "head"],
    }, *options, "resolve=nothing=127.0.0.1")
    for name in ("feed", "gzip", "old", "moved", "found", "secure", "back", "open", "open by url"):
        expect(a, name, status=200, bytes=len(nginx.FEED))
    if web.brotli:
        expect(a, "brotli", status=200, bytes=len(nginx.FEED))
        check("content-encoding: br" in a["brotli"]["hops"][0]["received"].lower(), "brotli",
              "not by brotli", a["brotli"])
    check(a["gzip"].get("wire_bytes", 9e9) < len(nginx.FEED) / 2, "gzip", "not packed", a["gzip"])
    expect(a, "http2", status=200, body="HTTP/2.0|")
    check(a["http2"]["hops"][0].get("http") == "HTTP/2", "http2", "not told", a["http2"])
    expect(a, "http1", status=200, body="HTTP/1.1|")
    expect(a, "old", moved=True, url=f"{plain}/feed.xml")
    expect(a, "moved", moved=True)
    expect(a, "found", moved=False)
    expect(a, "secure", moved=True, url=f"{secure}/feed.xml")
    for name, status in (("gone", 410), ("missing", 404), ("locked", 401), ("list", 200),
                         ("post", 204), ("head", 200)):
        expect(a, name, status=status)
    validators = [f"etag={a['feed']['etag']}"]
    modified = [line[15:].strip() for line in a["feed"]["hops"][0]["received"].split("\n")
                if line.lower().startswith("last-modified: ")]
    requests = {"same": [f"url={plain}/feed.xml", *validators, f"modified={modified[0]}"],
                "same by etag": [f"url={plain}/feed.xml", *validators],
                "same by date": [f"url={plain}/feed.xml", f"modified={modified[0]}"],
                "other": [f"url={plain}/feed.xml", 'etag="other"'],
                "same moved": [f"url={plain}/old.xml", *validators]}
    if web.plain6:
        requests["ipv6"] = [f"url=http://[::1]:{web.plain6}/feed.xml"]
        requests["either"] = [f"url=http://six.example.net:{web.plain6}/feed.xml"]
    a = drive(requests, *options, "resolve=six.example.net=127.0.0.1,[::1]",
              f"allow=127.0.0.1:{web.plain6}")
    for name in ("same", "same by etag", "same by date", "same moved"):
        expect(a, name, status=304, bytes=0)
    expect(a, "other", status=200)
    if web.plain6:
        for name in ("ipv6", "either"):
            expect(a, name, status=200, bytes=len(nginx.FEED))
            check(a[name]["hops"][0].get("address") == "::1", name, "not by IPv6", a[name])
    busy = drive({"busy": [f"url={plain}/busy.xml"]}, *options)
    expect(busy, "busy", status=503, retry_after=120)


def main():
    groups = [among_faults, refusals, secrets, pace, stop, crowd, tls]
    words = sys.argv[2:]

    def wanted(group):
        return not words or any(word in group.__name__ for word in words)
    with tempfile.TemporaryDirectory() as folder:
        for group in groups:
            if wanted(group):
                started = time.time()
                group(folder)
                print(f"{group.__name__}: {time.time() - started:.1f} s")
        if not nginx.find():
            print("skipped: there is no nginx (tools/setup --dev unpacks one)")
        elif wanted(well_behaved) or wanted(reused_connections):
            if not os.path.exists(f"{folder}/good.pem"):
                nginx.make_certificates(folder)
            web = nginx.Nginx(folder)
            try:
                for group in (well_behaved, reused_connections):
                    if wanted(group):
                        group(folder, web)
            finally:
                web.stop()
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

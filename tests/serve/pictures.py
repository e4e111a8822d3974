#!/usr/bin/env python3
"""Pictures through the server: /picture, and the pages that name it.

    tests/serve/pictures.py build/release/kabar

A server of pictures on loopback gives good ones of each kind, and what else may stand
behind an address: HTML, SVG, too much, nothing for long, ways elsewhere.  kabar serve is
a process of its own; both end with this program.
"""
import hashlib
import html.parser
import http.client
import http.server
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zlib

from server import Checks, Server

SECRET = "a-session-of-this-test-0123456789-012345678"
SLOW_S = 60  # longer than any limit: who waits for it to end fails
check = Checks()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, more=0):
    rows = b"".join(b"\0" + b"\x60" * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"tEXt", b"note\0" + b"x" * more) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def box(kind, data):
    return struct.pack(">I", len(data) + 8) + kind + data


JPEG = (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
        + b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", 30, 40) + b"\1\1\x11\0" + b"\xff\xd9")
GIF = b"GIF89a" + struct.pack("<HH", 7, 5) + b"\0\0\0;"
WEBP = b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\x1f\0\0" + b"\x0f\0\0"
AVIF = (box(b"ftyp", b"mif1\0\0\0\0mif1avif")
        + box(b"meta", b"\0\0\0\0" + box(b"ispe", struct.pack(">III", 0, 64, 48))))
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"

# Path → what it is said to be, and its bytes; the type is never the truth alone.
GIVES = {
    "/a.png": ("image/png", png(8, 6)),
    "/b.jpg": ("application/octet-stream", JPEG),
    "/c.gif": ("image/png", GIF),
    "/d.webp": ("text/html", WEBP),
    "/e.avif": ("image/avif", AVIF),
    "/query.png?a=1&b=%22x%22": ("image/png", png(3, 3)),
    "/page.png": ("image/png", b"<!DOCTYPE html><script>alert(1)</script>"),
    "/drawing.svg": ("image/svg+xml", SVG),
    "/drawing.png": ("image/png", b"<?xml version='1.0'?>" + SVG),
    "/large.png": ("image/png", png(4, 4, 6 << 20)),
    "/empty.png": ("image/png", b""),
}
MANY = [f"/many{i}.png" for i in range(16)]
GIVES.update((path, ("image/png", png(9, i + 1))) for i, path in enumerate(MANY))
KINDS = {"/a.png": ("image/png", 8, 6), "/b.jpg": ("image/jpeg", 40, 30), "/c.gif": ("image/gif", 7, 5),
         "/d.webp": ("image/webp", 32, 16), "/e.avif": ("image/avif", 64, 48),
         "/query.png?a=1&b=%22x%22": ("image/png", 3, 3)}


class Pictures:
    def __init__(self):
        self.asked, self.heads, self.over = [], [], threading.Event()
        pictures = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                pictures.asked.append(self.path)
                pictures.heads.append(dict(self.headers))
                if self.path.startswith(("/slow", "/hang", "/gone")):
                    pictures.over.wait(SLOW_S)
                    return
                if self.path.startswith("/away"):
                    self.send_response(302)
                    self.send_header("Location", pictures.elsewhere + "/a.png" if self.path == "/away"
                                     else "/a.png")
                    self.end_headers()
                    return
                kind, body = GIVES.get(self.path, ("text/html", b"no such picture"))
                self.send_response(200 if self.path in GIVES else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.at = f"http://127.0.0.1:{self.port}"
        self.elsewhere = ""
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def article(urls):
    figures = "".join(f'<figure><img src="{url.replace("&", "&amp;")}" alt="{alt}">'
                      f"<figcaption>{caption}</figcaption></figure>"
                      for url, alt, caption in urls)
    text = "<p>The ferry was late again on Monday, the harbour office says.</p>"
    return {"kabar": 1, "id": "00000000feedface", "url": "https://gazette.example/ferry", "title": "The ferry is late",
            "language": "en", "word_count": 11, "content_html": text + figures,
            "content_text": "The ferry was late again on Monday, the harbour office says.",
            "images": [{"url": url, "caption": caption} for url, alt, caption in urls]}


def log_in(server):
    server.sql("INSERT INTO pass (user, kind, name, scopes, hash, added) VALUES (1, 'session', 'test', '', ?, ?)",
               hashlib.sha256(SECRET.encode()).digest(), int(time.time()))


def get(server, path, **headers):
    return server.ask(path, headers={"Cookie": "kabar_session=" + SECRET, **headers})


def page_pictures(server, id):
    """The path of each picture of the article's page by the address that it is from."""
    found = {}

    class Page(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            at = dict(attrs)
            if tag == "img":
                fields = urllib.parse.parse_qs(urllib.parse.urlsplit(at["src"]).query)
                found[fields["u"][0]] = at

    answer = get(server, "/article/" + id)
    check(answer.status == 200, "the article's page", answer.status)
    Page().feed(answer.text)
    return found, answer.text


def good(server, at, shown):
    for path, (kind, _, _) in KINDS.items():
        answer = get(server, shown[at + path]["src"])
        check(answer.status == 200, f"{path} comes", answer.status, answer.body[:300])
        check(answer.body == GIVES[path][1], f"{path} as it is")
        head = answer.headers
        check(head["content-type"] == kind, f"{path} is told as what it is", head)
        check(head["x-content-type-options"] == "nosniff", f"{path}: nosniff")
        check("sandbox" in head["content-security-policy"]
              and "default-src 'none'" in head["content-security-policy"], f"{path}: a sandbox", head)
        check(head["content-disposition"].startswith("attachment; filename="), f"{path}: a name")
    again = get(server, shown[at + "/a.png"]["src"], **{"If-None-Match": get(
        server, shown[at + "/a.png"]["src"]).headers["etag"]})
    check(again.status == 304, "who has it is told so", again.status)


def refused(server, pictures, other, shown):
    at = pictures.at
    for path, status in (("/page.png", 415), ("/drawing.svg", 415), ("/drawing.png", 415),
                         ("/empty.png", 415), ("/large.png", 502), ("/none.png", 404), ("/away", 403)):
        answer = get(server, shown[at + path]["src"])
        check(answer.status == status, f"{path}: {status}", answer.status, answer.body[:300])
        check(answer.headers["content-type"].startswith("text/plain") and len(answer.body) < 200,
              f"{path}: a line that says why", answer.headers, answer.body[:300])
    check(get(server, shown[at + "/away-here"]["src"]).status == 200, "a redirect to where it may is followed")
    answer = get(server, shown[other.at + "/a.png"]["src"])
    check(answer.status == 403, "a private net is refused", answer.status)
    check(not other.asked, "and never asked, by a redirect neither", other.asked)


def signatures(server, pictures, shown):
    path = shown[pictures.at + "/a.png"]["src"]
    asked = len(pictures.asked)
    bad = re.sub(r"s=(.)", lambda m: "s=" + ("0" if m.group(1) != "0" else "1"), path)
    for what, where in (("another signature", bad), ("none", re.sub(r"&s=.*", "", path)),
                        ("a short one", path[:-1]), ("another address", path.replace("a.png", "z.png")),
                        ("nothing", "/picture")):
        answer = get(server, where)
        check(answer.status == 403, f"{what} is refused", answer.status)
    check(server.ask(path).status in (303, 401), "nobody is shown pictures")
    check(len(pictures.asked) == asked, "none of these was asked for", pictures.asked[asked:])


def one_connection(server, pictures, shown):
    """A browser's connection goes on after it was laid aside; one that went away harms nobody."""
    cookie = {"Cookie": "kabar_session=" + SECRET}
    to = http.client.HTTPConnection(server.address[len("http://"):], timeout=30)
    for method, path in (("HEAD", "/many0.png"), ("GET", "/many1.png"), ("GET", "/many2.png"),
                         ("GET", "/page.png"), ("GET", "/many2.png")):
        to.request(method, shown[pictures.at + path]["src"], headers=cookie)
        answer = to.getresponse()
        body = answer.read()
        check(answer.status == (415 if path == "/page.png" else 200), f"{method} {path}", answer.status)
        if path != "/page.png":
            check(body == (b"" if method == "HEAD" else GIVES[path][1]), f"{method} {path}: its bytes")
    sock = to.sock
    to.request("GET", shown[pictures.at + "/gone.png"]["src"], headers=cookie)
    check(to.sock is sock, "all on one connection")
    time.sleep(0.2)
    to.close()


def crowd(server, pictures, shown):
    """Many at once: each is fetched once, whoever asks."""
    wrong = []

    def take(path):
        answer = get(server, shown[pictures.at + path]["src"])
        if answer.status != 200 or answer.body != GIVES[path][1]:
            wrong.append((path, answer.status))

    threads = [threading.Thread(target=take, args=(path,)) for path in MANY * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    check(not wrong, "a crowd is given what it asks for", wrong)
    check(all(pictures.asked.count(path) == 1 for path in MANY), "each was fetched once", pictures.asked)


def slow(server, pictures, shown):
    """Many wait for a slow server; everybody else is answered meanwhile."""
    ends = []

    def wait(path):
        start = time.monotonic()
        ends.append((get(server, path).status, time.monotonic() - start))

    paths = [at["src"] for url, at in shown.items() if "/slow" in url]
    threads = [threading.Thread(target=wait, args=(path,)) for path in paths * 2]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    start = time.monotonic()
    for _ in range(20):
        check(get(server, "/healthz").status == 200, "others are answered meanwhile")
    spent = time.monotonic() - start
    check(spent < 3, "and at once", spent)
    for thread in threads:
        thread.join(30)
    check(len(ends) == len(threads), "all that wait are answered", ends)
    check(all(status == 504 for status, _ in ends), "as too slow", ends)
    check(all(seconds < 20 for _, seconds in ends), "within the bound", ends)


def pages(server, id, pictures, shown):
    first = shown[pictures.at + "/a.png"]
    check(first["loading"] == "lazy" and first["decoding"] == "async", "lazily", first)
    check(first["alt"] == "A ferry", "in its own words", first)
    check(shown[pictures.at + "/b.jpg"]["alt"] == "Caption of /b.jpg \"and\" <more>",
          "or its caption's", shown[pictures.at + "/b.jpg"])
    again, text = page_pictures(server, id)
    for path, (_, width, height) in KINDS.items():
        at = again[pictures.at + path]
        check((at.get("width"), at.get("height")) == (str(width), str(height)), f"{path}: its size", at)
    check("width" not in again[pictures.at + "/page.png"], "no size of what is no picture")
    check(f'src="{pictures.at}' not in text, "nothing is loaded of others")


def run(kabar, folder):
    pictures, other = Pictures(), Pictures()
    pictures.elsewhere = other.at
    paths = [*GIVES, "/none.png", "/away", "/away-here", "/hang.png", "/gone.png", *(f"/slow{i}.png" for i in range(12))]
    urls = [(pictures.at + path, "A ferry" if path == "/a.png" else "",
             "Caption of " + path.replace("&", "&amp;") + " \"and\" &lt;more&gt;") for path in paths]
    record = article(urls + [(other.at + "/a.png", "", "Elsewhere")])
    for image in record["images"]:
        image["caption"] = image["caption"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    lines = os.path.join(folder, "ferry.jsonl")
    with open(lines, "w") as out:
        out.write(json.dumps(record) + "\n")
    allow = ["--allow-private", f"127.0.0.1:{pictures.port}", "--fetch", "off"]
    with Server(kabar, *allow, pages=False) as server:
        done = subprocess.run([kabar, "import", "--db", server.db, lines], capture_output=True, timeout=60)
        check(done.returncode == 0, "the article is taken in", done.stderr)
        log_in(server)
        id = server.sql("SELECT id FROM article")[0][0]
        shown, text = page_pictures(server, id)
        check(len(shown) == len(urls) + 1, "all pictures are named", len(shown), text[:3000])
        check(not pictures.asked, "and none is fetched before somebody looks", pictures.asked)
        good(server, pictures.at, shown)
        count = pictures.asked.count("/a.png")
        check(count == 1, "who comes later is given what came", count)
        check(not any("Cookie" in head or "Referer" in head for head in pictures.heads),
              "nothing of the person goes along", pictures.heads[:2])
        refused(server, pictures, other, shown)
        signatures(server, pictures, shown)
        pages(server, id, pictures, shown)
        one_connection(server, pictures, shown)
        crowd(server, pictures, shown)
        slow(server, pictures, shown)
        key = server.sql("SELECT value FROM meta WHERE key = 'picture-key'")[0][0]
        check(len(key) == 43, "a key is kept", key)
        stops(server, pictures, shown)
        restarted(kabar, server, pictures, shown)
    pictures.over.set()


def stops(server, pictures, shown):
    """It is told to end while somebody waits."""
    told = []
    waits = threading.Thread(
        target=lambda: told.append(get(server, shown[pictures.at + "/hang.png"]["src"]).status))
    waits.start()
    time.sleep(0.5)
    check(not told, "somebody waits", told)
    start = time.monotonic()
    server.process.terminate()
    server.process.wait(20)
    check(time.monotonic() - start < 3, "it ends while somebody waits", time.monotonic() - start)
    check(server.process.returncode == 0, "and ends well", server.process.returncode)
    waits.join(20)
    check(told and told[0] in (503, 504), "who waited is told", told)


def restarted(kabar, before, pictures, shown):
    """A later server of the same file takes what the former one signed; off: links."""
    for words, status in ((["--pictures", "on"], 200), (["--pictures", "off"], 404)):
        with Server(kabar, "--db", before.db, "--fetch", "off", "--allow-private",
                    f"127.0.0.1:{pictures.port}", *words, pages=False) as server:
            server.db = before.db
            answer = get(server, shown[pictures.at + "/a.png"]["src"])
            check(answer.status == status, f"{words}: {status}", answer.status)
            if status == 404:
                id = server.sql("SELECT id FROM article")[0][0]
                text = get(server, "/article/" + id).text
                check("<img" not in text and f'href="{pictures.at}/a.png"' in text, "off: links", text[:2000])


def main():
    with tempfile.TemporaryDirectory() as folder:
        run(os.path.abspath(sys.argv[1]), folder)
    check.end()


if __name__ == "__main__":
    main()

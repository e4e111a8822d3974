#!/usr/bin/env python3
"""Feeds' icons: found beside a feed, kept once, told to apps, shown on pages.

    tests/serve/icons.py build/release/kabar

Sites on loopback: one whose home page names its icon, one with /favicon.ico alone, one
whose feed names a picture, one that has only what is no icon (SVG, a page that says it is
a picture, too many bytes), one that has none.
"""
import base64
import http.server
import json
import struct
import subprocess
import sys
import threading
import time
import zlib

from server import Checks, Server

check = Checks()
asked = []


def png(side, color):
    """A picture of one colour."""
    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    rows = (b"\0" + bytes(color) * side) * side
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


RED, BLUE = png(32, (200, 0, 0)), png(48, (0, 0, 200))
ICO = struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(RED), 22) + RED
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HOME = """<!doctype html><html><head><title>Quay</title><link rel="icon" href="/svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/blue.png" sizes="180x180"><link rel="shortcut icon" sizes="32x32"
href="%s"></head><body><p>Home.</p></body></html>"""
SITES = {
    "named": {"/": (200, "text/html", HOME % "/red.png"), "/red.png": (200, "text/plain", RED)},
    "twin": {"/": (200, "text/html", HOME % "/red2.png"), "/red2.png": (200, "image/png", RED)},
    "plain": {"/": (200, "text/html", "<title>x</title>"), "/favicon.ico": (200, "image/x-icon", ICO)},
    "feeds": {"/blue.png": (200, "image/png", BLUE)},
    "wrong": {"/": (200, "text/html", HOME % "/large.png"), "/page.png": (200, "image/png", SVG),
              "/large.png": (200, "image/png", RED + b"\0" * 70000),
              "/favicon.ico": (200, "image/x-icon", "<title>not found</title>")},
    "none": {},
}
FEED = """<rss version="2.0"><channel><title>%s</title><link>http://%s/</link>%s
<item><title>A ferry for %s</title><link>http://%s/1</link><description>%s</description></item></channel></rss>"""


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        site, host = self.server.site, "127.0.0.1:%d" % self.server.server_address[1]
        asked.append((site, self.path))
        if self.path == "/feed":
            image = {"feeds": "blue.png", "wrong": "page.png"}.get(site)
            image = f"<image><url>http://{host}/{image}</url></image>" if image else ""
            text = FEED % (site, host, image, site, host, "Words enough for a feed's entry. " * 30)
            status, kind, body = 200, "application/rss+xml", text
        else:
            status, kind, body = SITES[site].get(self.path, (404, "text/plain", "none"))
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def sites():
    found = {}
    for name in SITES:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
        server.site = name
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found[name] = f"http://127.0.0.1:{server.server_address[1]}/feed"
    return found


def until(server, wanted):
    """Waits until so many feeds' icons were looked for."""
    for _ in range(150):
        done = server.sql("SELECT count(*) FROM feed_icon WHERE next > ?", int(time.time()) + 3600)
        names = {name for name, path in asked if path == "/favicon.ico"}
        if done[0][0] == wanted and {"none", "wrong", "plain"} <= names:
            break
        time.sleep(.2)
    time.sleep(.5)


def apps(server, token, feeds):
    secret = json.loads(subprocess.run([server.kabar, "pass", "add", "--db", server.db, "Phone"],
                                       stdout=subprocess.PIPE, timeout=30).stdout)["secret"]
    basic = {"Authorization": "Basic " + base64.b64encode(f"owner:{secret}".encode()).decode()}
    told = {feed["title"]: feed for feed in server.ask("/v1/feeds", headers=basic).json}
    icon = told["named"]["icon"]
    check(icon["feed_id"] == feeds["named"], "Miniflux: a feed's icon", told["named"])
    check(told["twin"]["icon"]["icon_id"] == icon["icon_id"], "one picture of two feeds is one")
    check(told["none"]["icon"] is None and told["wrong"]["icon"] is None, "none is none", told)
    data = server.ask(f"/v1/icons/{icon['icon_id']}", headers=basic).json
    check(data == {"id": icon["icon_id"], "mime_type": "image/png",
                   "data": "image/png;base64," + base64.b64encode(RED).decode()},
          "Miniflux: the icon", data)
    data = server.ask(f"/v1/feeds/{feeds['plain']}/icon", headers=basic).json
    check(data["mime_type"] == "image/x-icon" and
          data["data"].endswith(base64.b64encode(ICO).decode()), "Miniflux: a feed's", data)
    for path in ("/v1/icons/99", "/v1/icons/x", f"/v1/feeds/{feeds['none']}/icon", "/v1/feeds/99/icon"):
        check(server.ask(path, headers=basic).status == 404, path + " is none")
    check(server.ask("/v1/icons/1").status == 401, "none without a login")
    auth = {"Authorization": f"GoogleLogin auth=owner/{secret}"}
    subs = {s["title"]: s["iconUrl"] for s in server.ask(
        "/reader/api/0/subscription/list?output=json", headers=auth).json["subscriptions"]}
    check(subs["none"] == "" and subs["named"].startswith(server.address + "/icon/"),
          "Google Reader: iconUrl", subs)
    check(subs["named"] == subs["twin"] != subs["feeds"], "of the same picture the same")
    links = {f["title"]: f["faviconLink"] for f in server.ask(
        "/index.php/apps/news/api/v1-2/feeds", headers=basic).json["feeds"]}
    check(links["named"] == subs["named"] and links["none"] == "", "Nextcloud: faviconLink", links)
    api = {f["title"]: f.get("icon") for f in server.ask("/api/v1/feeds", token=token).json["feeds"]}
    check(api["named"] == subs["named"] and api["none"] is None, "the API: icon", api)
    return subs


def served(server, subs):
    answer = server.ask(subs["feeds"][len(server.address):])
    check(answer.status == 200 and answer.body == BLUE and answer.headers["content-type"] == "image/png",
          "an icon without a login", answer.status, answer.headers)
    check(answer.headers["x-content-type-options"] == "nosniff" and
          "sandbox" in answer.headers["content-security-policy"], "as nothing but a picture")
    check(server.ask("/icon/" + "x" * 43).status == 404, "none by another name")
    check(server.ask("/icon/1").status == 404, "none by its number")


def main():
    at = sites()
    with Server(sys.argv[1], "--allow-private", "127.0.0.1:*", pages=False) as server:
        token = server.token()
        feeds = {name: server.ask("/api/v1/feeds", "POST", token, {"url": url}).json["id"]
                 for name, url in at.items()}
        until(server, len(feeds))
        subs = apps(server, token, feeds)
        served(server, subs)
        count = server.sql("SELECT count(*) FROM icon")[0][0]
        check(count == 3, "each picture is kept once", count)
        check(("named", "/svg") not in asked, "SVG is not asked for", asked)
        check(max(asked.count(each) for each in asked if each[1] != "/feed") == 1,
              "nothing is asked for twice", asked)
        server.ask(f"/api/v1/feeds/{feeds['feeds']}", "DELETE", token)
        count = server.sql("SELECT count(*) FROM icon")[0][0]
        check(count == 2, "with its last feed a picture goes", count)
        server.ask(f"/api/v1/feeds/{feeds['twin']}", "DELETE", token)
        count = server.sql("SELECT count(*) FROM icon")[0][0]
        check(count == 2, "but not before", count)
    check.end()


main()

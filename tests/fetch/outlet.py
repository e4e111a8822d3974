"""A small outlet's web server for tests/fetch/verb.py: pages by path, and a log of requests."""
import http.server
import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import Checks  # noqa: E402,F401  for who imports an outlet

FEED = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>Harbour Gazette</title><link>/</link><ttl>120</ttl>
<item><title>Ferry goes again</title><link>/news/ferry</link>
<pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item>
<item><title>Bridge opens</title><link>/private/bridge</link>
<pubDate>Mon, 02 Mar 2026 06:00:00 GMT</pubDate></item>
<item><title>Old mill sold</title><link>/news/mill</link>
<pubDate>Mon, 02 Mar 2026 04:00:00 GMT</pubDate></item>
<item><title>A note without a page</title></item>
</channel></rss>
"""

ARTICLE = """<!DOCTYPE html><html lang="en"><head><title>{title}</title>
<meta property="article:published_time" content="2026-03-02T08:00:00Z"></head>
<body><nav><a href="/">Home</a></nav><article><h1>{title}</h1>
<p>The ferry between the two islands goes again since Monday, the harbour master said on
the quay, where some forty people had come to see it leave for the first time.</p>
<p>It had been in the dock for eleven weeks. A new engine was built in, and the deck was
painted by the crew themselves, because the yard had no time for it before the season.</p>
<p>The next boat leaves at noon, and there will be two more in the afternoon if the wind
allows it, which in March nobody on the islands can promise to anybody.</p>
</article></body></html>
"""

TEASER = """<li><h2><a href="/news/{n}">{title}</a></h2>
<p>The harbour master said on the quay what he had to say of it.</p></li>"""


def home(head=""):
    teasers = "".join(TEASER.format(n=n, title=title) for n, title in (
        ("ferry", "Ferry between the islands goes again"),
        ("mill", "The old mill behind the church is sold"),
        ("storm", "A storm is expected for the end of the week"),
        ("school", "The school gets a new roof before summer")))
    return (f"<!DOCTYPE html><html><head><title>Harbour Gazette</title>{head}</head>"
            f"<body><h1>Harbour Gazette</h1><ul>{teasers}</ul></body></html>")


LINK = '<link rel="alternate" type="application/rss+xml" title="All news" href="/feed.xml">'
ROBOTS = "User-agent: *\nDisallow: /private/\nDisallow: /feed$\nSitemap: /map.xml\n"


INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>/map-1.xml</loc></sitemap></sitemapindex>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>/news/ferry</loc></url></urlset>"""


def pages():
    """path: (content type, body, more headers)"""
    html = "text/html; charset=utf-8"
    return {
        "/": (html, home(LINK), {}),
        "/robots.txt": ("text/plain", ROBOTS, {}),
        "/feed.xml": ("application/rss+xml", FEED, {"ETag": "W/\"a  'b'\""}),
        "/news/ferry": (html, ARTICLE.format(title="Ferry goes again"), {}),
        "/news/mill": (html, ARTICLE.format(title="Old mill sold"), {}),
        "/private/bridge": (html, ARTICLE.format(title="Bridge opens"), {}),
        "/data.json": ("application/json", '{"a": 1}', {}),
        "/picture.png": ("image/png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", {}),
    }


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        site = self.server
        site.log.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        page = site.pages.get(self.path)
        status = 200 if page else 404
        kind, body, more = page or ("text/html", "<title>Not found</title>", {})
        if "ETag" in more and self.headers.get("If-None-Match") == more["ETag"]:
            status, body = 304, ""
        body = body.encode("latin-1" if kind.startswith("image") else "utf-8")
        self.send_response(more.get(":status", status))
        for name, value in more.items():
            if name[0] != ":":
                self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Site(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, pages):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages, self.log = pages, []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # who was interrupted hung up

    def asked(self):
        """The paths that were asked for since the last time."""
        paths = [path for path, _ in self.log]
        self.log.clear()
        return paths

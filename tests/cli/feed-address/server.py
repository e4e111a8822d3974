"""A few answers on loopback; its port is in the file `port` as soon as it listens."""
import gzip
import http.server
import os

FEED = ('{"version":"https://jsonfeed.org/version/1.1","title":"Ափ",'
        '"items":[{"id":"1","url":"1.html","content_text":"Open."}]}').encode("utf-8")
LATIN = ('{"version":"https://jsonfeed.org/version/1.1","title":"Nya \u00e5lder",'
         '"items":[]}').encode("latin-1")
ANSWERS = {
    "/feeds/a.json": (200, FEED, {"Content-Language": "hy"}),
    "/latin": (200, LATIN, {"Content-Type": "application/json; charset=latin1"}),
    "/packed": (200, gzip.compress(FEED), {"Content-Encoding": "gzip"}),
    "/packed.gz": (200, gzip.compress(FEED), {"Content-Type": "application/gzip"}),
    "/old": (301, b"", {"Location": "/feeds/a.json"}),
    "/away": (302, b"", {"Location": "http://127.0.0.2:1/a.json"}),
    "/round": (302, b"", {"Location": "/round"}),
    "/gone": (410, b"gone", {}),
    "/busy": (503, b"busy", {}),
    "/page": (200, b"<!doctype html><title>Are you a robot?</title><p>Wait.", {}),
    "/empty": (200, b"", {}),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body, headers = ANSWERS.get(self.path, (404, b"", {}))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open("port.new", "w", encoding="ascii") as file:
    file.write(str(server.server_address[1]))
os.rename("port.new", "port")
server.serve_forever()

"""A web server that misbehaves, for tests/fetch/run.py.

The path names the fault: GET /short is answered with fewer bytes than promised.  Each
function below is one fault; its name is the path, with "-" for "_".  A fault gets the
connection, the request and its query, and writes what it likes.  All on loopback, on a
port that the kernel chose; threads die with the program.
"""
import gzip
import socket
import socketserver
import ssl
import struct
import threading
import time
import zlib

FEED = b'<rss version="2.0"><channel><title>Harbour Gazette</title></channel></rss>\n'


class Request:
    """What came in: a head and, by Content-Length, a body."""

    def __init__(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                raise ConnectionError
            data += piece
            if data[0] == 0x16:  # TLS, here where nobody speaks it
                answer(connection, "400 Bad Request", b"what?\n")
                raise ConnectionError
        head, _, self.body = data.partition(b"\r\n\r\n")
        self.head = head.decode("latin-1")
        self.method, self.target, _ = self.head.split("\r\n")[0].split(" ", 2)
        self.path, _, self.query = self.target.partition("?")
        while len(self.body) < int(self.header("content-length") or 0):
            self.body += connection.recv(65536)

    def header(self, name):
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name:
                return value.strip()
        return ""


def answer(c, status="200 OK", body=FEED, *headers, length=True):
    lines = [f"HTTP/1.1 {status}", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    c.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)


def redirect(c, where, *headers, status="302 Found"):
    answer(c, status, b"elsewhere\n", f"Location: {where}", *headers)


# ---- good ones, to stand beside the others ----------------------------------------------


def ok(c, r):
    answer(c, "200 OK", FEED, "Content-Type: application/rss+xml", 'ETag: W/"a \'b\'"')


def delay(c, r):
    time.sleep(float(r.query))
    ok(c, r)


def echo(c, r):
    """The request as it came, so that a test can look for what it must not hold."""
    answer(c, "200 OK", f"{r.head}\r\n\r\n".encode("latin-1") + r.body,
           "Content-Type: text/plain")


# ---- time ----------------------------------------------------------------------------------


def never(c, r):
    time.sleep(60)


def trickle(c, r):
    """A byte a second."""
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(60):
        c.sendall(b"<")
        time.sleep(1)


def trickle_head(c, r):
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: yes" + b"." * 60:
        c.sendall(bytes([byte]))
        time.sleep(1)


def steady(c, r):
    """Never too slow, and never at an end."""
    c.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        c.sendall(b"<item/>" * 100)
        time.sleep(0.05)


def hang(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<rss>")
    time.sleep(60)


# ---- heads -----------------------------------------------------------------------------------


def endless_lines(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        c.sendall(b"X-More: and more\r\n" * 1000)


def endless_line(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\nX-More: ")
    while True:
        c.sendall(b"and more " * 1000)


def endless_continue(c, r):
    while True:
        c.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def endless_trailers(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n0\r\n")
    while True:
        c.sendall(b"X-More: and more\r\n" * 1000)


def huge_cookies(c, r):
    cookies = [f"Set-Cookie: c{i}={'x' * 3900}; Path=/" for i in range(60)]
    answer(c, "200 OK", FEED, *cookies)


def many_cookies(c, r):
    """As much as real sites set, twice over: it is allowed."""
    answer(c, "200 OK", FEED, *[f"Set-Cookie: c{i}={'x' * 900}; Path=/" for i in range(60)])


def old_http(c, r):
    c.sendall(FEED)


def garbage(c, r):
    c.sendall(bytes(range(256)) * 8)


def ssh(c, r):
    c.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    time.sleep(0.2)


def inject(c, r):
    """A zero byte in a header: what stands behind it may be anything."""
    c.sendall(b"HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 3\r\n\r\nabc")


def bare_return(c, r):
    """A carriage return alone begins no new header."""
    c.sendall(b"HTTP/1.1 200 OK\r\nX-A: a\rSet-Cookie: b=c\r\nContent-Length: 3\r\n\r\nabc")


def folded(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\nETag: \"a\r\n\t b\"\r\nContent-Length: 3\r\n\r\nabc")


def two_lengths(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde")


def odd_status(c, r):
    c.sendall(b"HTTP/1.1 0 Odd\r\nContent-Length: 3\r\n\r\nabc")


def old_tls(c, r):
    """No length: the end of the connection is the end of the body."""
    c.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + FEED)


# ---- bodies ------------------------------------------------------------------------------------


def short(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + FEED)


def long(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + FEED * 3)


def empty(c, r):
    pass


def reset(c, r):
    """Gone with a bang, before a word."""
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_body(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + FEED)
    time.sleep(0.2)
    reset(c, r)


def after_close(c, r):
    """Says that it closes, and goes on talking."""
    answer(c, "200 OK", FEED, "Connection: close")
    for _ in range(20):
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmore")
        time.sleep(0.05)


def chunk_garbage(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\nzz\r\nx")
    time.sleep(0.2)


def chunk_huge(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
              b"fffffffffffffffffffff\r\n<rss>")
    time.sleep(0.2)


def chunk_cut(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n40\r\n<")


def huge(c, r):
    """Five gigabytes, and it says so."""
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5368709120\r\n\r\n")
    while True:
        c.sendall(b"<item/>" * 10000)


def huge_quietly(c, r):
    c.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        c.sendall(b"<item/>" * 10000)


def zeros(megabytes):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


BOMB = zeros(64)


def bomb(c, r):
    answer(c, "200 OK", BOMB, "Content-Encoding: gzip")


def bomb_quietly(c, r):
    answer(c, "200 OK", BOMB, "Content-Type: application/rss+xml")


def bomb_in_bomb(c, r):
    answer(c, "200 OK", gzip.compress(BOMB), "Content-Encoding: gzip")


def gzip_quietly(c, r):
    answer(c, "200 OK", gzip.compress(FEED), "Content-Type: application/rss+xml")


def gzip_members(c, r):
    answer(c, "200 OK", gzip.compress(FEED) + gzip.compress(FEED) + bytes(512))


def gzip_cut(c, r):
    answer(c, "200 OK", gzip.compress(FEED * 50)[:-12])


def gzip_damaged(c, r):
    data = bytearray(gzip.compress(bytes(range(256)) * 400))
    data[60:64] = b"\xff\xff\xff\xff"
    answer(c, "200 OK", bytes(data))


def gzip_lie(c, r):
    answer(c, "200 OK", FEED, "Content-Encoding: gzip")


def gzip_twice(c, r):
    answer(c, "200 OK", gzip.compress(gzip.compress(FEED)), "Content-Encoding: gzip, gzip")


def many_codings(c, r):
    answer(c, "200 OK", FEED, "Content-Encoding: " + ", ".join(["gzip"] * 40))


def unknown_coding(c, r):
    answer(c, "200 OK", FEED, "Content-Encoding: rot13")


def one_byte(c, r):
    answer(c, "200 OK", b"\x1f")


# ---- pages in place of feeds, statuses ------------------------------------------------------------


def error_page(c, r):
    answer(c, "200 OK", b"<html><title>Oops</title>An error has occurred.</html>",
           "Content-Type: text/html")


def bot_check(c, r):
    answer(c, "403 Forbidden", b"<html><title>Just a moment</title></html>",
           "Content-Type: text/html")


def unchanged(c, r):
    c.sendall(b"HTTP/1.1 304 Not Modified\r\nETag: \"2041\"\r\n\r\n")


def unchanged_with_body(c, r):
    """A 304 has no body; this one thinks otherwise."""
    answer(c, "304 Not Modified", FEED)


def gone(c, r):
    answer(c, "410 Gone", b"gone\n")


def busy(c, r):
    """429 or 503 with Retry-After, once; then all is well: /busy?STATUS,SECONDS,KEY."""
    status, seconds, key = r.query.split(",")
    with LOCK:
        first = key not in SEEN
        SEEN.add(key)
    if not first:
        return ok(c, r)
    headers = [f"Retry-After: {seconds}"] if seconds else []
    answer(c, f"{status} Too Busy", b"later\n", *headers)


SEEN, LOCK = set(), threading.Lock()

# ---- redirects ------------------------------------------------------------------------------------


def go(c, r):
    """/go?STATUS,ADDRESS"""
    status, _, where = r.query.partition(",")
    redirect(c, where, status=f"{status} Go")


def far(c, r):
    redirect(c, f"/far?{int(r.query or 0) + 1}")


def circle(c, r):
    redirect(c, "/circle-back")


def circle_back(c, r):
    redirect(c, "/circle")


def cookie_walk(c, r):
    """Sends readers round until they bring the cookie back."""
    if "walk=1" in r.header("cookie"):
        return echo(c, r)
    redirect(c, "/cookie-walk", "Set-Cookie: walk=1; Path=/")


def cookie_circle(c, r):
    redirect(c, "/cookie-circle", f"Set-Cookie: walk={time.time()}; Path=/")


def cookie_away(c, r):
    redirect(c, r.query, "Set-Cookie: away=1; Path=/")


def nowhere(c, r):
    answer(c, "302 Found", b"somewhere\n")


def two_ways(c, r):
    redirect(c, "/ok", "Location: /echo")


def fat_redirect(c, r):
    """The page of a redirect has no end; nobody has to read it."""
    c.sendall(b"HTTP/1.1 302 Found\r\nLocation: /ok\r\n\r\n")
    while True:
        c.sendall(b"elsewhere " * 1000)


FAULTS = {name.replace("_", "-"): function for name, function in list(globals().items())
          if callable(function) and not isinstance(function, type)
          and name not in ("answer", "redirect", "zeros")}

# ---- servers ------------------------------------------------------------------------------------------


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        connection = self.request
        try:
            if self.server.tls:
                connection = self.server.tls.wrap_socket(connection, server_side=True)
                if connection.selected_alpn_protocol() == "h2":
                    return self.server.http2(connection)
            r = Request(connection)
            if r.target.startswith("http://"):
                answer(connection, "200 OK", f"proxied {r.target}\r\n{r.head}".encode())
            elif r.method == "CONNECT":
                answer(connection, "403 Forbidden", b"not through here\n")
            else:
                FAULTS[r.path.strip("/")](connection, r)
            if self.server.tls and r.query == "cut":
                connection.shutdown(socket.SHUT_RDWR)  # without TLS's good-bye
            elif self.server.tls:
                connection = connection.unwrap()
        except (OSError, ConnectionError, ValueError):
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512
    tls = None

    def __init__(self, tls=None, http2=None, address="127.0.0.1"):
        super().__init__((address, 0), Handler)
        self.tls, self.http2 = tls, http2
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass


def http2_garbage(c):
    """Speaks of HTTP/2 and cannot."""
    c.recv(65536)
    c.sendall(b"\x00\x00\x05\x04\x00\x00\x00\x00\x00abcde" + b"\xff" * 64)
    time.sleep(0.1)


def http2_silence(c):
    """Takes the request and hangs up."""
    c.sendall(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")
    c.recv(65536)


def tls_context(folder, name, alpn=("http/1.1",)):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/{name}.pem", f"{folder}/{name}.key")
    context.set_alpn_protocols(list(alpn))
    return context

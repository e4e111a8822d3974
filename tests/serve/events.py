#!/usr/bin/env python3
"""Events of a real server: stories that its own fetching brings and those of another
process; going on behind Last-Event-ID; whose they are; heartbeats; bounds; listeners that
go away; the end and SIGHUP.

    tests/serve/events.py build/release/kabar
"""
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from server import Checks, Server

check = Checks()
OF_ONE = 16  # KB_LIMIT_EVENTS_OF_ONE


class Outlet:
    """A feed whose entries are added by name, and how often it was asked."""

    def __init__(self):
        outlet = self
        self.names = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                items = "".join(
                    f"<item><guid>{name}</guid><title>{name} harbour {name} opens</title>"
                    f"<description>{f'The {name} office counted {name} boats on the quay. ' * 8}"
                    "</description></item>" for name in outlet.names)
                body = f"<rss version='2.0'><channel><title>Quay</title>{items}</channel></rss>".encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.at = f"http://127.0.0.1:{self.server.server_address[1]}/feed"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Listener:
    """Reads events as they come: .status, .events of (id, kind, data), .beats, .ended."""

    def __init__(self, server, token, query="", last=None):
        host, port = server.address.split("//")[1].split("/")[0].split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=40)
        lines = [f"GET /api/v1/events{query} HTTP/1.0", "Host: localhost",
                 f"Authorization: Bearer {token}"]
        if last is not None:
            lines.append(f"Last-Event-ID: {last}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while (line := self.file.readline().decode().strip()):
            name, value = line.split(": ", 1)
            self.headers[name.lower()] = value
        self.events, self.beats, self.retry, self.ended = [], 0, None, None
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        one = {}
        try:
            for line in self.file:
                line = line.decode().rstrip("\n")
                if line == ":":
                    self.beats += 1
                elif line:
                    name, value = line.split(": ", 1)
                    one[name] = value
                elif "data" in one:
                    self.events.append((one.get("id"), one.get("event"), json.loads(one["data"])))
                    one = {}
                elif "retry" in one:
                    self.retry = int(one.pop("retry"))
            self.ended = "end"
        except (OSError, ValueError) as error:
            self.ended = error

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()


def until(what, seconds=15):
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def titles(listener):
    return [data["title"] for _, kind, data in listener.events if kind == "story"]


def another_process(server, name):
    """An article that `kabar import` brings, past the server."""
    folder = tempfile.mkdtemp(dir=server.folder)
    with open(os.path.join(folder, "page.html"), "w", encoding="utf-8") as page:
        page.write(f"<html lang=en><head><title>{name}</title><link rel=canonical "
                   f"href='https://{name}.example.org/a'></head><body><article><h1>{name} at the "
                   f"lighthouse</h1>" + f"<p>{name} keepers met at noon and spoke of {name}. " * 9
                   + "</article></body></html>")
    subprocess.run([server.kabar, "import", "--db", server.db, folder], check=True, timeout=60,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def fetched(server, token, outlet):
    """What the server's own fetching commits is told at once, and to those it is for."""
    other = server.token("read", reader(server))
    mine, everything = Listener(server, token), Listener(server, other, "?all=true")
    theirs, german = Listener(server, other), Listener(server, token, "?language=de")
    check(mine.status == 200 and mine.headers["content-type"] == "text/event-stream",
          "200, an event stream", mine.status, mine.headers)
    check(until(lambda: mine.retry) == 5000, "when to come again is told", mine.retry)
    outlet.names = ["Alder", "Birch", "Cedar"]
    got = server.ask("/api/v1/feeds", "POST", token, {"url": outlet.at})
    check(got.status == 201, "a feed is followed", got.body)
    check(until(lambda: len(mine.events) >= 3), "stories of a new feed are told", mine.events)
    check(sorted(title.split()[0] for title in titles(mine)) == outlet.names, "each once", mine.events)
    numbers = [int(number) for number, _, _ in mine.events]
    check(numbers == sorted(set(numbers)), "ids rise", numbers)
    story = server.ask("/api/v1/stories/" + mine.events[0][2]["id"], token=token)
    check(story.status == 200 and story.json["title"] == mine.events[0][2]["title"],
          "a story is there once it is told", story.body)
    check(until(lambda: len(everything.events) == 3), "the whole wire, who asked for it",
          everything.events)
    check(not theirs.events, "who does not follow the feed is not told", theirs.events)
    check(not german.events, "nor who wants another language", german.events)
    for each in (mine, everything, theirs, german):
        each.close()
    return numbers


def goes_on(server, token, numbers):
    """Behind Last-Event-ID nothing is missed and nothing comes twice."""
    again = Listener(server, token, last=numbers[0])
    check(until(lambda: len(again.events) == 2), "what came since is told", again.events)
    check([int(number) for number, _, _ in again.events] == numbers[1:], "in its order", again.events)
    page = Listener(server, token, f"?after={numbers[1]}")
    check(until(lambda: len(page.events) == 1), "or behind what a page says", page.events)
    page.close()
    far = Listener(server, token, last=10 ** 15)
    check(far.status == 200, "an id from another file: from now on", far.status)
    check(Listener(server, token, last="x").status == 400, "no id: 400")
    check(Listener(server, token, "?after=-1").status == 400, "nor is that one: 400")
    check(Listener(server, token, "?all=maybe").status == 400, "no yes or no: 400")
    check(Listener(server, "wrong").status == 401, "a wrong token: 401")
    server.sql("UPDATE sqlite_sequence SET seq = seq + 20000 WHERE name = 'article'")
    another_process(server, "Marram")
    behind = Listener(server, token, last=numbers[0])
    check(until(lambda: len(behind.events) == 2), "too far back", behind.events)
    check([kind for _, kind, _ in behind.events] == ["missed", "story"],
          "that something was missed is said", behind.events)
    many = Listener(server, token, "?all=true", last=0)
    check(until(lambda: many.events), "an id of nothing: from the beginning", many.events)
    for each in (again, far, behind, many):
        each.close()


def beats(server, token):
    """Silence is broken in 20 seconds, and what another process wrote is told by then."""
    one = Listener(server, token, "?all=true")
    check(until(lambda: one.retry) == 5000, "it listens")
    time.sleep(1)
    another_process(server, "Samphire")
    begun = time.monotonic()
    check(until(lambda: one.beats or one.events, 24), "something comes within 24 seconds")
    check(until(lambda: one.events, 24), "another process's story", one.events)
    check(until(lambda: one.beats, 24), "heartbeats", one.beats)
    check(time.monotonic() - begun < 45, "in time")
    one.close()


def may(server, token):
    one = Listener(server, token)
    one.close()
    return one.status == 200


def bounds(server, token):
    """So many of one person; who went away makes room; a HEAD listens to nothing."""
    held = []
    while len(held) <= OF_ONE:
        held.append(Listener(server, token))
        if held[-1].status != 200:
            break
    check(held[-1].status == 429 and held[-1].headers.get("retry-after") == "60",
          "one more than may: 429", len(held), held[-1].status)
    check(server.ask("/api/v1/counts", token=token).status == 200, "the others are answered")
    other = Listener(server, server.token("read", reader(server)))
    check(other.status == 200, "another person may", other.status)
    other.close()
    for each in held:
        each.close()
    check(until(lambda: may(server, token), 30), "who went away makes room")
    head = server.ask("/api/v1/events", "HEAD", token)
    check(head.status == 200 and not head.body, "HEAD ends", head.status)


def threads(server):
    return len(os.listdir(f"/proc/{server.process.pid}/task"))


def ends(server, token):
    """SIGHUP and the end send all home at once."""
    held = [Listener(server, server.token("read", reader(server))) for _ in range(8)]
    few = threads(server)
    check(few < 20, "no thread a listener", few)
    server.process.send_signal(signal.SIGHUP)
    begun = time.monotonic()
    check(until(lambda: all(each.ended for each in held), 8), "SIGHUP ends them",
          [each.ended for each in held])
    check(all(each.ended == "end" for each in held), "in good order", [each.ended for each in held])
    check(time.monotonic() - begun < 4, "at once", time.monotonic() - begun)
    check(until(lambda: server.ask("/healthz").status == 200), "the new server is there")
    held = [Listener(server, token) for _ in range(3)]
    check(all(each.status == 200 for each in held), "who comes again listens",
          [each.status for each in held])
    begun = time.monotonic()
    server.process.terminate()
    code = server.process.wait(10)
    took = time.monotonic() - begun
    check(code == 0 and took < 3, "the end waits for nobody who listens", code, took)
    check(until(lambda: all(each.ended for each in held)), "and sends them home")


def reader(server):
    rows = server.sql("SELECT n FROM user WHERE name = 'ines'")
    if rows:
        return rows[0][0]
    subprocess.run([server.kabar, "user", "add", "--db", server.db, "ines"],
                   input=b"a password of length\n", check=True, timeout=60,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return reader(server)


def main():
    outlet = Outlet()
    with Server(sys.argv[1], "--allow-private", "127.0.0.1:*", pages=False) as server:
        token = server.token()
        numbers = fetched(server, token, outlet)
        goes_on(server, token, numbers)
        beats(server, token)
        bounds(server, token)
        ends(server, token)
    check.end()


main()

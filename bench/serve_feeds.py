"""Made-up feeds for the bench of servers: the same words and articles each time.

Each feed has a host of its own, a loopback address, so that who asks politely asks them
side by side.  Feed I of N has its share of the articles: RSS with the whole text of
each.  The words' frequencies follow Zipf's law; a third of the articles tell an event that
other feeds tell too, in words of its own; times are spread over a year, up to a moment that
is given.  All are made before the first is asked for, so that no program waits for them.
`news` new ones stand before these.
"""
import bisect
import email.utils
import http.server
import random
import re
import threading

PARTS = "ba ke li mor tu san de ri vo pel ga nu shi tra co len".split()
WORDS = 20000
TEXT_WORDS = 220


def make_words():
    words, reach, total = [], [], 0.0
    for i in range(WORDS):
        rest, word = i + 7, ""
        while rest:
            word += PARTS[rest % 16]
            rest //= 16
        words.append(word)
        total += 1.0 / (i + 3)
        reach.append(total)
    return words, reach


class Feeds:
    """Serves N feeds on loopback; `address(i)` is where."""

    def __init__(self, feeds, articles, now):
        self.feeds, self.each, self.now = feeds, -(-articles // feeds), now
        self.news = 0
        self.words, self.reach = make_words()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                found = re.match(r"^/feed/(\d+)$", self.path)
                home = re.match(r"^/site/\d+", self.path)
                if found and int(found[1]) < outer.feeds:
                    body, kind = outer.feed(int(found[1])), "application/rss+xml"
                elif home:
                    body, kind = b"<!doctype html><title>Site</title>", "text/html"
                else:
                    body, kind = b"", None
                self.send_response(200 if kind else 404)
                if kind:
                    self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 512  # all feeds may be asked for at once

            def verify_request(self, request, client_address):
                return client_address[0].startswith("127.")

            def handle_error(self, request, client_address):
                pass  # a client went away

        self.server = Server(("0.0.0.0", 0), Handler)
        self.server.daemon_threads = True
        self.items = ["".join(self.item(i, n) for n in range(self.each))
                      for i in range(feeds)]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def host(self, i):
        return "127.1.%d.%d:%d" % (i // 250, 1 + i % 250, self.server.server_port)

    def address(self, i):
        return "http://%s/feed/%d" % (self.host(i), i)

    def close(self):
        self.server.shutdown()

    def some(self, dice, count, event):
        out = []
        for _ in range(count):
            if event and dice.random() < 0.12:
                out.append(self.words[200 + (event * 7919 + dice.randrange(14) * 613) %
                                      (WORDS - 200)])
            else:
                at = bisect.bisect_left(self.reach, dice.random() * self.reach[-1])
                out.append(self.words[min(at, WORDS - 1)])
        return out

    def item(self, feed, number):
        dice = random.Random(feed * 1000003 + number)
        age = max(0, int(365 * 86400 * number / self.each)) + dice.randrange(3600)
        event = 1 + age // 7200 if dice.random() < 0.33 else 0
        title = " ".join(self.some(dice, 9, event)).capitalize()
        text = self.some(dice, TEXT_WORDS, event)
        paragraphs = "".join(
            "&lt;p&gt;%s.&lt;/p&gt;" % " ".join(text[i:i + 55]).capitalize()
            for i in range(0, len(text), 55))
        link = "http://%s/site/%d/%d" % (self.host(feed), feed, number + 1000)
        return ("<item><title>%s</title><link>%s</link><guid>%s</guid><pubDate>%s</pubDate>"
                "<description>%s</description></item>\n" %
                (title, link, link, email.utils.formatdate(self.now - age), paragraphs))

    def feed(self, i):
        head = ('<?xml version="1.0"?><rss version="2.0"><channel><title>Feed %d</title>'
                '<link>http://%s/site/%d</link><description>Made up</description>\n'
                % (i, self.host(i), i))
        return (head + "".join(self.item(i, n) for n in range(-self.news, 0)) +
                self.items[i] + "</channel></rss>\n").encode()

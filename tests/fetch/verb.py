#!/usr/bin/env python3
"""kabar fetch against servers on loopback: what it prints, says and asks for.

    tests/fetch/verb.py build/release/kabar [WORD…]

With words, only the groups with one of them in the name run.  Ports are the kernel's,
everything ends with this program.
"""
import json
import signal
import subprocess
import sys
import time

import faulty
import nginx
import outlet
from outlet import Checks

check = Checks()


class Done:
    """What a call printed, said and ended with."""

    def __init__(self, *words, stdin=None, allow=True):
        start = [sys.argv[1], "fetch", "--spacing", "0"]
        start += ["--allow-private", "127.0.0.1:*"] if allow else []
        done = subprocess.run(start + list(words), input=stdin, timeout=60,
                              stdin=None if stdin is not None else subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out = done.stdout.decode("utf-8", "replace")
        self.said = done.stderr.decode("utf-8", "replace")
        self.status = done.returncode

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def one(self):
        try:
            return json.loads(self.out)
        except ValueError:
            return {}

    def wants(self, status, *said, what):
        missing = [text for text in said if text not in self.said]
        check(self.status == status and not missing, what, f"status {self.status}",
              f"not said: {missing}", self.said, self.out)


def kinds(folder):
    web = outlet.Site(outlet.pages())
    done = Done(web.url + "/feed.xml")
    done.wants(0, what="a feed")
    feed = done.one()
    check(feed.get("version") == "https://jsonfeed.org/version/1.1", "JSON Feed", done.out)
    check([i.get("url") for i in feed.get("items", [])][:1] == [web.url + "/news/ferry"],
          "the feed's addresses are whole", done.out)
    article = Done(web.url + "/news/ferry").one()
    check(article.get("title") == "Ferry goes again" and
          "in the dock for eleven weeks" in article.get("content_text", ""), "an article")
    check(article.get("url") == web.url + "/news/ferry", "the article's address")
    done = Done("-f", "markdown", web.url + "/news/ferry")
    check(done.out.startswith("# Ferry goes again\n"), "an article as Markdown", done.out)
    Done("-f", "markdown", web.url + "/feed.xml").wants(
        1, "a feed is printed as json or view", what="a feed as Markdown")
    front = Done(web.url + "/").one()
    check(front.get("feeds") == [{"url": web.url + "/feed.xml", "title": "All news",
                                  "found": "link"}], "a front page's feed", front)
    check(web.url + "/news/storm" in [a["url"] for a in front.get("articles", [])],
          "a front page's articles", front)
    view = Done("-f", "view", web.url + "/").out
    check(view.startswith("Harbour Gazette\n\nFeeds\n  All news\n"), "a site's view", view)
    check("Ferry goes again" in Done("--as", "feed", "-f", "view", web.url + "/").out,
          "--as feed: the feed that a page names")
    check("title" in Done("--as", "article", web.url + "/").one(), "--as article")
    found = Done("--as", "site", web.url + "/news/ferry").one().get("feeds", [])
    check([f["found"] for f in found] == ["well-known"], "--as site", found)
    check("Harbour" in Done("-o", folder + "/out", web.url + "/feed.xml").out +
          open(folder + "/out").read(), "-o")


def robots(folder):
    web = outlet.Site(outlet.pages())
    done = Done("-n", "3", "-f", "json", web.url + "/feed.xml")
    done.wants(0, "/private/bridge: left out", what="articles of a feed")
    check([a["title"] for a in done.lines()] == ["Ferry goes again", "Old mill sold"],
          "robots.txt is obeyed for articles that kabar finds", done.out)
    check("/private/bridge" not in web.asked(), "and they are not asked for")
    check(Done(web.url + "/private/bridge").one().get("title") == "Bridge opens" and
          web.asked() == ["/private/bridge"], "what a person names is fetched")
    pages = outlet.pages()
    pages["/robots.txt"] = ("text/plain", "User-agent: kabar\nCrawl-delay: 0.7\nAllow: /\n", {})
    web, started = outlet.Site(pages), time.time()
    check(len(Done("-n", "9", web.url + "/feed.xml").lines()) == 3 and
          1.4 <= time.time() - started < 5, "crawl-delay", time.time() - started)
    pages = outlet.pages()
    pages["/"] = ("text/html", outlet.home(), {})
    pages["/rss.xml"] = pages.pop("/feed.xml")
    web = outlet.Site(pages)
    front = Done(web.url + "/").one()
    check([(f["url"], f["found"]) for f in front.get("feeds", [])] ==
          [(web.url + "/rss.xml", "well-known")], "a feed at a well-known path", front)
    check([m["url"] for m in front.get("sitemaps", [])] == [web.url + "/map.xml"],
          "site maps by robots.txt", front)
    asked = web.asked()
    check("/feed" not in asked and "/rss" in asked, "paths that robots.txt refuses", asked)
    pages["/"] = ("text/html", "<title>App</title><script src=/app.js></script>", {})
    pages["/map.xml"] = ("text/xml", outlet.INDEX, {})
    pages["/map-1.xml"] = ("text/xml", outlet.SITEMAP, {})
    front = Done("--as", "site", web.url + "/").one()
    check([a["url"] for a in front.get("articles", [])] == [web.url + "/news/ferry"],
          "articles by a site map, where the page names none", front)
    pages["/robots.txt"] = ("text/plain", "", {":status": 503})
    web.asked()
    check(Done("--as", "site", web.url + "/").one().get("feeds") == [] and
          web.asked() == ["/", "/robots.txt"],
          "a robots.txt that cannot be read allows nothing")


def failing(folder):
    web, bad = outlet.Site(outlet.pages()), faulty.Server()
    at = f"http://127.0.0.1:{bad.port}"
    with open(folder + "/old", "w") as old:
        old.write("old\n")
    Done("-o", folder + "/old", web.url + "/none").wants(1, "404 Not Found", what="404")
    check(open(folder + "/old").read() == "old\n", "an older output stays")
    Done(at + "/gone").wants(1, "410 Gone", what="410")
    Done(at + "/bot-check").wants(1, "a check for robots", what="a bot check")
    Done(at + "/busy").wants(1, what="429")
    Done(web.url + "/data.json").wants(1, what="JSON that is no feed")
    Done(web.url + "/picture.png").wants(1, what="a picture")
    Done(at + "/short").wants(1, what="a body that is cut off")
    Done(at + "/circle").wants(1, "redirect", what="redirects in a circle")
    Done("--max-bytes", "1K", at + "/huge").wants(1, what="--max-bytes")
    Done("--timeout", "1", at + "/never").wants(1, what="--timeout")
    Done(web.url + "/", allow=False).wants(1, "this machine itself", what="a private address")
    Done("ftp://example.org/").wants(1, what="another scheme")
    Done("http://").wants(1, what="no address")


def requests(folder):
    web = outlet.Site(outlet.pages())
    Done("--contact", "https://me.example/bot", "-H", "X-Key: a b", "--cookie", "c=1",
         "--user", "me:secret", web.url + "/feed.xml").wants(0, what="a request's options")
    sent = web.log[-1][1]
    check("kabar/" in sent["user-agent"] and "https://me.example/bot" in sent["user-agent"],
          "--contact", sent)
    check(sent.get("x-key") == "a b" and sent.get("cookie") == "c=1" and
          sent.get("authorization") == "Basic bWU6c2VjcmV0", "header, cookie, login", sent)
    Done("--user-agent", "other/1", "-n", "1", "--cookie", "c=1", web.url + "/feed.xml")
    check(web.log[-1][0] == "/news/ferry" and "cookie" not in web.log[-1][1],
          "secrets stay with the address that a person named", web.log[-1])
    done = Done("-v", web.url + "/feed.xml")
    done.wants(0, f"= GET {web.url}/feed.xml\n", "> GET /feed.xml HTTP/1.1\n",
               "< HTTP/1.1 200 OK\n", "* it is a feed\n", "the feed's ttl is 2 h",
               what="--verbose")


def tls(folder):
    nginx.make_certificates(folder)
    good, own = (faulty.Server(faulty.tls_context(folder, name)) for name in ("good", "self"))
    url = f"https://tls.example.org:{good.port}/ok"
    words = ["--resolve", "tls.example.org=127.0.0.1", "--allow-private", "tls.example.org:*"]
    Done(*words, url).wants(1, "certificate", what="a certificate that nobody knows")
    Done(*words, "--ca-file", folder + "/ca.pem", url).wants(0, what="--ca-file")
    url = f"https://tls.example.org:{own.port}/ok"
    Done(*words, "--ca-file", folder + "/ca.pem", url).wants(1, "certificate", "--insecure",
                                                              what="one of its own making")
    Done(*words, "--insecure", url).wants(0, what="--insecure")


def state(folder):
    pages = outlet.pages()
    web = outlet.Site(pages)
    path, url = folder + "/state", web.url + "/feed.xml"
    check(len(Done("--state", path, url).one().get("items", [])) == 4, "the first time")
    again = Done("-v", "--state", path, url)
    again.wants(0, "not modified", what="the second time")
    check(again.out == "" and web.log[-1][1].get("if-none-match") == "W/\"a  'b'\"",
          "validators byte for byte", web.log[-1])
    web.asked()
    Done("--state", path, "--due", url).wants(0, "has not come", what="--due, too early")
    check(not web.log, "who is not due is not asked")
    many = Done("--state", path, "--due", url, web.url + "/news/mill")
    many.wants(0, "1 of 2 are not due yet", what="--due, several")
    pages["/feed.xml"] = ("text/html", "gone", {":status": 410})
    Done("--state", path, url).wants(1, "410 Gone", what="gone")
    web.asked()
    Done("--state", path, "--due", url).wants(0, "gone for good", what="--due, gone")
    check(not web.log, "a feed that is gone is not asked")
    with open(path, "a") as out:
        out.write("{\n")
    before = open(path).read()
    Done("--state", path, url).wants(1, "line 2 is no feed's state", what="a broken state")
    check(open(path).read() == before, "a broken state is left alone")


def many(folder):
    web, bad = outlet.Site(outlet.pages()), faulty.Server()
    good = ["/", "/feed.xml", "/news/ferry", "/news/mill"]
    wrong = ["http://127.0.0.1:%d/short" % bad.port, web.url + "/none", "nonsense"]
    urls = [web.url + path for path in good] * 20 + wrong
    text = "# a list\n\n" + "\r\n".join(urls)
    done = Done("-j", "8", "--paths-from", "-", stdin=text.encode())
    done.wants(1, "3 of 83 failed", what="many addresses")
    lines = done.lines()
    check(sorted(line["url"] for line in lines) == sorted(urls), "a line for each")
    check({line["url"].rpartition("/")[2]: line["kind"] for line in lines} ==
          {"": "site", "feed.xml": "feed", "ferry": "article", "mill": "article",
           "short": "nothing", "none": "nothing", "nonsense": "nothing"}, "their kinds")
    for line in lines:
        check({"site": "site", "feed": "feed", "article": "article",
               "nothing": "error"}[line["kind"]] in line, "what came stands in it", line)
    check(all("next" in line for line in lines if line["kind"] == "feed"),
          "when a feed is asked again")
    Done("--paths-from", folder + "/none").wants(1, "No such file", what="no list")
    path = folder + "/pages.warc.gz"
    Done("--warc", path, "-o", folder + "/lines", *urls[:4]).wants(0, what="--warc")
    read = subprocess.run([sys.argv[1], "read", path], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60)
    titles = [json.loads(line).get("title") for line in read.stdout.splitlines()]
    check("Old mill sold" in titles, "what was written can be read", titles, read.stderr)


def interrupt(folder):
    """Ctrl-C: what has begun is finished, what waits is dropped; a second one ends at once."""
    web, bad = outlet.Site(outlet.pages()), faulty.Server()
    slow = f"http://127.0.0.1:{bad.port}/delay?3"
    urls = [web.url + "/feed.xml", slow] + [web.url + "/news/mill"] * 500
    for times in (1, 2):
        run = subprocess.Popen([sys.argv[1], "fetch", "--allow-private", "127.0.0.1:*",
                                "--paths-from", "-"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        run.stdin.write("\n".join(urls).encode() + b"\n")
        run.stdin.flush()
        time.sleep(1.5)
        started = time.time()
        for _ in range(times):
            run.send_signal(signal.SIGINT)
            time.sleep(0.4)
        try:
            out, said = run.communicate(timeout=30)
        finally:
            run.kill()
        took = time.time() - started
        check(run.returncode == 130, "interrupted: its status", run.returncode, said)
        lines = out.decode().splitlines()
        if times == 1:
            check(b"some that waited were not asked" in said, "what is dropped is told", said)
            check(any(json.loads(line)["url"] == slow for line in lines),
                  "what had begun is finished", took, said)
            check(len(lines) < 100, "what waits is dropped", len(lines))
        else:
            check(took < 1.5, "the second time ends at once", took)


GROUPS = (kinds, robots, failing, requests, tls, state, many, interrupt)


if __name__ == "__main__":
    sys.exit(check.run(GROUPS))

#!/usr/bin/env python3
"""kabar's wire against servers on loopback: add, rounds, and rounds that are cut short.

    tests/fetch/rounds.py build/release/kabar [WORD…]

With words, only the groups with one of them in the name run.
"""
import json
import signal
import sqlite3
import subprocess
import sys
import time

import outlet
from outlet import Checks

check = Checks()
ALLOW = ["--allow-private", "127.0.0.1:*"]


class Wire:
    """A wire of its own; the last call's status and what it said."""

    def __init__(self, folder, name="wire.db"):
        self.db = f"{folder}/{name}"
        self.status, self.said = 0, ""

    def words(self, verb, *words):
        return [sys.argv[1], verb, "--db", self.db, *words]

    def __call__(self, verb, *words):
        done = subprocess.run(self.words(verb, *words), timeout=60, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.status, self.said = done.returncode, done.stderr.decode("utf-8", "replace")
        out = done.stdout.decode("utf-8", "replace").splitlines()
        return [json.loads(line) if line.startswith("{") else line for line in out]

    def add(self, *words):
        return self("add", "--spacing", "0", *ALLOW, *words)

    def round(self, *words):
        """The lines of a round by their feeds' paths."""
        lines = self("fetch", "--spacing", "0", *ALLOW, *words)
        return {line["feed"].split("/", 3)[3]: line for line in lines}

    def texts(self):
        return {a["title"]: a.get("content_text", "") for a in self("export", "-f", "jsonl")}

    def sound(self, what):
        self("check")
        check(self.status == 0, what + ": the file has no faults", self.said)


def whole(text):
    return "in the dock for eleven weeks" in text


def rounds(folder):
    pages = outlet.pages()
    pages["/news/mill"] = ("text/html", "busy", {":status": 503})
    web, wire = outlet.Site(pages), Wire(folder)
    out = wire.add(web.url + "/")
    check(wire.status == 0 and out[0].startswith("added 1: ") and "/feed.xml" in out[0],
          "a site's feed is added", out, wire.said)
    check("known as 1" in wire.add(web.url + "/feed.xml")[0], "the same feed again")
    web.asked()
    line = wire.round().get("feed.xml", {})
    check((line.get("new"), line.get("pages"), line.get("pages_failed")) == (4, 1, 1) and
          not line.get("failed"), "the first round", line, wire.said)
    asked = web.asked()
    check("/robots.txt" in asked and "/private/bridge" not in asked and "/news/mill" in asked,
          "pages that robots.txt forbids are not asked for", asked)
    texts = wire.texts()
    check(len(texts) == 4 and whole(texts["Ferry goes again"]) and
          not whole(texts["Bridge opens"]) and not whole(texts["Old mill sold"]),
          "a teaser's page is read; else the entry stands for it", texts)
    wire.round()
    check(not web.asked(), "who is not due is not asked", wire.said)
    pages["/news/mill"] = outlet.pages()["/news/mill"]
    line = wire.round("--all").get("feed.xml", {})
    check(line.get("new") == 0 and line.get("changed") == 1 and line.get("pages") == 1,
          "a page that could not be had is tried again", line)
    check(whole(wire.texts()["Old mill sold"]), "and takes the place of its entry")
    web.asked()
    line = wire.round("--all").get("feed.xml", {})
    check(line.get("new") == 0 and line.get("changed") == 0 and
          [path for path, _ in web.log] == ["/feed.xml"], "nothing new", line, web.log)
    web.asked()
    wire.round("--all")
    check(web.log[-1][1].get("if-none-match") == "W/\"a  'b'\"", "validators are sent", web.log)
    pages["/feed.xml"] = ("text/html", "gone", {":status": 410})
    line = wire.round("--all").get("feed.xml", {})
    check(line.get("failed") and "next" not in line and wire.status == 1, "a feed is gone", line)
    web.asked()
    wire.round()
    check(not web.asked(), "a feed that is gone is asked no more")
    check([f["url"] for f in wire("feeds", "--failing")] == [web.url + "/feed.xml"],
          "feeds --failing", wire.said)
    wire.sound("rounds")


def sites(folder):
    pages = outlet.pages()
    pages["/news/storm"] = ("text/html", "busy", {":status": 503})
    web, wire = outlet.Site(pages), Wire(folder)
    wire.add("--site", web.url + "/")
    check(wire("feeds")[0].get("format") == "site", "a front page is added")
    line = wire.round().get("", {})
    check(line.get("new") == 2 and line.get("pages_failed") == 1, "its articles", line, wire.said)
    pages["/news/storm"] = ("text/html", outlet.ARTICLE.format(title="Storm"), {})
    line = wire.round("--all").get("", {})
    check(line.get("new") == 1 and "Storm" in wire.texts(), "what failed comes later", line)
    pages["/robots.txt"] = ("text/plain", "", {":status": 503})
    pages["/news/school"] = ("text/html", outlet.ARTICLE.format(title="School"), {})
    wire("feeds", "--pause", "1")
    web.asked()
    wire.round("--all")
    check(not web.asked(), "a paused feed is not asked")
    wire.sound("sites")


def unseen(folder):
    web, wire = outlet.Site(outlet.pages()), Wire(folder, "unseen.db")
    wire.add("--unseen", web.url + "/")
    wire.round()
    feed = wire("feeds")[0]
    check(feed["url"] == web.url + "/feed.xml", "a site that was added unseen: its feed", feed)
    line = wire.round().get("feed.xml", {})
    check(line.get("new", 0) > 0, "... is asked at once", line, wire.said)


def undated(folder):
    """Without dates the first round's entries are as old as the feed or the page, the next
    round's are new."""
    def feed(*titles):
        items = "".join(f"<item><title>{t}</title><description>{t}: word.</description>"
                        f"<guid isPermaLink='false'>{t}</guid>" +
                        (f"<link>/{t}</link>" if t == "Paged" else "") + "</item>" for t in titles)
        return f'<rss version="2.0"><channel><title>Undated</title>{items}</channel></rss>'
    old = {"Last-Modified": "Mon, 02 Mar 2020 08:00:00 GMT"}
    page = outlet.ARTICLE.format(title="Paged").replace("article:published_time", "none")
    pages = {"/feed.xml": ("application/rss+xml", feed("Old", "Paged"), old),
             "/Paged": ("text/html", page, {"Last-Modified": "Fri, 01 Mar 2019 08:00:00 GMT"})}
    web, wire = outlet.Site(pages), Wire(folder)
    wire.add(web.url + "/feed.xml")
    wire.round()
    pages["/feed.xml"] = ("application/rss+xml", feed("New", "Old", "Paged"), {})
    wire.round("--all")
    times = {a["title"]: a["time"] for a in wire("search", "before:2099-01-01")}
    check(times.get("Old") == "2020-03-02T08:00:00Z", "an undated entry of the first round", times)
    check(times.get("Paged") == "2019-03-01T08:00:00Z", "an undated page", times)
    check(times.get("New", "") > "2021", "an undated entry that came later", times)


def new_ids(folder):
    """A feed that makes new ids each time that it is asked costs nothing after the first."""
    asked = 0

    def feed(*items):
        nonlocal asked
        asked += 1
        return ("application/rss+xml", '<rss version="2.0"><channel><title>Ids</title>' + "".join(
            f"<item><title>{title}</title><link>{link}</link><description>{text}</description>"
            f"<guid isPermaLink='false'>{asked}-{i}</guid></item>"
            for i, (title, link, text) in enumerate(items)) + "</channel></rss>", {})
    count = lambda: sqlite3.connect(wire.db).execute("SELECT count(*) FROM entry").fetchone()[0]
    text = "The harbour master said on the quay what he saw from there. " * 20
    items = [("Ferry goes again", "/news/ferry", "A ferry."), ("Old mill sold", "/news/mill", text),
             ("First note", "/live", "The boat is seen."), ("Second note", "/live", "It is here."),
             ("Without a link", "", text)]
    web, wire = outlet.Site(outlet.pages()), Wire(folder)
    web.pages["/feed.xml"] = feed(*items)
    wire.add("--unseen", web.url + "/feed.xml")
    line = wire.round().get("feed.xml", {})
    texts, rows = wire.texts(), count()
    check("Ferry goes again" in texts and "Old mill sold" in texts, "the first round", line, texts)
    for _ in range(3):
        web.pages["/feed.xml"] = feed(*items)
        web.asked()
        line = wire.round("--all").get("feed.xml", {})
        check((line.get("new"), line.get("changed"), line.get("pages")) == (0, 0, 0),
              "the next one brings nothing", line)
        check([p for p in web.asked() if p != "/robots.txt"] == ["/feed.xml"], "and asks for no page")
        check(count() == rows, "and keeps nothing", count(), rows)
    check(wire.texts() == texts, "the articles are as they were")
    items[1] = ("Old mill sold", "/news/mill", text + "It was sold.")
    web.pages["/feed.xml"] = feed(*items)
    line = wire.round("--all").get("feed.xml", {})
    check((line.get("new"), line.get("changed")) == (0, 1) and
          "It was sold." in wire.texts()["Old mill sold"], "other words are a new version", line)
    items.append(("Ferry goes again", "/news/again", "A ferry."))
    web.pages["/news/again"] = ("text/html", outlet.ARTICLE.format(title="Ferry, again"), {})
    web.pages["/feed.xml"] = feed(*items)
    check(wire.round("--all").get("feed.xml", {}).get("new") == 1, "another link is another article")
    item = ("<item><title>All is well again</title><link>/status</link><guid isPermaLink='false'>{0}</guid>"
            "<pubDate>Mon, 02 Mar 2026 0{0}:00:00 GMT</pubDate></item>")
    for hour in (1, 2):
        web.pages["/feed.xml"] = ("application/rss+xml", '<rss version="2.0"><channel><title>Ids</title>' +
                                  item.format(hour) + "</channel></rss>", {})
        web.pages["/status"] = ("text/html", outlet.ARTICLE.format(title=f"Well at {hour}"), {})
        line = wire.round("--all").get("feed.xml", {})
        check(line.get("pages") == 1, "the same words of another hour are looked at", line)
    wire.sound("new ids")


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>{title}</title><link>/</link>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>{link}</link><pubDate>Mon, 02 Mar 2026
 {hour:02}:00:00 GMT</pubDate><description>{text}</description></item>"""


def rss(title, *items):
    return ("application/rss+xml", RSS.format(title=title, items="".join(
        ITEM.format(title=t, link=link, text=text, hour=8 + i)
        for i, (t, link, text) in enumerate(items))), {})


def secrets(folder):
    """What is for the feed's server goes to no other that its entries name."""
    html = "text/html; charset=utf-8"
    other = outlet.Site({"/news/mill": (html, outlet.ARTICLE.format(title="Old mill sold"), {})})
    web, wire = outlet.Site(outlet.pages()), Wire(folder)
    web.pages["/feed.xml"] = rss("Gazette", ("Ferry goes again", web.url + "/news/ferry", ""),
                                 ("Old mill sold", other.url + "/news/mill", ""))
    wire.add("--full-text", "always", web.url + "/feed.xml")
    wire("feeds", "--settings", json.dumps({"cookie": "c=1", "login": "ada:secret",
                                            "headers": {"X-Key": "k7"}}), "1")
    web.asked()
    wire.round()
    sent = {path: head for site in (web, other) for path, head in site.log}
    names = {"cookie", "authorization", "x-key"}
    check(names <= set(sent.get("/news/ferry", {})), "secrets go with the feed's own pages", sent)
    check("/news/mill" in sent and not names & set(sent["/news/mill"]),
          "another port of the host gets none", sent.get("/news/mill"))


def strangers(folder):
    """An article's text is its own site's, whoever else has its address."""
    html, text = "text/html; charset=utf-8", "The harbour master said on the quay what he saw. " * 20
    paper, evil, wire = outlet.Site({}), outlet.Site({}), Wire(folder)
    port = lambda site: site.url.rsplit(":", 1)[1]
    at, bad = f"http://paper.example:{port(paper)}", f"http://evil.test:{port(evil)}"
    names = ["--resolve", "paper.example=127.0.0.1", "--resolve", "evil.test=127.0.0.1"]
    paper.pages["/feed.xml"] = rss("Paper", ("Ferry goes again", at + "/ferry", text))
    lies = "The ferry has sunk with all hands, nobody knows why or where it was. " * 30
    evil.pages["/feed.xml"] = rss("Evil", ("Ferry sunk", at + "/ferry", lies),
                                  ("A copy", bad + "/copy", ""))
    evil.pages["/copy"] = (html, outlet.ARTICLE.format(title="Ferry sold").replace(
        "</head>", f'<link rel="canonical" href="{at}/ferry"></head>').replace(
        "T08:00", "T20:00"), {})
    for url in (at, bad):
        wire.add(*names, "--unseen", url + "/feed.xml")
        line = wire.round("--all", *names).get("feed.xml", {})
    check(line.get("failed") is False and line.get("changed") == 0, "nothing has changed", line, wire.said)
    texts = wire.texts()
    check(sorted(texts) == ["Ferry goes again", "Ferry sold"], "others' words do not take its place", texts)
    check("sunk" not in texts["Ferry goes again"], "nor their feeds'", texts)
    paper.pages["/feed.xml"] = rss("Paper", ("Ferry goes twice", at + "/ferry", text + " Again."))
    wire.round("--all", *names)
    check(sorted(wire.texts()) == ["Ferry goes twice", "Ferry sold"], "its own do", wire.texts())
    wire.sound("strangers")


def ruled(folder):
    """A rule for a feed holds when the feed's address becomes another one."""
    web, wire = outlet.Site(outlet.pages()), Wire(folder)
    wire.add("--unseen", web.url + "/")
    wire("rules", "add", "--feed", web.url + "/", 'star if title has "ferry"')
    wire.round()
    wire.round()
    check([f["url"] for f in wire("feeds")] == [web.url + "/feed.xml"], "the feed was found", wire.said)
    check([a["title"] for a in wire("star")] == ["Ferry goes again"], "and its rule holds", wire.said,
          wire("rules"))


def known(folder):
    """A site whose feed is on the wire already is that feed, and is not asked again."""
    web, wire = outlet.Site(outlet.pages()), Wire(folder)
    wire.add(web.url + "/feed.xml")
    wire.add("--unseen", "--folder", "Harbour", "--name", "Quay", web.url + "/")
    wire("rules", "add", "--feed", "Quay", 'star if title has "ferry"')
    line = wire.round().get("", {})
    check(not line.get("failed") and "already" in line.get("says", ""), "its feed is known", line)
    feeds = wire("feeds")
    check([(f["url"], f.get("folder"), f.get("title")) for f in feeds] ==
          [(web.url + "/feed.xml", "Harbour", "Quay")], "they are one", feeds)
    check([r["of"] for r in wire("rules")] == [web.url + "/feed.xml"], "with its rule", wire("rules"))
    web.asked()
    wire.round()
    check(not web.asked(), "and it is not asked again and again")
    wire.sound("known")


def entries(n):
    items = "".join(f"<item><title>Entry {i}</title><link>/e/{i}</link></item>" for i in range(n))
    return f'<rss version="2.0"><channel><title>Many</title>{items}</channel></rss>'


def many_pages(count):
    pages = {"/feed.xml": ("application/rss+xml", entries(count), {"ETag": '"1"'})}
    for i in range(count):
        pages[f"/e/{i}"] = ("text/html", outlet.ARTICLE.format(title=f"Entry {i}"), {})
    return pages


def cut_short(folder, number, name):
    """A round that ends in the middle, and one behind it: everything is there, once."""
    count = 40
    web, wire = outlet.Site(many_pages(count)), Wire(folder, name + ".db")
    wire.add(web.url + "/feed.xml")
    web.asked()
    run = subprocess.Popen(wire.words("fetch", "--spacing", "60", *ALLOW), stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    limit = time.time() + 20
    while len(web.log) < 12 and time.time() < limit and run.poll() is None:
        time.sleep(0.02)
    run.send_signal(number)
    try:
        out, said = run.communicate(timeout=30)
    finally:
        run.kill()
    check(run.returncode == (130 if number == signal.SIGINT else -number), name + ": its status",
          run.returncode, out, said)
    some = len(wire.texts())
    check(0 < some < count, name + ": what came before is kept", some)
    wire.sound(name)
    web.asked()
    line = wire.round().get("feed.xml", {})
    texts = wire.texts()
    check(len(texts) == count and all(whole(text) for text in texts.values()),
          name + ": the next round goes on, and nothing is lost", len(texts), line, wire.said)
    again = [path for path in web.asked() if path.startswith("/e/")]
    check(len(again) <= count - some + 8, name + ": what was kept is not asked for again",
          len(again), some)


def interrupted(folder):
    cut_short(folder, signal.SIGINT, "interrupted")


def killed(folder):
    cut_short(folder, signal.SIGKILL, "killed")


GROUPS = (rounds, sites, unseen, undated, new_ids, secrets, strangers, ruled, known, interrupted, killed)


if __name__ == "__main__":
    sys.exit(check.run(GROUPS))

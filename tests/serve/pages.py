#!/usr/bin/env python3
"""The pages of kabar serve, asked for as a browser does, over the example wire.

    tests/serve/pages.py build/release/kabar

Looks at what must hold of each page: one h1, landmarks, no script or style inside it, no
address of anybody else's loaded, three requests and their weight; that forms mark and
want the csrf field; that a hostile article stays text.  The server is a process on
loopback, at a port that the kernel gives, and ends with this program.
"""
import glob
import gzip
import hashlib
import html
import html.parser
import http.client
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

from server import Checks

check = Checks()
SECRET = "a-session-of-this-test-0123456789-012345678"
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


class Page(html.parser.HTMLParser):
    """What a page has in it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.loads, self.links, self.forms, self.bad = [], [], [], [], []
        self.ids, self.inside, self.labelled = [], None, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        self.tags.append(tag)
        self.inside = tag
        self.labelled = self.labelled or tag == "label"
        if "id" in at:
            self.ids.append(at["id"])
        self.bad += [f"{tag} {name}" for name in at if name.startswith("on") or name == "style"]
        if tag in ("style", "iframe", "object", "embed", "base"):
            self.bad.append(tag)
        if tag == "script" and "src" not in at and at.get("type") != "application/ld+json":
            self.bad.append("script")
        if tag == "link" and at.get("rel") in ("stylesheet", "preload"):
            self.loads.append(at["href"])
        if tag in ("script", "img", "source", "video", "audio") and at.get("src"):
            self.loads.append(at["src"])
        if tag == "a":
            self.links.append(at.get("href", ""))
        if tag == "form" and at.get("method") == "post":
            self.forms.append([at["action"], {}])
        if tag in ("input", "button") and self.forms and "name" in at:
            self.forms[-1][1].setdefault(at["name"], at.get("value", ""))
        if tag == "input" and at.get("type") != "hidden":
            if not (self.labelled or at.get("aria-label") or at.get("aria-labelledby") or "id" in at):
                self.bad.append("input without a label")

    def handle_endtag(self, tag):
        self.labelled = self.labelled and tag != "label"


class Server:
    def __init__(self, kabar, db, *more):
        self.base = ""
        self.process = subprocess.Popen(
            [kabar, "serve", "--listen", "127.0.0.1:0", "--db", db, *more],
            stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if " at http://" in line:
                url = urllib.parse.urlparse(line.split(" at ")[1].strip())
                self.host, self.port = url.hostname, url.port
                self.base = url.path.rstrip("/")
                return
        sys.exit("the server did not begin")

    def ask(self, method, path, fields=None, cookie=True, **headers):
        to = http.client.HTTPConnection(self.host, self.port, timeout=30)
        if cookie:
            headers["Cookie"] = "kabar_session=" + SECRET
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        to.request(method, self.base + path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = to.getresponse()
        data = answer.read()
        to.close()
        return answer, data

    def page(self, path, **headers):
        answer, data = self.ask("GET", path, **headers)
        return answer, Page(data.decode()), data.decode()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            check(False, "the server ends when it is told to")
        self.process.stderr.close()


def look(server, path, most, **headers):
    """What holds of every page."""
    answer, page, text = server.page(path, **headers)
    check(answer.status == 200, f"{path}: 200", answer.status, text)
    check(not page.bad, f"{path}: nothing inside it that runs", page.bad)
    check(page.tags.count("h1") == 1, f"{path}: one h1")
    for tag in ("header", "main", "footer"):
        check(tag in page.tags, f"{path}: has {tag}")
    check(len(page.ids) == len(set(page.ids)), f"{path}: ids are told once", page.ids)
    check("main" in page.ids and "#main" in page.links, f"{path}: skips to its content")
    loads = [load for load in page.loads if not load.startswith(server.base + "/picture?u=")]
    ours = [load for load in loads if load.startswith(server.base + "/assets/")]
    check(ours == loads and len(ours) <= 2, f"{path}: two assets of ours", page.loads)
    weight = len(text.encode())
    for load in ours:
        got, data = server.ask("GET", load[len(server.base):], cookie=False,
                               Accept_Encoding="gzip")
        check(got.status == 200 and "immutable" in got.headers["Cache-Control"],
              f"{path}: {load} is kept for ever")
        weight += len(data)
    check(weight < most, f"{path}: under {most} bytes", weight)
    check(all(f[1].get("csrf") for f in page.forms), f"{path}: forms carry csrf", page.forms)
    lists = ("/unread", "/articles", "/starred", "/feed/", "/folder/", "/outlet/", "/tag/", "/story/", "/search?q")
    atom = re.search(r'rel="alternate" type="application/atom[+]xml" title="[^"]+" href="([^"]+)"', text)
    check(atom or path != "/" and (not path.startswith(lists) or "/settings" in path),
          f"{path}: a list is a feed too")
    if atom:
        got, data = server.ask("GET", html.unescape(atom.group(1))[len(server.base):])
        check(got.status == 200 and b"<feed" in data, f"{path}: its feed is there", atom.group(1), got.status)
    return page, text


def log_in(db):
    file = sqlite3.connect(db)
    file.execute("INSERT INTO pass (user, kind, scopes, hash, added) VALUES (1, 'session', ?, ?, ?)",
                 ("read mark feeds admin", hashlib.sha256(SECRET.encode()).digest(), int(time.time())))
    file.commit()
    file.close()


def hostile():
    return {"id": "feedfacefeedface", "url": "https://evil.example/a?\"><script>", "title": EVIL,
            "summary": EVIL, "language": "en", "byline": EVIL, "authors": [{"name": EVIL}],
            "date_published": "2026-03-02T10:00:00Z", "publisher": {"name": EVIL, "domain": "evil.example"},
            "content_html": "<p>text enough to be one " + EVIL + "</p><a href='javascript:alert(3)'>x</a>"
                            "<p onclick=alert(4) style='position:fixed'>and more</p>" + "<p>words and words</p>" * 20,
            "removed": [{"kind": "ad", "text": EVIL}],
            "provenance": {"role": ["compilation"], "original_url": "javascript:alert(5)",
                           "sources": [{"name": EVIL, "kind": "agency", "rel": "credited",
                                        "url": "javascript:alert(6)", "evidence": EVIL, "confidence": .9}]}}


EPISODE = {"id": "e915e0de00000001", "url": "https://hour.example.org/e/1",
           "title": "The pilot who would not steer", "content_text": "An hour by the river.",
           "attachments": [{"url": "https://cdn.example.net/1.mp3?a=1&b=2", "mime_type": "audio/mpeg",
                            "size_in_bytes": 21402880, "duration_in_seconds": 1338}]}


def strangers():
    """Two stories, one of which names an article of the other as its source."""
    def article(id, url, title, outlet, text, **provenance):
        return {"id": id, "url": url, "title": title, "language": "en", "content_text": text,
                "date_published": "2026-03-05T10:00:00Z",
                "publisher": {"name": outlet, "domain": outlet.lower() + ".example"},
                "provenance": provenance}
    url = "https://shoal.example/seals"
    return [article("5ea15ea15ea15ea1", url, 'Seals counted <u title="boat">', "Shoal",
                    "Volunteers counted 212 harbour seals on the north bank. " * 5),
            article("700f700f700f700f", "https://upland.example/roof", "A roof for the library", "Upland",
                    "The town council votes 1.2 million crowns for the reading room. " * 5,
                    sources=[{"name": "Shoal", "kind": "outlet", "rel": "quoted", "url": url,
                              "evidence": "says The Shoal", "confidence": .8}])]


def of_other_story(server, ids):
    page, text = look(server, "/story/" + ids["700f700f700f700f"], 90000)
    story = server.base + "/story/" + ids["5ea15ea15ea15ea1"]
    check(page.links.count(story) == 2 and text.count("in another story") == 2,
          "a source of another story is a link to it, in the picture and in the list", page.links)
    check(server.base + "/article/5ea15ea15ea15ea1" in page.links, "and to the article", page.links)
    check(text.count("Seals counted") == 2 and "<u title" not in text, "with its title", text)
    page, text = look(server, "/story/" + ids["5ea15ea15ea15ea1"], 90000)
    story = server.base + "/story/" + ids["700f700f700f700f"]
    check(page.links.count(story) == 2 and text.count("in another story") == 2 and
          "Taken up in other stories" in text and text.count("A roof for the library") == 2,
          "who has taken a story up is told there", page.links)


def large(kabar, folder):
    """A front list of several pages, and a story of more articles than a page has."""
    db, file = os.path.join(folder, "large.db"), os.path.join(folder, "large.jsonl")
    dice = random.Random(7)

    def words(count):
        return ["".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(4))
                for _ in range(count)]

    told = words(30)
    with open(file, "w") as out:
        for i in range(260):
            text = dice.sample(told, 30) + words(4) if i % 2 else words(40)
            out.write(json.dumps({
                "id": f"a{i}", "url": f"https://paper{i}.example/{i}", "language": "eo",
                "title": " ".join(text[:6]), "content_text": " ".join(text) + ".",
                "date_published": f"2026-01-01T{i // 60:02}:{i % 60:02}:00Z"}) + "\n")
    subprocess.run([kabar, "import", "--db", db, file], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=False)
    log_in(db)
    rows = sqlite3.connect(db).execute(
        "SELECT id, articles FROM story WHERE into_story IS NULL ORDER BY heat DESC, n DESC").fetchall()
    story, articles = max(rows, key=lambda row: row[1])
    check(articles >= 70, "many of them are one story", articles)
    server = Server(kabar, db)
    try:
        found, path = [], "/"
        while path:
            page, text = look(server, path, 60000)
            ids = dict.fromkeys(re.findall(r'"/story/([0-9a-z]+)"', text))
            found += [id for id in ids if id not in found]
            path = (re.findall(r'rel="next" href="([^"]+)"', text) or [None])[0]
        check(sorted(found) == sorted(row[0] for row in rows), "each story stands on one front page",
              len(found), len(rows))
        voices, pages, path = set(), 0, "/story/" + story
        while path:
            page, text = look(server, path, 90000)
            voices |= {link for link in page.links if link.startswith("/article/")}
            pages += 1
            path = (re.findall(r'rel="next" href="([^"]+)"', text) or [None])[0]
        check(articles > 100 and f">{articles} unread<" in server.page("/")[2],
              "all unread ones of a large story are counted", articles)
        check(pages > 1 and len(voices) == articles, "a large story has pages, and all articles on them",
              pages, len(voices))
    finally:
        server.end()


def marks(server, id):
    page, _ = look(server, "/article/" + id, 30000)
    forms = {action.split("/")[-1]: fields for action, fields in page.forms}
    path = f"/article/{id}/star"
    answer, _ = server.ask("POST", path, {**forms["star"], "csrf": "wrong"})
    check(answer.status == 403, "a form without its csrf is refused", answer.status)
    answer, _ = server.ask("POST", path, forms["star"], cookie=False)
    check(answer.status in (303, 401), "a form of nobody is refused", answer.status)
    answer, _ = server.ask("POST", path, {**forms["star"], "next": "//evil.example/"})
    check(answer.status == 303 and answer.headers["Location"] == f"{server.base}/article/{id}",
          "no redirect to others", answer.status, answer.headers["Location"])
    answer, _ = server.ask("POST", f"/article/{id}/tag", {**forms["tag"], "name": "a/b \"é\"", "on": "1"})
    check(answer.status == 303 and answer.headers["Location"] == f"{server.base}/article/{id}",
          "a tag is given", answer.status)
    server.ask("POST", f"/article/{id}/read", {**forms["read"], "on": "1"})
    page, text = look(server, "/article/" + id, 30000)
    check(" starred" in text and f"{server.base}/tag/a%2Fb%20%22%C3%A9%22" in page.links,
          "star and tag are shown", text[2000:6000])
    check('class="whole unread' not in text, "and that it was read")


def failing(server, db):
    """A feed that fails: how, and when it is asked again as it is now."""
    file = sqlite3.connect(db)
    for says, next, url in (("404 Not Found; asked again in 2 h: it failed for the first time",
                             time.time() + 1230, "https://gone.example/a?b=1&c=%C3%A9"),
                            ("410 Gone: no longer asked", 2**63 - 1, "https://gone.example/b")):
        file.execute("UPDATE feed SET failures = 1, says = ?, next = ? WHERE url = ?", (says, int(next), url))
    file.commit()
    file.close()
    page, text = look(server, "/feeds", 60000)
    told = [html.unescape(one) for one in re.findall(r'<p class="missing"[^>]*>([^<]*)</p>', text)]
    check(told == ["404 Not Found; asked again in 20 min: it failed for the first time",
                   "410 Gone: no longer asked"], "failing feeds say how it is now", told)
    for path in sorted({link for link in page.links if link.endswith("/settings") and "/feed/" in link}):
        page, text = look(server, path.removeprefix(server.base), 30000)
        check(any(one in text for one in told), "and so do their own pages", path)


def undone(server):
    """What a list as a whole was marked as can be taken back."""
    page, before = look(server, "/unread", 90000)
    form = next(fields for _, fields in page.forms if fields.get("what") == "all")
    time.sleep(1.1)  # what was marked one by one before is of another second
    answer, _ = server.ask("POST", "/read", form)
    where = answer.headers["Location"]
    check(answer.status == 303 and "/unread?undo=" in where, "all is marked as read", where)
    page, text = look(server, where[len(server.base):], 30000)
    check("marked as read" in text and "Undo" in text, "and can be taken back", text[:900])
    form = next(fields for action, fields in page.forms if action.endswith("/read/undo"))
    answer, _ = server.ask("POST", "/read/undo", form)
    check(answer.status == 303 and answer.headers["Location"] == server.base + "/unread", "undone",
          answer.status, answer.headers["Location"])
    page, text = look(server, "/unread", 90000)
    check(text.count("data-item") == before.count("data-item") > 5 and "Undo" not in text, "all is unread again",
          text.count("data-item"), before.count("data-item"))
    status = server.ask("POST", "/read/undo", {**form, "at": "1000"})[0].status
    check(status == 410, "not what is long ago", status)
    status = server.ask("POST", "/read/undo", {**form, "at": "x"})[0].status
    check(status == 400, "nor what is no moment", status)
    page, text = look(server, "/unread?undo=1&marked=9", 90000)
    check("Undo" not in text, "long after it is not offered")


def changed(kabar, server, db, folder):
    """What changed between two versions has its words in the page's language."""
    for comments, credit in ((3, "Ida Moen"), (9, "Ole Moen")):
        path = os.path.join(folder, "mole.jsonl")
        with open(path, "w") as out:
            json.dump({"id": "3a1e3a1e3a1e3a1e", "url": "https://mole.example.org/1", "title": "The mole is mended",
                       "language": "en", "content_text": f"The mole is whole again after {comments} weeks.",
                       "comment_count": comments,
                       "images": [{"url": "https://mole.example.org/1.jpg", "credit": credit}]}, out)
        subprocess.run([kabar, "import", "--db", db, path], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
    for language, words in (("de", ("Bildnachweis", "Kommentare")), ("zh", ("图片来源", "评论数"))):
        text = look(server, "/article/3a1e3a1e3a1e3a1e/changes", 30000, Accept_Language=language)[1]
        check(all(word in text for word in words) and "comment_count" not in text, f"in {language}", text)


def people(server, kabar, db):
    """Who is removed loses all that is theirs: it takes two steps, and says so."""
    subprocess.run([kabar, "user", "add", "--db", db, "--no-password", "kim"], stdout=subprocess.DEVNULL, check=True)
    text = look(server, "/settings", 60000)[1]
    asked = re.search(r"<details[^>]*>(?:(?!</details>).)*value=\"remove\"", text, re.S)
    check(asked and "gone for good" in asked.group(0) and text.count('value="remove"') == 1,
          "a person is not removed by one press", text)


def wrong(server):
    """What cannot be taken is told, in the page's language, and stays where it was typed."""
    def send(path, **fields):
        page, _ = look(server, path, 60000)
        csrf = next(fields["csrf"] for action, fields in page.forms if action.endswith(path))
        answer, data = server.ask("POST", path, {"csrf": csrf, **fields}, Accept_Language="de")
        check(answer.status == 422, f"{path}: refused", answer.status)
        return html.unescape(data.decode())

    text = send("/rules", rule='star if titel has "ferry"', folder="Hafen", keep="1")
    check("did you mean title" in text and '>star if titel has "ferry"</textarea>' in text and
          'value="Hafen"' in text, "a wrong rule can be mended", text)
    text = send("/feeds", url="no address", folder="Hafen")
    check("Das ist keine Adresse" in text and 'value="no address"' in text and 'value="Hafen"' in text,
          "a wrong address too", text)
    at = f"http://{server.host}:{server.port}{server.base}"
    for language in ("en", "ar"):
        text = look(server, "/settings", 60000, Accept_Language=language)[1]
        check(f">{at}/api/greader.php<" in text and f">{at}/fever/<" in text and "<bdi>owner</bdi>" in text,
              "what to type into an app is told", text)
    check("others" not in text.split('id="people"')[0].rsplit("<section", 2)[1],
          "with one browser there are no others to log out")
    check("\u2066/api/v1\u2069" in text, "an address stays in its order between Arabic words")


def run(kabar, folder):
    db = os.path.join(folder, "wire.db")
    evil = os.path.join(folder, "evil.jsonl")
    with open(evil, "w") as out:
        for article in [hostile(), *strangers(), EPISODE]:
            out.write(json.dumps(article) + "\n")
    pages = sorted(glob.glob("examples/wire/*.html") + glob.glob("examples/wire/*.txt"))
    subprocess.run([kabar, "import", "--db", db, *pages, evil], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=False)
    subprocess.run([kabar, "add", "--db", db, "--unseen", "https://gone.example/a?b=1&c=%C3%A9",
                    "https://gone.example/b"], stdout=subprocess.DEVNULL, check=True)
    log_in(db)
    file = sqlite3.connect(db)
    stories = [row[0] for row in file.execute("SELECT id FROM story ORDER BY outlets DESC LIMIT 3")]
    articles = [row[0] for row in file.execute("SELECT id FROM article")]
    bad = [row[0] for row in file.execute("SELECT id FROM article WHERE url LIKE '%evil.example%'")]
    story_of = dict(file.execute("SELECT a.id, s.id FROM article a JOIN story s ON s.n = a.story"))
    file.close()
    check(bad, "the hostile article is here")
    server = Server(kabar, db, "--base", "/news", "--fetch", "off")
    try:
        for language in ("en", "ar", "de", "id", "zh"):
            page, text = look(server, "/", 60000, Accept_Language=language)
            check(f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in text,
                  f"in {language}")
            check(re.search(rf'<h2 lang="{language}[^"]*" dir="auto"><a href="[^"]*/story/{stories[0]}"', text),
                  f"the widest story's headline is told in {language}", text[:3000])
            look(server, "/story/" + stories[0], 90000, Accept_Language=language)
            look(server, "/help", 30000, Accept_Language=language)
        for story in stories:
            look(server, "/story/" + story, 90000)
        for article in articles:
            look(server, "/article/" + article, 30000)
        for id in bad:
            page, text = look(server, "/article/" + id, 30000)
            check("<script>alert" not in text and "<img src=x" not in text, "markup stays text")
            check(not [link for link in page.links if link.lower().startswith("javascript")],
                  "no link runs", page.links)
        answer, page, text = server.page("/article/0000000000000000")
        check(answer.status == 404 and "main" in page.tags, "what is not there has a page too")
        answer, data = server.ask("GET", "/", cookie=False)
        check(answer.status == 303 and "/login" in answer.headers["Location"], "nobody logs in first")
        answer, data = server.ask("GET", "/", Accept_Encoding="gzip")
        check(answer.headers["Content-Encoding"] == "gzip" and b"</html>" in gzip.decompress(data), "packed")
        style = re.search(r'(/assets/[^"]*[.]css)"', gzip.decompress(data).decode()).group(1)
        for wish, packed in (("gzip;q=0", None), ("br, GZIP ; q=0.5", "gzip"), ("gzip;q=0.000", None),
                             ("xgzip", None)):
            answer, data = server.ask("GET", style, Accept_Encoding=wish)
            check(answer.headers["Content-Encoding"] == packed, f"packed for {wish}: {packed}")
            check(answer.headers["Vary"] == "Accept-Encoding", "and caches keep both apart")
        policy = answer.headers["Content-Security-Policy"]
        check("default-src 'none'" in policy and "unsafe" not in policy, "a strict policy", policy)
        of_other_story(server, story_of)
        marks(server, articles[0])
        undone(server)
        page, text = look(server, "/article/e915e0de00000001", 30000)
        check("https://cdn.example.net/1.mp3?a=1&b=2" in page.links and "22:18" in text and
              "21 MB" in text and "<audio" not in text, "an episode's file is a link", page.links)
        for path in ("/search?q=ferry+%22sant+oriel%22+-%26", "/outlet/shoal.example", "/starred",
                     "/tag/a%2Fb%20%22%C3%A9%22", "/feed/1"):
            look(server, path, 60000)
        page, text = look(server, "/articles", 60000)
        check('class="item unread"' in text and 'class="item"' in text,
              "all articles have those that were read, too")
        shown = re.findall(r'/article/([0-9a-z]+)" data-open', text)
        size = dict(sqlite3.connect(db).execute(
            "SELECT a.id, s.articles FROM article a JOIN story s ON s.n = a.story"))
        check(text.count("Part of a story") == sum(size[id] > 1 for id in shown) > 5,
              "each of several says so, the first one too", text.count("Part of a story"), len(shown))
        check("/news/articles" in look(server, "/unread", 60000)[0].links, "and the unread ones lead there")
        failing(server, db)
        wrong(server)
        people(server, kabar, db)
        changed(kabar, server, db, folder)
        file = sqlite3.connect(db)
        file.execute("INSERT INTO feed (url, added, next) VALUES ('https://new.example/feed', 1, 9999999999)")
        file.execute("INSERT OR IGNORE INTO subscription (user, feed, folder) SELECT 1, n, '' FROM feed")
        file.commit()
        file.close()
        _, _, text = server.page("/feeds")
        check("https://new.example/feed" in text and "being asked for the first time" in text,
              "a feed that was just added says so", text[:2000])
    finally:
        server.end()
    large(kabar, folder)


def main():
    with tempfile.TemporaryDirectory() as folder:
        run(os.path.abspath(sys.argv[1]), folder)
    return check.report()


if __name__ == "__main__":
    sys.exit(main())

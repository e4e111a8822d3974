#!/usr/bin/env python3
"""Lists as feeds: each list in each format from a real server, read by kabar feed and,
where it is there, by sfeed; keys, conditional requests, refusals; articles in other
vocabularies.

    tests/serve/out.py build/release/kabar
"""
import hashlib
import json
import shutil
import subprocess
import sys
import xml.dom.minidom
import xml.parsers.expat

from server import Checks, Server

check = Checks()
ATOM = "http://www.w3.org/2005/Atom"


def read_by_kabar(kabar, answer, what):
    done = subprocess.run([kabar, "feed", "-f", "json", "-"], input=answer.body,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
    check(done.returncode == 0, what + ": kabar reads it", done.stderr)
    feed = json.loads(done.stdout) if done.returncode == 0 else {"items": []}
    check(not feed.get("_kabar", {}).get("warnings"), what + ": without a warning",
          feed.get("_kabar"))
    return feed


def read_by_sfeed(answer, what, count):
    if not shutil.which("sfeed"):
        return
    done = subprocess.run(["sfeed"], input=answer.body, stdout=subprocess.PIPE, timeout=30)
    lines = done.stdout.decode().splitlines()
    check(done.returncode == 0 and len(lines) == count,
          f"{what}: sfeed reads {count} items", lines[:3])
    for line in lines:
        time, title, link = line.split("\t")[:3]
        check(time and title and link.startswith("http"), what + ": sfeed's fields", line)


def lists(server):
    story = server.sql("SELECT id FROM story ORDER BY articles DESC LIMIT 1")[0][0]
    article = server.sql("SELECT id FROM article LIMIT 1")[0][0]
    domain = server.sql("SELECT domain FROM outlet LIMIT 1")[0][0]
    server.sql("INSERT INTO star (article, user, at) SELECT n, 1, 1 FROM article LIMIT 3")
    server.sql("INSERT INTO tag (article, user, name) SELECT n, 1, 'a tag.b' FROM article LIMIT 2")
    server.sql("INSERT INTO saved (user, name, query, added) VALUES (1, 'ferries', 'ferry', 1)")
    return article, [
        ("/stories", "", None), ("/story/" + story, "", None), ("/articles", "", None),
        ("/unread", "", None), ("/starred", "", 3), ("/outlet/" + domain, "", None),
        ("/tag/a%20tag.b", "", 2), ("/search", "q=ferry", None), ("/saved/ferries", "", None)]


def formats(server, kabar, key, path, query, wanted):
    counts = set()
    for ending, kind in (("json", "application/feed+json"), ("atom", "application/atom+xml"),
                         ("rss", "application/rss+xml")):
        what = f"{path}.{ending}"
        where = f"{path}.{ending}?key={key}" + ("&" + query if query else "")
        answer = server.ask(where)
        check(answer.status == 200, what, answer.status, answer.body[:300])
        check(answer.headers.get("content-type", "").startswith(kind), what + ": its type",
              answer.headers)
        feed = read_by_kabar(kabar, answer, what)
        counts.add(len(feed["items"]))
        check(feed["items"] and all(item.get("url") and item.get("title") and
                                    item.get("date_published") for item in feed["items"]),
              what + ": items have address, title and date", feed["items"][:1])
        check(key not in answer.text, what + ": the key is not told")
        if ending != "json":
            xml.dom.minidom.parseString(answer.body)
            read_by_sfeed(answer, what, len(feed["items"]))
        again = server.ask(where, headers={"If-None-Match": answer.headers.get("etag", "")})
        check(again.status == 304 and not again.body, what + ": 304 where nothing is new",
              again.status)
    check(len(counts) == 1, path + ": as many items in each format", counts)
    check(wanted is None or counts == {wanted}, f"{path}: {wanted} items", counts)


def sources(server, key):
    """Where a text is from is told in each format."""
    feed = server.ask(f"/articles.json?n=200&key={key}").json
    told = [item for item in feed["items"]
            if any(link["rel"] == "via" for link in item["_kabar"].get("links", []))]
    check(len(told) > 3, "JSON Feed: via", len(told))
    check(any(source.get("evidence") for item in feed["items"]
              for source in item["_kabar"]["sources"]), "JSON Feed: evidence")
    atom = xml.dom.minidom.parseString(server.ask(f"/articles.atom?n=200&key={key}").body)
    via = [link for link in atom.getElementsByTagNameNS(ATOM, "link")
           if link.getAttribute("rel") == "via"]
    check(len(via) >= len(told), "Atom: via", len(via))
    check(len(atom.getElementsByTagNameNS(ATOM, "source")) > 10, "Atom: source")
    rss = xml.dom.minidom.parseString(server.ask(f"/articles.rss?n=200&key={key}").body)
    via = [link for link in rss.getElementsByTagNameNS(ATOM, "link")
           if link.getAttribute("rel") == "via"]
    check(len(via) >= len(told), "RSS: via", len(via))
    check(len(rss.getElementsByTagName("source")) > 10, "RSS: source")


EPISODE = {"id": "e915e0de00000001", "url": "https://hour.example.org/e/1",
           "title": "The pilot who would not steer", "content_text": "An hour by the river.",
           "date_published": "2026-03-06T10:00:00Z",
           "attachments": [{"url": "https://cdn.example.net/1.mp3?a=1&b=2", "mime_type": "audio/mpeg",
                            "size_in_bytes": 21402880, "duration_in_seconds": 1338}]}


def files(server, kabar, key):
    """An episode's file is one in each format."""
    subprocess.run([kabar, "import", "--quiet", "--db", server.db, "-"], check=True, timeout=30,
                   input=json.dumps(EPISODE).encode())
    told = [file for item in server.ask(f"/articles.json?n=200&key={key}").json["items"]
            for file in item.get("attachments", [])]
    check(told == EPISODE["attachments"], "JSON Feed: an attachment", told)
    address = "https://cdn.example.net/1.mp3?a=1&amp;b=2"
    atom = server.ask(f"/articles.atom?n=200&key={key}").text
    check(f'<link rel="enclosure" type="audio/mpeg" href="{address}" length="21402880"/>' in atom,
          "Atom: an enclosure")
    rss = server.ask(f"/articles.rss?n=200&key={key}").text
    check(f'<enclosure url="{address}" length="21402880" type="audio/mpeg"/>' in rss,
          "RSS: an enclosure")
    where = f"/article/{EPISODE['id']}"
    both = server.ask(f"{where}.jsonld?key={key}").json
    check(both.get("associatedMedia") == [
        {"@type": "AudioObject", "contentUrl": EPISODE["attachments"][0]["url"],
         "encodingFormat": "audio/mpeg", "duration": "PT1338S"}], "JSON-LD: associated media", both)
    both = server.ask(f"{where}.ninjs?key={key}").json.get("associations", [])
    check(any(each["type"] == "audio" and each["renditions"][0]["duration"] == 1338
              for each in both), "ninjs: an association", both)
    record = server.ask("/api/v1/articles/" + EPISODE["id"], token=key).json["record"]
    check(record["attachments"] == EPISODE["attachments"], "the API: the record's", record)
    done = subprocess.run([kabar, "export", "--db", server.db], stdout=subprocess.PIPE, timeout=30)
    check(address.replace("&amp;", "&").encode() in done.stdout, "kabar export has it")


def refusals(server, key):
    check(server.ask("/stories.atom").status == 401, "no key: 401")
    check(server.ask("/stories.atom?key=" + "x" * 43).status == 401, "a wrong key: 401")
    check(server.ask("/stories.atom", token=key).status == 200, "a bearer token does too")
    mark = server.token("mark")
    check(server.ask("/stories.atom?key=" + mark).status == 401, "a key that may not read: 401")
    check(server.ask(f"/stories.atom?n=9999&key={key}").status == 400, "n is bounded")
    check(server.ask(f"/story/ffffffff.atom?key={key}").status == 404, "no such story: 404")
    check(server.ask(f"/saved/none.atom?key={key}").status == 404, "no such search: 404")
    check(server.ask(f"/search.atom?q=%22x&key={key}").status == 400, "a wrong query: 400")
    check(server.ask(f"/stories.atom?key={key}", method="POST", body={}).status == 405,
          "POST: 405")
    check(server.ask(f"/stories.json?key={key}&n=2").json["items"][1:2] != [], "n=2")


def article(server, key, name):
    for ending, kind in (("json", "application/json"), ("jsonld", "application/ld+json"),
                         ("ninjs", "application/json"), ("md", "text/markdown"),
                         ("txt", "text/plain")):
        answer = server.ask(f"/article/{name}.{ending}?key={key}")
        check(answer.status == 200 and answer.headers["content-type"].startswith(kind),
              "an article as " + ending, answer.status, answer.headers)
        if ending in ("json", "jsonld", "ninjs"):
            check(answer.json, ending + " is JSON")
    check(server.ask(f"/article/{name}.jsonld?key={key}").json["@context"], "JSON-LD")
    check(server.ask(f"/article/ffffffff.json?key={key}").status == 404, "no article: 404")
    check(server.ask(f"/article/{name}.json").status == 401, "an article without a key: 401")


def of_readers(server):
    """Google Reader's Atom is XML too, whatever a title holds."""
    secret = "reader-app-password-0123456789"
    server.sql("INSERT INTO pass (user, kind, hash, added) VALUES (1, 'app', ?, 1)",
               hashlib.sha256(secret.encode()).digest())
    server.sql("UPDATE article SET title = 'a' || char(65534) || char(1) || title")
    answer = server.ask("/reader/atom/user/-/state/com.google/reading-list",
                        headers={"Authorization": "GoogleLogin auth=owner/" + secret})
    try:
        entries = xml.dom.minidom.parseString(answer.body).getElementsByTagName("entry")
    except xml.parsers.expat.ExpatError as error:
        entries = error
    check(answer.status == 200 and isinstance(entries, list) and len(entries) > 5,
          "Google Reader's Atom", answer.status, entries)


def main():
    kabar = sys.argv[1]
    with Server(kabar) as server:
        key = server.token("read")
        name, each = lists(server)
        for path, query, wanted in each:
            formats(server, kabar, key, path, query, wanted)
        sources(server, key)
        files(server, kabar, key)
        refusals(server, key)
        article(server, key, name)
        of_readers(server)
    if not shutil.which("sfeed"):
        print("sfeed is not here (tools/setup --dev installs it): its part was left out")
    check.end()


main()

#!/usr/bin/env python3
"""The API of a real server: every route is in the OpenAPI document and the other way
round; what each answers is as the document says; scopes, owners, other people's things;
cursors; wrong requests.  Then schemathesis, where it is installed (tools/setup --dev),
makes requests of its own for half a minute, the same each time.

    tests/serve/api.py build/release/kabar
"""
import glob
import json
import os
import re
import subprocess
import sys
import time

from server import ROOT, Checks, Server

check = Checks()
with open(os.path.join(ROOT, "assets", "api", "openapi.json"), encoding="utf-8") as file:
    DOCUMENT = json.load(file)
SEED, SECONDS = 7, 40


def documented():
    return {(method.upper(), path) for path, methods in DOCUMENT["paths"].items()
            for method in methods}


def routed():
    """The routes as the sources have them."""
    found = set()
    for name in glob.glob(os.path.join(ROOT, "src", "serve", "*.c")):
        with open(name, encoding="utf-8") as source:
            text = source.read()
        for method, path in re.findall(r'KB_HTTP_(\w+),\s*"(/api/v1/[^"]*)"', text):
            found.add((method, re.sub(r":(\w+)", r"{\1}", path)))
        for path in re.findall(r'READ\("(/api/v1/[^"]*)"', text):
            found.add(("GET", re.sub(r":(\w+)", r"{\1}", path)))
    return found


def validator():
    """Checks an answer by its schema; without jsonschema nothing."""
    try:
        import jsonschema
    except ImportError:
        print("the Python package jsonschema is not here: answers' shapes are not looked at")
        return lambda *_: None

    def one(path, method, answer):
        responses = DOCUMENT["paths"][path][method.lower()]["responses"]
        told = responses.get(str(answer.status))
        if not told:
            check(answer.status >= 400, f"{method} {path}: {answer.status} is not told")
            told = DOCUMENT["components"]["responses"]["Refused"]
        schema = dict(told["content"]["application/json"]["schema"],
                      components=DOCUMENT["components"])
        try:
            jsonschema.validate(answer.json, schema)
            check(True, path)
        except jsonschema.ValidationError as error:
            check(False, f"{method} {path}: as the document says", error.message,
                  answer.body[:300])
    return one


def reading(server, token, valid):
    story = server.sql("SELECT id FROM story ORDER BY articles DESC LIMIT 1")[0][0]
    article = server.sql("SELECT a.id FROM article a JOIN story s ON s.n = a.story "
                         "WHERE s.id = ? LIMIT 1", story)[0][0]
    for path, real, least in (
            ("/api/v1/openapi.json", "", None), ("/api/v1/counts", "", None),
            ("/api/v1/me", "", None), ("/api/v1/stories", "?limit=3", "stories"),
            ("/api/v1/stories/{id}", story, None), ("/api/v1/articles", "?all=true", "articles"),
            ("/api/v1/articles", "?story=" + story, "articles"),
            ("/api/v1/articles", "?language=de&unread=true&order=oldest", "articles"),
            ("/api/v1/articles/{id}", article, None),
            ("/api/v1/articles/{id}/sources", article, None),
            ("/api/v1/articles/{id}/versions/{number}", article, None),
            ("/api/v1/articles/{id}/changes", article, None),
            ("/api/v1/search", "?q=ferry&limit=2", "articles"), ("/api/v1/tags", "", None),
            ("/api/v1/searches", "", None), ("/api/v1/feeds", "", None),
            ("/api/v1/folders", "", None), ("/api/v1/rules", "", None), ("/api/v1/outlets", "?limit=5", "outlets"),
            ("/api/v1/users", "", "users"), ("/api/v1/passes", "", "passes")):
        where = path.replace("{id}", real).replace("{number}", "1")
        where += real if real.startswith("?") else ""
        answer = server.ask(where, token=token)
        wanted = 404 if path.endswith("/changes") else 200
        check(answer.status == wanted, where, answer.status, answer.body[:300])
        valid(path, "GET", answer)
        if least:
            check(len(answer.json[least]) > 0, where + " has some", answer.json)
    check(server.ask("/api/v1/stories/" + story, token=token).json["chain"]["edges"],
          "a story has its chain")
    return article


def paging(server, token):
    """Each once, whatever the order and the size of a page."""
    for path, key, wanted in (("/api/v1/articles?all=true", "articles", "SELECT count(*) FROM article"),
                              ("/api/v1/articles?all=true&order=first", "articles", "SELECT count(*) FROM article"),
                              ("/api/v1/stories?all=true", "stories", "SELECT count(DISTINCT story) FROM article"),
                              ("/api/v1/search?q=language:en", "articles", "SELECT count(*) FROM article WHERE language LIKE 'en%'")):
        seen, cursor = [], ""
        for _ in range(100):
            answer = server.ask(f"{path}&limit=7{cursor}", token=token).json
            seen += [each["id"] for each in answer[key]]
            if "next" not in answer:
                break
            cursor = "&cursor=" + answer["next"]
        count = server.sql(wanted)[0][0]
        check(len(seen) == len(set(seen)) == count, f"{path}: {count}, each once", len(seen))


def marking(server, token, article, valid):
    ask = lambda path, body, method="POST": server.ask("/api/v1" + path, method, token, body)
    got = ask("/marks", {"articles": [article], "read": True, "starred": True, "add_tags": ["sea"]})
    valid("/api/v1/marks", "POST", got)
    check(got.status == 200 and got.json["done"] == 1, "marked", got.body)
    now = server.ask("/api/v1/articles/" + article, token=token).json
    check(now["read"] and now["starred"] and now["tags"] == ["sea"], "and it is", now)
    got = ask("/marks", {"articles": [article, "ffffffffffff"], "read": False})
    check(got.status == 422 and "ffffffffffff" in got.text, "one is wrong: none is marked", got.body)
    check(server.ask("/api/v1/articles/" + article, token=token).json["read"], "none was")
    check(ask("/marks", {"articles": [article], "remove_tags": ["sea"], "starred": False}).json["done"] == 1,
          "unmarked")
    got = ask("/marks/read", {"before": "2100-01-01T00:00:00Z"})
    check(got.status == 200 and got.json["done"] > 5, "all read", got.body)
    check(server.ask("/api/v1/counts", token=token).json["unread"] == 0, "none unread")
    ask("/marks", {"articles": [article], "add_tags": ["sea"]})
    got = ask("/tags/sea", {"name": "ocean"}, "PATCH")
    valid("/api/v1/tags/{name}", "PATCH", got)
    check(got.json["done"] == 1, "a tag is renamed", got.body)
    check(server.ask("/api/v1/articles/" + article, token=token).json["tags"] == ["ocean"], "and is")
    check(ask("/tags/sea", {"name": "x"}, "PATCH").status == 404, "none is not")
    check(ask("/tags/ocean", {"name": " "}, "PATCH").status == 400, "not to nothing")
    check(ask("/tags/ocean", None, "DELETE").json["done"] == 1, "a tag is taken away")
    check(server.ask("/api/v1/tags", token=token).json["tags"] == [], "none is left")
    for body in (b"", b"[]", b"{", {"articles": "x"}, {"articles": [1]}, {"articles": [], "read": 1}, {},
                 {"articles": ["x"] * 1001}):
        got = ask("/marks", body)
        check(got.status == 400 and got.json["error"]["says"], "a wrong body: 400", body, got.body)


def keeping(server, token, valid):
    ask = lambda method, path, body=None: server.ask("/api/v1" + path, method, token, body)
    check(ask("PUT", "/searches/dams", {"query": "dam*"}).status == 200, "a search is kept")
    check(ask("GET", "/searches").json["searches"][0]["query"] == "dam*", "and told")
    check(ask("PUT", "/searches/bad", {"query": '"x'}).status == 400, "a wrong one is not")
    check(ask("DELETE", "/searches/dams").status == 200, "forgotten")
    check(ask("DELETE", "/searches/dams").status == 404, "once")
    got = ask("POST", "/feeds", {"url": "https://feeds.example/a.xml", "folder": "News"})
    valid("/api/v1/feeds", "POST", got)
    number = got.json["id"]
    check(got.status == 201 and got.json["fresh"], "a feed is followed", got.body)
    check(ask("POST", "/feeds", {"url": "https://feeds.example/a.xml"}).status == 200, "known")
    check(ask("POST", "/feeds", {"url": "javascript:alert(1)"}).status == 400, "no web address")
    check(ask("PATCH", f"/feeds/{number}", {"name": "A", "paused": True}).status == 200, "changed")
    feed = ask("GET", f"/feeds/{number}").json["feed"]
    check(feed["name"] == "A" and feed["paused"] and feed["folder"] == "News", "and is", feed)
    valid("/api/v1/folders", "GET", ask("GET", "/folders"))
    check(ask("PATCH", f"/feeds/{number}", {"full_text": "often"}).status == 400, "a wrong word")
    valid("/api/v1/feeds/{id}/refresh", "POST", ask("POST", f"/feeds/{number}/refresh"))
    check(ask("POST", "/feeds/999/refresh").status == 404, "none of that number is asked")
    got = ask("GET", "/opml")
    check("https://feeds.example/a.xml" in got.text and "opml" in got.headers["content-type"], "feeds as OPML", got.text)
    check(ask("DELETE", f"/feeds/{number}").status == 200, "left")
    check(ask("POST", "/opml", got.body).json == {"done": 1}, "and taken in again")
    check(ask("POST", "/opml", b"no list").status == 400, "what is no list is not")
    number = ask("GET", "/feeds").json["feeds"][-1]["id"]
    check(ask("DELETE", f"/feeds/{number}").status == 200, "left again")
    check(ask("GET", f"/feeds/{number}").status == 404, "gone")
    one, two = (ask("POST", "/feeds", {"url": f"https://feeds.example/{x}.xml"}).json["id"]
                for x in "pq")
    server.sql("UPDATE feed SET title = ? WHERE n = ?", str(one), two)
    got = ask("GET", f"/feeds/{one}")
    check(got.status == 200 and got.json["feed"]["url"].endswith("/p.xml"),
          "another feed is called by this one's number", got.body)
    check("/p.xml" in server.ask(f"/feed/{one}.json?key={token}").text,
          "and its list is its own")
    check(ask("DELETE", f"/feeds/{one}").status == 200, "it can be left")
    check(ask("GET", f"/feeds/{one}").status == 404, "then the other is not taken for it")
    check(server.ask(f"/feed/{one}.json?key={token}").status == 404, "nor in a list")
    ask("DELETE", f"/feeds/{two}")
    got = ask("POST", "/rules/test", {"rule": 'star if title has "ferry"'})
    valid("/api/v1/rules/test", "POST", got)
    check(got.json["looked_at"] > 10 and got.json["articles"], "a rule is tried", got.body[:200])
    check(ask("POST", "/rules/test", {"rule": "star whenever"}).status == 400, "no rule")
    got = ask("POST", "/hooks", {"name": "bot", "url": "https://hooks.example.org/a", "query": "dam"})
    valid("/api/v1/hooks", "POST", got)
    number = got.json["id"]
    valid("/api/v1/hooks", "GET", ask("GET", "/hooks"))
    valid("/api/v1/hooks/{id}", "GET", ask("GET", f"/hooks/{number}"))
    valid("/api/v1/hooks/{id}", "PATCH", ask("PATCH", f"/hooks/{number}", {"state": "resting"}))
    check(ask("GET", f"/hooks/{number}").json["hook"]["state"] == "resting", "a hook is held")
    valid("/api/v1/hooks/{id}/secret", "POST", ask("POST", f"/hooks/{number}/secret"))
    valid("/api/v1/hooks/{id}", "DELETE", ask("DELETE", f"/hooks/{number}"))
    number = ask("POST", "/rules", {"rule": 'star if title has "dam"'}).json["id"]
    check(ask("GET", "/rules").json["rules"][0]["id"] == number, "a rule is added")
    valid("/api/v1/rules/{id}", "PUT", ask("PUT", f"/rules/{number}", {"rule": 'drop if title has "dam"'}))
    check(ask("GET", "/rules").json["rules"][0]["rule"].startswith("drop"), "changed")
    check(ask("PUT", f"/rules/{number}", {"rule": "drop whenever"}).status == 400, "not into none")
    check(ask("PUT", "/rules/999", {"rule": 'drop if title has "dam"'}).status == 404, "not another one")
    check(ask("DELETE", f"/rules/{number}").status == 200, "and removed")


def people(server, token):
    ask = lambda method, path, body=None, by=token: server.ask("/api/v1" + path, method, by, body)
    number = ask("POST", "/users", {"name": "Reader", "role": "reader"}).json["id"]
    other = server.token("read mark feeds admin", user=number)
    for method, path, body in (("GET", "/users", None), ("POST", "/users", {"name": "x"}),
                               ("DELETE", "/users/1", None)):
        check(ask(method, path, body, other).status == 403, f"a reader: {method} {path} is refused")
    check(ask("POST", "/tokens", {"name": "t", "scopes": "admin"}, other).status == 403,
          "a reader makes no token of owners")
    made = ask("POST", "/tokens", {"name": "t", "scopes": "read"}, other).json
    check(ask("GET", "/me", by=made["token"]).json["scopes"] == "read", "a token is made")
    refused = ask("POST", "/marks", {"articles": []}, made["token"])
    check(refused.status == 403 and refused.json["error"]["says"].endswith("the scope mark"),
          "it may read alone, and is told the scope that it lacks", refused.json)
    check(ask("POST", "/tokens", {"name": "u", "scopes": "mark"}, made["token"]).status == 403,
          "and makes no other")
    used = [each.get("used") for each in ask("GET", "/passes", by=other).json["passes"] if each["id"] == made["id"]]
    check(len(used) == 1 and used[0], "when it was used is told at once, before anything is written", used)
    mine = ask("GET", "/passes").json["passes"]
    check(all(each["id"] != made["id"] for each in mine), "passes are each person's own")
    check(ask("DELETE", f"/passes/{made['id']}").status == 404, "others' cannot be ended")
    check(ask("DELETE", f"/passes/{made['id']}", by=other).status == 200, "one's own can")
    check(ask("GET", "/me", by=made["token"]).status == 401, "then it is none")
    ask("PUT", "/searches/mine", {"query": "sea"})
    check(ask("GET", "/searches", by=other).json["searches"] == [], "searches are one's own")
    secret = ask("POST", "/feeds", {"url": "https://feeds.example/x?key=s3cret"}, other).json["id"]
    ask("PATCH", f"/feeds/{secret}", {"name": "Of mine"}, other)
    server.sql("UPDATE article SET feed = ? WHERE n = (SELECT min(n) FROM article WHERE "
               "title LIKE '%ferry%')", secret)
    for path in ("/search.json?q=ferry", "/search.atom?q=ferry", "/search.rss?q=ferry"):
        got = server.ask(f"{path}&key={token}")
        check(got.status == 200 and "s3cret" not in got.text and "Of mine" not in got.text,
              "what others follow is not told: " + path, got.body)
    found = [len(ask("GET", "/search?q=feed:s3cret", by=by).json["articles"]) for by in (token, other)]
    check(found == [0, 1], "nor is it found by its address", found)
    got = server.ask(f"/search.json?q=ferry&key={other}")
    check("s3cret" in got.text, "but to who follows it", got.body)
    check(ask("DELETE", "/users/1").status in (400, 422), "the last owner stays")
    change = lambda who, body, by=token: ask("PATCH", f"/users/{who}", body, by).status
    check(change(1, {"role": "reader"}) == 400, "and stays an owner")
    check(change(number, {"name": "Vera", "password": "pasar malam sekali"}) == 200, "a person is changed")
    check([u["name"] for u in ask("GET", "/users").json["users"] if u["id"] == number] == ["Vera"], "and is")
    check(server.sql("SELECT password LIKE '$argon2id$%' FROM user WHERE n = ?", number)[0][0], "the password is kept")
    check(change(number, {"password": "short"}) == 400 and change(number, {"role": "king"}) == 400, "wrong ones are not")
    check(change(number, {"role": "owner"}, other) == 403 and change(999, {"role": "owner"}) == 404, "by owners alone")
    check(ask("DELETE", f"/users/{number}").status == 200, "a person is removed")
    check(ask("GET", "/me", by=other).status == 401, "with their tokens")


def refusals(server, token):
    for path, status in (("/nothing", 404), ("/stories/zzzz", 404), ("/articles?limit=0", 400),
                         ("/articles?limit=201", 400), ("/articles?cursor=x", 400),
                         ("/articles?order=up", 400), ("/articles?since=soon", 400),
                         ("/articles?unread=1", 400), ("/search", 400), ("/search?q=%22", 400),
                         ("/feeds/x", 404), ("/feeds/999", 404), ("/articles/%00%00%00%00", 404)):
        got = server.ask("/api/v1" + path, token=token)
        check(got.status == status and got.json["error"]["status"] == status and
              got.json["error"]["says"], f"{path}: {status}", got.status, got.body)
        check(server.db not in got.text, path + ": no file is named", got.body)
    check(server.ask("/api/v1/counts").status == 401, "nobody: 401")
    check(server.ask("/api/v1/counts", token="x" * 43).status == 401, "a wrong token: 401")
    got = server.ask("/api/v1/stories", "DELETE", token)
    check(got.status == 405 and "GET" in got.headers.get("allow", ""), "405 with Allow", got.headers)


def by_schemathesis(server, token):
    program = os.path.join(ROOT, ".deps", "venv", "bin", "schemathesis")
    program = os.environ.get("KABAR_SCHEMATHESIS", program)
    if not os.path.exists(program):
        print("schemathesis is not here (tools/setup --dev installs it): its part was left out")
        return
    began = time.monotonic()
    done = subprocess.run(
        [program, "run", server.address + "/api/v1/openapi.json", "--base-url", server.address,
         "-H", "Authorization: Bearer " + token, "--hypothesis-seed", str(SEED),
         "--hypothesis-max-examples", "15", "--hypothesis-derandomize",
         "--workers", "1",
         "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
         "response_schema_conformance",
         "--exclude-operation-id", "endPass",
         "--exclude-operation-id", "listen",  # it does not end
         "--exclude-operation-id", "followOpml",  # it makes no OPML
         "--no-color", "--experimental", "openapi-3.1",
         "--data-generation-method", "all", "--hypothesis-suppress-health-check", "all"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=4 * SECONDS,
        cwd=server.folder)
    said = done.stdout.decode("utf-8", "replace")
    check(done.returncode == 0, "schemathesis finds nothing", said[-3000:-1500], said[-1500:])
    took = time.monotonic() - began
    print(f"schemathesis: {took:.0f} s")


def main():
    missing, more = documented() - routed(), routed() - documented()
    check(not missing and not more, "the document has the routes", missing, more)
    with Server(sys.argv[1]) as server:
        token = server.token()
        valid = validator()
        article = reading(server, token, valid)
        paging(server, token)
        marking(server, token, article, valid)
        keeping(server, token, valid)
        people(server, token)
        refusals(server, token)
        by_schemathesis(server, token)
        check(server.process.poll() is None, "the server still runs")
    check.end()


main()

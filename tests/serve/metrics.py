#!/usr/bin/env python3
"""/metrics of a real server: its form, its counts, who may see it.

    tests/serve/metrics.py build/release/kabar
"""
import re
import sys

from server import Checks, Server

check = Checks()
LINE = re.compile(r'^[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.e+-]+$')


def read(answer):
    """Each line by its name with its labels; TYPE stands before a name's first."""
    found, types = {}, {}
    for line in answer.text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            check(name not in types, "one TYPE a name", line)
            types[name] = kind
        elif not line.startswith("# HELP "):
            check(LINE.match(line), "a line as the format has it", line)
            name, value = line.rsplit(" ", 1)
            base = re.sub(r"(_bucket|_sum|_count)?(\{.*)?$", "", name)
            check(base in types or name.split("{")[0] in types, "TYPE before it", line)
            check(name not in found, "each line once", line)
            found[name] = float(value)
    return found


def main():
    with Server(sys.argv[1]) as server:
        token = server.token("read")
        server.sql("INSERT INTO feed (url, added, next, failures) VALUES ('https://a.example/', 1, 1, 3)")
        for _ in range(5):
            server.ask("/api/v1/counts", token=token)
        server.ask("/api/v1/counts")
        server.ask("/nothing/here")
        answer = server.ask("/metrics")
        check(answer.status == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4"),
              "Prometheus's type", answer.headers)
        found = read(answer)
        check(found['kabar_requests_total{kind="api",status="2xx"}'] == 5, "requests that were answered", found)
        check(found['kabar_requests_total{kind="api",status="4xx"}'] == 1, "refused ones")
        check(found['kabar_requests_total{kind="none",status="4xx"}'] == 1, "those that nobody answers")
        buckets = [value for name, value in found.items() if "_bucket" in name]
        check(buckets == sorted(buckets) and buckets[-1] == found["kabar_request_seconds_count"] == 7,
              "the histogram adds up", buckets)
        check(found["kabar_articles"] == server.sql("SELECT count(*) FROM article")[0][0], "articles")
        check(found["kabar_feeds_failing"] == 1 and found["kabar_feeds_due"] == 1, "feeds", found)
        check(found["process_resident_memory_bytes"] > 1 << 20, "memory")
        proxied = {"X-Forwarded-For": "203.0.113.7"}
        check(server.ask("/metrics", headers=proxied).status == 401, "through a proxy: a token is wanted")
        check(server.ask("/metrics", headers=proxied, token=token).status == 200, "with one it is told")
    for who, status in (("off", 404), ("all", 200), ("local", 401)):
        with Server(sys.argv[1], "--metrics", who, pages=False) as server:
            found = server.ask("/metrics", headers=proxied).status
            check(found == status, f"metrics = {who}", found)
            found = server.ask("/metrics", token=server.token("read")).status
            check(found == (404 if who == "off" else 200), f"metrics = {who}, a token", found)
    check.end()


main()

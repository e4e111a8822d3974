#!/usr/bin/env python3
"""Prints feeds and checks each document by docs/feed.schema.json.

    tests/formats/check_feeds.py KABAR [PATH…]    files or folders; without any: the cases'
                                                  inputs and the feeds of examples/wire

The example in docs/feed.md is printed too, and must be what stands there.  Exit status 1 where
something is wrong."""
import json
import pathlib
import re
import subprocess
import sys

from check import ROOT, check_schema

KINDS = ("feed", "feeds", "sitemap", "opml", "h_feed")
FEEDS = {".xml", ".rss", ".rdf", ".atom", ".json", ".opml", ".html", ".bin", ".gz", ".txt"}


def inputs(arguments):
    paths = [pathlib.Path(x) for x in arguments]
    if not paths:
        for kind in KINDS:
            yield from sorted((ROOT / "tests" / kind).glob("*/input*"))
        paths = [ROOT / "examples/wire"]
        yield from sorted(x for x in paths[0].iterdir()
                          if x.suffix in {".rss", ".rdf", ".atom", ".json"})
        return
    for path in paths:
        if path.is_file():
            yield path
        else:
            yield from sorted(x for x in path.rglob("*") if x.suffix in FEEDS)


def printed(kabar, data, *options):
    """The document's text, or None where the feed is refused."""
    run = subprocess.run([kabar, "feed", *options, "-"], input=data, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, check=False)
    if run.returncode not in (0, 1):
        sys.exit(f"kabar feed: status {run.returncode}")
    if run.returncode == 1 and not run.stderr.startswith(b"kabar: "):
        sys.exit("kabar feed: refused without a message")
    return run.stdout.decode("utf-8") if run.returncode == 0 else None


def example_faults(kabar):
    """The example of docs/feed.md: its feed, printed, is its document."""
    text = (ROOT / "docs/feed.md").read_text(encoding="utf-8")
    feed, document = re.search(r"```xml\n(.*?)```.*?```json\n(.*?)```", text, re.S).groups()
    if printed(kabar, feed.encode(), "--indent", "2") != document:
        yield "docs/feed.md: its document is not what is printed of its feed"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    kabar, paths = sys.argv[1], list(inputs(sys.argv[2:]))
    schema = json.loads((ROOT / "docs/feed.schema.json").read_text(encoding="utf-8"))
    bad, passed, refused = list(example_faults(kabar)), 0, 0
    for path in paths:
        text, faults = printed(kabar, path.read_bytes()), []
        if text is None:
            refused += 1
            continue
        check_schema(schema, json.loads(text), schema, "$", faults)
        bad += [f"{path}: {fault}" for fault in faults]
        passed += not faults
    for fault in bad[:60]:
        print(fault)
    print(f"{refused} refused")
    failed = len({fault.split(": ")[0] for fault in bad})
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if bad or not passed else 0)


if __name__ == "__main__":
    main()

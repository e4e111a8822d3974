#!/usr/bin/env python3
"""Score articles against pages with known answers.

    score.py --data DIR [--data DIR ...] --kabar PROGRAM [--jobs N]
    score.py --data DIR [--data DIR ...] --printed OUT

DIR is a set as data.py describes it.  With --kabar the program reads every page, with its
address, from standard input; with --printed the records are taken from OUT/ID.json,
as train_texts writes them.  Per set, and per page type where a set has several:

  word     bag of lower-cased words: F1 a page, then the mean (WCXB's definition)
  shingle  multisets of four words in a row: precision and recall a page, their means
           over the pages that have any, then F1 (ScrapingHub's definition)
  title    bag of lower-cased words, F1 a page, over pages whose title is known
  language share of pages, of those whose language is known, with the same first subtag

A word is Python's \\w+: in scripts without spaces that is a whole clause.  A page that
fails counts as an empty article.  The standard library is enough.
"""
import argparse
import gzip
import json
import re
import subprocess
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

WORD = re.compile(r"\w+")


def harmonic(a, b):
    return 2 * a * b / (a + b) if a + b else 0.0


def mean(values):
    return sum(values) / len(values) if values else 0.0


def bag_f1(got, want):
    got = Counter(WORD.findall((got or "").lower()))
    want = Counter(WORD.findall((want or "").lower()))
    if not got or not want:
        return 1.0 if not got and not want else 0.0
    hits = sum((got & want).values())
    return harmonic(hits / sum(got.values()), hits / sum(want.values()))


def shingles(text):
    words = WORD.findall(text or "")
    return Counter(tuple(words[i:i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


class Figures:
    """Sums over the pages of one set or of one type."""

    def __init__(self):
        self.word, self.precision, self.recall, self.title, self.language = [], [], [], [], []

    def add(self, got, truth):
        self.word.append(bag_f1(got.get("content_text"), truth["text"]))
        a, b = shingles(got.get("content_text")), shingles(truth["text"])
        hits = sum((a & b).values())
        if a:
            self.precision.append(hits / sum(a.values()))
        if b:
            self.recall.append(hits / sum(b.values()))
        if truth.get("title"):
            self.title.append(bag_f1(got.get("title"), truth["title"]))
        if truth.get("language"):
            same = (got.get("language") or "").split("-")[0] == truth["language"].split("-")[0]
            self.language.append(float(same))

    def show(self, name):
        known = [f"{mean(v):9.4f}" if v else f"{'-':>9}" for v in (self.title, self.language)]
        print(f"{name:<28}{len(self.word):>6}{mean(self.word):>9.4f}"
              f"{harmonic(mean(self.precision), mean(self.recall)):>9.4f}", *known, sep="")


def read(program, page, url):
    command = [program, "read", "--format", "json", *(["--url", url] if url else []), "-"]
    done = subprocess.run(command, input=gzip.decompress(page.read_bytes()), capture_output=True)
    return json.loads(done.stdout) if done.returncode == 0 else {}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", action="append", required=True, type=Path)
    way = ap.add_mutually_exclusive_group(required=True)
    way.add_argument("--kabar")
    way.add_argument("--printed", type=Path)
    ap.add_argument("--jobs", type=int, default=2)
    opt = ap.parse_args()

    def record(folder, truth_path, truth):
        if opt.kabar:
            return read(opt.kabar, folder / "pages" / (truth_path.stem + ".html.gz"), truth.get("url"))
        printed = opt.printed / (truth_path.stem + ".json")
        return json.loads(printed.read_bytes()) if printed.exists() else {}

    print(f"{'':<28}{'pages':>6}{'word':>9}{'shingle':>9}{'title':>9}{'language':>9}")
    for folder in opt.data:
        paths = sorted((folder / "truth").glob("*.json"))
        truths = [json.loads(p.read_text(encoding="utf-8")) for p in paths]
        with ThreadPoolExecutor(opt.jobs) as pool:
            records = list(pool.map(record, [folder] * len(paths), paths, truths))
        all_pages, by_type = Figures(), defaultdict(Figures)
        for got, truth in zip(records, truths):
            if "text" in truth:
                all_pages.add(got, truth)
                by_type[truth.get("type") or "article"].add(got, truth)
        all_pages.show(folder.name)
        for kind in sorted(by_type) if len(by_type) > 1 else ():
            by_type[kind].show("  " + kind)


if __name__ == "__main__":
    main()

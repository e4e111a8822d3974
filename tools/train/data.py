"""Pages with known answers -> rows of features with labels.

A set is a folder with pages/ID.html.gz and truth/ID.json ("text", "url", "type").  The rows
come from the program `rows`, which is built from kabar's own sources.  A block's label is
the share of its words that the known text has at that place; its weight grows with its
words and is the same for every page in sum.
"""
import gzip
import hashlib
import json
import re
import subprocess
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

WORD = re.compile(r"\w+")
GRAM = 4


class Page:
    """One page: its truth, its blocks' words, labels, weights; rows are set by load()."""

    def __init__(self, set_name, page_id, truth):
        self.set, self.id, self.truth = set_name, page_id, truth
        self.kind = truth.get("type") or "article"
        host = urlsplit(truth.get("url") or "").hostname or page_id
        # The registered domain, near enough for folds: the last two labels, three where
        # the second to last is short ("co.uk").
        parts = host.split(".")
        keep = 3 if len(parts) > 2 and len(parts[-2]) <= 3 else 2
        self.domain = ".".join(parts[-keep:])
        self.words = WORD.findall((truth.get("text") or "").lower())


def label(blocks, truth):
    """Share of each block's words that the truth has at its place, as a list of floats."""
    places = defaultdict(list)
    for i in range(len(truth) - GRAM + 1):
        places[tuple(truth[i:i + GRAM])].append(i)
    out = [0.0] * len(blocks)
    spans = [None] * len(blocks)
    left = Counter()
    for i in range(len(truth) - GRAM + 1):
        left[tuple(truth[i:i + GRAM])] += 1
    order = [i for i, b in enumerate(blocks) if len(b) >= GRAM]
    seen = defaultdict(list)
    for i in order:
        seen[tuple(blocks[i])].append(i)
    for i in order:
        b = blocks[i]
        covered, first, last = [False] * len(b), None, None
        for k in range(len(b) - GRAM + 1):
            at = places.get(tuple(b[k:k + GRAM]))
            if at:
                for j in range(k, k + GRAM):
                    covered[j] = True
                first = at[0] if first is None else first
                last = at[-1] + GRAM
        out[i] = sum(covered) / len(b)
        if out[i] >= 0.5:
            spans[i] = (first, last)
    # A text that stands on the page more often than in the truth counts where its
    # neighbours count too.
    for text, where in seen.items():
        if len(where) > 1 and spans[where[0]]:
            allowed = min(left[text[k:k + GRAM]] for k in range(len(text) - GRAM + 1))
            if allowed < len(where):
                def support(i):
                    near = [j for j in range(max(0, i - 6), min(len(blocks), i + 7)) if j not in where]
                    return sum(len(blocks[j]) * out[j] for j in near)
                ranked = sorted(where, key=support, reverse=True)
                for i in ranked[max(1, allowed):]:
                    out[i], spans[i] = 0.0, None
    # Short blocks: between the places of their neighbours.
    starts = defaultdict(list)
    for i, w in enumerate(truth):
        starts[w].append(i)
    nexts, following = [len(truth)] * len(blocks), len(truth)
    for i in range(len(blocks) - 1, -1, -1):
        nexts[i] = following
        if spans[i] and len(blocks[i]) >= 8:
            following = spans[i][0]
    at = 0
    anchored = any(spans)
    for i, b in enumerate(blocks):
        if spans[i]:
            if len(b) >= 8:
                at = max(at, spans[i][1]) if spans[i][1] <= nexts[i] else at
            continue
        if not b or len(b) >= GRAM:
            continue
        room = 12 if anchored else len(truth)
        for s in starts.get(b[0], ()):
            if s >= at and s + len(b) <= min(nexts[i], at + room) and truth[s:s + len(b)] == b:
                out[i] = 1.0
                at = s + len(b)
                break
    return out


def read_rows(path):
    """Yield (texts, word hashes, matrix) per page of a file that `rows` wrote."""
    data = Path(path).read_bytes()
    at = 0
    while at < len(data):
        rows, columns = np.frombuffer(data, "<u4", 2, at)
        rows, columns = int(rows), int(columns)
        at += 8
        texts, words = [], []
        for _ in range(rows):
            n = int(np.frombuffer(data, "<u4", 1, at)[0])
            at += 4
            texts.append(data[at:at + n].decode("utf-8", "replace"))
            at += n
            n = int(np.frombuffer(data, "<u4", 1, at)[0])
            words.append(np.frombuffer(data, "<u4", n, at + 4))
            at += 4 + 4 * n
        matrix = np.frombuffer(data, np.uint8, rows * columns, at).reshape(columns, rows).T
        at += rows * columns
        yield texts, words, matrix


def find_pages(folders):
    pages = []
    for folder in folders:
        folder = Path(folder)
        for truth in sorted((folder / "truth").glob("*.json")):
            t = json.loads(truth.read_text(encoding="utf-8"))
            if "text" in t:
                pages.append(Page(folder.name, truth.stem, t))
                pages[-1].path = folder / "pages" / (truth.stem + ".html.gz")
    return pages


MEMORY_SIZE, MEMORY_UNIT, MEMORIES = 1 << 14, 24, 6
MEMORY_PAGES = 4  # a word that fewer pages have says nothing


def fold_of(domain, folds=5):
    return int(hashlib.md5(domain.encode()).hexdigest(), 16) % folds


def memory(pages):
    """Log-odds, by word, that a page has it in its article rather than beside it."""
    inside, beside = np.zeros(MEMORY_SIZE), np.zeros(MEMORY_SIZE)
    for page in pages:
        kept = [w for w, y in zip(page.words_seen, page.y) if y >= 0.5]
        left = [w for w, y in zip(page.words_seen, page.y) if y < 0.5]
        for part, count in ((kept, inside), (left, beside)):
            if part:
                count[np.unique(np.concatenate(part) % MEMORY_SIZE)] += 1
    odds = np.log((inside + 1) / (beside + 1))
    odds[inside + beside < MEMORY_PAGES] = 0
    return np.clip(np.rint(odds * MEMORY_UNIT), -127, 127).astype(np.int8)


def run_rows(program, pages, work, name, memories, p=None, fold=None):
    """Write the list, the memories (and p) and run `rows`; returns the file's path.
    A page's memory is its fold's, or the one that fold names for all."""
    work = Path(work)
    listing, out = work / f"{name}.list", work / f"{name}.rows"
    with listing.open("w") as f:
        for page in pages:
            raw = work / "pages" / page.set / (page.id + ".html")
            if not raw.exists():
                raw.parent.mkdir(parents=True, exist_ok=True)
                raw.write_bytes(gzip.decompress(page.path.read_bytes()))
            number = fold_of(page.domain) if fold is None else fold
            # No address is given: who reads saved pages has none, and most pages name it.
            f.write(f"{raw}\t\t{number}\n")
    (work / f"{name}.memory").write_bytes(np.concatenate(memories).tobytes())
    command = [program, str(listing), str(out), str(work / f"{name}.memory")]
    if p is not None:
        (work / f"{name}.p").write_bytes(np.concatenate(p).astype("<f4").tobytes())
        command.append(str(work / f"{name}.p"))
    subprocess.run(command, check=True)
    return out


def load(program, folders, work):
    """Pages with .texts, .tokens, .words_seen, .y, .w; and the memories: one a fold, made
    without that fold's pages, then one of all pages."""
    pages = find_pages(folders)
    blank = [np.zeros(MEMORY_SIZE, dtype=np.int8)]
    rows = read_rows(run_rows(program, pages, work, "texts", blank, fold=0))
    for page, (texts, words, _) in zip(pages, rows):
        page.texts, page.words_seen = texts, words
        page.tokens = [WORD.findall(t.lower()) for t in texts]
        page.y = np.array(label(page.tokens, page.words), dtype=np.float32)
        sizes = np.array([len(t) for t in page.tokens], dtype=np.float32)
        w = (sizes + 2) ** 0.7
        page.w = w / max(w.sum(), 1)
        page.n = sizes
    memories = [memory([p for p in pages if fold_of(p.domain) != k]) for k in range(5)]
    return pages, memories + [memory(pages)]

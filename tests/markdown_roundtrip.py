#!/usr/bin/env python3
"""Reads the wanted Markdown of the html cases with a CommonMark reader and compares what comes
out with the wanted HTML of the same case: the two writers must say the same.

    tests/markdown_roundtrip.py [CASE…]      needs markdown-it-py; without it, exit status 77

What Markdown cannot say is taken out of the comparison: definition lists and figures are
paragraphs, blocks in a cell are lines, a heading has one line."""
import pathlib
import re
import sys
from html.parser import HTMLParser
from urllib.parse import unquote

try:
    from markdown_it import MarkdownIt
except ImportError:
    print("markdown-it-py is missing: skipped")
    sys.exit(77)

INLINE = {"em": "em", "strong": "strong", "del": "del", "s": "del", "code": "code",
          "sub": "sub", "sup": "sup", "figcaption": "em", "caption": "em", "dt": "strong"}
BLOCKS = {"ul", "ol", "li", "blockquote", "pre", "table", "tr",
          "h1", "h2", "h3", "h4", "h5", "h6"}
PARAGRAPHS = {"p", "figure", "figcaption", "caption", "dt", "dd"}


class Events(HTMLParser):
    """HTML as a list: tags of blocks, '|' between paragraphs, and each letter with the set of
    formats that it stands in, so that the order of nesting does not matter."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.out, self.formats, self.link = [], [], None
        self.pre = self.heading = self.cell = False
        self.cell_start = 0

    def part(self):
        while self.out and self.out[-1] == " ":
            self.out.pop()
        if self.cell:
            if len(self.out) > self.cell_start and self.out[-1] != "<br>":
                self.out.append("<br>")
        elif self.out and self.out[-1] != "|":
            self.out.append("|")

    def start_cell(self):
        self.out.append("<cell>")
        self.cell, self.cell_start = True, len(self.out)

    def end_cell(self):
        while self.out[-1] in ("<br>", " "):
            self.out.pop()
        self.cell = False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in PARAGRAPHS or (tag in BLOCKS and self.cell):
            self.part()
        if tag in INLINE and not (tag == "code" and self.pre):
            self.formats.append(INLINE[tag])
        elif tag == "a":
            self.link = unquote(attrs.get("href") or "")
        elif tag == "br" and not self.heading:
            while self.out and self.out[-1] == " ":
                self.out.pop()
            self.out.append("<br>")
        elif tag == "br":
            self.handle_data(" ")
        elif tag == "img":
            alt = " ".join((attrs.get("alt") or "").split())
            self.out.append(("img", unquote(attrs["src"]), alt, self.link))
        elif tag == "hr":
            self.part()
            self.out.append("<hr>")
            self.part()
        elif tag in ("td", "th"):
            self.start_cell()
        elif tag in BLOCKS and not self.cell:
            self.part()
            self.out.append(f"<{tag} {attrs.get('start', '')}>")
            self.pre, self.heading = tag == "pre", tag[0] == "h"
            self.out.append("|")

    def handle_endtag(self, tag):
        if tag in INLINE and INLINE[tag] in self.formats and not (tag == "code" and self.pre):
            self.formats.remove(INLINE[tag])
        if tag == "a":
            self.link = None
        elif tag in ("td", "th"):
            self.end_cell()
        elif tag in PARAGRAPHS or (tag in BLOCKS and self.cell):
            self.part()
        elif tag in BLOCKS:
            while self.pre and self.out[-1] == "\n":
                self.out.pop()
            self.pre = self.heading = False
            while tag == "tr" and self.out[-1] == "<cell>":
                self.out.pop()  # empty cells at a row's end need not be written
            self.part()
            self.out.append(f"</{tag}>")
            self.part()

    def handle_data(self, data):
        for c in data:
            if self.pre:
                self.out.append(c)
            elif c not in " \t\n\r\f":
                self.out.append((c, frozenset(self.formats), self.link))
            elif self.out and self.out[-1] not in (" ", "|", "<br>", "<cell>"):
                self.out.append(" ")


def events(html):
    parser = Events()
    parser.feed(html)
    parser.close()
    parser.part()
    # a table without header cells has an empty header row in Markdown
    out = []
    for event in parser.out:
        out.append(event)
        if event == "</tr>" and out[-3:] == ["<tr >", "|", "</tr>"]:
            del out[-3:]
    return [e for i, e in enumerate(out) if not (e == "|" and i and out[i - 1] == "|")]


def main():
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    folder = pathlib.Path(__file__).parent / "html"
    names = sys.argv[1:] or sorted(p.name for p in folder.iterdir())
    done = failed = 0
    for name in names:
        markdown, html = folder / name / "want.md", folder / name / "want.html"
        if not (markdown.exists() and html.exists()):
            continue
        html = html.read_text()
        if re.search(r'colspan="|<t[dh]>[^\n]*\n', html):
            continue  # cells that Markdown has not
        got, want = events(reader.render(markdown.read_text())), events(html)
        done += 1
        if got != want:
            failed += 1
            at = next((i for i, (a, b) in enumerate(zip(got, want)) if a != b),
                      min(len(got), len(want)))
            print(f"{name}: differs\n  Markdown: {got[max(0, at - 4):at + 8]}"
                  f"\n  HTML:     {want[max(0, at - 4):at + 8]}")
    print(f"{done} cases, {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Public collections, as their repositories hold them -> sets as data.py describes them.

    prepare.py wcxb CLONE OUT      Web Content Extraction Benchmark, its development part
    prepare.py fundus CLONE OUT    the pages that Fundus tests its parsers with

CLONE is a checkout of the repository, OUT the set's new folder.  Nothing is fetched.
Pages of WCXB's development part that its test part has too are left out, so that what is
measured there stays unseen.  The standard library is enough.
"""
import argparse
import json
import shutil
from pathlib import Path


def put(out, page, name, truth):
    for folder in ("pages", "truth"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(page, out / "pages" / (name + ".html.gz"))
    truth = {"id": name, **{k: v for k, v in truth.items() if v not in (None, "") or k == "text"}}
    (out / "truth" / (name + ".json")).write_text(
        json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


def wcxb(clone, out):
    for path in sorted((clone / "dev" / "ground-truth").glob("*.json")):
        page = clone / "dev" / "html" / (path.stem + ".html.gz")
        twin = clone / "test" / "html" / page.name
        if not page.exists() or (twin.exists() and twin.read_bytes() == page.read_bytes()):
            continue
        known = json.loads(path.read_text(encoding="utf-8"))
        answer = known["ground_truth"]
        put(out, page, path.stem, {
            "url": known.get("url"), "type": known["_internal"]["page_type"]["primary"],
            "title": answer.get("title"), "text": answer.get("main_content") or ""})
        yield path.stem


def body_text(body):
    """Summary, then each section's headline and paragraphs, an empty line between."""
    parts = list(body.get("summary") or [])
    for section in body.get("sections") or []:
        parts += section.get("headline") or []
        parts += section.get("paragraphs") or []
    return "\n\n".join(parts)


def fundus(clone, out):
    root = clone / "tests" / "resources" / "parser" / "test_data"
    for path in sorted(root.glob("*/*.json")):
        versions = json.loads(path.read_text(encoding="utf-8"))
        pages = sorted(path.parent.glob(path.stem + "_[0-9]*.html.gz"))
        if len(pages) != len(versions):  # a page for each version of the parser, oldest first
            print(f"{path.stem}: {len(pages)} pages, {len(versions)} answers: left out")
            continue
        info = json.loads((path.parent / "meta.info").read_text(encoding="utf-8"))
        for page, version in zip(pages, sorted(versions)):
            answer = versions[version]
            if not answer.get("body"):
                continue
            name = page.name[:-len(".html.gz")]
            put(out, page, name, {
                "url": info.get(page.name, {}).get("url"), "type": "article",
                "title": answer.get("title"), "text": body_text(answer["body"])})
            yield name


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("set", choices=("wcxb", "fundus"))
    ap.add_argument("clone", type=Path)
    ap.add_argument("out", type=Path)
    opt = ap.parse_args()
    count = sum(1 for _ in {"wcxb": wcxb, "fundus": fundus}[opt.set](opt.clone, opt.out))
    print(f"{count} pages in {opt.out}")
    return 0 if count else 1


if __name__ == "__main__":
    raise SystemExit(main())

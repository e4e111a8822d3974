#!/usr/bin/env python3
"""Train the two forests that tell an article's blocks from the rest of a page.

    train.py --rows PROGRAM --data DIR [--data DIR ...] --work DIR [--model model.c]
             [--oof DIR] [--first-trees N] [--second-trees N]

DIR holds pages with known answers (see data.py).  PROGRAM is the `rows` tool, built from
kabar's sources.  Every figure is cross-validated: five folds, pages of one registered
domain always in the same fold, the first forest's answers that the second one learns from
made by forests that have not seen the page.  --oof writes those final probabilities, one
32-bit float a block in the order of `rows`, so that the C code can be scored with them.
--model trains on everything and writes the forests as a C table.

Needs catboost (its symmetric trees are what forest.c evaluates) and numpy.
"""
import argparse
import json
import multiprocessing
import pickle
import subprocess
import tempfile
from collections import Counter, defaultdict
from multiprocessing import connection
from pathlib import Path

import catboost
import numpy as np

import data

FOLDS = 5
LINKED, LOST = 250, 0.03  # few stand for blocks that are all link, or lost by the first forest
FIRST = dict(loss_function="CrossEntropy", depth=6, learning_rate=0.1, border_count=64,
             rsm=0.3, bootstrap_type="Bernoulli", subsample=0.7, l2_leaf_reg=5,
             random_seed=1, verbose=0,
             allow_writing_files=False)
SECOND = dict(FIRST, learning_rate=0.08, rsm=0.5, l2_leaf_reg=10)


def page_weight(page):
    """Articles are what kabar is for; fundus's pages are few and of many languages."""
    return (1.0 if page.kind == "article" else 0.85) * (2.0 if "fundus" in page.set else 1.0)


def fit(pages, rows, sure, one_in, parameters, trees):
    x = np.concatenate(rows)
    y = np.concatenate([p.y for p in pages])
    w = np.concatenate([p.w * page_weight(p) for p in pages])
    # Most blocks are plainly beside the article: of the surest, one in some stands for the
    # others.  So the borders that the trees may ask for lie among the doubtful blocks.
    rng = np.random.default_rng(1)
    sure = (y == 0) & np.concatenate(sure)
    keep = ~sure | (rng.random(len(y)) < 1 / one_in)
    w = np.where(sure, w * one_in, w)[keep]
    model = catboost.CatBoost(dict(parameters, iterations=trees, thread_count=1))
    model.fit(catboost.Pool(x[keep].astype(np.float32), y[keep], weight=w / w.mean()))
    return model


def answer(model, x):
    if not len(x):
        return np.zeros(0, dtype=np.float32)
    return model.predict(x.astype(np.float32), prediction_type="Probability")[:, 1].astype(np.float32)


def together(jobs, processes):
    """What the functions give, a process each: threads of one forest wait for each other
    wherever the machine holds one of them up, forests do not."""
    def work(job, pipe):
        pipe.send(job())
        pipe.close()

    out, running, context = [None] * len(jobs), {}, multiprocessing.get_context("fork")
    for i, job in enumerate(jobs):
        if len(running) == processes:
            ready = connection.wait(list(running))[0]
            out[running.pop(ready)] = ready.recv()
        ours, theirs = context.Pipe(False)
        context.Process(target=work, args=(job, theirs), daemon=True).start()
        theirs.close()
        running[ours] = i
    for pipe, i in running.items():
        out[i] = pipe.recv()
    return out


def cross(pages, rows, sure, one_in, parameters, trees, processes, name):
    """Out-of-fold answers for every page."""
    folds = np.array([data.fold_of(p.domain, FOLDS) for p in pages])

    def one(k):
        train = [i for i in range(len(pages)) if folds[i] != k]
        model = fit(*([a[i] for i in train] for a in (pages, rows, sure)), one_in, parameters, trees)
        print(f"  {name}: fold {k + 1} of {FOLDS}", flush=True)
        return [answer(model, rows[i]) for i in np.flatnonzero(folds == k)]

    out = [None] * len(pages)
    for k, answers in enumerate(together([lambda k=k: one(k) for k in range(FOLDS)], processes)):
        for i, p in zip(np.flatnonzero(folds == k), answers):
            out[i] = p
    return out


def threshold(p, words, low=0.25, high=0.5):
    """The cut that promises the best F1 by the probabilities themselves."""
    best, at = -1.0, high
    total = float((p * words).sum())
    for t in np.arange(low, high + 0.001, 0.025):
        keep = p >= t
        f = 2 * float((p * words)[keep].sum()) / (float(words[keep].sum()) + total + 1e-9)
        if f > best + 1e-9:
            best, at = f, t
    return at


def word_f1(got, want):
    if not want:
        return 0.0 if got else 1.0
    if not got:
        return 0.0
    hit = sum((Counter(got) & Counter(want)).values())
    return 2 * hit / (len(got) + len(want)) if hit else 0.0


def score(pages, answers, **limits):
    """Mean word F1 by set and page type: a quick look; the C code's own score counts."""
    out = defaultdict(list)
    for page, p in zip(pages, answers):
        t = threshold(p, page.n, **limits)
        seen, got = set(), []
        for tokens, v in zip(page.tokens, p):
            if v < t:
                continue
            if len(tokens) >= 8:
                if tuple(tokens) in seen:
                    continue
                seen.add(tuple(tokens))
            got += tokens
        page.f1 = word_f1(got, page.words)
        out[page.set].append(page.f1)
        out[f"{page.set} {page.kind}"].append(page.f1)
    return {k: (len(v), float(np.mean(v))) for k, v in sorted(out.items())}


def show(title, result):
    print(title)
    for k, (n, f) in result.items():
        print(f"  {k:<32}{n:>6}{f:>9.4f}", flush=True)


def forest_tables(model):
    """(splits [(feature, threshold)], leaves, bias) of a symmetric forest."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "forest.json"
        model.save_model(str(path), format="json")
        tree = json.loads(path.read_text())
    scale, bias = tree["scale_and_bias"][0], tree["scale_and_bias"][1][0]
    out = []
    for t in tree["oblivious_trees"]:
        splits = [(s["float_feature_index"], int(np.floor(s["border"]))) for s in t["splits"]]
        out.append((splits, [v * scale for v in t["leaf_values"]]))
    return out, bias


def write_model(path, first, second, figures):
    lines = ["/* Generated by tools/train/train.py: the two forests.",
             " *", " * Symmetric trees of at most six questions; a question is (column, byte): is the",
             " * value greater?  Leaves are log-odds times KB_LEAF_UNIT.", " *"]
    lines += [f" * {line}" for line in figures] + [" */", '#include "page/forest.h"', ""]
    for name, (trees, bias) in (("first", first), ("second", second)):
        lines.append(f"static const struct kb_question {name}_questions[] = {{")
        row = []
        for splits, _ in trees:
            splits = splits + [(0, 255)] * (6 - len(splits))
            row += [f"{{{f}, {t}}}" for f, t in splits]
        lines += ["    " + ", ".join(row[i:i + 8]) + "," for i in range(0, len(row), 8)] + ["};", ""]
        lines.append(f"static const int16_t {name}_leaves[] = {{")
        row = []
        for splits, leaves in trees:
            leaves = leaves + [0.0] * (64 - len(leaves))
            row += [str(int(np.clip(round(v * 4096), -32767, 32767))) for v in leaves]
        lines += ["    " + ", ".join(row[i:i + 14]) + "," for i in range(0, len(row), 14)] + ["};", ""]
        lines.append(f"const struct kb_forest kb_forest_{name} = {{{len(trees)}, {bias:.6f}f, "
                     f"{name}_questions, {name}_leaves}};")
        lines.append("")
    Path(path).write_text("\n".join(lines))


def write_memory(path, memory):
    lines = ["/* Generated by tools/train/train.py: what the training pages remember of words.  See",
             " * KB_MEMORY_SIZE in blocks.h. */", '#include "page/blocks.h"', "",
             "const int8_t kb_word_memory[KB_MEMORY_SIZE] = {"]
    row = [str(v) for v in memory]
    lines += ["    " + ", ".join(row[i:i + 16]) + "," for i in range(0, len(row), 16)] + ["};", ""]
    Path(path).write_text("\n".join(lines))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--rows", required=True)
    ap.add_argument("--data", action="append", required=True)
    ap.add_argument("--work", required=True)
    ap.add_argument("--model")
    ap.add_argument("--oof")
    ap.add_argument("--first-trees", type=int, default=320)
    ap.add_argument("--second-trees", type=int, default=150)
    ap.add_argument("--processes", type=int, default=2)
    ap.add_argument("--reuse", action="store_true", help="take WORK/cross.pkl of an earlier run")
    opt = ap.parse_args()
    work = Path(opt.work)
    work.mkdir(parents=True, exist_ok=True)
    pages, memories = data.load(opt.rows, opt.data, work)

    def rows_of(name, fold=None, p=None):
        """Features with each page's own memory, or with the one that fold names."""
        made = data.run_rows(opt.rows, pages, work, name, memories, p, fold)
        return [np.array(m) for _, _, m in data.read_rows(made)]

    names = subprocess.run([opt.rows, "--names"], capture_output=True, text=True, check=True)
    link_share = [line.split()[1] for line in names.stdout.splitlines()].index("link_share")
    rows = rows_of("first")
    linked = [x[:, link_share] >= LINKED for x in rows]
    print(f"{len(pages)} pages, {sum(len(p.y) for p in pages)} blocks, {rows[0].shape[1]} features")
    if opt.reuse:
        first, second = pickle.loads((work / "cross.pkl").read_bytes())
    else:
        first = cross(pages, rows, linked, 3, FIRST, opt.first_trees, opt.processes, "first")
        show("first forest, cross-validated word F1", score(pages, first))
    around = rows_of("second", p=first)
    lost = [p < LOST for p in first]
    if not opt.reuse:
        second = cross(pages, around, lost, 6, SECOND, opt.second_trees, opt.processes, "second")
        show("second forest", score(pages, second))
        (work / "cross.pkl").write_bytes(pickle.dumps((first, second)))
    result = score(pages, second)
    if opt.oof:
        np.concatenate(second).astype("<f4").tofile(opt.oof)
    if opt.model:
        # The last forests see every page; the features of memory stay those of the folds,
        # because a memory that has seen a page is surer of it than of new ones.
        a, b = together([lambda: forest_tables(fit(pages, rows, linked, 3, FIRST, opt.first_trees)),
                         lambda: forest_tables(fit(pages, around, lost, 6, SECOND, opt.second_trees))],
                        opt.processes)
        write_model(opt.model, a, b, [f"{k}: {n} pages, word F1 {f:.4f} (cross-validated)"
                                      for k, (n, f) in result.items()])
        write_memory(Path(opt.model).with_name("memory.c"), memories[-1])


if __name__ == "__main__":
    main()

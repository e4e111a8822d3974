#!/usr/bin/env python3
"""Checks the chains that the tests want, printed as JSON, by docs/chain.schema.json.

    check_chain.py

The documents are tests/chain/*/want.json, which the data tests compare with what is printed.
"""

import json
import sys

from check import ROOT, check_schema


def main():
    schema = json.loads((ROOT / "docs/chain.schema.json").read_text(encoding="utf-8"))
    paths = sorted((ROOT / "tests/chain").glob("*/want.json"))
    bad = 0
    for path in paths:
        faults = []
        check_schema(schema, json.loads(path.read_text(encoding="utf-8")), schema, "$", faults)
        bad += bool(faults)
        for fault in faults[:20]:
            print(f"{path.relative_to(ROOT)}: {fault}")
    print(f"{len(paths)} chains, {bad} wrong")
    return 1 if bad or not paths else 0


if __name__ == "__main__":
    sys.exit(main())

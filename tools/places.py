#!/usr/bin/env python3
"""CLDR's names of territories and cities -> assets/places/places.names.

    npm pack cldr-localenames-full cldr-dates-full    (unpack both)
    tools/places.py LOCALENAMES/main DATES/main assets/lang >assets/places/places.names

A section a language that has a file in assets/lang; a line is a key and names, with bars
between them.  A key is a territory's code (ISO 3166) or a time zone's city.  What is
written as in English is left out: words alike find each other without a table.
"""
import json
import os
import sys


def load(*path):
    try:
        with open(os.path.join(*path), encoding="utf-8") as f:
            return json.load(f)["main"]
    except FileNotFoundError:
        return {}


def names_of(names, dates, tag):
    found = {}
    for main in load(names, tag, "territories.json").values():
        for key, name in main["localeDisplayNames"]["territories"].items():
            code = key.split("-alt-")[0]
            if len(code) == 2 and code not in ("ZZ", "XA", "XB", "EZ", "QO"):
                found.setdefault(code, []).append(name)
    for main in load(dates, tag, "timeZoneNames.json").values():
        zones = main["dates"]["timeZoneNames"]["zone"]
        stack = [(k, v) for k, v in zones.items() if k != "Etc"]
        while stack:
            path, node = stack.pop()
            city = node.get("exemplarCity")
            if isinstance(city, str):
                found.setdefault(path.split("/")[-1].lower(), []).append(city)
            else:
                stack += [(path + "/" + k, v) for k, v in node.items() if isinstance(v, dict)]
    return found


def main():
    names, dates, langs = sys.argv[1:]
    tags = sorted(f[:-5] for f in os.listdir(langs) if f.endswith(".lang"))
    english = names_of(names, dates, "en")
    print("# Names of territories and cities, from Unicode's CLDR 46 (THIRD-PARTY.md);")
    print("# made by tools/places.py.  A line: key, then names.")
    for tag in tags:
        own = names_of(names, dates, tag)
        print(f"\n[{tag}]")
        for key in sorted(own):
            kept = [n for n in dict.fromkeys(own[key])
                    if tag == "en" or n not in english.get(key, [])]
            kept = [n for n in kept if len(n.encode()) > 2 and len(n.split()) < 5 and "(" not in n and "[" not in n]
            if kept:
                print(key, "|".join(kept))


main()

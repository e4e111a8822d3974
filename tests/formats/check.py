#!/usr/bin/env python3
"""Prints pages in the formats that have a schema, and checks each by it.

    tests/formats/check.py KABAR [PATH…]      files or folders; without any: the examples and
                                              the pages of tests/read and tests/sources

json    against docs/article.schema.json
jsonld  against schemaorg.txt beside this file; where KABAR_SCHEMAORG_CSV names schema.org's
        own list of properties (schemaorg-all-https-properties.csv), each property's type
        against that too
ninjs   against NINJS below; where KABAR_NINJS_SCHEMA names IPTC's ninjs-schema_3.1.json and
        the Python package jsonschema is there, against that too

Standard library alone, jsonschema apart.  The end of the output tells how many documents were
checked by what; exit status 1 where one is wrong."""
import csv
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGES = {".html", ".htm", ".xhtml", ".txt", ".gz"}

# ---- values ------------------------------------------------------------------------------

PCHAR = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})"
URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:(?://(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?"
    r"(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::[0-9]*)?"
    r"(?:/" + PCHAR + r"*)?|" + PCHAR + r"*)"
    r"(?:\?(?:" + PCHAR + r"|\?)*)?(?:#(?:" + PCHAR + r"|\?)*)?")
DATE_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?"
                       r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)")


def is_uri(value):
    return isinstance(value, str) and bool(URI.fullmatch(value))


def is_date_time(value):
    match = isinstance(value, str) and DATE_TIME.fullmatch(value)
    if not match:
        return False
    try:
        datetime.datetime(*(int(x) for x in match.groups()[:6]))
    except ValueError:
        return False
    return True


def is_date(value):
    """ISO 8601 as schema.org's Date and DateTime take it: a day, maybe with a time."""
    if not isinstance(value, str):
        return False
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        value += "T00:00"
    match = re.fullmatch(r"(.{16})(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?", value)
    return bool(match) and is_date_time(match[1] + (match[2] or ":00") + (match[4] or "Z"))


FORMATS = {"uri": is_uri, "date-time": is_date_time, "partial-date-time": is_date}

# ---- JSON Schema, as much of it as ours use ----------------------------------------------

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool,
         "integer": int, "number": (int, float)}
KEYWORDS = {"$schema", "$id", "$defs", "$ref", "title", "description", "type", "const", "enum",
            "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
            "minLength", "minimum", "maximum", "pattern", "format", "anyOf"}


def check_schema(schema, value, root, at, faults):
    """Appends what is wrong with value by schema; a keyword that is not known is a fault."""
    for keyword in schema.keys() - KEYWORDS:
        faults.append(f"{at}: the schema's {keyword} is unknown to this checker")
    if "$ref" in schema:
        target = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        check_schema(target, value, root, at, faults)
    if "anyOf" in schema:
        tries = [[] for _ in schema["anyOf"]]
        for one, found in zip(schema["anyOf"], tries):
            check_schema(one, value, root, at, found)
        if all(tries):
            faults.append(" or ".join(found[0] for found in tries))
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or
                 (isinstance(value, bool) and kind != "boolean")):
        faults.append(f"{at}: {value!r:.60} is no {kind}")
        return
    if "const" in schema and value != schema["const"]:
        faults.append(f"{at}: {value!r:.60} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        faults.append(f"{at}: {value!r:.60} is none of {schema['enum']}")
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            faults.append(f"{at}: is empty")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            faults.append(f"{at}: {value!r:.60} does not match {schema['pattern']}")
        if "format" in schema and not FORMATS[schema["format"]](value):
            faults.append(f"{at}: {value!r:.90} is no {schema['format']}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            faults.append(f"{at}: {value} is out of range")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            faults.append(f"{at}: {len(value)} items")
        for i, item in enumerate(value):
            check_schema(schema.get("items", {}), item, root, f"{at}[{i}]", faults)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        for key in schema.get("required", []):
            if key not in value:
                faults.append(f"{at}: lacks {key}")
        for key, item in value.items():
            if key in known:
                check_schema(known[key], item, root, f"{at}.{key}", faults)
            elif schema.get("additionalProperties") is False:
                faults.append(f"{at}: may not have {key}")


# ---- ninjs 3.1, as much of it as kabar prints --------------------------------------------

TEXT = {"type": "string"}
ADDRESS = {"type": "string", "format": "uri"}
MOMENT = {"type": "string", "format": "date-time"}
COUNT = {"type": "integer", "minimum": 0}


def closed(properties, *required):
    return {"type": "object", "additionalProperties": False, "properties": properties,
            "required": list(required)}


def array(properties, *required):
    return {"type": "array", "minItems": 0, "items": closed(properties, *required)}


NAMED = {"name": TEXT, "rel": TEXT, "uri": ADDRESS, "literal": TEXT}
VALUE = {"role": TEXT, "contentType": TEXT, "value": TEXT}
ITEM = {
    "uri": ADDRESS,
    "type": {"enum": ["text", "picture"]},
    "representationType": {"enum": ["full", "partial"]},
    "language": {"type": "string", "minLength": 2},
    "contentCreated": MOMENT, "versionCreated": MOMENT,
    "copyrightHolder": TEXT, "copyrightNotice": TEXT, "usageTerms": TEXT,
    "edNote": TEXT, "by": TEXT, "located": TEXT,
    "headlines": array(VALUE, "value"), "descriptions": array(VALUE, "value"),
    "bodies": array({**VALUE, "charCount": COUNT, "wordCount": COUNT}, "value"),
    "people": array(NAMED), "organisations": array(NAMED), "places": array(NAMED),
    "subjects": array(NAMED), "infoSources": array({"name": TEXT, "role": TEXT}),
    "genres": array({"name": TEXT}),
    "renditions": array({"name": TEXT, "href": ADDRESS}, "name"),
    "altIds": array({"role": TEXT, "value": TEXT}),
    "standard": closed({"name": {"const": "ninjs"}, "version": {"const": "3.1"},
                        "schema": ADDRESS}, "name", "version", "schema"),
}
NINJS = closed({**ITEM, "associations": array({**ITEM, "name": TEXT, "rel": TEXT},
                                              "uri", "name")},
               "uri", "type", "standard", "altIds", "representationType")


def ninjs_validator():
    """IPTC's own schema, where it and a validator are there."""
    path = os.environ.get("KABAR_NINJS_SCHEMA")
    if not path:
        return None, "KABAR_NINJS_SCHEMA is not set"
    try:
        import jsonschema
    except ImportError:
        return None, "there is no Python package jsonschema"
    checker = jsonschema.FormatChecker(formats=())
    for name, function in FORMATS.items():
        checker.checks(name)(lambda value, f=function: not isinstance(value, str) or f(value))
    schema = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema, format_checker=checker), None


# ---- JSON-LD -----------------------------------------------------------------------------


class SchemaOrg:
    """Types with their parents, properties with what they may hold."""

    def __init__(self):
        self.parent, self.properties = {}, {}
        kind = None
        for line in (HERE / "schemaorg.txt").read_text(encoding="utf-8").splitlines():
            words = line.split("#")[0].split()
            if not words:
                continue
            if line[0] != " ":
                kind = words[0]
                self.parent[kind] = words[1] if len(words) > 1 else None
                self.properties[kind] = {}
            else:
                self.properties[kind][words[0]] = words[1:]

    def line_of(self, kind):
        while kind:
            yield kind
            kind = self.parent[kind]

    def holds(self, kind, name):
        for ancestor in self.line_of(kind):
            if name in self.properties[ancestor]:
                return self.properties[ancestor][name]
        return None

    def check_csv(self, path):
        """Each property of the list is one of schema.org's, and belongs to that type."""
        faults, known = [], {}
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                known[row["label"]] = [
                    {x.strip().rsplit("/", 1)[-1] for x in row[column].split(",")}
                    for column in ("domainIncludes", "rangeIncludes")]
        for kind, properties in self.properties.items():
            for name, values in properties.items():
                if name not in known:
                    faults.append(f"schemaorg.txt: schema.org has no {name}")
                    continue
                domain, wanted = known[name]
                if not domain & set(self.line_of(kind)):
                    faults.append(f"schemaorg.txt: {name} is not of {kind}")
                for value in values:
                    line = set(self.line_of(value)) if value in self.parent else {value}
                    if not (line | ({"DateTime"} if value == "Date" else set())) & wanted:
                        faults.append(f"schemaorg.txt: {name} may not be {value}")
        return faults

    def check_value(self, name, wanted, value, at, faults):
        simple = {"Text": lambda v: isinstance(v, str) and v,
                  "URL": is_uri, "Date": is_date,
                  "Integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
                  "Boolean": lambda v: isinstance(v, bool)}
        if isinstance(value, dict):
            kinds = set(self.line_of(value.get("@type"))
                        if value.get("@type") in self.parent else ())
            if not kinds & set(wanted):
                faults.append(f"{at}: {value.get('@type')} is none of {wanted}")
            self.check(value, at, faults)
        elif not any(kind in simple and simple[kind](value) for kind in wanted):
            faults.append(f"{at}: {value!r:.80} is none of {wanted}")

    def check(self, thing, at, faults):
        kind = thing.get("@type")
        if kind not in self.parent:
            faults.append(f"{at}: type {kind!r} is unknown")
            return
        for name, value in thing.items():
            where = f"{at}.{name}"
            if name == "@id":
                if not is_uri(value):
                    faults.append(f"{where}: {value!r:.80} is no address")
            elif name not in ("@type", "@context"):
                wanted = self.holds(kind, name)
                if wanted is None:
                    faults.append(f"{at}: {kind} has no {name}")
                    continue
                values = value if isinstance(value, list) else [value]
                if not values:
                    faults.append(f"{where}: is an empty list")
                for one in values:
                    self.check_value(name, wanted, one, where, faults)

    def check_document(self, document, faults):
        if document.get("@context") != "https://schema.org":
            faults.append("the context is not https://schema.org")
        if document.get("@type") != "NewsArticle":
            faults.append("it is no NewsArticle")
        for name in ("@id", "wordCount", "sdPublisher"):
            if name not in document:
                faults.append(f"lacks {name}")
        self.check(document, "$", faults)


# ---- the run -----------------------------------------------------------------------------


def inputs(arguments):
    paths = [pathlib.Path(x) for x in arguments] or [
        ROOT / "examples/pages", ROOT / "examples/wire", ROOT / "tests/read",
        ROOT / "tests/sources"]
    for path in paths:
        if path.is_file():
            yield path
        else:
            yield from sorted(x for x in path.rglob("*") if x.is_file() and
                              x.suffix in PAGES and x.name != "cmd")


def lines_of(kabar, form, paths):
    """One document a page; a page that is refused gives a line with its error."""
    run = subprocess.run([kabar, "read", "--format", form, "--paths-from", "-"],
                         input="".join(f"{path}\n" for path in paths).encode(),
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    lines = run.stdout.decode("utf-8").split("\n")[:-1]
    if run.returncode not in (0, 1) or len(lines) != len(paths):
        sys.exit(f"kabar read --format {form}: status {run.returncode}, "
                 f"{len(lines)} lines for {len(paths)} pages")
    return lines


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    kabar, paths = sys.argv[1], list(inputs(sys.argv[2:]))
    record = json.loads((ROOT / "docs/article.schema.json").read_text(encoding="utf-8"))
    vocabulary = SchemaOrg()
    official, why_not = ninjs_validator()
    bad = []
    checks = {"json": lambda d, f: check_schema(record, d, record, "$", f),
              "jsonld": vocabulary.check_document,
              "ninjs": lambda d, f: check_schema(NINJS, d, NINJS, "$", f)}
    counts = dict.fromkeys(checks, 0)
    table = os.environ.get("KABAR_SCHEMAORG_CSV")
    if table:
        bad += vocabulary.check_csv(table)
    for form, check in checks.items():
        for path, line in zip(paths, lines_of(kabar, form, paths)):
            faults, document = [], json.loads(line)
            if "error" in document:
                continue
            document.pop("path", None)
            check(document, faults)
            if form == "ninjs" and official:
                faults += [f"by IPTC's schema: {error.json_path}: {error.message:.200}"
                           for error in official.iter_errors(document)]
            counts[form] += 1
            bad += [f"{path}: {form}: {fault}" for fault in faults]
    for fault in bad[:60]:
        print(fault)
    print("schema.org's own list:", "looked at" if table else
          "skipped, KABAR_SCHEMAORG_CSV is not set")
    print("IPTC's own schema:", "looked at" if official else f"skipped, {why_not}")
    print(", ".join(f"{count} of {form}" for form, count in counts.items()))
    total = sum(counts.values())
    wrong = len({fault.split(": ")[0] + fault.split(": ")[1] for fault in bad})
    print(f"{total - wrong} passed, {wrong} failed")
    sys.exit(1 if bad or not total else 0)


if __name__ == "__main__":
    main()

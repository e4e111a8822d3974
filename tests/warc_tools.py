#!/usr/bin/env python3
"""Checks WARC files that kabar writes with other tools, and has kabar read theirs.

    tests/warc_tools.py KABAR WARC_SAMPLE

The standard library unpacks and reads what kabar wrote by a reader of its own (ISO 28500),
with digests, and writes a file that kabar reads.  The Python package warcio does the same
where it is there (`tools/setup --dev` installs it under .deps); else that part is left out,
which the last line tells.  Exit status 1 where something is wrong."""
import base64
import glob
import gzip
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path += glob.glob(str(HERE.parent / ".deps/venv/lib/python3*/site-packages"))
try:
    import warcio
    from warcio.archiveiterator import ArchiveIterator
    from warcio.checker import Checker
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter
except ImportError:
    warcio = None

checks = failures = 0


def check(right, what):
    global checks, failures
    checks += 1
    if not right:
        failures += 1
        print("wrong:", what)


# ---- what kabar writes ---------------------------------------------------------------------

def members(packed):
    """The gzip members of a file, unpacked."""
    while packed:
        unpacker = zlib.decompressobj(31)
        yield unpacker.decompress(packed) + unpacker.flush()
        packed = unpacker.unused_data


def records(plain):
    """Header fields and block of each record."""
    while plain:
        head, _, rest = plain.partition(b"\r\n\r\n")
        version, *lines = head.decode().split("\r\n")
        check(version == "WARC/1.1", version)
        fields = dict(line.split(": ", 1) for line in lines)
        length = int(fields["Content-Length"])
        check(rest[length:length + 4] == b"\r\n\r\n", "two line feeds behind a record")
        yield fields, rest[:length]
        plain = rest[length + 4:]


def right_digest(field, data):
    name, _, value = field.partition(":")
    return value == base64.b32encode(hashlib.new(name, data).digest()).decode()


def check_record(fields, block, ids):
    what = fields.get("WARC-Target-URI", "warcinfo")
    check(re.fullmatch(r"<urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}>",
                       fields["WARC-Record-ID"]), what + ": its id")
    check(fields["WARC-Record-ID"] not in ids, what + ": its id is another's")
    check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fields["WARC-Date"]), what)
    check(right_digest(fields["WARC-Block-Digest"], block), what + ": its block's digest")
    head, _, body = block.partition(b"\r\n\r\n")
    if "WARC-Payload-Digest" in fields:
        check(right_digest(fields["WARC-Payload-Digest"], body), what + ": its payload's digest")
    if fields["WARC-Type"] == "response" and b"\nContent-Length: " in head and body:
        length = re.search(rb"\nContent-Length: (\d+)", head).group(1)
        check(int(length) == len(body), what + ": its HTTP length")
    if "WARC-Concurrent-To" in fields:
        check(fields["WARC-Concurrent-To"] in ids, what + ": the record beside it")
    ids.add(fields["WARC-Record-ID"])


def check_written(folder):
    plain = (folder / "plain.warc").read_bytes()
    packed = list(members((folder / "gzip.warc.gz").read_bytes()))
    check(b"".join(packed) == plain, "gzip: the same bytes")
    ids = set()
    for fields, block in records(plain):
        check_record(fields, block, ids)
    check(len(packed) == len(ids), "gzip: a member a record")
    other = set()
    for fields, block in records(b"".join(members((folder / "sha256.warc.gz").read_bytes()))):
        check_record(fields, block, other)
    if warcio:
        for name in ("plain.warc", "gzip.warc.gz", "sha256.warc.gz"):
            check_by_warcio(folder / name, len(ids))


def check_by_warcio(path, count):
    class Arguments:
        inputs, verbose, fail_fast = [str(path)], False, False
    checker = Checker(Arguments())
    checker.process_all()
    check(checker.exit_value == 0, f"warcio check {path.name}")
    with open(path, "rb") as file:
        found = [(r.rec_type, r.content_stream().read()) for r in ArchiveIterator(file)]
    check(len(found) == count, f"warcio reads {len(found)} of {count} records")


# ---- what kabar reads ----------------------------------------------------------------------

PAGE = ("<!doctype html><meta charset=utf-8><title>Der Hafen ist offen {0}</title>"
        "<h1>Der Hafen ist offen {0}</h1><p>Am Montag ist der Hafen wieder geöffnet worden, "
        "nach neun Jahren, und die ersten drei Schiffe liefen am Vormittag ein.</p>")


def pages_of(kabar, path):
    run = subprocess.run([kabar, "read", "-j", "2", str(path)], capture_output=True)
    check(run.returncode == 0, f"kabar read {path.name}: {run.stderr.decode()}")
    return [json.loads(line) for line in run.stdout.splitlines()]


def check_reading(kabar, path, offsets=None):
    pages = pages_of(kabar, path)
    check([p["title"] for p in pages] == [f"Der Hafen ist offen {n}" for n in range(3)],
          f"{path.name}: its titles")
    if offsets:
        check([p["offset"] for p in pages] == offsets, f"{path.name}: its offsets")


def own_file(folder):
    """Written by the standard library alone."""
    path, offsets, out = folder / "own.warc.gz", [], io.BytesIO()
    for n in range(3):
        body = PAGE.format(n).encode()
        block = (f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}"
                 "\r\n\r\n").encode() + body
        head = (f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{n}>\r\n"
                f"WARC-Date: 2026-03-01T08:15:00Z\r\nWARC-Target-URI: https://k.example/{n}\r\n"
                "Content-Type: application/http;msgtype=response\r\n"
                f"Content-Length: {len(block)}\r\n\r\n").encode()
        offsets.append(out.tell())
        out.write(gzip.compress(head + block + b"\r\n\r\n"))
    path.write_bytes(out.getvalue())
    return path, offsets


def chunked(data):
    pieces = [data[at:at + 50] for at in range(0, len(data), 50)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


def warcio_file(folder, packed):
    path = folder / ("warcio.warc.gz" if packed else "warcio.warc")
    with open(path, "wb") as file:
        writer = WARCWriter(file, gzip=packed)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "tests"}))
        for n in range(3):
            body = PAGE.format(n).encode()
            headers = [("Content-Type", "text/html")]
            if n == 1:
                body, headers = gzip.compress(body), headers + [("Content-Encoding", "gzip")]
            if n == 2:
                body, headers = chunked(body), headers + [("Transfer-Encoding", "chunked")]
            response = writer.create_warc_record(
                f"https://k.example/{n}", "response", payload=io.BytesIO(body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"))
            request = writer.create_warc_record(
                f"https://k.example/{n}", "request",
                http_headers=StatusAndHeaders(f"GET /{n} HTTP/1.1", [("Host", "k.example")]))
            writer.write_request_response_pair(request, response)
    return path


def main():
    kabar, sample = sys.argv[1:]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for recipe in sorted((HERE / "warc_write").glob("*/answers")):
            subprocess.run([sample, str(recipe), temporary], check=True)
            check_written(folder)
        check_reading(kabar, *own_file(folder))
        if warcio:
            check_reading(kabar, warcio_file(folder, True))
            check_reading(kabar, warcio_file(folder, False))
    if not warcio:
        print("left out: the Python package warcio is not there (tools/setup --dev)")
    print(f"{checks - failures} passed, {failures} failed")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())

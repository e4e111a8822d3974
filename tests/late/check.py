#!/usr/bin/env python3
"""Libraries that the command loads when it first calls them (src/late).

    tests/late/check.py KABAR

The command's notes name them (ELF Dlopen Metadata); the linker must not load them at the
start too, each has to be there, and to have every function that is called late.
"""
import ctypes
import json
import os
import re
import struct
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LATE = os.path.join(ROOT, "src/late")
OWNER, KIND = b"FDO\0", 0x407C0C0A
failures = 0


def check(good, what):
    global failures
    if not good:
        failures += 1
        print("FAILED", what)


def section(program, name):
    """The bytes of a section of a 64-bit ELF file, or none."""
    with open(program, "rb") as f:
        data = f.read()
    at, size, count, names = struct.unpack_from("<Q10xHHH", data, 40)
    heads = [struct.unpack_from("<IIQQQQ", data, at + i * size) for i in range(count)]
    for head in heads:
        start = heads[names][4] + head[0]
        if data[start:data.index(b"\0", start)] == name:
            return data[head[4]:head[4] + head[5]]
    return b""


def notes(data):
    """What the notes say, by library."""
    found = {}
    while data:
        owner_n, n, kind = struct.unpack_from("<III", data)
        check(data[12:12 + owner_n] == OWNER and kind == KIND, "a note's owner and type")
        text = data[12 + owner_n:12 + owner_n + n].rstrip(b"\0")
        for one in json.loads(text):
            found.update((name, one) for name in one["soname"])
        data = data[12 + owner_n + (n + 3) // 4 * 4:]
    return found


def functions(file):
    """The names that a file of src/late calls late."""
    with open(os.path.join(LATE, file)) as f:
        text = f.read()
    names = re.findall(r"^LATE\((?:[^,]|,(?=[^(]*\)))*?, (\w+),", text, re.M)
    names += re.findall(r"^(?:LATE_VOID\(|KB_LATE_VOID\(KB_LATE_\w+, )(\w+),", text, re.M)
    names += re.findall(r'KB_LATE_FUNCTION\(\w+, "(\w+)"\)', text)
    names += re.findall(r'"(_Z\w+)"', text.replace('" \\\n    "', ""))
    return [n + "_8" if n.startswith("pcre2_") else n for n in names]


def main():
    program = sys.argv[1]
    late = notes(section(program, b".note.dlopen"))
    if not late:
        print("skipped: this command loads nothing late")
        sys.exit(77)
    needed = subprocess.run(["readelf", "-d", program], stdout=subprocess.PIPE, text=True,
                            check=True).stdout
    needed = re.findall(r"NEEDED.*\[(.*)\]", needed)
    count = 0
    for name, note in sorted(late.items()):
        check(note["description"] and note["priority"] == "required", name + ": its note")
        check(name not in needed, name + ": is loaded at the start too")
        word = re.match(r"lib([a-z]+[0-9]?(?:_full)?)", name)[1].removesuffix("dec")
        file = [f for f in os.listdir(LATE) if re.match(word + r"\.cc?$", f)]
        library = ctypes.CDLL(name)
        for function in functions(file[0]) if file else []:
            count += 1
            check(hasattr(library, function), "%s: has no %s" % (name, function))
        check(file or name.startswith("libcld2_full"), name + ": no file of src/late")
    check(count > 50, "only %d functions were found" % count)
    print("%d libraries, %d functions, %d failed" % (len(late), count, failures))
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()

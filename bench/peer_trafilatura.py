"""trafilatura on pages in memory: prints name, pages a second and failures, tab-separated.

Pages are decoded before the clock starts, as kabar's bench does not count reading files
either.  Two rows: the text alone, and the text with all metadata as JSON.
"""
import gzip
import importlib.metadata
import pathlib
import sys
import time

import trafilatura

ENDS = (".html", ".htm", ".xhtml", ".html.gz", ".htm.gz", ".xhtml.gz")


def paths(arguments):
    for argument in arguments:
        path = pathlib.Path(argument)
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.name.endswith(ENDS))
        elif path.name.endswith(ENDS):
            yield path


def load(path):
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return trafilatura.utils.decode_file(data)


def measure(name, pages, **options):
    def one_round():
        failures = 0
        for page in pages:
            try:
                trafilatura.extract(page, **options)
            except Exception:  # whatever a page does to it is a failure of that page
                failures += 1
        return failures

    trafilatura.extract(pages[0], **options)
    start = time.process_time()
    failures = one_round()
    rate = len(pages) / (time.process_time() - start)
    print(name, f"{rate:.2f}", failures, sep="\t", flush=True)


def main():
    pages = [load(path) for path in paths(sys.argv[1:])]
    if not pages:
        return
    version = importlib.metadata.version("trafilatura")
    measure(f"trafilatura {version}, text", pages)
    measure(f"trafilatura {version}, text and metadata", pages, output_format="json",
            with_metadata=True)


main()

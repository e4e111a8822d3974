"""What the tests in Python count by."""
import os
import sys
import tempfile
import time


class Checks:
    """Counts what holds, and tells what does not."""

    def __init__(self):
        self.passed, self.failures = 0, []

    def __call__(self, ok, what, *shown):
        if ok:
            self.passed += 1
            return
        self.failures.append(what)
        print(f"FAIL {what}")
        for each in shown:
            print("    " + str(each)[:1500])

    def report(self):
        """Prints the count; the program's exit status leaves."""
        print(f"{self.passed} passed, {len(self.failures)} failed")
        return 1 if self.failures or not self.passed else 0

    def run(self, groups, prepare=None):
        """Runs the groups that the command line's words are in the names of, or all, each
        in a folder of its own, which prepare fills; the exit status leaves."""
        words = sys.argv[2:]
        for group in groups:
            if words and not any(word in group.__name__ for word in words):
                continue
            started = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o755)
                if prepare:
                    prepare(folder)
                group(folder)
            print(f"{group.__name__}: {time.monotonic() - started:.1f} s")
        return self.report()

    def end(self):
        raise SystemExit(self.report())

"""What the tests in Python count by."""


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

    def end(self):
        raise SystemExit(self.report())

/* The test runner's side of a kind: what a kind of test may ask of its case.
 *
 * A case is a folder tests/<kind>/<case>/ with input files, a file `options` (lines
 * key=value, # for comments; may be missing) and the wanted outputs want.<name>.  A kind
 * stands in tests/kind_<kind>.c and is found by the name of its file: nothing has to be
 * registered.  It ends with
 *
 *     const struct kb_test_kind kb_kind_<kind> = {"<kind>", run};
 *
 * Several cases run at the same time, each in a process of its own kind: a case may crash
 * without harm to the others. */
#ifndef KB_TESTS_RUNNER_H
#define KB_TESTS_RUNNER_H

#include "base/base.h"

struct kb_case;

/* "<kind>/<case>". */
const char *kb_case_name(const struct kb_case *c);

/* The bytes of a file in the case's folder, with a NUL behind them; p is NULL where the
 * file is missing.  They belong to the case. */
struct kb_str kb_case_file(struct kb_case *c, const char *name);

/* A value from the file `options`, or NULL.  It belongs to the case. */
const char *kb_case_option(struct kb_case *c, const char *key);

/* Compares bytes with want.<name>, where the case has that file; an output without one
 * is not looked at.  Each want.* file must be met by an output.  A file has.<name> holds
 * lines that must stand in the output, not.<name> lines that must not: for inputs where
 * more than one answer is right. */
void kb_case_output(struct kb_case *c, const char *name, struct kb_str bytes);

/* A check of the kind's own that failed. */
void kb_case_fail(struct kb_case *c, const char *format, ...) KB_PRINTF(2, 3);

struct kb_test_kind {
    const char *name;
    void (*run)(struct kb_case *c);
};

#endif

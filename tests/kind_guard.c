/* What the fetcher may ask.  The file want.guard is input and output in one: a line is
 *
 *     <verdict> <tab> <host> <tab> <address> [<tab> <what the host's name is looked up
 *     as>]
 *
 * where the address is a URL as somebody may write it, the host what becomes of it, and
 * the verdict the guard's word for it, or "bad-address" where it cannot be asked at all.
 * A URL without a scheme is an address of the network itself ("10.0.0.1", "::1").
 *
 * Options: allow=WHAT[ WHAT…], as kb_guard_allow takes it; base=URL for relative ones. */
#include "fetch/fetch.h"
#include "fetch/target.h"
#include "runner.h"

static const char *const names[] = {
#define X(code, name, text) name,
    KB_GUARD_LIST(X)
#undef X
};

static enum kb_guard_kind judge(const struct kb_guard *guard, struct kb_str host,
                                unsigned port, struct kb_str found) {
    struct kb_address address;
    enum kb_guard_kind kind = kb_guard_host(guard, host, port);
    if (kind != KB_GUARD_FREE || !found.n)
        return kind;
    if (!kb_address_parse(&address, found))
        return KB_GUARD_RESERVED;
    return kb_guard_address(guard, host, &address, port);
}

/* One line's verdict and host. */
static void tell(const struct kb_guard *guard, struct kb_str url, struct kb_str found,
                 struct kb_str base, struct kb_buf *out) {
    struct kb_target target = {0};
    struct kb_address address;
    struct kb_err err;
    if (kb_address_parse(&address, url)) {
        kb_buf_printf(out, "%s\t-", names[kb_address_kind(&address)]);
    } else if (kb_target_read(&target, url, base, &err) != KB_OK) {
        kb_buf_z(out, "bad-address\t-");
    } else {
        struct kb_str host = kb_str_z(target.host);
        kb_buf_printf(out, "%s\t%s", names[judge(guard, host, target.port, found)],
                      target.host);
    }
    kb_target_free(&target);
}

static void allow(struct kb_case *c, struct kb_guard *guard, struct kb_str words) {
    while (words.n) {
        size_t end = kb_str_find_byte(words, ' ');
        struct kb_err err;
        if (kb_guard_allow(guard, kb_str_slice(words, 0, end), &err) != KB_OK)
            kb_case_fail(c, "%s", err.text);
        words = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(words, end + 1, words.n);
    }
}

/* The next field of a line that tabs part. */
static struct kb_str take_field(struct kb_str *line) {
    size_t tab = kb_str_find_byte(*line, '\t');
    struct kb_str field = kb_str_slice(*line, 0, tab);
    *line = tab == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*line, tab + 1, line->n);
    return field;
}

static void run(struct kb_case *c) {
    struct kb_guard *guard = kb_guard_new();
    struct kb_str lines = kb_case_file(c, "want.guard");
    struct kb_str base = kb_str_z(kb_case_option(c, "base"));
    struct kb_buf out;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    if (guard)
        allow(c, guard, kb_str_z(kb_case_option(c, "allow")));
    while (guard && lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        struct kb_str line = kb_str_slice(lines, 0, end);
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
        (void)take_field(&line);
        (void)take_field(&line);
        struct kb_str url = take_field(&line), found = take_field(&line);
        tell(guard, url, found, base, &out);
        kb_buf_char(&out, '\t');
        kb_buf_str(&out, url);
        if (found.n) {
            kb_buf_char(&out, '\t');
            kb_buf_str(&out, found);
        }
        kb_buf_char(&out, '\n');
    }
    kb_case_output(c, "guard", kb_buf_view(&out));
    kb_buf_free(&out);
    kb_guard_free(guard);
}

const struct kb_test_kind kb_kind_guard = {"guard", run};

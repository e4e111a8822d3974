/* Lines of the Model Context Protocol, to a wire that has nothing in it: what is answered
 * is one line of JSON each, and nothing that cannot be. */
#include <stdio.h>
#include <stdlib.h>
#include <yyjson.h>

#include "fuzz.h"
#include "serve/serve.h"

static struct kb_mcp *mcp; /* as long as the process */

static void open_wire(void) {
    char folder[] = "/tmp/kabar-fuzz-XXXXXX", path[64];
    const struct kb_store_options create = {.mode = KB_STORE_CREATE};
    struct kb_store *store;
    struct kb_err err = {.text = ""};
    if (!mkdtemp(folder))
        kb_fuzz_fail("no folder for a wire");
    (void)snprintf(path, sizeof path, "%s/wire.db", folder);
    if (kb_store_open(path, &create, &store, &err) != KB_OK ||
        kb_mcp_new(store, KB_USER_FIRST, &mcp, &err) != KB_OK)
        kb_fuzz_fail(err.text);
}

static void answer(struct kb_str line) {
    struct kb_buf out;
    struct kb_err err = {.text = ""};
    kb_buf_init(&out, KB_LIMIT_ANSWER_BYTES);
    if (kb_mcp_answer(mcp, line, 1772712000, &out, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    if (out.n) {
        yyjson_doc *doc = yyjson_read(out.p, out.n, 0);
        if (!doc || out.p[out.n - 1] != '\n' || memchr(out.p, '\n', out.n - 1))
            kb_fuzz_fail("what was answered is no line of JSON");
        yyjson_doc_free(doc);
    }
    kb_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str rest = {(const char *)data, size};
    if (!mcp)
        open_wire();
    while (rest.n) {
        size_t end = kb_str_find_byte(rest, '\n');
        answer(kb_str_slice(rest, 0, end));
        rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, end + 1, rest.n);
    }
    return 0;
}

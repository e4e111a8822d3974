/* A robots.txt and addresses: the first line is the address, the rest the file. */
#include "fuzz.h"

#include "fetch/robots.h"

static void look(const struct kb_robots *robots, struct kb_str url, struct kb_str bytes) {
    const struct kb_robots_rule *by;
    bool allowed = kb_robots_allows(robots, url, &by);
    if (by && allowed != by->allow)
        kb_fuzz_fail("another answer than that of the rule that decided");
    for (size_t i = 0; i < robots->rule_count; i++) {
        const struct kb_robots_rule *rule = &robots->rules[i];
        if (rule->text.p < bytes.p || rule->text.p + rule->text.n > bytes.p + bytes.n)
            kb_fuzz_fail("a rule outside the file");
        if (rule->count > rule->text.n)
            kb_fuzz_fail("a rule longer than its text");
    }
    if (robots->crawl_delay < -1 || robots->crawl_delay > KB_LIMIT_CRAWL_DELAY_MS)
        kb_fuzz_fail("a crawl-delay outside its limits");
    if (!robots->rule_count && !allowed)
        kb_fuzz_fail("refused without a rule");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str bytes = {(const char *)data, size};
    size_t end = kb_str_find_byte(bytes, '\n');
    struct kb_str url = kb_str_slice(bytes, 0, end);
    struct kb_robots robots;
    struct kb_arena arena;
    if (end == KB_NOT_FOUND)
        return 0;
    bytes = kb_str_slice(bytes, end + 1, bytes.n);
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (!kb_robots_parse(&arena, bytes, KB_STR("kabar-news"), &robots))
        kb_fuzz_fail("a file that takes more memory than a document has");
    look(&robots, url, bytes);
    kb_arena_free(&arena);
    return 0;
}

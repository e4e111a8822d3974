/* What a hub sends: a line with a Link header, one with a query, one with a signature,
 * and a body. */
#include "fuzz.h"

#include "fetch/websub.h"

static struct kb_str take(struct kb_str *input) {
    size_t end = kb_str_find_byte(*input, '\n');
    struct kb_str line = kb_str_slice(*input, 0, end);
    *input = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*input, end + 1, input->n);
    return line;
}

static void ask(const struct kb_websub *sub, struct kb_str raw) {
    struct kb_arena arena;
    struct kb_websub_query query;
    struct kb_websub next, again;
    struct kb_websub_reply reply;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (!kb_websub_query_read(&arena, raw, &query))
        kb_fuzz_fail("a query that takes more memory than a document has");
    kb_websub_verify(sub, &query, 1772438400, &next, &reply);
    if (reply.body.n &&
        (!kb_str_equal(query.topic, sub->topic) || reply.status != 200 ||
         !kb_str_equal(query.mode, kb_str_z(sub->wanted ? "subscribe" : "unsubscribe"))))
        kb_fuzz_fail("confirmed what was not asked for");
    if (next.next < 0 || (reply.status == 404 && next.lease_until != sub->lease_until))
        kb_fuzz_fail("a refused question changed the lease");
    kb_websub_asked(&next, reply.status, 1772438400, &again);
    if (again.next < 1772438400 + 15 * 60)
        kb_fuzz_fail("asked again too soon");
    kb_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&input);
    struct kb_str links = take(&input), raw = take(&input), signature = take(&input);
    struct kb_websub sub = {.hub = KB_STR("https://hub.example/"),
                            .topic = KB_STR("https://a.example/feed"),
                            .secret = KB_STR("a secret that nobody guesses"),
                            .wanted = option & 1,
                            .seed = option};
    struct kb_websub_offer offer;
    struct kb_websub_reply reply;
    if (kb_websub_discover(links, KB_STR_NONE, KB_STR_NONE, sub.topic, &offer) &&
        (offer.hub.p < links.p || offer.hub.p + offer.hub.n > links.p + links.n))
        kb_fuzz_fail("a hub that nobody named");
    if (kb_websub_receive(&sub, links, signature, input, &reply) == KB_WEBSUB_TAKE)
        kb_fuzz_fail("taken without the secret");
    ask(&sub, raw);
    return 0;
}

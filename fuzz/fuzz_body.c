/* An answer's body: the first byte tells its limit, the second the size of the pieces
 * that it comes in.  However it is cut, the same bytes come out, and no more than the
 * limit. */
#include "fetch/body.h"
#include "fuzz.h"

static bool feed(struct kb_body *body, struct kb_str bytes, size_t piece, size_t max) {
    bool good = true;
    kb_body_init(body, max);
    while (good && bytes.n) {
        size_t n = bytes.n < piece ? bytes.n : piece;
        good = kb_body_add(body, bytes.p, n);
        bytes = kb_str_slice(bytes, n, bytes.n);
    }
    good = good && kb_body_end(body);
    if (body->bytes.n > max)
        kb_fuzz_fail("more than the limit");
    if (good && (body->limited || body->broken || body->nomem))
        kb_fuzz_fail("well, and yet not");
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_body whole, cut;
    if (size < 2)
        return 0;
    struct kb_str bytes = {(const char *)data + 2, size - 2};
    size_t max = (size_t)data[0] * 16;
    bool good = feed(&whole, bytes, bytes.n + 1, max);
    if (feed(&cut, bytes, (size_t)data[1] + 1, max) != good)
        kb_fuzz_fail("well in one piece, and not in many");
    if (!kb_str_equal(kb_buf_view(&whole.bytes), kb_buf_view(&cut.bytes)) &&
        !whole.broken)
        kb_fuzz_fail("other bytes in other pieces");
    kb_body_free(&whole);
    kb_body_free(&cut);
    return 0;
}

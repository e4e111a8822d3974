/* Dates that people read: any line, in any language, with and without the time. */
#include "fuzz.h"
#include "page/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct kb_lexicon *lexicon;
    struct kb_err err = {0};
    struct kb_str line = {(const char *)data, size};
    struct kb_spoken_date dates[KB_SPOKEN_MAX];
    uint8_t option = kb_fuzz_option(&line);
    if (!lexicon && kb_lexicon_new(NULL, &lexicon, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    line.n = kb_utf8_valid_prefix(line);
    const struct kb_spoken_hints hints = {.lexicon = lexicon,
                                          .language = option & 63u,
                                          .order = (enum kb_date_order)(option % 3),
                                          .now = option & 64 ? 1714731300 : 0};
    size_t n = kb_spoken_dates(line, &hints, dates), end = 0;
    if (n > KB_SPOKEN_MAX)
        kb_fuzz_fail("more dates than there is room for");
    for (size_t i = 0; i < n; i++) {
        const struct kb_spoken_date *d = &dates[i];
        if (d->start > d->end || d->end > line.n)
            kb_fuzz_fail("a date outside its line");
        if (i && d->end < end)
            kb_fuzz_fail("dates out of order");
        end = d->end;
        if (!kb_moment_is_day(&d->m) || d->m.hour > 23 || d->m.minute > 59)
            kb_fuzz_fail("a day that does not exist");
    }
    struct kb_moment m;
    if (kb_moment_read(line, &m) && !kb_moment_is_day(&m))
        kb_fuzz_fail("a machine's day that does not exist");
    return 0;
}

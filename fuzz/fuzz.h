/* What the fuzz targets share.  A target defines LLVMFuzzerTestOneInput; clang's
 * libFuzzer calls it, or main.c, which runs files through it with any compiler. */
#ifndef KB_FUZZ_H
#define KB_FUZZ_H

#include "base/base.h"

#include <kabar.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One reader for all inputs of a target: what a page leaves behind in it must not harm
 * the next one. */
kabar_reader *kb_fuzz_reader(void);

/* Ends the process with a message: the input is then kept. */
_Noreturn void kb_fuzz_fail(const char *what);

/* Takes the last byte off: options come from the end, so that a page is a seed as it
 * is. */
uint8_t kb_fuzz_option(struct kb_str *input);

/* Reads a page and fails where the article breaks a promise of kabar.h.  NULL where the
 * page is refused; else the caller frees it. */
kabar_article *kb_fuzz_read(struct kb_str bytes, const kabar_page *page);

/* Reads a feed and fails where it breaks a promise of kabar.h, or where what is printed
 * of it is not the same feed again.  False where it is refused. */
bool kb_fuzz_feed(struct kb_str bytes, const kabar_feed_hints *hints);

/* The same with the input inside of a document, so that it reaches what stands deep. */
struct kb_fuzz_wrapper {
    const char *before, *behind;
};
void kb_fuzz_feed_in(const struct kb_fuzz_wrapper *wrapper, struct kb_str input,
                     const kabar_feed_hints *hints);

#endif

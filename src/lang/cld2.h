/* The one door to CLD2, which is C++. */
#ifndef KB_LANG_CLD2_H
#define KB_LANG_CLD2_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kb_cld2 {
    const char *code; /* CLD2's own code ("iw", "zh-Hant"), static; "" for unknown */
    int percent;      /* of the text that is in it */
    int text_bytes;   /* letters that were looked at */
    bool reliable;    /* CLD2's word that no other language comes close */
};

/* text is valid UTF-8 of at most INT_MAX bytes, without control characters. */
void kb_cld2_detect(const char *text, size_t n, struct kb_cld2 *out);

#ifdef __cplusplus
}
#endif

#endif

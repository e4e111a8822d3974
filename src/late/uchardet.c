/* uchardet, when the first page comes that does not tell its encoding. */
#include <uchardet/uchardet.h>

#include "late.h"

KB_LATE_NOTE(uchardet, KB_LATE_UCHARDET, "guesses encodings")

#define LATE(type, name, params, args) KB_LATE(KB_LATE_UCHARDET, type, name, params, args)

LATE(uchardet_t, uchardet_new, (void), ())
KB_LATE_VOID(KB_LATE_UCHARDET, uchardet_delete, (uchardet_t u), (u))
LATE(int, uchardet_handle_data, (uchardet_t u, const char *bytes, size_t n),
     (u, bytes, n))
KB_LATE_VOID(KB_LATE_UCHARDET, uchardet_data_end, (uchardet_t u), (u))
LATE(const char *, uchardet_get_charset, (uchardet_t u), (u))

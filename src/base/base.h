/* base: strings with lengths, the document's arena, bounded buffers, statuses, JSON out.
 *
 * What every other module stands on; it includes nothing of ours.  Nothing here does I/O,
 * reads a clock or keeps a global. */
#ifndef KB_BASE_H
#define KB_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"

#if defined(__GNUC__)
#define KB_MUST_USE __attribute__((warn_unused_result))
#define KB_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define KB_MUST_USE
#define KB_PRINTF(f, a)
#endif

#define KB_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- status ------------------------------------------------------------------------ */

/* code, name, what it says to a person, HTTP status that a server answers with.  The
 * order is the public enum kabar_status's and never changes. */
#define KB_STATUS_LIST(X)                                                                \
    X(KB_OK, "ok", "done", 200)                                                          \
    X(KB_ENOMEM, "no-memory", "not enough memory", 503)                                  \
    X(KB_ELIMIT, "limit", "a limit was reached", 413)                                    \
    X(KB_EINPUT, "bad-input", "the input cannot be read", 422)                           \
    X(KB_EUSAGE, "bad-call", "the call is wrong", 400)                                   \
    X(KB_EASSET, "bad-asset", "a data file is wrong", 500)                               \
    X(KB_EIO, "io", "reading or writing failed", 500)

enum kb_status {
#define X(code, name, text, http) code,
    KB_STATUS_LIST(X)
#undef X
};

/* The status's name ("no-memory") and its sentence, in static storage. */
const char *kb_status_name(enum kb_status status);
const char *kb_status_text(enum kb_status status);

/* A failure's message: what happened, to what, and what to do. */
struct kb_err {
    enum kb_status status;
    char text[256];
};

/* Fills *err (where it is not NULL) and returns status, so that a function can end with
 * `return kb_err_set(err, KB_EINPUT, "…", …)`. */
enum kb_status kb_err_set(struct kb_err *err, enum kb_status status, const char *format,
                          ...) KB_PRINTF(3, 4);

/* ---- strings ----------------------------------------------------------------------- */

/* Bytes with a length, owned by somebody else.  p may be NULL when n is 0. */
struct kb_str {
    const char *p;
    size_t n;
};

#define KB_STR(literal) ((struct kb_str){(literal), sizeof(literal) - 1})
#define KB_STR_NONE ((struct kb_str){NULL, 0})

struct kb_str kb_str_z(const char *z); /* NULL gives the empty string */
bool kb_str_equal(struct kb_str a, struct kb_str b);
bool kb_str_equal_nocase(struct kb_str a, struct kb_str b); /* ASCII letters only */
bool kb_str_starts(struct kb_str s, struct kb_str prefix);
bool kb_str_ends(struct kb_str s, struct kb_str suffix);
bool kb_str_starts_nocase(struct kb_str s, struct kb_str prefix);
struct kb_str kb_str_trim(struct kb_str s); /* ASCII white space and U+00A0, both ends */
struct kb_str kb_str_slice(struct kb_str s, size_t from, size_t to); /* clamped */
struct kb_str kb_str_cut(struct kb_str s, size_t max); /* at a UTF-8 boundary */

/* Offset of needle in s, or KB_NOT_FOUND. */
#define KB_NOT_FOUND ((size_t)-1)
size_t kb_str_find(struct kb_str s, struct kb_str needle);
size_t kb_str_find_nocase(struct kb_str s, struct kb_str needle);
size_t kb_str_find_byte(struct kb_str s, char c);

/* FNV-1a with a final mix; not against adversaries. */
uint64_t kb_hash(const void *p, size_t n, uint64_t seed);

/* The member of names that word was likely meant to be, or NULL (near.c). */
const char *kb_nearest(const char *word, const char *const *names, size_t count);

static inline bool kb_is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline char kb_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}
static inline bool kb_is_digit(char c) {
    return c >= '0' && c <= '9';
}
/* The value of a hexadecimal digit in either case, or -1. */
static inline int kb_hex_digit(char c) {
    c = kb_lower(c);
    return kb_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
static inline bool kb_is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What a letter or digit of ASCII is in small letters; 0 of all other bytes. */
extern const char kb_plain_small[256];
static inline char kb_plain(char c) {
    return kb_plain_small[(unsigned char)c];
}

/* A file that is compiled in: tools/embed.c writes tables of them. */
struct kb_asset {
    const char *name; /* without its folder: "openapi.json" */
    const unsigned char *bytes;
    size_t n;
};

/* ---- UTF-8 (The Unicode Standard, section 3.9) ------------------------------------- */

#define KB_REPLACEMENT 0xFFFD

/* The character at p < end and, in *len, its bytes (1 to 4).  Invalid bytes give
 * KB_REPLACEMENT with a length of 1. */
uint32_t kb_utf8_next(const char *p, const char *end, size_t *len);

/* Writes c at out (room for 4 bytes) and returns the bytes written; surrogates and
 * values past U+10FFFF are written as KB_REPLACEMENT. */
size_t kb_utf8_put(char *out, uint32_t c);

/* Length of s's longest valid prefix: s.n where all of it is valid.  Overlong forms,
 * surrogates and values past U+10FFFF are invalid. */
size_t kb_utf8_valid_prefix(struct kb_str s);

/* Characters in s. */
size_t kb_utf8_count(struct kb_str s);

/* Scripts that write no spaces between words: Han, kana, Thai, Lao, Khmer, Burmese; not
 * Hangul. */
bool kb_is_han_like(uint32_t c);

/* Letters, digits, marks: everything past ASCII but spaces and punctuation. */
bool kb_is_word_char(uint32_t c);

/* ---- days of the Gregorian calendar (time.c) --------------------------------------- */

/* Days since 1970-01-01 to a day, and back; true where the day exists. */
int64_t kb_days_from_date(int year, int month, int day);
void kb_days_to_date(int64_t days, int *year, int *month, int *day);
bool kb_date_exists(int year, int month, int day);

/* Seconds since 1970-01-01 of an RFC 3339 date, or of one that is less precise
 * ("2024-05", "2024-05-03", "2024-05-03T10:15"): its first moment, in UTC where no zone
 * is told.  False where it is none. */
bool kb_date_seconds(struct kb_str date, int64_t *seconds);

/* "2024-05-03T08:15:00Z", with a NUL; years 0 to 9999. */
enum { KB_TIME_BYTES = 24 };
void kb_time_print(int64_t seconds, char out[KB_TIME_BYTES]);

/* ---- arena ------------------------------------------------------------------------- */

struct kb_chunk;

/* One document's memory: allocated piece by piece, freed at once.  Zeroed struct plus
 * kb_arena_init is ready; kb_arena_reset keeps the largest chunk for the next
 * document. */
struct kb_arena {
    struct kb_chunk *chunks; /* the one in use first */
    size_t used;             /* bytes given out in all chunks, padding included */
    size_t held;             /* bytes taken from the system */
    size_t max;
    bool full;    /* an allocation was refused: by max or by the system */
    bool limited; /* … by max */
};

void kb_arena_init(struct kb_arena *arena, size_t max);
void kb_arena_reset(struct kb_arena *arena);
void kb_arena_free(struct kb_arena *arena);

/* n bytes, aligned for any type, not zeroed; NULL when the arena is full. */
void *kb_arena_alloc(struct kb_arena *arena, size_t n) KB_MUST_USE;

/* count * size zeroed bytes; NULL on overflow or when full. */
void *kb_arena_zalloc(struct kb_arena *arena, size_t count, size_t size) KB_MUST_USE;

/* A copy of s with a NUL behind it (not counted).  When the arena is full the result is
 * empty and arena->full is set, so that callers may check once at the end. */
struct kb_str kb_arena_dup(struct kb_arena *arena, struct kb_str s);

/* What format says, in the arena, with a NUL behind it; empty when the arena is full. */
struct kb_str kb_arena_printf(struct kb_arena *arena, const char *format, ...)
    KB_PRINTF(2, 3);

/* A growing array in the arena: makes room for one more in (*items)[count], not zeroed,
 * doubling.  False when full, or when count has reached max. */
bool kb_arena_grow(struct kb_arena *arena, void **items, size_t count, size_t *cap,
                   size_t size, size_t max) KB_MUST_USE;

/* ---- buffer ------------------------------------------------------------------------ */

/* Bytes that grow up to max.  The first failure sticks in status and later calls do
 * nothing, so that a writer checks once, at the end. */
struct kb_buf {
    char *p;
    size_t n, cap, max;
    enum kb_status status;
};

void kb_buf_init(struct kb_buf *buf, size_t max);
void kb_buf_clear(struct kb_buf *buf); /* empties it and keeps its memory */
void kb_buf_free(struct kb_buf *buf);
bool kb_buf_reserve(struct kb_buf *buf, size_t more); /* room for more bytes */
void kb_buf_add(struct kb_buf *buf, const void *p, size_t n);
void kb_buf_char(struct kb_buf *buf, char c);
void kb_buf_str(struct kb_buf *buf, struct kb_str s);
void kb_buf_z(struct kb_buf *buf, const char *z);
void kb_buf_printf(struct kb_buf *buf, const char *format, ...) KB_PRINTF(2, 3);

/* s with &, <, > and " as entities: safe as HTML text and in quoted attributes. */
void kb_buf_html(struct kb_buf *buf, struct kb_str s);

/* Bytes at the beginning of s that are neither of these nor control characters. */
size_t kb_html_plain(struct kb_str s);

/* Adds s with all but letters, digits and -._~ percent-encoded: a path part, a value. */
void kb_percent_encode(struct kb_buf *out, struct kb_str s);

static inline struct kb_str kb_buf_view(const struct kb_buf *buf) {
    return (struct kb_str){buf->p, buf->n};
}

/* ---- numbers to numbers (map.c) ---------------------------------------------------- */

/* Zeroed it is empty; kb_map_free empties it again.  Values are below UINT64_MAX. */
struct kb_map {
    struct kb_map_entry {
        int64_t key;
        uint64_t above; /* the value and 1; 0: free */
    } * entries;
    size_t count, cap;
};

bool kb_map_put(struct kb_map *map, int64_t key, uint64_t value) KB_MUST_USE;
bool kb_map_get(const struct kb_map *map, int64_t key, uint64_t *value);
void kb_map_free(struct kb_map *map);

/* ---- JSON out (RFC 8259) ----------------------------------------------------------- */

/* Writes one JSON value after the other into a buffer; commas and colons come by
 * themselves.  With indent > 0 it prints a line a value.  Strings must be UTF-8: invalid
 * bytes are written as U+FFFD. */
struct kb_json {
    struct kb_buf *out;
    int indent;
    int depth;
    bool first;
    bool after_key;
};

void kb_json_init(struct kb_json *json, struct kb_buf *out, int indent);
void kb_json_object(struct kb_json *json);
void kb_json_object_end(struct kb_json *json);
void kb_json_array(struct kb_json *json);
void kb_json_array_end(struct kb_json *json);
void kb_json_key(struct kb_json *json, const char *key);
void kb_json_str(struct kb_json *json, struct kb_str s);
void kb_json_int(struct kb_json *json, int64_t value);
void kb_json_real(struct kb_json *json, double value, int decimals);
void kb_json_number(struct kb_json *json, double value); /* 15 digits, no idle zeros */
void kb_json_bool(struct kb_json *json, bool value);
void kb_json_null(struct kb_json *json);

/* key and string in one; nothing is written where s is empty. */
void kb_json_field(struct kb_json *json, const char *key, struct kb_str s);

/* … and what is there, whatever its value; of an object and an array the beginning. */
void kb_json_field_object(struct kb_json *json, const char *key);
void kb_json_field_array(struct kb_json *json, const char *key);
void kb_json_field_str(struct kb_json *json, const char *key, struct kb_str s);
void kb_json_field_int(struct kb_json *json, const char *key, int64_t value);
void kb_json_field_real(struct kb_json *json, const char *key, double value,
                        int decimals);
void kb_json_field_bool(struct kb_json *json, const char *key, bool value);

/* key and an array; nothing where it is empty. */
void kb_json_strings(struct kb_json *json, const char *key, const struct kb_str *items,
                     size_t count);

#endif

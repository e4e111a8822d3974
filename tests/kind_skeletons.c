/* Skeletons of words.  The file want.skeletons is input and output in one: a line is
 * "<skeleton> <tab> <word> <word> …", spellings of one name that have to have one. */
#include "lang/lang.h"
#include "runner.h"

#include <utf8proc.h>

enum { ROOM = 16 };

static struct kb_str skeleton_of(struct kb_str word, char out[ROOM]) {
    char latin[256];
    size_t n = 0, len;
    for (size_t at = 0; at < word.n && n + 8 < sizeof latin; at += len) {
        uint32_t c = kb_utf8_next(word.p + at, word.p + word.n, &len);
        const char *letters = kb_letters(c);
        if (c < 0x80)
            latin[n++] = kb_lower((char)c);
        memcpy(latin + n, letters, strlen(letters));
        n += strlen(letters);
    }
    return (struct kb_str){out, kb_skeleton((struct kb_str){latin, n}, out, ROOM)};
}

/* The first word's skeleton, and behind it what any other word has instead. */
static void tell(struct kb_str words, struct kb_buf *out) {
    char first[ROOM], other[ROOM];
    struct kb_str all = words, skeleton = KB_STR_NONE;
    while (words.n) {
        size_t end = kb_str_find_byte(words, ' ');
        bool is_first = words.p == all.p;
        struct kb_str its =
            skeleton_of(kb_str_slice(words, 0, end), is_first ? first : other);
        if (is_first)
            skeleton = its;
        if (is_first || !kb_str_equal(its, skeleton)) {
            kb_buf_z(out, is_first ? "" : ",");
            kb_buf_str(out, its);
        }
        words = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(words, end + 1, words.n);
    }
    kb_buf_char(out, '\t');
    kb_buf_str(out, all);
    kb_buf_char(out, '\n');
}

static void run(struct kb_case *c) {
    struct kb_buf out;
    struct kb_str lines = kb_case_file(c, "want.skeletons");
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    while (lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        struct kb_str line = kb_str_slice(lines, 0, end);
        size_t tab = kb_str_find_byte(line, '\t');
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
        if (tab != KB_NOT_FOUND)
            tell(kb_str_slice(line, tab + 1, line.n), &out);
    }
    kb_case_output(c, "skeletons", kb_buf_view(&out));
    kb_buf_free(&out);
}

const struct kb_test_kind kb_kind_skeletons = {"skeletons", run};

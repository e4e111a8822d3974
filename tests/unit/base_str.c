/* Strings and UTF-8: slices, searches, the table of valid sequences, characters'
 * classes. */
#include "unit.h"

static void compares(void) {
    CHECK(kb_str_equal(KB_STR_NONE, KB_STR("")));
    CHECK(kb_str_equal(KB_STR("kabar"), KB_STR("kabar")));
    CHECK(!kb_str_equal(KB_STR("kabar"), KB_STR("kabaR")));
    CHECK(kb_str_equal_nocase(KB_STR("kabar"), KB_STR("KABAr")));
    CHECK(!kb_str_equal_nocase(KB_STR("kaba"), KB_STR("kabar")));
    CHECK(kb_str_starts(KB_STR("kabar"), KB_STR("kab")));
    CHECK(kb_str_starts(KB_STR("kabar"), KB_STR_NONE));
    CHECK(!kb_str_starts(KB_STR("ka"), KB_STR("kab")));
    CHECK(kb_str_starts_nocase(KB_STR("Kabar"), KB_STR("kAB")));
    CHECK(kb_str_ends(KB_STR("kabar"), KB_STR("bar")));
    CHECK(!kb_str_ends(KB_STR("ar"), KB_STR("bar")));
    CHECK_INT(kb_str_z(NULL).n, 0);
}

static void slices(void) {
    CHECK_STR(kb_str_slice(KB_STR("kabar"), 1, 3), "ab");
    CHECK_STR(kb_str_slice(KB_STR("kabar"), 3, 99), "ar");
    CHECK_STR(kb_str_slice(KB_STR("kabar"), 9, 99), "");
    CHECK_STR(kb_str_slice(KB_STR("kabar"), 3, 2), "");
    CHECK_STR(kb_str_trim(KB_STR(" \t\n kabar \xC2\xA0\r\n")), "kabar");
    CHECK_STR(kb_str_trim(KB_STR("\xC2\xA0 \xC2\xA0")), "");
    CHECK_STR(kb_str_trim(KB_STR_NONE), "");
    CHECK_STR(kb_str_trim(KB_STR("a\xC2\xA0 b")), "a\xC2\xA0 b");
}

static void cuts_at_characters(void) {
    struct kb_str s =
        KB_STR("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x93\xB0"); /* a, ä, €, a newspaper */
    size_t wanted[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (size_t i = 0; i < KB_COUNT(wanted); i++)
        CHECK_INT(kb_str_cut(s, i).n, wanted[i]);
}

static void searches(void) {
    CHECK_INT(kb_str_find(KB_STR("aaab"), KB_STR("aab")), 1);
    CHECK_INT(kb_str_find(KB_STR("aaab"), KB_STR("")), 0);
    CHECK(kb_str_find(KB_STR("aaa"), KB_STR("ab")) == KB_NOT_FOUND);
    CHECK(kb_str_find(KB_STR_NONE, KB_STR("a")) == KB_NOT_FOUND);
    CHECK(kb_str_find(KB_STR("a"), KB_STR("ab")) == KB_NOT_FOUND);
    CHECK_INT(kb_str_find_nocase(KB_STR("xSumber:"), KB_STR("sUMBER")), 1);
    CHECK(kb_str_find_nocase(KB_STR("Sum"), KB_STR("Sumber")) == KB_NOT_FOUND);
    CHECK_INT(kb_str_find_byte(KB_STR("a,b"), ','), 1);
    CHECK(kb_str_find_byte(KB_STR_NONE, ',') == KB_NOT_FOUND);
    CHECK(kb_hash("ab", 2, 0) != kb_hash("ba", 2, 0));
    CHECK(kb_hash("ab", 2, 0) != kb_hash("ab", 2, 1));
}

/* What kb_utf8_next makes of bytes: the character and its length. */
static void next_is(struct kb_str s, uint32_t c, size_t len) {
    size_t got;
    CHECK_INT(kb_utf8_next(s.p, s.p + s.n, &got), c);
    CHECK_INT(got, len);
}

static void decodes(void) {
    next_is(KB_STR("a"), 'a', 1);
    next_is((struct kb_str){"\0", 1}, 0, 1);
    next_is(KB_STR("\xC2\x80"), 0x80, 2);
    next_is(KB_STR("\xDF\xBF"), 0x7FF, 2);
    next_is(KB_STR("\xE0\xA0\x80"), 0x800, 3);
    next_is(KB_STR("\xED\x9F\xBF"), 0xD7FF, 3);
    next_is(KB_STR("\xEE\x80\x80"), 0xE000, 3);
    next_is(KB_STR("\xEF\xBF\xBD"), KB_REPLACEMENT, 3);
    next_is(KB_STR("\xF0\x90\x80\x80"), 0x10000, 4);
    next_is(KB_STR("\xF4\x8F\xBF\xBF"), 0x10FFFF, 4);
}

static void refuses(void) {
    static const char *const bad[] = {
        "\x80",             /* a following byte alone */
        "\xC0\x80",         /* overlong */
        "\xC1\xBF",         /* overlong */
        "\xC3",             /* cut */
        "\xC3(",            /* no following byte */
        "\xE0\x9F\xBF",     /* overlong */
        "\xE2\x82",         /* cut */
        "\xE2(\xAC",        /* the second byte */
        "\xE2\x82(",        /* the third */
        "\xED\xA0\x80",     /* a surrogate */
        "\xED\xBF\xBF",     /* a surrogate */
        "\xF0\x8F\xBF\xBF", /* overlong */
        "\xF4\x90\x80\x80", /* past U+10FFFF */
        "\xF0\x9F\x93",     /* cut */
        "\xF5\x80\x80\x80", /* never a first byte */
        "\xFF",
    };
    for (size_t i = 0; i < KB_COUNT(bad); i++) {
        next_is(kb_str_z(bad[i]), KB_REPLACEMENT, 1);
        CHECK_INT(kb_utf8_valid_prefix(kb_str_z(bad[i])), 0);
        char line[16] = "\xC3\xA4\xE2\x82\xAC";
        size_t n = strlen(bad[i]);
        memcpy(line + 5, bad[i], n);
        memcpy(line + 5 + n, "abc", 4);
        CHECK_INT(kb_utf8_valid_prefix(kb_str_z(line)), 5);
    }
}

/* Every character there is, written and read again. */
static void writes_what_it_reads(void) {
    int wrong = 0;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char bytes[4];
        size_t len, n = kb_utf8_put(bytes, c);
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        uint32_t got = kb_utf8_next(bytes, bytes + n, &len);
        wrong += got != (surrogate ? KB_REPLACEMENT : c) || len != n ||
                 kb_utf8_valid_prefix((struct kb_str){bytes, n}) != n;
        /* with others around it, so that the quick paths see it too */
        char line[12] = "\xC3\xA4";
        memcpy(line + 2, bytes, n);
        memcpy(line + 2 + n, "\xE2\x82\xAC", 3);
        wrong += kb_utf8_valid_prefix((struct kb_str){line, n + 5}) != n + 5;
    }
    CHECK_INT(wrong, 0);
    char bytes[4];
    CHECK_INT(kb_utf8_put(bytes, 0x110000), 3);
}

/* The quick path takes eight bytes at a time: every place of a bad byte around it. */
static void finds_the_bad_byte(void) {
    char s[40];
    for (size_t n = 0; n <= sizeof s; n++)
        for (size_t bad = 0; bad < n; bad++) {
            memset(s, 'a', sizeof s);
            s[bad] = '\xFF';
            if (kb_utf8_valid_prefix((struct kb_str){s, n}) != bad)
                CHECK_INT(kb_utf8_valid_prefix((struct kb_str){s, n}), bad);
        }
    CHECK_INT(kb_utf8_valid_prefix(KB_STR("aaaaaaa\xE2\x82\xAC")), 10);
    CHECK_INT(kb_utf8_valid_prefix(KB_STR("aaaaaaa\xE2\x82")), 7);
    CHECK_INT(kb_utf8_valid_prefix(KB_STR_NONE), 0);
    CHECK_INT(kb_utf8_count(KB_STR("a\xC3\xA4\xE2\x82\xAC")), 3);
    CHECK_INT(kb_utf8_count(KB_STR_NONE), 0);
}

static void knows_scripts(void) {
    CHECK(kb_is_han_like(0x4E00) && kb_is_han_like(0x3042) && kb_is_han_like(0x0E01));
    CHECK(kb_is_han_like(0x1000) && kb_is_han_like(0x1780) && kb_is_han_like(0x20000));
    CHECK(!kb_is_han_like('a') && !kb_is_han_like(0xAC00) && !kb_is_han_like(0x0627));
    CHECK(kb_is_word_char('a') && kb_is_word_char('7') && kb_is_word_char(0xE4));
    CHECK(kb_is_word_char(0x0627) && kb_is_word_char(0x65B0) && kb_is_word_char(0x3005));
    CHECK(!kb_is_word_char('-') && !kb_is_word_char(0xAB) && !kb_is_word_char(0x2014));
    CHECK(!kb_is_word_char(0x3001) && !kb_is_word_char(0xFF0C) &&
          !kb_is_word_char(0x060C));
    CHECK(kb_is_space(' ') && kb_is_space('\n') && kb_is_space('\f') &&
          !kb_is_space('\b'));
    CHECK(kb_lower('A') == 'a' && kb_lower('Z') == 'z' && kb_lower('[') == '[');
}

UNIT_MAIN(compares, slices, cuts_at_characters, searches, decodes, refuses,
          writes_what_it_reads, finds_the_bad_byte, knows_scripts)

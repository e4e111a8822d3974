/* The JSON writer: commas, nesting, indentation, escapes; what it writes, yyjson
 * reads. */
#include "unit.h"

#include <math.h>
#include <yyjson.h>

static void sample(struct kb_json *json) {
    kb_json_object(json);
    kb_json_key(json, "a");
    kb_json_int(json, -5);
    kb_json_key(json, "b");
    kb_json_array(json);
    kb_json_str(json, KB_STR("x"));
    kb_json_bool(json, true);
    kb_json_null(json);
    kb_json_array(json);
    kb_json_array_end(json);
    kb_json_object(json);
    kb_json_object_end(json);
    kb_json_array_end(json);
    kb_json_field(json, "none", KB_STR_NONE);
    kb_json_field(json, "c", KB_STR("y"));
    kb_json_object_end(json);
}

static void writes_one_line(void) {
    struct kb_buf buf;
    struct kb_json json;
    kb_buf_init(&buf, 10000);
    kb_json_init(&json, &buf, 0);
    sample(&json);
    CHECK_STR(kb_buf_view(&buf), "{\"a\":-5,\"b\":[\"x\",true,null,[],{}],\"c\":\"y\"}");
    kb_buf_free(&buf);
}

static void writes_many_lines(void) {
    struct kb_buf buf;
    struct kb_json json;
    kb_buf_init(&buf, 10000);
    kb_json_init(&json, &buf, 2);
    sample(&json);
    CHECK_STR(kb_buf_view(&buf),
              "{\n  \"a\": -5,\n  \"b\": [\n    \"x\",\n    true,\n    null,\n"
              "    [],\n    {}\n  ],\n  \"c\": \"y\"\n}");
    kb_buf_free(&buf);
}

static void writes_numbers(void) {
    struct kb_buf buf;
    struct kb_json json;
    kb_buf_init(&buf, 10000);
    kb_json_init(&json, &buf, 0);
    kb_json_array(&json);
    kb_json_int(&json, INT64_MIN);
    kb_json_int(&json, INT64_MAX);
    kb_json_real(&json, 0.5, 3);
    kb_json_number(&json, 551.5);
    kb_json_number(&json, 180);
    kb_json_number(&json, -71.256);
    kb_json_number(&json, (double)NAN);
    kb_json_real(&json, (double)NAN, 3);
    kb_json_real(&json, -(double)INFINITY, 3);
    kb_json_array_end(&json);
    CHECK_STR(kb_buf_view(&buf), "[-9223372036854775808,9223372036854775807,0.500,"
                                 "551.5,180,-71.256,null,null,null]");
    kb_buf_free(&buf);
}

/* Each string comes back from yyjson as it went in; bad bytes as U+FFFD. */
static void comes_back(struct kb_str in, struct kb_str want) {
    struct kb_buf buf;
    struct kb_json json;
    kb_buf_init(&buf, 10000);
    kb_json_init(&json, &buf, 0);
    kb_json_str(&json, in);
    yyjson_doc *doc = yyjson_read(buf.p, buf.n, 0);
    if (CHECK(doc)) {
        yyjson_val *root = yyjson_doc_get_root(doc);
        struct kb_str got = {yyjson_get_str(root), yyjson_get_len(root)};
        unit_check_str(got, want, "what yyjson read", __FILE__, __LINE__);
    }
    yyjson_doc_free(doc);
    kb_buf_free(&buf);
}

static void escapes(void) {
    static const char all[] =
        "\0\1\2\3\4\5\6\7\b\t\n\v\f\r\16\17\20\21\22\23\24\25\26\27\30"
        "\31\32\33\34\35\36\37 !\"#$%&'()*+,-./\\\x7F";
    struct kb_str s = {all, sizeof all - 1};
    comes_back(s, s);
    comes_back(KB_STR_NONE, KB_STR(""));
    comes_back(KB_STR("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x93\xB0"),
               KB_STR("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x93\xB0"));
    comes_back(KB_STR("a\xEF\xBF\xBD"
                      "b"),
               KB_STR("a\xEF\xBF\xBD"
                      "b"));
    comes_back(KB_STR("a\xFF"
                      "b\xC3"),
               KB_STR("a\xEF\xBF\xBD"
                      "b\xEF\xBF\xBD"));
    comes_back(KB_STR("\xED\xA0\x80"), KB_STR("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"));
    /* Eight bytes are looked at at once: each character of ASCII at each place. */
    for (size_t at = 0; at <= 20; at += 2) {
        for (int c = 0; c < 0x80; c++) {
            char text[21];
            for (size_t i = 0; i < 20; i += 2)
                memcpy(text + i + (i >= at), "\xC3\xA4", 2);
            text[at] = (char)c;
            comes_back((struct kb_str){text, 21}, (struct kb_str){text, 21});
        }
    }
}

/* Every pair of bytes is written as a well-formed string. */
static void takes_any_bytes(void) {
    struct kb_buf buf;
    struct kb_json json;
    kb_buf_init(&buf, 10000);
    int broken = 0;
    for (int a = 0; a < 256; a++)
        for (int b = 0; b < 256; b++) {
            char s[3] = {(char)a, (char)b, 'x'};
            kb_buf_clear(&buf);
            kb_json_init(&json, &buf, 0);
            kb_json_str(&json, (struct kb_str){s, 3});
            yyjson_doc *doc = yyjson_read(buf.p, buf.n, 0);
            broken += !doc;
            yyjson_doc_free(doc);
        }
    CHECK_INT(broken, 0);
    kb_buf_free(&buf);
}

static void stops_at_the_limit(void) {
    struct kb_buf buf;
    struct kb_json json;
    kb_buf_init(&buf, 100);
    kb_json_init(&json, &buf, 0);
    kb_json_array(&json);
    for (int i = 0; i < 1000; i++)
        kb_json_str(&json, KB_STR("abcdefg"));
    kb_json_array_end(&json);
    CHECK(buf.status == KB_ELIMIT && buf.n <= 100);
    kb_buf_free(&buf);
}

UNIT_MAIN(writes_one_line, writes_many_lines, writes_numbers, escapes, takes_any_bytes,
          stops_at_the_limit)

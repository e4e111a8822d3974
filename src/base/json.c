/* JSON out: values enter one by one, a well-formed text leaves (RFC 8259). */
#include "base/base.h"

#include <math.h>

void kb_json_init(struct kb_json *json, struct kb_buf *out, int indent) {
    *json = (struct kb_json){.out = out, .indent = indent, .first = true};
}

static void line_break(struct kb_json *json) {
    if (!json->indent)
        return;
    kb_buf_char(json->out, '\n');
    for (int i = 0; i < json->depth * json->indent; i++)
        kb_buf_char(json->out, ' ');
}

/* What stands before a value or a key: a comma, a line break, or nothing behind a key. */
static void before_value(struct kb_json *json) {
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (!json->first)
        kb_buf_char(json->out, ',');
    json->first = false;
    if (json->depth)
        line_break(json);
}

static void open(struct kb_json *json, char c) {
    before_value(json);
    kb_buf_char(json->out, c);
    json->depth++;
    json->first = true;
}

static void close(struct kb_json *json, char c) {
    json->depth--;
    if (!json->first)
        line_break(json);
    kb_buf_char(json->out, c);
    json->first = false;
}

void kb_json_object(struct kb_json *json) {
    open(json, '{');
}

void kb_json_object_end(struct kb_json *json) {
    close(json, '}');
}

void kb_json_array(struct kb_json *json) {
    open(json, '[');
}

void kb_json_array_end(struct kb_json *json) {
    close(json, ']');
}

/* True where each of eight bytes stands for itself in a JSON string; those beyond ASCII
 * only where the text is known to be valid.  A byte b is zero in w where (w - 01…) & ~w
 * has its high bit set (Mycroft, 1987). */
static bool plain8(const char *p, bool valid) {
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t w;
    memcpy(&w, p, 8);
    uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\', del = w ^ ones * 0x7F;
    uint64_t found = ((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) |
                     ((slash - ones) & ~slash) | ((del - ones) & ~del);
    return !((valid ? found : found | w) & high);
}

static void quoted(struct kb_buf *out, struct kb_str s) {
    static const char hex[] = "0123456789abcdef";
    if (!s.n) {
        kb_buf_z(out, "\"\"");
        return;
    }
    const char *end = s.p + s.n;
    bool valid = false, asked = false; /* asked at the first byte beyond ASCII */
    kb_buf_char(out, '"');
    for (const char *p = s.p, *run = s.p; p < end;) {
        while (end - p >= 8 && plain8(p, valid))
            p += 8;
        if (p == end) {
            kb_buf_add(out, run, (size_t)(end - run));
            break;
        }
        unsigned char c = (unsigned char)*p;
        size_t len = 1;
        if (c >= 0x80 && !asked) {
            struct kb_str rest = {p, (size_t)(end - p)};
            valid = kb_utf8_valid_prefix(rest) == rest.n;
            asked = true;
            continue;
        }
        if (c >= 0x20 && (c < 0x80 || valid) && c != '"' && c != '\\' && c != 0x7F) {
            p++;
        } else if (c >= 0x80 && kb_utf8_next(p, end, &len) != KB_REPLACEMENT) {
            p += len;
        } else if (c >= 0x80 && len == 3) { /* U+FFFD itself */
            p += len;
        } else {
            char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
            kb_buf_add(out, run, (size_t)(p - run));
            switch (c) {
            case '"': kb_buf_z(out, "\\\""); break;
            case '\\': kb_buf_z(out, "\\\\"); break;
            case '\n': kb_buf_z(out, "\\n"); break;
            case '\r': kb_buf_z(out, "\\r"); break;
            case '\t': kb_buf_z(out, "\\t"); break;
            default:
                if (c < 0x80)
                    kb_buf_add(out, escape, sizeof escape);
                else
                    kb_buf_z(out, "\xEF\xBF\xBD");
            }
            run = ++p;
        }
        if (p >= end && run < end)
            kb_buf_add(out, run, (size_t)(end - run));
    }
    kb_buf_char(out, '"');
}

void kb_json_key(struct kb_json *json, const char *key) {
    before_value(json);
    quoted(json->out, kb_str_z(key));
    kb_buf_z(json->out, json->indent ? ": " : ":");
    json->after_key = true;
}

void kb_json_str(struct kb_json *json, struct kb_str s) {
    before_value(json);
    quoted(json->out, s);
}

void kb_json_int(struct kb_json *json, int64_t value) {
    before_value(json);
    kb_buf_printf(json->out, "%lld", (long long)value);
}

/* A decimal point is the locale's, and so the caller's: it may be a comma, which no other
 * byte of a number is. */
static void mend_point(struct kb_buf *out, size_t from) {
    for (size_t i = from; i < out->n; i++) {
        if (out->p[i] == ',')
            out->p[i] = '.';
    }
}

void kb_json_real(struct kb_json *json, double value, int decimals) {
    before_value(json);
    size_t from = json->out->n;
    if (isfinite(value))
        kb_buf_printf(json->out, "%.*f", decimals, value);
    else
        kb_buf_z(json->out, "null");
    mend_point(json->out, from);
}

void kb_json_number(struct kb_json *json, double value) {
    before_value(json);
    size_t from = json->out->n;
    if (isfinite(value))
        kb_buf_printf(json->out, "%.15g", value);
    else
        kb_buf_z(json->out, "null");
    mend_point(json->out, from);
}

void kb_json_bool(struct kb_json *json, bool value) {
    before_value(json);
    kb_buf_z(json->out, value ? "true" : "false");
}

void kb_json_null(struct kb_json *json) {
    before_value(json);
    kb_buf_z(json->out, "null");
}

void kb_json_field(struct kb_json *json, const char *key, struct kb_str s) {
    if (!s.n)
        return;
    kb_json_field_str(json, key, s);
}

void kb_json_field_object(struct kb_json *json, const char *key) {
    kb_json_key(json, key);
    kb_json_object(json);
}

void kb_json_field_array(struct kb_json *json, const char *key) {
    kb_json_key(json, key);
    kb_json_array(json);
}

void kb_json_field_str(struct kb_json *json, const char *key, struct kb_str s) {
    kb_json_key(json, key);
    kb_json_str(json, s);
}

void kb_json_field_int(struct kb_json *json, const char *key, int64_t value) {
    kb_json_key(json, key);
    kb_json_int(json, value);
}

void kb_json_field_real(struct kb_json *json, const char *key, double value,
                        int decimals) {
    kb_json_key(json, key);
    kb_json_real(json, value, decimals);
}

void kb_json_field_bool(struct kb_json *json, const char *key, bool value) {
    kb_json_key(json, key);
    kb_json_bool(json, value);
}

void kb_json_strings(struct kb_json *json, const char *key, const struct kb_str *items,
                     size_t count) {
    if (!count)
        return;
    kb_json_field_array(json, key);
    for (size_t i = 0; i < count; i++)
        kb_json_str(json, items[i]);
    kb_json_array_end(json);
}

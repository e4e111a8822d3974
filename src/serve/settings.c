/* Settings: settings.h tells what enters and leaves.  Pure: the bytes of the file and the
 * environment are handed in. */
#include "serve/settings.h"

#include <stdio.h>
#include <stdlib.h>

#include "serve/http.h"

/* A setting's name, as a variable of the environment too. */
enum { NAME_BYTES = 40 };

const struct kb_setting_row kb_setting_rows[KB_SETTING_COUNT] = {
#define X(code, name, letter, value, kind, least, most, usual, help)                     \
    {name, letter, value, KB_SETTING_##kind, least, most, usual, help},
    KB_SETTINGS_LIST(X)
#undef X
};

void kb_settings_free(struct kb_settings *settings) {
    for (size_t i = 0; i < KB_SETTING_COUNT; i++)
        free(settings->values[i].text);
    free(settings->file);
    *settings = (struct kb_settings){.file = NULL};
}

const char *kb_settings_text(const struct kb_settings *settings, enum kb_setting which) {
    const char *text = settings->values[which].text;
    return text ? text : kb_setting_rows[which].usual;
}

long kb_settings_number(const struct kb_settings *settings, enum kb_setting which) {
    return strtol(kb_settings_text(settings, which), NULL, 10);
}

bool kb_settings_on(const struct kb_settings *settings, enum kb_setting which) {
    return strcmp(kb_settings_text(settings, which), "on") == 0;
}

/* ---- one value --------------------------------------------------------------------- */

static bool is_listed(struct kb_str words, struct kb_str value) {
    while (words.n) {
        size_t bar = kb_str_find_byte(words, '|');
        size_t end = bar == KB_NOT_FOUND ? words.n : bar;
        if (kb_str_equal(kb_str_slice(words, 0, end), value))
            return true;
        words = kb_str_slice(words, end + 1, words.n);
    }
    return false;
}

/* What people write for a switch. */
static struct kb_str plain_switch(struct kb_str value) {
    static const char *const on[] = {"on", "yes", "true", "1"};
    static const char *const off[] = {"off", "no", "false", "0"};
    for (size_t i = 0; i < KB_COUNT(on); i++) {
        if (kb_str_equal_nocase(value, kb_str_z(on[i])))
            return KB_STR("on");
        if (kb_str_equal_nocase(value, kb_str_z(off[i])))
            return KB_STR("off");
    }
    return value;
}

static enum kb_status check(enum kb_setting which, struct kb_str value,
                            struct kb_err *err) {
    const struct kb_setting_row *row = &kb_setting_rows[which];
    int shown = value.n > 60 ? 60 : (int)value.n;
    int64_t number;
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7F)
            return kb_err_set(err, KB_EUSAGE, "%s has a control character in it",
                              row->name);
    if (row->kind == KB_SETTING_NUMBER &&
        !kb_number(value, row->least, row->most, &number))
        return kb_err_set(err, KB_EUSAGE,
                          "%s is \"%.*s\"; it is a whole number from %ld to %ld",
                          row->name, shown, value.p, row->least, row->most);
    if ((row->kind == KB_SETTING_WORD || row->kind == KB_SETTING_SWITCH) &&
        !is_listed(kb_str_z(row->value), value))
        return kb_err_set(err, KB_EUSAGE, "%s is \"%.*s\"; it is one of %s", row->name,
                          shown, value.p, row->value);
    return KB_OK;
}

enum kb_status kb_settings_set(struct kb_settings *settings, enum kb_setting which,
                               struct kb_str value, enum kb_setting_from from,
                               unsigned line, struct kb_err *err) {
    struct kb_setting_value *has = &settings->values[which];
    const struct kb_setting_row *row = &kb_setting_rows[which];
    value = kb_str_trim(value);
    if (row->kind == KB_SETTING_SWITCH)
        value = plain_switch(value);
    enum kb_status status = check(which, value, err);
    if (status != KB_OK || has->from > from)
        return status;
    bool more = row->kind == KB_SETTING_LIST && has->text && has->text[0] &&
                has->from == from && from != KB_FROM_ENVIRONMENT;
    size_t before = more ? strlen(has->text) : 0;
    char *text = malloc(before + value.n + 3);
    if (!text)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for settings");
    size_t n = 0;
    if (more) {
        memcpy(text, has->text, before);
        memcpy(text + before, ", ", 2);
        n = before + 2;
    }
    memcpy(text + n, value.n ? value.p : "", value.n);
    text[n + value.n] = '\0';
    free(has->text);
    *has = (struct kb_setting_value){.text = text, .from = from, .line = line};
    return KB_OK;
}

/* ---- the file ---------------------------------------------------------------------- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* The value behind "=", without comment and quotes; false where a quote has no end, or
 * something stands behind it. */
static bool read_value(struct kb_str rest, struct kb_str *value) {
    rest = kb_str_trim(rest);
    if (rest.n && (rest.p[0] == '"' || rest.p[0] == '\'')) {
        struct kb_str inner = kb_str_slice(rest, 1, rest.n);
        size_t end = kb_str_find_byte(inner, rest.p[0]);
        if (end == KB_NOT_FOUND)
            return false;
        *value = kb_str_slice(inner, 0, end);
        rest = kb_str_trim(kb_str_slice(inner, end + 1, inner.n));
        return !rest.n || rest.p[0] == '#';
    }
    *value = rest;
    for (size_t i = 0; i < rest.n; i++)
        if (rest.p[i] == '#' && (!i || is_blank(rest.p[i - 1]))) {
            *value = kb_str_trim(kb_str_slice(rest, 0, i));
            break;
        }
    return true;
}

static enum kb_status unknown(struct kb_str name, struct kb_err *err) {
    const char *names[KB_SETTING_COUNT];
    char word[NAME_BYTES];
    struct kb_str cut = kb_str_cut(name, sizeof(word) - 1);
    for (size_t i = 0; i < KB_SETTING_COUNT; i++)
        names[i] = kb_setting_rows[i].name;
    memcpy(word, cut.n ? cut.p : "", cut.n);
    word[cut.n] = '\0';
    const char *near = kb_nearest(word, names, KB_SETTING_COUNT);
    return kb_err_set(err, KB_EUSAGE, "there is no setting \"%s\"%s%s%s", word,
                      near ? "; did you mean " : "; `kabar config` lists them",
                      near ? near : "", near ? "?" : "");
}

static enum kb_status read_line(struct kb_settings *settings, struct kb_str line,
                                unsigned number, struct kb_err *err) {
    struct kb_str value;
    line = kb_str_trim(line);
    if (!line.n || line.p[0] == '#')
        return KB_OK;
    size_t equals = kb_str_find_byte(line, '=');
    if (equals == KB_NOT_FOUND)
        return kb_err_set(err, KB_EUSAGE, "a line is NAME = VALUE, or # and a comment");
    struct kb_str name = kb_str_trim(kb_str_slice(line, 0, equals));
    if (!read_value(kb_str_slice(line, equals + 1, line.n), &value))
        return kb_err_set(err, KB_EUSAGE,
                          "the quotes of %.*s are not closed, or something follows them",
                          name.n > 40 ? 40 : (int)name.n, name.p);
    for (unsigned i = 0; i < KB_SETTING_COUNT; i++) {
        const struct kb_setting_value *has = &settings->values[i];
        if (!kb_str_equal(name, kb_str_z(kb_setting_rows[i].name)))
            continue;
        if (kb_setting_rows[i].kind != KB_SETTING_LIST && has->line)
            return kb_err_set(err, KB_EUSAGE,
                              "%s stands on line %u already: take one of them away",
                              kb_setting_rows[i].name, has->line);
        return kb_settings_set(settings, (enum kb_setting)i, value, KB_FROM_FILE, number,
                               err);
    }
    return unknown(name, err);
}

enum kb_status kb_settings_read(struct kb_settings *settings, struct kb_str bytes,
                                const char *name, struct kb_err *err) {
    enum kb_status status = KB_OK;
    struct kb_err what = {.text = ""};
    unsigned number = 0;
    if (kb_utf8_valid_prefix(bytes) != bytes.n)
        return kb_err_set(err, KB_EUSAGE, "%.100s: the file is no UTF-8 text", name);
    if (kb_str_starts(bytes, KB_STR("\xEF\xBB\xBF")))
        bytes = kb_str_slice(bytes, 3, bytes.n);
    while (bytes.n && status == KB_OK) {
        size_t end = kb_str_find_byte(bytes, '\n');
        end = end == KB_NOT_FOUND ? bytes.n : end;
        status = read_line(settings, kb_str_slice(bytes, 0, end), ++number, &what);
        bytes = kb_str_slice(bytes, end + 1, bytes.n);
    }
    if (status != KB_OK)
        return kb_err_set(err, status, "%.80s:%u: %s", name, number, what.text);
    free(settings->file);
    settings->file = strdup(name);
    return settings->file ? KB_OK : kb_err_set(err, KB_ENOMEM, "not enough memory");
}

/* ---- the environment --------------------------------------------------------------- */

/* "KABAR_LOGIN_HEADER" of a setting. */
static void variable_of(enum kb_setting which, char name[NAME_BYTES]) {
    size_t n = 6;
    memcpy(name, "KABAR_", n);
    for (const char *p = kb_setting_rows[which].name; *p && n < NAME_BYTES - 1; p++)
        name[n++] = *p == '-' ? '_' : (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
    name[n] = '\0';
}

enum kb_status kb_settings_environment(struct kb_settings *settings,
                                       const char *(*get)(void *, const char *),
                                       void *context, struct kb_err *err) {
    enum kb_status status = KB_OK;
    struct kb_err what = {.text = ""};
    for (unsigned i = 0; i < KB_SETTING_COUNT && status == KB_OK; i++) {
        char name[NAME_BYTES];
        variable_of((enum kb_setting)i, name);
        const char *value = get(context, name);
        if (!value || !value[0])
            continue;
        status = kb_settings_set(settings, (enum kb_setting)i, kb_str_z(value),
                                 KB_FROM_ENVIRONMENT, 0, &what);
        if (status != KB_OK)
            (void)kb_err_set(err, status, "%s: %s", name, what.text);
    }
    return status;
}

/* ---- all together ------------------------------------------------------------------ */

enum kb_status kb_settings_check(const struct kb_settings *settings, struct kb_err *err) {
    bool cert = kb_settings_text(settings, KB_SET_TLS_CERT)[0];
    bool key = kb_settings_text(settings, KB_SET_TLS_KEY)[0];
    const char *url = kb_settings_text(settings, KB_SET_URL);
    const char *base = kb_settings_text(settings, KB_SET_BASE);
    if (cert != key)
        return kb_err_set(err, KB_EUSAGE, "%s is set and %s is not: HTTPS needs both",
                          cert ? "tls-cert" : "tls-key", cert ? "tls-key" : "tls-cert");
    if (kb_settings_text(settings, KB_SET_LOGIN_HEADER)[0] &&
        !kb_settings_text(settings, KB_SET_TRUST)[0])
        return kb_err_set(err, KB_EUSAGE,
                          "login-header is set and trust is not: anybody could log in; "
                          "say with trust which proxy is believed");
    if (url[0] && strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return kb_err_set(err, KB_EUSAGE,
                          "url is \"%.80s\"; it begins with http:// or https://, as in "
                          "https://news.example.org",
                          url);
    if (base[0] && !kb_path_is_local(kb_str_z(base)))
        return kb_err_set(err, KB_EUSAGE,
                          "base is \"%.80s\"; it begins with a slash, as in /news", base);
    return KB_OK;
}

static void print_from(const struct kb_settings *settings, enum kb_setting which,
                       struct kb_buf *out) {
    char name[NAME_BYTES];
    const struct kb_setting_value *value = &settings->values[which];
    switch (value->from) {
    case KB_FROM_USUAL: kb_buf_z(out, "as usual"); break;
    case KB_FROM_FILE:
        kb_buf_printf(out, "%s:%u", settings->file ? settings->file : "the file",
                      value->line);
        break;
    case KB_FROM_ENVIRONMENT:
        variable_of(which, name);
        kb_buf_z(out, name);
        break;
    case KB_FROM_FLAG: kb_buf_printf(out, "--%s", kb_setting_rows[which].name); break;
    }
}

static void print_json(const struct kb_settings *settings, enum kb_setting which,
                       struct kb_json *json) {
    static const char *const from[] = {"usual", "file", "environment", "flag"};
    const struct kb_setting_row *row = &kb_setting_rows[which];
    struct kb_buf where, help;
    kb_buf_init(&where, KB_LIMIT_META_BYTES);
    kb_buf_init(&help, KB_LIMIT_META_BYTES);
    print_from(settings, which, &where);
    for (const char *p = row->help; *p; p++)
        kb_buf_char(&help, *p == '\n' ? ' ' : *p);
    kb_json_object(json);
    kb_json_field(json, "name", kb_str_z(row->name));
    kb_json_field_str(json, "value", kb_str_z(kb_settings_text(settings, which)));
    kb_json_field_str(json, "usual", kb_str_z(row->usual));
    kb_json_field(json, "from", kb_str_z(from[settings->values[which].from]));
    kb_json_field(json, "where", kb_buf_view(&where));
    kb_json_field(json, "means", kb_buf_view(&help));
    kb_json_object_end(json);
    kb_buf_free(&where);
    kb_buf_free(&help);
}

/* Lines that are a file of settings again. */
static void print_text(const struct kb_settings *settings, enum kb_setting which,
                       struct kb_buf *out) {
    const struct kb_setting_row *row = &kb_setting_rows[which];
    const char *text = kb_settings_text(settings, which);
    bool quotes =
        text[0] == '"' || text[0] == '\'' || text[0] == '#' || strstr(text, " #");
    char quote = strchr(text, '"') ? '\'' : '"';
    kb_buf_z(out, "# ");
    for (const char *p = row->help; *p; p++)
        kb_buf_z(out, *p == '\n' ? "\n# " : (char[]){*p, '\0'});
    kb_buf_printf(out, " (%s)\n# from: ", row->value);
    print_from(settings, which, out);
    kb_buf_printf(out, "\n%s%s = ", settings->values[which].text ? "" : "# ", row->name);
    if (quotes)
        kb_buf_printf(out, "%c%s%c\n", quote, text, quote);
    else
        kb_buf_printf(out, "%s\n", text);
}

void kb_settings_print(const struct kb_settings *settings, enum kb_setting which,
                       bool json, struct kb_buf *out) {
    struct kb_json j;
    kb_json_init(&j, out, 2);
    if (json)
        kb_json_array(&j);
    for (unsigned i = 0; i < KB_SETTING_COUNT; i++) {
        if (which != KB_SETTING_COUNT && which != i)
            continue;
        if (json) {
            print_json(settings, (enum kb_setting)i, &j);
            continue;
        }
        if (out->n)
            kb_buf_char(out, '\n');
        print_text(settings, (enum kb_setting)i, out);
    }
    if (json) {
        kb_json_array_end(&j);
        kb_buf_char(out, '\n');
    }
}

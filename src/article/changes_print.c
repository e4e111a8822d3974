/* What changed between two versions → text for a terminal, JSON, HTML. */
#include "article/article.h"

/* Red, green, and what ends them. */
#define RED "\033[31m"
#define GREEN "\033[32m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

/* ---- text -------------------------------------------------------------------------- */

static void colored(struct kb_buf *out, bool color, const char *escape) {
    if (color)
        kb_buf_z(out, escape);
}

static void text_line(struct kb_buf *out, bool color, enum kb_change change,
                      struct kb_str text) {
    bool gone = change == KB_CHANGE_GONE;
    colored(out, color, gone ? RED : GREEN);
    kb_buf_z(out, gone ? "- " : "+ ");
    kb_buf_str(out, text);
    colored(out, color, PLAIN);
    kb_buf_char(out, '\n');
}

static void text_field(struct kb_buf *out, bool color, const struct kb_change_field *f) {
    colored(out, color, f->cosmetic ? DIM : "");
    kb_buf_printf(out, "%s%s\n", f->name, f->cosmetic ? " (cosmetic)" : "");
    colored(out, color, f->cosmetic ? PLAIN : "");
    if (f->old.n)
        text_line(out, color, KB_CHANGE_GONE, f->old);
    if (f->now.n)
        text_line(out, color, KB_CHANGE_NEW, f->now);
}

static void text_runs(struct kb_buf *out, bool color, const struct kb_change_block *b) {
    kb_buf_z(out, "~ ");
    for (size_t i = 0; i < b->run_count; i++) {
        const struct kb_change_run *run = &b->runs[i];
        bool gone = run->change == KB_CHANGE_GONE;
        struct kb_str words = run->text;
        while (words.n && kb_is_space(words.p[words.n - 1]))
            words.n--;
        if (run->change == KB_CHANGE_NONE) {
            kb_buf_str(out, run->text);
            continue;
        }
        kb_buf_z(out, color ? gone ? RED : GREEN : gone ? "[-" : "{+");
        kb_buf_str(out, words);
        kb_buf_z(out, color ? PLAIN : gone ? "-]" : "+}");
        kb_buf_str(out, kb_str_slice(run->text, words.n, run->text.n));
    }
    kb_buf_char(out, '\n');
}

/* Paragraphs that stayed are counted. */
static void text_same(struct kb_buf *out, bool color, size_t count) {
    if (!count)
        return;
    colored(out, color, DIM);
    kb_buf_printf(out, "  (%zu %s as before)\n", count,
                  count == 1 ? "paragraph" : "paragraphs");
    colored(out, color, PLAIN);
}

static bool any_changed(const struct kb_changes *changes) {
    for (size_t i = 0; i < changes->block_count; i++)
        if (changes->blocks[i].change != KB_CHANGE_NONE)
            return true;
    return false;
}

void kb_changes_print_text(const struct kb_changes *changes, bool color,
                           struct kb_buf *out) {
    size_t same = 0;
    if (changes->none) {
        kb_buf_z(out, "nothing changed\n");
        return;
    }
    if (changes->cosmetic)
        kb_buf_z(out, "what changed is cosmetic\n");
    for (size_t i = 0; i < changes->field_count; i++)
        text_field(out, color, &changes->fields[i]);
    for (size_t i = 0; i < changes->number_count; i++)
        kb_buf_printf(out, "%.*s became %.*s\n", (int)changes->numbers[i].old.n,
                      changes->numbers[i].old.p, (int)changes->numbers[i].now.n,
                      changes->numbers[i].now.p);
    if (any_changed(changes))
        kb_buf_z(out, "text\n");
    for (size_t i = 0; i < changes->block_count && any_changed(changes); i++) {
        const struct kb_change_block *b = &changes->blocks[i];
        if (b->change == KB_CHANGE_NONE) {
            same++;
            continue;
        }
        text_same(out, color, same);
        same = 0;
        if (b->change == KB_CHANGE_INSIDE)
            text_runs(out, color, b);
        else
            text_line(out, color, b->change, b->text);
    }
    if (any_changed(changes))
        text_same(out, color, same);
    if (changes->cut)
        kb_buf_z(out,
                 "the texts are longer than KB_LIMIT_CHANGES_BYTES: the rest was not "
                 "compared\n");
}

/* ---- JSON -------------------------------------------------------------------------- */

static const char *const names[] = {"same", "gone", "new", "changed"};

static void pair(struct kb_json *json, struct kb_str old, struct kb_str now) {
    kb_json_field(json, "old", old);
    kb_json_field(json, "new", now);
}

static void json_block(struct kb_json *json, const struct kb_change_block *b) {
    kb_json_object(json);
    kb_json_key(json, names[b->change]);
    if (b->change != KB_CHANGE_INSIDE) {
        kb_json_str(json, b->text);
    } else {
        kb_json_array(json);
        for (size_t i = 0; i < b->run_count; i++) {
            kb_json_object(json);
            kb_json_field_str(json, names[b->runs[i].change], b->runs[i].text);
            kb_json_object_end(json);
        }
        kb_json_array_end(json);
    }
    if (b->cosmetic)
        kb_json_field_bool(json, "cosmetic", true);
    kb_json_object_end(json);
}

void kb_changes_print_json(const struct kb_changes *changes, int indent,
                           struct kb_buf *out) {
    struct kb_json json;
    kb_json_init(&json, out, indent);
    kb_json_object(&json);
    kb_json_field_bool(&json, "changed", !changes->none);
    kb_json_field_bool(&json, "cosmetic", changes->cosmetic);
    kb_json_field_int(&json, "words_gone", (int64_t)changes->words_gone);
    kb_json_field_int(&json, "words_new", (int64_t)changes->words_new);
    if (changes->cut)
        kb_json_field_bool(&json, "cut", true);
    kb_json_field_array(&json, "fields");
    for (size_t i = 0; i < changes->field_count; i++) {
        const struct kb_change_field *f = &changes->fields[i];
        kb_json_object(&json);
        kb_json_field(&json, "name", kb_str_z(f->name));
        pair(&json, f->old, f->now);
        if (f->cosmetic)
            kb_json_field_bool(&json, "cosmetic", true);
        kb_json_object_end(&json);
    }
    kb_json_array_end(&json);
    kb_json_field_array(&json, "numbers");
    for (size_t i = 0; i < changes->number_count; i++) {
        kb_json_object(&json);
        pair(&json, changes->numbers[i].old, changes->numbers[i].now);
        kb_json_object_end(&json);
    }
    kb_json_array_end(&json);
    kb_json_field_array(&json, "text");
    for (size_t i = 0; i < changes->block_count; i++)
        json_block(&json, &changes->blocks[i]);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    kb_buf_char(out, '\n');
}

/* ---- HTML -------------------------------------------------------------------------- */

static void marked(struct kb_buf *out, enum kb_change change, struct kb_str text) {
    static const char *const open[] = {"", "<del>", "<ins>"};
    static const char *const close[] = {"", "</del>", "</ins>"};
    if (!text.n)
        return;
    kb_buf_z(out, open[change]);
    kb_buf_html(out, text);
    kb_buf_z(out, close[change]);
}

static void html_fields(struct kb_buf *out, const struct kb_changes *changes) {
    if (!changes->field_count)
        return;
    kb_buf_z(out, "<dl>\n");
    for (size_t i = 0; i < changes->field_count; i++) {
        const struct kb_change_field *f = &changes->fields[i];
        kb_buf_printf(out, "<dt>%s</dt>\n<dd>", f->name);
        marked(out, KB_CHANGE_GONE, f->old);
        kb_buf_z(out, f->old.n && f->now.n ? " " : "");
        marked(out, KB_CHANGE_NEW, f->now);
        kb_buf_z(out, "</dd>\n");
    }
    kb_buf_z(out, "</dl>\n");
}

void kb_changes_print_html(const struct kb_changes *changes, struct kb_buf *out) {
    kb_buf_z(out, "<div");
    if (changes->language.n) {
        kb_buf_z(out, " lang=\"");
        kb_buf_html(out, changes->language);
        kb_buf_char(out, '"');
    }
    if (changes->direction)
        kb_buf_printf(out, " dir=\"%s\"", changes->direction);
    kb_buf_z(out, ">\n");
    html_fields(out, changes);
    for (size_t i = 0; i < changes->block_count; i++) {
        const struct kb_change_block *b = &changes->blocks[i];
        kb_buf_z(out, "<p>");
        if (b->change != KB_CHANGE_INSIDE)
            marked(out, b->change, b->text);
        for (size_t k = 0; k < b->run_count; k++)
            marked(out, b->runs[k].change, b->runs[k].text);
        kb_buf_z(out, "</p>\n");
    }
    kb_buf_z(out, "</div>\n");
}

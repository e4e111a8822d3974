/* Why two articles are near → lines for a terminal, JSON. */
#include "story/why.h"

#include "html/html.h"
#include "story/chain_print.h"

enum { INDENT = 4, TOLD = 20 };

struct printer {
    struct kb_buf *out, line;
    int width;
    bool color;
};

static void paragraph(struct printer *p, int indent, const char *style) {
    kb_chain_paragraph(&p->line, p->width, indent, p->color ? style : "", p->out);
}

/* "Путин = Poutine": both words where they differ. */
static void put_words(struct kb_buf *out, const struct kb_why_shared *s) {
    struct kb_str first = s->words[0].n ? s->words[0] : s->words[1];
    kb_buf_str(out, first.n ? first : KB_STR("(past what was looked through)"));
    if (s->words[1].n && !kb_str_equal_nocase(first, s->words[1])) {
        kb_buf_z(out, " = ");
        kb_buf_str(out, s->words[1]);
    }
}

/* What decides: within a language its words, across languages what crosses them. */
static void put_shared(struct printer *p, const struct kb_why *why) {
    const struct kb_why_shared *all = why->across ? why->anchors : why->terms;
    size_t count = why->across ? why->anchor_count : why->term_count;
    if (!count)
        return;
    kb_buf_printf(&p->line, "%s that both have, and what each adds to the %.2f:",
                  why->across ? "Names and numbers" : "Words", (double)why->cosine);
    paragraph(p, 0, "\033[1m");
    for (size_t i = 0; i < count && i < TOLD; i++) {
        kb_buf_z(&p->line, i ? ", " : "");
        put_words(&p->line, &all[i]);
        kb_buf_printf(&p->line, "%s %.3f",
                      all[i].number ? " (number)"
                      : all[i].name ? " (name)"
                                    : "",
                      (double)all[i].weight);
    }
    if (count > TOLD)
        kb_buf_printf(&p->line, " and %zu more", count - TOLD);
    paragraph(p, INDENT, "");
}

static void put_numbers(struct printer *p, const struct kb_why *why, int side) {
    for (size_t i = 0; i < why->number_count[side]; i++) {
        kb_buf_z(&p->line, i ? ", " : side ? "second: " : "first: ");
        kb_buf_str(&p->line, why->numbers[side][i]);
    }
    paragraph(p, INDENT, "");
}

void kb_why_print_text(const struct kb_why *why, int width, bool color,
                       struct kb_buf *out) {
    struct printer p = {.out = out, .width = width, .color = color};
    kb_buf_init(&p.line, KB_LIMIT_META_BYTES * 8);
    kb_buf_str(&p.line, why->verdict);
    paragraph(&p, 0, "\033[1m");
    if (why->across)
        kb_buf_printf(&p.line, "Languages: %s and %s.",
                      why->languages[0][0] ? why->languages[0] : "unknown",
                      why->languages[1][0] ? why->languages[1] : "unknown");
    else
        kb_buf_printf(&p.line, "Both in one language: %s.",
                      why->languages[0][0] ? why->languages[0] : "unknown");
    if (why->timed)
        kb_buf_printf(&p.line, " The second is %.1f hours %s.",
                      why->hours < 0 ? -why->hours : why->hours,
                      why->hours < 0 ? "older" : "younger");
    kb_buf_printf(&p.line,
                  " Of the first's text %.0f%% stands in the second's, of the second's "
                  "%.0f%% in the first's.",
                  (double)why->inside * 100, (double)why->holds * 100);
    paragraph(&p, 0, "");
    put_shared(&p, why);
    if (why->number_count[0] + why->number_count[1]) {
        kb_buf_z(&p.line,
                 why->conflict ? "Numbers in conflict:" : "Numbers of one alone:");
        paragraph(&p, 0, "\033[1m");
        put_numbers(&p, why, 0);
        put_numbers(&p, why, 1);
    }
    kb_buf_free(&p.line);
}

static void json_shared(struct kb_json *json, const char *key,
                        const struct kb_why_shared *all, size_t count) {
    kb_json_field_array(json, key);
    for (size_t i = 0; i < count; i++) {
        kb_json_object(json);
        kb_json_field(json, "first", all[i].words[0]);
        kb_json_field(json, "second", all[i].words[1]);
        kb_json_field_real(json, "weight", (double)all[i].weight, 4);
        if (all[i].name || all[i].number)
            kb_json_field(json, "kind",
                          all[i].number ? KB_STR("number") : KB_STR("name"));
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}

static void json_real(struct kb_json *json, const char *key, double value) {
    kb_json_field_real(json, key, value, 4);
}

void kb_why_print_json(const struct kb_why *why, int indent, struct kb_buf *out) {
    static const char *const sides[2] = {"numbers_first", "numbers_second"};
    struct kb_json json;
    kb_json_init(&json, out, indent);
    kb_json_object(&json);
    kb_json_field(&json, "schema", KB_STR("kabar.why/1"));
    kb_json_field_bool(&json, "joins", why->joins);
    kb_json_field(&json, "verdict", why->verdict);
    kb_json_field_array(&json, "languages");
    kb_json_str(&json, kb_str_z(why->languages[0]));
    kb_json_str(&json, kb_str_z(why->languages[1]));
    kb_json_array_end(&json);
    kb_json_field(&json, "by", why->across ? KB_STR("anchors") : KB_STR("terms"));
    json_real(&json, "cosine", (double)why->cosine);
    json_real(&json, "enough", (double)why->enough);
    json_real(&json, "inside", (double)why->inside);
    json_real(&json, "holds", (double)why->holds);
    json_real(&json, "reprint_enough", (double)why->reprint_enough);
    kb_json_field_bool(&json, "conflict", why->conflict);
    if (why->timed)
        json_real(&json, "hours", why->hours);
    json_shared(&json, "terms", why->terms, why->term_count);
    json_shared(&json, "anchors", why->anchors, why->anchor_count);
    for (int side = 0; side < 2; side++) {
        kb_json_field_array(&json, sides[side]);
        for (size_t i = 0; i < why->number_count[side]; i++)
            kb_json_str(&json, why->numbers[side][i]);
        kb_json_array_end(&json);
    }
    kb_json_object_end(&json);
    kb_buf_char(out, '\n');
}

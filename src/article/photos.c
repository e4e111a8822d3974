/* Who took the pictures: "Foto: Jane Doe/dpa", "(AP Photo/Jane Doe)", "© Getty Images".
 *
 * In: the lines that stand under or beside pictures.  Out: images[].credit, without the
 * word for it.  A credit is told by a word ("Foto:"), by ©, by a bracket, or because it
 * ends a caption and names who sells pictures. */
#include "article/sources.h"
#include "page/line.h"

#define BIT(phrase) (1u << KB_PHRASE_##phrase)

enum {
    HEAD_DISTANCE = 30,
    TAIL_DISTANCE = 4,
    CREDIT_WORDS = 12,
    CREDIT_BYTES = 160,
    SELLER_BYTES = 90, /* at a caption's end where a seller's name is looked for */
    ALONE_WORDS = 8    /* of a line that is nothing but a credit */
};

/* A credit's words without label, marks and brackets. */
static struct kb_str bare_credit(const struct kb_finder *f, struct kb_str s) {
    for (int i = 0; i < 4; i++) {
        s = kb_page_trim(s);
        struct kb_phrase_hits hits = kb_lexicon_match(f->lexicon, s);
        uint32_t first = kb_page_first_char(s);
        if ((hits.begins & (BIT(PHOTO) | BIT(SOURCE))) && hits.prefix_bytes < s.n)
            s = kb_str_slice(s, hits.prefix_bytes, s.n);
        else if (kb_page_is_copyright(first) || first == '(' || first == '[' ||
                 first == 0xFF08 || first == 0x3010 || first == 0xFF0F ||
                 first == ':' || first == '|' || kb_page_is_dash(first))
            s = kb_page_behind_char(s);
        else if (kb_str_starts_nocase(s, KB_STR("C)")) ||
                 kb_str_starts(s, KB_STR("\xEF\xBC\xA3\xEF\xBC\x89")))
            s = kb_str_slice(s, s.p[0] == '\xEF' ? 6 : 2, s.n);
        else
            break;
    }
    /* the marks that closed a bracket or a sentence */
    for (bool more = true; more && s.n;) {
        s = kb_page_trim(s);
        more = false;
        size_t opened = kb_str_find_byte(s, '(');
        if (s.p[s.n - 1] == '.' || s.p[s.n - 1] == ',' || s.p[s.n - 1] == '|' ||
            s.p[s.n - 1] == ']' || (s.p[s.n - 1] == ')' && opened == KB_NOT_FOUND)) {
            s.n--;
            more = true;
        } else if (kb_str_ends(s, KB_STR("\xEF\xBC\x89")) ||
                   kb_str_ends(s, KB_STR("\xE3\x80\x91"))) {
            s.n -= 3;
            more = true;
        }
    }
    return s;
}

static bool sells_pictures(const struct kb_name *name) {
    return name->kind == KB_NAME_PHOTO || name->kind == KB_NAME_WIRE;
}

/* Where the last sentence, or the last run of words that begin with capitals, begins in
 * front of a seller's name that ends the caption; s.n where none ends it. */
static size_t seller_start(const struct kb_finder *f, struct kb_str s) {
    size_t from = s.n > SELLER_BYTES ? s.n - SELLER_BYTES : 0, last = s.n;
    struct kb_name_hit hit;
    if (from)
        from = kb_text_word_end(s, kb_text_next_word(s, from));
    for (size_t at = from; kb_name_next(f->lexicon, s, at, f->country, &hit);
         at = hit.end) {
        bool ends = kb_page_words(kb_str_slice(s, hit.end, s.n)) <= 2;
        bool slash = hit.start && (s.p[hit.start - 1] == '/' ||
                                   (hit.end < s.n && s.p[hit.end] == '/'));
        if (sells_pictures(hit.name) && (ends || slash) &&
            (!hit.ordinary || slash || hit.start == 0 || s.p[hit.start - 1] == '(' ||
             kb_page_words(s) <= 3)) {
            last = hit.start;
            break;
        }
    }
    if (last == s.n)
        return s.n;
    /* back over the photographer's name: capitals, slashes, commas between them */
    size_t start = last;
    for (size_t at = last; at > from;) {
        while (at > from && kb_is_space(s.p[at - 1]))
            at--;
        size_t end = at;
        while (at > from && !kb_is_space(s.p[at - 1]))
            at--;
        struct kb_str word = kb_str_slice(s, at, end);
        if (!word.n)
            break;
        char mark = word.p[word.n - 1];
        bool initial = word.n <= 3 && mark == '.';
        if ((mark == '.' && !initial) || mark == ':' || mark == ')' || mark == ',' ||
            mark == ';')
            break;
        enum kb_letter first = kb_page_first_letter(word);
        if (first == KB_LETTER_LOWER || first == KB_LETTER_DIGIT || first == KB_LETTER_PLAIN)
            break;
        start = at;
    }
    return start;
}

/* The credit in a caption; empty where there is none.  *caption is what is left. */
static struct kb_str credit_in(const struct kb_finder *f, struct kb_str s, bool alone,
                               struct kb_str *caption) {
    s = kb_page_trim(s);
    size_t start = kb_page_photo_credit(f->lexicon, s);
    *caption = s;
    if (start >= s.n && kb_page_words(s) <= CREDIT_WORDS) {
        struct kb_phrase_hits hits = kb_lexicon_match(f->lexicon, s);
        if (hits.begins & (BIT(PHOTO) | (alone ? BIT(SOURCE) : 0)))
            start = 0;
        else if (kb_page_is_copyright(kb_page_first_char(s)))
            start = 0;
    }
    if (start >= s.n)
        start = seller_start(f, s);
    if (start >= s.n)
        return KB_STR_NONE;
    struct kb_str credit = bare_credit(f, kb_str_slice(s, start, s.n));
    if (!credit.n || credit.n > CREDIT_BYTES || kb_page_words(credit) > CREDIT_WORDS)
        return KB_STR_NONE;
    *caption = kb_page_trim(kb_str_slice(s, 0, start));
    return credit;
}

static struct kb_page_image *find_image(const struct kb_finder *f, struct kb_str url) {
    struct kb_article *a = f->article;
    for (size_t i = 0; url.n && i < a->image_count; i++)
        if (kb_str_equal(a->images[i].url, url))
            return &a->images[i];
    return NULL;
}

/* One more picture than page listed: its place in the text was not kept. */
static struct kb_page_image *add_image(struct kb_finder *f, struct kb_str url) {
    struct kb_article *a = f->article;
    if (a->image_count >= KB_LIMIT_LIST_ITEMS)
        return NULL;
    struct kb_page_image *items =
        kb_arena_zalloc(f->arena, a->image_count + 1, sizeof *items);
    if (!items)
        return NULL;
    if (a->image_count)
        memcpy(items, a->images, a->image_count * sizeof *items);
    a->images = items;
    items[a->image_count].url = kb_arena_dup(f->arena, url);
    return &items[a->image_count++];
}

static void give(struct kb_finder *f, const struct kb_page_line *l, struct kb_str credit,
                 struct kb_str caption) {
    struct kb_article *a = f->article;
    struct kb_page_image *image = find_image(f, l->picture);
    for (size_t i = 0; i < a->image_count; i++)
        if (kb_str_equal(a->images[i].credit, credit) &&
            (!image || image == &a->images[i]))
            return;
    if (!image && l->zone == KB_LINE_HEAD && a->image_count && !a->images[0].credit.n &&
        a->image.n)
        image = &a->images[0];
    if (!image || image->credit.n)
        image = add_image(f, l->picture);
    if (!image)
        return;
    image->credit = kb_arena_dup(f->arena, credit);
    if (!image->caption.n && caption.n)
        image->caption = kb_arena_dup(f->arena, caption);
}

static bool is_near(const struct kb_page_line *l) {
    if (l->zone == KB_LINE_HEAD)
        return l->distance <= HEAD_DISTANCE;
    if (l->zone == KB_LINE_TAIL)
        return l->distance <= TAIL_DISTANCE && !(l->marks & KB_LINE_ASIDE);
    return true;
}

void kb_photos_read(struct kb_finder *f) {
    const struct kb_page_result *r = f->result;
    for (size_t i = 0; i < r->line_count; i++) {
        const struct kb_page_line *l = &r->lines[i];
        bool named = l->removed == KB_REMOVED_CAPTION ||
                     l->removed == KB_REMOVED_CREDIT_LINE;
        bool marked = (l->marks & (KB_LINE_CAPTION | KB_LINE_PICTURE)) != 0;
        struct kb_str caption;
        if (!(named || marked) || !is_near(l))
            continue;
        if (!(l->marks & KB_LINE_CAPTION) && l->marks & KB_LINE_LINK &&
            kb_page_words(l->text) > ALONE_WORDS)
            continue; /* a teaser */
        struct kb_str credit = credit_in(f, l->text, true, &caption);
        if (credit.n)
            give(f, l, credit, caption);
    }
}

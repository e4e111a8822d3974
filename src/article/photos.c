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
    LABEL_BYTES = 110, /* … where "Photo:" is */
    ALONE_WORDS = 8    /* of a line that is nothing but a credit */
};

/* True where a name of the table ends s: "via Getty Images". */
static bool ends_with_name(const struct kb_finder *f, struct kb_str s) {
    struct kb_name_hit hit;
    for (size_t at = 0; kb_name_next(f->lexicon, s, at, f->country, &hit); at = hit.end)
        if (kb_text_next_word(s, hit.end) >= s.n)
            return true;
    return false;
}

/* A credit's words without label, marks and brackets. */
static struct kb_str bare_credit(const struct kb_finder *f, struct kb_str s) {
    for (int i = 0; i < 4; i++) {
        s = kb_page_trim(s);
        struct kb_phrase_hits hits = kb_lexicon_match(f->lexicon, s);
        uint32_t first = kb_page_first_char(s);
        if ((hits.begins & (BIT(PHOTO) | BIT(SOURCE))) && hits.prefix_bytes < s.n &&
            !ends_with_name(f, kb_str_slice(s, 0, hits.prefix_bytes)))
            s = kb_str_slice(s, hits.prefix_bytes, s.n);
        else if (kb_page_is_copyright(first) || first == '(' || first == '[' ||
                 first == 0xFF08 || first == 0x3010 || first == 0xFF0F || first == ':' ||
                 first == '|' || first == '.' || kb_page_is_dash(first))
            s = kb_page_behind_char(s);
        else if (kb_str_starts_nocase(s, KB_STR("C)")) ||
                 kb_str_starts(s, KB_STR("\xEF\xBC\xA3\xEF\xBC\x89")))
            s = kb_str_slice(s, s.p[0] == '\xEF' ? 6 : 2, s.n);
        else
            break;
    }
    /* the marks that closed a bracket or a sentence */
    bool opened = kb_str_find_byte(s, '(') != KB_NOT_FOUND;
    for (bool more = true; more && (s = kb_page_trim(s)).n;) {
        more = false;
        if (s.p[s.n - 1] == '.' || s.p[s.n - 1] == ',' || s.p[s.n - 1] == '|' ||
            s.p[s.n - 1] == ']' || (s.p[s.n - 1] == ')' && !opened)) {
            s.n--;
            more = true;
        } else if (kb_str_ends(s, KB_STR("\xEF\xBC\x89")) ||
                   kb_str_ends(s, KB_STR("\xE3\x80\x91"))) {
            s.n -= 3;
            more = true;
        }
    }
    /* "AFP pic": the word behind the name */
    size_t space = s.n;
    while (space && !kb_is_space(s.p[space - 1]))
        space--;
    if (space && !ends_with_name(f, s) &&
        kb_lexicon_match(f->lexicon, kb_str_slice(s, space, s.n)).whole & BIT(PHOTO))
        s = kb_page_trim(kb_str_slice(s, 0, space));
    /* "山田花子撮影": the same in a script without spaces; "代表撮影" is nobody's name */
    for (size_t i = 9, len; i < s.n && kb_is_han_like(kb_page_first_char(s)); i += len) {
        kb_utf8_next(s.p + i, s.p + s.n, &len);
        if (kb_lexicon_match(f->lexicon, kb_str_slice(s, i, s.n)).whole & BIT(PHOTO))
            return kb_page_trim(kb_str_slice(s, 0, i));
    }
    return s;
}

/* The line is a name of the table and nothing else; the house's alone is a logo's. */
static bool is_one_name(const struct kb_finder *f, struct kb_str s) {
    struct kb_name_hit hit;
    if (kb_house_at(f, s, 0) == s.n)
        return false;
    return kb_name_at(f->lexicon, s, kb_text_next_word(s, 0), f->country, &hit) &&
           hit.name->kind != KB_NAME_SOCIAL && kb_text_next_word(s, hit.end) >= s.n;
}

static bool sells_pictures(const struct kb_name *name) {
    return name->kind == KB_NAME_PHOTO || name->kind == KB_NAME_WIRE;
}

static bool touches_slash(struct kb_str s, size_t start, size_t end) {
    while (start && kb_is_space(s.p[start - 1]))
        start--;
    while (end < s.n && kb_is_space(s.p[end]))
        end++;
    return (start && s.p[start - 1] == '/') || (end < s.n && s.p[end] == '/');
}

/* A word that may stand in a photographer's name, or between names of one credit. */
static bool is_credit_word(struct kb_str word) {
    if (kb_page_is_copyright(kb_page_first_char(word)))
        return false;
    char mark = word.p[word.n - 1];
    bool initial = word.n <= 3 && mark == '.';
    if ((strchr(".:),;?!", mark) && !initial))
        return false;
    enum kb_letter first = kb_page_first_letter(word);
    return first == KB_LETTER_UPPER || first == KB_LETTER_NONE ||
           kb_str_equal(word, KB_STR("via"));
}

/* Where the run of capitalised words begins that a seller's name in the caption's last
 * words belongs to; s.n where there is none. */
static size_t seller_start(const struct kb_finder *f, struct kb_str s) {
    size_t from = s.n > SELLER_BYTES ? s.n - SELLER_BYTES : 0, last = s.n;
    struct kb_name_hit hit;
    if (from)
        from = kb_text_next_word(s, kb_text_word_end(s, kb_text_next_word(s, from)));
    for (size_t at = from; kb_name_next(f->lexicon, s, at, f->country, &hit);
         at = hit.end) {
        bool slash = touches_slash(s, hit.start, hit.end);
        bool ends = kb_page_words(kb_str_slice(s, hit.end, s.n)) <= 2;
        if (slash || (ends && sells_pictures(hit.name) && !hit.ordinary)) {
            last = hit.start;
            break;
        }
    }
    size_t start = last;
    for (size_t at = last; last < s.n && at > from;) {
        while (at > from && kb_is_space(s.p[at - 1]))
            at--;
        size_t end = at;
        while (at > from && !kb_is_space(s.p[at - 1]))
            at--;
        struct kb_str word = kb_str_slice(s, at, end);
        if (!word.n || !is_credit_word(word))
            break;
        start = at;
    }
    return start;
}

/* Where a word for photographs with a colon begins, in the caption's last bytes. */
static size_t label_start(const struct kb_finder *f, struct kb_str s) {
    size_t pos = s.n > LABEL_BYTES ? s.n - LABEL_BYTES : 0;
    if (pos)
        pos = kb_text_word_end(s, kb_text_next_word(s, pos));
    for (pos = kb_text_next_word(s, pos); pos < s.n;
         pos = kb_text_next_word(s, kb_text_word_end(s, pos))) {
        struct kb_str rest = kb_str_slice(s, pos, s.n);
        struct kb_phrase_hits hits = kb_lexicon_match(f->lexicon, rest);
        if (!(hits.begins & BIT(PHOTO)) || hits.prefix_bytes >= rest.n)
            continue;
        struct kb_str label = kb_str_slice(rest, 0, hits.prefix_bytes);
        uint32_t next = kb_page_first_char(kb_str_slice(rest, label.n, rest.n));
        bool marked = kb_str_ends(label, KB_STR(":")) ||
                      kb_str_ends(label, KB_STR("\xEF\xBC\x9A")) ||
                      kb_page_is_colon(next) || next == 0xFF0F || next == '=';
        if (marked && kb_page_words(rest) <= CREDIT_WORDS)
            return pos;
    }
    return s.n;
}

/* A bracket that ends a caption and names who sells pictures, or stands behind the
 * caption's full stop. */
static size_t bracket_start(const struct kb_finder *f, struct kb_str s) {
    struct kb_str before, in = kb_page_last_bracket(s, &before);
    struct kb_name_hit hit;
    if (!in.n || kb_page_words(in) > CREDIT_WORDS)
        return s.n;
    bool named = kb_name_next(f->lexicon, in, 0, f->country, &hit) &&
                 (sells_pictures(hit.name) || touches_slash(in, hit.start, hit.end));
    bool behind =
        before.n && kb_page_ends_sentence(before) && kb_page_is_names(f->lexicon, in, 10);
    return named || behind ? before.n : s.n;
}

/* The credit in a caption; empty where there is none.  *caption is what is left. */
static struct kb_str credit_in(const struct kb_finder *f, struct kb_str s, bool alone,
                               struct kb_str *caption) {
    s = kb_page_trim(s);
    struct kb_phrase_hits hits = kb_lexicon_match(f->lexicon, s);
    *caption = s;
    if (hits.begins & (BIT(BYLINE) | BIT(RIGHTS)))
        return KB_STR_NONE;
    size_t start = alone && is_one_name(f, s) ? 0 : s.n;
    if (start == s.n) { /* "Foto: Jane Doe (Keystone)" begins with its label */
        size_t label = label_start(f, s), bracket = bracket_start(f, s);
        start = label < bracket ? label : bracket;
    }
    if (start == s.n && kb_page_words(s) <= CREDIT_WORDS &&
        ((hits.begins & (BIT(PHOTO) | (alone ? BIT(SOURCE) : 0))) ||
         kb_page_is_copyright(kb_page_first_char(s))))
        start = 0;
    if (start == s.n) {
        size_t seller = seller_start(f, s);
        start = kb_page_photo_credit(f->lexicon, s);
        start = seller < start ? seller : start;
    }
    if (start == s.n)
        return KB_STR_NONE;
    struct kb_str credit = bare_credit(f, kb_str_slice(s, start, s.n));
    if (!credit.n || credit.n > CREDIT_BYTES || kb_page_words(credit) > CREDIT_WORDS ||
        kb_lexicon_match(f->lexicon, credit).begins & BIT(RIGHTS) ||
        (kb_lexicon_match(f->lexicon, credit).whole & BIT(PHOTO) &&
         !ends_with_name(f, credit)))
        return KB_STR_NONE;
    *caption = kb_page_trim(kb_str_slice(s, 0, start));
    if (kb_str_ends(*caption, KB_STR("(")))
        caption->n--;
    else if (kb_str_ends(*caption, KB_STR("\xEF\xBC\x88")))
        caption->n -= 3;
    *caption = kb_page_trim(*caption);
    return credit;
}

/* At this address; the lead picture also in another size. */
static struct kb_page_image *find_image(const struct kb_finder *f, struct kb_str url) {
    struct kb_article *a = f->article;
    for (size_t i = 0; url.n && i < a->image_count; i++)
        if (kb_str_equal(a->images[i].url, url))
            return &a->images[i];
    if (!url.n || !a->image.n || !a->image_count ||
        kb_page_picture_key(url) != kb_page_picture_key(a->images[0].url))
        return NULL;
    return &a->images[0];
}

/* One more picture than page listed: its place in the text was not kept. */
static struct kb_page_image *add_image(struct kb_finder *f, struct kb_str url) {
    struct kb_article *a = f->article;
    void *items = a->images;
    if (f->image_cap < a->image_count)
        f->image_cap = a->image_count; /* page's list, which is full */
    if (!kb_arena_grow(f->arena, &items, a->image_count, &f->image_cap, sizeof *a->images,
                       KB_LIMIT_LIST_ITEMS))
        return NULL;
    a->images = items;
    a->images[a->image_count] =
        (struct kb_page_image){.url = kb_arena_dup(f->arena, url)};
    return &a->images[a->image_count++];
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

/* Lines that stand under or beside a picture, or that begin with a word for one. */
static bool is_pictures(const struct kb_finder *f, const struct kb_page_line *l) {
    if (l->marks & KB_LINE_CAPTION || l->removed == KB_REMOVED_CAPTION)
        return true;
    if (l->marks & KB_LINE_LINK)
        return false; /* a teaser, a button */
    if (l->marks & KB_LINE_PICTURE)
        return true;
    return (kb_lexicon_match(f->lexicon, l->text).begins & BIT(PHOTO)) != 0 &&
           kb_page_words(l->text) <= ALONE_WORDS;
}

/* A caption's last part, where an element says that it is a credit. */
static struct kb_str marked_credit(const struct kb_finder *f,
                                   const struct kb_page_line *l, struct kb_str *caption) {
    struct kb_str credit = bare_credit(f, l->credit);
    if (!credit.n || credit.n > CREDIT_BYTES || kb_page_words(credit) > CREDIT_WORDS ||
        !kb_str_ends(l->text, l->credit) || kb_page_has_sentences(credit))
        return KB_STR_NONE;
    *caption = kb_page_trim(kb_str_slice(l->text, 0, l->text.n - l->credit.n));
    return credit;
}

/* What JSON-LD says of the lead picture, where nothing is printed beside it; its house
 * and its text's authors are named there by programs that know no better. */
static void read_claimed(struct kb_finder *f) {
    struct kb_article *a = f->article;
    struct kb_str credit = bare_credit(f, f->result->meta.image_credit);
    if (!a->image_count || a->images[0].credit.n || !a->image.n || !credit.n ||
        credit.n > CREDIT_BYTES || kb_page_words(credit) > CREDIT_WORDS ||
        kb_house_is(f, NULL, credit) || kb_page_is_url(credit))
        return;
    for (size_t i = 0; i < a->author_count; i++)
        if (kb_str_equal_nocase(a->authors[i].name, credit))
            return;
    a->images[0].credit = kb_arena_dup(f->arena, credit);
}

void kb_photos_read(struct kb_finder *f) {
    const struct kb_page_result *r = f->result;
    for (size_t i = 0; !r->line_count && i < f->article->removed_count; i++) {
        const struct kb_removed *piece = &f->article->removed[i];
        struct kb_page_line l = {.text = piece->text, .zone = KB_LINE_BODY};
        struct kb_str caption, credit;
        if (piece->kind == KB_REMOVED_CAPTION &&
            (credit = credit_in(f, l.text, true, &caption)).n)
            give(f, &l, credit, caption);
    }
    for (size_t i = 0; i < r->line_count; i++) {
        const struct kb_page_line *l = &r->lines[i];
        struct kb_str caption;
        if (!is_near(l) || !is_pictures(f, l))
            continue;
        struct kb_str credit = credit_in(f, l->text, true, &caption);
        if (!credit.n)
            credit = marked_credit(f, l, &caption);
        if (credit.n)
            give(f, l, credit, caption);
    }
    /* captions that stand in the text itself */
    for (size_t i = 0; i < f->article->image_count; i++) {
        struct kb_page_image *image = &f->article->images[i];
        struct kb_str caption;
        if (!image->credit.n && image->caption.n)
            image->credit =
                kb_arena_dup(f->arena, credit_in(f, image->caption, false, &caption));
    }
    read_claimed(f);
}

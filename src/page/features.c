/* What the first forest sees of a block: one byte a question.
 *
 * In: the page's facts.  Out: a matrix of bytes, one column a feature.  Counts enter as
 * logarithms, shares as 255ths, distances fading from 255.  Bytes make the forest's
 * comparisons sixteen to an instruction, and the same bytes are what the training program
 * sees, so nothing can differ between the two. */
#include "page/facts.h"

/* ---- one block's surroundings --------------------------------------------------------------------- */

enum { CHAIN = 5 };

struct chain { /* the containers around a block, the nearest first */
    const struct kb_box *box[CHAIN];
    uint32_t index[CHAIN];
};

static void fill_chain(const struct kb_facts *f, const struct kb_block *b, struct chain *out) {
    uint32_t at = kb_fact_container(f, b);
    for (int i = 0; i < CHAIN; i++) {
        out->index[i] = at;
        out->box[i] = kb_fact_box(f, at);
        at = kb_fact_box(f, at)->up;
    }
}

/* How a block lies to a container: inside and near 255, outside and far 0. */
static uint8_t lies_to(const struct kb_facts *f, uint32_t target, const struct kb_block *b,
                       size_t i) {
    const struct kb_box *t = kb_fact_box(f, target);
    uint32_t at = kb_fact_container(f, b);
    if (kb_fact_inside(f, target, i)) {
        int steps = 0;
        for (; at != target && kb_fact_box(f, at)->depth > t->depth && steps < 6; steps++)
            at = kb_fact_box(f, at)->up;
        return (uint8_t)(255 - 18 * steps);
    }
    int steps = 0;
    for (; steps < 8 && at; steps++) {
        const struct kb_box *box = kb_fact_box(f, at);
        if (box->first <= t->first && box->end >= t->end)
            break;
        at = kb_fact_box(f, at)->up;
    }
    return (uint8_t)(120 - 14 * steps);
}

static uint8_t kind_byte(const struct kb_facts *f, const struct kb_block *b) {
    if (!b)
        return 0;
    switch (kb_fact_box(f, b->box)->group) {
    case KB_TAG_P: return 255;
    case KB_TAG_QUOTE: case KB_TAG_PRE: return 220;
    case KB_TAG_LI: case KB_TAG_DEFINITION: return 180;
    case KB_TAG_CELL: return 150;
    case KB_TAG_HEADING: return 120;
    case KB_TAG_CAPTION: case KB_TAG_FIGURE: return 90;
    case KB_TAG_BUTTON: case KB_TAG_FORM: return 30;
    default: return 60;
    }
}

struct around { /* neighbours at one distance on one side */
    uint8_t words, links, kind, stop, same_box, same_sign;
};

static struct around look_at(const struct kb_facts *f, size_t i, long long step) {
    const struct kb_block *b = kb_fact_block(f, (long long)i), *n = kb_fact_block(f, (long long)i + step);
    struct around a = {0};
    if (!n)
        return a;
    size_t at = (size_t)((long long)i + step);
    a.words = kb_log_byte(n->words);
    a.links = kb_share(n->link_words, n->words);
    a.kind = kind_byte(f, n);
    a.stop = kb_flag(n->last == KB_CHAR_STOP || n->last == KB_CHAR_QUOTE);
    a.same_box = kb_flag(kb_fact_container(f, n) == kb_fact_container(f, b));
    a.same_sign = kb_flag(f->group_of[0][at] == f->group_of[0][i]);
    return a;
}

struct window {
    uint8_t words, links, prose;
};

static struct window sum_window(const struct kb_facts *f, long long from, long long to) {
    long long n = (long long)f->blocks->count;
    from = from < 0 ? 0 : from > n ? n : from;
    to = to > n ? n : to < from ? from : to;
    size_t words = f->words_before[to] - f->words_before[from];
    size_t links = f->links_before[to] - f->links_before[from];
    size_t prose = f->prose_before[to] - f->prose_before[from];
    return (struct window){kb_log_byte(words), kb_share(links, words), kb_share(prose, words)};
}

/* Remembered log-odds, 0 at 128. */
static uint8_t odds(int v) {
    v += 128;
    return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v;
}

static uint8_t odds_at(const struct kb_facts *f, long long i) {
    const struct kb_block *b = kb_fact_block(f, i);
    return b ? odds(b->remembered) : 128;
}

/* The mean over blocks [from, to), weighed by words. */
static uint8_t odds_around(const struct kb_facts *f, long long from, long long to) {
    int sum = 0, words = 0;
    for (long long i = from; i < to; i++) {
        const struct kb_block *b = kb_fact_block(f, i);
        int n = b ? (int)(b->word_count < 100 ? b->word_count : 100) : 0;
        sum += b ? n * b->remembered : 0;
        words += n;
    }
    return odds(words ? sum / words : 0);
}

/* What a phrase's bits say: the whole block, its beginning, or nothing. */
static uint8_t phrase(const struct kb_facts *f, size_t i, uint32_t bits) {
    return f->whole[i] & bits ? 255 : f->begins[i] & bits ? 128 : 0;
}

/* Where the page last said that something else begins: comments, related articles, a
 * newsletter's box; index + 1. */
struct last_signs {
    size_t comments, related, letter;
};

#define SIGN(name) (1u << KB_PHRASE_##name)

static void note_signs(const struct kb_facts *f, size_t i, struct last_signs *last) {
    if (f->whole[i] & SIGN(COMMENTS))
        last->comments = i + 1;
    if (f->whole[i] & SIGN(READ_ALSO))
        last->related = i + 1;
    if (f->begins[i] & (SIGN(NEWSLETTER) | SIGN(SUBSCRIBE)))
        last->letter = i + 1;
}

static uint8_t since(size_t sign, size_t i) {
    return sign ? kb_log_byte(i + 1 - sign) : 255;
}

struct heading { /* the nearest heading before a block */
    uint32_t at;     /* count where there is none */
    uint8_t level;
};

static bool is_heading(const struct kb_facts *f, size_t i) {
    return kb_fact_box(f, f->blocks->items[i].box)->group == KB_TAG_HEADING;
}

static uint8_t heading_byte(const struct kb_facts *f, size_t i) {
    return (uint8_t)(255 - 20 * kb_fact_box(f, f->blocks->items[i].box)->level);
}

static uint8_t near_of(const struct kb_facts *f, const struct kb_block *b, size_t k) {
    if (k >= KB_TAG_GROUPS && (b->classes >> (k - KB_TAG_GROUPS) & 1))
        return 255;
    return f->near[b->box][k];
}

/* ---- the features ------------------------------------------------------------------------------------ */

/* Name and value; the values are expressions over the locals of fill_row below. */
#define FEATURES(X)                                                                      \
    X(words, kb_log_byte(b->words))                                                         \
    X(chars, kb_log_byte(b->chars / 2))                                                     \
    X(word_length, kb_share(b->chars, b->words * 16u))                                      \
    X(link_share, kb_share(b->link_words, b->words))                                        \
    X(links, kb_log_byte(b->links))                                                         \
    X(plain_words, kb_log_byte(b->words - (b->link_words < b->words ? b->link_words : b->words))) \
    X(bold_share, kb_share(b->bold_words, b->words))                                        \
    X(stops, kb_log_byte(b->stops))                                                         \
    X(stop_rate, kb_share(b->stops * 8u, b->words))                                         \
    X(commas, kb_log_byte(b->commas))                                                       \
    X(comma_rate, kb_share(b->commas * 8u, b->words))                                       \
    X(digit_share, kb_share(b->digits, b->chars))                                           \
    X(upper_share, kb_share(b->uppers, b->words))                                           \
    X(capital_share, kb_share(b->capitals, b->chars))                                       \
    X(bars, kb_log_byte(b->bars))                                                           \
    X(quotes, kb_log_byte(b->quotes))                                                       \
    X(han_share, kb_share(b->han, b->chars))                                                \
    X(title_share, kb_share(b->title_hits, b->word_count))                         \
    X(about_share, kb_share(b->about_hits, b->word_count))                         \
    X(body_share, kb_share(b->body_hits, b->shingles))                                      \
    X(body_known, kb_flag(b->shingles > 0) / 2 + kb_flag(f->meta->body_text.n >= 100) / 2)     \
    X(first_upper, kb_flag(b->first == KB_CHAR_UPPER))                                      \
    X(first_lower, kb_flag(b->first == KB_CHAR_LOWER))                                      \
    X(first_digit, kb_flag(b->first == KB_CHAR_DIGIT))                                      \
    X(first_sign, kb_flag(b->first == KB_CHAR_SIGN || b->first == KB_CHAR_BAR ||            \
                       b->first == KB_CHAR_DASH || b->first == KB_CHAR_BRACKET))         \
    X(first_quote, kb_flag(b->first == KB_CHAR_QUOTE))                                      \
    X(last_stop, kb_flag(b->last == KB_CHAR_STOP))                                          \
    X(last_colon, kb_flag(b->last == KB_CHAR_COLON))                                        \
    X(last_quote, kb_flag(b->last == KB_CHAR_QUOTE))                                        \
    X(last_letter, kb_flag(b->last <= KB_CHAR_DIGIT || b->last == KB_CHAR_LETTER))          \
    X(last_bracket, kb_flag(b->last == KB_CHAR_BRACKET))                                    \
    X(copyright, kb_flag(b->marks & KB_MARK_COPYRIGHT))                                     \
    X(at_sign, kb_flag(b->marks & KB_MARK_AT))                                              \
    X(year, kb_flag(b->marks & KB_MARK_YEAR))                                               \
    X(clock, kb_flag(b->marks & KB_MARK_TIME))                                              \
    X(picture, kb_flag(b->marks & KB_MARK_IMAGE))                                           \
    X(inline_class, kb_flag(b->marks & KB_MARK_INLINE_BOX))                                 \
    X(breaks, kb_log_byte(b->breaks))                                                       \
    X(prose, kb_flag((b->marks & KB_MARK_PROSE)))                                                          \
    X(kind, kind_byte(f, b))                                                             \
    X(is_p, kb_flag(own->group == KB_TAG_P))                                                \
    X(is_heading, own->group == KB_TAG_HEADING ? (uint8_t)(255 - 20 * own->level) : 0)   \
    X(is_li, kb_flag(own->group == KB_TAG_LI))                                              \
    X(is_cell, kb_flag(own->group == KB_TAG_CELL))                                          \
    X(is_div, kb_flag(own->group == KB_TAG_DIV))                                            \
    X(is_other, kb_flag(own->group == KB_TAG_OTHER))                                        \
    X(is_button, kb_flag(own->group == KB_TAG_BUTTON))                                      \
    X(own_alone, kb_share(b->words, own->words))                                            \
    X(own_children, kb_log_byte(own->children))                                             \
    X(depth, (uint8_t)(own->depth > 63 ? 255 : own->depth * 4))                          \
    X(hidden, f->hidden[b->box])                                                         \
    X(c0_words, kb_log_byte(c.box[0]->words))                                               \
    X(c0_links, kb_share(c.box[0]->link_words, c.box[0]->words))                            \
    X(c0_prose, kb_share(c.box[0]->prose_words, c.box[0]->words))                           \
    X(c0_blocks, kb_log_byte(c.box[0]->end - c.box[0]->first))                              \
    X(c0_children, kb_log_byte(c.box[0]->children))                                         \
    X(c0_share, kb_share(b->words, c.box[0]->words))                                        \
    X(c0_at, kb_share(i - c.box[0]->first, c.box[0]->end - c.box[0]->first))                \
    X(c0_stops, kb_share(c.box[0]->blocks_with_stop, c.box[0]->end - c.box[0]->first))      \
    X(c1_words, kb_log_byte(c.box[1]->words))                                               \
    X(c1_links, kb_share(c.box[1]->link_words, c.box[1]->words))                            \
    X(c1_prose, kb_share(c.box[1]->prose_words, c.box[1]->words))                           \
    X(c1_blocks, kb_log_byte(c.box[1]->end - c.box[1]->first))                              \
    X(c1_children, kb_log_byte(c.box[1]->children))                                         \
    X(c1_share, kb_share(c.box[0]->words, c.box[1]->words))                                 \
    X(c1_at, kb_share(i - c.box[1]->first, c.box[1]->end - c.box[1]->first))                \
    X(c1_stops, kb_share(c.box[1]->blocks_with_stop, c.box[1]->end - c.box[1]->first))      \
    X(c2_words, kb_log_byte(c.box[2]->words))                                               \
    X(c2_links, kb_share(c.box[2]->link_words, c.box[2]->words))                            \
    X(c2_prose, kb_share(c.box[2]->prose_words, c.box[2]->words))                           \
    X(c2_blocks, kb_log_byte(c.box[2]->end - c.box[2]->first))                              \
    X(c2_children, kb_log_byte(c.box[2]->children))                                         \
    X(c2_at, kb_share(i - c.box[2]->first, c.box[2]->end - c.box[2]->first))                \
    X(c3_words, kb_log_byte(c.box[3]->words))                                               \
    X(c3_links, kb_share(c.box[3]->link_words, c.box[3]->words))                            \
    X(c3_prose, kb_share(c.box[3]->prose_words, c.box[3]->words))                           \
    X(c3_children, kb_log_byte(c.box[3]->children))                                         \
    X(c4_links, kb_share(c.box[4]->link_words, c.box[4]->words))                            \
    X(c4_prose, kb_share(c.box[4]->prose_words, c.box[4]->words))                           \
    X(to_half, lies_to(f, f->main_half, b, i))                                           \
    X(to_most, lies_to(f, f->main_most, b, i))                                           \
    X(to_direct, lies_to(f, f->main_direct, b, i))                                       \
    X(s0_count, kb_log_byte(g[0]->count))                                                   \
    X(s0_words, kb_log_byte(g[0]->words / g[0]->count))                                     \
    X(s0_links, kb_share(g[0]->link_words, g[0]->words))                                    \
    X(s0_prose, kb_share(g[0]->prose, g[0]->words))                                         \
    X(s0_inside, kb_share(g[0]->inside, g[0]->count))                                       \
    X(s0_share, kb_share(g[0]->prose, f->blocks->prose_words))                              \
    X(s1_count, kb_log_byte(g[1]->count))                                                   \
    X(s1_words, kb_log_byte(g[1]->words / g[1]->count))                                     \
    X(s1_links, kb_share(g[1]->link_words, g[1]->words))                                    \
    X(s1_prose, kb_share(g[1]->prose, g[1]->words))                                         \
    X(s1_inside, kb_share(g[1]->inside, g[1]->count))                                       \
    X(s1_share, kb_share(g[1]->prose, f->blocks->prose_words))                              \
    X(s2_count, kb_log_byte(g[2]->count))                                                   \
    X(s2_words, kb_log_byte(g[2]->words / g[2]->count))                                     \
    X(s2_links, kb_share(g[2]->link_words, g[2]->words))                                    \
    X(s2_prose, kb_share(g[2]->prose, g[2]->words))                                         \
    X(s2_share, kb_share(g[2]->prose, f->blocks->prose_words))                              \
    X(p1_words, n[0].words) X(p1_links, n[0].links) X(p1_kind, n[0].kind)                \
    X(p1_stop, n[0].stop) X(p1_box, n[0].same_box) X(p1_sign, n[0].same_sign)            \
    X(n1_words, n[1].words) X(n1_links, n[1].links) X(n1_kind, n[1].kind)                \
    X(n1_stop, n[1].stop) X(n1_box, n[1].same_box) X(n1_sign, n[1].same_sign)            \
    X(p2_words, n[2].words) X(p2_links, n[2].links) X(p2_kind, n[2].kind)                \
    X(p2_stop, n[2].stop) X(p2_box, n[2].same_box) X(p2_sign, n[2].same_sign)            \
    X(n2_words, n[3].words) X(n2_links, n[3].links) X(n2_kind, n[3].kind)                \
    X(n2_stop, n[3].stop) X(n2_box, n[3].same_box) X(n2_sign, n[3].same_sign)            \
    X(p3_words, n[4].words) X(p3_links, n[4].links) X(p3_kind, n[4].kind)                \
    X(n3_words, n[5].words) X(n3_links, n[5].links) X(n3_kind, n[5].kind)                \
    X(w3_words, w[0].words) X(w3_links, w[0].links) X(w3_prose, w[0].prose)              \
    X(w8_words, w[1].words) X(w8_links, w[1].links) X(w8_prose, w[1].prose)              \
    X(b12_words, w[2].words) X(b12_links, w[2].links) X(b12_prose, w[2].prose)           \
    X(a12_words, w[3].words) X(a12_links, w[3].links) X(a12_prose, w[3].prose)           \
    X(heading_away, hd.at < i ? kb_log_byte(i - hd.at) : 255)                               \
    X(heading_words, hd.at < i ? kb_log_byte(f->words_before[i] - f->words_before[hd.at]) : 255) \
    X(heading_level, hd.level)                                                           \
    X(heading_near, hd.at < i ? kb_flag(kb_fact_container(f, kb_fact_block(f, hd.at)) == c.index[0]) : 0) \
    X(next_heading, next_heading > i ? kb_log_byte(next_heading - i) : 255)                 \
    X(title_away, f->title_block < count ? kb_signed_log((long long)i - f->title_block) : 0) \
    X(title_words_away, f->title_block < count                                           \
          ? kb_signed_log((long long)f->words_before[i] - f->words_before[f->title_block]) : 0) \
    X(is_title, kb_flag(i == f->title_block))                                               \
    X(first_prose_away, kb_signed_log((long long)i - f->first_prose))                       \
    X(last_prose_away, kb_signed_log((long long)i - f->last_prose))                         \
    X(at_blocks, kb_share(i, count))                                                        \
    X(at_words, kb_share(f->words_before[i], f->blocks->words))                             \
    X(at_prose, kb_share(f->prose_before[i], f->blocks->prose_words))                       \
    X(in_half, kb_share(i - mh->first, i >= mh->first ? mh->end - mh->first : 0))           \
    X(dup_count, kb_log_byte(f->dup_count[f->dup_of[i]] - 1))                               \
    X(dup_again, kb_flag(f->dup_of[i] != i))                                                \
    X(page_words, kb_log_byte(f->blocks->words / 8))                                        \
    X(page_blocks, kb_log_byte(count / 4))                                                  \
    X(page_links, kb_share(f->blocks->link_words, f->blocks->words))                        \
    X(page_prose, kb_share(f->blocks->prose_words, f->blocks->words))                       \
    X(page_prose_words, kb_log_byte(f->blocks->prose_words / 4))                            \
    X(page_main, kb_share(kb_fact_box(f, f->main_direct)->prose_words, f->blocks->prose_words))  \
    X(page_half_links, kb_share(mh->link_words, mh->words))                                 \
    X(page_paragraphs, kb_share(f->paragraphs, count))                                      \
    X(page_items, kb_share(f->items, count))                                                \
    X(page_cells, kb_share(f->cells, count))                                                \
    X(page_headings, kb_share(f->headings, count))                                          \
    X(page_articles, kb_log_byte(f->articles))                                              \
    X(page_comments, kb_log_byte(f->comment_boxes))                                         \
    X(page_forms, kb_log_byte(f->forms))                                                    \
    X(page_times, kb_log_byte(f->times))                                                    \
    X(page_h1, kb_log_byte(f->h1s))                                                         \
    X(type_article, kb_flag(f->meta->types & KB_TYPE_ARTICLE))                              \
    X(type_product, kb_flag(f->meta->types & KB_TYPE_PRODUCT))                              \
    X(type_forum, kb_flag(f->meta->types & KB_TYPE_FORUM))                                  \
    X(type_listing, kb_flag(f->meta->types & KB_TYPE_LISTING))                              \
    X(type_other, (uint8_t)((f->meta->types >> 4 & 31) * 8))                             \
    X(l_related, phrase(f, i, SIGN(READ_ALSO)))                                          \
    X(l_share, phrase(f, i, SIGN(SHARE)))                                                \
    X(l_comments, phrase(f, i, SIGN(COMMENTS) | SIGN(COUNTER)))                          \
    X(l_letter, phrase(f, i, SIGN(NEWSLETTER) | SIGN(SUBSCRIBE)))                        \
    X(l_ad, phrase(f, i, SIGN(AD)))                                                      \
    X(l_notice, phrase(f, i, SIGN(COOKIES) | SIGN(ERROR_PAGE)))                          \
    X(l_byline, phrase(f, i, SIGN(BYLINE) | SIGN(ABOUT_AUTHOR)))                         \
    X(l_photo, phrase(f, i, SIGN(PHOTO)))                                                \
    X(l_source, phrase(f, i, SIGN(SOURCE) | SIGN(UPDATED)))                              \
    X(l_heading_related, hd.at < i ? phrase(f, hd.at, SIGN(READ_ALSO)) : 0)              \
    X(l_heading_comments, hd.at < i ? phrase(f, hd.at, SIGN(COMMENTS)) : 0)              \
    X(l_heading_other, hd.at < i ? phrase(f, hd.at, SIGN(NEWSLETTER) | SIGN(SUBSCRIBE) |  \
                                          SIGN(ABOUT_AUTHOR) | SIGN(SHARE) |             \
                                          SIGN(COOKIES)) : 0)                            \
    X(since_comments, since(last->comments, i))                                          \
    X(since_related, since(last->related, i))                                            \
    X(since_letter, since(last->letter, i))                                              \
    X(m_mean, odds(b->remembered))                                                       \
    X(m_head, odds(b->remembered_head))                                                  \
    X(m_least, odds(b->remembered_least))                                                \
    X(m_sum, odds(b->remembered * (int)b->word_count / 16))                              \
    X(m_p1, odds_at(f, at - 1)) X(m_n1, odds_at(f, at + 1))                              \
    X(m_w3, odds_around(f, at - 3, at + 4))                                              \
    X(m_heading, hd.at < i ? odds_at(f, hd.at) : 128)                                    \
    X(url_root, f->url_root) X(url_depth, f->url_depth) X(url_digits, f->url_digits)     \
    X(url_slug, f->url_slug_words) X(url_html, f->url_html) X(url_length, f->url_length)

/* Nearness columns follow the list: the tag groups, then the class words. */
static const char *const near_names[KB_NEAR] = {
    "near_other", "near_div", "near_p", "near_heading", "near_li", "near_list", "near_cell",
    "near_table", "near_definition", "near_quote", "near_pre", "near_figure",
    "near_caption", "near_article", "near_main", "near_section", "near_aside", "near_nav",
    "near_header", "near_footer", "near_form", "near_button", "near_details",
    "near_address",
#define X(name) "class_" #name,
    KB_CLASS_LIST(X)
#undef X
};

static const char *const list_names[] = {
#define X(name, value) #name,
    FEATURES(X)
#undef X
};

enum { LISTED = KB_COUNT(list_names) };

size_t kb_page_feature_count(void) {
    return LISTED + KB_NEAR;
}

const char *kb_page_feature_name(size_t feature) {
    return feature < LISTED ? list_names[feature] : near_names[feature - LISTED];
}

static void fill_row(const struct kb_facts *f, size_t i, struct heading hd, size_t next_heading,
                     const struct last_signs *last, uint8_t *out, size_t stride) {
    const struct kb_block *b = &f->blocks->items[i];
    const struct kb_box *own = kb_fact_box(f, b->box), *mh = kb_fact_box(f, f->main_half);
    const size_t count = f->blocks->count;
    const long long at = (long long)i;
    const struct kb_group *g[KB_SIGNATURES];
    struct chain c;
    fill_chain(f, b, &c);
    for (int k = 0; k < KB_SIGNATURES; k++)
        g[k] = &f->groups[k][f->group_of[k][i]];
    const struct around n[6] = {look_at(f, i, -1), look_at(f, i, 1), look_at(f, i, -2),
                                look_at(f, i, 2), look_at(f, i, -3), look_at(f, i, 3)};
    const struct window w[4] = {sum_window(f, at - 3, at + 4), sum_window(f, at - 8, at + 9),
                                sum_window(f, at - 12, at), sum_window(f, at + 1, at + 13)};
#define X(name, value)                                                                   \
    *out = (uint8_t)(value);                                                             \
    out += stride;
    FEATURES(X)
#undef X
    for (size_t k = 0; k < KB_NEAR; k++, out += stride)
        *out = near_of(f, b, k);
}

enum kb_status kb_page_features(const struct kb_facts *f, struct kb_arena *arena,
                                struct kb_matrix *out) {
    size_t n = f->blocks->count, next = 0;
    struct heading hd = {.at = (uint32_t)n};
    struct last_signs last = {0};
    *out = (struct kb_matrix){.rows = n, .stride = (n + 31) / 32 * 32,
                              .columns = kb_page_feature_count()};
    if (!n)
        return KB_OK;
    out->data = kb_arena_alloc(arena, out->columns * out->stride);
    if (!out->data)
        return KB_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        if (next <= i)
            for (next = i + 1; next < n && !is_heading(f, next); next++)
                ;
        note_signs(f, i, &last);
        fill_row(f, i, hd, next < n ? next : 0, &last, out->data + i, out->stride);
        if (is_heading(f, i))
            hd = (struct heading){(uint32_t)i, heading_byte(f, i)};
    }
    return KB_OK;
}

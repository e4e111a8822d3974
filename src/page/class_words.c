/* What the words of class names hint at: an attribute's value enters, bits leave.
 *
 * Only words of general English markup, as web authors everywhere use them; no site's own
 * names.  They are weak signs, weighed by the model; it works without them too. */
#include "page/blocks.h"

#define B(name) (1u << KB_CLASS_##name)

/* clang-format off */
static const struct {
    const char *word;
    uint32_t bits;
} words[] = {
    {"content", B(CONTENT)},      {"body", B(CONTENT)},
    {"text", B(CONTENT)},         {"main", B(CONTENT)},
    {"maincontent", B(CONTENT)},  {"paragraph", B(CONTENT)},
    {"richtext", B(CONTENT)},     {"prose", B(CONTENT)},
    {"markdown", B(CONTENT)},     {"wysiwyg", B(CONTENT)},
    {"detail", B(CONTENT)},       {"article", B(ENTRY)},
    {"post", B(ENTRY)},           {"entry", B(ENTRY)},
    {"story", B(ENTRY)},          {"news", B(ENTRY)},
    {"blog", B(ENTRY)},           {"articlebody", B(BODYPROP) | B(CONTENT)},
    {"comment", B(COMMENT)},      {"comments", B(COMMENT)},
    {"disqus", B(COMMENT)},       {"respond", B(COMMENT)},
    {"commentlist", B(COMMENT)},  {"nav", B(NAV)},
    {"navigation", B(NAV)},       {"menu", B(NAV)},
    {"navbar", B(NAV)},           {"breadcrumb", B(NAV)},
    {"breadcrumbs", B(NAV)},      {"pagination", B(NAV)},
    {"pager", B(NAV)},            {"toc", B(NAV)},
    {"submenu", B(NAV)},          {"dropdown", B(NAV)},
    {"header", B(HEADER)},        {"head", B(HEADER)},
    {"banner", B(HEADER)},        {"masthead", B(HEADER)},
    {"topbar", B(HEADER)},        {"hero", B(HEADER)},
    {"footer", B(FOOTER)},        {"foot", B(FOOTER)},
    {"bottom", B(FOOTER)},        {"copyright", B(FOOTER)},
    {"contentinfo", B(FOOTER)},   {"sidebar", B(SIDEBAR)},
    {"aside", B(SIDEBAR)},        {"rail", B(SIDEBAR)},
    {"side", B(SIDEBAR)},         {"complementary", B(SIDEBAR)},
    {"widget", B(SIDEBAR)},       {"widgets", B(SIDEBAR)},
    {"related", B(RELATED)},      {"recommended", B(RELATED)},
    {"recommendations", B(RELATED)}, {"recommendation", B(RELATED)},
    {"more", B(RELATED)},         {"popular", B(RELATED)},
    {"trending", B(RELATED)},     {"latest", B(RELATED)},
    {"recirculation", B(RELATED)}, {"recirc", B(RELATED)},
    {"similar", B(RELATED)},      {"also", B(RELATED)},
    {"next", B(RELATED)},         {"prev", B(RELATED)},
    {"previous", B(RELATED)},     {"suggested", B(RELATED)},
    {"share", B(SHARE)},          {"sharing", B(SHARE)},
    {"social", B(SHARE)},         {"facebook", B(SHARE)},
    {"twitter", B(SHARE)},        {"whatsapp", B(SHARE)},
    {"follow", B(SHARE)},         {"like", B(SHARE)},
    {"ad", B(AD)},                {"ads", B(AD)},
    {"advert", B(AD)},            {"advertisement", B(AD)},
    {"adv", B(AD)},               {"sponsor", B(AD)},
    {"sponsored", B(AD)},         {"promo", B(AD)},
    {"promotion", B(AD)},         {"outbrain", B(AD)},
    {"taboola", B(AD)},           {"cta", B(AD)},
    {"meta", B(META)},            {"date", B(META)},
    {"time", B(META)},            {"timestamp", B(META)},
    {"published", B(META)},       {"datetime", B(META)},
    {"info", B(META)},            {"dateline", B(META)},
    {"byline", B(AUTHOR)},        {"author", B(AUTHOR)},
    {"authors", B(AUTHOR)},       {"bio", B(AUTHOR)},
    {"profile", B(AUTHOR)},       {"avatar", B(AUTHOR)},
    {"user", B(AUTHOR)},          {"username", B(AUTHOR)},
    {"caption", B(CAPTION)},      {"credit", B(CAPTION)},
    {"credits", B(CAPTION)},      {"figure", B(CAPTION)},
    {"image", B(CAPTION)},        {"img", B(CAPTION)},
    {"photo", B(CAPTION)},        {"gallery", B(CAPTION)},
    {"video", B(CAPTION)},        {"media", B(CAPTION)},
    {"picture", B(CAPTION)},      {"thumbnail", B(CAPTION)},
    {"slideshow", B(CAPTION)},    {"carousel", B(CAPTION)},
    {"player", B(CAPTION)},       {"newsletter", B(NEWSLETTER)},
    {"subscribe", B(NEWSLETTER)}, {"subscription", B(NEWSLETTER)},
    {"signup", B(NEWSLETTER)},    {"paywall", B(NEWSLETTER)},
    {"login", B(NEWSLETTER)},     {"register", B(NEWSLETTER)},
    {"signin", B(NEWSLETTER)},    {"piano", B(NEWSLETTER)},
    {"cookie", B(COOKIE)},        {"cookies", B(COOKIE)},
    {"consent", B(COOKIE)},       {"gdpr", B(COOKIE)},
    {"modal", B(COOKIE)},         {"popup", B(COOKIE)},
    {"overlay", B(COOKIE)},       {"dialog", B(COOKIE)},
    {"hidden", B(HIDDEN)},        {"hide", B(HIDDEN)},
    {"sr", B(HIDDEN)},            {"screen", B(HIDDEN)},
    {"skip", B(HIDDEN)},          {"visually", B(HIDDEN)},
    {"invisible", B(HIDDEN)},     {"print", B(HIDDEN)},
    {"noprint", B(HIDDEN)},       {"summary", B(SUMMARY)},
    {"lead", B(SUMMARY)},         {"standfirst", B(SUMMARY)},
    {"excerpt", B(SUMMARY)},      {"intro", B(SUMMARY)},
    {"subtitle", B(SUMMARY)},     {"deck", B(SUMMARY)},
    {"description", B(SUMMARY)},  {"abstract", B(SUMMARY)},
    {"subheadline", B(SUMMARY)},  {"dek", B(SUMMARY)},
    {"lede", B(SUMMARY)},         {"subhead", B(SUMMARY)},
    {"title", B(TITLE)},          {"headline", B(TITLE)},
    {"heading", B(TITLE)},        {"kicker", B(TITLE)},
    {"quote", B(QUOTE)},          {"pullquote", B(QUOTE)},
    {"blockquote", B(QUOTE)},     {"box", B(INFOBOX)},
    {"infobox", B(INFOBOX)},      {"fact", B(INFOBOX)},
    {"factbox", B(INFOBOX)},      {"callout", B(INFOBOX)},
    {"note", B(INFOBOX)},         {"highlight", B(INFOBOX)},
    {"highlights", B(INFOBOX)},   {"keypoints", B(INFOBOX)},
    {"product", B(PRODUCT)},      {"price", B(PRODUCT)},
    {"cart", B(PRODUCT)},         {"shop", B(PRODUCT)},
    {"sku", B(PRODUCT)},          {"review", B(REVIEW)},
    {"reviews", B(REVIEW)},       {"rating", B(REVIEW)},
    {"testimonial", B(REVIEW)},   {"testimonials", B(REVIEW)},
    {"list", B(LIST)},            {"grid", B(LIST)},
    {"items", B(LIST)},           {"feed", B(LIST)},
    {"results", B(LIST)},         {"card", B(CARD)},
    {"teaser", B(CARD)},          {"item", B(CARD)},
    {"tile", B(CARD)},            {"tag", B(TAGS)},
    {"tags", B(TAGS)},            {"category", B(TAGS)},
    {"categories", B(TAGS)},      {"topics", B(TAGS)},
    {"topic", B(TAGS)},           {"label", B(TAGS)},
    {"thread", B(FORUM)},         {"message", B(FORUM)},
    {"reply", B(FORUM) | B(COMMENT)}, {"replies", B(FORUM) | B(COMMENT)},
    {"forum", B(FORUM)},          {"question", B(FORUM)},
    {"answer", B(FORUM)},         {"button", B(BUTTON)},
    {"btn", B(BUTTON)},           {"link", B(BUTTON)},
    {"links", B(BUTTON)},         {"tab", B(BUTTON)},
    {"tabs", B(BUTTON)},          {"toggle", B(BUTTON)},
    {"toolbar", B(BUTTON)},       {"icon", B(BUTTON)},
    {"accordion", B(BUTTON)},     {"search", B(NAV)},
};
/* clang-format on */

enum { LONGEST = 16, HASHED = 256 /* bytes */ };

/* FNV-1a, taken letter by letter while a word is read. */
#define HASH_SEED 0x811C9DC5u

static uint32_t hash_letter(uint32_t h, char c) {
    return (h ^ (unsigned char)c) * 0x01000193u;
}

static size_t slot_of(uint32_t h) {
    return (h ^ h >> 15) % KB_CLASS_SLOTS;
}

void kb_class_table_init(struct kb_class_table *table) {
    memset(table, 0, sizeof *table);
    for (size_t i = 0; i < KB_COUNT(words); i++) {
        uint32_t h = HASH_SEED;
        for (const char *p = words[i].word; *p; p++)
            h = hash_letter(h, *p);
        size_t slot = slot_of(h);
        while (table->slots[slot].bits)
            slot = (slot + 1) % KB_CLASS_SLOTS;
        table->slots[slot].hash = h;
        table->slots[slot].bits = words[i].bits;
    }
}

/* A word is known by its hash alone: what is taken for one by chance is a weak sign more
 * among many. */
static uint32_t look_up(const struct kb_class_table *table, uint32_t h) {
    for (size_t slot = slot_of(h); table->slots[slot].bits;
         slot = (slot + 1) % KB_CLASS_SLOTS)
        if (table->slots[slot].hash == h)
            return table->slots[slot].bits;
    return 0;
}

/* Words end at anything but a letter, and where a capital follows a small letter. */
struct kb_class_said kb_class_words(const struct kb_class_table *table,
                                    struct kb_str value) {
    struct kb_class_said said = {HASH_SEED, 0};
    uint32_t word = HASH_SEED;
    size_t n = 0; /* letters of the word */
    bool small = false;
    value = kb_str_slice(value, 0, KB_LIMIT_META_BYTES - 1);
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        bool before = small, capital = c >= 'A' && c <= 'Z';
        small = c >= 'a' && c <= 'z';
        if (!small && (before || !capital)) {
            if (n && n <= LONGEST)
                said.bits |= look_up(table, word);
            n = 0;
            word = HASH_SEED;
        }
        c = (char)(capital ? c | 0x20 : c);
        if (small || capital) {
            word = hash_letter(word, c);
            n++;
        }
        if (!kb_is_digit(c) && i < HASHED)
            said.hash = hash_letter(said.hash, c);
    }
    if (n && n <= LONGEST)
        said.bits |= look_up(table, word);
    return said;
}

/* schema.org's classes and Open Graph's types, as far as they tell what a page is.
 *
 * Enters the name of a class, as an address or alone; leaves type bits. */
#include "page/meta.h"

struct kb_str kb_page_type_name(struct kb_str type) {
    for (size_t i = type.n; i > 0; i--)
        if (type.p[i - 1] == '/' || type.p[i - 1] == '#' || type.p[i - 1] == ':')
            return kb_str_slice(type, i, type.n);
    return type;
}

uint32_t kb_page_type_bits(struct kb_str type) {
    static const struct {
        const char *end;
        uint32_t bits;
    } ends[] = {{"Article", KB_TYPE_ARTICLE},
                {"BlogPosting", KB_TYPE_ARTICLE},
                {"Report", KB_TYPE_ARTICLE},
                {"ForumPosting", KB_TYPE_FORUM},
                {"SocialMediaPosting", KB_TYPE_FORUM},
                {"QAPage", KB_TYPE_FORUM},
                {"Question", KB_TYPE_FORUM},
                {"Product", KB_TYPE_PRODUCT},
                {"ProductGroup", KB_TYPE_PRODUCT},
                {"ItemList", KB_TYPE_LISTING},
                {"CollectionPage", KB_TYPE_LISTING},
                {"SearchResultsPage", KB_TYPE_LISTING},
                {"OfferCatalog", KB_TYPE_LISTING},
                {"VideoObject", KB_TYPE_VIDEO},
                {"Recipe", KB_TYPE_RECIPE},
                {"Organization", KB_TYPE_ORGANIZATION},
                {"Corporation", KB_TYPE_ORGANIZATION},
                {"LocalBusiness", KB_TYPE_ORGANIZATION},
                {"WebSite", KB_TYPE_WEBSITE},
                {"FAQPage", KB_TYPE_FAQ}};
    if (kb_str_starts_nocase(type, KB_STR("video.")))
        return KB_TYPE_VIDEO;
    struct kb_str name = kb_page_type_name(type);
    uint32_t bits = 0;
    for (size_t i = 0; i < KB_COUNT(ends); i++) {
        struct kb_str end = kb_str_z(ends[i].end);
        if (name.n >= end.n &&
            kb_str_equal_nocase(kb_str_slice(name, name.n - end.n, name.n), end))
            bits |= ends[i].bits;
    }
    return bits;
}

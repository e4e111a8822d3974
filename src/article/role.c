/* What a text is: its own, an agency's, compiled, taken over, translated, handed out.
 *
 * In: the sources that were found and who else had a part.  Out: one role, or unknown
 * where the page does not let one tell. */
#include "article/sources.h"

static size_t with_rel(const struct kb_finder *f, enum kb_rel rel) {
    size_t n = 0;
    for (size_t i = 0; i < f->count; i++)
        n += f->sources[i].rel == rel;
    return n;
}

static size_t credited_agencies(const struct kb_finder *f) {
    size_t n = 0;
    for (size_t i = 0; i < f->count; i++)
        n += f->sources[i].rel == KB_REL_CREDITED &&
             f->sources[i].kind == KB_SOURCE_AGENCY;
    return n;
}

static enum kb_role role_of(const struct kb_finder *f) {
    const struct kb_article *a = f->article;
    if (f->press_release)
        return KB_ROLE_PRESS_RELEASE;
    if (with_rel(f, KB_REL_TRANSLATED))
        return KB_ROLE_TRANSLATION;
    if (with_rel(f, KB_REL_REPUBLISHED))
        return KB_ROLE_REPUBLICATION;
    if (with_rel(f, KB_REL_COMPILED) >= 2 || f->agencies || credited_agencies(f) >= 2)
        return KB_ROLE_COMPILATION;
    if (with_rel(f, KB_REL_CREDITED))
        return f->staff || f->sign.n  ? KB_ROLE_REWRITE
               : credited_agencies(f) ? KB_ROLE_AGENCY_COPY
                                      : KB_ROLE_REWRITE;
    if (with_rel(f, KB_REL_QUOTED) >= 3)
        return KB_ROLE_COMPILATION;
    if (!a->author_count && !a->publisher.n && !a->byline.n && !a->dateline.raw.n)
        return KB_ROLE_UNKNOWN;
    return KB_ROLE_ORIGINAL;
}

void kb_role_decide(struct kb_finder *f) {
    struct kb_provenance *p = &f->article->provenance;
    p->roles[0] = role_of(f);
    p->role_count = 1;
}

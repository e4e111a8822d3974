/* What a text is: its own, an agency's, compiled, taken over, translated, handed out.
 *
 * In: the sources that were found and who else had a part.  Out: one role, the likeliest,
 * and a second one where the page is both or does not let one tell; unknown where it says
 * nothing at all. */
#include "article/sources.h"

/* A text that quotes so many media for its facts may be compiled from them. */
enum { COMPILED_MEDIA = 3 };

struct tally {
    size_t rel[KB_REL_OF_PAGES];
    size_t agencies; /* credited, or compiled from */
};

static struct tally count(const struct kb_finder *f) {
    struct tally t = {{0}, 0};
    for (size_t i = 0; i < f->count; i++) {
        const struct kb_source *s = &f->sources[i];
        t.rel[s->rel]++;
        t.agencies += s->kind == KB_SOURCE_AGENCY &&
                      (s->rel == KB_REL_CREDITED || s->rel == KB_REL_COMPILED);
    }
    return t;
}

static void say(struct kb_provenance *p, enum kb_role role) {
    for (size_t i = 0; i < p->role_count; i++)
        if (p->roles[i] == role)
            return;
    if (p->role_count < KB_ROLES_MOST)
        p->roles[p->role_count++] = role;
}

/* A text that credits somebody. */
static void decide_credited(const struct kb_finder *f, const struct tally *t,
                            struct kb_provenance *p) {
    if (t->rel[KB_REL_COMPILED] + f->agencies >= 2 || f->agencies || t->agencies >= 2) {
        say(p, KB_ROLE_COMPILATION);
        return;
    }
    bool staff = f->staff || f->sign.n;
    say(p, staff || !t->agencies ? KB_ROLE_REWRITE : KB_ROLE_AGENCY_COPY);
    if (!staff && t->agencies && f->article->author_count)
        say(p, KB_ROLE_REWRITE); /* is the writer the agency's or the house's? */
}

/* A text that credits nobody: its own, if the page says whose. */
static void decide_own(const struct kb_finder *f, const struct tally *t,
                       struct kb_provenance *p) {
    const struct kb_article *a = f->article;
    bool signed_by = a->author_count || a->byline.n || a->dateline.raw.n || a->desk.n;
    if (!signed_by && !f->house && !t->rel[KB_REL_QUOTED] && !a->publisher.n) {
        say(p, KB_ROLE_UNKNOWN);
        return;
    }
    say(p, KB_ROLE_ORIGINAL);
    if (t->rel[KB_REL_QUOTED] >= COMPILED_MEDIA)
        say(p, KB_ROLE_COMPILATION);
    else if (t->rel[KB_REL_QUOTED] && f->rests)
        say(p, KB_ROLE_REWRITE); /* it rests on the medium that it begins with */
    else if (!signed_by && !f->house)
        say(p, KB_ROLE_UNKNOWN);
}

void kb_role_decide(struct kb_finder *f) {
    struct kb_provenance *p = &f->article->provenance;
    const struct tally t = count(f);
    if (f->press_release)
        say(p, KB_ROLE_PRESS_RELEASE);
    if (t.rel[KB_REL_TRANSLATED])
        say(p, KB_ROLE_TRANSLATION);
    if (t.rel[KB_REL_REPUBLISHED] || t.rel[KB_REL_TRANSLATED])
        say(p, t.rel[KB_REL_TRANSLATED] && t.agencies ? KB_ROLE_AGENCY_COPY
                                                      : KB_ROLE_REPUBLICATION);
    if (!p->role_count && t.rel[KB_REL_CREDITED] + t.rel[KB_REL_COMPILED])
        decide_credited(f, &t, p);
    if (!p->role_count)
        decide_own(f, &t, p);
}

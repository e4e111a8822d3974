/* Feeds' icons: what people know a feed by at a glance.
 *
 *     a feed was read         kb_icons_offer    → whether its icon is to be looked for
 *     icons are due           kb_icons_ask      → requests
 *     an answer came          kb_icons_answered → the next request, or the file
 *
 * Tried one after the other are the address that the feed itself names, the icon that its
 * home page names, and /favicon.ico there.  What came is taken where its bytes are a
 * picture's without scripts (fetch/picture.h) and few; a podcast's cover is too large and
 * the site's icon stands for it.  An icon is looked for again after weeks. */
#ifndef KB_WIRE_ICONS_H
#define KB_WIRE_ICONS_H

#include "fetch/fetch.h"

struct kb_round;
struct kb_visit;
struct kb_icon_job;

/* The visit's feed was read, within its transaction. */
enum kb_status kb_icons_offer(struct kb_visit *visit);

/* Some of those that are due are asked for (kb_round_ask_icon). */
enum kb_status kb_icons_ask(struct kb_round *round);

/* An answer to what a job asked for; the job goes on, or has ended and is freed. */
enum kb_status kb_icons_answered(struct kb_round *round, struct kb_icon_job *job,
                                 const struct kb_answer *answer);
void kb_icons_free(struct kb_icon_job *job);

#endif

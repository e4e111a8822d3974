/* Inside feed: what an address looks like, by general rules: an article's, a list's, a
 * file's. */
#ifndef KB_FEED_SHAPE_H
#define KB_FEED_SHAPE_H

#include "base/base.h"

struct kb_shape {
    int depth;     /* segments of the path */
    int words;     /* of the last segment, between hyphens */
    int id_digits; /* the longest run of digits in it */
    int foreign;   /* letters past ASCII in it, escaped ones too */
    bool dated;    /* "/2024/05/", "20240503", "2024-05-03" */
    bool mixed;    /* an id of letters and digits: "c51x8qr9v0do" */
    bool page;     /* ends like a page: ".html" */
    bool file;     /* ends like a picture, a feed, a paper */
    bool listing;  /* a tag's, an author's, a search's */
    bool query_id; /* "?id=4711" */
};

/* The shape of an absolute address. */
void kb_shape_read(struct kb_str url, struct kb_shape *shape);

/* How much an address looks like an article's: from KB_SHAPE_ARTICLE on it does. */
enum { KB_SHAPE_ARTICLE = 4 };
int kb_shape_score(const struct kb_shape *shape);

/* Whether two hosts are of one site: the same, or one below the other. */
bool kb_shape_same_site(struct kb_str a, struct kb_str b);

/* Whether an address ends as those of feeds do: "/feed", "/rss.xml", "?feed=rss2". */
bool kb_shape_is_feed(struct kb_str url);

/* An address's path, without query and fragment; "/" at least is meant by "". */
struct kb_str kb_shape_path(struct kb_str url);

#endif

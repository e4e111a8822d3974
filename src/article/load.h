/* What the files share that read a record back: load.c leads and makes the body,
 * load_fields.c reads the fields.  Internal to article. */
#ifndef KB_ARTICLE_LOAD_H
#define KB_ARTICLE_LOAD_H

#include "article/article.h"

#include <yyjson.h>

struct kb_load {
    struct kb_loader *loader;
    struct kb_article *article;
    struct kb_err *err;
    enum kb_status status; /* the first fault stays */
};

/* Every field into the article but the body, which is made of the content_html that is
 * returned: it belongs to root's document. */
struct kb_str kb_load_fields(struct kb_load *load, yyjson_val *root);

#endif

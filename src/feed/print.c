/* The record → JSON Feed 1.1. */
#include "feed/feed.h"

void kb_feed_print(const struct kb_feed *feed, int indent, struct kb_buf *out) {
    struct kb_json json;
    kb_json_init(&json, out, indent);
    kb_json_object(&json);
    kb_json_field(&json, "version", KB_STR("https://jsonfeed.org/version/1.1"));
    kb_json_field(&json, "title", feed->c.title);
    kb_json_object_end(&json);
    kb_buf_char(out, '\n');
}

/* What is kept, told as JSON. */
#ifndef KB_WIRE_TELL_H
#define KB_WIRE_TELL_H

#include "wire/kept.h"

/* What is JSON already, behind its key. */
void kb_tell_raw(struct kb_json *json, struct kb_str value);

/* A moment as RFC 3339 in UTC; nothing where it is 0. */
void kb_tell_time(struct kb_json *json, const char *key, int64_t moment);

/* An article's row as an object; its members alone. */
void kb_tell_row(struct kb_json *json, const struct kb_row *row);
void kb_tell_row_members(struct kb_json *json, const struct kb_row *row);

/* A story's row: the members of an object that is open. */
void kb_tell_story(struct kb_json *json, const struct kb_story_row *row);

/* "roles" and "sources": what the page says of its sources, with its words. */
void kb_tell_sources(struct kb_json *json, const struct kb_article *article);

/* An array of the chain's edges that begin (ends: that end) at the article of a place. */
void kb_tell_edges(struct kb_json *json, const struct kb_kept_story *story, size_t place,
                   const char *key, bool ends);

#endif

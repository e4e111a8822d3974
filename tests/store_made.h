/* Made-up articles for the tests of the store. */
#ifndef STORE_MADE_H
#define STORE_MADE_H

#include "store/store.h"

/* Article number i, revision r: its id ("a0000012"), title and text follow from them.
 * Every fifth is German, every third of the same outlet; texts have 40 to 300 words. */
struct made {
    struct kb_article article;
    char id[16], title[80], url[80], domain[32], text[4096];
};
void kb_made(struct made *made, unsigned i, unsigned revision);

/* Keeps article i within a transaction: every article whose number is no multiple of 4
 * goes to the story of the multiple before it, where that is there. */
enum kb_status kb_made_keep(struct kb_store *store, unsigned i, int64_t *n,
                            struct kb_err *err);

/* Takes an article away, and counts its story again. */
enum kb_status kb_made_drop(struct kb_store *store, int64_t n, struct kb_err *err);

/* Opens with a short wait; NULL where it fails. */
struct kb_store *kb_made_open(const char *path, enum kb_store_mode mode, const char *vfs,
                              struct kb_err *err);

/* A new name in the folder for temporary files, and all that may lie under it away. */
void kb_made_path(char path[64]);
void kb_made_remove(const char *path);

#endif

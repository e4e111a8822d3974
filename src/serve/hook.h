/* One hook: its secret, what a delivery says and how it is signed, what an answer means.
 * Pure but for random bytes, and for the rows that kb_hook_print reads.
 *
 * Signed as Standard Webhooks 1.0 has it (standardwebhooks.com), because programs can
 * check that by a library in a dozen languages, and because the delivery's id and its
 * moment are signed together with the body: who recorded a delivery cannot send it again
 * later, as they can where the body alone is signed.  Stripe's form does the same under a
 * name of its own; GitHub's signs the body alone, but is what simple receivers know, so
 * it is sent beside, and the body has id and moment in it too. */
#ifndef KB_SERVE_HOOK_H
#define KB_SERVE_HOOK_H

#include "fetch/fetch.h"
#include "store/store.h"

enum {
    KB_HOOK_SECRET_BYTES = 51,    /* "whsec_", 32 random bytes in base64, a NUL */
    KB_HOOK_ID_BYTES = 33,        /* of a delivery: hexadecimal, a NUL */
    KB_HOOK_SIGNATURE_BYTES = 48, /* "v1,", base64, a NUL */
    KB_HOOK_PLAIN_BYTES = 72      /* "sha256=", hexadecimal, a NUL */
};

enum kb_status kb_hook_secret_make(char secret[KB_HOOK_SECRET_BYTES],
                                   struct kb_err *err) KB_MUST_USE;

/* The id of what a hook is told from row->mark to row->up_to: the same each time that it
 * is tried, and nobody else's. */
bool kb_hook_id(const struct kb_hook_row *row, char id[KB_HOOK_ID_BYTES]);

/* webhook-signature, by the secret's bytes, of "ID.SECONDS.BODY"; X-Kabar-Signature, by
 * the secret's text, of the body. */
bool kb_hook_sign(struct kb_str secret, const char *id, int64_t now, struct kb_str body,
                  char signature[KB_HOOK_SIGNATURE_BYTES]);
void kb_hook_sign_plain(struct kb_str secret, struct kb_str body,
                        char signature[KB_HOOK_PLAIN_BYTES]);

/* What a delivery says. */
struct kb_hook_message {
    const struct kb_hook_row *row;
    const char *id;
    int64_t now;
    bool test; /* a trial, which changes nothing */
    const struct kb_hook_news *news;
    size_t count;
};

/* The body: stories as /api/v1/stories tells them, and for each the article by which it
 * came.  arena is scratch. */
enum kb_status kb_hook_print(struct kb_store *store,
                             const struct kb_hook_message *message,
                             struct kb_arena *arena, struct kb_buf *body,
                             struct kb_err *err) KB_MUST_USE;

/* What an answer makes of the hook: told, to be tried again later, resting, gone.  Its
 * texts are the answer's, the row's or static. */
void kb_hook_took(struct kb_hook_row *row, const struct kb_answer *answer, bool test,
                  int64_t now);

/* Can a hook have this address?  Else KB_EINPUT and why.  What its name stands for is
 * looked at by each delivery. */
enum kb_status kb_hook_check_url(const struct kb_guard *guard, struct kb_str url,
                                 struct kb_err *err) KB_MUST_USE;

#endif

/* target: an address as somebody wrote it → one that can be asked.  Inside fetch.
 *
 * libcurl's own parser reads it, and the handle that it fills is the one that libcurl
 * later asks by: what the guard has judged and what is connected to cannot differ. */
#ifndef KB_FETCH_TARGET_H
#define KB_FETCH_TARGET_H

#include <curl/curl.h>

#include "base/base.h"

struct kb_target {
    CURLU *handle;  /* for CURLOPT_CURLU: no user, no password, no fragment */
    char *url;      /* the same, written out: ASCII */
    char *host;     /* small letters; a name in Punycode, an address without brackets */
    char *user;     /* out of the URL; NULL where it had none */
    char *password; /* … */
    unsigned port;
    bool https;
};

/* Reads url, relative to base where that is not empty.  Numbers in odd spellings
 * (0x7f.1, 2130706433), percent signs and full-width digits in a host are undone;
 * invisible characters in it, schemes but http and https, and what is no address are
 * refused with a sentence.  *target is always in a state to be freed. */
enum kb_status kb_target_read(struct kb_target *target, struct kb_str url,
                              struct kb_str base, struct kb_err *err) KB_MUST_USE;
void kb_target_free(struct kb_target *target);

/* Same scheme, host and port; with upgrade also http at 80 → https at 443. */
bool kb_target_same_origin(const struct kb_target *from, const struct kb_target *to,
                           bool upgrade);

#endif

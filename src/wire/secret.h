/* Secrets: passwords that people choose, and texts that are made for their programs.
 *
 * A password is kept as Argon2id (RFC 9106), by libsodium, which is slow on purpose.  A
 * made text has 256 random bits, so that nobody can guess it and a quick hash of it is
 * enough: SHA-256 (FIPS 180-4).  Secrets themselves are never kept. */
#ifndef KB_WIRE_SECRET_H
#define KB_WIRE_SECRET_H

#include "base/base.h"

enum {
    KB_SECRET_BYTES = 44,      /* a made text: 43 letters and digits, and a NUL */
    KB_SECRET_HASH_BYTES = 32, /* of one */
    KB_PASSWORD_BYTES = 128,   /* a kept password, its NUL included */
    KB_PASSWORD_LEAST = 8,     /* characters of one that is chosen */
    KB_PASSWORD_MOST = 1024,   /* … bytes */
    KB_FEVER_KEY_BYTES = 33
};

/* A new text in base64url (RFC 4648, section 5). */
enum kb_status kb_secret_make(char text[KB_SECRET_BYTES], struct kb_err *err) KB_MUST_USE;

/* The hash that a made text is kept and found by. */
void kb_secret_hash(struct kb_str text, unsigned char hash[KB_SECRET_HASH_BYTES]);

/* HMAC-SHA-256 (RFC 2104, FIPS 180-4) of a text by a key of any length, and whether two
 * are the same, told in a time that does not depend on where they differ. */
void kb_secret_mac(struct kb_str key, struct kb_str text,
                   unsigned char mac[KB_SECRET_HASH_BYTES]);
bool kb_secret_same(const void *a, const void *b, size_t n);

/* What Fever's apps show: MD5 of "name:password" in hexadecimal.  It is no more than a
 * plain password, which is why only made texts are used for it. */
enum kb_status kb_secret_fever(struct kb_str name, struct kb_str password,
                               char key[KB_FEVER_KEY_BYTES],
                               struct kb_err *err) KB_MUST_USE;

/* The text that a chosen password is kept as.  KB_EINPUT where it is too short, too long
 * or not UTF-8.  Takes some 64 MiB and a tenth of a second. */
enum kb_status kb_password_keep(struct kb_str password, char kept[KB_PASSWORD_BYTES],
                                struct kb_err *err) KB_MUST_USE;

/* Is it the password?  Takes as long; also where kept is empty or no kept password, so
 * that who asks cannot tell a name that is there from one that is not. */
bool kb_password_is(struct kb_str kept, struct kb_str password);

/* Leaves nothing of a secret where it was, whatever the compiler thinks of it. */
void kb_secret_wipe(void *secret, size_t n);

#endif

/* People: who reads this wire, and what lets them in.  Names, hashes and bits enter; rows
 * leave.  What a secret is and how it is hashed is wire/secret.h's. */
#ifndef KB_STORE_PEOPLE_H
#define KB_STORE_PEOPLE_H

#include "store/file.h"

/* The first person, whom `kabar init` makes: an owner without a password. */
enum { KB_USER_FIRST = 1 };

/* Bytes of a person's name: for a line on a screen and a header of HTTP. */
enum { KB_USER_NAME_BYTES = 60 };

struct kb_user_row {
    int64_t n, added, seen; /* added 0: with the file; seen 0: never */
    bool owner;             /* may change what is everybody's; else a reader */
    struct kb_str name;
    struct kb_str password; /* Argon2id, as libsodium prints it; empty: none is set */
    struct kb_str settings; /* JSON: what they set in the browser */
};

/* By the name, in letters of any size; by the number.  KB_EINPUT where there is none. */
enum kb_status kb_store_user(struct kb_store *store, struct kb_str name,
                             struct kb_arena *arena, struct kb_user_row *row,
                             struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_user_at(struct kb_store *store, int64_t n, struct kb_arena *arena,
                                struct kb_user_row *row, struct kb_err *err) KB_MUST_USE;

/* All of them, by their numbers. */
enum kb_status kb_store_users(struct kb_store *store, struct kb_arena *arena,
                              struct kb_user_row **rows, size_t *count,
                              struct kb_err *err) KB_MUST_USE;

/* A new person, who follows nothing yet.  KB_EINPUT where the name is taken, empty, too
 * long, or has a colon, a slash or a control character in it: it stands before a colon in
 * logins. */
struct kb_user_new {
    struct kb_str name, password; /* password: hashed; may be empty */
    bool owner;
    int64_t now;
};
enum kb_status kb_store_user_add(struct kb_store *store, const struct kb_user_new *user,
                                 int64_t *n, struct kb_err *err) KB_MUST_USE;

enum kb_user_setting {
    KB_USER_SET_NAME,     /* app passwords' Fever keys go: they are made of the name */
    KB_USER_SET_ROLE,     /* "owner", "reader"; the last owner stays one */
    KB_USER_SET_PASSWORD, /* hashed; empty: none */
    KB_USER_SET_SETTINGS  /* JSON, merged into what is set: RFC 7396 */
};
enum kb_status kb_store_user_set(struct kb_store *store, int64_t n,
                                 enum kb_user_setting what, struct kb_str value,
                                 struct kb_err *err) KB_MUST_USE;

/* They were here now. */
enum kb_status kb_store_user_seen(struct kb_store *store, int64_t n, int64_t now,
                                  struct kb_err *err) KB_MUST_USE;

/* The person goes with their marks, rules and passes; feeds that nobody else follows go
 * too, articles stay.  The last owner stays (KB_EINPUT). */
enum kb_status kb_store_user_remove(struct kb_store *store, int64_t n,
                                    struct kb_err *err) KB_MUST_USE;

/* ---- passes ------------------------------------------------------------------------ */

enum kb_pass_kind {
    KB_PASS_SESSION, /* a browser's cookie */
    KB_PASS_APP,     /* a reader app's password */
    KB_PASS_TOKEN    /* a program's */
};
extern const char *const kb_pass_kinds[]; /* "session", "app", "token" */

/* What a token may do; sessions and app passwords may do what the person may. */
enum kb_scope {
    KB_SCOPE_READ = 1,  /* see articles, stories and feeds */
    KB_SCOPE_MARK = 2,  /* mark as read, star, tag */
    KB_SCOPE_FEEDS = 4, /* follow feeds and leave them; rules */
    KB_SCOPE_ADMIN = 8, /* what owners may */
    KB_SCOPES_ALL = 15
};
/* "read mark" ↔ bits.  KB_EINPUT names the word that is none. */
enum kb_status kb_scopes_read(struct kb_str text, unsigned *scopes,
                              struct kb_err *err) KB_MUST_USE;
enum { KB_SCOPES_BYTES = 32 };
void kb_scopes_print(unsigned scopes, char text[KB_SCOPES_BYTES]);

struct kb_pass_row {
    int64_t n, user;
    int64_t added, used, expires; /* used: to the minute; expires 0: never */
    enum kb_pass_kind kind;
    unsigned scopes; /* bits of kb_scope */
    bool owner;      /* the person is one */
    struct kb_str user_name, name, agent, client;
};

struct kb_pass_new {
    int64_t user, now, expires;
    enum kb_pass_kind kind;
    unsigned scopes;
    struct kb_str name;          /* a person's word for it: "Phone" */
    struct kb_str hash;          /* 32 bytes */
    struct kb_str fever;         /* hex, of app passwords; else empty */
    struct kb_str agent, client; /* the program and its address; may be empty */
};
enum kb_status kb_store_pass_add(struct kb_store *store, const struct kb_pass_new *pass,
                                 int64_t *n, struct kb_err *err) KB_MUST_USE;

/* The pass with this hash, or this Fever key; *found is false where there is none of the
 * kind, or where it has expired.  Reads only.  *stale: its `used` is a minute old or
 * more, and who can write may call kb_store_pass_used. */
enum kb_status kb_store_pass(struct kb_store *store, enum kb_pass_kind kind,
                             struct kb_str hash, int64_t now, struct kb_arena *arena,
                             struct kb_pass_row *row, bool *found, bool *stale,
                             struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_pass_fever(struct kb_store *store, struct kb_str key, int64_t now,
                                   struct kb_arena *arena, struct kb_pass_row *row,
                                   bool *found, bool *stale,
                                   struct kb_err *err) KB_MUST_USE;

/* It was used now, by this program from there (empty: as before); expires 0: as
 * before. */
enum kb_status kb_store_pass_used(struct kb_store *store, int64_t n, int64_t now,
                                  int64_t expires, struct kb_str agent,
                                  struct kb_str client, struct kb_err *err) KB_MUST_USE;

/* A person's, all kinds, the latest first. */
enum kb_status kb_store_passes(struct kb_store *store, int64_t user,
                               struct kb_arena *arena, struct kb_pass_row **rows,
                               size_t *count, struct kb_err *err) KB_MUST_USE;

/* Ends one of a person's; KB_EINPUT where they have none of that number. */
enum kb_status kb_store_pass_end(struct kb_store *store, int64_t user, int64_t n,
                                 struct kb_err *err) KB_MUST_USE;

/* Ends all of a person's of a kind but one (0: all). */
enum kb_status kb_store_passes_end(struct kb_store *store, int64_t user,
                                   enum kb_pass_kind kind, int64_t but, int64_t *count,
                                   struct kb_err *err) KB_MUST_USE;

/* Ends everybody's that have expired. */
enum kb_status kb_store_passes_expire(struct kb_store *store, int64_t now, int64_t *count,
                                      struct kb_err *err) KB_MUST_USE;

#endif

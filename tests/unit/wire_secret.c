/* Secrets: each new, hashed as the standards say, passwords told apart. */
#include "unit.h"

#include "wire/secret.h"

static void makes_new_ones(void) {
    char a[KB_SECRET_BYTES], b[KB_SECRET_BYTES];
    struct kb_err err;
    CHECK(kb_secret_make(a, &err) == KB_OK && kb_secret_make(b, &err) == KB_OK);
    CHECK_INT(strlen(a), KB_SECRET_BYTES - 1);
    CHECK(strcmp(a, b) != 0);
}

static void hashes(void) {
    /* FIPS 180-4's example "abc". */
    static const unsigned char abc[4] = {0xba, 0x78, 0x16, 0xbf};
    unsigned char hash[KB_SECRET_HASH_BYTES];
    char key[KB_FEVER_KEY_BYTES];
    struct kb_err err;
    kb_secret_hash(KB_STR("abc"), hash);
    CHECK(memcmp(hash, abc, sizeof(abc)) == 0);
    CHECK(kb_secret_fever(KB_STR("a"), KB_STR("b"), key, &err) == KB_OK);
    CHECK_STR(kb_str_z(key), "d8160c9b3dc20d4e931aeb4f45262155");
}

static void tells_passwords_apart(void) {
    char kept[KB_PASSWORD_BYTES];
    struct kb_err err;
    CHECK(kb_password_keep(KB_STR("seven77"), kept, &err) == KB_EINPUT);
    CHECK(kb_password_keep(KB_STR("\xff\xfe long enough"), kept, &err) == KB_EINPUT);
    CHECK(kb_password_keep(KB_STR("pasar malam"), kept, &err) == KB_OK);
    CHECK(kb_str_starts(kb_str_z(kept), KB_STR("$argon2id$")));
    CHECK(kb_password_is(kb_str_z(kept), KB_STR("pasar malam")));
    CHECK(!kb_password_is(kb_str_z(kept), KB_STR("pasar Malam")));
    CHECK(!kb_password_is(KB_STR_NONE, KB_STR("pasar malam")));
    CHECK(!kb_password_is(KB_STR("$argon2id$nonsense"), KB_STR("pasar malam")));
}

UNIT_MAIN(makes_new_ones, hashes, tells_passwords_apart)

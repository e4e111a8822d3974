/* Passwords and made texts, by libsodium; MD5, which it rightly has not, by OpenSSL. */
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>

#include "wire/secret.h"

/* One try of a password: OWASP's least is 19 MiB; this is libsodium's "interactive". */
static const unsigned long long OPERATIONS = crypto_pwhash_OPSLIMIT_INTERACTIVE;
static const size_t MEMORY = crypto_pwhash_MEMLIMIT_INTERACTIVE;

static enum kb_status ready(struct kb_err *err) {
    return sodium_init() >= 0
               ? KB_OK
               : kb_err_set(err, KB_EIO, "this system gives no random bytes");
}

enum kb_status kb_secret_make(char text[KB_SECRET_BYTES], struct kb_err *err) {
    unsigned char bytes[32];
    enum kb_status status = ready(err);
    text[0] = '\0';
    if (status != KB_OK)
        return status;
    randombytes_buf(bytes, sizeof(bytes));
    (void)sodium_bin2base64(text, KB_SECRET_BYTES, bytes, sizeof(bytes),
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof(bytes));
    return KB_OK;
}

void kb_secret_hash(struct kb_str text, unsigned char hash[KB_SECRET_HASH_BYTES]) {
    (void)crypto_hash_sha256(hash, (const unsigned char *)(text.n ? text.p : ""), text.n);
}

void kb_secret_mac(struct kb_str key, struct kb_str text,
                   unsigned char mac[KB_SECRET_HASH_BYTES]) {
    crypto_auth_hmacsha256_state state;
    _Static_assert(KB_SECRET_HASH_BYTES == crypto_auth_hmacsha256_BYTES, "SHA-256's");
    (void)crypto_auth_hmacsha256_init(&state, (const unsigned char *)(key.n ? key.p : ""),
                                      key.n);
    (void)crypto_auth_hmacsha256_update(
        &state, (const unsigned char *)(text.n ? text.p : ""), text.n);
    (void)crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof state);
}

bool kb_secret_same(const void *a, const void *b, size_t n) {
    return sodium_memcmp(a, b, n) == 0;
}

enum kb_status kb_secret_fever(struct kb_str name, struct kb_str password,
                               char key[KB_FEVER_KEY_BYTES], struct kb_err *err) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool good = md && EVP_DigestInit_ex(md, EVP_md5(), NULL) == 1 &&
                EVP_DigestUpdate(md, name.n ? name.p : "", name.n) == 1 &&
                EVP_DigestUpdate(md, ":", 1) == 1 &&
                EVP_DigestUpdate(md, password.n ? password.p : "", password.n) == 1 &&
                EVP_DigestFinal_ex(md, hash, &n) == 1 && n == 16;
    EVP_MD_CTX_free(md);
    key[0] = '\0';
    if (!good)
        return kb_err_set(err, KB_EIO,
                          "this system's OpenSSL has no MD5, which Fever wants");
    (void)sodium_bin2hex(key, KB_FEVER_KEY_BYTES, hash, n);
    return KB_OK;
}

enum kb_status kb_password_keep(struct kb_str password, char kept[KB_PASSWORD_BYTES],
                                struct kb_err *err) {
    enum kb_status status = ready(err);
    kept[0] = '\0';
    _Static_assert(KB_PASSWORD_BYTES >= crypto_pwhash_STRBYTES, "a kept password fits");
    if (status != KB_OK)
        return status;
    if (password.n > KB_PASSWORD_MOST || kb_utf8_valid_prefix(password) != password.n ||
        kb_utf8_count(password) < KB_PASSWORD_LEAST)
        return kb_err_set(err, KB_EINPUT,
                          "a password has %d characters or more, and %d bytes at most; "
                          "a sentence that only you would write is a good one",
                          KB_PASSWORD_LEAST, KB_PASSWORD_MOST);
    return crypto_pwhash_str(kept, password.p, password.n, OPERATIONS, MEMORY) == 0
               ? KB_OK
               : kb_err_set(err, KB_ENOMEM, "not enough memory to keep the password");
}

bool kb_password_is(struct kb_str kept, struct kb_str password) {
    /* Nobody's: a try against it costs what any other does, and it is never right. */
    static const char nobodys[] = "$argon2id$v=19$m=65536,t=2,p=1$"
                                  "AAAAAAAAAAAAAAAAAAAAAA$"
                                  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    char text[crypto_pwhash_STRBYTES] = {0};
    bool known = kept.n && kept.n < sizeof(text);
    if (sodium_init() < 0 || password.n > KB_PASSWORD_MOST)
        return false;
    if (known)
        memcpy(text, kept.p, kept.n);
    bool good = crypto_pwhash_str_verify(known ? text : nobodys,
                                         password.n ? password.p : "", password.n) == 0;
    return known && good;
}

void kb_secret_wipe(void *secret, size_t n) {
    sodium_memzero(secret, n);
}

/* OpenSSL's digests, when a hub brings something, an archive is written, or Fever is
 * given a password. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "late.h"

KB_LATE_NOTE(crypto, KB_LATE_CRYPTO, "checks what hubs bring")

#define LATE(type, name, params, args) KB_LATE(KB_LATE_CRYPTO, type, name, params, args)

LATE(int, CRYPTO_memcmp, (const void *a, const void *b, size_t n), (a, b, n))
LATE(const EVP_MD *, EVP_md5, (void), ())
LATE(const EVP_MD *, EVP_sha1, (void), ())
LATE(const EVP_MD *, EVP_sha256, (void), ())
LATE(const EVP_MD *, EVP_sha384, (void), ())
LATE(const EVP_MD *, EVP_sha512, (void), ())
LATE(EVP_MD_CTX *, EVP_MD_CTX_new, (void), ())
KB_LATE_VOID(KB_LATE_CRYPTO, EVP_MD_CTX_free, (EVP_MD_CTX * md), (md))
LATE(int, EVP_DigestInit_ex, (EVP_MD_CTX * md, const EVP_MD *type, ENGINE *engine),
     (md, type, engine))
LATE(int, EVP_DigestUpdate, (EVP_MD_CTX * md, const void *bytes, size_t n),
     (md, bytes, n))
LATE(int, EVP_DigestFinal_ex, (EVP_MD_CTX * md, unsigned char *digest, unsigned *n),
     (md, digest, n))
LATE(unsigned char *, HMAC,
     (const EVP_MD *type, const void *key, int key_n, const unsigned char *text,
      size_t text_n, unsigned char *mac, unsigned *mac_n),
     (type, key, key_n, text, text_n, mac, mac_n))

/* Addresses that the fetcher asks: the input is a base and an address, parted by a line
 * feed.  What is read is ASCII, http or https, reads as itself again, and is in no doubt:
 * a host that the C library would take for a number is an address that the guard
 * knows. */
#include "fetch/fetch.h"
#include "fetch/target.h"
#include "fuzz.h"

#include <arpa/inet.h>

/* What inet_aton makes of it (0x7f.1, 2130706433) must not differ from what was
 * judged. */
static void check_number(struct kb_str host) {
    struct kb_address address;
    struct in_addr found;
    bool known = kb_address_parse(&address, host);
    if (!inet_aton(host.p, &found))
        return;
    if (!known || address.v6)
        kb_fuzz_fail("a number in disguise");
    if (memcmp(&found, address.bytes, 4) != 0)
        kb_fuzz_fail("a number that is read in two ways");
    if (kb_guard_host(NULL, host, 80) != kb_address_kind(&address))
        kb_fuzz_fail("a written address that is not judged as one");
}

static void check(const struct kb_target *target) {
    struct kb_target again;
    struct kb_err err = {0};
    struct kb_str url = kb_str_z(target->url), host = kb_str_z(target->host);
    if (!kb_str_starts(url, KB_STR("https://")) && !kb_str_starts(url, KB_STR("http://")))
        kb_fuzz_fail("an address of another kind");
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || (unsigned char)url.p[i] >= 0x7f)
            kb_fuzz_fail("an address that is not ASCII");
    if (!host.n || target->port > 65535)
        kb_fuzz_fail("no host, or no port");
    if (kb_str_find(host, KB_STR("@")) != KB_NOT_FOUND)
        kb_fuzz_fail("a login in the host");
    check_number(host);
    if (kb_target_read(&again, url, KB_STR_NONE, &err) != KB_OK)
        kb_fuzz_fail("an address that does not read again");
    if (!kb_str_equal(kb_str_z(again.host), host) || again.port != target->port ||
        again.https != target->https || again.user || again.password)
        kb_fuzz_fail("an address that reads as another one");
    kb_target_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size}, base = KB_STR_NONE;
    struct kb_target target;
    struct kb_err err = {0};
    size_t end = kb_str_find_byte(input, '\n');
    if (end != KB_NOT_FOUND) {
        base = kb_str_slice(input, 0, end);
        input = kb_str_slice(input, end + 1, input.n);
    }
    if (memchr(base.p ? base.p : "", 0, base.n))
        return 0;
    if (kb_target_read(&target, input, base, &err) == KB_OK)
        check(&target);
    kb_target_free(&target);
    return 0;
}

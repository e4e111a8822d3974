/* One address's bytes over HTTP: an address in, what stands there out.
 *
 * The client keeps what must not be broken (no private addresses, limits, certificates);
 * here an answer becomes bytes with what is known of them, or a sentence about why there
 * are none.  `kabar fetch` does more: it finds feeds, looks at robots.txt, keeps
 * states. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "address.h"

bool kb_cli_is_address(const char *operand) {
    return strncasecmp(operand, "http://", 7) == 0 ||
           strncasecmp(operand, "https://", 8) == 0;
}

static void keep(void *arg, void *context, struct kb_answer *answer) {
    struct kb_answer **kept = arg;
    (void)context;
    *kept = answer;
}

/* What libraries take as NUL-terminated; NULL where it is empty, and without memory. */
static char *zero_ended(struct kb_str s) {
    return s.n ? strndup(s.p, s.n) : NULL;
}

static kabar_status said(kabar_error *error, struct kb_str text, kabar_status status) {
    return kb_cli_error(error, status, "%.*s", (int)text.n, text.n ? text.p : "");
}

static kabar_status judge(const struct kb_answer *answer, size_t max,
                          kabar_error *error) {
    if (answer->fault == KB_FAULT_MEMORY)
        return kb_cli_error(error, KABAR_ENOMEM, "not enough memory for the answer");
    if (answer->fault == KB_FAULT_TOO_LARGE)
        return kb_cli_error(error, KABAR_ELIMIT,
                            "the answer has more than %zu bytes, unpacked (max-bytes): "
                            "raise the limit with --max-bytes",
                            max);
    if (answer->fault == KB_FAULT_REFUSED)
        return kb_cli_error(error, KABAR_EIO, "%.*s (--allow-private)",
                            (int)answer->message.n, answer->message.p);
    if (answer->fault != KB_FAULT_NONE)
        return said(error, answer->message, KABAR_EIO);
    if (answer->status < 200 || answer->status > 299)
        return kb_cli_error(error, KABAR_EIO, "the server answers %d%s", answer->status,
                            answer->status == 401   ? ": it wants a login"
                            : answer->status == 403 ? ": it refuses"
                            : answer->status == 404 ? ": there is nothing at the address"
                            : answer->status == 410 ? ": it is gone for good"
                            : answer->status == 429 ? ": it was asked too often"
                            : answer->status >= 500 ? ": it has a fault of its own"
                                                    : "");
    return KABAR_OK;
}

static kabar_status ask(struct kb_client *client, const struct kb_request *request,
                        struct kb_answer **answer, kabar_error *error) {
    struct kb_err err = {KB_OK, ""};
    enum kb_status status = kb_client_add(client, request, NULL, &err);
    while (status == KB_OK && !*answer && kb_client_open(client))
        status = kb_client_step(client, 1000, keep, answer, &err);
    if (status == KB_OK && *answer)
        return judge(*answer, request->max_bytes, error);
    if (status == KB_OK)
        status = kb_err_set(&err, KB_EIO, "no answer came");
    return said(error, kb_str_z(err.text[0] ? err.text : kb_status_text(status)),
                (kabar_status)status);
}

kabar_status kb_cli_address_load(struct kb_cli_address *address, const char *url,
                                 const char *allow, size_t max, kabar_error *error) {
    const struct kb_request request = {
        .url = kb_str_z(url), .wanted = KB_WANT_FEED, .max_bytes = max};
    struct kb_client_options options;
    struct kb_client *client = NULL;
    struct kb_guard *guard = kb_guard_new();
    struct kb_err err = {KB_OK, ""};
    enum kb_status status = KB_OK;
    kabar_status result;

    *address = (struct kb_cli_address){.answer = NULL};
    kb_client_defaults(&options);
    options.guard = guard;
    if (!guard)
        status = KB_ENOMEM;
    if (status == KB_OK && allow)
        status = kb_guard_allow(guard, kb_str_z(allow), &err);
    if (status == KB_OK)
        status = kb_client_new(&client, &options, &err);
    if (status != KB_OK) {
        result = said(error, kb_str_z(err.text[0] ? err.text : kb_status_text(status)),
                      (kabar_status)status);
        goto out;
    }
    result = ask(client, &request, &address->answer, error);
    if (result == KABAR_OK) {
        address->url = zero_ended(address->answer->url);
        address->content_type = zero_ended(address->answer->content_type);
        address->content_language =
            zero_ended(kb_answer_header(address->answer, KB_STR("content-language")));
        if (!address->url)
            result = kb_cli_error(error, KABAR_ENOMEM, "not enough memory");
    }
out:
    kb_client_free(client);
    kb_guard_free(guard);
    return result;
}

void kb_cli_address_free(struct kb_cli_address *address) {
    free(address->url);
    free(address->content_type);
    free(address->content_language);
    if (address->answer)
        kb_answer_free(address->answer);
    *address = (struct kb_cli_address){.answer = NULL};
}

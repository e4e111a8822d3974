/* libcurl, when something is first asked for over HTTP: with what it needs itself (TLS,
 * SSH, LDAP, Kerberos) it is half of all the libraries. */
#include <curl/curl.h>
#include <stdarg.h>

#include "late.h"

KB_LATE_NOTE(curl, KB_LATE_CURL, "asks for feeds and pages")

#define LATE(type, name, params, args) KB_LATE(KB_LATE_CURL, type, name, params, args)

LATE(CURLcode, curl_global_init, (long flags), (flags))
KB_LATE_VOID(KB_LATE_CURL, curl_global_cleanup, (void), ())
KB_LATE_VOID(KB_LATE_CURL, curl_free, (void *p), (p))
LATE(struct curl_slist *, curl_slist_append, (struct curl_slist * list, const char *text),
     (list, text))
KB_LATE_VOID(KB_LATE_CURL, curl_slist_free_all, (struct curl_slist * list), (list))

/* ---- addresses --------------------------------------------------------------------- */

LATE(CURLU *, curl_url, (void), ())
KB_LATE_VOID(KB_LATE_CURL, curl_url_cleanup, (CURLU * url), (url))
/* Later versions read from what is const. */
typedef __typeof__(_Generic(&curl_url_get,
                            CURLUcode (*)(CURLU *, CURLUPart, char **, unsigned)
                            : (CURLU *)NULL, default
                            : (const CURLU *)NULL)) url_to_read;
LATE(CURLUcode, curl_url_get,
     (url_to_read url, CURLUPart part, char **text, unsigned flags),
     (url, part, text, flags))
LATE(CURLUcode, curl_url_set,
     (CURLU * url, CURLUPart part, const char *text, unsigned flags),
     (url, part, text, flags))
LATE(const char *, curl_url_strerror, (CURLUcode code), (code))

/* ---- one transfer ------------------------------------------------------------------ */

LATE(CURL *, curl_easy_init, (void), ())
KB_LATE_VOID(KB_LATE_CURL, curl_easy_cleanup, (CURL * easy), (easy))
KB_LATE_VOID(KB_LATE_CURL, curl_easy_reset, (CURL * easy), (easy))
LATE(const char *, curl_easy_strerror, (CURLcode code), (code))

/* The kind of an option's value stands in its number. */
enum { KIND = 10000, KIND_LONG = 0, KIND_FUNCTION = 2, KIND_OFFSET = 3 };

static CURLcode set(CURL *easy, CURLoption option, va_list values) {
    CURLcode (*function)(CURL *, CURLoption, ...);
    KB_LATE_FUNCTION(KB_LATE_CURL, "curl_easy_setopt")
    switch ((int)option / KIND) {
    case KIND_LONG: return function(easy, option, va_arg(values, long));
    case KIND_FUNCTION: return function(easy, option, va_arg(values, void (*)(void)));
    case KIND_OFFSET: return function(easy, option, va_arg(values, curl_off_t));
    default: return function(easy, option, va_arg(values, void *));
    }
}

CURLcode(curl_easy_setopt)(CURL *easy, CURLoption option, ...) {
    va_list values;
    va_start(values, option);
    CURLcode code = set(easy, option, values);
    va_end(values);
    return code;
}

/* Where a value is to be put, whatever it is. */
static CURLcode get(CURL *easy, CURLINFO info, void *value) {
    CURLcode (*function)(CURL *, CURLINFO, ...);
    KB_LATE_FUNCTION(KB_LATE_CURL, "curl_easy_getinfo")
    return function(easy, info, value);
}

CURLcode(curl_easy_getinfo)(CURL *easy, CURLINFO info, ...) {
    va_list values;
    va_start(values, info);
    CURLcode code = get(easy, info, va_arg(values, void *));
    va_end(values);
    return code;
}

/* ---- many transfers ---------------------------------------------------------------- */

LATE(CURLM *, curl_multi_init, (void), ())
LATE(CURLMcode, curl_multi_cleanup, (CURLM * multi), (multi))
LATE(CURLMcode, curl_multi_add_handle, (CURLM * multi, CURL *easy), (multi, easy))
LATE(CURLMcode, curl_multi_remove_handle, (CURLM * multi, CURL *easy), (multi, easy))
LATE(CURLMcode, curl_multi_perform, (CURLM * multi, int *running), (multi, running))
LATE(CURLMcode, curl_multi_poll,
     (CURLM * multi, struct curl_waitfd fds[], unsigned count, int ms, int *ready),
     (multi, fds, count, ms, ready))
LATE(CURLMcode, curl_multi_wakeup, (CURLM * multi), (multi))
LATE(CURLMsg *, curl_multi_info_read, (CURLM * multi, int *left), (multi, left))
LATE(const char *, curl_multi_strerror, (CURLMcode code), (code))

static CURLMcode set_many(CURLM *multi, CURLMoption option, va_list values) {
    CURLMcode (*function)(CURLM *, CURLMoption, ...);
    KB_LATE_FUNCTION(KB_LATE_CURL, "curl_multi_setopt")
    switch ((int)option / KIND) {
    case KIND_LONG: return function(multi, option, va_arg(values, long));
    case KIND_FUNCTION: return function(multi, option, va_arg(values, void (*)(void)));
    case KIND_OFFSET: return function(multi, option, va_arg(values, curl_off_t));
    default: return function(multi, option, va_arg(values, void *));
    }
}

CURLMcode(curl_multi_setopt)(CURLM *multi, CURLMoption option, ...) {
    va_list values;
    va_start(values, option);
    CURLMcode code = set_many(multi, option, values);
    va_end(values);
    return code;
}

/* Statuses and error messages: a status enters, its name or its sentence leaves. */
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name, *text;
} statuses[] = {
#define X(code, name, text, http) {name, text},
    KB_STATUS_LIST(X)
#undef X
};

const char *kb_status_name(enum kb_status status) {
    return (size_t)status < KB_COUNT(statuses) ? statuses[status].name : "unknown";
}

const char *kb_status_text(enum kb_status status) {
    return (size_t)status < KB_COUNT(statuses) ? statuses[status].text : "unknown status";
}

enum kb_status kb_err_set(struct kb_err *err, enum kb_status status, const char *format,
                          ...) {
    va_list args;
    if (!err)
        return status;
    err->status = status;
    va_start(args, format);
    if (vsnprintf(err->text, sizeof err->text, format, args) < 0)
        err->text[0] = '\0';
    va_end(args);
    return status;
}

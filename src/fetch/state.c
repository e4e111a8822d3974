/* A feed's state ↔ JSON.
 *
 * Enters struct kb_fetch_state, leaves the members of an object; and back.  A state is
 * kept where people and other programs can write too, and what is read goes into sums of
 * seconds and into requests: so numbers are held within what a clock may show, and a text
 * with a control character in it, which would end a header's line, is forgotten. */
#include "fetch/state.h"

/* The last second of the year 9999: sums of a few of these stay numbers. */
#define MOST_SECONDS INT64_C(253402300799)

/* The names, and the most that a number may be; the least is 0. */
/* clang-format off */
#define TEXTS(X) X(address) X(trial) X(etag) X(last_modified)
#define NUMBERS(X)                                                                       \
    X(int64_t, trial_since, MOST_SECONDS) X(uint32_t, trial_seen, UINT32_MAX)            \
    X(int64_t, full_at, MOST_SECONDS) X(uint32_t, not_modified, UINT32_MAX)              \
    X(int64_t, distrusted_till, MOST_SECONDS) X(int64_t, last_success, MOST_SECONDS)     \
    X(uint32_t, failures, UINT32_MAX) X(int64_t, failing_since, MOST_SECONDS)            \
    X(int64_t, next, KB_FETCH_NEVER) X(int64_t, lease_until, MOST_SECONDS)               \
    X(int64_t, left_until, MOST_SECONDS)                                                 \
    X(int64_t, wishes.ttl, MOST_SECONDS) X(int64_t, wishes.update, MOST_SECONDS)         \
    X(uint32_t, wishes.skip_hours, 0xFFFFFF) X(uint8_t, wishes.skip_days, 0x7F)          \
    X(int64_t, rhythm.newest, MOST_SECONDS)
#define HASHES(X) X(body_hash) X(seed) /* any 64 bits, printed as a signed number */
/* clang-format on */

static bool is_sound(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F)
            return false;
    return kb_utf8_valid_prefix(s) == s.n;
}

/* A header that is no UTF-8 cannot stand in JSON, and another one may not be sent back:
 * it is forgotten. */
static void print_text(struct kb_json *json, const char *key, struct kb_str value) {
    if (is_sound(value))
        kb_json_field(json, key, value);
}

static void print_number(struct kb_json *json, const char *key, int64_t value) {
    if (!value)
        return;
    kb_json_field_int(json, key, value);
}

void kb_fetch_state_print(struct kb_json *json, const struct kb_fetch_state *state) {
#define X(field) print_text(json, #field, state->field);
    TEXTS(X)
#undef X
#define X(type, field, most) print_number(json, #field, (int64_t)state->field);
    NUMBERS(X)
#undef X
#define X(field) print_number(json, #field, (int64_t)state->field);
    HASHES(X)
#undef X
    if (state->rhythm.count) {
        kb_json_field_array(json, "rhythm.gaps");
        for (size_t i = 0; i < state->rhythm.count; i++)
            kb_json_int(json, state->rhythm.gaps[i]);
        kb_json_array_end(json);
    }
    if (state->gone) {
        kb_json_field_bool(json, "gone", true);
    }
}

/* ---- back -------------------------------------------------------------------------- */

struct reading {
    yyjson_val *object;
    struct kb_err *err;
    enum kb_status status; /* the first fault stays */
};

static void fault(struct reading *r, const char *key, const char *wants) {
    if (r->status == KB_OK)
        r->status = kb_err_set(r->err, KB_EINPUT, "\"%s\" wants %s", key, wants);
}

static struct kb_str read_text(struct reading *r, const char *key) {
    yyjson_val *value = yyjson_obj_get(r->object, key);
    struct kb_str s = {yyjson_get_str(value), yyjson_get_len(value)};
    if (value && !yyjson_is_str(value))
        fault(r, key, "a string");
    return is_sound(s) ? s : KB_STR_NONE;
}

static int64_t within(yyjson_val *value, int64_t most) {
    if (yyjson_is_sint(value)) /* below 0 */
        return 0;
    uint64_t number = yyjson_get_uint(value);
    return number > (uint64_t)most ? most : (int64_t)number;
}

static int64_t read_number(struct reading *r, const char *key, int64_t most) {
    yyjson_val *value = yyjson_obj_get(r->object, key);
    if (value && !yyjson_is_int(value))
        fault(r, key, "a whole number");
    return within(value, most);
}

static uint64_t read_hash(struct reading *r, const char *key) {
    yyjson_val *value = yyjson_obj_get(r->object, key);
    if (value && !yyjson_is_int(value))
        fault(r, key, "a whole number");
    return yyjson_get_uint(value); /* of a negative one the same bits */
}

static void read_gaps(struct reading *r, struct kb_fetch_rhythm *rhythm) {
    yyjson_val *gaps = yyjson_obj_get(r->object, "rhythm.gaps"), *value;
    size_t i, n;
    if (gaps && !yyjson_is_arr(gaps))
        fault(r, "rhythm.gaps", "a list of whole numbers");
    yyjson_arr_foreach(gaps, i, n, value) {
        if (!yyjson_is_int(value))
            fault(r, "rhythm.gaps", "a list of whole numbers");
        else if (i < KB_LIMIT_RHYTHM_GAPS)
            rhythm->gaps[rhythm->count++] = (uint32_t)within(value, UINT32_MAX);
    }
}

enum kb_status kb_fetch_state_read(yyjson_val *object, struct kb_fetch_state *state,
                                   struct kb_err *err) {
    struct reading r = {.object = object, .err = err};
    yyjson_val *gone = yyjson_obj_get(object, "gone");
    *state = (struct kb_fetch_state){.gone = yyjson_get_bool(gone)};
    if (!yyjson_is_obj(object))
        return kb_err_set(err, KB_EINPUT, "a feed's state wants a JSON object");
    if (gone && !yyjson_is_bool(gone))
        fault(&r, "gone", "true or false");
#define X(field) state->field = read_text(&r, #field);
    TEXTS(X)
#undef X
#define X(type, field, most) state->field = (type)read_number(&r, #field, most);
    NUMBERS(X)
#undef X
#define X(field) state->field = read_hash(&r, #field);
    HASHES(X)
#undef X
    read_gaps(&r, &state->rhythm);
    return r.status;
}

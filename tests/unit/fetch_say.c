/* A sentence that was kept, told later. */
#include "fetch/plan.h"
#include "unit.h"

static void later(const char *kept, int64_t next, bool told, const char *want) {
    struct kb_buf out;
    kb_buf_init(&out, KB_LIMIT_META_BYTES);
    CHECK_INT(kb_fetch_say_now(kb_str_z(kept), next, 1000, &out), told);
    CHECK_STR(kb_buf_view(&out), want);
    kb_buf_free(&out);
}

static void tells_what_is_left(void) {
    static const char failed[] =
        "404 Not Found; asked again in 61 min: it failed for the "
        "first time";
    later(failed, 1000 + 600, true,
          "404 Not Found; asked again in 10 min: it failed for the first time");
    later(failed, 1000, true, "404 Not Found; to be asked now");
    later(failed, 0, true, "404 Not Found; to be asked now");
    later(failed, KB_FETCH_NEVER, false, "404 Not Found");
    later("410 Gone: no longer asked", KB_FETCH_NEVER, false,
          "410 Gone: no longer asked");
    later("a site: its feed was found", 4600, false, "a site: its feed was found");
    later("1 new entry; asked again in 1 h", 4600, true,
          "1 new entry; asked again in 1 h");
    later("", 4600, false, "");
}

UNIT_MAIN(tells_what_is_left)

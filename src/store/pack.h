/* Inside store: records ↔ packed bytes (zstd).
 *
 * A record is packed by itself, an old version with the newer record as its dictionary,
 * so that what did not change costs next to nothing (zstd's --patch-from). */
#ifndef KB_STORE_PACK_H
#define KB_STORE_PACK_H

#include "base/base.h"

struct kb_pack;

enum kb_status kb_pack_new(struct kb_pack **out, struct kb_err *err) KB_MUST_USE;
void kb_pack_free(struct kb_pack *pack);

/* Packed bytes are the pack's and live until its next call.  dictionary may be empty. */
enum kb_status kb_pack_put(struct kb_pack *pack, struct kb_str plain,
                           struct kb_str dictionary, struct kb_str *packed,
                           struct kb_err *err) KB_MUST_USE;

/* Plain bytes are in the arena, with a NUL behind them.  KB_EINPUT where the bytes are
 * damaged. */
enum kb_status kb_pack_get(struct kb_pack *pack, struct kb_str packed,
                           struct kb_str dictionary, struct kb_arena *arena,
                           struct kb_str *plain, struct kb_err *err) KB_MUST_USE;

#endif

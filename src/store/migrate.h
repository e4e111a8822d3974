/* Inside store: assets/sql, compiled in, in the order of their numbers. */
#ifndef KB_STORE_MIGRATE_H
#define KB_STORE_MIGRATE_H

#include <stddef.h>

struct kb_asset {
    const char *name; /* "001-wire.sql" */
    const unsigned char *bytes;
    size_t n;
};

extern const struct kb_asset kb_store_sql_files[];
extern const size_t kb_store_sql_files_count;

#endif

/* All that the server answers: one table a subject, looked through in this order. */
#include "serve/inner.h"

const struct kb_routes *const kb_route_tables[] = {
    &kb_routes_health,
    &kb_routes_assets,
    &kb_routes_help,
};
const size_t kb_route_table_count = KB_COUNT(kb_route_tables);

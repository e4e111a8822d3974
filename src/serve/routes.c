/* All that the server answers: one table a subject, looked through in this order. */
#include "serve/inner.h"

const struct kb_routes *const kb_route_tables[] = {
    &kb_routes_health,   &kb_routes_assets,  &kb_routes_help,  &kb_routes_front,
    &kb_routes_story,    &kb_routes_article, &kb_routes_marks, &kb_routes_changes,
    &kb_routes_login,    &kb_routes_lists,   &kb_routes_feeds, &kb_routes_rules,
    &kb_routes_settings,
};
const size_t kb_route_table_count = KB_COUNT(kb_route_tables);

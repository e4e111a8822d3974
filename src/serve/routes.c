/* All that the server answers: one table a subject, looked through in this order. */
#include "serve/programs.h"

/* clang-format off */
const struct kb_routes *const kb_route_tables[] = {
    /* Before the pages: /story/ID.atom is no story's id. */
    &kb_routes_out,
    &kb_routes_out_article,
    &kb_routes_api,
    &kb_routes_api_articles,
    &kb_routes_api_marks,
    &kb_routes_api_feeds,
    &kb_routes_api_people,
    &kb_routes_api_events,
    &kb_routes_api_hooks,
    &kb_routes_metrics,
    &kb_routes_health,
    &kb_routes_websub,
    &kb_routes_assets,
    &kb_routes_icons,
    &kb_routes_help,
    &kb_routes_front,
    &kb_routes_story,
    &kb_routes_article,
    &kb_routes_picture,
    &kb_routes_marks,
    &kb_routes_changes,
    &kb_routes_login,
    &kb_routes_lists,
    &kb_routes_feeds,
    &kb_routes_rules,
    &kb_routes_settings,
    &kb_routes_hooks,
    &kb_routes_greader,
    &kb_routes_fever,
    &kb_routes_miniflux,
    &kb_routes_nextcloud,
};
/* clang-format on */
const size_t kb_route_table_count = KB_COUNT(kb_route_tables);

/* Inside Miniflux's dialect. */
#ifndef KB_SERVE_MINIFLUX_H
#define KB_SERVE_MINIFLUX_H

#include "serve/apps.h"

enum kb_status kb_miniflux_done(struct kb_reply *res); /* 204 */
void kb_miniflux_moment(struct kb_json *json, const char *key, int64_t seconds);
void kb_miniflux_feed(struct kb_http *req, struct kb_json *json,
                      const struct kb_app_feed *feed);

KB_APP_HANDLER(kb_miniflux_me);
KB_APP_HANDLER(kb_miniflux_users);
KB_APP_HANDLER(kb_miniflux_user);
KB_APP_HANDLER(kb_miniflux_version);
KB_APP_HANDLER(kb_miniflux_integrations);
KB_APP_HANDLER(kb_miniflux_export);
KB_APP_HANDLER(kb_miniflux_import);
KB_APP_HANDLER(kb_miniflux_discover);
KB_APP_HANDLER(kb_miniflux_flush);
KB_APP_HANDLER(kb_miniflux_categories);
KB_APP_HANDLER(kb_miniflux_category_add);
KB_APP_HANDLER(kb_miniflux_category_set);
KB_APP_HANDLER(kb_miniflux_category_remove);
KB_APP_HANDLER(kb_miniflux_feeds);
KB_APP_HANDLER(kb_miniflux_feed_add);
KB_APP_HANDLER(kb_miniflux_feed_one);
KB_APP_HANDLER(kb_miniflux_feed_set);
KB_APP_HANDLER(kb_miniflux_feed_remove);
KB_APP_HANDLER(kb_miniflux_counters);
KB_APP_HANDLER(kb_miniflux_icon);
KB_APP_HANDLER(kb_miniflux_feed_icon);
KB_APP_HANDLER(kb_miniflux_refresh);
KB_APP_HANDLER(kb_miniflux_refresh_category);

#endif

/* Inside Google Reader's dialect. */
#ifndef KB_SERVE_GREADER_H
#define KB_SERVE_GREADER_H

#include "serve/apps.h"

enum kb_status kb_greader_ok(struct kb_reply *res);
void kb_greader_state(struct kb_json *json, const char *state);
void kb_greader_label_id(struct kb_json *json, struct kb_str label);

KB_APP_HANDLER(kb_greader_ids);
KB_APP_HANDLER(kb_greader_contents);
KB_APP_HANDLER(kb_greader_stream);
KB_APP_HANDLER(kb_greader_atom);
KB_APP_HANDLER(kb_greader_edit_tag);
KB_APP_HANDLER(kb_greader_mark_all);
KB_APP_HANDLER(kb_greader_subscription_edit);
KB_APP_HANDLER(kb_greader_quickadd);
KB_APP_HANDLER(kb_greader_rename);
KB_APP_HANDLER(kb_greader_disable);
KB_APP_HANDLER(kb_greader_import);
KB_APP_HANDLER(kb_greader_export);

#endif

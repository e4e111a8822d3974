/* assets/api, compiled in: what programs are told of our interfaces. */
#ifndef KB_SERVE_API_FILES_H
#define KB_SERVE_API_FILES_H

#include "base/base.h"

extern const struct kb_asset kb_api_files[];
extern const size_t kb_api_files_count;

/* One by its name; empty where there is none. */
static inline struct kb_str kb_api_file(const char *name) {
    for (size_t i = 0; i < kb_api_files_count; i++)
        if (strcmp(kb_api_files[i].name, name) == 0)
            return (struct kb_str){(const char *)kb_api_files[i].bytes,
                                   kb_api_files[i].n};
    return KB_STR_NONE;
}

#endif

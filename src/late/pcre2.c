/* PCRE2, when the first rule with a pattern is read. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "late.h"

KB_LATE_NOTE(pcre2, KB_LATE_PCRE2, "searches for the patterns of rules")

#define LATE(type, name, params, args) KB_LATE(KB_LATE_PCRE2, type, name, params, args)
#define LATE_VOID(name, params, args) KB_LATE_VOID(KB_LATE_PCRE2, name, params, args)

/* What a pattern is compiled and searched with. */
LATE(pcre2_general_context *, pcre2_general_context_create,
     (void *(*take)(size_t, void *), void (*give)(void *, void *), void *context),
     (take, give, context))
LATE_VOID(pcre2_general_context_free, (pcre2_general_context * general), (general))
LATE(pcre2_compile_context *, pcre2_compile_context_create,
     (pcre2_general_context * general), (general))
LATE_VOID(pcre2_compile_context_free, (pcre2_compile_context * compile), (compile))
LATE(pcre2_match_context *, pcre2_match_context_create, (pcre2_general_context * general),
     (general))
LATE_VOID(pcre2_match_context_free, (pcre2_match_context * match), (match))
LATE(pcre2_match_data *, pcre2_match_data_create,
     (uint32_t pairs, pcre2_general_context *general), (pairs, general))
LATE_VOID(pcre2_match_data_free, (pcre2_match_data * data), (data))
LATE(int, pcre2_set_parens_nest_limit, (pcre2_compile_context * compile, uint32_t most),
     (compile, most))
LATE(int, pcre2_set_match_limit, (pcre2_match_context * match, uint32_t most),
     (match, most))
LATE(int, pcre2_set_depth_limit, (pcre2_match_context * match, uint32_t most),
     (match, most))
LATE(int, pcre2_set_heap_limit, (pcre2_match_context * match, uint32_t most),
     (match, most))
LATE(int, pcre2_set_callout,
     (pcre2_match_context * match, int (*call)(pcre2_callout_block *, void *),
      void *context),
     (match, call, context))

/* A pattern. */
LATE(pcre2_code *, pcre2_compile,
     (PCRE2_SPTR text, size_t n, uint32_t options, int *error, size_t *offset,
      pcre2_compile_context *compile),
     (text, n, options, error, offset, compile))
LATE_VOID(pcre2_code_free, (pcre2_code * code), (code))
LATE(int, pcre2_pattern_info, (const pcre2_code *code, uint32_t what, void *where),
     (code, what, where))
LATE(int, pcre2_match,
     (const pcre2_code *code, PCRE2_SPTR text, size_t n, size_t from, uint32_t options,
      pcre2_match_data *data, pcre2_match_context *match),
     (code, text, n, from, options, data, match))
LATE(size_t *, pcre2_get_ovector_pointer, (pcre2_match_data * data), (data))
LATE(int, pcre2_get_error_message, (int error, PCRE2_UCHAR *text, size_t room),
     (error, text, room))

/* Libraries that are loaded when they are first called, by functions of the same names.
 *
 *     KB_LATE(KB_LATE_CURL, CURL *, curl_easy_init, (void), ())
 *
 * is a function curl_easy_init that finds libcurl's at its first call and then calls it:
 * an atomic load and a jump more than a call through the linker's own table.  Nobody who
 * calls it knows.  README.md tells why, and which libraries.
 *
 * What the linker no longer tells of such a library a note in the file does: packagers'
 * tools read it ("ELF Dlopen Metadata", the UAPI group's specification). */
#ifndef KB_LATE_LATE_H
#define KB_LATE_LATE_H

#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The address of a library's function.  Where the library or the function is not there it
 * says so and ends the process, with the number by which the dynamic linker does. */
void *kb_late_find(const char *library, const char *function);

/* Loads a library whose data is to go before that of others which are loaded later. */
void kb_late_load(const char *library);

#ifdef __cplusplus
}
#endif

/* A name in parentheses is no call of the macro that some headers have of that name. */
#define KB_LATE(library, type, name, params, args)                                       \
    type(name) params {                                                                  \
        type(*function) params;                                                          \
        KB_LATE_FUNCTION(library, #name)                                                 \
        return function args;                                                            \
    }

#define KB_LATE_VOID(library, name, params, args)                                        \
    void(name) params {                                                                  \
        void(*function) params;                                                          \
        KB_LATE_FUNCTION(library, #name)                                                 \
        function args;                                                                   \
    }

/* Threads that come at once find the same.  POSIX has functions' addresses in a void
 * *. */
#define KB_LATE_FUNCTION(library, text)                                                  \
    static void *found;                                                                  \
    void *at = __atomic_load_n(&found, __ATOMIC_ACQUIRE);                                \
    if (!at) {                                                                           \
        at = kb_late_find(library, text);                                                \
        __atomic_store_n(&found, at, __ATOMIC_RELEASE);                                  \
    }                                                                                    \
    memcpy(&function, &at, sizeof function);

/* The note: owner "FDO", type 0x407c0c0a, JSON. */
#define KB_LATE_NOTE(name, library, says)                                                \
    struct kb_late_note_##name {                                                         \
        uint32_t owner_bytes, json_bytes, type;                                          \
        char owner[4];                                                                   \
        char json[(sizeof(KB_LATE_JSON(library, says)) + 3) / 4 * 4];                    \
    };                                                                                   \
    __attribute__((used, section(".note.dlopen"), aligned(4)))                           \
    const struct kb_late_note_##name kb_late_note_##name = {                             \
        4, sizeof(KB_LATE_JSON(library, says)), 0x407c0c0a, "FDO",                       \
        KB_LATE_JSON(library, says)};
#define KB_LATE_JSON(library, says)                                                      \
    "[{\"soname\":[\"" library "\"],\"description\":\"" says                             \
    "\",\"priority\":\"required\"}]"

#endif

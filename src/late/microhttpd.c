/* libmicrohttpd, when the server starts: GnuTLS comes with it.  No other verb needs
 * them. */
#include <microhttpd.h>
#include <stdarg.h>

#include "late.h"

KB_LATE_NOTE(microhttpd, KB_LATE_MICROHTTPD, "serves the wire")

#define LATE(type, name, params, args)                                                   \
    KB_LATE(KB_LATE_MICROHTTPD, type, name, params, args)
#define LATE_VOID(name, params, args) KB_LATE_VOID(KB_LATE_MICROHTTPD, name, params, args)

LATE(const char *, MHD_get_version, (void), ())

/* ---- the daemon -------------------------------------------------------------------- */

LATE(struct MHD_Daemon *, MHD_start_daemon_va,
     (unsigned flags, uint16_t port, MHD_AcceptPolicyCallback accepts, void *accepts_arg,
      MHD_AccessHandlerCallback takes, void *takes_arg, va_list options),
     (flags, port, accepts, accepts_arg, takes, takes_arg, options))

struct MHD_Daemon *MHD_start_daemon(unsigned flags, uint16_t port,
                                    MHD_AcceptPolicyCallback accepts, void *accepts_arg,
                                    MHD_AccessHandlerCallback takes, void *takes_arg,
                                    ...) {
    va_list options;
    va_start(options, takes_arg);
    struct MHD_Daemon *daemon =
        MHD_start_daemon_va(flags, port, accepts, accepts_arg, takes, takes_arg, options);
    va_end(options);
    return daemon;
}

LATE(MHD_socket, MHD_quiesce_daemon, (struct MHD_Daemon * daemon), (daemon))
LATE_VOID(MHD_stop_daemon, (struct MHD_Daemon * daemon), (daemon))

/* ---- connections ------------------------------------------------------------------- */

/* No kind of information takes more than its number. */
static const union MHD_ConnectionInfo *get_info(struct MHD_Connection *connection,
                                                enum MHD_ConnectionInfoType kind) {
    const union MHD_ConnectionInfo *(*function)(struct MHD_Connection *,
                                                enum MHD_ConnectionInfoType, ...);
    KB_LATE_FUNCTION(KB_LATE_MICROHTTPD, "MHD_get_connection_info")
    return function(connection, kind);
}

const union MHD_ConnectionInfo *MHD_get_connection_info(struct MHD_Connection *connection,
                                                        enum MHD_ConnectionInfoType kind,
                                                        ...) {
    return get_info(connection, kind);
}

LATE(int, MHD_get_connection_values_n,
     (struct MHD_Connection * connection, enum MHD_ValueKind kind,
      MHD_KeyValueIteratorN take, void *take_arg),
     (connection, kind, take, take_arg))
LATE_VOID(MHD_suspend_connection, (struct MHD_Connection * connection), (connection))
LATE_VOID(MHD_resume_connection, (struct MHD_Connection * connection), (connection))

LATE(struct MHD_PostProcessor *, MHD_create_post_processor,
     (struct MHD_Connection * connection, size_t piece, MHD_PostDataIterator take,
      void *take_arg),
     (connection, piece, take, take_arg))
LATE(enum MHD_Result, MHD_post_process,
     (struct MHD_PostProcessor * parser, const char *bytes, size_t n), (parser, bytes, n))
LATE(enum MHD_Result, MHD_destroy_post_processor, (struct MHD_PostProcessor * parser),
     (parser))

/* ---- answers ----------------------------------------------------------------------- */

LATE(struct MHD_Response *, MHD_create_response_from_buffer_with_free_callback,
     (size_t n, void *bytes, MHD_ContentReaderFreeCallback give), (n, bytes, give))
LATE(struct MHD_Response *, MHD_create_response_from_callback,
     (uint64_t n, size_t piece, MHD_ContentReaderCallback take, void *take_arg,
      MHD_ContentReaderFreeCallback give),
     (n, piece, take, take_arg, give))
LATE(enum MHD_Result, MHD_add_response_header,
     (struct MHD_Response * response, const char *name, const char *value),
     (response, name, value))
LATE(enum MHD_Result, MHD_queue_response,
     (struct MHD_Connection * connection, unsigned status, struct MHD_Response *response),
     (connection, status, response))
LATE_VOID(MHD_destroy_response, (struct MHD_Response * response), (response))

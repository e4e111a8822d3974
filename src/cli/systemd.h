/* What systemd hands in and wants to be told, without its library: sockets
 * (sd_listen_fds(3)), state (sd_notify(3)), the watchdog.  Elsewhere nothing happens. */
#ifndef KB_CLI_SYSTEMD_H
#define KB_CLI_SYSTEMD_H

#include <stddef.h>

/* Sockets that are meant for this process: their number; they are first, first + 1, … */
size_t kb_cli_systemd_sockets(int *first);

/* "READY=1\nSTATUS=…". */
void kb_cli_systemd_tell(const char *state);
void kb_cli_systemd_reloading(void);

/* After how many milliseconds the watchdog wants a word; -1: it watches not. */
int kb_cli_systemd_watch_ms(void);

#endif

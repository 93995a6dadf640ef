/* Telling the service manager how things are (systemd's sd_notify protocol: one datagram of lines
 * to the socket that NOTIFY_SOCKET names). Does nothing where there is none. Threads: any. */
#ifndef COPYDESK_STAGE_NOTIFY_H
#define COPYDESK_STAGE_NOTIFY_H

#include <stdint.h>

/* state: lines such as "READY=1\nSTATUS=running". printf's format. */
void notify_service(const char *state, ...) __attribute__((format(printf, 1, 2)));

/* How often WATCHDOG=1 is due: half of what the manager waits for; 0: never. */
int64_t notify_watchdog_ms(void);

#endif

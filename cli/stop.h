/* Being told to stop: SIGTERM and SIGINT are blocked, so that no thread is interrupted by them, and
 * are waited for or looked at by the main thread. Threads: stop_request any; the rest the main one.
 */
#ifndef COPYDESK_CLI_STOP_H
#define COPYDESK_CLI_STOP_H

#include <stdbool.h>
#include <stdint.h>

/* Before any thread is started: threads inherit it. */
void stop_block(void);

/* The same, and SIGHUP too. */
void stop_block_reload(void);

/* Between the two, being told to stop ends the program at once, with EXIT_OK: for a start that
 * waits for others and holds nothing yet. */
void stop_ends_start(void);
void stop_ends_start_no_more(void);

/* Waits until the program is told to stop. */
void stop_wait(void);

enum stop_told { TOLD_NOTHING, TOLD_TO_STOP, TOLD_TO_RELOAD };

/* Waits for SIGHUP too, up to timeout_ms. */
enum stop_told stop_or_reload(int64_t timeout_ms);

/* Whether it was told to stop; looks only once at each signal. */
bool stop_was_told(void);

/* The program tells itself to stop: for parts that cannot go on. */
void stop_request(void);

/* From here on another signal, or seconds that pass, end the program at once with EXIT_RUNTIME:
 * librdkafka's close can hang. */
void stop_or_end(unsigned seconds);

/* After stop_or_end: all is committed and the group is left, only memory is still to be freed.
 * Where that takes longer (librdkafka 2.0.2 hangs after a topic was deleted), the program ends with
 * status. */
void stop_freeing(int status, unsigned seconds);

#endif

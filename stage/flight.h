/* Who is on what: a page shared by the supervisor and the process that it runs, in which each
 * worker names the record that it is working on. When the process dies, the page is all that is
 * left, and it says whom to suspect.
 *
 * A suspect runs alone: while one is known, ordinary records share a lock that a suspect takes for
 * itself. If the process dies again while a suspect runs, the suspect did it and is rejected from
 * then on.
 *
 * Threads: a worker changes its own slot; suspects change only in the supervisor, while no process
 * runs. The functions for workers do nothing where flight is NULL (no supervisor). */
#ifndef COPYDESK_STAGE_FLIGHT_H
#define COPYDESK_STAGE_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "article/coordinates.h"

struct flight;

enum { FLIGHT_WORKERS = 256, FLIGHT_CRASHES_TO_REJECT = 2 };

/* In memory that survives fork. Never NULL. */
struct flight *flight_new(void);
void flight_free(struct flight *flight); /* NULL is fine */

/* Crashes in which the record was suspected: 0 for nearly all. */
unsigned flight_crashes(const struct flight *flight, const struct article_coordinates *record);

/* Worker `worker` begins a record; a suspect waits until it is alone. worker: below FLIGHT_WORKERS.
 */
void flight_enter(struct flight *flight, size_t worker, const struct article_coordinates *record);
void flight_leave(struct flight *flight, size_t worker);

/* The supervisor's, after a death: turns what was in flight into suspects. Returns how many records
 * were in flight; each is written to ret_text ("topic-0@12, ..."). */
size_t flight_blame(struct flight *flight, char *ret_text, size_t text_size);

#endif

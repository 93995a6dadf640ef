/* The supervisor: a small parent that runs the stage in a child process and starts it again when an
 * article kills it, so that a poison article can never stop the stream. Threads: the main one,
 * before any other is started. */
#ifndef COPYDESK_STAGE_SUPERVISOR_H
#define COPYDESK_STAGE_SUPERVISOR_H

#include "stage/flight.h"

/* What run returns to be called again in a new process. */
enum { SUPERVISE_AGAIN = 75 };

/* Forks; in the child calls run(context, flight) and exits with its result. In the parent forwards
 * TERM, INT and HUP, and returns the child's exit status once it ended by itself. A child that is
 * killed by a signal, or returns SUPERVISE_AGAIN, is started again, as long as that helps: it gives
 * up (exit status 1) when the child dies three times in a row without an article in flight, or ten
 * times within a minute. The child dies with the parent. */
int supervise(int (*run)(void *context, struct flight *flight), void *context);

#endif

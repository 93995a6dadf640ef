/* The watch: a thread that looks after the workers. One that has been in a single call of a
 * processor for longer than limits.processor_time is dismissed and replaced. After three of them
 * the process is too worn to go on (their threads still hang in it): `worn` tells the program to
 * end it in good order and to start again.
 *
 * Threads: started and stopped from one thread. */
#ifndef COPYDESK_STAGE_WATCH_H
#define COPYDESK_STAGE_WATCH_H

#include "stage/worker.h"

struct watch;

struct watch_options {
    struct worker_options worker; /* for those that take over; index is filled in */
    size_t workers;
    int64_t limit_ms; /* limits.processor_time */
    /* Called once. May be NULL. */
    void (*worn)(void *context, const char *why);
    void *context;
};

/* Makes the workers, starts their threads and the watch's own. Returns NULL and a sentence in
 * ret_error. */
struct watch *watch_start(const struct watch_options *options, char *ret_error, size_t error_size);

/* After the work queue was closed: waits for the workers that are not stuck. */
void watch_stop(struct watch *watch);

/* Workers that were replaced: their threads may still use the chain. */
size_t watch_stuck(const struct watch *watch);

/* After watch_stop. Workers that still hang keep their memory; one that comes back frees it. NULL
 * is fine. */
void watch_free(struct watch *watch);

#endif

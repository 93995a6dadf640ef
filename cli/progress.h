/* A bar on standard error that says how far a command is: on a terminal only. Threads: one. */
#ifndef COPYDESK_CLI_PROGRESS_H
#define COPYDESK_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what; /* "requeued" */
    int64_t total;
    bool shown; /* standard error is a terminal */
    int64_t began_ms;
    int64_t drawn_ms;
};

struct progress progress_begin(const char *what, int64_t total);

/* Draws at most ten times a second, with the rate and the time that is left. */
void progress_show(struct progress *progress, int64_t done);

/* The last state, and a line break. */
void progress_end(struct progress *progress, int64_t done);

#endif

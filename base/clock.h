/* Time. Threads: any. */
#ifndef COPYDESK_BASE_CLOCK_H
#define COPYDESK_BASE_CLOCK_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

/* Milliseconds since 1970-01-01 UTC, as Kafka's timestamps. */
int64_t clock_wall_ms(void);

/* Nanoseconds on a clock that never goes back; its zero means nothing. */
int64_t clock_monotonic_ns(void);

/* The moment timeout_ms from now on the monotonic clock, for timed waits on clock_condition_init.
 */
struct timespec clock_deadline(int64_t timeout_ms);

/* A condition variable whose timed waits count on the monotonic clock. */
void clock_condition_init(pthread_cond_t *condition);

static inline int64_t clock_monotonic_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

#endif

/* Time. Threads: any. */
#ifndef COPYDESK_BASE_CLOCK_H
#define COPYDESK_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970-01-01 UTC, as Kafka's timestamps. */
int64_t clock_wall_ms(void);

/* Nanoseconds on a clock that never goes back; its zero means nothing. */
int64_t clock_monotonic_ns(void);

static inline int64_t clock_monotonic_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

#endif

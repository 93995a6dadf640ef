/* A place in a topic as people write it. Threads: any. */
#ifndef COPYDESK_CLI_PLACE_H
#define COPYDESK_CLI_PLACE_H

#include <stdint.h>

enum place_kind { PLACE_START, PLACE_END, PLACE_OFFSET, PLACE_LAST, PLACE_TIME };

struct place {
    enum place_kind kind;
    int64_t value; /* OFFSET: the offset; LAST: so many before the end; TIME: ms since 1970 UTC */
};

/* start, end, 1200 or +1200 (offset), -100 (the last hundred), @1700000000000 (ms since 1970),
 * 2026-11-22, 2026-11-22T18:30:00Z (UTC), 2h (ago). Returns 0, or -1 and changes nothing. */
int place_read(const char *text, struct place *ret_place);

/* What place_read takes, for messages. */
extern const char place_forms[];

#endif

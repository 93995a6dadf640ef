/* The finished prefix of a partition: offsets may be committed only as far as everything before
 * them is finished, in whatever order workers and brokers finish. Knows nothing of Kafka: records
 * are numbered by a sequence without gaps, and offsets (which may have gaps) ride along. Threads:
 * one at a time. */
#ifndef COPYDESK_CONSUMER_PREFIX_H
#define COPYDESK_CONSUMER_PREFIX_H

#include <stdint.h>

#include "base/slice.h"

struct prefix {
    int64_t
        *finished; /* ring by sequence: offset of a finished record, or -1; a power of two long */
    size_t capacity;
    uint64_t first; /* the lowest sequence that is not finished */
    int64_t
        position; /* the offset to commit: behind the finished prefix; -1: nothing finished yet */
};

/* Starts at sequence 0. */
void prefix_init(struct prefix *prefix);
void prefix_free(struct prefix *prefix);

/* Record `sequence` at `offset` (>= 0) is finished. Each sequence once; offsets grow with
 * sequences. Returns true when the position moved. */
bool prefix_finish(struct prefix *prefix, uint64_t sequence, int64_t offset);

#endif

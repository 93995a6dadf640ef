/* Part of the plugin ABI. */
#ifndef COPYDESK_ARTICLE_COORDINATES_H
#define COPYDESK_ARTICLE_COORDINATES_H

#include <stdint.h>

#include "base/slice.h"

/* Where a record came from: topic, partition, offset and a hash of its bytes name it for ever. */
struct article_coordinates {
    struct slice topic;
    int32_t partition;
    int64_t offset;
    uint64_t payload_hash; /* XXH3 of the record's value */
};

#endif

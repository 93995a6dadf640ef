/* The headers of what leaves: all that came in, in order, but copydesk-*, which are replaced.
 * Threads: any. */
#ifndef COPYDESK_PRODUCER_HEADERS_H
#define COPYDESK_PRODUCER_HEADERS_H

#include "consumer/record.h"

/* Of an enriched article or tombstone. config_digest: as config_digest. original_ms: the timestamp
 * that was clamped, or -1. The caller hands the result to Kafka or destroys it. */
rd_kafka_headers_t *headers_of_article(const struct record *record, const char *config_digest,
                                       int64_t original_ms);

/* Of a dead letter. value: the whole one, also where the record sends a part of it. */
rd_kafka_headers_t *headers_of_dead_letter(const struct record *record, const char *config_digest,
                                           int64_t original_ms);

#endif

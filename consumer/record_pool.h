/* Records that are done with, kept with their memory for the next ones: a steady stream of articles
 * then allocates nothing. Bounded in bytes; what does not fit is freed.
 *
 * A pool lives until its owner and every record that was made with it have let go, since a record
 * may come back after the consumer that made it is gone (worker.h). Threads: taking is intake's
 * alone, the rest any. */
#ifndef COPYDESK_CONSUMER_RECORD_POOL_H
#define COPYDESK_CONSUMER_RECORD_POOL_H

#include "consumer/record.h"

/* One reference, the caller's. most_bytes: of all records that wait in it. */
struct record_pool *record_pool_new(size_t most_bytes);
void record_pool_release(struct record_pool *pool); /* NULL is fine */

/* One more reference, the new record's. Returns a record to be used again, or NULL. */
struct record *record_pool_take(struct record_pool *pool);

/* The record, whose references to others are gone, comes back; the pool's is released. */
void record_pool_give(struct record_pool *pool, struct record *record);

#endif

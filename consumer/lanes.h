/* The lanes of the partitions that are assigned now. Threads: any; each call takes the table's
 * lock. */
#ifndef COPYDESK_CONSUMER_LANES_H
#define COPYDESK_CONSUMER_LANES_H

#include "consumer/lane.h"

#include <librdkafka/rdkafka.h>

struct lanes;

struct lanes *lanes_new(void);
void lanes_free(struct lanes *lanes); /* and lets go of all lanes; NULL is fine */

/* A new lane for the partition. The table keeps a reference. */
struct lane *lanes_open(struct lanes *lanes, const char *topic, int32_t partition);

/* NULL where the partition is not assigned. Borrowed from the table. */
struct lane *lanes_find(struct lanes *lanes, const char *topic, int32_t partition);

/* Marks the partition's lane closed and lets go of it. */
void lanes_close(struct lanes *lanes, const char *topic, int32_t partition);

/* Records in flight on the partitions of list. */
int64_t lanes_in_flight(struct lanes *lanes, const rd_kafka_topic_partition_list_t *list);

/* Positions that are ahead of what was stored before, as a new list that the caller destroys,
 * marked as stored. NULL where there are none. */
rd_kafka_topic_partition_list_t *lanes_take_positions(struct lanes *lanes);

/* The brokers have the partition's offset. Where it is not assigned any more, nothing happens. */
void lanes_note_home(struct lanes *lanes, const char *topic, int32_t partition, int64_t offset);

/* Whether no partition has records in flight. */
bool lanes_are_empty(struct lanes *lanes);

/* Whether every position is with the brokers, as lanes_note_home tells. */
bool lanes_are_home(struct lanes *lanes);

/* Forgets that these were stored, so that they are taken again. */
void lanes_untake(struct lanes *lanes, const char *topic, int32_t partition);

#endif

/* Reading topics by hand, between two places, outside any consumer group: for commands. Offsets are
 * never committed, and no group notices. Records of aborted transactions are left out.
 *
 * Records come in the order of their timestamps over all partitions, and in the order of offsets
 * within one: two runs over the same range give the same sequence.
 *
 * Threads: one at a time. */
#ifndef COPYDESK_CLI_READER_H
#define COPYDESK_CLI_READER_H

#include <stdbool.h>

#include <librdkafka/rdkafka.h>

#include "base/slice.h"
#include "cli/place.h"
#include "config/settings.h"

struct reader;

struct reader_options {
    const struct settings *settings;
    const char *const *topics;
    size_t topic_count;
    int32_t partition; /* -1: all */
    struct place from;
    struct place to; /* up to, but without; END: as it is when the reader is opened */
    bool follow;     /* goes on behind `to`, as records arrive */
};

/* Waits for the brokers up to 15 s. Returns NULL, a sentence in ret_error and the exit code in
 * ret_exit. */
struct reader *reader_open(const struct reader_options *options, int *ret_exit, char *ret_error,
                           size_t error_size);
void reader_close(struct reader *reader); /* NULL is fine */

/* The next record, which the caller destroys; NULL at the end, or where none came in timeout_ms. An
 * error of the brokers' is told by reader_error. */
rd_kafka_message_t *reader_next(struct reader *reader, int timeout_ms);

/* All partitions were read to their end. Never where it follows. */
bool reader_is_done(const struct reader *reader);

/* NULL, or what went wrong: reading is over then. */
const char *reader_error(const struct reader *reader);

/* Offsets between the two places, and how many of them are behind: for a progress bar. */
int64_t reader_total(const struct reader *reader);
int64_t reader_passed(const struct reader *reader);

/* Does this record lie between the two places? */
bool reader_covers(const struct reader *reader, struct slice topic, int32_t partition,
                   int64_t offset);

#endif

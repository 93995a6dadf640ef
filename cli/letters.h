/* What is in a dead-letter topic: an index of its letters, and which of them are done with.
 *
 * A letter that was requeued or dropped stays where it is, for Kafka's topics only grow; a mark
 * behind it, in the same partition, says that it is done: a record without value whose headers name
 * the letter's offset. A requeue writes article and mark in one transaction, so that both are there
 * or neither. Marks age with the topic, as the letters do.
 *
 * Threads: one at a time. */
#ifndef COPYDESK_CLI_LETTERS_H
#define COPYDESK_CLI_LETTERS_H

#include <librdkafka/rdkafka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "cli/reader.h"

struct letter {
    int32_t partition;
    int64_t offset;
    int64_t time_ms;
    const char *reason;
    const char *topic;     /* where the article came from; NULL: not told */
    const char *processor; /* NULL: none */
    int32_t source_partition;
    int64_t source_offset;
    bool cut;  /* a part of the article only */
    bool done; /* requeued or dropped */
    bool chosen;
};

/* What --where asks for; NULL and 0 ask for nothing. */
struct letters_filter {
    struct arena arena;
    const char *reason;
    const char *topic;
    const char *processor;
    int64_t since_ms;
};

struct letters {
    struct arena arena;
    struct letter *items; /* by partition and offset */
    size_t count;
    size_t chosen;  /* that the filter wants and that are not done */
    size_t cut;     /* of them */
    size_t foreign; /* records that are no letters of copydesk's */
};

/* reason=...,topic=...,processor=...,since=... (2h, 2026-11-22T18:30:00Z), all of which must hold;
 * NULL: everything. Returns 0, or -1 and a sentence in ret_error. */
int letters_read_filter(const char *text, struct letters_filter *ret_filter, char *ret_error,
                        size_t error_size);

/* Reads the topic to the end of `reader`. Returns 0, or -1 and a sentence in ret_error. */
int letters_read(struct reader *reader, const struct letters_filter *filter,
                 struct letters *ret_letters, char *ret_error, size_t error_size);
void letters_free(struct letters *letters);

/* NULL where there is none. */
const struct letter *letters_find(const struct letters *letters, int32_t partition, int64_t offset);

/* Is the record a letter, and not a mark or something else? */
bool letters_is_letter(const rd_kafka_message_t *message);

/* The headers of a mark. what: "requeued", "dropped". */
rd_kafka_headers_t *letters_mark(const struct letter *letter, const char *what);

/* The headers that the article came with: all but copydesk-*. */
rd_kafka_headers_t *letters_original_headers(const rd_kafka_message_t *message);

#endif

/* The journal that a group shares: one partition of a Kafka topic. Each instance appends to it, and
 * each reads all of it; where a record comes back is its place, for everybody the same.
 *
 * Two handles: an idempotent producer (acks=all), whose order is that of the appends, and a reader
 * without group that begins at the oldest record that is left and never pauses. What it reads
 * before the end that it saw at the start is the restore: until then nobody may settle.
 *
 * Nothing is guessed. When the reader is silent, articles wait, the window fills, and intake stops.
 * When the log turns out to have lost something that it had (an unclean election, a topic made
 * anew, records deleted before they were read), what is in memory is not what the log says, and
 * there is one way out: to begin again in a new process, which restores.
 *
 * Threads: one at a time; kafka_journal_wake and kafka_journal_look any. */
#ifndef COPYDESK_JOURNAL_KAFKA_JOURNAL_H
#define COPYDESK_JOURNAL_KAFKA_JOURNAL_H

#include <librdkafka/rdkafka.h>

#include "base/metrics.h"
#include "config/kafka_link.h"
#include "config/settings.h"
#include "processors/journal.h"

struct kafka_journal;

struct kafka_journal_options {
    const struct settings *settings;
    struct metrics *metrics;
};

enum kafka_journal_state {
    JOURNAL_RESTORING,
    JOURNAL_LIVE,
    JOURNAL_SILENT, /* what was appended does not come back */
    JOURNAL_LOST,   /* the log has lost records: begin again */
    JOURNAL_FAILED, /* no other try can help */
};

/* Connects in the background. Returns NULL and a sentence in ret_error. */
struct kafka_journal *kafka_journal_new(const struct kafka_journal_options *options,
                                        const struct journal_needs *needs, journal_apply apply,
                                        void *apply_context, char *ret_error, size_t error_size);

/* What a chain uses, and frees. */
struct journal *kafka_journal_interface(struct kafka_journal *journal);

const struct journal_needs *kafka_journal_needs(const struct kafka_journal *journal);

/* The reader's handle, for metadata and configuration requests. */
rd_kafka_t *kafka_journal_client(const struct kafka_journal *journal);
struct kafka_link *kafka_journal_link(struct kafka_journal *journal);

/* Applies what came, waiting up to timeout_ms for the first record, or for kafka_journal_wake;
 * looks up where to begin at the first call. */
enum kafka_journal_state kafka_journal_serve(struct kafka_journal *journal, int timeout_ms);

/* Why: for JOURNAL_LOST and JOURNAL_FAILED. */
const char *kafka_journal_reason(const struct kafka_journal *journal);

void kafka_journal_wake(struct kafka_journal *journal);

/* The state that the last kafka_journal_serve returned. */
enum kafka_journal_state kafka_journal_look(const struct kafka_journal *journal);

/* Gives back the articles whose records are still awaited; appends fail from here on. */
void kafka_journal_close(struct kafka_journal *journal,
                         void (*each)(void *context, struct article *own), void *context);

#endif

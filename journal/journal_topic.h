/* The topic of a shared journal: there, and such that nothing of it is lost or reordered? Asked
 * once, before anything is read. Threads: one at a time, at start. */
#ifndef COPYDESK_JOURNAL_JOURNAL_TOPIC_H
#define COPYDESK_JOURNAL_JOURNAL_TOPIC_H

#include "journal/kafka_journal.h"

enum journal_topic {
    JOURNAL_TOPIC_FIT,
    JOURNAL_TOPIC_UNFIT, /* set otherwise than it must be */
    JOURNAL_TOPIC_MISSING,
    JOURNAL_TOPIC_UNKNOWN, /* brokers do not answer, or deny */
};

/* One partition, LogAppendTime, deleted by time alone and late enough, no unclean election, and
 * where it has three replicas or more, acknowledged by two. A missing topic is created where
 * topics.create is true. What cannot be learnt (no right to describe, the embedded cluster) is
 * taken as it is, and logged. A sentence and the command that helps in ret_error when it is not
 * fit. */
enum journal_topic journal_topic_check(struct kafka_journal *journal,
                                       const struct settings *settings, char *ret_error,
                                       size_t error_size);

/* The same without a journal: client asks; a missing topic is only told. */
enum journal_topic journal_topic_look(rd_kafka_t *client, const struct journal_needs *needs,
                                      const struct settings *settings, char *ret_error,
                                      size_t error_size);

/* Calls each for every setting that the topic must have. replicas: how many it has; 0: not known.
 */
void journal_topic_settings(const struct journal_needs *needs, int replicas,
                            void (*each)(void *context, const char *name, const char *value),
                            void *context);

#endif

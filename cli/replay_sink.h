/* Where replayed articles go: a topic, or lines of a file. Threads: one at a time. */
#ifndef COPYDESK_CLI_REPLAY_SINK_H
#define COPYDESK_CLI_REPLAY_SINK_H

#include "base/buffer.h"
#include "config/config.h"
#include "consumer/record.h"

struct replay_sink;

/* Exactly one of topic and file ("-" for standard output) is given. Returns NULL and a sentence. */
struct replay_sink *replay_sink_open(const struct config *config, const char *topic,
                                     const char *file, char *ret_error, size_t error_size);

/* value: the enriched article, which may be changed; ignored for a tombstone, which goes to a topic
 * as one, and into no file. Returns 0, or -1 and a sentence. */
int replay_sink_write(struct replay_sink *sink, const struct record *record, struct buffer *value,
                      char *ret_error, size_t error_size);

/* Waits until all has been taken. Returns 0, or -1 and a sentence where something was not. NULL is
 * fine. */
int replay_sink_close(struct replay_sink *sink, char *ret_error, size_t error_size);

#endif

/* The whole chain on one article after the other, without Kafka: the same processors, in the same
 * order, on an in-memory journal. Threads: one at a time. */
#ifndef COPYDESK_CLI_TRIAL_H
#define COPYDESK_CLI_TRIAL_H

#include "article/article.h"
#include "cli/inputs.h"
#include "config/config.h"
#include "processors/chain.h"

struct trial;

/* config outlives the trial. Returns NULL and a sentence in ret_error. */
struct trial *trial_new(const struct config *config, char *ret_error, size_t error_size);
void trial_free(struct trial *trial); /* NULL is fine */

/* Reads the input and runs the chain on it. CHAIN_DONE, _DROPPED, _REJECTED or _FATAL; ret_article
 * is the caller's to free. */
enum chain_outcome trial_run(struct trial *trial, const struct input *input,
                             struct article **ret_article);

/* Reads the input and no more: what was found before an error is there. The caller frees it. */
struct article *trial_read(struct trial *trial, const struct input *input);

/* Appends one line with its line feed: the enriched article with the line breaks outside strings as
 * spaces; or {"id", "rejected": {"reason", "text", "at"}}; or {"id", "dropped": {"text", "at"}}. */
void trial_append_line(const struct trial *trial, const struct input *input,
                       const struct article *article, enum chain_outcome outcome,
                       struct buffer *line);

/* Appends FILE:LINE. */
void trial_append_place(const struct input *input, struct buffer *text);

#endif

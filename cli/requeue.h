/* Sends dead letters back to where they came from, or marks them as dropped, exactly once: article
 * and mark in one transaction, under one transactional id for the group. Threads: one. */
#ifndef COPYDESK_CLI_REQUEUE_H
#define COPYDESK_CLI_REQUEUE_H

#include "cli/letters.h"
#include "cli/progress.h"

struct requeue;

/* Ends what an earlier run left open: what it had not committed never happened. To be done before
 * the letters are read. Returns NULL and a sentence in ret_error. */
struct requeue *requeue_begin(const struct settings *settings, char *ret_error, size_t error_size);
void requeue_end(struct requeue *requeue); /* NULL is fine */

/* Sends all chosen letters that are whole; what: "requeued", or "dropped" for the mark alone.
 * reader: of the dead-letter topic, from its start. ret_done: how many are committed, also after a
 * failure. Returns 0, or -1 and a sentence in ret_error: the rest is as it was. */
int requeue_letters(struct requeue *requeue, struct reader *reader, const struct letters *letters,
                    const char *what, struct progress *progress, size_t *ret_done, char *ret_error,
                    size_t error_size);

#endif

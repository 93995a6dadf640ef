/* What the claims topic has decided about a range of articles, for whoever reads them again: each
 * gets the verdict that it got live. The topic is read from its oldest record to the end that it
 * has at the start, and never written. Threads: one at a time. */
#ifndef COPYDESK_CLI_DECISIONS_H
#define COPYDESK_CLI_DECISIONS_H

#include "article/coordinates.h"
#include "article/results.h"
#include "config/settings.h"

struct decisions;

struct decisions_options {
    const struct settings *settings;
    const char *topic; /* of the claims */
    /* Is this article asked for? Decisions on others are not kept. */
    bool (*wants)(void *context, const struct article_coordinates *coordinates);
    void *context;
};

/* Returns NULL, a sentence in ret_error and the exit code in ret_exit. */
struct decisions *decisions_read(const struct decisions_options *options, int *ret_exit,
                                 char *ret_error, size_t error_size);
void decisions_free(struct decisions *decisions); /* NULL is fine */

enum decision {
    DECISION_NONE,      /* the topic knows nothing of it, or nothing any more */
    DECISION_VERDICT,   /* the first one; it lives as long as decisions */
    DECISION_RETRACTED, /* it was claimed and became a dead letter */
};

enum decision decisions_find(const struct decisions *decisions,
                             const struct article_coordinates *coordinates,
                             const struct duplicate_result **ret_result);

#endif

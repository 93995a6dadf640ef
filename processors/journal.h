/* The journal: the records of one processor, given back in one order with position and time, so
 * that everything a verdict rests on is a function of the records before it.
 *
 * A form of the journal is a struct of functions; callers know nothing else of it. The form here
 * keeps nothing: a record waits in a queue from `append` to `deliver` and is then forgotten.
 *
 * `append` never calls `apply`: an append made inside `apply` is delivered after the current
 * record, and no processor is entered twice.
 *
 * Threads: one at a time, the one that settles. */
#ifndef COPYDESK_PROCESSORS_JOURNAL_H
#define COPYDESK_PROCESSORS_JOURNAL_H

#include "processors/processor.h"

/* Takes one record. own: as given to append. */
typedef void (*journal_apply)(void *context, const struct journal_record *record,
                              struct article *own);

/* Milliseconds since 1970 UTC. It may jump back: record times do not. */
typedef int64_t (*journal_clock)(void *context);

struct journal {
    /* Copies record. own: the article that settles by it, or NULL; it outlives its delivery.
     * Returns 0, or -1 when the journal is closed. */
    int (*append)(struct journal *journal, struct slice record, struct article *own);
    /* Gives what is due to apply, in order, also what is appended meanwhile. */
    void (*deliver)(struct journal *journal);
    /* Records that were not delivered are forgotten. */
    void (*free)(struct journal *journal);
};

/* In memory: the first record has position 0, each next one more; all are due at once. */
struct journal *journal_memory_new(journal_apply apply, void *apply_context, journal_clock clock,
                                   void *clock_context);

#endif

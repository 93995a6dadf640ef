/* What was appended and did not come back yet, in order. A record is known again by its key: a
 * number that this process drew when it started, and the record's place in the sequence of its
 * appends. Knows nothing of Kafka. Threads: one at a time. */
#ifndef COPYDESK_JOURNAL_ECHOES_H
#define COPYDESK_JOURNAL_ECHOES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct article;

enum { ECHO_KEY_BYTES = 16 };

struct awaited {
    struct article *own; /* NULL: nobody waits for it */
    int64_t since_ns;
};

struct echoes {
    uint64_t drawn; /* of this process */
    uint64_t first; /* sequence of the oldest that is awaited */
    uint64_t next;  /* of the next append */
    struct awaited *ring;
    size_t capacity; /* a power of two */
};

void echoes_init(struct echoes *echoes, uint64_t drawn);
void echoes_free(struct echoes *echoes);

size_t echoes_count(const struct echoes *echoes);

/* The oldest; NULL when nothing is awaited. */
const struct awaited *echoes_oldest(const struct echoes *echoes);

/* Notes an append and writes its key. */
void echoes_expect(struct echoes *echoes, struct article *own, int64_t now_ns,
                   char ret_key[ECHO_KEY_BYTES]);

enum echo {
    ECHO_OTHER, /* somebody else's record, or one of ours that came back before */
    ECHO_OWN,   /* the oldest that was awaited; it is not any more */
    ECHO_GAP,   /* ours, and one before it did not come: the log has lost it */
};

/* Which of them has this key. ret_awaited: for ECHO_OWN. */
enum echo echoes_take(struct echoes *echoes, struct slice key, struct awaited *ret_awaited);

/* Takes the oldest, whatever comes of it. False when nothing is awaited. */
bool echoes_give_up(struct echoes *echoes, struct awaited *ret_awaited);

/* Is the append with this sequence still awaited? */
bool echoes_awaits(const struct echoes *echoes, uint64_t sequence);

#endif

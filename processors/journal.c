#include "processors/journal.h"

#include <stdlib.h>

#include "base/memory.h"

struct waiting {
    struct waiting *next;
    struct article *own;
    int64_t position;
    int64_t time_ms;
    size_t length;
    size_t room;
    char bytes[];
};

struct journal_memory {
    struct journal journal; /* first: a pointer to it is a pointer to the whole */
    journal_apply apply;
    void *apply_context;
    journal_clock clock;
    void *clock_context;
    int64_t next_position;
    int64_t last_time_ms;
    struct waiting *first;
    struct waiting **end;  /* where the next one is linked */
    struct waiting *spare; /* the one that was delivered last, to be used again; or NULL */
};

enum { ROOM_STEP = 256 };

static struct journal_memory *memory_of(struct journal *journal)
{
    return (struct journal_memory *)(void *)journal;
}

static int64_t next_time(struct journal_memory *memory)
{
    int64_t now = memory->clock(memory->clock_context);

    if (memory->next_position == 0 || now > memory->last_time_ms)
        memory->last_time_ms = now;
    return memory->last_time_ms;
}

static struct waiting *waiting_with_room(struct journal_memory *memory, size_t length)
{
    struct waiting *waiting = memory->spare;

    memory->spare = NULL;
    if (waiting != NULL && waiting->room >= length)
        return waiting;
    size_t room = (length / ROOM_STEP + 1) * ROOM_STEP;

    free(waiting);
    waiting = memory_allocate(sizeof *waiting + room);
    waiting->room = room;
    return waiting;
}

static int memory_append(struct journal *journal, struct slice record, struct article *own)
{
    struct journal_memory *memory = memory_of(journal);
    struct waiting *waiting = waiting_with_room(memory, record.length);

    waiting->next = NULL;
    waiting->own = own;
    waiting->time_ms = next_time(memory);
    waiting->position = memory->next_position++;
    waiting->length = record.length;
    if (record.length > 0)
        memcpy(waiting->bytes, record.data, record.length);
    *memory->end = waiting;
    memory->end = &waiting->next;
    return 0;
}

static struct waiting *take_first(struct journal_memory *memory)
{
    struct waiting *first = memory->first;

    memory->first = first->next;
    if (memory->first == NULL)
        memory->end = &memory->first;
    return first;
}

static void memory_deliver(struct journal *journal)
{
    struct journal_memory *memory = memory_of(journal);

    while (memory->first != NULL) {
        struct waiting *waiting = take_first(memory);
        struct journal_record record = {.position = waiting->position,
                                        .time_ms = waiting->time_ms,
                                        .bytes = slice_of(waiting->bytes, waiting->length)};

        memory->apply(memory->apply_context, &record, waiting->own);
        free(memory->spare);
        memory->spare = waiting;
    }
}

static void memory_free_journal(struct journal *journal)
{
    struct journal_memory *memory = memory_of(journal);

    while (memory->first != NULL)
        free(take_first(memory));
    free(memory->spare);
    free(memory);
}

struct journal *journal_memory_new(journal_apply apply, void *apply_context, journal_clock clock,
                                   void *clock_context)
{
    struct journal_memory *memory = memory_zeroed(1, sizeof *memory);

    memory->journal.append = memory_append;
    memory->journal.deliver = memory_deliver;
    memory->journal.free = memory_free_journal;
    memory->apply = apply;
    memory->apply_context = apply_context;
    memory->clock = clock;
    memory->clock_context = clock_context;
    memory->end = &memory->first;
    return &memory->journal;
}

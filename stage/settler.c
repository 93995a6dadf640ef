#include "stage/settler.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/queue.h"

/* Few at a time are claimed before the journal is looked at again: an echo waits meanwhile. */
enum { BATCH = 256, CLAIMED_AT_ONCE = 16, LONGEST_WAIT_MS = 100 };

struct settler {
    struct settler_options options;
    struct queue *finished;  /* records from the workers */
    struct queue *retracted; /* struct retraction, from the publisher */
    struct record *settled[BATCH];
    size_t settled_count; /* to be handed to the publisher */
    bool over;            /* the journal is lost or failed */
    atomic_bool stopping;
    pthread_mutex_t lock; /* for what follows */
    pthread_cond_t changed;
    bool restored;
    bool ended;
};

struct retraction {
    struct article_coordinates coordinates;
    char topic[];
};

struct settler *settler_new(const struct settler_options *options)
{
    struct settler *settler = memory_zeroed(1, sizeof *settler);

    settler->options = *options;
    settler->finished = queue_new();
    settler->retracted = queue_new();
    pthread_mutex_init(&settler->lock, NULL);
    clock_condition_init(&settler->changed);
    return settler;
}

void settler_free(struct settler *settler)
{
    void *retraction;

    if (settler == NULL)
        return;
    while (queue_pop(settler->retracted, &retraction, 1, 0) == 1)
        memory_free(retraction);
    queue_free(settler->finished);
    queue_free(settler->retracted);
    pthread_cond_destroy(&settler->changed);
    pthread_mutex_destroy(&settler->lock);
    memory_free(settler);
}

/* ---- to the publisher ---- */

static void pass_on_all(struct settler *settler)
{
    if (settler->settled_count > 0)
        publisher_hand_over(settler->options.publisher, settler->settled, settler->settled_count);
    settler->settled_count = 0;
}

static void pass_on(struct settler *settler, struct record *record)
{
    settler->settled[settler->settled_count++] = record;
    if (settler->settled_count == BATCH)
        pass_on_all(settler);
}

/* Nobody may publish it or commit its offset. */
static void give_back(struct settler *settler, struct record *record)
{
    record->fate = RECORD_UNSETTLED;
    pass_on(settler, record);
}

void settler_settled(void *context, struct article *article, enum chain_outcome outcome)
{
    struct settler *settler = context;
    struct record *record = article->carrier;

    record_settle(record, outcome);
    pass_on(settler, record);
}

/* ---- settling ---- */

static void settle(struct settler *settler, struct record *record)
{
    if (settler->over) {
        give_back(settler, record);
        return;
    }
    if (!publisher_prepare_to_settle(settler->options.publisher, record)) {
        pass_on(settler, record);
        return;
    }
    record->article->carrier = record;
    enum chain_outcome outcome = chain_settle(settler->options.chain, record->article);

    if (outcome == CHAIN_PENDING)
        return;
    record_settle(record, outcome);
    pass_on(settler, record);
}

static void give_back_waiting(struct settler *settler, struct lane *lane)
{
    struct record *record;

    while ((record = order_take_any(&lane->settling)) != NULL)
        give_back(settler, record);
}

static void take_in(struct settler *settler, struct record *record)
{
    struct lane *lane = lane_hold(record->lane);

    if (atomic_load(&lane->closed)) {
        /* The partition is somebody else's by now, who claims the article. */
        give_back(settler, record);
        give_back_waiting(settler, lane);
    } else {
        order_put(&lane->settling, record->sequence, record);
        while ((record = order_take(&lane->settling)) != NULL)
            settle(settler, record);
    }
    lane_release(lane);
}

static bool take_in_finished(struct settler *settler)
{
    void *records[CLAIMED_AT_ONCE];
    size_t taken = queue_pop(settler->finished, records, CLAIMED_AT_ONCE, 0);

    for (size_t i = 0; i < taken; i++)
        take_in(settler, records[i]);
    return taken == CLAIMED_AT_ONCE;
}

/* ---- taking back ---- */

void settler_retract(struct settler *settler, const struct article_coordinates *coordinates)
{
    struct retraction *retraction = memory_allocate(sizeof *retraction + coordinates->topic.length);
    void *item = retraction;

    retraction->coordinates = *coordinates;
    retraction->coordinates.topic = slice_of(retraction->topic, coordinates->topic.length);
    memcpy(retraction->topic, coordinates->topic.data, coordinates->topic.length);
    queue_push(settler->retracted, &item, 1);
    kafka_journal_wake(settler->options.journal);
}

static void take_back(struct settler *settler)
{
    void *item;

    while (!settler->over && queue_pop(settler->retracted, &item, 1, 0) == 1) {
        const struct retraction *retraction = item;

        log_event(LOG_ERROR,
                  "claims: %.*s-%d@%lld was claimed and became a dead letter: its claim "
                  "is taken back; copies of it may have been called copies",
                  SLICE_FORMAT(retraction->coordinates.topic),
                  (int)retraction->coordinates.partition,
                  (long long)retraction->coordinates.offset);
        chain_retract(settler->options.chain, &retraction->coordinates);
        memory_free(item);
    }
}

/* ---- the journal's state ---- */

static void tell(struct settler *settler, bool *what)
{
    pthread_mutex_lock(&settler->lock);
    *what = true;
    pthread_cond_broadcast(&settler->changed);
    pthread_mutex_unlock(&settler->lock);
}

static void give_back_own(void *context, struct article *own)
{
    give_back(context, own->carrier);
}

static void end(struct settler *settler, enum kafka_journal_state state)
{
    const char *reason = kafka_journal_reason(settler->options.journal);

    settler->over = true;
    kafka_journal_close(settler->options.journal, give_back_own, settler);
    tell(settler, &settler->ended);
    if (state == JOURNAL_LOST)
        settler->options.lost(settler->options.context, reason);
    else
        settler->options.failed(settler->options.context, reason);
}

static void heed(struct settler *settler, enum kafka_journal_state state)
{
    switch (state) {
    case JOURNAL_RESTORING:
    case JOURNAL_SILENT:
        break;
    case JOURNAL_LIVE:
        if (!settler->restored)
            tell(settler, &settler->restored);
        break;
    case JOURNAL_LOST:
    case JOURNAL_FAILED:
        if (!settler->over)
            end(settler, state);
        break;
    }
}

bool settler_is_restored(struct settler *settler)
{
    pthread_mutex_lock(&settler->lock);
    bool restored = settler->restored;

    pthread_mutex_unlock(&settler->lock);
    return restored;
}

bool settler_wait_restored(struct settler *settler)
{
    pthread_mutex_lock(&settler->lock);
    while (!settler->restored && !settler->ended)
        pthread_cond_wait(&settler->changed, &settler->lock);
    bool restored = settler->restored;

    pthread_mutex_unlock(&settler->lock);
    return restored;
}

/* ---- the loop ---- */

static void give_back_rest(struct settler *settler)
{
    void *item;

    settler->over = true;
    while (queue_pop(settler->finished, &item, 1, 0) == 1) {
        struct record *record = item;

        give_back_waiting(settler, record->lane);
        give_back(settler, record);
    }
    kafka_journal_close(settler->options.journal, give_back_own, settler);
    pass_on_all(settler);
}

static void serve(struct settler *settler, bool more)
{
    void *records[1];

    if (!settler->over)
        heed(settler, kafka_journal_serve(settler->options.journal, more ? 0 : LONGEST_WAIT_MS));
    else if (!more && queue_pop(settler->finished, records, 1, LONGEST_WAIT_MS) == 1)
        take_in(settler, records[0]);
}

void settler_run(struct settler *settler)
{
    bool more = false;

    while (!atomic_load(&settler->stopping)) {
        serve(settler, more);
        more = take_in_finished(settler);
        take_back(settler);
        pass_on_all(settler);
    }
    give_back_rest(settler);
    tell(settler, &settler->ended);
}

void settler_hand_over(struct settler *settler, struct record *const *records, size_t count)
{
    queue_push(settler->finished, (void *const *)records, count);
    kafka_journal_wake(settler->options.journal);
}

void settler_stop(struct settler *settler)
{
    atomic_store(&settler->stopping, true);
    kafka_journal_wake(settler->options.journal);
}

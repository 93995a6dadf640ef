#include "stage/worker.h"

#include <pthread.h>

#include "base/memory.h"

/* Small, so that one worker does not sit on articles that another could take. */
enum { BATCH = 8 };

/* Which record of the batch the worker is on, if any. Each step is one compare-and-swap, so that
 * worker and watch never both have a record: once dismissed, the worker touches only the one that
 * it was on. */
enum { IDLE = -1, DISMISSED = -2 };

struct worker {
    struct worker_options options;
    struct chain_worker *chain;
    struct article_scratch *scratch;
    atomic_int progress;  /* index into batch, IDLE or DISMISSED */
    pthread_mutex_t lock; /* for what follows: once a batch, not once an article */
    struct record *batch[BATCH];
    size_t count;
};

struct worker *worker_new(const struct worker_options *options, char *ret_error, size_t error_size)
{
    struct chain_worker *chain = chain_worker_new(options->chain, ret_error, error_size);

    if (chain == NULL)
        return NULL;
    struct worker *worker = memory_zeroed(1, sizeof *worker);

    worker->options = *options;
    worker->chain = chain;
    worker->scratch = article_scratch_new();
    worker->progress = IDLE;
    pthread_mutex_init(&worker->lock, NULL);
    return worker;
}

void worker_free(struct worker *worker)
{
    if (worker == NULL)
        return;
    chain_worker_free(worker->chain);
    article_scratch_free(worker->scratch);
    pthread_mutex_destroy(&worker->lock);
    memory_free(worker);
}

/* Returns false when the worker was dismissed meanwhile. */
static bool move_on(struct worker *worker, int from, int to)
{
    return atomic_compare_exchange_strong(&worker->progress, &from, to);
}

/* ---- one article ---- */

static enum record_fate fate_of(enum chain_outcome outcome)
{
    switch (outcome) {
    case CHAIN_DONE:
        return RECORD_PUBLISH;
    case CHAIN_DROPPED:
        return RECORD_DROP;
    case CHAIN_REJECTED:
        return RECORD_REJECT;
    case CHAIN_PENDING:
    case CHAIN_FATAL:
        break;
    }
    return RECORD_FATAL;
}

static enum record_fate read_and_process(struct worker *worker, struct article *article)
{
    if (flight_crashes(worker->options.flight, &article->coordinates) >= FLIGHT_CRASHES_TO_REJECT) {
        article_reject(article, REASON_CRASHED, NULL,
                       "the stage was killed twice while it worked on this article");
        return RECORD_REJECT;
    }
    if (article_read(article, &worker->options.input, worker->scratch) != 0)
        return RECORD_REJECT;
    return fate_of(chain_process(worker->chain, article));
}

static void work_on(struct worker *worker, struct record *record)
{
    struct article *article = record->article;

    flight_enter(worker->options.flight, worker->options.index, &article->coordinates);
    article->scratch = worker->scratch;
    record->fate = read_and_process(worker, article);
    article->scratch = NULL;
    flight_leave(worker->options.flight, worker->options.index);
}

/* ---- a batch ---- */

static void begin_batch(struct worker *worker, void *const *records, size_t count)
{
    pthread_mutex_lock(&worker->lock);
    for (size_t i = 0; i < count; i++)
        worker->batch[i] = records[i];
    worker->count = count;
    pthread_mutex_unlock(&worker->lock);
}

static void end_batch(struct worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->options.hand_over(worker->options.context, worker->batch, worker->count);
    worker->count = 0;
    pthread_mutex_unlock(&worker->lock);
}

/* Returns false when it was dismissed: a stand-in of the record that it was on is on its way, and
 * the rest of the batch is no longer its own. */
static bool work_through(struct worker *worker, void *const *records, int count)
{
    atomic_store(&worker->progress, 0);
    for (int i = 0; i < count; i++) {
        work_on(worker, records[i]);
        if (move_on(worker, i, i + 1 < count ? i + 1 : IDLE))
            continue;
        record_free(records[i]);
        return false;
    }
    return true;
}

bool worker_run(struct worker *worker)
{
    void *records[BATCH];
    size_t count;

    while ((count = queue_pop(worker->options.work, records, BATCH, -1)) > 0) {
        begin_batch(worker, records, count);
        if (!work_through(worker, records, (int)count))
            return false;
        end_batch(worker);
    }
    return true;
}

/* ---- the watch ---- */

int64_t worker_stuck_ns(const struct worker *worker, const char **ret_processor)
{
    return chain_worker_call_ns(worker->chain, ret_processor);
}

static void hand_over_rejected(struct worker *worker, const struct record *stuck,
                               const char *processor)
{
    struct record *stand_in = record_stand_in(stuck);

    article_reject(stand_in->article, REASON_TOO_SLOW, processor,
                   "%s did not come back within limits.processor_time; its worker was replaced",
                   processor);
    stand_in->fate = RECORD_REJECT;
    worker->options.hand_over(worker->options.context, &stand_in, 1);
}

static void take_away_all(struct worker *worker, size_t stuck, const char *processor)
{
    worker->options.hand_over(worker->options.context, worker->batch, stuck);
    hand_over_rejected(worker, worker->batch[stuck], processor);
    queue_push(worker->options.work, (void *const *)&worker->batch[stuck + 1],
               worker->count - stuck - 1);
    worker->count = 0;
}

bool worker_dismiss(struct worker *worker, const char *processor)
{
    pthread_mutex_lock(&worker->lock);
    int progress = atomic_load(&worker->progress);
    bool stuck = progress >= 0 && move_on(worker, progress, DISMISSED);

    if (stuck)
        take_away_all(worker, (size_t)progress, processor);
    pthread_mutex_unlock(&worker->lock);
    return stuck;
}

#include "stage/worker.h"

#include "base/memory.h"

/* Small, so that one worker does not sit on articles that another could take. */
enum { BATCH = 8 };

struct worker {
    struct worker_options options;
    struct chain_worker *chain;
    struct article_scratch *scratch;
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
    return worker;
}

void worker_free(struct worker *worker)
{
    if (worker == NULL)
        return;
    chain_worker_free(worker->chain);
    article_scratch_free(worker->scratch);
    memory_free(worker);
}

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

static void work_on(struct worker *worker, struct record *record)
{
    struct article *article = record->article;

    article->scratch = worker->scratch;
    if (article_read(article, &worker->options.input, worker->scratch) != 0)
        record->fate = RECORD_REJECT;
    else
        record->fate = fate_of(chain_process(worker->chain, article));
    article->scratch = NULL;
}

void worker_run(struct worker *worker)
{
    void *records[BATCH];
    size_t count;

    while ((count = queue_pop(worker->options.work, records, BATCH, -1)) > 0) {
        for (size_t i = 0; i < count; i++)
            work_on(worker, records[i]);
        worker->options.hand_over(worker->options.context, (struct record *const *)records, count);
    }
}

#include "processors/chain.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "processors/host.h"
#include "processors/services.h"

/* A callback that asks for a retry is called five times at most, with waits of 10, 40, 160 and
 * 640 ms between, as far as they fit into the processor's time. */
enum { ATTEMPTS = 5, FIRST_WAIT_MS = 10, WAIT_FACTOR = 4 };

enum { LABEL_BYTES = 160 };

/* What copydesk_processor_articles_total counts. */
enum counted { DONE, DROP, REJECT, RETRY, FATAL, TOO_SLOW, COUNTED };

static const char *const counted_names[COUNTED] = {
    [DONE] = "done",   [DROP] = "drop",   [REJECT] = "reject",
    [RETRY] = "retry", [FATAL] = "fatal", [TOO_SLOW] = "too_slow",
};

/* What the workers share of a processor that was loaded once. */
struct version {
    const struct processor *processor;
    void *shared;
    bool loaded;
    struct config *config;  /* its options are in there */
    struct buffer print;    /* of the options: config_fingerprint */
    atomic_uint references; /* the link's, and one of each worker */
};

/* One processor of the chain. */
struct link {
    struct processor_host host;
    struct chain *chain;
    const struct processor *processor;
    struct version *version; /* under change_lock: a reload replaces it */
    void *shared;            /* the version's */
    bool echoed;             /* the record of the article that settles came back */
    bool is_shared;          /* its journal is the group's */
    struct metric *counters[COUNTED];
    struct metric *seconds;
};

struct chain {
    struct link links[ARTICLE_MAX_PROCESSORS];
    const struct processor_host *hosts[ARTICLE_MAX_PROCESSORS];
    unsigned count;
    int64_t processor_time_ns;
    struct chain_clock clock;
    chain_settled settled;
    void *settled_context;
    const struct article *settling; /* on the thread that settles; else NULL */
    struct chain_journals journals; /* make and settle are NULL: all are in memory */
    pthread_mutex_t change_lock;
    atomic_uint generation; /* grows with every reload */
    pthread_mutex_t progress_lock;
    struct chain_progress progress; /* of the shared journal */
};

struct chain_worker {
    struct chain *chain;
    void *states[ARTICLE_MAX_PROCESSORS];
    struct version *versions[ARTICLE_MAX_PROCESSORS];
    unsigned generation;           /* of the chain, as far as it has caught up */
    unsigned opened;               /* states that are open */
    _Atomic int64_t call_began_ns; /* 0: in no call */
    _Atomic(const char *) called;  /* the processor's name */
};

typedef enum processor_outcome (*callback)(void *state, struct article *article);

static int64_t machine_wall_ms(void *context)
{
    (void)context;
    return clock_wall_ms();
}

static int64_t machine_monotonic_ns(void *context)
{
    (void)context;
    return clock_monotonic_ns();
}

static void machine_wait_ms(void *context, int64_t ms)
{
    struct timespec wait = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    (void)context;
    nanosleep(&wait, NULL);
}

static const struct chain_clock machine_clock = {
    .wall_ms = machine_wall_ms,
    .monotonic_ns = machine_monotonic_ns,
    .wait_ms = machine_wait_ms,
};

void chain_use_clock(struct chain *chain, const struct chain_clock *clock)
{
    chain->clock = *clock;
}

static int64_t journal_time(void *context)
{
    const struct chain *chain = context;

    return chain->clock.wall_ms(chain->clock.context);
}

static int64_t monotonic_ns(const struct chain *chain)
{
    return chain->clock.monotonic_ns(chain->clock.context);
}

/* --- one call and what its outcome means --- */

static enum processor_outcome call_once(struct link *link, callback call, void *state,
                                        struct article *article, int64_t *ret_ns)
{
    int64_t start = monotonic_ns(link->chain);

    article->reason_text[0] = '\0';
    enum processor_outcome outcome = call(state, article);

    *ret_ns = monotonic_ns(link->chain) - start;
    metric_observe_ns(link->seconds, *ret_ns);
    return outcome;
}

/* Returns OUTCOME_RETRY when the attempts or the time are used up. ret_ns: of the last call. */
static enum processor_outcome call_until_decided(struct link *link, callback call, void *state,
                                                 struct article *article, int64_t *ret_ns)
{
    struct chain *chain = link->chain;
    int64_t deadline = monotonic_ns(chain) + chain->processor_time_ns;
    int64_t wait_ms = FIRST_WAIT_MS;

    for (int attempt = 1;; attempt++, wait_ms *= WAIT_FACTOR) {
        enum processor_outcome outcome = call_once(link, call, state, article, ret_ns);

        if (outcome != OUTCOME_RETRY)
            return outcome;
        metric_add(link->counters[RETRY], 1);
        if (attempt == ATTEMPTS || monotonic_ns(chain) + wait_ms * 1000000 > deadline)
            return outcome;
        chain->clock.wait_ms(chain->clock.context, wait_ms);
    }
}

static enum chain_outcome reject(struct link *link, struct article *article,
                                 enum article_reason reason, const char *introduction)
{
    char text[sizeof article->reason_text];

    memcpy(text, article->reason_text, sizeof text);
    article_reject(article, reason, link->processor->name, "%s%s%s", introduction,
                   introduction[0] != '\0' && text[0] != '\0' ? ": " : "", text);
    return CHAIN_REJECTED;
}

static enum chain_outcome stop(struct link *link, struct article *article, const char *why)
{
    metric_add(link->counters[FATAL], 1);
    article->reason_processor = link->processor->name;
    if (why != NULL)
        snprintf(article->reason_text, sizeof article->reason_text, "%s", why);
    return CHAIN_FATAL;
}

/* What each outcome means for the article. */
static enum chain_outcome conclude(struct link *link, struct article *article,
                                   enum processor_outcome outcome)
{
    switch (outcome) {
    case OUTCOME_DONE:
        return CHAIN_DONE;
    case OUTCOME_DROP:
        metric_add(link->counters[DROP], 1);
        article->reason_processor = link->processor->name;
        return CHAIN_DROPPED;
    case OUTCOME_REJECT:
        metric_add(link->counters[REJECT], 1);
        return reject(link, article, REASON_REJECTED, "");
    case OUTCOME_RETRY:
        metric_add(link->counters[REJECT], 1);
        return reject(link, article, REASON_REJECTED, "it failed at every attempt");
    case OUTCOME_FATAL:
        return stop(link, article, NULL);
    case OUTCOME_PENDING:
        return CHAIN_PENDING;
    }
    return stop(link, article, "it returned an outcome that this copydesk does not know");
}

/* --- process --- */

static enum chain_outcome process_one(struct link *link, void *state, struct article *article)
{
    int64_t taken_ns = 0;
    enum processor_outcome outcome =
        call_until_decided(link, link->processor->process, state, article, &taken_ns);

    if (outcome == OUTCOME_PENDING)
        return stop(link, article, "process returned PENDING, which only settle may");
    if (outcome != OUTCOME_FATAL && taken_ns > link->chain->processor_time_ns) {
        metric_add(link->counters[TOO_SLOW], 1);
        article_reject(article, REASON_TOO_SLOW, link->processor->name,
                       "it took %lld ms, limits.processor_time is %lld ms",
                       (long long)(taken_ns / 1000000),
                       (long long)(link->chain->processor_time_ns / 1000000));
        return CHAIN_REJECTED;
    }
    return conclude(link, article, outcome);
}

static void note_call(struct chain_worker *worker, const struct link *link)
{
    atomic_store_explicit(&worker->called, link->processor->name, memory_order_relaxed);
    atomic_store_explicit(&worker->call_began_ns, monotonic_ns(worker->chain),
                          memory_order_release);
}

int64_t chain_worker_call_ns(const struct chain_worker *worker, const char **ret_processor)
{
    int64_t began = atomic_load_explicit(&worker->call_began_ns, memory_order_acquire);

    *ret_processor = atomic_load_explicit(&worker->called, memory_order_relaxed);
    return began != 0 ? monotonic_ns(worker->chain) - began : 0;
}

static void catch_up(struct chain_worker *worker);

enum chain_outcome chain_process(struct chain_worker *worker, struct article *article)
{
    struct chain *chain = worker->chain;

    if (article->kind != KIND_ARTICLE)
        return CHAIN_DONE;
    catch_up(worker);
    for (unsigned i = 0; i < chain->count; i++) {
        struct link *link = &chain->links[i];

        note_call(worker, link);
        enum chain_outcome outcome = process_one(link, worker->states[i], article);

        atomic_store_explicit(&worker->call_began_ns, 0, memory_order_release);
        if (outcome != CHAIN_DONE)
            return outcome;
        if (link->processor->settle == NULL)
            metric_add(link->counters[DONE], 1);
    }
    return CHAIN_DONE;
}

/* --- settle --- */

/* A record and a verdict at once, or neither, would lose the article or free it too early. */
static const char *wrong_promise(const struct link *link, const struct article *article,
                                 enum processor_outcome outcome)
{
    bool appended = link->host.appended == article;

    if (outcome == OUTCOME_PENDING && !appended)
        return "settle returned PENDING without a record for the article";
    if (outcome != OUTCOME_PENDING && outcome != OUTCOME_FATAL && appended)
        return "settle appended a record for the article and did not return PENDING";
    return NULL;
}

static enum chain_outcome settle_one(struct link *link, struct article *article)
{
    int64_t taken_ns = 0;

    const struct article *outer = link->chain->settling;

    link->echoed = false;
    link->host.appended = NULL;
    link->chain->settling = article;
    enum processor_outcome outcome =
        call_until_decided(link, link->processor->settle, link->shared, article, &taken_ns);
    const char *wrong = wrong_promise(link, article, outcome);

    link->host.journal->deliver(link->host.journal);
    link->chain->settling = outer;
    if (wrong != NULL)
        return stop(link, article, wrong);
    if (outcome == OUTCOME_PENDING && link->echoed)
        outcome = OUTCOME_DONE;
    return conclude(link, article, outcome);
}

static bool is_looked_up(const struct link *link)
{
    return link->is_shared && link->chain->journals.settle != NULL;
}

static enum chain_outcome settle_from(struct chain *chain, unsigned first, struct article *article)
{
    for (unsigned i = first; i < chain->count; i++) {
        struct link *link = &chain->links[i];

        if (link->processor->settle == NULL)
            continue;
        enum chain_outcome outcome = is_looked_up(link)
                                         ? chain->journals.settle(chain->journals.context, article)
                                         : settle_one(link, article);

        if (outcome != CHAIN_DONE)
            return outcome;
        metric_add(link->counters[DONE], 1);
    }
    return CHAIN_DONE;
}

enum chain_outcome chain_settle(struct chain *chain, struct article *article)
{
    if (article->kind == KIND_TOMBSTONE)
        return CHAIN_DONE;
    return settle_from(chain, 0, article);
}

static void note_progress(struct link *link, int64_t position)
{
    struct chain_progress *progress = &link->chain->progress;
    uint64_t digest = link->processor->digest != NULL ? link->processor->digest(link->shared) : 0;

    pthread_mutex_lock(&link->chain->progress_lock);
    progress->position = position;
    progress->digest = digest;
    if (position % CHAIN_CHECKPOINT == 0) {
        progress->checkpoint = position;
        progress->checkpoint_digest = digest;
    }
    pthread_mutex_unlock(&link->chain->progress_lock);
}

struct chain_progress chain_progress(struct chain *chain)
{
    pthread_mutex_lock(&chain->progress_lock);
    struct chain_progress progress = chain->progress;

    pthread_mutex_unlock(&chain->progress_lock);
    return progress;
}

void chain_memory(struct chain *chain,
                  void (*each)(void *context, const char *processor, size_t bytes), void *context)
{
    pthread_mutex_lock(&chain->change_lock);
    for (unsigned i = 0; i < chain->count; i++) {
        const struct link *link = &chain->links[i];

        if (link->processor->memory != NULL)
            each(context, link->processor->name, link->processor->memory(link->shared));
    }
    pthread_mutex_unlock(&chain->change_lock);
}

/* A record came back: to the processor, and then on with the article that waited for it. */
static void take_record(void *context, const struct journal_record *record, struct article *own)
{
    struct link *link = context;
    struct chain *chain = link->chain;

    link->host.appended = NULL;
    link->processor->apply(link->shared, record, own);
    if (link->is_shared)
        note_progress(link, record->position);
    if (own == NULL || link->host.appended == own)
        return;
    if (own == chain->settling) {
        link->echoed = true;
        return;
    }
    metric_add(link->counters[DONE], 1);
    enum chain_outcome outcome = settle_from(chain, link->host.index + 1, own);

    if (outcome != CHAIN_PENDING)
        chain->settled(chain->settled_context, own, outcome);
}

void chain_retract(struct chain *chain, const struct article_coordinates *coordinates)
{
    for (unsigned i = 0; i < chain->count; i++) {
        struct link *link = &chain->links[i];

        if (link->processor->retract == NULL || link->processor->settle == NULL)
            continue;
        link->processor->retract(link->shared, coordinates);
        link->host.journal->deliver(link->host.journal);
    }
}

/* --- life --- */

static void make_metrics(struct link *link, struct metrics *metrics)
{
    char processor[LABEL_BYTES] = "";

    metrics_label(processor, sizeof processor, "processor", slice_of_text(link->processor->name));
    link->seconds =
        metrics_histogram(metrics, "copydesk_processor_seconds",
                          "Time of one call of a processor, process and settle.", processor);
    for (int i = 0; i < COUNTED; i++) {
        char labels[LABEL_BYTES];

        snprintf(labels, sizeof labels, "%s", processor);
        metrics_label(labels, sizeof labels, "outcome", slice_of_text(counted_names[i]));
        link->counters[i] = metrics_counter(
            metrics, "copydesk_processor_articles_total",
            "Articles that a processor has finished with, and its retries.", labels);
    }
}

static bool is_listed(const struct chain *chain, const char *name)
{
    for (unsigned i = 0; i < chain->count; i++) {
        if (strcmp(chain->links[i].processor->name, name) == 0)
            return true;
    }
    return false;
}

static bool has_shared_journal(const struct chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++) {
        if (chain->links[i].is_shared)
            return true;
    }
    return false;
}

const char *chain_remembers_alone(const struct chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++) {
        const struct link *link = &chain->links[i];

        if (link->processor->journal != NULL && !link->is_shared)
            return link->processor->name;
    }
    return NULL;
}

static int open_journal(struct link *link, const void *options, char *ret_error, size_t error_size)
{
    const struct chain_journals *journals = &link->chain->journals;
    struct journal_needs needs = {.topic = NULL};

    if ((journals->make != NULL || journals->settle != NULL) && link->processor->journal != NULL)
        link->processor->journal(options, &needs);
    link->is_shared = needs.topic != NULL && !has_shared_journal(link->chain);
    if (needs.topic == NULL || (link->is_shared && journals->settle != NULL)) {
        link->host.journal = journal_memory_new(take_record, link, journal_time, link->chain);
        return 0;
    }
    if (!link->is_shared) {
        snprintf(ret_error, error_size,
                 "processor %s: another processor has a journal on Kafka already, and only one can",
                 link->processor->name);
        return -1;
    }
    link->host.journal =
        journals->make(journals->context, &needs, take_record, link, ret_error, error_size);
    return link->host.journal != NULL ? 0 : -1;
}

static void version_release(struct version *version)
{
    if (version == NULL || atomic_fetch_sub(&version->references, 1) > 1)
        return;
    if (version->loaded && version->processor->unload != NULL)
        version->processor->unload(version->shared);
    config_free(version->config);
    buffer_free(&version->print);
    free(version);
}

/* With one reference; NULL and a sentence in ret_error. */
static struct version *version_new(struct link *link, const struct config *config,
                                   const void *options, char *ret_error, size_t error_size)
{
    char error[512] = "it gives no reason";
    struct version *version = memory_zeroed(1, sizeof *version);

    version->processor = link->processor;
    version->config = config_hold(config);
    atomic_store(&version->references, 1);
    config_fingerprint(link->processor->options, options, &version->print);
    version->loaded = link->processor->load == NULL ||
                      link->processor->load(&link->host, &host_services, options, &version->shared,
                                            error, sizeof error) == 0;
    if (version->loaded)
        return version;
    snprintf(ret_error, error_size, "processor %s: %s", link->processor->name, error);
    version_release(version);
    return NULL;
}

static int load(struct link *link, const struct config *config, const void *options,
                char *ret_error, size_t error_size)
{
    link->version = version_new(link, config, options, ret_error, error_size);
    if (link->version == NULL)
        return -1;
    link->shared = link->version->shared;
    return link->processor->settle != NULL ? open_journal(link, options, ret_error, error_size) : 0;
}

static int add(struct chain *chain, const struct config *config, const struct option_one_of *entry,
               struct metrics *metrics, char *ret_error, size_t error_size)
{
    const struct processor *processor = entry->owner;
    struct link *link = &chain->links[chain->count];

    if (chain->count == ARTICLE_MAX_PROCESSORS || is_listed(chain, processor->name)) {
        snprintf(ret_error, error_size,
                 "processor %s: it is listed twice, or more than %d are listed", processor->name,
                 ARTICLE_MAX_PROCESSORS);
        return -1;
    }
    link->chain = chain;
    link->processor = processor;
    link->host.processor = processor;
    link->host.chain = chain->hosts;
    link->host.index = chain->count;
    link->host.metrics = metrics;
    chain->hosts[chain->count] = &link->host;
    chain->count++;
    make_metrics(link, metrics);
    return load(link, config, entry->options, ret_error, error_size);
}

struct chain *chain_new(const struct config *config, struct metrics *metrics, chain_settled settled,
                        void *context, char *ret_error, size_t error_size)
{
    return chain_new_with(config, metrics, settled, context, NULL, ret_error, error_size);
}

struct chain *chain_new_with(const struct config *config, struct metrics *metrics,
                             chain_settled settled, void *context,
                             const struct chain_journals *journals, char *ret_error,
                             size_t error_size)
{
    const struct settings *settings = config_settings(config);
    const struct option_one_of *entries = settings->processors.items;
    struct chain *chain = memory_zeroed(1, sizeof *chain);

    chain->processor_time_ns = settings->limits.processor_time * 1000000;
    chain->clock = machine_clock;
    chain->settled = settled;
    chain->settled_context = context;
    if (journals != NULL)
        chain->journals = *journals;
    chain->progress = (struct chain_progress){.position = -1, .checkpoint = -1};
    pthread_mutex_init(&chain->progress_lock, NULL);
    pthread_mutex_init(&chain->change_lock, NULL);
    for (size_t i = 0; i < settings->processors.count; i++) {
        if (add(chain, config, &entries[i], metrics, ret_error, error_size) != 0) {
            chain_free(chain);
            return NULL;
        }
    }
    return chain;
}

static void unload(struct link *link)
{
    struct journal *journal = link->host.journal;

    link->host.journal = NULL;
    if (journal != NULL)
        journal->free(journal);
    version_release(link->version);
}

void chain_free(struct chain *chain)
{
    if (chain == NULL)
        return;
    while (chain->count > 0)
        unload(&chain->links[--chain->count]);
    pthread_mutex_destroy(&chain->progress_lock);
    pthread_mutex_destroy(&chain->change_lock);
    free(chain);
}

/* --- workers --- */

/* Under change_lock. */
static int open_state(struct chain_worker *worker, unsigned index)
{
    const struct link *link = &worker->chain->links[index];
    void *state = link->shared;

    if (link->processor->open != NULL && link->processor->open(link->shared, &state) != 0)
        return -1;
    worker->states[index] = state;
    worker->versions[index] = link->version;
    atomic_fetch_add(&link->version->references, 1);
    return 0;
}

static void close_state(const struct processor *processor, void *state, struct version *version)
{
    if (processor->open != NULL && processor->close != NULL)
        processor->close(state);
    version_release(version);
}

static int open_states(struct chain_worker *worker, char *ret_error, size_t error_size)
{
    for (; worker->opened < worker->chain->count; worker->opened++) {
        if (open_state(worker, worker->opened) == 0)
            continue;
        snprintf(ret_error, error_size, "processor %s: a worker's state could not be opened",
                 worker->chain->links[worker->opened].processor->name);
        return -1;
    }
    return 0;
}

struct chain_worker *chain_worker_new(struct chain *chain, char *ret_error, size_t error_size)
{
    struct chain_worker *worker = memory_zeroed(1, sizeof *worker);

    worker->chain = chain;
    pthread_mutex_lock(&chain->change_lock);
    worker->generation = atomic_load(&chain->generation);
    int result = open_states(worker, ret_error, error_size);

    pthread_mutex_unlock(&chain->change_lock);
    if (result == 0)
        return worker;
    chain_worker_free(worker);
    return NULL;
}

void chain_worker_free(struct chain_worker *worker)
{
    if (worker == NULL)
        return;
    while (worker->opened > 0) {
        unsigned index = --worker->opened;

        close_state(worker->versions[index]->processor, worker->states[index],
                    worker->versions[index]);
    }
    free(worker);
}

/* One that cannot be opened stays as it was, and says so. */
static void renew_state(struct chain_worker *worker, unsigned index)
{
    struct version *old = worker->versions[index];
    void *state = worker->states[index];

    if (open_state(worker, index) == 0)
        close_state(old->processor, state, old);
    else
        log_event(LOG_ERROR, "processor %s: a worker goes on with its old options",
                  old->processor->name);
}

/* To what the last reload brought; between two articles. */
static void catch_up(struct chain_worker *worker)
{
    struct chain *chain = worker->chain;

    if (worker->generation == atomic_load_explicit(&chain->generation, memory_order_acquire))
        return;
    pthread_mutex_lock(&chain->change_lock);
    worker->generation = atomic_load(&chain->generation);
    for (unsigned i = 0; i < chain->count; i++)
        if (worker->versions[i] != chain->links[i].version)
            renew_state(worker, i);
    pthread_mutex_unlock(&chain->change_lock);
}

/* --- reload --- */

struct chain_change {
    struct chain *chain;
    struct version *fresh[ARTICLE_MAX_PROCESSORS]; /* NULL: unchanged */
};

static bool is_unchanged(const struct link *link, const struct option_one_of *entry)
{
    struct buffer print = {0};

    config_fingerprint(link->processor->options, entry->options, &print);
    bool same = slice_equal(buffer_slice(&print), buffer_slice(&link->version->print));

    buffer_free(&print);
    return same;
}

static int refuse_list(char *ret_error, size_t error_size)
{
    snprintf(ret_error, error_size,
             "the list of processors cannot change while the stage runs; restart it");
    return -1;
}

static int prepare_one(struct chain_change *change, unsigned index, const struct config *config,
                       char *ret_error, size_t error_size)
{
    const struct option_one_of *entries = config_settings(config)->processors.items;
    struct link *link = &change->chain->links[index];

    if (entries[index].owner != link->processor)
        return refuse_list(ret_error, error_size);
    if (is_unchanged(link, &entries[index]))
        return 0;
    if (link->processor->settle != NULL) {
        snprintf(ret_error, error_size,
                 "processor %s remembers articles: its options cannot change while the stage "
                 "runs; restart it",
                 link->processor->name);
        return -1;
    }
    change->fresh[index] = version_new(link, config, entries[index].options, ret_error, error_size);
    return change->fresh[index] != NULL ? 0 : -1;
}

static int prepare_all(struct chain_change *change, const struct config *config, char *ret_error,
                       size_t error_size)
{
    if (config_settings(config)->processors.count != change->chain->count)
        return refuse_list(ret_error, error_size);
    for (unsigned i = 0; i < change->chain->count; i++)
        if (prepare_one(change, i, config, ret_error, error_size) != 0)
            return -1;
    return 0;
}

struct chain_change *chain_prepare(struct chain *chain, const struct config *config,
                                   char *ret_error, size_t error_size)
{
    struct chain_change *change = memory_zeroed(1, sizeof *change);

    change->chain = chain;
    if (prepare_all(change, config, ret_error, error_size) == 0)
        return change;
    chain_discard(change);
    return NULL;
}

size_t chain_apply(struct chain_change *change)
{
    struct chain *chain = change->chain;
    size_t count = 0;

    pthread_mutex_lock(&chain->change_lock);
    for (unsigned i = 0; i < chain->count; i++) {
        struct version *old = chain->links[i].version;

        if (change->fresh[i] == NULL)
            continue;
        chain->links[i].version = change->fresh[i];
        chain->links[i].shared = change->fresh[i]->shared;
        change->fresh[i] = old;
        count++;
    }
    atomic_fetch_add_explicit(&chain->generation, 1, memory_order_release);
    pthread_mutex_unlock(&chain->change_lock);
    chain_discard(change);
    return count;
}

void chain_discard(struct chain_change *change)
{
    if (change == NULL)
        return;
    for (unsigned i = 0; i < ARTICLE_MAX_PROCESSORS; i++)
        version_release(change->fresh[i]);
    free(change);
}

/* --- made_by --- */

static void append_models(const struct chain *chain, struct buffer *json)
{
    const char *comma = "";

    for (unsigned i = 0; i < chain->count; i++) {
        const struct link *link = &chain->links[i];
        const char *model =
            link->processor->model != NULL ? link->processor->model(link->shared) : NULL;

        if (model == NULL)
            continue;
        buffer_append_format(json, "%s\"%s\":", comma, link->processor->name);
        buffer_append_json_string(json, slice_of_text(model));
        comma = ",";
    }
}

void chain_made_by(const struct chain *chain, const char *config_digest, struct buffer *json)
{
    buffer_append_format(json, "{\"copydesk\":\"%s\",\"config\":\"%s\",\"models\":{",
                         COPYDESK_VERSION, config_digest);
    append_models(chain, json);
    buffer_append_text(json, "},\"lists\":{}}");
}

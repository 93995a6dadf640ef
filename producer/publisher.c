#include "producer/publisher.h"

#include <pthread.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/queue.h"
#include "producer/dispatch.h"
#include "producer/route.h"
#include "producer/size_limit.h"
#include "producer/transaction.h"
#include "producer/trends.h"

enum { BATCH = 256, LONGEST_POLL_MS = 100 };

struct publisher {
    struct publisher_options options;
    const struct settings *settings;
    struct dispatch dispatch;
    struct size_limit size_limit;
    pthread_mutex_t producer_lock;   /* for the one in dispatch: workers wake it */
    struct transaction *transaction; /* NULL: at least once */
    struct queue *finished;          /* records from the workers */
    struct queue *again; /* records whose delivery failed in a way that another try may cure */
    struct buffer destinations; /* of the article that settles */
    size_t left_count;          /* ended since the window was told */
    size_t left_bytes;
    int64_t stored_ms; /* when positions were last handed over */
    atomic_bool stopping;
    bool failed;
    pthread_rwlock_t force_lock; /* of what a reload replaces: the settler reads it too */
    pthread_mutex_t change_lock;
    pthread_cond_t changed;
    const struct publisher_change *change; /* waits to be taken; NULL: none */
    struct metric_family articles;
    struct metric_family languages;
    struct metric_family verdicts;
    struct metric_family dead_letters;
    struct trends *trends;
};

static void count(struct metric_family *family, const char *label)
{
    metric_family_add(family, slice_of_text(label), 1);
}

/* ---- the end of a record ---- */

static void let_go(struct publisher *publisher, struct record *record)
{
    publisher->left_count++;
    publisher->left_bytes += record->weight;
    atomic_fetch_sub(&record->lane->in_flight, 1);
    record_free(record);
}

static void fail(struct publisher *publisher, const char *why)
{
    if (publisher->failed)
        return;
    publisher->failed = true;
    publisher->options.failed(publisher->options.context, why);
}

/* Ends the stage for this record's sake: its offset is not committed, so that it is read again. */
static void give_up(struct publisher *publisher, struct record *record, const char *why)
{
    fail(publisher, why);
    let_go(publisher, record);
}

/* Its outputs are with Kafka, or it has none: the offset may be committed once all before it are.
 */
static void finish(struct publisher *publisher, struct record *record)
{
    struct lane *lane = record->lane;

    if (prefix_finish(&lane->prefix, record->sequence, record->article->coordinates.offset))
        atomic_store(&lane->position, lane->prefix.position);
    let_go(publisher, record);
}

static void tell_window(struct publisher *publisher)
{
    if (publisher->left_count == 0)
        return;
    window_leave(publisher->options.window, publisher->left_count, publisher->left_bytes);
    publisher->left_count = 0;
    publisher->left_bytes = 0;
}

/* ---- sending ---- */

static void send_record(struct publisher *publisher, struct record *record)
{
    char why[DISPATCH_WHY_SIZE];

    if (dispatch_send(&publisher->dispatch, record, why) != 0)
        give_up(publisher, record, why);
}

/* At least once: the delivery report ends it. Exactly once: the commit does. */
static void let_out(struct publisher *publisher, struct record *record)
{
    char why[DISPATCH_WHY_SIZE];

    if (publisher->transaction != NULL) {
        if (transaction_add(publisher->transaction, record, why) != 0)
            fail(publisher, why);
    } else if (record->fate == RECORD_DROP) {
        finish(publisher, record);
    } else {
        send_record(publisher, record);
    }
}

/* ---- one article, in its turn ---- */

/* The rest of what settling may add: a verdict with an id, a digest's ids. */
enum { VERDICT_ROOM = 4096, HEADERS_ROOM = 1024 };

static size_t header_bytes(const struct record *record)
{
    size_t bytes = HEADERS_ROOM;
    const char *name = NULL;
    const void *value = NULL;
    size_t length = 0;

    for (size_t i = 0;
         record->headers != NULL && rd_kafka_header_get_all(record->headers, i, &name, &value,
                                                            &length) == RD_KAFKA_RESP_ERR_NO_ERROR;
         i++)
        bytes += strlen(name) + length + 10;
    return bytes;
}

/* A text as JSON has at most six bytes for one. */
enum { ESCAPED = 6, FRAME_OF_ARTICLE = 1 << 16, FRAME_OF_ENTITY = 256, FRAME_OF_MENTION = 96 };

static size_t bound_of_entity(const struct entity *entity)
{
    size_t bytes = FRAME_OF_ENTITY + entity->name.length * ESCAPED;

    for (uint32_t i = 0; i < entity->id_count; i++)
        bytes += entity->ids[i].length * ESCAPED;
    for (uint32_t i = 0; i < entity->mention_count; i++)
        bytes += FRAME_OF_MENTION + entity->mentions[i].text.length * ESCAPED;
    return bytes;
}

/* More than the enriched article can have, without writing it. */
static size_t bound_of_output(const struct article *article)
{
    const struct article_results *results = &article->results;
    size_t bytes = FRAME_OF_ARTICLE + article->payload.length * ESCAPED;

    for (uint32_t i = 0; i < results->section_count; i++)
        bytes += results->sections[i].name.length + results->sections[i].json.length;
    for (uint32_t i = 0; results->entities != NULL && i < results->entities->entity_count; i++)
        bytes += bound_of_entity(&results->entities->entities[i]);
    return bytes;
}

/* Before anything is claimed or produced. Nearly all articles are far from the limit and cost
 * next to nothing. */
static void check_size(struct publisher *publisher, struct record *record)
{
    const struct size_limit *limit = &publisher->size_limit;
    struct article *article = record->article;
    size_t rest = VERDICT_ROOM + record->key.length + header_bytes(record);

    if (record->fate != RECORD_PUBLISH || article->kind == KIND_TOMBSTONE ||
        bound_of_output(article) + rest < limit->bytes)
        return;
    article_render(article, (enum article_format)publisher->settings->consumer.input.format,
                   &publisher->options.made_by, &record->output);
    size_t size = record->output.length;
    bool fits = size_limit_fits(limit, buffer_slice(&record->output), rest);

    buffer_clear(&record->output);
    if (fits)
        return;
    record->fate = RECORD_REJECT;
    article_reject(
        article, REASON_OUTPUT_TOO_LARGE, NULL,
        "the enriched article would have about %zu bytes, compressed still more than the %zu "
        "that topic %s takes; raise its max.message.bytes",
        size, limit->bytes, limit->topic);
}

/* For the kill that may follow; where kills have a topic of their own nobody asks. */
static void note_destinations(struct publisher *publisher, struct record *record)
{
    const struct producer_settings *settings = &publisher->settings->producer;
    struct article *article = record->article;

    if (article->kind != KIND_ARTICLE || settings->kills != NULL)
        return;
    buffer_clear(&publisher->destinations);
    route_destinations(settings, record, &publisher->destinations);
    article->destinations = arena_copy(&article->arena, buffer_slice(&publisher->destinations));
}

static bool prepare_to_settle(struct publisher *publisher, struct record *record)
{
    check_size(publisher, record);
    if (record->fate != RECORD_PUBLISH || record->article->kind == KIND_TOMBSTONE)
        return false;
    note_destinations(publisher, record);
    return true;
}

bool publisher_prepare_to_settle(struct publisher *publisher, struct record *record)
{
    pthread_rwlock_rdlock(&publisher->force_lock);
    bool settles = prepare_to_settle(publisher, record);

    pthread_rwlock_unlock(&publisher->force_lock);
    return settles;
}

void record_settle(struct record *record, enum chain_outcome outcome)
{
    switch (outcome) {
    case CHAIN_DONE:
        break;
    case CHAIN_DROPPED:
        record->fate = RECORD_DROP;
        break;
    case CHAIN_REJECTED:
        record->fate = RECORD_REJECT;
        break;
    case CHAIN_PENDING: /* in-memory journals answer at once */
    case CHAIN_FATAL:
        record->fate = RECORD_FATAL;
        break;
    }
}

/* In the publisher's own thread, which alone replaces what is in force: no lock. */
static void settle(struct publisher *publisher, struct record *record)
{
    if (publisher->options.settles && prepare_to_settle(publisher, record))
        record_settle(record, chain_settle(publisher->options.chain, record->article));
}

/* It was settled, and goes to the dead letters all the same. */
static void take_claim_back(void *context, const struct record *record)
{
    struct publisher *publisher = context;
    const struct article *article = record->article;

    if (article->kind == KIND_TOMBSTONE)
        return;
    if (publisher->options.settles)
        chain_retract(publisher->options.chain, &article->coordinates);
    else
        publisher->options.retract(publisher->options.context, &article->coordinates);
}

static void render(struct publisher *publisher, struct record *record)
{
    if (record->fate != RECORD_PUBLISH || record->article->kind == KIND_TOMBSTONE)
        return;
    article_render(record->article, (enum article_format)publisher->settings->consumer.input.format,
                   &publisher->options.made_by, &record->output);
    if (!record->output.overflow)
        return;
    record->fate = RECORD_REJECT;
    article_reject(record->article, REASON_OUTPUT_TOO_LARGE, NULL,
                   "the enriched article would be larger than 1 GiB");
    take_claim_back(publisher, record);
}

static void count_published(struct publisher *publisher, const struct article *article)
{
    const struct article_results *results = &article->results;

    count(&publisher->articles, article->kind == KIND_TOMBSTONE ? "tombstone" : "published");
    if (results->language != NULL)
        metric_family_add(&publisher->languages, results->language->tag, 1);
    if (results->duplicate != NULL)
        count(&publisher->verdicts, duplicate_verdict_name(results->duplicate->verdict));
    trends_count(publisher->trends, results->entities, clock_monotonic_ms());
}

static struct slice traceparent_of(const struct record *record)
{
    const void *value = NULL;
    size_t length = 0;

    if (record->headers == NULL || rd_kafka_header_get_last(record->headers, "traceparent", &value,
                                                            &length) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return slice_of(NULL, 0);
    return slice_of(value, length);
}

static void log_rejection(const struct record *record)
{
    const struct article *article = record->article;
    struct log_place place = {record->lane->topic, record->lane->partition,
                              article->coordinates.offset};

    log_event_traced(LOG_WARNING, &place, traceparent_of(record), "rejected, %s: %s",
                     article_reason_name(article->reason), article->reason_text);
}

static void count_fate(struct publisher *publisher, const struct record *record)
{
    switch (record->fate) {
    case RECORD_PUBLISH:
        count_published(publisher, record->article);
        break;
    case RECORD_REJECT:
        count(&publisher->articles, "rejected");
        count(&publisher->dead_letters, article_reason_name(record->article->reason));
        log_rejection(record);
        break;
    case RECORD_DROP:
        count(&publisher->articles, "dropped");
        break;
    case RECORD_FATAL:
    case RECORD_UNSETTLED:
        break;
    }
}

static void weigh(struct publisher *publisher, struct record *record)
{
    size_t more = record_weigh(record);

    if (more > 0)
        window_enter(publisher->options.window, 0, more);
}

static void publish(struct publisher *publisher, struct record *record)
{
    settle(publisher, record);
    render(publisher, record);
    weigh(publisher, record);
    count_fate(publisher, record);
    if (record->fate == RECORD_FATAL)
        give_up(publisher, record, record->article->reason_text);
    else
        let_out(publisher, record);
}

/* ---- in order ---- */

static void discard_all(struct publisher *publisher, struct lane *lane)
{
    struct record *record;

    while ((record = order_take_any(&lane->order)) != NULL)
        let_go(publisher, record);
}

static void take_in(struct publisher *publisher, struct record *record)
{
    struct lane *lane = lane_hold(record->lane);

    if (record->fate == RECORD_UNSETTLED || atomic_load(&lane->closed) || publisher->failed) {
        /* The partition is somebody else's by now, who reads the record again; or it is read again
         * after a restart. */
        let_go(publisher, record);
        discard_all(publisher, lane);
    } else {
        order_put(&lane->order, record->sequence, record);
        while (!publisher->failed && (record = order_take(&lane->order)) != NULL)
            publish(publisher, record);
    }
    lane_release(lane);
}

static bool take_in_finished(struct publisher *publisher)
{
    void *records[BATCH];
    size_t taken = queue_pop(publisher->finished, records, BATCH, 0);

    for (size_t i = 0; i < taken; i++)
        take_in(publisher, records[i]);
    return taken == BATCH;
}

static void send_again(struct publisher *publisher)
{
    void *record;

    while (queue_pop(publisher->again, &record, 1, 0) == 1)
        send_record(publisher, record);
}

/* ---- delivery reports ---- */

static void log_refusal(const struct record *record, rd_kafka_resp_err_t error)
{
    struct log_place place = {record->lane->topic, record->lane->partition,
                              record->article->coordinates.offset};

    log_event_traced(LOG_WARNING, &place, traceparent_of(record), "delivery failed: %s",
                     rd_kafka_err2str(error));
}

/* Runs inside producer_poll, which must not be entered again: what needs sending waits in `again`.
 */
static void try_again(struct publisher *publisher, struct record *record, rd_kafka_resp_err_t error)
{
    char why[DISPATCH_WHY_SIZE];
    void *item = record;

    if (!publisher->failed)
        log_refusal(record, error);
    if (dispatch_reconsider(&publisher->dispatch, record, error, why) != 0)
        give_up(publisher, record, why);
    else
        queue_push(publisher->again, &item, 1);
}

static void on_delivered(void *context, void *opaque, rd_kafka_resp_err_t error)
{
    struct publisher *publisher = context;
    struct record *record = opaque;
    char why[DISPATCH_WHY_SIZE];

    if (publisher->transaction != NULL) {
        if (transaction_report(publisher->transaction, record, error, why) != 0)
            fail(publisher, why);
    } else if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        finish(publisher, record);
    } else if (error == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
               error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
        let_go(publisher, record);
    } else {
        try_again(publisher, record, error);
    }
}

/* ---- exactly once ---- */

static void on_transaction_ended(void *context, struct record *record, bool committed)
{
    struct publisher *publisher = context;
    struct lane *lane = lane_hold(record->lane);

    if (committed) {
        finish(publisher, record);
        atomic_store(&lane->committed, atomic_load(&lane->position));
        atomic_store(&lane->home, atomic_load(&lane->position));
    } else {
        let_go(publisher, record);
    }
    lane_release(lane);
}

static void discard_producer(struct producer *producer)
{
    producer_purge(producer);
    while (producer_outstanding(producer) > 0)
        producer_poll(producer, 10);
    producer_free(producer);
}

/* Workers wake the producer that is there: not while it changes. */
static int renew_producer(void *context)
{
    struct publisher *publisher = context;
    char error[DISPATCH_WHY_SIZE];
    struct producer *fresh =
        producer_new(publisher->settings, size_limit_batch(&publisher->size_limit), on_delivered,
                     publisher, error, sizeof error);

    if (fresh == NULL) {
        log_event(LOG_ERROR, "%s", error);
        return -1;
    }
    pthread_mutex_lock(&publisher->producer_lock);
    struct producer *old = publisher->dispatch.producer;

    publisher->dispatch.producer = fresh;
    pthread_mutex_unlock(&publisher->producer_lock);
    discard_producer(old);
    return 0;
}

static void wake(struct publisher *publisher)
{
    pthread_mutex_lock(&publisher->producer_lock);
    producer_wake(publisher->dispatch.producer);
    pthread_mutex_unlock(&publisher->producer_lock);
}

/* ---- the loop ---- */

static void hand_positions_over(struct publisher *publisher)
{
    int64_t now = clock_monotonic_ms();

    if (now - publisher->stored_ms < publisher->settings->producer.commit_interval)
        return;
    publisher->stored_ms = now;
    consumer_store(publisher->options.consumer);
}

static void bring_offsets_home(struct publisher *publisher)
{
    char why[DISPATCH_WHY_SIZE];

    if (publisher->transaction == NULL)
        hand_positions_over(publisher);
    else if (!publisher->failed && transaction_step(publisher->transaction, why) != 0)
        fail(publisher, why);
}

static void give_up_rest(struct publisher *publisher)
{
    void *record;

    if (publisher->transaction != NULL)
        transaction_give_up(publisher->transaction);
    producer_purge(publisher->dispatch.producer);
    while (producer_outstanding(publisher->dispatch.producer) > 0)
        producer_poll(publisher->dispatch.producer, 10);
    while (queue_pop(publisher->finished, &record, 1, 0) == 1) {
        discard_all(publisher, ((struct record *)record)->lane);
        let_go(publisher, record);
    }
    while (queue_pop(publisher->again, &record, 1, 0) == 1)
        let_go(publisher, record);
    tell_window(publisher);
}

static bool takes_records(const struct publisher *publisher)
{
    return publisher->transaction == NULL || publisher->failed ||
           transaction_accepts(publisher->transaction);
}

/* After a failure nothing waits for a commit that will not come: intake can drain. */
static void let_go_when_failed(struct publisher *publisher)
{
    if (publisher->failed && publisher->transaction != NULL)
        transaction_give_up(publisher->transaction);
}

/* ---- reload ---- */

static void take_change(struct publisher *publisher)
{
    pthread_mutex_lock(&publisher->change_lock);
    const struct publisher_change *change = publisher->change;

    if (change != NULL) {
        pthread_rwlock_wrlock(&publisher->force_lock);
        publisher->options.config = change->config;
        publisher->options.made_by = change->made_by;
        publisher->settings = config_settings(change->config);
        publisher->dispatch.settings = publisher->settings;
        publisher->dispatch.digest = config_digest(change->config);
        if (change->size_limit != NULL)
            publisher->size_limit = *change->size_limit;
        pthread_rwlock_unlock(&publisher->force_lock);
        publisher->change = NULL;
        pthread_cond_broadcast(&publisher->changed);
    }
    pthread_mutex_unlock(&publisher->change_lock);
}

void publisher_change(struct publisher *publisher, const struct publisher_change *change)
{
    pthread_mutex_lock(&publisher->change_lock);
    publisher->change = change;
    wake(publisher);
    while (publisher->change != NULL)
        pthread_cond_wait(&publisher->changed, &publisher->change_lock);
    pthread_mutex_unlock(&publisher->change_lock);
}

void publisher_run(struct publisher *publisher)
{
    int64_t interval = publisher->settings->producer.commit_interval;
    int wait_ms = (int)(interval < LONGEST_POLL_MS ? interval : LONGEST_POLL_MS);
    bool more = false;

    while (!atomic_load(&publisher->stopping)) {
        producer_poll(publisher->dispatch.producer, more ? 0 : wait_ms);
        take_change(publisher);
        send_again(publisher);
        more = takes_records(publisher) && take_in_finished(publisher);
        bring_offsets_home(publisher);
        let_go_when_failed(publisher);
        tell_window(publisher);
    }
    give_up_rest(publisher);
}

void publisher_hand_over(struct publisher *publisher, struct record *const *records, size_t count)
{
    queue_push(publisher->finished, (void *const *)records, count);
    wake(publisher);
}

void publisher_stop(struct publisher *publisher)
{
    atomic_store(&publisher->stopping, true);
    wake(publisher);
}

int publisher_prepare(struct publisher *publisher, char *ret_error, size_t error_size)
{
    char why[DISPATCH_WHY_SIZE];

    publisher->size_limit =
        size_limit_ask(producer_client(publisher->dispatch.producer), publisher->settings);
    if (size_limit_batch(&publisher->size_limit) > 0 && renew_producer(publisher) != 0) {
        snprintf(ret_error, error_size, "the producer could not be made anew");
        return -1;
    }
    if (publisher->transaction == NULL || transaction_init(publisher->transaction, why) == 0)
        return 0;
    snprintf(ret_error, error_size, "%s", why);
    return -1;
}

struct producer *publisher_producer(const struct publisher *publisher)
{
    return publisher->dispatch.producer;
}

struct trends *publisher_trends(const struct publisher *publisher)
{
    return publisher->trends;
}

/* ---- life ---- */

static void register_counts(struct publisher *publisher)
{
    struct metrics *metrics = publisher->options.metrics;

    publisher->articles = (struct metric_family){
        metrics, "copydesk_articles_total", "Articles by what became of them.", "outcome", NULL, 0};
    publisher->languages = (struct metric_family){
        metrics, "copydesk_languages_total", "Published articles by language.", "language", NULL,
        0};
    publisher->verdicts = (struct metric_family){metrics,
                                                 "copydesk_verdicts_total",
                                                 "Published articles by duplicate verdict.",
                                                 "verdict",
                                                 NULL,
                                                 0};
    publisher->dead_letters = (struct metric_family){
        metrics, "copydesk_dead_letters_total", "Dead letters by reason.", "reason", NULL, 0};
}

static struct transaction *new_transaction(struct publisher *publisher)
{
    return transaction_new(&(struct transaction_options){
        .consumer = publisher->options.consumer,
        .metrics = publisher->options.metrics,
        .dispatch = &publisher->dispatch,
        .interval_ms = publisher->settings->producer.commit_interval,
        .stopping = &publisher->stopping,
        .ended = on_transaction_ended,
        .renew = renew_producer,
        .context = publisher,
    });
}

struct publisher *publisher_new(const struct publisher_options *options, char *ret_error,
                                size_t error_size)
{
    struct publisher *publisher = memory_zeroed(1, sizeof *publisher);

    publisher->options = *options;
    publisher->settings = config_settings(options->config);
    publisher->dispatch.settings = publisher->settings;
    publisher->dispatch.digest = config_digest(options->config);
    publisher->dispatch.refused = take_claim_back;
    publisher->dispatch.context = publisher;
    publisher->dispatch.producer =
        producer_new(publisher->settings, 0, on_delivered, publisher, ret_error, error_size);
    if (publisher->dispatch.producer == NULL)
        return memory_free(publisher);
    pthread_mutex_init(&publisher->producer_lock, NULL);
    pthread_rwlock_init(&publisher->force_lock, NULL);
    pthread_mutex_init(&publisher->change_lock, NULL);
    pthread_cond_init(&publisher->changed, NULL);
    publisher->finished = queue_new();
    publisher->again = queue_new();
    if (publisher->settings->producer.delivery == DELIVERY_EXACTLY_ONCE)
        publisher->transaction = new_transaction(publisher);
    register_counts(publisher);
    publisher->trends = trends_new();
    return publisher;
}

void publisher_free(struct publisher *publisher)
{
    if (publisher == NULL)
        return;
    transaction_free(publisher->transaction);
    producer_free(publisher->dispatch.producer);
    queue_free(publisher->finished);
    queue_free(publisher->again);
    buffer_free(&publisher->dispatch.topic);
    buffer_free(&publisher->destinations);
    trends_free(publisher->trends);
    metric_family_free(&publisher->articles);
    metric_family_free(&publisher->languages);
    metric_family_free(&publisher->verdicts);
    metric_family_free(&publisher->dead_letters);
    pthread_mutex_destroy(&publisher->producer_lock);
    pthread_rwlock_destroy(&publisher->force_lock);
    pthread_mutex_destroy(&publisher->change_lock);
    pthread_cond_destroy(&publisher->changed);
    memory_free(publisher);
}

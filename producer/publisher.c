#include "producer/publisher.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/queue.h"
#include "producer/headers.h"
#include "producer/route.h"

enum {
    BATCH = 256,
    MAX_ATTEMPTS = 8,
    ERROR_SIZE = 512,
    SMALLEST_CUT = 1024, /* a dead letter that is still too large then does not fit at all */
};

struct publisher {
    struct publisher_options options;
    const struct settings *settings;
    struct producer *producer;
    struct queue *finished; /* records from the workers */
    struct queue *again;    /* records whose delivery failed in a way that another try may cure */
    struct buffer topic;
    size_t left_count; /* ended since the window was told */
    size_t left_bytes;
    int64_t stored_ms; /* when positions were last handed over */
    atomic_bool stopping;
    bool failed;
    struct metric_family articles;
    struct metric_family languages;
    struct metric_family verdicts;
    struct metric_family dead_letters;
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

/* Ends the stage for this record's sake: its offset is not committed, so that it is read again. */
static void give_up(struct publisher *publisher, struct record *record, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void give_up(struct publisher *publisher, struct record *record, const char *format, ...)
{
    char text[ERROR_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    let_go(publisher, record);
    if (publisher->failed)
        return;
    publisher->failed = true;
    publisher->options.failed(publisher->options.context, text);
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

/* Brokers refuse timestamps from the future (and would abort a transaction for it). */
static int64_t clamp_timestamp(int64_t timestamp_ms, int64_t *ret_original_ms)
{
    int64_t now = clock_wall_ms();

    *ret_original_ms = timestamp_ms > now ? timestamp_ms : -1;
    return timestamp_ms > now ? now : timestamp_ms;
}

static rd_kafka_resp_err_t send_article(struct publisher *publisher, struct record *record)
{
    const struct article *article = record->article;
    int64_t original_ms;
    int64_t timestamp_ms = clamp_timestamp(record->timestamp_ms, &original_ms);

    buffer_clear(&publisher->topic);
    route_record(&publisher->settings->producer, record, &publisher->topic);
    buffer_append_byte(&publisher->topic, '\0');
    return producer_send(
        publisher->producer,
        &(struct producer_message){
            .topic = publisher->topic.data,
            .value =
                article->kind == KIND_TOMBSTONE ? article->payload : buffer_slice(&record->output),
            .key = record->key,
            .headers =
                headers_of_article(record, config_digest(publisher->options.config), original_ms),
            .timestamp_ms = timestamp_ms,
            .opaque = record,
        });
}

static rd_kafka_resp_err_t send_dead_letter(struct publisher *publisher, struct record *record)
{
    struct slice value = record->article->payload;
    int64_t original_ms;
    int64_t timestamp_ms = clamp_timestamp(record->timestamp_ms, &original_ms);

    if (record->cut > 0)
        value.length = record->cut;
    return producer_send(publisher->producer,
                         &(struct producer_message){
                             .topic = publisher->settings->producer.dead_letters,
                             .value = value,
                             .key = record->key,
                             .headers = headers_of_dead_letter(
                                 record, config_digest(publisher->options.config), original_ms),
                             .timestamp_ms = timestamp_ms,
                             .opaque = record,
                         });
}

static void send_record(struct publisher *publisher, struct record *record);

/* An article too large for its topic becomes a dead letter; a dead letter too large is cut until it
 * fits. */
static void shrink(struct publisher *publisher, struct record *record)
{
    struct article *article = record->article;
    size_t length = record->cut > 0 ? record->cut : article->payload.length;

    if (record->fate == RECORD_PUBLISH) {
        record->fate = RECORD_REJECT;
        article_reject(article, REASON_OUTPUT_TOO_LARGE, NULL,
                       "the enriched article has %zu bytes, more than its topic takes; raise "
                       "max.message.bytes of the topic, or message.max.bytes under producer.kafka",
                       record->output.length);
    } else if (length / 2 >= SMALLEST_CUT) {
        record->cut = length / 2;
    } else {
        give_up(
            publisher, record,
            "%s refuses even a dead letter of %zu bytes as too large; raise its max.message.bytes",
            publisher->settings->producer.dead_letters, length);
        return;
    }
    send_record(publisher, record);
}

static void judge_failure(struct publisher *publisher, struct record *record,
                          rd_kafka_resp_err_t error)
{
    if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        shrink(publisher, record);
    else if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
             error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
        give_up(publisher, record,
                "topic %s does not exist; create it: kafka-topics.sh --create --topic %s "
                "--bootstrap-server ADDRESS",
                publisher->topic.data, publisher->topic.data);
    else if (error == RD_KAFKA_RESP_ERR__FATAL)
        give_up(publisher, record, "the producer cannot go on: %s", rd_kafka_err2str(error));
    else if (record->attempts >= MAX_ATTEMPTS)
        give_up(publisher, record, "an article could not be produced after %u attempts: %s",
                record->attempts, rd_kafka_err2str(error));
    else
        send_record(publisher, record);
}

static void send_record(struct publisher *publisher, struct record *record)
{
    record->attempts++;
    rd_kafka_resp_err_t error = record->fate == RECORD_PUBLISH
                                    ? send_article(publisher, record)
                                    : send_dead_letter(publisher, record);

    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        judge_failure(publisher, record, error);
}

/* ---- one article, in its turn ---- */

static void settle(struct publisher *publisher, struct record *record)
{
    struct article *article = record->article;

    if (record->fate != RECORD_PUBLISH || article->kind == KIND_TOMBSTONE)
        return;
    switch (chain_settle(publisher->options.chain, article)) {
    case CHAIN_DONE:
        break;
    case CHAIN_DROPPED:
        record->fate = RECORD_DROP;
        break;
    case CHAIN_REJECTED:
        record->fate = RECORD_REJECT;
        break;
    case CHAIN_PENDING: /* the in-memory journal answers at once */
    case CHAIN_FATAL:
        record->fate = RECORD_FATAL;
        break;
    }
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
}

static void count_published(struct publisher *publisher, const struct article *article)
{
    const struct article_results *results = &article->results;

    count(&publisher->articles, article->kind == KIND_TOMBSTONE ? "tombstone" : "published");
    if (results->language != NULL)
        metric_family_add(&publisher->languages, results->language->tag, 1);
    if (results->duplicate != NULL)
        count(&publisher->verdicts, duplicate_verdict_name(results->duplicate->verdict));
}

static void log_rejection(const struct record *record)
{
    const struct article *article = record->article;
    struct log_place place = {record->lane->topic, record->lane->partition,
                              article->coordinates.offset};

    log_event_at(LOG_WARNING, &place, "rejected, %s: %s", article_reason_name(article->reason),
                 article->reason_text);
}

static void publish(struct publisher *publisher, struct record *record)
{
    settle(publisher, record);
    render(publisher, record);
    switch (record->fate) {
    case RECORD_PUBLISH:
        count_published(publisher, record->article);
        send_record(publisher, record);
        break;
    case RECORD_REJECT:
        count(&publisher->articles, "rejected");
        count(&publisher->dead_letters, article_reason_name(record->article->reason));
        log_rejection(record);
        send_record(publisher, record);
        break;
    case RECORD_DROP:
        count(&publisher->articles, "dropped");
        finish(publisher, record);
        break;
    case RECORD_FATAL:
        give_up(publisher, record, "%s", record->article->reason_text);
        break;
    }
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

    if (atomic_load(&lane->closed) || publisher->failed) {
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

    log_event_at(LOG_WARNING, &place, "delivery failed: %s", rd_kafka_err2str(error));
}

/* Runs inside producer_poll, which must not be entered again: what needs sending waits in `again`.
 */
static void on_delivered(void *context, void *opaque, rd_kafka_resp_err_t error)
{
    struct publisher *publisher = context;
    struct record *record = opaque;

    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        finish(publisher, record);
        return;
    }
    if (error == RD_KAFKA_RESP_ERR__PURGE_QUEUE || error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
        let_go(publisher, record);
        return;
    }
    log_refusal(record, error);
    if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && record->fate == RECORD_PUBLISH) {
        record->fate = RECORD_REJECT;
        article_reject(record->article, REASON_OUTPUT_TOO_LARGE, NULL,
                       "the broker refuses the enriched article of %zu bytes; raise "
                       "max.message.bytes of its topic",
                       record->output.length);
    } else if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
        record->cut = (record->cut > 0 ? record->cut : record->article->payload.length) / 2;
    }
    void *item = record;

    queue_push(publisher->again, &item, 1);
}

/* ---- the loop ---- */

static void store_when_due(struct publisher *publisher)
{
    int64_t now = clock_monotonic_ms();

    if (now - publisher->stored_ms < publisher->settings->producer.commit_interval)
        return;
    publisher->stored_ms = now;
    publisher->options.store(publisher->options.context);
}

static void give_up_rest(struct publisher *publisher)
{
    void *record;

    producer_purge(publisher->producer);
    while (producer_outstanding(publisher->producer) > 0)
        producer_poll(publisher->producer, 10);
    while (queue_pop(publisher->finished, &record, 1, 0) == 1) {
        discard_all(publisher, ((struct record *)record)->lane);
        let_go(publisher, record);
    }
    while (queue_pop(publisher->again, &record, 1, 0) == 1)
        let_go(publisher, record);
    tell_window(publisher);
}

void publisher_run(struct publisher *publisher)
{
    int wait_ms = (int)publisher->settings->producer.commit_interval;
    bool more = false;

    while (!atomic_load(&publisher->stopping)) {
        producer_poll(publisher->producer, more ? 0 : wait_ms);
        send_again(publisher);
        more = take_in_finished(publisher);
        tell_window(publisher);
        store_when_due(publisher);
    }
    give_up_rest(publisher);
}

void publisher_hand_over(struct publisher *publisher, struct record *const *records, size_t count)
{
    queue_push(publisher->finished, (void *const *)records, count);
    producer_wake(publisher->producer);
}

void publisher_stop(struct publisher *publisher)
{
    atomic_store(&publisher->stopping, true);
    producer_wake(publisher->producer);
}

struct producer *publisher_producer(const struct publisher *publisher)
{
    return publisher->producer;
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

struct publisher *publisher_new(const struct publisher_options *options, char *ret_error,
                                size_t error_size)
{
    struct publisher *publisher = memory_zeroed(1, sizeof *publisher);

    publisher->options = *options;
    publisher->settings = config_settings(options->config);
    publisher->producer =
        producer_new(publisher->settings, on_delivered, publisher, ret_error, error_size);
    if (publisher->producer == NULL)
        return memory_free(publisher);
    publisher->finished = queue_new();
    publisher->again = queue_new();
    register_counts(publisher);
    return publisher;
}

void publisher_free(struct publisher *publisher)
{
    if (publisher == NULL)
        return;
    producer_free(publisher->producer);
    queue_free(publisher->finished);
    queue_free(publisher->again);
    buffer_free(&publisher->topic);
    metric_family_free(&publisher->articles);
    metric_family_free(&publisher->languages);
    metric_family_free(&publisher->verdicts);
    metric_family_free(&publisher->dead_letters);
    memory_free(publisher);
}

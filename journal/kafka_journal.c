#include "journal/kafka_journal.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "config/kafka_access.h"
#include "config/kafka_conf.h"
#include "journal/echoes.h"

enum {
    REASON_SIZE = 1024,
    LOOK_UP_MS = 1000,
    ASK_AGAIN_MS = 200,
    FULL_QUEUE_WAIT_MS = 10,
    SILENT_MS = 5000,
    BATCH = 512, /* records that are applied before the caller is served again */
    CLOSE_MS = 1000,
};

struct kafka_journal {
    struct journal interface; /* first: a pointer to it is a pointer to the whole */
    struct kafka_journal_options options;
    struct journal_needs needs;
    journal_apply apply;
    void *apply_context;

    rd_kafka_t *producer;
    rd_kafka_topic_t *producer_topic;
    rd_kafka_t *reader;
    rd_kafka_topic_t *reader_topic;
    rd_kafka_queue_t *records;
    struct kafka_link link;

    struct echoes echoes;
    int64_t applied;    /* position of the last record that was applied; -1: none */
    int64_t time_ms;    /* of records; it does not go back */
    int64_t restore_to; /* the end that was seen at the start; -1: not looked up yet */
    int64_t began_ms;
    bool closed;
    atomic_int state; /* enum kafka_journal_state */
    char reason[REASON_SIZE];
    struct {
        struct metric *echo;
        struct metric *records;
        struct metric *awaited;
        struct metric *restored;
    } counts;
};

static struct kafka_journal *whole_of(struct journal *journal)
{
    return (struct kafka_journal *)(void *)journal;
}

static enum kafka_journal_state state_of(const struct kafka_journal *journal)
{
    return (enum kafka_journal_state)atomic_load(&journal->state);
}

static bool is_over(const struct kafka_journal *journal)
{
    return state_of(journal) == JOURNAL_LOST || state_of(journal) == JOURNAL_FAILED;
}

static void end_with(struct kafka_journal *journal, enum kafka_journal_state state,
                     const char *reason)
{
    if (is_over(journal))
        return;
    snprintf(journal->reason, REASON_SIZE, "%s", reason);
    atomic_store(&journal->state, state);
}

static void lose(struct kafka_journal *journal, const char *what)
{
    char text[REASON_SIZE];

    snprintf(text, sizeof text,
             "topic %s: %s; what is in memory is not what the log says any more: beginning again, "
             "with a restore",
             journal->needs.topic, what);
    end_with(journal, JOURNAL_LOST, text);
}

/* ---- appending ---- */

/* The record's sequence travels as the message's opaque pointer. */
static void on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    struct kafka_journal *journal = opaque;
    uint64_t sequence = (uint64_t)(uintptr_t)message->_private;
    char text[REASON_SIZE];

    (void)client;
    if (journal->closed)
        return;
    if (message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
        kafka_access_denied(journal->options.settings, ACCESS_WRITE_TOPIC, journal->needs.topic,
                            text, sizeof text);
        end_with(journal, JOURNAL_FAILED, text);
    } else if (message->err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
        snprintf(text, sizeof text,
                 "topic %s refuses a record of %zu bytes; raise its "
                 "max.message.bytes to %zu",
                 journal->needs.topic, message->len, journal->needs.record_bytes * 2);
        end_with(journal, JOURNAL_FAILED, text);
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        snprintf(text, sizeof text, "a record could not be appended (%s)",
                 rd_kafka_err2str(message->err));
        lose(journal, text);
    } else if (message->offset >= 0 && message->offset <= journal->applied &&
               echoes_awaits(&journal->echoes, sequence)) {
        lose(journal, "a record that the brokers had acknowledged is not where they said");
    }
}

static rd_kafka_resp_err_t produce(struct kafka_journal *journal, struct slice record,
                                   const char *key, uint64_t sequence)
{
    void *bytes = (void *)(uintptr_t)record.data;

    if (rd_kafka_produce(journal->producer_topic, 0, RD_KAFKA_MSG_F_COPY, bytes, record.length, key,
                         ECHO_KEY_BYTES, (void *)(uintptr_t)sequence) == 0)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    return rd_kafka_last_error();
}

static int kafka_append(struct journal *interface, struct slice record, struct article *own)
{
    struct kafka_journal *journal = whole_of(interface);
    uint64_t sequence = journal->echoes.next;
    char key[ECHO_KEY_BYTES];
    rd_kafka_resp_err_t error;

    if (journal->closed || is_over(journal))
        return -1;
    echoes_expect(&journal->echoes, own, clock_monotonic_ns(), key);
    while ((error = produce(journal, record, key, sequence)) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        rd_kafka_poll(journal->producer, FULL_QUEUE_WAIT_MS);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    /* It stays awaited: whoever closes the journal gets the article back. */
    lose(journal, rd_kafka_err2str(error));
    return 0;
}

/* ---- reading ---- */

static void take_record(struct kafka_journal *journal, const rd_kafka_message_t *message)
{
    rd_kafka_timestamp_type_t kind;
    int64_t time_ms = rd_kafka_message_timestamp(message, &kind);
    struct awaited awaited = {.own = NULL};
    enum echo echo =
        echoes_take(&journal->echoes, slice_of(message->key, message->key_len), &awaited);

    if (echo == ECHO_GAP) {
        lose(journal, "a record of this instance is missing");
        return;
    }
    if (echo == ECHO_OWN)
        metric_observe_ns(journal->counts.echo, clock_monotonic_ns() - awaited.since_ns);
    if (time_ms > journal->time_ms)
        journal->time_ms = time_ms;
    const struct journal_record record = {.position = message->offset,
                                          .time_ms = journal->time_ms,
                                          .bytes = slice_of(message->payload, message->len)};

    journal->applied = message->offset;
    metric_add(journal->counts.records, 1);
    journal->apply(journal->apply_context, &record, awaited.own);
}

static void end_restore(struct kafka_journal *journal)
{
    int64_t took_ms = clock_monotonic_ms() - journal->began_ms;

    atomic_store(&journal->state, JOURNAL_LIVE);
    metric_set(journal->counts.restored, took_ms);
    log_event(LOG_INFO, "claims: restored topic %s up to offset %lld, %lld records in %lld ms",
              journal->needs.topic, (long long)journal->restore_to,
              (long long)metric_value(journal->counts.records), (long long)took_ms);
}

/* next: the position that is read next. */
static void mind_restore(struct kafka_journal *journal, int64_t next)
{
    if (state_of(journal) == JOURNAL_RESTORING && journal->restore_to >= 0 &&
        next >= journal->restore_to)
        end_restore(journal);
}

static void take_error(struct kafka_journal *journal, const rd_kafka_message_t *message)
{
    char text[REASON_SIZE];

    switch ((int)message->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        mind_restore(journal, message->offset);
        break;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        lose(journal, "the log does not reach to where it was read, or records were deleted before "
                      "they were read");
        break;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        kafka_access_denied(journal->options.settings, ACCESS_READ_TOPIC, journal->needs.topic,
                            text, sizeof text);
        end_with(journal, JOURNAL_FAILED, text);
        break;
    default:
        log_event(LOG_WARNING, "claims: %s", rd_kafka_message_errstr(message));
    }
}

static void take(struct kafka_journal *journal, rd_kafka_message_t *message)
{
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        take_error(journal, message);
    } else if (message->offset > journal->applied) {
        take_record(journal, message);
        mind_restore(journal, message->offset + 1);
    }
    rd_kafka_message_destroy(message);
}

/* Else the first claims would wait until the producer looks for the topic again. */
static void show_topic_to_producer(struct kafka_journal *journal)
{
    const struct rd_kafka_metadata *metadata = NULL;

    if (rd_kafka_metadata(journal->producer, 0, journal->producer_topic, &metadata, LOOK_UP_MS) ==
        RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(metadata);
}

/* The first time: from the oldest record on. Nothing is read while no broker tells. */
static void begin_reading(struct kafka_journal *journal)
{
    int64_t low = 0;
    int64_t high = 0;
    rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
        journal->reader, journal->needs.topic, 0, &low, &high, LOOK_UP_MS);

    rd_kafka_poll(journal->reader, 0);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_event(LOG_WARNING, "claims: where does topic %s end? %s; asking again",
                  journal->needs.topic, rd_kafka_err2str(error));
        rd_kafka_poll(journal->reader, ASK_AGAIN_MS);
        return;
    }
    if (rd_kafka_consume_start_queue(journal->reader_topic, 0, low, journal->records) != 0) {
        lose(journal, rd_kafka_err2str(rd_kafka_last_error()));
        return;
    }
    show_topic_to_producer(journal);
    journal->restore_to = high;
    log_event(LOG_INFO, "claims: restoring topic %s from offset %lld to %lld", journal->needs.topic,
              (long long)low, (long long)high);
    mind_restore(journal, low);
}

static void mind_silence(struct kafka_journal *journal)
{
    const struct awaited *oldest = echoes_oldest(&journal->echoes);
    bool silent =
        oldest != NULL && clock_monotonic_ns() - oldest->since_ns > SILENT_MS * INT64_C(1000000);

    metric_set(journal->counts.awaited, (int64_t)echoes_count(&journal->echoes));
    if (silent && state_of(journal) == JOURNAL_LIVE) {
        atomic_store(&journal->state, JOURNAL_SILENT);
        log_event(LOG_WARNING, "claims: topic %s is silent: %zu articles wait for their claims",
                  journal->needs.topic, echoes_count(&journal->echoes));
    } else if (!silent && state_of(journal) == JOURNAL_SILENT) {
        atomic_store(&journal->state, JOURNAL_LIVE);
        log_event(LOG_INFO, "claims: topic %s is heard again", journal->needs.topic);
    }
}

enum kafka_journal_state kafka_journal_serve(struct kafka_journal *journal, int timeout_ms)
{
    rd_kafka_message_t *message = NULL;

    if (journal->restore_to < 0 && !is_over(journal))
        begin_reading(journal);
    for (int i = 0; i < BATCH && !is_over(journal); i++) {
        message = rd_kafka_consume_queue(journal->records, i == 0 ? timeout_ms : 0);
        if (message == NULL)
            break;
        take(journal, message);
    }
    rd_kafka_poll(journal->producer, 0);
    rd_kafka_poll(journal->reader, 0);
    mind_silence(journal);
    return state_of(journal);
}

const char *kafka_journal_reason(const struct kafka_journal *journal)
{
    return journal->reason;
}

void kafka_journal_wake(struct kafka_journal *journal)
{
    rd_kafka_queue_yield(journal->records);
}

enum kafka_journal_state kafka_journal_look(const struct kafka_journal *journal)
{
    return state_of(journal);
}

/* ---- life ---- */

static void on_error(rd_kafka_t *client, int error, const char *reason, void *opaque)
{
    struct kafka_journal *journal = opaque;

    (void)client;
    kafka_link_note(&journal->link, (rd_kafka_resp_err_t)error, reason);
}

static rd_kafka_conf_t *producer_conf(const struct settings *settings, char *ret_error,
                                      size_t error_size)
{
    const struct kafka_setting defaults[] = {
        {"bootstrap.servers", "localhost:9092"},
        {"client.id", settings->instance},
        {NULL, NULL},
    };
    const struct kafka_setting owned[] = {
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"message.timeout.ms", "0"}, /* as long as it takes */
        {"linger.ms", "0"},
        {"queue.buffering.max.kbytes", "65536"},
        {NULL, NULL},
    };

    return kafka_conf_new(defaults, &settings->kafka, &settings->producer.kafka, owned, ret_error,
                          error_size);
}

static rd_kafka_conf_t *reader_conf(const struct settings *settings, char *ret_error,
                                    size_t error_size)
{
    const struct kafka_setting defaults[] = {
        {"bootstrap.servers", "localhost:9092"},
        {"client.id", settings->instance},
        {NULL, NULL},
    };
    /* Claims stand outside of transactions: an article may be claimed, its transaction aborted, and
     * the article produced again. */
    const struct kafka_setting owned[] = {
        {"isolation.level", "read_uncommitted"}, {"auto.offset.reset", "error"},
        {"enable.partition.eof", "true"},        {"allow.auto.create.topics", "false"},
        {"fetch.message.max.bytes", "1048576"},  {"queued.max.messages.kbytes", "16384"},
        {"fetch.error.backoff.ms", "50"},        {NULL, NULL},
    };

    return kafka_conf_new(defaults, &settings->kafka, &settings->consumer.kafka, owned, ret_error,
                          error_size);
}

static rd_kafka_t *connect_with(rd_kafka_conf_t *conf, rd_kafka_type_t type,
                                struct kafka_journal *journal, char *ret_error, size_t error_size)
{
    if (conf == NULL)
        return NULL;
    rd_kafka_conf_set_opaque(conf, journal);
    rd_kafka_conf_set_error_cb(conf, on_error);
    if (type == RD_KAFKA_PRODUCER)
        rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    rd_kafka_t *client = rd_kafka_new(type, conf, ret_error, error_size);

    if (client == NULL)
        rd_kafka_conf_destroy(conf);
    return client;
}

static bool connect_both(struct kafka_journal *journal, char *ret_error, size_t error_size)
{
    const struct settings *settings = journal->options.settings;

    journal->producer = connect_with(producer_conf(settings, ret_error, error_size),
                                     RD_KAFKA_PRODUCER, journal, ret_error, error_size);
    if (journal->producer == NULL)
        return false;
    journal->reader = connect_with(reader_conf(settings, ret_error, error_size), RD_KAFKA_CONSUMER,
                                   journal, ret_error, error_size);
    if (journal->reader == NULL)
        return false;
    journal->records = rd_kafka_queue_new(journal->reader);
    journal->producer_topic = rd_kafka_topic_new(journal->producer, journal->needs.topic, NULL);
    journal->reader_topic = rd_kafka_topic_new(journal->reader, journal->needs.topic, NULL);
    if (journal->producer_topic != NULL && journal->reader_topic != NULL)
        return true;
    snprintf(ret_error, error_size, "topic %s: %s", journal->needs.topic,
             rd_kafka_err2str(rd_kafka_last_error()));
    return false;
}

static void kafka_deliver(struct journal *interface)
{
    (void)interface; /* kafka_journal_serve does, when the records are there */
}

static void destroy_client(rd_kafka_t *client, rd_kafka_topic_t *topic)
{
    if (topic != NULL)
        rd_kafka_topic_destroy(topic);
    if (client != NULL)
        rd_kafka_destroy(client);
}

static void kafka_free(struct journal *interface)
{
    struct kafka_journal *journal = whole_of(interface);

    journal->closed = true;
    if (journal->restore_to >= 0)
        rd_kafka_consume_stop(journal->reader_topic, 0);
    if (journal->records != NULL)
        rd_kafka_queue_destroy(journal->records);
    destroy_client(journal->reader, journal->reader_topic);
    if (journal->producer != NULL)
        rd_kafka_purge(journal->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    destroy_client(journal->producer, journal->producer_topic);
    echoes_free(&journal->echoes);
    kafka_link_free(&journal->link);
    memory_free(journal);
}

static uint64_t draw(void)
{
    uint64_t drawn = 0;

    if (getrandom(&drawn, sizeof drawn, 0) != sizeof drawn)
        drawn = (uint64_t)clock_wall_ms() << 20 ^ (uint64_t)clock_monotonic_ns();
    return drawn;
}

static void register_counts(struct kafka_journal *journal)
{
    struct metrics *metrics = journal->options.metrics;

    journal->counts.echo = metrics_histogram(
        metrics, "copydesk_claims_echo_seconds",
        "From appending a claim to reading it back, which an article waits for.", "");
    journal->counts.records = metrics_counter(metrics, "copydesk_claims_read_total",
                                              "Records read from the claims topic.", "");
    journal->counts.awaited =
        metrics_gauge(metrics, "copydesk_claims_awaited",
                      "Records that were appended and not read back yet.", "");
    journal->counts.restored = metrics_gauge(metrics, "copydesk_claims_restored_ms",
                                             "How long the restore at the start took.", "");
}

struct kafka_journal *kafka_journal_new(const struct kafka_journal_options *options,
                                        const struct journal_needs *needs, journal_apply apply,
                                        void *apply_context, char *ret_error, size_t error_size)
{
    struct kafka_journal *journal = memory_zeroed(1, sizeof *journal);

    journal->interface.append = kafka_append;
    journal->interface.deliver = kafka_deliver;
    journal->interface.free = kafka_free;
    journal->options = *options;
    journal->needs = *needs;
    journal->apply = apply;
    journal->apply_context = apply_context;
    journal->applied = -1;
    journal->restore_to = -1;
    journal->began_ms = clock_monotonic_ms();
    atomic_store(&journal->state, JOURNAL_RESTORING);
    kafka_link_init(&journal->link);
    echoes_init(&journal->echoes, draw());
    register_counts(journal);
    if (connect_both(journal, ret_error, error_size))
        return journal;
    kafka_free(&journal->interface);
    return NULL;
}

struct journal *kafka_journal_interface(struct kafka_journal *journal)
{
    return &journal->interface;
}

const struct journal_needs *kafka_journal_needs(const struct kafka_journal *journal)
{
    return &journal->needs;
}

rd_kafka_t *kafka_journal_client(const struct kafka_journal *journal)
{
    return journal->reader;
}

struct kafka_link *kafka_journal_link(struct kafka_journal *journal)
{
    return &journal->link;
}

void kafka_journal_close(struct kafka_journal *journal,
                         void (*each)(void *context, struct article *own), void *context)
{
    struct awaited awaited;

    journal->closed = true;
    rd_kafka_flush(journal->producer, CLOSE_MS);
    while (echoes_give_up(&journal->echoes, &awaited)) {
        if (awaited.own != NULL)
            each(context, awaited.own);
    }
}

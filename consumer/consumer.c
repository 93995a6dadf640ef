#include "consumer/consumer.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "config/kafka_access.h"
#include "config/kafka_conf.h"
#include "consumer/fetched.h"
#include "consumer/lanes.h"
#include "consumer/record_pool.h"
#include "consumer/share.h"

enum {
    BATCH = 32,
    POLL_MS = 100, /* how long a stop may go unnoticed */
    REST_POLL_MS = 5,
    WAIT_BEFORE_PAUSE_MS = 200,
    MIN_PAUSE_MS = 500, /* pausing throws the prefetched records away: never flutter */
    RESUME_PERCENT = 25,
    POOL_SHARE = 16, /* of limits.memory: records that wait to be used again */
    LOOK_UP_MS = 10000,
    ASK_AGAIN_MS = 200,
    ROUSE_MS = 200,
    SETTLE_MS = 1000, /* of a rebalance, before it is joined */
    SETTLE_ASK_MS = 300,
    SETTLE_AGAIN_MS = 20,
    SHARE_ASK_MS = 1000,
    COMMIT_MS = 3000, /* before partitions are given back */
    LEAVE_MS = 3000,  /* after that, when the group is left */
    ERROR_SIZE = 4096,
    SILENT = 0, /* of syslog's levels */
};

struct consumer {
    struct consumer_options options;
    rd_kafka_t *client;
    struct kafka_link link;
    struct lanes *lanes;
    struct record_pool *pool;
    struct record *batch[BATCH]; /* polled, not yet handed on */
    size_t batch_count;
    size_t batch_bytes;
    bool paused;
    int64_t paused_since_ms;
    double allowance; /* records that limits.rate lets through now */
    int64_t allowance_ns;
    atomic_bool stopping;
    int64_t leave_by_ms; /* once it stops */
    atomic_bool draining;
    atomic_bool assigned;
    bool joins;     /* it has asked to be a member */
    bool was_given; /* partitions, or none: at least once */
    bool share_changed;
    bool failed;
    bool group_denied; /* as on_error knows */
    int64_t gave_back_ms;
    int64_t taken;         /* bytes of keys and values that were polled */
    atomic_size_t fetched; /* bytes that wait to be */
    struct {
        struct metric *refetched;
        struct metric *records;
        struct metric *bytes;
        struct metric *rebalances;
        struct metric *lost;
        struct metric *partitions;
        struct metric *pauses;
        struct metric *alone;
    } counts;
};

static void fail(struct consumer *consumer, const char *text)
{
    if (consumer->failed)
        return;
    consumer->failed = true;
    consumer->options.failed(consumer->options.context, text);
}

static bool commits_in_transactions(const struct settings *settings)
{
    return settings->producer.delivery == DELIVERY_EXACTLY_ONCE;
}

/* ---- handing on ---- */

static void flush_batch(struct consumer *consumer)
{
    if (consumer->batch_count == 0)
        return;
    window_enter(consumer->options.window, consumer->batch_count, consumer->batch_bytes);
    metric_add(consumer->counts.records, (int64_t)consumer->batch_count);
    queue_push(consumer->options.work, (void *const *)consumer->batch, consumer->batch_count);
    consumer->batch_count = 0;
    consumer->batch_bytes = 0;
}

static void take_record(struct consumer *consumer, rd_kafka_message_t *message)
{
    struct lane *lane =
        lanes_find(consumer->lanes, rd_kafka_topic_name(message->rkt), message->partition);

    consumer->taken += (int64_t)(message->len + message->key_len);
    if (lane == NULL) /* revoked between fetch and poll */
        return;
    struct record *record = record_new(consumer->pool, message, lane);

    atomic_fetch_add(&lane->in_flight, 1);
    consumer->batch[consumer->batch_count++] = record;
    consumer->batch_bytes += record->weight;
    metric_add(consumer->counts.bytes, (int64_t)message->len);
    consumer->allowance -= 1;
}

/* Why the group does not take this member in, and what helps; NULL for another error. librdkafka
 * would ask for ever. */
static const char *why_no_member(rd_kafka_resp_err_t error)
{
    if (error == RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT)
        return "the brokers refuse session.timeout.ms; set it, under consumer.kafka, to what their "
               "group.min.session.timeout.ms and group.max.session.timeout.ms allow (by default "
               "6000 to 1800000)";
    if (error == RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL)
        return "the group has members that share partitions in another way than this program "
               "(cooperative-sticky); stop these, or set consumer.group to a group of its own";
    if (error == RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED)
        return "the group has as many members as the brokers allow; raise their group.max.size, or "
               "run fewer instances";
    if (error == RD_KAFKA_RESP_ERR_INVALID_GROUP_ID)
        return "the brokers refuse the group's name; set another consumer.group";
    return NULL;
}

static bool fail_when_no_member(struct consumer *consumer, rd_kafka_resp_err_t error)
{
    const char *why = why_no_member(error);
    char text[ERROR_SIZE];

    if (why == NULL)
        return false;
    snprintf(text, sizeof text, "group %s: %s", consumer->options.settings->consumer.group, why);
    fail(consumer, text);
    return true;
}

/* What no other try can help: ends the stage, with the command that does. Returns whether it was
 * such an error. */
static bool fail_when_denied(struct consumer *consumer, rd_kafka_resp_err_t error,
                             const char *topic)
{
    const struct settings *settings = consumer->options.settings;
    char text[ERROR_SIZE];

    if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        kafka_access_denied(settings, ACCESS_READ_GROUP, settings->consumer.group, text,
                            sizeof text);
    else if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        kafka_access_denied(settings, ACCESS_READ_TOPIC, topic, text, sizeof text);
    else
        return false;
    fail(consumer, text);
    return true;
}

static void fail_out_of_range(struct consumer *consumer, const char *topic,
                              const rd_kafka_message_t *message)
{
    const struct settings *settings = consumer->options.settings;
    char text[ERROR_SIZE];

    snprintf(text, sizeof text,
             "%s-%d: the committed offset is no longer in the topic (%s); records were deleted "
             "before they were read. Decide where to go on and set it: kafka-consumer-groups.sh "
             "--bootstrap-server %s --group %s --topic %s:%d --reset-offsets --to-earliest "
             "--execute",
             topic, (int)message->partition, rd_kafka_message_errstr(message),
             kafka_setting_of(settings, &settings->consumer.kafka, "bootstrap.servers",
                              "localhost:9092"),
             settings->consumer.group, topic, (int)message->partition);
    fail(consumer, text);
}

static void take_error(struct consumer *consumer, const rd_kafka_message_t *message)
{
    const char *topic = message->rkt != NULL ? rd_kafka_topic_name(message->rkt) : "-";
    char text[ERROR_SIZE];

    if (fail_when_denied(consumer, message->err, topic) ||
        fail_when_no_member(consumer, message->err))
        return;
    if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
        fail_out_of_range(consumer, topic, message);
    } else if (message->err == RD_KAFKA_RESP_ERR__FATAL) {
        rd_kafka_fatal_error(consumer->client, text, sizeof text);
        fail(consumer, text);
    } else {
        log_event(LOG_WARNING, "consumer: %s: %s", topic, rd_kafka_message_errstr(message));
    }
}

/* ---- assignment ---- */

static bool never(void *context)
{
    (void)context;
    return false;
}

/* Whether the brokers are to be asked again about the new partitions. Waits a little first. */
static bool asks_again(struct consumer *consumer, rd_kafka_resp_err_t error, const char *topic)
{
    if (fail_when_denied(consumer, error, topic))
        return false;
    log_event(LOG_WARNING, "consumer: offsets of %s: %s; asking again", topic,
              rd_kafka_err2str(error));
    window_wait_until(consumer->options.window, never, NULL, ASK_AGAIN_MS);
    return !atomic_load(&consumer->stopping) && !rd_kafka_assignment_lost(consumer->client);
}

static rd_kafka_resp_err_t ask_committed(struct consumer *consumer,
                                         rd_kafka_topic_partition_list_t *list,
                                         const char **ret_topic)
{
    rd_kafka_resp_err_t error = rd_kafka_committed(consumer->client, list, LOOK_UP_MS);

    *ret_topic = list->cnt > 0 ? list->elems[0].topic : "-";
    for (int i = 0; error == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; i++) {
        error = list->elems[i].err;
        *ret_topic = list->elems[i].topic;
    }
    return error;
}

/* Where a partition without a committed offset starts. */
static rd_kafka_resp_err_t ask_first(struct consumer *consumer, rd_kafka_topic_partition_t *part)
{
    int64_t low = -1;
    int64_t high = -1;
    rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
        consumer->client, part->topic, part->partition, &low, &high, LOOK_UP_MS);

    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        part->offset = consumer->options.settings->consumer.from == FROM_LATEST ? high : low;
    return error;
}

/* Gives every partition its start. The position of one that had none is committed at once, so that
 * a group that has read nothing yet is not taken for a new one, and autoscalers see it. */
static bool find_starts(struct consumer *consumer, rd_kafka_topic_partition_list_t *list,
                        bool *is_first)
{
    rd_kafka_resp_err_t error;
    const char *topic;

    while ((error = ask_committed(consumer, list, &topic)) != RD_KAFKA_RESP_ERR_NO_ERROR)
        if (!asks_again(consumer, error, topic))
            return false;
    for (int i = 0; i < list->cnt; i++) {
        rd_kafka_topic_partition_t *part = &list->elems[i];

        is_first[i] = part->offset < 0;
        while (part->offset < 0 &&
               (error = ask_first(consumer, part)) != RD_KAFKA_RESP_ERR_NO_ERROR)
            if (!asks_again(consumer, error, part->topic))
                return false;
    }
    return true;
}

static void open_lanes(struct consumer *consumer, const rd_kafka_topic_partition_list_t *list,
                       const bool *is_first)
{
    for (int i = 0; i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *part = &list->elems[i];
        struct lane *lane = lanes_open(consumer->lanes, part->topic, part->partition);

        if (is_first[i])
            atomic_store(&lane->position, part->offset);
        log_event(LOG_INFO, "consumer: assigned %s-%d from offset %lld", part->topic,
                  (int)part->partition, (long long)part->offset);
    }
    metric_add(consumer->counts.partitions, list->cnt);
}

static void log_error(const char *what, rd_kafka_error_t *error)
{
    if (error == NULL)
        return;
    log_event(LOG_WARNING, "consumer: %s: %s", what, rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
}

/* For partitions that are given back at once, since the stage stops or has lost them: librdkafka
 * wants them assigned all the same, but not from a place that it would have to look up. Without a
 * lane nothing of them is taken or committed. */
static void start_nowhere(rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = RD_KAFKA_OFFSET_END;
}

/* To be told for new partitions, too: librdkafka keeps a partition paused that was so when it was
 * lost, also when it comes back. */
static void set_paused(struct consumer *consumer, rd_kafka_topic_partition_list_t *list,
                       bool paused)
{
    if (paused)
        rd_kafka_pause_partitions(consumer->client, list);
    else
        rd_kafka_resume_partitions(consumer->client, list);
}

/* At least once: what librdkafka is handed for commit it compares with what it committed before,
 * and versions after 2.0.2 take for that the offset in a topic of the same name that was deleted:
 * until the new one is as long, they would commit nothing. A commit by hand makes them
 * forget. 2.0.2 forgets by itself, and would be harmed where the group moves on meanwhile (issue
 * 4059). */
static void commit_firsts(struct consumer *consumer, const rd_kafka_topic_partition_list_t *list,
                          const bool *is_first)
{
    static const int last_good = 0x020002ff;

    if (rd_kafka_version() <= last_good || commits_in_transactions(consumer->options.settings))
        return;
    rd_kafka_topic_partition_list_t *firsts = rd_kafka_topic_partition_list_new(list->cnt);

    for (int i = 0; i < list->cnt; i++)
        if (is_first[i])
            rd_kafka_topic_partition_list_add(firsts, list->elems[i].topic,
                                              list->elems[i].partition)
                ->offset = list->elems[i].offset;
    if (firsts->cnt > 0)
        rd_kafka_commit(consumer->client, firsts, true); /* on_commit takes the answer */
    rd_kafka_topic_partition_list_destroy(firsts);
}

static void assign(struct consumer *consumer, rd_kafka_topic_partition_list_t *list)
{
    consumer->was_given = true;
    bool *is_first = memory_zeroed((size_t)list->cnt, sizeof *is_first);

    bool starts = !atomic_load(&consumer->stopping) && find_starts(consumer, list, is_first);

    if (starts)
        open_lanes(consumer, list, is_first);
    else
        start_nowhere(list);
    log_error("assign", rd_kafka_incremental_assign(consumer->client, list));
    if (starts)
        commit_firsts(consumer, list, is_first);
    memory_free(is_first);
    atomic_store(&consumer->assigned, true);
    set_paused(consumer, list, consumer->paused);
}

struct drain {
    struct consumer *consumer;
    const rd_kafka_topic_partition_list_t *list;
};

static bool is_drained(void *context)
{
    const struct drain *drain = context;

    return lanes_in_flight(drain->consumer->lanes, drain->list) == 0;
}

/* What a stop leaves of shutdown_timeout; all of it otherwise. */
static int64_t drain_budget_ms(const struct consumer *consumer)
{
    int64_t left_ms = consumer->leave_by_ms - clock_monotonic_ms();

    if (consumer->leave_by_ms == 0)
        return consumer->options.settings->shutdown_timeout;
    return left_ms > 0 ? left_ms : 0;
}

static void wait_until_drained(struct consumer *consumer,
                               const rd_kafka_topic_partition_list_t *list)
{
    struct drain drain = {consumer, list};

    flush_batch(consumer);
    bool before = atomic_exchange(&consumer->draining, true);

    if (!window_wait_until(consumer->options.window, is_drained, &drain, drain_budget_ms(consumer)))
        log_event(
            LOG_WARNING,
            "consumer: still in flight after shutdown_timeout: %lld; whoever gets their partitions "
            "reads them again",
            (long long)lanes_in_flight(consumer->lanes, list));
    atomic_store(&consumer->draining, before);
}

/* rd_kafka_commit would wait for a coordinator that is away. */
static rd_kafka_resp_err_t commit_stored(rd_kafka_t *client)
{
    rd_kafka_queue_t *answers = rd_kafka_queue_new(client);
    rd_kafka_resp_err_t error = rd_kafka_commit_queue(client, NULL, answers, NULL, NULL);

    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_event_t *answer = rd_kafka_queue_poll(answers, COMMIT_MS);

        error = answer != NULL ? rd_kafka_event_error(answer) : RD_KAFKA_RESP_ERR__TIMED_OUT;
        if (answer != NULL)
            rd_kafka_event_destroy(answer);
    }
    rd_kafka_queue_destroy(answers);
    return error;
}

static void drain_and_commit(struct consumer *consumer, rd_kafka_topic_partition_list_t *list)
{
    wait_until_drained(consumer, list);
    if (commits_in_transactions(consumer->options.settings))
        return; /* what is drained is committed */
    consumer_store(consumer);
    rd_kafka_resp_err_t error = commit_stored(consumer->client);

    if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR__NO_OFFSET)
        log_event(LOG_WARNING, "consumer: commit on revoke: %s", rd_kafka_err2str(error));
}

/* Records of these partitions that are polled but not handed on belong to nobody any more. */
static void forget_batch(struct consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < consumer->batch_count; i++) {
        struct record *record = consumer->batch[i];

        if (rd_kafka_topic_partition_list_find((rd_kafka_topic_partition_list_t *)(uintptr_t)list,
                                               record->lane->topic,
                                               record->lane->partition) == NULL) {
            consumer->batch[kept++] = record;
            continue;
        }
        consumer->batch_bytes -= record->weight;
        record_free(record);
    }
    consumer->batch_count = kept;
}

/* librdkafka commits what was stored once more when a partition is taken away. For a topic that was
 * deleted, that would be the first thing that the group knows of its successor. */
static void forget_stored(struct consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_topic_partition_list_t *nothing = rd_kafka_topic_partition_list_copy(list);

    for (int i = 0; i < nothing->cnt; i++)
        nothing->elems[i].offset = RD_KAFKA_OFFSET_INVALID;
    rd_kafka_offsets_store(consumer->client, nothing);
    rd_kafka_topic_partition_list_destroy(nothing);
}

static void revoke(struct consumer *consumer, rd_kafka_topic_partition_list_t *list)
{
    bool lost = rd_kafka_assignment_lost(consumer->client) != 0;

    if (lost) {
        atomic_store(&consumer->assigned, false);
        metric_add(consumer->counts.lost, list->cnt);
        log_event(LOG_WARNING,
                  "consumer: %d %s lost (the group took this member for dead, or the topic is "
                  "gone); what was in flight is read again by the new owner",
                  list->cnt, list->cnt == 1 ? "partition was" : "partitions were");
        forget_batch(consumer, list);
        forget_stored(consumer, list);
    } else {
        drain_and_commit(consumer, list);
    }
    for (int i = 0; i < list->cnt; i++) {
        lanes_close(consumer->lanes, list->elems[i].topic, list->elems[i].partition);
        log_event(LOG_INFO, "consumer: %s %s-%d", lost ? "lost" : "gave back", list->elems[i].topic,
                  (int)list->elems[i].partition);
    }
    metric_add(consumer->counts.partitions, -list->cnt);
    consumer->gave_back_ms = clock_monotonic_ms();
    log_error("unassign", rd_kafka_incremental_unassign(consumer->client, list));
}

/* When all partitions of a broker are paused, librdkafka 2.0.2's thread for it falls asleep, for up
 * to a second, and to resume them does not wake it. Any request to that broker does: this asks
 * each leader where its partitions end, and has no use for the answer. */
static void rouse_fetchers(struct consumer *consumer)
{
    rd_kafka_topic_partition_list_t *list = NULL;

    if (rd_kafka_assignment(consumer->client, &list) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = RD_KAFKA_OFFSET_END;
    if (list->cnt > 0)
        rd_kafka_offsets_for_times(consumer->client, list, ROUSE_MS);
    rd_kafka_topic_partition_list_destroy(list);
}

static void on_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t event,
                         rd_kafka_topic_partition_list_t *list, void *opaque)
{
    struct consumer *consumer = opaque;

    metric_add(consumer->counts.rebalances, 1);
    consumer->share_changed = true;
    if (event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        assign(consumer, list);
        rouse_fetchers(consumer);
    } else if (event == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
        revoke(consumer, list);
    } else {
        log_event(LOG_WARNING, "consumer: rebalance: %s", rd_kafka_err2str(event));
        rd_kafka_assign(client, NULL);
    }
}

/* The group's coordinator is looked for from the beginning, and its refusal is told once: as a
 * message to who polls for messages, but here when the questions at the start poll for callbacks.
 */
static void on_error(rd_kafka_t *client, int error, const char *reason, void *opaque)
{
    struct consumer *consumer = opaque;

    (void)client;
    if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        consumer->group_denied = true;
    kafka_link_note(&consumer->link, (rd_kafka_resp_err_t)error, reason);
}

static void on_commit(rd_kafka_t *client, rd_kafka_resp_err_t error,
                      rd_kafka_topic_partition_list_t *list, void *opaque)
{
    struct consumer *consumer = opaque;

    (void)client;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        consumer_note_home(consumer, list);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR__NO_OFFSET)
        return;
    log_event(LOG_WARNING, "consumer: commit: %s; trying again", rd_kafka_err2str(error));
    consumer_untake(consumer, list);
}

void consumer_store(struct consumer *consumer)
{
    rd_kafka_topic_partition_list_t *list = lanes_take_positions(consumer->lanes);

    if (list == NULL)
        return;
    /* The call succeeds when any element does: each has its own answer. */
    rd_kafka_offsets_store(consumer->client, list);
    for (int i = 0; i < list->cnt; i++)
        if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
            lanes_untake(consumer->lanes, list->elems[i].topic, list->elems[i].partition);
    rd_kafka_topic_partition_list_destroy(list);
}

rd_kafka_topic_partition_list_t *consumer_take_positions(struct consumer *consumer)
{
    return lanes_take_positions(consumer->lanes);
}

void consumer_note_home(struct consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; list != NULL && i < list->cnt; i++)
        lanes_note_home(consumer->lanes, list->elems[i].topic, list->elems[i].partition,
                        list->elems[i].offset);
}

void consumer_untake(struct consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; list != NULL && i < list->cnt; i++)
        lanes_untake(consumer->lanes, list->elems[i].topic, list->elems[i].partition);
}

bool consumer_is_draining(const struct consumer *consumer)
{
    return atomic_load(&consumer->draining);
}

rd_kafka_t *consumer_client(const struct consumer *consumer)
{
    return consumer->client;
}

struct kafka_link *consumer_link(struct consumer *consumer)
{
    return &consumer->link;
}

/* ---- back-pressure ---- */

static void pause_or_resume(struct consumer *consumer, bool pause)
{
    rd_kafka_topic_partition_list_t *list = NULL;

    if (rd_kafka_assignment(consumer->client, &list) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    set_paused(consumer, list, pause);
    rd_kafka_topic_partition_list_destroy(list);
    consumer->paused = pause;
    if (!pause)
        rouse_fetchers(consumer);
    consumer->paused_since_ms = clock_monotonic_ms();
    metric_add(consumer->counts.pauses, pause);
}

/* A short wait is cheap; a pause throws the prefetched records away, but keeps the group served. */
static void mind_the_window(struct consumer *consumer)
{
    struct window *window = consumer->options.window;

    if (consumer->paused) {
        if (clock_monotonic_ms() - consumer->paused_since_ms >= MIN_PAUSE_MS &&
            window_wait_room(window, RESUME_PERCENT, 0))
            pause_or_resume(consumer, false);
    } else if (!window_wait_room(window, 100, WAIT_BEFORE_PAUSE_MS)) {
        pause_or_resume(consumer, true);
    }
}

/* Records that limits.rate lets through now: the allowance grows with time, up to a tenth of a
 * second's. */
static bool rate_allows(struct consumer *consumer)
{
    int64_t rate = consumer->options.settings->limits.rate;

    if (rate == 0)
        return true;
    int64_t now = clock_monotonic_ns();
    double burst = rate > 10 ? (double)rate / 10 : 1;

    consumer->allowance += (double)(now - consumer->allowance_ns) * (double)rate / 1e9;
    consumer->allowance_ns = now;
    if (consumer->allowance > burst)
        consumer->allowance = burst;
    return consumer->allowance >= 1;
}

/* Until the rate allows one more, the group is still served by short polls: only the wait is ours.
 */
static void wait_for_rate(struct consumer *consumer)
{
    while (!rate_allows(consumer) && !atomic_load(&consumer->stopping))
        window_wait_until(consumer->options.window, never, NULL, 5);
}

/* ---- the loop ---- */

static bool batch_is_full(struct consumer *consumer)
{
    struct window_fill fill = window_fill(consumer->options.window);

    return consumer->batch_count == BATCH || consumer->batch_count >= fill.free_count ||
           consumer->batch_bytes >= fill.free_bytes;
}

static void poll_once(struct consumer *consumer)
{
    int timeout_ms = consumer->batch_count > 0 ? 0 : POLL_MS;
    rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer->client, timeout_ms);

    if (message != NULL && message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        take_record(consumer, message);
    else if (message != NULL)
        take_error(consumer, message);
    if (message == NULL || batch_is_full(consumer))
        flush_batch(consumer);
    if (message != NULL)
        rd_kafka_message_destroy(message);
}

static void subscribe(struct consumer *consumer)
{
    const struct option_list *topics = &consumer->options.settings->consumer.topics;
    const char *const *names = topics->items;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)topics->count);

    for (size_t i = 0; i < topics->count; i++)
        rd_kafka_topic_partition_list_add(list, names[i], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t error = rd_kafka_subscribe(consumer->client, list);

    rd_kafka_topic_partition_list_destroy(list);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail(consumer, rd_kafka_err2str(error));
}

static bool is_at_rest(struct consumer *consumer)
{
    return lanes_are_empty(consumer->lanes) &&
           (consumer->failed || lanes_are_home(consumer->lanes));
}

/* Finishes what is in flight and commits it while this is still a member of the group that takes
 * part in its rebalances. rd_kafka_consumer_close does not: where one is running, the group's next
 * generation passes by unheard, and from then on every commit is refused, which would leave
 * articles that are out to be read, and published, again. */
static void come_to_rest(struct consumer *consumer)
{
    consumer->leave_by_ms = clock_monotonic_ms() + consumer->options.settings->shutdown_timeout;
    flush_batch(consumer);
    pause_or_resume(consumer, true);
    atomic_store(&consumer->draining, true);
    while (!is_at_rest(consumer) && clock_monotonic_ms() < consumer->leave_by_ms) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer->client, REST_POLL_MS);

        if (message != NULL) /* whoever gets the partition reads it again */
            rd_kafka_message_destroy(message);
        if (!commits_in_transactions(consumer->options.settings))
            consumer_store(consumer);
    }
    atomic_store(&consumer->draining, false);
}

/* Closing triggers the last revoke. rd_kafka_consumer_close would wait for brokers that are away,
 * and in 2.0.2 for ever when an assignment comes in between (pull request 4528). */
static void leave_group(struct consumer *consumer)
{
    rd_kafka_queue_t *events = rd_kafka_queue_new(consumer->client);

    log_error("close", rd_kafka_consumer_close_queue(consumer->client, events));
    consumer->gave_back_ms = clock_monotonic_ms();
    while (!rd_kafka_consumer_closed(consumer->client) &&
           clock_monotonic_ms() - consumer->gave_back_ms < LEAVE_MS)
        rd_kafka_queue_poll_callback(events, 10);
    rd_kafka_queue_destroy(events);
    if (!rd_kafka_consumer_closed(consumer->client))
        log_event(LOG_WARNING, "consumer: the brokers do not answer; the group is left without a "
                               "word, and notices after session.timeout.ms");
}

static bool is_between_generations(struct consumer *consumer)
{
    const struct rd_kafka_group_list *groups = NULL;
    bool between = false;

    rd_kafka_list_groups(consumer->client, consumer->options.settings->consumer.group, &groups,
                         SETTLE_ASK_MS);
    for (int i = 0; groups != NULL && i < groups->group_cnt; i++)
        between |= strcmp(groups->groups[i].state, "PreparingRebalance") == 0 ||
                   strcmp(groups->groups[i].state, "CompletingRebalance") == 0;
    if (groups != NULL)
        rd_kafka_group_list_destroy(groups);
    return between;
}

/* Who joins while the others have joined and wait for their shares makes all of them join again;
 * librdkafka lets a second pass before it does, in which partitions whose owner has left belong to
 * nobody. An instance that is restarted at once would, of all, meet the rebalance that its own
 * leave began. */
static void wait_until_settled(struct consumer *consumer)
{
    int64_t give_up_ms = clock_monotonic_ms() + SETTLE_MS;

    while (!atomic_load(&consumer->stopping) && clock_monotonic_ms() < give_up_ms &&
           is_between_generations(consumer))
        window_wait_until(consumer->options.window, never, NULL, SETTLE_AGAIN_MS);
}

/* Outside of the rebalance, which must not wait for this question. */
static void mind_the_share(struct consumer *consumer)
{
    const char *alone = consumer->options.remembers_alone;
    const struct settings *settings = consumer->options.settings;
    struct share share;

    if (!consumer->share_changed || alone == NULL)
        return;
    consumer->share_changed = false;
    if (!share_ask(consumer->client, &settings->consumer.topics, SHARE_ASK_MS, &share))
        return;
    bool partial = share.assigned > 0 && share.assigned < share.partitions;

    if (partial && metric_value(consumer->counts.alone) == 0)
        log_event(LOG_WARNING,
                  "%s knows only what this instance reads, %d of %d partitions: articles whose "
                  "copies other members of group %s read are called new; set scope: group under %s",
                  alone, share.assigned, share.partitions, settings->consumer.group, alone);
    metric_set(consumer->counts.alone, partial);
}

void consumer_run(struct consumer *consumer)
{
    consumer->allowance_ns = clock_monotonic_ns();
    wait_until_settled(consumer);
    consumer->joins = true;
    subscribe(consumer);
    if (consumer->group_denied)
        fail_when_denied(consumer, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, "");
    while (!atomic_load(&consumer->stopping)) {
        wait_for_rate(consumer);
        if (consumer->batch_count == 0)
            mind_the_window(consumer);
        poll_once(consumer);
        mind_the_share(consumer);
    }
    come_to_rest(consumer);
    leave_group(consumer);
}

void consumer_stop(struct consumer *consumer)
{
    atomic_store(&consumer->stopping, true);
}

bool consumer_is_assigned(const struct consumer *consumer)
{
    return atomic_load(&consumer->assigned);
}

/* ---- life ---- */

/* A thirty-second of the memory, within 1 to 16 MiB. */
static int64_t prefetch_kbytes(const struct settings *settings)
{
    int64_t kbytes = settings->limits.memory / 32 / 1024;

    return kbytes < 1024 ? 1024 : kbytes > 16384 ? 16384 : kbytes;
}

static rd_kafka_conf_t *configure(const struct settings *settings, char *ret_error,
                                  size_t error_size)
{
    char interval[24];
    char prefetch[24];
    char fetch[24];
    const struct kafka_setting defaults[] = {
        {"bootstrap.servers", "localhost:9092"},
        {"client.id", settings->instance},
        {"heartbeat.interval.ms", "200"}, /* how soon a rebalance is noticed */
        {"queued.max.messages.kbytes", prefetch},
        {"fetch.message.max.bytes", "262144"},
        {"fetch.max.bytes", fetch}, /* one answer; else as many partitions as a broker has */
        {"statistics.interval.ms", "2000"}, /* what was fetched twice */
        {NULL, NULL},
    };
    const struct kafka_setting owned[] = {
        {"group.id", settings->consumer.group},
        {"group.instance.id", settings->consumer.static_membership ? settings->instance : NULL},
        {"partition.assignment.strategy", "cooperative-sticky"},
        {"enable.auto.offset.store", "false"},
        {"enable.auto.commit", commits_in_transactions(settings) ? "false" : "true"},
        {"auto.commit.interval.ms", interval},
        {"auto.offset.reset", "error"},
        {"isolation.level", "read_committed"},
        {"allow.auto.create.topics", "false"},
        {NULL, NULL},
    };

    snprintf(interval, sizeof interval, "%lld", (long long)settings->producer.commit_interval);
    snprintf(prefetch, sizeof prefetch, "%lld", (long long)prefetch_kbytes(settings));
    snprintf(fetch, sizeof fetch, "%lld", (long long)prefetch_kbytes(settings) * 1024);
    return kafka_conf_new(defaults, &settings->kafka, &settings->consumer.kafka, owned, ret_error,
                          error_size);
}

/* Called from poll, by the thread that takes the records. */
static int on_statistics(rd_kafka_t *client, char *json, size_t length, void *context)
{
    struct consumer *consumer = context;
    struct metric *refetched = consumer->counts.refetched;
    struct fetched fetched;

    (void)client;
    if (fetched_read(slice_of(json, length), &fetched) != 0)
        return 0;
    int64_t more = fetched_twice(&fetched, consumer->taken) - metric_value(refetched);

    metric_add(refetched, more > 0 ? more : 0);
    atomic_store(&consumer->fetched, (size_t)fetched.waiting);
    return 0;
}

size_t consumer_fetched_bytes(const struct consumer *consumer)
{
    return atomic_load(&consumer->fetched);
}

static void register_counts(struct consumer *consumer)
{
    struct metrics *metrics = consumer->options.metrics;

    consumer->counts.records = metrics_counter(metrics, "copydesk_records_consumed_total",
                                               "Records taken from the input topics.", "");
    consumer->counts.bytes = metrics_counter(metrics, "copydesk_bytes_consumed_total",
                                             "Bytes of values taken from the input topics.", "");
    consumer->counts.refetched =
        metrics_counter(metrics, "copydesk_refetched_bytes_total",
                        "Bytes of keys and values that were fetched, thrown away by a pause or a "
                        "rebalance, and had to be fetched again.",
                        "");
    consumer->counts.rebalances =
        metrics_counter(metrics, "copydesk_rebalances_total",
                        "Changes of the assignment that this instance was told of.", "");
    consumer->counts.lost =
        metrics_counter(metrics, "copydesk_partitions_lost_total",
                        "Partitions that the group took away without asking.", "");
    consumer->counts.partitions = metrics_gauge(metrics, "copydesk_partitions_assigned",
                                                "Partitions assigned to this instance.", "");
    consumer->counts.pauses = metrics_counter(metrics, "copydesk_pauses_total",
                                              "Times that a full window paused the input.", "");
    consumer->counts.alone = metrics_gauge(
        metrics, "copydesk_remembers_alone",
        "1 while this instance has a part of the partitions only and knows nothing of what the "
        "other members of its group read (duplicates with scope: instance).",
        "");
}

struct consumer *consumer_new(const struct consumer_options *options, char *ret_error,
                              size_t error_size)
{
    rd_kafka_conf_t *conf = configure(options->settings, ret_error, error_size);

    if (conf == NULL)
        return NULL;
    struct consumer *consumer = memory_zeroed(1, sizeof *consumer);

    consumer->options = *options;
    rd_kafka_conf_set_opaque(conf, consumer);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_offset_commit_cb(conf, on_commit);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_stats_cb(conf, on_statistics);
    kafka_link_init(&consumer->link);
    consumer->client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, ret_error, error_size);
    if (consumer->client == NULL) {
        rd_kafka_conf_destroy(conf);
        kafka_link_free(&consumer->link);
        return memory_free(consumer);
    }
    rd_kafka_poll_set_consumer(consumer->client);
    consumer->lanes = lanes_new();
    consumer->pool = record_pool_new((size_t)options->settings->limits.memory / POOL_SHARE);
    register_counts(consumer);
    return consumer;
}

/* Else it is left to the end of the process. Destroying one that is not closed would wait for the
 * brokers. And librdkafka before 2.3.0 aborts when a member is destroyed that has joined its group
 * but was never told of its share (issue 4312). */
static bool can_be_destroyed(const struct consumer *consumer)
{
    static const int first_good = 0x020300ff;

    return !consumer->joins || (rd_kafka_consumer_closed(consumer->client) &&
                                (consumer->was_given || rd_kafka_version() >= first_good));
}

void consumer_free(struct consumer *consumer)
{
    if (consumer == NULL)
        return;
    if (can_be_destroyed(consumer))
        rd_kafka_destroy(consumer->client);
    else
        rd_kafka_set_log_level(consumer->client, SILENT);
    lanes_free(consumer->lanes);
    record_pool_release(consumer->pool);
    kafka_link_free(&consumer->link);
    memory_free(consumer);
}

#include "stage/topics.h"

#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "producer/route.h"

enum { ASK_MS = 2000, CREATE_MS = 15000, LAG_MS = 2000, PAUSE_MS = 200 };

struct wanted {
    struct arena arena;
    const char **names;
    size_t count;
};

static bool is_wanted(const struct wanted *wanted, const char *topic)
{
    for (size_t i = 0; i < wanted->count; i++)
        if (strcmp(wanted->names[i], topic) == 0)
            return true;
    return false;
}

static void want(void *context, const char *topic)
{
    struct wanted *wanted = context;

    if (is_wanted(wanted, topic))
        return;
    wanted->names = memory_resize(wanted->names, (wanted->count + 1) * sizeof *wanted->names);
    wanted->names[wanted->count++] = arena_copy_text(&wanted->arena, topic);
}

static const char *bootstrap_of(const struct settings *settings)
{
    for (size_t i = 0; i < settings->kafka.count; i++)
        if (strcmp(settings->kafka.pairs[i].name, "bootstrap.servers") == 0)
            return settings->kafka.pairs[i].value;
    return "localhost:9092";
}

/* All topics' metadata: a request for a single one could create it. NULL when no broker answers in
 * time. */
static const struct rd_kafka_metadata *ask(rd_kafka_t *client, int64_t timeout_ms,
                                           rd_kafka_resp_err_t *ret_error)
{
    int64_t end = clock_monotonic_ms() + timeout_ms;
    const struct rd_kafka_metadata *metadata = NULL;

    do {
        int64_t left = end - clock_monotonic_ms();

        *ret_error = rd_kafka_metadata(client, 1, NULL, &metadata,
                                       (int)(left > ASK_MS || left <= 0 ? ASK_MS : left));
    } while (*ret_error != RD_KAFKA_RESP_ERR_NO_ERROR && clock_monotonic_ms() < end);
    return *ret_error == RD_KAFKA_RESP_ERR_NO_ERROR ? metadata : NULL;
}

static bool exists(const struct rd_kafka_metadata *metadata, const char *topic)
{
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (strcmp(metadata->topics[i].topic, topic) == 0)
            return metadata->topics[i].err != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    return false;
}

/* Keeps only the missing ones in wanted. */
static void keep_missing(struct wanted *wanted, const struct rd_kafka_metadata *metadata)
{
    size_t kept = 0;

    for (size_t i = 0; i < wanted->count; i++)
        if (!exists(metadata, wanted->names[i]))
            wanted->names[kept++] = wanted->names[i];
    wanted->count = kept;
}

static void describe_missing(const struct wanted *wanted, const struct settings *settings,
                             char *ret_error, size_t error_size)
{
    struct buffer text = {.ceiling = 16384};

    buffer_append_format(&text, "missing topic%s:", wanted->count > 1 ? "s" : "");
    for (size_t i = 0; i < wanted->count; i++)
        buffer_append_format(&text, "%s %s", i > 0 ? "," : "", wanted->names[i]);
    buffer_append_text(&text, "; create with (or set topics.create: true):");
    for (size_t i = 0; i < wanted->count; i++)
        buffer_append_format(
            &text, "\n  kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions 6",
            bootstrap_of(settings), wanted->names[i]);
    snprintf(ret_error, error_size, "%.*s", SLICE_FORMAT(buffer_slice(&text)));
    buffer_free(&text);
}

static bool created(const rd_kafka_topic_result_t *result, char *ret_error, size_t error_size)
{
    rd_kafka_resp_err_t error = rd_kafka_topic_result_error(result);

    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
        log_event(LOG_INFO, "created topic %s", rd_kafka_topic_result_name(result));
        return true;
    }
    snprintf(ret_error, error_size, "topic %s could not be created: %s",
             rd_kafka_topic_result_name(result),
             rd_kafka_topic_result_error_string(result) != NULL
                 ? rd_kafka_topic_result_error_string(result)
                 : rd_kafka_err2str(error));
    return false;
}

static bool read_creation(rd_kafka_event_t *event, char *ret_error, size_t error_size)
{
    size_t count = 0;

    if (event == NULL || rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        snprintf(ret_error, error_size, "topics could not be created: %s",
                 event != NULL ? rd_kafka_event_error_string(event) : "no answer");
        return false;
    }
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);

    for (size_t i = 0; i < count; i++)
        if (!created(results[i], ret_error, error_size))
            return false;
    return true;
}

static bool create(rd_kafka_t *client, const struct wanted *missing, char *ret_error,
                   size_t error_size)
{
    rd_kafka_NewTopic_t **topics = memory_zeroed(missing->count, sizeof(rd_kafka_NewTopic_t *));
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    bool done = true;

    for (size_t i = 0; i < missing->count; i++)
        topics[i] = rd_kafka_NewTopic_new(missing->names[i], -1, -1, ret_error, error_size);
    for (size_t i = 0; i < missing->count; i++)
        done = done && topics[i] != NULL;
    if (done) {
        rd_kafka_CreateTopics(client, topics, missing->count, NULL, queue);
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, CREATE_MS);

        done = read_creation(event, ret_error, error_size);
        if (event != NULL)
            rd_kafka_event_destroy(event);
    }
    for (size_t i = 0; i < missing->count; i++)
        if (topics[i] != NULL)
            rd_kafka_NewTopic_destroy(topics[i]);
    rd_kafka_queue_destroy(queue);
    memory_free(topics);
    return done;
}

static enum topics_answer mind_missing(rd_kafka_t *client, const struct settings *settings,
                                       const struct wanted *missing, char *ret_error,
                                       size_t error_size)
{
    if (missing->count == 0)
        return TOPICS_THERE;
    if (settings->topics.create)
        return create(client, missing, ret_error, error_size) ? TOPICS_THERE : TOPICS_FAILED;
    describe_missing(missing, settings, ret_error, error_size);
    return TOPICS_MISSING;
}

static void want_all(struct wanted *wanted, const struct settings *settings)
{
    const char *const *inputs = settings->consumer.topics.items;

    for (size_t i = 0; i < settings->consumer.topics.count; i++)
        want(wanted, inputs[i]);
    route_topics(&settings->producer, want, wanted);
}

/* A broker that has just come back does not know the newest topics yet. */
static void ask_again(rd_kafka_t *client, struct wanted *missing)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    int64_t end = clock_monotonic_ms() + LAG_MS;
    rd_kafka_resp_err_t error;

    while (missing->count > 0 && clock_monotonic_ms() < end) {
        nanosleep(&pause, NULL);
        const struct rd_kafka_metadata *metadata = ask(client, ASK_MS, &error);

        if (metadata == NULL)
            continue;
        keep_missing(missing, metadata);
        rd_kafka_metadata_destroy(metadata);
    }
}

enum topics_answer topics_check(rd_kafka_t *client, const struct settings *settings,
                                int64_t timeout_ms, char *ret_error, size_t error_size)
{
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
    const struct rd_kafka_metadata *metadata = ask(client, timeout_ms, &error);
    struct wanted wanted = {.names = NULL};

    if (metadata == NULL) {
        snprintf(ret_error, error_size,
                 "no broker answers at %s (asked for metadata for %lld s: %s); start one there or "
                 "set kafka.bootstrap.servers",
                 bootstrap_of(settings), (long long)timeout_ms / 1000, rd_kafka_err2str(error));
        return TOPICS_NO_BROKER;
    }
    want_all(&wanted, settings);
    keep_missing(&wanted, metadata);
    rd_kafka_metadata_destroy(metadata);
    if (!settings->topics.create)
        ask_again(client, &wanted);
    enum topics_answer answer = mind_missing(client, settings, &wanted, ret_error, error_size);

    arena_free(&wanted.arena);
    memory_free(wanted.names);
    return answer;
}

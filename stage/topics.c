#include "stage/topics.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "config/kafka_access.h"
#include "producer/route.h"

enum { ASK_MS = 2000, CREATE_MS = 15000, LAG_MS = 2000, PAUSE_MS = 200 };

struct topic {
    const char *name;
    bool is_input;
};

struct wanted {
    struct arena arena;
    struct topic *items;
    size_t count;
};

static bool is_wanted(const struct wanted *wanted, const char *topic)
{
    for (size_t i = 0; i < wanted->count; i++)
        if (strcmp(wanted->items[i].name, topic) == 0)
            return true;
    return false;
}

static void want(struct wanted *wanted, const char *topic, bool is_input)
{
    if (is_wanted(wanted, topic))
        return;
    wanted->items = memory_resize(wanted->items, (wanted->count + 1) * sizeof *wanted->items);
    wanted->items[wanted->count++] =
        (struct topic){arena_copy_text(&wanted->arena, topic), is_input};
}

static void want_output(void *context, const char *topic)
{
    want(context, topic, false);
}

static void want_all(struct wanted *wanted, const struct settings *settings)
{
    const char *const *inputs = settings->consumer.topics.items;

    for (size_t i = 0; i < settings->consumer.topics.count; i++)
        want(wanted, inputs[i], true);
    route_topics(&settings->producer, want_output, wanted);
}

static const struct option_map *special_of(const struct settings *settings, bool is_input)
{
    return is_input ? &settings->consumer.kafka : &settings->producer.kafka;
}

static const char *bootstrap_of(const struct settings *settings, bool is_input)
{
    return kafka_setting_of(settings, special_of(settings, is_input), "bootstrap.servers",
                            "localhost:9092");
}

/* ---- asking ---- */

/* All topics' metadata: a producer's request for a single one could create it. NULL when no broker
 * answers in time. */
static const struct rd_kafka_metadata *ask(rd_kafka_t *client, int64_t timeout_ms,
                                           rd_kafka_resp_err_t *ret_error)
{
    int64_t end = clock_monotonic_ms() + timeout_ms;
    const struct rd_kafka_metadata *metadata = NULL;

    do {
        int64_t left = end - clock_monotonic_ms();

        *ret_error = rd_kafka_metadata(client, 1, NULL, &metadata,
                                       (int)(left > ASK_MS || left <= 0 ? ASK_MS : left));
        rd_kafka_poll(client, 0); /* runs the error callback, which knows the reason */
    } while (*ret_error != RD_KAFKA_RESP_ERR_NO_ERROR && clock_monotonic_ms() < end);
    return *ret_error == RD_KAFKA_RESP_ERR_NO_ERROR ? metadata : NULL;
}

/* Kafka 4 refuses how librdkafka before 2.6.1 answers in SCRAM (librdkafka pull request 4895). */
static bool is_scram_too_old(const struct settings *settings, bool is_input)
{
    static const int first_good = 0x020601ff;
    const struct option_map *special = special_of(settings, is_input);
    const char *mechanism =
        kafka_setting_of(settings, special, "sasl.mechanism",
                         kafka_setting_of(settings, special, "sasl.mechanisms", ""));

    return strncasecmp(mechanism, "SCRAM", 5) == 0 && rd_kafka_version() < first_good;
}

static const char *what_helps(const struct settings *settings, bool is_input,
                              rd_kafka_resp_err_t last, const char *text)
{
    if (last == RD_KAFKA_RESP_ERR__AUTHENTICATION && is_scram_too_old(settings, is_input))
        return "check sasl.username and sasl.password under kafka; if these are right: brokers "
               "from Kafka 4.0 on take SCRAM only from librdkafka 2.6.1 or later, and this one is "
               "older (copydesk version tells it); SASL/PLAIN over TLS and mutual TLS work";
    if (last == RD_KAFKA_RESP_ERR__AUTHENTICATION)
        return "check security.protocol, sasl.mechanism, sasl.username and sasl.password under "
               "kafka";
    if (strstr(text, "SSL") != NULL) /* also where the broker has hung up because of it */
        return "check security.protocol, ssl.ca.location, ssl.certificate.location and "
               "ssl.key.location under kafka";
    return "start one there or set kafka.bootstrap.servers";
}

static void describe_silence(const struct topics_client *client, const struct settings *settings,
                             bool is_input, int64_t timeout_ms, rd_kafka_resp_err_t error,
                             char *ret_error, size_t error_size)
{
    char text[KAFKA_LINK_ERROR_SIZE];
    rd_kafka_resp_err_t last = kafka_link_last_error(client->link, text);

    snprintf(
        ret_error, error_size, "no broker answers at %s (asked for metadata for %lld s: %s); %s",
        bootstrap_of(settings, is_input), (long long)timeout_ms / 1000,
        *text != '\0' ? text : rd_kafka_err2str(error), what_helps(settings, is_input, last, text));
}

static bool exists(const struct rd_kafka_metadata *metadata, const char *topic)
{
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (strcmp(metadata->topics[i].topic, topic) == 0)
            return metadata->topics[i].err != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    return false;
}

/* Of those that the client is asked for, keeps only the missing ones. */
static void keep_missing(struct wanted *wanted, bool are_inputs,
                         const struct rd_kafka_metadata *metadata)
{
    size_t kept = 0;

    for (size_t i = 0; i < wanted->count; i++)
        if (wanted->items[i].is_input != are_inputs || !exists(metadata, wanted->items[i].name))
            wanted->items[kept++] = wanted->items[i];
    wanted->count = kept;
}

/* ---- denied ---- */

/* In the list of all topics a denied one looks like a missing one; asked for by name, it does not.
 */
static bool is_denied(rd_kafka_t *consumer, const char *name)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(consumer, name, NULL);
    bool denied = false;

    if (topic == NULL)
        return false;
    if (rd_kafka_metadata(consumer, 0, topic, &metadata, ASK_MS) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        denied = metadata->topic_cnt == 1 &&
                 metadata->topics[0].err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(topic);
    return denied;
}

static bool describe_denied(rd_kafka_t *consumer, const struct wanted *missing,
                            const struct settings *settings, char *ret_error, size_t error_size)
{
    struct buffer text = {.ceiling = 16384};
    char sentence[4096];

    for (size_t i = 0; i < missing->count; i++) {
        const struct topic *topic = &missing->items[i];

        if (!is_denied(consumer, topic->name))
            continue;
        kafka_access_denied(settings, topic->is_input ? ACCESS_READ_TOPIC : ACCESS_WRITE_TOPIC,
                            topic->name, sentence, sizeof sentence);
        buffer_append_format(&text, "%s%s", text.length > 0 ? "\n" : "", sentence);
    }
    snprintf(ret_error, error_size, "%.*s", SLICE_FORMAT(buffer_slice(&text)));
    bool any = text.length > 0;

    buffer_free(&text);
    return any;
}

/* ---- missing ---- */

static void describe_missing(const struct wanted *wanted, const struct settings *settings,
                             char *ret_error, size_t error_size)
{
    struct buffer text = {.ceiling = 16384};

    buffer_append_format(&text, "missing topic%s:", wanted->count > 1 ? "s" : "");
    for (size_t i = 0; i < wanted->count; i++)
        buffer_append_format(&text, "%s %s", i > 0 ? "," : "", wanted->items[i].name);
    buffer_append_text(&text, "; create with (or set topics.create: true):");
    for (size_t i = 0; i < wanted->count; i++)
        buffer_append_format(
            &text, "\n  kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions 6",
            bootstrap_of(settings, wanted->items[i].is_input), wanted->items[i].name);
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

/* Those of one client. */
static size_t new_topics(const struct wanted *missing, bool are_inputs, rd_kafka_NewTopic_t **ret)
{
    size_t count = 0;
    char error[256];

    for (size_t i = 0; i < missing->count; i++)
        if (missing->items[i].is_input == are_inputs)
            ret[count++] =
                rd_kafka_NewTopic_new(missing->items[i].name, -1, -1, error, sizeof error);
    return count;
}

static bool create(rd_kafka_t *client, const struct wanted *missing, bool are_inputs,
                   char *ret_error, size_t error_size)
{
    rd_kafka_NewTopic_t **topics = memory_zeroed(missing->count, sizeof(rd_kafka_NewTopic_t *));
    size_t count = new_topics(missing, are_inputs, topics);
    bool done = true;

    if (count > 0) {
        rd_kafka_queue_t *queue = rd_kafka_queue_new(client);

        rd_kafka_CreateTopics(client, topics, count, NULL, queue);
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, CREATE_MS);

        done = read_creation(event, ret_error, error_size);
        if (event != NULL)
            rd_kafka_event_destroy(event);
        rd_kafka_queue_destroy(queue);
    }
    rd_kafka_NewTopic_destroy_array(topics, count);
    memory_free(topics);
    return done;
}

static enum topics_answer mind_missing(const struct topics_client *input,
                                       const struct topics_client *output,
                                       const struct settings *settings,
                                       const struct wanted *missing, char *ret_error,
                                       size_t error_size)
{
    if (missing->count == 0)
        return TOPICS_THERE;
    if (describe_denied(input->client, missing, settings, ret_error, error_size))
        return TOPICS_FAILED;
    if (!settings->topics.create) {
        describe_missing(missing, settings, ret_error, error_size);
        return TOPICS_MISSING;
    }
    return create(input->client, missing, true, ret_error, error_size) &&
                   create(output->client, missing, false, ret_error, error_size)
               ? TOPICS_THERE
               : TOPICS_FAILED;
}

static bool find_missing(const struct topics_client *client, bool are_inputs,
                         const struct settings *settings, int64_t timeout_ms, struct wanted *wanted,
                         char *ret_error, size_t error_size)
{
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
    const struct rd_kafka_metadata *metadata = ask(client->client, timeout_ms, &error);

    if (metadata == NULL) {
        describe_silence(client, settings, are_inputs, timeout_ms, error, ret_error, error_size);
        return false;
    }
    keep_missing(wanted, are_inputs, metadata);
    rd_kafka_metadata_destroy(metadata);
    return true;
}

static bool lacks(const struct wanted *wanted, bool are_inputs)
{
    for (size_t i = 0; i < wanted->count; i++)
        if (wanted->items[i].is_input == are_inputs)
            return true;
    return false;
}

/* A broker that has just come back does not know the newest topics yet. */
static bool find_still_missing(const struct topics_client *client, bool are_inputs,
                               const struct settings *settings, int64_t timeout_ms,
                               struct wanted *wanted, char *ret_error, size_t error_size)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    int64_t end = clock_monotonic_ms() + (settings->topics.create ? 0 : LAG_MS);

    for (;;) {
        if (!find_missing(client, are_inputs, settings, timeout_ms, wanted, ret_error, error_size))
            return false;
        if (!lacks(wanted, are_inputs) || clock_monotonic_ms() >= end)
            return true;
        nanosleep(&pause, NULL);
    }
}

enum topics_answer topics_check(const struct topics_client *input,
                                const struct topics_client *output, const struct settings *settings,
                                int64_t timeout_ms, char *ret_error, size_t error_size)
{
    struct wanted wanted = {.items = NULL};
    enum topics_answer answer = TOPICS_NO_BROKER;

    want_all(&wanted, settings);
    if (find_still_missing(input, true, settings, timeout_ms, &wanted, ret_error, error_size) &&
        find_still_missing(output, false, settings, timeout_ms, &wanted, ret_error, error_size))
        answer = mind_missing(input, output, settings, &wanted, ret_error, error_size);
    arena_free(&wanted.arena);
    memory_free(wanted.items);
    return answer;
}

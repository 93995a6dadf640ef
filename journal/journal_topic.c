#include "journal/journal_topic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/kafka_access.h"

enum { ASK_MS = 5000, CREATE_MS = 15000, LAG_MS = 5000, PAUSE_MS = 100, MANY_REPLICAS = 3 };

/* What the topic must say; the same in commands, in creation and in the check. */
enum wanted { TIMESTAMP_TYPE, CLEANUP_POLICY, RETENTION_MS, RETENTION_BYTES, UNCLEAN, IN_SYNC };
enum { WANTED = 6, VALUE_SIZE = 24 };

static const char *const names[WANTED] = {
    [TIMESTAMP_TYPE] = "message.timestamp.type",
    [CLEANUP_POLICY] = "cleanup.policy",
    [RETENTION_MS] = "retention.ms",
    [RETENTION_BYTES] = "retention.bytes",
    [UNCLEAN] = "unclean.leader.election.enable",
    [IN_SYNC] = "min.insync.replicas",
};

struct inquiry {
    rd_kafka_t *client;
    const struct settings *settings;
    const struct journal_needs *needs;
    const char *bootstrap;
    int partitions;
    int replicas; /* 0: not known */
    struct buffer problems;
};

static void wanted_value(const struct inquiry *inquiry, enum wanted which, char ret[VALUE_SIZE])
{
    const char *text = which == TIMESTAMP_TYPE    ? "LogAppendTime"
                       : which == CLEANUP_POLICY  ? "delete"
                       : which == RETENTION_BYTES ? "-1"
                       : which == UNCLEAN         ? "false"
                                                  : "2";

    if (which == RETENTION_MS)
        snprintf(ret, VALUE_SIZE, "%lld", (long long)inquiry->needs->retention_ms);
    else
        snprintf(ret, VALUE_SIZE, "%s", text);
}

static bool asks_for(const struct inquiry *inquiry, enum wanted which)
{
    return which != IN_SYNC || inquiry->replicas >= MANY_REPLICAS;
}

/* ---- looking ---- */

static rd_kafka_resp_err_t look(struct inquiry *inquiry)
{
    rd_kafka_topic_t *topic = rd_kafka_topic_new(inquiry->client, inquiry->needs->topic, NULL);
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t error = rd_kafka_metadata(inquiry->client, 0, topic, &metadata, ASK_MS);

    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        const struct rd_kafka_metadata_topic *found = &metadata->topics[0];

        error = metadata->topic_cnt == 1 ? found->err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
        inquiry->partitions = metadata->topic_cnt == 1 ? found->partition_cnt : 0;
        inquiry->replicas = inquiry->partitions > 0 ? found->partitions[0].replica_cnt : 0;
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(topic);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && inquiry->partitions == 0)
        error = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
    return error;
}

static void pause_a_little(void)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};

    nanosleep(&pause, NULL);
}

/* A topic that was just made, or a broker that just came, takes a moment. */
static rd_kafka_resp_err_t look_until_there(struct inquiry *inquiry)
{
    int64_t end = clock_monotonic_ms() + LAG_MS;
    rd_kafka_resp_err_t error;

    while ((error = look(inquiry)) != RD_KAFKA_RESP_ERR_NO_ERROR && clock_monotonic_ms() < end &&
           error != RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        pause_a_little();
    return error;
}

/* ---- creating ---- */

static rd_kafka_NewTopic_t *new_topic(const struct inquiry *inquiry, char *ret_error,
                                      size_t error_size)
{
    rd_kafka_NewTopic_t *topic =
        rd_kafka_NewTopic_new(inquiry->needs->topic, 1, -1, ret_error, error_size);
    char value[VALUE_SIZE];

    for (unsigned i = 0; topic != NULL && i < WANTED; i++) {
        if (!asks_for(inquiry, (enum wanted)i))
            continue;
        wanted_value(inquiry, (enum wanted)i, value);
        rd_kafka_NewTopic_set_config(topic, names[i], value);
    }
    return topic;
}

static bool was_created(rd_kafka_event_t *event, char *ret_error, size_t error_size)
{
    size_t count = 0;
    const rd_kafka_topic_result_t **results =
        event != NULL && rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR
            ? rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
            : NULL;
    rd_kafka_resp_err_t error =
        count == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR__FAIL;

    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        log_event(LOG_INFO, "created topic %s", rd_kafka_topic_result_name(results[0]));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return true;
    snprintf(ret_error, error_size, "the claims topic could not be created: %s",
             event == NULL ? "no answer"
             : count == 1  ? rd_kafka_err2str(error)
                           : rd_kafka_event_error_string(event));
    return false;
}

static bool create(const struct inquiry *inquiry, char *ret_error, size_t error_size)
{
    rd_kafka_NewTopic_t *topic = new_topic(inquiry, ret_error, error_size);

    if (topic == NULL)
        return false;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(inquiry->client);

    rd_kafka_CreateTopics(inquiry->client, &topic, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, CREATE_MS);
    bool done = was_created(event, ret_error, error_size);

    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_NewTopic_destroy(topic);
    return done;
}

/* The brokers' default replication is known only when the topic is there. */
static void ask_for_in_sync(const struct inquiry *inquiry)
{
    rd_kafka_ConfigResource_t *resource =
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, inquiry->needs->topic);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(inquiry->client);
    char value[VALUE_SIZE];

    for (unsigned i = 0; i < WANTED; i++) {
        wanted_value(inquiry, (enum wanted)i, value);
        rd_kafka_ConfigResource_set_config(resource, names[i], value);
    }
    rd_kafka_AlterConfigs(inquiry->client, &resource, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, CREATE_MS);

    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_ConfigResource_destroy(resource);
}

static void append_settings(const struct inquiry *inquiry, const char *before, const char *between,
                            struct buffer *text)
{
    char value[VALUE_SIZE];
    const char *joiner = before;

    for (unsigned i = 0; i < WANTED; i++) {
        if (!asks_for(inquiry, (enum wanted)i))
            continue;
        wanted_value(inquiry, (enum wanted)i, value);
        buffer_append_format(text, "%s%s=%s", joiner, names[i], value);
        joiner = between;
    }
}

static void describe_missing(const struct inquiry *inquiry, char *ret_error, size_t error_size)
{
    struct buffer text = {0};

    append_settings(inquiry, " --config ", " --config ", &text);
    snprintf(
        ret_error, error_size,
        "the claims topic %s is missing; create it (or set topics.create: true, or for a single "
        "instance scope: instance under duplicates):\n"
        "  kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions 1%.*s",
        inquiry->needs->topic, inquiry->bootstrap, inquiry->needs->topic,
        SLICE_FORMAT(buffer_slice(&text)));
    buffer_free(&text);
}

/* ---- how it is set ---- */

static bool is_fit(const struct inquiry *inquiry, enum wanted which, const char *value)
{
    char wanted[VALUE_SIZE];
    int64_t number = strtoll(value, NULL, 10);

    if (which == RETENTION_MS)
        return number == -1 || number >= inquiry->needs->retention_ms;
    if (which == IN_SYNC)
        return number >= 2;
    wanted_value(inquiry, which, wanted);
    return strcmp(value, wanted) == 0;
}

static void judge(struct inquiry *inquiry, const char *name, const char *value)
{
    for (unsigned i = 0; i < WANTED; i++) {
        if (strcmp(name, names[i]) != 0 || !asks_for(inquiry, (enum wanted)i) ||
            is_fit(inquiry, (enum wanted)i, value))
            continue;
        buffer_append_format(&inquiry->problems, "%s%s is %s",
                             inquiry->problems.length > 0 ? ", " : "", name, value);
    }
    if (strcmp(name, "max.message.bytes") == 0 &&
        strtoull(value, NULL, 10) < inquiry->needs->record_bytes)
        buffer_append_format(&inquiry->problems, "%s%s is %s, less than %zu",
                             inquiry->problems.length > 0 ? ", " : "", name, value,
                             inquiry->needs->record_bytes);
}

static const rd_kafka_ConfigResource_t *resource_of(rd_kafka_event_t *event)
{
    size_t count = 0;

    if (event == NULL || rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return NULL;
    const rd_kafka_ConfigResource_t **resources = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event), &count);

    return count == 1 && rd_kafka_ConfigResource_error(resources[0]) == RD_KAFKA_RESP_ERR_NO_ERROR
               ? resources[0]
               : NULL;
}

static bool read_settings(struct inquiry *inquiry, rd_kafka_event_t *event)
{
    const rd_kafka_ConfigResource_t *resource = resource_of(event);
    size_t count = 0;

    if (resource == NULL)
        return false;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);

    for (size_t i = 0; i < count; i++) {
        const char *value = rd_kafka_ConfigEntry_value(entries[i]);

        judge(inquiry, rd_kafka_ConfigEntry_name(entries[i]), value != NULL ? value : "");
    }
    return true;
}

static bool describe_once(struct inquiry *inquiry)
{
    rd_kafka_ConfigResource_t *resource =
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, inquiry->needs->topic);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(inquiry->client);

    buffer_clear(&inquiry->problems);
    rd_kafka_DescribeConfigs(inquiry->client, &resource, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, ASK_MS);
    bool known = read_settings(inquiry, event);

    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_ConfigResource_destroy(resource);
    return known;
}

static bool describe(struct inquiry *inquiry)
{
    int64_t end = clock_monotonic_ms() + LAG_MS;

    if (!kafka_has_controller(inquiry->client, ASK_MS))
        return false;
    while (!describe_once(inquiry)) {
        if (clock_monotonic_ms() >= end)
            return false;
        pause_a_little();
    }
    return true;
}

static enum journal_topic check_partitions(struct inquiry *inquiry, char *ret_error,
                                           size_t error_size)
{
    if (inquiry->partitions == 1)
        return JOURNAL_TOPIC_FIT;
    snprintf(ret_error, error_size,
             "the claims topic %s has %d partitions; claims need one order, so exactly one: set "
             "another topic under duplicates, or delete this one and create it again",
             inquiry->needs->topic, inquiry->partitions);
    return JOURNAL_TOPIC_UNFIT;
}

static void warn_unknown(const struct inquiry *inquiry)
{
    char helps[1024];

    kafka_access_denied(inquiry->settings, ACCESS_DESCRIBE_CLAIMS, inquiry->needs->topic, helps,
                        sizeof helps);
    log_event(LOG_WARNING,
              "the settings of the claims topic %s cannot be learnt, so nobody knows whether they "
              "are right; if it is for want of rights: %s",
              inquiry->needs->topic, helps);
}

static enum journal_topic check_settings(struct inquiry *inquiry, char *ret_error,
                                         size_t error_size)
{
    struct buffer text = {0};

    if (!describe(inquiry)) {
        warn_unknown(inquiry);
        return JOURNAL_TOPIC_FIT;
    }
    if (inquiry->problems.length == 0)
        return JOURNAL_TOPIC_FIT;
    append_settings(inquiry, "", ",", &text);
    snprintf(ret_error, error_size,
             "the claims topic %s would lose claims or their order: %.*s; set it right:\n"
             "  kafka-configs.sh --bootstrap-server %s --alter --topic %s --add-config %.*s",
             inquiry->needs->topic, SLICE_FORMAT(buffer_slice(&inquiry->problems)),
             inquiry->bootstrap, inquiry->needs->topic, SLICE_FORMAT(buffer_slice(&text)));
    buffer_free(&text);
    return JOURNAL_TOPIC_UNFIT;
}

static enum journal_topic explain(struct inquiry *inquiry, rd_kafka_resp_err_t error,
                                  char *ret_error, size_t error_size)
{
    if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
        kafka_access_denied(inquiry->settings, ACCESS_READ_TOPIC, inquiry->needs->topic, ret_error,
                            error_size);
        return JOURNAL_TOPIC_UNKNOWN;
    }
    snprintf(ret_error, error_size, "the claims topic %s: %s", inquiry->needs->topic,
             rd_kafka_err2str(error));
    return JOURNAL_TOPIC_UNKNOWN;
}

static rd_kafka_resp_err_t look_or_create(struct inquiry *inquiry, char *ret_error,
                                          size_t error_size)
{
    rd_kafka_resp_err_t error = look(inquiry);

    if (error != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || !inquiry->settings->topics.create)
        return error == RD_KAFKA_RESP_ERR_NO_ERROR ? error : look_until_there(inquiry);
    if (!create(inquiry, ret_error, error_size))
        return RD_KAFKA_RESP_ERR__FAIL;
    error = look_until_there(inquiry);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && inquiry->replicas >= MANY_REPLICAS)
        ask_for_in_sync(inquiry);
    return error;
}

static enum journal_topic check(struct inquiry *inquiry, char *ret_error, size_t error_size)
{
    rd_kafka_resp_err_t error = look_or_create(inquiry, ret_error, error_size);

    if (error == RD_KAFKA_RESP_ERR__FAIL)
        return JOURNAL_TOPIC_UNKNOWN;
    if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        describe_missing(inquiry, ret_error, error_size);
        return JOURNAL_TOPIC_MISSING;
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return explain(inquiry, error, ret_error, error_size);
    if (check_partitions(inquiry, ret_error, error_size) != JOURNAL_TOPIC_FIT)
        return JOURNAL_TOPIC_UNFIT;
    return check_settings(inquiry, ret_error, error_size);
}

static enum journal_topic check_by(rd_kafka_t *client, const struct journal_needs *needs,
                                   const struct settings *settings, char *ret_error,
                                   size_t error_size)
{
    struct inquiry inquiry = {
        .client = client,
        .settings = settings,
        .needs = needs,
        .bootstrap = kafka_setting_of(settings, &settings->consumer.kafka, "bootstrap.servers",
                                      "localhost:9092"),
        .problems = {.ceiling = 2048},
    };
    enum journal_topic answer = check(&inquiry, ret_error, error_size);

    buffer_free(&inquiry.problems);
    return answer;
}

enum journal_topic journal_topic_check(struct kafka_journal *journal,
                                       const struct settings *settings, char *ret_error,
                                       size_t error_size)
{
    return check_by(kafka_journal_client(journal), kafka_journal_needs(journal), settings,
                    ret_error, error_size);
}

enum journal_topic journal_topic_look(rd_kafka_t *client, const struct journal_needs *needs,
                                      const struct settings *settings, char *ret_error,
                                      size_t error_size)
{
    struct settings asking = *settings;

    asking.topics.create = false; /* a question changes nothing */
    return check_by(client, needs, &asking, ret_error, error_size);
}

void journal_topic_settings(const struct journal_needs *needs, int replicas,
                            void (*each)(void *context, const char *name, const char *value),
                            void *context)
{
    const struct inquiry inquiry = {.needs = needs, .replicas = replicas};
    char value[VALUE_SIZE];

    for (unsigned i = 0; i < WANTED; i++) {
        if (!asks_for(&inquiry, (enum wanted)i))
            continue;
        wanted_value(&inquiry, (enum wanted)i, value);
        each(context, names[i], value);
    }
}

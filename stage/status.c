#include "stage/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/effective.h"
#include "processors/host.h"
#include "producer/route.h"
#include "producer/trends.h"
#include "stage/internal.h"

enum { MOST_ENTITIES = 100 };

/* ---- states ---- */

static const char *const state_names[] = {
    [STAGE_START] = "start",         [STAGE_RESTORING] = "restoring", [STAGE_RUNNING] = "running",
    [STAGE_RELOADING] = "reloading", [STAGE_DRAINING] = "draining",
};

const char *stage_state_name(enum stage_state state)
{
    return state_names[state];
}

enum stage_state stage_state(const struct stage *stage)
{
    switch ((enum stage_phase)atomic_load(&stage->phase)) {
    case PHASE_START:
        break;
    case PHASE_RUN:
        return stage_waits_for_claims(stage) == NULL && consumer_is_assigned(stage->consumer)
                   ? STAGE_RUNNING
                   : STAGE_RESTORING;
    case PHASE_RELOAD:
        return STAGE_RELOADING;
    case PHASE_DRAIN:
        return STAGE_DRAINING;
    }
    return STAGE_START;
}

/* Each has its paragraph in docs/health.md. */
static const struct {
    const char *text;
    const char *help;
} reasons[] = {
    {NULL, NULL},
    {"start", "docs/health.md#start"},
    {"waiting for partitions", "docs/health.md#waiting-for-partitions"},
    {"restoring claims", "docs/health.md#restoring-claims"},
    {"the claims topic is silent", "docs/health.md#the-claims-topic-is-silent"},
    {"the claims topic is lost", "docs/health.md#the-claims-topic-is-lost"},
    {"no broker can be reached", "docs/health.md#no-broker-can-be-reached"},
    {"failed", "docs/health.md#failed"},
    {"draining", "docs/health.md#draining"},
};

enum reason {
    READY,
    STARTING,
    NO_PARTITIONS,
    RESTORING_CLAIMS,
    CLAIMS_SILENT,
    CLAIMS_LOST,
    NO_BROKER,
    FAILED,
    DRAINING,
};

static enum reason reason_of_claims(const struct stage *stage)
{
    const char *waits_for = stage_waits_for_claims(stage);

    for (int reason = RESTORING_CLAIMS; reason <= CLAIMS_LOST && waits_for != NULL; reason++)
        if (strcmp(reasons[reason].text, waits_for) == 0)
            return (enum reason)reason;
    return READY;
}

static enum reason reason_of(const struct stage *stage)
{
    enum stage_state state = stage_state(stage);

    if (state == STAGE_START)
        return STARTING;
    if (stage_has_failed(stage))
        return FAILED;
    if (state == STAGE_DRAINING)
        return DRAINING;
    enum reason claims = reason_of_claims(stage);

    if (claims != READY)
        return claims;
    if (!stage_reaches_kafka(stage))
        return NO_BROKER;
    return consumer_is_assigned(stage->consumer) ? READY : NO_PARTITIONS;
}

const char *stage_why_not_ready(const struct stage *stage)
{
    return reasons[reason_of(stage)].text;
}

bool stage_is_ready(const struct stage *stage)
{
    return reason_of(stage) == READY;
}

/* ---- JSON ---- */

static void append_string(struct buffer *json, const char *name, const char *text)
{
    buffer_append_format(json, "\"%s\":", name);
    if (text != NULL)
        buffer_append_json_string(json, slice_of_text(text));
    else
        buffer_append_text(json, "null");
}

void status_health(struct stage *stage, struct buffer *json)
{
    enum reason reason = reason_of(stage);

    buffer_append_byte(json, '{');
    append_string(json, "state", stage_state_name(stage_state(stage)));
    buffer_append_format(json, ",\"ready\":%s,", reason == READY ? "true" : "false");
    append_string(json, "why", reasons[reason].text);
    buffer_append_byte(json, ',');
    append_string(json, "help", reasons[reason].help);
    buffer_append_byte(json, ',');
    append_string(json, "instance", stage->settings->instance);
    buffer_append_byte(json, ',');
    append_string(json, "group", stage->settings->consumer.group);
    pthread_mutex_lock(&stage->config_lock);
    buffer_append_byte(json, ',');
    append_string(json, "config", config_digest(stage->config));
    pthread_mutex_unlock(&stage->config_lock);
    buffer_append_format(
        json, ",\"in_flight\":%zu,\"reloads\":{\"done\":%" PRId64 ",\"refused\":%" PRId64 "}}\n",
        stage_in_flight(stage), stage_reloads(stage, true), stage_reloads(stage, false));
}

void status_version(struct buffer *json)
{
    buffer_append_format(json, "{\"copydesk\":\"%s\",\"librdkafka\":\"%s\",\"processor_abi\":%u}\n",
                         COPYDESK_VERSION, rd_kafka_version_str(), PROCESSOR_ABI);
}

void status_config(struct stage *stage, struct buffer *yaml)
{
    pthread_mutex_lock(&stage->config_lock);
    buffer_append_format(yaml, "# %s\n", config_digest(stage->config));
    config_effective(stage->config, host_table, yaml);
    pthread_mutex_unlock(&stage->config_lock);
}

static void append_texts(struct buffer *json, const struct option_list *list)
{
    const char *const *texts = list->items;

    buffer_append_byte(json, '[');
    for (size_t i = 0; i < list->count; i++) {
        buffer_append_text(json, i > 0 ? "," : "");
        buffer_append_json_string(json, slice_of_text(texts[i]));
    }
    buffer_append_byte(json, ']');
}

static void append_processors(struct buffer *json, const struct option_list *list)
{
    const struct option_one_of *entries = list->items;

    buffer_append_byte(json, '[');
    for (size_t i = 0; i < list->count; i++) {
        const struct processor *processor = entries[i].owner;

        if (processor == NULL)
            continue;
        buffer_append_text(json, i > 0 ? ",{" : "{");
        append_string(json, "name", processor->name);
        buffer_append_byte(json, ',');
        append_string(json, "version", processor->version);
        buffer_append_byte(json, '}');
    }
    buffer_append_byte(json, ']');
}

struct outputs {
    struct buffer *json;
    size_t count;
};

static void append_output(void *context, const char *topic)
{
    struct outputs *outputs = context;

    buffer_append_text(outputs->json, outputs->count++ > 0 ? "," : "");
    buffer_append_json_string(outputs->json, slice_of_text(topic));
}

/* {"topic": [0, 3]}: what this instance has now. */
static void append_assignment(struct stage *stage, struct buffer *json)
{
    rd_kafka_topic_partition_list_t *list = NULL;
    const char *topic = "";

    buffer_append_byte(json, '{');
    if (stage_state(stage) != STAGE_START &&
        rd_kafka_assignment(consumer_client(stage->consumer), &list) ==
            RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_topic_partition_list_sort(list, NULL, NULL);
        for (int i = 0; i < list->cnt; i++) {
            bool next = strcmp(topic, list->elems[i].topic) != 0;

            buffer_append_text(json, !next ? "," : i > 0 ? "]," : "");
            topic = list->elems[i].topic;
            if (next) {
                buffer_append_json_string(json, slice_of_text(topic));
                buffer_append_text(json, ":[");
            }
            buffer_append_integer(json, list->elems[i].partition);
        }
        buffer_append_text(json, list->cnt > 0 ? "]" : "");
        rd_kafka_topic_partition_list_destroy(list);
    }
    buffer_append_byte(json, '}');
}

static void append_ways(const struct settings *settings, struct buffer *json)
{
    struct outputs outputs = {.json = json};

    append_string(json, "delivery",
                  settings->producer.delivery == DELIVERY_EXACTLY_ONCE ? "exactly-once"
                                                                       : "at-least-once");
    buffer_append_text(json, ",\"reads\":");
    append_texts(json, &settings->consumer.topics);
    buffer_append_text(json, ",\"processors\":");
    append_processors(json, &settings->processors);
    buffer_append_text(json, ",\"writes\":[");
    route_topics(&settings->producer, append_output, &outputs);
    buffer_append_text(json, "],");
    append_string(json, "dead_letters", settings->producer.dead_letters);
}

void status_topology(struct stage *stage, struct buffer *json)
{
    buffer_append_byte(json, '{');
    append_string(json, "instance", stage->settings->instance);
    buffer_append_byte(json, ',');
    append_string(json, "group", stage->settings->consumer.group);
    buffer_append_byte(json, ',');
    pthread_mutex_lock(&stage->config_lock);
    append_ways(config_settings(stage->config), json);
    pthread_mutex_unlock(&stage->config_lock);
    buffer_append_text(json, ",\"assigned\":");
    append_assignment(stage, json);
    buffer_append_text(json, "}\n");
}

void status_entities(struct stage *stage, struct buffer *json)
{
    buffer_append_format(json, "{\"minutes\":%d,\"entities\":", TRENDS_STRETCH_MS / 60000);
    if (stage_state(stage) != STAGE_START)
        trends_top(publisher_trends(stage->publisher), MOST_ENTITIES, clock_monotonic_ms(), json);
    else
        buffer_append_text(json, "[]");
    buffer_append_text(json, "}\n");
}

/* ---- gauges ---- */

static void gauge(struct stage *stage, const char *name, const char *help, const char *label,
                  const char *value, int64_t number)
{
    char labels[128] = "";

    if (label != NULL)
        metrics_label(labels, sizeof labels, label, slice_of_text(value));
    metric_set(metrics_gauge(stage->metrics, name, help, labels), number);
}

static void set_states(struct stage *stage)
{
    enum stage_state now = stage_state(stage);

    for (int state = STAGE_START; state <= STAGE_DRAINING; state++)
        gauge(stage, "copydesk_state", "1 for the state that the stage is in.", "state",
              state_names[state], state == (int)now);
}

/* The second number of /proc/self/statm, in pages. */
static size_t resident_bytes(void)
{
    char line[128] = "";
    FILE *file = fopen("/proc/self/statm", "re");

    if (file == NULL)
        return 0;
    const char *read = fgets(line, sizeof line, file);
    const char *second = read != NULL ? strchr(line, ' ') : NULL;

    fclose(file);
    return second != NULL ? strtoul(second, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

static void memory_gauge(void *context, const char *part, size_t bytes)
{
    gauge(context, "copydesk_memory_bytes",
          "Memory by part: articles in flight (window), records fetched ahead (fetched), what a "
          "processor holds (by its name), and the whole process.",
          "part", part, (int64_t)bytes);
}

static void set_memory(struct stage *stage)
{
    memory_gauge(stage, "window", window_fill(stage->window).bytes);
    memory_gauge(stage, "process", resident_bytes());
    if (stage_state(stage) == STAGE_START)
        return;
    memory_gauge(stage, "fetched", consumer_fetched_bytes(stage->consumer));
    chain_memory(stage->chain, memory_gauge, stage);
}

/* What librdkafka knows without asking the brokers. */
static int64_t lag_of(rd_kafka_t *client, const rd_kafka_topic_partition_t *at)
{
    int64_t low = 0;
    int64_t high = 0;

    if (at->offset < 0 || rd_kafka_get_watermark_offsets(client, at->topic, at->partition, &low,
                                                         &high) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    return high > at->offset ? high - at->offset : 0;
}

static void set_lag(struct stage *stage)
{
    rd_kafka_t *client = consumer_client(stage->consumer);
    rd_kafka_topic_partition_list_t *list = NULL;
    int64_t lag = 0;

    if (rd_kafka_assignment(client, &list) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    rd_kafka_position(client, list);
    for (int i = 0; i < list->cnt; i++)
        lag += lag_of(client, &list->elems[i]);
    rd_kafka_topic_partition_list_destroy(list);
    gauge(stage, "copydesk_lag_records",
          "Records of the assigned partitions that were not read yet.", NULL, NULL, lag);
}

static void set_info(struct stage *stage)
{
    char labels[128] = "";

    metrics_label(labels, sizeof labels, "version", slice_of_text(COPYDESK_VERSION));
    metrics_label(labels, sizeof labels, "librdkafka", slice_of_text(rd_kafka_version_str()));
    metric_set(metrics_gauge(stage->metrics, "copydesk_info", "Versions; always 1.", labels), 1);
}

void status_metrics(struct stage *stage)
{
    struct window_fill fill = window_fill(stage->window);

    gauge(stage, "copydesk_window_articles", "Articles between intake and delivery.", NULL, NULL,
          (int64_t)fill.count);
    gauge(stage, "copydesk_window_bytes", "Memory that the articles in flight count for.", NULL,
          NULL, (int64_t)fill.bytes);
    gauge(stage, "copydesk_ready",
          "1 while /readyz says so: partitions are assigned, brokers are reachable, nothing has "
          "failed.",
          NULL, NULL, stage_is_ready(stage));
    set_states(stage);
    set_memory(stage);
    set_info(stage);
    if (stage_state(stage) != STAGE_START)
        set_lag(stage);
}

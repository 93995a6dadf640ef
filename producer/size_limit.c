#include "producer/size_limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lz4.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "config/kafka_link.h"
#include "producer/route.h"

enum {
    ASK_MS = 10000,
    /* The header of a batch (61 bytes) and of a record in it, all variable parts at their longest.
     */
    FRAME_BYTES = 128,
    USUAL_BATCH_BYTES = 1000000, /* librdkafka's batch.size; topics take more by default */
};

struct resources {
    rd_kafka_ConfigResource_t **items;
    size_t count;
};

static bool is_wanted(const struct resources *resources, const char *topic)
{
    for (size_t i = 0; i < resources->count; i++)
        if (strcmp(rd_kafka_ConfigResource_name(resources->items[i]), topic) == 0)
            return true;
    return false;
}

/* librdkafka takes no answer at all where a topic was asked for twice. */
static void want(void *context, const char *topic)
{
    struct resources *resources = context;

    if (is_wanted(resources, topic))
        return;
    resources->items = memory_resize(resources->items,
                                     (resources->count + 1) * sizeof(rd_kafka_ConfigResource_t *));
    resources->items[resources->count++] =
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
}

static size_t smaller(size_t one, size_t other)
{
    return one < other ? one : other;
}

/* A dead letter is cut to what fits: its topic bounds only the batch. */
static void note_bytes(struct size_limit *limit, const char *topic, const char *dead_letters,
                       size_t bytes)
{
    limit->batch = smaller(limit->batch, bytes);
    if (strcmp(topic, dead_letters) == 0 || bytes >= limit->bytes)
        return;
    limit->bytes = bytes;
    snprintf(limit->topic, sizeof limit->topic, "%s", topic);
}

static void note(struct size_limit *limit, const rd_kafka_ConfigResource_t *resource,
                 const char *dead_letters)
{
    size_t count = 0;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), "max.message.bytes") != 0)
            continue;
        size_t bytes = strtoull(rd_kafka_ConfigEntry_value(entries[i]), NULL, 10);

        if (bytes > 0)
            note_bytes(limit, rd_kafka_ConfigResource_name(resource), dead_letters, bytes);
    }
}

/* Returns false where a topic is too new for its configuration to be known: ask again. */
static bool read_answer(struct size_limit *limit, rd_kafka_event_t *event, const char *dead_letters)
{
    const rd_kafka_DescribeConfigs_result_t *result =
        event != NULL ? rd_kafka_event_DescribeConfigs_result(event) : NULL;
    size_t count = 0;

    if (result == NULL || rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log_event(LOG_DEBUG, "max.message.bytes cannot be learnt: %s",
                  event != NULL ? rd_kafka_event_error_string(event) : "no answer");
        return true;
    }
    const rd_kafka_ConfigResource_t **resources =
        rd_kafka_DescribeConfigs_result_resources(result, &count);
    bool complete = true;

    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(resources[i]);

        complete = complete && error != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
            note(limit, resources[i], dead_letters);
    }
    return complete;
}

static bool ask_once(rd_kafka_t *client, const struct resources *resources,
                     const char *dead_letters, struct size_limit *limit)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);

    rd_kafka_DescribeConfigs(client, resources->items, resources->count, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, ASK_MS);
    bool complete = read_answer(limit, event, dead_letters);

    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    return complete;
}

/* The last one that is set wins, as in librdkafka. Without one it is the stage's own: lz4. */
static bool compresses(const struct settings *settings)
{
    const struct option_map *maps[] = {&settings->kafka, &settings->producer.kafka};
    bool result = true;

    for (size_t m = 0; m < sizeof maps / sizeof *maps; m++)
        for (size_t i = 0; i < maps[m]->count; i++)
            if (strcmp(maps[m]->pairs[i].name, "compression.codec") == 0 ||
                strcmp(maps[m]->pairs[i].name, "compression.type") == 0)
                result = strcmp(maps[m]->pairs[i].value, "none") != 0;
    return result;
}

struct size_limit size_limit_ask(rd_kafka_t *client, const struct settings *settings)
{
    struct size_limit limit = {
        .bytes = SIZE_MAX, .batch = SIZE_MAX, .compresses = compresses(settings)};
    struct resources resources = {.count = 0};
    int64_t end = clock_monotonic_ms() + ASK_MS;

    if (!kafka_has_controller(client, ASK_MS))
        return limit;
    route_topics(&settings->producer, want, &resources);
    while (resources.count > 0 &&
           !ask_once(client, &resources, settings->producer.dead_letters, &limit) &&
           clock_monotonic_ms() < end)
        ;
    rd_kafka_ConfigResource_destroy_array(resources.items, resources.count);
    memory_free(resources.items);
    return limit;
}

/* What the broker sees. LZ4's size stands for the other codecs', which are close or smaller. */
static size_t size_on_broker(const struct size_limit *limit, struct slice value)
{
    if (!limit->compresses || value.length > LZ4_MAX_INPUT_SIZE)
        return value.length;
    int bound = LZ4_compressBound((int)value.length);
    char FREED_AT_END *scratch = memory_allocate((size_t)bound);
    int length = LZ4_compress_default(value.data, scratch, (int)value.length, bound);

    return length > 0 && (size_t)length < value.length ? (size_t)length : value.length;
}

bool size_limit_fits(const struct size_limit *limit, struct slice value, size_t rest)
{
    rest += FRAME_BYTES;
    return limit->bytes == SIZE_MAX || value.length + rest <= limit->bytes ||
           size_on_broker(limit, value) + rest <= limit->bytes;
}

size_t size_limit_batch(const struct size_limit *limit)
{
    /* What a codec makes of noise is a little larger than the noise. */
    size_t batch = limit->batch - limit->batch / 32;

    return batch < USUAL_BATCH_BYTES ? batch : 0;
}

#include "consumer/record.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/memory.h"
#include "consumer/record_pool.h"

enum {
    /* What a record holds besides its value: structs, arena, and the output, which is the value
     * again and the enrichment. */
    OVERHEAD_BYTES = 16384,
    /* In librdkafka, until the delivery report. */
    MESSAGE_BYTES = 512,
    HEADER_BYTES = 64,
};

/* Those that came, and the copy that goes. */
static size_t bytes_of_headers(const rd_kafka_headers_t *headers)
{
    const char *name = NULL;
    const void *value = NULL;
    size_t length = 0;
    size_t bytes = 0;

    for (size_t i = 0;
         headers != NULL &&
         rd_kafka_header_get_all(headers, i, &name, &value, &length) == RD_KAFKA_RESP_ERR_NO_ERROR;
         i++)
        bytes += HEADER_BYTES + strlen(name) + length;
    return 2 * bytes;
}

static struct slice message_value(const rd_kafka_message_t *message)
{
    return slice_of(message->payload, message->payload != NULL ? message->len : 0);
}

/* "TOPIC-PARTITION-OFFSET"; Kafka's topics have at most 249 characters. */
enum { NAME_SIZE = 320 };

static struct slice fallback_id(const rd_kafka_message_t *message, const struct lane *lane,
                                char name[NAME_SIZE])
{
    if (message->key != NULL && message->key_len > 0)
        return slice_of(message->key, message->key_len);
    snprintf(name, NAME_SIZE, "%s-%" PRId32 "-%" PRId64, lane->topic, lane->partition,
             message->offset);
    return slice_of_text(name);
}

/* Zeroed but for the memory of an article and an output that may have been there before. */
static struct record *empty_record(struct record_pool *pool)
{
    struct record *record = pool != NULL ? record_pool_take(pool) : NULL;

    if (record == NULL)
        record = memory_zeroed(1, sizeof *record);
    buffer_clear(&record->output);
    *record = (struct record){.article = record->article, .output = record->output, .pool = pool};
    return record;
}

struct record *record_new(struct record_pool *pool, rd_kafka_message_t *message, struct lane *lane)
{
    struct record *record = empty_record(pool);
    struct article_coordinates coordinates = {.topic = slice_of_text(lane->topic),
                                              .partition = lane->partition,
                                              .offset = message->offset};
    rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    char name[NAME_SIZE];

    record->article = article_renew(record->article, message_value(message), coordinates,
                                    fallback_id(message, lane, name));
    record->key = arena_copy(&record->article->arena,
                             slice_of(message->key, message->key != NULL ? message->key_len : 0));
    rd_kafka_message_detach_headers(message, &record->headers);
    record->timestamp_ms = rd_kafka_message_timestamp(message, &kind);
    record->lane = lane_hold(lane);
    record->sequence = lane->next_sequence++;
    record->attempts = 1;
    record->weight =
        message->len * 2 + message->key_len + bytes_of_headers(record->headers) + OVERHEAD_BYTES;
    return record;
}

struct record *record_stand_in(const struct record *record)
{
    const struct article *article = record->article;
    struct record *other = memory_zeroed(1, sizeof *other);

    other->article = article_new(article->payload, article->coordinates, article->fallback_id);
    other->key = arena_copy(&other->article->arena, record->key);
    other->headers = record->headers != NULL ? rd_kafka_headers_copy(record->headers) : NULL;
    other->timestamp_ms = record->timestamp_ms;
    other->lane = lane_hold(record->lane);
    other->sequence = record->sequence;
    other->weight = record->weight;
    other->attempts = record->attempts;
    return other;
}

size_t record_weigh(struct record *record)
{
    const struct article *article = record->article;
    size_t before = record->weight;
    size_t held = sizeof *record + article_bytes(article) + bytes_of_headers(record->headers) +
                  record->output.capacity + MESSAGE_BYTES;

    if (held > before)
        record->weight = held;
    return record->weight - before;
}

void record_free(struct record *record)
{
    struct record_pool *pool = record->pool;

    if (record->headers != NULL)
        rd_kafka_headers_destroy(record->headers);
    lane_release(record->lane);
    if (pool != NULL) {
        record_pool_give(pool, record);
        return;
    }
    buffer_free(&record->output);
    article_free(record->article);
    memory_free(record);
}

#include "cli/reader.h"

#include <stdio.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "cli/client.h"
#include "config/exits.h"
#include "config/kafka_access.h"

enum { REACH_MS = 15000, ASK_MS = 5000, POLL_MS = 100, ERROR_SIZE = 512 };

/* One partition. */
struct strand {
    char *topic;
    int32_t partition;
    int64_t from;
    int64_t to; /* exclusive */
    int64_t at; /* behind the last one that was read */
    bool done;
    rd_kafka_queue_t *queue;
    rd_kafka_message_t *head; /* read, not given away */
};

struct reader {
    struct reader_options options;
    rd_kafka_t *client;
    struct strand *strands;
    size_t count;
    char error[ERROR_SIZE];
};

/* ---- which partitions ---- */

static const struct rd_kafka_metadata *ask_metadata(rd_kafka_t *client)
{
    const struct rd_kafka_metadata *metadata = NULL;
    int64_t end = clock_monotonic_ms() + REACH_MS;

    while (rd_kafka_metadata(client, 1, NULL, &metadata, ASK_MS) != RD_KAFKA_RESP_ERR_NO_ERROR)
        if (clock_monotonic_ms() >= end)
            return NULL;
    return metadata;
}

static const struct rd_kafka_metadata_topic *find_topic(const struct rd_kafka_metadata *metadata,
                                                        const char *name)
{
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (strcmp(metadata->topics[i].topic, name) == 0)
            return &metadata->topics[i];
    return NULL;
}

static void add_strand(struct reader *reader, const char *topic, int32_t partition)
{
    reader->strands = memory_resize(reader->strands, (reader->count + 1) * sizeof *reader->strands);
    reader->strands[reader->count++] =
        (struct strand){.topic = memory_copy_text(topic), .partition = partition};
}

static int add_topic(struct reader *reader, const struct rd_kafka_metadata *metadata,
                     const char *name)
{
    const struct rd_kafka_metadata_topic *topic = find_topic(metadata, name);

    if (topic == NULL || topic->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        snprintf(reader->error, ERROR_SIZE, "topic %s: %s", name,
                 topic != NULL ? rd_kafka_err2str(topic->err) : "there is none of that name");
        return EXIT_RUNTIME;
    }
    for (int i = 0; i < topic->partition_cnt; i++)
        if (reader->options.partition < 0 || reader->options.partition == topic->partitions[i].id)
            add_strand(reader, name, topic->partitions[i].id);
    return EXIT_OK;
}

static int find_strands(struct reader *reader)
{
    const struct rd_kafka_metadata *metadata = ask_metadata(reader->client);
    int status = EXIT_OK;

    if (metadata == NULL) {
        snprintf(reader->error, ERROR_SIZE, "no broker answers at %s",
                 kafka_setting_of(reader->options.settings,
                                  &reader->options.settings->consumer.kafka, "bootstrap.servers",
                                  "localhost:9092"));
        return EXIT_NO_BROKER;
    }
    for (size_t i = 0; status == EXIT_OK && i < reader->options.topic_count; i++)
        status = add_topic(reader, metadata, reader->options.topics[i]);
    rd_kafka_metadata_destroy(metadata);
    if (status == EXIT_OK && reader->count == 0) {
        snprintf(reader->error, ERROR_SIZE, "there is no partition %d", reader->options.partition);
        return EXIT_RUNTIME;
    }
    return status;
}

/* ---- from where to where ---- */

static int64_t offset_of_time(rd_kafka_t *client, const struct strand *strand, int64_t ms,
                              int64_t high)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

    rd_kafka_topic_partition_list_add(list, strand->topic, strand->partition)->offset = ms;
    rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(client, list, ASK_MS);
    int64_t offset = error == RD_KAFKA_RESP_ERR_NO_ERROR && list->elems[0].offset >= 0
                         ? list->elems[0].offset
                         : high;

    rd_kafka_topic_partition_list_destroy(list);
    return offset;
}

static int64_t offset_of(rd_kafka_t *client, const struct strand *strand, struct place place,
                         int64_t low, int64_t high)
{
    int64_t offset = high;

    if (place.kind == PLACE_START)
        offset = low;
    else if (place.kind == PLACE_OFFSET)
        offset = place.value;
    else if (place.kind == PLACE_LAST)
        offset = high - place.value;
    else if (place.kind == PLACE_TIME)
        offset = offset_of_time(client, strand, place.value, high);
    return offset < low ? low : offset > high ? high : offset;
}

static int find_bounds(struct reader *reader, rd_kafka_t *all)
{
    for (size_t i = 0; i < reader->count; i++) {
        struct strand *strand = &reader->strands[i];
        int64_t low;
        int64_t high;
        rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
            all, strand->topic, strand->partition, &low, &high, ASK_MS);

        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            snprintf(reader->error, ERROR_SIZE, "topic %s, partition %d: %s", strand->topic,
                     strand->partition, rd_kafka_err2str(error));
            return EXIT_RUNTIME;
        }
        strand->from = strand->at = offset_of(all, strand, reader->options.from, low, high);
        strand->to = offset_of(all, strand, reader->options.to, low, high);
        strand->done = !reader->options.follow && strand->from >= strand->to;
    }
    return EXIT_OK;
}

/* ---- life ---- */

static void assign(struct reader *reader)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)reader->count);

    for (size_t i = 0; i < reader->count; i++) {
        struct strand *strand = &reader->strands[i];

        if (!strand->done)
            rd_kafka_topic_partition_list_add(list, strand->topic, strand->partition)->offset =
                strand->from;
        strand->queue =
            rd_kafka_queue_get_partition(reader->client, strand->topic, strand->partition);
        if (strand->queue != NULL)
            rd_kafka_queue_forward(strand->queue, NULL);
    }
    rd_kafka_assign(reader->client, list);
    rd_kafka_topic_partition_list_destroy(list);
}

struct reader *reader_open(const struct reader_options *options, int *ret_exit, char *ret_error,
                           size_t error_size)
{
    struct reader *reader = memory_zeroed(1, sizeof *reader);
    rd_kafka_t *all = NULL;

    reader->options = *options;
    *ret_exit = EXIT_RUNTIME;
    /* The high watermark counts what read_committed does not show yet: asked for by a client that
     * reads all. */
    reader->client =
        client_consumer(options->settings, "read_committed", reader->error, sizeof reader->error);
    if (reader->client != NULL)
        all = client_consumer(options->settings, "read_uncommitted", reader->error,
                              sizeof reader->error);
    if (all != NULL)
        *ret_exit = find_strands(reader);
    if (*ret_exit == EXIT_OK)
        *ret_exit = find_bounds(reader, all);
    if (all != NULL)
        rd_kafka_destroy(all);
    if (*ret_exit == EXIT_OK) {
        reader->error[0] = '\0'; /* librdkafka writes there also where it is content */
        assign(reader);
        return reader;
    }
    snprintf(ret_error, error_size, "%s", reader->error);
    reader_close(reader);
    return NULL;
}

void reader_close(struct reader *reader)
{
    if (reader == NULL)
        return;
    for (size_t i = 0; i < reader->count; i++) {
        if (reader->strands[i].head != NULL)
            rd_kafka_message_destroy(reader->strands[i].head);
        if (reader->strands[i].queue != NULL)
            rd_kafka_queue_destroy(reader->strands[i].queue);
        memory_free(reader->strands[i].topic);
    }
    memory_free(reader->strands);
    if (reader->client != NULL) {
        rd_kafka_assign(reader->client, NULL);
        rd_kafka_destroy(reader->client);
    }
    memory_free(reader);
}

/* ---- reading ---- */

static void note_end(struct reader *reader, struct strand *strand, int64_t offset)
{
    if (offset > strand->at)
        strand->at = offset;
    strand->done = !reader->options.follow && strand->at >= strand->to;
}

/* Takes what came from a partition's queue: a record, its end, or an error. */
static void take(struct reader *reader, struct strand *strand, rd_kafka_message_t *message)
{
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        note_end(reader, strand, message->offset);
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        snprintf(reader->error, ERROR_SIZE, "topic %s, partition %d: %s", strand->topic,
                 strand->partition, rd_kafka_message_errstr(message));
    } else if (!reader->options.follow && message->offset >= strand->to) {
        note_end(reader, strand, strand->to);
    } else {
        strand->head = message;
        return;
    }
    rd_kafka_message_destroy(message);
}

/* Fills the heads that are missing. Returns whether all are there that can be. */
static bool fill(struct reader *reader, int timeout_ms)
{
    bool whole = true;

    rd_kafka_poll(reader->client, 0);
    for (size_t i = 0; i < reader->count && reader->error[0] == '\0'; i++) {
        struct strand *strand = &reader->strands[i];

        if (strand->done || strand->head != NULL || strand->queue == NULL)
            continue;
        rd_kafka_message_t *message = rd_kafka_consume_queue(strand->queue, timeout_ms);

        if (message != NULL)
            take(reader, strand, message);
        whole = whole && (strand->done || strand->head != NULL);
    }
    return whole;
}

static int64_t time_of(const struct strand *strand)
{
    rd_kafka_timestamp_type_t kind;

    return rd_kafka_message_timestamp(strand->head, &kind);
}

static struct strand *oldest(struct reader *reader)
{
    struct strand *best = NULL;

    for (size_t i = 0; i < reader->count; i++) {
        struct strand *strand = &reader->strands[i];

        if (strand->head != NULL && (best == NULL || time_of(strand) < time_of(best)))
            best = strand;
    }
    return best;
}

static rd_kafka_message_t *give(struct reader *reader, struct strand *strand)
{
    rd_kafka_message_t *message = strand->head;

    strand->head = NULL;
    if (message != NULL)
        note_end(reader, strand, message->offset + 1);
    return message;
}

/* One that follows does not wait for partitions in which nothing happens. */
rd_kafka_message_t *reader_next(struct reader *reader, int timeout_ms)
{
    int64_t end = clock_monotonic_ms() + timeout_ms;
    int wait_ms = reader->options.follow ? 1 : POLL_MS;

    do {
        bool whole = fill(reader, wait_ms);

        if (reader->error[0] != '\0' || reader_is_done(reader))
            break;
        struct strand *strand = whole || reader->options.follow ? oldest(reader) : NULL;

        if (strand != NULL)
            return give(reader, strand);
    } while (clock_monotonic_ms() < end);
    return NULL;
}

bool reader_is_done(const struct reader *reader)
{
    for (size_t i = 0; i < reader->count; i++)
        if (!reader->strands[i].done || reader->strands[i].head != NULL)
            return false;
    return true;
}

const char *reader_error(const struct reader *reader)
{
    return reader->error[0] != '\0' ? reader->error : NULL;
}

int64_t reader_total(const struct reader *reader)
{
    int64_t total = 0;

    for (size_t i = 0; i < reader->count; i++)
        total += reader->strands[i].to > reader->strands[i].from
                     ? reader->strands[i].to - reader->strands[i].from
                     : 0;
    return total;
}

int64_t reader_passed(const struct reader *reader)
{
    int64_t passed = 0;

    for (size_t i = 0; i < reader->count; i++)
        passed += reader->strands[i].at - reader->strands[i].from;
    return passed;
}

bool reader_covers(const struct reader *reader, struct slice topic, int32_t partition,
                   int64_t offset)
{
    for (size_t i = 0; i < reader->count; i++) {
        const struct strand *strand = &reader->strands[i];

        if (strand->partition == partition && slice_is(topic, strand->topic))
            return offset >= strand->from && offset < strand->to;
    }
    return false;
}

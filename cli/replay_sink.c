#include "cli/replay_sink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/client.h"
#include "producer/headers.h"

enum { FLUSH_MS = 60000, ROOM_MS = 100 };

struct replay_sink {
    const char *digest;
    const char *topic; /* NULL: into the file */
    rd_kafka_t *producer;
    FILE *file;
    rd_kafka_resp_err_t failed; /* why a delivery did, if one did */
};

static void on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *context)
{
    struct replay_sink *sink = context;

    (void)client;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        sink->failed = message->err;
}

struct replay_sink *replay_sink_open(const struct config *config, const char *topic,
                                     const char *file, char *ret_error, size_t error_size)
{
    struct replay_sink *sink = memory_zeroed(1, sizeof *sink);

    sink->digest = config_digest(config);
    sink->topic = topic;
    if (topic != NULL)
        sink->producer = client_producer(config_settings(config),
                                         &(struct client_producer){NULL, on_report, sink},
                                         ret_error, error_size);
    else if ((sink->file = strcmp(file, "-") == 0 ? stdout : fopen(file, "we")) == NULL)
        snprintf(ret_error, error_size, "%s: %s", file, strerror(errno));
    if (sink->producer != NULL || sink->file != NULL)
        return sink;
    memory_free(sink);
    return NULL;
}

/* ---- a topic ---- */

/* Brokers refuse times of the future; the stage clamps them likewise. */
static rd_kafka_resp_err_t send_once(struct replay_sink *sink, const struct record *record,
                                     struct slice value)
{
    int64_t now_ms = clock_wall_ms();
    bool future = record->timestamp_ms > now_ms;
    rd_kafka_headers_t *headers =
        headers_of_article(record, sink->digest, future ? record->timestamp_ms : -1);
    int64_t timestamp_ms = future ? now_ms : record->timestamp_ms > 0 ? record->timestamp_ms : 0;
    rd_kafka_resp_err_t error = rd_kafka_producev(
        sink->producer, RD_KAFKA_V_TOPIC(sink->topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY((void *)(uintptr_t)record->key.data, record->key.length),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)value.data, value.length), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_TIMESTAMP(timestamp_ms), RD_KAFKA_V_END);

    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_headers_destroy(headers);
    return error;
}

static int send_value(struct replay_sink *sink, const struct record *record, struct slice value,
                      char *ret_error, size_t error_size)
{
    rd_kafka_resp_err_t error;

    while ((error = send_once(sink, record, value)) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        rd_kafka_poll(sink->producer, ROOM_MS);
    rd_kafka_poll(sink->producer, 0);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    snprintf(ret_error, error_size, "topic %s: %s", sink->topic, rd_kafka_err2str(error));
    return -1;
}

/* ---- a file ---- */

/* In valid JSON a raw line break stands between values, never in one. */
static void write_line(struct replay_sink *sink, struct buffer *line)
{
    for (size_t i = 0; i < line->length; i++)
        if (line->data[i] == '\n' || line->data[i] == '\r')
            line->data[i] = ' ';
    buffer_append_byte(line, '\n');
    fwrite(line->data, 1, line->length, sink->file);
}

/* ---- both ---- */

int replay_sink_write(struct replay_sink *sink, const struct record *record, struct buffer *value,
                      char *ret_error, size_t error_size)
{
    bool tombstone = record->article->kind == KIND_TOMBSTONE;

    if (sink->producer != NULL)
        return send_value(sink, record, tombstone ? slice_of(NULL, 0) : buffer_slice(value),
                          ret_error, error_size);
    if (!tombstone)
        write_line(sink, value);
    return 0;
}

static int close_topic(struct replay_sink *sink, char *ret_error, size_t error_size)
{
    rd_kafka_resp_err_t flushed = rd_kafka_flush(sink->producer, FLUSH_MS);
    rd_kafka_resp_err_t error = sink->failed != RD_KAFKA_RESP_ERR_NO_ERROR ? sink->failed : flushed;

    rd_kafka_destroy(sink->producer);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    snprintf(ret_error, error_size,
             "topic %s did not take everything: %s; mend that, and replay the same range again, "
             "into an empty topic",
             sink->topic, rd_kafka_err2str(error));
    return -1;
}

static int close_file(struct replay_sink *sink, char *ret_error, size_t error_size)
{
    bool written = fflush(sink->file) == 0 && !ferror(sink->file);

    if (!written)
        snprintf(ret_error, error_size, "the output cannot be written: %s", strerror(errno));
    if (sink->file != stdout)
        fclose(sink->file);
    return written ? 0 : -1;
}

int replay_sink_close(struct replay_sink *sink, char *ret_error, size_t error_size)
{
    if (sink == NULL)
        return 0;
    int result = sink->producer != NULL ? close_topic(sink, ret_error, error_size)
                                        : close_file(sink, ret_error, error_size);

    memory_free(sink);
    return result;
}

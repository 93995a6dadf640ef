#include "producer/dispatch.h"

#include <stdio.h>

#include "base/clock.h"
#include "config/kafka_access.h"
#include "producer/headers.h"
#include "producer/route.h"

enum {
    MAX_ATTEMPTS = 8,
    SMALLEST_CUT = 1024, /* a dead letter that is still too large then does not fit at all */
};

/* Brokers refuse timestamps from the future (and would abort a transaction for it). */
static int64_t clamp_timestamp(int64_t timestamp_ms, int64_t *ret_original_ms)
{
    int64_t now = clock_wall_ms();

    *ret_original_ms = timestamp_ms > now ? timestamp_ms : -1;
    return timestamp_ms > now ? now : timestamp_ms;
}

const char *dispatch_topic(struct dispatch *dispatch, const struct record *record)
{
    buffer_clear(&dispatch->topic);
    if (record->fate == RECORD_PUBLISH)
        route_record(&dispatch->settings->producer, record, &dispatch->topic);
    else
        buffer_append_text(&dispatch->topic, dispatch->settings->producer.dead_letters);
    buffer_append_byte(&dispatch->topic, '\0');
    return dispatch->topic.data;
}

static struct slice value_of(const struct record *record)
{
    struct slice value = record->article->payload;

    if (record->fate == RECORD_PUBLISH && record->article->kind != KIND_TOMBSTONE)
        return buffer_slice(&record->output);
    if (record->cut > 0)
        value.length = record->cut;
    return value;
}

static rd_kafka_resp_err_t send_once(struct dispatch *dispatch, struct record *record)
{
    int64_t original_ms;
    struct producer_message message = {
        .value = value_of(record),
        .key = record->key,
        .timestamp_ms = clamp_timestamp(record->timestamp_ms, &original_ms),
        .opaque = record,
    };

    message.topic = dispatch_topic(dispatch, record);
    message.headers = record->fate == RECORD_PUBLISH
                          ? headers_of_article(record, dispatch->digest, original_ms)
                          : headers_of_dead_letter(record, dispatch->digest, original_ms);
    return producer_send(dispatch->producer, &message);
}

static int shrink(struct dispatch *dispatch, struct record *record, char ret_why[DISPATCH_WHY_SIZE])
{
    size_t length = value_of(record).length;

    if (record->fate == RECORD_PUBLISH) {
        record->fate = RECORD_REJECT;
        article_reject(record->article, REASON_OUTPUT_TOO_LARGE, NULL,
                       "the enriched article has %zu bytes, more than topic %s takes; raise its "
                       "max.message.bytes (and message.max.bytes under producer.kafka)",
                       length, dispatch->topic.data);
        if (dispatch->refused != NULL)
            dispatch->refused(dispatch->context, record);
        return 0;
    }
    record->cut = length / 2;
    if (record->cut >= SMALLEST_CUT)
        return 0;
    snprintf(ret_why, DISPATCH_WHY_SIZE,
             "topic %s refuses even a dead letter of %zu bytes as too large; raise its "
             "max.message.bytes",
             dispatch->topic.data, length);
    return -1;
}

static int give_up(struct dispatch *dispatch, rd_kafka_resp_err_t error,
                   char ret_why[DISPATCH_WHY_SIZE])
{
    const struct settings *settings = dispatch->settings;
    const char *topic = dispatch->topic.data;

    if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
        snprintf(ret_why, DISPATCH_WHY_SIZE,
                 "topic %s does not exist; create it: kafka-topics.sh --bootstrap-server %s "
                 "--create --topic %s",
                 topic,
                 kafka_setting_of(settings, &settings->producer.kafka, "bootstrap.servers",
                                  "localhost:9092"),
                 topic);
    else if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        kafka_access_denied(settings, ACCESS_WRITE_TOPIC, topic, ret_why, DISPATCH_WHY_SIZE);
    else
        snprintf(ret_why, DISPATCH_WHY_SIZE, "an article cannot be produced to topic %s: %s", topic,
                 rd_kafka_err2str(error));
    return -1;
}

int dispatch_reconsider(struct dispatch *dispatch, struct record *record, rd_kafka_resp_err_t error,
                        char ret_why[DISPATCH_WHY_SIZE])
{
    bool hopeless = error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
                    error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
                    error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
                    error == RD_KAFKA_RESP_ERR__FATAL;

    dispatch_topic(dispatch, record);
    if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        return shrink(dispatch, record, ret_why);
    if (hopeless || record->attempts++ >= MAX_ATTEMPTS)
        return give_up(dispatch, error, ret_why);
    return 0;
}

static bool is_about_producer(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR__STATE || error == RD_KAFKA_RESP_ERR__FATAL ||
           error == RD_KAFKA_RESP_ERR__FENCED;
}

int dispatch_send(struct dispatch *dispatch, struct record *record, char ret_why[DISPATCH_WHY_SIZE])
{
    rd_kafka_resp_err_t error;

    while ((error = send_once(dispatch, record)) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (is_about_producer(error)) {
            snprintf(ret_why, DISPATCH_WHY_SIZE, "the producer cannot go on: %s",
                     rd_kafka_err2str(error));
            return DISPATCH_LATER;
        }
        if (dispatch_reconsider(dispatch, record, error, ret_why) != 0)
            return -1;
    }
    return 0;
}

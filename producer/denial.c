#include "producer/denial.h"

#include <stdio.h>

#include "base/arena.h"
#include "config/kafka_access.h"

enum { PATIENCE_MS = 5000 };

void denial_of_id(const struct settings *settings, const rd_kafka_error_t *error,
                  char ret_why[DISPATCH_WHY_SIZE])
{
    char id[PRODUCER_ID_SIZE];

    producer_id(settings, id);
    if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
        kafka_access_denied(settings, ACCESS_TRANSACT, id, ret_why, DISPATCH_WHY_SIZE);
    else
        snprintf(ret_why, DISPATCH_WHY_SIZE,
                 "transactions cannot be used (transactional id %s): %s; without them, set "
                 "producer.delivery: at-least-once",
                 id, rd_kafka_error_string(error));
}

/* A transaction that failed refuses to begin another one, and says with what it failed. */
rd_kafka_resp_err_t denial_reason(rd_kafka_t *producer)
{
    rd_kafka_error_t *error = rd_kafka_begin_transaction(producer);
    rd_kafka_resp_err_t reason = rd_kafka_error_code(error);

    rd_kafka_error_destroy(error);
    return reason;
}

static bool is_refused(struct dispatch *dispatch, struct record *record)
{
    rd_kafka_t *producer = producer_client(dispatch->producer);
    rd_kafka_error_t *error = rd_kafka_begin_transaction(producer);
    char why[DISPATCH_WHY_SIZE];
    bool refused = false;

    if (error == NULL) {
        dispatch_send(dispatch, record, why);
        rd_kafka_flush(producer, PATIENCE_MS);
        refused = denial_reason(producer) == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
        error = rd_kafka_abort_transaction(producer, PATIENCE_MS);
    }
    rd_kafka_error_destroy(error);
    return refused;
}

static bool is_among(const char *topic, const char *const *topics, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(topics[i], topic) == 0)
            return true;
    return false;
}

/* Returns NULL when none is refused any more. */
static const char *find_refused(struct dispatch *dispatch, struct record *const *records,
                                size_t count, struct arena *arena)
{
    const char **asked = arena_allocate(arena, count * sizeof *asked);
    size_t asked_count = 0;

    for (size_t i = 0; i < count; i++) {
        const char *topic = dispatch_topic(dispatch, records[i]);

        if (records[i]->fate == RECORD_DROP || is_among(topic, asked, asked_count))
            continue;
        asked[asked_count++] = topic = arena_copy_text(arena, topic);
        if (is_refused(dispatch, records[i]))
            return topic;
    }
    return NULL;
}

/* The input topic of all records; NULL where there are several: the consumer then tells which. */
static const char *input_of(struct record *const *records, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (strcmp(records[i]->lane->topic, records[0]->lane->topic) != 0)
            return NULL;
    return count > 0 ? records[0]->lane->topic : NULL;
}

/* Output topics are refused when they are added to a transaction, input topics with the offsets. */
static bool explain_topic(struct dispatch *dispatch, struct record *const *records, size_t count,
                          char ret_why[DISPATCH_WHY_SIZE])
{
    struct arena arena = {0};
    const char *output = find_refused(dispatch, records, count, &arena);
    const char *topic = output != NULL ? output : input_of(records, count);

    if (topic != NULL)
        kafka_access_denied(dispatch->settings,
                            output != NULL ? ACCESS_WRITE_TOPIC : ACCESS_READ_TOPIC, topic, ret_why,
                            DISPATCH_WHY_SIZE);
    arena_free(&arena);
    return topic != NULL;
}

bool denial_explain(struct dispatch *dispatch, rd_kafka_resp_err_t reason,
                    struct record *const *records, size_t count, char ret_why[DISPATCH_WHY_SIZE])
{
    const struct settings *settings = dispatch->settings;

    if (reason == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        return explain_topic(dispatch, records, count, ret_why);
    if (reason != RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        return false;
    kafka_access_denied(settings, ACCESS_READ_GROUP, settings->consumer.group, ret_why,
                        DISPATCH_WHY_SIZE);
    return true;
}

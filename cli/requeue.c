#include "cli/requeue.h"

#include <stdio.h>

#include "base/memory.h"
#include "cli/client.h"

enum { BATCH = 500, WAIT_MS = 30000, PATIENCE_MS = 60000 };

struct requeue {
    const struct settings *settings;
    rd_kafka_t *producer;
    bool open;    /* a transaction is */
    size_t batch; /* letters in it */
    size_t committed;
};

static rd_kafka_t *producer_new(const struct settings *settings, char *ret_error, size_t error_size)
{
    char id[400];

    snprintf(id, sizeof id, "copydesk-%s-dlq", settings->consumer.group);
    return client_producer(settings, &(struct client_producer){.transactional_id = id}, ret_error,
                           error_size);
}

/* Returns 0, or -1 and the error's words. */
static int say(rd_kafka_error_t *error, const char *what, char *ret_error, size_t error_size)
{
    if (error == NULL)
        return 0;
    snprintf(ret_error, error_size, "%s: %s", what, rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return -1;
}

struct requeue *requeue_begin(const struct settings *settings, char *ret_error, size_t error_size)
{
    struct requeue *requeue = memory_zeroed(1, sizeof *requeue);

    requeue->settings = settings;
    requeue->producer = producer_new(settings, ret_error, error_size);
    if (requeue->producer != NULL &&
        say(rd_kafka_init_transactions(requeue->producer, WAIT_MS),
            "the transactional id cannot be registered", ret_error, error_size) == 0)
        return requeue;
    requeue_end(requeue);
    return NULL;
}

void requeue_end(struct requeue *requeue)
{
    if (requeue == NULL)
        return;
    if (requeue->open)
        rd_kafka_abort_transaction(requeue->producer, WAIT_MS);
    if (requeue->producer != NULL)
        rd_kafka_destroy(requeue->producer);
    memory_free(requeue);
}

static int commit(struct requeue *requeue, char *ret_error, size_t error_size)
{
    rd_kafka_error_t *error;

    if (!requeue->open)
        return 0;
    while ((error = rd_kafka_commit_transaction(requeue->producer, WAIT_MS)) != NULL &&
           rd_kafka_error_is_retriable(error))
        rd_kafka_error_destroy(error);
    if (say(error, "what was sent last could not be committed and never happened", ret_error,
            error_size) != 0)
        return -1;
    requeue->open = false;
    requeue->committed += requeue->batch;
    requeue->batch = 0;
    return 0;
}

static rd_kafka_resp_err_t send_article(struct requeue *requeue, const struct letter *letter,
                                        const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers = letters_original_headers(message);
    rd_kafka_resp_err_t error = rd_kafka_producev(
        requeue->producer, RD_KAFKA_V_TOPIC(letter->topic),
        RD_KAFKA_V_PARTITION(letter->source_partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(message->key, message->key_len),
        RD_KAFKA_V_VALUE(message->payload, message->len), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_TIMESTAMP(letter->time_ms > 0 ? letter->time_ms : 0), RD_KAFKA_V_END);

    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_headers_destroy(headers);
    return error;
}

static rd_kafka_resp_err_t send_mark(struct requeue *requeue, const struct letter *letter,
                                     const char *what)
{
    rd_kafka_headers_t *headers = letters_mark(letter, what);
    rd_kafka_resp_err_t error = rd_kafka_producev(
        requeue->producer, RD_KAFKA_V_TOPIC(requeue->settings->producer.dead_letters),
        RD_KAFKA_V_PARTITION(letter->partition), RD_KAFKA_V_VALUE(NULL, 0),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);

    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_headers_destroy(headers);
    return error;
}

/* Room in librdkafka's queue is made by waiting. */
static rd_kafka_resp_err_t send_both(struct requeue *requeue, const struct letter *letter,
                                     const rd_kafka_message_t *message, bool with_article,
                                     const char *what)
{
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;

    while (with_article &&
           (error = send_article(requeue, letter, message)) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        rd_kafka_poll(requeue->producer, 100);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return error;
    while ((error = send_mark(requeue, letter, what)) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        rd_kafka_poll(requeue->producer, 100);
    return error;
}

static int take(struct requeue *requeue, const struct letter *letter,
                const rd_kafka_message_t *message, const char *what, char *ret_error,
                size_t error_size)
{
    bool with_article = strcmp(what, "requeued") == 0;

    if (!requeue->open && say(rd_kafka_begin_transaction(requeue->producer),
                              "no transaction can be begun", ret_error, error_size) != 0)
        return -1;
    requeue->open = true;
    rd_kafka_resp_err_t error = send_both(requeue, letter, message, with_article, what);

    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        snprintf(ret_error, error_size, "letter %d@%lld cannot be sent to topic %s: %s",
                 letter->partition, (long long)letter->offset,
                 with_article ? letter->topic : requeue->settings->producer.dead_letters,
                 rd_kafka_err2str(error));
        return -1;
    }
    rd_kafka_poll(requeue->producer, 0);
    return ++requeue->batch == BATCH ? commit(requeue, ret_error, error_size) : 0;
}

static bool is_sendable(const struct letter *letter, const char *what)
{
    return letter != NULL && letter->chosen &&
           (strcmp(what, "requeued") != 0 || (!letter->cut && letter->topic != NULL));
}

int requeue_letters(struct requeue *requeue, struct reader *reader, const struct letters *letters,
                    const char *what, struct progress *progress, size_t *ret_done, char *ret_error,
                    size_t error_size)
{
    rd_kafka_message_t *message;
    int status = 0;

    while (status == 0 && (message = reader_next(reader, PATIENCE_MS)) != NULL) {
        const struct letter *letter = letters_find(letters, message->partition, message->offset);

        if (is_sendable(letter, what))
            status = take(requeue, letter, message, what, ret_error, error_size);
        rd_kafka_message_destroy(message);
        progress_show(progress, (int64_t)(requeue->committed + requeue->batch));
    }
    if (status == 0)
        status = commit(requeue, ret_error, error_size);
    if (status == 0 && !reader_is_done(reader)) {
        snprintf(ret_error, error_size, "the dead letters cannot be read to their end");
        status = -1;
    }
    *ret_done = requeue->committed;
    return status;
}

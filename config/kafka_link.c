#include "config/kafka_link.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

void kafka_link_init(struct kafka_link *link)
{
    *link = (struct kafka_link){.down = false};
    pthread_mutex_init(&link->lock, NULL);
}

void kafka_link_free(struct kafka_link *link)
{
    pthread_mutex_destroy(&link->lock);
}

void kafka_link_note(struct kafka_link *link, rd_kafka_resp_err_t error, const char *reason)
{
    bool all_down = error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;

    pthread_mutex_lock(&link->lock);
    if (all_down) {
        link->down = true;
    } else {
        link->last = error;
        snprintf(link->last_text, sizeof link->last_text, "%s", reason);
    }
    pthread_mutex_unlock(&link->lock);
    log_event(LOG_WARNING, "kafka: %s", all_down ? "no broker can be reached" : reason);
}

/* Returns what it was. */
static bool set_down(struct kafka_link *link, bool down)
{
    pthread_mutex_lock(&link->lock);
    bool was = link->down;

    link->down = down;
    pthread_mutex_unlock(&link->lock);
    return was;
}

bool kafka_link_is_up(struct kafka_link *link, rd_kafka_t *client, int timeout_ms)
{
    const struct rd_kafka_metadata *metadata = NULL;

    /* Before the question: a broker that goes after its answer is not overlooked. */
    if (!set_down(link, false))
        return true;
    if (rd_kafka_metadata(client, 0, NULL, &metadata, timeout_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        set_down(link, true);
        return false;
    }
    rd_kafka_metadata_destroy(metadata);
    return true;
}

rd_kafka_resp_err_t kafka_link_last_error(struct kafka_link *link,
                                          char ret_text[KAFKA_LINK_ERROR_SIZE])
{
    pthread_mutex_lock(&link->lock);
    rd_kafka_resp_err_t error = link->last;

    memcpy(ret_text, link->last_text, KAFKA_LINK_ERROR_SIZE);
    pthread_mutex_unlock(&link->lock);
    return error;
}

bool kafka_has_controller(rd_kafka_t *client, int timeout_ms)
{
    int32_t controller = rd_kafka_controllerid(client, timeout_ms);
    const struct rd_kafka_metadata *metadata = NULL;
    bool found = false;

    if (rd_kafka_metadata(client, 0, NULL, &metadata, timeout_ms) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    for (int i = 0; i < metadata->broker_cnt; i++)
        found = found || metadata->brokers[i].id == controller;
    rd_kafka_metadata_destroy(metadata);
    return found;
}

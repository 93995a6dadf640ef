/* What is known of a client's connection: whether all brokers are down, and what went wrong last.
 * librdkafka tells when the last broker is gone, but not when one is back: that is asked for.
 * Threads: any. */
#ifndef COPYDESK_CONFIG_KAFKA_LINK_H
#define COPYDESK_CONFIG_KAFKA_LINK_H

#include <pthread.h>
#include <stdbool.h>

#include <librdkafka/rdkafka.h>

enum { KAFKA_LINK_ERROR_SIZE = 512 };

struct kafka_link {
    pthread_mutex_t lock;
    bool down;
    rd_kafka_resp_err_t last;
    char last_text[KAFKA_LINK_ERROR_SIZE]; /* "" where there was none */
};

void kafka_link_init(struct kafka_link *link);
void kafka_link_free(struct kafka_link *link);

/* For librdkafka's error callback: notes the error, and logs it. */
void kafka_link_note(struct kafka_link *link, rd_kafka_resp_err_t error, const char *reason);

/* Whether a broker can be reached, as far as is known. Where none could, asks, for up to
 * timeout_ms. */
bool kafka_link_is_up(struct kafka_link *link, rd_kafka_t *client, int timeout_ms);

/* What went wrong last, "" where nothing did. */
rd_kafka_resp_err_t kafka_link_last_error(struct kafka_link *link,
                                          char ret_text[KAFKA_LINK_ERROR_SIZE]);

/* Whether the cluster has a controller, who alone answers about configurations. The embedded
 * cluster names one that it does not have, and librdkafka would wait for it in vain. */
bool kafka_has_controller(rd_kafka_t *client, int timeout_ms);

#endif

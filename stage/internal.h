/* Inside stage/: what a stage is made of. Threads: as each field says; without a word, constant
 * between start and stop. */
#ifndef COPYDESK_STAGE_INTERNAL_H
#define COPYDESK_STAGE_INTERNAL_H

#include <pthread.h>

#include "consumer/consumer.h"
#include "journal/kafka_journal.h"
#include "producer/publisher.h"
#include "stage/http.h"
#include "stage/settler.h"
#include "stage/stage.h"
#include "stage/watch.h"

struct stage {
    struct stage_options options;
    const struct settings *settings; /* as it was started */
    struct metrics *metrics;
    struct window *window;
    struct queue *work;
    struct chain *chain;
    struct article_paths *paths;
    struct consumer *consumer;
    struct publisher *publisher;
    struct kafka_journal *journal; /* the chain's; NULL: it has none on Kafka */
    struct settler *settler;       /* NULL: the publisher settles */
    struct http *http;
    struct watch *watch;
    pthread_t intake_thread;
    pthread_t publisher_thread;
    pthread_t settler_thread;
    atomic_bool failed;
    atomic_int phase; /* enum stage_phase */

    pthread_mutex_t config_lock; /* of the two below: a reload replaces them, HTTP shows them */
    struct config *config;       /* in force */
    struct buffer made_by;
};

/* What the stage itself knows of where it is; stage_state tells more. */
enum stage_phase { PHASE_START, PHASE_RUN, PHASE_RELOAD, PHASE_DRAIN };

#endif

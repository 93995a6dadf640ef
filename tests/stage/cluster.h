/* The embedded cluster with a client of its own, for tests of the whole stage. */
#ifndef COPYDESK_TESTS_STAGE_CLUSTER_H
#define COPYDESK_TESTS_STAGE_CLUSTER_H

#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>

#include "config/config.h"

struct cluster {
    rd_kafka_t *host;
    rd_kafka_mock_cluster_t *mock;
    const char *bootstrap;
    rd_kafka_t *producer;
};

void cluster_start(struct cluster *cluster); /* one broker */
void cluster_start_with(struct cluster *cluster, int brokers);
void cluster_stop(struct cluster *cluster);

void cluster_topic(struct cluster *cluster, const char *topic, int partitions);

/* To a partition; value and key may be NULL. */
void cluster_produce(struct cluster *cluster, const char *topic, int32_t partition, const char *key,
                     const char *value);

/* Waits until all that was produced is there. */
void cluster_flush(struct cluster *cluster);

/* A reader of all of the topics' partitions from their beginning. */
rd_kafka_t *cluster_reader(struct cluster *cluster, const char *const *topics, int partitions);

/* The next message, within 30 s; NULL after that. */
rd_kafka_message_t *cluster_read(rd_kafka_t *reader);

/* The group's committed offset; negative where it has none. */
int64_t cluster_committed(struct cluster *cluster, const char *group, const char *topic,
                          int32_t partition);

/* What a test's configuration says otherwise than the others'. */
struct cluster_config {
    config_resolver resolve;     /* NULL: no processors are known */
    const char *group;           /* NULL: copydesk */
    const char *processors;      /* a YAML list; NULL: none */
    const char *routes;          /* a YAML list; NULL: all to topic out */
    const char *commit_interval; /* NULL: 100ms */
    const char *more;            /* lines of YAML at its end; NULL: none */
};

/* A configuration that reads `raw` of the cluster, at least once, with dead letters in `rejected`.
 * One with problems ends the program. */
struct config *cluster_config(const struct cluster *cluster, const struct cluster_config *parts);

#endif

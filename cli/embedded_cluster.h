/* A Kafka inside this process: librdkafka's mock cluster of one broker on loopback, with a client
 * that writes to it and one that reads from it. It keeps a few megabytes a topic in memory, knows
 * groups and commits, and forgets everything when it stops. Other programs on this machine reach it
 * too. Threads: one at a time. */
#ifndef COPYDESK_CLI_EMBEDDED_CLUSTER_H
#define COPYDESK_CLI_EMBEDDED_CLUSTER_H

#include <librdkafka/rdkafka.h>

#include "base/slice.h"

struct embedded_cluster;

/* Returns NULL and a sentence in ret_error. */
struct embedded_cluster *embedded_cluster_start(char *ret_error, size_t error_size);

/* After all its clients have gone. NULL is fine. */
void embedded_cluster_stop(struct embedded_cluster *cluster);

/* host:port; lives as long as the cluster. */
const char *embedded_cluster_bootstrap(const struct embedded_cluster *cluster);

/* Makes a topic of one partition; nothing where it is there already. */
void embedded_cluster_topic(struct embedded_cluster *cluster, const char *topic);

/* Queues one record (copied). value absent: a tombstone. Returns 0 or -1. */
int embedded_cluster_send(struct embedded_cluster *cluster, const char *topic, struct slice key,
                          struct slice value);

/* Waits until all that was sent is stored. Returns 0, or -1 after timeout_ms. */
int embedded_cluster_flush(struct embedded_cluster *cluster, int timeout_ms);

/* From now on embedded_cluster_read gives what is in topic, from its beginning. A topic that is
 * named again is read once. */
void embedded_cluster_follow(struct embedded_cluster *cluster, const char *topic);

/* The next record of the followed topics, or NULL after timeout_ms. The caller destroys it. */
rd_kafka_message_t *embedded_cluster_read(struct embedded_cluster *cluster, int timeout_ms);

#endif

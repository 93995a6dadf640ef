/* Inside config/: what a loaded configuration keeps. Threads: as config.h. */
#ifndef COPYDESK_CONFIG_INTERNAL_H
#define COPYDESK_CONFIG_INTERNAL_H

#include <stdatomic.h>

#include "config/config.h"
#include "config/node.h"

struct config {
    atomic_int holders; /* beside the first one */
    struct arena arena;
    struct settings settings;
    struct config_node *root;
    struct buffer foreign; /* what other tables read (config_read_options), for the digest */
    struct config_hooks hooks;
    struct config_problems *problems; /* while it loads */
    char digest[80];
};

/* Checks what a table cannot say: combinations, names, what is not built yet. Fills in what depends
 * on the machine or on several keys (instance, has_when). */
void config_check(struct config *config, struct config_problems *problems);

/* Refuses what librdkafka refuses, with its own words, and settings that the stage owns.
 * node: the mapping that was read, NULL where the file has none. path: "kafka", "consumer.kafka"...
 */
void config_check_kafka(const struct config_node *node, const char *path,
                        struct config_problems *problems);

/* Does the name of a librdkafka setting say that its value is a secret? */
bool config_kafka_is_secret(const char *name);

/* Is it a secret that must not stand in a file? Narrower than config_kafka_is_secret, which may
 * take too much for one. */
bool config_kafka_is_password(const char *name);

/* Reports what no article can reach: routes behind one that takes all of theirs, conditions on what
 * no processor finds. */
void config_check_reach(const struct config *config, struct config_problems *problems);

/* Appends the values that a table read as lines for the digest. */
void config_dump(const struct option *table, const char *path, const void *options,
                 struct buffer *out);

/* Writes the digest of config_digest. */
void config_compute_digest(const struct config *config, char *ret_digest, size_t size);

#endif

/* What a configuration needs of the brokers: its topics, and the rights of the users that it
 * connects as. No broker is asked. Threads: any. */
#ifndef COPYDESK_STAGE_NEEDS_H
#define COPYDESK_STAGE_NEEDS_H

#include "base/arena.h"
#include "config/settings.h"
#include "processors/processor.h"

enum needed_role { NEEDED_INPUT, NEEDED_OUTPUT, NEEDED_DEAD_LETTERS, NEEDED_CLAIMS };

struct needed_topic {
    const char *name;
    enum needed_role role;
    bool is_open; /* name is only the beginning: {language} stands behind it, without `allow` */
};

enum needed_resource { NEEDED_TOPIC, NEEDED_GROUP, NEEDED_ID };

/* One operation of Kafka's. */
enum needed_operation {
    OPERATION_READ,
    OPERATION_WRITE,
    OPERATION_DESCRIBE_CONFIGS,
    OPERATION_CREATE,
    OPERATION_ALTER_CONFIGS,
};

/* Whose user needs it: kafka and consumer.kafka, or kafka and producer.kafka, say who that is. */
enum needed_by { BY_CONSUMER, BY_PRODUCER };

struct needed_right {
    enum needed_by by;
    enum needed_resource resource;
    const char *name; /* empty with is_prefix: all */
    bool is_prefix;   /* all that begin with name */
    enum needed_operation operation;
};

struct needs {
    struct arena arena;
    struct needed_topic *topics; /* none twice */
    size_t topic_count;
    struct needed_right *rights; /* none twice; those of one resource follow each other */
    size_t right_count;
    struct journal_needs journal; /* of the claims topic; topic NULL: there is none */
};

/* Fills ret_needs, which needs_free frees. settings: with all processors resolved; they outlive it.
 * instance: the only one that may use its transactional id; NULL: every instance of the group. */
void needs_of(const struct settings *settings, const char *instance, struct needs *ret_needs);

void needs_free(struct needs *needs);

/* The same right as a user sees it, whoever needs it. */
bool needs_same_right(const struct needed_right *a, const struct needed_right *b);

/* In Kafka's words: Read, DescribeConfigs; topic, group, transactional-id. */
const char *needs_operation_name(enum needed_operation operation);
const char *needs_resource_name(enum needed_resource resource);

/* A topic's setting that copydesk counts on, as it should be created. */
typedef void needs_setting(void *context, const char *name, const char *value);

/* Calls each for the settings of one of the needed topics. replicas: how many it will have. */
void needs_settings(const struct needs *needs, const struct settings *settings,
                    const struct needed_topic *topic, int replicas, needs_setting *each,
                    void *context);

#endif

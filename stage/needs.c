#include "stage/needs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "journal/journal_topic.h"
#include "producer/route.h"

enum { MANY_REPLICAS = 3, ENRICHMENT_BYTES = 1 << 20 };

static const char PLACEHOLDER[] = "{language}";

/* ---- topics ---- */

static bool knows_topic(const struct needs *needs, const char *name, bool is_open)
{
    for (size_t i = 0; i < needs->topic_count; i++)
        if (strcmp(needs->topics[i].name, name) == 0 && needs->topics[i].is_open == is_open)
            return true;
    return false;
}

static void add_topic(struct needs *needs, const char *name, enum needed_role role, bool is_open)
{
    if (knows_topic(needs, name, is_open))
        return;
    needs->topics = memory_resize(needs->topics, (needs->topic_count + 1) * sizeof *needs->topics);
    needs->topics[needs->topic_count++] =
        (struct needed_topic){arena_copy_text(&needs->arena, name), role, is_open};
}

static void add_output(void *context, const char *name)
{
    add_topic(context, name, NEEDED_OUTPUT, false);
}

static void add_open_route(struct needs *needs, const struct route_settings *route)
{
    const char *place = strstr(route->topic, PLACEHOLDER);

    if (place == NULL || route->allow.count > 0)
        return;
    struct slice beginning =
        arena_copy(&needs->arena, slice_of(route->topic, (size_t)(place - route->topic)));

    add_topic(needs, beginning.data != NULL ? beginning.data : "", NEEDED_OUTPUT, true);
}

static void find_journal(struct needs *needs, const struct settings *settings)
{
    const struct option_one_of *entries = settings->processors.items;

    for (size_t i = 0; i < settings->processors.count && needs->journal.topic == NULL; i++) {
        const struct processor *processor = entries[i].owner;

        if (processor != NULL && processor->journal != NULL)
            processor->journal(entries[i].options, &needs->journal);
    }
}

static void add_topics(struct needs *needs, const struct settings *settings)
{
    const char *const *inputs = settings->consumer.topics.items;
    const struct route_settings *routes = settings->producer.routes.items;

    for (size_t i = 0; i < settings->consumer.topics.count; i++)
        add_topic(needs, inputs[i], NEEDED_INPUT, false);
    add_topic(needs, settings->producer.dead_letters, NEEDED_DEAD_LETTERS, false);
    route_topics(&settings->producer, add_output, needs);
    for (size_t i = 0; i < settings->producer.routes.count; i++)
        add_open_route(needs, &routes[i]);
    find_journal(needs, settings);
    if (needs->journal.topic != NULL)
        add_topic(needs, needs->journal.topic, NEEDED_CLAIMS, false);
}

/* ---- rights ---- */

bool needs_same_right(const struct needed_right *a, const struct needed_right *b)
{
    return a->resource == b->resource && a->operation == b->operation &&
           a->is_prefix == b->is_prefix && strcmp(a->name, b->name) == 0;
}

static void add_right(struct needs *needs, struct needed_right right)
{
    needs->rights = memory_resize(needs->rights, (needs->right_count + 1) * sizeof *needs->rights);
    needs->rights[needs->right_count++] = right;
}

static void add_topic_right(struct needs *needs, const struct needed_topic *topic,
                            enum needed_by by, enum needed_operation operation)
{
    add_right(needs,
              (struct needed_right){by, NEEDED_TOPIC, topic->name, topic->is_open, operation});
}

static void add_rights_of(struct needs *needs, const struct settings *settings,
                          const struct needed_topic *topic)
{
    bool is_input = topic->role == NEEDED_INPUT;
    bool is_claims = topic->role == NEEDED_CLAIMS;

    if (is_input || is_claims)
        add_topic_right(needs, topic, BY_CONSUMER, OPERATION_READ);
    if (!is_input)
        add_topic_right(needs, topic, BY_PRODUCER, OPERATION_WRITE);
    if (!is_input) /* of the claims topic the reader asks */
        add_topic_right(needs, topic, is_claims ? BY_CONSUMER : BY_PRODUCER,
                        OPERATION_DESCRIBE_CONFIGS);
    if (settings->topics.create)
        add_topic_right(needs, topic, is_input || is_claims ? BY_CONSUMER : BY_PRODUCER,
                        OPERATION_CREATE);
    if (settings->topics.create && is_claims)
        add_topic_right(needs, topic, BY_CONSUMER, OPERATION_ALTER_CONFIGS);
}

/* Offsets that go into a transaction are the producer's request. */
static void add_group(struct needs *needs, const struct settings *settings)
{
    struct needed_right right = {BY_CONSUMER, NEEDED_GROUP, settings->consumer.group, false,
                                 OPERATION_READ};

    add_right(needs, right);
    right.by = BY_PRODUCER;
    if (settings->producer.delivery == DELIVERY_EXACTLY_ONCE)
        add_right(needs, right);
}

static void add_id(struct needs *needs, const struct settings *settings, const char *instance)
{
    const char *name = arena_format(&needs->arena, "copydesk-%s-%s", settings->consumer.group,
                                    instance != NULL ? instance : "");

    if (settings->producer.delivery == DELIVERY_EXACTLY_ONCE)
        add_right(needs, (struct needed_right){BY_PRODUCER, NEEDED_ID, name, instance == NULL,
                                               OPERATION_WRITE});
}

void needs_of(const struct settings *settings, const char *instance, struct needs *ret_needs)
{
    *ret_needs = (struct needs){.topics = NULL};
    add_topics(ret_needs, settings);
    for (size_t i = 0; i < ret_needs->topic_count; i++)
        add_rights_of(ret_needs, settings, &ret_needs->topics[i]);
    add_group(ret_needs, settings);
    add_id(ret_needs, settings, instance);
}

void needs_free(struct needs *needs)
{
    memory_free(needs->topics);
    memory_free(needs->rights);
    arena_free(&needs->arena);
    *needs = (struct needs){.topics = NULL};
}

/* ---- words ---- */

const char *needs_operation_name(enum needed_operation operation)
{
    static const char *const names[] = {
        [OPERATION_READ] = "Read",
        [OPERATION_WRITE] = "Write",
        [OPERATION_DESCRIBE_CONFIGS] = "DescribeConfigs",
        [OPERATION_CREATE] = "Create",
        [OPERATION_ALTER_CONFIGS] = "AlterConfigs",
    };

    return names[operation];
}

const char *needs_resource_name(enum needed_resource resource)
{
    static const char *const names[] = {
        [NEEDED_TOPIC] = "topic",
        [NEEDED_GROUP] = "group",
        [NEEDED_ID] = "transactional-id",
    };

    return names[resource];
}

/* ---- settings ---- */

/* Room for the largest article that is taken, and for what is added to it. */
static void tell_size(const struct settings *settings, needs_setting *each, void *context)
{
    char value[24];

    snprintf(value, sizeof value, "%" PRId64, settings->limits.article + ENRICHMENT_BYTES);
    each(context, "max.message.bytes", value);
}

void needs_settings(const struct needs *needs, const struct settings *settings,
                    const struct needed_topic *topic, int replicas, needs_setting *each,
                    void *context)
{
    if (topic->role == NEEDED_CLAIMS) {
        journal_topic_settings(&needs->journal, replicas, each, context);
        return;
    }
    tell_size(settings, each, context);
    if (replicas >= MANY_REPLICAS)
        each(context, "min.insync.replicas", "2");
}

#include "consumer/fetched.h"

#include <jansson.h>

/* Partitions forward into one queue, and each then tells the length of all of it. */
static void add_partition(const json_t *partition, struct fetched *fetched)
{
    int64_t waiting = json_integer_value(json_object_get(partition, "fetchq_size"));

    fetched->received += json_integer_value(json_object_get(partition, "rxbytes"));
    if (waiting > fetched->waiting)
        fetched->waiting = waiting;
}

static void add_topic(json_t *topic, struct fetched *fetched)
{
    const char *name;
    json_t *partition;

    json_object_foreach(json_object_get(topic, "partitions"), name, partition)
        add_partition(partition, fetched);
}

int fetched_read(struct slice statistics, struct fetched *ret_fetched)
{
    json_t *all = json_loadb(statistics.data, statistics.length, 0, NULL);
    struct fetched fetched = {0};
    const char *name;
    json_t *topic;

    if (!json_is_object(all)) {
        json_decref(all);
        return -1;
    }
    json_object_foreach(json_object_get(all, "topics"), name, topic) add_topic(topic, &fetched);
    json_decref(all);
    *ret_fetched = fetched;
    return 0;
}

int64_t fetched_twice(const struct fetched *fetched, int64_t taken)
{
    int64_t twice = fetched->received - fetched->waiting - taken;

    return twice > 0 ? twice : 0;
}

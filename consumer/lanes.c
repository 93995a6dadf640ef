#include "consumer/lanes.h"

#include <pthread.h>

#include "base/memory.h"

struct lanes {
    pthread_mutex_t lock;
    struct lane **items;
    size_t count;
    size_t capacity;
    size_t last; /* where the last search ended: records come in runs of one partition */
};

struct lanes *lanes_new(void)
{
    struct lanes *lanes = memory_zeroed(1, sizeof *lanes);

    pthread_mutex_init(&lanes->lock, NULL);
    return lanes;
}

void lanes_free(struct lanes *lanes)
{
    if (lanes == NULL)
        return;
    for (size_t i = 0; i < lanes->count; i++) {
        atomic_store(&lanes->items[i]->closed, true);
        lane_release(lanes->items[i]);
    }
    pthread_mutex_destroy(&lanes->lock);
    memory_free(lanes->items);
    memory_free(lanes);
}

/* The lock is held. Returns count where there is none. */
static size_t index_of(struct lanes *lanes, const char *topic, int32_t partition)
{
    for (size_t i = 0; i < lanes->count; i++) {
        size_t at = (lanes->last + i) % lanes->count;
        const struct lane *lane = lanes->items[at];

        if (lane->partition == partition && strcmp(lane->topic, topic) == 0)
            return lanes->last = at;
    }
    return lanes->count;
}

struct lane *lanes_open(struct lanes *lanes, const char *topic, int32_t partition)
{
    struct lane *lane = lane_new(topic, partition);

    pthread_mutex_lock(&lanes->lock);
    if (lanes->count == lanes->capacity) {
        lanes->capacity = lanes->capacity != 0 ? lanes->capacity * 2 : 16;
        lanes->items = memory_resize(lanes->items, lanes->capacity * sizeof(struct lane *));
    }
    lanes->items[lanes->count++] = lane;
    pthread_mutex_unlock(&lanes->lock);
    return lane;
}

struct lane *lanes_find(struct lanes *lanes, const char *topic, int32_t partition)
{
    pthread_mutex_lock(&lanes->lock);
    size_t at = index_of(lanes, topic, partition);
    struct lane *lane = at < lanes->count ? lanes->items[at] : NULL;

    pthread_mutex_unlock(&lanes->lock);
    return lane;
}

void lanes_close(struct lanes *lanes, const char *topic, int32_t partition)
{
    pthread_mutex_lock(&lanes->lock);
    size_t at = index_of(lanes, topic, partition);

    if (at < lanes->count) {
        atomic_store(&lanes->items[at]->closed, true);
        lane_release(lanes->items[at]);
        lanes->items[at] = lanes->items[--lanes->count];
        lanes->last = 0;
    }
    pthread_mutex_unlock(&lanes->lock);
}

int64_t lanes_in_flight(struct lanes *lanes, const rd_kafka_topic_partition_list_t *list)
{
    int64_t in_flight = 0;

    for (int i = 0; i < list->cnt; i++) {
        const struct lane *lane = lanes_find(lanes, list->elems[i].topic, list->elems[i].partition);

        if (lane != NULL)
            in_flight += atomic_load(&lane->in_flight);
    }
    return in_flight;
}

rd_kafka_topic_partition_list_t *lanes_take_positions(struct lanes *lanes)
{
    rd_kafka_topic_partition_list_t *list = NULL;

    pthread_mutex_lock(&lanes->lock);
    for (size_t i = 0; i < lanes->count; i++) {
        struct lane *lane = lanes->items[i];
        int64_t position = atomic_load(&lane->position);

        if (position <= lane->committed)
            continue;
        if (list == NULL)
            list = rd_kafka_topic_partition_list_new((int)lanes->count);
        rd_kafka_topic_partition_list_add(list, lane->topic, lane->partition)->offset = position;
        lane->committed = position;
    }
    pthread_mutex_unlock(&lanes->lock);
    return list;
}

void lanes_note_home(struct lanes *lanes, const char *topic, int32_t partition, int64_t offset)
{
    pthread_mutex_lock(&lanes->lock);
    size_t at = index_of(lanes, topic, partition);

    if (at < lanes->count && lanes->items[at]->home < offset)
        lanes->items[at]->home = offset;
    pthread_mutex_unlock(&lanes->lock);
}

static bool is_empty(const struct lane *lane)
{
    return atomic_load(&lane->in_flight) == 0;
}

static bool is_home(const struct lane *lane)
{
    return atomic_load(&lane->position) <= atomic_load(&lane->home);
}

static bool all_are(struct lanes *lanes, bool (*so)(const struct lane *lane))
{
    bool all = true;

    pthread_mutex_lock(&lanes->lock);
    for (size_t i = 0; all && i < lanes->count; i++)
        all = so(lanes->items[i]);
    pthread_mutex_unlock(&lanes->lock);
    return all;
}

bool lanes_are_empty(struct lanes *lanes)
{
    return all_are(lanes, is_empty);
}

bool lanes_are_home(struct lanes *lanes)
{
    return all_are(lanes, is_home);
}

void lanes_untake(struct lanes *lanes, const char *topic, int32_t partition)
{
    pthread_mutex_lock(&lanes->lock);
    size_t at = index_of(lanes, topic, partition);

    if (at < lanes->count)
        lanes->items[at]->committed = -1;
    pthread_mutex_unlock(&lanes->lock);
}

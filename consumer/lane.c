#include "consumer/lane.h"

#include "base/memory.h"

struct lane *lane_new(const char *topic, int32_t partition)
{
    struct lane *lane = memory_zeroed(1, sizeof *lane);

    lane->topic = memory_copy_text(topic);
    lane->partition = partition;
    lane->references = 1;
    lane->position = -1;
    lane->committed = -1;
    lane->home = -1;
    order_init(&lane->settling);
    order_init(&lane->order);
    prefix_init(&lane->prefix);
    return lane;
}

struct lane *lane_hold(struct lane *lane)
{
    atomic_fetch_add(&lane->references, 1);
    return lane;
}

void lane_release(struct lane *lane)
{
    if (atomic_fetch_sub(&lane->references, 1) != 1)
        return;
    order_free(&lane->settling);
    order_free(&lane->order);
    prefix_free(&lane->prefix);
    memory_free(lane->topic);
    memory_free(lane);
}

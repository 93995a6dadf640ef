#include "producer/trends.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/utf8.h"

enum { SLOTS = 2 * TRENDS_MOST }; /* half full at most */

struct trend {
    uint64_t hash; /* of type and name; 0: free */
    uint32_t articles;
    uint8_t type; /* enum entity_type */
    uint8_t length;
    char name[TRENDS_NAME_BYTES];
};

struct stretch {
    struct trend *trends; /* SLOTS, open addressing */
    size_t count;
};

struct trends {
    pthread_mutex_t lock;
    struct stretch present;
    struct stretch before;
    int64_t since_ms; /* the present one's beginning */
};

struct trends *trends_new(void)
{
    struct trends *trends = memory_zeroed(1, sizeof *trends);

    pthread_mutex_init(&trends->lock, NULL);
    trends->present.trends = memory_zeroed(SLOTS, sizeof(struct trend));
    trends->before.trends = memory_zeroed(SLOTS, sizeof(struct trend));
    return trends;
}

void trends_free(struct trends *trends)
{
    if (trends == NULL)
        return;
    pthread_mutex_destroy(&trends->lock);
    memory_free(trends->present.trends);
    memory_free(trends->before.trends);
    memory_free(trends);
}

/* ---- counting ---- */

static void begin_stretch(struct trends *trends)
{
    struct stretch oldest = trends->before;

    trends->before = trends->present;
    trends->present = oldest;
    trends->present.count = 0;
    memset(oldest.trends, 0, SLOTS * sizeof *oldest.trends);
}

static void move_on(struct trends *trends, int64_t now_ms)
{
    int64_t stretches = (now_ms - trends->since_ms) / TRENDS_STRETCH_MS;

    for (int64_t i = 0; i < stretches && i < 2; i++)
        begin_stretch(trends);
    trends->since_ms += stretches * TRENDS_STRETCH_MS;
}

static uint64_t hash_of(const struct entity *entity)
{
    uint64_t hash = hash_bytes(entity->name) + entity->type;

    return hash != 0 ? hash : 1;
}

/* The entity's slot, or the free one where it belongs. */
static struct trend *slot_of(const struct stretch *stretch, uint64_t hash)
{
    size_t at = hash % SLOTS;

    while (stretch->trends[at].hash != 0 && stretch->trends[at].hash != hash)
        at = (at + 1) % SLOTS;
    return &stretch->trends[at];
}

static void name_trend(struct trend *trend, const struct entity *entity)
{
    struct slice name = entity->name;

    if (name.length > TRENDS_NAME_BYTES)
        name.length = TRENDS_NAME_BYTES;
    trend->length = (uint8_t)utf8_valid_prefix(name);
    trend->type = (uint8_t)entity->type;
    memcpy(trend->name, name.data, trend->length);
}

static void count_one(struct stretch *stretch, const struct entity *entity)
{
    uint64_t hash = hash_of(entity);
    struct trend *trend = slot_of(stretch, hash);

    if (trend->hash == 0) {
        if (stretch->count == TRENDS_MOST)
            return;
        stretch->count++;
        trend->hash = hash;
        name_trend(trend, entity);
    }
    trend->articles++;
}

void trends_count(struct trends *trends, const struct entities_result *entities, int64_t now_ms)
{
    if (entities == NULL || entities->entity_count == 0)
        return;
    pthread_mutex_lock(&trends->lock);
    move_on(trends, now_ms);
    for (uint32_t i = 0; i < entities->entity_count; i++)
        count_one(&trends->present, &entities->entities[i]);
    pthread_mutex_unlock(&trends->lock);
}

/* ---- telling ---- */

static int compare(const void *a, const void *b)
{
    const struct trend *x = a;
    const struct trend *y = b;

    if (x->articles != y->articles)
        return x->articles > y->articles ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* Both stretches together, the most frequent first. */
static struct trend *sum_up(const struct trends *trends, size_t *ret_count)
{
    struct trend *all =
        memory_allocate((trends->present.count + trends->before.count + 1) * sizeof *all);
    size_t count = 0;

    for (size_t i = 0; i < SLOTS; i++) {
        const struct trend *trend = &trends->present.trends[i];
        const struct trend *old = &trends->before.trends[i];

        if (trend->hash != 0) {
            all[count] = *trend;
            all[count++].articles += slot_of(&trends->before, trend->hash)->articles;
        }
        if (old->hash != 0 && slot_of(&trends->present, old->hash)->hash == 0)
            all[count++] = *old;
    }
    qsort(all, count, sizeof *all, compare);
    *ret_count = count;
    return all;
}

static void append_trend(const struct trend *trend, struct buffer *json)
{
    buffer_append_format(
        json, "{\"type\":\"%s\",\"name\":", entity_type_name((enum entity_type)trend->type));
    buffer_append_json_string(json, slice_of(trend->name, trend->length));
    buffer_append_format(json, ",\"articles\":%u}", trend->articles);
}

void trends_top(struct trends *trends, size_t most, int64_t now_ms, struct buffer *json)
{
    size_t count;

    pthread_mutex_lock(&trends->lock);
    move_on(trends, now_ms);
    struct trend *all = sum_up(trends, &count);

    pthread_mutex_unlock(&trends->lock);
    buffer_append_byte(json, '[');
    for (size_t i = 0; i < count && i < most; i++) {
        buffer_append_text(json, i > 0 ? "," : "");
        append_trend(&all[i], json);
    }
    buffer_append_byte(json, ']');
    memory_free(all);
}

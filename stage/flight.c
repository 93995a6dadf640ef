#include "stage/flight.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"

enum { TOPIC_SIZE = 250, SUSPECTS = 512 };

struct place {
    char topic[TOPIC_SIZE]; /* Kafka allows 249 bytes */
    int32_t partition;
    int64_t offset;
};

struct slot {
    atomic_bool busy;
    bool alone; /* a suspect */
    struct place place;
};

struct suspect {
    struct place place;
    unsigned crashes;
};

struct flight {
    struct slot slots[FLIGHT_WORKERS];
    struct suspect suspects[SUSPECTS]; /* a ring: the newest */
    size_t suspect_count;              /* ever */
    pthread_rwlock_t lock;             /* used only while there are suspects */
};

/* A lock that the dead process held would never be given back: each process begins with a new one.
 */
static void renew_lock(struct flight *flight)
{
    pthread_rwlockattr_t attributes;

    pthread_rwlockattr_init(&attributes);
    /* A suspect must not wait for ever behind a stream of readers. */
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&flight->lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
}

struct flight *flight_new(void)
{
    struct flight *flight =
        mmap(NULL, sizeof *flight, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (flight == MAP_FAILED)
        return NULL;
    renew_lock(flight);
    return flight;
}

void flight_free(struct flight *flight)
{
    if (flight != NULL)
        munmap(flight, sizeof *flight);
}

static struct place place_of(const struct article_coordinates *record)
{
    struct place place = {.partition = record->partition, .offset = record->offset};
    size_t length = record->topic.length < TOPIC_SIZE ? record->topic.length : TOPIC_SIZE - 1;

    memcpy(place.topic, record->topic.data, length);
    return place;
}

static bool is_same(const struct place *a, const struct place *b)
{
    return a->offset == b->offset && a->partition == b->partition &&
           strcmp(a->topic, b->topic) == 0;
}

static size_t known_suspects(const struct flight *flight)
{
    return flight->suspect_count < SUSPECTS ? flight->suspect_count : SUSPECTS;
}

static struct suspect *find_suspect(const struct flight *flight, const struct place *place)
{
    for (size_t i = 0; i < known_suspects(flight); i++)
        if (is_same(&flight->suspects[i].place, place))
            return (struct suspect *)(uintptr_t)&flight->suspects[i];
    return NULL;
}

unsigned flight_crashes(const struct flight *flight, const struct article_coordinates *record)
{
    if (flight == NULL || flight->suspect_count == 0)
        return 0;
    struct place place = place_of(record);
    const struct suspect *suspect = find_suspect(flight, &place);

    return suspect != NULL ? suspect->crashes : 0;
}

static void lock_for(struct flight *flight, bool alone)
{
    if (flight->suspect_count == 0)
        return;
    if (alone)
        pthread_rwlock_wrlock(&flight->lock);
    else
        pthread_rwlock_rdlock(&flight->lock);
}

void flight_enter(struct flight *flight, size_t worker, const struct article_coordinates *record)
{
    if (flight == NULL)
        return;
    struct slot *slot = &flight->slots[worker];

    slot->alone = flight_crashes(flight, record) > 0;
    lock_for(flight, slot->alone);
    slot->place = place_of(record);
    atomic_store_explicit(&slot->busy, true, memory_order_release);
}

void flight_leave(struct flight *flight, size_t worker)
{
    if (flight == NULL)
        return;
    atomic_store_explicit(&flight->slots[worker].busy, false, memory_order_release);
    if (flight->suspect_count > 0)
        pthread_rwlock_unlock(&flight->lock);
}

static void suspect(struct flight *flight, const struct place *place)
{
    struct suspect *known = find_suspect(flight, place);

    if (known == NULL) {
        known = &flight->suspects[flight->suspect_count++ % SUSPECTS];
        *known = (struct suspect){.place = *place};
    }
    known->crashes++;
}

size_t flight_blame(struct flight *flight, char *ret_text, size_t text_size)
{
    size_t count = 0;
    size_t length = 0;

    ret_text[0] = '\0';
    for (size_t i = 0; i < FLIGHT_WORKERS; i++) {
        struct slot *slot = &flight->slots[i];

        if (!atomic_load(&slot->busy))
            continue;
        atomic_store(&slot->busy, false);
        suspect(flight, &slot->place);
        if (length < text_size)
            length += (size_t)snprintf(ret_text + length, text_size - length, "%s%s-%d@%lld",
                                       count > 0 ? ", " : "", slot->place.topic,
                                       (int)slot->place.partition, (long long)slot->place.offset);
        count++;
    }
    renew_lock(flight);
    return count;
}

#include "stage/watch.h"

#include <pthread.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

enum { LOOK_EVERY_MS = 100, MAX_REPLACED = 3 };

struct place {
    struct worker *worker;
    pthread_t thread;
    bool dismissed;
};

struct watch {
    struct watch_options options;
    struct place places[FLIGHT_WORKERS];
    size_t count;    /* of places; they are not used twice */
    size_t replaced; /* of them, dismissed */
    pthread_t thread;
    pthread_mutex_t lock; /* for stopping */
    pthread_cond_t stops;
    bool stopping;
    atomic_size_t stuck;
};

static void *run_worker(void *worker)
{
    if (!worker_run(worker))
        worker_free(worker);
    return NULL;
}

static int add_worker(struct watch *watch, char *ret_error, size_t error_size)
{
    struct worker_options options = watch->options.worker;
    struct place *place = &watch->places[watch->count];

    if (watch->count == FLIGHT_WORKERS) {
        snprintf(ret_error, error_size, "more than %d workers", FLIGHT_WORKERS);
        return -1;
    }
    options.index = watch->count;
    place->worker = worker_new(&options, ret_error, error_size);
    if (place->worker == NULL)
        return -1;
    if (pthread_create(&place->thread, NULL, run_worker, place->worker) != 0) {
        worker_free(place->worker);
        snprintf(ret_error, error_size, "no thread can be started; raise the limit on processes");
        return -1;
    }
    pthread_setname_np(place->thread, "worker");
    watch->count++;
    return 0;
}

static void replace(struct watch *watch, struct place *place, const char *processor)
{
    char error[256];

    log_event(LOG_ERROR, "processor %s hangs: its article is rejected, its worker replaced",
              processor);
    place->dismissed = true;
    watch->replaced++;
    atomic_fetch_add(&watch->stuck, 1);
    if (add_worker(watch, error, sizeof error) != 0)
        log_event(LOG_ERROR, "no worker can take over: %s", error);
    if (watch->replaced == MAX_REPLACED && watch->options.worn != NULL)
        watch->options.worn(watch->options.context, "too many processors hang");
}

static void look(struct watch *watch)
{
    size_t count = watch->count;

    for (size_t i = 0; i < count; i++) {
        struct place *place = &watch->places[i];
        const char *processor = NULL;

        if (!place->dismissed &&
            worker_stuck_ns(place->worker, &processor) > watch->options.limit_ms * 1000000 &&
            worker_dismiss(place->worker, processor))
            replace(watch, place, processor);
    }
}

static bool wait_for_next_look(struct watch *watch)
{
    struct timespec deadline = clock_deadline(LOOK_EVERY_MS);

    pthread_mutex_lock(&watch->lock);
    while (!watch->stopping && pthread_cond_timedwait(&watch->stops, &watch->lock, &deadline) == 0)
        ;
    bool goes_on = !watch->stopping;

    pthread_mutex_unlock(&watch->lock);
    return goes_on;
}

static void *run_watch(void *context)
{
    struct watch *watch = context;

    while (wait_for_next_look(watch))
        look(watch);
    return NULL;
}

static void join_workers(struct watch *watch)
{
    for (size_t i = 0; i < watch->count; i++)
        if (watch->places[i].dismissed)
            pthread_detach(watch->places[i].thread);
        else
            pthread_join(watch->places[i].thread, NULL);
}

struct watch *watch_start(const struct watch_options *options, char *ret_error, size_t error_size)
{
    struct watch *watch = memory_zeroed(1, sizeof *watch);

    watch->options = *options;
    pthread_mutex_init(&watch->lock, NULL);
    clock_condition_init(&watch->stops);
    while (watch->count < options->workers) {
        if (add_worker(watch, ret_error, error_size) == 0)
            continue;
        queue_close(options->worker.work);
        join_workers(watch);
        watch_free(watch);
        return NULL;
    }
    pthread_create(&watch->thread, NULL, run_watch, watch);
    pthread_setname_np(watch->thread, "watch");
    return watch;
}

void watch_stop(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    watch->stopping = true;
    pthread_cond_broadcast(&watch->stops);
    pthread_mutex_unlock(&watch->lock);
    pthread_join(watch->thread, NULL);
    join_workers(watch);
}

size_t watch_stuck(const struct watch *watch)
{
    return atomic_load(&watch->stuck);
}

void watch_free(struct watch *watch)
{
    if (watch == NULL)
        return;
    for (size_t i = 0; i < watch->count; i++)
        if (!watch->places[i].dismissed)
            worker_free(watch->places[i].worker);
    pthread_cond_destroy(&watch->stops);
    pthread_mutex_destroy(&watch->lock);
    memory_free(watch);
}

#include "consumer/window.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/memory.h"

struct window {
    pthread_mutex_t lock;
    pthread_cond_t left;
    size_t max_count;
    size_t max_bytes;
    size_t count;
    size_t bytes;
};

struct window *window_new(size_t max_count, size_t max_bytes)
{
    struct window *window = memory_zeroed(1, sizeof *window);

    clock_condition_init(&window->left);
    pthread_mutex_init(&window->lock, NULL);
    window->max_count = max_count;
    window->max_bytes = max_bytes;
    return window;
}

void window_free(struct window *window)
{
    if (window == NULL)
        return;
    pthread_cond_destroy(&window->left);
    pthread_mutex_destroy(&window->lock);
    memory_free(window);
}

void window_enter(struct window *window, size_t count, size_t bytes)
{
    pthread_mutex_lock(&window->lock);
    window->count += count;
    window->bytes += bytes;
    pthread_mutex_unlock(&window->lock);
}

void window_leave(struct window *window, size_t count, size_t bytes)
{
    pthread_mutex_lock(&window->lock);
    window->count -= count;
    window->bytes -= bytes;
    pthread_cond_broadcast(&window->left);
    pthread_mutex_unlock(&window->lock);
}

bool window_wait_until(struct window *window, bool (*done)(void *context), void *context,
                       int64_t timeout_ms)
{
    struct timespec deadline = clock_deadline(timeout_ms);
    int status = 0;

    pthread_mutex_lock(&window->lock);
    while (!done(context) && status == 0)
        status = pthread_cond_timedwait(&window->left, &window->lock, &deadline);
    bool holds = done(context);

    pthread_mutex_unlock(&window->lock);
    return holds;
}

struct room {
    const struct window *window;
    unsigned percent;
};

static bool has_room(void *context)
{
    const struct room *room = context;
    const struct window *window = room->window;

    return window->count * 100 < window->max_count * room->percent &&
           window->bytes < window->max_bytes / 100 * room->percent;
}

bool window_wait_room(struct window *window, unsigned percent, int64_t timeout_ms)
{
    struct room room = {window, percent};

    return window_wait_until(window, has_room, &room, timeout_ms);
}

struct window_fill window_fill(struct window *window)
{
    pthread_mutex_lock(&window->lock);
    struct window_fill fill = {
        .count = window->count,
        .bytes = window->bytes,
        .free_count = window->count < window->max_count ? window->max_count - window->count : 0,
        .free_bytes = window->bytes < window->max_bytes ? window->max_bytes - window->bytes : 0,
    };

    pthread_mutex_unlock(&window->lock);
    return fill;
}

/* The window: what may be in flight between intake and delivery, in articles and bytes. It is the
 * only back-pressure there is: intake stops feeding when it is full. Threads: any. */
#ifndef COPYDESK_CONSUMER_WINDOW_H
#define COPYDESK_CONSUMER_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct window;

struct window *window_new(size_t max_count, size_t max_bytes);
void window_free(struct window *window); /* NULL is fine */

/* Lets in without waiting: intake asks window_wait_room before it polls for more. */
void window_enter(struct window *window, size_t count, size_t bytes);

/* Out again: wakes who waits. */
void window_leave(struct window *window, size_t count, size_t bytes);

/* Waits until the window is filled to less than percent (1 to 100) of both bounds, up to timeout_ms
 * (0: only looks). Returns whether it is. */
bool window_wait_room(struct window *window, unsigned percent, int64_t timeout_ms);

/* Waits until done(context) holds, looked at whenever something left, up to timeout_ms. Returns
 * whether it holds. done is called under the window's lock. */
bool window_wait_until(struct window *window, bool (*done)(void *context), void *context,
                       int64_t timeout_ms);

struct window_fill {
    size_t count;
    size_t bytes;
    size_t free_count; /* 0 where full */
    size_t free_bytes;
};

struct window_fill window_fill(struct window *window);

#endif

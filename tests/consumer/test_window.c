#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "consumer/window.h"

static void both_bounds_fill_it(void **state)
{
    struct window *window = window_new(10, 1000);

    (void)state;
    assert_true(window_wait_room(window, 100, 0));
    window_enter(window, 10, 10);
    assert_false(window_wait_room(window, 100, 0));
    assert_int_equal(window_fill(window).free_count, 0);
    assert_int_equal(window_fill(window).free_bytes, 990);
    window_leave(window, 9, 0);
    window_enter(window, 1, 990);
    assert_false(window_wait_room(window, 100, 0));
    assert_int_equal(window_fill(window).free_bytes, 0);
    window_free(window);
}

static void resuming_waits_for_a_quarter(void **state)
{
    struct window *window = window_new(100, 100000);

    (void)state;
    window_enter(window, 100, 100);
    window_leave(window, 75, 75);
    assert_false(window_wait_room(window, 25, 0));
    window_leave(window, 1, 1);
    assert_true(window_wait_room(window, 25, 0));
    window_free(window);
}

static void *leave_all(void *window)
{
    window_leave(window, 10, 10);
    return NULL;
}

static void who_waits_is_woken_by_what_leaves(void **state)
{
    struct window *window = window_new(10, 1000);
    pthread_t thread;

    (void)state;
    window_enter(window, 10, 10);
    pthread_create(&thread, NULL, leave_all, window);
    assert_true(window_wait_room(window, 100, 60000));
    pthread_join(thread, NULL);
    window_free(window);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_bounds_fill_it),
        cmocka_unit_test(resuming_waits_for_a_quarter),
        cmocka_unit_test(who_waits_is_woken_by_what_leaves),
    };

    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}

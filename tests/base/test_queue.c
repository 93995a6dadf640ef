#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/queue.h"

enum { ITEMS = 20000, BATCH = 7 };

static void order_is_kept_over_growth(void **state)
{
    struct queue *queue = queue_new();
    int numbers[300];

    (void)state;
    for (int i = 0; i < 300; i++) {
        void *item = &numbers[i];

        queue_push(queue, &item, 1);
    }
    for (int i = 0; i < 300; i++) {
        void *item = NULL;

        assert_int_equal(queue_pop(queue, &item, 1, 0), 1);
        assert_ptr_equal(item, &numbers[i]);
    }
    queue_free(queue);
}

static void an_empty_queue_times_out_and_a_closed_one_does_not_wait(void **state)
{
    struct queue *queue = queue_new();
    void *item = NULL;

    (void)state;
    assert_int_equal(queue_pop(queue, &item, 1, 0), 0);
    assert_int_equal(queue_pop(queue, &item, 1, 1), 0);
    item = state;
    queue_push(queue, &item, 1);
    queue_close(queue);
    assert_int_equal(queue_pop(queue, &item, 1, -1), 1);
    assert_int_equal(queue_pop(queue, &item, 1, -1), 0);
    queue_free(queue);
}

static void *take_all(void *argument)
{
    struct queue *queue = argument;
    void *items[BATCH];
    intptr_t sum = 0;
    size_t count;

    while ((count = queue_pop(queue, items, BATCH, -1)) > 0)
        for (size_t i = 0; i < count; i++)
            sum += (intptr_t)items[i];
    return (void *)sum;
}

static void nothing_is_lost_between_threads(void **state)
{
    struct queue *queue = queue_new();
    pthread_t takers[3];
    intptr_t sum = 0;

    (void)state;
    for (int i = 0; i < 3; i++)
        pthread_create(&takers[i], NULL, take_all, queue);
    for (intptr_t i = 1; i <= ITEMS; i++) {
        void *item = (void *)i;

        queue_push(queue, &item, 1);
    }
    queue_close(queue);
    for (int i = 0; i < 3; i++) {
        void *part = NULL;

        pthread_join(takers[i], &part);
        sum += (intptr_t)part;
    }
    assert_int_equal(sum, (intptr_t)ITEMS * (ITEMS + 1) / 2);
    queue_free(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_kept_over_growth),
        cmocka_unit_test(an_empty_queue_times_out_and_a_closed_one_does_not_wait),
        cmocka_unit_test(nothing_is_lost_between_threads),
    };

    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}

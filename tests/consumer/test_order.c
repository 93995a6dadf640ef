#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "consumer/order.h"

enum { ITEMS = 3000 };

static void items_leave_by_sequence_however_they_come(void **state)
{
    static int items[ITEMS];
    struct order order;
    size_t left = 0;

    (void)state;
    order_init(&order);
    /* A fixed shuffle: 1,009 has no factor in common with 3,000. */
    for (uint64_t i = 0; i < ITEMS; i++) {
        uint64_t sequence = i * 1009 % ITEMS;

        order_put(&order, sequence, &items[sequence]);
        for (int *item; (item = order_take(&order)) != NULL; left++)
            assert_ptr_equal(item, &items[left]);
    }
    assert_int_equal(left, ITEMS);
    order_free(&order);
}

static void what_waits_for_a_missing_one_can_be_taken_out(void **state)
{
    int items[3];
    struct order order;

    (void)state;
    order_init(&order);
    order_put(&order, 1, &items[1]);
    order_put(&order, 2, &items[2]);
    assert_null(order_take(&order));
    assert_ptr_equal(order_take_any(&order), &items[1]);
    assert_ptr_equal(order_take_any(&order), &items[2]);
    assert_null(order_take_any(&order));
    order_free(&order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_leave_by_sequence_however_they_come),
        cmocka_unit_test(what_waits_for_a_missing_one_can_be_taken_out),
    };

    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}

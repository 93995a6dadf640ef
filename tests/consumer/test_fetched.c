#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "consumer/fetched.h"

/* Two partitions that forward into one queue, and the one that stands for none. */
static const char statistics[] =
    "{\"name\":\"x\",\"topics\":{\"a\":{\"topic\":\"a\",\"partitions\":{"
    "\"0\":{\"rxmsgs\":3,\"rxbytes\":1000,\"fetchq_cnt\":2,\"fetchq_size\":300},"
    "\"1\":{\"rxmsgs\":1,\"rxbytes\":500,\"fetchq_cnt\":2,\"fetchq_size\":300},"
    "\"-1\":{\"rxmsgs\":0,\"rxbytes\":0,\"fetchq_cnt\":0,\"fetchq_size\":0}}},"
    "\"b\":{\"partitions\":{\"0\":{\"rxbytes\":7,\"fetchq_size\":0}}}}}";

static void what_came_is_summed_and_what_waits_is_counted_once(void **state)
{
    struct fetched fetched;

    (void)state;
    assert_int_equal(fetched_read(SLICE_LITERAL(statistics), &fetched), 0);
    assert_int_equal(fetched.received, 1507);
    assert_int_equal(fetched.waiting, 300);
}

static void what_came_and_was_neither_taken_nor_waits_was_fetched_in_vain(void **state)
{
    const struct fetched fetched = {.received = 1507, .waiting = 300};

    (void)state;
    assert_int_equal(fetched_twice(&fetched, 1207), 0);
    assert_int_equal(fetched_twice(&fetched, 1000), 207);
    assert_int_equal(fetched_twice(&fetched, 1300), 0);
}

static void what_is_no_statistics_changes_nothing(void **state)
{
    struct fetched fetched = {.received = 1, .waiting = 2};

    (void)state;
    assert_int_equal(fetched_read(SLICE_LITERAL("[]"), &fetched), -1);
    assert_int_equal(fetched_read(SLICE_LITERAL("{\"topics\""), &fetched), -1);
    assert_int_equal(fetched.received, 1);
    assert_int_equal(fetched_read(SLICE_LITERAL("{}"), &fetched), 0);
    assert_int_equal(fetched.received, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_is_summed_and_what_waits_is_counted_once),
        cmocka_unit_test(what_came_and_was_neither_taken_nor_waits_was_fetched_in_vain),
        cmocka_unit_test(what_is_no_statistics_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

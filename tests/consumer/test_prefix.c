#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "consumer/prefix.h"

enum { RECORDS = 7, MANY = 5000 };

/* Offsets with gaps, as compaction and transaction markers leave them. */
static int64_t offset_of(uint64_t sequence)
{
    return 100 + (int64_t)sequence * 3;
}

/* What the position must be, computed the slow way. */
static int64_t expected_position(const bool *finished, size_t count)
{
    size_t done = 0;

    while (done < count && finished[done])
        done++;
    return done > 0 ? offset_of(done - 1) + 1 : -1;
}

static void check_order(const int *order)
{
    struct prefix prefix;
    bool finished[RECORDS] = {false};

    prefix_init(&prefix);
    for (size_t i = 0; i < RECORDS; i++) {
        int64_t before = prefix.position;
        bool moved = prefix_finish(&prefix, (uint64_t)order[i], offset_of((uint64_t)order[i]));

        finished[order[i]] = true;
        assert_int_equal(prefix.position, expected_position(finished, RECORDS));
        assert_int_equal(moved, prefix.position != before);
    }
    prefix_free(&prefix);
}

static void permute(int *order, size_t fixed, size_t *checked)
{
    if (fixed == RECORDS) {
        check_order(order);
        (*checked)++;
        return;
    }
    for (size_t i = fixed; i < RECORDS; i++) {
        int swapped = order[i];

        order[i] = order[fixed];
        order[fixed] = swapped;
        permute(order, fixed + 1, checked);
        order[fixed] = order[i];
        order[i] = swapped;
    }
}

static void every_order_of_finishing_gives_the_contiguous_prefix(void **state)
{
    int order[RECORDS];
    size_t checked = 0;

    (void)state;
    for (int i = 0; i < RECORDS; i++)
        order[i] = i;
    permute(order, 0, &checked);
    assert_int_equal(checked, 5040);
}

static void one_slow_record_holds_everything_back(void **state)
{
    struct prefix prefix;

    (void)state;
    prefix_init(&prefix);
    for (uint64_t s = 1; s < MANY; s++)
        assert_false(prefix_finish(&prefix, s, offset_of(s)));
    assert_int_equal(prefix.position, -1);
    assert_true(prefix_finish(&prefix, 0, offset_of(0)));
    assert_int_equal(prefix.position, offset_of(MANY - 1) + 1);
    prefix_free(&prefix);
}

static void the_ring_is_used_again_and_again(void **state)
{
    struct prefix prefix;

    (void)state;
    prefix_init(&prefix);
    for (uint64_t s = 0; s < MANY; s += 2) {
        assert_false(prefix_finish(&prefix, s + 1, offset_of(s + 1)));
        assert_true(prefix_finish(&prefix, s, offset_of(s)));
        assert_int_equal(prefix.position, offset_of(s + 1) + 1);
    }
    assert_int_equal(prefix.capacity, 64);
    prefix_free(&prefix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_of_finishing_gives_the_contiguous_prefix),
        cmocka_unit_test(one_slow_record_holds_everything_back),
        cmocka_unit_test(the_ring_is_used_again_and_again),
    };

    return cmocka_run_group_tests_name("prefix", tests, NULL, NULL);
}

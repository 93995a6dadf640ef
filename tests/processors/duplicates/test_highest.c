#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "processors/duplicates/highest.h"

enum { MEMORY_MS = 1000 };

static struct article_coordinates at(const char *topic, int32_t partition, int64_t offset)
{
    return (struct article_coordinates){slice_of_text(topic), partition, offset, 0};
}

static bool is_past(struct highest *highest, struct article_coordinates where, int64_t now_ms)
{
    return highest_is_past(highest, &where, now_ms, MEMORY_MS);
}

static void note(struct highest *highest, struct article_coordinates where, int64_t now_ms)
{
    highest_note(highest, &where, now_ms);
}

static void only_what_is_behind_a_claim_of_its_own_partition_is_past(void **state)
{
    struct highest *highest = highest_new();

    (void)state;
    assert_false(is_past(highest, at("a", 0, 5), 0));
    note(highest, at("a", 0, 5), 0);
    assert_true(is_past(highest, at("a", 0, 5), 0));
    assert_true(is_past(highest, at("a", 0, 4), 0));
    assert_false(is_past(highest, at("a", 0, 6), 0));
    assert_false(is_past(highest, at("a", 1, 4), 0));
    assert_false(is_past(highest, at("b", 0, 4), 0));
    highest_free(highest);
}

static void a_lower_offset_changes_nothing(void **state)
{
    struct highest *highest = highest_new();

    (void)state;
    note(highest, at("a", 0, 5), 0);
    note(highest, at("a", 0, 3), 900);
    assert_true(is_past(highest, at("a", 0, 5), MEMORY_MS - 1));
    assert_false(is_past(highest, at("a", 0, 5), MEMORY_MS));
    highest_free(highest);
}

static void thousands_of_partitions_are_told_apart(void **state)
{
    enum { PARTITIONS = 5000 };
    struct highest *highest = highest_new();

    (void)state;
    for (int32_t i = 0; i < PARTITIONS; i++)
        note(highest, at("a", i, i), 0);
    for (int32_t i = 0; i < PARTITIONS; i++) {
        assert_true(is_past(highest, at("a", i, i), 0));
        assert_false(is_past(highest, at("a", i, i + 1), 0));
    }
    highest_free(highest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_behind_a_claim_of_its_own_partition_is_past),
        cmocka_unit_test(a_lower_offset_changes_nothing),
        cmocka_unit_test(thousands_of_partitions_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

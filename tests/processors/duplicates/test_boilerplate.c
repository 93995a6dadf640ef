#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "processors/duplicates/boilerplate.h"

static uint64_t shingle(uint64_t i)
{
    return (i * 0x9e3779b97f4a7c15U) | 1U << 12;
}

static void an_empty_list_contains_nothing(void **state)
{
    struct boilerplate list = {0};

    (void)state;
    for (uint64_t i = 0; i < 100; i++)
        assert_false(boilerplate_contains(&list, shingle(i)));
    assert_false(boilerplate_contains(NULL, shingle(1)));
    assert_false(boilerplate_contains(&list, 0));
}

static void a_list_contains_what_was_set_and_hardly_more(void **state)
{
    struct boilerplate list = {0};
    uint32_t tags[5000];
    unsigned wrong = 0;

    (void)state;
    for (uint64_t i = 0; i < 5000; i++)
        tags[i] = boilerplate_tag(shingle(i));
    boilerplate_set(&list, tags, 5000);
    for (uint64_t i = 0; i < 5000; i++)
        assert_true(boilerplate_contains(&list, shingle(i)));
    for (uint64_t i = 5000; i < 105000; i++)
        wrong += boilerplate_contains(&list, shingle(i));
    assert_in_range(wrong, 0, 5);
    boilerplate_clear(&list);
}

static void a_new_list_takes_the_place_of_the_old_one(void **state)
{
    struct boilerplate list = {0};
    uint32_t tags[2] = {boilerplate_tag(shingle(1)), boilerplate_tag(shingle(2))};

    (void)state;
    boilerplate_set(&list, &tags[0], 1);
    boilerplate_set(&list, &tags[1], 1);
    assert_false(boilerplate_contains(&list, shingle(1)));
    assert_true(boilerplate_contains(&list, shingle(2)));
    assert_int_equal(list.count, 1);
    boilerplate_clear(&list);
    assert_false(boilerplate_contains(&list, shingle(2)));
}

static void a_list_that_is_too_long_is_cut(void **state)
{
    struct boilerplate list = {0};
    uint32_t *tags FREED_AT_END = memory_allocate((BOILERPLATE_MAX + 10) * sizeof *tags);

    (void)state;
    for (uint32_t i = 0; i < BOILERPLATE_MAX + 10; i++)
        tags[i] = i + 1;
    boilerplate_set(&list, tags, BOILERPLATE_MAX + 10);
    assert_int_equal(list.count, BOILERPLATE_MAX);
    boilerplate_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_list_contains_nothing),
        cmocka_unit_test(a_list_contains_what_was_set_and_hardly_more),
        cmocka_unit_test(a_new_list_takes_the_place_of_the_old_one),
        cmocka_unit_test(a_list_that_is_too_long_is_cut),
    };

    return cmocka_run_group_tests_name("boilerplate", tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "processors/duplicates/text_pool.h"

static void equal_texts_share_a_number(void **state)
{
    struct text_pool *pool = text_pool_new();
    uint16_t first = text_pool_take(pool, SLICE_LITERAL("articles.fr"));
    uint16_t other = text_pool_take(pool, SLICE_LITERAL("articles.ar"));

    (void)state;
    assert_int_not_equal(first, 0);
    assert_int_not_equal(first, other);
    assert_int_equal(text_pool_take(pool, SLICE_LITERAL("articles.fr")), first);
    assert_true(slice_is(text_pool_text(pool, first), "articles.fr"));
    assert_true(slice_is(text_pool_text(pool, other), "articles.ar"));
    assert_int_equal(text_pool_count(pool), 2);
    text_pool_free(pool);
}

static void a_text_goes_with_its_last_holder(void **state)
{
    struct text_pool *pool = text_pool_new();
    uint16_t number = text_pool_take(pool, SLICE_LITERAL("a"));

    (void)state;
    text_pool_take(pool, SLICE_LITERAL("a"));
    text_pool_release(pool, number);
    assert_int_equal(text_pool_count(pool), 1);
    assert_true(slice_is(text_pool_text(pool, number), "a"));
    text_pool_release(pool, number);
    assert_int_equal(text_pool_count(pool), 0);
    assert_int_equal(text_pool_take(pool, SLICE_LITERAL("b")), number);
    assert_true(slice_is(text_pool_text(pool, number), "b"));
    text_pool_free(pool);
}

static void what_is_absent_has_no_number(void **state)
{
    struct text_pool *pool = text_pool_new();

    (void)state;
    assert_int_equal(text_pool_take(pool, slice_of(NULL, 0)), 0);
    assert_true(slice_is_absent(text_pool_text(pool, 0)));
    text_pool_release(pool, 0);
    assert_int_equal(text_pool_count(pool), 0);
    text_pool_free(pool);
}

static uint16_t take_numbered(struct text_pool *pool, unsigned number)
{
    char text[16];

    snprintf(text, sizeof text, "t%u", number);
    return text_pool_take(pool, slice_of_text(text));
}

static void a_full_pool_refuses_new_texts_only(void **state)
{
    struct text_pool *pool = text_pool_new();

    (void)state;
    for (unsigned i = 0; i < TEXT_POOL_MAX; i++)
        assert_int_not_equal(take_numbered(pool, i), 0);
    assert_int_equal(take_numbered(pool, TEXT_POOL_MAX), 0);
    uint16_t known = take_numbered(pool, 7);

    assert_int_not_equal(known, 0);
    text_pool_release(pool, known);
    text_pool_release(pool, known);
    assert_int_equal(take_numbered(pool, TEXT_POOL_MAX), known);
    text_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_share_a_number),
        cmocka_unit_test(a_text_goes_with_its_last_holder),
        cmocka_unit_test(what_is_absent_has_no_number),
        cmocka_unit_test(a_full_pool_refuses_new_texts_only),
    };

    return cmocka_run_group_tests_name("duplicates text_pool", tests, NULL, NULL);
}

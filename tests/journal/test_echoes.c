#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "journal/echoes.h"

enum { MANY = 1000 };

static char keys[MANY][ECHO_KEY_BYTES];

static struct article *article(int number)
{
    return (struct article *)(uintptr_t)(number + 1);
}

static struct echoes expecting(uint64_t drawn, int count)
{
    struct echoes echoes;

    echoes_init(&echoes, drawn);
    for (int i = 0; i < count; i++)
        echoes_expect(&echoes, article(i), i, keys[i]);
    return echoes;
}

static enum echo take(struct echoes *echoes, int number, struct awaited *ret)
{
    return echoes_take(echoes, slice_of(keys[number], ECHO_KEY_BYTES), ret);
}

static void each_comes_back_to_its_article(void **state)
{
    struct echoes echoes = expecting(7, MANY);
    struct awaited awaited;

    (void)state;
    assert_int_equal(echoes_count(&echoes), MANY);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(take(&echoes, i, &awaited), ECHO_OWN);
        assert_ptr_equal(awaited.own, article(i));
        assert_int_equal(awaited.since_ns, i);
    }
    assert_null(echoes_oldest(&echoes));
    echoes_free(&echoes);
}

static void others_records_are_not_ours(void **state)
{
    struct echoes others = expecting(8, 3);
    struct echoes echoes;
    struct awaited awaited;
    char unused[ECHO_KEY_BYTES];

    (void)state;
    echoes_init(&echoes, 7);
    echoes_expect(&echoes, article(0), 0, unused);
    assert_int_equal(take(&echoes, 0, &awaited), ECHO_OTHER);
    assert_int_equal(echoes_take(&echoes, slice_of(NULL, 0), &awaited), ECHO_OTHER);
    assert_int_equal(echoes_take(&echoes, slice_of(unused, 15), &awaited), ECHO_OTHER);
    assert_int_equal(echoes_count(&echoes), 1);
    echoes_free(&echoes);
    echoes_free(&others);
}

static void a_missing_one_is_a_gap_and_one_that_comes_again_is_not(void **state)
{
    struct echoes echoes = expecting(7, 3);
    struct awaited awaited;

    (void)state;
    assert_int_equal(take(&echoes, 0, &awaited), ECHO_OWN);
    assert_int_equal(take(&echoes, 0, &awaited), ECHO_OTHER);
    assert_int_equal(take(&echoes, 2, &awaited), ECHO_GAP);
    assert_true(echoes_awaits(&echoes, 1));
    assert_false(echoes_awaits(&echoes, 0));
    assert_false(echoes_awaits(&echoes, 3));
    echoes_free(&echoes);
}

static void what_is_given_up_comes_in_order(void **state)
{
    struct echoes echoes = expecting(7, 3);
    struct awaited awaited;

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_true(echoes_give_up(&echoes, &awaited));
        assert_ptr_equal(awaited.own, article(i));
    }
    assert_false(echoes_give_up(&echoes, &awaited));
    echoes_free(&echoes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_comes_back_to_its_article),
        cmocka_unit_test(others_records_are_not_ours),
        cmocka_unit_test(a_missing_one_is_a_gap_and_one_that_comes_again_is_not),
        cmocka_unit_test(what_is_given_up_comes_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

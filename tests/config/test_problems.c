#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

#include "config/problems.h"
#include "tests/config/check_problems.h"

static void problems_are_sorted_by_place_and_keep_their_order_there(void **state)
{
    struct config_problems problems = {0};

    (void)state;
    config_problem_in(&problems, "f", 2, 1, "fourth");
    config_problem_in(&problems, "f", 1, 9, "second");
    config_problem_in(&problems, "f", 1, 9, "third");
    config_problem_in(&problems, "f", 0, 0, "first");
    config_problem_in(&problems, "f", 10, 1, "fifth");
    config_problems_sort(&problems);
    config_problem_in(&problems, "f", 1, 1, "behind the last");
    assert_problems(&problems, "f: first\nf:1:9: second\nf:1:9: third\nf:2:1: fourth\n"
                               "f:10:1: fifth\nf:1:1: behind the last\n");
}

static void none_at_all_can_be_sorted(void **state)
{
    struct config_problems problems = {0};

    (void)state;
    config_problems_sort(&problems);
    assert_problems(&problems, "");
}

static void a_terminal_cannot_be_told_anything(void **state)
{
    struct config_problems problems = {0};

    (void)state;
    config_problem_in(&problems, "f", 1, 1, "a\x1b[31m\nb\x7f\tc\xc2\x9bz \xc2\xa0 \xd0\xb0");
    assert_problems(&problems, "f:1:1: a?[31m?b??c??z \xc2\xa0 \xd0\xb0\n");
}

static void long_sentences_are_cut_between_characters(void **state)
{
    struct config_problems problems = {0};
    char text[4000];

    (void)state;
    for (size_t i = 0; i + 1 < sizeof text; i++)
        text[i] = i % 2 == 0 ? '\xd0' : '\xb0';
    text[sizeof text - 1] = '\0';
    config_problem_in(&problems, "f", 1, 1, "x%s", text);
    size_t length = strlen(problems.first->text);

    assert_in_range(length, 900, 1100);
    assert_int_equal((unsigned char)problems.first->text[length - 1], 0xb0);
    config_problems_free(&problems);
}

static void the_first_thousand_are_kept_and_all_are_counted(void **state)
{
    struct config_problems problems = {0};
    size_t kept = 0;

    (void)state;
    for (int i = 0; i < 2500; i++)
        config_problem_in(&problems, "f", 2500 - i, 1, "x");
    config_problems_sort(&problems);
    for (const struct config_problem *p = problems.first; p != NULL; p = p->next)
        kept++;
    assert_int_equal(kept, CONFIG_MAX_PROBLEMS);
    assert_int_equal(problems.count, 2500);
    config_problems_free(&problems);
    assert_int_equal(problems.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(problems_are_sorted_by_place_and_keep_their_order_there),
        cmocka_unit_test(none_at_all_can_be_sorted),
        cmocka_unit_test(a_terminal_cannot_be_told_anything),
        cmocka_unit_test(long_sentences_are_cut_between_characters),
        cmocka_unit_test(the_first_thousand_are_kept_and_all_are_counted),
    };

    return cmocka_run_group_tests_name("problems", tests, NULL, NULL);
}

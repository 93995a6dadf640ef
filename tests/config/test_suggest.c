#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

#include "config/suggest.h"

static const char *const names[] = {"consumer", "processors", "producer", "topics", "log",
                                    "warning",  "group",      "id",       NULL};

static void assert_meant(const char *word, const char *meant)
{
    const char *suggestion = config_suggest(word, names);

    assert_non_null(suggestion);
    assert_string_equal(suggestion, meant);
}

static void one_slip_of_each_kind_is_understood(void **state)
{
    (void)state;
    assert_meant("procesors", "processors");   /* a letter is missing */
    assert_meant("proocessors", "processors"); /* one too many */
    assert_meant("prosessors", "processors");  /* another one */
    assert_meant("gruop", "group");            /* two changed places */
    assert_meant("Topics", "topics");          /* its case */
    assert_meant("di", "id");                  /* a short one */
}

static void the_nearest_of_several_is_meant(void **state)
{
    (void)state;
    assert_meant("prodcer", "producer");
    assert_meant("proessor", "processors");
}

static void beginnings_are_understood(void **state)
{
    (void)state;
    assert_meant("warn", "warning");
    assert_meant("logging", "log");
}

static void nothing_is_suggested_for_what_is_far_from_all(void **state)
{
    (void)state;
    assert_null(config_suggest("shutdown", names));
    assert_null(config_suggest("x", names));
    assert_null(config_suggest("", names));
    assert_null(config_suggest("zz", names));
}

static void words_of_any_length_are_safe(void **state)
{
    char word[4096];

    (void)state;
    memset(word, 'p', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_null(config_suggest(word, names));
    for (size_t length = 60; length < 70; length++) {
        word[length] = '\0';
        assert_null(config_suggest(word, names));
        word[length] = 'p';
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_slip_of_each_kind_is_understood),
        cmocka_unit_test(the_nearest_of_several_is_meant),
        cmocka_unit_test(beginnings_are_understood),
        cmocka_unit_test(nothing_is_suggested_for_what_is_far_from_all),
        cmocka_unit_test(words_of_any_length_are_safe),
    };

    return cmocka_run_group_tests_name("suggest", tests, NULL, NULL);
}

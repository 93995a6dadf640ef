#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "article/abbreviation.h"
#include "article/text_view.h"

static struct text_view_builder *builder;

static bool is_abbreviation(const char *word, bool before_number)
{
    struct text_view view;

    text_view_build(builder, slice_of_text(word), &view);
    assert_int_equal(view.token_count, 1);
    return abbreviation_is(view.tokens[0].hash, before_number);
}

static void titles_are_abbreviations_however_they_are_written(void **state)
{
    (void)state;
    assert_true(is_abbreviation("St", false));
    assert_true(is_abbreviation("GEN", false));
    assert_true(is_abbreviation("ул", false));
    assert_false(is_abbreviation("street", false));
    assert_false(is_abbreviation("s", false));
}

static void some_words_are_abbreviations_before_numbers_alone(void **state)
{
    (void)state;
    assert_true(is_abbreviation("No", true));
    assert_false(is_abbreviation("No", false));
    assert_true(is_abbreviation("Nov", true));
    assert_true(is_abbreviation("Mr", true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles_are_abbreviations_however_they_are_written),
        cmocka_unit_test(some_words_are_abbreviations_before_numbers_alone),
    };

    builder = text_view_builder_new();
    int failed = cmocka_run_group_tests_name("abbreviation", tests, NULL, NULL);

    text_view_builder_free(builder);
    return failed;
}

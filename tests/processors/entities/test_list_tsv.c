#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "processors/entities/list_tsv.h"
#include "tests/processors/entities/list_fixture.h"

static struct list_fixture fixture;

static void read(const char *text)
{
    list_fixture_begin(&fixture);
    list_read_tsv_text(&fixture.import, slice_of_text(text));
}

static void columns_say_what_a_row_has(void **state)
{
    (void)state;
    read("# A comment.\n# as_of: 2025-02-01\n"
         "type\tname\tid\tweight\tcountry\tar\ten,fr\n"
         "place\tKalmor\tdesk:1|gn:77\t5000\tXK\tكالمور\tKalmor|Kalmor City\n");
    assert_string_equal(list_fixture_problems(&fixture), "");
    assert_string_equal(
        list_fixture_look(&fixture, "Kalmor City"),
        "en place Kalmor desk:1 gn:77 5000 XK; fr place Kalmor desk:1 gn:77 5000 XK");
    assert_string_equal(list_fixture_look(&fixture, "كالمور"),
                        "ar place Kalmor desk:1 gn:77 5000 XK");
    list_fixture_end(&fixture);
}

static void names_may_stand_in_rows_with_their_language(void **state)
{
    (void)state;
    read("type\tlanguage\tnames\nperson\tru\tИван Лесной|Лесной И.\n");
    assert_string_equal(list_fixture_look(&fixture, "Иван Лесной"),
                        "ru person Иван Лесной 100000000 ");
    assert_int_equal(fixture.import.names, 2);
    list_fixture_end(&fixture);
}

static void every_malformed_row_is_an_error_with_its_line(void **state)
{
    (void)state;
    read("type\tid\tweight\twhen\tcountry\ten\n"
         "city\t\t\t\t\tOne\n"
         "place\tnoprefix\t\t\t\tTwo\n"
         "place\t\tmany\t\t\tThree\n"
         "place\t\t\tsometimes\t\tFour\n"
         "place\t\t\t\tXKX\tFive\n"
         "place\t\t\t\t\tSix\tSeven\n"
         "place\n"
         "place\t\t\t\t\t\xff\n");
    assert_string_equal(list_fixture_problems(&fixture),
                        "names:2: unknown type \"city\"\n"
                        "names:3: \"noprefix\" is no prefixed id, or one too many\n"
                        "names:4: weight \"many\" is no number below 1,000,000,000\n"
                        "names:5: when is middle, preposition, noun or home, not \"sometimes\"\n"
                        "names:6: country \"XKX\" is no code of two letters\n"
                        "names:7: 7 fields where the header has 6\n"
                        "names:8: a row without a name\n"
                        "names:9: is not UTF-8\n");
    assert_int_equal(fixture.import.errors, 8);
    list_fixture_end(&fixture);
}

static void a_header_that_makes_no_sense_is_an_error(void **state)
{
    (void)state;
    read("name\tcolour\tlanguage\n");
    assert_non_null(strstr(list_fixture_problems(&fixture), "names:1: column \"colour\""));
    assert_non_null(strstr(list_fixture_problems(&fixture), "no column \"type\""));
    assert_non_null(strstr(list_fixture_problems(&fixture), "go together"));
    list_fixture_end(&fixture);
}

static void harmful_names_are_left_out_with_a_warning(void **state)
{
    (void)state;
    read("type\ten\nplace\tOf|Ofland|12\n");
    assert_string_equal(list_fixture_problems(&fixture),
                        "names:2: warning: \"Of\" is not looked for: it is too short\n"
                        "names:2: warning: \"12\" is not looked for: it has no letters\n");
    assert_int_equal(fixture.import.left_out, 2);
    assert_int_equal(fixture.import.errors, 0);
    list_fixture_end(&fixture);
}

static void only_wanted_languages_are_taken(void **state)
{
    (void)state;
    list_fixture_begin(&fixture);
    fixture.filter.languages[0] = SLICE_LITERAL("pt");
    fixture.filter.language_count = 1;
    list_read_tsv_text(&fixture.import,
                       SLICE_LITERAL("type\tpt-BR\tpt\tfr\nplace\tAldora\tAldoura\tAldore\n"));
    assert_int_equal(fixture.import.names, 2);
    assert_string_equal(list_fixture_look(&fixture, "Aldore"), "");
    list_fixture_end(&fixture);
}

static void a_stream_is_read_like_a_text(void **state)
{
    FILE *file = list_fixture_file("type\ten\nplace\tKalmor\n");

    (void)state;
    list_fixture_begin(&fixture);
    list_read_tsv(&fixture.import, file);
    fclose(file);
    assert_string_equal(list_fixture_look(&fixture, "Kalmor"), "en place Kalmor 1000000 ");
    list_fixture_end(&fixture);
}

static void an_adjective_has_all_its_forms(void **state)
{
    (void)state;
    read("type\tname\tde\nnationality\tFrance\tfranzösisch*\n");
    assert_string_equal(list_fixture_look(&fixture, "französischen"),
                        "de nationality France 100000000 ");
    assert_string_equal(list_fixture_look(&fixture, "französisch"),
                        "de nationality France 100000000 ");
    list_fixture_end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_say_what_a_row_has),
        cmocka_unit_test(names_may_stand_in_rows_with_their_language),
        cmocka_unit_test(every_malformed_row_is_an_error_with_its_line),
        cmocka_unit_test(a_header_that_makes_no_sense_is_an_error),
        cmocka_unit_test(harmful_names_are_left_out_with_a_warning),
        cmocka_unit_test(only_wanted_languages_are_taken),
        cmocka_unit_test(a_stream_is_read_like_a_text),
        cmocka_unit_test(an_adjective_has_all_its_forms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

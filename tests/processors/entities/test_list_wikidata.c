#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "processors/entities/list_wikidata.h"
#include "tests/processors/entities/list_fixture.h"

static const char *sample; /* items as the dump has them, of things that do not exist */
static struct list_fixture fixture;

static void read_and_close(FILE *file)
{
    assert_non_null(file);
    list_read_wikidata(&fixture.import, file);
    fclose(file);
}

static void read_sample(void)
{
    read_and_close(fopen(sample, "re"));
}

static void read(const char *text)
{
    read_and_close(list_fixture_file(text));
}

static void items_of_known_classes_get_labels_aliases_ids_and_weights(void **state)
{
    (void)state;
    list_fixture_begin(&fixture);
    read_sample();
    assert_string_equal(list_fixture_problems(&fixture), "");
    assert_int_equal(fixture.import.entities, 2);
    assert_string_equal(list_fixture_look(&fixture, "Kalmor City"),
                        "en place Kalmor wd:Q900001 gn:9000001 1250000 ");
    assert_string_equal(list_fixture_look(&fixture, "كالمور"),
                        "ar place Kalmor wd:Q900001 gn:9000001 1250000 ");
    assert_string_equal(list_fixture_look(&fixture, "Ivana Lesnaya"),
                        "any person Ivana Lesnaya wd:Q900002 2000 ");
    assert_string_equal(list_fixture_look(&fixture, "Some Painting"), "");
    list_fixture_end(&fixture);
}

static void classes_languages_and_population_are_chosen(void **state)
{
    (void)state;
    list_fixture_begin(&fixture);
    fixture.filter.classes = "Q515:place,Q3305213:organisation";
    fixture.filter.languages[0] = SLICE_LITERAL("en");
    fixture.filter.language_count = 1;
    read_sample();
    assert_int_equal(fixture.import.entities, 2);
    assert_string_equal(list_fixture_look(&fixture, "كالمور"), "");
    assert_string_equal(list_fixture_look(&fixture, "Some Painting"),
                        "en organisation Some Painting wd:Q900003 0 ");
    list_fixture_end(&fixture);
    list_fixture_begin(&fixture);
    fixture.filter.least_population = 2000000;
    read_sample();
    assert_int_equal(fixture.import.entities, 1);
    list_fixture_end(&fixture);
}

static void a_line_that_is_cut_off_is_an_error_with_its_line(void **state)
{
    (void)state;
    list_fixture_begin(&fixture);
    read("[\n{\"type\":\"item\",\"id\":\"Q1\"},\n{\"type\":\"item\",\"id\":\"Q9000");
    assert_non_null(strstr(list_fixture_problems(&fixture), "names:3: is no JSON: "));
    assert_int_equal(fixture.import.errors, 1);
    list_fixture_end(&fixture);
    list_fixture_begin(&fixture);
    read("{}\n");
    assert_string_equal(list_fixture_problems(&fixture),
                        "names:1: is no item of Wikidata: it has no id\n");
    list_fixture_end(&fixture);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_of_known_classes_get_labels_aliases_ids_and_weights),
        cmocka_unit_test(classes_languages_and_population_are_chosen),
        cmocka_unit_test(a_line_that_is_cut_off_is_an_error_with_its_line),
    };

    if (count != 2)
        return 2;
    sample = arguments[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}

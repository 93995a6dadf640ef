#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "processors/entities/list_geonames.h"
#include "tests/processors/entities/list_fixture.h"

/* Rows as the dump has them, of places that do not exist. */
#define ROW(id, name, class, code, country, population)                                            \
    id "\t" name "\t" name "\t\t40.1\t-3.2\t" class "\t" code "\t" country                         \
                                                    "\t\t01\t\t\t\t" population                    \
                                                    "\t\t12\tEurope/Madrid\t2024-01-01\n"

static const char places[] = ROW("9000001", "Kalmor", "P", "PPLC", "XK", "40000")
    ROW("9000002", "Aldora", "P", "PPL", "XK", "250000")
        ROW("9000003", "Tinyville", "P", "PPL", "XK", "900")
            ROW("9000004", "Mount Sen", "T", "MT", "XK", "0")
                ROW("9000005", "Kalmoria", "A", "PCLI", "XK", "1800000");

static const char names[] = "1\t9000001\tar\tكالمور\t1\t\t\t\t\t\n"
                            "2\t9000001\tlink\thttps://example.org/Kalmor\t\t\t\t\t\t\n"
                            "3\t9000001\twkdt\tQ900001\t\t\t\t\t\t\n"
                            "4\t9000002\tfr\tAldore\t\t\t\t\t\t\n"
                            "5\t9000002\tfr\tVieille-Aldore\t\t\t\t1\t\t\n"
                            "6\t9000003\tfr\tPetiteville\t\t\t\t\t\t\n"
                            "7\t9000002\tru\tАлдора\n"
                            "8\t4\tru\tНигде\t\t\t\t\t\t\n";

static struct list_fixture fixture;

static void read(const char *place_rows, const char *name_rows)
{
    FILE *place_file = list_fixture_file(place_rows);
    FILE *name_file = list_fixture_file(name_rows);

    list_read_geonames(&fixture.import, place_file, name_file, "alternate");
    fclose(place_file);
    fclose(name_file);
}

static void places_get_their_names_ids_and_weights(void **state)
{
    (void)state;
    list_fixture_begin(&fixture);
    read(places, names);
    assert_string_equal(list_fixture_problems(&fixture), "");
    assert_string_equal(list_fixture_look(&fixture, "كالمور"),
                        "ar place Kalmor gn:9000001 wd:Q900001 200004000 XK");
    assert_string_equal(list_fixture_look(&fixture, "Aldora"),
                        "en place Aldora gn:9000002 250000 XK");
    assert_string_equal(list_fixture_look(&fixture, "Алдора"),
                        "ru place Aldora gn:9000002 250000 XK");
    assert_string_equal(list_fixture_look(&fixture, "Kalmoria"),
                        "en place Kalmoria gn:9000005 400180000 XK");
    assert_string_equal(list_fixture_look(&fixture, "Mount Sen"), "");
    assert_string_equal(list_fixture_look(&fixture, "Vieille-Aldore"), "");
    list_fixture_end(&fixture);
}

static void a_population_filter_spares_capitals_and_countries(void **state)
{
    (void)state;
    list_fixture_begin(&fixture);
    fixture.filter.least_population = 100000;
    read(places, names);
    assert_int_equal(fixture.import.entities, 3);
    assert_string_equal(list_fixture_look(&fixture, "Tinyville"), "");
    assert_string_equal(list_fixture_look(&fixture, "Kalmor"),
                        "en place Kalmor gn:9000001 wd:Q900001 200004000 XK");
    list_fixture_end(&fixture);
}

static void classes_and_languages_are_chosen(void **state)
{
    (void)state;
    list_fixture_begin(&fixture);
    fixture.filter.classes = "PPL";
    fixture.filter.languages[0] = SLICE_LITERAL("fr");
    fixture.filter.language_count = 1;
    read(places, names);
    assert_int_equal(fixture.import.entities, 2);
    assert_string_equal(list_fixture_look(&fixture, "Aldore"),
                        "fr place Aldora gn:9000002 250000 XK");
    assert_string_equal(list_fixture_look(&fixture, "Алдора"), "");
    list_fixture_end(&fixture);
}

static void a_row_that_is_cut_off_is_an_error_with_its_line(void **state)
{
    (void)state;
    list_fixture_begin(&fixture);
    read(ROW("9000001", "Kalmor", "P", "PPLC", "XK", "40000") "9000002\tAldora\tAld", "1\t90\n");
    assert_string_equal(list_fixture_problems(&fixture),
                        "names:2: 3 fields where GeoNames' places have 19\n"
                        "alternate:1: is no row of GeoNames' alternate names\n");
    list_fixture_end(&fixture);
    list_fixture_begin(&fixture);
    read(ROW("x", "Kalmor", "P", "PPLC", "XK", "40000"), "\n");
    assert_non_null(strstr(list_fixture_problems(&fixture), "names:1: geonameid or population"));
    list_fixture_end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_get_their_names_ids_and_weights),
        cmocka_unit_test(a_population_filter_spares_capitals_and_countries),
        cmocka_unit_test(classes_and_languages_are_chosen),
        cmocka_unit_test(a_row_that_is_cut_off_is_an_error_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

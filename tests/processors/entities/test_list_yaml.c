#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "processors/entities/list_yaml.h"
#include "tests/processors/entities/list_fixture.h"

static struct list_fixture fixture;

static void read(const char *text)
{
    list_fixture_begin(&fixture);
    list_read_yaml(&fixture.import, slice_of_text(text));
}

static void an_entry_has_names_by_language(void **state)
{
    (void)state;
    read("- type: organisation\n"
         "  name: Harbour Watch\n"
         "  ids: [desk:7, wd:Q999999999]\n"
         "  weight: 12\n"
         "  country: NO\n"
         "  names: {en: [Harbour Watch, HWX], no: Havnevakten}\n");
    assert_string_equal(list_fixture_problems(&fixture), "");
    assert_string_equal(list_fixture_look(&fixture, "HWX"),
                        "en organisation Harbour Watch desk:7 wd:Q999999999 12 NO");
    assert_string_equal(list_fixture_look(&fixture, "Havnevakten"),
                        "no organisation Harbour Watch desk:7 wd:Q999999999 12 NO");
    list_fixture_end(&fixture);
}

static void what_is_wrong_is_reported_with_its_line(void **state)
{
    (void)state;
    read("- type: place\n  name: A\n"
         "- type: town\n  name: B\n  names: {en: Bee}\n"
         "- type: place\n  names: {en: Cee}\n"
         "- type: place\n  name: D\n  colour: red\n  names: {en: Dee}\n"
         "- type: place\n  name: E\n  ids: [Q1]\n  names: {en: Eee}\n"
         "- type: place\n  name: F\n  names: {english: Eff}\n");
    const char *problems = list_fixture_problems(&fixture);

    assert_non_null(strstr(problems, "names:1: each entry is a mapping"));
    assert_non_null(strstr(problems, "names:3: type is person"));
    assert_non_null(strstr(problems, "names:6: name is missing"));
    assert_non_null(strstr(problems, "names:10: a key that is none of"));
    assert_non_null(strstr(problems, "names:14: an id is a prefix"));
    assert_non_null(strstr(problems, "names:18: names are by language"));
    assert_int_equal(fixture.import.errors, 6);
    list_fixture_end(&fixture);
}

static void broken_yaml_is_reported_with_its_line(void **state)
{
    (void)state;
    read("- type: place\n  name: [A\n");
    assert_int_equal(fixture.import.errors, 1);
    assert_int_equal(fixture.import.entities, 0);
    list_fixture_end(&fixture);
    read("type: place\n");
    assert_non_null(strstr(list_fixture_problems(&fixture), "is no list of entries"));
    list_fixture_end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_has_names_by_language),
        cmocka_unit_test(what_is_wrong_is_reported_with_its_line),
        cmocka_unit_test(broken_yaml_is_reported_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

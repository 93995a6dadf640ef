#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/entities/builtin.h"
#include "processors/entities/names.h"
#include "processors/entities/table.h"

static struct arena arena;
static struct locales locales;
static struct places places;

static int setup(void **state)
{
    (void)state;
    locales = locales_new(&arena);
    return places_load(&places) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    places_free(&places);
    arena_free(&arena);
    return 0;
}

/* Is text among a language's names of the place with this English name? */
static bool is_named(const char *language, const char *place, const char *text, bool forms)
{
    struct names names = {0};
    bool found = false;

    names_find(&places, &locales, language, &names);
    if (forms)
        names_add_forms(&places, language, &names);
    for (uint32_t i = 0; i < names.count; i++)
        found = found || (slice_is(places.items[names.items[i].place].name, place) &&
                          slice_is(names.items[i].text, text));
    names_free(&names);
    return found;
}

static void cldr_official_and_everyday_names_come_together(void **state)
{
    (void)state;
    assert_true(is_named("ru_Cyrl", "Russia", "Россия", false));
    assert_true(is_named("ru_Cyrl", "Russia", "Российская Федерация", false));
    assert_true(is_named("ru_Cyrl", "Russia", "РФ", false));
    assert_true(is_named("ru_Cyrl", "Moscow", "Москва", false));
    assert_true(is_named("ar_Arab", "Ankara", "أنقرة", false));
    assert_false(is_named("ru_Cyrl", "Russia", "Russia", false));
}

/* A misspelt place would be ignored without a word. */
static void every_everyday_name_has_a_place(void **state)
{
    struct slice rest = slice_of(builtin_names, builtin_names_size);
    struct table_row row;

    (void)state;
    while (table_next(&rest, &row)) {
        assert_true(row.fields[2].length > 0);
        assert_true(places_country(&places, row.fields[1]) < places.count ||
                    places_named(&places, row.fields[1]) < places.count);
    }
}

static void all_regions_of_a_language_have_a_say(void **state)
{
    (void)state;
    assert_true(is_named("pt_Latn", "Moscow", "Moscou", false));
    assert_true(is_named("pt_Latn", "Moscow", "Moscovo", false));
}

static void short_and_variant_names_are_names(void **state)
{
    (void)state;
    assert_true(is_named("en_Latn", "United Kingdom", "UK", false));
    assert_true(is_named("en_Latn", "Eswatini", "Swaziland", false));
}

static void chinese_names_come_in_the_articles_script(void **state)
{
    (void)state;
    assert_true(is_named("zh_Hant", "South Korea", "南韓", false));
    assert_true(is_named("zh_Hant", "South Korea", "韓國", false));
    assert_false(is_named("zh_Hant", "South Korea", "韩国", false));
}

static void forms_are_added_to_names(void **state)
{
    (void)state;
    assert_false(is_named("en_Latn", "Myanmar (Burma)", "Burma", false));
    assert_true(is_named("en_Latn", "Myanmar (Burma)", "Burma", true));
    assert_true(is_named("en_Latn", "St. Lucia", "Saint Lucia", true));
    assert_true(is_named("en_Latn", "United States", "U.S.", true));
    assert_true(is_named("th_Thai", "Thailand", "ประเทศไทย", true));
    assert_true(is_named("zh_Hans", "Shanghai", "上海市", true));
}

static void what_brackets_describe_is_no_name(void **state)
{
    (void)state;
    assert_false(is_named("en_Latn", "Congo - Kinshasa", "DRC)", true));
    assert_false(is_named("de_Latn", "Congo - Brazzaville", "Republik", true));
    assert_false(is_named("de_Latn", "Congo - Brazzaville", "Kongo", true));
    assert_false(is_named("ru_Cyrl", "Hong Kong SAR China", "САР", true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cldr_official_and_everyday_names_come_together),
        cmocka_unit_test(every_everyday_name_has_a_place),
        cmocka_unit_test(all_regions_of_a_language_have_a_say),
        cmocka_unit_test(short_and_variant_names_are_names),
        cmocka_unit_test(chinese_names_come_in_the_articles_script),
        cmocka_unit_test(forms_are_added_to_names),
        cmocka_unit_test(what_brackets_describe_is_no_name),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

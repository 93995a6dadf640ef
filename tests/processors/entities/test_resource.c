#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/entities/resource.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void texts_of_a_table_are_utf8(void **state)
{
    UResourceBundle *regions = resource_table(RESOURCE_REGIONS, "ar", "Countries");

    (void)state;
    assert_true(slice_is(resource_text(&arena, regions, "FR"), "فرنسا"));
    assert_true(slice_is_absent(resource_text(&arena, regions, "none")));
    ures_close(regions);
}

static void entries_have_keys(void **state)
{
    UResourceBundle *regions = resource_table(RESOURCE_REGIONS, "en", "Countries");
    const char *key;

    (void)state;
    struct slice text = resource_entry(&arena, regions, 0, &key);

    assert_true(slice_equal(text, resource_text(&arena, regions, key)));
    assert_true(slice_is_absent(resource_entry(&arena, regions, 100000, &key)));
    ures_close(regions);
}

static void cities_are_a_locales_own(void **state)
{
    UResourceBundle *arabic = resource_table(RESOURCE_ZONES, "ar", "zoneStrings");
    UResourceBundle *english = resource_table(RESOURCE_ZONES, "en", "zoneStrings");

    (void)state;
    assert_true(slice_is(resource_city(&arena, arabic, "Asia:Baku"), "باكو"));
    assert_true(slice_is_absent(resource_city(&arena, english, "Asia:Baku")));
    assert_true(slice_is_absent(resource_city(&arena, arabic, "Asia:None")));
    ures_close(arabic);
    ures_close(english);
}

static void what_a_locale_has_not_is_null(void **state)
{
    (void)state;
    assert_null(resource_table(RESOURCE_REGIONS, "xx_YY", "Countries"));
    assert_null(resource_table(RESOURCE_REGIONS, "en", "Nothing"));
    assert_null(resource_converter("No-Such"));
}

static void texts_are_converted(void **state)
{
    UTransliterator *converter = resource_converter("Hans-Hant");

    (void)state;
    assert_non_null(converter);
    assert_true(slice_is(resource_converted(&arena, converter, SLICE_LITERAL("韩国")), "韓國"));
    utrans_close(converter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(texts_of_a_table_are_utf8, free_arena),
        cmocka_unit_test_teardown(entries_have_keys, free_arena),
        cmocka_unit_test_teardown(cities_are_a_locales_own, free_arena),
        cmocka_unit_test_teardown(what_a_locale_has_not_is_null, free_arena),
        cmocka_unit_test_teardown(texts_are_converted, free_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

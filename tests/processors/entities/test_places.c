#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/entities/places.h"

static struct places places;

static int load(void **state)
{
    (void)state;
    return places_load(&places) ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    places_free(&places);
    return 0;
}

static const struct place *country(const char *code)
{
    uint32_t number = places_country(&places, slice_of_text(code));

    return number < places.count ? &places.items[number] : NULL;
}

static const struct place *named(const char *name)
{
    for (uint32_t i = 0; i < places.count; i++)
        if (slice_is(places.items[i].name, name))
            return &places.items[i];
    return NULL;
}

static void countries_have_iso_and_wikidata_ids(void **state)
{
    (void)state;
    assert_int_equal(country("FR")->id_count, 2);
    assert_true(slice_is(country("FR")->ids[0], "iso:FR"));
    assert_true(slice_is(country("FR")->ids[1], "wd:Q142"));
    assert_int_equal(country("FR")->weight, COUNTRY_WEIGHT);
}

static void regions_have_m49_ids(void **state)
{
    (void)state;
    assert_true(slice_is(country("150")->ids[0], "m49:150"));
    assert_int_equal(country("150")->id_count, 1);
    assert_int_equal(country("150")->weight, REGION_WEIGHT);
}

static void cities_have_no_id_since_no_source_states_one(void **state)
{
    (void)state;
    assert_int_equal(named("Baku")->id_count, 0);
    assert_int_equal(named("Baku")->weight, CAPITAL_WEIGHT);
    assert_string_equal(named("Baku")->key, "Asia:Baku");
}

static void capitals_that_are_no_time_zone_are_cities_too(void **state)
{
    (void)state;
    assert_null(named("Ankara")->key);
    assert_int_equal(named("Ankara")->weight, CAPITAL_WEIGHT);
}

static void unions_of_states_are_organisations(void **state)
{
    (void)state;
    assert_int_equal(country("EU")->type, ENTITY_ORGANISATION);
    assert_int_equal(country("UN")->type, ENTITY_ORGANISATION);
    assert_int_equal(country("FR")->type, ENTITY_PLACE);
}

static void leftovers_of_cldr_are_no_places(void **state)
{
    static const char *const codes[] = {"001", "EZ", "QO", "UM", "XA", "XB", "ZZ"};

    (void)state;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        assert_null(country(codes[i]));
    assert_null(named("Unknown City"));
    assert_null(named("Troll"));
}

static void zones_of_territories_are_not_cities(void **state)
{
    bool christmas = false;

    (void)state;
    assert_null(named("Christmas"));
    for (uint32_t i = 0; i < places.territory_zone_count; i++)
        if (slice_is(slice_of_text(places.territory_zones[i].key), "Indian:Christmas"))
            christmas =
                places.territory_zones[i].place == places_country(&places, SLICE_LITERAL("CX"));
    assert_true(christmas);
}

static void english_names_come_from_keys_where_cldr_has_none(void **state)
{
    (void)state;
    assert_true(slice_is(place_name_of_key(&places.arena, "America:Porto_Velho"), "Porto Velho"));
    assert_non_null(named("Porto Velho"));
    assert_non_null(named("Kyiv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(countries_have_iso_and_wikidata_ids),
        cmocka_unit_test(regions_have_m49_ids),
        cmocka_unit_test(cities_have_no_id_since_no_source_states_one),
        cmocka_unit_test(capitals_that_are_no_time_zone_are_cities_too),
        cmocka_unit_test(unions_of_states_are_organisations),
        cmocka_unit_test(leftovers_of_cldr_are_no_places),
        cmocka_unit_test(zones_of_territories_are_not_cities),
        cmocka_unit_test(english_names_come_from_keys_where_cldr_has_none),
    };

    return cmocka_run_group_tests(tests, load, unload);
}

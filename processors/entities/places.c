#include "processors/entities/places.h"

#include <stdio.h>
#include <stdlib.h>

#include <unicode/ucal.h>

#include "processors/entities/array.h"
#include "processors/entities/builtin.h"
#include "processors/entities/resource.h"
#include "processors/entities/table.h"

static bool is_region_code(const char *key)
{
    return key[0] >= '0' && key[0] <= '9';
}

/* The world, the euro zone, ICU's pseudo-locales and regions for leftovers are no places that an
 * article names. */
static bool is_no_place(const char *key)
{
    static const char *const left_out[] = {"001", "EZ", "QO", "UM", "XA", "XB", "ZZ"};

    for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
        if (strcmp(key, left_out[i]) == 0)
            return true;
    return false;
}

static bool is_organisation(const char *key)
{
    return strcmp(key, "EU") == 0 || strcmp(key, "UN") == 0;
}

static uint32_t place_add(struct places *places, const struct place *place)
{
    places->items =
        array_grown(places->items, places->count, &places->capacity, sizeof(*places->items));
    places->items[places->count] = *place;
    return places->count++;
}

static void add_country(struct places *places, const char *key, struct slice name)
{
    bool region = is_region_code(key);
    struct place place = {
        .type = is_organisation(key) ? ENTITY_ORGANISATION : ENTITY_PLACE,
        .weight = region ? REGION_WEIGHT : COUNTRY_WEIGHT,
        .key = key,
        .name = name,
        .id_count = 1,
    };

    place.ids[0] =
        slice_of_text(arena_format(&places->arena, "%s:%s", region ? "m49" : "iso", key));
    if (!region)
        snprintf(place.country, sizeof(place.country), "%.2s", key);
    place_add(places, &place);
}

static void add_countries(struct places *places, const UResourceBundle *names)
{
    int32_t count = ures_getSize(names);

    for (int32_t i = 0; i < count; i++) {
        const char *key;
        struct slice name = resource_entry(&places->arena, names, i, &key);

        if (!slice_is_absent(name) && !is_no_place(key))
            add_country(places, key, name);
    }
}

uint32_t places_country(const struct places *places, struct slice code)
{
    uint32_t i = 0;

    while (i < places->count &&
           (places->items[i].key == NULL || !slice_is(code, places->items[i].key)))
        i++;
    return i;
}

uint32_t places_named(const struct places *places, struct slice name)
{
    uint32_t i = 0;

    while (i < places->count && !slice_equal(places->items[i].name, name))
        i++;
    return i;
}

static void add_capital(struct places *places, struct slice name, struct slice country)
{
    uint32_t known = places_named(places, name);

    if (name.length == 0)
        return;
    if (known == places->count)
        known = place_add(places, &(struct place){.type = ENTITY_PLACE, .name = name});
    struct place *capital = &places->items[known];

    if (capital->weight >= CAPITAL_WEIGHT)
        return;
    capital->weight = CAPITAL_WEIGHT;
    snprintf(capital->country, sizeof(capital->country), "%.*s", SLICE_FORMAT(country));
}

static void add_country_facts(struct places *places)
{
    struct slice rest = slice_of(builtin_countries, builtin_countries_size);
    struct table_row row;

    while (table_next(&rest, &row)) {
        uint32_t country = places_country(places, row.fields[0]);

        if (country == places->count)
            continue;
        struct place *place = &places->items[country];

        if (row.fields[1].length > 0)
            place->ids[place->id_count++] =
                slice_of_text(arena_format(&places->arena, "wd:%.*s", SLICE_FORMAT(row.fields[1])));
        add_capital(places, row.fields[2], row.fields[0]);
    }
}

/* What config/gazetteers/zones.tsv says of a zone: "small", a country's code, or nothing. */
static struct slice zone_meaning(struct slice zone)
{
    struct slice rest = slice_of(builtin_zones, builtin_zones_size);
    struct table_row row;

    while (table_next(&rest, &row))
        if (slice_equal(row.fields[0], zone))
            return row.fields[1];
    return slice_of("", 0);
}

/* America/Porto_Velho as the resources have it: America:Porto_Velho. */
static char *zone_key(struct arena *arena, const char *zone)
{
    char *key = arena_copy_text(arena, zone);

    for (char *c = key; *c != '\0'; c++)
        if (*c == '/')
            *c = ':';
    return key;
}

struct slice place_name_of_key(struct arena *arena, const char *key)
{
    const char *last = strrchr(key, ':');
    char *name = arena_copy_text(arena, last != NULL ? last + 1 : key);

    for (char *c = name; *c != '\0'; c++)
        if (*c == '_')
            *c = ' ';
    return slice_of_text(name);
}

static struct slice english_city(struct arena *arena, UResourceBundle *const zones[2],
                                 const char *key)
{
    for (int i = 0; i < 2; i++) {
        struct slice city =
            zones[i] != NULL ? resource_city(arena, zones[i], key) : (struct slice){0};

        if (!slice_is_absent(city))
            return city;
    }
    return place_name_of_key(arena, key);
}

static void add_territory_zone(struct places *places, const char *key, struct slice code)
{
    uint32_t country = places_country(places, code);

    if (country == places->count)
        return;
    places->territory_zones =
        array_grown(places->territory_zones, places->territory_zone_count,
                    &places->territory_zone_capacity, sizeof(*places->territory_zones));
    places->territory_zones[places->territory_zone_count++] = (struct territory_zone){key, country};
}

static void add_zone(struct places *places, UResourceBundle *const zones[2], const char *zone)
{
    struct slice meaning = zone_meaning(slice_of_text(zone));
    const char *key = zone_key(&places->arena, zone);

    if (slice_is(meaning, "small"))
        return;
    if (meaning.length > 0) {
        add_territory_zone(places, key, meaning);
        return;
    }
    place_add(places, &(struct place){.type = ENTITY_PLACE,
                                      .weight = CITY_WEIGHT,
                                      .key = key,
                                      .name = english_city(&places->arena, zones, key)});
}

/* Returns false when ICU has no zones. */
static bool add_zones(struct places *places)
{
    UErrorCode error = U_ZERO_ERROR;
    UResourceBundle *zones[2] = {resource_table(RESOURCE_ZONES, "en", "zoneStrings"),
                                 resource_table(RESOURCE_ZONES, "root", "zoneStrings")};
    UEnumeration *all =
        ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, NULL, NULL, &error);

    for (const char *zone; (zone = uenum_next(all, NULL, &error)) != NULL && U_SUCCESS(error);)
        add_zone(places, zones, zone);
    uenum_close(all);
    ures_close(zones[0]);
    ures_close(zones[1]);
    return U_SUCCESS(error);
}

bool places_load(struct places *places)
{
    UResourceBundle *names = resource_table(RESOURCE_REGIONS, "en", "Countries");

    if (names == NULL)
        return false;
    add_countries(places, names);
    ures_close(names);
    if (!add_zones(places))
        return false;
    add_country_facts(places);
    return true;
}

void places_free(struct places *places)
{
    free(places->items);
    free(places->territory_zones);
    arena_free(&places->arena);
}

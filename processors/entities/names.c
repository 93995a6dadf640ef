#include "processors/entities/names.h"

#include <stdlib.h>

#include "processors/entities/array.h"
#include "processors/entities/builtin.h"
#include "processors/entities/resource.h"
#include "processors/entities/rules.h"
#include "processors/entities/table.h"

static const char *const country_tables[] = {"Countries", "Countries%short", "Countries%variant"};

void names_add(struct names *names, uint32_t place, struct slice text, bool variant)
{
    if (slice_is_absent(text) || text.length == 0)
        return;
    names->items = array_grown(names->items, names->count, &names->capacity, sizeof(*names->items));
    names->items[names->count++] = (struct found_name){place, text, variant};
}

static void find_country_names(const struct places *places, const char *locale, struct names *names)
{
    for (size_t i = 0; i < sizeof(country_tables) / sizeof(country_tables[0]); i++) {
        UResourceBundle *table = resource_table(RESOURCE_REGIONS, locale, country_tables[i]);

        if (table == NULL)
            continue;
        for (uint32_t place = 0; place < places->count; place++)
            if (places->items[place].weight >= REGION_WEIGHT)
                names_add(names, place,
                          resource_text(&names->arena, table, places->items[place].key), i == 2);
        ures_close(table);
    }
}

/* A zone that stands for a country may be named by what its identifier says ("Christmas"), which is
 * no name of the country. */
static void find_territory_names(const struct places *places, const UResourceBundle *zones,
                                 struct names *names)
{
    for (uint32_t i = 0; i < places->territory_zone_count; i++) {
        const struct territory_zone *zone = &places->territory_zones[i];
        struct slice name = resource_city(&names->arena, zones, zone->key);

        if (!slice_equal(name, place_name_of_key(&names->arena, zone->key)))
            names_add(names, zone->place, name, false);
    }
}

static void find_city_names(const struct places *places, const char *locale, struct names *names)
{
    UResourceBundle *zones = resource_table(RESOURCE_ZONES, locale, "zoneStrings");

    if (zones == NULL)
        return;
    find_territory_names(places, zones, names);
    for (uint32_t place = 0; place < places->count; place++)
        if (places->items[place].weight < REGION_WEIGHT && places->items[place].key != NULL)
            names_add(names, place, resource_city(&names->arena, zones, places->items[place].key),
                      false);
    ures_close(zones);
}

/* The columns of countries.tsv behind the capital. */
static size_t official_column(const char *language)
{
    static const char *const languages[] = {"ar_Arab", "en_Latn", "es_Latn",
                                            "fr_Latn", "ru_Cyrl", "zh_Hans"};

    for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
        if (strcmp(languages[i], language) == 0)
            return 3 + i;
    return 0;
}

static void find_official_names(const struct places *places, const char *language,
                                struct names *names)
{
    struct slice rest = slice_of(builtin_countries, builtin_countries_size);
    size_t column = official_column(language);
    struct table_row row;
    struct slice name;

    while (column != 0 && table_next(&rest, &row)) {
        uint32_t country = places_country(places, row.fields[0]);

        while (country < places->count && table_part(&row.fields[column], '|', &name))
            names_add(names, country, name, false);
    }
}

static void find_everyday_names(const struct places *places, const char *language,
                                struct names *names)
{
    struct slice rest = slice_of(builtin_names, builtin_names_size);
    struct table_row row;

    while (table_next(&rest, &row)) {
        if (!language_is(language, row.fields[0]))
            continue;
        uint32_t place = places_country(places, row.fields[1]);

        if (place == places->count)
            place = places_named(places, row.fields[1]);
        if (place < places->count)
            names_add(names, place, row.fields[2], false);
    }
}

/* Chinese names in the one script as the regions of the other say them, which also articles in
 * their own script do: the names from `from` on, converted. */
static void convert_script(struct names *names, uint32_t from, const char *conversion)
{
    UTransliterator *converter = resource_converter(conversion);

    if (converter == NULL)
        return;
    for (uint32_t i = from; i < names->count; i++)
        names->items[i].text = resource_converted(&names->arena, converter, names->items[i].text);
    utrans_close(converter);
}

static void find_names_of_language(const struct places *places, const struct locales *locales,
                                   const char *language, struct names *names)
{
    for (uint32_t i = 0; i < locales->count; i++) {
        if (strcmp(locales->items[i].language, language) != 0)
            continue;
        find_country_names(places, locales->items[i].id, names);
        find_city_names(places, locales->items[i].id, names);
    }
    find_official_names(places, language, names);
    find_everyday_names(places, language, names);
}

void names_find(const struct places *places, const struct locales *locales, const char *language,
                struct names *names)
{
    find_names_of_language(places, locales, language, names);
    uint32_t own = names->count;

    if (strcmp(language, "zh_Hant") == 0) {
        find_names_of_language(places, locales, "zh_Hans", names);
        convert_script(names, own, "Hans-Hant");
    } else if (strcmp(language, "zh_Hans") == 0) {
        find_names_of_language(places, locales, "zh_Hant", names);
        convert_script(names, own, "Hant-Hans");
    }
}

void names_free(struct names *names)
{
    free(names->items);
    arena_free(&names->arena);
}

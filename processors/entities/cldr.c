#include "processors/entities/cldr.h"

#include <stdio.h>
#include <stdlib.h>

#include <unicode/ucal.h>
#include <unicode/uloc.h>
#include <unicode/ures.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/arena.h"
#include "base/memory.h"
#include "processors/entities/builtin.h"
#include "processors/entities/rules.h"
#include "processors/entities/table.h"
#include "processors/entities/variants.h"

enum { CITY_WEIGHT = 10, REGION_WEIGHT = 20, COUNTRY_WEIGHT = 30, NAME_SIZE = 512, IDS = 2 };

static const char region_data[] = U_ICUDATA_NAME "-region";
static const char zone_data[] = U_ICUDATA_NAME "-zone";
static const char *const country_tables[] = {"Countries", "Countries%short", "Countries%variant"};
static const char undetermined[] = "und";
static const char english[] = "en_Latn";

/* A country, a region, or the city of a time zone. */
struct place {
    enum entity_type type;
    uint32_t weight;
    const char *key; /* in CLDR: AZ, 150, Asia:Baku; NULL for a capital that CLDR has not */
    struct slice name;
    struct slice ids[IDS];
    uint32_t id_count;
};

/* A time zone that is not a city of its own, but stands for a country. */
struct territory_zone {
    const char *key;
    uint32_t place;
};

struct locale {
    const char *id;
    char language[CLDR_LANGUAGE_SIZE];
};

struct cldr {
    struct arena arena;
    struct place *places;
    uint32_t place_count;
    uint32_t place_capacity;
    struct territory_zone *territory_zones;
    uint32_t territory_zone_count;
    uint32_t territory_zone_capacity;
    struct locale *locales;
    uint32_t locale_count;
};

/* A name on its way into the index. */
struct found_name {
    uint32_t place;
    struct slice text;
    bool variant; /* from a table of variants, whose brackets hold descriptions */
};

struct found_names {
    struct arena arena;
    struct found_name *names;
    uint32_t count;
    uint32_t capacity;
};

/* An array with room for one more element. */
static void *grown(void *array, uint32_t count, uint32_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity != 0 ? 2 * *capacity : 512;
    return memory_resize(array, *capacity * size);
}

/* ---- ICU's resources ---- */

static UResourceBundle *table_open(const char *package, const char *locale, const char *table)
{
    UErrorCode error = U_ZERO_ERROR;
    UResourceBundle *bundle = ures_openDirect(package, locale, &error);
    UResourceBundle *opened = ures_getByKey(bundle, table, NULL, &error);

    ures_close(bundle);
    if (U_SUCCESS(error))
        return opened;
    ures_close(opened);
    return NULL;
}

static struct slice utf8(struct arena *arena, const UChar *text, int32_t length)
{
    char bytes[NAME_SIZE];
    int32_t written = 0;
    UErrorCode error = U_ZERO_ERROR;

    u_strToUTF8(bytes, sizeof(bytes), &written, text, length, &error);
    if (U_FAILURE(error))
        return (struct slice){0};
    return arena_copy(arena, slice_of(bytes, (size_t)written));
}

static struct slice converted(struct arena *arena, const UTransliterator *converter,
                              struct slice text)
{
    UChar units[NAME_SIZE];
    int32_t length = 0;
    int32_t limit;
    UErrorCode error = U_ZERO_ERROR;

    u_strFromUTF8(units, NAME_SIZE, &length, text.data, (int32_t)text.length, &error);
    limit = length;
    utrans_transUChars(converter, units, &length, NAME_SIZE, 0, &limit, &error);
    return U_SUCCESS(error) ? utf8(arena, units, length) : text;
}

static struct slice table_text(struct arena *arena, const UResourceBundle *table, const char *key)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t length = 0;
    const UChar *text = ures_getStringByKey(table, key, &length, &error);

    return U_SUCCESS(error) ? utf8(arena, text, length) : (struct slice){0};
}

/* The exemplar city ("ec") of a zone; absent where the locale has none of its own. */
static struct slice zone_city(struct arena *arena, const UResourceBundle *zones, const char *key)
{
    UErrorCode error = U_ZERO_ERROR;
    UResourceBundle *zone = ures_getByKey(zones, key, NULL, &error);
    struct slice city = U_SUCCESS(error) ? table_text(arena, zone, "ec") : (struct slice){0};

    ures_close(zone);
    return city;
}

/* ---- Places ---- */

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

static uint32_t place_add(struct cldr *cldr, const struct place *place)
{
    cldr->places =
        grown(cldr->places, cldr->place_count, &cldr->place_capacity, sizeof(*cldr->places));
    cldr->places[cldr->place_count] = *place;
    return cldr->place_count++;
}

static void add_country(struct cldr *cldr, const char *key, struct slice name)
{
    bool region = is_region_code(key);
    struct place place = {
        .type = is_organisation(key) ? ENTITY_ORGANISATION : ENTITY_PLACE,
        .weight = region ? REGION_WEIGHT : COUNTRY_WEIGHT,
        .key = arena_copy_text(&cldr->arena, key),
        .name = name,
        .id_count = 1,
    };

    place.ids[0] = slice_of_text(arena_format(&cldr->arena, "%s:%s", region ? "m49" : "iso", key));
    place_add(cldr, &place);
}

static void add_countries(struct cldr *cldr, UResourceBundle *names)
{
    int32_t count = ures_getSize(names);

    for (int32_t i = 0; i < count; i++) {
        UErrorCode error = U_ZERO_ERROR;
        UResourceBundle *entry = ures_getByIndex(names, i, NULL, &error);
        int32_t length = 0;
        const UChar *text = ures_getString(entry, &length, &error);

        if (U_SUCCESS(error) && !is_no_place(ures_getKey(entry)))
            add_country(cldr, ures_getKey(entry), utf8(&cldr->arena, text, length));
        ures_close(entry);
    }
}

/* Returns the place's number, or place_count. */
static uint32_t country_of(const struct cldr *cldr, struct slice code)
{
    uint32_t i = 0;

    while (i < cldr->place_count &&
           (cldr->places[i].key == NULL || !slice_is(code, cldr->places[i].key)))
        i++;
    return i;
}

static bool is_place_name(const struct cldr *cldr, struct slice name)
{
    for (uint32_t i = 0; i < cldr->place_count; i++)
        if (slice_equal(cldr->places[i].name, name))
            return true;
    return false;
}

static void add_capital(struct cldr *cldr, struct slice name)
{
    if (name.length > 0 && !is_place_name(cldr, name))
        place_add(cldr, &(struct place){ENTITY_PLACE, CITY_WEIGHT, NULL, name, {{0}}, 0});
}

static void add_country_facts(struct cldr *cldr)
{
    struct slice rest = slice_of(builtin_countries, builtin_countries_size);
    struct table_row row;

    while (table_next(&rest, &row)) {
        uint32_t country = country_of(cldr, row.fields[0]);

        if (country == cldr->place_count)
            continue;
        struct place *place = &cldr->places[country];

        if (row.fields[1].length > 0)
            place->ids[place->id_count++] =
                slice_of_text(arena_format(&cldr->arena, "wd:%.*s", SLICE_FORMAT(row.fields[1])));
        add_capital(cldr, row.fields[2]);
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

/* The name that CLDR derives where a locale has none: Porto Velho. */
static struct slice name_from_key(struct arena *arena, const char *key)
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
        struct slice city = zones[i] != NULL ? zone_city(arena, zones[i], key) : (struct slice){0};

        if (!slice_is_absent(city))
            return city;
    }
    return name_from_key(arena, key);
}

static void add_territory_zone(struct cldr *cldr, const char *key, struct slice code)
{
    uint32_t country = country_of(cldr, code);

    if (country == cldr->place_count)
        return;
    cldr->territory_zones = grown(cldr->territory_zones, cldr->territory_zone_count,
                                  &cldr->territory_zone_capacity, sizeof(*cldr->territory_zones));
    cldr->territory_zones[cldr->territory_zone_count++] = (struct territory_zone){key, country};
}

static void add_zone(struct cldr *cldr, UResourceBundle *const zones[2], const char *zone)
{
    struct slice meaning = zone_meaning(slice_of_text(zone));
    const char *key = zone_key(&cldr->arena, zone);

    if (slice_is(meaning, "small"))
        return;
    if (meaning.length > 0) {
        add_territory_zone(cldr, key, meaning);
        return;
    }
    place_add(
        cldr,
        &(struct place){
            ENTITY_PLACE, CITY_WEIGHT, key, english_city(&cldr->arena, zones, key), {{0}}, 0});
}

/* Returns false when ICU has no zones. */
static bool add_zones(struct cldr *cldr)
{
    UErrorCode error = U_ZERO_ERROR;
    UResourceBundle *zones[2] = {table_open(zone_data, "en", "zoneStrings"),
                                 table_open(zone_data, "root", "zoneStrings")};
    UEnumeration *all =
        ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, NULL, NULL, &error);

    for (const char *zone; (zone = uenum_next(all, NULL, &error)) != NULL && U_SUCCESS(error);)
        add_zone(cldr, zones, zone);
    uenum_close(all);
    ures_close(zones[0]);
    ures_close(zones[1]);
    return U_SUCCESS(error);
}

/* ---- Locales ---- */

/* Language and script of a locale, filled up by ICU's likely subtags. */
static void language_of_locale(const char *locale, char ret_language[CLDR_LANGUAGE_SIZE])
{
    char full[ULOC_FULLNAME_CAPACITY];
    char language[ULOC_LANG_CAPACITY] = "";
    char script[ULOC_SCRIPT_CAPACITY] = "";
    UErrorCode error = U_ZERO_ERROR;

    uloc_getLanguage(locale, language, sizeof(language), &error);
    uloc_addLikelySubtags(locale, full, sizeof(full), &error);
    uloc_getScript(full, script, sizeof(script), &error);
    if (U_FAILURE(error) || language[0] == '\0' || script[0] == '\0')
        snprintf(ret_language, CLDR_LANGUAGE_SIZE, "%s", undetermined);
    else /* ICU keeps Bokmal's data under Norwegian */
        snprintf(ret_language, CLDR_LANGUAGE_SIZE, "%s_%s",
                 strcmp(language, "nb") == 0 ? "no" : language, script);
}

static void add_locales(struct cldr *cldr)
{
    int32_t count = uloc_countAvailable();

    cldr->locales = arena_allocate(&cldr->arena, (size_t)count * sizeof(*cldr->locales));
    for (int32_t i = 0; i < count; i++) {
        struct locale *locale = &cldr->locales[cldr->locale_count++];

        locale->id = uloc_getAvailable(i);
        language_of_locale(locale->id, locale->language);
    }
}

void cldr_language(const struct cldr *cldr, struct slice tag, char ret_language[CLDR_LANGUAGE_SIZE])
{
    char text[ULOC_FULLNAME_CAPACITY];
    char locale[ULOC_FULLNAME_CAPACITY];
    UErrorCode error = U_ZERO_ERROR;

    snprintf(text, sizeof(text), "%.*s", (int)(tag.length < 64 ? tag.length : 64),
             tag.length > 0 ? tag.data : undetermined);
    uloc_forLanguageTag(text, locale, sizeof(locale), NULL, &error);
    if (U_SUCCESS(error) && error != U_STRING_NOT_TERMINATED_WARNING) {
        language_of_locale(locale, ret_language);
        for (uint32_t i = 0; i < cldr->locale_count; i++)
            if (strcmp(cldr->locales[i].language, ret_language) == 0)
                return;
    }
    snprintf(ret_language, CLDR_LANGUAGE_SIZE, "%s", undetermined);
}

/* ---- Names of a language ---- */

static void name_found(struct found_names *found, uint32_t place, struct slice text, bool variant)
{
    if (slice_is_absent(text) || text.length == 0)
        return;
    found->names = grown(found->names, found->count, &found->capacity, sizeof(*found->names));
    found->names[found->count++] = (struct found_name){place, text, variant};
}

static void find_country_names(const struct cldr *cldr, const char *locale,
                               struct found_names *found)
{
    for (size_t i = 0; i < sizeof(country_tables) / sizeof(country_tables[0]); i++) {
        UResourceBundle *names = table_open(region_data, locale, country_tables[i]);

        if (names == NULL)
            continue;
        for (uint32_t place = 0; place < cldr->place_count; place++)
            if (cldr->places[place].weight >= REGION_WEIGHT)
                name_found(found, place, table_text(&found->arena, names, cldr->places[place].key),
                           i == 2);
        ures_close(names);
    }
}

/* A zone that stands for a country may be named by what its identifier says ("Christmas"), which is
 * no name of the country. */
static void find_territory_names(const struct cldr *cldr, const UResourceBundle *zones,
                                 struct found_names *found)
{
    for (uint32_t i = 0; i < cldr->territory_zone_count; i++) {
        const struct territory_zone *zone = &cldr->territory_zones[i];
        struct slice name = zone_city(&found->arena, zones, zone->key);

        if (!slice_equal(name, name_from_key(&found->arena, zone->key)))
            name_found(found, zone->place, name, false);
    }
}

static void find_city_names(const struct cldr *cldr, const char *locale, struct found_names *found)
{
    UResourceBundle *zones = table_open(zone_data, locale, "zoneStrings");

    if (zones == NULL)
        return;
    find_territory_names(cldr, zones, found);
    for (uint32_t place = 0; place < cldr->place_count; place++)
        if (cldr->places[place].weight == CITY_WEIGHT && cldr->places[place].key != NULL)
            name_found(found, place, zone_city(&found->arena, zones, cldr->places[place].key),
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

static void find_official_names(const struct cldr *cldr, const char *language,
                                struct found_names *found)
{
    struct slice rest = slice_of(builtin_countries, builtin_countries_size);
    size_t column = official_column(language);
    struct table_row row;
    struct slice name;

    while (column != 0 && table_next(&rest, &row)) {
        uint32_t country = country_of(cldr, row.fields[0]);

        while (country < cldr->place_count && table_part(&row.fields[column], '|', &name))
            name_found(found, country, name, false);
    }
}

static void find_everyday_names(const struct cldr *cldr, const char *language,
                                struct found_names *found)
{
    struct slice rest = slice_of(builtin_names, builtin_names_size);
    struct table_row row;

    while (table_next(&rest, &row)) {
        if (!language_is(language, row.fields[0]))
            continue;
        uint32_t country = country_of(cldr, row.fields[1]);

        if (country < cldr->place_count)
            name_found(found, country, row.fields[2], false);
    }
}

/* ---- Names derived from those ---- */

static bool begins_with(struct slice text, struct slice start)
{
    return text.length >= start.length && memcmp(text.data, start.data, start.length) == 0;
}

/* "Congo" of "Congo (DRC)" is no name where there is also a Congo-Brazzaville. */
static bool is_shared(const struct found_names *found, uint32_t count, uint32_t place,
                      struct slice name)
{
    for (uint32_t i = 0; i < count; i++)
        if (found->names[i].place != place && begins_with(found->names[i].text, name))
            return true;
    return false;
}

static bool is_one_word(struct slice text)
{
    return memchr(text.data, ' ', text.length) == NULL;
}

/* What stands in brackets is a second name ("Myanmar (Burma)") where both are single words, and a
 * description ("Hong Kong (SAR China)", "Congo (Republic)") elsewhere. */
static bool is_second_name(const struct found_name *name, const struct bracketed *parts)
{
    return !name->variant && is_one_word(parts->outside) && is_one_word(parts->inside) &&
           parts->inside.length >= 4;
}

static void find_bracketed(struct found_names *found, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct found_name name = found->names[i];
        struct bracketed parts;

        if (!variant_brackets(&found->arena, name.text, &parts) ||
            is_shared(found, count, name.place, parts.outside))
            continue;
        name_found(found, name.place, parts.outside, false);
        if (is_second_name(&name, &parts))
            name_found(found, name.place, parts.inside, false);
    }
}

static void find_spelled_out(const char *language, struct found_names *found, uint32_t count)
{
    struct slice rest = slice_of(builtin_abbreviations, builtin_abbreviations_size);
    struct table_row row;

    while (table_next(&rest, &row))
        for (uint32_t i = 0; language_is(language, row.fields[0]) && i < count; i++)
            name_found(found, found->names[i].place,
                       variant_spelled_out(&found->arena, found->names[i].text, row.fields[1],
                                           row.fields[2]),
                       false);
}

static void find_dotted(struct found_names *found, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        name_found(found, found->names[i].place,
                   variant_dotted(&found->arena, found->names[i].text), false);
}

static bool is_of_kind(const struct place *place, struct slice kind)
{
    return place->weight == (slice_is(kind, "city") ? CITY_WEIGHT : COUNTRY_WEIGHT);
}

/* Other forms of names by the language's patterns: {} stands for the name. */
static void find_forms(const struct cldr *cldr, const char *language, struct found_names *found,
                       uint32_t count)
{
    struct slice rest = slice_of(builtin_languages, builtin_languages_size);
    struct table_row row;

    while (table_next(&rest, &row)) {
        if (!slice_is(row.fields[1], "form") || !language_is(language, row.fields[0]))
            continue;
        for (uint32_t i = 0; i < count; i++)
            if (is_of_kind(&cldr->places[found->names[i].place], row.fields[2]))
                name_found(found, found->names[i].place,
                           variant_in_pattern(&found->arena, row.fields[3], found->names[i].text),
                           false);
    }
}

/* Chinese names in the one script as the regions of the other say them, which also articles in
 * their own script do: found's names from `from` on, converted. */
static void convert_script(struct found_names *found, uint32_t from, const char *conversion)
{
    UErrorCode error = U_ZERO_ERROR;
    UChar id[16];
    UTransliterator *converter;

    u_uastrncpy(id, conversion, 16);
    converter = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
    for (uint32_t i = from; U_SUCCESS(error) && i < found->count; i++)
        found->names[i].text = converted(&found->arena, converter, found->names[i].text);
    utrans_close(converter);
}

static void find_names_of_language(const struct cldr *cldr, const char *language,
                                   struct found_names *found)
{
    for (uint32_t i = 0; i < cldr->locale_count; i++) {
        if (strcmp(cldr->locales[i].language, language) != 0)
            continue;
        find_country_names(cldr, cldr->locales[i].id, found);
        find_city_names(cldr, cldr->locales[i].id, found);
    }
    find_official_names(cldr, language, found);
    find_everyday_names(cldr, language, found);
}

static void find_names_of_other_script(const struct cldr *cldr, const char *language,
                                       struct found_names *found)
{
    uint32_t own = found->count;

    if (strcmp(language, "zh_Hant") == 0) {
        find_names_of_language(cldr, "zh_Hans", found);
        convert_script(found, own, "Hans-Hant");
    } else if (strcmp(language, "zh_Hans") == 0) {
        find_names_of_language(cldr, "zh_Hant", found);
        convert_script(found, own, "Hant-Hans");
    }
}

static void find_names(const struct cldr *cldr, const char *language, struct found_names *found)
{
    find_names_of_language(cldr, language, found);
    find_names_of_other_script(cldr, language, found);
    uint32_t plain = found->count;

    find_bracketed(found, plain);
    find_spelled_out(language, found, plain);
    find_forms(cldr, language, found, plain);
    find_dotted(found, plain);
}

static void found_free(struct found_names *found)
{
    free(found->names);
    arena_free(&found->arena);
}

/* ---- Into the index ---- */

static uint32_t add_entities(const struct cldr *cldr, struct gazetteer_builder *builder)
{
    uint32_t first = 0;

    for (uint32_t i = 0; i < cldr->place_count; i++) {
        const struct place *place = &cldr->places[i];
        uint32_t entity = gazetteer_add_entity(
            builder, &(struct gazetteer_entity){place->type, place->weight, place->name, place->ids,
                                                place->id_count});

        first = i == 0 ? entity : first;
    }
    return first;
}

/* What ambiguous.tsv says of a name. Returns false where it must not be looked for. */
static bool guard_of(const char *language, struct slice name, enum gazetteer_guard *ret_guard)
{
    struct slice rest = slice_of(builtin_ambiguous, builtin_ambiguous_size);
    struct table_row row;

    *ret_guard = GUARD_NONE;
    while (table_next(&rest, &row)) {
        if (!language_is(language, row.fields[0]) || !slice_equal(row.fields[1], name))
            continue;
        *ret_guard = slice_is(row.fields[2], "middle") ? GUARD_MIDDLE : GUARD_PREPOSITION;
        return !slice_is(row.fields[2], "never");
    }
    return true;
}

/* A name of one language in articles of another: what is ambiguous in either is. */
static void add_name(struct gazetteer_builder *builder, const char *article_language,
                     const char *language, uint32_t entity, struct slice name)
{
    enum gazetteer_guard here;
    enum gazetteer_guard there;

    if (guard_of(article_language, name, &here) && guard_of(language, name, &there))
        gazetteer_add_name(builder, entity, name, here != GUARD_NONE ? here : there);
}

static void add_language(const struct cldr *cldr, const char *article_language,
                         const char *language, uint32_t first, struct gazetteer_builder *builder)
{
    struct found_names found = {.arena = {.block_size = 1 << 14}};

    find_names(cldr, language, &found);
    for (uint32_t i = 0; i < found.count; i++)
        add_name(builder, article_language, language, first + found.names[i].place,
                 found.names[i].text);
    found_free(&found);
}

static void add_english_cities(const struct cldr *cldr, const char *article_language,
                               uint32_t first, struct gazetteer_builder *builder)
{
    for (uint32_t i = 0; i < cldr->place_count; i++)
        if (cldr->places[i].weight == CITY_WEIGHT)
            add_name(builder, article_language, english, first + i, cldr->places[i].name);
}

void cldr_add_places(const struct cldr *cldr, const char *language,
                     struct gazetteer_builder *builder)
{
    uint32_t first = add_entities(cldr, builder);

    if (strcmp(language, undetermined) != 0)
        add_language(cldr, language, language, first, builder);
    if (strcmp(language, english) != 0)
        add_language(cldr, language, english, first, builder);
    add_english_cities(cldr, language, first, builder);
}

/* ---- Life ---- */

struct cldr *cldr_new(char *ret_error, size_t error_size)
{
    struct cldr *cldr = memory_zeroed(1, sizeof(*cldr));
    UResourceBundle *names = table_open(region_data, "en", country_tables[0]);

    if (names != NULL) {
        add_countries(cldr, names);
        ures_close(names);
        if (add_zones(cldr)) {
            add_country_facts(cldr);
            add_locales(cldr);
            return cldr;
        }
    }
    snprintf(ret_error, error_size,
             "ICU has no names of countries and time zones; install its full data (libicu)");
    cldr_free(cldr);
    return NULL;
}

void cldr_free(struct cldr *cldr)
{
    if (cldr == NULL)
        return;
    free(cldr->places);
    free(cldr->territory_zones);
    arena_free(&cldr->arena);
    free(cldr);
}

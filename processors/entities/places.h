/* The places that copydesk knows by itself: countries and M49 regions of CLDR, its time zones'
 * cities, the capitals of sovereign states. Which zones are no cities, ids and capitals come from
 * config/gazetteers/. Threads: constant once loaded. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_PLACES_H
#define COPYDESK_PROCESSORS_ENTITIES_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "article/results.h"
#include "base/arena.h"
#include "processors/entities/gazetteer.h"

enum place_weight {
    CITY_WEIGHT = NAME_WEIGHT_CITY,
    CAPITAL_WEIGHT = NAME_WEIGHT_CAPITAL,
    REGION_WEIGHT = NAME_WEIGHT_REGION,
    COUNTRY_WEIGHT = NAME_WEIGHT_COUNTRY
};

enum { PLACE_IDS = 2 };

struct place {
    enum entity_type type;
    enum place_weight weight;
    const char *key;   /* in CLDR: AZ, 150, Asia:Baku; NULL for a capital that CLDR has not */
    struct slice name; /* English */
    struct slice ids[PLACE_IDS];
    uint32_t id_count;
    char country[3]; /* ISO 3166-1 of what it is or is the capital of; "" elsewhere */
};

/* A time zone that stands for a whole country. */
struct territory_zone {
    const char *key;
    uint32_t place;
};

struct places {
    struct arena arena;
    struct place *items;
    uint32_t count;
    uint32_t capacity;
    struct territory_zone *territory_zones;
    uint32_t territory_zone_count;
    uint32_t territory_zone_capacity;
};

/* places: zeroed. Returns false where ICU's data is not there; places_free in any case. */
bool places_load(struct places *places);
void places_free(struct places *places);

/* The number of the country or region with CLDR's code; places->count where there is none. */
uint32_t places_country(const struct places *places, struct slice code);

/* The number of the place with this English name; places->count where there is none. */
uint32_t places_named(const struct places *places, struct slice name);

/* The name that CLDR derives from a zone's key where a locale has none: Porto Velho. */
struct slice place_name_of_key(struct arena *arena, const char *key);

#endif

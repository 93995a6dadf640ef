#include "processors/entities/cldr.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "processors/entities/guards.h"
#include "processors/entities/names.h"

struct cldr {
    struct arena arena;
    struct places places;
    struct locales locales;
};

/* Names of one language on their way into the gazetteer of another: what is ambiguous in either
 * is. */
struct addition {
    struct gazetteer_builder *builder;
    uint32_t first_entity;
    struct guards of_articles;
    struct guards of_names;
};

struct cldr *cldr_new(char *ret_error, size_t error_size)
{
    struct cldr *cldr = memory_zeroed(1, sizeof(*cldr));

    if (places_load(&cldr->places)) {
        cldr->locales = locales_new(&cldr->arena);
        return cldr;
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
    places_free(&cldr->places);
    arena_free(&cldr->arena);
    free(cldr);
}

const struct locales *cldr_locales(const struct cldr *cldr)
{
    return &cldr->locales;
}

static uint32_t add_entities(const struct places *places, struct gazetteer_builder *builder)
{
    uint32_t first = 0;

    for (uint32_t i = 0; i < places->count; i++) {
        const struct place *place = &places->items[i];
        struct gazetteer_entity added = {
            .kind = (uint8_t)place->type,
            .weight = place->weight,
            .name = place->name,
            .id_count = place->id_count,
        };

        memcpy(added.ids, place->ids, sizeof(place->ids));
        memcpy(added.country, place->country, sizeof(added.country));
        uint32_t entity = gazetteer_add_entity(builder, &added);

        first = i == 0 ? entity : first;
    }
    return first;
}

static void add_name(const struct addition *addition, uint32_t place, struct slice name)
{
    enum gazetteer_guard here;
    enum gazetteer_guard there;

    if (guards_allow(&addition->of_articles, name, &here) &&
        guards_allow(&addition->of_names, name, &there))
        gazetteer_add_name(addition->builder, addition->first_entity + place, name,
                           here != GUARD_NONE ? here : there);
}

static void add_names(const struct cldr *cldr, const struct addition *addition,
                      const char *language)
{
    struct names names = {.arena = {.block_size = 1 << 14}};

    names_find(&cldr->places, &cldr->locales, language, &names);
    names_add_forms(&cldr->places, language, &names);
    for (uint32_t i = 0; i < names.count; i++)
        add_name(addition, names.items[i].place, names.items[i].text);
    names_free(&names);
}

/* In English CLDR does not list cities whose name its identifier says. */
static void add_english_cities(const struct places *places, const struct addition *addition)
{
    for (uint32_t i = 0; i < places->count; i++)
        if (places->items[i].weight < REGION_WEIGHT)
            add_name(addition, i, places->items[i].name);
}

void cldr_add_places(const struct cldr *cldr, const char *language,
                     struct gazetteer_builder *builder)
{
    struct addition addition = {
        .builder = builder,
        .first_entity = add_entities(&cldr->places, builder),
        .of_articles = guards_new(language, false),
        .of_names = guards_new(LANGUAGE_ENGLISH, strcmp(language, LANGUAGE_ENGLISH) != 0),
    };
    struct addition own = addition;

    own.of_names = addition.of_articles;
    if (strcmp(language, LANGUAGE_UNKNOWN) != 0)
        add_names(cldr, &own, language);
    if (strcmp(language, LANGUAGE_ENGLISH) != 0)
        add_names(cldr, &addition, LANGUAGE_ENGLISH);
    add_english_cities(&cldr->places, &addition);
    guards_free(&addition.of_articles);
    guards_free(&addition.of_names);
}

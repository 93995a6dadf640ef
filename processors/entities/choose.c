/* Which entity a name means, where there are several of that name. docs/entities.md has the rules.
 */
#include "processors/entities/array.h"
#include "processors/entities/finding.h"

#include <stdlib.h>

#include "base/memory.h"

enum { COUNTRIES = 26 * 26, LIKE_WEIGHTS = 10 };

/* Where an article is set: the countries that it names. */
struct setting {
    bool has[COUNTRIES];
};

static int number_of(const char *country)
{
    int first = country[0] - 'A';
    int second = country[1] - 'A';

    return first < 0 || first > 25 || second < 0 || second > 25 ? -1 : 26 * first + second;
}

static const struct gazetteer *gazetteer_of(const struct finding *finding,
                                            const struct match *match)
{
    return finding->names->layers[match->layer].gazetteer;
}

static struct setting setting_of(const struct finding *finding)
{
    struct setting setting = {0};

    for (uint32_t i = 0; i < finding->match_count; i++) {
        const struct match *match = &finding->matches[i];

        if (match->layer == LAYER_NONE || match->type != ENTITY_PLACE)
            continue;
        const struct gazetteer *gazetteer = gazetteer_of(finding, match);
        struct gazetteer_standing standing =
            gazetteer_standing_of(gazetteer, gazetteer_row_of(gazetteer, match->row).entity);
        int country = number_of(standing.country);

        if (standing.weight >= NAME_WEIGHT_COUNTRY && country >= 0)
            setting.has[country] = true;
    }
    return setting;
}

static bool is_set_in(const struct setting *setting, const struct gazetteer_standing *standing)
{
    int country = number_of(standing->country);

    return country >= 0 && setting->has[country];
}

/* Rows of a name stand by falling weight: the first that may be meant has it, but that of two
 * cities of about the same size the one in a country that the article names has. */
static uint32_t chosen_row(const struct finding *finding, const struct setting *setting,
                           const struct match *match)
{
    const struct name_layer *layer = &finding->names->layers[match->layer];
    const struct gazetteer *gazetteer = layer->gazetteer;
    struct gazetteer_standing best =
        gazetteer_standing_of(gazetteer, gazetteer_row_of(gazetteer, match->row).entity);

    if (best.weight >= NAME_WEIGHT_CAPITAL || is_set_in(setting, &best))
        return match->row;
    for (uint32_t next = gazetteer_next_row(gazetteer, match->row); next != 0;
         next = gazetteer_next_row(gazetteer, next - 1)) {
        struct gazetteer_row row = gazetteer_row_of(gazetteer, next - 1);
        struct gazetteer_standing other = gazetteer_standing_of(gazetteer, row.entity);

        if (row.kind == match->type && name_layer_has(layer, &row) &&
            other.weight >= best.weight / LIKE_WEIGHTS && is_set_in(setting, &other))
            return next - 1;
    }
    return match->row;
}

/* ---- One number for one entity ---- */

struct numbering {
    uint32_t *slots; /* 1 + number in finding->entities; 0: free */
    uint32_t mask;
};

static uint64_t hash_of(const struct found_entity *entity)
{
    uint64_t value = entity->key + ((uint64_t)entity->layer << 32 | entity->entity);

    value ^= value >> 33;
    value *= 0xff51afd7ed558ccdULL;
    return value ^ (value >> 33);
}

static bool is_same(const struct found_entity *a, const struct found_entity *b)
{
    return a->type == b->type && a->layer == b->layer && a->entity == b->entity && a->key == b->key;
}

static uint32_t number_for(struct finding *finding, struct numbering *numbering,
                           const struct found_entity *entity)
{
    uint32_t at = (uint32_t)hash_of(entity) & numbering->mask;

    while (numbering->slots[at] != 0) {
        if (is_same(&finding->entities[numbering->slots[at] - 1], entity))
            return numbering->slots[at] - 1;
        at = (at + 1) & numbering->mask;
    }
    finding->entities = array_grown(finding->entities, finding->entity_count,
                                    &finding->entity_capacity, sizeof(*finding->entities));
    finding->entities[finding->entity_count] = *entity;
    numbering->slots[at] = ++finding->entity_count;
    return finding->entity_count - 1;
}

static struct found_entity entity_of(const struct finding *finding, const struct match *match)
{
    struct found_entity entity = {.type = match->type, .layer = match->layer};

    if (match->layer == LAYER_NONE)
        entity.key = match->key;
    else
        entity.entity = gazetteer_row_of(gazetteer_of(finding, match), match->row).entity;
    return entity;
}

/* In full where it is. */
static void take_name(struct finding *finding, const struct match *match)
{
    struct found_entity *entity = &finding->entities[match->entity];

    if (match->layer != LAYER_NONE ||
        (match->rule == RULE_REPEAT && !slice_is_absent(entity->name)))
        return;
    if (slice_is_absent(entity->name) || match->end_byte - match->start_byte > entity->name.length)
        entity->name = slice_of(finding->views[match->field]->value.data + match->start_byte,
                                match->end_byte - match->start_byte);
}

static struct numbering empty_numbering(struct finding *finding)
{
    uint32_t size = 16;

    while (size <= 2 * finding->match_count)
        size *= 2;
    if (size > finding->number_capacity) {
        finding->numbers = memory_resize(finding->numbers, size * sizeof(*finding->numbers));
        finding->number_capacity = size;
    }
    memset(finding->numbers, 0, size * sizeof(*finding->numbers));
    return (struct numbering){finding->numbers, size - 1};
}

void choose_entities(struct finding *finding)
{
    struct setting setting = setting_of(finding);
    struct numbering numbering = empty_numbering(finding);

    for (uint32_t i = 0; i < finding->match_count; i++) {
        struct match *match = &finding->matches[i];

        if (match->layer != LAYER_NONE && match->type == ENTITY_PLACE)
            match->row = chosen_row(finding, &setting, match);
        struct found_entity entity = entity_of(finding, match);

        match->entity = number_for(finding, &numbering, &entity);
        take_name(finding, match);
    }
}

#include "processors/entities/mentions.h"

/* Working state of one article. */
struct collection {
    struct entity *entities; /* in order of first mention */
    uint32_t entity_count;
    uint32_t *places; /* of a gazetteer's entity: 1 + its index in entities; 0: not mentioned */
    struct entity_mention *mentions;
};

/* Entities in order, and how many mentions each has. */
static void count_mentions(struct collection *collection, const struct gazetteer *gazetteer,
                           const struct match *matches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t number = matches[i].entity;

        if (collection->places[number] == 0) {
            const struct gazetteer_entity *known = gazetteer_entity_of(gazetteer, number);

            collection->entities[collection->entity_count] =
                (struct entity){known->type, known->name, known->ids, known->id_count, NULL, 0};
            collection->places[number] = ++collection->entity_count;
        }
        collection->entities[collection->places[number] - 1].mention_count++;
    }
}

/* Gives every entity its part of the mentions, empty for now. */
static void divide_mentions(struct collection *collection)
{
    struct entity_mention *next = collection->mentions;

    for (uint32_t i = 0; i < collection->entity_count; i++) {
        collection->entities[i].mentions = next;
        next += collection->entities[i].mention_count;
        collection->entities[i].mention_count = 0;
    }
}

static void write_mentions(struct collection *collection, const struct match *matches,
                           const struct field_matches *field)
{
    for (uint32_t i = 0; i < field->count; i++) {
        const struct match *match = &matches[i];
        struct entity *entity = &collection->entities[collection->places[match->entity] - 1];
        size_t at = (size_t)(entity->mentions - collection->mentions) + entity->mention_count++;

        collection->mentions[at] = (struct entity_mention){
            .field = field->field,
            .start = match->start,
            .end = match->end,
            .text = slice_of(field->value.data + match->start_byte,
                             match->end_byte - match->start_byte),
        };
    }
}

const struct entities_result *mentions_collect(const struct gazetteer *gazetteer,
                                               const struct match *matches,
                                               const struct field_matches *fields,
                                               uint32_t field_count, mentions_allocate *allocate,
                                               struct article *article)
{
    struct entities_result *result = allocate(article, sizeof(*result));
    struct collection collection = {0};
    size_t total = 0;

    for (uint32_t i = 0; i < field_count; i++)
        total += fields[i].count;
    if (total == 0)
        return result;
    collection.places =
        allocate(article, gazetteer_entity_count(gazetteer) * sizeof(*collection.places));
    collection.entities = allocate(article, total * sizeof(*collection.entities));
    collection.mentions = allocate(article, total * sizeof(*collection.mentions));
    count_mentions(&collection, gazetteer, matches, total);
    divide_mentions(&collection);
    for (uint32_t i = 0; i < field_count; matches += fields[i++].count)
        write_mentions(&collection, matches, &fields[i]);
    result->entities = collection.entities;
    result->entity_count = collection.entity_count;
    return result;
}

#include "processors/entities/mentions.h"

/* Where the results go. */
struct output {
    mentions_allocate *allocate;
    struct article *article;
};

static struct slice copied(const struct output *output, struct slice text)
{
    char *copy = output->allocate(output->article, text.length + 1);

    if (text.length > 0)
        memcpy(copy, text.data, text.length);
    return slice_of(copy, text.length);
}

static const struct slice *copied_ids(const struct output *output,
                                      const struct gazetteer_entity *known)
{
    struct slice *ids = output->allocate(output->article, (known->id_count + 1) * sizeof(*ids));

    for (uint32_t i = 0; i < known->id_count; i++)
        ids[i] = copied(output, known->ids[i]);
    return ids;
}

static void describe(const struct output *output, const struct found_names *found,
                     const struct found_entity *entity, struct entity *ret_entity)
{
    ret_entity->type = (enum entity_type)entity->type;
    if (entity->layer == LAYER_NONE) {
        ret_entity->name = entity->name;
        return;
    }
    struct gazetteer_entity known =
        gazetteer_entity_of(found->names->layers[entity->layer].gazetteer, entity->entity);

    ret_entity->name = copied(output, known.name);
    ret_entity->ids = copied_ids(output, &known);
    ret_entity->id_count = known.id_count;
}

/* Gives every entity its part of the mentions, empty for now. */
static void divide_mentions(const struct found_names *found, struct entity *entities,
                            struct entity_mention *mentions)
{
    for (uint32_t i = 0; i < found->match_count; i++)
        entities[found->matches[i].entity].mention_count++;
    for (uint32_t i = 0; i < found->entity_count; i++) {
        entities[i].mentions = mentions;
        mentions += entities[i].mention_count;
        entities[i].mention_count = 0;
    }
}

/* How far the text has been counted in UTF-16 units; matches of a field stand in its order, so that
 * only one inside of another takes it back. */
struct counted {
    uint32_t byte;
    uint32_t units;
};

/* Of the code point that begins with this byte; none where none does. One beyond the first 65,536
 * has four bytes and two units. */
static uint32_t units_at(struct slice value, uint32_t byte)
{
    unsigned char c = (unsigned char)value.data[byte];

    return (c & 0xC0) != 0x80 ? (c >= 0xF0 ? 2 : 1) : 0;
}

static uint32_t units_to(struct counted *counted, struct slice value, uint32_t byte)
{
    while (counted->byte < byte)
        counted->units += units_at(value, counted->byte++);
    while (counted->byte > byte)
        counted->units -= units_at(value, --counted->byte);
    return counted->units;
}

static void set_positions(struct entity_mention *mention, const struct match *match,
                          enum offset_unit unit, struct slice value, struct counted *counted)
{
    switch (unit) {
    case OFFSET_CODE_POINTS:
        mention->start = match->start;
        mention->end = match->end;
        break;
    case OFFSET_UTF16:
        mention->start = units_to(counted, value, match->start_byte);
        mention->end = units_to(counted, value, match->end_byte);
        break;
    case OFFSET_BYTES:
        mention->start = match->start_byte;
        mention->end = match->end_byte;
        break;
    }
}

static void write_mention(const struct found_names *found, const struct match *match,
                          struct entity *entity, struct entity_mention *mentions,
                          struct counted *counted)
{
    const struct matched_field *field = &found->fields[match->field];
    size_t at = (size_t)(entity->mentions - mentions) + entity->mention_count++;

    mentions[at] = (struct entity_mention){
        .field = field->field,
        .text =
            slice_of(field->value.data + match->start_byte, match->end_byte - match->start_byte),
    };
    set_positions(&mentions[at], match, found->unit, field->value, counted);
}

const struct entities_result *mentions_collect(const struct found_names *found,
                                               mentions_allocate *allocate, struct article *article)
{
    const struct output output = {allocate, article};
    struct entities_result *result = allocate(article, sizeof(*result));

    if (found->match_count == 0)
        return result;
    struct entity *entities = allocate(article, found->entity_count * sizeof(*entities));
    struct entity_mention *mentions = allocate(article, found->match_count * sizeof(*mentions));

    for (uint32_t i = 0; i < found->entity_count; i++)
        describe(&output, found, &found->entities[i], &entities[i]);
    divide_mentions(found, entities, mentions);
    struct counted counted[MATCHER_FIELDS] = {{0}};

    for (uint32_t i = 0; i < found->match_count; i++)
        write_mention(found, &found->matches[i], &entities[found->matches[i].entity], mentions,
                      &counted[found->matches[i].field]);
    result->entities = entities;
    result->entity_count = found->entity_count;
    return result;
}

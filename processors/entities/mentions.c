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

static void write_mention(const struct found_names *found, const struct match *match,
                          struct entity *entity, struct entity_mention *mentions)
{
    const struct matched_field *field = &found->fields[match->field];
    size_t at = (size_t)(entity->mentions - mentions) + entity->mention_count++;

    mentions[at] = (struct entity_mention){
        .field = field->field,
        .start = match->start,
        .end = match->end,
        .text =
            slice_of(field->value.data + match->start_byte, match->end_byte - match->start_byte),
    };
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
    for (uint32_t i = 0; i < found->match_count; i++)
        write_mention(found, &found->matches[i], &entities[found->matches[i].entity], mentions);
    result->entities = entities;
    result->entity_count = found->entity_count;
    return result;
}

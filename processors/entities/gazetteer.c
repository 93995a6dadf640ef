#include "processors/entities/gazetteer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"
#include "processors/entities/gazetteer_layout.h"

struct gazetteer *gazetteer_over(void *bytes, bool mapped)
{
    struct gazetteer *gazetteer = memory_zeroed(1, sizeof(*gazetteer));
    const struct gazetteer_header *header = bytes;
    const char *start = bytes;
    const uint64_t *at = header->sections;

    gazetteer->header = header;
    gazetteer->languages = start + at[SECTION_LANGUAGES];
    gazetteer->states = (struct gazetteer_states){
        .small = {(const void *)(start + at[SECTION_SMALL]), (1ULL << header->small_bits) - 1},
        .other = {(const void *)(start + at[SECTION_OTHER]), (1ULL << header->other_bits) - 1},
    };
    gazetteer->directory = (const void *)(start + at[SECTION_DIRECTORY]);
    gazetteer->rows = (const void *)(start + at[SECTION_ROWS]);
    gazetteer->entities = (const void *)(start + at[SECTION_ENTITIES]);
    gazetteer->texts = (const void *)(start + at[SECTION_TEXTS]);
    gazetteer->directory_shift = 64 - header->directory_bits;
    gazetteer->bytes = bytes;
    gazetteer->mapped = mapped;
    return gazetteer;
}

void gazetteer_free(struct gazetteer *gazetteer)
{
    if (gazetteer == NULL)
        return;
    if (gazetteer->mapped)
        munmap(gazetteer->bytes, gazetteer->header->size);
    else
        free(gazetteer->bytes);
    free(gazetteer);
}

/* ---- Looking up ---- */

struct gazetteer_states gazetteer_states_of(const struct gazetteer *gazetteer)
{
    return gazetteer->states;
}

uint32_t gazetteer_rows_in(const struct gazetteer *gazetteer, uint64_t state)
{
    uint64_t part = state >> gazetteer->directory_shift;
    uint32_t row = gazetteer->directory[part];
    uint32_t end = gazetteer->directory[part + 1];

    while (row < end && gazetteer->rows[row].state < state)
        row++;
    return row < end && gazetteer->rows[row].state == state ? row + 1 : 0;
}

uint32_t gazetteer_find(const struct gazetteer *gazetteer, const struct text_view *view)
{
    uint64_t state = GAZETTEER_ROOT;

    for (uint32_t i = 0; i < view->token_count; i++)
        state = gazetteer_state(state, view->tokens[i].hash, (enum token_gap)view->tokens[i].gap);
    return view->token_count > 0 ? gazetteer_rows_in(gazetteer, state) : 0;
}

struct gazetteer_row gazetteer_row_of(const struct gazetteer *gazetteer, uint32_t row)
{
    const struct packed_row *packed = &gazetteer->rows[row];

    return (struct gazetteer_row){
        .entity = packed->entity,
        .language = packed->language,
        .kind = (uint8_t)(packed->bits >> ROW_KIND_SHIFT),
        .guard = (uint8_t)(packed->bits >> ROW_GUARD_SHIFT & ROW_GUARD),
        .acronym = (packed->bits & ROW_ACRONYM) != 0,
        .upper = (uint8_t)(packed->bits & ROW_UPPER),
    };
}

uint32_t gazetteer_next_row(const struct gazetteer *gazetteer, uint32_t row)
{
    bool same = row + 1 < gazetteer->header->rows &&
                gazetteer->rows[row + 1].state == gazetteer->rows[row].state;

    return same ? row + 2 : 0;
}

uint32_t gazetteer_live_row(const struct gazetteer *gazetteer, uint32_t row, const uint8_t *live)
{
    while (row != 0 && live != NULL && live[gazetteer->rows[row - 1].language] == 0)
        row = gazetteer_next_row(gazetteer, row - 1);
    return row;
}

static const unsigned char *read_text(const unsigned char *at, size_t length, struct slice *ret)
{
    *ret = slice_of((const char *)at, length);
    return at + length;
}

struct gazetteer_entity gazetteer_entity_of(const struct gazetteer *gazetteer, uint32_t number)
{
    const struct packed_entity *packed = &gazetteer->entities[number];
    const unsigned char *at = gazetteer->texts + packed->text;
    struct gazetteer_entity entity = {
        .kind = packed->kind,
        .weight = packed->weight,
        .line = packed->line,
        .country = {packed->country[0], packed->country[1], '\0'},
    };

    at = read_text(at + 2, (size_t)(at[0] | at[1] << 8), &entity.name);
    entity.id_count = *at++;
    for (uint32_t i = 0; i < entity.id_count; i++)
        at = read_text(at + 1, at[0], &entity.ids[i]);
    return entity;
}

struct gazetteer_standing gazetteer_standing_of(const struct gazetteer *gazetteer, uint32_t entity)
{
    const struct packed_entity *packed = &gazetteer->entities[entity];

    return (struct gazetteer_standing){packed->weight, {packed->country[0], packed->country[1]}};
}

const char *gazetteer_language(const struct gazetteer *gazetteer, uint32_t language)
{
    return gazetteer->languages + (size_t)language * LANGUAGE_BYTES;
}

uint32_t gazetteer_language_count(const struct gazetteer *gazetteer)
{
    return gazetteer->header->languages;
}

uint32_t gazetteer_entity_count(const struct gazetteer *gazetteer)
{
    return gazetteer->header->entities;
}

uint32_t gazetteer_row_count(const struct gazetteer *gazetteer)
{
    return gazetteer->header->rows;
}

uint32_t gazetteer_name_count(const struct gazetteer *gazetteer)
{
    return gazetteer->header->names;
}

size_t gazetteer_bytes(const struct gazetteer *gazetteer)
{
    return gazetteer->header->size;
}

const char *gazetteer_as_of(const struct gazetteer *gazetteer)
{
    return gazetteer->header->as_of;
}

uint64_t gazetteer_checksum(const struct gazetteer *gazetteer)
{
    return gazetteer->header->checksum;
}

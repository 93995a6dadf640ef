#include "processors/entities/gazetteer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"
#include "processors/entities/gazetteer_layout.h"

enum { GAP_CLASSES = 3 };

/* Words of one name may stand apart by a space, a hyphen or nothing alike; a comma or the stop of
 * "St. Lucia" only where the name has it too. */
unsigned gazetteer_gap_class(enum token_gap gap)
{
    switch (gap) {
    case GAP_NONE:
    case GAP_SPACE:
    case GAP_JOINER:
        return 0;
    case GAP_PUNCTUATION:
        return 1;
    case GAP_SENTENCE:
        return 2;
    }
    return 2;
}

/* The finalizer of MurmurHash3 (Appleby, public domain): every bit of the state reaches every bit
 * of the next. */
static uint64_t mixed(uint64_t value)
{
    value ^= value >> 33;
    value *= 0xff51afd7ed558ccdULL;
    value ^= value >> 33;
    value *= 0xc4ceb9fe1a85ec53ULL;
    return value ^ (value >> 33);
}

uint64_t gazetteer_state(uint64_t state, uint64_t word, enum token_gap gap)
{
    unsigned class = state == GAZETTEER_ROOT ? 0 : gazetteer_gap_class(gap);
    uint64_t next = mixed(word + 0x9e3779b97f4a7c15ULL * (state * GAP_CLASSES + class));

    return next != GAZETTEER_ROOT ? next : 1;
}

struct gazetteer *gazetteer_over(void *bytes, bool mapped)
{
    struct gazetteer *gazetteer = memory_zeroed(1, sizeof(*gazetteer));
    const struct gazetteer_header *header = bytes;
    const char *start = bytes;
    const uint64_t *at = header->sections;

    gazetteer->header = header;
    gazetteer->languages = start + at[SECTION_LANGUAGES];
    gazetteer->begins = (const void *)(start + at[SECTION_BEGINS]);
    gazetteer->onwards = (const void *)(start + at[SECTION_ONWARDS]);
    gazetteer->directory = (const void *)(start + at[SECTION_DIRECTORY]);
    gazetteer->rows = (const void *)(start + at[SECTION_ROWS]);
    gazetteer->entities = (const void *)(start + at[SECTION_ENTITIES]);
    gazetteer->texts = (const void *)(start + at[SECTION_TEXTS]);
    gazetteer->begin_mask = (1ULL << header->begin_bits) - 1;
    gazetteer->onward_mask = (1ULL << header->onward_bits) - 1;
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

static bool has_bit(const uint64_t *bits, uint64_t at)
{
    return (bits[at / 64] >> (at % 64) & 1) != 0;
}

bool gazetteer_may_begin(const struct gazetteer *gazetteer, uint64_t word)
{
    return has_bit(gazetteer->begins, word & gazetteer->begin_mask);
}

/* 1 + the first row of this state, 0 where there is none. */
static uint32_t first_row(const struct gazetteer *gazetteer, uint64_t state)
{
    uint64_t part = state >> gazetteer->directory_shift;
    uint32_t row = gazetteer->directory[part];
    uint32_t end = gazetteer->directory[part + 1];

    while (row < end && gazetteer->rows[row].state < state)
        row++;
    return row < end && gazetteer->rows[row].state == state ? row + 1 : 0;
}

bool gazetteer_walk(const struct gazetteer *gazetteer, uint64_t state, uint64_t word,
                    enum token_gap gap, struct gazetteer_step *ret_step)
{
    uint64_t next = gazetteer_state(state, word, gap);
    bool onward = has_bit(gazetteer->onwards, next & gazetteer->onward_mask);
    uint32_t row = first_row(gazetteer, next);

    *ret_step = (struct gazetteer_step){.state = onward ? next : GAZETTEER_ROOT, .row = row};
    return onward || row != 0;
}

struct gazetteer_row gazetteer_row_of(const struct gazetteer *gazetteer, uint32_t row)
{
    const struct packed_row *packed = &gazetteer->rows[row];

    return (struct gazetteer_row){
        .entity = packed->entity,
        .language = packed->language,
        .guard = (uint8_t)(packed->bits >> ROW_GUARD_SHIFT),
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

enum name_kind gazetteer_kind_of(const struct gazetteer *gazetteer, uint32_t entity)
{
    return (enum name_kind)gazetteer->entities[entity].kind;
}

uint32_t gazetteer_weight_of(const struct gazetteer *gazetteer, uint32_t entity)
{
    return gazetteer->entities[entity].weight;
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

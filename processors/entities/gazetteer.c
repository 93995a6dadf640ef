#include "processors/entities/gazetteer.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "processors/entities/array.h"

enum {
    FIRST_WORD_BITS = 1 << 15, /* 4 KiB: stays in the first-level cache */
    FIRST_SLOTS = 1 << 10,
    GAP_CLASSES = 3,
};

struct slot {
    uint64_t key; /* 0: free */
    uint32_t state;
    uint32_t row;
};

struct gazetteer {
    struct arena arena;
    struct gazetteer_entity *entities;
    uint32_t entity_count;
    uint32_t entity_capacity;
    struct gazetteer_row *rows;
    uint32_t row_count;
    uint32_t row_capacity;
    struct slot *slots;
    uint32_t slot_count; /* a power of two */
    uint32_t used;
    uint32_t states; /* handed out so far; the root is 0 */
    uint64_t first_words[FIRST_WORD_BITS / 64];
};

struct gazetteer_builder {
    struct gazetteer *gazetteer;
    struct text_view_builder *views;
};

/* A name as the index needs it. */
struct name {
    uint64_t words[GAZETTEER_NAME_TOKENS];
    uint8_t gaps[GAZETTEER_NAME_TOKENS];
    uint32_t count;
    uint64_t upper;
    bool acronym;
    enum gazetteer_guard guard;
};

/* ---- The table ---- */

/* Words of one name may stand apart by a space, a hyphen or nothing alike; a comma or the stop of
 * "St. Lucia" only where the name has it too. */
static unsigned gap_class(enum token_gap gap)
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
 * of the place. */
static uint64_t mixed(uint64_t value)
{
    value ^= value >> 33;
    value *= 0xff51afd7ed558ccdULL;
    value ^= value >> 33;
    value *= 0xc4ceb9fe1a85ec53ULL;
    return value ^ (value >> 33);
}

static uint64_t key_of(uint32_t state, uint64_t word, unsigned class)
{
    uint64_t key = mixed(word + 0x9e3779b97f4a7c15ULL * ((uint64_t)state * GAP_CLASSES + class));

    return key != 0 ? key : 1;
}

/* The slot of key, or the free one where it belongs. */
static struct slot *slot_of(const struct gazetteer *gazetteer, uint64_t key)
{
    uint32_t mask = gazetteer->slot_count - 1;
    uint32_t at = (uint32_t)key & mask;

    while (gazetteer->slots[at].key != key && gazetteer->slots[at].key != 0)
        at = (at + 1) & mask;
    return &gazetteer->slots[at];
}

static void grow_slots(struct gazetteer *gazetteer)
{
    struct slot *old = gazetteer->slots;
    uint32_t old_count = gazetteer->slot_count;

    gazetteer->slot_count = old_count != 0 ? 2 * old_count : FIRST_SLOTS;
    gazetteer->slots = memory_zeroed(gazetteer->slot_count, sizeof(struct slot));
    for (uint32_t i = 0; i < old_count; i++)
        if (old[i].key != 0)
            *slot_of(gazetteer, old[i].key) = old[i];
    free(old);
}

static struct slot *slot_for(struct gazetteer *gazetteer, uint64_t key)
{
    if (2 * gazetteer->used >= gazetteer->slot_count)
        grow_slots(gazetteer);
    struct slot *slot = slot_of(gazetteer, key);

    if (slot->key == 0) {
        slot->key = key;
        gazetteer->used++;
    }
    return slot;
}

/* ---- Names ---- */

static bool has_case(const struct text_view *view, const struct text_token *token)
{
    uint32_t first = view->points[token->first];

    /* Folded letters of scripts with case are lower case: Latin, Greek, Cyrillic, Armenian and the
     * like; caseless scripts begin with Hebrew. */
    return token->kind == TOKEN_WORD && first < 0x590;
}

static bool is_acronym(const struct text_view *view)
{
    for (uint32_t i = 0; i < view->token_count; i++)
        if ((view->tokens[i].flags & TOKEN_UPPER_ALL) == 0)
            return false;
    return true;
}

/* A Hangul syllable holds two or three letters. */
static bool is_hangul(uint32_t point)
{
    return point >= 0xac00 && point <= 0xd7a3;
}

static bool word_is_usable(const struct text_view *view, bool acronym)
{
    const struct text_token *token = &view->tokens[0];

    if (token->kind != TOKEN_WORD || token->length < 2)
        return false;
    if (is_hangul(view->points[token->first]) || acronym)
        return true;
    if (token->length < 3)
        return false;
    return !has_case(view, token) || (token->flags & TOKEN_UPPER_FIRST) != 0;
}

static bool has_letters(const struct text_view *view)
{
    for (uint32_t i = 0; i < view->token_count; i++)
        if (view->tokens[i].kind != TOKEN_NUMBER)
            return true;
    return false;
}

static bool name_is_usable(const struct text_view *view, bool acronym)
{
    if (view->token_count == 0 || view->token_count > GAZETTEER_NAME_TOKENS || !has_letters(view))
        return false;
    return view->token_count > 1 || word_is_usable(view, acronym);
}

static bool read_name(struct gazetteer_builder *builder, struct slice text, struct name *ret_name)
{
    struct text_view view;

    text_view_build(builder->views, text, &view);
    bool acronym = is_acronym(&view);

    if (!name_is_usable(&view, acronym))
        return false;
    *ret_name = (struct name){.count = view.token_count, .acronym = acronym};
    for (uint32_t i = 0; i < view.token_count; i++) {
        ret_name->words[i] = view.tokens[i].hash;
        ret_name->gaps[i] = (uint8_t)(i == 0 ? 0 : gap_class(view.tokens[i].gap));
        if ((view.tokens[i].flags & TOKEN_UPPER_FIRST) != 0)
            ret_name->upper |= 1ULL << i;
    }
    return true;
}

static bool is_written_with_stops(const struct name *name)
{
    for (uint32_t i = 0; i < name->count; i++)
        if (name->gaps[i] != 0)
            return true;
    return false;
}

static uint32_t row_new(struct gazetteer *gazetteer)
{
    gazetteer->rows = array_grown(gazetteer->rows, gazetteer->row_count, &gazetteer->row_capacity,
                                  sizeof(*gazetteer->rows));
    return ++gazetteer->row_count;
}

static bool is_lighter(const struct gazetteer *gazetteer, uint32_t entity, uint32_t other)
{
    return gazetteer->entities[entity].weight < gazetteer->entities[other].weight;
}

static void end_name(struct gazetteer *gazetteer, struct slot *slot, const struct name *name,
                     uint32_t entity)
{
    struct gazetteer_row row = {entity, name->guard, name->acronym, name->upper};

    if (slot->row == 0)
        slot->row = row_new(gazetteer);
    else if (!is_lighter(gazetteer, gazetteer->rows[slot->row - 1].entity, entity))
        return;
    gazetteer->rows[slot->row - 1] = row;
}

static void mark_first_word(struct gazetteer *gazetteer, uint64_t word)
{
    uint64_t bit = word % FIRST_WORD_BITS;

    gazetteer->first_words[bit / 64] |= 1ULL << (bit % 64);
}

static void insert_name(struct gazetteer *gazetteer, const struct name *name, uint32_t entity)
{
    uint32_t state = GAZETTEER_ROOT;
    struct slot *slot = NULL;

    mark_first_word(gazetteer, name->words[0]);
    for (uint32_t i = 0; i < name->count; i++) {
        slot = slot_for(gazetteer, key_of(state, name->words[i], name->gaps[i]));
        if (slot->state == 0 && i + 1 < name->count)
            slot->state = ++gazetteer->states;
        state = slot->state;
    }
    if (slot != NULL)
        end_name(gazetteer, slot, name, entity);
}

/* ---- The builder ---- */

struct gazetteer_builder *gazetteer_builder_new(void)
{
    struct gazetteer_builder *builder = memory_zeroed(1, sizeof(*builder));

    builder->gazetteer = memory_zeroed(1, sizeof(*builder->gazetteer));
    builder->views = text_view_builder_new();
    grow_slots(builder->gazetteer);
    return builder;
}

static const struct slice *copied_ids(struct arena *arena, const struct slice *ids, uint32_t count)
{
    struct slice *copies = arena_allocate(arena, count * sizeof(*copies));

    for (uint32_t i = 0; i < count; i++)
        copies[i] = arena_copy(arena, ids[i]);
    return copies;
}

uint32_t gazetteer_add_entity(struct gazetteer_builder *builder,
                              const struct gazetteer_entity *entity)
{
    struct gazetteer *gazetteer = builder->gazetteer;

    gazetteer->entities = array_grown(gazetteer->entities, gazetteer->entity_count,
                                      &gazetteer->entity_capacity, sizeof(*gazetteer->entities));
    struct gazetteer_entity *added = &gazetteer->entities[gazetteer->entity_count];

    *added = *entity;
    added->name = arena_copy(&gazetteer->arena, entity->name);
    added->ids = copied_ids(&gazetteer->arena, entity->ids, entity->id_count);
    return gazetteer->entity_count++;
}

bool gazetteer_add_name(struct gazetteer_builder *builder, uint32_t entity, struct slice text,
                        enum gazetteer_guard guard)
{
    struct name name;

    if (!read_name(builder, text, &name))
        return false;
    name.guard = guard;
    insert_name(builder->gazetteer, &name, entity);
    if (is_written_with_stops(&name)) {
        memset(name.gaps, 0, sizeof(name.gaps));
        insert_name(builder->gazetteer, &name, entity);
    }
    return true;
}

struct gazetteer *gazetteer_build(struct gazetteer_builder *builder)
{
    struct gazetteer *gazetteer = builder->gazetteer;

    text_view_builder_free(builder->views);
    free(builder);
    return gazetteer;
}

void gazetteer_free(struct gazetteer *gazetteer)
{
    if (gazetteer == NULL)
        return;
    free(gazetteer->entities);
    free(gazetteer->rows);
    free(gazetteer->slots);
    arena_free(&gazetteer->arena);
    free(gazetteer);
}

/* ---- Looking up ---- */

bool gazetteer_may_begin(const struct gazetteer *gazetteer, uint64_t word)
{
    uint64_t bit = word % FIRST_WORD_BITS;

    return (gazetteer->first_words[bit / 64] >> (bit % 64) & 1) != 0;
}

bool gazetteer_walk(const struct gazetteer *gazetteer, uint32_t state, uint64_t word,
                    enum token_gap gap, struct gazetteer_step *ret_step)
{
    unsigned class = state == GAZETTEER_ROOT ? 0 : gap_class(gap);
    const struct slot *slot = slot_of(gazetteer, key_of(state, word, class));

    if (slot->key == 0)
        return false;
    *ret_step = (struct gazetteer_step){.state = slot->state, .row = slot->row};
    return true;
}

const struct gazetteer_row *gazetteer_row_of(const struct gazetteer *gazetteer,
                                             struct gazetteer_step step)
{
    return &gazetteer->rows[step.row - 1];
}

const struct gazetteer_entity *gazetteer_entity_of(const struct gazetteer *gazetteer,
                                                   uint32_t entity)
{
    return &gazetteer->entities[entity];
}

uint32_t gazetteer_entity_count(const struct gazetteer *gazetteer)
{
    return gazetteer->entity_count;
}

uint32_t gazetteer_name_count(const struct gazetteer *gazetteer)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < gazetteer->slot_count; i++)
        count += gazetteer->slots[i].row != 0;
    return count;
}

size_t gazetteer_bytes(const struct gazetteer *gazetteer)
{
    return sizeof(*gazetteer) + gazetteer->slot_count * sizeof(struct slot) +
           gazetteer->row_capacity * sizeof(struct gazetteer_row) +
           gazetteer->entity_capacity * sizeof(struct gazetteer_entity);
}

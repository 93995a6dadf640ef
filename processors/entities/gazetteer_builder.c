#include "processors/entities/gazetteer_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "article/fold.h"
#include "base/buffer.h"
#include "base/hash.h"
#include "base/memory.h"
#include "processors/entities/array.h"
#include "processors/entities/gazetteer_layout.h"

enum {
    LEAST_BITS = 8,     /* of a set of states: 2 KiB, stays in the first-level cache */
    PLACES_A_STATE = 8, /* one word in a hundred is looked up in vain */
    ROWS_A_PART = 4,    /* of the directory, about */
    UPPER_WORDS = 8,    /* words of a name whose capitals are told */
    NAME_BYTES = 65535, /* of an entity's own name */
    ID_BYTES = 255,
};

struct language_tag {
    char text[LANGUAGE_BYTES];
};

struct draft {
    struct packed_row row;
    uint32_t weight;
    uint32_t order;
};

struct numbers {
    uint64_t *items;
    uint32_t count;
    uint32_t capacity;
};

struct gazetteer_builder {
    struct text_view_builder *views;
    struct draft *drafts;
    uint32_t draft_count;
    uint32_t draft_capacity;
    struct packed_entity *entities;
    uint32_t entity_count;
    uint32_t entity_capacity;
    struct language_tag *languages;
    uint32_t language_count;
    uint32_t language_capacity;
    struct buffer texts;
    struct numbers small[STATE_BITS]; /* states, as in struct gazetteer_states, by bit */
    struct numbers other[STATE_BITS];
    char as_of[12];
};

/* A name as the index needs it. */
struct name {
    uint64_t words[GAZETTEER_NAME_TOKENS];
    enum token_gap gaps[GAZETTEER_NAME_TOKENS];
    uint64_t small; /* bit i: a small letter will do for word i */
    uint32_t count;
    uint16_t bits;
};

struct gazetteer_builder *gazetteer_builder_new(void)
{
    struct gazetteer_builder *builder = memory_zeroed(1, sizeof(*builder));

    builder->views = text_view_builder_new();
    builder->texts.ceiling = UINT32_MAX;
    gazetteer_add_language(builder, SLICE_LITERAL("any"));
    return builder;
}

void gazetteer_builder_free(struct gazetteer_builder *builder)
{
    if (builder == NULL)
        return;
    text_view_builder_free(builder->views);
    buffer_free(&builder->texts);
    free(builder->drafts);
    free(builder->entities);
    free(builder->languages);
    for (size_t i = 0; i < STATE_BITS; i++) {
        free(builder->small[i].items);
        free(builder->other[i].items);
    }
    free(builder);
}

/* ---- Entities and languages ---- */

static struct slice cut(struct slice text, size_t most)
{
    return slice_of(text.data, text.length < most ? text.length : most);
}

static void append_entity_texts(struct buffer *texts, const struct gazetteer_entity *entity)
{
    struct slice name = cut(entity->name, NAME_BYTES);

    buffer_append_byte(texts, (char)(name.length & 0xff));
    buffer_append_byte(texts, (char)(name.length >> 8));
    buffer_append(texts, name);
    buffer_append_byte(texts, (char)entity->id_count);
    for (uint32_t i = 0; i < entity->id_count; i++) {
        struct slice id = cut(entity->ids[i], ID_BYTES);

        buffer_append_byte(texts, (char)id.length);
        buffer_append(texts, id);
    }
}

uint32_t gazetteer_add_entity(struct gazetteer_builder *builder,
                              const struct gazetteer_entity *entity)
{
    builder->entities = array_grown(builder->entities, builder->entity_count,
                                    &builder->entity_capacity, sizeof(*builder->entities));
    builder->entities[builder->entity_count] = (struct packed_entity){
        .text = (uint32_t)builder->texts.length,
        .weight = entity->weight,
        .line = entity->line,
        .kind = entity->kind,
        .country = {entity->country[0], entity->country[1]},
    };
    append_entity_texts(&builder->texts, entity);
    return builder->entity_count++;
}

uint16_t gazetteer_add_language(struct gazetteer_builder *builder, struct slice tag)
{
    for (uint32_t i = 0; i < builder->language_count; i++)
        if (slice_is(tag, builder->languages[i].text))
            return (uint16_t)i;
    if (tag.length >= LANGUAGE_BYTES || builder->language_count == UINT16_MAX)
        return 0;
    builder->languages = array_grown(builder->languages, builder->language_count,
                                     &builder->language_capacity, sizeof(*builder->languages));
    struct language_tag *language = &builder->languages[builder->language_count];

    *language = (struct language_tag){{0}};
    snprintf(language->text, LANGUAGE_BYTES, "%.*s", SLICE_FORMAT(tag));
    return (uint16_t)builder->language_count++;
}

void gazetteer_set_as_of(struct gazetteer_builder *builder, struct slice as_of)
{
    snprintf(builder->as_of, sizeof(builder->as_of), "%.*s", SLICE_FORMAT(as_of));
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

static enum name_fault fault_of_word(const struct text_view *view, bool entity)
{
    const struct text_token *token = &view->tokens[0];

    if (token->kind != TOKEN_WORD || token->length < 2)
        return NAME_SHORT;
    if (is_hangul(view->points[token->first]) || is_acronym(view))
        return NAME_FINE;
    if (entity && token->length < 3)
        return NAME_SHORT;
    return entity && has_case(view, token) && (token->flags & TOKEN_UPPER_FIRST) == 0 ? NAME_SMALL
                                                                                      : NAME_FINE;
}

static bool has_letters(const struct text_view *view)
{
    for (uint32_t i = 0; i < view->token_count; i++)
        if (view->tokens[i].kind != TOKEN_NUMBER)
            return true;
    return false;
}

static enum name_fault fault_of(const struct text_view *view, bool entity)
{
    if (!has_letters(view))
        return NAME_EMPTY;
    if (view->token_count > GAZETTEER_NAME_TOKENS)
        return NAME_TOO_LONG;
    return view->token_count == 1 ? fault_of_word(view, entity) : NAME_FINE;
}

const char *name_fault_text(enum name_fault fault)
{
    switch (fault) {
    case NAME_FINE:
        return "is fine";
    case NAME_EMPTY:
        return "has no letters";
    case NAME_SHORT:
        return "is too short";
    case NAME_SMALL:
        return "is a single word without a capital";
    case NAME_TOO_LONG:
        return "has more than 64 words";
    }
    return "";
}

static struct name name_of(const struct text_view *view, enum gazetteer_guard guard)
{
    struct name name = {.count = view->token_count};
    unsigned bits = (unsigned)guard << ROW_GUARD_SHIFT;

    if (is_acronym(view))
        bits |= ROW_ACRONYM;
    for (uint32_t i = 0; i < view->token_count; i++) {
        name.words[i] = view->tokens[i].hash;
        name.gaps[i] = (enum token_gap)view->tokens[i].gap;
        bool upper = (view->tokens[i].flags & TOKEN_UPPER_FIRST) != 0;

        if (i < UPPER_WORDS && upper)
            bits |= 1U << i;
        if (gazetteer_is_small(view, &view->tokens[i]) || (i >= UPPER_WORDS && upper))
            name.small |= 1ULL << i;
    }
    name.bits = (uint16_t)bits;
    return name;
}

static void add_number(struct numbers *numbers, uint64_t number)
{
    numbers->items =
        array_grown(numbers->items, numbers->count, &numbers->capacity, sizeof(*numbers->items));
    numbers->items[numbers->count++] = number;
}

/* state is reached by a word of a name, at which that ends or goes on. */
static void add_state(struct gazetteer_builder *builder, uint64_t state, bool small, bool ends)
{
    struct numbers *sets = small ? builder->small : builder->other;

    add_number(&sets[ends ? 0 : 1], state);
}

static void insert_name(struct gazetteer_builder *builder, const struct name *name,
                        const struct added_name *added)
{
    uint64_t state = GAZETTEER_ROOT;

    for (uint32_t i = 0; i < name->count; i++) {
        state = gazetteer_state(state, name->words[i], name->gaps[i]);
        add_state(builder, state, (name->small >> i & 1) != 0, i + 1 == name->count);
    }
    builder->drafts = array_grown(builder->drafts, builder->draft_count, &builder->draft_capacity,
                                  sizeof(*builder->drafts));
    builder->drafts[builder->draft_count] = (struct draft){
        .row = {state, added->entity, added->language,
                (uint16_t)(name->bits | builder->entities[added->entity].kind << ROW_KIND_SHIFT)},
        .weight = builder->entities[added->entity].weight,
        .order = builder->draft_count,
    };
    builder->draft_count++;
}

static bool is_written_with_stops(const struct name *name)
{
    for (uint32_t i = 1; i < name->count; i++)
        if (gazetteer_gap_class(name->gaps[i]) != 0)
            return true;
    return false;
}

enum name_fault gazetteer_add_alias(struct gazetteer_builder *builder,
                                    const struct added_name *added)
{
    struct text_view view;

    text_view_build(builder->views, added->text, &view);
    enum name_fault fault = fault_of(&view, builder->entities[added->entity].kind <= NAME_PLACE);

    if (fault != NAME_FINE)
        return fault;
    struct name name = name_of(&view, added->guard);

    insert_name(builder, &name, added);
    if (is_written_with_stops(&name)) {
        memset(name.gaps, 0, sizeof(name.gaps));
        insert_name(builder, &name, added);
    }
    return NAME_FINE;
}

bool gazetteer_add_name(struct gazetteer_builder *builder, uint32_t entity, struct slice text,
                        enum gazetteer_guard guard)
{
    struct added_name name = {.entity = entity, .text = text, .guard = guard};

    return gazetteer_add_alias(builder, &name) == NAME_FINE;
}

/* ---- Laying out ---- */

static int by_state(const void *a, const void *b)
{
    const struct draft *x = a;
    const struct draft *y = b;

    if (x->row.state != y->row.state)
        return x->row.state < y->row.state ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    if (x->row.entity != y->row.entity)
        return x->row.entity < y->row.entity ? -1 : 1;
    if (x->row.language != y->row.language)
        return x->row.language < y->row.language ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static bool is_same(const struct packed_row *a, const struct packed_row *b)
{
    return a->state == b->state && a->entity == b->entity && a->language == b->language;
}

/* Sorts, and leaves one row of those that say the same. Returns how many different names. */
static uint32_t sort_drafts(struct gazetteer_builder *builder)
{
    struct draft *drafts = builder->drafts;
    uint32_t count = 0;
    uint32_t names = 0;

    if (builder->draft_count > 0)
        qsort(drafts, builder->draft_count, sizeof(*drafts), by_state);
    for (uint32_t i = 0; i < builder->draft_count; i++) {
        if (count > 0 && is_same(&drafts[count - 1].row, &drafts[i].row))
            continue;
        names += count == 0 || drafts[count - 1].row.state != drafts[i].row.state;
        drafts[count++] = drafts[i];
    }
    builder->draft_count = count;
    return names;
}

/* The least power of two that is at least count, as its exponent. */
static uint32_t bits_for(uint64_t count, uint32_t least)
{
    uint32_t bits = least;

    while (bits < 32 && (1ULL << bits) < count)
        bits++;
    return bits;
}

static uint32_t bits_for_states(const struct numbers sets[STATE_BITS])
{
    uint64_t states = (uint64_t)sets[0].count + sets[1].count;

    return bits_for(PLACES_A_STATE * states / STATE_PLACES, LEAST_BITS);
}

static uint64_t rounded(uint64_t size)
{
    return (size + 7) / 8 * 8;
}

static struct gazetteer_header header_of(const struct gazetteer_builder *builder, uint32_t names)
{
    struct gazetteer_header header = {
        .magic = GAZETTEER_MAGIC,
        .byte_order = GAZETTEER_BYTE_ORDER,
        .version = GAZETTEER_VERSION,
        .folding = fold_table_digest(),
        .languages = builder->language_count,
        .entities = builder->entity_count,
        .rows = builder->draft_count,
        .names = names,
        .small_bits = bits_for_states(builder->small),
        .other_bits = bits_for_states(builder->other),
        .directory_bits = bits_for(builder->draft_count / ROWS_A_PART, 1),
    };
    const uint64_t sizes[SECTION_COUNT] = {
        [SECTION_LANGUAGES] = (uint64_t)header.languages * LANGUAGE_BYTES,
        [SECTION_SMALL] = gazetteer_set_bytes(header.small_bits),
        [SECTION_OTHER] = gazetteer_set_bytes(header.other_bits),
        [SECTION_DIRECTORY] = ((1ULL << header.directory_bits) + 1) * sizeof(uint32_t),
        [SECTION_ROWS] = (uint64_t)header.rows * sizeof(struct packed_row),
        [SECTION_ENTITIES] = (uint64_t)header.entities * sizeof(struct packed_entity),
        [SECTION_TEXTS] = builder->texts.length,
    };

    memcpy(header.as_of, builder->as_of, sizeof(header.as_of));
    header.size = rounded(sizeof(header));
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        header.sections[i] = header.size;
        header.size += rounded(sizes[i]);
    }
    return header;
}

static void write_states(uint64_t *blocks, uint32_t size, const struct numbers sets[STATE_BITS])
{
    for (uint32_t bit = 0; bit < STATE_BITS; bit++)
        for (uint32_t i = 0; i < sets[bit].count; i++) {
            uint64_t state = sets[bit].items[i];
            uint64_t *block = &blocks[state / STATE_PLACES & ((1ULL << size) - 1)];

            *block |= 1ULL << (STATE_BITS * (state % STATE_PLACES) + bit);
            *block |= 1ULL << (STATE_BITS * ((state >> STATE_SECOND_PLACE) % STATE_PLACES) + bit);
        }
}

static void write_directory(uint32_t *directory, const struct gazetteer_builder *builder,
                            uint32_t bits)
{
    uint32_t row = 0;

    for (uint64_t part = 0; part <= 1ULL << bits; part++) {
        while (row < builder->draft_count && builder->drafts[row].row.state >> (64 - bits) < part)
            row++;
        directory[part] = row;
    }
}

static void copy_if_any(void *target, const void *source, size_t size)
{
    if (size > 0)
        memcpy(target, source, size);
}

static void write_sections(const struct gazetteer_builder *builder,
                           const struct gazetteer_header *header, char *bytes)
{
    struct packed_row *rows = (void *)(bytes + header->sections[SECTION_ROWS]);

    copy_if_any(bytes + header->sections[SECTION_LANGUAGES], builder->languages,
                (size_t)header->languages * LANGUAGE_BYTES);
    write_states((void *)(bytes + header->sections[SECTION_SMALL]), header->small_bits,
                 builder->small);
    write_states((void *)(bytes + header->sections[SECTION_OTHER]), header->other_bits,
                 builder->other);
    write_directory((void *)(bytes + header->sections[SECTION_DIRECTORY]), builder,
                    header->directory_bits);
    for (uint32_t i = 0; i < header->rows; i++)
        rows[i] = builder->drafts[i].row;
    copy_if_any(bytes + header->sections[SECTION_ENTITIES], builder->entities,
                (size_t)header->entities * sizeof(struct packed_entity));
    copy_if_any(bytes + header->sections[SECTION_TEXTS], builder->texts.data,
                builder->texts.length);
}

static void seal(char *bytes)
{
    struct gazetteer_header *header = (void *)bytes;
    size_t from = offsetof(struct gazetteer_header, checksum) + sizeof(header->checksum);

    header->checksum = hash_bytes(slice_of(bytes + from, header->size - from));
}

struct gazetteer *gazetteer_build(struct gazetteer_builder *builder)
{
    uint32_t names = sort_drafts(builder);
    struct gazetteer_header header = header_of(builder, names);
    char *bytes = memory_zeroed(1, header.size);

    memcpy(bytes, &header, sizeof(header));
    write_sections(builder, &header, bytes);
    seal(bytes);
    gazetteer_builder_free(builder);
    return gazetteer_over(bytes, false);
}

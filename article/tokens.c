#include "article/tokens.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/uscript.h>

#include "article/abbreviation.h"
#include "article/token_hash.h"
#include "base/memory.h"

enum {
    EXTRA_POINTS = 1 << 20, /* that expansions may add to one for each byte, so that a hostile value
                               of U+FDFA does not grow fivefold; later ones are punctuation */
    KEPT_POINTS = 1 << 20,  /* storage for more is given back when a much smaller value comes */
    FIRST_TOKENS = 1024,
    LEADING_FIRST = 0x1100, /* conjoining jamo: the Unicode Standard, section 3.12 */
    VOWEL_FIRST = 0x1161,
    TRAILING_BASE = 0x11A7, /* stands for no trailing consonant */
    SYLLABLE_FIRST = 0xAC00,
    LEADING_COUNT = 19,
    VOWEL_COUNT = 21,
    TRAILING_COUNT = 28,
    SYLLABLE_COUNT = LEADING_COUNT * VOWEL_COUNT * TRAILING_COUNT,
    CLASSES = 256 /* of canonical combining */
};

/* A code point of the value, or several that stand for one. */
struct source {
    uint32_t start;
    uint32_t end;
    uint32_t end_byte;
    uint8_t flags;
    uint8_t script;
};

/* --- storage --- */

static size_t grown(size_t capacity, size_t needed)
{
    size_t next = capacity + capacity / 2;

    return next > needed ? next : needed;
}

static void reserve_points(struct token_store *store, size_t needed)
{
    if (needed <= store->point_capacity)
        return;
    size_t size = (store->point_capacity = grown(store->point_capacity, needed)) * sizeof(uint32_t);

    store->points = memory_resize(store->points, size);
    store->starts = memory_resize(store->starts, size);
    store->ends = memory_resize(store->ends, size);
}

/* The place of the next token. */
static struct text_token *next_token(const struct tokens *tokens)
{
    struct token_store *store = tokens->store;

    if (tokens->token_count == store->token_capacity) {
        store->token_capacity = grown(store->token_capacity, tokens->token_count + FIRST_TOKENS);
        store->tokens = memory_resize(store->tokens, store->token_capacity * sizeof *store->tokens);
    }
    return store->tokens + tokens->token_count;
}

void token_store_free(struct token_store *store)
{
    free(store->points);
    free(store->starts);
    free(store->ends);
    free(store->tokens);
    free(store->spare);
    memset(store, 0, sizeof *store);
}

/* --- where points come from --- */

/* Keeps the places of the open token's points from here on: so far there is one for each code point
 * from its start on, and what comes next is something else. */
static void map_token(struct tokens *tokens)
{
    const struct token_store *store = tokens->store;
    uint32_t first = tokens->token->first;

    if (tokens->token->flags & TOKEN_MAPPED)
        return;
    tokens->token->flags |= TOKEN_MAPPED;
    for (uint32_t i = first; i < tokens->point_count; i++) {
        store->starts[i] = tokens->token->start + i - first;
        store->ends[i] = store->starts[i] + 1;
    }
}

/* Does the source stand where the next of so many points would be without a map? */
static bool is_next_in_token(const struct tokens *tokens, const struct source *source)
{
    const struct text_token *token = tokens->token;

    return source->start == token->start + tokens->point_count - token->first &&
           source->end == source->start + 1;
}

/* --- the order of marks --- */

static uint8_t combining_class(const struct tokens *tokens, uint32_t point)
{
    return fold_entry_of(tokens->table, point)->combining;
}

/* Stable counting sort of a run of marks by their class; all of them then carry the run's span. */
static void sort_run(struct tokens *tokens, uint32_t first, uint32_t last)
{
    struct token_store *store = tokens->store;
    uint32_t *points = store->points;
    uint32_t count = last - first;
    uint32_t places[CLASSES + 1] = {0};

    if (count > store->spare_capacity) {
        store->spare_capacity = grown(store->spare_capacity, count);
        store->spare = memory_resize(store->spare, store->spare_capacity * sizeof *store->spare);
    }
    memcpy(store->spare, points + first, count * sizeof *points);
    for (uint32_t i = 0; i < count; i++)
        places[combining_class(tokens, store->spare[i]) + 1]++;
    for (uint32_t class = 1; class < CLASSES; class ++)
        places[class] += places[class - 1];
    for (uint32_t i = 0; i < count; i++)
        points[first + places[combining_class(tokens, store->spare[i])]++] = store->spare[i];
    for (uint32_t i = first; i < last; i++) {
        store->starts[i] = store->starts[first];
        store->ends[i] = store->ends[last - 1];
    }
}

static void sort_marks(struct tokens *tokens)
{
    const uint32_t *points = tokens->store->points;
    uint32_t i = tokens->token->first;

    map_token(tokens);
    while (i < tokens->point_count) {
        uint32_t first = i;

        while (i < tokens->point_count && combining_class(tokens, points[i]) != 0)
            i++;
        if (i - first > 1)
            sort_run(tokens, first, i);
        else if (i == first)
            i++;
    }
}

/* --- where sentences end --- */

/* J. Smith, U.N. Council; a Hangul letter is a word. */
static bool is_initial(const struct text_token *token)
{
    return token->kind == TOKEN_WORD && token->length == 1 && token->script != USCRIPT_HANGUL;
}

static bool ends_sentence(const struct tokens *tokens, enum token_kind kind, bool lower)
{
    if (lower || tokens->token_count == 0)
        return false;
    const struct text_token *before = &tokens->store->tokens[tokens->token_count - 1];

    return (tokens->gap & GAP_SEEN_EXCLAMATION) != 0 ||
           (!is_initial(before) && !abbreviation_is(before->hash, kind == TOKEN_NUMBER));
}

/* A full stop that ends no sentence joins; a joiner with a space beside it parts. */
static bool is_parted(unsigned seen)
{
    if (seen & (GAP_SEEN_PUNCTUATION | GAP_SEEN_EXCLAMATION | GAP_SEEN_DASH))
        return true;
    if (seen & GAP_SEEN_JOINER)
        return (seen & GAP_SEEN_SPACE) != 0;
    return (seen & GAP_SEEN_FULL_STOP) && (seen & GAP_SEEN_SPACE) && !(seen & GAP_SEEN_SPACE_AFTER);
}

enum token_gap tokens_gap(const struct tokens *tokens, enum token_kind kind, bool lower)
{
    unsigned seen = tokens->gap;

    if (seen == GAP_SEEN_SPACE)
        return GAP_SPACE;
    if (seen == 0)
        return GAP_NONE;
    if (seen & GAP_SEEN_END)
        return GAP_SENTENCE;
    if (seen & GAP_SEEN_SPACE_AFTER && ends_sentence(tokens, kind, lower))
        return GAP_SENTENCE;
    if (is_parted(seen))
        return GAP_PUNCTUATION;
    return seen & (GAP_SEEN_JOINER | GAP_SEEN_FULL_STOP) ? GAP_JOINER : GAP_SPACE;
}

static void see_separator(struct tokens *tokens, enum fold_kind kind)
{
    tokens_close(tokens);
    tokens->gap = gap_after(tokens->gap, gap_seen_of(kind, tokens->line_is_space));
}

/* --- tokens --- */

/* Opens a token here; none is open. */
static void open_token(struct tokens *tokens, enum token_kind kind, bool lower)
{
    enum token_gap gap = tokens_gap(tokens, kind, lower);

    tokens->token = next_token(tokens);
    *tokens->token = (struct text_token){.first = tokens->point_count,
                                         .start = tokens->position,
                                         .start_byte = (uint32_t)tokens->byte,
                                         .kind = (uint8_t)kind,
                                         .gap = (uint8_t)gap};
    tokens->open = true;
    tokens->disordered = false;
    tokens->letters = 0;
    tokens->all_upper = true;
    tokens->last_combining = 0;
}

void tokens_close(struct tokens *tokens)
{
    struct text_token *token = tokens->token;

    if (!tokens->open)
        return;
    tokens->open = false;
    if (tokens->disordered)
        sort_marks(tokens);
    if (tokens->letters >= 2 && tokens->all_upper)
        token->flags |= TOKEN_UPPER_ALL;
    token->length = tokens->point_count - token->first;
    token->hash = token_hash_padded(tokens->store->points + token->first, token->length);
    tokens->token_count++;
}

static bool continues_token(const struct tokens *tokens, enum fold_kind kind)
{
    if (!tokens->open)
        return false;
    if (kind == FOLD_MARK)
        return true;
    if (kind == FOLD_NUMBER)
        return tokens->token->kind == TOKEN_NUMBER;
    return kind != FOLD_IDEOGRAPH && tokens->token->kind == TOKEN_WORD;
}

static enum token_kind kind_of_token(enum fold_kind kind)
{
    return kind == FOLD_NUMBER      ? TOKEN_NUMBER
           : kind == FOLD_IDEOGRAPH ? TOKEN_IDEOGRAPH
                                    : TOKEN_WORD;
}

static void note_letter(struct tokens *tokens, const struct source *source)
{
    bool upper = (source->flags & FOLD_UPPER) != 0;

    if (tokens->letters++ == 0) {
        tokens->token->script = source->script;
        tokens->token->flags |= upper ? TOKEN_UPPER_FIRST : 0;
    }
    tokens->all_upper &= upper;
}

/* Replaces the last point by the Hangul syllable that it and point make. */
static bool compose_jamo(struct tokens *tokens, uint32_t point)
{
    uint32_t *last = tokens->store->points + tokens->point_count - 1;

    if (tokens->point_count == tokens->token->first)
        return false;
    if (point - VOWEL_FIRST < VOWEL_COUNT && *last - LEADING_FIRST < LEADING_COUNT) {
        *last = SYLLABLE_FIRST +
                ((*last - LEADING_FIRST) * VOWEL_COUNT + point - VOWEL_FIRST) * TRAILING_COUNT;
        return true;
    }
    if (point > TRAILING_BASE && point - TRAILING_BASE < TRAILING_COUNT &&
        *last - SYLLABLE_FIRST < SYLLABLE_COUNT && (*last - SYLLABLE_FIRST) % TRAILING_COUNT == 0) {
        *last += point - TRAILING_BASE;
        return true;
    }
    return false;
}

static void append_point(struct tokens *tokens, enum fold_kind kind, uint32_t point,
                         uint8_t combining, const struct source *source)
{
    struct token_store *store = tokens->store;
    uint32_t at = tokens->point_count;

    if (kind == FOLD_JAMO && compose_jamo(tokens, point)) {
        map_token(tokens);
        at--;
    } else {
        if (!is_next_in_token(tokens, source))
            map_token(tokens);
        store->points[at] = point;
        store->starts[at] = source->start;
        tokens->point_count = at + 1;
    }
    store->ends[at] = source->end;
    tokens->disordered |= combining != 0 && combining < tokens->last_combining;
    tokens->last_combining = combining;
}

static void add_point(struct tokens *tokens, enum fold_kind kind, uint32_t point, uint8_t combining,
                      const struct source *source)
{
    if (!continues_token(tokens, kind)) {
        tokens_close(tokens);
        open_token(tokens, kind_of_token(kind), (source->flags & FOLD_LOWER) != 0);
    }
    append_point(tokens, kind, point, combining, source);
    if (source->flags & FOLD_LETTER)
        note_letter(tokens, source);
    tokens->token->end = source->end;
    tokens->token->end_byte = source->end_byte;
    tokens->gap = 0;
}

/* A source that stands for several points. Each is a letter in the source's case. */
static void add_expansion(struct tokens *tokens, const uint32_t *expansion,
                          const struct source *source)
{
    uint32_t count = expansion[0];

    if (tokens->point_count + count > tokens->byte + EXTRA_POINTS) {
        see_separator(tokens, FOLD_PUNCTUATION);
        return;
    }
    reserve_points(tokens->store,
                   tokens->point_count + count + (tokens->length - tokens->byte) + TOKEN_SLACK);
    for (uint32_t i = 1; i <= count; i++) {
        const struct fold_entry *entry = fold_entry_of(tokens->table, expansion[i]);
        struct source part = *source;

        if ((source->flags & FOLD_LETTER) == 0)
            part.flags = entry->flags;
        part.script = entry->script;
        if (entry->kind <= FOLD_IDEOGRAPH)
            add_point(tokens, entry->kind, fold_point(entry, expansion[i]), entry->combining,
                      &part);
        else
            see_separator(tokens, entry->kind);
    }
}

/* What folds to nothing but belongs to the token before it. */
static void extend_token(struct tokens *tokens, const struct source *source)
{
    if (!tokens->open)
        return;
    map_token(tokens);
    tokens->token->end = source->end;
    tokens->token->end_byte = source->end_byte;
    tokens->store->ends[tokens->point_count - 1] = source->end;
}

static void take(struct tokens *tokens, uint32_t code_point, const struct fold_entry *entry,
                 size_t bytes, size_t points)
{
    struct source source = {.start = tokens->position,
                            .end = tokens->position + (uint32_t)points,
                            .end_byte = (uint32_t)(tokens->byte + bytes),
                            .flags = entry->flags,
                            .script = entry->script};

    if (entry->kind <= FOLD_IDEOGRAPH)
        add_point(tokens, entry->kind, fold_point(entry, code_point), entry->combining, &source);
    else if (entry->kind == FOLD_EXPANSION)
        add_expansion(tokens, tokens->table->expansions + entry->shift, &source);
    else if (entry->kind == FOLD_DROPPED)
        extend_token(tokens, &source);
    else if (entry->kind == FOLD_IGNORED)
        tokens->gap |= GAP_SEEN_IGNORED;
    else
        see_separator(tokens, entry->kind);
    tokens->byte += bytes;
    tokens->position += (uint32_t)points;
}

void tokens_take(struct tokens *tokens, uint32_t code_point, size_t bytes, size_t points)
{
    take(tokens, code_point, fold_entry_of(tokens->table, code_point), bytes, points);
}

void tokens_skip(struct tokens *tokens, size_t bytes, size_t points, unsigned seen)
{
    see_separator(tokens, FOLD_SPACE);
    tokens->gap |= seen;
    tokens->byte += bytes;
    tokens->position += (uint32_t)points;
}

void tokens_flag(struct tokens *tokens, size_t start, unsigned flags)
{
    struct text_token *all = tokens->store->tokens;

    for (uint32_t i = tokens->token_count + tokens->open; i > 0 && all[i - 1].start_byte >= start;
         i--)
        all[i - 1].flags = (uint8_t)(all[i - 1].flags | flags);
}

void tokens_begin(struct tokens *tokens, struct token_store *store, struct slice value)
{
    *tokens = (struct tokens){.store = store,
                              .table = fold_table_get(),
                              .bytes = (const unsigned char *)value.data,
                              .length = value.length,
                              .gap = GAP_SEEN_END};
    if (store->point_capacity > KEPT_POINTS && value.length < store->point_capacity / 8)
        token_store_free(store);
    reserve_points(store, value.length + TOKEN_SLACK);
}

#include "article/tokens.h"

#include <stdlib.h>

#include <unicode/uscript.h>

#include "article/abbreviation.h"
#include "base/memory.h"
#include "base/utf8.h"

enum {
    SLACK = 64,             /* points that fit beside one for each byte that is left to read */
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
    CLASSES = 256, /* of canonical combining */
    HASHED_AT_ONCE = 6
};

static const uint64_t HASH_SEED = UINT64_C(0xD6E8FEB86659FD93);

/* What each ASCII byte is: a letter, 0 digit, space, ? may mean more than itself, . other. */
static const char ASCII_KIND[] = "?????????\x20.??.??"
                                 "????????????????"
                                 " .....?.......?."
                                 "0000000000?.?..."
                                 "?aaaaaaaaaaaaaaa"
                                 "aaaaaaaaaaa....."
                                 ".aaaaaaaaaaaaaaa"
                                 "aaaaaaaaaaa....?";

/* A code point of the value, or several that stand for one. */
struct source {
    uint32_t start;
    uint32_t end;
    uint32_t start_byte;
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
    *store = (struct token_store){0};
}

/* --- the hash --- */

/* Three points of 21 bits, of which the first `count` (0 to 3) are taken. */
static uint64_t pack_three(const uint32_t *points, uint32_t count)
{
    static const uint64_t MASKS[] = {0, (UINT64_C(1) << 21) - 1, (UINT64_C(1) << 42) - 1,
                                     (UINT64_C(1) << 63) - 1};
    uint64_t three = points[0] | (uint64_t)points[1] << 21 | (uint64_t)points[2] << 42;

    return three & MASKS[count];
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

static uint32_t at_most_three(uint32_t count)
{
    return count < 3 ? count : 3;
}

/* start: the first points, of which HASHED_AT_ONCE can be read whatever count is, so that words up
 * to that length take no branch. */
static uint64_t hash_points(const uint32_t *start, const uint32_t *points, uint32_t count)
{
    uint32_t second = count > 3 ? count - 3 : 0;
    uint64_t hash = mix(HASH_SEED ^ count, pack_three(start, at_most_three(count)));
    uint32_t i = HASHED_AT_ONCE;

    hash = mix(hash, pack_three(start + 3, at_most_three(second)));
    for (; i + 3 <= count; i += 3)
        hash = mix(hash, pack_three(points + i, 3));
    for (; i < count; i++)
        hash = mix(hash, points[i]);
    return mix(hash, 0);
}

uint64_t text_token_hash(const uint32_t *points, uint32_t count)
{
    uint32_t start[HASHED_AT_ONCE] = {0};

    memcpy(start, points, (count < HASHED_AT_ONCE ? count : HASHED_AT_ONCE) * sizeof *points);
    return hash_points(start, points, count);
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

static enum token_gap gap_before(const struct tokens *tokens, enum token_kind kind, bool lower)
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

static void see_space(struct tokens *tokens)
{
    tokens->gap |= GAP_SEEN_SPACE;
    if (tokens->gap & (GAP_SEEN_FULL_STOP | GAP_SEEN_EXCLAMATION))
        tokens->gap |= GAP_SEEN_SPACE_AFTER;
}

static void see_separator(struct tokens *tokens, enum fold_kind kind)
{
    tokens_close(tokens);
    if (kind == FOLD_SPACE || (kind == FOLD_LINE && tokens->line_is_space))
        see_space(tokens);
    else if (kind == FOLD_FULL_STOP)
        tokens->gap |= tokens->gap & GAP_SEEN_FULL_STOP ? GAP_SEEN_EXCLAMATION : GAP_SEEN_FULL_STOP;
    else if (kind == FOLD_EXCLAMATION)
        tokens->gap |= GAP_SEEN_EXCLAMATION;
    else if (kind == FOLD_JOINER)
        tokens->gap |= tokens->gap & GAP_SEEN_JOINER ? GAP_SEEN_DASH : GAP_SEEN_JOINER;
    else if (kind == FOLD_PUNCTUATION)
        tokens->gap |= GAP_SEEN_PUNCTUATION;
    else
        tokens->gap |= GAP_SEEN_END;
}

/* --- tokens --- */

static void open_token(struct tokens *tokens, enum token_kind kind, const struct source *source)
{
    enum token_gap gap = gap_before(tokens, kind, (source->flags & FOLD_LOWER) != 0);

    tokens->token = next_token(tokens);
    *tokens->token = (struct text_token){.first = tokens->point_count,
                                         .start = source->start,
                                         .start_byte = source->start_byte,
                                         .kind = (uint8_t)kind,
                                         .gap = (uint8_t)gap};
    tokens->open = true;
    tokens->disordered = false;
    tokens->letters = 0;
    tokens->upper_letters = 0;
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
    if (tokens->letters >= 2 && tokens->letters == tokens->upper_letters)
        token->flags |= TOKEN_UPPER_ALL;
    token->length = tokens->point_count - token->first;
    const uint32_t *points = tokens->store->points + token->first;

    token->hash = hash_points(points, points, token->length);
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
    tokens->upper_letters += upper;
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
        at--;
    } else {
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
        open_token(tokens, kind_of_token(kind), source);
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
                   tokens->point_count + count + (tokens->length - tokens->byte) + SLACK);
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
    tokens->token->end = source->end;
    tokens->token->end_byte = source->end_byte;
    tokens->store->ends[tokens->point_count - 1] = source->end;
}

static void take(struct tokens *tokens, uint32_t code_point, const struct fold_entry *entry,
                 size_t bytes, size_t points)
{
    struct source source = {.start = tokens->position,
                            .end = tokens->position + (uint32_t)points,
                            .start_byte = (uint32_t)tokens->byte,
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
    tokens_close(tokens);
    see_space(tokens);
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

/* --- reading --- */

/* What a run of letters adds to the open token, kept in registers while it is read. */
struct run {
    const unsigned char *bytes;
    const unsigned char *end;
    uint32_t *points;
    uint32_t *starts;
    uint32_t *ends;
    uint32_t position;
    uint32_t letters;
    uint32_t upper_letters;
};

static struct run run_begin(const struct tokens *tokens, size_t limit)
{
    const struct token_store *store = tokens->store;

    return (struct run){.bytes = tokens->bytes + tokens->byte,
                        .end = tokens->bytes + limit,
                        .points = store->points + tokens->point_count,
                        .starts = store->starts + tokens->point_count,
                        .ends = store->ends + tokens->point_count,
                        .position = tokens->position};
}

static void run_end(struct tokens *tokens, const struct run *run)
{
    tokens->byte = (size_t)(run->bytes - tokens->bytes);
    tokens->position = run->position;
    tokens->point_count = (uint32_t)(run->points - tokens->store->points);
    tokens->letters += run->letters;
    tokens->upper_letters += run->upper_letters;
    tokens->token->end = run->position;
    tokens->token->end_byte = (uint32_t)tokens->byte;
    tokens->gap = 0;
}

static uint64_t load_eight(const unsigned char *bytes)
{
    uint64_t eight;

    memcpy(&eight, bytes, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return eight;
}

/* Bit 7 of each of eight bytes that is an ASCII letter. */
static uint64_t letters_of(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t lower = (eight | ones * 0x20) & ones * 0x7F;
    uint64_t from_a = lower + ones * (0x80 - 'a');
    uint64_t behind_z = lower + ones * (0x7F - 'z');

    return from_a & ~behind_z & ~eight & ones << 7;
}

/* Each of these bytes counts once. */
static uint32_t count_bits_7(uint64_t bytes)
{
    return (uint32_t)((bytes >> 7) * UINT64_C(0x0101010101010101) >> 56);
}

/* Eight letters at once, though not all may be letters: what is behind them is written over. */
static inline void write_eight(const unsigned char *restrict bytes, uint32_t *restrict points,
                               uint32_t *restrict starts, uint32_t *restrict ends,
                               uint32_t position)
{
    for (uint32_t i = 0; i < 8; i++) {
        points[i] = bytes[i] | 0x20u;
        starts[i] = position + i;
        ends[i] = position + i + 1;
    }
}

static void run_advance(struct run *run, uint32_t count)
{
    run->bytes += count;
    run->points += count;
    run->starts += count;
    run->ends += count;
    run->position += count;
}

/* Whole blocks of eight bytes, without a branch for each letter. False where the letters ended. */
static bool run_blocks(struct run *run)
{
    while (run->end - run->bytes >= 8) {
        uint64_t eight = load_eight(run->bytes);
        uint64_t letters = letters_of(eight);
        uint64_t others = ~letters & UINT64_C(0x8080808080808080);
        uint32_t count = others == 0 ? 8 : (uint32_t)__builtin_ctzll(others) / 8;
        uint64_t taken = letters & ((others & -others) - 1);

        write_eight(run->bytes, run->points, run->starts, run->ends, run->position);
        run->letters += count;
        run->upper_letters += count_bits_7(taken & ~(eight << 2));
        run_advance(run, count);
        if (others != 0)
            return false;
    }
    return true;
}

static void run_one_by_one(struct run *run)
{
    while (run->bytes < run->end && *run->bytes < 0x80 && ASCII_KIND[*run->bytes] == 'a') {
        *run->points = *run->bytes | 0x20u;
        *run->starts = run->position;
        *run->ends = run->position + 1;
        run->letters++;
        run->upper_letters += (*run->bytes & 0x20) == 0;
        run_advance(run, 1);
    }
}

static void open_for_run(struct tokens *tokens, enum fold_kind kind)
{
    unsigned char first = tokens->bytes[tokens->byte];
    struct source source = {.start = tokens->position,
                            .start_byte = (uint32_t)tokens->byte,
                            .flags = fold_entry_of(tokens->table, first)->flags};

    if (continues_token(tokens, kind))
        return;
    tokens_close(tokens);
    open_token(tokens, kind_of_token(kind), &source);
}

static void read_letters(struct tokens *tokens, size_t limit)
{
    bool upper = (tokens->bytes[tokens->byte] & 0x20) == 0;
    struct run run;

    open_for_run(tokens, FOLD_WORD);
    if (tokens->letters == 0) {
        tokens->token->script = USCRIPT_LATIN;
        tokens->token->flags |= upper ? TOKEN_UPPER_FIRST : 0;
    }
    run = run_begin(tokens, limit);
    if (run_blocks(&run))
        run_one_by_one(&run);
    tokens->last_combining = 0;
    run_end(tokens, &run);
}

static void read_digits(struct tokens *tokens, size_t limit)
{
    struct run run;

    open_for_run(tokens, FOLD_NUMBER);
    run = run_begin(tokens, limit);
    while (run.bytes < run.end && *run.bytes >= '0' && *run.bytes <= '9') {
        *run.points = *run.bytes;
        *run.starts = run.position;
        *run.ends = run.position + 1;
        run_advance(&run, 1);
    }
    tokens->last_combining = 0;
    run_end(tokens, &run);
}

/* Goes on with the open word beyond ASCII as long as each code point is one letter or mark of it or
 * folds to nothing. */
static void read_word(struct tokens *tokens, size_t limit)
{
    struct run run = run_begin(tokens, limit);
    const struct fold_table *table = tokens->table;
    uint8_t last_combining = tokens->last_combining;
    bool disordered = tokens->disordered;

    while (run.bytes < run.end && *run.bytes >= 0x80) {
        uint32_t code_point = utf8_decode(run.bytes);
        const struct fold_entry *entry = fold_entry_of(table, code_point);

        if (entry->kind <= FOLD_MARK) {
            *run.points++ = fold_point(entry, code_point);
            *run.starts++ = run.position;
            *run.ends++ = run.position + 1;
            run.letters += entry->flags & FOLD_LETTER;
            run.upper_letters += (entry->flags & FOLD_UPPER) / FOLD_UPPER;
            disordered |= entry->combining != 0 && entry->combining < last_combining;
            last_combining = entry->combining;
        } else if (entry->kind == FOLD_DROPPED) {
            run.ends[-1] = run.position + 1;
        } else {
            break;
        }
        run.position++;
        run.bytes += utf8_length(*run.bytes);
    }
    tokens->last_combining = last_combining;
    tokens->disordered = disordered;
    run_end(tokens, &run);
}

static void read_space(struct tokens *tokens)
{
    tokens_close(tokens);
    see_space(tokens);
    tokens->byte++;
    tokens->position++;
}

/* Reads a run beyond ASCII; false where it met a code point that clean text must not have. */
static bool read_beyond_ascii(struct tokens *tokens, size_t limit)
{
    while (tokens->byte < limit && tokens->bytes[tokens->byte] >= 0x80) {
        const unsigned char *bytes = tokens->bytes + tokens->byte;
        uint32_t code_point = utf8_decode(bytes);
        const struct fold_entry *entry = fold_entry_of(tokens->table, code_point);

        if (entry->flags & FOLD_UNCLEAN)
            return false;
        take(tokens, code_point, entry, utf8_length(bytes[0]), 1);
        if (entry->kind == FOLD_WORD)
            read_word(tokens, limit);
    }
    return true;
}

static bool read_ascii(struct tokens *tokens, size_t limit)
{
    unsigned char byte = tokens->bytes[tokens->byte];
    char kind = ASCII_KIND[byte];

    if (kind == 'a')
        read_letters(tokens, limit);
    else if (kind == '0')
        read_digits(tokens, limit);
    else if (kind == ' ')
        read_space(tokens);
    else if (kind == '?' && !tokens->literal)
        return false;
    else
        tokens_take(tokens, byte, 1, 1);
    return true;
}

void tokens_read(struct tokens *tokens, size_t limit)
{
    bool more = true;

    while (more && tokens->byte < limit)
        more = tokens->bytes[tokens->byte] < 0x80 ? read_ascii(tokens, limit)
                                                  : read_beyond_ascii(tokens, limit);
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
    reserve_points(store, value.length + SLACK);
}

/* The tokeniser's way through plain bytes: runs of letters and digits are taken whole. */
#include "article/tokens.h"
#include "base/utf8.h"

/* What each ASCII byte is: a letter, 0 digit, space, ? may mean more than itself, . other. */
static const char ASCII_KIND[] = "?????????\x20.??.??"
                                 "????????????????"
                                 " .....?.......?."
                                 "0000000000?.?..."
                                 "?aaaaaaaaaaaaaaa"
                                 "aaaaaaaaaaa....."
                                 ".aaaaaaaaaaaaaaa"
                                 "aaaaaaaaaaa....?";

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

/* Sees to it that a word is open that what entry says can be part of. */
static void open_word(struct tokens *tokens, const struct fold_entry *entry)
{
    if (!tokens->open || tokens->token->kind != TOKEN_WORD) {
        tokens_close(tokens);
        tokens_open(tokens, TOKEN_WORD, (entry->flags & FOLD_LOWER) != 0);
    }
    if (tokens->letters == 0) {
        tokens->token->script = entry->script;
        tokens->token->flags |= entry->flags & FOLD_UPPER ? TOKEN_UPPER_FIRST : 0;
    }
}

static void read_letters(struct tokens *tokens, size_t limit)
{
    struct run run = run_begin(tokens, limit);

    open_word(tokens, fold_entry_of(tokens->table, tokens->bytes[tokens->byte]));
    if (run_blocks(&run))
        run_one_by_one(&run);
    tokens->last_combining = 0;
    run_end(tokens, &run);
}

static void read_digits(struct tokens *tokens, size_t limit)
{
    struct run run = run_begin(tokens, limit);

    if (!tokens->open || tokens->token->kind != TOKEN_NUMBER) {
        tokens_close(tokens);
        tokens_open(tokens, TOKEN_NUMBER, false);
    }
    while (run.bytes < run.end && *run.bytes >= '0' && *run.bytes <= '9') {
        *run.points = *run.bytes;
        *run.starts = run.position;
        *run.ends = run.position + 1;
        run_advance(&run, 1);
    }
    tokens->last_combining = 0;
    run_end(tokens, &run);
}

static bool is_letter(const struct fold_entry *entry)
{
    return entry->kind == FOLD_WORD && (entry->flags & FOLD_LETTER) != 0;
}

/* Reads a word beyond ASCII, as long as each code point is a letter or mark of it or folds to
 * nothing. first: of the first one, a letter. */
static void read_word(struct tokens *tokens, size_t limit, const struct fold_entry *first)
{
    struct run run = run_begin(tokens, limit);
    const struct fold_table *table = tokens->table;

    open_word(tokens, first);
    uint8_t last_combining = tokens->last_combining;
    bool disordered = tokens->disordered;

    while (run.bytes < run.end && *run.bytes >= 0x80) {
        uint32_t code_point = utf8_decode(run.bytes);
        const struct fold_entry *entry = fold_entry_of(table, code_point);

        if (is_letter(entry) || entry->kind == FOLD_MARK) {
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
    tokens_see_space(tokens);
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
        if (is_letter(entry))
            read_word(tokens, limit, entry);
        else
            tokens_take(tokens, code_point, utf8_length(bytes[0]), 1);
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

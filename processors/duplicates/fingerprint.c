#include "processors/duplicates/fingerprint.h"

#include "base/hash.h"
#include "processors/duplicates/mix.h"

enum { EMPTY_BIN = 0x7fffffff, VALUE_BITS = 31 };

/* Odd multipliers for the places of a shingle, last token first: splitmix64 of 1 to 6, bit 0 set.
 */
static const uint64_t place[SHINGLE_IDEOGRAPHS] = {
    0x910a2dec89025cc1U, 0x975835de1c9756cfU, 0x1d0b14e4db018fedU,
    0x6e73e372e2338acbU, 0x63033b0ca389c35bU, 0xbd64a5d9adefe001U,
};

/* Odd: the text is read as a number in this base. */
#define EXACT_BASE 0x9e3779b97f4a7c15U

/* Where the next token and shingle go. */
struct reader {
    uint64_t recent[SHINGLE_IDEOGRAPHS]; /* hashes of the last tokens, the last one first */
    uint32_t tokens;
    uint64_t *next;
    struct shingles *shingles;
};

static size_t bounded(size_t tokens)
{
    return tokens < SHINGLE_MAX_TOKENS ? tokens : SHINGLE_MAX_TOKENS;
}

size_t shingles_room(const struct text_view *headline, const struct text_view *body)
{
    return bounded((size_t)headline->token_count + body->token_count) + 1;
}

static void remember_token(struct reader *reader, uint64_t hash)
{
    for (unsigned back = SHINGLE_IDEOGRAPHS - 1; back > 0; back--)
        reader->recent[back] = reader->recent[back - 1];
    reader->recent[0] = hash | 1;
    reader->tokens++;
}

static void add_shingle(struct reader *reader, unsigned length)
{
    uint64_t sum = 0;

    if (reader->tokens < length)
        return;
    for (unsigned back = 0; back < length; back++)
        sum += reader->recent[back] * place[back];
    *reader->next++ = mix(sum);
}

static void add_token(struct reader *reader, const struct text_token *token)
{
    if (reader->tokens == SHINGLE_MAX_TOKENS)
        return;
    remember_token(reader, token->hash);
    if (token->kind == TOKEN_IDEOGRAPH)
        add_shingle(reader, SHINGLE_IDEOGRAPHS);
    else
        add_shingle(reader, SHINGLE_WORDS);
}

/* One sign that is not a space stands between two parts of a number: 1,024.5 and 12:30. */
static bool is_joined(const struct text_view *view, uint32_t i)
{
    const struct text_token *token = &view->tokens[i];

    return i > 0 && token->kind == TOKEN_NUMBER && token[-1].kind == TOKEN_NUMBER &&
           token->gap != GAP_SPACE && token->start == token[-1].end + 1;
}

/* The number that begins at token i. */
static uint64_t number_bit(const struct text_view *view, uint32_t i)
{
    const struct text_token *token = &view->tokens[i];
    uint64_t hash = mix(token->hash);
    bool alone = true;

    for (uint32_t next = i + 1; next < view->token_count && is_joined(view, next); next++) {
        hash = mix(hash ^ view->tokens[next].hash);
        alone = false;
    }
    uint32_t digit = view->points[token->first] - '0';

    if (alone && token->length == 1 && digit < NUMBERS_DIGITS)
        return (uint64_t)1 << digit;
    return (uint64_t)1 << (NUMBERS_DIGITS + hash % (64 - NUMBERS_DIGITS));
}

static uint64_t name_bit(const struct text_token *token)
{
    return (uint64_t)1 << (mix(token->hash) & 63);
}

static bool is_name(const struct text_token *token)
{
    return token->kind == TOKEN_WORD && (token->flags & TOKEN_UPPER_FIRST) != 0 &&
           token->gap != GAP_SENTENCE;
}

static void read_view(struct reader *reader, const struct text_view *view, bool with_names)
{
    struct reader local = *reader; /* so that it stays in registers */
    uint64_t exact = reader->shingles->exact;
    uint64_t numbers = 0;
    uint64_t names = 0;

    for (uint32_t i = 0; i < view->token_count; i++) {
        const struct text_token *token = &view->tokens[i];

        exact = (exact + token->hash) * EXACT_BASE;
        if ((token->flags & TOKEN_URL) != 0)
            continue;
        add_token(&local, token);
        if (token->kind == TOKEN_NUMBER && !is_joined(view, i))
            numbers |= number_bit(view, i);
        else if (is_name(token) && i > 0)
            names |= name_bit(token);
    }
    *reader = local;
    reader->shingles->exact = exact;
    reader->shingles->numbers |= numbers;
    reader->shingles->names |= with_names ? names : 0;
}

void shingles_read(const struct text_view *headline, const struct text_view *body, uint64_t *room,
                   struct shingles *ret_shingles)
{
    struct reader reader = {.next = room, .shingles = ret_shingles};

    *ret_shingles = (struct shingles){.hashes = room};
    read_view(&reader, headline, false);
    read_view(&reader, body, true);
    ret_shingles->exact = mix(ret_shingles->exact);
    ret_shingles->count = (uint32_t)(reader.next - room);
    /* A text of signs alone has no tokens; it equals only what has the same signs. */
    if (headline->token_count + body->token_count == 0)
        ret_shingles->exact = hash_bytes(headline->value) ^ mix(hash_bytes(body->value));
}

/* The smallest value of each bin, and which shingle has it. */
struct bins {
    uint32_t values[SKETCH_BINS];
    uint32_t shingles[SKETCH_BINS];
};

/* Listed shingles go into sample, others into bins. Returns how many the latter were. */
static uint32_t deal_into_bins(const struct shingles *shingles, const struct boilerplate *list,
                               struct bins *bins, struct shingle_sample *sample)
{
    uint32_t dealt = 0;

    for (unsigned bin = 0; bin < SKETCH_BINS; bin++)
        bins->values[bin] = EMPTY_BIN;
    for (uint32_t i = 0; i < shingles->count; i++) {
        uint64_t hash = shingles->hashes[i];
        uint32_t value = (uint32_t)hash & EMPTY_BIN;

        if (boilerplate_contains(list, hash)) {
            if (sample->count < SAMPLE_MAX - SKETCH_BINS)
                sample->hashes[sample->count++] = hash;
            continue;
        }
        dealt++;
        if (value < bins->values[hash >> 56]) {
            bins->values[hash >> 56] = value;
            bins->shingles[hash >> 56] = i;
        }
    }
    return dealt;
}

static void sample_bins(const struct shingles *shingles, const struct bins *bins,
                        struct shingle_sample *sample)
{
    for (unsigned bin = 0; bin < SKETCH_BINS; bin++) {
        if (bins->values[bin] != EMPTY_BIN)
            sample->hashes[sample->count++] = shingles->hashes[bins->shingles[bin]];
    }
}

/* 1 to 15: 0 is the empty bin. */
static uint64_t four_bits(uint32_t value, unsigned bin)
{
    return 1 + mix(value | (uint64_t)bin << VALUE_BITS) % 15;
}

static void keep_four_bits(const uint32_t bins[SKETCH_BINS], uint64_t sketch[SKETCH_WORDS])
{
    for (unsigned bin = 0; bin < SKETCH_BINS; bin++) {
        if (bins[bin] != EMPTY_BIN)
            sketch[bin / 16] |= four_bits(bins[bin], bin) << 4 * (bin % 16);
    }
}

/* Inserts into the sorted `smallest`, which holds count of at most FINGERPRINT_MAX_KEYS. */
static uint32_t insert_sorted(uint64_t *smallest, uint32_t count, uint64_t value)
{
    uint32_t at = count < FINGERPRINT_MAX_KEYS ? count++ : count - 1;

    for (; at > 0 && smallest[at - 1] > value; at--)
        smallest[at] = smallest[at - 1];
    smallest[at] = value;
    return count;
}

static void take_keys(const uint32_t bins[SKETCH_BINS], struct fingerprint_keys *keys)
{
    uint64_t smallest[FINGERPRINT_MAX_KEYS] = {0};
    uint32_t count = 0;

    for (unsigned bin = 0; bin < SKETCH_BINS; bin++) {
        uint64_t value = (uint64_t)bins[bin] << 8 | bin;

        if (bins[bin] == EMPTY_BIN)
            continue;
        if (count < FINGERPRINT_MAX_KEYS || value < smallest[count - 1])
            count = insert_sorted(smallest, count, value);
    }
    for (uint32_t i = 0; i < count; i++)
        keys->keys[i] = (uint32_t)mix(smallest[i]);
    keys->count = count;
}

void fingerprint_make(const struct shingles *shingles, const struct boilerplate *list,
                      struct fingerprint *ret_fingerprint, struct fingerprint_keys *ret_keys,
                      struct shingle_sample *ret_sample)
{
    struct bins bins;

    *ret_fingerprint = (struct fingerprint){
        .exact = shingles->exact, .numbers = shingles->numbers, .names = shingles->names};
    ret_keys->count = 0;
    ret_sample->count = 0;
    uint32_t dealt = deal_into_bins(shingles, list, &bins, ret_sample);

    sample_bins(shingles, &bins, ret_sample);
    if (dealt < FINGERPRINT_MIN_SHINGLES)
        return;
    ret_fingerprint->shingles = dealt;
    keep_four_bits(bins.values, ret_fingerprint->sketch);
    take_keys(bins.values, ret_keys);
}

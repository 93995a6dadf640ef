#include "processors/duplicates/fingerprint.h"

#include "base/hash.h"
#include "processors/duplicates/mix.h"

/* The highest 8 bits of a shingle's hash say which bin it falls into, the others are its value. */
enum { VALUE_BITS = 56 };

#define EMPTY_BIN UINT64_MAX
#define VALUE_MASK (((uint64_t)1 << VALUE_BITS) - 1)

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
    uint64_t recent[SHINGLE_IDEOGRAPHS - 1]; /* hashes of the last tokens, the last one first */
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

/* The shingle that ends with a token of that hash. */
static inline uint64_t shingle_hash(const uint64_t *recent, uint64_t hash, unsigned length)
{
    uint64_t sum = hash * place[0];

    for (unsigned back = 1; back < length; back++)
        sum += recent[back - 1] * place[back];
    return mix(sum);
}

static inline void add_token(struct reader *reader, const struct text_token *token)
{
    uint64_t hash = token->hash | 1;

    if (reader->tokens == SHINGLE_MAX_TOKENS)
        return;
    reader->tokens++;
    if (token->kind != TOKEN_IDEOGRAPH && reader->tokens >= SHINGLE_WORDS)
        *reader->next++ = shingle_hash(reader->recent, hash, SHINGLE_WORDS);
    else if (reader->tokens >= SHINGLE_IDEOGRAPHS)
        *reader->next++ = shingle_hash(reader->recent, hash, SHINGLE_IDEOGRAPHS);
    for (unsigned back = SHINGLE_IDEOGRAPHS - 2; back > 0; back--)
        reader->recent[back] = reader->recent[back - 1];
    reader->recent[0] = hash;
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

static bool is_capitalised(const struct text_token *token)
{
    return token->kind == TOKEN_WORD && (token->flags & TOKEN_UPPER_FIRST) != 0 &&
           token->gap != GAP_SENTENCE;
}

/* A capitalised word beside another one: German capitalises every noun, but two side by side are
 * mostly a name there too. */
static bool is_name(const struct text_view *view, uint32_t i)
{
    const struct text_token *token = &view->tokens[i];

    if (i == 0 || !is_capitalised(token))
        return false;
    if (i > 1 && token->gap <= GAP_JOINER && is_capitalised(&token[-1]))
        return true;
    return i + 1 < view->token_count && token[1].gap <= GAP_JOINER && is_capitalised(&token[1]);
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
        else if (is_name(view, i))
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

/* Listed shingles go into sample, others into bins, which keep the smallest value each. Returns how
 * many the latter were. */
static uint32_t deal_into_bins(const struct shingles *shingles, const struct boilerplate *list,
                               uint64_t bins[SKETCH_BINS], struct shingle_sample *sample)
{
    uint32_t dealt = 0;

    for (unsigned bin = 0; bin < SKETCH_BINS; bin++)
        bins[bin] = EMPTY_BIN;
    for (uint32_t i = 0; i < shingles->count; i++) {
        uint64_t hash = shingles->hashes[i];
        uint64_t value = hash & VALUE_MASK;
        uint64_t *bin = &bins[hash >> VALUE_BITS];

        if (boilerplate_contains(list, hash)) {
            if (sample->count < SAMPLE_MAX - SKETCH_BINS)
                sample->hashes[sample->count++] = hash;
            continue;
        }
        dealt++;
        *bin = value < *bin ? value : *bin;
    }
    return dealt;
}

static void sample_bins(const uint64_t bins[SKETCH_BINS], struct shingle_sample *sample)
{
    for (uint64_t bin = 0; bin < SKETCH_BINS; bin++) {
        sample->hashes[sample->count] = bins[bin] | bin << VALUE_BITS;
        sample->count += bins[bin] != EMPTY_BIN;
    }
}

/* 1 to 15: 0 is the empty bin. The lowest bits of a value say nothing of how small it is. */
static uint64_t four_bits(uint64_t value)
{
    return 1 + ((value & 0xffff) * 15 >> 16);
}

static void keep_four_bits(const uint64_t bins[SKETCH_BINS], uint64_t sketch[SKETCH_WORDS])
{
    for (unsigned bin = 0; bin < SKETCH_BINS; bin++) {
        uint64_t bits = bins[bin] != EMPTY_BIN ? four_bits(bins[bin]) : 0;

        sketch[bin / 16] |= bits << 4 * (bin % 16);
    }
}

/* Of the smallest values the keys are made, the smallest one first. */
struct smallest {
    uint64_t values[FINGERPRINT_MAX_KEYS];
    uint64_t hashes[FINGERPRINT_MAX_KEYS];
    uint32_t count;
};

static void insert_sorted(struct smallest *smallest, uint64_t value, uint64_t hash)
{
    uint32_t at = smallest->count < FINGERPRINT_MAX_KEYS ? smallest->count++ : smallest->count - 1;

    for (; at > 0 && smallest->values[at - 1] > value; at--) {
        smallest->values[at] = smallest->values[at - 1];
        smallest->hashes[at] = smallest->hashes[at - 1];
    }
    smallest->values[at] = value;
    smallest->hashes[at] = hash;
}

static void take_keys(const uint64_t bins[SKETCH_BINS], struct fingerprint_keys *keys)
{
    struct smallest smallest = {.count = 0};
    uint64_t limit = EMPTY_BIN; /* what is not below it is no key */

    for (uint64_t bin = 0; bin < SKETCH_BINS; bin++) {
        if (bins[bin] >= limit)
            continue;
        insert_sorted(&smallest, bins[bin], bins[bin] | bin << VALUE_BITS);
        if (smallest.count == FINGERPRINT_MAX_KEYS)
            limit = smallest.values[FINGERPRINT_MAX_KEYS - 1];
    }
    for (uint32_t i = 0; i < smallest.count; i++)
        keys->keys[i] = (uint32_t)mix(smallest.hashes[i]);
    keys->count = smallest.count;
}

void fingerprint_make(const struct shingles *shingles, const struct boilerplate *list,
                      struct fingerprint *ret_fingerprint, struct fingerprint_keys *ret_keys,
                      struct shingle_sample *ret_sample)
{
    uint64_t bins[SKETCH_BINS];

    *ret_fingerprint = (struct fingerprint){
        .exact = shingles->exact, .numbers = shingles->numbers, .names = shingles->names};
    ret_keys->count = 0;
    ret_sample->count = 0;
    uint32_t dealt = deal_into_bins(shingles, list, bins, ret_sample);

    sample_bins(bins, ret_sample);
    if (dealt < FINGERPRINT_MIN_SHINGLES)
        return;
    ret_fingerprint->shingles = dealt;
    keep_four_bits(bins, ret_fingerprint->sketch);
    take_keys(bins, ret_keys);
}

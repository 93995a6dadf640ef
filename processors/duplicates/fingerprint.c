#include "processors/duplicates/fingerprint.h"

#include <string.h>

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

enum { RECENT = SHINGLE_IDEOGRAPHS - 1 };

/* Where the next token and shingle go. */
struct reader {
    uint64_t recent[RECENT]; /* hashes of the last tokens, the last one first */
    uint32_t tokens;
    uint64_t exact;
    uint64_t *next;
};

/* What is gathered besides. */
struct facts {
    uint64_t numbers;
    uint64_t names;
};

static size_t bounded(size_t tokens)
{
    return tokens < SHINGLE_MAX_TOKENS ? tokens : SHINGLE_MAX_TOKENS;
}

size_t shingles_room(const struct text_view *headline, const struct text_view *body)
{
    return bounded((size_t)headline->token_count + body->token_count) + 1;
}

static uint64_t token_value(const struct text_token *token)
{
    return token->hash | 1;
}

static uint64_t exact_after(uint64_t exact, const struct text_token *token)
{
    return (exact + token->hash) * EXACT_BASE;
}

/* The shingle that ends with a token of that hash. */
static inline uint64_t shingle_hash(const uint64_t *recent, uint64_t hash, unsigned length)
{
    uint64_t sum = hash * place[0];

    for (unsigned back = 1; back < length; back++)
        sum += recent[back - 1] * place[back];
    return mix(sum);
}

static inline void push_recent(struct reader *reader, uint64_t hash)
{
    for (unsigned back = RECENT - 1; back > 0; back--)
        reader->recent[back] = reader->recent[back - 1];
    reader->recent[0] = hash;
}

static void add_token(struct reader *reader, const struct text_token *token)
{
    unsigned length = token->kind == TOKEN_IDEOGRAPH ? SHINGLE_IDEOGRAPHS : SHINGLE_WORDS;
    uint64_t hash = token_value(token);

    reader->exact = exact_after(reader->exact, token);
    if ((token->flags & TOKEN_URL) != 0 || reader->tokens == SHINGLE_MAX_TOKENS)
        return;
    if (reader->tokens + 1 >= length)
        *reader->next++ = shingle_hash(reader->recent, hash, length);
    push_recent(reader, hash);
    reader->tokens++;
}

static bool is_word(const struct text_token *token)
{
    return token->kind != TOKEN_IDEOGRAPH && (token->flags & TOKEN_URL) == 0;
}

/* As add_token, all words and numbers up to end or one that is none; there are SHINGLE_WORDS - 1
 * tokens before. Returns where it stopped. */
static const struct text_token *add_words(struct reader *reader, const struct text_token *token,
                                          const struct text_token *end)
{
    const struct text_token *start = token;
    uint64_t last = reader->recent[0];
    uint64_t last_but_one = reader->recent[1];
    uint64_t exact = reader->exact;
    uint64_t *next = reader->next;

    for (; token < end && is_word(token); token++) {
        uint64_t hash = token_value(token);

        exact = exact_after(exact, token);
        *next++ = mix(hash * place[0] + last * place[1] + last_but_one * place[2]);
        last_but_one = last;
        last = hash;
    }
    reader->exact = exact;
    reader->next = next;
    reader->tokens += (uint32_t)(token - start);
    for (start = token - start > RECENT ? token - RECENT : start; start < token; start++)
        push_recent(reader, token_value(start));
    return token;
}

/* The same of ideographs; there are SHINGLE_IDEOGRAPHS - 1 tokens before. */
static const struct text_token *
add_ideographs(struct reader *reader, const struct text_token *token, const struct text_token *end)
{
    struct reader local = *reader; /* so that it stays in registers */

    for (; token < end && token->kind == TOKEN_IDEOGRAPH && (token->flags & TOKEN_URL) == 0;
         token++) {
        uint64_t hash = token_value(token);

        local.exact = exact_after(local.exact, token);
        *local.next++ = shingle_hash(local.recent, hash, SHINGLE_IDEOGRAPHS);
        push_recent(&local, hash);
        local.tokens++;
    }
    *reader = local;
    return token;
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

/* Adds all tokens to shingles and `exact`. */
static void read_tokens(struct reader *reader, const struct text_view *view)
{
    const struct text_token *token = view->tokens;
    const struct text_token *end = token + view->token_count;

    while (token < end) {
        const struct text_token *before = token;
        uint32_t left = SHINGLE_MAX_TOKENS - reader->tokens;
        const struct text_token *stop = left < (size_t)(end - token) ? token + left : end;

        if (reader->tokens >= SHINGLE_WORDS - 1)
            token = add_words(reader, token, stop);
        if (reader->tokens >= SHINGLE_IDEOGRAPHS - 1)
            token = add_ideographs(reader, token, stop);
        if (token == before)
            add_token(reader, token++);
    }
}

static struct facts read_facts(const struct text_view *view)
{
    const struct text_token *end = view->tokens + view->token_count;
    struct facts facts = {0};

    for (const struct text_token *token = view->tokens; token < end; token++) {
        uint32_t i = (uint32_t)(token - view->tokens);

        if (token->kind != TOKEN_NUMBER && (token->flags & TOKEN_UPPER_FIRST) == 0)
            continue;
        if ((token->flags & TOKEN_URL) != 0)
            continue;
        if (token->kind != TOKEN_NUMBER)
            facts.names |= is_name(view, i) ? name_bit(token) : 0;
        else if (!is_joined(view, i))
            facts.numbers |= number_bit(view, i);
    }
    return facts;
}

void shingles_read(const struct text_view *headline, const struct text_view *body, uint64_t *room,
                   struct shingles *ret_shingles)
{
    struct reader reader = {.next = room};
    struct facts facts = read_facts(body);

    read_tokens(&reader, headline);
    read_tokens(&reader, body);
    *ret_shingles = (struct shingles){.hashes = room,
                                      .count = (uint32_t)(reader.next - room),
                                      .exact = mix(reader.exact),
                                      .numbers = facts.numbers | read_facts(headline).numbers,
                                      .names = facts.names};
    /* A text of signs alone has no tokens; it equals only what has the same signs. */
    if (headline->token_count + body->token_count == 0)
        ret_shingles->exact = hash_bytes(headline->value) ^ mix(hash_bytes(body->value));
}

static void sample_listed(struct shingle_sample *sample, uint64_t hash)
{
    if (sample->count < SAMPLE_MAX - SKETCH_BINS)
        sample->hashes[sample->count++] = hash;
}

/* Listed shingles go into sample, others into bins, which keep the smallest value each. Returns how
 * many the latter were. */
static uint32_t deal_into_bins(const struct shingles *shingles, const struct boilerplate *list,
                               uint64_t bins[SKETCH_BINS], struct shingle_sample *sample)
{
    const uint64_t *end = shingles->hashes + shingles->count;
    uint32_t listed = 0;

    for (unsigned bin = 0; bin < SKETCH_BINS; bin++)
        bins[bin] = EMPTY_BIN;
    for (const uint64_t *hash = shingles->hashes; hash < end; hash++) {
        uint64_t value = *hash & VALUE_MASK;
        uint64_t *bin = &bins[*hash >> VALUE_BITS];

        if (boilerplate_contains(list, *hash)) {
            sample_listed(sample, *hash);
            listed++;
            continue;
        }
        *bin = value < *bin ? value : *bin;
    }
    return shingles->count - listed;
}

/* Of the smallest values the keys are made, the smallest one first. */
struct smallest {
    uint64_t values[FINGERPRINT_MAX_KEYS];
    uint64_t hashes[FINGERPRINT_MAX_KEYS];
    uint32_t count;
    uint64_t limit; /* what is not below it is no key */
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
    if (smallest->count == FINGERPRINT_MAX_KEYS)
        smallest->limit = smallest->values[FINGERPRINT_MAX_KEYS - 1];
}

/* 1 to 15: 0 is the empty bin. The lowest bits of a value say nothing of how small it is. */
static uint64_t four_bits(uint64_t value)
{
    return 1 + ((value & 0xffff) * 15 >> 16);
}

/* Goes over 16 bins from first on for all that is made of them. Returns their word of the sketch.
 */
static uint64_t read_bins(const uint64_t *bins, uint64_t first, struct shingle_sample *sample,
                          struct smallest *smallest)
{
    uint64_t *next = &sample->hashes[sample->count];
    uint64_t word = 0;

    for (uint64_t bin = first; bin < first + 16; bin++) {
        uint64_t value = bins[bin];
        uint64_t hash = value | bin << VALUE_BITS;

        word >>= 4;
        if (value == EMPTY_BIN)
            continue;
        word |= four_bits(value) << 60;
        *next++ = hash;
        if (value < smallest->limit)
            insert_sorted(smallest, value, hash);
    }
    sample->count = (uint32_t)(next - sample->hashes);
    return word;
}

static void set_keys(const struct smallest *smallest, struct fingerprint_keys *keys)
{
    for (uint32_t i = 0; i < smallest->count; i++)
        keys->keys[i] = (uint32_t)mix(smallest->hashes[i]);
    keys->count = smallest->count;
}

void fingerprint_make(const struct shingles *shingles, const struct boilerplate *list,
                      struct fingerprint *ret_fingerprint, struct fingerprint_keys *ret_keys,
                      struct shingle_sample *ret_sample)
{
    uint64_t bins[SKETCH_BINS];
    uint64_t sketch[SKETCH_WORDS];
    struct smallest smallest = {.limit = EMPTY_BIN};

    *ret_fingerprint = (struct fingerprint){
        .exact = shingles->exact, .numbers = shingles->numbers, .names = shingles->names};
    ret_keys->count = 0;
    ret_sample->count = 0;
    uint32_t dealt = deal_into_bins(shingles, list, bins, ret_sample);

    for (unsigned i = 0; i < SKETCH_WORDS; i++)
        sketch[i] = read_bins(bins, 16 * i, ret_sample, &smallest);
    if (dealt < FINGERPRINT_MIN_SHINGLES)
        return;
    ret_fingerprint->shingles = dealt;
    memcpy(ret_fingerprint->sketch, sketch, sizeof sketch);
    set_keys(&smallest, ret_keys);
}

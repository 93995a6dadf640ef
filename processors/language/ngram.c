#include "processors/language/ngram.h"

#include <stdbool.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include "base/utf8.h"

#define FNV_BASIS 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

enum {
    LONGEST = 4,
    WORD_MAX = 32, /* points; a longer word is cut */
    LATIN_END = 0x250,
    DECOMPOSED = 4, /* points of one letter, at most */
    EDGE = ' ',
    APOSTROPHE = '\'',
};

struct word {
    uint32_t points[WORD_MAX + 2]; /* with an edge on either side */
    size_t length;
    bool coded; /* digits stand right beside its letters */
};

struct hashes {
    uint32_t *hashes;
    size_t count;
    size_t max;
    bool latin;
};

static uint64_t mix(uint64_t hash, uint32_t point)
{
    return (hash ^ point) * FNV_PRIME;
}

static void add_hash(struct hashes *to, uint64_t hash)
{
    hash ^= hash >> 29;
    if (to->count < to->max)
        to->hashes[to->count++] = (uint32_t)((hash * 0x9e3779b97f4a7c15u) >> 32);
}

static void add_runs_from(struct hashes *to, const struct word *word, size_t first)
{
    uint64_t hash = FNV_BASIS;

    for (size_t n = 1; n <= LONGEST && first + n <= word->length; n++) {
        hash = mix(hash, word->points[first + n - 1]);
        if (n > 1 || first > 0)
            add_hash(to, hash);
    }
}

static void add_whole(struct hashes *to, const struct word *word)
{
    uint64_t hash = FNV_BASIS;

    for (size_t i = 0; i < word->length; i++)
        hash = mix(hash, word->points[i]);
    add_hash(to, hash);
}

/* Hexadecimal digests and product numbers are no words; a year before a Han letter spoils none. */
static bool is_left_out(const struct hashes *to, const struct word *word)
{
    return word->points[1] < LATIN_END && (word->coded || !to->latin);
}

/* Ends the word, if there is one, and begins the next. */
static void end_word(struct hashes *to, struct word *word)
{
    if (word->length > 1 && !is_left_out(to, word)) {
        word->points[word->length++] = EDGE;
        for (size_t i = 0; i + 1 < word->length; i++)
            add_runs_from(to, word, i);
        if (word->length > LONGEST)
            add_whole(to, word);
    }
    word->points[0] = EDGE;
    word->length = 1;
    word->coded = false;
}

static void add_point(struct word *word, uint32_t point)
{
    if (word->length <= WORD_MAX)
        word->points[word->length++] = point;
}

static bool is_apostrophe(UChar32 point)
{
    return point == APOSTROPHE || point == 0x2019 || point == 0x2018 || point == 0x02BC ||
           point == 0x02BB;
}

static bool is_letter(UChar32 point)
{
    return (U_MASK(u_charType(point)) & (U_GC_L_MASK | U_GC_M_MASK)) != 0;
}

static void add_letter(struct word *word, UChar32 point)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar units[2 * DECOMPOSED];
    int32_t length = unorm2_getDecomposition(unorm2_getNFDInstance(&status), u_tolower(point),
                                             units, 2 * DECOMPOSED, &status);

    if (length <= 0 || U_FAILURE(status)) {
        add_point(word, (uint32_t)u_tolower(point));
        return;
    }
    for (int32_t i = 0; i < length;) {
        UChar32 part;

        U16_NEXT(units, i, length, part);
        add_point(word, (uint32_t)part);
    }
}

static void add_other(struct hashes *to, struct word *word, UChar32 point)
{
    if (is_apostrophe(point) && word->length > 1)
        add_point(word, APOSTROPHE);
    else if (point >= '0' && point <= '9')
        word->coded = true;
    else if (point >= 0 && is_letter(point))
        add_letter(word, point);
    else
        end_word(to, word);
}

/* The code point at *at, which moves behind it; -1 for a byte that begins none. */
static UChar32 next_point(const unsigned char *text, size_t length, size_t *at)
{
    const unsigned char *bytes = text + *at;
    size_t size = bytes[0] < 0x80 ? 1 : utf8_sequence(bytes, length - *at);

    *at += size > 0 ? size : 1;
    return size > 0 ? (UChar32)utf8_decode(bytes) : -1;
}

size_t ngram_hashes(const char *text, size_t length, bool latin, uint32_t *ret_hashes, size_t max)
{
    struct hashes hashes = {.hashes = ret_hashes, .max = max, .latin = latin};
    struct word word = {.points = {EDGE}, .length = 1};

    for (size_t i = 0; i < length && hashes.count < max;) {
        UChar32 point = next_point((const unsigned char *)text, length, &i);

        if (point >= 'a' && point <= 'z')
            add_point(&word, (uint32_t)point);
        else
            add_other(&hashes, &word, point);
    }
    end_word(&hashes, &word);
    return hashes.count;
}

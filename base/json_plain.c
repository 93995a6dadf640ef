#include "base/json_plain.h"

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

#ifdef __SSE2__

enum { BLOCK = sizeof(__m128i) };

/* How many bytes at the start of a block are plain. ret_high: not 0 where one of these is beyond
 * ASCII. */
static size_t plain_in(const char *bytes, unsigned *ret_high)
{
    __m128i block = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
    __m128i special = _mm_or_si128(_mm_or_si128(quote, backslash), control);
    unsigned found = (unsigned)_mm_movemask_epi8(special) | 1U << BLOCK;
    unsigned plain = (unsigned)__builtin_ctz(found);

    *ret_high = (unsigned)_mm_movemask_epi8(block) & ((1U << plain) - 1);
    return plain;
}

#else

enum { BLOCK = sizeof(uint64_t) };

static size_t plain_in(const char *bytes, unsigned *ret_high)
{
    size_t plain = 0;

    for (*ret_high = 0; plain < BLOCK && is_plain((unsigned char)bytes[plain]); plain++)
        *ret_high |= (unsigned char)bytes[plain] & 0x80;
    return plain;
}

#endif

size_t json_plain_length(const char *bytes, size_t length, bool *ret_ascii)
{
    unsigned high = 0;
    size_t plain = BLOCK;
    size_t at = 0;

    for (unsigned block_high; plain == BLOCK && length - at >= BLOCK; at += plain) {
        plain = plain_in(bytes + at, &block_high);
        high |= block_high;
    }
    for (; plain == BLOCK && at < length && is_plain((unsigned char)bytes[at]); at++)
        high |= (unsigned char)bytes[at] & 0x80;
    *ret_ascii = high == 0;
    return at;
}

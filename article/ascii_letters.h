/* The letters of ASCII at the start of sixteen bytes: counted, folded and widened at once, with
 * SSE2 where the machine has it (every x86-64), else eight bytes at a time in a register. Both are
 * there to be compared by a test. Private to article/. Threads: any. */
#ifndef COPYDESK_ARTICLE_ASCII_LETTERS_H
#define COPYDESK_ARTICLE_ASCII_LETTERS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { ASCII_LETTERS = 16 };

struct ascii_letters {
    uint32_t count;   /* bytes before the first that is no letter */
    uint32_t capital; /* bit i: byte i is one of these letters, and a capital */
};

/* --- anywhere --- */

static inline uint64_t ascii_letters_load(const unsigned char *bytes)
{
    uint64_t eight;

    memcpy(&eight, bytes, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return eight;
}

/* Bit 7 of each byte, side by side. */
static inline uint32_t ascii_letters_gather(uint64_t eight)
{
    return (uint32_t)((eight >> 7 & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080) >>
                      56);
}

/* A bit for each of eight bytes that is a letter. */
static inline uint32_t ascii_letters_of(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t lower = (eight | ones * 0x20) & ones * 0x7F;
    uint64_t from_a = lower + ones * (0x80 - 'a');
    uint64_t behind_z = lower + ones * (0x7F - 'z');

    return ascii_letters_gather(from_a & ~behind_z & ~eight);
}

static inline struct ascii_letters ascii_letters_counted(uint32_t letters, uint32_t capitals)
{
    uint32_t others = ~letters | 1U << ASCII_LETTERS;

    return (struct ascii_letters){.count = (uint32_t)__builtin_ctz(others),
                                  .capital = capitals & ((others & -others) - 1)};
}

/* Reads ASCII_LETTERS bytes and writes at most as many points, of which `count` mean something. */
static inline struct ascii_letters ascii_letters_plain(const unsigned char *bytes, uint32_t *points)
{
    uint64_t low = ascii_letters_load(bytes);
    uint64_t high = ascii_letters_load(bytes + 8);

    for (int i = 0; i < ASCII_LETTERS; i++)
        points[i] = bytes[i] | 0x20u;
    return ascii_letters_counted(ascii_letters_of(low) | ascii_letters_of(high) << 8,
                                 ascii_letters_gather(~low << 2) | ascii_letters_gather(~high << 2)
                                                                       << 8);
}

/* --- with SSE2 --- */

#ifdef __SSE2__
/* eight: bytes in pairs with a zero behind each. */
static inline void ascii_letters_widen(__m128i eight, uint32_t *points)
{
    __m128i *out = (__m128i *)(void *)points;

    _mm_storeu_si128(out, _mm_unpacklo_epi16(eight, _mm_setzero_si128()));
    _mm_storeu_si128(out + 1, _mm_unpackhi_epi16(eight, _mm_setzero_si128()));
}

static inline struct ascii_letters ascii_letters_sse2(const unsigned char *bytes, uint32_t *points)
{
    __m128i sixteen = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    __m128i lower = _mm_or_si128(sixteen, _mm_set1_epi8(0x20));
    __m128i from_a = _mm_sub_epi8(lower, _mm_set1_epi8('a'));
    __m128i letters = _mm_cmpeq_epi8(_mm_min_epu8(from_a, _mm_set1_epi8('z' - 'a')), from_a);
    /* Bit 5 tells small letters; shifted to where movemask looks. */
    int small = _mm_movemask_epi8(_mm_slli_epi16(sixteen, 2));
    struct ascii_letters found =
        ascii_letters_counted((uint32_t)_mm_movemask_epi8(letters), ~(uint32_t)small);

    ascii_letters_widen(_mm_unpacklo_epi8(lower, _mm_setzero_si128()), points);
    if (found.count > 8)
        ascii_letters_widen(_mm_unpackhi_epi8(lower, _mm_setzero_si128()), points + 8);
    return found;
}
#endif

/* --- the better of them --- */

static inline struct ascii_letters ascii_letters_read(const unsigned char *bytes, uint32_t *points)
{
#ifdef __SSE2__
    return ascii_letters_sse2(bytes, points);
#else
    return ascii_letters_plain(bytes, points);
#endif
}

#endif

#include "base/utf8_wide.h"

#ifdef __x86_64__

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

/* Thirty-two bytes at once, by three tables of what two neighbouring bytes must not be: by the
 * upper and the lower half of the first and the upper half of the second. A byte is wrong where all
 * three agree. (The method is that of Keiser and Lemire, Validating UTF-8 In Less Than One
 * Instruction Per Byte, 2020.) */
enum {
    TOO_SHORT = 1 << 0, /* a first byte where a continuation is due */
    TOO_LONG = 1 << 1,  /* a continuation behind ASCII */
    OVERLONG_3 = 1 << 2,
    TOO_LARGE = 1 << 3,
    SURROGATE = 1 << 4,
    OVERLONG_2 = 1 << 5,
    TOO_LARGE_1000 = 1 << 6, /* above U+10FFFF, in the fourth's plane and beyond */
    OVERLONG_4 = 1 << 6,
    TWO_CONTINUATIONS = 1 << 7, /* right only as the last of three or four */
    ANY_LOWER = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS,
    ABOVE = ANY_LOWER | TOO_LARGE | TOO_LARGE_1000,
    CONTINUES = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS,
};

static const uint8_t by_upper_half_of_first[16] = {
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TWO_CONTINUATIONS,
    TWO_CONTINUATIONS,
    TWO_CONTINUATIONS,
    TWO_CONTINUATIONS,
    TOO_SHORT | OVERLONG_2,
    TOO_SHORT,
    TOO_SHORT | OVERLONG_3 | SURROGATE,
    TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4,
};

static const uint8_t by_lower_half_of_first[16] = {
    ANY_LOWER | OVERLONG_3 | OVERLONG_2 | OVERLONG_4,
    ANY_LOWER | OVERLONG_2,
    ANY_LOWER,
    ANY_LOWER,
    ANY_LOWER | TOO_LARGE,
    ABOVE,
    ABOVE,
    ABOVE,
    ABOVE,
    ABOVE,
    ABOVE,
    ABOVE,
    ABOVE,
    ABOVE | SURROGATE,
    ABOVE,
    ABOVE,
};

static const uint8_t by_upper_half_of_second[16] = {
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    CONTINUES | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
    CONTINUES | OVERLONG_3 | TOO_LARGE,
    CONTINUES | SURROGATE | TOO_LARGE,
    CONTINUES | SURROGATE | TOO_LARGE,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
};

enum { BLOCK = sizeof(__m256i) };

#define WIDE __attribute__((target("avx2"))) static

WIDE __m256i load_table(const uint8_t table[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

WIDE __m256i upper_halves(__m256i bytes)
{
    return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
}

/* Not zero where a byte is wrong. before: the block before. */
WIDE __m256i errors_of(__m256i block, __m256i before)
{
    __m256i joined = _mm256_permute2x128_si256(before, block, 0x21);
    __m256i first = _mm256_alignr_epi8(block, joined, 15);  /* of each byte: the one before it, */
    __m256i second = _mm256_alignr_epi8(block, joined, 14); /* two, */
    __m256i third = _mm256_alignr_epi8(block, joined, 13);  /* and three before it */
    __m256i lower = _mm256_and_si256(first, _mm256_set1_epi8(0x0F));
    __m256i wrong = _mm256_and_si256(
        _mm256_and_si256(
            _mm256_shuffle_epi8(load_table(by_upper_half_of_first), upper_halves(first)),
            _mm256_shuffle_epi8(load_table(by_lower_half_of_first), lower)),
        _mm256_shuffle_epi8(load_table(by_upper_half_of_second), upper_halves(block)));
    __m256i of_three = _mm256_subs_epu8(second, _mm256_set1_epi8((char)(0xE0 - 0x80)));
    __m256i of_four = _mm256_subs_epu8(third, _mm256_set1_epi8((char)(0xF0 - 0x80)));
    __m256i must_continue = _mm256_and_si256(_mm256_or_si256(of_three, of_four),
                                             _mm256_set1_epi8((char)TWO_CONTINUATIONS));

    return _mm256_xor_si256(must_continue, wrong);
}

/* The end is checked with zeros behind it, so that a code point that is cut off is too short. */
__attribute__((target("avx2"))) bool utf8_wide_is_valid(const unsigned char *bytes, size_t length)
{
    __m256i errors = _mm256_setzero_si256();
    __m256i before = _mm256_setzero_si256();
    unsigned char end[BLOCK] = {0};
    size_t i = 0;

    for (; length - i >= BLOCK; i += BLOCK) {
        __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + i));

        errors = _mm256_or_si256(errors, errors_of(block, before));
        before = block;
    }
    if (i < length)
        memcpy(end, bytes + i, length - i);
    __m256i last = _mm256_loadu_si256((const __m256i *)(const void *)end);

    errors = _mm256_or_si256(errors, errors_of(last, before));
    return _mm256_testz_si256(errors, errors) != 0;
}

bool utf8_wide_is_there(void)
{
    return __builtin_cpu_supports("avx2") != 0;
}

#else

bool utf8_wide_is_valid(const unsigned char *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    return false;
}

bool utf8_wide_is_there(void)
{
    return false;
}

#endif

/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
 * Bytes are checked once, where they come in; what decodes later relies on that. Threads: any. */
#ifndef COPYDESK_BASE_UTF8_H
#define COPYDESK_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum { UTF8_MAX_BYTES = 4, UTF8_LAST_CODE_POINT = 0x10FFFF };

/* How many bytes at the start of bytes are whole, valid code points; bytes.length where all are. */
size_t utf8_valid_prefix(struct slice bytes);

bool utf8_is_valid(struct slice bytes);

/* Code points in bytes, which must be valid. */
size_t utf8_count(struct slice bytes);

/* Where people find byte `at` of text: line and column from 1, columns in code points. What stands
 * before it must be valid. */
struct utf8_place {
    size_t line;
    size_t column;
};

struct utf8_place utf8_place_of(struct slice text, size_t at);

/* Writes code_point, which must not be a surrogate or above U+10FFFF, and returns its bytes, 1-4.
 */
size_t utf8_encode(uint32_t code_point, char ret_bytes[UTF8_MAX_BYTES]);

/* Bytes of the code point that begins with this byte of valid text. */
static inline size_t utf8_length(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Bytes of the code point beyond ASCII at bytes, of which `left` >= 1 can be read; 0 where it is
 * not valid. The second byte decides on overlong forms, surrogates and the upper end. */
static inline size_t utf8_sequence(const unsigned char *bytes, size_t left)
{
    unsigned char first = bytes[0];

    if (first < 0xC2 || first > 0xF4 || left < utf8_length(first) || (bytes[1] & 0xC0) != 0x80)
        return 0;
    if (first < 0xE0)
        return 2;
    if ((bytes[2] & 0xC0) != 0x80 || (first == 0xE0 && bytes[1] < 0xA0) ||
        (first == 0xED && bytes[1] > 0x9F))
        return 0;
    if (first < 0xF0)
        return 3;
    if ((bytes[3] & 0xC0) != 0x80 || (first == 0xF0 && bytes[1] < 0x90) ||
        (first == 0xF4 && bytes[1] > 0x8F))
        return 0;
    return 4;
}

/* The code point of three bytes at bytes, which must be valid. */
static inline uint32_t utf8_decode_three(const unsigned char *bytes)
{
    return (bytes[0] & 0x0Fu) << 12 | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu);
}

/* The code point at bytes, which must be valid and not at its end. */
static inline uint32_t utf8_decode(const unsigned char *bytes)
{
    uint32_t first = bytes[0];

    if (first < 0x80)
        return first;
    if (first < 0xE0)
        return (first & 0x1Fu) << 6 | (bytes[1] & 0x3Fu);
    if (first < 0xF0)
        return utf8_decode_three(bytes);
    return (first & 0x07u) << 18 | (bytes[1] & 0x3Fu) << 12 | (bytes[2] & 0x3Fu) << 6 |
           (bytes[3] & 0x3Fu);
}

#endif

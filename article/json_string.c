#include "article/json_string.h"

#include <stdint.h>

#include "base/utf8.h"

enum { NO_NUMBER = 0x10000 };

static uint32_t hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (uint32_t)(digit - '0');
    if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
        return (uint32_t)((digit | 0x20) - 'a' + 10);
    return NO_NUMBER;
}

uint32_t json_string_hex4(const char *text)
{
    uint32_t number = 0;

    for (int i = 0; i < 4; i++) {
        uint32_t digit = hex_digit(text[i]);

        if (digit == NO_NUMBER)
            return NO_NUMBER;
        number = number << 4 | digit;
    }
    return number;
}

static char short_escape(char letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter;
    }
}

/* Reads \uXXXX, or a pair of them, at escape; returns its bytes. */
static size_t decode_number(const char *escape, uint32_t *ret_code_point)
{
    uint32_t first = json_string_hex4(escape + 2);

    if (first < 0xD800 || first > 0xDBFF) {
        *ret_code_point = first;
        return 6;
    }
    uint32_t second = json_string_hex4(escape + 8);

    *ret_code_point = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    return 12;
}

/* Decodes the escape at escape to out; returns its bytes. No escape is shorter than what it says.
 */
static size_t decode_escape(const char *escape, char **out)
{
    uint32_t code_point;

    if (escape[1] != 'u') {
        *(*out)++ = short_escape(escape[1]);
        return 2;
    }
    size_t length = decode_number(escape, &code_point);

    *out += utf8_encode(code_point, *out);
    return length;
}

struct slice json_string_decode(struct arena *arena, struct slice inside)
{
    const char *at = inside.data;
    const char *end = inside.data + inside.length;
    const char *escape = memchr(at, '\\', inside.length);

    if (escape == NULL)
        return inside;
    char *decoded = arena_reserve(arena, inside.length);
    char *out = decoded;

    while (escape != NULL) {
        memcpy(out, at, (size_t)(escape - at));
        out += escape - at;
        at = escape + decode_escape(escape, &out);
        escape = memchr(at, '\\', (size_t)(end - at));
    }
    memcpy(out, at, (size_t)(end - at));
    out += end - at;
    return slice_of(decoded, (size_t)(out - decoded));
}

#include "processors/language/lookalike.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SHORT_WORD = 3 };

/* The Cyrillic letter that looks like this Latin one, two bytes in UTF-8; 0 where none does. */
static uint16_t twin_of(char letter)
{
    static const uint16_t twins[128] = {
        ['a'] = 0xD0B0, ['c'] = 0xD181, ['e'] = 0xD0B5, ['i'] = 0xD196, ['j'] = 0xD198,
        ['o'] = 0xD0BE, ['p'] = 0xD180, ['s'] = 0xD195, ['x'] = 0xD185, ['y'] = 0xD183,
        ['A'] = 0xD090, ['B'] = 0xD092, ['C'] = 0xD0A1, ['E'] = 0xD095, ['H'] = 0xD09D,
        ['I'] = 0xD086, ['J'] = 0xD088, ['K'] = 0xD09A, ['M'] = 0xD09C, ['O'] = 0xD09E,
        ['P'] = 0xD0A0, ['S'] = 0xD085, ['T'] = 0xD0A2, ['X'] = 0xD0A5, ['Y'] = 0xD0A3,
    };

    return (unsigned char)letter < sizeof twins / sizeof *twins ? twins[(unsigned char)letter] : 0;
}

static bool is_latin(char byte)
{
    return ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

/* The first byte of a Cyrillic letter. */
static bool is_cyrillic(char byte)
{
    return (unsigned char)byte >= 0xD0 && (unsigned char)byte <= 0xD3;
}

static size_t word_length(const char *text, size_t length)
{
    size_t i = 0;

    while (i < length && (is_latin(text[i]) || (unsigned char)text[i] >= 0x80))
        i++;
    return i;
}

static bool is_to_change(const char *word, size_t length)
{
    bool cyrillic = false;

    for (size_t i = 0; i < length; i++) {
        if (is_latin(word[i]) && twin_of(word[i]) == 0)
            return false;
        cyrillic |= is_cyrillic(word[i]);
    }
    return cyrillic || length <= SHORT_WORD;
}

static size_t change(const char *word, size_t length, char *ret_text)
{
    size_t written = 0;

    for (size_t i = 0; i < length; i++) {
        uint16_t twin = twin_of(word[i]);

        if (twin != 0)
            ret_text[written++] = (char)(twin >> 8);
        ret_text[written++] = twin != 0 ? (char)(twin & 0xFF) : word[i];
    }
    return written;
}

size_t lookalike_to_cyrillic(const char *text, size_t length, char *ret_text)
{
    size_t written = 0;

    for (size_t at = 0; at < length;) {
        size_t word = word_length(text + at, length - at);

        if (word > 0 && is_to_change(text + at, word)) {
            written += change(text + at, word, ret_text + written);
        } else {
            word = word > 0 ? word : 1;
            memcpy(ret_text + written, text + at, word);
            written += word;
        }
        at += word;
    }
    return written;
}

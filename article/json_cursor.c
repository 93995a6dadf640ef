#include "article/json_cursor.h"

#include <stdarg.h>
#include <stdio.h>

#include "article/json_string.h"
#include "base/json_plain.h"
#include "base/utf8.h"

/* --- problems --- */

int json_problem_at(struct json_cursor *cursor, size_t at, enum article_reason reason,
                    const char *format, ...)
{
    char *text = cursor->problem->text;
    struct slice all = slice_of((const char *)cursor->bytes, cursor->length);
    struct utf8_place place = utf8_place_of(all, at);
    va_list arguments;
    int used =
        snprintf(text, JSON_PROBLEM_SIZE, "line %zu, column %zu: ", place.line, place.column);

    va_start(arguments, format);
    vsnprintf(text + used, JSON_PROBLEM_SIZE - (size_t)used, format, arguments);
    va_end(arguments);
    cursor->problem->reason = reason;
    return -1;
}

/* A byte as people read it. */
static const char *byte_name(const struct json_cursor *cursor, char text[16])
{
    if (cursor->at == cursor->length)
        return "the text ends";
    unsigned char byte = cursor->bytes[cursor->at];

    if (byte > ' ' && byte < 0x7F)
        snprintf(text, 16, "there is %c", byte);
    else
        snprintf(text, 16, "there is 0x%02X", byte);
    return text;
}

int json_expected(struct json_cursor *cursor, const char *what)
{
    char text[16];

    return json_problem_at(cursor, cursor->at, REASON_MALFORMED_JSON, "%s is expected, but %s",
                           what, byte_name(cursor, text));
}

/* --- strings --- */

/* Goes to the next byte of a string that is not plain. */
static int scan_plain(struct json_cursor *cursor)
{
    const char *start = (const char *)cursor->bytes + cursor->at;
    bool ascii;
    size_t length = json_plain_length(start, cursor->length - cursor->at, &ascii);
    size_t end = cursor->at + length;

    cursor->at += ascii ? length : utf8_valid_prefix(slice_of(start, length));
    if (cursor->at == end)
        return 0;
    return json_problem_at(cursor, cursor->at, REASON_INVALID_UTF8,
                           "byte 0x%02X is no UTF-8 here; send UTF-8", cursor->bytes[cursor->at]);
}

static int scan_surrogates(struct json_cursor *cursor, uint32_t first)
{
    const char *next = (const char *)cursor->bytes + cursor->at + 6;
    bool paired = first < 0xDC00 && cursor->length - cursor->at >= 12 && next[0] == '\\' &&
                  next[1] == 'u' && (json_string_hex4(next + 2) & ~UINT32_C(0x3FF)) == 0xDC00;

    if (!paired)
        return json_problem_at(
            cursor, cursor->at, REASON_INVALID_UTF8,
            "\\u%04x is half of a surrogate pair; send the pair or the character", first);
    cursor->at += 12;
    return 0;
}

static int scan_unicode_escape(struct json_cursor *cursor)
{
    const char *digits = (const char *)cursor->bytes + cursor->at + 2;
    uint32_t unit = cursor->length - cursor->at >= 6 ? json_string_hex4(digits) : 0x10000;

    if (unit > 0xFFFF)
        return json_problem_at(cursor, cursor->at, REASON_MALFORMED_JSON,
                               "\\u wants four hexadecimal digits");
    if (unit >= 0xD800 && unit <= 0xDFFF)
        return scan_surrogates(cursor, unit);
    cursor->at += 6;
    return 0;
}

static int scan_escape(struct json_cursor *cursor)
{
    unsigned char letter = cursor->at + 1 < cursor->length ? cursor->bytes[cursor->at + 1] : 0;

    if (letter == 'u')
        return scan_unicode_escape(cursor);
    if (letter == 0 || strchr("\"\\/bfnrt", letter) == NULL)
        return json_problem_at(cursor, cursor->at, REASON_MALFORMED_JSON,
                               "JSON has no such escape; a backslash itself is \\\\");
    cursor->at += 2;
    return 0;
}

static int scan_special_byte(struct json_cursor *cursor)
{
    unsigned char byte = cursor->bytes[cursor->at];

    if (byte == '\\')
        return scan_escape(cursor);
    return json_problem_at(cursor, cursor->at, REASON_MALFORMED_JSON,
                           "a control character in a string; send it as \\u%04x", byte);
}

/* From the opening quotation mark to behind the closing one. */
int json_skip_string(struct json_cursor *cursor)
{
    size_t start = cursor->at++;

    for (;;) {
        if (scan_plain(cursor) != 0)
            return -1;
        if (cursor->at == cursor->length)
            return json_problem_at(
                cursor, start, REASON_MALFORMED_JSON,
                "the string that begins here is not closed; was the record cut?");
        if (cursor->bytes[cursor->at] == '"')
            break;
        if (scan_special_byte(cursor) != 0)
            return -1;
    }
    cursor->at++;
    return 0;
}

/* --- numbers, words, white space --- */

bool json_at_digit(const struct json_cursor *cursor)
{
    return cursor->at < cursor->length && cursor->bytes[cursor->at] >= '0' &&
           cursor->bytes[cursor->at] <= '9';
}

bool json_skip_byte(struct json_cursor *cursor, unsigned char byte)
{
    if (cursor->at == cursor->length || cursor->bytes[cursor->at] != byte)
        return false;
    cursor->at++;
    return true;
}

static int scan_digits(struct json_cursor *cursor)
{
    if (!json_at_digit(cursor))
        return json_expected(cursor, "a digit");
    while (json_at_digit(cursor))
        cursor->at++;
    return 0;
}

static int scan_exponent(struct json_cursor *cursor)
{
    if (!json_skip_byte(cursor, 'e') && !json_skip_byte(cursor, 'E'))
        return 0;
    if (!json_skip_byte(cursor, '+'))
        json_skip_byte(cursor, '-');
    return scan_digits(cursor);
}

int json_skip_number(struct json_cursor *cursor)
{
    json_skip_byte(cursor, '-');
    if (!json_skip_byte(cursor, '0') && scan_digits(cursor) != 0)
        return -1;
    if (json_skip_byte(cursor, '.') && scan_digits(cursor) != 0)
        return -1;
    return scan_exponent(cursor);
}

int json_skip_word(struct json_cursor *cursor, const char *word)
{
    size_t length = strlen(word);

    if (cursor->length - cursor->at < length ||
        memcmp(cursor->bytes + cursor->at, word, length) != 0)
        return json_expected(cursor, "a value");
    cursor->at += length;
    return 0;
}

void json_skip_space(struct json_cursor *cursor)
{
    while (cursor->at < cursor->length &&
           (cursor->bytes[cursor->at] == ' ' || cursor->bytes[cursor->at] == '\n' ||
            cursor->bytes[cursor->at] == '\t' || cursor->bytes[cursor->at] == '\r'))
        cursor->at++;
}

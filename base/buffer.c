#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/json_plain.h"
#include "base/memory.h"

enum { FIRST_CAPACITY = 256 };
static const size_t DEFAULT_CEILING = (size_t)1 << 30;

static size_t ceiling_of(const struct buffer *buffer)
{
    return buffer->ceiling != 0 ? buffer->ceiling : DEFAULT_CEILING;
}

char *buffer_reserve_more(struct buffer *buffer, size_t more)
{
    if (buffer->overflow || more > ceiling_of(buffer) - buffer->length) {
        buffer->overflow = true;
        return NULL;
    }
    size_t needed = buffer->length + more;

    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity != 0 ? buffer->capacity : FIRST_CAPACITY;

        while (capacity < needed)
            capacity *= 2;
        if (capacity > ceiling_of(buffer))
            capacity = ceiling_of(buffer);
        buffer->data = memory_resize(buffer->data, capacity);
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->length;
}

void buffer_append_integer(struct buffer *buffer, int64_t value)
{
    enum { LONGEST = 20 }; /* digits of 64 bits, and a sign */
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char text[LONGEST];
    size_t start = LONGEST;

    do
        text[--start] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0)
        text[--start] = '-';
    buffer_append(buffer, slice_of(text + start, LONGEST - start));
}

void buffer_append_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_list again;

    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *place = buffer_reserve(buffer, (size_t)length + 1);

    if (place != NULL) {
        vsnprintf(place, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

static const char *short_escape(char byte)
{
    switch (byte) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    default:
        return NULL;
    }
}

static void append_escaped(struct buffer *buffer, char byte)
{
    const char *escape = short_escape(byte);

    if (escape != NULL)
        buffer_append_text(buffer, escape);
    else
        buffer_append_format(buffer, "\\u%04x", (unsigned)(unsigned char)byte);
}

void buffer_append_json_string(struct buffer *buffer, struct slice bytes)
{
    bool ascii;
    size_t plain;

    buffer_append_byte(buffer, '"');
    for (size_t at = 0; at < bytes.length; at += plain + 1) {
        plain = json_plain_length(bytes.data + at, bytes.length - at, &ascii);
        buffer_append(buffer, slice_of(bytes.data + at, plain));
        if (at + plain < bytes.length)
            append_escaped(buffer, bytes.data[at + plain]);
    }
    buffer_append_byte(buffer, '"');
}

/* Without zeros at the end, but for those that fixed asks for. */
static void append_decimals(struct buffer *buffer, unsigned rest, bool fixed)
{
    const char digits[] = {'.', (char)('0' + rest / 100), (char)('0' + rest / 10 % 10),
                           (char)('0' + rest % 10)};
    size_t length = sizeof digits;

    while (!fixed && digits[length - 1] == '0')
        length--;
    buffer_append(buffer, slice_of(digits, length));
}

void buffer_append_thousandths(struct buffer *buffer, unsigned thousandths, bool fixed)
{
    buffer_append_integer(buffer, thousandths / 1000);
    if (fixed || thousandths % 1000 != 0)
        append_decimals(buffer, thousandths % 1000, fixed);
}

struct slice buffer_slice(const struct buffer *buffer)
{
    return slice_of(buffer->data != NULL ? buffer->data : "", buffer->length);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->overflow = false;
}

void buffer_free(struct buffer *buffer)
{
    buffer->data = memory_free(buffer->data);
    buffer->capacity = 0;
    buffer_clear(buffer);
}

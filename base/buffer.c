#include "base/buffer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/memory.h"

enum { FIRST_CAPACITY = 256 };
static const size_t DEFAULT_CEILING = (size_t)1 << 30;

static size_t ceiling_of(const struct buffer *buffer)
{
    return buffer->ceiling != 0 ? buffer->ceiling : DEFAULT_CEILING;
}

char *buffer_reserve(struct buffer *buffer, size_t more)
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
        buffer->data = memory_resize(buffer->data, capacity);
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->length;
}

void buffer_append(struct buffer *buffer, struct slice bytes)
{
    if (bytes.length == 0)
        return;
    char *place = buffer_reserve(buffer, bytes.length);

    if (place == NULL)
        return;
    memcpy(place, bytes.data, bytes.length);
    buffer->length += bytes.length;
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, slice_of_text(text));
}

void buffer_append_byte(struct buffer *buffer, char byte)
{
    buffer_append(buffer, slice_of(&byte, 1));
}

void buffer_append_integer(struct buffer *buffer, int64_t value)
{
    buffer_append_format(buffer, "%" PRId64, value);
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

void buffer_append_json_string(struct buffer *buffer, struct slice bytes)
{
    size_t plain = 0;

    buffer_append_byte(buffer, '"');
    for (size_t i = 0; i < bytes.length; i++) {
        const char *escape = short_escape(bytes.data[i]);

        if (escape == NULL && (unsigned char)bytes.data[i] >= 0x20)
            continue;
        buffer_append(buffer, slice_of(bytes.data + plain, i - plain));
        if (escape != NULL)
            buffer_append_text(buffer, escape);
        else
            buffer_append_format(buffer, "\\u%04x", (unsigned)(unsigned char)bytes.data[i]);
        plain = i + 1;
    }
    buffer_append(buffer, slice_of(bytes.data + plain, bytes.length - plain));
    buffer_append_byte(buffer, '"');
}

void buffer_append_thousandths(struct buffer *buffer, unsigned thousandths, bool fixed)
{
    unsigned whole = thousandths / 1000;
    unsigned rest = thousandths % 1000;

    if (fixed || rest % 10 != 0)
        buffer_append_format(buffer, "%u.%03u", whole, rest);
    else if (rest % 100 != 0)
        buffer_append_format(buffer, "%u.%02u", whole, rest / 10);
    else if (rest != 0)
        buffer_append_format(buffer, "%u.%u", whole, rest / 100);
    else
        buffer_append_format(buffer, "%u", whole);
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

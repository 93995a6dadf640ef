#include "cli/screen_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utf16.h>

#include "base/memory.h"
#include "base/utf8.h"

enum {
    LINE_FEED = 0x0A,
    DELETE = 0x7F,
    NO_BREAK_SPACE = 0xA0,
    ARABIC_LETTER_MARK = 0x61C,
    ZERO_WIDTH_NON_JOINER = 0x200C,
    ZERO_WIDTH_JOINER = 0x200D,
    LEFT_TO_RIGHT_MARK = 0x200E,
    RIGHT_TO_LEFT_MARK = 0x200F,
    ELLIPSIS = 0x2026,
    CONTROL_PICTURES = 0x2400, /* U+2400 + c shows the control c */
    PICTURE_OF_DELETE = 0x2421,
    REPLACEMENT = 0xFFFD,
    FIRST_CAPACITY = 256,
};

static const char *const escapes[] = {
    [SCREEN_PLAIN] = "",          [SCREEN_BOLD] = "\x1b[1m",          [SCREEN_DIM] = "\x1b[2m",
    [SCREEN_PERSON] = "\x1b[35m", [SCREEN_ORGANISATION] = "\x1b[33m", [SCREEN_PLACE] = "\x1b[36m",
    [SCREEN_GOOD] = "\x1b[32m",   [SCREEN_WARNING] = "\x1b[31m",
};
static const char escape_reset[] = "\x1b[0m";

static void append_raw(struct screen_text *text, uint32_t point, enum screen_style style)
{
    if (text->count == text->capacity) {
        text->capacity = text->capacity != 0 ? text->capacity * 2 : FIRST_CAPACITY;
        text->points = memory_resize(text->points, text->capacity * sizeof *text->points);
        text->styles = memory_resize(text->styles, text->capacity * sizeof *text->styles);
    }
    text->points[text->count] = point;
    text->styles[text->count] = (uint8_t)style;
    text->count++;
}

static bool ends_in_space(const struct screen_text *text)
{
    return text->count == 0 || text->points[text->count - 1] == ' ' ||
           text->points[text->count - 1] == LINE_FEED;
}

static bool is_line_break(uint32_t point)
{
    return point == LINE_FEED || point == 0x0B || point == 0x0C || point == 0x85 ||
           point == 0x2028 || point == 0x2029;
}

static bool is_needed_by_scripts(uint32_t point)
{
    return point == ZERO_WIDTH_NON_JOINER || point == ZERO_WIDTH_JOINER ||
           point == LEFT_TO_RIGHT_MARK || point == RIGHT_TO_LEFT_MARK ||
           point == ARABIC_LETTER_MARK;
}

static bool is_invisible_formatting(uint32_t point)
{
    return u_charType((UChar32)point) == U_FORMAT_CHAR &&
           !u_hasBinaryProperty((UChar32)point, UCHAR_PREPENDED_CONCATENATION_MARK) &&
           !is_needed_by_scripts(point);
}

static uint32_t visible(uint32_t point)
{
    if (point < 0x20)
        return CONTROL_PICTURES + point;
    if (point == DELETE)
        return PICTURE_OF_DELETE;
    if (point < NO_BREAK_SPACE && point > DELETE)
        return REPLACEMENT;
    int8_t type = u_charType((UChar32)point);

    return type == U_UNASSIGNED || type == U_SURROGATE ? REPLACEMENT : point;
}

void screen_text_point(struct screen_text *text, uint32_t point, enum screen_style style)
{
    if (is_line_break(point)) {
        append_raw(text, LINE_FEED, SCREEN_PLAIN);
    } else if (point == ' ' || point == '\t' || point == '\r') {
        if (!ends_in_space(text))
            append_raw(text, ' ', style);
    } else if (!is_invisible_formatting(point)) {
        append_raw(text, visible(point), style);
    }
}

static void add_valid(struct screen_text *text, struct slice utf8, enum screen_style style)
{
    const unsigned char *bytes = (const unsigned char *)utf8.data;

    for (size_t i = 0; i < utf8.length; i += utf8_length(bytes[i]))
        screen_text_point(text, utf8_decode(bytes + i), style);
}

void screen_text_add(struct screen_text *text, struct slice utf8, enum screen_style style)
{
    while (utf8.length > 0) {
        size_t valid = utf8_valid_prefix(utf8);

        add_valid(text, slice_of(utf8.data, valid), style);
        if (valid == utf8.length)
            return;
        screen_text_point(text, REPLACEMENT, style);
        utf8 = slice_of(utf8.data + valid + 1, utf8.length - valid - 1);
    }
}

void screen_text_format(struct screen_text *text, enum screen_style style, const char *format, ...)
{
    char line[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    screen_text_add(text, slice_of_text(line), style);
}

void screen_text_pad(struct screen_text *text, unsigned column)
{
    unsigned columns = screen_text_columns(text);

    do
        append_raw(text, ' ', SCREEN_PLAIN);
    while (++columns < column);
}

void screen_text_fill(struct screen_text *text, uint32_t point, unsigned column,
                      enum screen_style style)
{
    for (unsigned columns = screen_text_columns(text); columns < column; columns++)
        append_raw(text, point, style);
}

unsigned screen_columns(uint32_t point)
{
    switch (u_charType((UChar32)point)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
        return 0;
    case U_FORMAT_CHAR:
        return is_needed_by_scripts(point) ? 0 : 1;
    default:
        break;
    }
    int jamo = u_getIntPropertyValue((UChar32)point, UCHAR_HANGUL_SYLLABLE_TYPE);

    if (jamo == U_HST_VOWEL_JAMO || jamo == U_HST_TRAILING_JAMO)
        return 0;
    int width = u_getIntPropertyValue((UChar32)point, UCHAR_EAST_ASIAN_WIDTH);

    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

static unsigned columns_between(const struct screen_text *text, size_t start, size_t end)
{
    unsigned columns = 0;

    for (size_t i = start; i < end; i++)
        columns += screen_columns(text->points[i]);
    return columns;
}

unsigned screen_text_columns(const struct screen_text *text)
{
    return columns_between(text, 0, text->count);
}

void screen_text_cut(struct screen_text *text, unsigned columns)
{
    unsigned taken = 0;
    size_t kept = 0;

    for (size_t i = 0; i < text->count; i++)
        text->points[i] = text->points[i] == LINE_FEED ? ' ' : text->points[i];
    if (screen_text_columns(text) <= columns)
        return;
    while (taken + screen_columns(text->points[kept]) < columns)
        taken += screen_columns(text->points[kept++]);
    text->count = kept;
    append_raw(text, ELLIPSIS, kept > 0 ? text->styles[kept - 1] : SCREEN_PLAIN);
}

/* One pass of wrapping: the line being filled is [line, end). */
struct wrapping {
    const struct screen_text *text;
    const struct screen_layout *layout;
    struct buffer *out;
    unsigned room; /* columns for text in a line */
    size_t line;
    size_t end;
    unsigned columns; /* of [line, end), trailing spaces included */
    bool first;       /* nothing was written yet */
    bool blank;       /* the last line was empty */
};

static void append_utf8(struct buffer *out, uint32_t point)
{
    char bytes[UTF8_MAX_BYTES];

    buffer_append(out, slice_of(bytes, utf8_encode(point, bytes)));
}

static void change_style(struct buffer *out, uint8_t from, uint8_t to)
{
    if (from != SCREEN_PLAIN)
        buffer_append_text(out, escape_reset);
    buffer_append_text(out, escapes[to]);
}

static void write_points(const struct wrapping *wrapping, size_t start, size_t end)
{
    uint8_t style = SCREEN_PLAIN;

    for (size_t i = start; i < end; i++) {
        if (wrapping->layout->colour && wrapping->text->styles[i] != style) {
            change_style(wrapping->out, style, wrapping->text->styles[i]);
            style = wrapping->text->styles[i];
        }
        append_utf8(wrapping->out, wrapping->text->points[i]);
    }
    if (style != SCREEN_PLAIN)
        buffer_append_text(wrapping->out, escape_reset);
}

static void write_indent(const struct wrapping *wrapping)
{
    const char *label = wrapping->first ? wrapping->layout->label : NULL;

    buffer_append_format(wrapping->out, "%-*s", (int)wrapping->layout->indent,
                         label != NULL ? label : "");
}

static size_t without_trailing_spaces(const struct screen_text *text, size_t start, size_t end)
{
    while (end > start && (text->points[end - 1] == ' ' || text->points[end - 1] == LINE_FEED))
        end--;
    return end;
}

/* Several empty lines in a row are shown as one. */
static void write_line(struct wrapping *wrapping)
{
    size_t end = without_trailing_spaces(wrapping->text, wrapping->line, wrapping->end);
    bool blank = end == wrapping->line;

    if (!blank) {
        write_indent(wrapping);
        write_points(wrapping, wrapping->line, end);
    }
    if (!blank || (!wrapping->blank && !wrapping->first)) {
        buffer_append_byte(wrapping->out, '\n');
        wrapping->first = false;
    }
    wrapping->blank = blank;
    wrapping->line = wrapping->end;
    wrapping->columns = 0;
}

/* A run without break opportunity that is wider than a line is cut where the line is full. */
static void take_point(struct wrapping *wrapping)
{
    unsigned columns = screen_columns(wrapping->text->points[wrapping->end]);

    if (wrapping->columns + columns > wrapping->room && wrapping->end > wrapping->line)
        write_line(wrapping);
    wrapping->columns += columns;
    wrapping->end++;
}

/* The points up to `end` stay together where they fit into a line. */
static void take_run(struct wrapping *wrapping, size_t end)
{
    size_t visible_end = without_trailing_spaces(wrapping->text, wrapping->end, end);
    unsigned columns = columns_between(wrapping->text, wrapping->end, visible_end);

    if (wrapping->columns + columns > wrapping->room && wrapping->columns > 0)
        write_line(wrapping);
    while (wrapping->end < visible_end)
        take_point(wrapping);
    wrapping->columns += columns_between(wrapping->text, visible_end, end);
    wrapping->end = end;
    if (end > visible_end && wrapping->text->points[end - 1] == LINE_FEED)
        write_line(wrapping);
}

static UChar *utf16_of(const struct screen_text *text, int32_t *ret_length)
{
    UChar *units = memory_allocate(2 * text->count * sizeof *units);
    int32_t length = 0;

    for (size_t i = 0; i < text->count; i++)
        U16_APPEND_UNSAFE(units, length, text->points[i]);
    *ret_length = length;
    return units;
}

static void wrap_at_breaks(struct wrapping *wrapping, UBreakIterator *breaks)
{
    const struct screen_text *text = wrapping->text;
    int32_t unit = 0;
    size_t end = 0;

    for (int32_t stop = ubrk_next(breaks); stop != UBRK_DONE; stop = ubrk_next(breaks)) {
        while (unit < stop)
            unit += U16_LENGTH(text->points[end++]);
        take_run(wrapping, end);
    }
}

void screen_text_wrap(const struct screen_text *text, const struct screen_layout *layout,
                      struct buffer *out)
{
    struct wrapping wrapping = {.text = text, .layout = layout, .out = out, .first = true};
    UErrorCode status = U_ZERO_ERROR;
    int32_t length;

    if (text->count == 0)
        return;
    wrapping.room = layout->columns > layout->indent + 1 ? layout->columns - layout->indent : 2;
    FREED_AT_END UChar *units = utf16_of(text, &length);
    UBreakIterator *breaks = ubrk_open(UBRK_LINE, "", units, length, &status);

    if (U_FAILURE(status))
        take_run(&wrapping, text->count);
    else
        wrap_at_breaks(&wrapping, breaks);
    ubrk_close(breaks);
    if (wrapping.end > wrapping.line)
        write_line(&wrapping);
}

void screen_text_clear(struct screen_text *text)
{
    text->count = 0;
}

void screen_text_free(struct screen_text *text)
{
    text->points = memory_free(text->points);
    text->styles = memory_free(text->styles);
    text->count = 0;
    text->capacity = 0;
}

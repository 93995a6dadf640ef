#include "processors/language/sample.h"

enum {
    LINE_REACH = 512, /* bytes in which a line's ends are looked for */
    LINES_REACH = 6,  /* short lines that a window moves over */
    PARAGRAPH = 80,   /* bytes; less is a menu, a caption, an appeal */
};

static bool is_inside_code_point(struct slice text, size_t at)
{
    return at < text.length && ((unsigned char)text.data[at] & 0xC0) == 0x80;
}

/* Moves a window's edge to the next space behind it, where there is one within a word's reach. */
static size_t edge_between_words(struct slice text, size_t at)
{
    size_t reach = text.length - at < SAMPLE_REACH ? text.length - at : SAMPLE_REACH;
    const char *space = memchr(text.data + at, ' ', reach);

    if (space != NULL)
        return (size_t)(space - text.data);
    while (is_inside_code_point(text, at))
        at++;
    return at;
}

struct span {
    size_t start;
    size_t end;
};

/* The line around at, as far as the eye reaches. */
static struct span line_around(struct slice text, size_t at)
{
    size_t before = at < LINE_REACH ? at : LINE_REACH;
    size_t behind = text.length - at < LINE_REACH ? text.length - at : LINE_REACH;
    const char *start = before > 0 ? memrchr(text.data + at - before, '\n', before) : NULL;
    const char *end = behind > 0 ? memchr(text.data + at, '\n', behind) : NULL;

    return (struct span){
        .start = start != NULL ? (size_t)(start + 1 - text.data) : at - before,
        .end = end != NULL ? (size_t)(end - text.data) : at + behind,
    };
}

/* Menus, captions and appeals are short lines, and in English around any language: a window that
 * begins in one moves on to a paragraph, or stays where none is near. */
static size_t move_to_paragraph(struct slice text, size_t at)
{
    size_t moved = at;

    for (int lines = 0; lines < LINES_REACH && moved < text.length; lines++) {
        struct span line = line_around(text, moved);

        if (line.end - line.start >= PARAGRAPH) {
            size_t last = line.end - SAMPLE_WINDOW < line.start || line.end < SAMPLE_WINDOW
                              ? line.start
                              : line.end - SAMPLE_WINDOW;

            return moved > last ? last : moved;
        }
        moved = line.end + 1;
    }
    return at;
}

/* Writes text[start, end) and a space. */
static size_t copy_span(struct slice text, struct span span, char *sample)
{
    size_t length = span.end - span.start;

    if (length > 0)
        memcpy(sample, text.data + span.start, length);
    sample[length] = ' ';
    return length + 1;
}

/* The i-th of some windows, in the middle of the i-th part of text. */
static struct span window_of(struct slice text, unsigned windows, unsigned i)
{
    size_t middle = text.length / (2 * (size_t)windows) * (2 * (size_t)i + 1);
    size_t start = move_to_paragraph(text, middle - SAMPLE_WINDOW / 2);
    size_t end = start + SAMPLE_WINDOW;

    if (start > 0 && text.data[start - 1] != '\n')
        start = edge_between_words(text, start);
    end = end < text.length ? edge_between_words(text, end) : text.length;
    return (struct span){start, end > start ? end : start};
}

static size_t take_windows(struct slice text, unsigned windows, char *sample)
{
    size_t length = 0;

    for (unsigned i = 0; i < windows; i++)
        length += copy_span(text, window_of(text, windows, i), sample + length);
    return length;
}

/* Paragraphs alone where they are most of the text, else all. */
static size_t take_paragraphs(struct slice text, char *sample)
{
    size_t length = 0;

    for (size_t start = 0; start < text.length;) {
        struct span line = {start, line_around(text, start).end};

        if (line.end - line.start >= PARAGRAPH)
            length += copy_span(text, line, sample + length);
        start = line.end + 1;
    }
    return length * 2 > text.length ? length
                                    : copy_span(text, (struct span){0, text.length}, sample);
}

size_t sample_take(struct slice text, unsigned windows, char *ret_sample)
{
    if (windows == 0 || text.length == 0)
        return 0;
    return text.length <= (size_t)windows * SAMPLE_WINDOW ? take_paragraphs(text, ret_sample)
                                                          : take_windows(text, windows, ret_sample);
}

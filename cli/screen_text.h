/* Text for a terminal: code points with a style each, made safe, measured in columns, and broken
 * into lines. Text of others never reaches the terminal unneutralised: controls become visible
 * pictures, invisible formatting is left out but for the joiners and direction marks that scripts
 * need. Right-to-left text keeps its logical order, since ordering is the terminal's work.
 *
 * Columns: two for East Asian wide and fullwidth, none for combining marks and joiners, else one
 * (UAX #11). Line breaks: UAX #14, by ICU. Threads: one at a time. */
#ifndef COPYDESK_CLI_SCREEN_TEXT_H
#define COPYDESK_CLI_SCREEN_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

enum screen_style {
    SCREEN_PLAIN,
    SCREEN_BOLD,
    SCREEN_DIM,
    SCREEN_PERSON,
    SCREEN_ORGANISATION,
    SCREEN_PLACE,
    SCREEN_GOOD,
    SCREEN_WARNING,
};

/* Zeroed is empty. */
struct screen_text {
    uint32_t *points;
    uint8_t *styles; /* enum screen_style of each point */
    size_t count;
    size_t capacity;
};

/* Appends one code point, neutralised; runs of white space become one space, line and paragraph
 * separators a line break. */
void screen_text_point(struct screen_text *text, uint32_t point, enum screen_style style);

/* The same with all code points of utf8; broken bytes become U+FFFD. */
void screen_text_add(struct screen_text *text, struct slice utf8, enum screen_style style);
void screen_text_format(struct screen_text *text, enum screen_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Spaces up to the given column; at least one where the text is there already. */
void screen_text_pad(struct screen_text *text, unsigned column);

/* Appends `point` until the text is `column` wide. */
void screen_text_fill(struct screen_text *text, uint32_t point, unsigned column,
                      enum screen_style style);

/* Columns of the whole text, taken as one line. */
unsigned screen_text_columns(const struct screen_text *text);

/* Makes it one line of at most `columns`, with an ellipsis where something was left out. */
void screen_text_cut(struct screen_text *text, unsigned columns);

/* Columns that one code point takes. */
unsigned screen_columns(uint32_t point);

struct screen_layout {
    unsigned columns;  /* width of the screen */
    unsigned indent;   /* columns left free at the start of each line */
    const char *label; /* ASCII, in the first line's indent; NULL: none */
    bool colour;       /* styles as terminal escapes; none crosses the end of a line */
};

/* Appends the text in lines no wider than the layout, each ended by \n. Words that are too long for
 * a line are broken. Empty text gives nothing. */
void screen_text_wrap(const struct screen_text *text, const struct screen_layout *layout,
                      struct buffer *out);

/* Forgets the content, keeps the memory. */
void screen_text_clear(struct screen_text *text);
void screen_text_free(struct screen_text *text);

#endif

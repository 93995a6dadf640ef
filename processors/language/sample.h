/* What the detector reads of a field: pieces spread evenly over it, so that the cost does not grow
 * with the length and a second language further down is seen. Five windows of 112 bytes find as
 * much as the whole text (docs/quality.md). Threads: any. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_SAMPLE_H
#define COPYDESK_PROCESSORS_LANGUAGE_SAMPLE_H

#include "base/slice.h"

enum {
    SAMPLE_WINDOW = 112,
    SAMPLE_MOST_WINDOWS = 8, /* of a field */
    SAMPLE_REACH = 32,       /* bytes that a window's edge moves, to stand between words */
};

/* Of two fields. */
enum { SAMPLE_MAX = 2 * SAMPLE_MOST_WINDOWS * (SAMPLE_WINDOW + SAMPLE_REACH + 1) };

/* Writes the sample of a field, which is valid UTF-8 and may be absent, and returns its bytes, at
 * most SAMPLE_MAX / 2. windows: at most SAMPLE_MOST_WINDOWS; of a text no longer than that many,
 * all is taken. Windows begin and end between words where spaces part them, else between code
 * points, and each ends with a space. Short lines, which are menus and captions and often of
 * another language, are left out where paragraphs stand beside them. */
size_t sample_take(struct slice text, unsigned windows, char *ret_sample);

#endif

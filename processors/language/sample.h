/* What the detector reads of an article: pieces spread evenly over it, so that the cost does not
 * grow with the length and a second language further down is seen. Five windows of 160 bytes find
 * as much as the whole text (docs/quality.md). Threads: any. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_SAMPLE_H
#define COPYDESK_PROCESSORS_LANGUAGE_SAMPLE_H

#include "base/slice.h"

enum {
    SAMPLE_WINDOW = 128,
    SAMPLE_WINDOWS = 5,
    SAMPLE_WHOLE = SAMPLE_WINDOWS * SAMPLE_WINDOW, /* a body up to this long is taken whole */
    SAMPLE_REACH = 32, /* bytes that a window's edge moves, to stand between words */
};

/* Of the headline (one window, the start) and of the body. */
enum { SAMPLE_MAX = (SAMPLE_WINDOWS + 1) * (SAMPLE_WINDOW + SAMPLE_REACH + 1) };

/* Writes the sample of two valid UTF-8 texts (each may be absent) and returns its bytes. Windows
 * begin and end between words where spaces part them, else between code points, and are separated
 * by a space. */
size_t sample_take(struct slice headline, struct slice body, char ret_sample[SAMPLE_MAX]);

#endif

/* What the detector reads of an article: its beginning, middle and end, so that the cost does not
 * grow with the length. Three windows of 400 bytes find as much as the whole text
 * (docs/quality.md). Threads: any. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_SAMPLE_H
#define COPYDESK_PROCESSORS_LANGUAGE_SAMPLE_H

#include "base/slice.h"

enum { SAMPLE_WINDOW = 400, SAMPLE_WINDOWS = 3 };

/* Of the headline (one window, the start) and of the body. */
enum { SAMPLE_MAX = (SAMPLE_WINDOWS + 1) * (SAMPLE_WINDOW + 1) };

/* Writes the sample of two valid UTF-8 texts (each may be absent) and returns its bytes. Windows
 * begin and end between code points and are separated by a space. */
size_t sample_take(struct slice headline, struct slice body, char ret_sample[SAMPLE_MAX]);

#endif

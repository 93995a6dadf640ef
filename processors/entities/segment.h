/* Where words end in scripts that write them without spaces: Chinese, Japanese, Thai, Lao, Khmer,
 * Burmese. ICU's dictionaries say it, asked only where a name was found.
 * Threads: one at a time per segmenter. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_SEGMENT_H
#define COPYDESK_PROCESSORS_ENTITIES_SEGMENT_H

#include <stdbool.h>

#include "article/text_view.h"

struct segmenter;

struct segmenter *segmenter_new(void);
void segmenter_free(struct segmenter *segmenter); /* NULL is fine */

/* Are the tokens first .. first + count - 1 whole words of the text around them? The text is looked
 * at within 8 tokens to both sides. True where ICU has no answer. */
bool segmenter_is_whole(struct segmenter *segmenter, const struct text_view *view, uint32_t first,
                        uint32_t count);

#endif

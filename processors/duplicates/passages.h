/* What two texts have in common, word for word, for people to see. Verdicts rest on sketches, which
 * only say how much it is. Threads: any. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_PASSAGES_H
#define COPYDESK_PROCESSORS_DUPLICATES_PASSAGES_H

#include "article/role.h"
#include "article/text_view.h"

/* One of the two texts: the views of both fields, which may be empty. */
struct passage_text {
    const struct text_view *headline;
    const struct text_view *body;
};

/* Where a passage stands: value[start:end] of the field, in code points and in bytes. */
struct passage_place {
    enum article_role field;
    uint32_t start;
    uint32_t end;
    uint32_t start_byte;
    uint32_t end_byte;
};

struct passage {
    uint32_t tokens; /* words, numbers, ideographs */
    struct passage_place first;
    struct passage_place second;
};

/* The shared runs of a shingle's length at least, in the order of the second text, each token of
 * that in one passage at most; within a field. Of a text the first SHINGLE_MAX_TOKENS tokens are
 * looked at. Returns how many, at most `most`; ret_tokens: how many tokens all of them have, those
 * that found no room included. */
uint32_t passages_find(const struct passage_text *first, const struct passage_text *second,
                       struct passage *ret_passages, uint32_t most, uint32_t *ret_tokens);

#endif

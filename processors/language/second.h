/* The second opinion: what the model of our own says where CLD2 is not sure of its answer, or
 * answers with a language that it takes others for. docs/language.md says when it is asked.
 * Threads: one at a time per struct second; the model is shared. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_SECOND_H
#define COPYDESK_PROCESSORS_LANGUAGE_SECOND_H

#include "processors/language/model.h"

enum { SECOND_FEATURES = 3072 };

struct second {
    const struct model *model;
    uint32_t hashes[SECOND_FEATURES];
    uint32_t scores[MODEL_LABELS];
    size_t count; /* features read */
    size_t seen;  /* of these the model knows */
};

/* Does CLD2 take other languages for this one? tag: as tag_with_script writes it. */
bool second_has_rivals(const char *tag);

/* Reads a text: UTF-8; at most SECOND_FEATURES features of it count. */
void second_read(struct second *second, const char *text, size_t length);

/* Of the text read: the tag itself, or its rival where that one is clearly more likely. Constant.
 */
const char *second_among_rivals(const struct second *second, const char *tag);

/* Of the text read: the language that it is in, or NULL where none stands out. guess: CLD2's best
 * effort, or NULL; with its consent less evidence is enough. Belongs to the model. */
const char *second_guess(const struct second *second, const char *guess);

#endif

/* The second opinion: what the model of our own says where CLD2 is not sure of its answer, or
 * answers with a language that it takes others for. docs/language.md says when it is asked.
 * Threads: one at a time per struct second; the model is shared. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_SECOND_H
#define COPYDESK_PROCESSORS_LANGUAGE_SECOND_H

#include "processors/language/model.h"

enum { SECOND_STEP = 200 /* bytes read at once */, SECOND_FEATURES = 5 * SECOND_STEP };

struct second {
    const struct model *model;
    const char *text;
    size_t length; /* what is left of it */
    bool latin;    /* words in Latin letters count */
    uint32_t hashes[SECOND_FEATURES];
    uint32_t scores[MODEL_LABELS];
    size_t count; /* features read */
    size_t seen;  /* of these the model knows */
};

/* Does CLD2 take other languages for this one? tag: as tag_with_script writes it. */
bool second_has_rivals(const char *tag);

/* Begins with a text, any bytes, which must live as long as it is asked about. It is read in steps,
 * no further than an answer needs. latin: false where the text is in another script, with foreign
 * words in Latin letters. */
void second_begin(struct second *second, const char *text, size_t length, bool latin);

/* The tag itself, or its rival where the text is clearly more likely in that one. hint: a language
 * that is likely before the text is read, or NULL. ret_strength: 0-1000, how far it is ahead.
 * Constant. */
const char *second_among_rivals(struct second *second, const char *tag, const char *hint,
                                unsigned *ret_strength);

/* The language that the text is in, or NULL where none stands out. guess: CLD2's best effort, or
 * NULL; with its consent less evidence is enough. ret_strength: 0-1000, how far it stands out.
 * Belongs to the model. */
const char *second_guess(struct second *second, const char *guess, unsigned *ret_strength);

#endif

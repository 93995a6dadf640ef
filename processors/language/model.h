/* The model of our own: which language the runs of letters and the words of a text speak for. It
 * knows languages that CLD2 does not, and tells close ones apart; docs/language-model.md is its
 * card. It is part of the program's read-only data, so all processes share one copy and loading it
 * is a check of its digest. Weights are small integers and are added: the same answer on every
 * machine. Threads: any. */
#ifndef COPYDESK_PROCESSORS_LANGUAGE_MODEL_H
#define COPYDESK_PROCESSORS_LANGUAGE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MODEL_LABELS = 176 };

struct model_tag {
    char text[16];
};

/* What a feature says for each label: of those that many languages have. */
struct model_row {
    uint8_t weights[MODEL_LABELS]; /* sixteenths of a natural logarithm */
};

/* What it says for one label; or, where label is label_count + n, its row: n * 256 + weight. */
struct model_weight {
    uint16_t feature; /* the lower half of its hash */
    uint8_t label;
    uint8_t weight;
};

struct model {
    const struct model_tag *tags; /* BCP 47, with the script where the language has several */
    size_t label_count;           /* at most MODEL_LABELS */
    unsigned bucket_bits;
    const struct model_row *rows;
    const uint32_t *starts; /* of each bucket, and the end of the last */
    const struct model_weight *weights;
    uint64_t digest;
};

/* bytes: a model as train.py writes it, aligned to 8, which must outlive ret_model. Returns 0, or
 * -1 where it is not one, or damaged. */
int model_open(const void *bytes, size_t length, struct model *ret_model);

/* The one that is linked in. */
int model_open_own(struct model *ret_model);

/* The label of a tag, or -1. */
int model_label(const struct model *model, const char *tag);

/* Adds to scores what features say for each label, and returns how many of them the model has seen.
 */
size_t model_score(const struct model *model, const uint32_t *hashes, size_t count,
                   uint32_t scores[MODEL_LABELS]);

#endif

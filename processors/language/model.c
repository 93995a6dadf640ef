#include "processors/language/model.h"

#include <openssl/sha.h>
#include <string.h>

extern const char language_model_start[];
extern const char language_model_end[];

/* As it lies in the file; integers little-endian. */
struct header {
    char magic[8];
    unsigned char digest[8]; /* the first bytes of SHA-256 of all that follows */
    uint32_t label_count;
    uint32_t bucket_bits;
    uint32_t weight_count;
    uint32_t row_count;
};

enum {
    DIGESTED_FROM = 16,
    MOST_BUCKET_BITS = 24,
    FETCH_AHEAD = 8,
    BLOCK = 256, /* features whose rows add up in 16 bits */
};

/* Scores on their way: those of rows are added in 16 bits, many at once. */
struct totals {
    uint16_t of_rows[MODEL_LABELS];
    uint32_t *scores;
};

static const char magic[8] = "cdlm\x02\0\0";

static bool is_whole(const struct header *header, size_t length)
{
    size_t buckets = ((size_t)1 << header->bucket_bits) + 1;

    return header->label_count > 0 && header->label_count <= MODEL_LABELS &&
           length == sizeof *header + header->label_count * sizeof(struct model_tag) +
                         header->row_count * sizeof(struct model_row) + buckets * sizeof(uint32_t) +
                         header->weight_count * sizeof(struct model_weight);
}

static bool is_undamaged(const struct header *header, size_t length)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];

    SHA256((const unsigned char *)header + DIGESTED_FROM, length - DIGESTED_FROM, digest);
    return memcmp(digest, header->digest, sizeof header->digest) == 0;
}

int model_open(const void *bytes, size_t length, struct model *ret_model)
{
    const struct header *header = bytes;

    if (length < sizeof *header || memcmp(header->magic, magic, sizeof magic) != 0 ||
        header->bucket_bits > MOST_BUCKET_BITS || !is_whole(header, length) ||
        !is_undamaged(header, length))
        return -1;
    ret_model->tags = (const struct model_tag *)(const void *)(header + 1);
    ret_model->label_count = header->label_count;
    ret_model->bucket_bits = header->bucket_bits;
    ret_model->rows =
        (const struct model_row *)(const void *)(ret_model->tags + header->label_count);
    ret_model->starts = (const uint32_t *)(const void *)(ret_model->rows + header->row_count);
    ret_model->weights =
        (const struct model_weight *)(const void *)(ret_model->starts +
                                                    ((size_t)1 << header->bucket_bits) + 1);
    memcpy(&ret_model->digest, header->digest, sizeof ret_model->digest);
    return 0;
}

int model_open_own(struct model *ret_model)
{
    return model_open(language_model_start, (size_t)(language_model_end - language_model_start),
                      ret_model);
}

int model_label(const struct model *model, const char *tag)
{
    for (size_t i = 0; i < model->label_count; i++) {
        if (model->tags[i].text[0] == tag[0] && strcmp(model->tags[i].text, tag) == 0)
            return (int)i;
    }
    return -1;
}

static uint32_t bucket_of(const struct model *model, uint32_t hash)
{
    return hash >> (32 - model->bucket_bits);
}

/* The model is larger than the processor's near caches: what is read soon is asked for now, its
 * place first and then the weights there. */
static void fetch_ahead(const struct model *model, const uint32_t *hashes, size_t count, size_t at)
{
    if (at + 2 * FETCH_AHEAD < count)
        __builtin_prefetch(&model->starts[bucket_of(model, hashes[at + 2 * FETCH_AHEAD])]);
    if (at + FETCH_AHEAD < count)
        __builtin_prefetch(
            &model->weights[model->starts[bucket_of(model, hashes[at + FETCH_AHEAD])]]);
}

static void add_row(struct totals *totals, const struct model_row *row)
{
    for (size_t i = 0; i < MODEL_LABELS; i++)
        totals->of_rows[i] = (uint16_t)(totals->of_rows[i] + row->weights[i]);
}

static void add_weight(const struct model *model, struct totals *totals,
                       const struct model_weight *weight)
{
    if (weight->label < model->label_count)
        totals->scores[weight->label] += weight->weight;
    else
        add_row(totals, &model->rows[(weight->label - model->label_count) * 256 + weight->weight]);
}

/* Returns whether any language has the feature. */
static bool add_feature(const struct model *model, uint32_t hash, struct totals *totals)
{
    uint32_t bucket = bucket_of(model, hash);
    uint16_t feature = (uint16_t)hash;
    bool seen = false;

    for (uint32_t i = model->starts[bucket]; i < model->starts[bucket + 1]; i++) {
        if (model->weights[i].feature != feature)
            continue;
        add_weight(model, totals, &model->weights[i]);
        seen = true;
    }
    return seen;
}

static void end_block(struct totals *totals)
{
    for (size_t i = 0; i < MODEL_LABELS; i++)
        totals->scores[i] += totals->of_rows[i];
    memset(totals->of_rows, 0, sizeof totals->of_rows);
}

size_t model_score(const struct model *model, const uint32_t *hashes, size_t count,
                   uint32_t scores[MODEL_LABELS])
{
    struct totals totals = {.scores = scores};
    size_t seen = 0;

    for (size_t i = 0; i < count; i++) {
        fetch_ahead(model, hashes, count, i);
        seen += add_feature(model, hashes[i], &totals);
        if (i % BLOCK == BLOCK - 1)
            end_block(&totals);
    }
    end_block(&totals);
    return seen;
}

/* Texts for the tests of fingerprints: words w<first> to w<first + count - 1>. Header-only, since
 * each test is a program of its own. */
#ifndef COPYDESK_TESTS_PROCESSORS_DUPLICATES_TEXTS_H
#define COPYDESK_TESTS_PROCESSORS_DUPLICATES_TEXTS_H

#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "processors/duplicates/fingerprint.h"

static inline void texts_words(struct buffer *text, int first, int count)
{
    for (int i = first; i < first + count; i++)
        buffer_append_format(text, "w%c%c%c%c ", 'a' + i % 26, 'a' + i / 26 % 26,
                             'a' + i / 676 % 26, 'a' + i / 17576 % 26);
}

/* ret_shingles->hashes are the caller's to free. */
static inline void texts_shingles(const char *headline, const char *body,
                                  struct shingles *ret_shingles)
{
    struct text_view_builder *builders[2] = {text_view_builder_new(), text_view_builder_new()};
    struct text_view views[2];

    text_view_build(builders[0], slice_of_text(headline), &views[0]);
    text_view_build(builders[1], slice_of_text(body), &views[1]);
    uint64_t *room =
        memory_allocate(shingles_room(&views[0], &views[1]) * sizeof *ret_shingles->hashes);

    shingles_read(&views[0], &views[1], room, ret_shingles);
    text_view_builder_free(builders[0]);
    text_view_builder_free(builders[1]);
}

static inline void texts_free_shingles(struct shingles *shingles)
{
    union {
        const uint64_t *read;
        void *freed;
    } hashes = {.read = shingles->hashes};

    free(hashes.freed);
}

static inline void texts_fingerprint(const char *body, struct fingerprint *ret_fingerprint,
                                     struct fingerprint_keys *ret_keys)
{
    struct shingle_sample sample;
    struct shingles shingles;

    texts_shingles("", body, &shingles);
    fingerprint_make(&shingles, NULL, ret_fingerprint, ret_keys, &sample);
    texts_free_shingles(&shingles);
}

#endif

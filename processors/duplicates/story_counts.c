#include "processors/duplicates/story_counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { LINE_BYTES = 64, CELLS_IN_LINE = 2 * LINE_BYTES, MOST = 15 };

/* Shingles of the story at hand, a bit each, so that a phrase said eight times in one story is not
 * taken for one of eight stories. */
enum { SEEN_BITS = 1 << 14 };

struct story_counts {
    uint8_t *cells; /* two counters a byte */
    uint64_t seen[SEEN_BITS / 64];
    uint64_t stories;
    /* Shingles that reached the threshold: candidates for the list. */
    uint64_t *frequent;
    uint32_t frequent_count;
    uint32_t *tags;
};

struct cell_pair {
    uint8_t *line;
    unsigned first;
    unsigned second;
};

struct story_counts *story_counts_new(void)
{
    struct story_counts *counts = memory_zeroed(1, sizeof *counts);

    counts->cells = memory_zeroed(STORY_COUNTS_BYTES, 1);
    counts->frequent = memory_allocate(BOILERPLATE_MAX * sizeof *counts->frequent);
    counts->tags = memory_allocate(BOILERPLATE_MAX * sizeof *counts->tags);
    return counts;
}

void story_counts_free(struct story_counts *counts)
{
    if (counts == NULL)
        return;
    free(counts->cells);
    free(counts->frequent);
    free(counts->tags);
    free(counts);
}

static uint8_t *line_of(const struct story_counts *counts, uint64_t shingle)
{
    return counts->cells + shingle % (STORY_COUNTS_BYTES / LINE_BYTES) * LINE_BYTES;
}

static struct cell_pair pair_of(const struct story_counts *counts, uint64_t shingle)
{
    return (struct cell_pair){.line = line_of(counts, shingle),
                              .first = shingle >> 40 & (CELLS_IN_LINE - 1),
                              .second = shingle >> 50 & (CELLS_IN_LINE - 1)};
}

static unsigned cell_value(const uint8_t *line, unsigned cell)
{
    return line[cell / 2] >> 4 * (cell & 1) & 15;
}

static void cell_increment(uint8_t *line, unsigned cell)
{
    line[cell / 2] = (uint8_t)(line[cell / 2] + (1U << 4 * (cell & 1)));
}

static unsigned pair_value(const struct cell_pair *pair)
{
    unsigned first = cell_value(pair->line, pair->first);
    unsigned second = cell_value(pair->line, pair->second);

    return first < second ? first : second;
}

static void count_one(struct story_counts *counts, uint64_t shingle)
{
    struct cell_pair pair = pair_of(counts, shingle);
    unsigned least = pair_value(&pair);

    if (least == MOST)
        return;
    if (cell_value(pair.line, pair.first) == least)
        cell_increment(pair.line, pair.first);
    if (pair.second != pair.first && cell_value(pair.line, pair.second) == least)
        cell_increment(pair.line, pair.second);
    if (least + 1 == STORY_COUNTS_THRESHOLD && counts->frequent_count < BOILERPLATE_MAX)
        counts->frequent[counts->frequent_count++] = shingle;
}

/* Halves both counters of each byte, eight bytes at a time. */
static void halve(struct story_counts *counts)
{
    for (size_t i = 0; i < STORY_COUNTS_BYTES; i += sizeof(uint64_t)) {
        uint64_t cells;

        memcpy(&cells, counts->cells + i, sizeof cells);
        cells = cells >> 1 & 0x7777777777777777U;
        memcpy(counts->cells + i, &cells, sizeof cells);
    }
}

static bool first_time_in_story(struct story_counts *counts, uint64_t shingle)
{
    unsigned bit = shingle >> 20 & (SEEN_BITS - 1);
    uint64_t mask = (uint64_t)1 << (bit & 63);
    bool first = (counts->seen[bit / 64] & mask) == 0;

    counts->seen[bit / 64] |= mask;
    return first;
}

void story_counts_add(struct story_counts *counts, const uint64_t *shingles, uint32_t count)
{
    memset(counts->seen, 0, sizeof counts->seen);
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(line_of(counts, shingles[i]), 1);
    for (uint32_t i = 0; i < count; i++) {
        if (first_time_in_story(counts, shingles[i]))
            count_one(counts, shingles[i]);
    }
    if (++counts->stories % STORY_COUNTS_WINDOW == 0)
        halve(counts);
}

uint64_t story_counts_stories(const struct story_counts *counts)
{
    return counts->stories;
}

static int compare_shingles(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;

    return (*left > *right) - (*left < *right);
}

static bool still_frequent(const struct story_counts *counts, uint64_t shingle)
{
    struct cell_pair pair = pair_of(counts, shingle);

    return pair_value(&pair) >= STORY_COUNTS_KEEP;
}

const uint32_t *story_counts_list(struct story_counts *counts, uint32_t *ret_count)
{
    uint64_t *frequent = counts->frequent;
    uint32_t kept = 0;

    qsort(frequent, counts->frequent_count, sizeof *frequent, compare_shingles);
    for (uint32_t i = 0; i < counts->frequent_count; i++) {
        bool repeated = kept > 0 && frequent[kept - 1] == frequent[i];

        if (repeated || !still_frequent(counts, frequent[i]))
            continue;
        counts->tags[kept] = boilerplate_tag(frequent[i]);
        frequent[kept++] = frequent[i];
    }
    counts->frequent_count = kept;
    *ret_count = kept;
    return counts->tags;
}

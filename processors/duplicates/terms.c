#include "processors/duplicates/terms.h"

#include "base/hash.h"
#include "processors/duplicates/mix.h"
#include "processors/duplicates/wire.h"

/* Raised with each change of shingles, sketch, keys or comparison. */
enum { ALGORITHM = 2, ALGORITHM_BITS = 16 };

uint64_t terms_algorithm(uint64_t fold_digest)
{
    return mix(fold_digest + ALGORITHM);
}

/* --- writing --- */

static void put_marks(struct buffer *bytes, const struct option_list *marks)
{
    const char *const *items = marks->items;

    put_integer(bytes, marks->count, 1);
    for (size_t i = 0; i < marks->count; i++) {
        put_text(bytes, slice_of_text(items[i]));
    }
}

void terms_write(const struct terms *terms, struct buffer *bytes)
{
    put_integer(bytes, terms->algorithm, 8);
    put_integer(bytes, (uint64_t)terms->window_ms, 8);
    put_integer(bytes, (uint64_t)terms->articles, 8);
    put_integer(bytes, (uint64_t)terms->clock, 1);
    put_marks(bytes, &terms->signal);
    put_marks(bytes, &terms->ednote);
    put_marks(bytes, &terms->withheld);
}

uint64_t terms_id(const struct terms *terms)
{
    struct buffer bytes = {0};

    terms_write(terms, &bytes);
    uint64_t hash = hash_bytes(buffer_slice(&bytes));

    buffer_free(&bytes);
    hash = hash << ALGORITHM_BITS | (terms->algorithm & ((1U << ALGORITHM_BITS) - 1));
    return hash != 0 ? hash : 1;
}

bool terms_same_algorithm(uint64_t id, uint64_t other)
{
    return ((id ^ other) & ((1U << ALGORITHM_BITS) - 1)) == 0;
}

/* --- reading --- */

static const char *take_mark(struct reader *reader, struct arena *arena)
{
    struct slice mark = take_text(reader, TERMS_MAX_MARK);

    return arena_format(arena, "%.*s", SLICE_FORMAT(mark));
}

static void take_marks(struct reader *reader, struct arena *arena, struct option_list *marks)
{
    size_t count = take_integer(reader, 1);

    reader->failed |= count > TERMS_MAX_MARKS;
    if (reader->failed)
        return;
    const char **items = arena_allocate(arena, (count + 1) * sizeof(char *));

    for (size_t i = 0; i < count; i++)
        items[i] = take_mark(reader, arena);
    *marks = (struct option_list){.items = items, .count = count};
}

static bool are_sensible(const struct terms *terms)
{
    return terms->window_ms > 0 && terms->articles > 0 && terms->articles <= TERMS_MAX_ARTICLES &&
           terms->clock <= CLOCK_ARTICLE;
}

int terms_read(struct slice bytes, struct arena *arena, struct terms *ret_terms)
{
    struct reader reader = {.rest = bytes};
    struct terms terms = {.algorithm = take_integer(&reader, 8)};

    terms.window_ms = (int64_t)take_integer(&reader, 8);
    terms.articles = (int64_t)take_integer(&reader, 8);
    terms.clock = (int)take_integer(&reader, 1);
    take_marks(&reader, arena, &terms.signal);
    take_marks(&reader, arena, &terms.ednote);
    take_marks(&reader, arena, &terms.withheld);
    if (reader.failed || reader.rest.length != 0 || !are_sensible(&terms))
        return -1;
    *ret_terms = terms;
    return 0;
}

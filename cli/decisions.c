#include "cli/decisions.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/memory.h"
#include "cli/claims_source.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "config/exits.h"
#include "processors/duplicates/ledger.h"

/* One claim on an article that is wanted. */
struct decided {
    uint64_t hash; /* of the coordinates */
    size_t order;  /* in the topic */
    bool retracted;
    struct duplicate_result result;
};

struct decisions {
    struct decided *all; /* by hash, then order, once all is read */
    size_t count;
    size_t capacity;
    struct arena arena; /* what the results point to */
};

/* ---- collecting ---- */

static const struct slice *copy_texts(struct arena *arena, const struct slice *texts,
                                      uint32_t count)
{
    struct slice *copies = arena_allocate(arena, (count + 1) * sizeof *copies);

    for (uint32_t i = 0; i < count; i++)
        copies[i] = arena_copy(arena, texts[i]);
    return copies;
}

static struct slice copy_text(struct arena *arena, struct slice text)
{
    return slice_is_absent(text) ? text : arena_copy(arena, text);
}

static struct duplicate_result copy_result(struct arena *arena,
                                           const struct duplicate_result *result)
{
    struct duplicate_result copy = *result;

    copy.of = copy_text(arena, result->of);
    copy.destinations = copy_text(arena, result->destinations);
    copy.copies = copy_texts(arena, result->copies, result->copy_count);
    copy.contains = copy_texts(arena, result->contains, result->contains_count);
    return copy;
}

static void keep(struct decisions *decisions, const struct claim *claim,
                 const struct duplicate_result *result)
{
    if (decisions->count == decisions->capacity) {
        decisions->capacity = decisions->capacity > 0 ? decisions->capacity * 2 : 1024;
        decisions->all =
            memory_resize(decisions->all, decisions->capacity * sizeof *decisions->all);
    }
    decisions->all[decisions->count] = (struct decided){
        .hash = claim_coordinates_hash(claim),
        .order = decisions->count,
        .retracted = result == NULL,
    };
    if (result != NULL)
        decisions->all[decisions->count].result = copy_result(&decisions->arena, result);
    decisions->count++;
}

/* A claim that fell into a gap without terms was made again by who made it. */
static void take(struct decisions *decisions, const struct decisions_options *options,
                 struct ledger *ledger, const struct journal_record *record)
{
    struct duplicate_result result;
    struct claim claim;
    enum ledger_entry entry = ledger_apply(ledger, record, &claim, &result);
    bool decides = entry == LEDGER_FIRST || (entry == LEDGER_AGAIN && ledger_terms(ledger) != NULL);

    if (!decides && entry != LEDGER_RETRACTED)
        return;
    if (options->wants(options->context, &claim.coordinates))
        keep(decisions, &claim, decides ? &result : NULL);
}

static int take_all(struct decisions *decisions, const struct decisions_options *options,
                    struct claims_source *source, char *ret_error, size_t error_size)
{
    struct progress progress = progress_begin("claims read", claims_source_total(source));
    struct ledger *ledger = ledger_new();
    struct journal_record record;
    struct slice key;
    int result;

    while ((result = claims_source_next(source, &record, &key, ret_error, error_size)) > 0) {
        take(decisions, options, ledger, &record);
        progress_show(&progress, claims_source_passed(source));
        if (stop_was_told()) {
            snprintf(ret_error, error_size, "it was told to stop");
            result = -1;
            break;
        }
    }
    progress_end(&progress, claims_source_passed(source));
    ledger_free(ledger);
    return result;
}

static int compare(const void *a, const void *b)
{
    const struct decided *x = a;
    const struct decided *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* ---- life ---- */

struct decisions *decisions_read(const struct decisions_options *options, int *ret_exit,
                                 char *ret_error, size_t error_size)
{
    struct claims_source *source = claims_source_open(options->settings, options->topic, NULL,
                                                      ret_exit, ret_error, error_size);

    if (source == NULL)
        return NULL;
    struct decisions *decisions = memory_zeroed(1, sizeof *decisions);
    int result = take_all(decisions, options, source, ret_error, error_size);

    claims_source_close(source);
    if (result == 0) {
        if (decisions->count > 0)
            qsort(decisions->all, decisions->count, sizeof *decisions->all, compare);
        return decisions;
    }
    *ret_exit = EXIT_RUNTIME;
    decisions_free(decisions);
    return NULL;
}

void decisions_free(struct decisions *decisions)
{
    if (decisions == NULL)
        return;
    arena_free(&decisions->arena);
    memory_free(decisions->all);
    memory_free(decisions);
}

/* ---- finding ---- */

/* The first place that is not before hash. */
static size_t lower_bound(const struct decisions *decisions, uint64_t hash)
{
    size_t low = 0;
    size_t high = decisions->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (decisions->all[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum decision decisions_find(const struct decisions *decisions,
                             const struct article_coordinates *coordinates,
                             const struct duplicate_result **ret_result)
{
    const struct claim claim = {.coordinates = *coordinates};
    uint64_t hash = claim_coordinates_hash(&claim);
    size_t first = lower_bound(decisions, hash);
    size_t end = first;

    while (end < decisions->count && decisions->all[end].hash == hash)
        end++;
    if (first == end)
        return DECISION_NONE;
    if (decisions->all[end - 1].retracted)
        return DECISION_RETRACTED;
    *ret_result = &decisions->all[first].result;
    return DECISION_VERDICT;
}

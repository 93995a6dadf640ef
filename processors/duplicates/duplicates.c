/* How an article passes. `process`, on a worker, reads its text into shingles. `settle`, in input
 * order, makes its fingerprint under the list of boilerplate in force and appends the claim.
 * `apply` decides from the claim alone, gives the verdict to the article where it is in flight
 * here, and counts the shingles of new stories; every 256 of them what has become frequent is
 * appended as the next list, in force for all where its record comes back. */
#include "processors/duplicates/duplicates.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "processors/duplicates/story_counts.h"
#include "processors/duplicates/verdict.h"

enum duplicates_scope { SCOPE_INSTANCE, SCOPE_GROUP };

enum { STORIES_PER_LIST = 256 };

struct duplicates_options {
    int scope; /* enum duplicates_scope */
    int64_t window_ms;
    int64_t articles;
    struct {
        struct option_list signal; /* of const char * */
        struct option_list ednote;
    } corrections;
};

static const char *const scopes[] = {"instance", "group", NULL};

static const struct option mark = {.type = OPTION_TEXT,
                                   .description = "A text that the field contains, in any case."};

static const struct option correction_options[] = {
    {.name = "signal",
     .type = OPTION_LIST,
     .offset = offsetof(struct duplicates_options, corrections.signal) -
               offsetof(struct duplicates_options, corrections),
     .default_text = "[\"sig:correction\"]",
     .element = &mark,
     .description = "Marks in the item's `signal`."},
    {.name = "ednote",
     .type = OPTION_LIST,
     .offset = offsetof(struct duplicates_options, corrections.ednote) -
               offsetof(struct duplicates_options, corrections),
     .default_text = "[correction]",
     .element = &mark,
     .description = "Marks in the item's note to editors."},
    {.name = NULL},
};

static const struct option options[] = {
    {.name = "scope",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct duplicates_options, scope),
     .default_text = "instance",
     .choices = scopes,
     .description = "Whose articles are compared: those that this instance sees, or those of the "
                    "whole group."},
    {.name = "window",
     .type = OPTION_DURATION,
     .offset = offsetof(struct duplicates_options, window_ms),
     .default_text = "7d",
     .min = 1000,
     .max = INT64_C(366) * 86400000,
     .description = "How long an article is remembered."},
    {.name = "articles",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct duplicates_options, articles),
     .default_text = "1_000_000",
     .min = 1,
     .max = INDEX_MAX_CAPACITY,
     .unit = "articles",
     .description = "How many articles are remembered at most; each takes less than 400 bytes with "
                    "an id of 40."},
    {.name = "corrections",
     .type = OPTION_TABLE,
     .offset = offsetof(struct duplicates_options, corrections),
     .table = correction_options,
     .description = "How a correction is told from a copy."},
    {.name = NULL},
};

/* What the workers share. Only options, host and services are read in `process`. */
struct duplicates {
    struct processor_host *host;
    const struct processor_services *services;
    const struct duplicates_options *options;

    struct verdict_law *law;
    struct boilerplate list;
    int64_t list_position; /* of the record that brought the list; -1: none did */
    struct story_counts *counts;
    uint64_t listed_hash;         /* of the list that was appended last */
    struct shingle_sample sample; /* of the article that settles */
    struct buffer record;
};

static int duplicates_check(const void *given, char *ret_error, size_t error_size)
{
    const struct duplicates_options *chosen = given;

    if (chosen->scope == SCOPE_INSTANCE)
        return 0;
    snprintf(ret_error, error_size,
             "scope: group is not built yet, so several instances would give different verdicts; "
             "write scope: instance, and run one instance");
    return -1;
}

static int duplicates_load(struct processor_host *host, const struct processor_services *services,
                           const void *given, void **ret_shared, char *ret_error, size_t error_size)
{
    const struct duplicates_options *chosen = given;
    struct duplicates *shared = memory_zeroed(1, sizeof *shared);

    (void)ret_error;
    (void)error_size;
    shared->host = host;
    shared->services = services;
    shared->options = chosen;
    shared->law = verdict_law_new((uint32_t)chosen->articles, chosen->window_ms);
    shared->list_position = -1;
    shared->counts = story_counts_new();
    *ret_shared = shared;
    return 0;
}

static void duplicates_unload(void *state)
{
    struct duplicates *shared = state;

    verdict_law_free(shared->law);
    boilerplate_clear(&shared->list);
    story_counts_free(shared->counts);
    buffer_free(&shared->record);
    free(shared);
}

static enum processor_outcome duplicates_process(void *worker, struct article *article)
{
    struct duplicates *shared = worker;
    const struct processor_services *services = shared->services;
    const struct text_view *headline = services->view(article, ROLE_HEADLINE);
    const struct text_view *body = services->view(article, ROLE_BODY);
    struct shingles *shingles = services->allocate(article, sizeof *shingles);
    uint64_t *room = services->allocate(article, shingles_room(headline, body) * sizeof(uint64_t));

    shingles_read(headline, body, room, shingles);
    *services->slot(shared->host, article) = shingles;
    return OUTCOME_DONE;
}

/* --- settle --- */

/* An id that is too long for a claim is known by its hash alone. Destinations that are too long are
 * not known. */
static struct slice short_enough(struct slice id)
{
    return id.length > 0 && id.length <= CLAIM_MAX_TEXT ? id : slice_of(NULL, 0);
}

static struct slice at_most(struct slice text, size_t length)
{
    return slice_of(text.data, text.length < length ? text.length : length);
}

static void claim_identity(const struct duplicates *shared, const struct article *article,
                           struct claim *claim)
{
    const struct processor_services *services = shared->services;
    struct slice source = services->text(article, ROLE_SOURCE);
    struct slice id = services->text(article, ROLE_ID);
    struct slice evolved_from = services->text(article, ROLE_EVOLVEDFROM);

    claim->coordinates = services->coordinates(article);
    claim->coordinates.topic = at_most(claim->coordinates.topic, CLAIM_MAX_TEXT);
    claim->id = short_enough(id);
    claim->identity = identity_hash(source, id);
    item_version_read(services->text(article, ROLE_VERSION),
                      services->text(article, ROLE_VERSIONCREATED), &claim->version);
    claim->evolved_from = short_enough(evolved_from);
    if (!slice_is_absent(claim->evolved_from))
        claim->evolved_from_identity = identity_hash(source, evolved_from);
    claim->correction =
        contains_mark(services->text(article, ROLE_SIGNAL), &shared->options->corrections.signal) ||
        contains_mark(services->text(article, ROLE_EDNOTE), &shared->options->corrections.ednote);
}

/* What `apply` counts where the article turns out to be a new story. */
struct counted {
    uint32_t count;
    uint64_t shingles[];
};

static void keep_sample(struct duplicates *shared, struct article *article)
{
    size_t bytes = shared->sample.count * sizeof(uint64_t);
    struct counted *counted = shared->services->allocate(article, sizeof *counted + bytes);

    counted->count = shared->sample.count;
    memcpy(counted->shingles, shared->sample.hashes, bytes);
    *shared->services->slot(shared->host, article) = counted;
}

static void claim_text(struct duplicates *shared, struct article *article, struct claim *claim)
{
    const struct shingles *shingles = *shared->services->slot(shared->host, article);

    claim->type = CLAIM_ARTICLE;
    claim->destinations = short_enough(shared->services->destinations(article));
    claim->list = shared->list_position;
    fingerprint_make(shingles, &shared->list, &claim->fingerprint, &claim->keys, &shared->sample);
    keep_sample(shared, article);
}

static enum processor_outcome duplicates_settle(void *state, struct article *article)
{
    struct duplicates *shared = state;
    const struct processor_services *services = shared->services;
    struct claim claim = {.type = CLAIM_KILL};

    claim_identity(shared, article, &claim);
    if (services->kind(article) == KIND_ARTICLE)
        claim_text(shared, article, &claim);
    buffer_clear(&shared->record);
    claim_write(&claim, &shared->record);
    if (services->journal_append(shared->host, buffer_slice(&shared->record), article) != 0) {
        services->set_reason(article, "the journal of claims is closed");
        return OUTCOME_FATAL;
    }
    return OUTCOME_PENDING;
}

/* --- apply --- */

static struct slice copy_text(const struct processor_services *services, struct article *article,
                              struct slice text)
{
    char *copy = NULL;

    if (slice_is_absent(text))
        return text;
    copy = services->allocate(article, text.length + 1);
    memcpy(copy, text.data, text.length);
    return slice_of(copy, text.length);
}

static const struct slice *copy_texts(const struct processor_services *services,
                                      struct article *article, const struct slice *texts,
                                      uint32_t count)
{
    struct slice *copies = services->allocate(article, (count + 1) * sizeof *copies);

    for (uint32_t i = 0; i < count; i++)
        copies[i] = copy_text(services, article, texts[i]);
    return copies;
}

static void give_result(const struct processor_services *services, struct article *article,
                        const struct duplicate_result *decided)
{
    struct duplicate_result *result = services->allocate(article, sizeof *result);

    *result = *decided;
    result->of = copy_text(services, article, decided->of);
    result->copies = copy_texts(services, article, decided->copies, decided->copy_count);
    result->contains = copy_texts(services, article, decided->contains, decided->contains_count);
    result->destinations = copy_text(services, article, decided->destinations);
    services->set_duplicate(article, result);
}

static void take_list(struct duplicates *shared, const struct claim *claim, int64_t position)
{
    size_t count = claim->tags.length / sizeof(uint32_t);
    uint32_t *tags FREED_AT_END = memory_allocate((count + 1) * sizeof *tags);

    for (size_t i = 0; i < count; i++)
        tags[i] = claim_tag(claim, i);
    boilerplate_set(&shared->list, tags, count);
    shared->list_position = position;
}

/* Appends what is boilerplate by now, where that is not what it was. */
static void publish_list(struct duplicates *shared)
{
    uint32_t count;
    const uint32_t *tags = story_counts_list(shared->counts, &count);
    uint64_t hash = hash_bytes(slice_of((const char *)tags, count * sizeof *tags));

    if (hash == shared->listed_hash || (count == 0 && shared->listed_hash == 0))
        return;
    shared->listed_hash = hash;
    buffer_clear(&shared->record);
    claim_write_list(tags, count, &shared->record);
    shared->services->journal_append(shared->host, buffer_slice(&shared->record), NULL);
}

static void count_story(struct duplicates *shared, struct article *article)
{
    const struct counted *counted = *shared->services->slot(shared->host, article);

    story_counts_add(shared->counts, counted->shingles, counted->count);
    if (story_counts_stories(shared->counts) % STORIES_PER_LIST == 0)
        publish_list(shared);
}

static void duplicates_apply(void *state, const struct journal_record *record, struct article *own)
{
    struct duplicates *shared = state;
    struct journal_time now = {.ms = record->time_ms, .position = record->position};
    struct duplicate_result result;
    struct claim claim;

    if (claim_read(record->bytes, &claim) != 0) {
        shared->services->count(shared->host, "claims_skipped", 1);
        return;
    }
    if (claim.type == CLAIM_LIST) {
        take_list(shared, &claim, record->position);
        return;
    }
    bool first = verdict_decide(shared->law, &claim, &now, &result);

    if (own == NULL)
        return;
    give_result(shared->services, own, &result);
    if (first && result.verdict == VERDICT_NEW && result.contains_count == 0)
        count_story(shared, own);
}

const struct processor duplicates_processor = {
    .abi = PROCESSOR_ABI,
    .size = sizeof(struct processor),
    .name = "duplicates",
    .version = COPYDESK_VERSION,
    .summary = "tells whether an article was seen before, and where",
    .options = options,
    .options_size = sizeof(struct duplicates_options),
    .check = duplicates_check,
    .load = duplicates_load,
    .process = duplicates_process,
    .settle = duplicates_settle,
    .apply = duplicates_apply,
    .unload = duplicates_unload,
};

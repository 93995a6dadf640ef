/* How an article passes. `process`, on a worker, reads its text into shingles. `settle`, in input
 * order, makes its fingerprint under the list of boilerplate in force and appends the claim.
 * `apply` hands the claim to the ledger, which decides from the journal alone, gives the verdict to
 * the article where it is in flight here, and counts the shingles of new stories; every 256 of them
 * what has become frequent is appended as the next list, in force for all where its record comes
 * back. Terms are said at the first article and four times a window, so that whoever reads the
 * journal from somewhere on finds them. */
#include "processors/duplicates/duplicates.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "article/fold.h"
#include "base/hash.h"
#include "base/memory.h"
#include "processors/duplicates/ledger.h"
#include "processors/duplicates/other_ids.h"
#include "processors/duplicates/story_counts.h"

enum duplicates_scope { SCOPE_INSTANCE, SCOPE_GROUP };

enum { STORIES_PER_LIST = 256, SAID_PER_WINDOW = 4, RECORDS_PER_MEASURE = 1024 };

struct duplicates_options {
    int scope; /* enum duplicates_scope */
    const char *topic;
    int clock; /* enum terms_clock */
    int64_t window_ms;
    int64_t articles;
    struct {
        struct option_list signal; /* of const char * */
        struct option_list ednote;
    } corrections;
    struct option_list withheld; /* of const char * */
};

static const char *const scopes[] = {"instance", "group", NULL};
static const char *const clocks[] = {"log", "article", NULL};
static const char shared_topic[] = "copydesk.claims";

static const struct option mark = {.type = OPTION_TEXT,
                                   .description = "A text that the field contains, in any case."};

static const struct option status = {.type = OPTION_TEXT,
                                     .description = "A whole status, in any case."};

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
     .default_text = "group",
     .choices = scopes,
     .description = "Whose articles are compared: those that this instance sees, or those of the "
                    "whole group, which agrees by means of `topic`.",
     .flags = OPTION_NO_RELOAD},
    {.name = "topic",
     .type = OPTION_TEXT,
     .offset = offsetof(struct duplicates_options, topic),
     .default_text = shared_topic,
     .description = "The topic of claims, with `scope: group`; one partition.",
     .flags = OPTION_NO_RELOAD},
    {.name = "clock",
     .type = OPTION_CHOICE,
     .offset = offsetof(struct duplicates_options, clock),
     .default_text = "log",
     .choices = clocks,
     .description = "What the window is measured on: the time of the claims, or `versioncreated` "
                    "of the articles, for an archive that is read again (with a `topic` of its "
                    "own).",
     .flags = OPTION_NO_RELOAD},
    {.name = "window",
     .type = OPTION_DURATION,
     .offset = offsetof(struct duplicates_options, window_ms),
     .default_text = "7d",
     .min = 1000,
     .max = INT64_C(366) * 86400000,
     .description = "How long an article is remembered.",
     .flags = OPTION_NO_RELOAD},
    {.name = "articles",
     .type = OPTION_INTEGER,
     .offset = offsetof(struct duplicates_options, articles),
     .default_text = "1_000_000",
     .min = 1,
     .max = INDEX_MAX_CAPACITY,
     .unit = "articles",
     .description = "How many articles are remembered at most; each takes less than 400 bytes with "
                    "an id of 40.",
     .flags = OPTION_NO_RELOAD},
    {.name = "corrections",
     .type = OPTION_TABLE,
     .offset = offsetof(struct duplicates_options, corrections),
     .table = correction_options,
     .description = "How a correction is told from a copy.",
     .flags = OPTION_NO_RELOAD},
    {.name = "withheld",
     .type = OPTION_LIST,
     .offset = offsetof(struct duplicates_options, withheld),
     .default_text = "[withheld]",
     .element = &status,
     .description = "Statuses of items that must not be published yet.",
     .flags = OPTION_NO_RELOAD},
    {.name = NULL},
};

/* What the workers share. Only options, host and services are read in `process`. */
struct duplicates {
    struct processor_host *host;
    const struct processor_services *services;

    struct terms terms; /* as the configuration wants them; the journal's rule */
    uint64_t terms_id;
    bool has_said;       /* the terms, since the start */
    int64_t said_ms;     /* of the records when it did so last */
    uint64_t noticed_id; /* of other terms in force, which was told */
    struct ledger *ledger;
    struct story_counts *counts;
    uint64_t listed_hash;         /* of the list that was appended last */
    struct shingle_sample sample; /* of the article that settles */
    struct buffer record;
    uint64_t records;    /* that were applied */
    atomic_size_t bytes; /* what is remembered takes, as measured last */
};

static int check_marks(const char *option, const struct option_list *marks, char *ret_error,
                       size_t error_size)
{
    const char *const *items = marks->items;

    if (marks->count > TERMS_MAX_MARKS) {
        snprintf(ret_error, error_size, "%s: more than %d marks", option, TERMS_MAX_MARKS);
        return -1;
    }
    for (size_t i = 0; i < marks->count; i++) {
        if (strlen(items[i]) > TERMS_MAX_MARK) {
            snprintf(ret_error, error_size, "%s: a mark has more than %d bytes", option,
                     TERMS_MAX_MARK);
            return -1;
        }
    }
    return 0;
}

static int duplicates_check(const void *given, char *ret_error, size_t error_size)
{
    const struct duplicates_options *chosen = given;

    if (chosen->scope == SCOPE_GROUP && chosen->clock == CLOCK_ARTICLE &&
        strcmp(chosen->topic, shared_topic) == 0) {
        snprintf(ret_error, error_size,
                 "clock: article needs a topic of its own; the live articles' claims are in %s",
                 shared_topic);
        return -1;
    }
    if (check_marks("corrections.signal", &chosen->corrections.signal, ret_error, error_size) !=
            0 ||
        check_marks("corrections.ednote", &chosen->corrections.ednote, ret_error, error_size) != 0)
        return -1;
    return check_marks("withheld", &chosen->withheld, ret_error, error_size);
}

static struct terms terms_of(const struct duplicates_options *chosen)
{
    return (struct terms){
        .window_ms = chosen->window_ms,
        .articles = chosen->articles,
        .clock = chosen->clock,
        .signal = chosen->corrections.signal,
        .ednote = chosen->corrections.ednote,
        .withheld = chosen->withheld,
        .algorithm = terms_algorithm(fold_table_digest()),
    };
}

void duplicates_terms(const void *given, struct terms *ret_terms)
{
    *ret_terms = terms_of(given);
}

static int duplicates_load(struct processor_host *host, const struct processor_services *services,
                           const void *given, void **ret_shared, char *ret_error, size_t error_size)
{
    struct duplicates *shared = memory_zeroed(1, sizeof *shared);

    (void)ret_error;
    (void)error_size;
    shared->host = host;
    shared->services = services;
    shared->terms = terms_of(given);
    shared->terms_id = terms_id(&shared->terms);
    shared->ledger = ledger_new();
    shared->counts = story_counts_new();
    *ret_shared = shared;
    return 0;
}

static void duplicates_unload(void *state)
{
    struct duplicates *shared = state;

    ledger_free(shared->ledger);
    story_counts_free(shared->counts);
    buffer_free(&shared->record);
    free(shared);
}

/* Each claim stays as long as it counts, and so long before that what it was decided by did; with a
 * quarter of a window for brokers that delete early. */
static void duplicates_journal(const void *given, struct journal_needs *ret_needs)
{
    const struct duplicates_options *chosen = given;

    if (chosen->scope != SCOPE_GROUP)
        return;
    ret_needs->topic = chosen->topic;
    ret_needs->retention_ms = verdict_offsets_memory_ms(chosen->window_ms) + chosen->window_ms +
                              chosen->window_ms / SAID_PER_WINDOW;
    ret_needs->record_bytes = CLAIM_MAX_BYTES;
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

/* Those in force, or as long as there are none those that this instance says. */
static const struct terms *terms_that_hold(const struct duplicates *shared)
{
    const struct terms *in_force = ledger_terms(shared->ledger);

    return in_force != NULL ? in_force : &shared->terms;
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
    const struct terms *terms = terms_that_hold(shared);

    claim->terms = terms == &shared->terms ? shared->terms_id : ledger_terms_id(shared->ledger);
    claim->correction = contains_mark(services->text(article, ROLE_SIGNAL), &terms->signal) ||
                        contains_mark(services->text(article, ROLE_EDNOTE), &terms->ednote);
    claim->other_count =
        other_ids_read(source, services->text(article, ROLE_ALTIDS), claim->identity,
                       CLAIM_MAX_OTHER_IDS, claim->other_identities);
    claim->withheld = is_mark(services->text(article, ROLE_STATUS), &terms->withheld);
    claim->has_embargo =
        timestamp_read(services->text(article, ROLE_EMBARGOED), &claim->embargo_ms);
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
    claim->list = ledger_list_position(shared->ledger);
    fingerprint_make(shingles, ledger_list(shared->ledger), &claim->fingerprint, &claim->keys,
                     &shared->sample);
    keep_sample(shared, article);
}

static void say_terms(struct duplicates *shared)
{
    shared->has_said = true;
    shared->said_ms = ledger_time_ms(shared->ledger);
    buffer_clear(&shared->record);
    claim_write_terms(terms_that_hold(shared), false, &shared->record);
    shared->services->journal_append(shared->host, buffer_slice(&shared->record), NULL);
}

static bool terms_are_due(const struct duplicates *shared)
{
    int64_t now = ledger_time_ms(shared->ledger);
    int64_t last = ledger_terms_said_ms(shared->ledger) > shared->said_ms
                       ? ledger_terms_said_ms(shared->ledger)
                       : shared->said_ms;

    return !shared->has_said || now - last >= terms_that_hold(shared)->window_ms / SAID_PER_WINDOW;
}

/* Tells once that the journal rules otherwise than the configuration. */
static void notice_other_terms(struct duplicates *shared)
{
    uint64_t in_force = ledger_terms_id(shared->ledger);

    if (in_force == 0 || in_force == shared->terms_id || in_force == shared->noticed_id)
        return;
    shared->noticed_id = in_force;
    shared->services->log(
        shared->host, PROCESSOR_WARNING,
        "the claims topic rules: window %lld ms and %lld articles are in force, and its marks of "
        "corrections; the configuration differs. `copydesk claims configure` makes it rule",
        (long long)ledger_terms(shared->ledger)->window_ms,
        (long long)ledger_terms(shared->ledger)->articles);
    shared->services->count(shared->host, "other_terms", 1);
}

/* Returns 0, or -1 and the article's reason where the terms in force cannot be followed. */
static int mind_terms(struct duplicates *shared, struct article *article)
{
    notice_other_terms(shared);
    if (terms_that_hold(shared)->algorithm != shared->terms.algorithm) {
        shared->services->set_reason(
            article, "the claims topic is ruled by terms of another version of copydesk, whose "
                     "fingerprints differ; run that version, or `copydesk claims configure` with "
                     "this one, which begins with an empty memory");
        return -1;
    }
    if (terms_are_due(shared))
        say_terms(shared);
    return 0;
}

static enum processor_outcome duplicates_settle(void *state, struct article *article)
{
    struct duplicates *shared = state;
    const struct processor_services *services = shared->services;
    struct claim claim = {.type = CLAIM_KILL};

    if (mind_terms(shared, article) != 0)
        return OUTCOME_FATAL;
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

/* The terms were forgotten just before: they are said again, and then the claim is made again. */
static void claim_again(struct duplicates *shared, struct slice claim, struct article *own)
{
    say_terms(shared);
    shared->services->journal_append(shared->host, claim, own);
}

static void decide_own(struct duplicates *shared, enum ledger_entry entry, struct slice record,
                       const struct duplicate_result *result, struct article *own)
{
    if (entry == LEDGER_AGAIN && ledger_terms(shared->ledger) == NULL) {
        claim_again(shared, record, own);
        return;
    }
    give_result(shared->services, own, result);
    if (entry == LEDGER_FIRST && result->verdict == VERDICT_NEW && result->contains_count == 0)
        count_story(shared, own);
}

static void duplicates_apply(void *state, const struct journal_record *record, struct article *own)
{
    struct duplicates *shared = state;
    struct duplicate_result result;
    struct claim claim;
    enum ledger_entry entry = ledger_apply(shared->ledger, record, &claim, &result);

    if (shared->records++ % RECORDS_PER_MEASURE == 0)
        atomic_store(&shared->bytes, ledger_bytes(shared->ledger) + STORY_COUNTS_BYTES);
    if (entry == LEDGER_SKIPPED) {
        shared->services->count(shared->host, "claims_skipped", 1);
        result = (struct duplicate_result){.verdict = VERDICT_UNDETERMINED};
    }
    if (own != NULL)
        decide_own(shared, entry, record->bytes, &result, own);
}

static uint64_t duplicates_digest(void *state)
{
    const struct duplicates *shared = state;

    return ledger_digest(shared->ledger);
}

static size_t duplicates_memory(void *state)
{
    struct duplicates *shared = state;

    return atomic_load(&shared->bytes);
}

static void duplicates_retract(void *state, const struct article_coordinates *coordinates)
{
    struct duplicates *shared = state;
    struct article_coordinates short_coordinates = *coordinates;

    short_coordinates.topic = at_most(coordinates->topic, CLAIM_MAX_TEXT);
    buffer_clear(&shared->record);
    claim_write_retract(&short_coordinates, &shared->record);
    shared->services->journal_append(shared->host, buffer_slice(&shared->record), NULL);
    shared->services->count(shared->host, "claims_retracted", 1);
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
    .journal = duplicates_journal,
    .digest = duplicates_digest,
    .retract = duplicates_retract,
    .memory = duplicates_memory,
};

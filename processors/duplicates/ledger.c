#include "processors/duplicates/ledger.h"

#include "base/memory.h"
#include "processors/duplicates/mix.h"

enum { LEAST_MEMORY_OF_TERMS_MS = 3600000 };

struct ledger {
    struct verdict_law *law; /* NULL until there are terms */
    struct terms terms;
    uint64_t terms_id;    /* 0: none are in force */
    struct arena arena;   /* of the terms */
    int64_t confirmed_ms; /* when the terms, or a claim under them, came last */
    int64_t said_ms;
    struct boilerplate list;
    int64_t list_position;
    int64_t time_ms;    /* of records; it does not go back */
    int64_t article_ms; /* the same of articles */
};

struct ledger *ledger_new(void)
{
    struct ledger *ledger = memory_zeroed(1, sizeof *ledger);

    ledger->list_position = -1;
    return ledger;
}

void ledger_free(struct ledger *ledger)
{
    if (ledger == NULL)
        return;
    verdict_law_free(ledger->law);
    arena_free(&ledger->arena);
    boilerplate_clear(&ledger->list);
    memory_free(ledger);
}

/* --- terms --- */

static void forget_old_terms(struct ledger *ledger)
{
    int64_t memory_ms = ledger->terms.window_ms > LEAST_MEMORY_OF_TERMS_MS
                            ? ledger->terms.window_ms
                            : LEAST_MEMORY_OF_TERMS_MS;

    if (ledger->terms_id != 0 && ledger->time_ms - ledger->confirmed_ms >= memory_ms)
        ledger->terms_id = 0;
}

static void begin_memory(struct ledger *ledger)
{
    verdict_law_free(ledger->law);
    ledger->law = verdict_law_new((uint32_t)ledger->terms.articles, ledger->terms.window_ms);
    boilerplate_clear(&ledger->list);
    ledger->list_position = -1;
}

/* Takes the arena over. */
static void put_in_force(struct ledger *ledger, const struct terms *terms, struct arena *arena)
{
    bool compares = ledger->law != NULL && ledger->terms.algorithm == terms->algorithm;

    arena_free(&ledger->arena);
    ledger->arena = *arena;
    ledger->terms = *terms;
    ledger->terms_id = terms_id(terms);
    if (compares)
        verdict_law_change(ledger->law, (uint32_t)terms->articles, terms->window_ms);
    else
        begin_memory(ledger);
}

static enum ledger_entry take_terms(struct ledger *ledger, const struct claim *claim)
{
    struct arena arena = {.first = NULL};
    struct terms terms;

    if (terms_read(claim->terms_bytes, &arena, &terms) != 0) {
        arena_free(&arena);
        return LEDGER_SKIPPED;
    }
    bool same = terms_id(&terms) == ledger->terms_id;

    if (!same && ledger->terms_id != 0 && !claim->rules) {
        arena_free(&arena);
        return LEDGER_OTHER_TERMS;
    }
    if (same)
        arena_free(&arena);
    else
        put_in_force(ledger, &terms, &arena);
    ledger->confirmed_ms = ledger->said_ms = ledger->time_ms;
    return LEDGER_TERMS;
}

/* --- the rest --- */

static enum ledger_entry take_list(struct ledger *ledger, const struct claim *claim,
                                   int64_t position)
{
    size_t count = claim->tags.length / sizeof(uint32_t);
    uint32_t *tags FREED_AT_END = memory_allocate((count + 1) * sizeof *tags);

    for (size_t i = 0; i < count; i++)
        tags[i] = claim_tag(claim, i);
    boilerplate_set(&ledger->list, tags, count);
    ledger->list_position = position;
    return LEDGER_LIST;
}

/* An article cannot be of a later time than its claim: one that says so tells nothing. */
static int64_t time_of(struct ledger *ledger, const struct claim *claim)
{
    const struct item_version *version = &claim->version;

    if (ledger->terms.clock == CLOCK_LOG)
        return ledger->time_ms;
    if (version->has_created && version->created_ms > ledger->article_ms &&
        version->created_ms <= ledger->time_ms)
        ledger->article_ms = version->created_ms;
    return ledger->article_ms;
}

static enum ledger_entry take_item(struct ledger *ledger, const struct claim *claim,
                                   int64_t position, struct duplicate_result *ret_result)
{
    if (ledger->terms_id == 0 || !terms_same_algorithm(claim->terms, ledger->terms_id)) {
        *ret_result = (struct duplicate_result){.verdict = VERDICT_UNDETERMINED};
        return LEDGER_AGAIN;
    }
    if (claim->terms == ledger->terms_id)
        ledger->confirmed_ms = ledger->time_ms;
    const struct journal_time now = {.ms = time_of(ledger, claim), .position = position};

    return verdict_decide(ledger->law, claim, &now, ret_result) ? LEDGER_FIRST : LEDGER_AGAIN;
}

static enum ledger_entry take_retraction(struct ledger *ledger, const struct claim *claim)
{
    bool known = ledger->terms_id != 0 && verdict_retract(ledger->law, claim);

    return known ? LEDGER_RETRACTED : LEDGER_SKIPPED;
}

enum ledger_entry ledger_apply(struct ledger *ledger, const struct journal_record *record,
                               struct claim *ret_claim, struct duplicate_result *ret_result)
{
    if (record->time_ms > ledger->time_ms)
        ledger->time_ms = record->time_ms;
    forget_old_terms(ledger);
    if (claim_read(record->bytes, ret_claim) != 0)
        return LEDGER_SKIPPED;
    switch (ret_claim->type) {
    case CLAIM_ARTICLE:
    case CLAIM_KILL:
        return take_item(ledger, ret_claim, record->position, ret_result);
    case CLAIM_LIST:
        return take_list(ledger, ret_claim, record->position);
    case CLAIM_TERMS:
        return take_terms(ledger, ret_claim);
    case CLAIM_RETRACT:
        return take_retraction(ledger, ret_claim);
    }
    return LEDGER_SKIPPED;
}

const struct terms *ledger_terms(const struct ledger *ledger)
{
    return ledger->terms_id != 0 ? &ledger->terms : NULL;
}

uint64_t ledger_terms_id(const struct ledger *ledger)
{
    return ledger->terms_id;
}

int64_t ledger_terms_said_ms(const struct ledger *ledger)
{
    return ledger->said_ms;
}

const struct boilerplate *ledger_list(const struct ledger *ledger)
{
    return &ledger->list;
}

int64_t ledger_list_position(const struct ledger *ledger)
{
    return ledger->list_position;
}

int64_t ledger_time_ms(const struct ledger *ledger)
{
    return ledger->time_ms;
}

void ledger_work(const struct ledger *ledger, uint64_t *ret_lookups, uint64_t *ret_compared)
{
    *ret_lookups = 0;
    *ret_compared = 0;
    if (ledger->law != NULL)
        verdict_law_work(ledger->law, ret_lookups, ret_compared);
}

uint32_t ledger_count(const struct ledger *ledger)
{
    return ledger->law != NULL ? verdict_law_count(ledger->law) : 0;
}

size_t ledger_bytes(const struct ledger *ledger)
{
    return ledger->law != NULL ? verdict_law_bytes(ledger->law) : 0;
}

uint64_t ledger_digest(const struct ledger *ledger)
{
    return ledger->law != NULL ? verdict_law_digest(ledger->law) + mix(ledger->terms_id) : 0;
}

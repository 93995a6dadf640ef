/* A journal whose records come back when the test says so: what the chain does with an article that
 * is left pending. This file's journal_memory_new stands in for that of processors/journal.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/memory.h"
#include "processors/chain.h"
#include "processors/journal.h"

enum { MOST = 8 };

struct late_journal {
    struct journal journal;
    journal_apply apply;
    void *context;
    struct article *owns[MOST];
    size_t count;
};

static struct late_journal *journals[2]; /* of the two processors, in order of the chain */
static size_t journal_count;

static int late_append(struct journal *journal, struct slice record, struct article *own)
{
    struct late_journal *late = (struct late_journal *)(void *)journal;

    (void)record;
    late->owns[late->count++] = own;
    return 0;
}

static void late_deliver(struct journal *journal)
{
    (void)journal;
}

static void late_free(struct journal *journal)
{
    memory_free(journal);
}

struct journal *journal_memory_new(journal_apply apply, void *apply_context, journal_clock clock,
                                   void *clock_context)
{
    struct late_journal *late = memory_zeroed(1, sizeof *late);

    (void)clock;
    (void)clock_context;
    late->journal = (struct journal){late_append, late_deliver, late_free};
    late->apply = apply;
    late->context = apply_context;
    journals[journal_count++] = late;
    return &late->journal;
}

static void echo(size_t journal, size_t record)
{
    struct journal_record given = {.position = (int64_t)record, .bytes = SLICE_LITERAL("r")};

    journals[journal]->apply(journals[journal]->context, &given, journals[journal]->owns[record]);
}

/* Both processors settle by a record. */
struct claimer {
    struct processor_host *host;
    const struct processor_services *services;
    int applied;
};

static struct claimer claimers[2];

static int claimer_load(struct processor_host *host, const struct processor_services *services,
                        const void *options, void **ret_shared, char *ret_error, size_t error_size)
{
    struct claimer *claimer = &claimers[*(const int *)options];

    (void)ret_error;
    (void)error_size;
    *claimer = (struct claimer){.host = host, .services = services};
    *ret_shared = claimer;
    return 0;
}

static enum processor_outcome claimer_process(void *worker, struct article *article)
{
    (void)worker;
    (void)article;
    return OUTCOME_DONE;
}

static enum processor_outcome claimer_settle(void *shared, struct article *article)
{
    struct claimer *claimer = shared;

    claimer->services->journal_append(claimer->host, SLICE_LITERAL("r"), article);
    return OUTCOME_PENDING;
}

static void claimer_apply(void *shared, const struct journal_record *record, struct article *own)
{
    struct claimer *claimer = shared;

    (void)record;
    (void)own;
    claimer->applied++;
}

#define CLAIMER(its_name)                                                                          \
    {                                                                                              \
        .abi = PROCESSOR_ABI, .size = sizeof(struct processor), .name = its_name, .version = "1",  \
        .load = claimer_load, .process = claimer_process, .settle = claimer_settle,                \
        .apply = claimer_apply                                                                     \
    }

static const struct processor descriptors[2] = {CLAIMER("a"), CLAIMER("b")};

static void resolve(void *context, struct config *config, struct option_one_of *entry,
                    struct config_problems *problems)
{
    static const int indexes[] = {0, 1};
    int index = entry->name[0] - 'a';

    (void)context;
    (void)config;
    (void)problems;
    entry->owner = (void *)(uintptr_t)&descriptors[index];
    entry->options = &indexes[index];
}

static struct article *settled_articles[MOST];
static size_t settled_count;

static void settled(void *context, struct article *article, enum chain_outcome outcome)
{
    (void)context;
    assert_int_equal(outcome, CHAIN_DONE);
    settled_articles[settled_count++] = article;
}

static void articles_are_told_settled_when_their_last_record_is_back(void **state)
{
    struct config_problems problems = {0};
    char error[200] = "";
    struct article first = {.kind = KIND_ARTICLE};
    struct article second = {.kind = KIND_KILL};
    struct metrics *metrics = metrics_new();
    struct config *config =
        config_load_text(SLICE_LITERAL("consumer: {topics: [t]}\n"
                                       "producer: {routes: [{topic: o}], dead_letters: d}\n"
                                       "processors: [{a: {}}, {b: {}}]\n"),
                         "test.yaml", resolve, NULL, &problems);
    struct chain *chain = chain_new(config, metrics, settled, NULL, error, sizeof error);

    (void)state;
    assert_int_equal(chain_settle(chain, &first), CHAIN_PENDING);
    assert_int_equal(chain_settle(chain, &second), CHAIN_PENDING);
    assert_int_equal(journals[1]->count, 0);
    echo(0, 0);
    assert_int_equal(settled_count, 0);
    assert_ptr_equal(journals[1]->owns[0], &first);
    echo(0, 1);
    echo(1, 0);
    assert_int_equal(settled_count, 1);
    assert_ptr_equal(settled_articles[0], &first);
    echo(1, 1);
    assert_int_equal(settled_count, 2);
    assert_ptr_equal(settled_articles[1], &second);
    assert_int_equal(claimers[0].applied, 2);
    assert_int_equal(claimers[1].applied, 2);
    chain_free(chain);
    config_free(config);
    metrics_free(metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(articles_are_told_settled_when_their_last_record_is_back),
    };

    return cmocka_run_group_tests_name("chain_late", tests, NULL, NULL);
}

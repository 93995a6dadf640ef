#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "processors/host.h"
#include "processors/journal.h"
#include "tests/processors/harness.h"

/* Processors that do what the running test says. `first`, `second` and `third` differ in name only;
 * `third` settles. */
enum { PROBES = 3, CALLS = 16 };

struct probe {
    const char *name;
    struct processor_host *host;
    const struct processor_services *services;

    enum processor_outcome outcomes[CALLS]; /* of the calls of process, one after the other */
    int64_t call_ms;                        /* how long each takes */
    const char *reason;
    const char *section; /* written by process */

    enum processor_outcome settle_outcome;
    bool settle_appends;
    const char *settle_section;

    const char *topic; /* of a journal that a group shares */
    bool load_fails;
    bool open_fails;
    const char *model;

    int processed;
    int settled;
    int applied;
    int loaded;
    int opened;
    void *seen_worker;
    void *seen_slot;
};

static struct probe probes[PROBES];
static struct harness *harness;

static int probe_load(struct processor_host *host, const struct processor_services *services,
                      const void *options, void **ret_shared, char *ret_error, size_t error_size)
{
    struct probe *probe = &probes[*(const int *)options];

    if (probe->load_fails) {
        snprintf(ret_error, error_size, "the list is not there; make it");
        return -1;
    }
    probe->host = host;
    probe->services = services;
    probe->loaded++;
    *ret_shared = probe;
    return 0;
}

static int probe_open(void *shared, void **ret_worker)
{
    struct probe *probe = shared;

    if (probe->open_fails)
        return -1;
    probe->opened++;
    *ret_worker = &probe->name;
    return 0;
}

static void probe_close(void *worker)
{
    for (int i = 0; i < PROBES; i++)
        probes[i].opened -= worker == &probes[i].name;
}

static void probe_unload(void *shared)
{
    struct probe *probe = shared;

    probe->loaded--;
}

static const char *probe_model(void *shared)
{
    struct probe *probe = shared;

    return probe->model;
}

static enum processor_outcome process(struct probe *probe, struct article *article)
{
    harness_advance_ms(harness, probe->call_ms);
    if (probe->reason != NULL)
        probe->services->set_reason(article, "%s", probe->reason);
    if (probe->section != NULL)
        assert_int_equal(
            probe->services->set_section(probe->host, article, slice_of_text(probe->section)), 0);
    *probe->services->slot(probe->host, article) = probe;
    return probe->outcomes[probe->processed++];
}

static enum processor_outcome probe_process(void *worker, struct article *article)
{
    struct probe *probe = worker;

    probe->seen_worker = worker;
    return process(probe, article);
}

static enum processor_outcome opened_process(void *worker, struct article *article)
{
    for (int i = 0; i < PROBES; i++) {
        if (worker == &probes[i].name) {
            probes[i].seen_worker = worker;
            return process(&probes[i], article);
        }
    }
    return OUTCOME_FATAL;
}

static enum processor_outcome probe_settle(void *shared, struct article *article)
{
    struct probe *probe = shared;

    probe->settled++;
    probe->seen_slot = *probe->services->slot(probe->host, article);
    if (probe->settle_appends)
        assert_int_equal(
            probe->services->journal_append(probe->host, SLICE_LITERAL("record"), article), 0);
    return probe->settle_outcome;
}

static void probe_apply(void *shared, const struct journal_record *record, struct article *own)
{
    struct probe *probe = shared;

    assert_true(slice_is(record->bytes, "record"));
    probe->applied++;
    if (own != NULL && probe->settle_section != NULL)
        assert_int_equal(
            probe->services->set_section(probe->host, own, slice_of_text(probe->settle_section)),
            0);
}

static void probe_journal(const void *options, struct journal_needs *ret_needs)
{
    ret_needs->topic = probes[*(const int *)options].topic;
}

static const struct processor descriptors[PROBES] = {
    {.abi = PROCESSOR_ABI,
     .size = sizeof(struct processor),
     .name = "first",
     .version = "1",
     .load = probe_load,
     .process = probe_process,
     .settle = probe_settle,
     .apply = probe_apply,
     .unload = probe_unload,
     .model = probe_model},
    {.abi = PROCESSOR_ABI,
     .size = sizeof(struct processor),
     .name = "second",
     .version = "1",
     .load = probe_load,
     .open = probe_open,
     .process = opened_process,
     .close = probe_close,
     .unload = probe_unload},
    {.abi = PROCESSOR_ABI,
     .size = sizeof(struct processor),
     .name = "third",
     .version = "1",
     .load = probe_load,
     .process = probe_process,
     .settle = probe_settle,
     .apply = probe_apply,
     .unload = probe_unload,
     .model = probe_model,
     .journal = probe_journal},
};

static void resolve(void *context, struct config *config, struct option_one_of *entry,
                    struct config_problems *problems)
{
    static const int indexes[PROBES] = {0, 1, 2};

    (void)context;
    (void)config;
    (void)problems;
    for (int i = 0; i < PROBES; i++) {
        if (strcmp(entry->name, descriptors[i].name) == 0) {
            entry->owner = (void *)(uintptr_t)&descriptors[i];
            entry->options = &indexes[i];
        }
    }
}

static const char all[] = "- first: {}\n- second: {}\n- third: {}\n";
static const char article[] = "{\"id\":\"1\",\"body\":\"Rain.\"}";

static int forget_probes(void **state)
{
    (void)state;
    memset(probes, 0, sizeof probes);
    for (int i = 0; i < PROBES; i++)
        probes[i].name = descriptors[i].name;
    return 0;
}

static void start(void)
{
    harness = harness_new_with(all, resolve);
}

static void finish(void)
{
    harness_free(harness);
}

static void every_processor_runs_and_sections_stand_in_the_order_of_the_chain(void **state)
{
    (void)state;
    probes[0].section = "1";
    probes[1].section = "{\"a\":2}";
    probes[2].section = "[3]";
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_DONE);
    const struct article_results *results = &harness_article(harness)->results;

    assert_int_equal(results->section_count, 3);
    assert_true(slice_is(results->sections[0].name, "first"));
    assert_true(slice_is(results->sections[1].name, "second"));
    assert_true(slice_is(results->sections[2].json, "[3]"));
    assert_int_equal(harness_count(harness, "second", "done"), 1);
    finish();
}

static void a_section_written_at_settling_takes_its_place_in_the_order(void **state)
{
    (void)state;
    probes[0].settle_appends = true;
    probes[0].settle_outcome = OUTCOME_PENDING;
    probes[0].settle_section = "\"late\"";
    probes[1].section = "2";
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_DONE);
    const struct article_results *results = &harness_article(harness)->results;

    assert_int_equal(results->section_count, 2);
    assert_true(slice_is(results->sections[0].name, "first"));
    assert_true(slice_is(results->sections[0].json, "\"late\""));
    finish();
}

static void a_dropped_article_goes_to_nobody_else(void **state)
{
    (void)state;
    probes[0].outcomes[0] = OUTCOME_DROP;
    probes[0].reason = "a test transmission";
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_DROPPED);
    assert_int_equal(probes[1].processed, 0);
    assert_int_equal(probes[0].settled, 0);
    assert_string_equal(harness_article(harness)->reason_text, "a test transmission");
    assert_string_equal(harness_article(harness)->reason_processor, "first");
    assert_int_equal(harness_count(harness, "first", "drop"), 1);
    finish();
}

static void a_rejected_article_says_why_and_by_whom(void **state)
{
    (void)state;
    probes[1].outcomes[0] = OUTCOME_REJECT;
    probes[1].reason = "no byline";
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_REJECTED);
    assert_int_equal(harness_article(harness)->reason, REASON_REJECTED);
    assert_string_equal(harness_article(harness)->reason_text, "no byline");
    assert_string_equal(harness_article(harness)->reason_processor, "second");
    assert_int_equal(probes[2].processed, 0);
    assert_int_equal(harness_count(harness, "second", "reject"), 1);
    finish();
}

static void a_retry_waits_longer_each_time_until_it_succeeds(void **state)
{
    (void)state;
    probes[0].outcomes[0] = OUTCOME_RETRY;
    probes[0].outcomes[1] = OUTCOME_RETRY;
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_DONE);
    assert_int_equal(probes[0].processed, 3);
    assert_int_equal(harness_waited_ms(harness), 10 + 40);
    assert_int_equal(harness_count(harness, "first", "retry"), 2);
    assert_int_equal(harness_count(harness, "first", "done"), 1);
    finish();
}

static void retries_end_after_five_attempts(void **state)
{
    (void)state;
    for (int i = 0; i < CALLS; i++)
        probes[0].outcomes[i] = OUTCOME_RETRY;
    probes[0].reason = "the index is busy";
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_REJECTED);
    assert_int_equal(probes[0].processed, 5);
    assert_int_equal(harness_waited_ms(harness), 10 + 40 + 160 + 640);
    assert_int_equal(harness_article(harness)->reason, REASON_REJECTED);
    assert_non_null(strstr(harness_article(harness)->reason_text, "the index is busy"));
    finish();
}

static void retries_end_when_the_processors_time_is_used_up(void **state)
{
    (void)state;
    for (int i = 0; i < CALLS; i++)
        probes[0].outcomes[i] = OUTCOME_RETRY;
    probes[0].call_ms = 6000; /* of 10 s */
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_REJECTED);
    assert_int_equal(probes[0].processed, 2);
    finish();
}

static void a_call_longer_than_the_processors_time_is_too_slow(void **state)
{
    (void)state;
    probes[1].call_ms = 10001;
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_REJECTED);
    assert_int_equal(harness_article(harness)->reason, REASON_TOO_SLOW);
    assert_string_equal(harness_article(harness)->reason_processor, "second");
    assert_int_equal(harness_count(harness, "second", "too_slow"), 1);
    probes[1].call_ms = 10000;
    assert_int_equal(harness_push(harness, article), CHAIN_DONE);
    finish();
}

static void fatal_stops_the_chain_with_the_processors_words(void **state)
{
    (void)state;
    probes[0].outcomes[0] = OUTCOME_FATAL;
    probes[0].reason = "the model is gone";
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_FATAL);
    assert_string_equal(harness_article(harness)->reason_text, "the model is gone");
    assert_string_equal(harness_article(harness)->reason_processor, "first");
    finish();
}

static void an_outcome_that_the_host_does_not_know_is_fatal(void **state)
{
    (void)state;
    probes[0].outcomes[0] = (enum processor_outcome)77;
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_FATAL);
    assert_non_null(strstr(harness_article(harness)->reason_text, "does not know"));
    finish();
}

static void pending_is_for_settle_only(void **state)
{
    (void)state;
    probes[0].outcomes[0] = OUTCOME_PENDING;
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_FATAL);
    finish();
}

static void kills_and_takedowns_are_settled_but_not_processed(void **state)
{
    (void)state;
    start();
    assert_int_equal(harness_push(harness, "{\"id\":\"1\",\"pubstatus\":\"canceled\"}"),
                     CHAIN_DONE);
    assert_int_equal(harness_push(harness, "{\"id\":\"1\"}"), CHAIN_DONE);
    assert_int_equal(probes[0].processed + probes[1].processed + probes[2].processed, 0);
    assert_int_equal(probes[0].settled, 2);
    assert_int_equal(probes[2].settled, 2);
    finish();
}

static void tombstones_are_neither_processed_nor_settled(void **state)
{
    (void)state;
    start();
    assert_int_equal(harness_push(harness, NULL), CHAIN_DONE);
    assert_int_equal(probes[0].processed, 0);
    assert_int_equal(probes[0].settled, 0);
    finish();
}

static void a_pending_article_is_settled_by_its_record(void **state)
{
    (void)state;
    probes[2].settle_appends = true;
    probes[2].settle_outcome = OUTCOME_PENDING;
    probes[2].settle_section = "\"decided\"";
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_DONE);
    assert_int_equal(probes[2].applied, 1);
    assert_true(slice_is(harness_article(harness)->results.sections[0].json, "\"decided\""));
    assert_int_equal(harness_count(harness, "third", "done"), 1);
    finish();
}

static void pending_without_a_record_is_fatal(void **state)
{
    (void)state;
    probes[2].settle_outcome = OUTCOME_PENDING;
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_FATAL);
    assert_non_null(strstr(harness_article(harness)->reason_text, "without a record"));
    finish();
}

static void a_record_without_pending_is_fatal(void **state)
{
    (void)state;
    probes[2].settle_appends = true;
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_FATAL);
    assert_non_null(strstr(harness_article(harness)->reason_text, "did not return PENDING"));
    finish();
}

static void settle_may_reject(void **state)
{
    (void)state;
    probes[0].settle_outcome = OUTCOME_REJECT;
    start();
    assert_int_equal(harness_push(harness, article), CHAIN_REJECTED);
    assert_int_equal(probes[2].settled, 0);
    finish();
}

static void each_processor_has_its_own_slot_from_process_to_settle(void **state)
{
    (void)state;
    start();
    harness_push(harness, article);
    assert_ptr_equal(probes[0].seen_slot, &probes[0]);
    assert_ptr_equal(probes[2].seen_slot, &probes[2]);
    finish();
}

static void a_worker_has_what_open_made_or_else_what_load_made(void **state)
{
    (void)state;
    start();
    harness_push(harness, article);
    assert_ptr_equal(probes[0].seen_worker, &probes[0]);
    assert_ptr_equal(probes[1].seen_worker, &probes[1].name);
    assert_int_equal(probes[1].opened, 1);
    finish();
    assert_int_equal(probes[1].opened, 0);
    assert_int_equal(probes[0].loaded, 0);
}

static void a_failed_load_is_told_and_what_was_loaded_is_unloaded(void **state)
{
    (void)state;
    probes[1].load_fails = true;
    char *error = harness_load_error(all, resolve);

    assert_string_equal(error, "processor second: the list is not there; make it");
    assert_int_equal(probes[0].loaded, 0);
    assert_int_equal(probes[2].loaded, 0);
    free(error);
}

static void a_processor_can_stand_in_the_chain_only_once(void **state)
{
    (void)state;
    char *error = harness_load_error("- first: {}\n- first: {}\n", resolve);

    assert_non_null(strstr(error, "processor first: it is listed twice"));
    free(error);
}

static struct config *first_and(const char *other)
{
    struct config_problems problems = {0};
    char text[200];
    int length = snprintf(text, sizeof text,
                          "consumer: {topics: [a]}\n"
                          "producer: {routes: [{topic: b}], dead_letters: c}\n"
                          "processors: [{first: {}}, {%s: {}}]\n",
                          other);

    return config_load_text(slice_of(text, (size_t)length), "test.yaml", resolve, NULL, &problems);
}

static void a_worker_that_cannot_be_opened_is_told(void **state)
{
    char error[200] = "";
    struct metrics *metrics = metrics_new();
    struct config *config = first_and("second");
    struct chain *chain = chain_new(config, metrics, NULL, NULL, error, sizeof error);

    (void)state;
    probes[1].open_fails = true;
    assert_null(chain_worker_new(chain, error, sizeof error));
    assert_non_null(strstr(error, "processor second"));
    chain_free(chain);
    config_free(config);
    metrics_free(metrics);
}

static enum chain_outcome look_up(void *context, struct article *settled)
{
    static const struct duplicate_result known = {.verdict = VERDICT_STALE};

    settled->results.duplicate = &known;
    ++*(int *)context;
    return CHAIN_DONE;
}

static void what_a_shared_journal_says_can_be_looked_up_instead_of_settling(void **state)
{
    int looked_up = 0;
    char error[200] = "";
    struct metrics *metrics = metrics_new();
    struct config *config = first_and("third");
    const struct chain_journals journals = {.context = &looked_up, .settle = look_up};
    struct article *kill = article_new(
        SLICE_LITERAL("{}"), (struct article_coordinates){.offset = 1}, SLICE_LITERAL("x"));

    (void)state;
    kill->kind = KIND_KILL;
    probes[2].topic = "claims";
    struct chain *chain =
        chain_new_with(config, metrics, NULL, NULL, &journals, error, sizeof error);

    assert_int_equal(chain_settle(chain, kill), CHAIN_DONE);
    assert_int_equal(kill->results.duplicate->verdict, VERDICT_STALE);
    assert_int_equal(probes[0].settled, 1);
    assert_int_equal(probes[2].settled, 0);
    assert_int_equal(looked_up, 1);
    article_free(kill);
    chain_free(chain);
    config_free(config);
    metrics_free(metrics);
}

static void made_by_names_version_configuration_and_models(void **state)
{
    (void)state;
    probes[0].model = "words-\"7\"";
    start();
    json_t *made_by = json_object_get(harness_enrich(harness, article), "made_by");

    assert_string_equal(json_string_value(json_object_get(made_by, "copydesk")), COPYDESK_VERSION);
    assert_memory_equal(json_string_value(json_object_get(made_by, "config")), "sha256:", 7);
    json_t *models = json_object_get(made_by, "models");

    assert_int_equal(json_object_size(models), 1);
    assert_string_equal(json_string_value(json_object_get(models, "first")), "words-\"7\"");
    assert_int_equal(json_object_size(json_object_get(made_by, "lists")), 0);
    finish();
}

static void calls_are_timed_for_each_processor(void **state)
{
    struct buffer text = {0};

    (void)state;
    probes[1].call_ms = 3;
    start();
    harness_push(harness, article);
    metrics_render(harness_metrics(harness), &text);
    buffer_append_byte(&text, '\0');
    assert_non_null(strstr(
        text.data, "copydesk_processor_seconds_bucket{processor=\"second\",le=\"0.0025\"} 0\n"));
    assert_non_null(strstr(
        text.data, "copydesk_processor_seconds_bucket{processor=\"second\",le=\"0.005\"} 1\n"));
    buffer_free(&text);
    finish();
}

#define TEST(name) cmocka_unit_test_setup(name, forget_probes)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_processor_runs_and_sections_stand_in_the_order_of_the_chain),
        TEST(a_section_written_at_settling_takes_its_place_in_the_order),
        TEST(a_dropped_article_goes_to_nobody_else),
        TEST(a_rejected_article_says_why_and_by_whom),
        TEST(a_retry_waits_longer_each_time_until_it_succeeds),
        TEST(retries_end_after_five_attempts),
        TEST(retries_end_when_the_processors_time_is_used_up),
        TEST(a_call_longer_than_the_processors_time_is_too_slow),
        TEST(fatal_stops_the_chain_with_the_processors_words),
        TEST(an_outcome_that_the_host_does_not_know_is_fatal),
        TEST(pending_is_for_settle_only),
        TEST(kills_and_takedowns_are_settled_but_not_processed),
        TEST(tombstones_are_neither_processed_nor_settled),
        TEST(a_pending_article_is_settled_by_its_record),
        TEST(pending_without_a_record_is_fatal),
        TEST(a_record_without_pending_is_fatal),
        TEST(settle_may_reject),
        TEST(each_processor_has_its_own_slot_from_process_to_settle),
        TEST(a_worker_has_what_open_made_or_else_what_load_made),
        TEST(a_failed_load_is_told_and_what_was_loaded_is_unloaded),
        TEST(a_processor_can_stand_in_the_chain_only_once),
        TEST(a_worker_that_cannot_be_opened_is_told),
        TEST(what_a_shared_journal_says_can_be_looked_up_instead_of_settling),
        TEST(made_by_names_version_configuration_and_models),
        TEST(calls_are_timed_for_each_processor),
    };

    return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}

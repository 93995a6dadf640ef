#include "tests/processors/harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "processors/host.h"

enum { ERROR_BYTES = 1024, MAX_DEPTH = 64 };

static const int64_t start_ms = INT64_C(1700000000000);

struct harness {
    struct config *config;
    struct metrics *metrics;
    struct chain *chain;
    struct chain_worker *worker;
    struct article_scratch *scratch;
    struct article_paths *paths;
    struct buffer made_by;

    const char *topic;
    int32_t partition;
    int64_t offset;
    int64_t now_ms;
    int64_t waited_ms;

    struct article *article; /* the last one */
    struct buffer output;
    json_t *enrichment;
};

static int64_t wall_ms(void *context)
{
    const struct harness *harness = context;

    return harness->now_ms;
}

static int64_t monotonic_ns(void *context)
{
    const struct harness *harness = context;

    return (harness->now_ms - start_ms) * 1000000;
}

static void wait_ms(void *context, int64_t ms)
{
    struct harness *harness = context;

    harness->now_ms += ms;
    harness->waited_ms += ms;
}

static void settled(void *context, struct article *article, enum chain_outcome outcome)
{
    (void)context;
    (void)article;
    fail_msg("in-memory journals settle at once, but outcome %d came late", (int)outcome);
}

static struct config *load_config(const char *processors, config_resolver resolver,
                                  struct config_problems *problems)
{
    struct buffer yaml = {0};

    buffer_append_format(&yaml,
                         "consumer: {topics: [articles]}\n"
                         "producer: {routes: [{topic: out}], dead_letters: dead}\n"
                         "processors:\n%s",
                         processors);
    struct config *config =
        config_load_text(buffer_slice(&yaml), "harness.yaml", resolver, NULL, problems);

    buffer_free(&yaml);
    return config;
}

static struct config *load_good_config(const char *processors, config_resolver resolver)
{
    struct config_problems problems = {0};
    struct config *config = load_config(processors, resolver, &problems);

    if (config == NULL)
        fail_msg("%s", problems.first->text);
    config_problems_free(&problems);
    return config;
}

struct harness *harness_new(const char *processors)
{
    return harness_new_with(processors, host_resolve);
}

struct harness *harness_new_with(const char *processors, config_resolver resolver)
{
    struct harness *harness = memory_zeroed(1, sizeof *harness);
    char error[ERROR_BYTES] = "";

    harness->config = load_good_config(processors, resolver);
    harness->metrics = metrics_new();
    harness->now_ms = start_ms;
    harness->chain =
        chain_new(harness->config, harness->metrics, settled, harness, error, sizeof error);
    if (harness->chain == NULL)
        fail_msg("%s", error);
    chain_use_clock(harness->chain, &(struct chain_clock){.wall_ms = wall_ms,
                                                          .monotonic_ns = monotonic_ns,
                                                          .wait_ms = wait_ms,
                                                          .context = harness});
    harness->worker = chain_worker_new(harness->chain, error, sizeof error);
    if (harness->worker == NULL)
        fail_msg("%s", error);
    harness->scratch = article_scratch_new();
    harness->paths = article_paths_default();
    harness->topic = "articles";
    chain_made_by(harness->chain, config_digest(harness->config), &harness->made_by);
    return harness;
}

static void forget_last(struct harness *harness)
{
    article_free(harness->article);
    harness->article = NULL;
    json_decref(harness->enrichment);
    harness->enrichment = NULL;
    buffer_clear(&harness->output);
}

void harness_free(struct harness *harness)
{
    forget_last(harness);
    buffer_free(&harness->output);
    buffer_free(&harness->made_by);
    article_paths_free(harness->paths);
    article_scratch_free(harness->scratch);
    chain_worker_free(harness->worker);
    chain_free(harness->chain);
    metrics_free(harness->metrics);
    config_free(harness->config);
    free(harness);
}

char *harness_load_error(const char *processors, config_resolver resolver)
{
    struct config *config = load_good_config(processors, resolver);
    struct metrics *metrics = metrics_new();
    char error[ERROR_BYTES] = "";

    if (chain_new(config, metrics, settled, NULL, error, sizeof error) != NULL)
        fail_msg("this must not load:\n%s", processors);
    metrics_free(metrics);
    config_free(config);
    return memory_copy_text(error);
}

char *harness_problems(const char *processors)
{
    struct config_problems problems = {0};
    struct config *config = load_config(processors, host_resolve, &problems);
    struct buffer text = {0};

    if (config != NULL)
        fail_msg("this must not load:\n%s", processors);
    for (const struct config_problem *problem = problems.first; problem != NULL;
         problem = problem->next)
        buffer_append_format(&text, "%s\n", problem->text);
    config_problems_free(&problems);
    buffer_append_byte(&text, '\0');
    return text.data;
}

static struct article *next_article(struct harness *harness, struct slice payload)
{
    struct article_coordinates coordinates = {.topic = slice_of_text(harness->topic),
                                              .partition = harness->partition,
                                              .offset = harness->offset};
    char id[ERROR_BYTES];

    snprintf(id, sizeof id, "%s-%d-%lld", harness->topic, (int)harness->partition,
             (long long)harness->offset);
    harness->offset++;
    return article_new(payload, coordinates, slice_of_text(id));
}

struct article *harness_process(struct harness *harness, struct slice payload,
                                enum chain_outcome *ret_outcome)
{
    const struct limits_settings *limits = &config_settings(harness->config)->limits;
    struct article_input input = {.format = FORMAT_JSON,
                                  .paths = harness->paths,
                                  .max_bytes = (size_t)limits->article,
                                  .max_depth = MAX_DEPTH};
    struct article *article = next_article(harness, payload);

    if (article_read(article, &input, harness->scratch) != 0) {
        *ret_outcome = CHAIN_REJECTED;
        return article;
    }
    article->scratch = harness->scratch;
    *ret_outcome = chain_process(harness->worker, article);
    article->scratch = NULL;
    return article;
}

enum chain_outcome harness_settle(struct harness *harness, struct article *article)
{
    return chain_settle(harness->chain, article);
}

enum chain_outcome harness_push_bytes(struct harness *harness, struct slice payload)
{
    enum chain_outcome outcome;

    forget_last(harness);
    harness->article = harness_process(harness, payload, &outcome);
    return outcome == CHAIN_DONE ? harness_settle(harness, harness->article) : outcome;
}

enum chain_outcome harness_push(struct harness *harness, const char *payload)
{
    return harness_push_bytes(harness, slice_of_text(payload));
}

void harness_add_path(struct harness *harness, enum article_role role, const char *path)
{
    char error[ERROR_BYTES];

    if (article_paths_add(harness->paths, role, path, error, sizeof error) != 0)
        fail_msg("%s", error);
}

void harness_next_offset(struct harness *harness, const char *topic, int32_t partition,
                         int64_t offset)
{
    harness->topic = topic;
    harness->partition = partition;
    harness->offset = offset;
}

void harness_advance_ms(struct harness *harness, int64_t ms)
{
    harness->now_ms += ms;
}

int64_t harness_waited_ms(const struct harness *harness)
{
    return harness->waited_ms;
}

const struct article *harness_article(const struct harness *harness)
{
    return harness->article;
}

json_t *harness_enrichment(struct harness *harness)
{
    struct article_made_by made_by = {.json = buffer_slice(&harness->made_by)};
    struct buffer text = {0};
    json_error_t error;

    if (harness->enrichment != NULL)
        return harness->enrichment;
    article_render_enrichment(harness->article, &made_by, &text);
    harness->enrichment =
        json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (harness->enrichment == NULL)
        fail_msg("the enrichment is no JSON: %s: %.*s", error.text,
                 SLICE_FORMAT(buffer_slice(&text)));
    buffer_free(&text);
    return harness->enrichment;
}

const char *harness_output(struct harness *harness)
{
    struct article_made_by made_by = {.json = buffer_slice(&harness->made_by)};

    buffer_clear(&harness->output);
    article_render(harness->article, FORMAT_JSON, &made_by, &harness->output);
    buffer_append_byte(&harness->output, '\0');
    return harness->output.data;
}

json_t *harness_enrich(struct harness *harness, const char *payload)
{
    enum chain_outcome outcome = harness_push(harness, payload);

    if (outcome != CHAIN_DONE)
        fail_msg("outcome %d: %s: %s", (int)outcome, harness->article->reason_text, payload);
    return harness_enrichment(harness);
}

json_t *harness_enrich_text(struct harness *harness, const char *headline, const char *body)
{
    struct buffer json = {0};

    buffer_append_text(&json, "{\"id\":\"1\",");
    if (headline != NULL) {
        buffer_append_text(&json, "\"headline\":");
        buffer_append_json_string(&json, slice_of_text(headline));
        buffer_append_text(&json, ",");
    }
    buffer_append_text(&json, "\"body\":");
    buffer_append_json_string(&json, slice_of_text(body));
    buffer_append(&json, slice_of("}", 2)); /* with its NUL */
    json_t *enrichment = harness_enrich(harness, json.data);

    buffer_free(&json);
    return enrichment;
}

int64_t harness_count(struct harness *harness, const char *processor, const char *outcome)
{
    char labels[ERROR_BYTES] = "";

    metrics_label(labels, sizeof labels, "processor", slice_of_text(processor));
    metrics_label(labels, sizeof labels, "outcome", slice_of_text(outcome));
    return metric_value(
        metrics_counter(harness->metrics, "copydesk_processor_articles_total", "", labels));
}

struct metrics *harness_metrics(struct harness *harness)
{
    return harness->metrics;
}

struct chain *harness_chain(struct harness *harness)
{
    return harness->chain;
}

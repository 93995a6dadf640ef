#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "processors/host.h"
#include "producer/route.h"
#include "stage/internal.h"
#include "stage/probe.h"
#include "stage/topics.h"

enum { REACH_BROKERS_MS = 5000 };

/* ---- what cannot change ---- */

static void refuse_processors(const struct config *from, const struct config *to,
                              struct config_problems *problems)
{
    const struct option_list *old = &config_settings(from)->processors;
    const struct option_list *new = &config_settings(to)->processors;
    const struct option_one_of *olds = old->items;
    const struct option_one_of *news = new->items;

    for (size_t i = 0; i < old->count && i < new->count; i++)
        if (olds[i].owner == news[i].owner)
            config_refuse_changes(((const struct processor *)news[i].owner)->options, news[i].name,
                                  olds[i].options, news[i].options, news[i].value, problems);
}

static int refuse(const struct config *from, const struct config *to, char *ret_error,
                  size_t error_size)
{
    struct config_problems problems = {0};
    struct buffer text = {.ceiling = error_size};

    config_refuse_changes(config_table(), "", config_settings(from), config_settings(to),
                          config_place(to, ""), &problems);
    refuse_processors(from, to, &problems);
    for (const struct config_problem *p = problems.first; p != NULL; p = p->next)
        buffer_append_format(&text, "%s%s", text.length > 0 ? "; " : "", p->text);
    snprintf(ret_error, error_size, "%.*s", SLICE_FORMAT(buffer_slice(&text)));
    size_t count = problems.count;

    buffer_free(&text);
    config_problems_free(&problems);
    return count == 0 ? 0 : -1;
}

/* ---- new topics ---- */

static void append_topic(void *context, const char *topic)
{
    buffer_append_format(context, "%s\n", topic);
}

static bool same_topics(const struct config *from, const struct config *to)
{
    struct buffer old = {0};
    struct buffer new = {0};

    route_topics(&config_settings(from)->producer, append_topic, &old);
    route_topics(&config_settings(to)->producer, append_topic, &new);
    bool same = slice_equal(buffer_slice(&old), buffer_slice(&new));

    buffer_free(&old);
    buffer_free(&new);
    return same;
}

static int check_topics(const struct settings *settings, struct size_limit *ret_limit,
                        char *ret_error, size_t error_size)
{
    struct probe probe;
    int result = -1;

    if (probe_producer(settings, NULL, NULL, &probe, ret_error, error_size) != 0)
        return -1;
    const struct topics_client both = {probe.client, &probe.link};

    if (topics_check(&both, &both, settings, REACH_BROKERS_MS, ret_error, error_size) ==
        TOPICS_THERE) {
        *ret_limit = size_limit_ask(probe.client, settings);
        result = 0;
    }
    probe_close(&probe);
    return result;
}

/* ---- the swap ---- */

static void put_in_force(struct stage *stage, const struct config *fresh,
                         const struct size_limit *limit)
{
    struct buffer made_by = {0};

    chain_made_by(stage->chain, config_digest(fresh), &made_by);
    const struct publisher_change change = {
        .config = fresh, .made_by = {buffer_slice(&made_by)}, .size_limit = limit};

    publisher_change(stage->publisher, &change);
    pthread_mutex_lock(&stage->config_lock);
    struct config *old = stage->config;
    struct buffer old_made_by = stage->made_by;

    stage->config = config_hold(fresh);
    stage->made_by = made_by;
    pthread_mutex_unlock(&stage->config_lock);
    config_free(old);
    buffer_free(&old_made_by);
}

static int reload(struct stage *stage, const struct config *fresh, char *ret_error,
                  size_t error_size)
{
    struct size_limit limit;
    bool same = same_topics(stage->config, fresh);

    if (refuse(stage->config, fresh, ret_error, error_size) != 0)
        return -1;
    if (!same && check_topics(config_settings(fresh), &limit, ret_error, error_size) != 0)
        return -1;
    struct chain_change *change = chain_prepare(stage->chain, fresh, ret_error, error_size);

    if (change == NULL)
        return -1;
    chain_apply(change);
    put_in_force(stage, fresh, same ? NULL : &limit);
    return 0;
}

/* ---- counted ---- */

static struct metric *count_of(struct stage *stage, const char *outcome)
{
    char labels[64] = "";

    metrics_label(labels, sizeof labels, "outcome", slice_of_text(outcome));
    return metrics_counter(stage->metrics, "copydesk_reloads_total",
                           "Reloads of the configuration by what became of them.", labels);
}

void stage_count_reload(struct stage *stage, bool done)
{
    metric_add(count_of(stage, "done"), done);
    metric_add(count_of(stage, "refused"), !done);
}

int64_t stage_reloads(struct stage *stage, bool done)
{
    return metric_value(count_of(stage, done ? "done" : "refused"));
}

int stage_reload(struct stage *stage, const struct config *fresh, char *ret_error,
                 size_t error_size)
{
    int from = PHASE_RUN;

    if (!atomic_compare_exchange_strong(&stage->phase, &from, PHASE_RELOAD)) {
        snprintf(ret_error, error_size, "the stage is being stopped");
        return -1;
    }
    int result = reload(stage, fresh, ret_error, error_size);

    stage_count_reload(stage, result == 0);
    if (result == 0)
        metric_set(metrics_gauge(stage->metrics, "copydesk_reload_success_timestamp_seconds",
                                 "When the configuration in force was loaded.", ""),
                   clock_wall_ms() / 1000);
    atomic_store(&stage->phase, PHASE_RUN);
    return result;
}

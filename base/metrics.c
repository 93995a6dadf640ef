#include "base/metrics.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

enum metric_kind { COUNTER, GAUGE, HISTOGRAM };

enum { BUCKETS = 22 };

static const int64_t bucket_ns[BUCKETS] = {
    1000,      2500,      5000,       10000,      25000,      50000,      100000,   250000,
    500000,    1000000,   2500000,    5000000,    10000000,   25000000,   50000000, 100000000,
    250000000, 500000000, 1000000000, 2500000000, 5000000000, 10000000000};

struct metric {
    struct metric *next; /* in registration order within the registry */
    enum metric_kind kind;
    char *name;
    char *help;
    char *labels;
    _Atomic int64_t value;                /* histogram: sum in ns */
    _Atomic int64_t buckets[BUCKETS + 1]; /* not cumulative; the last one is above all bounds */
};

struct metrics {
    pthread_mutex_t lock; /* for the list, not for the values */
    struct metric *first;
};

struct metrics *metrics_new(void)
{
    struct metrics *metrics = memory_zeroed(1, sizeof *metrics);

    pthread_mutex_init(&metrics->lock, NULL);
    return metrics;
}

void metrics_free(struct metrics *metrics)
{
    if (metrics == NULL)
        return;
    while (metrics->first != NULL) {
        struct metric *metric = metrics->first;

        metrics->first = metric->next;
        free(metric->name);
        free(metric->help);
        free(metric->labels);
        free(metric);
    }
    pthread_mutex_destroy(&metrics->lock);
    free(metrics);
}

/* Where the metric stands in the sorted list, or would stand. */
static struct metric **find_place(struct metrics *metrics, const char *name, const char *labels)
{
    struct metric **place = &metrics->first;

    while (*place != NULL) {
        int order = strcmp((*place)->name, name);

        if (order > 0 || (order == 0 && strcmp((*place)->labels, labels) >= 0))
            break;
        place = &(*place)->next;
    }
    return place;
}

static struct metric *find_or_make(struct metrics *metrics, enum metric_kind kind, const char *name,
                                   const char *help, const char *labels)
{
    pthread_mutex_lock(&metrics->lock);
    struct metric **place = find_place(metrics, name, labels);
    struct metric *metric = *place;

    if (metric == NULL || strcmp(metric->name, name) != 0 || strcmp(metric->labels, labels) != 0) {
        metric = memory_zeroed(1, sizeof *metric);
        metric->kind = kind;
        metric->name = memory_copy_text(name);
        metric->help = memory_copy_text(help);
        metric->labels = memory_copy_text(labels);
        metric->next = *place;
        *place = metric;
    }
    pthread_mutex_unlock(&metrics->lock);
    return metric;
}

struct metric *metrics_counter(struct metrics *metrics, const char *name, const char *help,
                               const char *labels)
{
    return find_or_make(metrics, COUNTER, name, help, labels);
}

struct metric *metrics_gauge(struct metrics *metrics, const char *name, const char *help,
                             const char *labels)
{
    return find_or_make(metrics, GAUGE, name, help, labels);
}

struct metric *metrics_histogram(struct metrics *metrics, const char *name, const char *help,
                                 const char *labels)
{
    return find_or_make(metrics, HISTOGRAM, name, help, labels);
}

void metrics_label(char *text, size_t size, const char *name, struct slice value)
{
    struct buffer label = {0};

    buffer_append_format(&label, "%s%s%s=\"", text, text[0] != '\0' ? "," : "", name);
    for (size_t i = 0; i < value.length; i++) {
        if (value.data[i] == '\n')
            buffer_append_text(&label, "\\n");
        else if (value.data[i] == '"' || value.data[i] == '\\')
            buffer_append_format(&label, "\\%c", value.data[i]);
        else
            buffer_append_byte(&label, value.data[i]);
    }
    buffer_append_text(&label, "\"");
    snprintf(text, size, "%.*s", SLICE_FORMAT(buffer_slice(&label)));
    buffer_free(&label);
}

struct metric_of_label {
    char *value;
    struct metric *metric;
};

static struct metric *family_member(struct metric_family *family, struct slice value)
{
    char labels[256] = "";

    for (size_t i = 0; i < family->count; i++)
        if (slice_is(value, family->items[i].value))
            return family->items[i].metric;
    metrics_label(labels, sizeof labels, family->label, value);
    family->items =
        memory_resize(family->items, (family->count + 1) * sizeof(struct metric_of_label));
    struct metric_of_label *item = &family->items[family->count++];

    item->value = memory_allocate(value.length + 1);
    memcpy(item->value, value.data, value.length);
    item->value[value.length] = '\0';
    item->metric = metrics_counter(family->metrics, family->name, family->help, labels);
    return item->metric;
}

void metric_family_add(struct metric_family *family, struct slice value, int64_t amount)
{
    metric_add(family_member(family, value), amount);
}

void metric_family_free(struct metric_family *family)
{
    for (size_t i = 0; i < family->count; i++)
        free(family->items[i].value);
    family->items = memory_free(family->items);
    family->count = 0;
}

void metric_add(struct metric *metric, int64_t amount)
{
    atomic_fetch_add_explicit(&metric->value, amount, memory_order_relaxed);
}

void metric_set(struct metric *metric, int64_t value)
{
    atomic_store_explicit(&metric->value, value, memory_order_relaxed);
}

int64_t metric_value(const struct metric *metric)
{
    return atomic_load_explicit(&metric->value, memory_order_relaxed);
}

void metric_observe_ns(struct metric *histogram, int64_t nanoseconds)
{
    size_t bucket = 0;

    while (bucket < BUCKETS && nanoseconds > bucket_ns[bucket])
        bucket++;
    atomic_fetch_add_explicit(&histogram->buckets[bucket], 1, memory_order_relaxed);
    metric_add(histogram, nanoseconds);
}

static void render_sample(const struct metric *metric, struct buffer *text)
{
    if (metric->labels[0] != '\0')
        buffer_append_format(text, "%s{%s} %" PRId64 "\n", metric->name, metric->labels,
                             metric_value(metric));
    else
        buffer_append_format(text, "%s %" PRId64 "\n", metric->name, metric_value(metric));
}

static void render_histogram(const struct metric *metric, struct buffer *text)
{
    const char *comma = metric->labels[0] != '\0' ? "," : "";
    int64_t count = 0;

    for (size_t i = 0; i <= BUCKETS; i++) {
        count += atomic_load_explicit(&metric->buckets[i], memory_order_relaxed);
        buffer_append_format(text, "%s_bucket{%s%sle=\"", metric->name, metric->labels, comma);
        if (i < BUCKETS)
            buffer_append_format(text, "%g", (double)bucket_ns[i] / 1e9);
        else
            buffer_append_text(text, "+Inf");
        buffer_append_format(text, "\"} %" PRId64 "\n", count);
    }
    const char *open = metric->labels[0] != '\0' ? "{" : "";
    const char *close = metric->labels[0] != '\0' ? "}" : "";

    buffer_append_format(text, "%s_sum%s%s%s %.9f\n", metric->name, open, metric->labels, close,
                         (double)metric_value(metric) / 1e9);
    buffer_append_format(text, "%s_count%s%s%s %" PRId64 "\n", metric->name, open, metric->labels,
                         close, count);
}

void metrics_render(const struct metrics *metrics, struct buffer *text)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    const char *family = "";

    pthread_mutex_lock((pthread_mutex_t *)(uintptr_t)&metrics->lock);
    for (const struct metric *metric = metrics->first; metric != NULL; metric = metric->next) {
        if (strcmp(metric->name, family) != 0) {
            family = metric->name;
            buffer_append_format(text, "# HELP %s %s\n# TYPE %s %s\n", family, metric->help, family,
                                 kinds[metric->kind]);
        }
        if (metric->kind == HISTOGRAM)
            render_histogram(metric, text);
        else
            render_sample(metric, text);
    }
    pthread_mutex_unlock((pthread_mutex_t *)(uintptr_t)&metrics->lock);
}

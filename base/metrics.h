/* Counters, gauges and histograms, and their text in Prometheus' exposition format 0.0.4.
 * A metric is looked up once, kept, and then changed without a lock. Threads: any. */
#ifndef COPYDESK_BASE_METRICS_H
#define COPYDESK_BASE_METRICS_H

#include <stdint.h>

#include "base/buffer.h"

struct metrics;
struct metric;

struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics); /* and all its metrics; NULL is fine */

/* Find or make. name and help: as Prometheus wants them (counters end in _total); labels: without
 * braces, values escaped with metrics_label, "" for none. All are copied. The same name and labels
 * give the same metric. The result lives as long as metrics. */
struct metric *metrics_counter(struct metrics *metrics, const char *name, const char *help,
                               const char *labels);
struct metric *metrics_gauge(struct metrics *metrics, const char *name, const char *help,
                             const char *labels);
/* Of durations in seconds; buckets from 1 us to 10 s, in steps of 1, 2.5 and 5. */
struct metric *metrics_histogram(struct metrics *metrics, const char *name, const char *help,
                                 const char *labels);

/* Appends name="value" (with a comma first where text is not empty), with \, " and line breaks
 * escaped. size: of the array text. */
void metrics_label(char *text, size_t size, const char *name, struct slice value);

/* Counters of one name that differ in the value of one label, found without the registry's lock
 * once they were made. Threads: one at a time. Zero-initialised but for the first four. */
struct metric_family {
    struct metrics *metrics;
    const char *name;
    const char *help;
    const char *label;
    struct metric_of_label *items;
    size_t count;
};

void metric_family_add(struct metric_family *family, struct slice value, int64_t amount);
void metric_family_free(struct metric_family *family);

void metric_add(struct metric *counter_or_gauge, int64_t amount);
void metric_set(struct metric *gauge, int64_t value);
int64_t metric_value(const struct metric *counter_or_gauge);
void metric_observe_ns(struct metric *histogram, int64_t nanoseconds);

/* All metrics, families sorted by name. */
void metrics_render(const struct metrics *metrics, struct buffer *text);

#endif

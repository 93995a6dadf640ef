/* What the program says while it runs: one line an event on standard error, text for a terminal,
 * JSON for a collector. Library code returns errors; program code logs them, once. Threads: any. */
#ifndef COPYDESK_BASE_LOG_H
#define COPYDESK_BASE_LOG_H

#include <stdint.h>

#include "base/slice.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_AUTO, LOG_TEXT, LOG_JSON }; /* auto: text on a terminal, else JSON */

/* The record that an event is about. */
struct log_place {
    const char *topic;
    int32_t partition;
    int64_t offset;
};

/* Before the first event; until then: level info, format auto. */
void log_configure(enum log_level level, enum log_format format);

/* Of events with the same format more than LOG_MOST_ALIKE within a second are left out; the next
 * one after that says how many. */
enum { LOG_MOST_ALIKE = 20 };

void log_event(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with the record's place, as fields of their own in JSON. */
void log_event_at(enum log_level level, const struct log_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* And with the record's traceparent (W3C), where it is one; else without. */
void log_event_traced(enum log_level level, const struct log_place *place, struct slice traceparent,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif

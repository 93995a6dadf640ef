#include "base/log.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"

enum { LONGEST_MESSAGE = 16384 }; /* a list of missing topics, each with its command */

static const char *const level_names[] = {"error", "warning", "info", "debug"};
static atomic_int current_level = LOG_INFO;
static atomic_int current_format = LOG_AUTO;

void log_configure(enum log_level level, enum log_format format)
{
    atomic_store(&current_level, (int)level);
    atomic_store(&current_format, (int)format);
}

/* ---- no more than so many alike ---- */

enum { SITES = 64, WINDOW_MS = 1000 };

struct site {
    const char *format;
    int64_t since_ms;
    unsigned written;
    unsigned left_out;
};

static pthread_mutex_t sites_lock = PTHREAD_MUTEX_INITIALIZER;
static struct site sites[SITES];

/* The format's own, or one that is taken from another. */
static struct site *site_of(const char *format)
{
    struct site *site = &sites[((uintptr_t)format >> 3) % SITES];

    if (site->format != format)
        *site = (struct site){.format = format};
    return site;
}

/* Whether the event is written, and how many before it were not. */
static bool lets_through(const char *format, unsigned *ret_left_out)
{
    int64_t now = clock_monotonic_ms();

    pthread_mutex_lock(&sites_lock);
    struct site *site = site_of(format);

    *ret_left_out = 0;
    if (site->written == 0 || now - site->since_ms >= WINDOW_MS) {
        *ret_left_out = site->left_out;
        *site = (struct site){.format = format, .since_ms = now};
    }
    bool through = site->written < LOG_MOST_ALIKE;

    site->written += through;
    site->left_out += !through;
    pthread_mutex_unlock(&sites_lock);
    return through;
}

/* ---- one line ---- */

/* As W3C writes it: 00-<32 hex>-<16 hex>-<2 hex>. */
static bool is_traceparent(struct slice text)
{
    enum { LENGTH = 55 };

    for (size_t i = 0; i < text.length && i < LENGTH; i++) {
        bool hyphen = i == 2 || i == 35 || i == 52;

        if (hyphen ? text.data[i] != '-'
                   : strchr("0123456789abcdef", text.data[i]) == NULL || text.data[i] == '\0')
            return false;
    }
    return text.length == LENGTH;
}

/* What an event is about. */
struct subject {
    const struct log_place *place; /* NULL: none */
    struct slice traceparent;
    unsigned left_out;
};

static bool wants_json(void)
{
    int format = atomic_load(&current_format);

    return format == LOG_JSON || (format == LOG_AUTO && !isatty(STDERR_FILENO));
}

static void append_time(struct buffer *line)
{
    int64_t now = clock_wall_ms();
    time_t seconds = (time_t)(now / 1000);
    struct tm utc;
    char text[32];

    gmtime_r(&seconds, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    buffer_append_format(line, "%s.%03dZ", text, (int)(now % 1000));
}

static void append_json(struct buffer *line, enum log_level level, const struct subject *subject,
                        struct slice message)
{
    const struct log_place *place = subject->place;

    buffer_append_text(line, "{\"time\":\"");
    append_time(line);
    buffer_append_format(line, "\",\"level\":\"%s\",\"message\":", level_names[level]);
    buffer_append_json_string(line, message);
    if (place != NULL) {
        buffer_append_text(line, ",\"topic\":");
        buffer_append_json_string(line, slice_of_text(place->topic));
        buffer_append_format(line, ",\"partition\":%" PRId32 ",\"offset\":%" PRId64,
                             place->partition, place->offset);
    }
    if (is_traceparent(subject->traceparent))
        buffer_append_format(line, ",\"traceparent\":\"%.*s\"", SLICE_FORMAT(subject->traceparent));
    if (subject->left_out > 0)
        buffer_append_format(line, ",\"left_out\":%u", subject->left_out);
    buffer_append_text(line, "}\n");
}

static void append_text(struct buffer *line, enum log_level level, const struct subject *subject,
                        struct slice message)
{
    const struct log_place *place = subject->place;

    append_time(line);
    buffer_append_format(line, " %-7s ", level_names[level]);
    buffer_append(line, message);
    if (place != NULL)
        buffer_append_format(line, " (%s-%" PRId32 "@%" PRId64 ")", place->topic, place->partition,
                             place->offset);
    if (subject->left_out > 0)
        buffer_append_format(line, " (and %u like it before)", subject->left_out);
    buffer_append_byte(line, '\n');
}

__attribute__((format(printf, 3, 0))) static void
write_event(enum log_level level, struct subject subject, const char *format, va_list arguments)
{
    struct buffer line = {.ceiling = 1 << 17};
    char message[LONGEST_MESSAGE];

    if (!lets_through(format, &subject.left_out))
        return;
    vsnprintf(message, sizeof message, format, arguments);
    if (wants_json())
        append_json(&line, level, &subject, slice_of_text(message));
    else
        append_text(&line, level, &subject, slice_of_text(message));
    /* One write a line: lines of several threads do not mix. Nothing can be done when it fails. */
    ssize_t written = write(STDERR_FILENO, line.data, line.length);

    (void)written;
    buffer_free(&line);
}

void log_event(enum log_level level, const char *format, ...)
{
    va_list arguments;

    if ((int)level > atomic_load(&current_level))
        return;
    va_start(arguments, format);
    write_event(level, (struct subject){.place = NULL}, format, arguments);
    va_end(arguments);
}

void log_event_at(enum log_level level, const struct log_place *place, const char *format, ...)
{
    va_list arguments;

    if ((int)level > atomic_load(&current_level))
        return;
    va_start(arguments, format);
    write_event(level, (struct subject){.place = place}, format, arguments);
    va_end(arguments);
}

void log_event_traced(enum log_level level, const struct log_place *place, struct slice traceparent,
                      const char *format, ...)
{
    va_list arguments;

    if ((int)level > atomic_load(&current_level))
        return;
    va_start(arguments, format);
    write_event(level, (struct subject){.place = place, .traceparent = traceparent}, format,
                arguments);
    va_end(arguments);
}

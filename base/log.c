#include "base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"

static const char *const level_names[] = {"error", "warning", "info", "debug"};
static atomic_int current_level = LOG_INFO;
static atomic_int current_format = LOG_AUTO;

void log_configure(enum log_level level, enum log_format format)
{
    atomic_store(&current_level, (int)level);
    atomic_store(&current_format, (int)format);
}

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

static void append_json(struct buffer *line, enum log_level level, const struct log_place *place,
                        struct slice message)
{
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
    buffer_append_text(line, "}\n");
}

static void append_text(struct buffer *line, enum log_level level, const struct log_place *place,
                        struct slice message)
{
    append_time(line);
    buffer_append_format(line, " %-7s ", level_names[level]);
    buffer_append(line, message);
    if (place != NULL)
        buffer_append_format(line, " (%s-%" PRId32 "@%" PRId64 ")", place->topic, place->partition,
                             place->offset);
    buffer_append_byte(line, '\n');
}

__attribute__((format(printf, 3, 0))) static void write_event(enum log_level level,
                                                              const struct log_place *place,
                                                              const char *format, va_list arguments)
{
    struct buffer line = {.ceiling = 16384};
    char message[4096];

    vsnprintf(message, sizeof message, format, arguments);
    if (wants_json())
        append_json(&line, level, place, slice_of_text(message));
    else
        append_text(&line, level, place, slice_of_text(message));
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
    write_event(level, NULL, format, arguments);
    va_end(arguments);
}

void log_event_at(enum log_level level, const struct log_place *place, const char *format, ...)
{
    va_list arguments;

    if ((int)level > atomic_load(&current_level))
        return;
    va_start(arguments, format);
    write_event(level, place, format, arguments);
    va_end(arguments);
}

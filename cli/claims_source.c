#include "cli/claims_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "config/exits.h"

enum { WAIT_MS = 15000 };

struct claims_source {
    struct reader *reader;
    rd_kafka_message_t *message;
    FILE *file;
    const char *name;
    size_t line;
    char *text;
    size_t text_size;
    struct buffer record;
    struct buffer key;
    int64_t time_ms;
};

static struct reader *open_topic(const struct settings *settings, const char *topic, int *ret_exit,
                                 char *ret_error, size_t error_size)
{
    const struct reader_options options = {
        .settings = settings,
        .topics = &topic,
        .topic_count = 1,
        .partition = -1,
        .from = {PLACE_START, 0},
        .to = {PLACE_END, 0},
    };

    return reader_open(&options, ret_exit, ret_error, error_size);
}

struct claims_source *claims_source_open(const struct settings *settings, const char *topic,
                                         const char *file, int *ret_exit, char *ret_error,
                                         size_t error_size)
{
    struct claims_source *source = memory_zeroed(1, sizeof *source);

    source->name = file;
    if (file == NULL)
        source->reader = open_topic(settings, topic, ret_exit, ret_error, error_size);
    else
        source->file = strcmp(file, "-") == 0 ? stdin : fopen(file, "r");
    if (source->reader != NULL || source->file != NULL)
        return source;
    if (file != NULL) {
        snprintf(ret_error, error_size, "%s: %s", file, strerror(errno));
        *ret_exit = EXIT_RUNTIME;
    }
    claims_source_close(source);
    return NULL;
}

void claims_source_close(struct claims_source *source)
{
    if (source == NULL)
        return;
    if (source->message != NULL)
        rd_kafka_message_destroy(source->message);
    reader_close(source->reader);
    if (source->file != NULL && source->file != stdin)
        fclose(source->file);
    free(source->text);
    buffer_free(&source->record);
    buffer_free(&source->key);
    memory_free(source);
}

static void keep_time(struct claims_source *source, struct journal_record *record)
{
    if (record->time_ms > source->time_ms)
        source->time_ms = record->time_ms;
    record->time_ms = source->time_ms;
}

/* ---- the topic ---- */

static int next_of_topic(struct claims_source *source, struct journal_record *ret_record,
                         struct slice *ret_key, char *ret_error, size_t error_size)
{
    rd_kafka_timestamp_type_t kind;

    if (source->message != NULL)
        rd_kafka_message_destroy(source->message);
    source->message = reader_next(source->reader, WAIT_MS);
    if (source->message == NULL) {
        if (reader_is_done(source->reader))
            return 0;
        snprintf(ret_error, error_size, "%s",
                 reader_error(source->reader) != NULL ? reader_error(source->reader)
                                                      : "the topic is silent before its end");
        return -1;
    }
    const rd_kafka_message_t *message = source->message;

    *ret_key = slice_of(message->key, message->key_len);
    *ret_record = (struct journal_record){.position = message->offset,
                                          .time_ms = rd_kafka_message_timestamp(message, &kind),
                                          .bytes = slice_of(message->payload, message->len)};
    return 1;
}

/* ---- a dump ---- */

static int digit_of(char byte)
{
    const char *digits = "0123456789abcdef";
    const char *found = byte != '\0' ? strchr(digits, byte) : NULL;

    return found != NULL ? (int)(found - digits) : -1;
}

static bool read_hex(const char *text, struct buffer *bytes)
{
    buffer_clear(bytes);
    for (; text != NULL && *text != '\0'; text += 2) {
        int high = digit_of(text[0]);
        int low = high >= 0 ? digit_of(text[1]) : -1;

        if (low < 0)
            return false;
        buffer_append_byte(bytes, (char)(high << 4 | low));
    }
    return text != NULL;
}

static bool read_line(struct claims_source *source, const json_t *line,
                      struct journal_record *ret_record)
{
    const json_t *offset = json_object_get(line, "offset");
    const json_t *time = json_object_get(line, "time");

    if (!json_is_integer(offset) || !json_is_integer(time) ||
        !read_hex(json_string_value(json_object_get(line, "key")), &source->key) ||
        !read_hex(json_string_value(json_object_get(line, "record")), &source->record))
        return false;
    *ret_record = (struct journal_record){.position = json_integer_value(offset),
                                          .time_ms = json_integer_value(time),
                                          .bytes = buffer_slice(&source->record)};
    return true;
}

static int next_of_file(struct claims_source *source, struct journal_record *ret_record,
                        struct slice *ret_key, char *ret_error, size_t error_size)
{
    if (getline(&source->text, &source->text_size, source->file) < 0)
        return 0;
    source->line++;
    json_t *line = json_loads(source->text, 0, NULL);
    bool read = read_line(source, line, ret_record);

    json_decref(line);
    *ret_key = buffer_slice(&source->key);
    if (read)
        return 1;
    snprintf(ret_error, error_size, "%s:%zu: no line of a dump of claims", source->name,
             source->line);
    return -1;
}

int claims_source_next(struct claims_source *source, struct journal_record *ret_record,
                       struct slice *ret_key, char *ret_error, size_t error_size)
{
    int result = source->file != NULL
                     ? next_of_file(source, ret_record, ret_key, ret_error, error_size)
                     : next_of_topic(source, ret_record, ret_key, ret_error, error_size);

    if (result > 0)
        keep_time(source, ret_record);
    return result;
}

int64_t claims_source_total(const struct claims_source *source)
{
    return source->reader != NULL ? reader_total(source->reader) : 0;
}

int64_t claims_source_passed(const struct claims_source *source)
{
    return source->reader != NULL ? reader_passed(source->reader) : 0;
}

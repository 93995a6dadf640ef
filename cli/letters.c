#include "cli/letters.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "article/article.h"
#include "base/memory.h"
#include "config/suggest.h"
#include "config/values.h"

static const char MARK[] = "copydesk-done-offset";

/* ---- headers ---- */

/* A copy of the last header of that name; NULL where there is none. */
static const char *header(struct arena *arena, const rd_kafka_headers_t *headers, const char *name)
{
    const void *value = NULL;
    size_t length = 0;

    if (headers == NULL ||
        rd_kafka_header_get_last(headers, name, &value, &length) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        value == NULL)
        return NULL;
    return arena_copy(arena, slice_of(value, length)).data;
}

static int64_t number(struct arena *arena, const rd_kafka_headers_t *headers, const char *name)
{
    const char *text = header(arena, headers, name);
    int64_t value;

    return text != NULL && value_integer(text, &value) ? value : -1;
}

static rd_kafka_headers_t *headers_of(const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers = NULL;

    rd_kafka_message_headers(message, &headers);
    return headers;
}

bool letters_is_letter(const rd_kafka_message_t *message)
{
    const rd_kafka_headers_t *headers = headers_of(message);
    const void *value;
    size_t length;

    return headers != NULL && rd_kafka_header_get_last(headers, "copydesk-reason", &value,
                                                       &length) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void add_number(rd_kafka_headers_t *headers, const char *name, int64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, value);
    rd_kafka_header_add(headers, name, -1, text, -1);
}

rd_kafka_headers_t *letters_mark(const struct letter *letter, const char *what)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(2);

    add_number(headers, MARK, letter->offset);
    rd_kafka_header_add(headers, "copydesk-done", -1, what, -1);
    return headers;
}

rd_kafka_headers_t *letters_original_headers(const rd_kafka_message_t *message)
{
    const rd_kafka_headers_t *from = headers_of(message);
    size_t count = from != NULL ? rd_kafka_header_cnt(from) : 0;
    rd_kafka_headers_t *headers = rd_kafka_headers_new(count + 1);
    const char *name;
    const void *value;
    size_t length;

    for (size_t i = 0; i < count; i++) {
        rd_kafka_header_get_all(from, i, &name, &value, &length);
        if (strncasecmp(name, "copydesk-", sizeof "copydesk-" - 1) != 0)
            rd_kafka_header_add(headers, name, -1, value, (ssize_t)length);
    }
    return headers;
}

/* ---- the filter ---- */

static int take_since(const char *text, struct letters_filter *filter)
{
    struct place place;

    if (place_read(text, &place) != 0 || place.kind != PLACE_TIME)
        return -1;
    filter->since_ms = place.value;
    return 0;
}

static const char *const *reason_names(void)
{
    static const char *names[REASON_COUNT];

    for (int reason = REASON_NONE + 1; reason < REASON_COUNT; reason++)
        names[reason - 1] = article_reason_name((enum article_reason)reason);
    return names;
}

/* One that no stage gives is a slip. */
static int check_reason(const char *name, char *ret_error, size_t error_size)
{
    const char *const *names = reason_names();
    size_t at = 0;

    while (names[at] != NULL && strcmp(names[at], name) != 0)
        at++;
    if (names[at] != NULL)
        return 0;
    const char *meant = config_suggest(name, names);

    snprintf(ret_error, error_size, "--where: there is no reason \"%s\"%s%s%s", name,
             meant != NULL ? "; did you mean \"" : "", meant != NULL ? meant : "",
             meant != NULL ? "\"?" : "");
    return -1;
}

static int take_condition(const char *name, const char *value, struct letters_filter *filter)
{
    const struct {
        const char *name;
        const char **place;
    } texts[] = {
        {"reason", &filter->reason}, {"topic", &filter->topic}, {"processor", &filter->processor}};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(texts[i].name, name) == 0) {
            *texts[i].place = arena_copy_text(&filter->arena, value);
            return 0;
        }
    return strcmp(name, "since") == 0 ? take_since(value, filter) : -1;
}

int letters_read_filter(const char *text, struct letters_filter *ret_filter, char *ret_error,
                        size_t error_size)
{
    char FREED_AT_END *copy = memory_copy_text(text != NULL ? text : "");
    char *rest = copy;

    for (char *part = strsep(&rest, ","); part != NULL && text != NULL; part = strsep(&rest, ",")) {
        char *value = strchr(part, '=');

        if (value != NULL)
            *value++ = '\0';
        if (value != NULL && *value != '\0' && strcmp(part, "reason") == 0 &&
            check_reason(value, ret_error, error_size) != 0)
            return -1;
        if (value != NULL && *value != '\0' && take_condition(part, value, ret_filter) == 0)
            continue;
        snprintf(ret_error, error_size,
                 "--where: \"%s%s%s\" is none of reason=NAME, topic=NAME, processor=NAME, "
                 "since=2h (or a date)",
                 part, value != NULL ? "=" : "", value != NULL ? value : "");
        return -1;
    }
    return 0;
}

static bool same(const char *wanted, const char *found)
{
    return wanted == NULL || (found != NULL && strcmp(wanted, found) == 0);
}

static bool is_wanted(const struct letters_filter *filter, const struct letter *letter)
{
    return same(filter->reason, letter->reason) && same(filter->topic, letter->topic) &&
           same(filter->processor, letter->processor) && letter->time_ms >= filter->since_ms;
}

/* ---- reading ---- */

/* The time of the letter's record is the article's own; since counts by it. */
static struct letter letter_of(struct arena *arena, const rd_kafka_message_t *message)
{
    const rd_kafka_headers_t *headers = headers_of(message);
    rd_kafka_timestamp_type_t kind;

    return (struct letter){
        .partition = message->partition,
        .offset = message->offset,
        .time_ms = rd_kafka_message_timestamp(message, &kind),
        .reason = header(arena, headers, "copydesk-reason"),
        .topic = header(arena, headers, "copydesk-source-topic"),
        .processor = header(arena, headers, "copydesk-processor"),
        .source_partition = (int32_t)number(arena, headers, "copydesk-source-partition"),
        .source_offset = number(arena, headers, "copydesk-source-offset"),
        .cut = header(arena, headers, "copydesk-length") != NULL,
    };
}

static void add(struct letters *letters, struct letter letter)
{
    if ((letters->count & (letters->count + 1)) == 0 || letters->count == 0)
        letters->items =
            memory_resize(letters->items, 2 * (letters->count + 1) * sizeof *letters->items);
    letters->items[letters->count++] = letter;
}

static int compare(const void *a, const void *b)
{
    const struct letter *x = a;
    const struct letter *y = b;

    if (x->partition != y->partition)
        return x->partition < y->partition ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

const struct letter *letters_find(const struct letters *letters, int32_t partition, int64_t offset)
{
    const struct letter wanted = {.partition = partition, .offset = offset};

    return letters->count > 0
               ? bsearch(&wanted, letters->items, letters->count, sizeof wanted, compare)
               : NULL;
}

/* Which letters are done with, as marks say. */
struct marks {
    struct letter *items; /* of which only partition and offset count */
    size_t count;
};

static void note_mark(struct marks *marks, int32_t partition, int64_t offset)
{
    if ((marks->count & (marks->count + 1)) == 0 || marks->count == 0)
        marks->items = memory_resize(marks->items, 2 * (marks->count + 1) * sizeof *marks->items);
    marks->items[marks->count++] = (struct letter){.partition = partition, .offset = offset};
}

static void take(struct letters *letters, struct marks *marks, const rd_kafka_message_t *message)
{
    int64_t done = number(&letters->arena, headers_of(message), MARK);

    if (done >= 0)
        note_mark(marks, message->partition, done);
    else if (letters_is_letter(message))
        add(letters, letter_of(&letters->arena, message));
    else
        letters->foreign++;
}

static void apply(struct letters *letters, const struct marks *marks)
{
    for (size_t i = 0; i < marks->count; i++) {
        struct letter *letter = (struct letter *)(uintptr_t)letters_find(
            letters, marks->items[i].partition, marks->items[i].offset);

        if (letter != NULL)
            letter->done = true;
    }
}

static void choose(struct letters *letters, const struct letters_filter *filter)
{
    for (size_t i = 0; i < letters->count; i++) {
        struct letter *letter = &letters->items[i];

        letter->chosen = !letter->done && is_wanted(filter, letter);
        letters->chosen += letter->chosen;
        letters->cut += letter->chosen && letter->cut;
    }
}

enum { PATIENCE_MS = 60000 };

int letters_read(struct reader *reader, const struct letters_filter *filter,
                 struct letters *ret_letters, char *ret_error, size_t error_size)
{
    struct marks marks = {0};
    rd_kafka_message_t *message;

    *ret_letters = (struct letters){.count = 0};
    while ((message = reader_next(reader, PATIENCE_MS)) != NULL) {
        take(ret_letters, &marks, message);
        rd_kafka_message_destroy(message);
    }
    qsort(ret_letters->items, ret_letters->count, sizeof *ret_letters->items, compare);
    apply(ret_letters, &marks);
    choose(ret_letters, filter);
    memory_free(marks.items);
    if (reader_is_done(reader))
        return 0;
    snprintf(ret_error, error_size, "the dead letters cannot be read to their end: %s",
             reader_error(reader) != NULL ? reader_error(reader)
                                          : "a transaction stays open for more than a minute");
    return -1;
}

void letters_free(struct letters *letters)
{
    arena_free(&letters->arena);
    memory_free(letters->items);
    *letters = (struct letters){.count = 0};
}

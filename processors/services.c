#include "processors/services.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "processors/host.h"

enum { REASON_BYTES = 500, LOG_BYTES = 2000, METRIC_NAME_BYTES = 100 };

static struct slice article_text(const struct article *article, enum article_role role)
{
    return article->texts[role];
}

static enum article_kind article_kind_of(const struct article *article)
{
    return article->kind;
}

static struct article_coordinates article_coordinates_of(const struct article *article)
{
    return article->coordinates;
}

static struct slice article_destinations(const struct article *article)
{
    return article->destinations;
}

static const struct article_results *article_results_of(const struct article *article)
{
    return &article->results;
}

static void *allocate(struct article *article, size_t size)
{
    return arena_allocate(&article->arena, size);
}

static void **slot(struct processor_host *host, struct article *article)
{
    return &article->slots[host->index];
}

static void set_language(struct article *article, const struct language_result *result)
{
    article->results.language = result;
}

static void set_entities(struct article *article, const struct entities_result *result)
{
    article->results.entities = result;
}

static void set_duplicate(struct article *article, const struct duplicate_result *result)
{
    article->results.duplicate = result;
}

static bool is_json_value(struct slice json)
{
    size_t flags = JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;
    json_t *value = json_loadb(json.data, json.length, flags, NULL);

    json_decref(value);
    return value != NULL;
}

/* A copy of valid JSON without the white space outside strings. */
static struct slice compact_copy(struct arena *arena, struct slice json)
{
    char *copy = arena_allocate(arena, json.length);
    size_t length = 0;
    bool in_string = false;

    for (size_t i = 0; i < json.length; i++) {
        char byte = json.data[i];

        if (in_string && byte == '\\')
            copy[length++] = json.data[i++];
        else if (byte == '"')
            in_string = !in_string;
        else if (!in_string && memchr(" \t\r\n", byte, 4) != NULL)
            continue;
        copy[length++] = json.data[i];
    }
    return slice_of(copy, length);
}

static unsigned section_index(const struct processor_host *host,
                              const struct plugin_section *section)
{
    unsigned index = 0;

    while (!slice_is(section->name, host->chain[index]->processor->name))
        index++;
    return index;
}

/* The article's section of this processor: the one it has, or a new one in order of the chain. */
static struct plugin_section *find_section(const struct processor_host *host,
                                           struct article *article)
{
    struct plugin_section *sections = article->sections;
    uint32_t place = 0;

    while (place < article->results.section_count &&
           section_index(host, &sections[place]) < host->index)
        place++;
    if (place < article->results.section_count &&
        section_index(host, &sections[place]) == host->index)
        return &sections[place];
    memmove(&sections[place + 1], &sections[place],
            (article->results.section_count - place) * sizeof *sections);
    article->results.section_count++;
    article->results.sections = sections;
    sections[place].name = slice_of_text(host->processor->name);
    return &sections[place];
}

static int set_section(struct processor_host *host, struct article *article, struct slice json)
{
    if (slice_is_absent(json) || !is_json_value(json))
        return -1;
    find_section(host, article)->json = compact_copy(&article->arena, json);
    return 0;
}

/* vsnprintf cuts at any byte. */
static void cut_at_code_point(char *text)
{
    text[utf8_valid_prefix(slice_of_text(text))] = '\0';
}

__attribute__((format(printf, 2, 3))) static void set_reason(struct article *article,
                                                             const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(article->reason_text, REASON_BYTES + 1, format, arguments);
    va_end(arguments);
    cut_at_code_point(article->reason_text);
}

static enum log_level level_of(enum processor_log_level level)
{
    switch (level) {
    case PROCESSOR_ERROR:
        return LOG_ERROR;
    case PROCESSOR_WARNING:
        return LOG_WARNING;
    case PROCESSOR_DEBUG:
        return LOG_DEBUG;
    case PROCESSOR_INFO:
        break;
    }
    return LOG_INFO;
}

__attribute__((format(printf, 3, 4))) static void log_for_processor(struct processor_host *host,
                                                                    enum processor_log_level level,
                                                                    const char *format, ...)
{
    char text[LOG_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    cut_at_code_point(text);
    log_event(level_of(level), "processor %s: %s", host->processor->name, text);
}

static void count(struct processor_host *host, const char *name, int64_t amount)
{
    char full_name[METRIC_NAME_BYTES];
    char labels[METRIC_NAME_BYTES] = "";

    if (name[0] == '\0' || name[strspn(name, "abcdefghijklmnopqrstuvwxyz_")] != '\0') {
        log_for_processor(host, PROCESSOR_ERROR, "a counter cannot be named \"%s\"", name);
        return;
    }
    snprintf(full_name, sizeof full_name, "copydesk_plugin_%.64s_total", name);
    metrics_label(labels, sizeof labels, "processor", slice_of_text(host->processor->name));
    metric_add(metrics_counter(host->metrics, full_name, "Counted by a processor itself.", labels),
               amount);
}

static int journal_append(struct processor_host *host, struct slice record, struct article *article)
{
    if (host->journal == NULL)
        return -1;
    if (article != NULL)
        host->appended = article;
    return host->journal->append(host->journal, record, article);
}

const struct processor_services host_services = {
    .size = sizeof(struct processor_services),
    .text = article_text,
    .kind = article_kind_of,
    .coordinates = article_coordinates_of,
    .view = article_view,
    .results = article_results_of,
    .allocate = allocate,
    .slot = slot,
    .set_language = set_language,
    .set_entities = set_entities,
    .set_duplicate = set_duplicate,
    .set_section = set_section,
    .set_reason = set_reason,
    .log = log_for_processor,
    .count = count,
    .now_ms = clock_wall_ms,
    .journal_append = journal_append,
    .destinations = article_destinations,
};

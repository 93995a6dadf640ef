#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/memory.h"
#include "cli/commands.h"
#include "cli/enriched.h"
#include "cli/reader.h"
#include "cli/stop.h"
#include "cli/terminal.h"
#include "cli/view.h"
#include "config/config.h"
#include "config/suggest.h"
#include "producer/route.h"

enum { ERROR_SIZE = 1024, WAIT_MS = 200 };

/* The topics that articles are sent to, each once. */
struct topics {
    const char **names;
    size_t count;
    const char *dead_letters; /* left out */
};

struct tap {
    const char *language;
    const char *verdict;
    const char *entity;
    bool json;
    struct terminal terminal;
};

static void add_topic(void *context, const char *topic)
{
    struct topics *topics = context;

    for (size_t i = 0; i < topics->count; i++)
        if (strcmp(topics->names[i], topic) == 0)
            return;
    if (strcmp(topic, topics->dead_letters) == 0)
        return;
    topics->names = memory_resize(topics->names, (topics->count + 1) * sizeof *topics->names);
    topics->names[topics->count++] = memory_copy_text(topic);
}

static void free_topics(struct topics *topics)
{
    for (size_t i = 0; i < topics->count; i++)
        free((void *)(uintptr_t)topics->names[i]);
    memory_free(topics->names);
}

/* ---- filters ---- */

static bool language_matches(const struct tap *tap, const struct article *article)
{
    const struct language_result *language = article->results.language;
    size_t length = tap->language != NULL ? strlen(tap->language) : 0;

    return tap->language == NULL ||
           (language != NULL && language->tag.length >= length &&
            strncasecmp(language->tag.data, tap->language, length) == 0 &&
            (language->tag.length == length || language->tag.data[length] == '-'));
}

static bool verdict_matches(const struct tap *tap, const struct article *article)
{
    const struct duplicate_result *duplicate = article->results.duplicate;

    return tap->verdict == NULL ||
           (duplicate != NULL &&
            strcmp(duplicate_verdict_name(duplicate->verdict), tap->verdict) == 0);
}

/* Returns 0, or the usage's exit where there is no such verdict. */
static int check_verdict(const struct command_line *line, const char *name)
{
    const char *names[VERDICT_COUNT + 1] = {NULL};
    bool known = name == NULL;

    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        names[verdict] = duplicate_verdict_name((enum duplicate_verdict)verdict);
        known = known || strcmp(names[verdict], name) == 0;
    }
    if (known)
        return 0;
    const char *meant = config_suggest(name, names);

    if (meant != NULL)
        return command_usage(line, "there is no verdict \"%s\"; did you mean \"%s\"?", name, meant);
    return command_usage(line,
                         "there is no verdict \"%s\": new, exact, near, overlaps, revision, "
                         "correction, kill, stale, undetermined",
                         name);
}

static bool is_entity(const struct entity *entity, const char *wanted)
{
    for (uint32_t i = 0; i < entity->id_count; i++)
        if (slice_is(entity->ids[i], wanted))
            return true;
    return entity->name.length == strlen(wanted) &&
           strncasecmp(entity->name.data, wanted, entity->name.length) == 0;
}

static bool entity_matches(const struct tap *tap, const struct article *article)
{
    const struct entities_result *found = article->results.entities;

    for (uint32_t i = 0; tap->entity != NULL && found != NULL && i < found->entity_count; i++)
        if (is_entity(&found->entities[i], tap->entity))
            return true;
    return tap->entity == NULL;
}

/* ---- showing ---- */

static void append_line(struct buffer *out, struct slice value)
{
    for (size_t i = 0; i < value.length; i++) {
        bool line_break = value.data[i] == '\n' || value.data[i] == '\r';

        buffer_append_byte(out, line_break ? ' ' : value.data[i]);
    }
    buffer_append_byte(out, '\n');
}

static void append_page(const struct tap *tap, const rd_kafka_message_t *message,
                        const struct article *article, struct buffer *out)
{
    const struct view_options options = {tap->terminal.columns, tap->terminal.colour};

    buffer_append_format(out, "%s-%d@%" PRId64 "\n", rd_kafka_topic_name(message->rkt),
                         message->partition, message->offset);
    view_article(article, &options, out);
    buffer_append_byte(out, '\n');
}

static void show(const struct tap *tap, const rd_kafka_message_t *message)
{
    struct slice value = slice_of(message->payload, message->payload != NULL ? message->len : 0);
    struct article *article = value.length > 0 ? enriched_read(value) : NULL;
    struct buffer out = {0};

    if (article != NULL && language_matches(tap, article) && verdict_matches(tap, article) &&
        entity_matches(tap, article)) {
        if (tap->json)
            append_line(&out, value);
        else
            append_page(tap, message, article, &out);
    }
    fwrite(out.data, 1, out.length, stdout);
    fflush(stdout);
    buffer_free(&out);
    article_free(article);
}

/* ---- the command ---- */

/* Until it is told to stop, standard output is closed, or, with --exit, nothing is left. */
static int follow(const struct tap *tap, struct reader *reader)
{
    while (!stop_was_told() && !reader_is_done(reader) && reader_error(reader) == NULL &&
           !ferror(stdout)) {
        rd_kafka_message_t *message = reader_next(reader, WAIT_MS);

        if (message == NULL)
            continue;
        show(tap, message);
        rd_kafka_message_destroy(message);
    }
    if (reader_error(reader) == NULL)
        return EXIT_OK;
    fprintf(stderr, "copydesk tap: %s\n", reader_error(reader));
    return EXIT_RUNTIME;
}

static int tap_topics(const struct command_line *line, struct reader_options *options,
                      const struct tap *tap)
{
    char error[ERROR_SIZE];
    int status;

    stop_block();
    options->follow = !command_switch(line, "exit");
    struct reader *reader = reader_open(options, &status, error, sizeof error);

    if (reader == NULL) {
        fprintf(stderr, "copydesk tap: %s\n", error);
        return status;
    }
    status = follow(tap, reader);
    reader_close(reader);
    return status;
}

static int run_with(const struct command_line *line, const struct settings *settings,
                    struct reader_options *options)
{
    struct tap tap = {
        .language = command_value(line, "language"),
        .verdict = command_value(line, "verdict"),
        .entity = command_value(line, "entity"),
        .terminal = terminal_of_output(),
    };
    struct topics topics = {.dead_letters = settings->producer.dead_letters};

    tap.json = command_switch(line, "json") || !tap.terminal.is_terminal;
    command_configure_log(line, settings);
    options->settings = settings;
    for (int i = 0; i < line->argument_count; i++)
        add_topic(&topics, line->arguments[i]);
    if (topics.count == 0)
        route_topics(&settings->producer, add_topic, &topics);
    options->topics = topics.names;
    options->topic_count = topics.count;
    int status = tap_topics(line, options, &tap);

    free_topics(&topics);
    return status;
}

static int run_tap(const struct command_line *line)
{
    struct reader_options options = {.partition = -1, .to = {PLACE_END, 0}};
    int status;

    if (place_read(command_value(line, "offset"), &options.from) != 0)
        return command_usage(line, "--offset is %s", place_forms);
    if ((status = check_verdict(line, command_value(line, "verdict"))) != 0)
        return status;
    struct config *config = command_load_config(line, &status);

    if (config != NULL)
        status = run_with(line, config_settings(config), &options);
    config_free(config);
    return status;
}

static const struct command_flag flags[] = {
    COMMAND_FLAGS_CONFIG,
    {"offset", 'o', "PLACE", "end", "start, end, an offset, -100, 2h"},
    {"exit", 'e', NULL, NULL, "end where the topics end"},
    {"language", 0, "TAG", NULL, "only this language; fr holds for fr-CA too"},
    {"verdict", 0, "NAME", NULL, "only this duplicate verdict"},
    {"entity", 0, "NAME", NULL, "only with this one: iso:AZ, or a name"},
    {"json", 0, NULL, NULL, "one line of JSON an article, also on a terminal"},
    {0},
};

const struct command command_tap = {
    .name = "tap",
    .summary = "prints enriched articles as they arrive on the output topics",
    .example = "copydesk tap -c copydesk.yaml --language fr --verdict new",
    .arguments = "[TOPIC...]",
    .flags = flags,
    .run = run_tap,
};

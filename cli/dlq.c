#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/letters.h"
#include "cli/requeue.h"
#include "config/config.h"

enum { ERROR_SIZE = 1024, SHOWN_BYTES = 2000 };

struct session {
    const struct command_line *line;
    const struct settings *settings;
    struct letters_filter filter;
    struct letters letters;
    bool json;
    char error[ERROR_SIZE];
    int status;
};

static int fail(struct session *session)
{
    fprintf(stderr, "copydesk dlq: %s\n", session->error);
    return session->status != EXIT_OK ? session->status : EXIT_RUNTIME;
}

static struct reader *open_topic(struct session *session)
{
    const struct reader_options options = {
        .settings = session->settings,
        .topics = &session->settings->producer.dead_letters,
        .topic_count = 1,
        .partition = -1,
        .from = {PLACE_START, 0},
        .to = {PLACE_END, 0},
    };

    return reader_open(&options, &session->status, session->error, sizeof session->error);
}

static int read_letters(struct session *session)
{
    struct reader *reader = open_topic(session);
    int result = -1;

    if (reader != NULL)
        result = letters_read(reader, &session->filter, &session->letters, session->error,
                              sizeof session->error);
    reader_close(reader);
    return result;
}

/* ---- counts ---- */

struct tally {
    const char *reason;
    const char *topic;
    size_t count;
};

static int compare_tallies(const void *a, const void *b)
{
    const struct tally *x = a;
    const struct tally *y = b;

    return x->count != y->count ? (x->count > y->count ? -1 : 1) : strcmp(x->reason, y->reason);
}

static const char *or_unknown(const char *text)
{
    return text != NULL ? text : "?";
}

static size_t count_by_reason(const struct letters *letters, struct tally **ret_tallies)
{
    struct tally *tallies = memory_allocate((letters->chosen + 1) * sizeof *tallies);
    size_t count = 0;

    for (size_t i = 0; i < letters->count; i++) {
        const struct letter *letter = &letters->items[i];
        size_t at = 0;

        if (!letter->chosen)
            continue;
        while (at < count && (strcmp(tallies[at].reason, or_unknown(letter->reason)) != 0 ||
                              strcmp(tallies[at].topic, or_unknown(letter->topic)) != 0))
            at++;
        if (at == count)
            tallies[count++] =
                (struct tally){or_unknown(letter->reason), or_unknown(letter->topic), 0};
        tallies[at].count++;
    }
    qsort(tallies, count, sizeof *tallies, compare_tallies);
    *ret_tallies = tallies;
    return count;
}

static void print_counts(const struct session *session, FILE *out)
{
    struct tally *tallies;
    size_t count = count_by_reason(&session->letters, &tallies);

    fprintf(out, "%zu dead letter%s in %s%s\n", session->letters.chosen,
            session->letters.chosen == 1 ? "" : "s", session->settings->producer.dead_letters,
            session->letters.chosen == 0 ? "" : ":");
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%8zu  %-18s from %s\n", tallies[i].count, tallies[i].reason,
                tallies[i].topic);
    memory_free(tallies);
}

static void append_text(struct buffer *out, const char *name, const char *text)
{
    buffer_append_format(out, ", \"%s\": ", name);
    if (text != NULL)
        buffer_append_json_string(out, slice_of_text(text));
    else
        buffer_append_text(out, "null");
}

static void print_counts_as_json(const struct session *session)
{
    struct buffer out = {0};
    struct tally *tallies;
    size_t count = count_by_reason(&session->letters, &tallies);

    for (size_t i = 0; i < count; i++) {
        buffer_append_format(&out, "{\"count\": %zu", tallies[i].count);
        append_text(&out, "reason", tallies[i].reason);
        append_text(&out, "topic", tallies[i].topic);
        buffer_append_text(&out, "}\n");
    }
    fwrite(out.data, 1, out.length, stdout);
    buffer_free(&out);
    memory_free(tallies);
}

static int list(struct session *session)
{
    if (read_letters(session) != 0)
        return fail(session);
    if (session->json)
        print_counts_as_json(session);
    else
        print_counts(session, stdout);
    return EXIT_OK;
}

/* ---- show ---- */

/* What a value holds can be anything: bytes that are no text are shown as question marks. */
static void append_printable(struct buffer *out, struct slice bytes, bool in_json)
{
    struct slice rest = bytes;
    struct buffer text = {0};

    while (rest.length > 0) {
        size_t valid = utf8_valid_prefix(rest);

        buffer_append(&text, slice_of(rest.data, valid));
        if (valid < rest.length)
            buffer_append_text(&text, "\xef\xbf\xbd");
        valid += valid < rest.length;
        rest = slice_of(rest.data + valid, rest.length - valid);
    }
    for (size_t i = 0; !in_json && i < text.length; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
            text.data[i] = ' ';
    if (in_json)
        buffer_append_json_string(out, buffer_slice(&text));
    else
        buffer_append(out, buffer_slice(&text));
    buffer_free(&text);
}

static struct slice value_of(const rd_kafka_message_t *message)
{
    return slice_of(message->payload, message->payload != NULL ? message->len : 0);
}

static void append_reason_text(struct buffer *out, const rd_kafka_message_t *message, bool in_json)
{
    rd_kafka_headers_t *headers = NULL;
    const void *value = NULL;
    size_t length = 0;

    if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_header_get_last(headers, "copydesk-reason-text", &value, &length);
    append_printable(out, slice_of(value, value != NULL ? length : 0), in_json);
}

static void append_letter_as_json(struct buffer *out, const struct letter *letter,
                                  const rd_kafka_message_t *message)
{
    buffer_append_format(out, "{\"partition\": %d, \"offset\": %" PRId64 ", \"time_ms\": %" PRId64,
                         letter->partition, letter->offset, letter->time_ms);
    append_text(out, "reason", letter->reason);
    buffer_append_text(out, ", \"text\": ");
    append_reason_text(out, message, true);
    append_text(out, "processor", letter->processor);
    append_text(out, "topic", letter->topic);
    buffer_append_format(
        out, ", \"source_partition\": %d, \"source_offset\": %" PRId64 ", \"cut\": %s, \"key\": ",
        letter->source_partition, letter->source_offset, letter->cut ? "true" : "false");
    if (message->key != NULL)
        append_printable(out, slice_of(message->key, message->key_len), true);
    else
        buffer_append_text(out, "null");
    buffer_append_text(out, ", \"value\": ");
    append_printable(out, value_of(message), true);
    buffer_append_text(out, "}\n");
}

static void append_letter(struct buffer *out, const struct letter *letter,
                          const rd_kafka_message_t *message)
{
    struct slice value = value_of(message);
    bool longer = value.length > SHOWN_BYTES;

    buffer_append_format(out, "%d@%" PRId64 "  %s", letter->partition, letter->offset,
                         or_unknown(letter->reason));
    if (letter->processor != NULL)
        buffer_append_format(out, " by %s", letter->processor);
    buffer_append_format(out, ", from %s-%d@%" PRId64 "%s\n  ", or_unknown(letter->topic),
                         letter->source_partition, letter->source_offset,
                         letter->cut ? ", cut" : "");
    append_reason_text(out, message, false);
    buffer_append_text(out, "\n  ");
    append_printable(out, slice_of(value.data, longer ? SHOWN_BYTES : value.length), false);
    buffer_append_text(out, longer ? " ...\n\n" : "\n\n");
}

static void show_one(const struct session *session, const rd_kafka_message_t *message)
{
    const struct letter *letter =
        letters_find(&session->letters, message->partition, message->offset);
    struct buffer out = {0};

    if (letter == NULL || !letter->chosen)
        return;
    if (session->json)
        append_letter_as_json(&out, letter, message);
    else
        append_letter(&out, letter, message);
    fwrite(out.data, 1, out.length, stdout);
    buffer_free(&out);
}

static int show(struct session *session)
{
    rd_kafka_message_t *message;

    if (read_letters(session) != 0)
        return fail(session);
    struct reader *reader = open_topic(session);

    if (reader == NULL)
        return fail(session);
    while ((message = reader_next(reader, 60000)) != NULL) {
        show_one(session, message);
        rd_kafka_message_destroy(message);
    }
    reader_close(reader);
    return EXIT_OK;
}

/* ---- requeue and drop ---- */

/* People are asked; scripts have said it already. */
static bool is_agreed(const struct session *session, const char *question)
{
    char answer[16] = "";

    if (command_switch(session->line, "yes") || !isatty(STDIN_FILENO))
        return true;
    fprintf(stderr, "%s [y/N] ", question);
    return fgets(answer, sizeof answer, stdin) != NULL && (*answer == 'y' || *answer == 'Y');
}

static int send_chosen(struct session *session, struct requeue *requeue, const char *what)
{
    struct reader *reader = open_topic(session);
    struct progress progress = progress_begin(what, (int64_t)session->letters.chosen);
    size_t done = 0;
    int result = -1;

    if (reader != NULL)
        result = requeue_letters(requeue, reader, &session->letters, what, &progress, &done,
                                 session->error, sizeof session->error);
    reader_close(reader);
    progress_end(&progress, (int64_t)done);
    fprintf(stderr, "%zu %s", done, what);
    if (strcmp(what, "requeued") == 0 && session->letters.cut > 0)
        fprintf(stderr, ", %zu left: only a part of them was kept", session->letters.cut);
    fputc('\n', stderr);
    return result == 0 ? EXIT_OK : fail(session);
}

static int change(struct session *session, const char *question, const char *what)
{
    struct requeue *requeue =
        requeue_begin(session->settings, session->error, sizeof session->error);
    int status = EXIT_OK;

    if (requeue == NULL)
        return fail(session);
    if (read_letters(session) != 0) {
        status = fail(session);
    } else {
        print_counts(session, stderr);
        if (session->letters.chosen > 0 && is_agreed(session, question))
            status = send_chosen(session, requeue, what);
    }
    requeue_end(requeue);
    return status;
}

static int requeue(struct session *session)
{
    return change(session, "Send them back to where they came from?", "requeued");
}

static int drop(struct session *session)
{
    return change(session, "Drop them?", "dropped");
}

/* ---- the command ---- */

static int run_action(struct session *session)
{
    static const struct {
        const char *name;
        int (*run)(struct session *session);
    } actions[] = {{"list", list}, {"show", show}, {"requeue", requeue}, {"drop", drop}};
    const char *name = session->line->argument_count == 1 ? session->line->arguments[0] : "";

    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (strcmp(actions[i].name, name) == 0)
            return actions[i].run(session);
    return command_usage(session->line, "say one of list, show, requeue, drop");
}

static int run_dlq(const struct command_line *line)
{
    struct session session = {.line = line, .json = command_switch(line, "json")};

    if (letters_read_filter(command_value(line, "where"), &session.filter, session.error,
                            sizeof session.error) != 0)
        return command_usage(line, "%s", session.error);
    struct config *config = command_load_config(line, &session.status);
    int status = session.status;

    if (config != NULL) {
        session.settings = config_settings(config);
        command_configure_log(line, session.settings);
        status = run_action(&session);
    }
    letters_free(&session.letters);
    arena_free(&session.filter.arena);
    config_free(config);
    return status;
}

static const struct command_action actions[] = {
    {"list", "how many there are, by reason and topic"},
    {"show", "each, with where it came from and why it is there"},
    {"requeue", "back to the topic and partition that they came from, once each"},
    {"drop", "done with, without sending them back"},
    {0},
};

static const struct command_flag flags[] = {
    COMMAND_FLAGS_CONFIG,
    {"where", 'w', "CONDITIONS", NULL, "reason=, topic=, processor=, since=2h"},
    {"json", 0, NULL, NULL, "one line of JSON a letter, or a reason"},
    {"yes", 'y', NULL, NULL, "do not ask"},
    {0},
};

const struct command command_dlq = {
    .name = "dlq",
    .summary = "lists, shows, requeues and drops dead letters",
    .example = "copydesk dlq requeue -c copydesk.yaml --where reason=no_body,since=2h",
    .arguments = "list|show|requeue|drop",
    .actions = actions,
    .flags = flags,
    .run = run_dlq,
};

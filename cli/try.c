#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/trial.h"
#include "cli/view.h"

enum { ERROR_SIZE = 1024 };

/* One run of the command. */
struct session {
    struct trial *trial;
    struct inputs *inputs;
    struct terminal terminal;
    bool as_lines; /* one line of JSON an input; else pages */
    struct buffer out;
    bool any_rejected;
    bool any_failed;
};

static void append_page(struct session *session, const struct input *input,
                        const struct article *article, enum chain_outcome outcome)
{
    const struct view_options options = {.columns = session->terminal.columns,
                                         .colour = session->terminal.colour};
    struct buffer place = {0};

    trial_append_place(input, &place);
    buffer_append_byte(&place, '\0');
    if (outcome == CHAIN_DONE)
        view_article(article, &options, &session->out);
    else
        view_refused(article, place.data, &options, &session->out);
    buffer_free(&place);
}

/* Each article leaves at once, so that a reader at the other end of a pipe does not wait. */
static int write_out(struct session *session)
{
    size_t written = 0;

    while (written < session->out.length) {
        ssize_t count =
            write(STDOUT_FILENO, session->out.data + written, session->out.length - written);

        if (count < 0 && errno != EINTR) {
            fprintf(stderr, "copydesk try: standard output: %s\n", strerror(errno));
            return -1;
        }
        written += count > 0 ? (size_t)count : 0;
    }
    buffer_clear(&session->out);
    return 0;
}

static int show(struct session *session, const struct input *input, const struct article *article,
                enum chain_outcome outcome)
{
    if (outcome == CHAIN_FATAL) {
        fprintf(stderr, "copydesk try: %s:%lld: %s\n", input->file, (long long)input->line,
                article->reason_text);
        return -1;
    }
    session->any_rejected |= outcome == CHAIN_REJECTED;
    if (session->as_lines)
        trial_append_line(session->trial, input, article, outcome, &session->out);
    else
        append_page(session, input, article, outcome);
    return write_out(session);
}

static int try_one(struct session *session, const struct input *input)
{
    struct article *article;
    enum chain_outcome outcome = trial_run(session->trial, input, &article);
    int result = show(session, input, article, outcome);

    article_free(article);
    return result;
}

static void tell_unreadable(struct session *session, const struct input *input)
{
    fprintf(stderr, "copydesk try: %s: %s\n", input->file, strerror(errno));
    session->any_failed = true;
}

static int try_all(struct session *session, bool strict)
{
    struct input input;

    for (;;) {
        switch (inputs_next(session->inputs, &input)) {
        case INPUTS_GOT:
            if (try_one(session, &input) != 0)
                return EXIT_RUNTIME;
            break;
        case INPUTS_UNREADABLE:
            tell_unreadable(session, &input);
            break;
        case INPUTS_END:
            if (session->any_failed)
                return EXIT_RUNTIME;
            return strict && session->any_rejected ? EXIT_DIFFERENCE : EXIT_OK;
        }
    }
}

/* Returns 0, or -1 where there is no such format. */
static int read_format(const char *name, enum inputs_format *ret_format)
{
    static const char *const names[] = {"json", "jsonl", "text"};
    static const enum inputs_format formats[] = {INPUTS_JSON, INPUTS_JSON_LINES, INPUTS_TEXT};

    *ret_format = INPUTS_AUTO;
    for (size_t i = 0; name != NULL && i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            *ret_format = formats[i];
    return name != NULL && *ret_format == INPUTS_AUTO ? -1 : 0;
}

static int run_with(const struct command_line *line, const struct config *config,
                    enum inputs_format format)
{
    char error[ERROR_SIZE];
    struct session session = {.terminal = terminal_of_output()};

    command_configure_log(line, config_settings(config));
    session.as_lines = !session.terminal.is_terminal || command_switch(line, "json");
    session.trial = trial_new(config, error, sizeof error);
    if (session.trial == NULL) {
        fprintf(stderr, "copydesk try: %s\n", error);
        return EXIT_BAD_CONFIG;
    }
    session.inputs = inputs_new((const char *const *)line->arguments, (size_t)line->argument_count,
                                format, (size_t)config_settings(config)->limits.article);
    int status = try_all(&session, command_switch(line, "strict"));

    inputs_free(session.inputs);
    trial_free(session.trial);
    buffer_free(&session.out);
    return status;
}

static int run_try(const struct command_line *line)
{
    enum inputs_format format;
    int status;

    if (read_format(command_value(line, "format"), &format) != 0)
        return command_usage(line, "--format is json, jsonl or text, not \"%s\"",
                             command_value(line, "format"));
    struct config *config = command_config_or_default(line, &status);

    if (config != NULL)
        status = run_with(line, config, format);
    config_free(config);
    return status;
}

static const struct command_flag flags[] = {
    COMMAND_FLAGS_CONFIG,
    {"format", 0, "FORMAT", NULL, "json, jsonl or text; else json after a {"},
    {"json", 0, NULL, NULL, "one line of JSON an article, also on a terminal"},
    {"strict", 0, NULL, NULL, "exit 3 when an article was rejected"},
    {0},
};

const struct command command_try = {
    .name = "try",
    .summary = "runs the processors on files or standard input, without Kafka",
    .example = "copydesk try --format text article.txt",
    .arguments = "[FILE...]",
    .flags = flags,
    .run = run_try,
};

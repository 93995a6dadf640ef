#include <errno.h>
#include <stdio.h>

#include "base/memory.h"
#include "cli/commands.h"
#include "cli/explain_entities.h"
#include "cli/explanation.h"
#include "cli/terminal.h"
#include "cli/trial.h"
#include "processors/host.h"

enum { ERROR_SIZE = 1024 };

/* The two articles on their way through the processors, the first one first. */
struct session {
    struct trial *trial;
    size_t max_bytes;
    struct article *articles[2];
};

static int complain(const char *what, const char *why)
{
    fprintf(stderr, "copydesk explain: %s: %s\n", what, why);
    return -1;
}

/* --- one article a file --- */

static int run_article(struct session *session, const struct input *input, int which)
{
    struct article *article;
    enum chain_outcome outcome = trial_run(session->trial, input, &article);

    if (outcome == CHAIN_DONE) {
        session->articles[which] = article;
        return 0;
    }
    complain(input->file, article->reason_text);
    article_free(article);
    return -1;
}

static int run_file(struct session *session, const char *file, int which)
{
    struct inputs *inputs = inputs_new(&file, 1, INPUTS_AUTO, session->max_bytes);
    struct input input;
    int result = -1;

    switch (inputs_next(inputs, &input)) {
    case INPUTS_GOT:
        input.number = which;
        result = run_article(session, &input, which);
        break;
    case INPUTS_UNREADABLE:
        complain(file, strerror(errno));
        break;
    case INPUTS_END:
        complain(file, "it is empty");
        break;
    }
    inputs_free(inputs);
    return result;
}

/* --- two of a file of many --- */

/* A line of the file, kept until its turn. */
struct found {
    struct buffer bytes;
    int64_t line;
};

/* The first line with an id that was not found yet; one line is not both. */
static void take_line(struct session *session, const struct input *input, char *const *ids,
                      struct found found[2])
{
    struct article *article = trial_read(session->trial, input);

    for (int which = 0; which < 2; which++) {
        if (found[which].line != 0 || !slice_is(article->texts[ROLE_ID], ids[which]))
            continue;
        buffer_append(&found[which].bytes, input->bytes);
        found[which].line = input->line;
        break;
    }
    article_free(article);
}

static int find_lines(struct session *session, const char *file, char *const *ids,
                      struct found found[2])
{
    struct inputs *inputs = inputs_new(&file, 1, INPUTS_JSON_LINES, session->max_bytes);
    enum inputs_result result = INPUTS_GOT;
    struct input input;

    while ((found[0].line == 0 || found[1].line == 0) &&
           (result = inputs_next(inputs, &input)) == INPUTS_GOT)
        take_line(session, &input, ids, found);
    int error = errno;

    inputs_free(inputs);
    if (result == INPUTS_UNREADABLE)
        return complain(file, strerror(error));
    for (int which = 0; which < 2; which++) {
        if (found[which].line == 0)
            return complain(ids[which], "no line has this id");
    }
    return 0;
}

static int run_lines(struct session *session, const char *file, char *const *ids)
{
    struct found found[2] = {{.line = 0}};
    int result = find_lines(session, file, ids, found);

    for (int which = 0; which < 2 && result == 0; which++) {
        const struct input input = {.bytes = buffer_slice(&found[which].bytes),
                                    .format = FORMAT_JSON,
                                    .file = file,
                                    .line = found[which].line,
                                    .number = which};

        result = run_article(session, &input, which);
    }
    buffer_free(&found[0].bytes);
    buffer_free(&found[1].bytes);
    return result;
}

/* --- the command --- */

static int show(const struct command_line *line, const struct session *session)
{
    const struct terminal terminal = terminal_of_output();
    const struct view_options options = {.columns = terminal.columns, .colour = terminal.colour};
    struct explanation *explanation FREED_AT_END = memory_allocate(sizeof *explanation);
    struct buffer out = {0};

    if (session->articles[1]->results.duplicate == NULL) {
        complain("the configuration", "it has no processor named duplicates");
        return EXIT_BAD_CONFIG;
    }
    explanation_of(session->articles[0], session->articles[1], explanation);
    if (command_switch(line, "json"))
        explanation_append_json(explanation, &out);
    else
        explanation_append_page(explanation, &options, &out);
    bool written = fwrite(out.data, 1, out.length, stdout) == out.length && fflush(stdout) == 0;

    buffer_free(&out);
    return written ? EXIT_OK : EXIT_RUNTIME;
}

static int run_both(struct session *session, const struct command_line *line)
{
    char *const *names = line->arguments + 1;
    const char *file = command_value(line, "in");

    if (file != NULL)
        return run_lines(session, file, names);
    return run_file(session, names[0], 0) != 0 ? -1 : run_file(session, names[1], 1);
}

static int run_with(const struct command_line *line, const struct config *config)
{
    struct session session = {.max_bytes = (size_t)config_settings(config)->limits.article};
    char error[ERROR_SIZE];

    command_configure_log(line, config_settings(config));
    session.trial = trial_new(config, error, sizeof error);
    if (session.trial == NULL) {
        fprintf(stderr, "copydesk explain: %s\n", error);
        return EXIT_BAD_CONFIG;
    }
    int status = run_both(&session, line) == 0 ? show(line, &session) : EXIT_RUNTIME;

    article_free(session.articles[0]);
    article_free(session.articles[1]);
    trial_free(session.trial);
    return status;
}

static int run_explain(const struct command_line *line)
{
    int status;

    const char *what = line->argument_count > 0 ? line->arguments[0] : "";
    bool entities = strcmp(what, "entities") == 0 && line->argument_count >= 2;

    if (!entities && (strcmp(what, "duplicate") != 0 || line->argument_count != 3))
        return command_usage(
            line, "what is explained is: duplicate FIRST SECOND, or entities FILE [WORD...]");
    struct config *config = command_config_or_default(line, &status);

    if (config != NULL)
        status = entities ? explain_entities(line, config) : run_with(line, config);
    config_free(config);
    return status;
}

static const struct command_flag flags[] = {
    COMMAND_FLAGS_CONFIG,
    {"in", 0, "FILE", NULL, "FIRST and SECOND are ids in FILE, one article a line"},
    {"json", 0, NULL, NULL, "one line of JSON"},
    {0},
};

const struct command command_explain = {
    .name = "explain",
    .summary = "says why an article is a duplicate, or why words are names",
    .example = "copydesk explain duplicate first.json second.json",
    .arguments = "duplicate|entities FILE...",
    .flags = flags,
    .run = run_explain,
};

#include <stdio.h>

#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/pages.h"
#include "config/config.h"
#include "processors/host.h"

/* What troff would take for its own is escaped. */
static void append_text(struct buffer *page, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\\')
            buffer_append_text(page, "\\e");
        else if (*at == '-')
            buffer_append_text(page, "\\-");
        else if ((*at == '.' || *at == '\'') && at == text)
            buffer_append_format(page, "\\&%c", *at);
        else
            buffer_append_byte(page, *at);
    }
}

static void append_flag(struct buffer *page, const struct command_flag *flag)
{
    buffer_append_text(page, ".TP\n");
    if (flag->letter != 0)
        buffer_append_format(page, "\\fB\\-%c\\fR, ", flag->letter);
    buffer_append_text(page, "\\fB\\-\\-");
    append_text(page, flag->name);
    buffer_append_text(page, "\\fR");
    if (flag->value != NULL)
        buffer_append_format(page, " \\fI%s\\fR", flag->value);
    buffer_append_byte(page, '\n');
    append_text(page, flag->description);
    if (flag->default_text != NULL) {
        buffer_append_text(page, " (default: ");
        append_text(page, flag->default_text);
        buffer_append_byte(page, ')');
    }
    buffer_append_byte(page, '\n');
}

static void append_actions(struct buffer *page, const struct command_action *actions)
{
    for (const struct command_action *at = actions; at != NULL && at->name != NULL; at++) {
        buffer_append_text(page, ".TP\n\\fB");
        append_text(page, at->name);
        buffer_append_text(page, "\\fR\n");
        append_text(page, at->description);
        buffer_append_byte(page, '\n');
    }
}

static void append_command(struct buffer *page, const struct command *command)
{
    const char *arguments = command->arguments;

    buffer_append_format(page, ".SS %s%s%s\n", command->name, arguments != NULL ? " " : "",
                         arguments != NULL ? arguments : "");
    append_text(page, command->summary);
    buffer_append_text(page, ".\n.PP\n.RS\n.nf\n");
    append_text(page, command->example);
    buffer_append_text(page, "\n.fi\n.RE\n");
    append_actions(page, command->actions);
    for (size_t i = 0; command->flags != NULL && command->flags[i].name != NULL; i++)
        append_flag(page, &command->flags[i]);
}

static void append_options(struct buffer *page, const struct option *table, const char *prefix);

static void append_option(struct buffer *page, const struct option *option, const char *path)
{
    buffer_append_text(page, ".TP\n\\fB");
    append_text(page, path);
    buffer_append_text(page, "\\fR");
    if (option->default_text != NULL) {
        buffer_append_text(page, " (");
        append_text(page, option->default_text);
        buffer_append_byte(page, ')');
    }
    buffer_append_byte(page, '\n');
    append_text(page, option->description != NULL ? option->description : "");
    buffer_append_byte(page, '\n');
    if (option->type == OPTION_TABLE)
        append_options(page, option->table, path);
    else if (option->type == OPTION_LIST && option->element->type == OPTION_TABLE)
        append_options(page, option->element->table, path);
}

static void append_options(struct buffer *page, const struct option *table, const char *prefix)
{
    struct arena arena = {0};

    for (; table != NULL && table->name != NULL; table++)
        append_option(page, table,
                      *prefix == '\0' ? table->name
                                      : arena_format(&arena, "%s.%s", prefix, table->name));
    arena_free(&arena);
}

static const char ending[] =
    ".SH ENVIRONMENT\n"
    "Every flag can be set as COPYDESK_NAME, in capitals with underscores for hyphens; the command "
    "line wins.\n"
    ".SH SIGNALS\n"
    ".TP\n\\fBTERM\\fR, \\fBINT\\fR\n"
    "finish what is in flight and end; a second one ends at once\n"
    ".TP\n\\fBHUP\\fR\n"
    "read the configuration again and put all of it in force, or nothing\n"
    ".SH EXIT STATUS\n"
    ".TP\n0\nok, also after a clean SIGTERM\n"
    ".TP\n1\nfailed while it ran\n"
    ".TP\n2\nthe command line is wrong\n"
    ".TP\n3\nan article was rejected under \\-\\-strict, or a test failed\n"
    ".TP\n69\nno broker before the first assignment\n"
    ".TP\n78\nthe configuration has problems\n";

void pages_manual(struct buffer *page)
{
    buffer_append_text(page, ".TH COPYDESK 1 \"\" \"copydesk " COPYDESK_VERSION "\" \"User "
                             "Commands\"\n.SH NAME\ncopydesk \\- enriches news articles on a Kafka "
                             "bus\n.SH SYNOPSIS\n\\fBcopydesk\\fR \\fICOMMAND\\fR "
                             "[\\fIFLAG\\fR...]\n.SH DESCRIPTION\n"
                             "Reads articles from Kafka, finds their language, the places they "
                             "name and whether they were seen before, and writes them back to "
                             "Kafka, by routes.\n.SH COMMANDS\n");
    for (const struct command *const *command = commands; *command != NULL; command++)
        if ((*command)->summary != NULL)
            append_command(page, *command);
    buffer_append_text(page, ".SH CONFIGURATION\n"
                             "One or several YAML files; defaults stand in parentheses.\n");
    append_options(page, config_table(), "");
    for (const struct processor *const *processor = host_builtin(); *processor != NULL; processor++)
        append_options(page, (*processor)->options, (*processor)->name);
    buffer_append_text(page, ending);
}

static int run_man(const struct command_line *line)
{
    struct buffer page = {0};

    (void)line;
    pages_manual(&page);
    fwrite(page.data, 1, page.length, stdout);
    buffer_free(&page);
    return EXIT_OK;
}

const struct command command_man = {
    .name = "man",
    .example = "copydesk man > copydesk.1",
    .run = run_man,
};

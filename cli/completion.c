#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/pages.h"

static void append_names(struct buffer *script)
{
    for (const struct command *const *command = commands; *command != NULL; command++)
        if ((*command)->summary != NULL)
            buffer_append_format(script, " %s", (*command)->name);
}

/* "list|show" gives list and show; names of things to come (FILE...) give nothing. */
static void append_arguments(struct buffer *script, const char *arguments)
{
    for (const char *at = arguments; at != NULL && *at != '\0'; at++)
        buffer_append_byte(script, *at >= 'a' && *at <= 'z' ? *at : ' ');
}

static void append_words(struct buffer *script, const struct command *command)
{
    for (size_t i = 0; flag_at(command, i) != NULL; i++)
        buffer_append_format(script, " --%s", flag_at(command, i)->name);
    buffer_append_byte(script, ' ');
    append_arguments(script, command->arguments);
}

static void append_bash(struct buffer *script)
{
    buffer_append_text(script,
                       "# bash completion for copydesk; made by `copydesk completion bash`\n"
                       "_copydesk() {\n"
                       "    local word=${COMP_WORDS[COMP_CWORD]} words=\n"
                       "    case ${COMP_WORDS[COMP_CWORD - 1]} in\n"
                       "    -c | --config | --output) "
                       "mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n"
                       "    esac\n"
                       "    case ${COMP_WORDS[1]} in\n");
    for (const struct command *const *command = commands; *command != NULL; command++) {
        if ((*command)->summary == NULL)
            continue;
        buffer_append_format(script, "    %s) words=\"", (*command)->name);
        append_words(script, *command);
        buffer_append_text(script, "\" ;;\n");
    }
    buffer_append_text(script, "    esac\n    ((COMP_CWORD == 1)) && words=\"");
    append_names(script);
    buffer_append_text(script, "\"\n"
                               "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
                               "}\n"
                               "complete -o default -F _copydesk copydesk\n");
}

static void append_zsh(struct buffer *script)
{
    buffer_append_text(script, "#compdef copydesk\n"
                               "# made by `copydesk completion zsh`\n"
                               "if ((CURRENT == 2)); then\n    compadd --");
    append_names(script);
    buffer_append_text(script, "\n    return\nfi\ncase $words[2] in\n");
    for (const struct command *const *command = commands; *command != NULL; command++) {
        if ((*command)->summary == NULL)
            continue;
        buffer_append_format(script, "%s) compadd --", (*command)->name);
        append_words(script, *command);
        buffer_append_text(script, " ;;\n");
    }
    buffer_append_text(script, "esac\n_files\n");
}

/* Between single quotes. */
static void append_quoted(struct buffer *script, const char *text)
{
    buffer_append_byte(script, '\'');
    for (; *text != '\0'; text++)
        if (*text == '\'')
            buffer_append_text(script, "\\'");
        else
            buffer_append_byte(script, *text);
    buffer_append_byte(script, '\'');
}

static void append_fish_flags(struct buffer *script, const struct command *command)
{
    for (size_t i = 0; flag_at(command, i) != NULL; i++) {
        const struct command_flag *flag = flag_at(command, i);

        buffer_append_format(script,
                             "complete -c copydesk -n '__fish_seen_subcommand_from %s' -l %s",
                             command->name, flag->name);
        if (flag->letter != 0)
            buffer_append_format(script, " -s %c", flag->letter);
        buffer_append_text(script, flag->value != NULL ? " -r -d " : " -d ");
        append_quoted(script, flag->description);
        buffer_append_byte(script, '\n');
    }
}

static void append_fish(struct buffer *script)
{
    buffer_append_text(script, "# made by `copydesk completion fish`\n");
    for (const struct command *const *command = commands; *command != NULL; command++) {
        if ((*command)->summary == NULL)
            continue;
        buffer_append_format(script, "complete -c copydesk -n __fish_use_subcommand -a %s -d ",
                             (*command)->name);
        append_quoted(script, (*command)->summary);
        buffer_append_byte(script, '\n');
        append_fish_flags(script, *command);
    }
}

bool pages_completion(const char *shell, struct buffer *script)
{
    static const struct {
        const char *name;
        void (*append)(struct buffer *script);
    } shells[] = {{"bash", append_bash}, {"zsh", append_zsh}, {"fish", append_fish}};

    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
        if (strcmp(shells[i].name, shell) == 0) {
            shells[i].append(script);
            return true;
        }
    return false;
}

static int run_completion(const struct command_line *line)
{
    struct buffer script = {0};

    if (line->argument_count != 1 || !pages_completion(line->arguments[0], &script))
        return command_usage(line, "say for which shell: bash, zsh or fish");
    fwrite(script.data, 1, script.length, stdout);
    buffer_free(&script);
    return EXIT_OK;
}

const struct command command_completion = {
    .name = "completion",
    .summary = "prints what a shell needs to complete commands and flags",
    .example = "copydesk completion bash > /etc/bash_completion.d/copydesk",
    .arguments = "bash|zsh|fish",
    .run = run_completion,
};

#include "cli/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/flags.h"
#include "config/suggest.h"

static void print_all_commands(FILE *out)
{
    fprintf(out,
            "Example: copydesk check -c copydesk.yaml\n\n"
            "copydesk enriches news articles on their way between two places of a Kafka bus.\n\n"
            "Usage: copydesk COMMAND [FLAG...]\n\nCommands:\n");
    for (const struct command *const *command = commands; *command != NULL; command++)
        if ((*command)->summary != NULL)
            fprintf(out, "  %-12s %s\n", (*command)->name, (*command)->summary);
    fprintf(out, "\n`copydesk COMMAND --help` tells more about one.\n");
}

static void print_flag(const struct command_flag *flag)
{
    char text[64];

    snprintf(text, sizeof text, "%c%c%s--%s%s%s", flag->letter != 0 ? '-' : ' ',
             flag->letter != 0 ? flag->letter : ' ', flag->letter != 0 ? ", " : "  ", flag->name,
             flag->value != NULL ? " " : "", flag->value != NULL ? flag->value : "");
    printf("  %-24s %s", text, flag->description);
    if (flag->default_text != NULL)
        printf(" (default: %s)", flag->default_text);
    putchar('\n');
}

static void print_actions(const struct command_action *actions)
{
    for (const struct command_action *at = actions; at != NULL && at->name != NULL; at++)
        printf("%s  %-12s %s\n", at == actions ? "Actions:\n" : "", at->name, at->description);
    if (actions != NULL)
        putchar('\n');
}

static void print_help(const struct command *command)
{
    printf("Example: %s\n\ncopydesk %s: %s\n\n", command->example, command->name,
           command->summary != NULL ? command->summary : "for the project's own use");
    printf("Usage: copydesk %s [FLAG...]%s%s\n\n", command->name,
           command->arguments != NULL ? " " : "",
           command->arguments != NULL ? command->arguments : "");
    print_actions(command->actions);
    puts("Flags:");
    for (size_t i = 0; flag_at(command, i) != NULL; i++)
        print_flag(flag_at(command, i));
    printf("\nA flag can also be set in the environment, --some-flag as COPYDESK_SOME_FLAG.\n");
}

static const struct command *find_command(const char *name)
{
    for (const struct command *const *command = commands; *command != NULL; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

static int refuse_command(const char *name)
{
    const char *names[COMMAND_MAX_COUNT + 1] = {NULL};

    for (size_t i = 0; commands[i] != NULL && i < COMMAND_MAX_COUNT; i++)
        names[i] = commands[i]->name;
    const char *meant = config_suggest(name, names);

    fprintf(stderr, "copydesk: unknown command \"%s\"", name);
    if (meant != NULL)
        fprintf(stderr, "; did you mean \"%s\"?", meant);
    fprintf(stderr, "\n`copydesk --help` lists the commands.\n");
    return EXIT_USAGE;
}

static int print_version(void)
{
    return find_command("version")->run(NULL);
}

static int run_command(const struct command *command, int argc, char **argv)
{
    struct command_line line = {.command = command};

    if (flags_read(&line, argc, argv) != 0)
        return EXIT_USAGE;
    if (command_switch(&line, "help")) {
        print_help(command);
        return EXIT_OK;
    }
    if (command_switch(&line, "version"))
        return print_version();
    if (line.argument_count > 0 && command->arguments == NULL)
        return command_usage(&line, "it takes no arguments, and \"%s\" is one", line.arguments[0]);
    command_configure_log(&line, NULL);
    return command->run(&line);
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_all_commands(stderr);
        return EXIT_USAGE;
    }
    if (is_one_of(argv[1], "-h", "--help", "help")) {
        print_all_commands(stdout);
        return EXIT_OK;
    }
    if (is_one_of(argv[1], "-V", "--version", ""))
        return print_version();
    const struct command *command = find_command(argv[1]);

    return command != NULL ? run_command(command, argc - 1, argv + 1) : refuse_command(argv[1]);
}

int command_main(int argc, char **argv)
{
    int status = dispatch(argc, argv);

    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "copydesk: standard output cannot be written: %s\n", strerror(errno));
        return status == EXIT_OK ? EXIT_RUNTIME : status;
    }
    return status;
}

int command_usage(const struct command_line *line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "copydesk %s: ", line->command->name);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n`copydesk %s --help` shows what it takes.\n", line->command->name);
    va_end(arguments);
    return EXIT_USAGE;
}

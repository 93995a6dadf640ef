/* Commands: what `copydesk NAME` does. One file a command, which exports a constant description;
 * the list is in commands.c. What all share (finding the command, flags, their environment
 * variables, help) is here, so that a command is its own work only. Threads: the main one. */
#ifndef COPYDESK_CLI_COMMAND_H
#define COPYDESK_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "config/exits.h"

struct command_line;
struct config;
struct config_problems;
struct settings;

/* A flag --name. It can also be given as an environment variable, COPYDESK_NAME in capitals with
 * underscores for hyphens; the command line wins. */
struct command_flag {
    const char *name;
    char letter;              /* of the short form; 0: none */
    const char *value;        /* what stands for the value in help, such as FILE; NULL: a switch */
    const char *default_text; /* NULL: none */
    const char *description;  /* for help: short, without a full stop */
};

/* What a command does with the first word behind it. */
struct command_action {
    const char *name;
    const char *description; /* without a full stop */
};

struct command {
    const char *name;
    const char *summary;                  /* one line without a full stop; NULL: not in the list */
    const char *example;                  /* a whole command line: what help begins with */
    const char *arguments;                /* such as "[FILE...]"; NULL: it takes none */
    const struct command_action *actions; /* ends with a NULL name; NULL: it has none */
    const struct command_flag *flags; /* ends with a NULL name; NULL: only those of all commands */
    int (*run)(const struct command_line *line); /* returns an enum program_exit */
};

enum { COMMAND_MAX_FLAGS = 32, COMMAND_MAX_REPEATED = 64 };

struct command_line {
    const struct command *command;
    const char *values[COMMAND_MAX_FLAGS]; /* by command_value */
    char **arguments;                      /* behind the flags */
    int argument_count;
    struct {
        size_t flag;
        const char *value;
    } repeated[COMMAND_MAX_REPEATED]; /* by command_values, in the order of the command line */
    size_t repeated_count;
};

/* The rows of -c, --config FILE and -s, --set PATH=VALUE for a command's flags. */
#define COMMAND_FLAGS_CONFIG                                                                       \
    {"config", 'c', "FILE", NULL, "the configuration; further ones are laid over it"},             \
    {                                                                                              \
        "set", 's', "PATH=VALUE", NULL, "a value over the files', such as log.level=debug"         \
    }

/* The value of a flag, from the command line, the environment or its default, in that order; NULL
 * where there is none. name: one of the command's or of all commands' flags (quiet, verbose). */
const char *command_value(const struct command_line *line, const char *name);

/* All values of a flag that can be given several times (config, set), in order, at most `most` of
 * them: those of the command line, else the one of the environment. Returns how many. */
size_t command_values(const struct command_line *line, const char *name, const char **ret_values,
                      size_t most);

/* Is a switch on? */
bool command_switch(const struct command_line *line, const char *name);

/* Reports a wrong command line on standard error and returns EXIT_USAGE. printf's format. */
int command_usage(const struct command_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets the log's level and format by settings (NULL: the defaults), -q and -v. */
void command_configure_log(const struct command_line *line, const struct settings *settings);

/* Loads the files of -c and the values of -s with all processors resolved. Prints every problem on
 * standard error. Returns NULL and the exit status in ret_exit: without -c EXIT_USAGE, with
 * problems EXIT_BAD_CONFIG. */
struct config *command_load_config(const struct command_line *line, int *ret_exit);

/* The same; without -c the configuration that `try` has by default. */
struct config *command_config_or_default(const struct command_line *line, int *ret_exit);

/* The same for a running stage: problems go to the log. */
struct config *command_reload_config(const struct command_line *line, int *ret_exit);

/* Prints problems, one a line, on standard error. */
void command_print_problems(const struct config_problems *problems);

/* The whole program: finds the command, reads the flags, runs it. Returns its exit status. */
int command_main(int argc, char **argv);

/* All commands in the order of help; ends with NULL. */
extern const struct command *const commands[];

#endif

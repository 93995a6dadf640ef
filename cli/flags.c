#include "cli/flags.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/suggest.h"

/* getopt_long's value of a flag is this and its index: beyond all letters. */
enum { FIRST_CODE = 256, MAX_VARIABLE = 64 };

static const struct command_flag shared_flags[] = {
    {"quiet", 'q', NULL, NULL, "log errors only"},
    {"verbose", 'v', NULL, NULL, "log what helps to find a fault"},
    {"version", 'V', NULL, NULL, "print the version"},
    {"help", 'h', NULL, NULL, "print this"},
    {0},
};

const struct command_flag *flag_at(const struct command *command, size_t index)
{
    size_t own = 0;

    while (command->flags != NULL && command->flags[own].name != NULL)
        own++;
    if (index < own)
        return &command->flags[index];
    index -= own;
    return index + 1 < sizeof shared_flags / sizeof shared_flags[0] ? &shared_flags[index] : NULL;
}

static size_t index_of(const struct command *command, const char *name)
{
    size_t i = 0;

    while (flag_at(command, i) != NULL && strcmp(flag_at(command, i)->name, name) != 0)
        i++;
    return i;
}

const char *command_value(const struct command_line *line, const char *name)
{
    return line->values[index_of(line->command, name)];
}

size_t command_values(const struct command_line *line, const char *name, const char **ret_values,
                      size_t most)
{
    size_t flag = index_of(line->command, name);
    size_t count = 0;

    for (size_t i = 0; i < line->repeated_count && count < most; i++)
        if (line->repeated[i].flag == flag)
            ret_values[count++] = line->repeated[i].value;
    if (count == 0 && line->values[flag] != NULL)
        ret_values[count++] = line->values[flag];
    return count;
}

static bool is_word(const char *text, const char *a, const char *b, const char *c)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0 || strcmp(text, c) == 0;
}

bool command_switch(const struct command_line *line, const char *name)
{
    const char *value = command_value(line, name);

    return value != NULL && is_word(value, "1", "true", "yes");
}

static void variable_of(const struct command_flag *flag, char name[MAX_VARIABLE])
{
    snprintf(name, MAX_VARIABLE, "COPYDESK_%s", flag->name);
    for (char *c = name; *c != '\0'; c++)
        *c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
}

/* Help and version are asked for, not set: an image that names its own version in COPYDESK_VERSION
 * must not change what the program does. */
static bool is_question(const struct command_flag *flag)
{
    return is_word(flag->name, "help", "version", "");
}

static int read_environment(struct command_line *line)
{
    const struct command_flag *flag;

    for (size_t i = 0; (flag = flag_at(line->command, i)) != NULL; i++) {
        char name[MAX_VARIABLE];

        variable_of(flag, name);
        const char *value = is_question(flag) ? NULL : getenv(name);

        line->values[i] = value != NULL && *value != '\0' ? value : flag->default_text;
        if (flag->value == NULL && line->values[i] != NULL && !command_switch(line, flag->name) &&
            !is_word(line->values[i], "0", "false", "no")) {
            command_usage(line, "%s=\"%s\": write true or false", name, value);
            return -1;
        }
    }
    return 0;
}

static void refuse_flag(const struct command_line *line, const char *given)
{
    const char *names[COMMAND_MAX_FLAGS + 1] = {NULL};

    if (optopt >= FIRST_CODE) {
        command_usage(line, "--%s takes no value: %s",
                      flag_at(line->command, (size_t)optopt - FIRST_CODE)->name, given);
        return;
    }
    if (optopt != 0) {
        command_usage(line, "unknown flag -%c", optopt);
        return;
    }
    for (size_t i = 0; flag_at(line->command, i) != NULL; i++)
        names[i] = flag_at(line->command, i)->name;
    const char *meant = config_suggest(given + strspn(given, "-"), names);

    if (meant != NULL)
        command_usage(line, "unknown flag %s; did you mean --%s?", given, meant);
    else
        command_usage(line, "unknown flag %s", given);
}

/* What getopt_long wants to know, made from the tables. */
struct getopt_tables {
    struct option longs[COMMAND_MAX_FLAGS + 1];
    char letters[2 * COMMAND_MAX_FLAGS + 2];
};

static void fill_tables(const struct command *command, struct getopt_tables *tables)
{
    const struct command_flag *flag;
    size_t used = 0;

    tables->letters[used++] = ':';
    for (size_t i = 0; (flag = flag_at(command, i)) != NULL; i++) {
        int takes = flag->value != NULL ? required_argument : no_argument;

        tables->longs[i] = (struct option){flag->name, takes, NULL, FIRST_CODE + (int)i};
        if (flag->letter == 0)
            continue;
        tables->letters[used++] = flag->letter;
        if (flag->value != NULL)
            tables->letters[used++] = ':';
    }
}

static size_t index_of_code(const struct command *command, int code)
{
    size_t i = 0;

    if (code >= FIRST_CODE)
        return (size_t)code - FIRST_CODE;
    while (flag_at(command, i)->letter != code)
        i++;
    return i;
}

static bool repeats(const struct command_flag *flag)
{
    return is_word(flag->name, "config", "set", "");
}

static bool take_value(struct command_line *line, size_t flag, const char *value)
{
    line->values[flag] = value;
    if (!repeats(flag_at(line->command, flag)))
        return true;
    if (line->repeated_count == COMMAND_MAX_REPEATED) {
        command_usage(line, "more than %d of -c and -s", COMMAND_MAX_REPEATED);
        return false;
    }
    line->repeated[line->repeated_count].flag = flag;
    line->repeated[line->repeated_count++].value = value;
    return true;
}

int flags_read(struct command_line *line, int argc, char **argv)
{
    struct getopt_tables tables = {0};
    int code;

    if (read_environment(line) != 0)
        return -1;
    fill_tables(line->command, &tables);
    opterr = 0;
    optind = 0; /* begin anew */
    while ((code = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1) {
        if (code == ':') {
            command_usage(line, "%s needs a value", argv[optind - 1]);
            return -1;
        }
        if (code == '?') {
            refuse_flag(line, argv[optind - 1]);
            return -1;
        }
        if (!take_value(line, index_of_code(line->command, code), optarg != NULL ? optarg : "true"))
            return -1;
    }
    line->arguments = argv + optind;
    line->argument_count = argc - optind;
    return 0;
}

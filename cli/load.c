#include <stdio.h>

#include "article/paths.h"
#include "base/log.h"
#include "cli/command.h"
#include "config/config.h"
#include "processors/host.h"

void command_print_problems(const struct config_problems *problems)
{
    size_t printed = 0;

    for (const struct config_problem *p = problems->first; p != NULL; p = p->next, printed++)
        fprintf(stderr, "%s\n", p->text);
    if (problems->count > printed)
        fprintf(stderr, "and %zu more problem%s\n", problems->count - printed,
                problems->count - printed == 1 ? "" : "s");
}

/* Tries every path of consumer.input where article/ would use it. */
static void check_paths(struct config *config, struct config_problems *problems)
{
    struct article_paths *paths = article_paths_new();
    char why[256];

    for (enum article_role role = 0; role < ROLE_COUNT; role++) {
        const struct option_list *list = &config_settings(config)->consumer.input.paths[role];
        const char *const *items = list->items;

        for (size_t i = 0; i < list->count; i++) {
            if (items[i] == NULL || article_paths_add(paths, role, items[i], why, sizeof why) == 0)
                continue;
            const char *place = arena_format(config_arena(config), "consumer.input.%s[%zu]",
                                             article_role_name(role), i);

            config_problem_at(problems, config_place(config, place), "%s: \"%s\": %s", place,
                              items[i], why);
        }
    }
    article_paths_free(paths);
}

static void check_whole(void *context, struct config *config, struct config_problems *problems)
{
    (void)context;
    check_paths(config, problems);
    host_check(config, problems);
}

/* In the log: nobody looks at a running stage's terminal. */
static void log_problems(const struct config_problems *problems)
{
    for (const struct config_problem *p = problems->first; p != NULL; p = p->next)
        log_event(LOG_ERROR, "%s", p->text);
    log_event(LOG_ERROR, "reload refused, the old configuration stays: %zu problem%s",
              problems->count, problems->count == 1 ? "" : "s");
}

static struct config *load(const struct command_line *line,
                           void (*tell)(const struct config_problems *problems), int *ret_exit)
{
    const char *files[COMMAND_MAX_REPEATED];
    const char *settings[COMMAND_MAX_REPEATED];
    const struct config_sources sources = {
        .files = files,
        .file_count = command_values(line, "config", files, COMMAND_MAX_REPEATED),
        .settings = settings,
        .setting_count = command_values(line, "set", settings, COMMAND_MAX_REPEATED),
    };
    struct config_problems problems = {0};

    if (sources.file_count == 0) {
        *ret_exit = command_usage(line, "which configuration? Give it with -c FILE");
        return NULL;
    }
    struct config *config = config_load_sources(
        &sources, &(struct config_hooks){.resolve = host_resolve, .check = check_whole}, &problems);

    if (config == NULL)
        tell(&problems);
    config_problems_free(&problems);
    *ret_exit = config != NULL ? EXIT_OK : EXIT_BAD_CONFIG;
    return config;
}

struct config *command_load_config(const struct command_line *line, int *ret_exit)
{
    return load(line, command_print_problems, ret_exit);
}

struct config *command_reload_config(const struct command_line *line, int *ret_exit)
{
    return load(line, log_problems, ret_exit);
}

void command_configure_log(const struct command_line *line, const struct settings *settings)
{
    enum log_level level = settings != NULL ? (enum log_level)settings->log.level : LOG_INFO;
    enum log_format format = settings != NULL ? (enum log_format)settings->log.format : LOG_AUTO;

    if (command_switch(line, "verbose"))
        level = LOG_DEBUG;
    if (command_switch(line, "quiet"))
        level = LOG_ERROR;
    log_configure(level, format);
}

static struct config *default_config(const struct command_line *line, int *ret_exit)
{
    const char *settings[COMMAND_MAX_REPEATED];
    size_t count = command_values(line, "set", settings, COMMAND_MAX_REPEATED);
    struct config_problems problems = {0};
    struct config *config = config_default_with(
        settings, count, &(struct config_hooks){.resolve = host_resolve, .check = check_whole},
        &problems);

    command_print_problems(&problems);
    config_problems_free(&problems);
    *ret_exit = config != NULL ? EXIT_OK : EXIT_BAD_CONFIG;
    return config;
}

struct config *command_config_or_default(const struct command_line *line, int *ret_exit)
{
    return command_value(line, "config") != NULL ? command_load_config(line, ret_exit)
                                                 : default_config(line, ret_exit);
}

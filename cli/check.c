#include <stdio.h>

#include "base/log.h"
#include "cli/commands.h"
#include "config/config.h"
#include "config/effective.h"
#include "processors/host.h"
#include "stage/connect.h"

static void print_names(const char *label, const struct option_list *list)
{
    const char *const *names = list->items;

    printf("  %s", label);
    for (size_t i = 0; i < list->count; i++)
        printf("%s %s", i > 0 ? "," : "", names[i]);
    putchar('\n');
}

static void print_processors(const struct settings *settings)
{
    const struct option_one_of *entries = settings->processors.items;

    printf("  runs  ");
    for (size_t i = 0; i < settings->processors.count; i++)
        printf("%s %s", i > 0 ? "," : "", ((const struct processor *)entries[i].owner)->name);
    printf("%s\n", settings->processors.count == 0 ? " no processors" : "");
}

/* joiner: what stands before the next condition. */
static void print_condition(const char *key, const struct option_list *values, const char **joiner)
{
    const char *const *texts = values->items;

    if (values->count == 0)
        return;
    printf(" %s %s is", *joiner, key);
    for (size_t i = 0; i < values->count; i++)
        printf("%s %s", i == 0 ? "" : " or", texts[i]);
    *joiner = "and";
}

static void print_conditions(const struct route_condition *when)
{
    const char *joiner = "when";

    print_condition("language", &when->language, &joiner);
    print_condition("duplicate", &when->duplicate, &joiner);
    print_condition("entity", &when->entity, &joiner);
    print_condition("source", &when->source, &joiner);
    print_condition("header", &when->header, &joiner);
}

static void print_route(const struct route_settings *route)
{
    printf("  writes %s", route->topic);
    if (route->otherwise != NULL)
        printf(", else %s", route->otherwise);
    if (route->has_when)
        print_conditions(&route->when);
    putchar('\n');
}

static void print_routes(const struct producer_settings *producer)
{
    const struct route_settings *routes = producer->routes.items;

    for (size_t i = 0; i < producer->routes.count; i++)
        print_route(&routes[i]);
    printf("  rejects to %s\n", producer->dead_letters);
}

static void print_summary(const char *file, const struct config *config)
{
    const struct settings *settings = config_settings(config);

    printf("%s: ok\n", file);
    print_names("reads ", &settings->consumer.topics);
    print_processors(settings);
    print_routes(&settings->producer);
    printf("  digest %s\n", config_digest(config));
}

static void print_effective(const struct config *config)
{
    struct buffer yaml = {0};

    config_effective(config, host_table, &yaml);
    fwrite(yaml.data, 1, yaml.length, stdout);
    buffer_free(&yaml);
}

static int ask_brokers(const struct command_line *line, const struct settings *settings)
{
    struct buffer report = {0};

    if (!command_switch(line, "verbose")) /* what librdkafka says is in the report, in words */
        log_configure(LOG_ERROR, LOG_AUTO);
    int status = connect_check(settings, &report);

    fwrite(report.data, 1, report.length, stdout);
    buffer_free(&report);
    return status;
}

static int run_check(const struct command_line *line)
{
    int status;
    struct config *config = command_load_config(line, &status);

    if (config != NULL && command_switch(line, "connect"))
        status = ask_brokers(line, config_settings(config));
    else if (config != NULL && command_switch(line, "dump"))
        print_effective(config);
    else if (config != NULL)
        print_summary(command_value(line, "config"), config);
    config_free(config);
    return status;
}

static const struct command_flag flags[] = {
    COMMAND_FLAGS_CONFIG,
    {"connect", 0, NULL, NULL, "ask the brokers: topics, sizes, rights"},
    {"dump", 0, NULL, NULL, "print the effective configuration, secrets masked"},
    {0},
};

const struct command command_check = {
    .name = "check",
    .summary = "reads a configuration and tells every problem in it",
    .example = "copydesk check -c copydesk.yaml",
    .flags = flags,
    .run = run_check,
};

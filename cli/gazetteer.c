#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "article/text_view.h"
#include "base/memory.h"
#include "cli/commands.h"
#include "processors/entities/gazetteer_file.h"
#include "processors/entities/list_sources.h"
#include "processors/entities/lists.h"
#include "processors/entities/table.h"

enum { ERROR_SIZE = 1024, MOST_WARNINGS = 20, MOST_POPULATION = 2000000000 };

/* What a reading of sources reports to. */
struct listener {
    uint32_t warnings;
    uint32_t most_warnings; /* shown */
};

static void show_problem(void *context, enum list_severity severity, const char *file,
                         uint32_t line, const char *text)
{
    struct listener *listener = context;

    if (severity == LIST_WARNING && listener->warnings++ >= listener->most_warnings)
        return;
    fprintf(stderr, "%s:%u: %s%s\n", file, line, severity == LIST_WARNING ? "warning: " : "", text);
}

/* ---- build and lint ---- */

static void read_languages(const char *text, struct list_filter *filter)
{
    struct slice rest = slice_of_text(text);

    while (text != NULL && filter->language_count < LIST_LANGUAGES &&
           table_part(&rest, ',', &filter->languages[filter->language_count]))
        filter->language_count++;
}

/* Returns 0, or an exit status. */
static int read_filter(const struct command_line *line, struct list_filter *ret_filter)
{
    const char *population = command_value(line, "population");
    char *end = NULL;
    unsigned long least = population != NULL ? strtoul(population, &end, 10) : 0;

    if (population != NULL && (*end != '\0' || *population == '-' || least > MOST_POPULATION))
        return command_usage(line, "--population is a number of people, not \"%s\"", population);
    *ret_filter = (struct list_filter){.least_population = (uint32_t)least,
                                       .classes = command_value(line, "classes")};
    read_languages(command_value(line, "languages"), ret_filter);
    return 0;
}

/* Reads all sources. Returns 0, or an exit status. */
static int read_sources(const struct command_line *line, struct list_import *import)
{
    const char *name = command_value(line, "format");

    if (line->argument_count < 2)
        return command_usage(line, "it needs files to read");
    for (int i = 1; i < line->argument_count; i++) {
        const char *path = line->arguments[i];
        enum list_format format = list_format_of(name, path);

        if (format == LIST_FORMATS)
            return command_usage(line, "--format says what %s is: tsv, yaml, geonames, wikidata",
                                 path);
        list_read_file(import, path, format, command_value(line, "names"));
    }
    return 0;
}

static int tell_of_errors(const struct list_import *import, const char *consequence)
{
    fprintf(stderr, "copydesk gazetteer: %u error%s; %s\n", import->errors,
            import->errors == 1 ? "" : "s", consequence);
    return EXIT_RUNTIME;
}

static int write_list(struct list_import *import, const char *path)
{
    char error[ERROR_SIZE];
    struct gazetteer *gazetteer = gazetteer_build(import->builder);
    int result = gazetteer_write(gazetteer, path, error, sizeof(error));

    import->builder = NULL;
    if (result != 0)
        fprintf(stderr, "copydesk gazetteer: %s\n", error);
    else
        printf("%s: %u entities, %u names, %u left out, %zu bytes, version %016llx\n", path,
               import->entities, import->names, import->left_out, gazetteer_bytes(gazetteer),
               (unsigned long long)gazetteer_checksum(gazetteer));
    gazetteer_free(gazetteer);
    return result == 0 ? EXIT_OK : EXIT_RUNTIME;
}

static int run_build(const struct command_line *line)
{
    const char *output = command_value(line, "output");
    struct list_filter filter;
    struct listener listener = {0, command_switch(line, "verbose") ? UINT32_MAX : MOST_WARNINGS};
    struct list_import import = {.filter = &filter, .problem = show_problem, .context = &listener};
    int status = read_filter(line, &filter);

    if (status != 0)
        return status;
    if (output == NULL)
        return command_usage(line, "--output says where the list goes");
    import.builder = gazetteer_builder_new();
    status = read_sources(line, &import);
    list_import_end(&import);
    if (status == 0 && import.errors > 0)
        status = tell_of_errors(&import, "nothing was written");
    else if (status == 0)
        status = write_list(&import, output);
    if (listener.warnings > listener.most_warnings)
        fprintf(stderr, "... and %u more warnings; -v shows them all\n",
                listener.warnings - listener.most_warnings);
    gazetteer_builder_free(import.builder);
    return status;
}

static int run_lint(const struct command_line *line)
{
    struct list_filter filter;
    struct listener listener = {0, UINT32_MAX};
    struct list_import import = {.filter = &filter, .problem = show_problem, .context = &listener};
    int status = read_filter(line, &filter);

    if (status != 0)
        return status;
    import.builder = gazetteer_builder_new();
    status = read_sources(line, &import);
    list_import_end(&import);
    gazetteer_builder_free(import.builder);
    if (status != 0)
        return status;
    printf("%u entities, %u names, %u warnings, %u errors\n", import.entities, import.names,
           listener.warnings, import.errors);
    if (import.errors > 0)
        return EXIT_RUNTIME;
    return command_switch(line, "strict") && listener.warnings > 0 ? EXIT_DIFFERENCE : EXIT_OK;
}

/* ---- look and stats ---- */

static struct gazetteer *open_list(const char *path)
{
    char error[ERROR_SIZE];

    if (strcmp(path, "builtin") == 0)
        return lists_world();
    struct gazetteer *gazetteer = gazetteer_map(path, error, sizeof(error));

    if (gazetteer == NULL)
        fprintf(stderr, "copydesk gazetteer: %s\n", error);
    return gazetteer;
}

static void print_row(const struct gazetteer *gazetteer, const char *list, uint32_t number)
{
    struct gazetteer_row row = gazetteer_row_of(gazetteer, number);
    struct gazetteer_entity entity = gazetteer_entity_of(gazetteer, row.entity);

    printf("%s\t%s\t%.*s\t", gazetteer_language(gazetteer, row.language),
           list_kind_name(entity.kind), SLICE_FORMAT(entity.name));
    for (uint32_t i = 0; i < entity.id_count; i++)
        printf("%s%.*s", i > 0 ? "|" : "", SLICE_FORMAT(entity.ids[i]));
    uint32_t line;
    const char *table = lists_table(list, entity.line, &line);

    printf("\tweight %u\t%s:%u\n", entity.weight, table, line);
}

/* 1 + the first row of a name, 0 where the list has it not. */
static uint32_t row_of(const struct gazetteer *gazetteer, const char *name)
{
    struct text_view_builder *builder = text_view_builder_new();
    struct text_view view;

    text_view_build(builder, slice_of_text(name), &view);
    uint32_t row = gazetteer_find(gazetteer, &view);

    text_view_builder_free(builder);
    return row;
}

static int run_look(const struct command_line *line)
{
    bool all = true;

    if (line->argument_count < 3)
        return command_usage(line, "look needs a compiled list (or builtin) and names");
    struct gazetteer *gazetteer = open_list(line->arguments[1]);
    const char *list = strcmp(line->arguments[1], "builtin") == 0 ? "world" : line->arguments[1];

    if (gazetteer == NULL)
        return EXIT_RUNTIME;
    for (int i = 2; i < line->argument_count; i++) {
        uint32_t next = row_of(gazetteer, line->arguments[i]);

        all &= next != 0;
        if (next == 0)
            fprintf(stderr, "%s: not in the list\n", line->arguments[i]);
        for (; next != 0; next = gazetteer_next_row(gazetteer, next - 1))
            print_row(gazetteer, list, next - 1);
    }
    gazetteer_free(gazetteer);
    return all ? EXIT_OK : EXIT_RUNTIME;
}

static void count_rows(const struct gazetteer *gazetteer, uint32_t (*ret_counts)[NAME_KINDS])
{
    for (uint32_t i = 0; i < gazetteer_row_count(gazetteer); i++) {
        struct gazetteer_row row = gazetteer_row_of(gazetteer, i);

        ret_counts[row.language][row.kind]++;
    }
}

static void print_language(const char *language, const uint32_t counts[NAME_KINDS])
{
    printf("%-8s", language);
    for (int kind = 0; kind < NAME_KINDS; kind++)
        if (counts[kind] > 0)
            printf("  %s %u", list_kind_name((enum name_kind)kind), counts[kind]);
    putchar('\n');
}

static int run_stats(const struct command_line *line)
{
    if (line->argument_count != 2)
        return command_usage(line, "stats needs one compiled list, or builtin");
    struct gazetteer *gazetteer = open_list(line->arguments[1]);

    if (gazetteer == NULL)
        return EXIT_RUNTIME;
    uint32_t languages = gazetteer_language_count(gazetteer);
    FREED_AT_END uint32_t(*counts)[NAME_KINDS] = memory_zeroed(languages, sizeof(*counts));

    printf("%u entities, %u names, %u rows, %zu bytes, version %016llx, as of %s\n",
           gazetteer_entity_count(gazetteer), gazetteer_name_count(gazetteer),
           gazetteer_row_count(gazetteer), gazetteer_bytes(gazetteer),
           (unsigned long long)gazetteer_checksum(gazetteer),
           gazetteer_as_of(gazetteer)[0] != '\0' ? gazetteer_as_of(gazetteer) : "no day stated");
    count_rows(gazetteer, counts);
    for (uint32_t i = 0; i < languages; i++)
        print_language(gazetteer_language(gazetteer, i), counts[i]);
    gazetteer_free(gazetteer);
    return EXIT_OK;
}

/* ---- The command ---- */

static int run_gazetteer(const struct command_line *line)
{
    const char *verb = line->argument_count > 0 ? line->arguments[0] : "";

    if (strcmp(verb, "build") == 0)
        return run_build(line);
    if (strcmp(verb, "lint") == 0)
        return run_lint(line);
    if (strcmp(verb, "look") == 0)
        return run_look(line);
    if (strcmp(verb, "stats") == 0)
        return run_stats(line);
    return command_usage(line, "it does build, lint, look or stats, not \"%s\"", verb);
}

static const struct command_action actions[] = {
    {"build", "compiles lists into one file"},
    {"lint", "what is wrong in a list, what is left out, and why"},
    {"look", "the rows of names in a compiled list"},
    {"stats", "entities, names, bytes, names by language"},
    {0},
};

static const struct command_flag flags[] = {
    {"output", 'o', "FILE", NULL, "build: where the compiled list goes"},
    {"format", 0, "FORMAT", NULL, "tsv, yaml, geonames, wikidata; else by its name"},
    {"names", 0, "FILE", NULL, "geonames: alternateNamesV2.txt"},
    {"languages", 0, "TAGS", NULL, "only names in these: ar,en,fr"},
    {"population", 0, "N", NULL, "only places with at least so many people"},
    {"classes", 0, "CLASSES", NULL, "geonames: PPLC,ADM1; wikidata: Q515:place,Q5:person"},
    {"strict", 0, NULL, NULL, "lint: exit 3 where a name is left out"},
    {0},
};

const struct command command_gazetteer = {
    .name = "gazetteer",
    .summary = "compiles lists of names, and looks into them",
    .example = "copydesk gazetteer build -o desk.gaz desk.tsv",
    .arguments = "build|lint|look|stats FILE...",
    .actions = actions,
    .flags = flags,
    .run = run_gazetteer,
};

#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/embedded.h"
#include "config/config.h"
#include "config/suggest.h"
#include "processors/host.h"

static void append_processor_as_json(const struct processor *processor, struct buffer *out)
{
    buffer_append_text(out, "{\"name\": ");
    buffer_append_json_string(out, slice_of_text(processor->name));
    buffer_append_text(out, ", \"version\": ");
    buffer_append_json_string(out, slice_of_text(processor->version));
    buffer_append_text(out, ", \"summary\": ");
    buffer_append_json_string(out, slice_of_text(processor->summary));
    buffer_append_format(out, ", \"abi\": %u}\n", processor->abi);
}

static int list(const struct command_line *line)
{
    struct buffer out = {0};

    for (const struct processor *const *processor = host_builtin(); *processor != NULL; processor++)
        if (command_switch(line, "json"))
            append_processor_as_json(*processor, &out);
        else
            buffer_append_format(&out, "%-12s %-8s %s\n", (*processor)->name, (*processor)->version,
                                 (*processor)->summary);
    if (!command_switch(line, "json"))
        buffer_append_format(
            &out, "%-12s %-8s %s\n", "plugin", "",
            "a processor of your own: plugin: {file: /path/to/it.so, options: {}}");
    fwrite(out.data, 1, out.length, stdout);
    buffer_free(&out);
    return EXIT_OK;
}

/* ---- show ---- */

static void append_options(const struct option *table, const char *prefix, struct buffer *out)
{
    struct arena arena = {0};

    for (; table != NULL && table->name != NULL; table++) {
        const char *path =
            *prefix == '\0' ? table->name : arena_format(&arena, "%s.%s", prefix, table->name);

        buffer_append_format(out, "  %s", path);
        if (table->default_text != NULL)
            buffer_append_format(out, " (default: %s)", table->default_text);
        else if (table->flags & OPTION_REQUIRED)
            buffer_append_text(out, " (required)");
        buffer_append_format(out, "\n      %s\n",
                             table->description != NULL ? table->description : "");
        if (table->type == OPTION_TABLE)
            append_options(table->table, path, out);
    }
    arena_free(&arena);
}

static void show(const struct processor *processor, const char *file)
{
    struct buffer out = {0};

    buffer_append_format(&out, "%s %s: %s\n", processor->name, processor->version,
                         processor->summary);
    buffer_append_format(&out, "processor ABI %u%s%s\n", processor->abi,
                         file != NULL ? ", from " : ", built in", file != NULL ? file : "");
    buffer_append_text(&out, processor->settle != NULL
                                 ? "compares articles with others: it settles, and remembers\n"
                                 : "looks at each article by itself\n");
    if (processor->options != NULL && processor->options->name != NULL) {
        buffer_append_text(&out, "\nOptions:\n");
        append_options(processor->options, "", &out);
    } else {
        buffer_append_text(&out, "\nNo options.\n");
    }
    if (file != NULL)
        buffer_append_format(&out, "\nIn the chain:\n  - plugin: {file: %s, options: {}}\n", file);
    else
        buffer_append_format(&out, "\nIn the chain:\n  - %s: {}\n", processor->name);
    fwrite(out.data, 1, out.length, stdout);
    buffer_free(&out);
}

static int show_file(const struct command_line *line, const char *file)
{
    char error[1024];
    const struct processor *processor = host_load_plugin(file, error, sizeof error);

    if (processor == NULL) {
        fprintf(stderr, "copydesk %s: %s\n", line->command->name, error);
        return EXIT_RUNTIME;
    }
    show(processor, file);
    return EXIT_OK;
}

static int refuse_name(const struct command_line *line, const char *name)
{
    const char *names[16] = {NULL};

    for (size_t i = 0; host_builtin()[i] != NULL && i < 15; i++)
        names[i] = host_builtin()[i]->name;
    const char *meant = config_suggest(name, names);

    if (meant != NULL)
        return command_usage(line, "there is no processor \"%s\"; did you mean \"%s\"?", name,
                             meant);
    return command_usage(line, "there is no processor \"%s\"; a plugin is shown by its file", name);
}

/* The example with another name in all its places. */
static int print_new(const struct command_line *line, const char *name)
{
    static const char example[] = "example";
    char error[1024];
    const char *at = embedded_plugin[0].bytes.data;
    const char *end = at + embedded_plugin[0].bytes.length;

    if (host_check_name(name, error, sizeof error) != 0)
        return command_usage(line, "%s", error);
    for (const char *found; at < end; at = found + strlen(example)) {
        found = memmem(at, (size_t)(end - at), example, strlen(example));
        fwrite(at, 1, (size_t)((found != NULL ? found : end) - at), stdout);
        if (found == NULL)
            break;
        fputs(name, stdout);
    }
    return EXIT_OK;
}

static int run_plugins(const struct command_line *line)
{
    if (line->argument_count == 0)
        return list(line);
    if (line->argument_count == 2 && strcmp(line->arguments[0], "new") == 0)
        return print_new(line, line->arguments[1]);
    if (line->argument_count != 2 || strcmp(line->arguments[0], "show") != 0)
        return command_usage(line, "say show and a name or file, new and a name, or nothing");
    const char *name = line->arguments[1];
    const struct processor *processor = host_find(name);

    if (processor != NULL) {
        show(processor, NULL);
        return EXIT_OK;
    }
    return strchr(name, '/') != NULL || strstr(name, ".so") != NULL ? show_file(line, name)
                                                                    : refuse_name(line, name);
}

static const struct command_action actions[] = {
    {"show", "what a processor or plugin is, and its options"},
    {"new", "prints a processor in C to begin with: > NAME.c"},
    {0},
};

static const struct command_flag flags[] = {
    {"json", 0, NULL, NULL, "one line of JSON a processor"},
    {0},
};

const struct command command_plugins = {
    .name = "plugins",
    .summary = "lists processors, shows one, or begins a new one",
    .example = "copydesk plugins show duplicates",
    .arguments = "[show NAME|FILE | new NAME]",
    .actions = actions,
    .flags = flags,
    .run = run_plugins,
};

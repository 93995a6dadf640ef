#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "config/internal.h"
#include "config/options.h"

/* The effective configuration as lines `path=value`, in the order of the tables, so that neither
 * spelling nor order of the file matters. Secrets are named but not written. */
struct dump {
    struct buffer *text;
    struct arena arena; /* of paths */
};

static void dump_value(struct dump *dump, const struct option *option, const char *path,
                       const void *place);

static void dump_table(struct dump *dump, const struct option *table, const char *path,
                       const void *options)
{
    for (; table->name != NULL; table++)
        dump_value(dump, table, arena_format(&dump->arena, "%s.%s", path, table->name),
                   (const char *)options + table->offset);
}

static void dump_list(struct dump *dump, const struct option *option, const char *path,
                      const struct option_list *list)
{
    const struct option *element = option->element;
    size_t size = element->type == OPTION_TABLE ? option->size : option_value_size(element);

    buffer_append_format(dump->text, "%s=%zu items\n", path, list->count);
    for (size_t i = 0; i < list->count; i++)
        dump_value(dump, element, arena_format(&dump->arena, "%s[%zu]", path, i),
                   (const char *)list->items + i * size);
}

/* Quoted, so that no value can look like another key. */
static void dump_text(struct dump *dump, const char *path, const char *text, bool secret)
{
    buffer_append_format(dump->text, "%s=", path);
    if (text != NULL && secret)
        buffer_append_text(dump->text, "***");
    else if (text != NULL)
        buffer_append_json_string(dump->text, slice_of_text(text));
    buffer_append_byte(dump->text, '\n');
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct option_pair *)a)->name, ((const struct option_pair *)b)->name);
}

static void dump_map(struct dump *dump, const char *path, const struct option_map *map)
{
    struct option_pair *pairs = arena_allocate(&dump->arena, map->count * sizeof *pairs);

    if (map->count == 0)
        return;
    memcpy(pairs, map->pairs, map->count * sizeof *pairs);
    qsort(pairs, map->count, sizeof *pairs, compare_names);
    for (size_t i = 0; i < map->count; i++)
        dump_text(dump, arena_format(&dump->arena, "%s.%s", path, pairs[i].name), pairs[i].value,
                  config_kafka_is_secret(pairs[i].name));
}

static void dump_value(struct dump *dump, const struct option *option, const char *path,
                       const void *place)
{
    switch (option->type) {
    case OPTION_FLAG:
        buffer_append_format(dump->text, "%s=%d\n", path, *(const bool *)place);
        break;
    case OPTION_CHOICE:
        dump_text(dump, path, option->choices[*(const int *)place], false);
        break;
    case OPTION_INTEGER:
    case OPTION_SIZE:
    case OPTION_DURATION:
    case OPTION_RATIO:
        buffer_append_format(dump->text, "%s=%lld\n", path, (long long)*(const int64_t *)place);
        break;
    case OPTION_TEXT:
        dump_text(dump, path, *(const char *const *)place, option->flags & OPTION_SECRET);
        break;
    case OPTION_LIST:
        dump_list(dump, option, path, place);
        break;
    case OPTION_TABLE:
        dump_table(dump, option->table, path, place);
        break;
    case OPTION_MAP:
        dump_map(dump, path, place);
        break;
    case OPTION_ONE_OF:
        dump_text(dump, path, ((const struct option_one_of *)place)->name, false);
        break;
    case OPTION_NODE:
        break; /* whoever reads it does so by a table that is dumped too */
    }
}

void config_dump(const struct option *table, const char *path, const void *options,
                 struct buffer *out)
{
    struct dump dump = {.text = out};

    dump_table(&dump, table, path, options);
    arena_free(&dump.arena);
}

static bool is_local(const char *name)
{
    return strcmp(name, "instance") == 0 || strcmp(name, "http") == 0 || strcmp(name, "log") == 0;
}

void config_compute_digest(const struct config *config, char *ret_digest, size_t size)
{
    struct buffer text = {0};
    struct dump dump = {.text = &text};
    char hex[SHA256_HEX_SIZE];

    for (const struct option *option = config_table(); option->name != NULL; option++)
        if (!is_local(option->name))
            dump_value(&dump, option, option->name,
                       (const char *)&config->settings + option->offset);
    buffer_append(&text, buffer_slice(&config->foreign));
    hash_sha256_hex(buffer_slice(&text), hex);
    snprintf(ret_digest, size, "sha256:%s", hex);
    buffer_free(&text);
    arena_free(&dump.arena);
}

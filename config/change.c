#include <sys/stat.h>

#include "config/internal.h"
#include "config/options.h"

/* ---- what cannot change ---- */

static bool is_same(const struct option *option, const char *from, const char *to)
{
    const struct option one[] = {*option, {0}};
    struct buffer old = {0};
    struct buffer new = {0};

    config_dump(one, "", from, &old);
    config_dump(one, "", to, &new);
    bool same = slice_equal(buffer_slice(&old), buffer_slice(&new));

    buffer_free(&old);
    buffer_free(&new);
    return same;
}

static void refuse_change(const struct option *option, const char *path, const char *from,
                          const char *to, const struct config_node *place,
                          struct config_problems *problems)
{
    const struct config_node *value = config_node_get(place, option->name);

    if (option->flags & OPTION_NO_RELOAD && !is_same(option, from, to))
        config_problem_at(problems, value != NULL ? value : place,
                          "%s cannot change while the stage runs; restart it", path);
    else if (option->type == OPTION_TABLE)
        config_refuse_changes(option->table, path, from + option->offset, to + option->offset,
                              value != NULL ? value : place, problems);
}

void config_refuse_changes(const struct option *table, const char *path, const void *from,
                           const void *to, const struct config_node *place,
                           struct config_problems *problems)
{
    struct arena arena = {0};

    for (; table != NULL && table->name != NULL; table++)
        refuse_change(
            table, *path == '\0' ? table->name : arena_format(&arena, "%s.%s", path, table->name),
            from, to, place, problems);
    arena_free(&arena);
}

/* ---- what has changed ---- */

static void append_file(const char *text, struct buffer *out)
{
    struct stat about;

    if (text != NULL && strchr(text, '/') != NULL && stat(text, &about) == 0)
        buffer_append_format(out, "%s %lld.%09ld %lld %llu\n", text,
                             (long long)about.st_mtim.tv_sec, about.st_mtim.tv_nsec,
                             (long long)about.st_size, (unsigned long long)about.st_ino);
}

static void append_files(const struct option *table, const char *options, struct buffer *out)
{
    for (; table != NULL && table->name != NULL; table++) {
        const char *place = options + table->offset;
        bool texts = table->type == OPTION_LIST && table->element->type == OPTION_TEXT;
        const struct option_list *list = texts ? (const void *)place : NULL;

        if (table->type == OPTION_TEXT)
            append_file(*(const char *const *)(const void *)place, out);
        else if (table->type == OPTION_TABLE)
            append_files(table->table, place, out);
        for (size_t i = 0; texts && i < list->count; i++)
            append_file(((const char *const *)list->items)[i], out);
    }
}

void config_fingerprint(const struct option *table, const void *options, struct buffer *out)
{
    if (table == NULL || options == NULL)
        return;
    config_dump(table, "", options, out);
    append_files(table, options, out);
}

#include "stage/input.h"

#include <stdio.h>

static int add_role(struct article_paths *paths, enum article_role role,
                    const struct option_list *alternatives, char *ret_error, size_t error_size)
{
    const char *const *items = alternatives->items;
    char why[256];

    for (size_t i = 0; i < alternatives->count; i++) {
        if (article_paths_add(paths, role, items[i], why, sizeof why) == 0)
            continue;
        snprintf(ret_error, error_size, "consumer.input.%s: %s: %s", article_role_name(role),
                 items[i], why);
        return -1;
    }
    return 0;
}

struct article_paths *input_paths(const struct input_settings *settings, char *ret_error,
                                  size_t error_size)
{
    struct article_paths *paths = article_paths_new();

    for (enum article_role role = 0; role < ROLE_COUNT; role++) {
        if (add_role(paths, role, &settings->paths[role], ret_error, error_size) == 0)
            continue;
        article_paths_free(paths);
        return NULL;
    }
    return paths;
}

struct article_input input_of(const struct settings *settings, struct article_paths *paths)
{
    return (struct article_input){
        .format = (enum article_format)settings->consumer.input.format,
        .framing = (enum article_framing)settings->consumer.input.framing,
        .paths = paths,
        .max_bytes = (size_t)settings->limits.article,
        .max_depth = (unsigned)settings->limits.depth,
        .canceled = &settings->consumer.input.canceled,
    };
}

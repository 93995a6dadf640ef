#include "config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "config/expand.h"
#include "config/internal.h"
#include "config/merge.h"
#include "config/options.h"
#include "config/problems.h"

static void resolve(void *context, struct option_one_of *entry)
{
    struct config *config = context;

    config->hooks.resolve(config->hooks.context, config, entry, config->problems);
}

static struct options_reader reader_of(struct config *config, struct config_problems *problems)
{
    return (struct options_reader){
        .arena = &config->arena,
        .problems = problems,
        .resolve = config->hooks.resolve != NULL ? resolve : NULL,
        .context = config,
    };
}

static struct config *config_new(const struct config_hooks *hooks, struct config_problems *problems)
{
    struct config *config = memory_zeroed(1, sizeof *config);

    config->hooks = *hooks;
    config->problems = problems;
    return config;
}

static void read_settings(struct config *config, bool complete)
{
    struct options_reader reader = reader_of(config, config->problems);

    options_read(&reader, config_table(), config->root, "", complete, &config->settings);
    config_check(config, config->problems);
    if (config->hooks.check != NULL)
        config->hooks.check(config->hooks.context, config, config->problems);
}

/* Returns config, or frees it and returns NULL where it has problems. */
static struct config *finished(struct config *config, size_t problems_before)
{
    struct config_problems *problems = config->problems;

    config->problems = NULL;
    if (problems->count > problems_before) {
        config_problems_sort(problems);
        config_free(config);
        return NULL;
    }
    config_compute_digest(config, config->digest, sizeof config->digest);
    return config;
}

static struct config *read_root(struct config *config, size_t problems_before)
{
    if (config->root != NULL) {
        config_expand(&config->arena, config->root, config->problems);
        read_settings(config, true);
    }
    return finished(config, problems_before);
}

struct config *config_load_text(struct slice yaml, const char *file, config_resolver resolver,
                                void *context, struct config_problems *problems)
{
    struct config_hooks hooks = {.resolve = resolver, .context = context};
    size_t before = problems->count;
    struct config *config = config_new(&hooks, problems);

    config->root = config_node_parse(&config->arena, yaml, file, problems);
    return read_root(config, before);
}

/* At most one byte more than is allowed, so that too long is seen. */
static int read_file(const char *path, struct buffer *ret_bytes)
{
    FILE *file = fopen(path, "re");
    size_t most = CONFIG_MAX_BYTES + 1;

    if (file == NULL)
        return -1;
    ret_bytes->length = fread(buffer_reserve(ret_bytes, most), 1, most, file);
    int failed = ferror(file) ? -1 : 0;
    int error = errno;

    fclose(file);
    errno = error;
    return failed;
}

static struct config_node *parse_file(struct config *config, const char *path)
{
    struct buffer bytes = {0};
    struct config_node *root = NULL;

    if (read_file(path, &bytes) != 0)
        config_problem_in(config->problems, path, 0, 0, "cannot be read: %s", strerror(errno));
    else
        root = config_node_parse(&config->arena, buffer_slice(&bytes), path, config->problems);
    buffer_free(&bytes);
    return root;
}

/* Lays one more file over what is there. */
static void add_file(struct config *config, const char *path, bool *whole)
{
    struct config_node *root = parse_file(config, path);

    *whole &= root != NULL;
    if (root == NULL || config->root == NULL) {
        config->root = config->root == NULL ? root : config->root;
        return;
    }
    if (root->kind == NODE_MAPPING && config->root->kind == NODE_MAPPING)
        config_merge(config->root, root);
    else if (!root->is_null)
        config_problem_at(config->problems, root,
                          "only mappings (keys with values) can be laid over each other");
}

struct config *config_load_sources(const struct config_sources *sources,
                                   const struct config_hooks *hooks,
                                   struct config_problems *problems)
{
    size_t before = problems->count;
    struct config *config = config_new(hooks, problems);
    bool whole = true;

    for (size_t i = 0; i < sources->file_count; i++)
        add_file(config, sources->files[i], &whole);
    for (size_t i = 0; whole && i < sources->setting_count; i++)
        config_set(&config->arena, config->root, sources->settings[i], (int)i + 1, problems);
    if (!whole) /* what is missing in the rest would be told for nothing */
        config->root = NULL;
    return read_root(config, before);
}

struct config *config_load_with(const char *path, const struct config_hooks *hooks,
                                struct config_problems *problems)
{
    const struct config_sources sources = {.files = &path, .file_count = 1};

    return config_load_sources(&sources, hooks, problems);
}

struct config *config_load(const char *path, config_resolver resolver, void *context,
                           struct config_problems *problems)
{
    struct config_hooks hooks = {.resolve = resolver, .context = context};

    return config_load_with(path, &hooks, problems);
}

struct config *config_default_with(const char *const *settings, size_t setting_count,
                                   const struct config_hooks *hooks,
                                   struct config_problems *problems)
{
    static const char chain[] =
        "processors: [language: {}, entities: {}, duplicates: {scope: instance}]";
    size_t before = problems->count;
    struct config *config = config_new(hooks, problems);

    config->root = config_node_parse(&config->arena, slice_of_text(chain), "defaults", problems);
    for (size_t i = 0; i < setting_count; i++)
        config_set(&config->arena, config->root, settings[i], (int)i + 1, problems);
    config_expand(&config->arena, config->root, problems);
    read_settings(config, false);
    return finished(config, before);
}

struct config *config_default(config_resolver resolver, void *context,
                              struct config_problems *problems)
{
    struct config_hooks hooks = {.resolve = resolver, .context = context};

    return config_default_with(NULL, 0, &hooks, problems);
}

struct config *config_hold(const struct config *config)
{
    struct config *held = (struct config *)(uintptr_t)config;

    atomic_fetch_add(&held->holders, 1);
    return held;
}

void config_free(struct config *config)
{
    if (config == NULL || atomic_fetch_sub(&config->holders, 1) > 0)
        return;
    arena_free(&config->arena);
    buffer_free(&config->foreign);
    free(config);
}

const struct settings *config_settings(const struct config *config)
{
    return &config->settings;
}

const char *config_digest(const struct config *config)
{
    return config->digest;
}

struct arena *config_arena(struct config *config)
{
    return &config->arena;
}

const struct config_node *config_place(const struct config *config, const char *path)
{
    return config_node_near(config->root, path);
}

int config_read_options(struct config *config, const struct option *table,
                        const struct config_node *node, void *options,
                        struct config_problems *problems)
{
    struct options_reader reader = reader_of(config, problems);
    struct config_problems *outer = config->problems;
    const char *path = node != NULL && node->key != NULL ? node->key->text : "";
    size_t before = problems->count;

    config->problems = problems;
    options_read(&reader, table, node, path, true, options);
    config->problems = outer;
    if (problems->count > before)
        return -1;
    config_dump(table, path, options, &config->foreign);
    return 0;
}

/* Loading a configuration: YAML in, settings or a list of problems out. Every problem of a file is
 * reported in one go, as FILE:LINE:COL: what; what to do. Threads: one at a time; constant once
 * loaded. */
#ifndef COPYDESK_CONFIG_CONFIG_H
#define COPYDESK_CONFIG_CONFIG_H

#include "base/arena.h"
#include "base/buffer.h"
#include "config/settings.h"
#include "config/suggest.h"

struct config_node;
struct config;

/* What a configuration got wrong; grows, never fails. Keeps the first 1,000, counts all. */
struct config_problems {
    struct arena arena;
    struct config_problem *first;
    struct config_problem *last;
    size_t count;
};

struct config_problem {
    struct config_problem *next;
    const char *text;   /* FILE:LINE:COL: ... without line break or control character */
    int line;           /* 1-based; 0: only the file */
    int column;         /* 1-based, in characters */
    size_t file_length; /* bytes of FILE at the beginning of text */
};

void config_problems_free(struct config_problems *problems);

/* Reports at a node's place. printf's format. */
void config_problem_at(struct config_problems *problems, const struct config_node *node,
                       const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Reports at a place given by hand (line and column 1-based; 0: only the file). */
void config_problem_in(struct config_problems *problems, const char *file, int line, int column,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Who knows the one-of keys (the processors) resolves them: it looks entry->name up, fills
 * entry->owner and entry->options (config_read_options helps), and reports what is wrong.
 * context: as given to config_load. */
typedef void (*config_resolver)(void *context, struct config *config, struct option_one_of *entry,
                                struct config_problems *problems);

/* Loads one file. Returns NULL when there are problems. ${VAR}, ${VAR:-default} and ${file:/path}
 * are expanded inside scalar values, and secrets can only come that way. Limits: 1 MiB, 32 levels
 * deep, 100,000 nodes, no aliases or merge keys. */
struct config *config_load(const char *path, config_resolver resolver, void *context,
                           struct config_problems *problems);

/* The same with a check of its own for what only others can judge (article paths): it runs once all
 * keys are read, also where there are problems already, and adds to them. */
struct config_hooks {
    config_resolver resolve; /* NULL: entries stay unresolved */
    void (*check)(void *context, struct config *config, struct config_problems *problems);
    void *context; /* of both */
};

struct config *config_load_with(const char *path, const struct config_hooks *hooks,
                                struct config_problems *problems);

/* Where a configuration comes from: files laid over each other in order (mappings merge, lists and
 * values are replaced), then settings as -s gives them. */
struct config_sources {
    const char *const *files;
    size_t file_count;           /* at least one */
    const char *const *settings; /* PATH=VALUE, such as kafka."client.id"=desk; VALUE is YAML */
    size_t setting_count;
};

/* As config_load_with from all of them. Problems of the n-th setting are shown as -s:n:column. */
struct config *config_load_sources(const struct config_sources *sources,
                                   const struct config_hooks *hooks,
                                   struct config_problems *problems);

/* As config_load from memory; file names it in problems. */
struct config *config_load_text(struct slice yaml, const char *file, config_resolver resolver,
                                void *context, struct config_problems *problems);

/* All defaults, and the processors language, entities and duplicates (in `scope: instance`): for
 * `try` without -c. settings, as -s gives them, are laid over. Keys that are required stay empty.
 * Returns NULL where there are problems. */
struct config *config_default_with(const char *const *settings, size_t setting_count,
                                   const struct config_hooks *hooks,
                                   struct config_problems *problems);

struct config *config_default(config_resolver resolver, void *context,
                              struct config_problems *problems);

/* One more holder, who calls config_free too. Threads: any. Returns config. */
struct config *config_hold(const struct config *config);

/* Frees it with its last holder; NULL is fine. */
void config_free(struct config *config);

const struct settings *config_settings(const struct config *config);

/* "sha256:" and 64 hexadecimal digits over the effective configuration (not over white space,
 * comments or secrets): the same configuration has the same digest on every instance. instance,
 * http, log are left out. */
const char *config_digest(const struct config *config);

/* Reports every option of `table` that only a restart can change (OPTION_NO_RELOAD) and that
 * differs between two filled structs, by its path, at the nearest place below `place` in the new
 * file. Secrets are not compared. */
void config_refuse_changes(const struct option *table, const char *path, const void *from,
                           const void *to, const struct config_node *place,
                           struct config_problems *problems);

/* Appends what tells one state of options from another: their values, and time and size of the
 * files that they name by a path with a slash. */
void config_fingerprint(const struct option *table, const void *options, struct buffer *out);

/* Memory that lives as long as config. */
struct arena *config_arena(struct config *config);

/* The node at a path such as `consumer.input.body[1]`, or the nearest one above it that the file
 * has: for problems that others find. Never NULL. */
const struct config_node *config_place(const struct config *config, const char *path);

/* Fills the zeroed struct `options` from a mapping node (NULL: defaults only) by `table`; unknown
 * keys, wrong types and ranges become problems. Returns 0 or, with problems, -1. */
int config_read_options(struct config *config, const struct option *table,
                        const struct config_node *node, void *options,
                        struct config_problems *problems);

/* The table of the whole file, for --help and the reference. */
const struct option *config_table(void);

/* Appends the reference page (Markdown) of a table, keys in order of the table, nested ones with
 * their full path. */
void config_reference(const struct option *table, const char *prefix, struct buffer *page);

#endif

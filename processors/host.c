#include "processors/host.h"

#include <dlfcn.h>
#include <stdio.h>

#include "article/article.h"
#include "base/arena.h"
#include "config/node.h"
#include "processors/duplicates/duplicates.h"
#include "processors/entities/entities.h"
#include "processors/language/language.h"

/* One line for each processor that is linked in. */
static const struct processor *const builtin[] = {
    &language_processor,
    &entities_processor,
    &duplicates_processor,
    NULL,
};

enum { MAX_NAMES = 64, ERROR_BYTES = 1024 };

/* Keys of the enrichment that are not a plugin's to write. */
static const char *const reserved_names[] = {"version", "language", "duplicate",  "entities",
                                             "dates",   "made_by",  "quantities", NULL};

static const struct option no_options[] = {{.name = NULL}};

/* Plugins stay loaded for ever: their descriptors, by file. Grows at start only. */
struct loaded_plugin {
    struct loaded_plugin *next;
    const char *file;
    struct processor processor;
};

static struct arena plugin_arena;
static struct loaded_plugin *plugins;

const struct processor *const *host_builtin(void)
{
    return builtin;
}

const struct processor *host_find(const char *name)
{
    for (const struct processor *const *place = builtin; *place != NULL; place++) {
        if (strcmp((*place)->name, name) == 0)
            return *place;
    }
    return NULL;
}

static bool is_reserved(const char *name)
{
    for (const char *const *reserved = reserved_names; *reserved != NULL; reserved++) {
        if (strcmp(*reserved, name) == 0)
            return true;
    }
    return strcmp(name, "plugin") == 0;
}

static bool is_processor_name(const char *name)
{
    const char *letters = "abcdefghijklmnopqrstuvwxyz";

    return strspn(name, letters) > 0 &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static const struct loaded_plugin *plugin_named(const char *name)
{
    for (const struct loaded_plugin *plugin = plugins; plugin != NULL; plugin = plugin->next) {
        if (strcmp(plugin->processor.name, name) == 0)
            return plugin;
    }
    return NULL;
}

static const struct loaded_plugin *plugin_from(const char *file)
{
    for (const struct loaded_plugin *plugin = plugins; plugin != NULL; plugin = plugin->next) {
        if (strcmp(plugin->file, file) == 0)
            return plugin;
    }
    return NULL;
}

int host_check_name(const char *name, char *ret_error, size_t error_size)
{
    if (name == NULL || !is_processor_name(name)) {
        snprintf(ret_error, error_size,
                 "the plugin's name must be lower-case letters, digits and _, not \"%s\"",
                 name != NULL ? name : "");
        return -1;
    }
    if (is_reserved(name) || host_find(name) != NULL) {
        snprintf(ret_error, error_size, "the name \"%s\" belongs to copydesk itself", name);
        return -1;
    }
    return 0;
}

static int check_name(const char *file, const char *name, char *ret_error, size_t error_size)
{
    char error[ERROR_BYTES];

    if (host_check_name(name, error, sizeof error) != 0) {
        snprintf(ret_error, error_size, "%s: %s", file, error);
        return -1;
    }
    const struct loaded_plugin *other = plugin_named(name);

    if (other != NULL) {
        snprintf(ret_error, error_size, "%s: the name \"%s\" is already taken by %s", file, name,
                 other->file);
        return -1;
    }
    return 0;
}

/* What can be known before the rest of the descriptor may be read. */
static int check_abi(const char *file, const struct processor *found, char *ret_error,
                     size_t error_size)
{
    if (found == NULL) {
        snprintf(ret_error, error_size, "%s: copydesk_processor returned no descriptor", file);
        return -1;
    }
    if (found->abi != PROCESSOR_ABI) {
        snprintf(ret_error, error_size,
                 "%s: built for processor ABI %u, but copydesk " COPYDESK_VERSION
                 " has ABI %u; build the plugin again with this version's processor.h",
                 file, (unsigned)found->abi, PROCESSOR_ABI);
        return -1;
    }
    if (found->size < PROCESSOR_LEAST_SIZE) {
        snprintf(ret_error, error_size,
                 "%s: its descriptor has %zu bytes, but ABI %u of copydesk " COPYDESK_VERSION
                 " has %zu at least; set .size = sizeof(struct processor)",
                 file, found->size, PROCESSOR_ABI, PROCESSOR_LEAST_SIZE);
        return -1;
    }
    return 0;
}

static int check_callbacks(const char *file, const struct processor *processor, char *ret_error,
                           size_t error_size)
{
    const char *problem = NULL;

    if (processor->version == NULL || processor->summary == NULL)
        problem = "version or summary is missing";
    else if (processor->process == NULL)
        problem = "process is missing";
    else if ((processor->settle == NULL) != (processor->apply == NULL))
        problem = "settle and apply go together, but one of them is missing";
    else if (processor->options != NULL && processor->options_size == 0)
        problem = "options without options_size";
    if (problem == NULL)
        return 0;
    snprintf(ret_error, error_size, "%s: plugin \"%s\": %s", file, processor->name, problem);
    return -1;
}

/* dlopen looks a name without a slash up in the library path; people mean the file. */
static const char *path_of(const char *file)
{
    return strchr(file, '/') != NULL ? file : arena_format(&plugin_arena, "./%s", file);
}

static processor_entry find_entry(const char *file, char *ret_error, size_t error_size)
{
    processor_entry entry = NULL;
    void *module = dlopen(path_of(file), RTLD_NOW | RTLD_LOCAL);

    if (module == NULL) {
        const char *why = dlerror();
        size_t length = strlen(path_of(file));
        bool twice = strncmp(why, path_of(file), length) == 0 && why[length] == ':';

        snprintf(ret_error, error_size, "%s: cannot be loaded: %s", file,
                 twice ? why + length + 2 : why);
        return NULL;
    }
    /* ISO C knows no cast from an object pointer to a function pointer. */
    *(void **)&entry = dlsym(module, "copydesk_processor");
    if (entry == NULL)
        snprintf(ret_error, error_size,
                 "%s: is no copydesk plugin: it exports no function copydesk_processor", file);
    return entry;
}

static const struct processor *keep_plugin(const char *file, const struct processor *found)
{
    struct loaded_plugin *plugin = arena_allocate(&plugin_arena, sizeof *plugin);

    plugin->file = arena_copy_text(&plugin_arena, file);
    /* Of an older plugin the last fields stay NULL. */
    memcpy(&plugin->processor, found, found->size < sizeof *found ? found->size : sizeof *found);
    plugin->next = plugins;
    plugins = plugin;
    return &plugin->processor;
}

const struct processor *host_load_plugin(const char *file, char *ret_error, size_t error_size)
{
    const struct loaded_plugin *known = plugin_from(file);

    if (known != NULL)
        return &known->processor;
    processor_entry entry = find_entry(file, ret_error, error_size);

    if (entry == NULL)
        return NULL;
    const struct processor *found = entry();

    if (check_abi(file, found, ret_error, error_size) != 0 ||
        check_name(file, found->name, ret_error, error_size) != 0 ||
        check_callbacks(file, found, ret_error, error_size) != 0)
        return NULL;
    return keep_plugin(file, found);
}

static const struct option *table_of(const struct processor *processor)
{
    return processor->options != NULL ? processor->options : no_options;
}

/* A sentence that begins with the name of an option ("lists[1]: ...") is told where that stands. */
static void report_check(const struct option_one_of *entry, const struct processor *processor,
                         const struct config_node *node, const char *error,
                         struct config_problems *problems)
{
    char path[ERROR_BYTES] = "";
    size_t length = strspn(error, "abcdefghijklmnopqrstuvwxyz0123456789_.[]");
    bool named = length > 0 && error[length] == ':' && length < sizeof path;

    memcpy(path, error, named ? length : 0);
    const struct config_node *near = named ? config_node_near(node, path) : NULL;

    if (near != NULL && near != node)
        config_problem_at(problems, near, "%s.%s", processor->name, error);
    else
        config_problem_at(problems, entry->key, "%s: %s", processor->name, error);
}

static void read_options(struct config *config, struct option_one_of *entry,
                         const struct processor *processor, const struct config_node *node,
                         struct config_problems *problems)
{
    char error[ERROR_BYTES] = "they do not go together";
    void *options = arena_allocate(config_arena(config), processor->options_size);

    entry->owner = (void *)(uintptr_t)processor;
    entry->options = options;
    if (config_read_options(config, table_of(processor), node, options, problems) != 0)
        return;
    if (processor->check != NULL && processor->check(options, error, sizeof error) != 0)
        report_check(entry, processor, node, error, problems);
}

static void report_unknown(const struct option_one_of *entry, struct config_problems *problems)
{
    const char *names[MAX_NAMES] = {NULL};
    size_t count = 0;

    for (const struct processor *const *known = builtin; *known != NULL; known++)
        names[count++] = (*known)->name;
    names[count++] = "plugin";
    const char *near = config_suggest(entry->name, names);

    if (near != NULL)
        config_problem_at(problems, entry->key, "unknown processor \"%s\"; did you mean \"%s\"?",
                          entry->name, near);
    else
        config_problem_at(problems, entry->key,
                          "unknown processor \"%s\"; `copydesk plugins` lists those that exist",
                          entry->name);
}

struct plugin_settings {
    const char *file;
    const struct config_node *options; /* read by the plugin's own table, once that is known */
};

static const struct option plugin_table[] = {
    {.name = "file",
     .type = OPTION_TEXT,
     .offset = offsetof(struct plugin_settings, file),
     .description = "The plugin's shared module; a relative path counts from where copydesk "
                    "is started.",
     .flags = OPTION_REQUIRED | OPTION_NO_RELOAD},
    {.name = "options",
     .type = OPTION_NODE,
     .offset = offsetof(struct plugin_settings, options),
     .description = "The plugin's own options."},
    {.name = NULL},
};

static void resolve_plugin(struct config *config, struct option_one_of *entry,
                           struct config_problems *problems)
{
    char error[ERROR_BYTES] = "";
    struct plugin_settings *settings = arena_allocate(config_arena(config), sizeof *settings);

    if (config_read_options(config, plugin_table, entry->value, settings, problems) != 0)
        return;
    const struct processor *processor = host_load_plugin(settings->file, error, sizeof error);

    if (processor == NULL)
        config_problem_at(problems, config_node_get(entry->value, "file"), "%s", error);
    else
        read_options(config, entry, processor, settings->options, problems);
}

const struct option *host_plugin_table(void)
{
    return plugin_table;
}

const struct option *host_table(struct arena *arena, const struct option_one_of *entry)
{
    const struct processor *processor = entry->owner;

    if (processor == NULL || strcmp(entry->name, "plugin") != 0)
        return processor != NULL ? processor->options : NULL;
    struct option *table = arena_allocate(arena, sizeof plugin_table);

    memcpy(table, plugin_table, sizeof plugin_table);
    table[1].type = OPTION_TABLE;
    table[1].table = table_of(processor);
    return table;
}

void host_resolve(void *context, struct config *config, struct option_one_of *entry,
                  struct config_problems *problems)
{
    const struct processor *processor = host_find(entry->name);

    (void)context;
    if (processor != NULL)
        read_options(config, entry, processor, entry->value, problems);
    else if (strcmp(entry->name, "plugin") == 0)
        resolve_plugin(config, entry, problems);
    else
        report_unknown(entry, problems);
}

static bool is_listed_before(const struct option_one_of *entries, size_t index)
{
    const struct processor *processor = entries[index].owner;

    for (size_t i = 0; i < index; i++) {
        if (entries[i].owner == processor)
            return true;
    }
    return false;
}

void host_check(struct config *config, struct config_problems *problems)
{
    const struct option_list *list = &config_settings(config)->processors;
    const struct option_one_of *entries = list->items;

    for (size_t i = 0; i < list->count; i++) {
        const struct processor *processor = entries[i].owner;

        if (processor != NULL && is_listed_before(entries, i))
            config_problem_at(problems, entries[i].key,
                              "processor \"%s\" is listed twice; each can be there once",
                              processor->name);
    }
    if (list->count > ARTICLE_MAX_PROCESSORS)
        config_problem_at(problems, config_place(config, "processors"),
                          "%zu processors are listed; %d is the most", list->count,
                          ARTICLE_MAX_PROCESSORS);
}

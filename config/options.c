#include <strings.h>

#include "config/options.h"

#include "config/problems.h"
#include "config/values.h"

/* One value on its way from a node to its place. */
struct reading {
    struct options_reader *reader;
    const struct option *option;
    const struct config_node *node; /* not null */
    const char *path;
    bool complete;
    void *place;
};

#define REPORT(reading, ...)                                                                       \
    config_problem_at((reading)->reader->problems, (reading)->node, __VA_ARGS__)

static const char *child_path(struct options_reader *reader, const char *path, const char *name)
{
    return *path == '\0' ? name : arena_format(reader->arena, "%s.%s", path, name);
}

/* The text as a problem may show it. */
static const char *shown(const struct reading *reading)
{
    return reading->option->flags & OPTION_SECRET ? "***" : reading->node->text;
}

static bool refuse_unless_scalar(const struct reading *reading)
{
    if (reading->node->kind == NODE_SCALAR && !reading->node->is_null)
        return true;
    if (reading->node->is_null)
        REPORT(reading, "%s has no value; write one, or leave the key out", reading->path);
    else
        REPORT(reading, "%s must be one value, not %s", reading->path,
               config_node_kind_name(reading->node));
    return false;
}

/* The flag that people mean who learnt another YAML; NULL: none. */
static const char *flag_meant(const char *text)
{
    static const char *const meant[][2] = {
        {"yes", "true"}, {"on", "true"},   {"true", "true"}, {"y", "true"},      {"1", "true"},
        {"no", "false"}, {"off", "false"}, {"n", "false"},   {"false", "false"}, {"0", "false"}};

    for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
        if (strcasecmp(meant[i][0], text) == 0)
            return meant[i][1];
    return NULL;
}

static void read_flag(struct reading *reading)
{
    if (!refuse_unless_scalar(reading) || value_flag(reading->node->text, reading->place))
        return;
    const char *meant = flag_meant(reading->node->text);

    if (meant != NULL)
        REPORT(reading, "%s: \"%s\" is neither true nor false; did you mean %s?", reading->path,
               shown(reading), meant);
    else
        REPORT(reading, "%s: \"%s\" is neither true nor false", reading->path, shown(reading));
}

static void read_text(struct reading *reading)
{
    if (refuse_unless_scalar(reading))
        *(const char **)reading->place = reading->node->text;
}

struct number_kind {
    bool (*parse)(const char *text, int64_t *ret_value);
    void (*append)(struct buffer *out, int64_t value);
    const char *what; /* "... is not <what>" */
};

static const struct number_kind number_kinds[] = {
    [OPTION_INTEGER] = {value_integer, buffer_append_integer, "a whole number, such as 1000"},
    [OPTION_SIZE] = {value_size, value_append_size, "a size, such as 8MiB, 512KiB or 4096"},
    [OPTION_DURATION] = {value_duration, value_append_duration,
                         "a duration, such as 100ms, 30s, 5m, 12h or 7d"},
    [OPTION_RATIO] = {value_ratio, value_append_ratio,
                      "a ratio, such as 0.65, with three decimals at most"},
};

static int64_t least_of(const struct option *option)
{
    bool unlimited = option->min == 0 && option->max == 0;

    return unlimited && option->type == OPTION_INTEGER ? INT64_MIN : option->min;
}

static int64_t most_of(const struct option *option)
{
    if (option->min != 0 || option->max != 0)
        return option->max;
    return option->type == OPTION_RATIO ? 1000 : INT64_MAX;
}

static void report_range(const struct reading *reading, const struct number_kind *kind)
{
    struct buffer range = {0};

    if (most_of(reading->option) == INT64_MAX) {
        buffer_append_text(&range, "at least ");
        kind->append(&range, least_of(reading->option));
    } else {
        buffer_append_text(&range, "from ");
        kind->append(&range, least_of(reading->option));
        buffer_append_text(&range, " to ");
        kind->append(&range, most_of(reading->option));
    }
    REPORT(reading, "%s: %s is out of range; it must be %.*s", reading->path, shown(reading),
           SLICE_FORMAT(buffer_slice(&range)));
    buffer_free(&range);
}

static void read_number(struct reading *reading)
{
    const struct number_kind *kind = &number_kinds[reading->option->type];
    int64_t value;

    if (!refuse_unless_scalar(reading))
        return;
    if (!kind->parse(reading->node->text, &value))
        REPORT(reading, "%s: \"%s\" is not %s", reading->path, shown(reading), kind->what);
    else if (value < least_of(reading->option) || value > most_of(reading->option))
        report_range(reading, kind);
    else
        *(int64_t *)reading->place = value;
}

static void append_choices(struct buffer *out, const char *const *choices)
{
    for (size_t i = 0; choices[i] != NULL; i++) {
        bool last = choices[i + 1] == NULL;

        buffer_append_text(out, i == 0 ? "" : last ? " or " : ", ");
        buffer_append_text(out, choices[i]);
    }
}

static void report_choice(const struct reading *reading)
{
    const char *meant = config_suggest(reading->node->text, reading->option->choices);
    struct buffer choices = {0};

    append_choices(&choices, reading->option->choices);
    if (meant != NULL)
        REPORT(reading, "%s must be %.*s, not \"%s\"; did you mean \"%s\"?", reading->path,
               SLICE_FORMAT(buffer_slice(&choices)), shown(reading), meant);
    else
        REPORT(reading, "%s must be %.*s, not \"%s\"", reading->path,
               SLICE_FORMAT(buffer_slice(&choices)), shown(reading));
    buffer_free(&choices);
}

static void read_choice(struct reading *reading)
{
    if (!refuse_unless_scalar(reading))
        return;
    for (int i = 0; reading->option->choices[i] != NULL; i++)
        if (strcmp(reading->option->choices[i], reading->node->text) == 0) {
            *(int *)reading->place = i;
            return;
        }
    report_choice(reading);
}

static void read_value(const struct reading *reading);

static void read_list(struct reading *reading)
{
    const struct config_node *node = reading->node;
    const struct option *element = reading->option->element;
    bool bare = node->kind != NODE_SEQUENCE;
    size_t count = bare ? 1 : node->count;
    size_t size =
        element->type == OPTION_TABLE ? reading->option->size : option_value_size(element);
    struct reading item = *reading;

    if (node->is_null) {
        REPORT(reading, "%s has no value; write a list, or leave the key out", reading->path);
        return;
    }
    char *items = arena_allocate(reading->reader->arena, count * size);

    item.option = element;
    item.node = bare ? node : node->first;
    for (size_t i = 0; i < count; i++, item.node = item.node->next) {
        item.path = arena_format(reading->reader->arena, "%s[%zu]", reading->path, i);
        item.place = items + i * size;
        read_value(&item);
    }
    *(struct option_list *)reading->place = (struct option_list){.items = items, .count = count};
}

static void read_table(struct reading *reading)
{
    options_read(reading->reader, reading->option->table, reading->node, reading->path,
                 reading->complete, reading->place);
}

static bool refuse_unless_mapping(const struct reading *reading)
{
    if (reading->node->kind == NODE_MAPPING || reading->node->is_null)
        return true;
    REPORT(reading, "%s must be a mapping (keys with values), not %s",
           *reading->path == '\0' ? "the file" : reading->path,
           config_node_kind_name(reading->node));
    return false;
}

static struct option_pair pair_of(const struct config_node *value)
{
    return (struct option_pair){.name = value->key->text,
                                .value = value->text,
                                .line = value->key->line,
                                .column = value->key->column,
                                .file = value->file};
}

/* Names that the default gives and the file does not come first. */
static size_t keep_defaults(struct option_pair *pairs, const struct option_map *defaults,
                            const struct config_node *node)
{
    size_t kept = 0;

    for (size_t i = 0; i < defaults->count; i++)
        if (config_node_get(node, defaults->pairs[i].name) == NULL)
            pairs[kept++] = defaults->pairs[i];
    return kept;
}

static bool refuse_nested_setting(const struct reading *reading, const struct config_node *value)
{
    if (value->kind == NODE_SCALAR && !value->is_null)
        return value->is_refused;
    config_problem_at(reading->reader->problems, value,
                      "%s: \"%s\" must be one value, not %s; names are written whole, with their "
                      "dots",
                      reading->path, value->key->text, config_node_kind_name(value));
    return true;
}

static void read_map(struct reading *reading)
{
    struct option_map *map = reading->place;

    if (!refuse_unless_mapping(reading))
        return;
    struct option_pair *pairs =
        arena_allocate(reading->reader->arena, (map->count + reading->node->count) * sizeof *pairs);
    size_t count = keep_defaults(pairs, map, reading->node);

    for (const struct config_node *value = reading->node->first; value != NULL; value = value->next)
        if (!refuse_nested_setting(reading, value))
            pairs[count++] = pair_of(value);
    *map = (struct option_map){.pairs = pairs, .count = count};
}

static void read_one_of(struct reading *reading)
{
    struct option_one_of *entry = reading->place;
    struct options_reader *reader = reading->reader;

    if (reading->node->kind == NODE_SCALAR && !reading->node->is_null)
        REPORT(reading, "%s must be a key with its options; write \"%s: {}\"", reading->path,
               reading->node->text);
    else if (reading->node->kind != NODE_MAPPING || reading->node->count != 1)
        REPORT(reading, "%s must be a mapping with exactly one key", reading->path);
    else {
        entry->value = reading->node->first;
        entry->key = entry->value->key;
        entry->name = entry->key->text;
        if (reader->resolve != NULL)
            reader->resolve(reader->context, entry);
    }
}

static void read_node(struct reading *reading)
{
    *(const struct config_node **)reading->place = reading->node;
}

static const struct {
    void (*read)(struct reading *reading);
    size_t size;
} types[] = {
    [OPTION_FLAG] = {read_flag, sizeof(bool)},
    [OPTION_INTEGER] = {read_number, sizeof(int64_t)},
    [OPTION_SIZE] = {read_number, sizeof(int64_t)},
    [OPTION_DURATION] = {read_number, sizeof(int64_t)},
    [OPTION_RATIO] = {read_number, sizeof(int64_t)},
    [OPTION_TEXT] = {read_text, sizeof(const char *)},
    [OPTION_CHOICE] = {read_choice, sizeof(int)},
    [OPTION_LIST] = {read_list, sizeof(struct option_list)},
    [OPTION_TABLE] = {read_table, 0},
    [OPTION_MAP] = {read_map, sizeof(struct option_map)},
    [OPTION_ONE_OF] = {read_one_of, sizeof(struct option_one_of)},
    [OPTION_NODE] = {read_node, sizeof(const struct config_node *)},
};

size_t option_value_size(const struct option *option)
{
    return types[option->type].size;
}

static bool refuse_written_secret(const struct reading *reading)
{
    const struct config_node *node = reading->node;
    bool written = reading->option->flags & OPTION_SECRET && node->kind == NODE_SCALAR &&
                   !node->is_null && !node->is_looked_up && *node->text != '\0';

    if (written)
        REPORT(reading, "%s: " CONFIG_SECRET_ADVICE, reading->path);
    return written;
}

static void read_value(const struct reading *reading)
{
    struct reading copy = *reading;

    if (!reading->node->is_refused && !refuse_written_secret(reading))
        types[reading->option->type].read(&copy);
}

static void read_default(struct reading *reading)
{
    struct reading from_text = *reading;
    struct options_reader *reader = reading->reader;

    if (reading->option->default_text == NULL)
        return;
    struct config_node *node = config_node_parse(
        reader->arena, slice_of_text(reading->option->default_text),
        arena_format(reader->arena, "default of %s", reading->path), reader->problems);

    if (node == NULL)
        return;
    node->is_looked_up = true; /* in the table, which may say a secret's default */
    from_text.node = node;
    read_value(&from_text);
}

static const struct option *find_option(const struct option *table, const char *name)
{
    for (; table->name != NULL; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

static const char *const *names_of(struct arena *arena, const struct option *table)
{
    size_t count = 0;

    while (table[count].name != NULL)
        count++;
    const char **names = arena_allocate(arena, (count + 1) * sizeof *names);

    for (size_t i = 0; i < count; i++)
        names[i] = table[i].name;
    return names;
}

/* Where the whole file's tables have a key of that name: "consumer.group"; NULL where none has. */
static const char *place_of_key(struct arena *arena, const struct option *table, const char *path,
                                const char *word)
{
    for (; table->name != NULL; table++) {
        const char *own =
            *path == '\0' ? table->name : arena_format(arena, "%s.%s", path, table->name);
        bool is_list = table->type == OPTION_LIST && table->element->type == OPTION_TABLE;
        const struct option *inner = is_list                       ? table->element->table
                                     : table->type == OPTION_TABLE ? table->table
                                                                   : NULL;

        if (strcmp(table->name, word) == 0)
            return own;
        const char *found =
            inner != NULL
                ? place_of_key(arena, inner, is_list ? arena_format(arena, "%s[]", own) : own, word)
                : NULL;

        if (found != NULL)
            return found;
    }
    return NULL;
}

/* Characters that look like a space or like nothing. */
static bool has_hidden_character(const char *text)
{
    static const char *const hidden[] = {"\u00a0", "\u00ad", "\u200b", "\u200c", "\u200d",
                                         "\u2060", "\u202f", "\ufeff", "\u3000"};

    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (strstr(text, hidden[i]) != NULL)
            return true;
    return false;
}

static void report_unknown_key(const struct reading *reading, const struct config_node *key,
                               const char *meant)
{
    struct config_problems *problems = reading->reader->problems;
    const char *place = meant == NULL && problems->count < CONFIG_MAX_PROBLEMS
                            ? place_of_key(reading->reader->arena, config_table(), "", key->text)
                            : NULL;

    if (has_hidden_character(key->text))
        config_problem_at(problems, key,
                          "unknown key \"%s\": it contains an invisible character or a space that "
                          "is none; type the line again",
                          key->text);
    else if (meant != NULL)
        config_problem_at(problems, key, "unknown key \"%s\"; did you mean \"%s\"?", key->text,
                          meant);
    else if (place != NULL)
        config_problem_at(problems, key, "unknown key \"%s\" here; it belongs to %s", key->text,
                          place);
    else
        config_problem_at(problems, key, "unknown key \"%s\"", key->text);
}

static void report_unknown_keys(const struct reading *reading, const struct option *table,
                                const char *const *names)
{
    for (const struct config_node *value = reading->node->first; value != NULL;
         value = value->next) {
        const char *word = value->key->text;

        if (find_option(table, word) != NULL)
            continue;
        report_unknown_key(reading, value->key, config_suggest(word, names));
    }
}

/* A misspelt key is one problem, not two. */
static bool is_misspelt(const struct reading *reading, const struct option *table,
                        const char *const *names, const char *name)
{
    for (const struct config_node *value = reading->node->first; value != NULL;
         value = value->next) {
        if (find_option(table, value->key->text) != NULL)
            continue;
        const char *meant = config_suggest(value->key->text, names);

        if (meant != NULL && strcmp(meant, name) == 0)
            return true;
    }
    return false;
}

static void report_missing(const struct reading *parent, const struct option *table,
                           const char *const *names)
{
    for (const struct option *option = table; option->name != NULL; option++) {
        bool missing =
            option->flags & OPTION_REQUIRED && config_node_get(parent->node, option->name) == NULL;

        if (missing && !is_misspelt(parent, table, names, option->name))
            REPORT(parent, "required key \"%s\" is missing: %s",
                   child_path(parent->reader, parent->path, option->name), option->description);
    }
}

/* Stands for a mapping that is not written: its keys are missed where it would be. */
static const struct config_node *unwritten_mapping(const struct reading *parent)
{
    struct config_node *node = arena_allocate(parent->reader->arena, sizeof *node);

    node->kind = NODE_MAPPING;
    node->file = parent->node->file;
    node->line = parent->node->line;
    node->column = parent->node->column;
    return node;
}

static void read_option(const struct reading *parent, const struct option *option,
                        const char *const *names, const struct option *table, char *options)
{
    struct reading reading = *parent;

    reading.option = option;
    reading.path = child_path(parent->reader, parent->path, option->name);
    reading.place = options + option->offset;
    reading.node = config_node_get(parent->node, option->name);
    if (reading.node == NULL && (option->type == OPTION_TABLE || option->type == OPTION_NODE)) {
        reading.node = unwritten_mapping(parent);
        reading.complete &= !is_misspelt(parent, table, names, option->name);
    }
    read_default(&reading);
    if (reading.node != NULL)
        read_value(&reading);
}

void options_read(struct options_reader *reader, const struct option *table,
                  const struct config_node *node, const char *path, bool complete, void *options)
{
    static const struct config_node nothing = {
        .kind = NODE_MAPPING, .file = "defaults", .line = 1, .column = 1};
    struct reading reading = {
        .reader = reader,
        .node = node != NULL ? node : &nothing,
        .path = path,
        .complete = complete,
    };

    if (!refuse_unless_mapping(&reading))
        return;
    const char *const *names = names_of(reader->arena, table);

    report_unknown_keys(&reading, table, names);
    if (complete)
        report_missing(&reading, table, names);
    for (const struct option *option = table; option->name != NULL; option++)
        read_option(&reading, option, names, table, options);
}

#include "config/effective.h"

#include <strings.h>

#include "config/internal.h"

struct writing {
    struct arena arena; /* of parsed defaults and tables */
    const struct config *config;
    config_table_of table_of;
};

static void write_value(struct writing *writing, const struct option *option,
                        const struct config_node *node, size_t indent, struct buffer *out);

static void append_indent(struct buffer *out, size_t indent)
{
    for (size_t i = 0; i < indent; i++)
        buffer_append_text(out, "  ");
}

/* Could a reader of YAML take it for something else than a text? */
static bool is_plain(const char *text)
{
    static const char *const words[] = {"true", "false", "null", "yes", "no",
                                        "on",   "off",   "y",    "n",   NULL};
    static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/";
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";

    for (size_t i = 0; words[i] != NULL; i++)
        if (strcasecmp(words[i], text) == 0)
            return false;
    return *text != '\0' && strchr(first, *text) != NULL && text[strspn(text, letters)] == '\0';
}

static void append_text(struct buffer *out, const char *text)
{
    if (is_plain(text))
        buffer_append_text(out, text);
    else
        buffer_append_json_string(out, slice_of_text(text));
}

static void append_scalar(const struct config_node *node, bool is_text, bool secret,
                          struct buffer *out)
{
    if (secret || node->is_from_file)
        buffer_append_text(out, "\"***\"");
    else if (is_text)
        append_text(out, node->text);
    else
        buffer_append_text(out, node->text);
}

static bool is_inline(const struct option *option)
{
    return option->type < OPTION_LIST;
}

static void write_scalar(const struct option *option, const struct config_node *node,
                         struct buffer *out)
{
    append_scalar(node, option->type == OPTION_TEXT, option->flags & OPTION_SECRET, out);
}

/* Items of a list; a bare value stands for a list of one. */
static const struct config_node *first_item(const struct config_node *node, size_t *ret_count)
{
    bool bare = node->kind != NODE_SEQUENCE;

    *ret_count = bare ? 1 : node->count;
    return bare ? node : node->first;
}

static void write_short_list(const struct option *element, const struct config_node *node,
                             struct buffer *out)
{
    size_t count;
    const struct config_node *item = first_item(node, &count);

    buffer_append_byte(out, '[');
    for (size_t i = 0; i < count; i++, item = item->next) {
        buffer_append_text(out, i > 0 ? ", " : "");
        write_scalar(element, item, out);
    }
    buffer_append_byte(out, ']');
}

static void write_setting(const struct config_node *value, size_t indent, struct buffer *out)
{
    append_indent(out, indent);
    append_text(out, value->key->text);
    buffer_append_text(out, ": ");
    append_scalar(value, true, config_kafka_is_secret(value->key->text), out);
    buffer_append_byte(out, '\n');
}

static const struct config_node *default_of(struct writing *writing, const struct option *option)
{
    struct config_problems none = {0};

    return option->default_text != NULL
               ? config_node_parse(&writing->arena, slice_of_text(option->default_text), "", &none)
               : NULL;
}

/* Names that only the default gives come first, as the reader does it. */
static void write_map(struct writing *writing, const struct option *option,
                      const struct config_node *node, size_t indent, struct buffer *out)
{
    const struct config_node *defaults = default_of(writing, option);

    for (const struct config_node *value = defaults != NULL ? defaults->first : NULL; value != NULL;
         value = value->next)
        if (config_node_get(node, value->key->text) == NULL)
            write_setting(value, indent, out);
    for (const struct config_node *value = node->first; value != NULL; value = value->next)
        write_setting(value, indent, out);
}

static void write_option(struct writing *writing, const struct option *option,
                         const struct config_node *node, size_t indent, struct buffer *out)
{
    struct buffer value = {0};
    const struct config_node *given = config_node_get(node, option->name);

    if (given == NULL || given->is_null)
        given = default_of(writing, option);
    if (given != NULL || option->type == OPTION_TABLE)
        write_value(writing, option, given, indent + 1, &value);
    if (value.length > 0) {
        append_indent(out, indent);
        buffer_append_format(out, "%s:%s", option->name, value.data[0] == '\n' ? "" : " ");
        buffer_append(out, buffer_slice(&value));
        buffer_append_text(out, value.data[value.length - 1] == '\n' ? "" : "\n");
    }
    buffer_free(&value);
}

static void write_table(struct writing *writing, const struct option *table,
                        const struct config_node *node, size_t indent, struct buffer *out)
{
    struct buffer lines = {0};

    for (; table->name != NULL; table++)
        write_option(writing, table, node, indent, &lines);
    if (lines.length > 0)
        buffer_append_byte(out, '\n');
    buffer_append(out, buffer_slice(&lines));
    buffer_free(&lines);
}

/* Behind "- ", on whose line the first of its lines begins. */
static void write_block_item(struct buffer *item, size_t indent, struct buffer *out)
{
    size_t skipped = 1 + 2 * (indent + 1); /* the line break, the first line's indent */

    append_indent(out, indent);
    buffer_append_text(out, "- ");
    if (item->length > skipped && item->data[0] == '\n')
        buffer_append(out, slice_of(item->data + skipped, item->length - skipped));
    else
        buffer_append_text(out, "{}\n");
}

static void write_processor(struct writing *writing, const struct option_one_of *entry,
                            size_t indent, struct buffer *out)
{
    const struct option *table = writing->table_of(&writing->arena, entry);
    struct buffer options = {0};

    if (table != NULL)
        write_table(writing, table, entry->value, indent + 2, &options);
    append_indent(out, indent);
    buffer_append_format(out, "- %s:", entry->name);
    buffer_append_text(out, options.length > 0 ? "" : " {}\n");
    buffer_append(out, buffer_slice(&options));
    buffer_free(&options);
}

static void write_processors(struct writing *writing, size_t indent, struct buffer *out)
{
    const struct option_list *list = &writing->config->settings.processors;
    const struct option_one_of *entries = list->items;

    buffer_append_text(out, list->count > 0 ? "\n" : "[]");
    for (size_t i = 0; i < list->count; i++)
        write_processor(writing, &entries[i], indent, out);
}

static void write_long_list(struct writing *writing, const struct option *element,
                            const struct config_node *node, size_t indent, struct buffer *out)
{
    size_t count;
    const struct config_node *item = first_item(node, &count);

    buffer_append_text(out, count > 0 ? "\n" : "[]");
    for (size_t i = 0; i < count; i++, item = item->next) {
        struct buffer lines = {0};

        write_value(writing, element, item, indent + 1, &lines);
        write_block_item(&lines, indent, out);
        buffer_free(&lines);
    }
}

static void write_map_block(struct writing *writing, const struct option *option,
                            const struct config_node *node, size_t indent, struct buffer *out)
{
    struct buffer lines = {0};

    write_map(writing, option, node, indent, &lines);
    if (lines.length > 0)
        buffer_append_byte(out, '\n');
    buffer_append(out, buffer_slice(&lines));
    buffer_free(&lines);
}

/* node: NULL only for a table that is not written. */
static void write_value(struct writing *writing, const struct option *option,
                        const struct config_node *node, size_t indent, struct buffer *out)
{
    if (option->type == OPTION_TABLE)
        write_table(writing, option->table, node, indent, out);
    else if (option->type == OPTION_MAP)
        write_map_block(writing, option, node, indent, out);
    else if (option->type == OPTION_LIST && option->element->type == OPTION_ONE_OF)
        write_processors(writing, indent, out);
    else if (option->type == OPTION_LIST && is_inline(option->element))
        write_short_list(option->element, node, out);
    else if (option->type == OPTION_LIST)
        write_long_list(writing, option->element, node, indent, out);
    else if (is_inline(option))
        write_scalar(option, node, out);
}

void config_effective(const struct config *config, config_table_of table_of, struct buffer *yaml)
{
    struct writing writing = {.config = config, .table_of = table_of};

    if (config_node_get(config->root, "instance") == NULL) {
        buffer_append_text(yaml, "instance: ");
        append_text(yaml, config->settings.instance);
        buffer_append_byte(yaml, '\n');
    }
    for (const struct option *option = config_table(); option->name != NULL; option++)
        write_option(&writing, option, config->root, 0, yaml);
    arena_free(&writing.arena);
}

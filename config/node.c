#include "config/node.h"

#include <stdlib.h>

#include <yaml.h>

#include "base/memory.h"
#include "base/utf8.h"

struct parse {
    yaml_parser_t yaml;
    yaml_event_t event; /* the current one */
    struct slice bytes;
    struct arena *arena;
    const char *file;
    struct config_problems *problems;
    size_t nodes;
    bool failed; /* the rest of the document cannot be read */
};

static void place_of_offset(struct slice bytes, size_t offset, int *ret_line, int *ret_column)
{
    *ret_line = 1;
    *ret_column = 1;
    for (size_t i = 0; i < offset && i < bytes.length; i++) {
        if (bytes.data[i] == '\n') {
            ++*ret_line;
            *ret_column = 1;
        } else if (((unsigned char)bytes.data[i] & 0xc0) != 0x80) {
            ++*ret_column;
        }
    }
}

static size_t length_of_line(struct slice bytes)
{
    size_t length = 0;

    while (length < bytes.length && bytes.data[length] != '\n')
        length++;
    return length;
}

static struct slice line_at(struct slice bytes, size_t number)
{
    size_t at = 0;

    for (size_t line = 0; line < number && at < bytes.length; line++)
        at += length_of_line(slice_of(bytes.data + at, bytes.length - at)) + 1;
    if (at >= bytes.length)
        return slice_of(bytes.data, 0);
    return slice_of(bytes.data + at, length_of_line(slice_of(bytes.data + at, bytes.length - at)));
}

static bool has(struct slice line, const char *text)
{
    return line.data != NULL && memmem(line.data, line.length, text, strlen(text)) != NULL;
}

static bool is_indented_by_tab(struct slice line)
{
    size_t at = 0;

    while (at < line.length && line.data[at] == ' ')
        at++;
    return at < line.length && line.data[at] == '\t';
}

/* What people who are not at home in YAML stumble over. */
static const char *advice_for(const struct parse *parse)
{
    struct slice line = line_at(parse->bytes, parse->yaml.problem_mark.line);

    if (parse->yaml.error == YAML_READER_ERROR)
        return utf8_valid_prefix(parse->bytes) < parse->bytes.length ? "; a configuration is UTF-8"
                                                                     : "";
    if (is_indented_by_tab(line))
        return "; indent with spaces: YAML takes no tabs there";
    if (has(line, "\u201c") || has(line, "\u201d") || has(line, "\u201e"))
        return "; write straight quotes (\") for the typographic ones";
    /* Inside { and [, YAML takes the braces of ${NAME} for its own. */
    if (has(line, "${"))
        return "; inside { } and [ ] a value with ${ needs quotes";
    if (has(line, "{language"))
        return "; a value with { needs quotes";
    return "";
}

/* What lacks its colon is told where it stands, not where the next line shows it. */
static bool report_missing_colon(struct parse *parse)
{
    const yaml_parser_t *yaml = &parse->yaml;
    bool missing = yaml->error == YAML_SCANNER_ERROR && yaml->context != NULL &&
                   strcmp(yaml->context, "while scanning a simple key") == 0;

    if (missing)
        config_problem_in(parse->problems, parse->file, (int)yaml->context_mark.line + 1,
                          (int)yaml->context_mark.column + 1,
                          "this is not YAML: a key, then a colon and a space, then its value; "
                          "the colon or the space is missing");
    return missing;
}

/* libyaml names the byte behind the first one of a broken sequence. */
static size_t offset_of_bad_byte(const struct parse *parse)
{
    size_t valid = utf8_valid_prefix(parse->bytes);

    return valid < parse->bytes.length ? valid : parse->yaml.problem_offset;
}

static void report_unreadable(struct parse *parse)
{
    const yaml_parser_t *yaml = &parse->yaml;
    const char *what = yaml->problem != NULL ? yaml->problem : "it ends too early";
    int line = (int)yaml->problem_mark.line + 1;
    int column = (int)yaml->problem_mark.column + 1;
    bool unreadable = yaml->error == YAML_READER_ERROR;

    if (report_missing_colon(parse))
        return;
    if (unreadable)
        place_of_offset(parse->bytes, offset_of_bad_byte(parse), &line, &column);
    if (yaml->context != NULL && !unreadable)
        config_problem_in(parse->problems, parse->file, line, column,
                          "this is not YAML: %s (%s that began at line %zu)%s", what, yaml->context,
                          yaml->context_mark.line + 1, advice_for(parse));
    else
        config_problem_in(parse->problems, parse->file, line, column, "this is not YAML: %s%s",
                          what, advice_for(parse));
}

static void advance(struct parse *parse)
{
    yaml_event_delete(&parse->event);
    if (parse->failed || yaml_parser_parse(&parse->yaml, &parse->event))
        return;
    report_unreadable(parse);
    parse->failed = true;
}

static bool at(const struct parse *parse, yaml_event_type_t type)
{
    return !parse->failed && parse->event.type == type;
}

#define REFUSE(parse, ...)                                                                         \
    config_problem_in((parse)->problems, (parse)->file, (int)(parse)->event.start_mark.line + 1,   \
                      (int)(parse)->event.start_mark.column + 1, __VA_ARGS__)

static struct config_node *node_new(struct parse *parse, enum config_node_kind kind)
{
    struct config_node *node = arena_allocate(parse->arena, sizeof *node);

    node->kind = kind;
    node->file = parse->file;
    node->line = (int)parse->event.start_mark.line + 1;
    node->column = (int)parse->event.start_mark.column + 1;
    return node;
}

static void refuse_anchor_and_tag(struct parse *parse, const yaml_char_t *anchor,
                                  const yaml_char_t *tag)
{
    if (anchor != NULL)
        REFUSE(parse, "anchors (&%s) are not supported; write the value where it is needed",
               (const char *)anchor);
    if (tag != NULL)
        REFUSE(parse, "tags (%s) are not supported; leave it out", (const char *)tag);
}

static bool means_nothing(const char *text, size_t length, yaml_scalar_style_t style)
{
    struct slice word = slice_of(text, length);

    return style == YAML_PLAIN_SCALAR_STYLE &&
           (length == 0 || slice_is(word, "~") || slice_is(word, "null"));
}

static struct config_node *parse_scalar(struct parse *parse)
{
    struct config_node *node = node_new(parse, NODE_SCALAR);
    const char *value = (const char *)parse->event.data.scalar.value;
    size_t length = parse->event.data.scalar.length;

    refuse_anchor_and_tag(parse, parse->event.data.scalar.anchor, parse->event.data.scalar.tag);
    node->is_refused = memchr(value, '\0', length) != NULL;
    if (node->is_refused)
        REFUSE(parse, "a text must not contain the character NUL");
    node->is_null = means_nothing(value, length, parse->event.data.scalar.style);
    node->text = arena_copy(parse->arena, slice_of(value, length)).data;
    return node;
}

static struct config_node *parse_alias(struct parse *parse)
{
    struct config_node *node = node_new(parse, NODE_SCALAR);

    REFUSE(parse, "aliases (*%s) are not supported; write the value where it is needed",
           (const char *)parse->event.data.alias.anchor);
    node->is_refused = true;
    node->text = "";
    return node;
}

static struct config_node *parse_node(struct parse *parse, int depth);

static struct config_node *parse_sequence(struct parse *parse, int depth)
{
    struct config_node *node = node_new(parse, NODE_SEQUENCE);
    struct config_node **link = &node->first;

    refuse_anchor_and_tag(parse, parse->event.data.sequence_start.anchor,
                          parse->event.data.sequence_start.tag);
    for (advance(parse); !parse->failed && !at(parse, YAML_SEQUENCE_END_EVENT); advance(parse)) {
        struct config_node *item = parse_node(parse, depth + 1);

        if (item == NULL)
            break;
        *link = item;
        link = &item->next;
        node->count++;
    }
    return node;
}

static int compare_keys(const void *a, const void *b)
{
    const struct config_node *x = (*(struct config_node *const *)a)->key;
    const struct config_node *y = (*(struct config_node *const *)b)->key;
    int order = strcmp(x->text, y->text);

    if (order == 0)
        order = (x->line > y->line) - (x->line < y->line);
    if (order == 0)
        order = (x->column > y->column) - (x->column < y->column);
    return order;
}

static void refuse_duplicate_keys(struct parse *parse, const struct config_node *mapping)
{
    FREED_AT_END struct config_node **values =
        memory_allocate(mapping->count * sizeof(struct config_node *));
    size_t count = 0;

    for (struct config_node *value = mapping->first; value != NULL; value = value->next)
        values[count++] = value;
    qsort(values, count, sizeof *values, compare_keys);
    for (size_t i = 1; i < count; i++)
        if (strcmp(values[i]->key->text, values[i - 1]->key->text) == 0)
            config_problem_at(parse->problems, values[i]->key,
                              "key \"%s\" is already given at line %d; keep one of them",
                              values[i]->key->text, values[i - 1]->key->line);
}

/* A key that can be read, or NULL once it is refused. */
static const struct config_node *parse_key(struct parse *parse, int depth)
{
    bool merge = at(parse, YAML_SCALAR_EVENT) &&
                 parse->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
                 strcmp((const char *)parse->event.data.scalar.value, "<<") == 0;
    const struct config_node *key = parse_node(parse, depth + 1);

    if (key == NULL)
        return NULL;
    if (merge)
        config_problem_at(parse->problems, key,
                          "merge keys (<<) are not supported; write the keys where they are "
                          "needed");
    else if (key->kind != NODE_SCALAR)
        config_problem_at(parse->problems, key, "a key must be one word, not %s",
                          config_node_kind_name(key));
    else
        return key;
    return NULL;
}

static struct config_node *parse_mapping(struct parse *parse, int depth)
{
    struct config_node *node = node_new(parse, NODE_MAPPING);
    struct config_node **link = &node->first;

    refuse_anchor_and_tag(parse, parse->event.data.mapping_start.anchor,
                          parse->event.data.mapping_start.tag);
    for (advance(parse); !parse->failed && !at(parse, YAML_MAPPING_END_EVENT); advance(parse)) {
        const struct config_node *key = parse_key(parse, depth);

        advance(parse);
        struct config_node *value = parse->failed ? NULL : parse_node(parse, depth + 1);

        if (value == NULL || key == NULL)
            continue;
        value->key = key;
        *link = value;
        link = &value->next;
        node->count++;
    }
    refuse_duplicate_keys(parse, node);
    return node;
}

static bool within_limits(struct parse *parse, int depth)
{
    if (depth > CONFIG_MAX_DEPTH)
        REFUSE(parse, "this is nested deeper than %d levels", CONFIG_MAX_DEPTH);
    else if (++parse->nodes > CONFIG_MAX_NODES)
        REFUSE(parse, "the file has more than %d values", CONFIG_MAX_NODES);
    else
        return true;
    parse->failed = true;
    return false;
}

/* Reads the node that the current event begins and leaves its last event as the current one.
 * Returns NULL when the rest of the document cannot be read. */
static struct config_node *parse_node(struct parse *parse, int depth)
{
    if (parse->failed || !within_limits(parse, depth))
        return NULL;
    if (at(parse, YAML_SEQUENCE_START_EVENT))
        return parse_sequence(parse, depth);
    if (at(parse, YAML_MAPPING_START_EVENT))
        return parse_mapping(parse, depth);
    if (at(parse, YAML_ALIAS_EVENT))
        return parse_alias(parse);
    return parse_scalar(parse);
}

static struct config_node *empty_mapping(struct parse *parse)
{
    struct config_node *node = node_new(parse, NODE_MAPPING);

    node->line = node->column = 1;
    return node;
}

static struct config_node *parse_document(struct parse *parse)
{
    advance(parse); /* the stream's start */
    advance(parse);
    if (at(parse, YAML_STREAM_END_EVENT))
        return empty_mapping(parse);
    advance(parse); /* behind the document's start */
    struct config_node *root = parse_node(parse, 1);

    advance(parse);
    advance(parse); /* behind the document's end */
    if (at(parse, YAML_DOCUMENT_START_EVENT))
        REFUSE(parse, "a second document begins here; one file holds one configuration");
    return parse->failed ? NULL : root;
}

static struct slice without_byte_order_mark(struct slice yaml)
{
    bool marked = yaml.length >= 3 && memcmp(yaml.data, "\xef\xbb\xbf", 3) == 0;

    return marked ? slice_of(yaml.data + 3, yaml.length - 3) : yaml;
}

struct config_node *config_node_parse(struct arena *arena, struct slice yaml, const char *file,
                                      struct config_problems *problems)
{
    struct parse parse = {.bytes = without_byte_order_mark(yaml),
                          .arena = arena,
                          .file = arena_copy_text(arena, file),
                          .problems = problems};

    if (yaml.length > CONFIG_MAX_BYTES) {
        config_problem_in(problems, file, 0, 0, "the file is larger than 1 MiB");
        return NULL;
    }
    if (!yaml_parser_initialize(&parse.yaml))
        abort();
    yaml_parser_set_encoding(&parse.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parse.yaml, (const unsigned char *)parse.bytes.data,
                                 parse.bytes.length);
    struct config_node *root = parse_document(&parse);

    yaml_event_delete(&parse.event);
    yaml_parser_delete(&parse.yaml);
    return root;
}

const struct config_node *config_node_get(const struct config_node *mapping, const char *key)
{
    if (mapping == NULL || mapping->kind != NODE_MAPPING)
        return NULL;
    for (const struct config_node *value = mapping->first; value != NULL; value = value->next)
        if (strcmp(value->key->text, key) == 0)
            return value;
    return NULL;
}

static const struct config_node *child_at(const struct config_node *node, struct slice step)
{
    size_t index = 0;

    if (step.data[0] != '[') {
        for (const struct config_node *value = node->first; value != NULL; value = value->next)
            if (node->kind == NODE_MAPPING && slice_is(step, value->key->text))
                return value;
        return NULL;
    }
    for (size_t i = 1; i < step.length && step.data[i] != ']'; i++)
        index = 10 * index + (size_t)(step.data[i] - '0');
    if (node->kind != NODE_SEQUENCE)
        return index == 0 ? node : NULL; /* one bare value stands for a list of one */
    for (const struct config_node *item = node->first; item != NULL; item = item->next)
        if (index-- == 0)
            return item;
    return NULL;
}

const struct config_node *config_node_near(const struct config_node *root, const char *path)
{
    while (root != NULL && *path != '\0') {
        size_t length = 1 + strcspn(path + 1, ".[");
        const struct config_node *child = child_at(root, slice_of(path, length));

        if (child == NULL)
            break;
        root = child;
        path += length;
        path += *path == '.';
    }
    return root;
}

const char *config_node_kind_name(const struct config_node *node)
{
    if (node->kind == NODE_SCALAR)
        return node->is_null ? "nothing" : "one value";
    return node->kind == NODE_SEQUENCE ? "a list" : "a mapping";
}

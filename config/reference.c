#include "config/config.h"
#include "config/values.h"

/* `|` would end a cell of Markdown's table. */
static void append_cell_text(struct buffer *page, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            buffer_append_byte(page, '\\');
        buffer_append_byte(page, *text);
    }
}

static void append_code(struct buffer *page, const char *text)
{
    buffer_append_byte(page, '`');
    append_cell_text(page, text);
    buffer_append_byte(page, '`');
}

static void append_choices(struct buffer *page, const char *const *choices)
{
    for (size_t i = 0; choices[i] != NULL; i++) {
        bool last = choices[i + 1] == NULL;

        buffer_append_text(page, i == 0 ? "" : last ? " or " : ", ");
        append_code(page, choices[i]);
    }
}

static const char *type_name(enum option_type type)
{
    static const char *const names[] = {
        [OPTION_FLAG] = "`true` or `false`",
        [OPTION_INTEGER] = "number",
        [OPTION_SIZE] = "size",
        [OPTION_DURATION] = "duration",
        [OPTION_RATIO] = "ratio",
        [OPTION_TEXT] = "text",
        [OPTION_CHOICE] = "",
        [OPTION_LIST] = "list of ",
        [OPTION_TABLE] = "mapping",
        [OPTION_MAP] = "mapping",
        [OPTION_ONE_OF] = "mappings with one key",
        [OPTION_NODE] = "mapping",
    };

    return names[type];
}

static void append_number(struct buffer *page, enum option_type type, int64_t value)
{
    if (type == OPTION_SIZE)
        value_append_size(page, value);
    else if (type == OPTION_DURATION)
        value_append_duration(page, value);
    else if (type == OPTION_RATIO)
        value_append_ratio(page, value);
    else
        buffer_append_integer(page, value);
}

static void append_range(struct buffer *page, const struct option *option)
{
    if (option->min == 0 && option->max == 0)
        return;
    buffer_append_text(page, option->max == INT64_MAX ? ", at least " : ", ");
    append_number(page, option->type, option->min);
    if (option->max == INT64_MAX)
        return;
    buffer_append_text(page, " to ");
    append_number(page, option->type, option->max);
}

static void append_type(struct buffer *page, const struct option *option);

static void append_element(struct buffer *page, const struct option *element)
{
    if (element->type == OPTION_TABLE)
        buffer_append_text(page, "mappings");
    else
        append_type(page, element);
}

static void append_type(struct buffer *page, const struct option *option)
{
    buffer_append_text(page, type_name(option->type));
    if (option->type == OPTION_CHOICE)
        append_choices(page, option->choices);
    if (option->type == OPTION_LIST)
        append_element(page, option->element);
    if (option->type >= OPTION_INTEGER && option->type <= OPTION_RATIO)
        append_range(page, option);
    if (option->unit != NULL)
        buffer_append_format(page, " (%s)", option->unit);
}

static void append_default(struct buffer *page, const struct option *option)
{
    if (option->default_text != NULL)
        append_code(page, option->default_text);
    else if (option->flags & OPTION_REQUIRED)
        buffer_append_text(page, "required");
}

static void append_rows(const struct option *table, const char *prefix, struct buffer *page);

static void append_row(const struct option *option, const char *prefix, struct buffer *page)
{
    buffer_append_text(page, "| ");
    append_code(page, prefix);
    buffer_append_text(page, " | ");
    append_type(page, option);
    buffer_append_text(page, " | ");
    append_default(page, option);
    buffer_append_text(page, " | ");
    append_cell_text(page, option->description != NULL ? option->description : "");
    buffer_append_text(page, option->flags & OPTION_SECRET ? " Never shown." : "");
    buffer_append_text(page, option->flags & OPTION_NO_RELOAD ? " Only at start. |\n" : " |\n");
    if (option->type == OPTION_TABLE)
        append_rows(option->table, prefix, page);
}

static void append_rows(const struct option *table, const char *prefix, struct buffer *page)
{
    struct arena arena = {0};

    for (; table->name != NULL; table++) {
        const char *path =
            *prefix == '\0' ? table->name : arena_format(&arena, "%s.%s", prefix, table->name);

        append_row(table, path, page);
        if (table->type == OPTION_LIST && table->element->type == OPTION_TABLE)
            append_rows(table->element->table, arena_format(&arena, "%s[]", path), page);
    }
    arena_free(&arena);
}

void config_reference(const struct option *table, const char *prefix, struct buffer *page)
{
    if (table == NULL || table->name == NULL) {
        buffer_append_text(page, "No options.\n");
        return;
    }
    buffer_append_text(page, "| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n");
    append_rows(table, prefix, page);
}

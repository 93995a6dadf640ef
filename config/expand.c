#include "config/expand.h"

#include <stdlib.h>

#include "base/utf8.h"

struct expansion {
    struct arena *arena;
    struct config_node *node;
    struct config_problems *problems;
    struct buffer out;
};

#define REFUSE(expansion, ...)                                                                     \
    do {                                                                                           \
        if (!(expansion)->node->is_refused)                                                        \
            config_problem_at((expansion)->problems, (expansion)->node, __VA_ARGS__);              \
        (expansion)->node->is_refused = true;                                                      \
    } while (0)

static bool is_name(struct slice name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';

        if (!letter && !(i > 0 && c >= '0' && c <= '9'))
            return false;
    }
    return name.length > 0;
}

static void append_variable(struct expansion *expansion, struct slice name, struct slice fallback)
{
    const char *key = arena_copy(expansion->arena, name).data;
    const char *value = getenv(key);
    bool use_fallback = !slice_is_absent(fallback) && (value == NULL || *value == '\0');

    if (use_fallback)
        buffer_append(&expansion->out, fallback);
    else if (value == NULL)
        REFUSE(expansion,
               "the environment variable %s is not set; set it, or write "
               "${%s:-default}",
               key, key);
    else if (!utf8_is_valid(slice_of_text(value)))
        REFUSE(expansion, "the environment variable %s is not UTF-8", key);
    else
        buffer_append_text(&expansion->out, value);
}

/* text stands behind "${". Returns where to go on. */
static const char *append_braces(struct expansion *expansion, const char *text)
{
    const char *end = strchr(text, '}');

    if (end == NULL) {
        REFUSE(expansion, "${ without }; write $$ for a dollar sign");
        return text + strlen(text);
    }
    const char *fallback = memmem(text, (size_t)(end - text), ":-", 2);
    struct slice name = slice_of(text, (size_t)((fallback != NULL ? fallback : end) - text));

    if (!is_name(name))
        REFUSE(expansion,
               "\"%.*s\" is not the name of an environment variable; write ${NAME} or "
               "${NAME:-default}, and $$ for a dollar sign",
               SLICE_FORMAT(name));
    else
        append_variable(expansion, name,
                        fallback != NULL ? slice_of(fallback + 2, (size_t)(end - fallback - 2))
                                         : slice_of(NULL, 0));
    return end + 1;
}

static void append_expanded(struct expansion *expansion, const char *text)
{
    while (*text != '\0') {
        size_t plain = strcspn(text, "$");

        buffer_append(&expansion->out, slice_of(text, plain));
        text += plain;
        if (text[0] == '$' && text[1] == '{') {
            text = append_braces(expansion, text + 2);
        } else if (text[0] == '$') {
            buffer_append_byte(&expansion->out, '$');
            text += text[1] == '$' ? 2 : 1;
        }
    }
}

static void expand_scalar(struct arena *arena, struct config_node *node,
                          struct config_problems *problems)
{
    struct expansion expansion = {
        .arena = arena, .node = node, .problems = problems, .out.ceiling = CONFIG_MAX_EXPANDED};

    if (strchr(node->text, '$') == NULL)
        return;
    append_expanded(&expansion, node->text);
    if (expansion.out.overflow)
        REFUSE(&expansion, "this value is longer than 64 KiB once its variables are filled in");
    struct slice text = buffer_slice(&expansion.out);

    node->text = text.length > 0 ? arena_copy(arena, text).data : "";
    buffer_free(&expansion.out);
}

void config_expand(struct arena *arena, struct config_node *root, struct config_problems *problems)
{
    if (root->kind == NODE_SCALAR)
        expand_scalar(arena, root, problems);
    for (struct config_node *child = root->first; child != NULL; child = child->next)
        config_expand(arena, child, problems);
}

#include "config/expand.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

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

    expansion->node->is_looked_up |= slice_is_absent(fallback) || fallback.length == 0;
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

static bool is_plain_file(FILE *file)
{
    struct stat about;

    return fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode);
}

/* The file's content, at most one byte more than fits. Returns -1 with errno. */
static int read_secret(const char *path, struct buffer *ret_bytes)
{
    FILE *file = fopen(path, "re");
    size_t most = CONFIG_MAX_EXPANDED + 1;

    if (file == NULL)
        return -1;
    errno = EINVAL;
    bool readable = is_plain_file(file);

    if (readable)
        ret_bytes->length = fread(buffer_reserve(ret_bytes, most), 1, most, file);
    readable &= !ferror(file);
    int error = errno;

    fclose(file);
    errno = error;
    return readable ? 0 : -1;
}

/* Editors and shells end a file with a line break that is not part of a secret. */
static struct slice without_line_break(struct slice bytes)
{
    if (bytes.length > 0 && bytes.data[bytes.length - 1] == '\n')
        bytes.length--;
    if (bytes.length > 0 && bytes.data[bytes.length - 1] == '\r')
        bytes.length--;
    return bytes;
}

/* path: behind "file:". What the file holds is never shown. */
static void append_file(struct expansion *expansion, struct slice path)
{
    const char *name = arena_copy(expansion->arena, path).data;
    struct buffer bytes = {0};

    expansion->node->is_looked_up = expansion->node->is_from_file = true;
    if (path.length == 0)
        REFUSE(expansion, "${file:} names no file; write ${file:/path}");
    else if (read_secret(name, &bytes) != 0)
        REFUSE(expansion, "the file %s cannot be read: %s", name,
               errno == EINVAL ? "it is no plain file" : strerror(errno));
    struct slice text = without_line_break(buffer_slice(&bytes));

    if (text.length > 0 && memchr(text.data, '\0', text.length) != NULL)
        REFUSE(expansion, "the file %s must not contain the character NUL", name);
    else if (text.length > 0 && !utf8_is_valid(text))
        REFUSE(expansion, "the file %s is not UTF-8", name);
    else
        buffer_append(&expansion->out, text);
    buffer_free(&bytes);
}

static const char FILE_MARK[] = "file:";

/* text stands behind "${". Returns where to go on. */
static const char *append_braces(struct expansion *expansion, const char *text)
{
    const char *end = strchr(text, '}');

    if (end == NULL) {
        REFUSE(expansion, "${ without }; write $$ for a dollar sign");
        return text + strlen(text);
    }
    if (strncmp(text, FILE_MARK, sizeof FILE_MARK - 1) == 0) {
        const char *path = text + sizeof FILE_MARK - 1;

        append_file(expansion, slice_of(path, (size_t)(end - path)));
        return end + 1;
    }
    const char *fallback = memmem(text, (size_t)(end - text), ":-", 2);
    struct slice name = slice_of(text, (size_t)((fallback != NULL ? fallback : end) - text));

    if (!is_name(name))
        REFUSE(expansion,
               "\"%.*s\" is not the name of an environment variable; write ${NAME}, "
               "${NAME:-default} or ${file:/path}, and $$ for a dollar sign",
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

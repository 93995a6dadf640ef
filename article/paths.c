#include "article/paths.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "article/path_tree.h"
#include "base/arena.h"
#include "base/memory.h"
#include "base/utf8.h"

enum { MAX_INDEX_DIGITS = 9 };

struct article_paths {
    struct arena arena;
    struct path_node *root;
    uint8_t counts[ROLE_COUNT];
    const struct id_pattern *patterns[ROLE_COUNT][PATH_MAX_ALTERNATIVES];
};

struct step {
    struct slice name; /* absent: an index */
    uint32_t index;
};

/* A path while it is read. */
struct path_reader {
    struct slice path;
    size_t at;
    struct step steps[PATH_MAX_STEPS];
    size_t count;
    char *error;
    size_t error_size;
};

static struct path_node *node_new(struct article_paths *paths, struct step step)
{
    struct path_node *node = arena_allocate(&paths->arena, sizeof *node);

    node->name = arena_copy(&paths->arena, step.name);
    node->index = step.index;
    memset(node->rank, PATH_NOT_WANTED, sizeof node->rank);
    return node;
}

struct article_paths *article_paths_new(void)
{
    struct article_paths *paths = memory_zeroed(1, sizeof *paths);

    paths->root = node_new(paths, (struct step){0});
    return paths;
}

void article_paths_free(struct article_paths *paths)
{
    if (paths == NULL)
        return;
    arena_free(&paths->arena);
    free(paths);
}

const struct path_node *article_paths_root(const struct article_paths *paths)
{
    return paths->root;
}

const struct id_pattern *article_paths_pattern(const struct article_paths *paths,
                                               enum article_role role, uint8_t rank)
{
    return rank < PATH_MAX_ALTERNATIVES ? paths->patterns[role][rank] : NULL;
}

const struct path_node *path_member(const struct path_node *node, struct slice name)
{
    const struct path_node *child = node != NULL ? node->child : NULL;

    while (child != NULL && (slice_is_absent(child->name) || !slice_equal(child->name, name)))
        child = child->sibling;
    return child;
}

const struct path_node *path_element(const struct path_node *node, uint32_t index)
{
    const struct path_node *child = node != NULL ? node->child : NULL;

    while (child != NULL && (!slice_is_absent(child->name) || child->index != index))
        child = child->sibling;
    return child;
}

/* --- reading a path --- */

static int path_error(const struct path_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int path_error(const struct path_reader *reader, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reader->error, reader->error_size, format, arguments);
    va_end(arguments);
    return -1;
}

static bool at_end(const struct path_reader *reader)
{
    return reader->at == reader->path.length;
}

static struct slice rest_of_path(const struct path_reader *reader)
{
    return slice_of(reader->path.data + reader->at, reader->path.length - reader->at);
}

static int add_step(struct path_reader *reader, struct step step)
{
    if (reader->count == PATH_MAX_STEPS)
        return path_error(reader, "the path has more than %d steps", PATH_MAX_STEPS);
    reader->steps[reader->count++] = step;
    return 0;
}

static int read_quoted_name(struct path_reader *reader)
{
    struct slice rest = rest_of_path(reader);
    const char *end = memchr(rest.data + 1, '"', rest.length - 1);

    if (end == NULL)
        return path_error(reader, "the quotation mark at character %zu is not closed",
                          reader->at + 1);
    struct slice name = slice_of(rest.data + 1, (size_t)(end - rest.data) - 1);

    reader->at += name.length + 2;
    return add_step(reader, (struct step){.name = name});
}

static int read_name(struct path_reader *reader)
{
    struct slice rest = rest_of_path(reader);
    size_t length = 0;

    if (rest.length > 0 && rest.data[0] == '"')
        return read_quoted_name(reader);
    while (length < rest.length && strchr(".[]", rest.data[length]) == NULL)
        length++;
    if (length == 0)
        return path_error(reader, "a name is missing at character %zu", reader->at + 1);
    reader->at += length;
    return add_step(reader, (struct step){.name = slice_of(rest.data, length)});
}

static int read_index(struct path_reader *reader)
{
    struct slice rest = rest_of_path(reader);
    struct step step = {0};
    size_t length = 1;

    while (length < rest.length && rest.data[length] >= '0' && rest.data[length] <= '9' &&
           length <= MAX_INDEX_DIGITS)
        step.index = step.index * 10 + (uint32_t)(rest.data[length++] - '0');
    if (length == 1 || length == rest.length || rest.data[length] != ']')
        return path_error(reader, "an index such as [0] is expected at character %zu",
                          reader->at + 1);
    reader->at += length + 1;
    return add_step(reader, step);
}

static int read_path(struct path_reader *reader)
{
    int result = read_name(reader);

    while (result == 0 && !at_end(reader)) {
        char byte = reader->path.data[reader->at];

        if (byte == '[') {
            result = read_index(reader);
        } else if (byte == '.') {
            reader->at++;
            result = read_name(reader);
        } else {
            result =
                path_error(reader, "a full stop or [ is expected at character %zu", reader->at + 1);
        }
    }
    return result;
}

/* --- building the tree --- */

static struct path_node *child_for(struct article_paths *paths, struct path_node *node,
                                   struct step step)
{
    struct path_node **link = &node->child;

    while (*link != NULL) {
        struct path_node *child = *link;
        bool same_kind = slice_is_absent(child->name) == slice_is_absent(step.name);

        if (same_kind && slice_equal(child->name, step.name) && child->index == step.index)
            return child;
        link = &child->sibling;
    }
    return *link = node_new(paths, step);
}

static void add_to_tree(struct article_paths *paths, enum article_role role,
                        const struct path_reader *reader)
{
    struct path_node *node = paths->root;
    uint32_t bit = UINT32_C(1) << role;

    node->beneath |= bit;
    for (size_t i = 0; i < reader->count; i++) {
        node = child_for(paths, node, reader->steps[i]);
        node->beneath |= bit;
    }
    node->wanted |= bit;
    if (node->rank[role] == PATH_NOT_WANTED)
        node->rank[role] = paths->counts[role];
    paths->counts[role]++;
}

/* --- ids that carry their version --- */

/* Where " as {" begins; the path's end where it does not. */
static size_t path_length(struct slice path)
{
    const char *as = memmem(path.data, path.length, " as {", 5);

    return as != NULL ? (size_t)(as - path.data) : path.length;
}

static int read_pattern(struct article_paths *paths, enum article_role role, struct slice text,
                        struct path_reader *reader)
{
    struct id_pattern *pattern = arena_allocate(&paths->arena, sizeof *pattern);

    if (role != ROLE_ID && role != ROLE_EVOLVEDFROM)
        return path_error(reader, "only paths of id and evolvedfrom can be taken apart");
    paths->patterns[role][paths->counts[role]] = pattern;
    return id_pattern_read(arena_copy(&paths->arena, text), pattern, reader->error,
                           reader->error_size);
}

int article_paths_add(struct article_paths *paths, enum article_role role, const char *path,
                      char *ret_error, size_t error_size)
{
    struct path_reader reader = {
        .path = slice_of_text(path), .error = ret_error, .error_size = error_size};

    if (paths->counts[role] == PATH_MAX_ALTERNATIVES)
        return path_error(&reader, "%s has more than %d paths", article_role_name(role),
                          PATH_MAX_ALTERNATIVES);
    if (!utf8_is_valid(reader.path))
        return path_error(&reader, "the path is not valid UTF-8");
    struct slice whole = reader.path;

    reader.path.length = path_length(whole);
    if (read_path(&reader) != 0)
        return -1;
    size_t behind = reader.path.length + strlen(" as ");

    if (behind < whole.length &&
        read_pattern(paths, role, slice_of(whole.data + behind, whole.length - behind), &reader) !=
            0)
        return -1;
    add_to_tree(paths, role, &reader);
    return 0;
}

struct article_paths *article_paths_default(void)
{
    static const struct {
        enum article_role role;
        const char *path;
    } DEFAULTS[] = {
        {ROLE_SOURCE, "source"},
        {ROLE_ID, "id"},
        {ROLE_ID, "uri"},
        {ROLE_ID, "guid"},
        {ROLE_VERSION, "version"},
        {ROLE_VERSIONCREATED, "versioncreated"},
        {ROLE_VERSIONCREATED, "versionCreated"},
        {ROLE_HEADLINE, "headline"},
        {ROLE_HEADLINE, "title"},
        {ROLE_BODY, "body"},
        {ROLE_BODY, "body_text"},
        {ROLE_BODY, "text"},
        {ROLE_LANGUAGE, "language"},
        {ROLE_STATUS, "pubstatus"},
        {ROLE_STATUS, "pubStatus"},
        {ROLE_SIGNAL, "signal"},
        {ROLE_EDNOTE, "ednote"},
        {ROLE_EDNOTE, "edNote"},
        {ROLE_EVOLVEDFROM, "evolvedfrom"},
        {ROLE_EVOLVEDFROM, "evolvedFrom"},
        {ROLE_ALTIDS, "altids"},
        {ROLE_ALTIDS, "altIds"},
        {ROLE_EMBARGOED, "embargoed"},
        {ROLE_EMBARGOED, "embargoedUntil"},
    };
    struct article_paths *paths = article_paths_new();
    char error[128];

    for (size_t i = 0; i < sizeof DEFAULTS / sizeof *DEFAULTS; i++)
        article_paths_add(paths, DEFAULTS[i].role, DEFAULTS[i].path, error, sizeof error);
    return paths;
}

const char *article_role_name(enum article_role role)
{
    static const char *const NAMES[ROLE_COUNT] = {
        [ROLE_SOURCE] = "source",           [ROLE_ID] = "id",
        [ROLE_VERSION] = "version",         [ROLE_VERSIONCREATED] = "versioncreated",
        [ROLE_HEADLINE] = "headline",       [ROLE_BODY] = "body",
        [ROLE_LANGUAGE] = "language",       [ROLE_STATUS] = "status",
        [ROLE_SIGNAL] = "signal",           [ROLE_EDNOTE] = "ednote",
        [ROLE_EVOLVEDFROM] = "evolvedfrom", [ROLE_ALTIDS] = "altids",
        [ROLE_EMBARGOED] = "embargoed",
    };

    return NAMES[role];
}

#include "article/json_scan.h"

#include <stdlib.h>

#include "article/json_string.h"
#include "article/path_tree.h"
#include "base/memory.h"
#include "base/utf8.h"

/* An object or array that is open. */
struct json_level {
    const struct path_node *node;
    size_t start;
    uint32_t index; /* of an array: of the element that is read */
    bool is_object;
};

/* A member's name at the top. */
struct json_key {
    struct slice name;
    size_t at;
};

struct json_scanner {
    struct json_level *levels;
    size_t level_capacity;
    struct json_key *keys;
    size_t key_count;
    size_t key_capacity;
};

enum state { WANT_VALUE, WANT_VALUE_OR_END, WANT_KEY, WANT_KEY_OR_END, AFTER_VALUE, DONE };

static const size_t NOWHERE = SIZE_MAX;

enum {
    FEW_KEYS = 24,       /* are compared each with each, more are sorted */
    KEPT_KEYS = 1 << 16, /* room for more names is given back after use */
};

/* One text on its way. */
struct scan {
    struct json_scanner *scanner;
    struct json_cursor cursor;
    unsigned depth;
    unsigned max_depth;
    enum state state;
    const struct path_node *node; /* of the value to come */
    struct arena *arena;
    struct json_found *found;

    size_t comma; /* at the top: the last one, */
    struct {      /* and an enrichment that is there */
        bool reading;
        size_t key;
        size_t comma_before;
        size_t comma_after;
        size_t end;
    } enrichment;
};

struct json_scanner *json_scanner_new(void)
{
    return memory_zeroed(1, sizeof(struct json_scanner));
}

void json_scanner_free(struct json_scanner *scanner)
{
    if (scanner == NULL)
        return;
    free(scanner->levels);
    free(scanner->keys);
    free(scanner);
}

/* The string that begins at start and ends where the scan is, decoded. */
static struct slice string_from(const struct scan *scan, size_t start)
{
    const char *inside = (const char *)scan->cursor.bytes + start + 1;

    return json_string_decode(scan->arena, slice_of(inside, scan->cursor.at - start - 2));
}

/* --- what is found --- */

static void note_field(struct scan *scan, const struct path_node *node, size_t start)
{
    const char *first = (const char *)scan->cursor.bytes + start;

    for (int role = 0; role < ROLE_COUNT; role++) {
        struct json_field *field = &scan->found->fields[role];

        if ((node->wanted & UINT32_C(1) << role) == 0 ||
            (!slice_is_absent(field->json) && field->rank < node->rank[role]))
            continue;
        field->json = slice_of(first, scan->cursor.at - start);
        field->is_string = *first == '"';
        field->rank = node->rank[role];
    }
}

/* The value that began at start is read. */
static void end_value(struct scan *scan, const struct path_node *node, size_t start)
{
    if (node != NULL && node->wanted != 0 && scan->cursor.bytes[start] != 'n')
        note_field(scan, node, start);
    if (scan->depth == 1 && scan->enrichment.reading) {
        scan->enrichment.reading = false;
        scan->enrichment.end = scan->cursor.at;
    }
    scan->state = scan->depth == 0 ? DONE : AFTER_VALUE;
}

static void remember_key(struct json_scanner *scanner, struct slice name, size_t at)
{
    if (scanner->key_count == scanner->key_capacity) {
        scanner->key_capacity = 2 * scanner->key_capacity + 64;
        scanner->keys = memory_resize(scanner->keys, scanner->key_capacity * sizeof *scanner->keys);
    }
    scanner->keys[scanner->key_count++] = (struct json_key){.name = name, .at = at};
}

static bool is_life_cycle(const struct path_node *node)
{
    const uint32_t content = UINT32_C(1) << ROLE_HEADLINE | UINT32_C(1) << ROLE_BODY;

    return node != NULL && (node->beneath & content) == 0;
}

static void note_top_key(struct scan *scan, struct slice name, size_t start)
{
    remember_key(scan->scanner, name, start);
    if (slice_is(name, "enrichment")) {
        scan->enrichment.reading = true;
        scan->enrichment.key = start;
        scan->enrichment.comma_before = scan->comma;
        return;
    }
    scan->found->members++;
    scan->found->has_content |= !is_life_cycle(scan->node);
}

static void note_top_comma(struct scan *scan)
{
    scan->comma = scan->cursor.at;
    if (scan->enrichment.end != NOWHERE && scan->enrichment.comma_after == NOWHERE)
        scan->enrichment.comma_after = scan->cursor.at;
}

/* --- the walk --- */

static struct json_level *top_level(const struct scan *scan)
{
    return &scan->scanner->levels[scan->depth - 1];
}

static int open_level(struct scan *scan, bool is_object)
{
    struct json_scanner *scanner = scan->scanner;

    if (scan->depth == scan->max_depth)
        return json_problem_at(
            &scan->cursor, scan->cursor.at, REASON_TOO_DEEP,
            "more than %u objects and arrays inside one another; limits.depth says "
            "how many are accepted",
            scan->max_depth);
    if (scan->depth == scanner->level_capacity) {
        scanner->level_capacity = 2 * scanner->level_capacity + 64;
        scanner->levels =
            memory_resize(scanner->levels, scanner->level_capacity * sizeof *scanner->levels);
    }
    scan->depth++;
    *top_level(scan) =
        (struct json_level){.node = scan->node, .start = scan->cursor.at, .is_object = is_object};
    scan->cursor.at++;
    scan->state = is_object ? WANT_KEY_OR_END : WANT_VALUE_OR_END;
    scan->node = is_object ? NULL : path_element(scan->node, 0);
    return 0;
}

static int close_level(struct scan *scan)
{
    const struct json_level *level = top_level(scan);

    if (scan->depth == 1 && level->is_object)
        scan->found->close = scan->cursor.at;
    scan->cursor.at++;
    scan->depth--;
    end_value(scan, level->node, level->start);
    return 0;
}

static int scan_scalar(struct scan *scan)
{
    switch (scan->cursor.bytes[scan->cursor.at]) {
    case '"':
        return json_skip_string(&scan->cursor);
    case 't':
        return json_skip_word(&scan->cursor, "true");
    case 'f':
        return json_skip_word(&scan->cursor, "false");
    case 'n':
        return json_skip_word(&scan->cursor, "null");
    default:
        return json_at_digit(&scan->cursor) || scan->cursor.bytes[scan->cursor.at] == '-'
                   ? json_skip_number(&scan->cursor)
                   : json_expected(&scan->cursor, "a value");
    }
}

static int scan_value(struct scan *scan)
{
    size_t start = scan->cursor.at;

    if (scan->cursor.at == scan->cursor.length)
        return json_expected(&scan->cursor, "a value");
    if (scan->cursor.bytes[start] == '{' || scan->cursor.bytes[start] == '[')
        return open_level(scan, scan->cursor.bytes[start] == '{');
    if (scan->state == WANT_VALUE_OR_END && scan->cursor.bytes[start] == ']')
        return close_level(scan);
    if (scan_scalar(scan) != 0)
        return -1;
    end_value(scan, scan->node, start);
    return 0;
}

static int scan_key(struct scan *scan)
{
    size_t start = scan->cursor.at;
    const struct path_node *node = top_level(scan)->node;

    if (scan->state == WANT_KEY_OR_END && start < scan->cursor.length &&
        scan->cursor.bytes[start] == '}')
        return close_level(scan);
    if (start == scan->cursor.length || scan->cursor.bytes[start] != '"')
        return json_expected(&scan->cursor, "a member's name in quotation marks");
    if (json_skip_string(&scan->cursor) != 0)
        return -1;
    if (node != NULL || scan->depth == 1) {
        struct slice name = string_from(scan, start);

        scan->node = path_member(node, name);
        if (scan->depth == 1)
            note_top_key(scan, name, start);
    }
    json_skip_space(&scan->cursor);
    if (!json_skip_byte(&scan->cursor, ':'))
        return json_expected(&scan->cursor, "a colon behind the member's name");
    scan->state = WANT_VALUE;
    return 0;
}

static int scan_after_value(struct scan *scan)
{
    struct json_level *level = top_level(scan);

    if (scan->cursor.at < scan->cursor.length &&
        scan->cursor.bytes[scan->cursor.at] == (level->is_object ? '}' : ']'))
        return close_level(scan);
    if (scan->cursor.at == scan->cursor.length || scan->cursor.bytes[scan->cursor.at] != ',')
        return json_expected(&scan->cursor, level->is_object ? "a comma or }" : "a comma or ]");
    if (scan->depth == 1)
        note_top_comma(scan);
    scan->cursor.at++;
    scan->state = level->is_object ? WANT_KEY : WANT_VALUE;
    scan->node = level->is_object ? NULL : path_element(level->node, ++level->index);
    return 0;
}

static int scan_step(struct scan *scan)
{
    json_skip_space(&scan->cursor);
    if (scan->state == AFTER_VALUE)
        return scan_after_value(scan);
    if (scan->state == WANT_KEY || scan->state == WANT_KEY_OR_END)
        return scan_key(scan);
    return scan_value(scan);
}

/* --- the whole --- */

static int check_start(struct scan *scan)
{
    static const char MARKS[][4] = {"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"};

    for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS; i++) {
        size_t length = strlen(MARKS[i]);

        if (scan->cursor.length >= length && memcmp(scan->cursor.bytes, MARKS[i], length) == 0)
            return json_problem_at(&scan->cursor, 0, REASON_MALFORMED_JSON,
                                   "a byte order mark; send UTF-8 without one");
    }
    return 0;
}

static int compare_keys(const void *left, const void *right)
{
    const struct json_key *a = left;
    const struct json_key *b = right;

    if (a->name.length != b->name.length)
        return a->name.length < b->name.length ? -1 : 1;
    int order = memcmp(a->name.data, b->name.data, a->name.length);

    return order != 0 ? order : (a->at > b->at) - (a->at < b->at);
}

/* The member's name at `at` as it is written, cut where it is long. */
static struct slice written_name(const struct scan *scan, size_t at)
{
    enum { LONGEST = 80 };
    const char *name = (const char *)scan->cursor.bytes + at + 1;
    size_t length = 0;

    while (name[length] != '"' && length < LONGEST)
        length += name[length] == '\\' ? 2 : 1;
    return slice_of(name, utf8_valid_prefix(slice_of(name, length)));
}

/* The first member whose name was there before; NULL where there is none. */
static const struct json_key *twice_of_few(const struct json_key *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (slice_equal(keys[i].name, keys[j].name))
                return &keys[i];
        }
    }
    return NULL;
}

/* The same; sorting bounds the work also where a hostile text has a million names. */
static const struct json_key *twice_of_many(struct json_key *keys, size_t count)
{
    const struct json_key *twice = NULL;

    qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 1; i < count; i++) {
        if (slice_equal(keys[i - 1].name, keys[i].name) &&
            (twice == NULL || keys[i].at < twice->at))
            twice = &keys[i];
    }
    return twice;
}

static int check_keys(struct scan *scan)
{
    struct json_scanner *scanner = scan->scanner;
    const struct json_key *twice = scanner->key_count <= FEW_KEYS
                                       ? twice_of_few(scanner->keys, scanner->key_count)
                                       : twice_of_many(scanner->keys, scanner->key_count);

    if (twice == NULL)
        return 0;
    struct slice name = written_name(scan, twice->at);

    return json_problem_at(&scan->cursor, twice->at, REASON_DUPLICATE_KEY,
                           "the member \"%.*s\" is there twice; send it once", SLICE_FORMAT(name));
}

static int check_end(struct scan *scan)
{
    json_skip_space(&scan->cursor);
    if (scan->cursor.at < scan->cursor.length)
        return json_expected(&scan->cursor, "the end of the text");
    if (scan->found->close == 0)
        return json_problem_at(&scan->cursor, 0, REASON_NOT_AN_OBJECT,
                               "an article is a JSON object, {...}; this is another value");
    return check_keys(scan);
}

/* With the comma before it where there is one, so that what was spliced in comes out again. */
static void set_cut(const struct scan *scan)
{
    struct json_found *found = scan->found;

    if (scan->enrichment.end == NOWHERE)
        return;
    found->cut_start = scan->enrichment.key;
    found->cut_end = scan->enrichment.end;
    if (scan->enrichment.comma_before != NOWHERE)
        found->cut_start = scan->enrichment.comma_before;
    else if (scan->enrichment.comma_after != NOWHERE)
        found->cut_end = scan->enrichment.comma_after + 1;
}

int json_scan(struct json_scanner *scanner, struct slice text, const struct article_paths *paths,
              unsigned max_depth, struct arena *arena, struct json_found *ret_found)
{
    struct scan scan = {.scanner = scanner,
                        .cursor = {.bytes = (const unsigned char *)text.data,
                                   .length = text.length,
                                   .problem = &ret_found->problem},
                        .max_depth = max_depth,
                        .node = article_paths_root(paths),
                        .arena = arena,
                        .found = ret_found,
                        .comma = NOWHERE,
                        .enrichment = {.comma_after = NOWHERE, .end = NOWHERE}};

    *ret_found = (struct json_found){0};
    scanner->key_count = 0;
    if (scanner->key_capacity > KEPT_KEYS) {
        scanner->keys = memory_free(scanner->keys);
        scanner->key_capacity = 0;
    }
    if (check_start(&scan) != 0)
        return -1;
    while (scan.state != DONE) {
        if (scan_step(&scan) != 0)
            return -1;
    }
    if (check_end(&scan) != 0)
        return -1;
    set_cut(&scan);
    return 0;
}

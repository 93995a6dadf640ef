#include "article/json_scan.h"

#include <stdarg.h>
#include <stdio.h>
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

enum { KEPT_KEYS = 1 << 16 /* room for more names is given back after use */ };

/* One text on its way. */
struct scan {
    struct json_scanner *scanner;
    const unsigned char *bytes;
    size_t length;
    size_t at;
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

/* --- problems --- */

static int problem_at(struct scan *scan, size_t at, enum article_reason reason, const char *format,
                      ...) __attribute__((format(printf, 4, 5)));

static int problem_at(struct scan *scan, size_t at, enum article_reason reason, const char *format,
                      ...)
{
    char *text = scan->found->problem;
    struct slice all = slice_of((const char *)scan->bytes, scan->length);
    struct utf8_place place = utf8_place_of(all, at);
    va_list arguments;
    int used =
        snprintf(text, JSON_PROBLEM_SIZE, "line %zu, column %zu: ", place.line, place.column);

    va_start(arguments, format);
    vsnprintf(text + used, JSON_PROBLEM_SIZE - (size_t)used, format, arguments);
    va_end(arguments);
    scan->found->reason = reason;
    return -1;
}

/* A byte as people read it. */
static const char *byte_name(const struct scan *scan, char text[16])
{
    if (scan->at == scan->length)
        return "the text ends";
    unsigned char byte = scan->bytes[scan->at];

    if (byte > ' ' && byte < 0x7F)
        snprintf(text, 16, "there is %c", byte);
    else
        snprintf(text, 16, "there is 0x%02X", byte);
    return text;
}

static int expected(struct scan *scan, const char *what)
{
    char text[16];

    return problem_at(scan, scan->at, REASON_MALFORMED_JSON, "%s is expected, but %s", what,
                      byte_name(scan, text));
}

/* --- strings --- */

static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

/* A bit 7 for each of eight bytes that is a control, a quotation mark or a backslash: what is below
 * a limit has its bit 7 set by the subtraction, and what is above 0x7F is masked out. */
static uint64_t special_bytes(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote = eight ^ ones * '"';
    uint64_t backslash = eight ^ ones * '\\';
    uint64_t found = ((eight - ones * 0x20) & ~eight) | ((quote - ones) & ~quote) |
                     ((backslash - ones) & ~backslash);

    return found & ones << 7;
}

/* The next byte of a string that is not plain. ret_high: has bit 7 of some byte set where bytes
 * beyond ASCII are before it. */
static size_t behind_plain(const struct scan *scan, uint64_t *ret_high)
{
    size_t at = scan->at;
    uint64_t eight;

    for (*ret_high = 0; scan->length - at >= 8; at += 8) {
        memcpy(&eight, scan->bytes + at, sizeof eight);
        if (special_bytes(eight) != 0)
            break;
        *ret_high |= eight;
    }
    for (; at < scan->length && is_plain(scan->bytes[at]); at++)
        *ret_high |= scan->bytes[at];
    *ret_high &= UINT64_C(0x8080808080808080);
    return at;
}

/* Goes to the next byte of a string that is not plain. */
static int scan_plain(struct scan *scan)
{
    uint64_t high;
    size_t end = behind_plain(scan, &high);
    struct slice run = slice_of((const char *)scan->bytes + scan->at, end - scan->at);

    scan->at += high == 0 ? run.length : utf8_valid_prefix(run);
    if (scan->at == end)
        return 0;
    return problem_at(scan, scan->at, REASON_INVALID_UTF8,
                      "byte 0x%02X is no UTF-8 here; send UTF-8", scan->bytes[scan->at]);
}

static int scan_surrogates(struct scan *scan, uint32_t first)
{
    const char *next = (const char *)scan->bytes + scan->at + 6;
    bool paired = first < 0xDC00 && scan->length - scan->at >= 12 && next[0] == '\\' &&
                  next[1] == 'u' && (json_string_hex4(next + 2) & ~UINT32_C(0x3FF)) == 0xDC00;

    if (!paired)
        return problem_at(scan, scan->at, REASON_INVALID_UTF8,
                          "\\u%04x is half of a surrogate pair; send the pair or the character",
                          first);
    scan->at += 12;
    return 0;
}

static int scan_unicode_escape(struct scan *scan)
{
    const char *digits = (const char *)scan->bytes + scan->at + 2;
    uint32_t unit = scan->length - scan->at >= 6 ? json_string_hex4(digits) : 0x10000;

    if (unit > 0xFFFF)
        return problem_at(scan, scan->at, REASON_MALFORMED_JSON,
                          "\\u wants four hexadecimal digits");
    if (unit >= 0xD800 && unit <= 0xDFFF)
        return scan_surrogates(scan, unit);
    scan->at += 6;
    return 0;
}

static int scan_escape(struct scan *scan)
{
    unsigned char letter = scan->at + 1 < scan->length ? scan->bytes[scan->at + 1] : 0;

    if (letter == 'u')
        return scan_unicode_escape(scan);
    if (letter == 0 || strchr("\"\\/bfnrt", letter) == NULL)
        return problem_at(scan, scan->at, REASON_MALFORMED_JSON,
                          "JSON has no such escape; a backslash itself is \\\\");
    scan->at += 2;
    return 0;
}

static int scan_special_byte(struct scan *scan)
{
    unsigned char byte = scan->bytes[scan->at];

    if (byte == '\\')
        return scan_escape(scan);
    return problem_at(scan, scan->at, REASON_MALFORMED_JSON,
                      "a control character in a string; send it as \\u%04x", byte);
}

/* From the opening quotation mark to behind the closing one. */
static int scan_string(struct scan *scan)
{
    size_t start = scan->at++;

    for (;;) {
        if (scan_plain(scan) != 0)
            return -1;
        if (scan->at == scan->length)
            return problem_at(scan, start, REASON_MALFORMED_JSON,
                              "the string that begins here is not closed; was the record cut?");
        if (scan->bytes[scan->at] == '"')
            break;
        if (scan_special_byte(scan) != 0)
            return -1;
    }
    scan->at++;
    return 0;
}

/* The string that begins at start and ends where the scan is, decoded. */
static struct slice string_from(const struct scan *scan, size_t start)
{
    const char *inside = (const char *)scan->bytes + start + 1;

    return json_string_decode(scan->arena, slice_of(inside, scan->at - start - 2));
}

/* --- numbers, words, white space --- */

static bool is_digit_at(const struct scan *scan)
{
    return scan->at < scan->length && scan->bytes[scan->at] >= '0' && scan->bytes[scan->at] <= '9';
}

static bool skip_byte(struct scan *scan, unsigned char byte)
{
    if (scan->at == scan->length || scan->bytes[scan->at] != byte)
        return false;
    scan->at++;
    return true;
}

static int scan_digits(struct scan *scan)
{
    if (!is_digit_at(scan))
        return expected(scan, "a digit");
    while (is_digit_at(scan))
        scan->at++;
    return 0;
}

static int scan_exponent(struct scan *scan)
{
    if (!skip_byte(scan, 'e') && !skip_byte(scan, 'E'))
        return 0;
    if (!skip_byte(scan, '+'))
        skip_byte(scan, '-');
    return scan_digits(scan);
}

static int scan_number(struct scan *scan)
{
    skip_byte(scan, '-');
    if (!skip_byte(scan, '0') && scan_digits(scan) != 0)
        return -1;
    if (skip_byte(scan, '.') && scan_digits(scan) != 0)
        return -1;
    return scan_exponent(scan);
}

static int scan_word(struct scan *scan, const char *word)
{
    size_t length = strlen(word);

    if (scan->length - scan->at < length || memcmp(scan->bytes + scan->at, word, length) != 0)
        return expected(scan, "a value");
    scan->at += length;
    return 0;
}

static void skip_space(struct scan *scan)
{
    while (scan->at < scan->length &&
           (scan->bytes[scan->at] == ' ' || scan->bytes[scan->at] == '\n' ||
            scan->bytes[scan->at] == '\t' || scan->bytes[scan->at] == '\r'))
        scan->at++;
}

/* --- what is found --- */

static void note_field(struct scan *scan, const struct path_node *node, size_t start)
{
    const char *first = (const char *)scan->bytes + start;

    for (int role = 0; role < ROLE_COUNT; role++) {
        struct json_field *field = &scan->found->fields[role];

        if ((node->wanted & UINT32_C(1) << role) == 0 ||
            (!slice_is_absent(field->json) && field->rank < node->rank[role]))
            continue;
        field->json = slice_of(first, scan->at - start);
        field->is_string = *first == '"';
        field->rank = node->rank[role];
    }
}

/* The value that began at start is read. */
static void end_value(struct scan *scan, const struct path_node *node, size_t start)
{
    if (node != NULL && node->wanted != 0 && scan->bytes[start] != 'n')
        note_field(scan, node, start);
    if (scan->depth == 1 && scan->enrichment.reading) {
        scan->enrichment.reading = false;
        scan->enrichment.end = scan->at;
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
    scan->comma = scan->at;
    if (scan->enrichment.end != NOWHERE && scan->enrichment.comma_after == NOWHERE)
        scan->enrichment.comma_after = scan->at;
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
        return problem_at(scan, scan->at, REASON_TOO_DEEP,
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
        (struct json_level){.node = scan->node, .start = scan->at, .is_object = is_object};
    scan->at++;
    scan->state = is_object ? WANT_KEY_OR_END : WANT_VALUE_OR_END;
    scan->node = is_object ? NULL : path_element(scan->node, 0);
    return 0;
}

static int close_level(struct scan *scan)
{
    const struct json_level *level = top_level(scan);

    if (scan->depth == 1 && level->is_object)
        scan->found->close = scan->at;
    scan->at++;
    scan->depth--;
    end_value(scan, level->node, level->start);
    return 0;
}

static int scan_scalar(struct scan *scan)
{
    switch (scan->bytes[scan->at]) {
    case '"':
        return scan_string(scan);
    case 't':
        return scan_word(scan, "true");
    case 'f':
        return scan_word(scan, "false");
    case 'n':
        return scan_word(scan, "null");
    default:
        return is_digit_at(scan) || scan->bytes[scan->at] == '-' ? scan_number(scan)
                                                                 : expected(scan, "a value");
    }
}

static int scan_value(struct scan *scan)
{
    size_t start = scan->at;

    if (scan->at == scan->length)
        return expected(scan, "a value");
    if (scan->bytes[start] == '{' || scan->bytes[start] == '[')
        return open_level(scan, scan->bytes[start] == '{');
    if (scan->state == WANT_VALUE_OR_END && scan->bytes[start] == ']')
        return close_level(scan);
    if (scan_scalar(scan) != 0)
        return -1;
    end_value(scan, scan->node, start);
    return 0;
}

static int scan_key(struct scan *scan)
{
    size_t start = scan->at;
    const struct path_node *node = top_level(scan)->node;

    if (scan->state == WANT_KEY_OR_END && start < scan->length && scan->bytes[start] == '}')
        return close_level(scan);
    if (start == scan->length || scan->bytes[start] != '"')
        return expected(scan, "a member's name in quotation marks");
    if (scan_string(scan) != 0)
        return -1;
    if (node != NULL || scan->depth == 1) {
        struct slice name = string_from(scan, start);

        scan->node = path_member(node, name);
        if (scan->depth == 1)
            note_top_key(scan, name, start);
    }
    skip_space(scan);
    if (!skip_byte(scan, ':'))
        return expected(scan, "a colon behind the member's name");
    scan->state = WANT_VALUE;
    return 0;
}

static int scan_after_value(struct scan *scan)
{
    struct json_level *level = top_level(scan);

    if (scan->at < scan->length && scan->bytes[scan->at] == (level->is_object ? '}' : ']'))
        return close_level(scan);
    if (scan->at == scan->length || scan->bytes[scan->at] != ',')
        return expected(scan, level->is_object ? "a comma or }" : "a comma or ]");
    if (scan->depth == 1)
        note_top_comma(scan);
    scan->at++;
    scan->state = level->is_object ? WANT_KEY : WANT_VALUE;
    scan->node = level->is_object ? NULL : path_element(level->node, ++level->index);
    return 0;
}

static int scan_step(struct scan *scan)
{
    skip_space(scan);
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

        if (scan->length >= length && memcmp(scan->bytes, MARKS[i], length) == 0)
            return problem_at(scan, 0, REASON_MALFORMED_JSON,
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
    const char *name = (const char *)scan->bytes + at + 1;
    size_t length = 0;

    while (name[length] != '"' && length < LONGEST)
        length += name[length] == '\\' ? 2 : 1;
    return slice_of(name, utf8_valid_prefix(slice_of(name, length)));
}

/* Sorting bounds the work also where a hostile text has a million names. */
static int check_keys(struct scan *scan)
{
    struct json_scanner *scanner = scan->scanner;
    const struct json_key *twice = NULL;

    if (scanner->key_count > 1)
        qsort(scanner->keys, scanner->key_count, sizeof *scanner->keys, compare_keys);
    for (size_t i = 1; i < scanner->key_count; i++) {
        const struct json_key *key = &scanner->keys[i];

        if (slice_equal(key[-1].name, key->name) && (twice == NULL || key->at < twice->at))
            twice = key;
    }
    if (twice == NULL)
        return 0;
    struct slice name = written_name(scan, twice->at);

    return problem_at(scan, twice->at, REASON_DUPLICATE_KEY,
                      "the member \"%.*s\" is there twice; send it once", SLICE_FORMAT(name));
}

static int check_end(struct scan *scan)
{
    skip_space(scan);
    if (scan->at < scan->length)
        return expected(scan, "the end of the text");
    if (scan->found->close == 0)
        return problem_at(scan, 0, REASON_NOT_AN_OBJECT,
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
                        .bytes = (const unsigned char *)text.data,
                        .length = text.length,
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

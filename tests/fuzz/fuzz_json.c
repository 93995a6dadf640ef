/* Any bytes as JSON, read by our scanner and by jansson: both accept the same texts and find the
 * same strings, but for what docs/article.md names, where the contract takes more or less. */
#include <stdint.h>
#include <stdlib.h>

#include <jansson.h>

#include "article/json_scan.h"
#include "article/json_string.h"
#include "tests/fuzz/fuzz.h"

enum { DEPTH = 16 };

static const struct {
    enum article_role role;
    const char *name;
} FIELDS[] = {{ROLE_ID, "id"}, {ROLE_HEADLINE, "headline"}, {ROLE_BODY, "body"}};

static struct article_paths *paths;
static struct json_scanner *scanner;

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void prepare(void)
{
    char error[128];

    paths = article_paths_new();
    scanner = json_scanner_new();
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        article_paths_add(paths, FIELDS[i].role, FIELDS[i].name, error, sizeof error);
}

static size_t depth_of(const json_t *value)
{
    size_t deepest = 0;
    const char *key;
    json_t *inside;
    size_t i;

    if (json_is_array(value)) {
        json_array_foreach(value, i, inside) deepest =
            depth_of(inside) > deepest ? depth_of(inside) : deepest;
    } else if (json_is_object(value)) {
        json_object_foreach((json_t *)(uintptr_t)value, key, inside) deepest =
            depth_of(inside) > deepest ? depth_of(inside) : deepest;
    } else {
        return 0;
    }
    return deepest + 1;
}

/* Each string is there with the same letters, and what is null or not there is absent. */
static void require_same_fields(const json_t *value, const struct json_found *found,
                                struct arena *arena)
{
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
        const struct json_field *field = &found->fields[FIELDS[i].role];
        const json_t *theirs = json_object_get(value, FIELDS[i].name);

        require(slice_is_absent(field->json) == (theirs == NULL || json_is_null(theirs)));
        if (slice_is_absent(field->json))
            continue;
        require(field->is_string == json_is_string(theirs));
        if (!field->is_string)
            continue;
        struct slice ours =
            json_string_decode(arena, slice_of(field->json.data + 1, field->json.length - 2));

        require(slice_equal(ours, slice_of(json_string_value(theirs), json_string_length(theirs))));
    }
}

/* jansson accepts it, so the reason is one of ours alone. A nested value that is dropped for one of
 * the same name may have been the deep one. */
static void require_refused_rightly(struct slice text, const json_t *value, bool names_differ,
                                    const struct json_problem *problem)
{
    if (problem->reason == REASON_MALFORMED_JSON) { /* jansson overlooks one behind a number */
        require(memchr(text.data, '\0', text.length) != NULL);
        return;
    }
    require(problem->reason == REASON_TOO_DEEP || problem->reason == REASON_NOT_AN_OBJECT ||
            problem->reason == REASON_DUPLICATE_KEY);
    if (problem->reason == REASON_TOO_DEEP)
        require(!names_differ || depth_of(value) > DEPTH);
    if (problem->reason == REASON_NOT_AN_OBJECT)
        require(!json_is_object(value));
    if (problem->reason == REASON_DUPLICATE_KEY)
        require(!names_differ);
}

static void require_accepted_rightly(const json_t *value, const json_error_t *error,
                                     const struct json_found *found, struct arena *arena)
{
    enum json_error_code code = json_error_code(error);

    if (value == NULL) {
        require(code == json_error_numeric_overflow || code == json_error_null_byte_in_key);
        return;
    }
    bool has_enrichment = json_object_get(value, "enrichment") != NULL;

    require(json_is_object(value));
    require(json_object_size(value) == found->members + has_enrichment);
    require_same_fields(value, found, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size);
    const size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
    json_error_t error = {0};
    json_error_t strict = {0};
    struct arena arena = {0};
    struct json_found found;

    if (paths == NULL)
        prepare();
    json_t *value = json_loadb(text.data, text.length, flags, &error);
    json_t *unequal = json_loadb(text.data, text.length, flags | JSON_REJECT_DUPLICATES, &strict);
    bool accepted = json_scan(scanner, text, paths, DEPTH, &arena, &found) == 0;

    if (accepted)
        require_accepted_rightly(value, &error, &found, &arena);
    else if (value != NULL)
        require_refused_rightly(text, value, unequal != NULL, &found.problem);
    json_decref(value);
    json_decref(unequal);
    arena_free(&arena);
    return 0;
}

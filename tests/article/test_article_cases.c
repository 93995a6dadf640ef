/* The cases in tests/article/cases: NAME.json or NAME.txt goes in; NAME.*.out says what comes out:
 * the kind and the enriched article, or the reason and its sentence. Add a case by adding two
 * files. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "article/article.h"

static const struct article_made_by MADE_BY = {.json = {"{\"copydesk\":\"test\"}", 19}};

static struct article_paths *paths;
static struct article_scratch *scratch;

static struct buffer read_file(const char *folder, const char *name)
{
    char path[4096];
    struct buffer content = {0};
    char block[4096];
    size_t length;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        fail_msg("%s cannot be opened", path);
    while ((length = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(&content, slice_of(block, length));
    fclose(file);
    return content;
}

static struct article *read_article(struct slice payload, enum article_format format, int *result)
{
    struct article_input input = {
        .format = format, .paths = paths, .max_bytes = 1 << 20, .max_depth = 8};
    struct article_coordinates coordinates = {.topic = SLICE_LITERAL("raw"), .offset = 7};
    struct article *article = article_new(payload, coordinates, SLICE_LITERAL("fallback"));

    *result = article_read(article, &input, scratch);
    return article;
}

static void render(struct slice payload, enum article_format format, struct buffer *out)
{
    static const char *const KINDS[] = {[KIND_ARTICLE] = "article",
                                        [KIND_KILL] = "kill",
                                        [KIND_TAKEDOWN] = "takedown",
                                        [KIND_TOMBSTONE] = "tombstone"};
    int result;
    struct article *article = read_article(payload, format, &result);

    buffer_append_format(out, "%s\n",
                         result == 0 ? KINDS[article->kind] : article_reason_name(article->reason));
    if (result == 0)
        article_render(article, format, &MADE_BY, out);
    else
        buffer_append_format(out, "%s\n", article->reason_text);
    article_free(article);
}

/* What has passed through copydesk and comes again leaves as it came. */
static void assert_second_pass_changes_nothing(struct slice first)
{
    const char *line_end = memchr(first.data, '\n', first.length);
    size_t skipped = (size_t)(line_end - first.data) + 1;
    struct buffer second = {0};

    render(slice_of(first.data + skipped, first.length - skipped), FORMAT_JSON, &second);
    assert_true(slice_equal(buffer_slice(&second), first));
    buffer_free(&second);
}

static bool is_accepted(struct slice out)
{
    return memcmp(out.data, "article", 7) == 0 || memcmp(out.data, "kill", 4) == 0 ||
           memcmp(out.data, "takedown", 8) == 0;
}

static void check_case(const char *folder, const char *name, enum article_format format)
{
    char expected_name[512];
    struct buffer input = read_file(folder, name);
    struct buffer out = {0};

    snprintf(expected_name, sizeof expected_name, "%s.out", name);
    struct buffer expected = read_file(folder, expected_name);

    render(buffer_slice(&input), format, &out);
    if (!slice_equal(buffer_slice(&out), buffer_slice(&expected)))
        fail_msg("%s gives\n%.*s\nnot\n%.*s", name, SLICE_FORMAT(buffer_slice(&out)),
                 SLICE_FORMAT(buffer_slice(&expected)));
    if (is_accepted(buffer_slice(&out)))
        assert_second_pass_changes_nothing(buffer_slice(&out));
    buffer_free(&input);
    buffer_free(&out);
    buffer_free(&expected);
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name);

    return length > strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

static void every_case_gives_what_its_file_says(void **state)
{
    const char *folder = getenv("ARTICLE_CASES");
    const struct dirent *entry;
    int cases = 0;

    (void)state;
    assert_non_null(folder);
    DIR *all = opendir(folder);

    assert_non_null(all);
    while ((entry = readdir(all)) != NULL) {
        bool json = ends_with(entry->d_name, ".json");

        if (!json && !ends_with(entry->d_name, ".txt"))
            continue;
        check_case(folder, entry->d_name, json ? FORMAT_JSON : FORMAT_TEXT);
        cases++;
    }
    closedir(all);
    assert_true(cases > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_case_gives_what_its_file_says)};

    paths = article_paths_default();
    scratch = article_scratch_new();
    int failed = cmocka_run_group_tests_name("article_cases", tests, NULL, NULL);

    article_scratch_free(scratch);
    article_paths_free(paths);
    return failed;
}

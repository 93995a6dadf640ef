/* cases/LANGUAGE.txt: one text a line, # begins a comment. Each name that must be found is written
 * [[id or English name|text]]; nothing else may be. Editors add to them without C. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>

#include "base/buffer.h"
#include "processors/entities/lists.h"
#include "processors/entities/match.h"

static const char *folder;
static struct lists *lists;
static struct text_view_builder *builder;
static struct matcher *matcher;

/* The case's text without its marks. */
static void append_plain(struct buffer *plain, const char *marked)
{
    while (*marked != '\0' && *marked != '\n') {
        if (strncmp(marked, "[[", 2) == 0)
            marked = strchr(marked, '|') + 1;
        else if (strncmp(marked, "]]", 2) == 0)
            marked += 2;
        else
            buffer_append(plain, slice_of(marked++, 1));
    }
}

static struct slice key_of(const struct language_names *names, const struct match *match)
{
    const struct found_entity *found = &matcher_entities(matcher)[match->entity];

    if (found->layer == LAYER_NONE)
        return found->name;
    struct gazetteer_entity entity =
        gazetteer_entity_of(names->layers[found->layer].gazetteer, found->entity);

    return entity.id_count > 0 ? entity.ids[0] : entity.name;
}

/* The text with marks where names were found. */
static void append_marked(struct buffer *marked, struct slice plain,
                          const struct language_names *names, uint32_t count)
{
    const struct match *matches = matcher_matches(matcher);
    size_t at = 0;

    for (uint32_t i = 0; i < count; at = matches[i++].end_byte) {
        struct slice key = key_of(names, &matches[i]);

        buffer_append(marked, slice_of(plain.data + at, matches[i].start_byte - at));
        buffer_append_format(marked, "[[%.*s|", SLICE_FORMAT(key));
        buffer_append(marked, slice_of(plain.data + matches[i].start_byte,
                                       matches[i].end_byte - matches[i].start_byte));
        buffer_append_text(marked, "]]");
    }
    buffer_append(marked, slice_of(plain.data + at, plain.length - at));
}

/* Returns whether it is as expected; says what is not. */
static bool check_case(const char *file, int line, const struct language_names *language,
                       const char *expected)
{
    struct buffer plain = {0};
    struct buffer marked = {0};
    struct text_view view;

    append_plain(&plain, expected);
    text_view_build(builder, buffer_slice(&plain), &view);
    append_marked(&marked, buffer_slice(&plain), language, matcher_run(matcher, language, &view));
    bool same = slice_equal(buffer_slice(&marked), slice_of(expected, strcspn(expected, "\n")));

    if (!same)
        print_error("%s:%d\n  expected %s  found    %.*s\n", file, line, expected,
                    SLICE_FORMAT(buffer_slice(&marked)));
    buffer_free(&plain);
    buffer_free(&marked);
    return same;
}

/* Returns how many cases failed. */
static int check_file(const char *name)
{
    char path[512];
    char text[1024];
    struct slice tag = slice_of(name, strcspn(name, "."));
    const struct language_names *language = lists_for(lists, tag);
    int failed = 0;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    for (int line = 1; fgets(text, sizeof(text), file) != NULL; line++)
        if (text[0] != '#' && text[0] != '\n')
            failed += !check_case(name, line, language, text);
    fclose(file);
    return failed;
}

static void every_case_finds_its_names_and_no_others(void **state)
{
    DIR *files = opendir(folder);
    int failed = 0;
    int checked = 0;

    (void)state;
    assert_non_null(files);
    for (struct dirent *entry; (entry = readdir(files)) != NULL;)
        if (strstr(entry->d_name, ".txt") != NULL) {
            failed += check_file(entry->d_name);
            checked++;
        }
    closedir(files);
    assert_int_equal(failed, 0);
    assert_true(checked >= 12);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_finds_its_names_and_no_others),
    };
    const char *const names[] = {"builtin"};
    char error[256];

    if (count != 2 || (lists = lists_new(names, 1, error, sizeof(error))) == NULL)
        return EXIT_FAILURE;
    folder = arguments[1];
    builder = text_view_builder_new();
    matcher = matcher_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    matcher_free(matcher);
    text_view_builder_free(builder);
    lists_free(lists);
    return failed;
}

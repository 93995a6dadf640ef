#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"

/* Each NAME.yaml of a folder is loaded and must have the problems of NAME.problems, line by line.
 * A new case is two files. */

static const char *folder;

static void read_file(const char *name, struct buffer *ret_text)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");

    if (file == NULL)
        fail_msg("%s: cannot be read", path);
    for (int byte = fgetc(file); byte != EOF; byte = fgetc(file))
        buffer_append_byte(ret_text, (char)byte);
    fclose(file);
}

static void problems_of(const char *name, struct buffer *ret_lines)
{
    struct config_problems problems = {0};
    struct buffer yaml = {0};

    read_file(name, &yaml);
    struct config *config = config_load_text(buffer_slice(&yaml), name, NULL, NULL, &problems);

    assert_int_equal(config == NULL, problems.count > 0);
    for (const struct config_problem *p = problems.first; p != NULL; p = p->next)
        buffer_append_format(ret_lines, "%s\n", p->text);
    config_free(config);
    config_problems_free(&problems);
    buffer_free(&yaml);
}

static void the_problems_are_the_expected_ones(void **state)
{
    char *name = *state;
    struct buffer expected = {0};
    struct buffer lines = {0};

    problems_of(name, &lines);
    memcpy(strrchr(name, '.'), ".problems", sizeof ".problems");
    read_file(name, &expected);
    buffer_append_byte(&lines, '\0');
    buffer_append_byte(&expected, '\0');
    assert_string_equal(lines.data, expected.data);
    buffer_free(&expected);
    buffer_free(&lines);
}

static int is_case(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot != NULL && strcmp(dot, ".yaml") == 0;
}

int main(int argc, char **argv)
{
    struct dirent **entries;

    (void)argc;
    folder = argv[1];
    int count = scandir(folder, &entries, is_case, alphasort);

    if (count <= 0)
        return 1;
    struct CMUnitTest *tests = calloc((size_t)count, sizeof *tests);

    for (int i = 0; i < count; i++) {
        size_t size = strlen(entries[i]->d_name) + sizeof ".problems";
        char *name = calloc(1, size);

        snprintf(name, size, "%s", entries[i]->d_name);
        tests[i] = (struct CMUnitTest){entries[i]->d_name, the_problems_are_the_expected_ones, NULL,
                                       NULL, name};
    }
    int failed = _cmocka_run_group_tests("cases", tests, (size_t)count, NULL, NULL);

    for (int i = 0; i < count; i++) {
        free(tests[i].initial_state);
        free(entries[i]);
    }
    free(entries);
    free(tests);
    return failed;
}

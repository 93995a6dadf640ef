#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/inputs.h"

/* Files of one test, in a folder of its own. */
struct files {
    char folder[64];
    char names[4][80];
    const char *list[4];
    size_t count;
};

static int make_folder(void **state)
{
    struct files *files = calloc(1, sizeof *files);

    strcpy(files->folder, "/tmp/copydesk-inputs-XXXXXX");
    *state = files;
    return mkdtemp(files->folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    struct files *files = *state;

    for (size_t i = 0; i < files->count; i++)
        unlink(files->names[i]);
    int result = rmdir(files->folder);

    free(files);
    return result;
}

static void add_file(struct files *files, struct slice content)
{
    char *name = files->names[files->count];

    strcpy(name, files->folder);
    strcat(name, (const char *[]){"/a", "/b", "/c", "/d"}[files->count]);
    int descriptor = open(name, O_WRONLY | O_CREAT, 0600);

    assert_int_equal(write(descriptor, content.data, content.length), content.length);
    close(descriptor);
    files->list[files->count++] = name;
}

static void assert_got(struct inputs *inputs, struct slice bytes, int64_t line, int64_t number)
{
    struct input input;

    assert_int_equal(inputs_next(inputs, &input), INPUTS_GOT);
    assert_false(input.too_large);
    assert_int_equal(input.bytes.length, bytes.length);
    assert_memory_equal(input.bytes.data, bytes.data, bytes.length);
    assert_int_equal(input.line, line);
    assert_int_equal(input.number, number);
}

static void assert_too_large(struct inputs *inputs, int64_t line)
{
    struct input input;

    assert_int_equal(inputs_next(inputs, &input), INPUTS_GOT);
    assert_true(input.too_large);
    assert_int_equal(input.bytes.length, 0);
    assert_int_equal(input.line, line);
}

static void assert_end(struct inputs *inputs)
{
    struct input input;

    assert_int_equal(inputs_next(inputs, &input), INPUTS_END);
    inputs_free(inputs);
}

static void a_first_brace_makes_json_of_a_file(void **state)
{
    struct files *files = *state;
    struct input input;

    add_file(files, SLICE_LITERAL("{}\n"));
    add_file(files, SLICE_LITERAL(" {}\n"));
    struct inputs *inputs = inputs_new(files->list, files->count, INPUTS_AUTO, 100);

    assert_int_equal(inputs_next(inputs, &input), INPUTS_GOT);
    assert_int_equal(input.format, FORMAT_JSON);
    assert_true(slice_is(input.bytes, "{}\n"));
    assert_string_equal(input.file, files->names[0]);
    assert_int_equal(inputs_next(inputs, &input), INPUTS_GOT);
    assert_int_equal(input.format, FORMAT_TEXT);
    assert_true(slice_is(input.bytes, " {}\n"));
    assert_int_equal(input.number, 1);
    assert_end(inputs);
}

static void every_line_of_json_lines_is_an_input(void **state)
{
    struct files *files = *state;

    add_file(files, SLICE_LITERAL("{\"a\":1}\n\n{\"b\":2}"));
    add_file(files, SLICE_LITERAL("{\"c\":3}\n"));
    struct inputs *inputs = inputs_new(files->list, files->count, INPUTS_JSON_LINES, 100);

    assert_got(inputs, SLICE_LITERAL("{\"a\":1}"), 1, 0);
    assert_got(inputs, SLICE_LITERAL(""), 2, 1);
    assert_got(inputs, SLICE_LITERAL("{\"b\":2}"), 3, 2);
    assert_got(inputs, SLICE_LITERAL("{\"c\":3}"), 1, 3);
    assert_end(inputs);
}

static void an_empty_file_is_one_article_but_no_line(void **state)
{
    struct files *files = *state;

    add_file(files, SLICE_LITERAL(""));
    struct inputs *inputs = inputs_new(files->list, 1, INPUTS_JSON, 100);

    assert_got(inputs, SLICE_LITERAL(""), 1, 0);
    assert_end(inputs);
    assert_end(inputs_new(files->list, 1, INPUTS_JSON_LINES, 100));
}

static void the_limit_is_the_largest_size_that_is_read(void **state)
{
    struct files *files = *state;

    add_file(files, SLICE_LITERAL("12345678\n123456789\n1\n"));
    struct inputs *inputs = inputs_new(files->list, 1, INPUTS_JSON_LINES, 8);

    assert_got(inputs, SLICE_LITERAL("12345678"), 1, 0);
    assert_too_large(inputs, 2);
    assert_got(inputs, SLICE_LITERAL("1"), 3, 2);
    assert_end(inputs);
    inputs = inputs_new(files->list, 1, INPUTS_TEXT, 20);
    assert_too_large(inputs, 1);
    assert_end(inputs);
}

static void a_line_longer_than_many_chunks_is_whole_or_skipped_whole(void **state)
{
    struct files *files = *state;
    size_t length = 300000;
    char *content = malloc(length + 2);

    memset(content, 'x', length);
    memcpy(content + length, "\ny", 2);
    add_file(files, slice_of(content, length + 2));
    struct inputs *inputs = inputs_new(files->list, 1, INPUTS_JSON_LINES, length);

    assert_got(inputs, slice_of(content, length), 1, 0);
    assert_got(inputs, SLICE_LITERAL("y"), 2, 1);
    assert_end(inputs);
    inputs = inputs_new(files->list, 1, INPUTS_JSON_LINES, length - 1);
    assert_too_large(inputs, 1);
    assert_got(inputs, SLICE_LITERAL("y"), 2, 1);
    assert_end(inputs);
    free(content);
}

static void what_cannot_be_read_is_told_and_the_next_file_follows(void **state)
{
    struct files *files = *state;
    struct input input;

    add_file(files, SLICE_LITERAL("text"));
    const char *const list[] = {"/nonexistent/copydesk", files->folder, files->names[0]};
    struct inputs *inputs = inputs_new(list, 3, INPUTS_AUTO, 100);

    assert_int_equal(inputs_next(inputs, &input), INPUTS_UNREADABLE);
    assert_int_equal(errno, ENOENT);
    assert_string_equal(input.file, list[0]);
    assert_int_equal(inputs_next(inputs, &input), INPUTS_UNREADABLE);
    assert_int_equal(errno, EISDIR);
    assert_got(inputs, SLICE_LITERAL("text"), 1, 0);
    assert_end(inputs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_first_brace_makes_json_of_a_file, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(every_line_of_json_lines_is_an_input, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(an_empty_file_is_one_article_but_no_line, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(the_limit_is_the_largest_size_that_is_read, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_line_longer_than_many_chunks_is_whole_or_skipped_whole,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_told_and_the_next_file_follows,
                                        make_folder, remove_folder),
    };

    return cmocka_run_group_tests_name("inputs", tests, NULL, NULL);
}

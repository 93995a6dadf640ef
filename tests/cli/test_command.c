#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command.h"

enum { MAX_OUTPUT = 65536, MAX_ARGUMENTS = 16 };

static const char *example_config;
static char out[MAX_OUTPUT];
static char err[MAX_OUTPUT];

/* Sends a descriptor into a file and returns what to put back. */
static int divert(int descriptor, FILE *file)
{
    int saved = dup(descriptor);

    dup2(fileno(file), descriptor);
    return saved;
}

static void restore(int descriptor, int saved, FILE *file, char text[MAX_OUTPUT])
{
    dup2(saved, descriptor);
    close(saved);
    rewind(file);
    text[fread(text, 1, MAX_OUTPUT - 1, file)] = '\0';
    fclose(file);
}

/* Runs the program in this process; what it writes is in out and err. words: split at blanks. */
static int run(const char *words)
{
    char line[1024];
    char *arguments[MAX_ARGUMENTS] = {NULL};
    char *rest = line;
    int count = 0;

    snprintf(line, sizeof line, "%s", words);
    for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " "))
        arguments[count++] = word;
    FILE *out_file = tmpfile();
    FILE *err_file = tmpfile();

    fflush(stdout);
    fflush(stderr);
    int saved_out = divert(STDOUT_FILENO, out_file);
    int saved_err = divert(STDERR_FILENO, err_file);
    int status = command_main(count, arguments);

    fflush(stdout);
    fflush(stderr);
    restore(STDOUT_FILENO, saved_out, out_file, out);
    restore(STDERR_FILENO, saved_err, err_file, err);
    return status;
}

static int run_check(const char *file)
{
    char words[1024];

    snprintf(words, sizeof words, "copydesk check -c %s", file);
    return run(words);
}

static char *write_config(const char *yaml)
{
    static char path[64];

    snprintf(path, sizeof path, "/tmp/copydesk-cli-XXXXXX");
    int fd = mkstemp(path);

    assert_int_equal(write(fd, yaml, strlen(yaml)), (ssize_t)strlen(yaml));
    close(fd);
    return path;
}

static void assert_begins(const char *text, const char *beginning)
{
    if (strncmp(text, beginning, strlen(beginning)) != 0)
        fail_msg("\"%s\" does not begin with \"%s\"", text, beginning);
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" does not contain \"%s\"", text, part);
}

static int forget_environment(void **state)
{
    (void)state;
    unsetenv("COPYDESK_CONFIG");
    unsetenv("COPYDESK_QUIET");
    unsetenv("COPYDESK_VERBOSE");
    unsetenv("COPYDESK_VERSION");
    return 0;
}

static void help_begins_with_an_example(void **state)
{
    (void)state;
    for (size_t i = 0; commands[i] != NULL; i++) {
        char words[128];
        char beginning[256];

        snprintf(words, sizeof words, "copydesk %s --help", commands[i]->name);
        snprintf(beginning, sizeof beginning, "Example: %s\n", commands[i]->example);
        assert_int_equal(run(words), EXIT_OK);
        assert_begins(out, beginning);
        assert_has(out, "--verbose");
        assert_string_equal(err, "");
    }
    assert_int_equal(run("copydesk --help"), EXIT_OK);
    assert_begins(out, "Example: copydesk ");
}

static void help_fits_eighty_columns(void **state)
{
    (void)state;
    for (size_t i = 0; commands[i] != NULL; i++) {
        char words[128];
        char *rest = out;

        snprintf(words, sizeof words, "copydesk %s -h", commands[i]->name);
        run(words);
        for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n"))
            if (strlen(line) > 80)
                fail_msg("%s: %s", words, line);
    }
}

static void actions_are_listed_where_a_command_has_them(void **state)
{
    (void)state;
    run("copydesk dlq --help");
    assert_non_null(strstr(out, "\nActions:\n  list "));
    assert_non_null(strstr(out, "\n  requeue "));
    run("copydesk run --help");
    assert_null(strstr(out, "Actions:"));
}

static void all_but_the_hidden_commands_are_listed(void **state)
{
    (void)state;
    run("copydesk --help");
    for (size_t i = 0; commands[i] != NULL; i++) {
        char line[64];

        snprintf(line, sizeof line, "\n  %s ", commands[i]->name);
        assert_int_equal(strstr(out, line) != NULL, commands[i]->summary != NULL);
    }
}

static void wrong_command_lines_exit_2_and_say_why(void **state)
{
    static const struct {
        const char *words;
        const char *says;
    } wrong[] = {
        {"copydesk", "Usage: copydesk COMMAND"},
        {"copydesk chekc", "unknown command \"chekc\"; did you mean \"check\"?"},
        {"copydesk zzzzzzzz", "unknown command \"zzzzzzzz\"\n"},
        {"copydesk check", "which configuration?"},
        {"copydesk check --confg x", "unknown flag --confg; did you mean --config?"},
        {"copydesk check -x", "unknown flag -x"},
        {"copydesk check -c", "-c needs a value"},
        {"copydesk check --config", "--config needs a value"},
        {"copydesk check -c x y", "it takes no arguments, and \"y\" is one"},
        {"copydesk version --quiet=1", "--quiet takes no value: --quiet=1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(run(wrong[i].words), EXIT_USAGE);
        assert_has(err, wrong[i].says);
        assert_string_equal(out, "");
    }
}

static void the_version_is_told_in_all_usual_ways(void **state)
{
    (void)state;
    for (const char *const *words =
             (const char *const[]){"copydesk version", "copydesk -V", "copydesk --version",
                                   "copydesk check -V", NULL};
         *words != NULL; words++) {
        assert_int_equal(run(*words), EXIT_OK);
        assert_begins(out, "copydesk " COPYDESK_VERSION " (librdkafka ");
    }
}

static void a_good_configuration_is_ok_and_summed_up(void **state)
{
    (void)state;
    assert_int_equal(run_check(example_config), EXIT_OK);
    assert_begins(out, example_config);
    assert_has(out, ": ok\n");
    assert_has(out, "\n  reads  articles.raw\n");
    assert_has(out, "\n  runs   language, entities, duplicates\n");
    assert_has(out, "\n  writes articles.duplicates when duplicate is exact or near\n");
    assert_has(out, "\n  writes articles.{language}, else articles.other\n");
    assert_has(out, "\n  rejects to articles.rejected\n");
    assert_has(out, "sha256:");
    assert_string_equal(err, "");
}

static void every_problem_is_told_in_one_go_with_exit_78(void **state)
{
    char *path = write_config("procesors: []\n"
                              "consumer: {topics: [a], input: {body: 'b..c'}}\n"
                              "producer: {routes: [{topic: b}], dead_letters: c}\n"
                              "processors: [{langauge: {}}]\n");
    char expected[512];

    (void)state;
    assert_int_equal(run_check(path), EXIT_BAD_CONFIG);
    snprintf(expected, sizeof expected,
             "%s:1:1: unknown key \"procesors\"; did you mean \"processors\"?\n"
             "%s:2:39: consumer.input.body[0]: \"b..c\": ",
             path, path);
    assert_begins(err, expected);
    snprintf(expected, sizeof expected,
             "%s:4:15: unknown processor \"langauge\"; did you mean \"language\"?\n", path);
    assert_has(err, expected);
    assert_string_equal(out, "");
    unlink(path);
}

static void a_missing_file_is_a_bad_configuration(void **state)
{
    (void)state;
    assert_int_equal(run_check("/nonexistent.yaml"), EXIT_BAD_CONFIG);
    assert_string_equal(err, "/nonexistent.yaml: cannot be read: No such file or directory\n");
}

static void flags_come_from_the_environment_and_the_command_line_wins(void **state)
{
    (void)state;
    setenv("COPYDESK_CONFIG", example_config, 1);
    assert_int_equal(run("copydesk check"), EXIT_OK);
    assert_int_equal(run("copydesk check --config /nonexistent.yaml"), EXIT_BAD_CONFIG);
    setenv("COPYDESK_CONFIG", "/nonexistent.yaml", 1);
    assert_int_equal(run("copydesk check"), EXIT_BAD_CONFIG);
    assert_int_equal(run_check(example_config), EXIT_OK);
    setenv("COPYDESK_CONFIG", "", 1);
    assert_int_equal(run("copydesk check"), EXIT_USAGE);
}

static void switches_in_the_environment_are_true_or_false(void **state)
{
    (void)state;
    setenv("COPYDESK_QUIET", "true", 1);
    assert_int_equal(run("copydesk version"), EXIT_OK);
    setenv("COPYDESK_QUIET", "0", 1);
    assert_int_equal(run("copydesk version"), EXIT_OK);
    setenv("COPYDESK_QUIET", "maybe", 1);
    assert_int_equal(run("copydesk version"), EXIT_USAGE);
    assert_has(err, "COPYDESK_QUIET=\"maybe\": write true or false");
}

static void an_image_may_name_its_own_version(void **state)
{
    (void)state;
    setenv("COPYDESK_VERSION", "9.9", 1);
    assert_int_equal(run_check(example_config), EXIT_OK);
    assert_has(out, ": ok\n");
}

static void plugins_lists_what_can_stand_under_processors(void **state)
{
    (void)state;
    assert_int_equal(run("copydesk plugins"), EXIT_OK);
    assert_begins(out, "language ");
    assert_has(out, "\nentities ");
    assert_has(out, "\nplugin ");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(help_begins_with_an_example, forget_environment),
        cmocka_unit_test_setup(help_fits_eighty_columns, forget_environment),
        cmocka_unit_test_setup(actions_are_listed_where_a_command_has_them, forget_environment),
        cmocka_unit_test_setup(all_but_the_hidden_commands_are_listed, forget_environment),
        cmocka_unit_test_setup(wrong_command_lines_exit_2_and_say_why, forget_environment),
        cmocka_unit_test_setup(the_version_is_told_in_all_usual_ways, forget_environment),
        cmocka_unit_test_setup(a_good_configuration_is_ok_and_summed_up, forget_environment),
        cmocka_unit_test_setup(every_problem_is_told_in_one_go_with_exit_78, forget_environment),
        cmocka_unit_test_setup(a_missing_file_is_a_bad_configuration, forget_environment),
        cmocka_unit_test_setup(flags_come_from_the_environment_and_the_command_line_wins,
                               forget_environment),
        cmocka_unit_test_setup(switches_in_the_environment_are_true_or_false, forget_environment),
        cmocka_unit_test_setup(an_image_may_name_its_own_version, forget_environment),
        cmocka_unit_test_setup(plugins_lists_what_can_stand_under_processors, forget_environment),
    };

    if (argc != 2)
        return 1;
    example_config = argv[1];
    return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "processors/host.h"
#include "tests/processors/harness.h"

/* FAULTY_FOLDER and EXAMPLE_PLUGIN come from the build. */

static char error[1024];

static const struct processor *load(const char *plugin)
{
    char file[512];

    snprintf(file, sizeof file, FAULTY_FOLDER "/%s.so", plugin);
    error[0] = '\0';
    return host_load_plugin(file, error, sizeof error);
}

static void assert_refused(const char *plugin, const char *why)
{
    assert_null(load(plugin));
    assert_non_null(strstr(error, plugin)); /* every sentence names the file */
    if (strstr(error, why) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error, why);
}

static void built_in_processors_are_found_by_name(void **state)
{
    (void)state;
    for (const struct processor *const *known = host_builtin(); *known != NULL; known++) {
        assert_ptr_equal(host_find((*known)->name), *known);
        assert_int_equal((*known)->abi, PROCESSOR_ABI);
        assert_non_null((*known)->summary);
        assert_non_null((*known)->process);
    }
    assert_null(host_find("no_such"));
}

static void an_abi_mismatch_names_the_file_and_both_versions(void **state)
{
    (void)state;
    assert_refused("abi", "ABI 999");
    assert_non_null(strstr(error, "ABI 2;"));
    assert_non_null(strstr(error, COPYDESK_VERSION));
}

static void a_shorter_descriptor_is_refused(void **state)
{
    (void)state;
    assert_refused("size", "40 bytes");
}

static void a_plugin_needs_a_name_of_its_own(void **state)
{
    (void)state;
    assert_refused("name", "Not a name");
    assert_refused("reserved", "belongs to copydesk itself");
    assert_non_null(load("good"));
    assert_refused("taken", "already taken by");
    assert_non_null(strstr(error, "good.so"));
}

static void required_callbacks_are_named_when_missing(void **state)
{
    (void)state;
    assert_refused("process", "process is missing");
    assert_refused("apply", "settle and apply");
    assert_refused("options", "options_size");
}

static void what_is_no_plugin_is_refused(void **state)
{
    (void)state;
    assert_refused("no_entry", "copydesk_processor");
    assert_refused("null", "no descriptor");
    assert_refused("missing", "cannot be loaded");
}

static void the_same_file_is_the_same_plugin(void **state)
{
    (void)state;
    assert_ptr_equal(load("good"), load("good"));
}

static void assert_problem(const char *processors, const char *problem)
{
    char *problems = harness_problems(processors);

    if (strstr(problems, problem) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", problems, problem);
    free(problems);
}

static void a_misspelt_processor_is_told_with_its_place_and_the_right_name(void **state)
{
    (void)state;
    assert_problem("- langauge: {}\n",
                   "harness.yaml:4:3: unknown processor \"langauge\"; did you mean \"language\"?");
    assert_problem("- weather: {}\n", "unknown processor \"weather\"");
}

static void options_are_checked_at_their_place(void **state)
{
    (void)state;
    assert_problem("- plugin: {file: " EXAMPLE_PLUGIN ", options: {words_per_minut: 9}}\n",
                   "did you mean \"words_per_minute\"?");
    assert_problem("- plugin:\n    file: " EXAMPLE_PLUGIN "\n    options:\n"
                   "      words_per_minute: 1\n",
                   "harness.yaml:7:");
    assert_problem("- plugin: {}\n", "file");
    assert_problem("- plugin: {file: /no/such/file.so}\n", "/no/such/file.so: cannot be loaded");
    assert_problem("- plugin: {fil: a}\n", "did you mean \"file\"?");
}

static void options_that_do_not_go_together_are_told_in_the_plugins_words(void **state)
{
    static const char file[] = "{file: " FAULTY_FOLDER "/check.so, ";
    char yaml[1024];

    (void)state;
    snprintf(yaml, sizeof yaml, "- plugin: %soptions: {wet: true, dry: true}}\n", file);
    assert_problem(yaml, "harness.yaml:4:3: checks: wet and dry exclude each other");
    snprintf(yaml, sizeof yaml, "- plugin: %soptions: {wet: true}}\n", file);
    harness_free(harness_new(yaml));
}

static void a_processor_that_is_listed_twice_is_told_with_its_place(void **state)
{
    struct config_problems problems = {0};
    struct config *config =
        config_load_text(SLICE_LITERAL("consumer: {topics: [a]}\n"
                                       "producer: {routes: [{topic: b}], dead_letters: c}\n"
                                       "processors:\n"
                                       "  - language: {}\n"
                                       "  - entities: {}\n"
                                       "  - language: {}\n"),
                         "test.yaml", host_resolve, NULL, &problems);

    (void)state;
    assert_non_null(config);
    host_check(config, &problems);
    assert_int_equal(problems.count, 1);
    assert_string_equal(problems.first->text, "test.yaml:6:5: processor \"language\" is listed "
                                              "twice; each can be there once");
    config_problems_free(&problems);
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_processors_are_found_by_name),
        cmocka_unit_test(an_abi_mismatch_names_the_file_and_both_versions),
        cmocka_unit_test(a_shorter_descriptor_is_refused),
        cmocka_unit_test(a_plugin_needs_a_name_of_its_own),
        cmocka_unit_test(required_callbacks_are_named_when_missing),
        cmocka_unit_test(what_is_no_plugin_is_refused),
        cmocka_unit_test(the_same_file_is_the_same_plugin),
        cmocka_unit_test(a_misspelt_processor_is_told_with_its_place_and_the_right_name),
        cmocka_unit_test(options_are_checked_at_their_place),
        cmocka_unit_test(a_processor_that_is_listed_twice_is_told_with_its_place),
        cmocka_unit_test(options_that_do_not_go_together_are_told_in_the_plugins_words),
    };

    return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}

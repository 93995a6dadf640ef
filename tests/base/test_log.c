#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static int saved_stderr;
static int reading_end;

static int redirect(void **state)
{
    int ends[2];

    (void)state;
    saved_stderr = dup(STDERR_FILENO);
    if (pipe(ends) != 0)
        return -1;
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    reading_end = ends[0];
    return 0;
}

static int restore(void **state)
{
    (void)state;
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    close(reading_end);
    return 0;
}

static void read_line(char *text, size_t size)
{
    ssize_t length = read(reading_end, text, size - 1);

    assert_true(length > 0);
    text[length] = '\0';
}

static void json_carries_the_place_and_escapes_the_message(void **state)
{
    char line[1024];

    (void)state;
    log_configure(LOG_INFO, LOG_JSON);
    log_event_at(LOG_WARNING, &(struct log_place){"articles.raw", 3, 42}, "a \"quoted\" %s",
                 "word");
    read_line(line, sizeof line);
    assert_non_null(strstr(line, "\"level\":\"warning\",\"message\":\"a \\\"quoted\\\" word\","
                                 "\"topic\":\"articles.raw\",\"partition\":3,\"offset\":42}\n"));
}

static void text_is_for_people_and_the_level_filters(void **state)
{
    char line[1024];

    (void)state;
    log_configure(LOG_WARNING, LOG_TEXT);
    log_event(LOG_INFO, "not shown");
    log_event(LOG_ERROR, "shown");
    read_line(line, sizeof line);
    assert_null(strstr(line, "not shown"));
    assert_non_null(strstr(line, " error   shown\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(json_carries_the_place_and_escapes_the_message, redirect,
                                        restore),
        cmocka_unit_test_setup_teardown(text_is_for_people_and_the_level_filters, redirect,
                                        restore),
    };

    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}

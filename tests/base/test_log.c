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

static void a_traceparent_is_a_field_and_nothing_else_is(void **state)
{
    static const char trace[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const struct log_place place = {"articles.raw", 3, 42};
    char line[1024];

    (void)state;
    log_configure(LOG_INFO, LOG_JSON);
    log_event_traced(LOG_WARNING, &place, slice_of_text(trace), "traced");
    read_line(line, sizeof line);
    assert_non_null(strstr(line, "\"offset\":42,\"traceparent\":\"00-0af7651916cd43dd"));
    log_event_traced(LOG_WARNING, &place, SLICE_LITERAL("00-\"evil\""), "not traced");
    read_line(line, sizeof line);
    assert_null(strstr(line, "traceparent"));
}

static void too_many_alike_are_left_out_and_others_are_not(void **state)
{
    char lines[65536];
    size_t count = 0;

    (void)state;
    log_configure(LOG_INFO, LOG_TEXT);
    for (int i = 0; i < 10 * LOG_MOST_ALIKE; i++)
        log_event(LOG_INFO, "alike %d", i);
    log_event(LOG_INFO, "another");
    read_line(lines, sizeof lines);
    for (const char *at = lines; (at = strchr(at, '\n')) != NULL; at++)
        count++;
    assert_in_range(count, LOG_MOST_ALIKE + 1, 2 * LOG_MOST_ALIKE + 1);
    assert_non_null(strstr(lines, "another"));
}

static void a_long_message_is_written_whole(void **state)
{
    char message[10001];
    char line[12000];

    (void)state;
    memset(message, 'm', sizeof message - 1);
    message[sizeof message - 1] = '\0';
    log_configure(LOG_INFO, LOG_JSON);
    log_event(LOG_ERROR, "%s.", message);
    read_line(line, sizeof line);
    assert_non_null(strstr(line, message));
    assert_non_null(strstr(line, "m.\"}\n"));
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
        cmocka_unit_test_setup_teardown(a_traceparent_is_a_field_and_nothing_else_is, redirect,
                                        restore),
        cmocka_unit_test_setup_teardown(too_many_alike_are_left_out_and_others_are_not, redirect,
                                        restore),
        cmocka_unit_test_setup_teardown(a_long_message_is_written_whole, redirect, restore),
        cmocka_unit_test_setup_teardown(text_is_for_people_and_the_level_filters, redirect,
                                        restore),
    };

    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}

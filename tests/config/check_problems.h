/* For tests of config/: what was reported, compared as text. Include behind cmocka.h. */
#ifndef COPYDESK_TESTS_CONFIG_CHECK_PROBLEMS_H
#define COPYDESK_TESTS_CONFIG_CHECK_PROBLEMS_H

#include "config/config.h"

/* All problems, one a line; then they are freed. */
static inline void assert_problems(struct config_problems *problems, const char *expected)
{
    struct buffer lines = {0};

    for (const struct config_problem *p = problems->first; p != NULL; p = p->next)
        buffer_append_format(&lines, "%s\n", p->text);
    buffer_append_byte(&lines, '\0');
    assert_string_equal(lines.data, expected);
    buffer_free(&lines);
    config_problems_free(problems);
}

#endif

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "cli/reference.h"

static const char *committed_page;

static void the_committed_page_is_what_the_tables_say(void **state)
{
    struct buffer page = {0};
    struct buffer committed = {0};
    FILE *file = fopen(committed_page, "re");

    (void)state;
    if (file != NULL) {
        for (int byte = fgetc(file); byte != EOF; byte = fgetc(file))
            buffer_append_byte(&committed, (char)byte);
        fclose(file);
    }
    reference_page(&page);
    if (!slice_equal(buffer_slice(&page), buffer_slice(&committed)))
        fail_msg("the option tables have changed; write the page anew with\n"
                 "  build/copydesk reference > docs/reference/configuration.md");
    buffer_free(&page);
    buffer_free(&committed);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_committed_page_is_what_the_tables_say),
    };

    if (argc != 2)
        return 1;
    committed_page = argv[1];
    return cmocka_run_group_tests_name("reference", tests, NULL, NULL);
}

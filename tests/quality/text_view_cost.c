/* Builds the text view of each line of standard input and says how many bytes and tokens that were:
 * what text_view_cost.py counts the instructions of. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "article/text_view.h"

/* By this name it is counted. */
__attribute__((noinline)) static void build_counted(struct text_view_builder *builder,
                                                    struct slice value, struct text_view *ret_view)
{
    text_view_build(builder, value, ret_view);
}

int main(void)
{
    struct text_view_builder *builder = text_view_builder_new();
    struct text_view view;
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    size_t bytes = 0;
    size_t tokens = 0;

    /* The tables that are made at first use. */
    text_view_build(builder, SLICE_LITERAL("Gen. Smith, 3. Oktober"), &view);
    while ((length = getline(&line, &size, stdin)) > 0) {
        build_counted(builder, slice_of(line, (size_t)length), &view);
        bytes += (size_t)length;
        tokens += view.token_count;
    }
    printf("%zu %zu\n", bytes, tokens);
    text_view_builder_free(builder);
    free(line);
    return EXIT_SUCCESS;
}

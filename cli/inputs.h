/* What `try` reads: articles out of files and standard input, one at a time, in bounded memory. A
 * line or file above the limit is told as such and never held as a whole. Threads: one at a time.
 */
#ifndef COPYDESK_CLI_INPUTS_H
#define COPYDESK_CLI_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "article/article.h"
#include "base/slice.h"

/* auto: a file is json when its first byte is {, else text. */
enum inputs_format { INPUTS_AUTO, INPUTS_JSON, INPUTS_JSON_LINES, INPUTS_TEXT };

struct input {
    struct slice bytes; /* valid until the next call; empty where too_large */
    bool too_large;
    enum article_format format;
    const char *file; /* as given; "-": standard input */
    int64_t line;     /* where it begins, from 1 */
    int64_t number;   /* from 0, over all files */
};

enum inputs_result {
    INPUTS_END,
    INPUTS_GOT,
    INPUTS_UNREADABLE, /* ret_input->file, errno; the next call goes on with the next file */
};

struct inputs;

/* files: count names that outlive the result; "-" is standard input; none: standard input.
 * max_bytes: of one article. */
struct inputs *inputs_new(const char *const *files, size_t count, enum inputs_format format,
                          size_t max_bytes);
void inputs_free(struct inputs *inputs); /* NULL is fine */

enum inputs_result inputs_next(struct inputs *inputs, struct input *ret_input);

#endif

/* A place in a JSON text, and the ways over what has no parts: strings, numbers, words, white space
 * (RFC 8259). Strings are checked for UTF-8, escapes and pairs of surrogates on the way.
 * Private to article/. Threads: one at a time. */
#ifndef COPYDESK_ARTICLE_JSON_CURSOR_H
#define COPYDESK_ARTICLE_JSON_CURSOR_H

#include <stdbool.h>

#include "article/article.h"

enum { JSON_PROBLEM_SIZE = 256 };

struct json_problem {
    enum article_reason reason;
    char text[JSON_PROBLEM_SIZE]; /* a sentence with line and column */
};

struct json_cursor {
    const unsigned char *bytes;
    size_t length;
    size_t at;
    struct json_problem *problem; /* set where a function returns -1 */
};

/* Says that there is a problem at a byte, printf's format. Returns -1. */
int json_problem_at(struct json_cursor *cursor, size_t at, enum article_reason reason,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Says that something else is expected here. Returns -1. */
int json_expected(struct json_cursor *cursor, const char *what);

/* From the opening quotation mark to behind the closing one. 0, or -1 and a problem. */
int json_skip_string(struct json_cursor *cursor);

/* From a minus sign or digit to behind the number, of any size. 0, or -1 and a problem. */
int json_skip_number(struct json_cursor *cursor);

/* true, false, null. 0, or -1 and a problem. */
int json_skip_word(struct json_cursor *cursor, const char *word);

void json_skip_space(struct json_cursor *cursor);

/* Goes over byte where it stands here; whether it did. */
bool json_skip_byte(struct json_cursor *cursor, unsigned char byte);

bool json_at_digit(const struct json_cursor *cursor);

#endif

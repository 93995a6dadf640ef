/* A validating scanner of JSON (RFC 8259) that builds nothing: in one pass over the bytes it checks
 * all of them, finds the values that paths want, and where the enrichment goes. It is here because
 * an article must leave as it came, byte for byte, and because what newsrooms send (integers of any
 * size, 1e999, \u0000) is more than tree-building parsers take.
 *
 * Stricter than RFC 8259: the text is one object, without a byte order mark; the names of its
 * members differ after unescaping; surrogates come in pairs; depth is limited. It does not recurse.
 * Private to article/. Threads: a scanner is used by one at a time. */
#ifndef COPYDESK_ARTICLE_JSON_SCAN_H
#define COPYDESK_ARTICLE_JSON_SCAN_H

#include <stdbool.h>

#include "article/json_cursor.h"

/* What is wanted of a role's value. */
struct json_field {
    struct slice json; /* the value's text; absent where the article has none that is not null */
    bool is_string;
    uint8_t rank; /* of the alternative that it was found by */
};

struct json_found {
    struct json_field fields[ROLE_COUNT];
    size_t close;     /* offset of the last } */
    size_t cut_start; /* an `enrichment` that is there with one comma: [cut_start, cut_end); */
    size_t cut_end;   /* both 0 where there is none */
    uint32_t members; /* beside it, at the top */
    bool has_content; /* a top-level member that is no life-cycle role's */

    struct json_problem problem; /* where and why the scan failed */
};

/* Working memory, reused from text to text. */
struct json_scanner;

struct json_scanner *json_scanner_new(void);
void json_scanner_free(struct json_scanner *scanner);

/* Scans text. Names with escapes are decoded into arena. Returns 0, or -1 with the problem set; the
 * fields found before are there then too. */
int json_scan(struct json_scanner *scanner, struct slice text, const struct article_paths *paths,
              unsigned max_depth, struct arena *arena, struct json_found *ret_found);

#endif

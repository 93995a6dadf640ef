/* JSON strings to UTF-8. Private to article/. Threads: any. */
#ifndef COPYDESK_ARTICLE_JSON_STRING_H
#define COPYDESK_ARTICLE_JSON_STRING_H

#include <stdint.h>

#include "base/arena.h"

/* What the string says. inside: the bytes between its quotation marks, accepted by json_scan. Where
 * it has no escape the result is inside itself, else it lives in arena. */
struct slice json_string_decode(struct arena *arena, struct slice inside);

/* The four digits at text as a number; 0x10000 where one is no hexadecimal digit. */
uint32_t json_string_hex4(const char *text);

#endif

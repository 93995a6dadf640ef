/* The bytes of a JSON string that stand for themselves. Threads: any. */
#ifndef COPYDESK_BASE_JSON_PLAIN_H
#define COPYDESK_BASE_JSON_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes at the start are no control, quotation mark or backslash: up to length. ret_ascii:
 * none of these is beyond ASCII. */
size_t json_plain_length(const char *bytes, size_t length, bool *ret_ascii);

#endif

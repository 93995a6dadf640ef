/* The check for UTF-8, thirty-two bytes at once, where the CPU can. Private to base/. Threads: any.
 */
#ifndef COPYDESK_BASE_UTF8_WIDE_H
#define COPYDESK_BASE_UTF8_WIDE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether this CPU has what it takes (AVX2). */
bool utf8_wide_is_there(void);

/* Whether all is valid. Only where utf8_wide_is_there. */
bool utf8_wide_is_valid(const unsigned char *bytes, size_t length);

#endif

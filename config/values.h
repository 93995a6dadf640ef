/* Values as people write them, and back. Threads: any. */
#ifndef COPYDESK_CONFIG_VALUES_H
#define COPYDESK_CONFIG_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/* All return false, and write nothing, when text is not such a value or does not fit 64 bits. */
bool value_flag(const char *text, bool *ret_flag);            /* true, false */
bool value_integer(const char *text, int64_t *ret_integer);   /* 42, -1, 1_000 */
bool value_size(const char *text, int64_t *ret_bytes);        /* 8MiB, 1GB, 4096 */
bool value_duration(const char *text, int64_t *ret_ms);       /* 100ms, 30s, 5m, 12h, 7d, 0 */
bool value_ratio(const char *text, int64_t *ret_thousandths); /* 0.65: three decimals at most */

/* The shortest spelling with a whole number: 8388608 -> 8MiB, 90000 -> 90s. */
void value_append_size(struct buffer *out, int64_t bytes);
void value_append_duration(struct buffer *out, int64_t ms);
void value_append_ratio(struct buffer *out, int64_t thousandths);

#endif

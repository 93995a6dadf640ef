/* Texts that many entries share, each kept once and counted: what an entry holds is a number of two
 * bytes. With the last holder a text goes, so that the content depends on the window alone.
 * Threads: one at a time. */
#ifndef COPYDESK_PROCESSORS_DUPLICATES_TEXT_POOL_H
#define COPYDESK_PROCESSORS_DUPLICATES_TEXT_POOL_H

#include <stdint.h>

#include "base/slice.h"

enum { TEXT_POOL_MAX = 4096 /* different texts */ };

struct text_pool;

struct text_pool *text_pool_new(void);
void text_pool_free(struct text_pool *pool); /* NULL is fine */

/* One holder more. Returns the text's number, from 1 on; 0 where text is absent, or is new and the
 * pool is full. */
uint16_t text_pool_take(struct text_pool *pool, struct slice text);
/* One holder less. 0 is fine. */
void text_pool_release(struct text_pool *pool, uint16_t number);

/* Absent for 0. Valid until the text's last holder goes. */
struct slice text_pool_text(const struct text_pool *pool, uint16_t number);

/* Different texts that are held. */
uint32_t text_pool_count(const struct text_pool *pool);

#endif

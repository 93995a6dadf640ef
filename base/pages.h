/* Memory for large tables that are read at random places: whole pages of its own, in huge ones
 * where the machine gives them to those who ask, since most of what such a read costs is else the
 * way to the page. Threads: any. */
#ifndef COPYDESK_BASE_PAGES_H
#define COPYDESK_BASE_PAGES_H

#include <stddef.h>

/* Zeroed, begins on a huge page (2 MiB). Never NULL; freed with pages_free alone. Resident grows as
 * it is touched. bytes: not 0. */
void *pages_new(size_t bytes);

/* pages: NULL is fine. bytes: as it was asked for. Returns NULL. */
void *pages_free(void *pages, size_t bytes);

#endif

#include "base/pages.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { SMALL_PAGE = 4096, HUGE_PAGE = 2 << 20 };

static size_t rounded(size_t bytes, size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

static void give_back(char *from, const char *to)
{
    if (to > from)
        munmap(from, (size_t)(to - from));
}

/* A huge page that only the table's end would use is not asked for: it would all be resident. */
void *pages_new(size_t bytes)
{
    size_t size = rounded(bytes, SMALL_PAGE);
    char *all =
        mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (all == MAP_FAILED) {
        fprintf(stderr, "copydesk: no memory left (%zu bytes wanted for a table)\n", bytes);
        abort();
    }
    char *start = all + (rounded((uintptr_t)all, HUGE_PAGE) - (uintptr_t)all);

    give_back(all, start);
    give_back(start + size, all + size + HUGE_PAGE);
    if (size >= HUGE_PAGE)
        madvise(start, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    return start;
}

void *pages_free(void *pages, size_t bytes)
{
    if (pages != NULL)
        munmap(pages, rounded(bytes, SMALL_PAGE));
    return NULL;
}

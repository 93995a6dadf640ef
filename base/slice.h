/* A borrowed run of bytes: pointer and length, not NUL-terminated, passed by value.
 * The bytes belong to whoever made the slice; its header says for how long. Threads: any. */
#ifndef COPYDESK_BASE_SLICE_H
#define COPYDESK_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *data; /* NULL means absent, which is not the same as empty */
    size_t length;
};

/* For printf's "%.*s". Lengths above INT_MAX do not occur: articles are limited to 1 GiB. */
#define SLICE_FORMAT(s) (int)(s).length, (s).data

/* For initialisers of static objects. */
#define SLICE_INITIALISER(text)                                                                    \
    {                                                                                              \
        .data = (text), .length = sizeof(text) - 1                                                 \
    }

#define SLICE_LITERAL(text) ((struct slice)SLICE_INITIALISER(text))

static inline struct slice slice_of(const char *data, size_t length)
{
    return (struct slice){.data = data, .length = length};
}

/* text may be NULL: the result is then absent. */
static inline struct slice slice_of_text(const char *text)
{
    return (struct slice){.data = text, .length = text != NULL ? strlen(text) : 0};
}

static inline bool slice_is_absent(struct slice s)
{
    return s.data == NULL;
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static inline bool slice_is(struct slice s, const char *text)
{
    return slice_equal(s, slice_of_text(text));
}

#endif

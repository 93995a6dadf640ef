/* What `top` shows: composed from what the instances said, for a screen of any size. Threads: one
 * at a time. */
#ifndef COPYDESK_CLI_TOP_SCREEN_H
#define COPYDESK_CLI_TOP_SCREEN_H

#include "base/buffer.h"
#include "cli/scrape.h"
#include "cli/terminal.h"

enum { TOP_ERROR_SIZE = 256 };

/* One instance, now and at the look before. */
struct top_instance {
    const char *address;
    struct scrape now;
    struct scrape before; /* count 0: there was none */
    int64_t now_ms;
    int64_t before_ms;
    bool reached;
    char error[TOP_ERROR_SIZE];
};

/* Of all instances together. */
struct top_entity {
    const char *type;
    const char *name;
    double articles;
};

struct top {
    struct top_instance *instances;
    size_t count;
    const struct top_entity *entities; /* the most frequent first */
    size_t entity_count;
};

/* Appends lines, each ended by \n: no more than fit the screen, none wider. */
void top_draw(const struct top *top, const struct terminal_size *size, bool colour,
              struct buffer *out);

#endif

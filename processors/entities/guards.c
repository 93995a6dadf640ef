#include "processors/entities/guards.h"

#include <stdlib.h>

#include "processors/entities/array.h"
#include "processors/entities/builtin.h"
#include "processors/entities/rules.h"
#include "processors/entities/table.h"

struct guard {
    struct slice name;
    bool never;
    enum gazetteer_guard guard;
};

static enum gazetteer_guard guard_named(struct slice when)
{
    if (slice_is(when, "middle"))
        return GUARD_MIDDLE;
    return slice_is(when, "noun") ? GUARD_NOUN : GUARD_PREPOSITION;
}

static void add(struct guards *guards, struct slice name, struct slice when)
{
    guards->items =
        array_grown(guards->items, guards->count, &guards->capacity, sizeof(*guards->items));
    guards->items[guards->count++] = (struct guard){
        .name = name,
        .never = slice_is(when, "never") || slice_is(when, "foreign"),
        .guard = guard_named(when),
    };
}

struct guards guards_new(const char *language, bool foreign)
{
    struct slice rest = slice_of(builtin_ambiguous, builtin_ambiguous_size);
    struct guards guards = {0};
    struct table_row row;

    while (table_next(&rest, &row))
        if (language_is(language, row.fields[0]) &&
            (foreign || !slice_is(row.fields[2], "foreign")))
            add(&guards, row.fields[1], row.fields[2]);
    return guards;
}

void guards_free(struct guards *guards)
{
    free(guards->items);
}

bool guards_allow(const struct guards *guards, struct slice name, enum gazetteer_guard *ret_guard)
{
    *ret_guard = GUARD_NONE;
    for (uint32_t i = 0; i < guards->count; i++)
        if (slice_equal(guards->items[i].name, name)) {
            *ret_guard = guards->items[i].guard;
            return !guards->items[i].never;
        }
    return true;
}

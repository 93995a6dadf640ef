#include "cli/place.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "config/values.h"

const char place_forms[] =
    "start, end, 1200 (an offset), -100 (before the end), @1700000000000 (ms), "
    "2026-11-22T18:30:00Z or 2h (ago)";

static bool read_date(const char *text, int64_t *ret_ms)
{
    static const char *const forms[] = {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S",
                                        "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M", "%Y-%m-%d"};

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct tm utc = {0};
        const char *end = strptime(text, forms[i], &utc);

        if (end == NULL || *end != '\0')
            continue;
        *ret_ms = (int64_t)timegm(&utc) * 1000;
        return true;
    }
    return false;
}

static int give(struct place *ret_place, enum place_kind kind, int64_t value)
{
    *ret_place = (struct place){kind, value};
    return 0;
}

int place_read(const char *text, struct place *ret_place)
{
    int64_t value;

    if (strcmp(text, "start") == 0 || strcmp(text, "beginning") == 0)
        return give(ret_place, PLACE_START, 0);
    if (strcmp(text, "end") == 0)
        return give(ret_place, PLACE_END, 0);
    if (text[0] == '@' && value_integer(text + 1, &value) && value >= 0)
        return give(ret_place, PLACE_TIME, value);
    if (value_integer(text, &value))
        return value < 0 ? give(ret_place, PLACE_LAST, -value)
                         : give(ret_place, PLACE_OFFSET, value);
    if (read_date(text[0] == '@' ? text + 1 : text, &value))
        return give(ret_place, PLACE_TIME, value);
    if (value_duration(text, &value))
        return give(ret_place, PLACE_TIME, clock_wall_ms() - value);
    return -1;
}

#include "processors/duplicates/identity.h"

#include "base/hash.h"
#include "processors/duplicates/mix.h"

enum { MOST_DIGITS = 18 };

uint64_t identity_hash(struct slice source, struct slice id)
{
    if (id.length == 0)
        return 0;
    uint64_t hash = hash_bytes(id) ^ mix(hash_bytes(source) + 1);

    return hash != 0 ? hash : 1;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool read_integer(struct slice text, int64_t *ret_number)
{
    int64_t number = 0;

    if (text.length == 0 || text.length > MOST_DIGITS)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.data[i]))
            return false;
        number = number * 10 + (text.data[i] - '0');
    }
    *ret_number = number;
    return true;
}

void item_version_read(struct slice version, struct slice created, struct item_version *ret_version)
{
    *ret_version = (struct item_version){0};
    ret_version->has_number = read_integer(version, &ret_version->number);
    if (!ret_version->has_number && version.length > 0)
        ret_version->label = hash_bytes(version) | 1;
    ret_version->has_created = timestamp_read(created, &ret_version->created_ms);
}

static enum version_order order(int64_t version, int64_t known)
{
    return version > known ? VERSION_NEWER : version < known ? VERSION_OLDER : VERSION_SAME;
}

enum version_order item_version_compare(const struct item_version *version,
                                        const struct item_version *known)
{
    enum version_order result = VERSION_UNKNOWN;

    if (version->has_number && known->has_number)
        result = order(version->number, known->number);
    else if (version->label != 0 && version->label == known->label)
        result = VERSION_SAME;
    if (result != VERSION_NEWER && result != VERSION_OLDER && version->has_created &&
        known->has_created)
        result = order(version->created_ms, known->created_ms);
    return result;
}

static bool is_unversioned(const struct item_version *version)
{
    return !version->has_number && version->label == 0;
}

bool item_version_same(const struct item_version *a, const struct item_version *b)
{
    if (!is_unversioned(a) || !is_unversioned(b))
        return a->has_number == b->has_number && a->number == b->number && a->label == b->label;
    return a->has_created == b->has_created && a->created_ms == b->created_ms;
}

/* --- times --- */

struct cursor {
    const char *at;
    const char *end;
};

static bool take(struct cursor *cursor, char byte)
{
    if (cursor->at == cursor->end || *cursor->at != byte)
        return false;
    cursor->at++;
    return true;
}

/* Exactly `digits` of them, from low to high. */
static bool take_number(struct cursor *cursor, int digits, int low, int high, int *ret_number)
{
    int number = 0;

    for (int i = 0; i < digits; i++) {
        if (cursor->at == cursor->end || !is_digit(*cursor->at))
            return false;
        number = number * 10 + (*cursor->at++ - '0');
    }
    *ret_number = number;
    return number >= low && number <= high;
}

/* Days from 1970-01-01 to a day of the Gregorian calendar, counted in years that begin in March,
 * so that the leap day is the last one. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t days_before_month = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;

    return 365 * y + y / 4 - y / 100 + y / 400 + days_before_month + day - 1 - 719468;
}

static bool take_date(struct cursor *cursor, int64_t *ret_days)
{
    int year;
    int month;
    int day;

    if (!take_number(cursor, 4, 1, 9999, &year))
        return false;
    bool extended = take(cursor, '-');

    if (!take_number(cursor, 2, 1, 12, &month) || (extended && !take(cursor, '-')) ||
        !take_number(cursor, 2, 1, 31, &day))
        return false;
    *ret_days = days_since_1970(year, month, day);
    return true;
}

/* Digits behind the first three are read and dropped. */
static int take_fraction(struct cursor *cursor)
{
    int ms = 0;

    for (int weight = 100; cursor->at < cursor->end && is_digit(*cursor->at);
         weight /= 10, cursor->at++)
        ms += weight * (*cursor->at - '0');
    return ms;
}

static bool take_time(struct cursor *cursor, int64_t *ret_ms)
{
    int hour;
    int minute;
    int second = 0;

    if (!take_number(cursor, 2, 0, 24, &hour))
        return false;
    bool extended = take(cursor, ':');

    if (!take_number(cursor, 2, 0, 59, &minute))
        return false;
    bool has_seconds =
        extended ? take(cursor, ':') : cursor->at < cursor->end && is_digit(*cursor->at);

    if (has_seconds && !take_number(cursor, 2, 0, 60, &second))
        return false;
    *ret_ms = ((int64_t)(hour * 60 + minute) * 60 + second) * 1000;
    if (has_seconds && (take(cursor, '.') || take(cursor, ',')))
        *ret_ms += take_fraction(cursor);
    return true;
}

static bool take_zone(struct cursor *cursor, int64_t *ret_ms)
{
    int hours;
    int minutes = 0;

    *ret_ms = 0;
    if (cursor->at == cursor->end || take(cursor, 'Z') || take(cursor, 'z'))
        return true;
    bool east = take(cursor, '+');

    if (!east && !take(cursor, '-'))
        return false;
    if (!take_number(cursor, 2, 0, 14, &hours))
        return false;
    take(cursor, ':');
    if (cursor->at < cursor->end && !take_number(cursor, 2, 0, 59, &minutes))
        return false;
    *ret_ms = (int64_t)(east ? 1 : -1) * (hours * 60 + minutes) * 60000;
    return true;
}

bool timestamp_read(struct slice text, int64_t *ret_ms)
{
    struct cursor cursor = {.at = text.data, .end = text.data + text.length};
    int64_t days;
    int64_t time_ms = 0;
    int64_t zone_ms = 0;

    if (text.length == 0 || !take_date(&cursor, &days))
        return false;
    if (take(&cursor, 'T') || take(&cursor, 't') || take(&cursor, ' ')) {
        if (!take_time(&cursor, &time_ms) || !take_zone(&cursor, &zone_ms))
            return false;
    }
    if (cursor.at != cursor.end)
        return false;
    *ret_ms = days * 86400000 + time_ms - zone_ms;
    return true;
}

/* --- marks --- */

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

static bool contains(struct slice text, struct slice mark)
{
    for (size_t start = 0; start + mark.length <= text.length; start++) {
        size_t same = 0;

        while (same < mark.length && lower(text.data[start + same]) == lower(mark.data[same]))
            same++;
        if (same == mark.length)
            return true;
    }
    return false;
}

bool is_mark(struct slice text, const struct option_list *marks)
{
    const char *const *items = marks->items;

    for (size_t i = 0; i < marks->count; i++) {
        struct slice mark = slice_of_text(items[i]);

        if (mark.length == text.length && contains(text, mark))
            return true;
    }
    return false;
}

bool contains_mark(struct slice text, const struct option_list *marks)
{
    const char *const *items = marks->items;

    for (size_t i = 0; i < marks->count; i++) {
        struct slice mark = slice_of_text(items[i]);

        if (mark.length > 0 && contains(text, mark))
            return true;
    }
    return false;
}

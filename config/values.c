#include "config/values.h"

#include <string.h>

struct unit {
    const char *name;
    int64_t factor;
};

static const struct unit sizes[] = {
    {"TiB", 1LL << 40},
    {"GiB", 1LL << 30},
    {"MiB", 1LL << 20},
    {"KiB", 1LL << 10},
    {"TB", 1000000000000},
    {"GB", 1000000000},
    {"MB", 1000000},
    {"KB", 1000},
    {"kB", 1000},
    {"B", 1},
    {"", 1},
    {NULL, 0},
};

static const struct unit durations[] = {
    {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}, {NULL, 0},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits with single underscores between them; moves *text behind them. */
static bool read_digits(const char **text, int64_t *ret_number)
{
    const char *at = *text;
    int64_t number = 0;

    if (!is_digit(*at))
        return false;
    while (is_digit(*at)) {
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, *at - '0', &number))
            return false;
        at++;
        if (at[0] == '_' && is_digit(at[1]))
            at++;
    }
    *text = at;
    *ret_number = number;
    return true;
}

bool value_flag(const char *text, bool *ret_flag)
{
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return false;
    *ret_flag = text[0] == 't';
    return true;
}

bool value_integer(const char *text, int64_t *ret_integer)
{
    bool negative = *text == '-';
    int64_t number;

    if (*text == '-' || *text == '+')
        text++;
    if (!read_digits(&text, &number) || *text != '\0')
        return false;
    *ret_integer = negative ? -number : number;
    return true;
}

static bool read_scaled(const char *text, const struct unit *units, int64_t *ret_value)
{
    int64_t number;

    if (!read_digits(&text, &number))
        return false;
    while (units->name != NULL && strcmp(units->name, text) != 0)
        units++;
    if (units->name == NULL || __builtin_mul_overflow(number, units->factor, &number))
        return false;
    *ret_value = number;
    return true;
}

bool value_size(const char *text, int64_t *ret_bytes)
{
    return read_scaled(text, sizes, ret_bytes);
}

bool value_duration(const char *text, int64_t *ret_ms)
{
    if (strcmp(text, "0") == 0) {
        *ret_ms = 0;
        return true;
    }
    return read_scaled(text, durations, ret_ms);
}

/* The digits behind the point as thousandths. */
static bool read_decimals(const char *text, int64_t *ret_thousandths)
{
    int64_t thousandths = 0;
    int64_t weight = 100;

    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++, weight /= 10) {
        if (!is_digit(*text) || weight == 0)
            return false;
        thousandths += weight * (*text - '0');
    }
    *ret_thousandths = thousandths;
    return true;
}

bool value_ratio(const char *text, int64_t *ret_thousandths)
{
    int64_t number;
    int64_t decimals = 0;

    if (!read_digits(&text, &number) || __builtin_mul_overflow(number, 1000, &number))
        return false;
    if (*text == '.' && !read_decimals(text + 1, &decimals))
        return false;
    if ((*text != '.' && *text != '\0') || __builtin_add_overflow(number, decimals, &number))
        return false;
    *ret_thousandths = number;
    return true;
}

void value_append_size(struct buffer *out, int64_t bytes)
{
    const struct unit *unit = sizes;

    while (unit->name[1] == 'i' && (bytes < unit->factor || bytes % unit->factor != 0))
        unit++;
    bool binary = unit->name[1] == 'i';

    buffer_append_integer(out, binary ? bytes / unit->factor : bytes);
    buffer_append_text(out, binary ? unit->name : "");
}

void value_append_duration(struct buffer *out, int64_t ms)
{
    const struct unit *unit = durations;

    while (unit->factor > 1 && (ms < unit->factor || ms % unit->factor != 0))
        unit++;
    buffer_append_integer(out, ms / unit->factor);
    buffer_append_text(out, ms == 0 ? "" : unit->name);
}

void value_append_ratio(struct buffer *out, int64_t thousandths)
{
    buffer_append_integer(out, thousandths / 1000);
    int64_t rest = thousandths % 1000;

    if (rest == 0)
        return;
    int digits = rest % 100 == 0 ? 1 : rest % 10 == 0 ? 2 : 3;

    for (int i = digits; i < 3; i++)
        rest /= 10;
    buffer_append_format(out, ".%0*d", digits, (int)rest);
}

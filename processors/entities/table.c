#include "processors/entities/table.h"

bool table_part(struct slice *rest, char separator, struct slice *ret_part)
{
    if (rest->length == 0)
        return false;
    const char *end = memchr(rest->data, separator, rest->length);
    size_t length = end != NULL ? (size_t)(end - rest->data) : rest->length;
    size_t taken = end != NULL ? length + 1 : length;

    *ret_part = slice_of(rest->data, length);
    *rest = slice_of(rest->data + taken, rest->length - taken);
    return true;
}

static void split_row(struct slice line, struct table_row *ret_row)
{
    for (size_t i = 0; i < TABLE_FIELDS; i++)
        if (!table_part(&line, '\t', &ret_row->fields[i]))
            ret_row->fields[i] = slice_of("", 0);
}

bool table_next(struct slice *rest, struct table_row *ret_row)
{
    struct slice line;

    while (table_part(rest, '\n', &line)) {
        if (line.length == 0 || line.data[0] == '#')
            continue;
        split_row(line, ret_row);
        return true;
    }
    return false;
}

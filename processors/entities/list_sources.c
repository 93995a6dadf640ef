#include "processors/entities/list_sources.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "processors/entities/list_geonames.h"
#include "processors/entities/list_tsv.h"
#include "processors/entities/list_wikidata.h"
#include "processors/entities/list_yaml.h"

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static enum list_format format_of_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;

    if (ends_with(name, ".tsv"))
        return LIST_TSV;
    if (ends_with(name, ".yaml") || ends_with(name, ".yml"))
        return LIST_YAML;
    if (ends_with(name, ".json"))
        return LIST_WIKIDATA;
    if (strncmp(name, "allCountries", 12) == 0 || strncmp(name, "cities", 6) == 0)
        return LIST_GEONAMES;
    return LIST_FORMATS;
}

enum list_format list_format_of(const char *name, const char *path)
{
    static const char *const names[LIST_FORMATS] = {"tsv", "yaml", "geonames", "wikidata"};
    enum list_format format = LIST_TSV;

    if (name == NULL)
        return format_of_path(path);
    while (format < LIST_FORMATS && strcmp(name, names[format]) != 0)
        format++;
    return format;
}

static FILE *opened(struct list_import *import, const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

    if (file == NULL) {
        const char *before = import->file;

        import->file = path;
        import->line = 0;
        list_report(import, LIST_ERROR, "%s", strerror(errno));
        import->file = before;
    }
    return file;
}

static void closed(FILE *file)
{
    if (file != NULL && file != stdin)
        fclose(file);
}

static void read_yaml(struct list_import *import, FILE *file)
{
    struct buffer text = {.ceiling = 2 << 20};
    char part[4096];
    size_t count;

    while (!text.overflow && (count = fread(part, 1, sizeof(part), file)) > 0)
        buffer_append(&text, slice_of(part, count));
    list_read_yaml(import, buffer_slice(&text));
    buffer_free(&text);
}

static void read_stream(struct list_import *import, FILE *file, enum list_format format,
                        const char *names_path)
{
    FILE *names = format == LIST_GEONAMES && names_path != NULL ? opened(import, names_path) : NULL;

    switch (format) {
    case LIST_TSV:
        list_read_tsv(import, file);
        break;
    case LIST_YAML:
        read_yaml(import, file);
        break;
    case LIST_GEONAMES:
        list_read_geonames(import, file, names, names_path);
        break;
    case LIST_WIKIDATA:
        list_read_wikidata(import, file);
        break;
    case LIST_FORMATS:
        break;
    }
    closed(names);
}

void list_read_file(struct list_import *import, const char *path, enum list_format format,
                    const char *names_path)
{
    FILE *file = opened(import, path);

    import->file = path;
    if (file == NULL)
        return;
    read_stream(import, file, format, names_path);
    if (ferror(file))
        list_report(import, LIST_ERROR, "%s", strerror(errno));
    closed(file);
}

/* Files of names, whatever their format. Threads: as list_import.h. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_LIST_SOURCES_H
#define COPYDESK_PROCESSORS_ENTITIES_LIST_SOURCES_H

#include "processors/entities/list_import.h"

enum list_format { LIST_TSV, LIST_YAML, LIST_GEONAMES, LIST_WIKIDATA, LIST_FORMATS };

/* The format of this name (tsv, yaml, geonames, wikidata); where name is NULL, the one that the
 * file's name tells (.tsv, .yaml, .yml, .json; allCountries and cities*.txt are GeoNames').
 * LIST_FORMATS where there is none. */
enum list_format list_format_of(const char *name, const char *path);

/* Reads path ("-": standard input) into import->builder. names_path: GeoNames' alternate names, or
 * NULL. What is wrong is reported, also that a file cannot be read. */
void list_read_file(struct list_import *import, const char *path, enum list_format format,
                    const char *names_path);

#endif

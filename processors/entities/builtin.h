/* The data files of config/gazetteers/, linked in (embed.py makes the sources). Each is UTF-8, one
 * row a line, fields separated by tabs, # begins a comment line; what the columns mean is said at
 * the head of each file. Threads: constant. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_BUILTIN_H
#define COPYDESK_PROCESSORS_ENTITIES_BUILTIN_H

#include <stddef.h>

extern const char builtin_countries[];
extern const size_t builtin_countries_size;
extern const char builtin_zones[];
extern const size_t builtin_zones_size;
extern const char builtin_ambiguous[];
extern const size_t builtin_ambiguous_size;
extern const char builtin_abbreviations[];
extern const size_t builtin_abbreviations_size;
extern const char builtin_names[];
extern const size_t builtin_names_size;
extern const char builtin_languages[];
extern const size_t builtin_languages_size;

extern const char builtin_nationalities[];
extern const size_t builtin_nationalities_size;
extern const char builtin_given[];
extern const size_t builtin_given_size;
extern const char builtin_words[];
extern const size_t builtin_words_size;
extern const char builtin_world[];
extern const size_t builtin_world_size;
extern const char builtin_people[];
extern const size_t builtin_people_size;
extern const char builtin_cities[];
extern const size_t builtin_cities_size;

#endif

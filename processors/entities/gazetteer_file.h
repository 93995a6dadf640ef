/* Gazetteers in files: written whole or not at all, mapped read-only, checked before they are used.
 * Threads: any. */
#ifndef COPYDESK_PROCESSORS_ENTITIES_GAZETTEER_FILE_H
#define COPYDESK_PROCESSORS_ENTITIES_GAZETTEER_FILE_H

#include "processors/entities/gazetteer.h"

/* Maps a file. The pages are shared by all processes that map it; the file may be replaced (by
 * rename) while it is in use. Returns NULL and a sentence in ret_error, which names the file, when
 * it cannot be read, is no compiled list, was cut or changed, or was made by another version. */
struct gazetteer *gazetteer_map(const char *path, char *ret_error, size_t error_size);

/* Writes to a file beside path, then renames it. Returns 0, or -1 and a sentence in ret_error;
 * then what was at path is still there. */
int gazetteer_write(const struct gazetteer *gazetteer, const char *path, char *ret_error,
                    size_t error_size);

#endif

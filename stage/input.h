/* How raw bytes are read, from the configuration's words to what article_read wants. Threads: any.
 */
#ifndef COPYDESK_STAGE_INPUT_H
#define COPYDESK_STAGE_INPUT_H

#include "article/article.h"
#include "config/settings.h"

/* Compiles the paths of all roles. The caller frees the result. Returns NULL and a sentence that
 * names the key and the path in ret_error. */
struct article_paths *input_paths(const struct input_settings *settings, char *ret_error,
                                  size_t error_size);

/* settings and paths outlive the result. */
struct article_input input_of(const struct settings *settings, struct article_paths *paths);

#endif

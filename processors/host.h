/* The host: knows the processors that exist (built in and loaded from files) and gives them their
 * services. Threads: one at a time at start; the services as processor.h says. */
#ifndef COPYDESK_PROCESSORS_HOST_H
#define COPYDESK_PROCESSORS_HOST_H

#include "config/config.h"
#include "processors/processor.h"

/* The built-in processors in the order of the documentation; ends with NULL. */
const struct processor *const *host_builtin(void);

/* NULL where no built-in has that name. */
const struct processor *host_find(const char *name);

/* Can a plugin have this name? Returns 0, or -1 and a sentence. */
int host_check_name(const char *name, char *ret_error, size_t error_size);

/* Loads a plugin with dlopen, RTLD_NOW | RTLD_LOCAL, for ever. Checks ABI, size, name. Returns NULL
 * and a sentence that names the file and, on a mismatch, both versions. */
const struct processor *host_load_plugin(const char *file, char *ret_error, size_t error_size);

/* The config_resolver of the `processors` list: fills each entry's owner (const struct processor *)
 * and options, `plugin: {file, options}` included. context: unused. */
void host_resolve(void *context, struct config *config, struct option_one_of *entry,
                  struct config_problems *problems);

/* The option table of an entry that host_resolve filled, a plugin's as {file, options: its own};
 * NULL where it has none. For the configuration's writers; what must be made goes into arena. */
const struct option *host_table(struct arena *arena, const struct option_one_of *entry);

/* The table of `plugin` itself: file, options. */
const struct option *host_plugin_table(void);

/* Reports what is wrong with the `processors` list as a whole, once its entries are resolved: one
 * that stands there twice, or too many. */
void host_check(struct config *config, struct config_problems *problems);

/* The services table that every processor gets. */
extern const struct processor_services host_services;

#endif

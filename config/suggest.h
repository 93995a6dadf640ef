/* What somebody meant. Threads: any. */
#ifndef COPYDESK_CONFIG_SUGGEST_H
#define COPYDESK_CONFIG_SUGGEST_H

/* The nearest of `names` (ends with NULL) to a misspelt word, or NULL when none is near. */
const char *config_suggest(const char *word, const char *const *names);

#endif

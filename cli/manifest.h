/* What topics, acl and keda share: words for a shell, names and texts for Kubernetes, and who it is
 * that Kafka sees. Threads: any. */
#ifndef COPYDESK_CLI_MANIFEST_H
#define COPYDESK_CLI_MANIFEST_H

#include "base/buffer.h"
#include "cli/command.h"
#include "stage/needs.h"

enum manifest_form { FORM_COMMANDS, FORM_STRIMZI, FORM_JSON };

/* The rows of --format and --cluster. */
#define MANIFEST_FLAG_FORMAT                                                                       \
    {                                                                                              \
        "format", 0, "FORMAT", "commands", "commands, strimzi or json"                             \
    }
#define MANIFEST_FLAG_CLUSTER                                                                      \
    {                                                                                              \
        "cluster", 0, "NAME", "kafka", "strimzi: the Kafka resource"                               \
    }

/* Reads --format. Returns 0, or an exit status after it told what is wrong. */
int manifest_read_form(const struct command_line *line, enum manifest_form *ret_form);

/* Reads a whole number from 1 to most. Returns 0, or an exit status after it told. */
int manifest_read_number(const struct command_line *line, const char *flag, int most, int *ret);

/* "User:desk": given, else the user of the configuration, which certificates do not tell: NULL. */
const char *manifest_principal(const struct settings *settings, enum needed_by by,
                               const char *given, struct arena *arena);

/* One word of a POSIX shell, in quotes where it needs them. */
void manifest_append_word(struct buffer *out, const char *text);

/* text as a JSON string, which YAML reads too. */
void manifest_append_text(struct buffer *out, const char *text);

/* The name of a Kubernetes resource for a topic or user: as it is where Kubernetes takes it, else
 * in small letters and with hyphens, and a digest behind it, so that no two are the same. */
void manifest_append_name(struct buffer *out, const char *text);

/* The head of a Strimzi resource, up to and with "spec:". */
void manifest_append_head(struct buffer *out, const char *kind, const char *name,
                          const char *cluster);

/* What the brokers are called, for the side that asks. */
const char *manifest_bootstrap(const struct settings *settings, enum needed_by by);

/* Prints and frees. Returns EXIT_OK. */
int manifest_print(struct buffer *out);

#endif

/* Which rights a configuration needs, as commands or a resource that grant them. */
#include <string.h>

#include "cli/commands.h"
#include "cli/manifest.h"
#include "config/config.h"
#include "config/kafka_access.h"

struct session {
    const struct settings *settings;
    const char *cluster;
    const char *admin; /* a properties file; NULL: none */
    enum manifest_form form;
    const char *principals[2]; /* by enum needed_by */
    struct needs needs;
    struct buffer out;
};

/* ---- one entry: what one principal may do with one resource ---- */

static const char *principal_of(const struct session *session, const struct needed_right *right)
{
    return session->principals[right->by];
}

static bool is_of_entry(const struct session *session, const struct needed_right *first,
                        const struct needed_right *right)
{
    return right->resource == first->resource && right->is_prefix == first->is_prefix &&
           strcmp(right->name, first->name) == 0 &&
           strcmp(principal_of(session, right), principal_of(session, first)) == 0;
}

/* Is there one before it with which it was told? */
static bool is_told(const struct session *session, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (is_of_entry(session, &session->needs.rights[i], &session->needs.rights[index]))
            return true;
    return false;
}

static void append_operation(struct session *session, const char *before, const char *behind,
                             const struct needed_right *right)
{
    buffer_append_format(&session->out, "%s%s%s", before, needs_operation_name(right->operation),
                         behind);
}

/* Each once: two clients with one user need some of them both. between: from the second on. */
static void append_operations(struct session *session, size_t first, const char *between,
                              const char *before, const char *behind)
{
    const struct needed_right *rights = session->needs.rights;
    unsigned told = 0;

    for (size_t i = first; i < session->needs.right_count; i++) {
        if (!is_of_entry(session, &rights[first], &rights[i]) ||
            (told >> rights[i].operation & 1) != 0)
            continue;
        buffer_append_text(&session->out, told != 0 ? between : "");
        append_operation(session, before, behind, &rights[i]);
        told |= 1U << rights[i].operation;
    }
}

/* A prefix of nothing is everything, which Kafka writes with a star. */
static const char *name_of(const struct needed_right *right)
{
    return *right->name != '\0' ? right->name : "*";
}

static bool is_prefixed(const struct needed_right *right)
{
    return right->is_prefix && *right->name != '\0';
}

/* ---- commands ---- */

static void append_command(struct session *session, size_t index)
{
    const struct needed_right *right = &session->needs.rights[index];

    buffer_append_text(&session->out, "kafka-acls.sh --bootstrap-server ");
    manifest_append_word(&session->out, manifest_bootstrap(session->settings, right->by));
    if (session->admin != NULL) {
        buffer_append_text(&session->out, " --command-config ");
        manifest_append_word(&session->out, session->admin);
    }
    buffer_append_text(&session->out, " --add --allow-principal ");
    manifest_append_word(&session->out, principal_of(session, right));
    append_operations(session, index, "", " --operation ", "");
    buffer_append_format(&session->out, " --%s ", needs_resource_name(right->resource));
    manifest_append_word(&session->out, name_of(right));
    if (is_prefixed(right))
        buffer_append_text(&session->out, " --resource-pattern-type prefixed");
    buffer_append_byte(&session->out, '\n');
}

/* ---- json ---- */

static void append_json(struct session *session, size_t index)
{
    const struct needed_right *right = &session->needs.rights[index];

    buffer_append_text(&session->out, "{\"principal\":");
    manifest_append_text(&session->out, principal_of(session, right));
    buffer_append_format(&session->out,
                         ",\"resource\":\"%s\",\"name\":", needs_resource_name(right->resource));
    manifest_append_text(&session->out, name_of(right));
    buffer_append_format(&session->out, ",\"pattern\":\"%s\",\"operations\":[",
                         is_prefixed(right) ? "prefixed" : "literal");
    append_operations(session, index, ",", "\"", "\"");
    buffer_append_text(&session->out, "]}\n");
}

/* ---- strimzi ---- */

/* Of User:CN=desk,O=News the resource is desk. */
static const char *user_of(const char *principal, struct arena *arena)
{
    const char *user = strchr(principal, ':') + 1;

    if (strncmp(user, "CN=", 3) == 0)
        user += 3;
    return arena_format(arena, "%.*s", (int)strcspn(user, ","), user);
}

static void append_user(struct session *session, const char *principal, struct arena *arena)
{
    const char *mechanism = kafka_setting_of(session->settings, &session->settings->consumer.kafka,
                                             "sasl.username", NULL) != NULL
                                ? "scram-sha-512"
                                : "tls";

    manifest_append_head(&session->out, "KafkaUser", user_of(principal, arena), session->cluster);
    buffer_append_format(&session->out,
                         "  authentication:\n    type: %s\n"
                         "  authorization:\n    type: simple\n    acls:\n",
                         mechanism);
}

static void append_resource_entry(struct session *session, size_t index)
{
    const struct needed_right *right = &session->needs.rights[index];

    buffer_append_format(&session->out, "      - resource:\n          type: %s\n          name: ",
                         right->resource == NEEDED_ID ? "transactionalId"
                                                      : needs_resource_name(right->resource));
    manifest_append_text(&session->out, name_of(right));
    buffer_append_format(&session->out, "\n          patternType: %s\n        operations: [",
                         is_prefixed(right) ? "prefix" : "literal");
    append_operations(session, index, ", ", "", "");
    buffer_append_text(&session->out, "]\n");
}

static void append_entries(struct session *session, const char *principal,
                           void (*append)(struct session *session, size_t index))
{
    for (size_t i = 0; i < session->needs.right_count; i++)
        if (!is_told(session, i) &&
            strcmp(principal_of(session, &session->needs.rights[i]), principal) == 0)
            append(session, i);
}

/* ---- all ---- */

static void append_principal(struct session *session, const char *principal, struct arena *arena)
{
    switch (session->form) {
    case FORM_COMMANDS:
        append_entries(session, principal, append_command);
        break;
    case FORM_JSON:
        append_entries(session, principal, append_json);
        break;
    case FORM_STRIMZI:
        append_user(session, principal, arena);
        append_entries(session, principal, append_resource_entry);
        break;
    }
}

static void append_all(struct session *session, struct arena *arena)
{
    append_principal(session, session->principals[BY_CONSUMER], arena);
    if (strcmp(session->principals[BY_CONSUMER], session->principals[BY_PRODUCER]) != 0)
        append_principal(session, session->principals[BY_PRODUCER], arena);
}

static int print(const struct command_line *line, struct session *session)
{
    struct arena arena = {0};
    const char *given = command_value(line, "principal");
    int status = EXIT_USAGE;

    for (unsigned by = BY_CONSUMER; by <= BY_PRODUCER; by++)
        session->principals[by] =
            manifest_principal(session->settings, (enum needed_by)by, given, &arena);
    if (session->principals[BY_CONSUMER] == NULL || session->principals[BY_PRODUCER] == NULL) {
        command_usage(line, "who is it for? The configuration names no sasl.username: give "
                            "--principal, such as User:CN=desk for a certificate");
    } else {
        needs_of(session->settings, command_value(line, "instance"), &session->needs);
        append_all(session, &arena);
        needs_free(&session->needs);
        status = manifest_print(&session->out);
    }
    arena_free(&arena);
    return status;
}

static int run_acl(const struct command_line *line)
{
    struct session session = {.cluster = command_value(line, "cluster"),
                              .admin = command_value(line, "admin")};
    int status = manifest_read_form(line, &session.form);
    struct config *config = status == EXIT_OK ? command_load_config(line, &status) : NULL;

    if (config == NULL)
        return status;
    session.settings = config_settings(config);
    status = print(line, &session);
    config_free(config);
    return status;
}

static const struct command_flag flags[] = {
    COMMAND_FLAGS_CONFIG,
    MANIFEST_FLAG_FORMAT,
    {"principal", 0, "WHO", NULL, "who is allowed; else User: and sasl.username"},
    {"instance", 0, "NAME", NULL, "the only instance; else all of the group"},
    {"admin", 0, "FILE", NULL, "its --command-config, a properties file"},
    MANIFEST_FLAG_CLUSTER,
    {0},
};

const struct command command_acl = {
    .name = "acl",
    .summary = "prints the commands that grant the rights a configuration needs",
    .example = "copydesk acl -c copydesk.yaml --principal User:desk",
    .flags = flags,
    .run = run_acl,
};

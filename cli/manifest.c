#include "cli/manifest.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "config/kafka_access.h"
#include "config/suggest.h"

enum { LONGEST_NAME = 253, DIGEST_DIGITS = 8 };

int manifest_read_form(const struct command_line *line, enum manifest_form *ret_form)
{
    static const char *const names[] = {"commands", "strimzi", "json", NULL};
    const char *given = command_value(line, "format");

    for (unsigned i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], given) == 0) {
            *ret_form = (enum manifest_form)i;
            return EXIT_OK;
        }
    const char *meant = config_suggest(given, names);

    return command_usage(line, "--format is commands, strimzi or json, not \"%s\"%s%s%s", given,
                         meant != NULL ? "; did you mean \"" : "", meant != NULL ? meant : "",
                         meant != NULL ? "\"?" : "");
}

int manifest_read_number(const struct command_line *line, const char *flag, int most, int *ret)
{
    const char *text = command_value(line, flag);
    char *end;
    long number = strtol(text, &end, 10);

    if (*text == '\0' || *end != '\0' || number < 1 || number > most)
        return command_usage(line, "--%s is a whole number from 1 to %d, not \"%s\"", flag, most,
                             text);
    *ret = (int)number;
    return EXIT_OK;
}

static const struct option_map *special_of(const struct settings *settings, enum needed_by by)
{
    return by == BY_CONSUMER ? &settings->consumer.kafka : &settings->producer.kafka;
}

const char *manifest_principal(const struct settings *settings, enum needed_by by,
                               const char *given, struct arena *arena)
{
    const char *user = kafka_setting_of(settings, special_of(settings, by), "sasl.username", NULL);

    if (given != NULL)
        return strchr(given, ':') != NULL ? given : arena_format(arena, "User:%s", given);
    return user != NULL ? arena_format(arena, "User:%s", user) : NULL;
}

const char *manifest_bootstrap(const struct settings *settings, enum needed_by by)
{
    return kafka_setting_of(settings, special_of(settings, by), "bootstrap.servers",
                            "localhost:9092");
}

static bool is_plain(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at) && strchr("._-/:,=@+", *at) == NULL)
            return false;
    return *text != '\0';
}

void manifest_append_word(struct buffer *out, const char *text)
{
    if (is_plain(text)) {
        buffer_append_text(out, text);
        return;
    }
    buffer_append_byte(out, '\'');
    for (const char *at = text; *at != '\0'; at++)
        if (*at == '\'')
            buffer_append_text(out, "'\\''");
        else
            buffer_append_byte(out, *at);
    buffer_append_byte(out, '\'');
}

void manifest_append_text(struct buffer *out, const char *text)
{
    buffer_append_json_string(out, slice_of_text(text));
}

static bool is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

/* A subdomain by RFC 1123: labels of small letters, digits and hyphens, between dots. */
static bool is_resource_name(const char *text)
{
    char before = '.';

    for (const char *at = text; *at != '\0'; before = *at++) {
        bool joins = *at == '.' || *at == '-';

        if (!is_name_byte(*at) && !joins)
            return false;
        if (joins && (*at == '.' ? !is_name_byte(before) : before == '.'))
            return false;
    }
    return is_name_byte(before) && strlen(text) <= LONGEST_NAME;
}

void manifest_append_name(struct buffer *out, const char *text)
{
    char digest[SHA256_HEX_SIZE];
    bool open = false;

    if (is_resource_name(text)) {
        buffer_append_text(out, text);
        return;
    }
    for (size_t i = 0; text[i] != '\0' && i < LONGEST_NAME - DIGEST_DIGITS - 1; i++) {
        char small = (char)tolower((unsigned char)text[i]);

        if (is_name_byte(small))
            buffer_append_byte(out, small);
        else if (open)
            buffer_append_byte(out, '-');
        open = is_name_byte(small);
    }
    hash_sha256_hex(slice_of_text(text), digest);
    buffer_append_format(out, "%s%.*s", open ? "-" : "", DIGEST_DIGITS, digest);
}

void manifest_append_head(struct buffer *out, const char *kind, const char *name,
                          const char *cluster)
{
    buffer_append_format(out,
                         "---\napiVersion: kafka.strimzi.io/v1beta2\nkind: %s\nmetadata:\n"
                         "  name: ",
                         kind);
    manifest_append_name(out, name);
    buffer_append_text(out, "\n  labels:\n    strimzi.io/cluster: ");
    manifest_append_text(out, cluster);
    buffer_append_text(out, "\nspec:\n");
}

int manifest_print(struct buffer *out)
{
    fwrite(out->data, 1, out->length, stdout);
    buffer_free(out);
    return EXIT_OK;
}

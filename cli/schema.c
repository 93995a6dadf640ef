#include "cli/schema.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/commands.h"
#include "config/config.h"
#include "config/kafka_names.h"
#include "processors/host.h"

static const char size_pattern[] = "^[0-9]+(_[0-9]+)*(TiB|GiB|MiB|KiB|TB|GB|MB|KB|kB|B)?$";
static const char duration_pattern[] = "^([0-9]+(_[0-9]+)*(d|h|m|s|ms)|0)$";
static const char integer_pattern[] = "^[+-]?[0-9]+(_[0-9]+)+$";
static const char ratio_pattern[] = "^[0-9]+(\\.[0-9]{1,3})?$";

static json_t *value_of(const struct option *option);

/* Any value may come from the environment or a file. */
static json_t *or_variable(json_t *alternatives)
{
    json_array_append_new(alternatives, json_pack("{s:s}", "$ref", "#/$defs/variable"));
    return json_pack("{s:o}", "anyOf", alternatives);
}

static json_t *pattern(const char *text)
{
    return json_pack("{s:s, s:s}", "type", "string", "pattern", text);
}

/* min and max count where they are written without a unit. */
static json_t *number(const char *type, const struct option *option, json_t *(*make)(int64_t))
{
    json_t *schema = json_pack("{s:s}", "type", type);
    bool limited = option->min != 0 || option->max != 0;

    if (limited || option->type != OPTION_INTEGER)
        json_object_set_new(schema, "minimum", make(option->min));
    if (limited && option->max != INT64_MAX)
        json_object_set_new(schema, "maximum", make(option->max));
    else if (!limited && option->type == OPTION_RATIO)
        json_object_set_new(schema, "maximum", make(1000));
    return schema;
}

static json_t *whole(int64_t value)
{
    return json_integer(value);
}

static json_t *thousandths(int64_t value)
{
    return json_real((double)value / 1000);
}

static json_t *text_value(void)
{
    return json_pack("{s:[s,s,s]}", "type", "string", "number", "boolean");
}

static json_t *choice_value(const struct option *option)
{
    json_t *names = json_array();

    for (size_t i = 0; option->choices[i] != NULL; i++)
        json_array_append_new(names, json_string(option->choices[i]));
    return or_variable(json_pack("[{s:o}]", "enum", names));
}

static json_t *list_value(const struct option *option)
{
    json_t *element = value_of(option->element);

    return json_pack("{s:[o, {s:s, s:O}]}", "anyOf", element, "type", "array", "items", element);
}

json_t *schema_of_table(const struct option *table)
{
    json_t *properties = json_object();
    json_t *required = json_array();

    for (; table != NULL && table->name != NULL; table++) {
        json_object_set_new(properties, table->name, value_of(table));
        if (table->flags & OPTION_REQUIRED)
            json_array_append_new(required, json_string(table->name));
    }
    json_t *schema = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties,
                               "additionalProperties", 0);

    if (json_array_size(required) > 0)
        json_object_set(schema, "required", required);
    json_decref(required);
    return schema;
}

/* {name: options} and nothing else. */
static json_t *one_processor(const char *name, const char *summary, json_t *options)
{
    json_object_set_new(options, "description", json_string(summary));
    if (json_array_size(json_object_get(options, "required")) == 0)
        json_object_set_new(options, "type", json_pack("[s,s]", "object", "null"));
    return json_pack("{s:s, s:{s:o}, s:[s], s:b}", "type", "object", "properties", name, options,
                     "required", name, "additionalProperties", 0);
}

static json_t *processor_value(void)
{
    json_t *entries = json_array();

    for (const struct processor *const *processor = host_builtin(); *processor != NULL; processor++)
        json_array_append_new(entries, one_processor((*processor)->name, (*processor)->summary,
                                                     schema_of_table((*processor)->options)));
    json_array_append_new(entries, one_processor("plugin", "a processor of your own",
                                                 schema_of_table(host_plugin_table())));
    return json_pack("{s:o}", "oneOf", entries);
}

static json_t *map_value(void)
{
    return json_pack("{s:s, s:{s:s}, s:{s:[s,s,s]}}", "type", "object", "propertyNames", "$ref",
                     "#/$defs/librdkafka", "additionalProperties", "type", "string", "number",
                     "boolean");
}

static json_t *bare_value(const struct option *option)
{
    switch (option->type) {
    case OPTION_FLAG:
        return or_variable(json_pack("[{s:s}]", "type", "boolean"));
    case OPTION_INTEGER:
        return or_variable(
            json_pack("[o,o]", number("integer", option, whole), pattern(integer_pattern)));
    case OPTION_SIZE:
        return or_variable(
            json_pack("[o,o]", number("integer", option, whole), pattern(size_pattern)));
    case OPTION_DURATION:
        return or_variable(json_pack("[{s:i},o]", "const", 0, pattern(duration_pattern)));
    case OPTION_RATIO:
        return or_variable(
            json_pack("[o,o]", number("number", option, thousandths), pattern(ratio_pattern)));
    case OPTION_TEXT:
        return text_value();
    case OPTION_CHOICE:
        return choice_value(option);
    case OPTION_LIST:
        return list_value(option);
    case OPTION_TABLE:
        return schema_of_table(option->table);
    case OPTION_MAP:
        return map_value();
    case OPTION_ONE_OF:
        return processor_value();
    case OPTION_NODE:
        break;
    }
    return json_pack("{s:s}", "type", "object");
}

/* The default as it would stand in YAML: a text where it is no JSON. */
static json_t *default_of(const struct option *option)
{
    json_t *value = json_loads(option->default_text, JSON_DECODE_ANY, NULL);

    return value != NULL ? value : json_string(option->default_text);
}

static json_t *value_of(const struct option *option)
{
    json_t *schema = bare_value(option);

    if (option->description != NULL)
        json_object_set_new(schema, "description", json_string(option->description));
    if (option->default_text != NULL && option->type != OPTION_LIST && option->type != OPTION_MAP)
        json_object_set_new(schema, "default", default_of(option));
    return schema;
}

/* librdkafka lists some names twice, for consumers and for producers. */
static void add_name(void *names, const char *name)
{
    for (size_t i = 0; i < json_array_size(names); i++)
        if (strcmp(json_string_value(json_array_get(names, i)), name) == 0)
            return;
    json_array_append_new(names, json_string(name));
}

json_t *schema_of_file(void)
{
    json_t *schema = schema_of_table(config_table());
    json_t *names = json_array();

    kafka_names(add_name, names);
    json_object_set_new(schema, "$defs",
                        json_pack("{s:{s:s, s:s}, s:{s:o}}", "variable", "type", "string",
                                  "pattern", "\\$\\{", "librdkafka", "enum", names));
    json_object_set_new(schema, "$schema",
                        json_string("https://json-schema.org/draft/2020-12/schema"));
    json_object_set_new(schema, "title", json_string("copydesk " COPYDESK_VERSION));
    json_object_set_new(schema, "$comment",
                        json_string("First line of a configuration, for editors: "
                                    "# yaml-language-server: $schema=copydesk.schema.json"));
    return schema;
}

static int run_schema(const struct command_line *line)
{
    json_t *schema = schema_of_file();

    (void)line;
    json_dumpf(schema, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(schema);
    return EXIT_OK;
}

const struct command command_schema = {
    .name = "schema",
    .summary = "prints a JSON Schema of the configuration, for editors",
    .example = "copydesk schema > copydesk.schema.json",
    .run = run_schema,
};

#include "cli/reference.h"

#include <stdio.h>

#include "cli/commands.h"
#include "config/config.h"
#include "processors/host.h"

static const char introduction[] =
    "# Configuration reference\n"
    "\n"
    "Made from the option tables by `copydesk reference`; a test compares the two. How\n"
    "configurations are read: [configuration.md](../configuration.md).\n"
    "\n"
    "Sizes are written 4096, 512KiB, 8MiB, 1GB; durations 100ms, 30s, 5m, 12h, 7d; ratios 0.65.\n"
    "A list of one value can be written as the value alone.\n"
    "\n"
    "## The file\n"
    "\n";

static void append_processor(const struct processor *processor, struct buffer *page)
{
    buffer_append_format(page, "\n## Processor `%s`\n\n%s\n\n", processor->name,
                         processor->summary);
    config_reference(processor->options, processor->name, page);
}

void reference_page(struct buffer *page)
{
    buffer_append_text(page, introduction);
    config_reference(config_table(), "", page);
    for (const struct processor *const *processor = host_builtin(); *processor != NULL; processor++)
        append_processor(*processor, page);
    buffer_append_text(page, "\n## Processor `plugin`\n\n"
                             "A processor of your own, loaded from a file: "
                             "`plugin: {file: /path/to/it.so, options: {}}`. Its options are "
                             "those of\nits own table.\n");
}

static int run_reference(const struct command_line *line)
{
    struct buffer page = {0};

    (void)line;
    reference_page(&page);
    fwrite(page.data, 1, page.length, stdout);
    buffer_free(&page);
    return EXIT_OK;
}

const struct command command_reference = {
    .name = "reference",
    .example = "copydesk reference > docs/reference/configuration.md",
    .run = run_reference,
};

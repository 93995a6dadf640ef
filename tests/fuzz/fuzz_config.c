/* Any bytes as a configuration: they are read or refused with sentences, and nothing else. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "config/config.h"
#include "tests/fuzz/fuzz.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void require_printable(const char *text)
{
    for (; *text != '\0'; text++)
        require((unsigned char)*text >= 0x20 && *text != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config_problems problems = {0};
    struct config *config =
        config_load_text(slice_of((const char *)data, size), "f", NULL, NULL, &problems);

    require((config == NULL) == (problems.count > 0));
    for (const struct config_problem *p = problems.first; p != NULL; p = p->next)
        require_printable(p->text);
    if (config != NULL)
        require(config_settings(config)->producer.routes.count > 0);
    config_free(config);
    config_problems_free(&problems);
    return 0;
}

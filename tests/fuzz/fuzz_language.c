/* Any bytes to the second opinion: it answers or does not, and never reads beyond them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "processors/language/second.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/view_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct model model;
    static struct second second;

    if (second.model == NULL)
        require(model_open_own(&model) == 0);
    second.model = &model;
    char *copy = memory_allocate(size + 1); /* of this very length: what reads on is seen */

    memcpy(copy, data, size);
    second_begin(&second, copy, size, size % 2 == 0);
    require(second.seen <= second.count && second.count <= SECOND_FEATURES);
    const char *found = second_guess(&second, NULL);

    require(found == NULL || model_label(&model, found) >= 0);
    require(model_label(&model, second_among_rivals(&second, "hr")) >= 0);
    free(copy);
    return 0;
}

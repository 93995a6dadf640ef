/* Any bytes to the detector, and to the second opinion by itself: an answer or none, in a form that
 * stands, and nothing is read beyond them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "processors/language/detector.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/view_checks.h"

static struct model model;

static void check_second(const char *bytes, size_t size)
{
    static struct second second;
    unsigned strength = 0;

    second.model = &model;
    second_begin(&second, bytes, size, size % 2 == 0);
    const char *found = second_guess(&second, NULL, &strength);

    require(second.seen <= second.count);
    require(found == NULL || model_label(&model, found) >= 0);
    require(model_label(&model, second_among_rivals(&second, "hr", NULL, &strength)) >= 0);
    require(strength <= 1000);
}

static void check_detector(struct slice bytes)
{
    static struct detector detector;
    static struct text_view_builder *builder;
    struct detection found;
    char tag[TAG_SIZE];

    if (builder == NULL)
        builder = text_view_builder_new();
    detector_init(&detector, &model, &detector_usual);
    detector_find_in_bytes(&detector, builder, bytes, bytes.length % 3 == 0 ? "fr" : NULL, &found);
    require(strcmp(found.tag, "und") == 0 || tag_canonical(slice_of_text(found.tag), tag) == 0);
    require(found.confidence <= 1000);
    require(found.mixed_count <= CLD2_GUESSES && found.alternative_count <= CLD2_GUESSES + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (model.tags == NULL)
        require(model_open_own(&model) == 0);
    char *copy = memory_allocate(size + 1); /* of this very length: what reads on is seen */

    memcpy(copy, data, size);
    check_second(copy, size);
    check_detector(slice_of(copy, size));
    free(copy);
    return 0;
}

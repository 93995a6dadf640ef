#include "cli/why.h"

static const uint32_t most_ids_shown = 5;

static void append_other(const struct duplicate_result *result, struct buffer *sentence)
{
    if (slice_is_absent(result->of))
        buffer_append_text(sentence, "an earlier article");
    else
        buffer_append(sentence, result->of);
}

static void append_with_other(struct buffer *sentence, const char *before,
                              const struct duplicate_result *result, const char *behind)
{
    buffer_append_text(sentence, before);
    append_other(result, sentence);
    buffer_append_text(sentence, behind);
}

static void append_percent(const struct duplicate_result *result, struct buffer *sentence)
{
    buffer_append_format(sentence, "%u.%u %%", result->similarity / 10, result->similarity % 10);
}

static void append_ids(struct buffer *sentence, const char *before, const struct slice *ids,
                       uint32_t count, uint32_t total)
{
    if (total == 0)
        return;
    buffer_append_text(sentence, before);
    for (uint32_t i = 0; i < count && i < most_ids_shown; i++) {
        buffer_append_text(sentence, i > 0 ? ", " : "");
        buffer_append(sentence, ids[i]);
    }
    if (total > count || count > most_ids_shown)
        buffer_append_format(sentence, " and others, %u in all", total);
}

static void append_new(const struct duplicate_result *result, struct buffer *sentence)
{
    if (result->contains_count > 0)
        append_ids(sentence, "a digest of ", result->contains, result->contains_count,
                   result->contains_count);
    else if (!slice_is_absent(result->of))
        append_with_other(sentence, "no copy; the nearest is ", result, "");
    else
        buffer_append_text(sentence, "nothing like it was seen before");
}

static void append_exact(const struct duplicate_result *result, struct buffer *sentence)
{
    if (result->by == EVIDENCE_IDENTITY)
        append_with_other(sentence, "the item ", result, " came again, unchanged");
    else
        append_with_other(sentence, "the same text as ", result, "");
}

static void append_near(const struct duplicate_result *result, struct buffer *sentence)
{
    append_percent(result, sentence);
    append_with_other(sentence, " the same text as ", result, "");
}

static void append_overlaps(const struct duplicate_result *result, struct buffer *sentence)
{
    append_with_other(sentence, "shares text with ", result, ", but is another story: ");
    append_percent(result, sentence);
}

static void append_stale(const struct duplicate_result *result, struct buffer *sentence)
{
    if (slice_is_absent(result->of))
        buffer_append_text(sentence, "what is known of it is newer");
    else
        append_with_other(sentence, "what is known of ", result, " is newer, or it was withdrawn");
}

static void append_kill(const struct duplicate_result *result, struct buffer *sentence)
{
    append_with_other(sentence, "withdraws ", result, "");
    append_ids(sentence, "; known copies: ", result->copies, result->copy_count,
               result->copies_total);
}

void why_duplicate(const struct duplicate_result *result, struct buffer *sentence)
{
    switch (result->verdict) {
    case VERDICT_NEW:
        append_new(result, sentence);
        break;
    case VERDICT_EXACT:
        append_exact(result, sentence);
        break;
    case VERDICT_NEAR:
        append_near(result, sentence);
        break;
    case VERDICT_OVERLAPS:
        append_overlaps(result, sentence);
        break;
    case VERDICT_REVISION:
        append_with_other(sentence, "takes the place of ", result, "");
        break;
    case VERDICT_CORRECTION:
        append_with_other(sentence, "corrects ", result, "");
        break;
    case VERDICT_KILL:
        append_kill(result, sentence);
        break;
    case VERDICT_STALE:
        append_stale(result, sentence);
        break;
    case VERDICT_UNDETERMINED:
    case VERDICT_COUNT:
        buffer_append_text(sentence, "older than what is remembered, so nobody can say");
        break;
    }
    if (result->of_killed)
        buffer_append_text(sentence, "; its text was withdrawn");
    if (result->of_withheld)
        buffer_append_text(sentence, "; that one is withheld");
    if (result->of_embargoed)
        buffer_append_text(sentence, "; that one is under embargo");
    if (result->withheld)
        buffer_append_text(sentence, "; withheld");
    if (result->embargoed)
        buffer_append_text(sentence, "; under embargo");
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/why.h"

static void assert_why(struct duplicate_result result, const char *expected)
{
    struct buffer sentence = {0};

    why_duplicate(&result, &sentence);
    buffer_append_byte(&sentence, '\0');
    assert_string_equal(sentence.data, expected);
    buffer_free(&sentence);
}

static void each_verdict_says_why(void **state)
{
    struct slice wire = SLICE_LITERAL("wire-1");

    (void)state;
    assert_why((struct duplicate_result){.verdict = VERDICT_NEW},
               "nothing like it was seen before");
    assert_why((struct duplicate_result){.verdict = VERDICT_EXACT, .of = wire, .by = EVIDENCE_TEXT},
               "the same text as wire-1");
    assert_why(
        (struct duplicate_result){.verdict = VERDICT_EXACT, .of = wire, .by = EVIDENCE_IDENTITY},
        "the item wire-1 came again, unchanged");
    assert_why((struct duplicate_result){.verdict = VERDICT_NEAR, .of = wire, .similarity = 873},
               "87.3 % the same text as wire-1");
    assert_why(
        (struct duplicate_result){.verdict = VERDICT_OVERLAPS, .of = wire, .similarity = 520},
        "shares text with wire-1, but is another story: 52.0 %");
    assert_why((struct duplicate_result){.verdict = VERDICT_REVISION, .of = wire},
               "takes the place of wire-1");
    assert_why((struct duplicate_result){.verdict = VERDICT_CORRECTION, .of = wire},
               "corrects wire-1");
    assert_why((struct duplicate_result){.verdict = VERDICT_STALE, .of = wire},
               "what is known of wire-1 is newer, or it was withdrawn");
    assert_why((struct duplicate_result){.verdict = VERDICT_UNDETERMINED},
               "older than what is remembered, so nobody can say");
}

static void a_kill_names_the_copies_it_knows(void **state)
{
    const struct slice copies[] = {SLICE_LITERAL("a"), SLICE_LITERAL("b"), SLICE_LITERAL("c"),
                                   SLICE_LITERAL("d"), SLICE_LITERAL("e"), SLICE_LITERAL("f")};
    struct duplicate_result kill = {.verdict = VERDICT_KILL,
                                    .of = SLICE_LITERAL("wire-1"),
                                    .copies = copies,
                                    .copy_count = 2,
                                    .copies_total = 2};

    (void)state;
    assert_why(kill, "withdraws wire-1; known copies: a, b");
    kill.copy_count = 6;
    kill.copies_total = 2000;
    assert_why(kill, "withdraws wire-1; known copies: a, b, c, d, e and others, 2000 in all");
    kill.copies_total = 0;
    kill.copy_count = 0;
    assert_why(kill, "withdraws wire-1");
}

static void what_was_found_besides_is_told(void **state)
{
    const struct slice stories[] = {SLICE_LITERAL("a"), SLICE_LITERAL("b")};

    (void)state;
    assert_why(
        (struct duplicate_result){.verdict = VERDICT_NEW, .contains = stories, .contains_count = 2},
        "a digest of a, b");
    assert_why((struct duplicate_result){.verdict = VERDICT_EXACT,
                                         .of = SLICE_LITERAL("wire-1"),
                                         .by = EVIDENCE_TEXT,
                                         .of_killed = true},
               "the same text as wire-1; its text was withdrawn");
    assert_why((struct duplicate_result){.verdict = VERDICT_EXACT,
                                         .of = SLICE_LITERAL("wire-1"),
                                         .by = EVIDENCE_TEXT,
                                         .of_withheld = true,
                                         .of_embargoed = true},
               "the same text as wire-1; that one is withheld; that one is under embargo");
    assert_why(
        (struct duplicate_result){.verdict = VERDICT_NEW, .withheld = true, .embargoed = true},
        "nothing like it was seen before; withheld; under embargo");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verdict_says_why),
        cmocka_unit_test(a_kill_names_the_copies_it_knows),
        cmocka_unit_test(what_was_found_besides_is_told),
    };

    return cmocka_run_group_tests_name("why", tests, NULL, NULL);
}

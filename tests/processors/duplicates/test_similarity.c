#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "processors/duplicates/similarity.h"
#include "tests/processors/duplicates/texts.h"

/* Words first to first + count - 1, then from second on. */
static void make(int first, int count, int second, int more, struct fingerprint *ret_fingerprint)
{
    struct fingerprint_keys keys;
    struct buffer text = {0};

    texts_words(&text, first, count);
    texts_words(&text, second, more);
    buffer_append_byte(&text, '\0');
    texts_fingerprint(text.data, ret_fingerprint, &keys);
    buffer_free(&text);
}

static void the_same_text_is_the_same(void **state)
{
    struct fingerprint text;
    struct similarity similarity;

    (void)state;
    make(0, 400, 0, 0, &text);
    similarity_of(&text, &text, &similarity);
    assert_int_equal(similarity.agreements, similarity.used);
    assert_int_equal(similarity.resemblance, 1000);
    assert_int_equal(similarity.new_share, 1000);
    assert_int_equal(similarity.old_share, 1000);
    assert_int_equal(similarity.overall, 1000);
}

static void unrelated_texts_are_not_similar(void **state)
{
    struct fingerprint a;
    struct similarity similarity;

    (void)state;
    make(0, 400, 0, 0, &a);
    for (int other = 1; other <= 20; other++) {
        struct fingerprint b;

        make(1000 * other, 400, 0, 0, &b);
        similarity_of(&a, &b, &similarity);
        assert_in_range(similarity.overall, 0, 150);
    }
}

/* A quarter of the new text is in the old one, and so is all of the old text in the new one. */
static void shares_are_estimated(void **state)
{
    struct fingerprint new_text;
    struct fingerprint old_text;
    struct similarity similarity;

    (void)state;
    make(0, 300, 5000, 900, &new_text);
    make(0, 300, 0, 0, &old_text);
    similarity_of(&new_text, &old_text, &similarity);
    assert_in_range(similarity.new_share, 180, 320);
    assert_in_range(similarity.old_share, 750, 1000);
    similarity_of(&old_text, &new_text, &similarity);
    assert_in_range(similarity.new_share, 750, 1000);
    assert_in_range(similarity.old_share, 180, 320);
}

static void a_shortened_copy_is_similar_and_a_much_longer_text_is_not(void **state)
{
    struct fingerprint whole;
    struct fingerprint part;
    struct similarity similarity;

    (void)state;
    make(0, 900, 0, 0, &whole);
    make(0, 300, 0, 0, &part);
    similarity_of(&part, &whole, &similarity);
    assert_in_range(similarity.overall, 800, 1000);
    similarity_of(&whole, &part, &similarity); /* three times as long: it says much more */
    assert_in_range(similarity.overall, 200, 450);
}

static void a_somewhat_longer_copy_counts_with_a_discount(void **state)
{
    struct fingerprint longer;
    struct fingerprint shorter;
    struct similarity similarity;

    (void)state;
    make(0, 400, 5000, 250, &longer);
    make(0, 400, 0, 0, &shorter);
    similarity_of(&longer, &shorter, &similarity);
    assert_in_range(similarity.overall, 650, 800);
}

static void empty_sketches_are_not_similar(void **state)
{
    struct fingerprint empty = {0};
    struct fingerprint text;
    struct similarity similarity;

    (void)state;
    make(0, 100, 0, 0, &text);
    similarity_of(&empty, &empty, &similarity);
    assert_int_equal(similarity.overall, 0);
    similarity_of(&text, &empty, &similarity);
    assert_int_equal(similarity.overall, 0);
}

static void extra_share_is_what_another_story_adds(void **state)
{
    static const uint64_t nothing[SKETCH_WORDS];
    struct fingerprint digest;
    struct fingerprint first;
    struct fingerprint second;
    struct similarity by_first;
    struct similarity by_second;

    (void)state;
    make(0, 300, 5000, 300, &digest);
    make(0, 300, 0, 0, &first);
    make(5000, 300, 0, 0, &second);
    similarity_of(&digest, &first, &by_first);
    similarity_of(&digest, &second, &by_second);
    assert_in_range(similarity_extra_share(&digest, &by_first, nothing), 400, 600);
    assert_in_range(similarity_extra_share(&digest, &by_second, by_first.agreeing), 400, 600);
    assert_in_range(similarity_extra_share(&digest, &by_first, by_first.agreeing), 0, 0);
}

static void sets_agree_beyond_chance(void **state)
{
    (void)state;
    assert_int_equal(similarity_of_sets(0xff, 0xff, 64), 1000);
    assert_int_equal(similarity_of_sets(0xf, 0xff, 64), 1000);
    assert_int_equal(similarity_of_sets(0xff00, 0x00ff, 64), 0);
    assert_int_equal(similarity_of_sets(0, 0, 64), 1000);
    assert_int_equal(similarity_of_sets(0, 0xff, 64), 0);
    assert_int_equal(similarity_of_sets(UINT64_MAX, UINT64_MAX, 64), 1000);
    assert_in_range(similarity_of_sets(0xff, 0x0ff0, 64), 350, 480);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_text_is_the_same),
        cmocka_unit_test(unrelated_texts_are_not_similar),
        cmocka_unit_test(shares_are_estimated),
        cmocka_unit_test(a_shortened_copy_is_similar_and_a_much_longer_text_is_not),
        cmocka_unit_test(a_somewhat_longer_copy_counts_with_a_discount),
        cmocka_unit_test(empty_sketches_are_not_similar),
        cmocka_unit_test(extra_share_is_what_another_story_adds),
        cmocka_unit_test(sets_agree_beyond_chance),
    };

    return cmocka_run_group_tests_name("similarity", tests, NULL, NULL);
}

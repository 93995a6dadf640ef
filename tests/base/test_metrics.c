#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/metrics.h"

static void families_are_grouped_and_sorted(void **state)
{
    struct metrics *metrics = metrics_new();
    struct buffer text = {0};

    (void)state;
    metric_add(metrics_counter(metrics, "b_total", "Bs.", "kind=\"y\""), 2);
    metric_set(metrics_gauge(metrics, "a", "An a.", ""), -3);
    metric_add(metrics_counter(metrics, "b_total", "Bs.", "kind=\"x\""), 1);
    metrics_render(metrics, &text);
    buffer_append_byte(&text, '\0');
    assert_string_equal(text.data, "# HELP a An a.\n# TYPE a gauge\na -3\n"
                                   "# HELP b_total Bs.\n# TYPE b_total counter\n"
                                   "b_total{kind=\"x\"} 1\nb_total{kind=\"y\"} 2\n");
    buffer_free(&text);
    metrics_free(metrics);
}

static void the_same_name_and_labels_are_one_metric(void **state)
{
    struct metrics *metrics = metrics_new();

    (void)state;
    assert_ptr_equal(metrics_counter(metrics, "a_total", "", "x=\"1\""),
                     metrics_counter(metrics, "a_total", "", "x=\"1\""));
    assert_ptr_not_equal(metrics_counter(metrics, "a_total", "", "x=\"1\""),
                         metrics_counter(metrics, "a_total", "", "x=\"2\""));
    metrics_free(metrics);
}

static void histogram_buckets_are_cumulative(void **state)
{
    struct metrics *metrics = metrics_new();
    struct metric *histogram = metrics_histogram(metrics, "h_seconds", "H.", "p=\"q\"");
    struct buffer text = {0};

    (void)state;
    metric_observe_ns(histogram, 1000);
    metric_observe_ns(histogram, 2000000);
    metric_observe_ns(histogram, INT64_C(20000000000));
    metrics_render(metrics, &text);
    buffer_append_byte(&text, '\0');
    assert_non_null(strstr(text.data, "h_seconds_bucket{p=\"q\",le=\"1e-06\"} 1\n"));
    assert_non_null(strstr(text.data, "h_seconds_bucket{p=\"q\",le=\"0.0025\"} 2\n"));
    assert_non_null(strstr(text.data, "h_seconds_bucket{p=\"q\",le=\"10\"} 2\n"));
    assert_non_null(strstr(text.data, "h_seconds_bucket{p=\"q\",le=\"+Inf\"} 3\n"));
    assert_non_null(strstr(text.data, "h_seconds_sum{p=\"q\"} 20.002001000\n"));
    assert_non_null(strstr(text.data, "h_seconds_count{p=\"q\"} 3\n"));
    buffer_free(&text);
    metrics_free(metrics);
}

static void label_values_are_escaped(void **state)
{
    char labels[64] = "";

    (void)state;
    metrics_label(labels, sizeof labels, "a", SLICE_LITERAL("x\"\\\n"));
    metrics_label(labels, sizeof labels, "b", SLICE_LITERAL("y"));
    assert_string_equal(labels, "a=\"x\\\"\\\\\\n\",b=\"y\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families_are_grouped_and_sorted),
        cmocka_unit_test(the_same_name_and_labels_are_one_metric),
        cmocka_unit_test(histogram_buckets_are_cumulative),
        cmocka_unit_test(label_values_are_escaped),
    };

    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}

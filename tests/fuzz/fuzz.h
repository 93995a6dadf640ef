/* What every fuzzer defines. libFuzzer calls it without end; replay.c once for each file of the
 * corpus. It aborts where a promise is broken; sanitizers do the rest. */
#ifndef COPYDESK_TESTS_FUZZ_FUZZ_H
#define COPYDESK_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

__attribute__((visibility("default"))) int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif

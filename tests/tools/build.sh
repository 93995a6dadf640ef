# Sourced by dev and by the test runner: how a build folder comes about and is tested.
# shellcheck shell=bash

# compile FOLDER [MESON OPTION...]: configures once, then builds what changed.
compile() {
    local folder=$1
    shift
    if [[ ! -f $folder/build.ninja ]]; then
        meson setup "$folder" "$@"
    fi
    ninja -C "$folder"
}

# check FOLDER [MESON TEST OPTION...]: runs the suites that need nothing but the build.
check() {
    local folder=$1
    shift
    ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1}" \
    UBSAN_OPTIONS="${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}" \
    TSAN_OPTIONS="${TSAN_OPTIONS:-halt_on_error=1}" \
        meson test -C "$folder" --no-rebuild --print-errorlogs "$@"
}

# Sourced by dev and by the test runner: how a build folder comes about and is tested.
# shellcheck shell=bash

# configure FOLDER [MESON OPTION...]: once; Ninja sees to later changes.
configure() {
    local folder=$1 log
    shift
    [[ -f $folder/build.ninja ]] && return
    log=$(mktemp)
    if ! meson setup "$folder" "$@" >"$log" 2>&1; then
        cat "$log"
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# compile FOLDER [MESON OPTION...]: builds what changed; says nothing but what went wrong.
compile() {
    configure "$@" && ninja -C "$1" --quiet
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

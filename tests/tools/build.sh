# Sourced by dev and by the test runner: how a build folder comes about and is tested.
# shellcheck shell=bash

# quietly COMMAND...: what it says is shown only when it fails.
quietly() {
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 || { status=$? && cat "$log"; }
    rm -f "$log"
    return $status
}

# configure FOLDER [MESON OPTION...]: once; Ninja sees to later changes.
configure() {
    [[ -f $1/build.ninja ]] && return
    echo "Building in $1/; the first time takes minutes"
    quietly meson setup "$@"
}

# compile FOLDER [MESON OPTION...]: builds what changed.
compile() {
    configure "$@" && quietly ninja -C "$1"
}

# check FOLDER [MESON TEST OPTION...]: runs the suites that need nothing but the build.
check() {
    local folder=$1
    shift
    ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1}" \
    UBSAN_OPTIONS="${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}" \
    TSAN_OPTIONS="${TSAN_OPTIONS:-halt_on_error=1:suppressions=$PWD/tests/tools/tsan.supp}" \
        meson test -C "$folder" --no-rebuild --print-errorlogs "$@"
}

#!/bin/sh
# Tests of the command: each folder with a file `cmd` is a case.
#
#     tests/cli/run.sh BINARY [CASE...]
#
# A case's folder is copied, and `sh cmd` runs in the copy with `kabar` in the PATH.  What
# it prints and its exit status must be those of want.stdout, want.stderr (a missing file
# stands for no output) and want.status (a missing one for 0).  A case that exits with 77
# is skipped; what it printed says why.  ACCEPT=1 writes the want files anew.
#
# For the cases: $PAGES, the common pages; $ROOT, the source tree.

set -u
[ $# -ge 1 ] || { echo "usage: run.sh BINARY [CASE...]" >&2; exit 2; }
[ -x "$1" ] || { echo "run.sh: no program $1" >&2; exit 2; }
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
here=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$here/../.." && pwd)
PAGES=$here/pages
work=$(mktemp -d "${TMPDIR:-/tmp}/kabar-cli.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

mkdir "$work/bin"
ln -s "$binary" "$work/bin/kabar"
PATH=$work/bin:$PATH
LC_ALL=C
TERM=xterm
export ROOT PAGES PATH LC_ALL TERM
unset NO_COLOR COLUMNS KABAR_DB
XDG_DATA_HOME=$work/data && export XDG_DATA_HOME

if [ $# -eq 0 ]; then
    for cmd in "$here"/*/cmd; do
        set -- "$@" "$(basename "$(dirname "$cmd")")"
    done
fi

passed=0 failed=0 skipped=0

# keep FILE WANT EMPTY: the wanted file is FILE, or none where it has what EMPTY says.
keep() {
    if printf '%s' "$3" | cmp -s - "$1"; then rm -f "$2"; else cp "$1" "$2"; fi
}

# same FILE WANT EMPTY
same() {
    if [ -f "$2" ]; then
        diff -u "$2" "$1"
    else
        printf '%s' "$3" | diff -u - "$1"
    fi
}

for case in "$@"; do
    folder=$here/$case
    [ -f "$folder/cmd" ] || { echo "run.sh: no case $case" >&2; exit 2; }
    cp -R "$folder" "$work/$case"
    (cd "$work/$case" && rm -f want.* && exec sh cmd) \
        </dev/null >"$work/stdout" 2>"$work/stderr"
    status=$?
    printf '%s\n' "$status" >"$work/status"
    if [ "$status" -eq 77 ]; then
        echo "skip $case: $(head -n 1 "$work/stdout")"
        skipped=$((skipped + 1))
    elif [ -n "${ACCEPT:-}" ]; then
        keep "$work/stdout" "$folder/want.stdout" ''
        keep "$work/stderr" "$folder/want.stderr" ''
        keep "$work/status" "$folder/want.status" '0
'
    else
        ok=1
        same "$work/stdout" "$folder/want.stdout" '' >"$work/diff" || ok=0
        same "$work/stderr" "$folder/want.stderr" '' >>"$work/diff" || ok=0
        same "$work/status" "$folder/want.status" '0
' >>"$work/diff" || ok=0
        if [ $ok -eq 1 ]; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "FAIL $case"
            cat "$work/diff"
        fi
    fi
    chmod -R u+rwx "$work/$case"
    rm -rf "${work:?}/$case"
done

[ $skipped -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]

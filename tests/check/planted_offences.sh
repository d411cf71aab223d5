#!/usr/bin/env bash
# Plants offences in a copy of the tree and expects tools/check to name each of
# them, and nothing else.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
planted=() # FILE:LINE: .*WORDS, an extended regular expression
passed=0
failed=0

fresh_copy()
{
    rm -rf "${copy:?}"/* "${copy:?}"/.[!.]*
    cp -r "$root"/{proto,log,actors,api,tools,.clang-format} "$copy"/
    mkdir "$copy/tests"
}

# plant FILE TEXT WORDS [LINE]
plant()
{
    printf '%s\n' "$2" >>"$copy/$1"
    planted+=("$1:${4:-$(wc -l <"$copy/$1")}: .*$3")
}

not_ok()
{
    echo "not ok: $*"
    failed=$((failed + 1))
}

# find_planted PART: tools/check PART must name what was planted since the last
# call, and nothing else.
find_planted()
{
    local found expected places
    if found=$(OCTOLOG_TREE=$copy "$root/tools/check" "$1" 2>/dev/null); then
        not_ok "$1: the exit status tells of no offence"
    fi
    for expected in "${planted[@]}"; do
        if grep -qE -- "^$expected" <<<"$found"; then
            passed=$((passed + 1))
        else
            not_ok "$1: $expected: not found"
        fi
    done
    places=$(cut -d: -f1,2 <<<"$found" | sort -u | wc -l)
    [ "$places" -eq ${#planted[@]} ] ||
        not_ok "$1: ${#planted[@]} offences, but found were: $found"
    planted=()
}

# What uses a capability, a line each; some have several.
samples()
{
    cat <<'EOF'
zeromq #include <zmq.h>
zeromq #include <czmq.h>
socket #include <sys/socket.h>
socket #include <netdb.h>
rocksdb #include <rocksdb/c.h>
simdjson #include <simdjson.h>
cjson #include <cjson/cJSON.h>
civetweb #include <civetweb.h>
curl #include <curl/curl.h>
openssl #include <openssl/ssl.h>
compression #include <zlib.h>
clock long s_now(void) { return time(NULL); }
clock long s_now(void) { return clock_now_us(); }
clock void s_wait(void) { usleep(1); }
clock # include <sys/time.h>
thread #include <pthread.h>
thread #include <threads.h>
thread static _Atomic int s_count;
disk #include <fcntl.h>
disk FILE *s_file(void) { return fopen("x", "r"); }
print void s_tell(void) { printf("x"); }
print void s_tell(void) { fprintf(stderr, "x"); }
process #include <signal.h>
process int s_child(void) { return fork(); }
random #include <sys/random.h>
random int s_draw(void) { return rand(); }
environment const char *s_home(void) { return getenv("HOME"); }
EOF
}

# The first three columns of the rows that tell rooms, and those of capabilities.
rows()
{
    grep -vE '^(#|capability |$)' "$root/tools/rooms"
}

capabilities()
{
    sed -n 's/^capability \([a-z]*\) .*/\1/p' "$root/tools/rooms" | grep -v plain
}

# file_of_row ROW: where to plant. A folder gets a new file, "*" a new folder,
# a row that names a file is that file.
file_of_row()
{
    local folder=${1//\*/planted}
    if [ -e "$copy/$1.c" ]; then
        echo "$1.c"
    elif [ -e "$copy/$1.h" ]; then
        echo "$1.h"
    elif [ -e "$copy/$1.cpp" ]; then
        echo "$1.cpp"
    else
        mkdir -p "$copy/$folder"
        touch "$copy/$folder/README.md"
        echo "$folder/planted.c"
    fi
}

# listed WORD LIST...: whether one of the list's patterns stands for the word.
listed()
{
    local pattern
    for pattern in "${@:2}"; do
        # shellcheck disable=SC2053 # it is a pattern
        [[ $1 != $pattern ]] || return 0
    done
    return 1
}

# plant_rows: into each room, a line for everything that its row does not list:
# each capability, and a header of each other room. Prints what must be found.
plant_rows()
{
    local row may_include may_use rest file line other capability text folder
    declare -A include_of
    while IFS='|' read -r row may_include _; do
        include_of[${row% }]=$may_include
    done < <(rows)
    while IFS='|' read -r row may_include may_use rest; do
        row=${row% }
        set -f
        folder=${row%/*}
        may_include=${may_include/=/${include_of[$folder]:-} $folder}
        file=$(file_of_row "$row")
        line=0
        [ ! -e "$copy/$file" ] || line=$(wc -l <"$copy/$file")
        while read -r capability text; do
            # shellcheck disable=SC2086 # these are words
            listed "$capability" $may_use && continue
            echo "$text" >&3
            line=$((line + 1))
            echo "$file:$line: $row may not use $capability"
        done < <(samples) 3>>"$copy/$file"
        while IFS='|' read -r other _; do
            other=${other% }
            # A file is its folder's, as far as others are concerned.
            [ -d "$copy/${other//\*/.}" ] && [ "$other" != "$row" ] || continue
            # shellcheck disable=SC2086
            listed "$other" $may_include && continue
            other=${other//\*/other}
            echo "#include \"$other/other.h\"" >&3
            line=$((line + 1))
            echo "$file:$line: $row may not include $other"
        done < <(rows) 3>>"$copy/$file"
        set +f
    done < <(rows)
}

# Every row, and all of what it forbids. Such lines make circles and long files,
# too: those are looked at below.
fresh_copy
expected=$(plant_rows | sort)
found=$(OCTOLOG_TREE=$copy "$root/tools/check" layers 2>/dev/null |
    grep -vE 'closes a circle|asks to be two' |
    sed -E 's/^([^:]+:[0-9]+: ).*", but ([^ ]+ may not (use|include) [^ :]+).*/\1\2/' |
    sort) || true
if [ "$expected" = "$found" ]; then
    passed=$((passed + $(wc -l <<<"$expected")))
else
    not_ok "rows: planted (<) and found (>) differ:" \
        "$(diff <(echo "$expected") <(echo "$found") | grep '^[<>]' | head -40)"
fi
while read -r row; do
    grep -qF ": $row may not use" <<<"$expected" ||
        not_ok "rows: nothing planted for $row"
done < <(rows | sed 's/ |.*//')
while read -r capability; do
    grep -q "^$capability " < <(samples) ||
        not_ok "rows: no sample of what uses $capability"
done < <(capabilities)

fresh_copy
# A comment is no offence, nor is a new view.
printf '// #include <zmq.h>\n/* #include <zmq.h> */\n' >>"$copy/proto/batch/batch.c"
mkdir "$copy/actors/views/new_view"
echo '# a view' >"$copy/actors/views/new_view/README.md"
echo '#include "actors/views/view.h"' >"$copy/actors/views/new_view/new_view.c"
plant actors/fetch/new_file.c 'long s_now(void) { return time(NULL); }' \
    'given the time'
plant actors/views/new_file.c '#include <pthread.h>' 'tested as arithmetic'
plant actors/views/new_view/rows.c '#include <pthread.h>' 'tested as arithmetic'
plant api/routes/top.c '#include "actors/journal/journal.h"' 'can only ask'
plant api/http/api.c '#include "log/event_log.h"' 'can only ask'
plant actors/journal/journal.c '#include "api/http/api.h"' 'meet in proto'
plant actors/aggregator/aggregator.c '#include "actors/journal/journal.h"' \
    'meet in proto'
plant log/event_log.c '#include "proto/batch/batch.h"' 'not events'
plant tools/sim/sim_event.h '#include "actors/config/config.h"' \
    'nothing of octolog'
plant actors/new_actor.c '// an actor' 'no row for that folder' 1
plant api/new_file.c '// a route' 'no row for that folder' 1
plant tools/new_file.c '// a command' 'no row for that folder' 1
mkdir "$copy/actors/new_room"
plant actors/new_room/new_room.h '// a room' 'no row for that folder' 1
planted+=('actors/new_room/README.md:1: not there')
plant proto/batch/batch.c '#include "batch.h"' 'from the root'
plant proto/batch/batch.c '#include <uv.h>' 'no capability'
plant log/event_log.h "$(yes '// line' | head -601)" 'asks to be two' 600
mkdir "$copy/contrib" "$copy/.hidden"
planted+=('contrib:1: a new place' '.hidden:1: a new place')
find_planted layers

fresh_copy
# A circle of two modules; a header, its source and its private header are one.
echo '#include "proto/base/circle_b.h"' >"$copy/proto/base/circle_a.c"
echo '#include "proto/base/circle_a.h"' >"$copy/proto/base/circle_b.h"
echo '#include "proto/base/circle_b_private.h"' >"$copy/proto/base/circle_b.c"
echo '#include "proto/base/circle_b.h"' >"$copy/proto/base/circle_b_private.h"
echo '// a' >"$copy/proto/base/circle_a.h"
planted=('proto/base/circle_(a.c|b.h):1: .*closes a circle: proto/base/circle_')
find_planted layers

fresh_copy
# Rows: a circle of rooms, a room and a capability that are none, a row for
# nothing, a second row.
sed -i -E 's,^(log \| )[^|]*,\1actors/config ,
    s,^(actors/report \| )[^|]*,\1log ,
    s,^(proto/base \| -) \| -,\1 | magic,
    s,^(proto/json \| ),\1proto/nowhere ,' "$copy/tools/rooms"
echo 'api/nowhere | proto/base | -' >>"$copy/tools/rooms"
echo 'api/tls | proto/base | -' >>"$copy/tools/rooms"
planted=('tools/rooms:[0-9]+: magic, but there is no such capability'
    'tools/rooms:[0-9]+: proto/nowhere, but there is no such room'
    'tools/rooms:[0-9]+: a row for api/nowhere, but there is no such'
    'tools/rooms:[0-9]+: a second row for api/tls')
found=$(OCTOLOG_TREE=$copy "$root/tools/check" layers 2>/dev/null) || true
for line in "${planted[@]}" 'tools/rooms:[0-9]+: .*closes a circle: '; do
    if grep -qE -- "^$line" <<<"$found"; then
        passed=$((passed + 1))
    else
        not_ok "table: $line: not found"
    fi
done
planted=()

fresh_copy
plant proto/batch/batch.c 'int   s_spaced ;' 'clang-format'
plant proto/batch/batch.h "// $(yes x | head -80 | tr -d '\n')" '80 is the width'
find_planted format

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

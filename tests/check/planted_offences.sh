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
    rm -rf "${copy:?}"/*
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

fresh_copy
# A comment is no offence.
printf '// #include <zmq.h>\n' >>"$copy/proto/batch.c"
plant proto/batch/batch.c '#include <zmq.h>' 'without a socket'
plant proto/batch/batch.c '#include <sys/socket.h>' 'without a socket'
plant proto/batch/batch.c '#include <rocksdb/c.h>' 'neither store nor web'
plant proto/event/event.h '#include "log/event_log.h"' 'lowest layer'
plant proto/event/parser.cpp 'long s_now = time(NULL);' 'no clock'
plant proto/message.c 'void s_p(void) { printf("x"); }' 'never print'
plant log/event_log.c '#include <czmq.h>' 'tools alone'
plant log/event_log.c '#include <cjson/cJSON.h>' 'not JSON'
plant log/event_log.c '#include "proto/batch/batch.h"' 'not events'
plant log/event_log.c 'void s_p(void) { fprintf(stderr, "x"); }' 'never print'
plant actors/journal/journal.c '#include "api/http/api.h"' 'without a web server'
plant actors/journal/journal.c '#include <civetweb.h>' 'without a web server'
plant api/http/server.c '#include <openssl/ssl.h>' 'one owner'
plant actors/fetcher/fetcher.c '#include <curl/curl.h>' 'client of the fetcher'
plant actors/aggregator/aggregator.c '#include <rocksdb/c.h>' 'view store'
plant actors/aggregator/aggregator.c '#include "actors/journal/journal.h"' 'meet in proto'
plant actors/fetcher/fetcher.c '#include "actors/supervisor/supervisor.h"' 'meet in proto'
plant actors/aggregator/catch_up.c '#include <czmq.h>' 'tested as arithmetic'
plant actors/producer/send_window.c 'long s_t = actor_tick_ms();' 'given the time'
plant actors/views/event_counts/event_counts.c '#include <rocksdb/c.h>' 'touch no disk'
plant actors/supervisor/supervision.c '#include <pthread.h>' 'tested as arithmetic'
plant api/http/api.c '#include "log/event_log.h"' 'can only ask'
plant api/http/api.c '#include "actors/aggregator/aggregator.h"' 'can only ask'
plant proto/batch/batch.c '#include "batch.h"' 'from the root'
plant tools/sim/sim.h '#include "actors/config/config.h"' 'nothing of octolog'
plant log/event_log.h "$(yes '// line' | head -601)" 'asks to be two' 600
mkdir "$copy/contrib"
planted+=('contrib:1: a new place')
find_planted layers

fresh_copy
plant proto/batch/batch.c 'int   s_spaced ;' 'clang-format'
plant proto/batch/batch.h "// $(yes x | head -80 | tr -d '\n')" '80 is the width'
find_planted format

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/usr/bin/env bash
# Plants one offence at a time in a copy of the tree and expects tools/check to
# name it; and expects the untouched copy to be clean.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
passed=0
failed=0

fresh_copy()
{
    rm -rf "${copy:?}"/*
    cp -r "$root"/{proto,log,actors,api,tools,.clang-format} "$copy"/
    mkdir -p "$copy/tests"
}

# expect PART PATTERN: tools/check PART must fail with a line like PATTERN.
expect()
{
    local output
    if output=$(OCTOLOG_TREE=$copy "$root/tools/check" "$1" 2>&1); then
        echo "not ok: $2: nothing was found"
        failed=$((failed + 1))
    elif ! grep -qE -- "$2" <<<"$output"; then
        echo "not ok: $2: another thing was found: $output"
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
}

# plant FILE LINE [PART] PATTERN
plant()
{
    fresh_copy
    printf '%s\n' "$2" >>"$copy/$1"
    expect "${4:-layers}" "^$1:[0-9]+: .*$3"
}

fresh_copy
if ! OCTOLOG_TREE=$copy "$root/tools/check" layers format; then
    echo "not ok: the tree itself has offences"
    failed=$((failed + 1))
else
    passed=$((passed + 1))
fi

plant proto/batch.c '#include <zmq.h>' 'without a socket'
plant proto/batch.c '#include <sys/socket.h>' 'without a socket'
plant proto/batch.c '#include <rocksdb/c.h>' 'neither store nor web'
plant proto/event.h '#include "log/event_log.h"' 'lowest layer'
plant proto/event_parser.cpp 'long s_now = time(NULL);' 'no clock'
plant proto/message.c 'void s_p(void) { printf("x"); }' 'never print'
plant log/event_log.c '#include <czmq.h>' 'tools alone'
plant log/event_log.c '#include <cjson/cJSON.h>' 'not JSON'
plant log/event_log.c '#include "proto/batch.h"' 'not events'
plant log/event_log.c 'void s_p(void) { fprintf(stderr, "x"); }' 'never print'
plant actors/journal.c '#include "api/api.h"' 'without a web server'
plant actors/journal.c '#include <civetweb.h>' 'without a web server'
plant api/server.c '#include <openssl/ssl.h>' 'one owner'
plant actors/fetcher.c '#include <curl/curl.h>' 'client of the fetcher'
plant actors/aggregator.c '#include <rocksdb/c.h>' 'view store'
plant actors/aggregator.c '#include "actors/journal.h"' 'meet in proto'
plant actors/fetcher.c '#include "actors/supervisor.h"' 'meet in proto'
plant actors/catch_up.c '#include <czmq.h>' 'tested as arithmetic'
plant actors/send_window.c 'long s_t = actor_tick_ms();' 'given the time'
plant actors/view_event_counts.c '#include <rocksdb/c.h>' 'touch no disk'
plant actors/supervision.c '#include <pthread.h>' 'tested as arithmetic'
plant api/api.c '#include "log/event_log.h"' 'can only ask'
plant api/api.c '#include "actors/aggregator.h"' 'can only ask'
plant proto/batch.c '#include "batch.h"' 'from the root'
plant tools/sim/sim.h '#include "actors/config.h"' 'nothing of octolog'
plant log/event_log.h "$(yes '// line' | head -601)" 'asks to be two'
plant proto/batch.c 'int   s_spaced ;' 'clang-format' format
plant proto/batch.h "// $(yes x | head -80 | tr -d '\n')" '80 is the width' format
fresh_copy
printf '// #include <zmq.h>\n' >>"$copy/proto/batch.c"
if OCTOLOG_TREE=$copy "$root/tools/check" layers >/dev/null; then
    passed=$((passed + 1))
else
    echo "not ok: a comment is no offence"
    failed=$((failed + 1))
fi
fresh_copy
mkdir "$copy/contrib"
expect layers '^contrib:1: a new place'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/usr/bin/env bash
# fuzz.sh - asks a running octolog everything that its OpenAPI document allows,
# and what it does not: no 5xx, no status and no answer that is not described.
#
#   tests/api/fuzz.sh BUILD        the folder with octolog and octolog-sim
#
# API_FUZZ_EXAMPLES (default 100) requests are made up for each operation, from
# API_FUZZ_SEED. Schemathesis is installed beside the build, from PyPI.
#
# Two of its checks are left out. Rules between parameters (end after start)
# cannot be said in OpenAPI, so a 422 for what the document allows is no
# mistake; and CivetWeb answers TRACE itself, by 400 and not by 405. The live
# tail never ends and has its own tests.
set -euo pipefail
build=$(realpath "${1:?usage: tests/api/fuzz.sh BUILD}")
tool=$build/schemathesis
folder=$(mktemp -d /tmp/octolog-fuzz-XXXXXX)
pids=()

finish()
{
    [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
    wait
    rm -rf "$folder"
}
trap finish EXIT

# Prints the URL that a program says it listens on.
listening()
{
    local file=$1 i
    for i in {1..300}; do
        grep -oE 'listening on http://[0-9.:]+' "$file" | cut -d' ' -f3 && return
        sleep 0.1
    done
    echo "fuzz.sh: it does not listen:" >&2
    cat "$file" >&2
    return 1
}

if [ ! -x "$tool/bin/schemathesis" ]; then
    python3 -m venv "$tool"
    "$tool/bin/pip" install -q 'schemathesis>=4,<5'
fi
"$build/octolog-sim" --port 0 --rate 100 >"$folder/sim" 2>&1 &
pids+=($!)
source=$(listening "$folder/sim")
"$build/octolog" up --data "$folder/data" --listen 127.0.0.1:0 \
    --source "$source/events" >"$folder/up" 2>&1 &
pids+=($!)
url=$(listening "$folder/up")
curl -sf --retry 50 --retry-delay 1 --retry-all-errors "$url/readyz" >/dev/null
cd "$folder" # it keeps what it found there
"$tool/bin/schemathesis" run "$url/openapi.json" --no-color \
    -n "${API_FUZZ_EXAMPLES:-100}" --seed "${API_FUZZ_SEED:-1}" \
    --phases examples,coverage,fuzzing --exclude-path /v1/events/stream \
    --exclude-checks positive_data_acceptance,unsupported_method

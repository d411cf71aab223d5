#!/usr/bin/env bash
# run.sh RUN SIM - what ./run says before it builds, where it cannot do its work.
set -uo pipefail
run=$1 sim=$2
folder=$(mktemp -d)
failures=0
server=''
trap 'kill $server 2>/dev/null; rm -rf "$folder"' EXIT

# expect WORDS COMMAND...: it must exit with 1 and say the words.
expect()
{
    local words=$1 said status
    shift
    said=$("$@" 2>&1)
    status=$?
    if [ $status -ne 1 ] || [[ $said != *$words* ]]; then
        echo "run.sh: $*: expected 1 and \"$words\", not $status and: $said"
        failures=$((failures + 1))
    fi
}

# A port that is taken. The simulator says in its first line where it listens.
exec 3< <(exec "$sim" --port 0)
server=$!
read -r -u 3 line
expect "127.0.0.1:${line##*:} is already in use" \
    "$run" --listen "127.0.0.1:${line##*:}"

# Where there is neither apt-get nor a compiler.
mkdir "$folder/bin"
for program in bash cat dirname env; do
    ln -s "$(command -v $program)" "$folder/bin"
done
for words in 'sudo dnf install' 'sudo pacman -S' 'docker compose'; do
    expect "$words" env PATH="$folder/bin" "$run" --listen 127.0.0.1:0
done
exit $((failures > 0))

#!/usr/bin/env bash
# documents.sh FOLDER - man pages and completions, as users meet
# them: every flag of every --help is in both, the pages are good mdoc, and the
# shells complete. Shells and mandoc are used where they are installed.
set -euo pipefail
programs='octolog octolog-bench octolog-sim' # in FOLDER
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export PATH=$1:$PATH LC_ALL=C.UTF-8
failures=0

fail()
{
    echo "documents: $*" >&2
    failures=$((failures + 1))
}

expect()
{
    [ "$2" = "$3" ] || fail "$1: got '$2', not '$3'"
}

# Names of the listed commands under a help text's heading.
commands()
{
    "$@" --help | sed -n '/^commands$/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# "FLAG..." of a help text.
flags()
{
    "$@" --help | grep -oE '^  --[a-z-]+' | tr -d ' ' | sort -u
}

# All commands, with their subcommands.
all_commands()
{
    local one two
    printf '%s\n' octolog-bench octolog-sim
    for one in $(commands octolog); do
        echo "octolog $one"
        for two in $(commands octolog "$one"); do
            echo "octolog $one $two"
        done
    done
}

for program in $programs; do
    octolog manual $program --date 'May 1, 2026' >$program.1
    for shell in bash zsh fish; do
        octolog completion $shell --program $program >$program.$shell
    done
done
octolog manual octolog.cfg --date 'May 1, 2026' >octolog.cfg.5
octolog config default >octolog.cfg

# The part of a file from a line with this text up to one with that.
part()
{
    awk -v from="$2" -v to="$3" 'index($0, from) { on = 1; print; next }
        on && index($0, to) { exit } on' "$1"
}

# What a page says is plain text, but for escaped hyphens.
for program in $programs; do
    sed "s/\\\\-/-/g; s/^\.Sh DESCRIPTION/.Ss $program /" $program.1 >$program.txt
done
count=0
while read -r -a words; do
    program=${words[0]} command=${words[*]}
    page=$(part $program.txt ".Ss $command" .S)
    bash=$(part $program.bash "'$command') words=" ';;')
    zsh=$(part $program.zsh "('$command')" ';;')
    fish=$(grep -F "= \"$command\"'" $program.fish)
    for flag in $(flags "${words[@]}"); do
        count=$((count + 1))
        [[ "$page " =~ "It Fl -${flag#--}"[[:space:]] ]] ||
            fail "$program.1 lacks '$command $flag'"
        [[ $bash =~ [\ \']"$flag"[\ \'] ]] || fail "bash lacks '$command $flag'"
        [[ $zsh =~ [\'*]"$flag"[=[] ]] || fail "zsh lacks '$command $flag'"
        [[ $fish == *" -l ${flag#--} "* ]] || fail "fish lacks '$command $flag'"
    done
done < <(all_commands)
[ $count -gt 100 ] || fail "only $count flags were found"

# Every key of the configuration has its place in octolog.cfg(5).
count=0
for key in $(awk '/^[a-z]+$/ { section = $0 "." }
        /^ *[a-z-]+ = / { print section $1 }' octolog.cfg); do
    count=$((count + 1))
    grep -qF ".It Cm ${key//-/\\-} No" octolog.cfg.5 || fail "no $key"
done
[ $count -gt 30 ] || fail "only $count keys were found"

if command -v mandoc >/dev/null; then
    for page in *.1 *.5; do
        found=$(mandoc -Tlint "$page" | grep -v 'referenced manual' || true)
        [ -z "$found" ] || fail "$found"
    done
fi

# What bash offers for words.
complete_bash()
{
    bash -c 'source '"$1"'.bash
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _'"$1"'
        echo "${COMPREPLY[*]}"' - "$@"
}
touch some.json.gz
mkdir some.folder
expect bash "$(complete_bash octolog conf)" config
expect bash "$(complete_bash octolog query t)" top
expect bash "$(complete_bash octolog tail --ty)" --type
expect bash "$(complete_bash octolog tail --type ForkA)" ''
expect bash "$(complete_bash octolog tail --type Gol)" GollumEvent
expect bash "$(complete_bash octolog tail --color = al)" always
expect bash "$(complete_bash octolog import some.j)" some.json.gz
expect bash "$(complete_bash octolog tail --data some.)" some.folder
expect bash "$(complete_bash octolog completion z)" zsh
expect bash "$(complete_bash octolog bench --only mem)" memory
expect bash "$(complete_bash octolog-bench --only mem)" memory
expect bash "$(complete_bash octolog-sim --shape 201)" 2016

if command -v fish >/dev/null; then
    export HOME=$folder
    complete_fish()
    {
        fish --no-config -c "source octolog.fish; source octolog-sim.fish
            complete -C '$1'" | cut -f1 | tr '\n' ' '
    }
    expect fish "$(complete_fish 'octolog conf')" 'config '
    expect fish "$(complete_fish 'octolog query t')" 'top '
    expect fish "$(complete_fish 'octolog tail --ty')" '--type '
    expect fish "$(complete_fish 'octolog tail --type Gol')" 'GollumEvent '
    expect fish "$(complete_fish 'octolog-sim --shape 201')" '2016 '
fi
if command -v zsh >/dev/null; then
    for script in *.zsh; do
        zsh -n $script || fail "$script"
    done
fi
[ $failures -eq 0 ]

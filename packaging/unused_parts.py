"""What Qt brings into a package and nothing of the app loads, under its names on each system."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# QtQuick, QtQml and QtOpenGL stay: the FFmpeg plugin of QtMultimedia is linked against them, and
# without them videos have no picture, without a word.
LIBRARIES = frozenset(
    (
        *("QtPdf", "QtPdfWidgets", "QtVirtualKeyboard", "QtEglFSDeviceIntegration"),
        *("QtEglFsKmsSupport", "QtEglFsKmsGbmSupport", "QtWebEngineCore", "QtWebEngineWidgets"),
        *("QtWebEngineQuick", "QtQuickWidgets", "QtSql", "QtTest", "QtDesigner"),
        "opengl32sw",  # OpenGL by software on Windows, which no widget asks for
    )
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
    folder = str(path.parent)
    if FOLDERS & set(path.parts[:-1]):
        return True
    if folder.endswith(("Qt/translations", "PySide6/translations")) or "Qt/qml/" in f"{folder}/":
        return True
    parts = [_plain(part) for part in path.parts]
    return bool(LIBRARIES & set(parts)) or "/".join(parts[-2:]) in PLUGINS


def _plain(part: str) -> str:
    """Return the name of a library or plugin without what a system puts around it: Qt6Pdf.dll,
    libQt6Pdf.so.6 and QtPdf.framework are QtPdf."""
    plain = _SUFFIX.sub("", part)
    if plain != part or part.startswith("libQt"):
        plain = plain.removeprefix("lib")
    return re.sub(r"^Qt6(?=[A-Z])", "Qt", plain)

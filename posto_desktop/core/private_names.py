r"""Removes user and computer names and the user's folders from a text.

A log spells them in many ways: `C:\Users\Jo`, `C:\\Users\\Jo` (JSON, Python), `C:/Users/Jo`,
`file:///C:/Users/J%C3%B6rg`, `\\?\C:\Users\Jo`, `\\server\share\Users\Jo`, `C:\Users\JOHNDO~1` (the
short name that Windows gives), `/home/jo`, in capitals or small letters. None of them stays.
"""

from __future__ import annotations

import os
import platform
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from posto_desktop.sdk.redact import HIDDEN

# Doubled by each JSON encoding; limited, to keep matching fast.
_BACKSLASH = r"(?:\\|%5c){1,8}"
_SEPARATOR = r"(?:[\\/]|%5c|%2f){1,8}"
_ACCENTS = "\u0300-\u036f"  # combining, after their letter
_COLON = r"(?::|%3a|\|)"

# The folder of any user, including other users.
_SEGMENT = (
    r"(?!(?:public|shared|default|all users)(?!\w))"
    # Allow spaces only before another folder, else the rest of a sentence would match.
    r"""(?:[^\\/\r\n"<>|:*?,;]{1,64}?(?=[\\/]|%5c|%2f)|[^\s\\/"'<>|:*?,;()]+)"""
)
_WINDOWS_FOLDER = re.compile(
    rf"((?:\b[a-z]{_COLON}{_SEPARATOR}|{_BACKSLASH}|//[^\s/]{{1,63}}/[^\s/]{{1,80}}/)"
    rf"(?:users|documents(?: |%20)and(?: |%20)settings){_SEPARATOR}){_SEGMENT}",
    re.IGNORECASE,
)
_OTHER_FOLDER = re.compile(
    r"(?<![\w.\\/-])((?:file://(?:localhost)?)?(?:/var|/export)?/(?:home|Users)/)"
    r"(?!Shared\b|Public\b)[^\s\\/\"'<>|:*?,;()]+"
)

_PLAIN = frozenset(
    (
        *("admin", "administrator", "default", "guest", "local", "localhost", "none", "null"),
        *("owner", "public", "root", "system", "unknown", "user", "users"),
        *("app", "data", "desktop", "home", "linux", "media", "page", "post", "posto", "posts"),
        *("python", "server", "service", "test", "windows", "work", "workspace"),
        *("crash", "debug", "error", "false", "file", "files", "info", "log", "true", "warning"),
    )
)
"""Common names that identify nobody; as folders they are still hidden."""


@dataclass(frozen=True)
class Owner:
    """Private names: the user's folder, the user's names, the computer's names."""

    home: str = ""
    users: tuple[str, ...] = ()
    computers: tuple[str, ...] = ()

    @classmethod
    def of_this_computer(cls) -> Owner:
        """Return the owner according to system and environment."""
        home = Path.home()
        variables = ("USERNAME", "USER", "LOGNAME")
        users = {home.name, *(os.environ.get(variable, "") for variable in variables)}
        computers = {platform.node(), os.environ.get("COMPUTERNAME", "")}
        computers |= {computer.partition(".")[0] for computer in computers}
        computers |= {os.environ.get("USERDOMAIN", "")}
        return cls(str(home), tuple(filter(None, users)), tuple(filter(None, computers)))


class NameRedactor:
    """Redacts an owner's names. `folders` are further ones with their replacements."""

    def __init__(self, owner: Owner, folders: Mapping[str, str] | None = None) -> None:
        places = [*(folders or {}).items(), ("~", owner.home)]
        self._places = [
            (name, pattern)
            for name, path in sorted(places, key=lambda place: len(place[1]), reverse=True)
            if (pattern := _place(path)) is not None
        ]
        names = {name.strip() for name in (*owner.users, *owner.computers)}
        words = sorted((name for name in names if _is_identifying(name)), key=len, reverse=True)
        self._words = [_word(word) for word in words]

    def __call__(self, text: str) -> str:
        for name, pattern in self._places:
            text = pattern.sub(lambda _match, name=name: name, text)  # type: ignore[misc]
        text = _WINDOWS_FOLDER.sub(rf"\g<1>{HIDDEN}", text)
        text = _OTHER_FOLDER.sub(rf"\g<1>{HIDDEN}", text)
        for pattern in self._words:
            text = pattern.sub(HIDDEN, text)
        return text


def _is_identifying(name: str) -> bool:
    """Return whether hiding a name leaves ordinary text readable."""
    return len(name) > 2 and name.casefold() not in _PLAIN


def _word(name: str) -> re.Pattern[str]:
    # An apparent letter before it may end an escaped character.
    start = r"(?:(?<!\w)|(?<=%[0-9a-f]{2})|(?<=\\[nrt])|(?<=\\x[0-9a-f]{2})|(?<=\\u[0-9a-f]{4}))"
    return re.compile(rf"{start}(?:{_any_spelling(name)})(?![\w{_ACCENTS}])", re.IGNORECASE)


def _place(path: str) -> re.Pattern[str] | None:
    """Return a pattern for a folder in every spelling; None for the root of a disk."""
    drive = re.match(r"[A-Za-z]:(?=[\\/])", path)
    below_drive = path[2:] if drive else path
    parts = [
        part for part in re.split(r"[\\/]+" if drive or "\\" in path else "/+", below_drive) if part
    ]
    if not parts:
        return None
    start = f"{path[0]}{_COLON}" if drive else ""
    whole = "".join(f"{_SEPARATOR}(?:{_any_spelling(part)})" for part in parts)
    # "/root" must not match in "/srv/root" or "/rootfs".
    return re.compile(rf"(?<![\w.~*-]){start}{whole}(?![\w{_ACCENTS}-])", re.IGNORECASE)


def _any_spelling(name: str) -> str:
    """Return a pattern for a name in each Unicode form and escaping, and as Windows' short name."""
    forms = dict.fromkeys(
        "".join(map(_any_sign, unicodedata.normalize(form, name))) for form in ("NFC", "NFD")
    )
    return "|".join([*forms, *_short_names(name)])


def _any_sign(sign: str) -> str:
    """Return a pattern for a character: literal, percent-encoded, and escaped by JSON and Python,
    in both cases, which may be other letters (ß, SS)."""
    spellings: list[str] = []
    # The longest first: lower-case İ is an i with a combining character.
    for variant in sorted(
        {sign, sign.lower(), sign.upper()}, key=lambda variant: (-len(variant), variant)
    ):
        spellings.append(re.escape(variant))
        spellings.append(
            "".join(f"%{byte:02x}" for byte in variant.encode("utf-8", "surrogatepass"))
        )
        if not variant.isascii():
            data = variant.encode("utf-16-be", "surrogatepass")
            units = (data[at : at + 2].hex() for at in range(0, len(data), 2))
            spellings.append("".join(rf"\\{{1,8}}u{unit}" for unit in units))
            spellings.append("".join(_python_escape(ord(part)) for part in variant))
    if sign == " ":
        spellings.append(r"\+")
    if sign in "'\"":
        spellings.append(rf"\\{{1,8}}{sign}")
    return f"(?:{'|'.join(dict.fromkeys(spellings))})"


def _python_escape(code: int) -> str:
    if code < 0x80:
        return re.escape(chr(code))
    if code < 0x100:
        return rf"\\{{1,8}}x{code:02x}"
    return rf"\\{{1,8}}u{code:04x}" if code < 0x10000 else rf"\\{{1,8}}U{code:08x}"


def _short_names(name: str) -> Iterable[str]:
    """Yield Windows' short names: JOHNDO~1, or JO4A1F~1 where there are many."""
    letters = re.sub(r"[+,;=\[\]]", "_", re.sub(r"[\s.]", "", name))
    if len(letters) > 2:
        yield rf"{re.escape(letters[:6])}~[1-9]"
        yield rf"{re.escape(letters[:2])}[0-9a-f]{{4}}~[1-9]"

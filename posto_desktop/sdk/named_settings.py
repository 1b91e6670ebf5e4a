"""Files of styles and profiles: whole files, safe across processes.

Callers get copies: changing a saved or returned dictionary does not change what is stored.
"""

from __future__ import annotations

import contextlib
import copy
import os
import time
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from posto_desktop.common.translation import translatable

from ..common import json_text
from ..storage import atomic, renames
from ..storage.errors import explain
from .answers import as_mapping
from .errors import SettingsError
from .locking import locked
from .networks import all_networks, find
from .post_builder import TEMPLATE_KEYS
from .style_files import (
    ALL_NETWORKS,
    MAX_NAME,
    ByNetwork,
    Settings,
    Stamp,
    StyleFile,
    check_same_as,
    is_plain,
    read_style,
    readable_name,
    write_style,
)
from .style_parts import check_part
from .templates import check


def check_settings(settings: object, *, subject: str = "settings") -> ByNetwork:
    """Return a deep copy of settings keyed by network. Raises `SettingsError` for anything else.

    Networks must be known and templates may only use known variables, so that mistakes show when a
    style is saved and not when it is used.
    """
    if not isinstance(settings, Mapping):
        raise SettingsError(f"The {subject} must map networks to settings.")
    strange = [str(k) for k in settings if k != ALL_NETWORKS and find(k) is None]
    if strange:
        known = ", ".join(network.slug for network in all_networks())
        raise SettingsError(
            translatable(
                "Sdk", "The {subject} name unknown networks: {names}. Known are {known}."
            ).format(subject=subject, names=", ".join(strange), known=known),
            names=strange,
        )
    for part in settings.values():
        check_flat(part, subject=subject)
    check_same_as(settings)
    return copy.deepcopy(dict(settings))


def check_flat(settings: object, *, subject: str = "settings") -> Settings:
    """Return a deep copy of the settings of one network. Raises `SettingsError`."""
    if not isinstance(settings, Mapping):
        raise SettingsError(f"The {subject} of one network must be a dictionary.")
    for key, value in settings.items():
        if not isinstance(key, str):
            raise SettingsError(f"The name of a setting is text, not {key!r}.")
        if key in TEMPLATE_KEYS or key in {"first_comment", "first_comment_text"}:
            if not isinstance(value, str):
                raise SettingsError(f"“{key}” must be text, not {value!r}.", names=[key])
            check(value)
        check_part(key, value)
    own = dict(settings)
    try:
        json_text.dumps(own, strict=True)
    except (TypeError, ValueError) as error:
        raise SettingsError(
            translatable("Sdk", "The {subject} cannot be stored: {error}.").format(
                subject=subject, error=error
            )
        ) from error
    return copy.deepcopy(own)


class NamedSettingsStore:
    """Named settings, one file each: styles and profiles. `builtin` are read-only ones.

    `style_files` defines and reads the format. One bad file never stops reading: `scan` lists it
    with the reason.
    """

    def __init__(self, folder: Callable[[], Path], kind: str, builtin: Path | None = None) -> None:
        self._folder = folder
        self._kind = kind
        self._builtin = builtin
        self._known: dict[Path, StyleFile] = {}

    @property
    def folder(self) -> Path:
        """Return the folder of the user's files."""
        return self._folder()

    def names(self) -> list[str]:
        """Return all names, sorted; the user's and the built-in ones."""
        return sorted({*self._files(self._builtin), *self._files(self._folder())})

    def get(self, name: str) -> ByNetwork:
        """Return a copy of the settings by network. Raises `SettingsError` that lists the names."""
        style = self.find(name)
        if style is None:
            names = ", ".join(self.names()) or "none"
            raise SettingsError(
                translatable("Sdk", "There is no {kind} “{name}”. There are: {names}.").format(
                    kind=self._kind, name=name, names=names
                ),
                names=[str(name)],
            )
        if style.problem:
            raise SettingsError(
                translatable("Sdk", "The {kind} “{name}” cannot be used.").format(
                    kind=self._kind, name=name
                )
                + f" {style.problem}"
            )
        as_written = {
            str(network): copy.deepcopy(part)
            for network, part in as_mapping(style.content.get("settings")).items()
            if isinstance(part, dict)
        }
        return as_written if is_plain(as_written) else style.resolved()

    def find(self, name: str) -> StyleFile | None:
        """Return the user's file of this name, else the built-in one."""
        for folder in (self._folder(), self._builtin):
            style = self._files(folder).get(name)
            if style is not None:
                return style
        return None

    def scan(self, young: float = 0.0) -> list[StyleFile]:
        """Return every style: the built-in ones, the user's, and unreadable ones with the reason.

        A damaged file is moved aside unless it changed in the last `young` seconds: another program
        may still be writing it.
        """
        styles = list(self._files(self._builtin).values())
        broken: list[StyleFile] = []
        styles += self._files(self._folder(), broken, young).values()
        return styles + broken + self._set_aside_before()

    def save(self, name: str, settings: Mapping[str, Mapping[str, Any]]) -> None:
        """Save under `name`, replacing an existing one."""
        clean = self.clean_name(name)
        checked = check_settings(settings, subject=self._kind)
        with self.locked(clean):
            before = self._files(self._folder()).get(clean) or StyleFile(clean)
            if before.path is not None and before.problem:
                raise SettingsError(
                    translatable("Sdk", "“{clean}” was not saved.").format(clean=clean)
                    + f" {before.problem}"
                )
            write_style(
                self._path(self._folder(), clean),
                replace(before, settings=checked, content=_without_settings(before.content)),
            )

    def put(
        self, style: StyleFile, *, before: str = "", based_on: Stamp | None = None
    ) -> tuple[StyleFile, str]:
        """Save a style; return it and the name under which another program's version was kept, or
        "".

        `before` is its previous name: that file is removed. `based_on` is the stamp of the edited
        file; if the file has another now, it is kept under another name. Raises `SettingsError` for
        a taken or invalid name, `StorageError` if it cannot be written.
        """
        clean = self.clean_name(style.name)
        check_same_as(style.settings)
        with self.locked(clean):
            files = self._files(self._folder())
            if before != clean and clean in files:
                raise SettingsError(
                    translatable("Sdk", "There is already a {kind} “{clean}”.").format(
                        kind=self._kind, clean=clean
                    ),
                    names=[clean],
                )
            existing = files.get(before or clean)
            kept_name = ""
            if existing is not None and based_on is not None and existing.stamp != based_on:
                kept_name = free_name(
                    translatable("Sdk", "{name} (other version)").format(name=existing.name), files
                )
                write_style(
                    self._path(self._folder(), kept_name), replace(existing, name=kept_name)
                )
            saved = write_style(
                self._path(self._folder(), clean), replace(style, name=clean, builtin=False)
            )
            if existing is not None and existing.path is not None and existing.path != saved.path:
                _unlink(existing.path)
            return saved, kept_name

    def add(self, style: StyleFile) -> StyleFile:
        """Save a style under the next free name."""
        with self.locked(style.name):
            taken = {*self._files(self._folder()), *self._files(self._builtin)}
            clean = self.clean_name(free_name(self.clean_name(style.name), taken))
            path = self._path(self._folder(), clean)
            return write_style(path, replace(style, name=clean, builtin=False))

    def delete(self, name: str) -> bool:
        """Delete the user's style; return False if there is none. Built-in ones stay."""
        folder = self._folder()
        if not folder.is_dir():
            return False
        with self.locked(name):
            style = self._files(folder).get(name)
            if style is None or style.path is None:
                return False
            _unlink(style.path)
            return True

    def locked(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Lock the folder against other programs that save; `name` is what is saved here."""
        folder = self._folder()
        return locked(folder / ".lock", of=folder / f"{_stem(name)}.json")

    def clean_name(self, name: str) -> str:
        """Return `name` as it is stored. Raises `SettingsError` for an invalid one."""
        clean = name.strip() if isinstance(name, str) else ""
        if not clean or len(clean) > MAX_NAME or not clean.isprintable():
            raise SettingsError(
                translatable("Sdk", "A {kind} needs a name of 1 to {limit} characters.").format(
                    kind=self._kind, limit=MAX_NAME
                )
            )
        return clean

    def _path(self, folder: Path, name: str) -> Path:
        known = self._files(folder).get(name)
        if known is not None and known.path is not None:
            return known.path
        stem = _stem(name)
        if stem.upper().partition(".")[0] in _RESERVED:
            stem = f"_{stem}"  # Windows reserves device names, with any extension
        if len(stem) > 150 or stem[-1] == " ":
            stem = f"{stem[:100].strip()}-{_short(name)}"
        # Names that differ only in case are one file on many systems; and an unreadable existing
        # file must not be overwritten.
        taken_stems = {path.stem.casefold() for path in _json_files(folder)}
        beginning, number = stem, 1
        while stem.casefold() in taken_stems:
            number += 1
            stem = f"{beginning}-{_short(name)}" + (f"-{number}" if number > 2 else "")
        return folder / f"{stem}.json"

    def _files(
        self, folder: Path | None, broken: list[StyleFile] | None = None, young: float = 0.0
    ) -> dict[str, StyleFile]:
        """Return the readable files of a folder by name; move the others aside, or append them to
        `broken`."""
        styles: dict[str, StyleFile] = {}
        for path in _json_files(folder):
            style = self._read(path, builtin=folder == self._builtin)
            if style is None:
                continue
            if style.problem and not style.content:
                aside = style.stamp is not None and folder != self._builtin
                if aside and time.time() - style.stamp[1] / 1e9 >= young:  # type: ignore[index]
                    atomic.set_aside(path, style.problem)
                elif broken is not None:
                    broken.append(style)
                continue
            name = style.name
            if name in styles:  # a copy of another file: use its file name
                name = free_name(readable_name(unquote(path.stem)) or name, styles)
                style = replace(style, name=name)
            styles[name] = style
        return styles

    def _read(self, path: Path, *, builtin: bool) -> StyleFile | None:
        """Return a file's style, cached while the file does not change."""
        try:
            facts = path.stat()
        except OSError:
            return None
        known = self._known.get(path)
        stamp = (facts.st_size, facts.st_mtime_ns, facts.st_ino)
        # Within one clock tick a file can change twice.
        if known is not None and known.stamp == stamp and time.time_ns() - stamp[1] > _TICK_NS:
            return known
        style = read_style(path, builtin=builtin)
        self._known[path] = style
        return style

    def _set_aside_before(self) -> list[StyleFile]:
        """Return the damaged files that were moved aside, with the reason."""
        styles = []
        with contextlib.suppress(OSError):
            for path in sorted(self._folder().glob("*.json.damaged-*")):
                style = read_style(path)
                sentence = style.problem or translatable(
                    "Sdk", "It could not be read; now it can. Rename it to use it."
                )
                name = unquote(path.name.partition(".json.damaged-")[0])
                styles.append(
                    replace(
                        style,
                        name=name,
                        problem=f"{sentence} "
                        + translatable("Sdk", "Kept as {name}.").format(name=path.name),
                    )
                )
        return styles


def _stem(name: str) -> str:
    return quote(name, safe=" -_()&+'!,")


def free_name(wanted: str, taken: Container[str]) -> str:
    """Return `wanted`, or the first of “wanted 2”, “wanted 3”… that is not taken."""
    name, number = wanted[:MAX_NAME], 1
    while name in taken:
        number += 1
        name = f"{wanted[: MAX_NAME - 6].strip()} {number}"
    return name


def _json_files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".json"))  # noqa: PTH208
    except OSError:
        return []
    return [folder / name for name in names]


def _unlink(path: Path) -> None:
    try:
        renames.remove(path)
    except OSError as error:
        raise explain(error, path, "deleted") from error


def _without_settings(content: Settings) -> Settings:
    return {key: value for key, value in content.items() if key != "settings"}


def _short(name: str) -> str:
    import hashlib

    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


_TICK_NS = 50_000_000
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{n}{i}" for n in ("COM", "LPT") for i in range(1, 10))}

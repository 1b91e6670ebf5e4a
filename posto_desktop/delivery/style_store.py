"""Styles and defaults in their files, for worker threads and scripts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.locale_words import listed
from posto_desktop.common.resources import resource
from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.draft import Draft
from posto_desktop.core.styles import StyleRegistry, mark_files, place_between, sort_key
from posto_desktop.delivery.style_bundle import packed, unpacked
from posto_desktop.media import watermarks
from posto_desktop.sdk.defaults import Defaults
from posto_desktop.sdk.errors import SettingsError
from posto_desktop.sdk.named_settings import NamedSettingsStore
from posto_desktop.sdk.style_files import Stamp, StyleFile, encode, parse, style_of
from posto_desktop.sdk.style_parts import FOLDER
from posto_desktop.sdk.style_texts import read_words
from posto_desktop.storage import atomic, regular_files
from posto_desktop.storage.errors import explain

YOUNG_SECONDS = 2.0
MAX_IMPORT = 4 * 1024 * 1024
DAMAGED = translatable(
    "Delivery", "defaults.json is damaged, so no defaults count. The next change keeps it aside."
)


Where = str | tuple[str, int]
"""A network, or a channel: the address of its service and its number."""


@dataclass(frozen=True)
class StyleResult:
    """Result of a call. `kind`: "saved", "added", "deleted", "exported", "mark", "default".
    `kept_names`: the name that another program's version got; after an export, the pictures left
    out. `before`: the previous style, for Undo and renaming. `target`: the network or channel whose
    default changed, and its previous `values`."""

    kind: str
    style: StyleFile | None = None
    before: StyleFile | None = None
    kept_names: str = ""
    path: str = ""
    target: Where = ""
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)


Call = Callable[[], StyleResult | None]


class StyleStore:
    """The files, for worker threads and scripts: no Qt. All calls may block on the disk."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self.book = NamedSettingsStore(lambda: config / "styles", "style", resource("styles"))
        self.defaults = Defaults(lambda: config / "defaults.json")
        self._mutex = threading.Lock()

    def read(self) -> StyleRegistry:
        """Return everything from the disk."""
        with self._mutex:
            return self._style_registry(tuple(self.book.scan(YOUNG_SECONDS)))

    def read_plain(self) -> StyleRegistry:
        """Return the defaults, without any style."""
        with self._mutex:
            return self._style_registry(())

    def _style_registry(self, styles: tuple[StyleFile, ...]) -> StyleRegistry:
        (defaults, problem), folder = self.read_defaults(), self.book.folder / FOLDER
        lost = {
            name: why
            for name in mark_files(styles, defaults)
            if (why := watermarks.problem_of(folder / name))
        }
        return StyleRegistry(styles, defaults, read_words(self._config), str(folder), lost, problem)

    def read_defaults(self) -> tuple[dict[str, Any], str]:
        """Return the content of ``defaults.json``, and a sentence if it cannot be read."""
        # Not through `Defaults`, which moves a damaged file aside: another program may be writing
        # it right now.
        path = self._config / "defaults.json"
        try:
            with regular_files.open_file(path) as file:
                data = json_text.loads(file.read(MAX_IMPORT))
        except FileNotFoundError:
            return {}, ""
        except OSError as error:
            return {}, explain(error, path, "read").user_message
        except ValueError:
            return {}, translate("Delivery", DAMAGED)
        return (data, "") if isinstance(data, dict) else ({}, translate("Delivery", DAMAGED))

    def save(self, style: StyleFile, before: str, based_on: Stamp | None) -> StyleResult:
        old = self.book.find(before or style.name)
        saved, kept_name = self.book.put(style, before=before, based_on=based_on)
        return StyleResult("saved", saved, old, kept_name)

    def add(self, style: StyleFile, place_after: str = "") -> StyleResult:
        own = sorted(
            (own_style for own_style in self.book.scan() if _is_custom(own_style)), key=sort_key
        )
        at = next(
            (n for n, own_style in enumerate(own) if own_style.name == place_after), len(own) - 1
        )
        if own and own[-1].place is not None:
            after = own[at + 1] if at + 1 < len(own) else None
            style = replace(style, place=place_between(own[at], after))
        return StyleResult("added", self.book.add(style))

    def delete(self, name: str) -> StyleResult | None:
        style = self.book.find(name)
        if style is None or style.builtin or not self.book.delete(name):
            return None
        return StyleResult("deleted", before=style)

    def restore(self, style: StyleFile) -> StyleResult:
        """Undo `delete`."""
        return StyleResult("added", self.book.add(style))

    def arrange(self, names: Sequence[str]) -> None:
        """Order the user's styles; only moved ones are written."""
        own = {style.name: style for style in self.book.scan() if _is_custom(style)}
        for number, name in enumerate(names):
            style = own.get(name)
            if style is not None and style.place != float(number):
                self.book.put(replace(style, place=float(number)), before=name)

    def import_style(self, path: str) -> StyleResult:
        """Import a file. Raises `SettingsError` if it holds no style."""
        source = Path(path)
        try:
            data = regular_files.read_regular(source, MAX_IMPORT)
        except regular_files.TooLargeError as error:
            raise SettingsError(
                translate("Delivery", "{name} is too large for a style.").format(name=source.name)
            ) from error
        except OSError as error:
            raise explain(error, source, "read") from error
        try:
            style = style_of(unpacked(parse(data), self.book.folder), source.stem)
        except SettingsError as error:
            raise SettingsError(
                translate("Delivery", "{name} is no style. {why}").format(
                    name=source.name, why=error.user_message
                )
            ) from error
        if style.problem:
            raise SettingsError(
                translate("Delivery", "{name} is no style. {why}").format(
                    name=source.name, why=style.problem
                )
            )
        if not style.settings:
            raise SettingsError(
                translate(
                    "Delivery", "{name} is not a style: it has no settings for any network."
                ).format(name=source.name)
            )
        return StyleResult("added", self.book.add(replace(style, place=None)))

    def set_default(self, target: Where, changes: Mapping[str, Any]) -> StyleResult:
        """Change defaults (see `Defaults.change`); the result has the previous values."""
        return StyleResult("default", target=target, values=self.defaults.change(target, changes))

    def import_watermark(self, path: str) -> StyleResult:
        """Store a picture beside the styles; the result's `path` is its name there."""
        return StyleResult("mark", path=watermarks.import_watermark(path, self.book.folder))

    def export(self, name: str, path: str) -> StyleResult:
        style = self.book.find(name)
        if style is None or style.problem:
            raise SettingsError(
                translate("Delivery", "There is no style “{name}” to export.").format(name=name)
            )
        whole, lost = packed(replace(style, place=None), self.book.folder)
        atomic.write_bytes(Path(path), encode(whole), mode=0o644)
        return StyleResult("exported", style, path=path, kept_names=listed(lost))


def _is_custom(style: StyleFile) -> bool:
    return not style.builtin and bool(style.content)


def with_resolved_style(draft: Draft, config: Path, service: str = "") -> Draft:
    """Return a draft with its style and defaults resolved, for sending one that was never shown. A
    resolved draft stays as it was shown."""
    if draft.resolved_style is not None:
        return draft
    store = StyleStore(config)
    style_registry = store.read() if draft.style else store.read_plain()
    return replace(draft, resolved_style=style_registry.resolved_style(draft.style, service))

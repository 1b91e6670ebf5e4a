"""Creates the state of the Styles page, without widgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypedDict, Unpack

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.style_uses import uses
from posto_desktop.core.styles import StyleRegistry, listed_networks
from posto_desktop.models.styles import style_title
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.style_files import ALL_NETWORKS, StyleFile
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.notification import PageNotifier
from posto_desktop.viewmodels.style_editor import StyleEditor

if TYPE_CHECKING:
    from posto_desktop.delivery.style_store import StyleResult

SAMPLE, PRESENT = "sample", "present"


@dataclass(frozen=True)
class PresentMessage:
    """The open message of Compose, and its channels."""

    draft: Draft = field(default_factory=Draft)
    channels: tuple[Channel, ...] = ()

    @property
    def title(self) -> str:
        """Return the first line of the message, "…" without text; "" if it is empty or has no
        channels."""
        if self.draft.is_empty or not self.channels:
            return ""
        return next((line.strip() for line in self.draft.text.splitlines() if line.strip()), "…")


@dataclass(frozen=True)
class StylesSnapshot:
    """``tab`` is the shown network, ``*`` for all. ``source`` is the content of the preview:
    "sample" or "present". ``service`` is the one whose channel defaults apply."""

    style_registry: StyleRegistry = field(default_factory=StyleRegistry)
    tab: str = ALL_NETWORKS
    source: str = SAMPLE
    present: PresentMessage = field(default_factory=PresentMessage)
    service: str = ""


class _Fields(TypedDict, total=False):
    style_registry: StyleRegistry
    tab: str
    source: str
    present: PresentMessage
    service: str


@dataclass(frozen=True)
class StyleUse:
    """Uses of one style: names of campaigns, drafts and templates, and the number of unsent
    posts."""

    campaigns: tuple[str, ...] = ()
    drafts: tuple[Draft, ...] = ()
    posts: int = 0


class StyleUses(QObject):
    """Finds the uses of styles; reads drafts and templates from the store. Signal `changed()`."""

    changed = Signal()

    def __init__(self, store: DraftStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._campaigns: Mapping[str, Sequence[str]] = {}
        self._posts: Mapping[str, int] = {}
        store.changed.connect(self.changed)

    @Slot(object)
    def set_campaigns(self, used: Mapping[str, Sequence[str]]) -> None:
        """Set the names of the campaigns that use a style, by style name."""
        self._campaigns = used
        self.changed.emit()

    def set_posts(self, used: Mapping[str, int]) -> None:
        """Set the numbers of unsent posts, by style name."""
        if used != self._posts:
            self._posts = used
            self.changed.emit()

    def of(self, name: str) -> StyleUse:
        """Return the uses of a style; none for "" (no style)."""
        if not name:
            return StyleUse()
        drafts = uses([*self._store.drafts(), *self._store.templates()], name)
        campaigns = tuple(self._campaigns.get(name, ()))
        return StyleUse(campaigns, tuple(drafts), self._posts.get(name, 0))


class StylesState(QObject):
    """Owns the `StylesSnapshot`; `editor` has the open style, `uses` the uses of styles, and
    `notifier` collects the notifications.

    Signals:
        changed(StylesSnapshot, frozenset[str]): these fields changed.
        saved(): the open style was saved, perhaps under another name.
        watermarkSaved(str path): the chosen watermark was copied here.
        deleteRequested(str name), restoreRequested(StyleFile).
    """

    changed = Signal(object, object)
    saved = Signal()
    watermarkSaved = Signal(str)
    deleteRequested = Signal(str)
    restoreRequested = Signal(object)

    def __init__(self, store: DraftStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = StylesSnapshot()
        self.notifier = PageNotifier(self)
        self.editor = StyleEditor(self)
        self.uses = StyleUses(store, self)
        self.editor.opened.connect(self._check_tab)
        self.editor.reloaded.connect(self._check_tab)
        self.editor.changed.connect(self._check_tab)
        self.editor.copied.connect(self._notify_copied)
        self.editor.replaced.connect(self._notify_replaced)

    @property
    def view(self) -> StylesSnapshot:
        return self._view

    # -- updates from the app ------------------------------------------------------------------

    @Slot(object)
    def set_style_registry(self, style_registry: StyleRegistry) -> None:
        self._change(style_registry=style_registry)
        self.editor.set_style_registry(style_registry)

    def set_service(self, address: str) -> None:
        """Set the service whose channel defaults apply."""
        self._change(service=address)

    def set_present(self, draft: Draft, channels: Iterable[Channel]) -> None:
        """Set the open message of Compose and its channels."""
        present = PresentMessage(draft, tuple(channels))
        self._change(present=present, source=self._view.source if present.title else SAMPLE)

    @Slot(object)
    def set_outcome(self, outcome: StyleResult) -> None:
        kind, style, before = outcome.kind, outcome.style, outcome.before
        if kind in ("saved", "added") and style is not None:
            was = before.name if kind == "saved" and before is not None else ""
            if self.editor.set_saved(style, was, is_new=kind == "added"):
                self.saved.emit()
        if kind == "mark" and self.editor.can_edit:
            self.watermarkSaved.emit(outcome.path)
        if outcome.kept_names and kind == "exported":
            words = self.tr("Exported without the watermark: {name}")
            self.notifier.notify("warning", words.format(name=outcome.kept_names))
        elif outcome.kept_names:
            words = self.tr(
                "Another program changed this style. Its version was saved as “{name}”."
            )
            self.notifier.notify("warning", words.format(name=outcome.kept_names))
        if kind == "deleted" and before is not None:
            words = self.tr("Style “{name}” deleted").format(name=before.name)
            self.notifier.offer_undo(words, lambda: self.restoreRequested.emit(before))
        if kind == "exported" and style is not None:
            words = self.tr("Style “{name}” exported").format(name=style_title(style))
            self.notifier.notify("ok", words)

    @Slot(str, str)
    def set_refused(self, name: str, why: str) -> None:
        """Show why a request failed; nothing was changed."""
        self.editor.set_refused(name, why)
        self.notifier.notify("error", why)

    # -- user actions --------------------------------------------------------------------------

    @Slot(str)
    def show_tab(self, slug: str) -> None:
        """Show the tab of a network, or of all if the style has no settings for it."""
        style = self.editor.style
        is_own = style is not None and slug in listed_networks(style)
        self._change(tab=slug if is_own else ALL_NETWORKS)

    @Slot(str)
    def choose_source(self, source: str) -> None:
        """Set the content of the preview; "present" needs an open message."""
        self._change(source=source if self._view.present.title else SAMPLE)

    def remove_part(self, slug: str, key: str, value: object, title: str) -> None:
        """Remove a part of the style with all its settings, with Undo."""
        before = self.editor.part(slug).get(key)
        self.editor.set_value(slug, key, value)
        if before:
            name = self.editor.name  # a built-in style became a copy
            #: {part}: hashtags, signature, watermark or link tags of a style; {name}: the style.
            words = self.tr("{part} removed from “{name}”").format(part=title, name=name)
            self.notifier.offer_undo(words, lambda: self.editor.set_back(name, slug, key, before))

    @Slot()
    def delete_style(self) -> None:
        name = self.editor.leave()
        if name:
            self.deleteRequested.emit(name)

    # -- internals -----------------------------------------------------------------------------

    @Slot(object)
    def _check_tab(self, _style: StyleFile | None) -> None:
        """Leave the tab of a network without settings."""
        self.show_tab(self._view.tab)

    @Slot(object, str)
    def _notify_copied(self, builtin: StyleFile, name: str) -> None:
        words = self.tr(
            "{title} is built in and stays as it is. You are editing your copy, “{name}”."
        )

        def back() -> None:
            self.editor.open(builtin)
            self.deleteRequested.emit(name)

        self.notifier.notify(
            "info", words.format(title=style_title(builtin), name=name), self.tr("Undo"), back
        )

    @Slot(object)
    def _notify_replaced(self, overwritten: StyleFile) -> None:
        """Show that another program overwrote the user's version, with a way to restore it."""

        def back() -> None:
            if self.editor.open_named(overwritten.name):
                self.editor.restore_version(overwritten)

        words = self.tr("Another program changed “{name}”.").format(name=overwritten.name)
        self.notifier.notify("warning", words, self.tr("Restore my version"), back)

    def _change(self, **fields: Unpack[_Fields]) -> None:
        before, self._view = self._view, replace(self._view, **fields)
        changed = frozenset(
            name for name, value in vars(self._view).items() if value != getattr(before, name)
        )
        if changed:
            self.changed.emit(self._view, changed)

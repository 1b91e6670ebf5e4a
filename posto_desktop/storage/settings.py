"""The settings of the app: each one declared once, typed, with its default and its text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError

SCHEMA = 1

Value = str | bool | int


@dataclass(frozen=True)
class Setting:
    """One setting. `choices` empty = any value of the default's type within `low`..`high`."""

    name: str
    default: Value
    text: str
    choices: tuple[Value, ...] = ()
    low: int | None = None
    high: int | None = None

    def accepts(self, value: object) -> bool:
        if type(value) is not type(self.default):
            return False
        if self.choices:
            return value in self.choices
        if isinstance(value, int) and not isinstance(value, bool):
            if self.low is not None and value < self.low:
                return False
            return self.high is None or value <= self.high
        return True


DECLARED: tuple[Setting, ...] = (
    Setting("appearance.scheme", "system", "Light or dark", ("system", "light", "dark")),
    Setting("appearance.text_size", "normal", "Size of text", ("normal", "large", "larger")),
    Setting("sending.keep_in_tray", True, "Keep sending after the window is closed"),
    Setting(
        "sending.late_limit_minutes",
        60,
        "Minutes a post may be late and still be sent",
        low=0,
        high=7 * 24 * 60,
    ),
    # Read and written by core.slots.
    Setting("publishing.slots", "", "Weekly times at which posts go out"),
    Setting("compose.emoji_recent", "", "Emoji used lately"),
    Setting("compose.folder", "", "The folder in which files were looked for last"),
    Setting("compose.emoji_tone", 0, "Skin tone of emoji", low=0, high=5),
    Setting("compose.signature", "", "The signature that goes into new messages"),
    Setting("compose.options_open", False, "Show the options of networks"),
    Setting("schedule.inspector", "", "The details beside the schedule", ("", "open", "closed")),
    Setting("sending.paused", False, "Hand nothing over for now"),
    Setting("notifications.desktop", True, "Show notices on the desktop"),
    Setting("window.geometry", "", "Place and size of the window"),
    Setting("window.splitter", "", "Widths of the panes"),
    Setting("workspace.current", "local", "The workspace to open at start"),
    Setting("workspace.channels", "", "The ticked channels of each workspace"),
)

_BY_NAME = {setting.name: setting for setting in DECLARED}


def declaration(name: str) -> Setting:
    """The declaration of a setting; KeyError for a name that is not one."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise KeyError(f"there is no setting named {name!r}") from None


class Settings:
    """What the user chose. Only values that differ from the default are written.

    `problems` holds sentences about a file that was damaged, from a newer version, or partly
    unusable; the app shows them once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Value] = {}
        self._unknown: dict[str, Any] = {}
        self._writable = True
        self.problems: list[str] = []
        self._read()

    def get(self, name: str) -> Any:
        return self._values.get(name, declaration(name).default)

    def set(self, name: str, value: Value) -> None:
        """Change and write at once. ValueError for a wrong value, StorageError if not writable.

        After a StorageError the new value still holds until the app ends.
        """
        setting = declaration(name)
        if not setting.accepts(value):
            raise ValueError(f"{name} cannot be {value!r}")
        if self.get(name) == value:
            return
        if value == setting.default:
            self._values.pop(name, None)
        else:
            self._values[name] = value
        self._write()

    def _read(self) -> None:
        try:
            stored, damaged = atomic.read_json_reporting(self._path, {})
        except StorageError as error:
            # Writing now would replace a file that we were not able to look at.
            self._writable = False
            self.problems.append(f"{error.user_message} The settings are the built-in ones.")
            return
        if damaged is None and not isinstance(stored, dict):
            damaged = atomic.set_aside(self._path, "its content is not what Posto writes")
            stored = {}
        if damaged is not None:
            self._writable = damaged.kept is not None
            self.problems.append(f"{damaged.sentence} The settings are the built-in ones.")
            return
        schema = stored.pop("schema", SCHEMA)
        if type(schema) is not int or schema > SCHEMA:
            self._keep_newer()
        for name, value in stored.items():
            declared = _BY_NAME.get(name)
            if declared is None:
                self._unknown[name] = value
            elif declared.accepts(value):
                self._values[name] = value
            else:
                self.problems.append(
                    f"The setting “{declared.text}” had a value that cannot be used; "
                    "the built-in one is used instead."
                )

    def _keep_newer(self) -> None:
        """What we understand of a newer file is used; the file itself stays for that version."""
        kept = atomic.set_aside(self._path, "it is from a newer version of Posto", "newer")
        self._writable = kept.kept is not None
        self.problems.append(f"{kept.sentence} What this version understands of it is used.")

    def _write(self) -> None:
        if not self._writable:
            return
        stored = {"schema": SCHEMA, **self._unknown, **self._values}
        # Called on the GUI thread: no wait for the disk. The swap itself is still atomic.
        atomic.write_json(self._path, stored, durable=False)

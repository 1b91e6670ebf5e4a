"""Types of settings: a declaration, and what reads values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

__all__ = ["Setting", "SettingsReader", "Value", "computed"]

Value = str | bool | int
_T = TypeVar("_T")


def computed(*values: Value) -> dict[Value, str]:
    """Return choices whose words are made from their values."""
    return dict.fromkeys(values, "")


@dataclass(frozen=True)
class Setting:
    """A setting, and its row in the settings window.

    `choices` are the allowed values with their words ("": `ui.settings.controls` supplies them);
    without any it accepts all values of the default's type within `low`..`high`, of which `offered`
    are listed. `segments` shows the choices side by side.

    `page` is its page in the settings window, "" for what the app remembers by itself; `section` is
    the title of its card, "" for one that its page builds by hand. `text` is its title, `hint` the
    line under it and `words` further search words. It is enabled while the setting `depends_on[0]`
    is `depends_on[1]`, else `why_not` says why. `private` values stay out of problem reports.
    """

    name: str
    default: Value
    text: str
    choices: Mapping[Value, str] = field(default_factory=dict)
    offered: tuple[Value, ...] = ()
    segments: bool = False
    low: int | None = None
    high: int | None = None
    page: str = ""
    section: str = ""
    hint: str = ""
    words: str = ""
    depends_on: tuple[str, Value] | None = None
    why_not: str = ""
    private: bool = False

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


class SettingsReader(ABC):
    """Reads values of settings by name; `text`, `number` and `is_on` raise `TypeError` for a
    setting of another type."""

    @abstractmethod
    def get(self, name: str) -> Value: ...

    def text(self, name: str) -> str:
        return _of_type(self.get(name), str, name)

    def number(self, name: str) -> int:
        return _of_type(self.get(name), int, name)

    def is_on(self, name: str) -> bool:
        return _of_type(self.get(name), bool, name)


def _of_type(value: Value, kind: type[_T], name: str) -> _T:
    if not isinstance(value, kind):
        raise TypeError(f"{name} is not {kind.__name__}, but {value!r}")
    return value

"""What is wrong with a file: a code and values, whose sentence is made where it is shown.

The helper process that reads pictures has no translator; it answers with the code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from posto_desktop.common.formats import decimal, grouped
from posto_desktop.common.translation import translate

__all__ = ["CODES", "FileProblem"]

_MEGA = 1_000_000


@dataclass(frozen=True)
class FileProblem:
    """`values` are numbers, texts, and problems ("reason"), for the sentence of `code`."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, code: str, **values: object) -> FileProblem:
        return cls(code, values)

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.code](self.values)

    def to_json(self) -> dict[str, Any]:
        values = {
            name: value.to_json() if isinstance(value, FileProblem) else value
            for name, value in self.values.items()
        }
        return {"code": self.code, "values": values}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FileProblem:
        """Raises ValueError for an unknown code."""
        if data["code"] not in CODES:
            raise ValueError(data["code"])
        values = {
            name: cls.from_json(value) if isinstance(value, Mapping) else value
            for name, value in data["values"].items()
        }
        return cls(str(data["code"]), values)


_Values = Mapping[str, Any]


def _about(words: Callable[[], str]) -> Callable[[_Values], str]:
    return lambda values: words().format(
        **{
            name: value.sentence if isinstance(value, FileProblem) else value
            for name, value in values.items()
        }
    )


def _megapixels(pixels: int) -> str:
    return grouped(round(pixels / _MEGA))


def _too_many_pixels(values: _Values) -> str:
    words = translate(
        "Files",
        "{file} has {count} megapixels; Posto opens {kind} of up to {most}. Make it smaller or "
        "remove it.",
    )
    kind = translate("PictureKinds", values["kind"])
    count, most = _megapixels(values["pixels"]), grouped(int(values["most"] / _MEGA))
    return words.format(file=values["file"], count=count, kind=kind, most=most)


def _edit_pixels(values: _Values) -> str:
    words = translate(
        "Files",
        "{file} has {count} megapixels; Posto edits pictures of up to {most}. Make it smaller "
        "first.",
    )
    count, most = _megapixels(values["pixels"]), _megapixels(values["most"])
    return words.format(file=values["file"], count=count, most=most)


def _frames(values: _Values) -> str:
    words = translate(
        "Files",
        "{file} has %Ln frame(s) of {width} × {height} pixels, too many to edit here.",
        "",
        values["frames"],
    )
    return words.format(file=values["file"], width=values["width"], height=values["height"])


def _animated(values: _Values) -> str:
    words = translate(
        "Files", "{file} cannot stay animated within {size} MB. Choose a still picture."
    )
    return words.format(file=values["file"], size=decimal(values["bytes"] / _MEGA, 1))


def _small(values: _Values) -> str:
    words = translate("Files", "{file} cannot be made as small as {size} MB.")
    return words.format(file=values["file"], size=decimal(values["bytes"] / _MEGA, 2))


def _mark_bytes(values: _Values) -> str:
    words = translate("Files", "{file} is {size} MB; a watermark may have {most}.")
    size, most = (grouped(round(values[name] / _MEGA)) for name in ("bytes", "most"))
    return words.format(file=values["file"], size=size, most=most)


def _mark_pixels(values: _Values) -> str:
    words = translate("Files", "{file} has {count} megapixels; a watermark may have {most}.")
    count, most = grouped(-(-values["pixels"] // _MEGA)), _megapixels(values["most"])
    return words.format(file=values["file"], count=count, most=most)


def _mark(values: _Values) -> str:
    if values["style"]:
        words = translate("Checks", "The watermark of the style “{style}” cannot be used. {reason}")
    else:
        words = translate("Checks", "The watermark cannot be used. {reason}")
    reason = values["reason"]
    if isinstance(reason, FileProblem):
        reason = reason.sentence
    return words.format(style=values["style"], reason=reason)


_SENTENCES: Mapping[str, Callable[[_Values], str]] = {
    "folder": _about(lambda: translate("Files", "{file} is a folder.")),
    "no_file": _about(lambda: translate("Files", "{file} is not a file that can be posted.")),
    "empty": _about(lambda: translate("Files", "{file} is empty (0 bytes).")),
    "missing": _about(lambda: translate("Files", "{file} was not found.")),
    "denied": _about(lambda: translate("Files", "{file} cannot be read: access denied.")),
    "name": _about(lambda: translate("Files", "{file} cannot be read: its name cannot be used.")),
    "unreadable": _about(lambda: translate("Files", "{file} cannot be read: {reason}.")),
    "unopened": _about(lambda: translate("Files", "{file} cannot be opened right now: {reason}.")),
    "unprepared": _about(lambda: translate("Files", "{file} could not be prepared: {reason}.")),
    "changed": _about(
        lambda: translate("Files", "{file} changed while Posto prepared it. Try again.")
    ),
    "no_media": _about(
        lambda: translate("Files", "{file} is not a picture or video that Posto can post.")
    ),
    "scans": _about(
        lambda: translate(
            "Files",
            "{file} has more than {most} passes; Posto cannot open such JPEGs. Save it as an "
            "ordinary JPEG or remove it.",
        )
    ),
    "pixels": _too_many_pixels,
    "damaged": _about(
        lambda: translate("Files", "{file} is damaged: it cannot be opened as a picture.")
    ),
    "cut_off": _about(
        lambda: translate("Files", "{file} is incomplete: its end is missing. Copy it again.")
    ),
    "memory": _about(
        lambda: translate("Files", "{file} needs too much memory. Make it smaller or remove it.")
    ),
    "slow": _about(
        lambda: translate(
            "Files",
            "{file} takes too long to open. Save it again with a picture program or remove it.",
        )
    ),
    "killed": _about(
        lambda: translate(
            "Files",
            "{file} could not be opened: the computer stopped the program that opens pictures. Its "
            "memory may be full. Close other programs, then try again.",
        )
    ),
    "decoder": _about(
        lambda: translate(
            "Files",
            "{file} cannot be opened: this installation of Posto cannot read such pictures. "
            "Install what is missing: {command}",
        )
    ),
    "play": _about(lambda: translate("Files", "{file} is too large to play here.")),
    "edit_pixels": _edit_pixels,
    "frame_pixels": _about(
        lambda: translate(
            "Files", "{file} has frames of {width} × {height} pixels, too large to edit here."
        )
    ),
    "frames": _frames,
    "animated": _animated,
    "small": _small,
    "mark": _mark,
    "mark_kind": _about(lambda: translate("Files", "{file} is no picture.")),
    "mark_damaged": _about(lambda: translate("Files", "{file} is damaged.")),
    "mark_bytes": _mark_bytes,
    "mark_pixels": _mark_pixels,
}
CODES = frozenset(_SENTENCES)
